//! ECDSA (FIPS 186-5 section 6.4, RFC 7518 section 3.4, RFC 8812). P-256 and P-384 use the
//! project's own arithmetic. The other curves use the `ecdsa` crate and the crates of the curves.

use super::precompute::Precomputed;
use super::precompute::{Precompute, TableSpec};
use super::{job::SignatureJob, material::Material};
use crate::algorithm::KeyKind;
use crate::arithmetic::comb::{self, Shape};
use crate::arithmetic::ecdsa as equation;
use crate::arithmetic::ecdsa::batch::{self, Case};
use crate::arithmetic::p256;
use crate::arithmetic::p384;
use crate::arithmetic::{curve, element::Prime, limb::NativeLimb, number::LongNumber as _};
use crate::der;
use crate::error::{Error, Reason};
use crate::limits::BATCH;
use crate::step_counter::StepCounter;
#[cfg(any(feature = "es512", feature = "es256k"))]
use crate::words;
#[cfg(any(feature = "es512", feature = "es256k"))]
use ecdsa::signature::hazmat::PrehashVerifier;

/// A public key: both coordinates as numbers in words.
#[derive(Clone, Copy)]
pub(super) struct Key<'k> {
    pub(super) x: &'k [u64],
    pub(super) y: &'k [u64],
    pub(super) precomputed: Precomputed<'k>,
}

/// The differences between curves.
pub(super) trait Curve {
    /// The order of the base point, most significant byte first, as wide as a coordinate.
    const ORDER: &'static [u8];

