//! ML-DSA (FIPS 204, RFC 9964): the pure version, with an empty context.

use super::material::{EncodedKey, Material};
use super::precompute::{KeySize, Precompute, Precomputed, TableSpec};
use super::scheme::Scheme;
use crate::algorithm::{Algorithm, KeyKind};
use crate::arithmetic::ml_dsa;
use crate::arithmetic::ml_dsa::level::{Level, ML_DSA_44, ML_DSA_65, ML_DSA_87};
use crate::arithmetic::ml_dsa::prepared::{self, Prepared};
use crate::digest::Digest;
use crate::digest::shake::Shake;
use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;
use crate::switches::PRECOMPUTE;

/// The first 64 bytes of SHAKE256.
fn shake256(message: &[u8]) -> [u8; 64] {
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

/// The number of the only shape, the matrix and t1, in a record. It never changes.
const MATRIX: u8 = 1;

/// ML-DSA of each level.
pub(super) enum MlDsa {}

impl Scheme for MlDsa {
    type Key<'k> = EncodedKey<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m EncodedKey<'k>> {
        match material {
            Material::Encoded(key) => Some(key),
            _ => None,
        }
    }

    /// Every byte string of the right width is a valid public key.
    fn is_valid(_: &EncodedKey<'_>) -> bool {
        true
    }

    fn verify(
        _: Algorithm,
        key: &EncodedKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let level = level_of(key.kind).ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
        if signature.len() != level.signature_bytes() {
            // FIPS 204 section 3.6.2.
            return Err(Error::new(Reason::SignatureLength));
        }
        let raw = ml_dsa::Key::new(key.words);
        let key = match key.precomputed {
            Precomputed { shape: MATRIX, words } if PRECOMPUTE => {
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
        let difference = difference(level, &key, message, signature);
        StepCounter::of_signature(difference.unwrap_or(u64::MAX))
    }

    /// RFC 9964 defines no such hash. Issuers and clients take 64 bytes of SHAKE256, which FIPS 204
    /// uses internally: oidc-provider 9.13.3, oidc-token-hash 5.2.0 and oauth4webapi 3.8.8 agree.
    fn hash_of_value(_: Algorithm, value: &[u8]) -> Option<Digest> {
        Some(Digest::of(shake256(value)))
    }

    /// The precomputation takes between 15 and 48 KB.
    fn table_spec(key: &KeySize, precompute: Precompute) -> TableSpec {
        let spec = level_of(key.kind)
            .map(|level| TableSpec { shape: MATRIX, words: prepared::words(level) });
        let fitting = spec.filter(|spec| spec.words.saturating_mul(8) <= precompute.bytes());
        fitting.unwrap_or(TableSpec::NOTHING)
    }

    fn precompute(key: &EncodedKey<'_>, shape: u8, precomputed: &mut [u64]) -> Option<()> {
        if shape != MATRIX {
            return None;
        }
        prepared::write(level_of(key.kind)?, &ml_dsa::Key::new(key.words).public, precomputed)
    }

    fn is_precomputed_right(key: &EncodedKey<'_>) -> bool {
        if key.precomputed.shape != MATRIX {
            return true;
        }
        level_of(key.kind).is_some_and(|level| {
            prepared::are_right(level, &ml_dsa::Key::new(key.words).public, key.precomputed.words)
        })
    }
}
