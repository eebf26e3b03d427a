//! Ed25519 (RFC 8032 section 5.1, RFC 8037), through the `ed25519-dalek` crate, by its strict rules: S is less
//! than the order, and neither the key nor R is of small order or written in another way than the one.

use crate::error::{Error, Reason};
use crate::tally::Tally;
use crate::words;
use ed25519_dalek::{Signature, VerifyingKey};

/// Bytes of a public key, and of each half of a signature.
const WIDTH: usize = 32;

/// # Errors
///
/// [`Reason::KeyNotOnCurve`].
pub(super) fn check_key(key: &[u64]) -> Result<(), Error> {
    self::key(key).map(|_| ())
}

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify(key: &[u64], message: &[u8], signature: &[u8]) -> Result<Tally, Error> {
    // RFC 8032 section 5.1.7: R and S.
    let signature: &[u8; 2 * WIDTH] = signature.try_into().map_err(|_| Reason::SignatureLength)?;
    // Compares R as it is written with the one computed, so that another spelling of it does not pass.
    let verified = self::key(key)?.verify_strict(message, &Signature::from_bytes(signature));
    Tally::of_verdict(verified.is_ok())
}

fn key(key: &[u64]) -> Result<VerifyingKey, Error> {
    let mut bytes = [0; WIDTH];
    for (place, byte) in bytes.iter_mut().zip(words::unpack(key, WIDTH)) {
        *place = byte;
    }
    let not_on_curve = Error::new(Reason::KeyNotOnCurve);
    if !is_canonical(&bytes) {
        return Err(not_on_curve);
    }
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| not_on_curve)?;
    if key.is_weak() {
        // With a key of small order one signature is right for many messages.
        return Err(not_on_curve);
    }
    Ok(key)
}

/// RFC 8032 section 5.1.3 step 1: the y coordinate is less than p = 2^255 - 19. The crate reduces it.
fn is_canonical(bytes: &[u8; WIDTH]) -> bool {
    let [lowest, between @ .., highest] = bytes;
    let all_ones = between.iter().all(|byte| *byte == 0xFF) && highest & 0x7F == 0x7F;
    !(all_ones && *lowest >= 0xED)
}
