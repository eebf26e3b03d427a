//! ECDSA (FIPS 186-5 section 6.4, RFC 7518 section 3.4, RFC 8812).
//!
//! RFC 7518 section 3.4 and RFC 8812 section 3.2 allow every s from 1 to n - 1. If (r, s) is valid,
//! so is (r, n - s).

use super::job::SignatureJob;
use super::material::{Material, PointKey};
use super::precompute::{KeySize, Precompute, TableSpec};
use super::scheme::Scheme;
use crate::algorithm::{Algorithm, KeyKind};
use crate::arithmetic::comb::{self, Shape};
use crate::arithmetic::ecdsa as equation;
use crate::arithmetic::ecdsa::batch::{self, Case};
use crate::arithmetic::p256;
use crate::arithmetic::p384;
use crate::arithmetic::p521;
use crate::arithmetic::scalar;
use crate::arithmetic::secp256k1;
use crate::arithmetic::{curve, element::Prime, limb::NativeLimb, number::LongNumber as _};
use crate::der;
use crate::error::{Error, Reason};
use crate::limits::BATCH;
use crate::step_counter::StepCounter;
use crate::switches::PRECOMPUTE;

/// The differences between curves.
pub(super) trait Curve {
    type Arithmetic: curve::Curve;

    /// The order of the base point, most significant byte first, as wide as a coordinate.
    const ORDER: &'static [u8];

    /// The number of the first shape of the curve in records. The other shapes have the numbers
    /// after it. It never changes.
    const FIRST_SHAPE: u8;
}

pub(super) enum P256 {}

impl Curve for P256 {
    type Arithmetic = p256::P256<NativeLimb>;

    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
        0x25, 0x51,
    ];

    const FIRST_SHAPE: u8 = 1;
}

pub(super) enum P384 {}

impl Curve for P384 {
    type Arithmetic = p384::P384<NativeLimb>;

    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37,
        0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC,
        0xC5, 0x29, 0x73,
    ];

    const FIRST_SHAPE: u8 = 7;
}

pub(super) enum P521 {}

impl Curve for P521 {
    type Arithmetic = p521::P521<NativeLimb>;

    const ORDER: &'static [u8] = &[
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01,
        0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F,
        0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
    ];

    const FIRST_SHAPE: u8 = 1;
}

pub(super) enum Secp256k1 {}

impl Curve for Secp256k1 {
    type Arithmetic = secp256k1::Secp256k1<NativeLimb>;

    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFE, 0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36,
        0x41, 0x41,
    ];

    const FIRST_SHAPE: u8 = 1;
}

impl<C: Curve> Scheme for C {
    type Key<'k> = PointKey<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m PointKey<'k>> {
        point_of(material)
    }

    fn is_valid(key: &PointKey<'_>) -> bool {
        curve::point::<C::Arithmetic>(key.x, key.y).is_some()
    }

    fn verify(
        algorithm: Algorithm,
        key: &PointKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let [u1, u2, r] = quotients::<C>(algorithm, message, signature)?;
        let difference =
            equation::difference_by::<C::Arithmetic>(&equation_key::<C>(key), &(u1, u2), &r);
        StepCounter::of_signature(difference.unwrap_or(u64::MAX))
    }

