//! HMAC with SHA-2 (RFC 2104, RFC 7518 section 3.2). The secret, its saved states and the
//! comparison are handled in constant time; only lengths influence the timing.
//!
//! Both hashes of a MAC begin with one block that depends only on the secret. The state after that
//! block is the same for every message, so it can be precomputed (RFC 2104 section 4). It is
//! equivalent to the secret and must be kept as secret.

use super::material::{Material, SharedSecret};
use super::precompute::{KeySize, Precompute, Precomputed, TableSpec};
use super::scheme::Scheme;
use crate::algorithm::Algorithm;
use crate::digest::{Hash, MAX_DIGEST_BYTES};
use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;
use core::ops::Range;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The value of each byte of the inner pad, which precedes the message. [`OUTER`] is the value for
/// the outer pad, which precedes the inner hash (RFC 2104 section 2).
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5C;

/// The length of the longest block, in words.
const BLOCK_WORDS: usize = MAX_DIGEST_BYTES / 4;

/// The length of the two states of the largest hash, in words.
const STATES_WORDS: usize = MAX_DIGEST_BYTES / 4;

/// The hashes whose states can be saved, smallest first. Each row has the bit of the hash in a
/// shape, and the number of words of both states. The table is the same in every build.
const SAVED: [(u8, usize); 3] = [(1, 8), (2, 16), (4, 16)];

/// The shape with the states of all hashes.
const ALL_SAVED: u8 = 7;

/// The position of a hash in [`SAVED`].
fn place_of(hash: Hash) -> usize {
    match hash.length() {
        32 => 0,
        48 => 1,
        _ => 2,
    }
}

/// The hashes in this build.
fn hashes() -> impl Iterator<Item = Hash> {
    let algorithms = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
    algorithms.into_iter().filter_map(Algorithm::hash)
}

/// The number of words that a shape takes.
fn words_of(shape: u8) -> usize {
    let has = |(bit, words): &(u8, usize)| if shape & bit != 0 { *words } else { 0 };
    SAVED.iter().fold(0, |all, saved| all.saturating_add(has(saved)))
}

/// HMAC with each hash.
pub(super) enum Hmac {}

impl Scheme for Hmac {
    type Key<'k> = SharedSecret<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m SharedSecret<'k>> {
        match material {
            Material::Secret(key) => Some(key),
            _ => None,
        }
    }

    fn is_valid(_: &SharedSecret<'_>) -> bool {
        true
    }

    fn verify(
        algorithm: Algorithm,
        key: &SharedSecret<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let hash = algorithm.hash().ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
        verify(hash, key, message, signature)
    }

    /// Plans the states for each hash that the key may verify with.
    fn table_spec(key: &KeySize, precompute: Precompute) -> TableSpec {
        let bit = |hash| SAVED.get(place_of(hash)).map_or(0, |(bit, _)| *bit);
        let hashes = key.algorithms.iter().filter_map(|algorithm| algorithm.hash());
        let shape = hashes.fold(0, |shape, hash| shape | bit(hash));
        let words = words_of(shape);
        if words.saturating_mul(8) <= precompute.bytes() {
            TableSpec { shape, words }
        } else {
            TableSpec::NOTHING
        }
    }

    fn precompute(key: &SharedSecret<'_>, shape: u8, precomputed: &mut [u64]) -> Option<()> {
        for hash in hashes() {
            if let Some(range) = range_of(hash, shape) {
                compute(hash, key, precomputed.get_mut(range)?);
            }
        }
        Some(())
    }

    /// Compares in constant time. Words of a shape with unknown bits pass, because no verification
    /// uses them.
    fn is_precomputed_right(key: &SharedSecret<'_>) -> bool {
        let Precomputed { shape, words } = key.precomputed;
        if shape > ALL_SAVED {
            return true;
        }
        let is_right = |hash: Hash| {
            let Some(saved) = saved(key, hash) else {
                return true;
            };
            let mut computed = [0; STATES_WORDS];
            let computed = computed.get_mut(..saved.len()).unwrap_or_default();
            compute(hash, key, computed);
            let right = (*computed).ct_eq(saved);
            computed.zeroize();
            bool::from(right)
        };
        words.len() == words_of(shape) && hashes().all(is_right)
    }
}

