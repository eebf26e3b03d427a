//! Ed25519 (RFC 8032 section 5.1, RFC 8037) with strict rules. S is less than the order. The key
//! and R have their canonical encoding and are not of small order. The equation is the cofactorless
//! one, without the factor 8.

use super::material::{EncodedKey, Material};
use super::precompute::{KeySize, Precompute, TableSpec};
use super::scheme::Scheme;
use crate::algorithm::{Algorithm, KeyKind};
use crate::arithmetic::comb::Shape;
use crate::arithmetic::ed25519::{self, scalar};
use crate::digest::Hash;
use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;
use crate::switches::PRECOMPUTE;

/// The length in bytes of a public key, and of each half of a signature.
const WIDTH: usize = 32;

/// The shapes of precomputed tables, each with its number in a record, which never changes.
fn shapes() -> impl Iterator<Item = (u8, &'static Shape)> {
    (1..).zip(ed25519::SHAPES)
}

fn shape_of(number: u8) -> Option<&'static Shape> {
    shapes().find(|(known, _)| *known == number).map(|(_, shape)| shape)
}

/// EdDSA with Ed25519.
pub(super) enum Ed25519 {}

impl Scheme for Ed25519 {
    type Key<'k> = EncodedKey<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m EncodedKey<'k>> {
        match material {
            Material::Encoded(key) if key.kind == KeyKind::Ed25519 => Some(key),
            _ => None,
        }
    }

    /// RFC 8032 section 5.1.3. A key of small order is invalid too.
    fn is_valid(key: &EncodedKey<'_>) -> bool {
        key.words.try_into().is_ok_and(ed25519::is_key)
    }

    fn verify(
        _: Algorithm,
        key: &EncodedKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        verify(key, message, signature)
    }

    fn table_spec(_: &KeySize, precompute: Precompute) -> TableSpec {
        let fitting = shapes()
            .map(|(shape, how)| TableSpec { shape, words: ed25519::words(how) })
            .filter(|spec| spec.words.saturating_mul(8) <= precompute.bytes());
        fitting.last().unwrap_or(TableSpec::NOTHING)
    }

    fn precompute(key: &EncodedKey<'_>, shape: u8, precomputed: &mut [u64]) -> Option<()> {
        ed25519::precompute(key.words.try_into().ok()?, shape_of(shape)?, precomputed)
    }

    fn is_precomputed_right(key: &EncodedKey<'_>) -> bool {
        let Some(shape) = shape_of(key.precomputed.shape) else {
            return true;
        };
        let encoded = key.words.try_into();
        encoded
            .is_ok_and(|encoded| ed25519::check_precomputed(encoded, shape, key.precomputed.words))
    }
}

/// Not inlined: inlining would add its stack frame to all other algorithms.
#[inline(never)]
fn verify(key: &EncodedKey<'_>, message: &[u8], signature: &[u8]) -> Result<StepCounter, Error> {
    // RFC 8032 section 5.1.7: a signature is R followed by S.
    let signature: &[u8; 2 * WIDTH] = signature.try_into().map_err(|_| Reason::SignatureLength)?;
    let not_on_curve = Error::new(Reason::KeyNotOnCurve);
    let encoded: &[u64; 4] = key.words.try_into().map_err(|_| not_on_curve)?;
    let [r @ .., s0, s1, s2, s3] = numbers(signature);
    let s = [s0, s1, s2, s3];
    if !scalar::is_reduced(&s) {
        // RFC 8032 section 5.1.7 step 1.
        return Err(Error::new(Reason::SignatureInvalid));
    }
    let mut hasher = Hash::Sha512.hasher();
    for word in r.iter().chain(encoded) {
        hasher.update(&word.to_le_bytes());
    }
    hasher.update(message);
    let digest = hasher.finish();
    let digest: &[u8; 2 * WIDTH] =
        digest.as_bytes().try_into().map_err(|_| Reason::SignatureInvalid)?;
    let k = scalar::reduced(&numbers(digest));
    let tables = match PRECOMPUTE {
        true => shape_of(key.precomputed.shape).map(|shape| (*shape, key.precomputed.words)),
        false => None,
    };
    let key = ed25519::Key { encoded, tables };
    let difference = ed25519::difference(&key, &k, &r, &s).ok_or(not_on_curve)?;
    StepCounter::of_signature(difference)
}

/// The bytes as words, the first byte lowest.
fn numbers(bytes: &[u8; 2 * WIDTH]) -> [u64; 8] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    words
}
