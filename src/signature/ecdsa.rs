//! ECDSA (FIPS 186-5 section 6.4, RFC 7518 section 3.4, RFC 8812): P-256 on the project's own arithmetic, the other
//! curves through the `ecdsa` crate over the crates of the curves.

use super::prepare::Prepared;
#[cfg(all(feature = "es256", feature = "prepare"))]
use super::prepare::{Plan, Prepare};
#[cfg(all(feature = "es256", feature = "prepare"))]
use crate::arithmetic::comb::{self, Shape};
#[cfg(feature = "es256")]
use crate::arithmetic::limb::NativeLimb;
#[cfg(feature = "es256")]
use crate::arithmetic::p256::{self, LIMBS};
use crate::der;
use crate::error::{Error, Reason};
#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
use crate::words;
#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
use ecdsa::signature::hazmat::PrehashVerifier;

/// A public key: both coordinates, words of numbers.
#[derive(Clone, Copy)]
pub(super) struct Key<'k> {
    pub(super) x: &'k [u64],
    pub(super) y: &'k [u64],
    pub(super) prepared: Prepared<'k>,
}

/// What differs from curve to curve.
pub(super) trait Curve {
    /// The order of the base point, most significant byte first, as wide as a coordinate.
    const ORDER: &'static [u8];

    /// Whether a key is a point of the curve.
    fn has(key: &Key<'_>) -> bool;

    /// Whether the signature r, s, as wide as the order and in range, is that of the digest.
    fn is_signature(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool;
}

#[cfg(feature = "es256")]
pub(super) enum P256 {}

#[cfg(feature = "es256")]
impl Curve for P256 {
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];

    fn has(key: &Key<'_>) -> bool {
        p256::point::<NativeLimb, LIMBS>(key.x, key.y).is_some()
    }

    fn is_signature(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        let mut numbers = [[0; 4]; 3];
        for (place, bytes) in numbers.iter_mut().zip(&[digest, r, s]) {
            let Ok(bytes) = <&[u8; 32]>::try_from(*bytes) else {
                return false;
            };
            *place = p256::number(bytes);
        }
        let [digest, r, s] = &numbers;
        let key = p256::Key {
            x: key.x,
            y: key.y,
            #[cfg(feature = "prepare")]
            tables: shape_of(key.prepared.shape).map(|shape| (shape, key.prepared.words)),
            #[cfg(all(test, not(feature = "prepare")))]
            tables: None,
        };
        p256::verify::<NativeLimb, LIMBS>(&key, digest, r, s) == Some(true)
    }
}

/// What can be prepared for a key on P-256, and its number in a record. Every build knows all of them. Where there are
/// two of a size, the latter is for a build that has a back end with lanes, on any machine.
#[cfg(all(feature = "es256", feature = "prepare"))]
const SHAPES: [(Prepare, u8, Shape); 10] = [
    (Prepare::Bytes1K, 1, Shape::BYTES_1K),
    (Prepare::Bytes2K, 2, Shape::BYTES_2K),
    (Prepare::Bytes4K, 3, Shape::BYTES_4K),
    (Prepare::Bytes8K, 4, Shape::BYTES_8K),
    (Prepare::Bytes16K, 5, Shape::BYTES_16K),
    (Prepare::Bytes64K, 6, Shape::BYTES_64K),
    (Prepare::Bytes2K, 7, Shape::EIGHT_2K),
    (Prepare::Bytes4K, 8, Shape::EIGHT_4K),
    (Prepare::Bytes8K, 9, Shape::EIGHT_8K),
    (Prepare::Bytes16K, 10, Shape::EIGHT_16K),
];

#[cfg(all(feature = "es256", feature = "prepare"))]
fn shape_of(number: u8) -> Option<Shape> {
    SHAPES.iter().find(|(_, known, _)| *known == number).map(|(_, _, shape)| *shape)
}

/// What is prepared for a key on P-256.
#[cfg(all(feature = "es256", feature = "prepare"))]
pub(super) fn plan(prepare: Prepare) -> Plan {
    let is_chosen = |(size, ..): &&(Prepare, u8, Shape)| *size == prepare;
    #[cfg(feature = "accelerated")]
    let found = SHAPES.iter().rfind(is_chosen);
    #[cfg(not(feature = "accelerated"))]
    let found = SHAPES.iter().find(is_chosen);
    found.map_or(Plan::NOTHING, |(_, number, shape)| Plan { shape: *number, words: shape.words() })
}

/// Computes what is prepared; `None` for what is no key.
#[cfg(all(feature = "es256", feature = "prepare"))]
pub(super) fn prepare(x: &[u64], y: &[u64], shape: u8, prepared: &mut [u64]) -> Option<()> {
    let point = p256::point::<NativeLimb, LIMBS>(x, y)?;
    comb::build(&shape_of(shape)?, &point, prepared)
}

/// Whether what is prepared, if anything is that is known here, is what [`prepare`] computes.
#[cfg(all(feature = "es256", feature = "prepare"))]
pub(super) fn check_prepared(key: &Key<'_>) -> bool {
    let Some(shape) = shape_of(key.prepared.shape) else {
        return true;
    };
    let point = p256::point::<NativeLimb, LIMBS>(key.x, key.y);
    point.is_some_and(|point| comb::check(&shape, &point, key.prepared.words))
}

#[cfg(feature = "es384")]
pub(super) enum P384 {}

#[cfg(feature = "es384")]
impl Curve for P384 {
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
        0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC,
        0xC5, 0x29, 0x73,
    ];

