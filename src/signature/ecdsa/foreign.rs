//! The curves whose arithmetic is that of the `ecdsa` crate and of a crate for each curve.

use super::{point_of, scalars};
use crate::algorithm::Algorithm;
use crate::error::{Error, Reason};
use crate::signature::material::{Material, PointKey};
use crate::signature::scheme::Scheme;
use crate::step_counter::StepCounter;
use crate::words;
use core::marker::PhantomData;
use ecdsa::signature::hazmat::PrehashVerifier;

/// A curve with a crate of its own.
pub(crate) trait ForeignCurve {
    type Key: for<'a> TryFrom<&'a [u8]> + PrehashVerifier<Self::Signature>;
    type Signature: for<'a> TryFrom<&'a [u8]>;

    /// As in [`Curve`](super::Curve).
    const ORDER: &'static [u8];

    /// Replaces s by n - s if s is above n/2.
    ///
    /// RFC 7518 section 3.4 and RFC 8812 section 3.2 allow every s from 1 to n - 1. If (r, s) is
    /// valid, so is (r, n - s). The crate of a curve may reject the larger of the two, as `k256`
    /// does.
    fn low_s(signature: &Self::Signature) -> Self::Signature;
}

/// ECDSA on such a curve.
pub(crate) struct Foreign<C>(PhantomData<C>);

impl<C: ForeignCurve> Scheme for Foreign<C> {
    type Key<'k> = PointKey<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m PointKey<'k>> {
        point_of(material)
    }

    fn is_valid(key: &PointKey<'_>) -> bool {
        key_of::<C>(key).is_some()
    }

    fn verify(
        algorithm: Algorithm,
        key: &PointKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let hash = algorithm.hash().ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
        let digest = hash.digest(message);
        let (r, s) = scalars(C::ORDER, signature)?;
        StepCounter::of_signature(difference::<C>(key, digest.as_bytes(), r, s))
    }
}

#[cfg(feature = "es512")]
pub(crate) type P521 = Foreign<p521::NistP521>;

#[cfg(feature = "es512")]
impl ForeignCurve for p521::NistP521 {
    type Key = p521::ecdsa::VerifyingKey;
    type Signature = p521::ecdsa::Signature;

    const ORDER: &'static [u8] = &[
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01,
        0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F,
        0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
    ];

    fn low_s(signature: &Self::Signature) -> Self::Signature {
        signature.normalize_s()
    }
}

#[cfg(feature = "es256k")]
pub(crate) type Secp256k1 = Foreign<k256::Secp256k1>;

#[cfg(feature = "es256k")]
impl ForeignCurve for k256::Secp256k1 {
    type Key = k256::ecdsa::VerifyingKey;
    type Signature = k256::ecdsa::Signature;

    const ORDER: &'static [u8] = &[
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFE, 0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36,
        0x41, 0x41,
    ];

    fn low_s(signature: &Self::Signature) -> Self::Signature {
        signature.normalize_s()
    }
}

/// Bytes of the longest coordinate (P-521).
const LONGEST: usize = 66;

/// Converts a key to the type of the crate.
fn key_of<C: ForeignCurve>(key: &PointKey<'_>) -> Option<C::Key> {
    let width = C::ORDER.len();
    // Uncompressed (SEC 1 section 2.3.3).
    let mut point = [0; 1 + 2 * LONGEST];
    let (form, coordinates) = point.split_first_mut()?;
    *form = 0x04;
    let bytes = words::big_endian(key.x, width).chain(words::big_endian(key.y, width));
    for (place, byte) in coordinates.iter_mut().zip(bytes) {
        *place = byte;
    }
    let length = width.saturating_mul(2).saturating_add(1);
    C::Key::try_from(point.get(..length)?).ok()
}

/// Returns 0 if the crate of the curve accepts the signature, else all ones.
///
/// Not inlined: the stack frame of each curve has kilobytes, and inlining would add it to all other
/// curves.
#[inline(never)]
fn difference<C: ForeignCurve>(key: &PointKey<'_>, digest: &[u8], r: &[u8], s: &[u8]) -> u64 {
    let mut both = [0; 2 * LONGEST];
    for (place, byte) in both.iter_mut().zip(r.iter().chain(s)) {
        *place = *byte;
    }
    let signature = both.get(..r.len().saturating_add(s.len()));
    let signature = signature.and_then(|bytes| C::Signature::try_from(bytes).ok());
    let (Some(key), Some(signature)) = (key_of::<C>(key), signature) else {
        return u64::MAX;
    };
    if key.verify_prehash(digest, &C::low_s(&signature)).is_ok() { 0 } else { u64::MAX }
}
