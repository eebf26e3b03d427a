//! ECDSA (FIPS 186-5 section 6.4, RFC 7518 section 3.4, RFC 8812), through the `ecdsa` crate over the crates of
//! the curves: one path for all of them.

use crate::der;
use crate::error::{Error, Reason};
use crate::words;
use ecdsa::signature::hazmat::PrehashVerifier;

/// What differs from curve to curve.
pub(super) trait Curve {
    type Key: for<'a> TryFrom<&'a [u8]> + PrehashVerifier<Self::Signature>;
    type Signature: for<'a> TryFrom<&'a [u8]>;
    /// The order of the base point, most significant byte first, as wide as a coordinate.
    const ORDER: &'static [u8];
}

#[cfg(feature = "es256")]
pub(super) enum P256 {}

#[cfg(feature = "es256")]
impl Curve for P256 {
    type Key = p256::ecdsa::VerifyingKey;
    type Signature = p256::ecdsa::Signature;
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];
}

#[cfg(feature = "es384")]
pub(super) enum P384 {}

#[cfg(feature = "es384")]
impl Curve for P384 {
    type Key = p384::ecdsa::VerifyingKey;
    type Signature = p384::ecdsa::Signature;
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
        0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC,
        0xC5, 0x29, 0x73,
    ];
}

#[cfg(feature = "es512")]
pub(super) enum P521 {}

#[cfg(feature = "es512")]
impl Curve for P521 {
    type Key = p521::ecdsa::VerifyingKey;
    type Signature = p521::ecdsa::Signature;
    const ORDER: &'static [u8] = &[
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01,
        0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F,
        0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
    ];
}

#[cfg(feature = "es256k")]
pub(super) enum Secp256k1 {}

#[cfg(feature = "es256k")]
impl Curve for Secp256k1 {
    type Key = k256::ecdsa::VerifyingKey;
    type Signature = k256::ecdsa::Signature;
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFE, 0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36,
        0x41, 0x41,
    ];
}

/// # Errors
///
/// [`Reason::KeyNotOnCurve`].
pub(super) fn check_key<C: Curve>(x: &[u64], y: &[u64]) -> Result<(), Error> {
    key::<C>(x, y).map(|_| ())
}

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify<C: Curve>(
    x: &[u64],
    y: &[u64],
    digest: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let width = C::ORDER.len();
    // RFC 7518 section 3.4: R and S side by side, each as wide as the curve's order.
    let halves = signature.split_at_checked(width).filter(|(_, s)| s.len() == width);
    let Some((r, s)) = halves else {
        return Err(Error::new(if der::is_signature(signature) {
            Reason::SignatureIsDer
        } else {
            Reason::SignatureLength
        }));
    };
    let invalid = Error::new(Reason::SignatureInvalid);
    // FIPS 186-5 section 6.4.2 step 1, here and not only in the crate: a signature of zeros verifies
    // anything where this is forgotten (CVE-2022-21449).
    if !is_scalar::<C>(r) || !is_scalar::<C>(s) {
        return Err(invalid);
    }
    let signature = C::Signature::try_from(signature).map_err(|_| invalid)?;
    let verified = key::<C>(x, y)?.verify_prehash(digest, &signature);
    verified.map_err(|_| invalid)
}

/// From 1 to the order of the base point, exclusively.
fn is_scalar<C: Curve>(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0) && bytes < C::ORDER
}

/// Bytes of the longest point, uncompressed (SEC 1 section 2.3.3).
const LONGEST_POINT: usize = 1 + 2 * 66;

fn key<C: Curve>(x: &[u64], y: &[u64]) -> Result<C::Key, Error> {
    let width = C::ORDER.len();
    let mut point = [0; LONGEST_POINT];
    let (form, coordinates) = point.split_first_mut().ok_or(Reason::KeyNotOnCurve)?;
    *form = 0x04;
    let bytes = words::big_endian(x, width).chain(words::big_endian(y, width));
    for (place, byte) in coordinates.iter_mut().zip(bytes) {
        *place = byte;
    }
    let length = width.saturating_mul(2).saturating_add(1);
    let point = point.get(..length).unwrap_or_default();
    C::Key::try_from(point).map_err(|_| Error::new(Reason::KeyNotOnCurve))
}
