//! ECDSA (FIPS 186-5 section 6.4, RFC 7518 section 3.4), through the `p256` crate.

use crate::error::{Error, Reason};
use crate::words;
use p256::Sec1Point;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};

/// Bytes of a coordinate and of each half of a signature.
const WIDTH: usize = 32;

/// # Errors
///
/// [`Reason::KeyNotOnCurve`].
pub(super) fn check_p256(x: &[u64], y: &[u64]) -> Result<(), Error> {
    key(x, y).map(|_| ())
}

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify_p256(
    x: &[u64],
    y: &[u64],
    digest: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    // RFC 7518 section 3.4: R and S side by side, each as wide as the curve's order.
    if signature.len() != 2 * WIDTH {
        return Err(Error::new(Reason::SignatureLength));
    }
    // Refuses 0 and values from the order on, for R and for S.
    let signature = Signature::from_slice(signature).map_err(|_| Reason::SignatureInvalid)?;
    key(x, y)?
        .verify_prehash(digest, &signature)
        .map_err(|_| Error::new(Reason::SignatureInvalid))
}

fn key(x: &[u64], y: &[u64]) -> Result<VerifyingKey, Error> {
    let (x, y) = (bytes(x), bytes(y));
    let point = Sec1Point::from_affine_coordinates(&x.into(), &y.into(), false);
    VerifyingKey::from_sec1_point(&point).map_err(|_| Error::new(Reason::KeyNotOnCurve))
}

/// Words, least significant first, as bytes, most significant first.
fn bytes(words: &[u64]) -> [u8; WIDTH] {
    let mut bytes = [0; WIDTH];
    for (place, byte) in bytes.iter_mut().rev().zip(words::unpack(words, WIDTH)) {
        *place = byte;
    }
    bytes
}