/// The position of the states for a hash among the words of a shape. `None` if the shape lacks them
/// or is unknown.
fn range_of(hash: Hash, shape: u8) -> Option<Range<usize>> {
    let (bit, words) = SAVED.get(place_of(hash))?;
    let start = words_of(shape & bit.wrapping_sub(1));
    (shape <= ALL_SAVED && shape & bit != 0).then_some(start..start.saturating_add(*words))
}

/// The saved states for a hash, if the key has them.
fn saved<'k>(key: &SharedSecret<'k>, hash: Hash) -> Option<&'k [u64]> {
    key.precomputed.words.get(range_of(hash, key.precomputed.shape)?)
}

/// Sets the first half of `states` to the state after the inner pad block. The second half becomes
/// the state after the outer pad block.
fn compute(hash: Hash, key: &SharedSecret<'_>, states: &mut [u64]) {
    let mut block = [0; BLOCK_WORDS];
    if key.length <= hash.block_length() {
        for (place, word) in block.iter_mut().zip(key.words) {
            *place = *word;
        }
    } else {
        // RFC 2104 section 2: a secret longer than a block is replaced by its hash.
        let mut hasher = hash.hasher();
        let mut left = key.length;
        for word in key.words {
            hasher.update(word.to_le_bytes().get(..left.min(8)).unwrap_or_default());
            left = left.saturating_sub(8);
        }
        let mut digest = hasher.finish();
        for (place, word) in block.iter_mut().zip(digest.as_bytes().as_chunks().0) {
            *place = u64::from_le_bytes(*word);
        }
        digest.as_mut_bytes().zeroize();
    }
    let half = states.len() / 2;
    let (inner, outer) = states.split_at_mut_checked(half).unwrap_or_default();
    let mut bytes = block.map(u64::to_le_bytes);
    let bytes = bytes.as_flattened_mut().get_mut(..hash.block_length()).unwrap_or_default();
    for (pad, state) in [(INNER, inner), (INNER ^ OUTER, outer)] {
        // The second pass also removes the first pad, because XOR is its own inverse.
        for byte in bytes.iter_mut() {
            *byte ^= pad;
        }
        let mut hasher = hash.hasher();
        hasher.update(bytes);
        hasher.state(state);
    }
    bytes.zeroize();
    block.zeroize();
}

fn verify(
    hash: Hash,
    key: &SharedSecret<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    // RFC 7518 section 3.2: the whole MAC, not truncated.
    if signature.len() != hash.length() {
        return Err(Error::new(Reason::SignatureLength));
    }
    let difference = match saved(key, hash) {
        Some(states) => difference(hash, states, message, signature),
        None => {
            let mut states = [0; STATES_WORDS];
            let words = words_of(1 << place_of(hash));
            let states = states.get_mut(..words).unwrap_or_default();
            compute(hash, key, states);
            let difference = difference(hash, states, message, signature);
            states.zeroize();
            difference
        }
    };
    StepCounter::of_signature(difference)
}

/// Compares a signature with the MAC word by word. Returns the differing bits of all words,
/// combined by OR: zero if they are equal.
fn difference(hash: Hash, states: &[u64], message: &[u8], signature: &[u8]) -> u64 {
    let (inner, outer) = states.split_at_checked(states.len() / 2).unwrap_or_default();
    let digest = hash.digest_behind(inner, message);
    let mut mac = hash.digest_behind(outer, digest.as_bytes());
    let difference = mac.difference(signature);
    // If the message is forged, an attacker could make a valid token with its MAC. So the MAC is
    // wiped.
    mac.as_mut_bytes().zeroize();
    difference
}
