//! ML-DSA (FIPS 204, RFC 9964): the pure version, with an empty context.

use super::precompute::Precomputed;
#[cfg(feature = "precompute")]
use super::precompute::{Precompute, TableSpec};
use crate::algorithm::KeyKind;
use crate::arithmetic::ml_dsa;
use crate::arithmetic::ml_dsa::level::{Level, ML_DSA_44, ML_DSA_65, ML_DSA_87};
#[cfg(feature = "precompute")]
use crate::arithmetic::ml_dsa::prepared::{self, Prepared};
use crate::digest::shake::Shake;
use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;

/// The first 64 bytes of SHAKE256.
pub(super) fn shake256(message: &[u8]) -> [u8; 64] {
    let mut hasher = Shake::shake256();
    hasher.absorb(message);
    let mut output = [0; 64];
    for (place, word) in output.as_chunks_mut().0.iter_mut().zip(hasher.digest()) {
        *place = word.to_le_bytes();
    }
    output
}

/// True if the transformed polynomials of the response are kept. They take 1 KB of stack for each
/// column of the matrix: 4, 5 or 7 KB.
const KEPT: bool = cfg!(any(feature = "ml-dsa-fast", not(small)));

fn level_of(kind: KeyKind) -> Option<&'static Level> {
    match kind {
        KeyKind::MlDsa44 => Some(&ML_DSA_44),
        KeyKind::MlDsa65 => Some(&ML_DSA_65),
        KeyKind::MlDsa87 => Some(&ML_DSA_87),
        _ => None,
    }
}

/// A public key: its bytes packed into words.
#[derive(Clone, Copy)]
pub(super) struct Key<'k> {
    pub(super) kind: KeyKind,
    pub(super) words: &'k [u64],
    pub(super) precomputed: Precomputed<'k>,
}

/// The number of the only shape, the matrix and t1, in a record. It never changes.
#[cfg(feature = "precompute")]
const MATRIX: u8 = 1;

/// Plans the precomputation, which takes between 15 and 48 KB.
#[cfg(feature = "precompute")]
pub(super) fn table_spec(kind: KeyKind, precompute: Precompute) -> TableSpec {
    let spec =
        level_of(kind).map(|level| TableSpec { shape: MATRIX, words: prepared::words(level) });
    let fitting = spec.filter(|spec| spec.words.saturating_mul(8) <= precompute.bytes());
    fitting.unwrap_or(TableSpec::NOTHING)
}

/// Performs the precomputation; `None` if the key or the memory does not have the right length.
#[cfg(feature = "precompute")]
pub(super) fn precompute(
    kind: KeyKind,
    words: &[u64],
    shape: u8,
    precomputed: &mut [u64],
) -> Option<()> {
    if shape != MATRIX {
        return None;
    }
    prepared::write(level_of(kind)?, &ml_dsa::Key::new(words).public, precomputed)
}

/// Returns whether the precomputed words equal those that [`precompute`] computes. Also `true` if
/// there are no words or their shape is unknown.
#[cfg(feature = "precompute")]
pub(super) fn check_precomputed(key: &Key<'_>) -> bool {
    if key.precomputed.shape != MATRIX {
        return true;
    }
    level_of(key.kind).is_some_and(|level| {
        prepared::are_right(level, &ml_dsa::Key::new(key.words).public, key.precomputed.words)
    })
}

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify(
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    let level = level_of(key.kind).ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
    if signature.len() != level.signature_bytes() {
        // FIPS 204 section 3.6.2.
        return Err(Error::new(Reason::SignatureLength));
    }
    let raw = ml_dsa::Key::new(key.words);
    #[cfg(feature = "precompute")]
    let raw = match key.precomputed {
        Precomputed { shape: MATRIX, words } => {
            ml_dsa::Key { prepared: Prepared::of(level, words), ..raw }
        }
        _ => raw,
    };
    // The same code for every level, in a stack frame of its own.
    let difference = match (KEPT, level.columns) {
        (false, _) => ml_dsa::difference::<0>,
        (true, 4) => ml_dsa::difference::<4>,
        (true, 5) => ml_dsa::difference::<5>,
        (true, _) => ml_dsa::difference::<7>,
    };
    StepCounter::of_signature(difference(level, &raw, message, signature).unwrap_or(u64::MAX))
}
