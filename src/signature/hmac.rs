//! HMAC with SHA-2 (RFC 2104, RFC 7518 section 3.2), through the `hmac` crate. The secret and the
//! comparison are handled in constant time; only lengths show.

use crate::digest::{Hash, Sha256};
#[cfg(feature = "hmac")]
use crate::digest::{Sha384, Sha512};
use crate::error::{Error, Reason};
use crate::limits::MAX_SECRET_BYTES;
use crate::words;
use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroize;

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify(
    hash: Hash,
    words: &[u64],
    length: usize,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    // RFC 7518 section 3.2: the whole MAC, never a part of it.
    if signature.len() != hash.length() {
        return Err(Error::new(Reason::SignatureLength));
    }
    let mut buffer = [0u8; MAX_SECRET_BYTES];
    let Some(secret) = buffer.get_mut(..length) else {
        return Err(Error::new(Reason::SignatureInvalid));
    };
    for (place, byte) in secret.iter_mut().zip(words::unpack(words, length)) {
        *place = byte;
    }
    let verified = match hash {
        Hash::Sha256 => verify_with::<Hmac<Sha256>>(secret, message, signature),
        #[cfg(feature = "hmac")]
        Hash::Sha384 => verify_with::<Hmac<Sha384>>(secret, message, signature),
        #[cfg(feature = "hmac")]
        Hash::Sha512 => verify_with::<Hmac<Sha512>>(secret, message, signature),
        #[cfg(all(feature = "sha512", not(feature = "hmac")))]
        _ => Err(Error::new(Reason::AlgorithmNotBuilt)),
    };
    // Only what was written: wiping goes byte by byte.
    secret.zeroize();
    verified
}

fn verify_with<M: Mac + KeyInit>(
    secret: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let mut mac = M::new_from_slice(secret).map_err(|_| Reason::SignatureInvalid)?;
    mac.update(message);
    mac.verify_slice(signature).map_err(|_| Error::new(Reason::SignatureInvalid))
}