    fn has(key: &Key<'_>) -> bool {
        is_key::<p384::ecdsa::VerifyingKey>(Self::ORDER.len(), key)
    }

    fn is_signature(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        verifies::<p384::ecdsa::VerifyingKey, p384::ecdsa::Signature>(key, digest, r, s)
    }
}

#[cfg(feature = "es512")]
pub(super) enum P521 {}

#[cfg(feature = "es512")]
impl Curve for P521 {
    const ORDER: &'static [u8] = &[
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01,
        0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F,
        0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
    ];

    fn has(key: &Key<'_>) -> bool {
        is_key::<p521::ecdsa::VerifyingKey>(Self::ORDER.len(), key)
    }

    fn is_signature(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        verifies::<p521::ecdsa::VerifyingKey, p521::ecdsa::Signature>(key, digest, r, s)
    }
}

#[cfg(feature = "es256k")]
pub(super) enum Secp256k1 {}

#[cfg(feature = "es256k")]
impl Curve for Secp256k1 {
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFE, 0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36,
        0x41, 0x41,
    ];

    fn has(key: &Key<'_>) -> bool {
        is_key::<k256::ecdsa::VerifyingKey>(Self::ORDER.len(), key)
    }

    fn is_signature(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool {
        verifies::<k256::ecdsa::VerifyingKey, k256::ecdsa::Signature>(key, digest, r, s)
    }
}

/// # Errors
///
/// [`Reason::KeyNotOnCurve`].
pub(super) fn check_key<C: Curve>(key: &Key<'_>) -> Result<(), Error> {
    if C::has(key) { Ok(()) } else { Err(Error::new(Reason::KeyNotOnCurve)) }
}

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify<C: Curve>(
    key: &Key<'_>,
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
    // FIPS 186-5 section 6.4.2 step 1, here whatever the curve does: a signature of zeros verifies anything where this
    // is forgotten (CVE-2022-21449).
    if is_scalar::<C>(r) && is_scalar::<C>(s) && C::is_signature(key, digest, r, s) {
        Ok(())
    } else {
        Err(Error::new(Reason::SignatureInvalid))
    }
}

/// From 1 to the order of the base point, exclusively.
fn is_scalar<C: Curve>(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0) && bytes < C::ORDER
}

/// Bytes of the longest coordinate, that of P-521.
#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
const LONGEST: usize = 66;

/// The key of a crate.
#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
fn key_of<K: for<'a> TryFrom<&'a [u8]>>(width: usize, key: &Key<'_>) -> Option<K> {
    // Uncompressed (SEC 1 section 2.3.3).
    let mut point = [0; 1 + 2 * LONGEST];
    let (form, coordinates) = point.split_first_mut()?;
    *form = 0x04;
    let bytes = words::big_endian(key.x, width).chain(words::big_endian(key.y, width));
    for (place, byte) in coordinates.iter_mut().zip(bytes) {
        *place = byte;
    }
    let length = width.saturating_mul(2).saturating_add(1);
    K::try_from(point.get(..length)?).ok()
}

#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
fn is_key<K: for<'a> TryFrom<&'a [u8]>>(width: usize, key: &Key<'_>) -> bool {
    key_of::<K>(width, key).is_some()
}

#[cfg(any(feature = "es384", feature = "es512", feature = "es256k"))]
fn verifies<K, S>(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> bool
where
    K: for<'a> TryFrom<&'a [u8]> + PrehashVerifier<S>,
    S: for<'a> TryFrom<&'a [u8]>,
{
    let mut both = [0; 2 * LONGEST];
    for (place, byte) in both.iter_mut().zip(r.iter().chain(s)) {
        *place = *byte;
    }
    let signature = both.get(..r.len().saturating_add(s.len()));
    let signature = signature.and_then(|bytes| S::try_from(bytes).ok());
    let (Some(key), Some(signature)) = (key_of::<K>(r.len(), key), signature) else {
        return false;
    };
    key.verify_prehash(digest, &signature).is_ok()
}