    /// Returns whether a key is a point on the curve.
    fn has(key: &Key<'_>) -> bool;

    /// Returns zero if (r, s) is a valid signature of the digest, else the bits in which a
    /// comparison differs. `r` and `s` are in range and as wide as the order. For a crate that
    /// returns only true or false, the result is zero or all ones.
    fn difference(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64;
}

/// A curve of the project's own arithmetic.
pub(super) trait OwnCurve {
    type Curve: curve::Curve;

    /// The number of the first shape of the curve in records. The other shapes have the numbers
    /// after it. It never changes.
    const FIRST_SHAPE: u8;
}

/// The shapes of precomputed tables, each with its number in a record. Every build knows all of
/// them.
fn shapes<C: OwnCurve>() -> impl Iterator<Item = (u8, &'static Shape)> {
    (C::FIRST_SHAPE..).zip(<C::Curve as curve::Curve>::SHAPES)
}

fn shape_of<C: OwnCurve>(number: u8) -> Option<Shape> {
    shapes::<C>().find(|(known, _)| *known == number).map(|(_, shape)| *shape)
}

/// Plans the largest precomputation that `precompute` allows. If two shapes have the same size, a
/// build with SIMD lanes takes the latter, on every machine.
pub(super) fn table_spec<C: OwnCurve>(precompute: Precompute) -> TableSpec {
    shapes::<C>().fold(TableSpec::NOTHING, |best, (number, shape)| {
        let words = curve::words::<C::Curve>(shape);
        let is_better = words > best.words || cfg!(feature = "accelerated") && words == best.words;
        if is_better && words.saturating_mul(8) <= precompute.bytes() {
            TableSpec { shape: number, words }
        } else {
            best
        }
    })
}

/// Performs the precomputation; `None` if the key is invalid.
pub(super) fn precompute<C: OwnCurve>(
    x: &[u64],
    y: &[u64],
    shape: u8,
    precomputed: &mut [u64],
) -> Option<()> {
    let point = curve::point::<C::Curve>(x, y)?;
    comb::build(&shape_of::<C>(shape)?, &point, precomputed)
}

/// Returns whether the precomputed words equal those that [`precompute`] computes. Also `true` if
/// there are no words or their shape is unknown.
pub(super) fn check_precomputed<C: OwnCurve>(key: &Key<'_>) -> bool {
    let Some(shape) = shape_of::<C>(key.precomputed.shape) else {
        return true;
    };
    let point = curve::point::<C::Curve>(key.x, key.y);
    point.is_some_and(|point| comb::check(&shape, &point, key.precomputed.words))
}

fn is_point<C: OwnCurve>(key: &Key<'_>) -> bool {
    curve::point::<C::Curve>(key.x, key.y).is_some()
}

/// The signature r, s of a digest as input for the arithmetic. Both are as wide as the order.
fn case<'k, C: OwnCurve>(
    key: &Key<'k>,
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<Case<'k, C::Curve>> {
    let mut numbers = [<C::Curve as Prime>::Words::ZERO; 3];
    for (place, bytes) in numbers.iter_mut().zip(&[digest, r, s]) {
        curve::read::<C::Curve>(bytes, place)?;
    }
    let [digest, r, s] = numbers;
    let key = equation::Key {
        x: key.x,
        y: key.y,
        #[cfg(feature = "precompute")]
        tables: shape_of::<C>(key.precomputed.shape).map(|shape| (shape, key.precomputed.words)),
        #[cfg(all(test, not(feature = "precompute")))]
        tables: None,
    };
    Some(Case { key, digest, r, s, difference: None })
}

fn own_difference<C: OwnCurve>(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> Option<u64> {
    let case = case::<C>(key, digest, r, s)?;
    equation::difference::<C::Curve>(&case.key, &case.digest, &case.r, &case.s)
}

pub(super) enum P256 {}

impl Curve for P256 {
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];

    fn has(key: &Key<'_>) -> bool {
        is_point::<Self>(key)
    }

    fn difference(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64 {
        own_difference::<Self>(key, digest, r, s).unwrap_or(u64::MAX)
    }
}

impl OwnCurve for P256 {
    type Curve = p256::P256<NativeLimb>;
    const FIRST_SHAPE: u8 = 1;
}

pub(super) enum P384 {}

impl Curve for P384 {
    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
        0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC,
        0xC5, 0x29, 0x73,
    ];

    fn has(key: &Key<'_>) -> bool {
        is_point::<Self>(key)
    }

    fn difference(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64 {
        own_difference::<Self>(key, digest, r, s).unwrap_or(u64::MAX)
    }
}

impl OwnCurve for P384 {
    type Curve = p384::P384<NativeLimb>;
    const FIRST_SHAPE: u8 = 7;
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

    fn difference(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64 {
        let low_s = p521::ecdsa::Signature::normalize_s;
        difference::<p521::ecdsa::VerifyingKey, _>(key, digest, r, s, low_s)
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

    fn difference(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64 {
        let low_s = k256::ecdsa::Signature::normalize_s;
        difference::<k256::ecdsa::VerifyingKey, _>(key, digest, r, s, low_s)
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
) -> Result<StepCounter, Error> {
    let (r, s) = scalars::<C>(signature)?;
    StepCounter::of_signature(C::difference(key, digest, r, s))
}

/// R and S of a signature, in range.
///
/// # Errors
///
/// As for [`super::verify`].
#[inline]
fn scalars<C: Curve>(signature: &[u8]) -> Result<(&[u8], &[u8]), Error> {
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
    // FIPS 186-5 section 6.4.2 step 1, for every curve: without this check a signature of zeros
    // verifies for any message (CVE-2022-21449).
    if !is_scalar::<C>(r) || !is_scalar::<C>(s) {
        return Err(Error::new(Reason::SignatureInvalid));
    }
    Ok((r, s))
}

/// Verifies the signatures with keys of this curve, each as [`super::verify`] does. The others get
/// no result.
pub(super) fn verify_batch<C: OwnCurve + Curve>(
    curve: KeyKind,
    jobs: &mut [Option<SignatureJob<'_>>; BATCH],
) {
    let mut cases: [Option<Case<'_, C::Curve>>; BATCH] = [const { None }; BATCH];
    for (place, job) in cases.iter_mut().zip(jobs.iter_mut()) {
        let Some(SignatureJob { algorithm, material, message, signature, result }) = job else {
            continue;
        };
        let Material::Point { kind, x, y, precomputed } = *material else { continue };
        if kind != curve || algorithm.key_kind() != curve {
            continue;
        }
        match scalars::<C>(signature) {
            Ok((r, s)) => {
                let digest = algorithm.hash().map(|hash| hash.digest(message));
                let key = Key { x, y, precomputed };
                *place = digest.and_then(|digest| case::<C>(&key, digest.as_bytes(), r, s));
            }
            Err(error) => *result = Some(Err(error)),
        }
    }
    batch::set_differences(&mut cases);
    for (job, case) in jobs.iter_mut().zip(&cases) {
        if let (Some(job), Some(case)) = (job, case) {
            job.result = Some(StepCounter::of_signature(case.difference.unwrap_or(u64::MAX)));
        }
    }
}

/// Returns whether the number is from 1 to the order of the base point, exclusive.
fn is_scalar<C: Curve>(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0) && bytes < C::ORDER
}

/// Bytes of the longest coordinate (P-521).
#[cfg(any(feature = "es512", feature = "es256k"))]
const LONGEST: usize = 66;

/// Converts a key to the type of a crate.
#[cfg(any(feature = "es512", feature = "es256k"))]
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

#[cfg(any(feature = "es512", feature = "es256k"))]
fn is_key<K: for<'a> TryFrom<&'a [u8]>>(width: usize, key: &Key<'_>) -> bool {
    key_of::<K>(width, key).is_some()
}

/// Returns 0 if the crate of the curve accepts the signature. `low_s` replaces s by n - s if s is
/// above n/2.
///
/// RFC 7518 section 3.4 and RFC 8812 section 3.2 allow every s from 1 to n - 1. If (r, s) is valid,
/// so is (r, n - s). The crate of a curve may reject the larger of the two, as `k256` does.
///
/// Not inlined: the stack frame of each curve has kilobytes, and inlining would add it to all other
/// curves.
#[cfg(any(feature = "es512", feature = "es256k"))]
#[inline(never)]
fn difference<K, S>(key: &Key<'_>, digest: &[u8], r: &[u8], s: &[u8], low_s: fn(&S) -> S) -> u64
where
    K: for<'a> TryFrom<&'a [u8]> + PrehashVerifier<S>,
    S: for<'a> TryFrom<&'a [u8]>,
{
    let mut both = [0; 2 * LONGEST];
    for (place, byte) in both.iter_mut().zip(r.iter().chain(s)) {
        *place = *byte;
    }
    let signature = both.get(..r.len().saturating_add(s.len()));
    let signature = signature.and_then(|bytes| S::try_from(bytes).ok()).map(|it| low_s(&it));
    let (Some(key), Some(signature)) = (key_of::<K>(r.len(), key), signature) else {
        return u64::MAX;
    };
    if key.verify_prehash(digest, &signature).is_ok() { 0 } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_from_one_to_the_order_exclusively() {
        let order = P256::ORDER;
        let (last, before) = order.split_last().unwrap();
        let with = |last: u8| [before, &[last]].concat();
        assert!(!is_scalar::<P256>(order) && !is_scalar::<P256>(&with(last + 1)));
        assert!(is_scalar::<P256>(&with(last - 1)));
        let mut one = [0; 32];
        assert!(!is_scalar::<P256>(&one));
        one[31] = 1;
        assert!(is_scalar::<P256>(&one));
    }
}