    fn verify_batch(kind: KeyKind, jobs: &mut [Option<SignatureJob<'_>>; BATCH]) {
        let mut cases: [Option<Case<'_, C::Arithmetic>>; BATCH] = [const { None }; BATCH];
        for (place, job) in cases.iter_mut().zip(jobs.iter_mut()) {
            let Some(SignatureJob { algorithm, material, message, signature, result }) = job else {
                continue;
            };
            let Material::Point(key) = material else { continue };
            if key.kind != kind || algorithm.key_kind() != kind {
                continue;
            }
            match scalars(C::ORDER, signature) {
                Ok((r, s)) => {
                    let digest = algorithm.hash().map(|hash| hash.digest(message));
                    *place = digest.and_then(|digest| case::<C>(key, digest.as_bytes(), r, s));
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

    /// If two shapes have the same size, a build with SIMD lanes takes the latter, on every
    /// machine.
    fn table_spec(_: &KeySize, precompute: Precompute) -> TableSpec {
        shapes::<C>().fold(TableSpec::NOTHING, |best, (number, shape)| {
            let words = curve::words::<C::Arithmetic>(shape);
            let is_better =
                words > best.words || cfg!(feature = "accelerated") && words == best.words;
            if is_better && words.saturating_mul(8) <= precompute.bytes() {
                TableSpec { shape: number, words }
            } else {
                best
            }
        })
    }

    fn precompute(key: &PointKey<'_>, shape: u8, precomputed: &mut [u64]) -> Option<()> {
        let point = curve::point::<C::Arithmetic>(key.x, key.y)?;
        comb::build(&shape_of::<C>(shape)?, &point, precomputed)
    }

    fn is_precomputed_right(key: &PointKey<'_>) -> bool {
        let Some(shape) = shape_of::<C>(key.precomputed.shape) else {
            return true;
        };
        let point = curve::point::<C::Arithmetic>(key.x, key.y);
        point.is_some_and(|point| comb::check(&shape, &point, key.precomputed.words))
    }
}

fn point_of<'m, 'k>(material: &'m Material<'k>) -> Option<&'m PointKey<'k>> {
    match material {
        Material::Point(key) => Some(key),
        _ => None,
    }
}

/// The shapes of precomputed tables, each with its number in a record. Every build knows all of
/// them.
fn shapes<C: Curve>() -> impl Iterator<Item = (u8, &'static Shape)> {
    (C::FIRST_SHAPE..).zip(<C::Arithmetic as curve::Curve>::SHAPES)
}

fn shape_of<C: Curve>(number: u8) -> Option<Shape> {
    shapes::<C>().find(|(known, _)| *known == number).map(|(_, shape)| *shape)
}

/// The quotients digest/s and r/s of a signature, and r.
///
/// # Errors
///
/// As for [`super::verify`].
// Not inlined, so that the digest and s are gone from the stack afterwards.
#[inline(never)]
fn quotients<C: Curve>(
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<[<C::Arithmetic as Prime>::Words; 3], Error> {
    let hash = algorithm.hash().ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
    let digest = hash.digest(message);
    let (r, s) = scalars(C::ORDER, signature)?;
    let quotients = numbers::<C>([digest.as_bytes(), r, s]).and_then(|[digest, r, s]| {
        let (u1, u2) = scalar::quotients::<C::Arithmetic>(&digest, &r, &s)?;
        Some([u1, u2, r])
    });
    quotients.ok_or(Error::new(Reason::SignatureInvalid))
}

/// The signature r, s of a digest as input for the arithmetic. Both are as wide as the order. The
/// digest may be shorter: SHA-512 has 64 bytes, the order of P-521 has 66.
fn case<'k, C: Curve>(
    key: &PointKey<'k>,
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<Case<'k, C::Arithmetic>> {
    let [digest, r, s] = numbers::<C>([digest, r, s])?;
    Some(Case { key: equation_key::<C>(key), digest, r, s, difference: None })
}

fn numbers<C: Curve>(bytes: [&[u8]; 3]) -> Option<[<C::Arithmetic as Prime>::Words; 3]> {
    let mut numbers = [<C::Arithmetic as Prime>::Words::ZERO; 3];
    for (place, bytes) in numbers.iter_mut().zip(bytes) {
        curve::read::<C::Arithmetic>(bytes, place)?;
    }
    Some(numbers)
}

fn equation_key<'k, C: Curve>(key: &PointKey<'k>) -> equation::Key<'k> {
    let tables = match PRECOMPUTE {
        true => shape_of::<C>(key.precomputed.shape).map(|shape| (shape, key.precomputed.words)),
        false => None,
    };
    equation::Key { x: key.x, y: key.y, tables }
}

/// R and S of a signature, in range. `order` is the order of the base point.
///
/// # Errors
///
/// As for [`super::verify`].
#[inline]
fn scalars<'s>(order: &[u8], signature: &'s [u8]) -> Result<(&'s [u8], &'s [u8]), Error> {
    // RFC 7518 section 3.4: R and S side by side, each as wide as the curve's order.
    let halves = signature.split_at_checked(order.len()).filter(|(_, s)| s.len() == order.len());
    let Some((r, s)) = halves else {
        return Err(Error::new(if der::is_signature(signature) {
            Reason::SignatureIsDer
        } else {
            Reason::SignatureLength
        }));
    };
    // FIPS 186-5 section 6.4.2 step 1, for every curve: without this check a signature of zeros
    // verifies for any message (CVE-2022-21449).
    if !is_scalar(order, r) || !is_scalar(order, s) {
        return Err(Error::new(Reason::SignatureInvalid));
    }
    Ok((r, s))
}

/// Returns whether the number is from 1 to the order of the base point, exclusive.
fn is_scalar(order: &[u8], bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0) && bytes < order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_from_one_to_the_order_exclusively() {
        let order = P256::ORDER;
        let (last, before) = order.split_last().unwrap();
        let with = |last: u8| [before, &[last]].concat();
        assert!(!is_scalar(order, order) && !is_scalar(order, &with(last + 1)));
        assert!(is_scalar(order, &with(last - 1)));
        let mut one = [0; 32];
        assert!(!is_scalar(order, &one));
        one[31] = 1;
        assert!(is_scalar(order, &one));
    }
}
