//! HMAC with SHA-2 (RFC 2104, RFC 7518 section 3.2). The secret, what is saved of it and the comparison are handled
//! in constant time; only lengths show.
//!
//! Both hashes of a MAC begin with one block that is the secret and nothing else. What that block leaves is the same
//! for every message, and is what is prepared (RFC 2104 section 4): it is as good as the secret, and as secret.

use super::prepare::{Plan, Prepare, Prepared};
use crate::algorithm::Algorithms;
use crate::digest::Hash;
use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;
use core::ops::Range;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Each byte of the block before the message, and of that before its hash (RFC 2104 section 2).
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5C;

/// Words of the longest block.
const BLOCK_WORDS: usize = if cfg!(feature = "sha512") { 16 } else { 8 };

/// Words of both states of the hash with the longest.
const STATES_WORDS: usize = if cfg!(feature = "sha512") { 16 } else { 8 };

/// A secret of `length` bytes, zeros behind the last.
#[derive(Clone, Copy)]
pub(super) struct Key<'k> {
    pub(super) words: &'k [u64],
    pub(super) length: usize,
    pub(super) prepared: Prepared<'k>,
}

/// The hashes whose states can be saved, smallest first: for each its bit in the shape, and the words of both states.
/// Fixed, whichever are built.
const SAVED: [(u8, usize); 3] = [(1, 8), (2, 16), (4, 16)];

/// The shape with all of them.
const ALL_SAVED: u8 = 7;

/// The place of a hash among [`SAVED`].
fn place_of(hash: Hash) -> usize {
    match hash {
        Hash::Sha256 => 0,
        #[cfg(feature = "sha512")]
        Hash::Sha384 => 1,
        #[cfg(feature = "sha512")]
        Hash::Sha512 => 2,
    }
}

/// The words of what a shape has.
fn words_of(shape: u8) -> usize {
    let has = |(bit, words): &(u8, usize)| if shape & bit != 0 { *words } else { 0 };
    SAVED.iter().fold(0, |all, saved| all.saturating_add(has(saved)))
}

/// What is prepared: the states for each hash that the key may verify with.
pub(super) fn plan(algorithms: Algorithms, prepare: Prepare) -> Plan {
    let bit = |hash| SAVED.get(place_of(hash)).map_or(0, |(bit, _)| *bit);
    let hashes = algorithms.iter().filter_map(|algorithm| algorithm.hash());
    let shape = hashes.fold(0, |shape, hash| shape | bit(hash));
    let words = words_of(shape);
    if words.saturating_mul(8) <= prepare.bytes() { Plan { shape, words } } else { Plan::NOTHING }
}

/// Computes what was planned.
pub(super) fn prepare(key: &Key<'_>, shape: u8, prepared: &mut [u64]) -> Option<()> {
    for hash in Hash::ALL {
        if let Some(range) = range_of(*hash, shape) {
            compute(*hash, key, prepared.get_mut(range)?);
        }
    }
    Some(())
}

/// Whether what is prepared is what would be computed. A shape with more than is known here passes: nobody looks at it.
pub(super) fn check_prepared(key: &Key<'_>) -> bool {
    let Prepared { shape, words } = key.prepared;
    if shape > ALL_SAVED {
        return true;
    }
    let is_right = |hash: &Hash| {
        let Some(saved) = saved(key, *hash) else {
            return true;
        };
        let mut computed = [0; STATES_WORDS];
        let computed = computed.get_mut(..saved.len()).unwrap_or_default();
        compute(*hash, key, computed);
        let right = (*computed).ct_eq(saved);
        computed.zeroize();
        bool::from(right)
    };
    words.len() == words_of(shape) && Hash::ALL.iter().all(is_right)
}

/// Where the states for a hash are among the words of a shape, if it has them. One that is not known here has none.
fn range_of(hash: Hash, shape: u8) -> Option<Range<usize>> {
    let (bit, words) = SAVED.get(place_of(hash))?;
    let start = words_of(shape & bit.wrapping_sub(1));
    (shape <= ALL_SAVED && shape & bit != 0).then_some(start..start.saturating_add(*words))
}

/// The states for a hash that a key has beside itself.
fn saved<'k>(key: &Key<'k>, hash: Hash) -> Option<&'k [u64]> {
    key.prepared.words.get(range_of(hash, key.prepared.shape)?)
}

/// Sets the first half of `states` to what the block before the message leaves, and the second to what that before its
/// hash does.
fn compute(hash: Hash, key: &Key<'_>, states: &mut [u64]) {
    let mut block = [0; BLOCK_WORDS];
    if key.length <= hash.block_length() {
        for (place, word) in block.iter_mut().zip(key.words) {
            *place = *word;
        }
    } else {
        // RFC 2104 section 2: a secret that is longer than a block stands there by its hash.
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
        // The second time, the first pad goes off as well.
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

/// # Errors
///
/// As for [`super::verify`].
pub(super) fn verify(
    hash: Hash,
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    // RFC 7518 section 3.2: the whole MAC, never a part of it.
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

/// The bits in which a signature differs from the MAC, in any word: none if it is the MAC.
fn difference(hash: Hash, states: &[u64], message: &[u8], signature: &[u8]) -> u64 {
    let (inner, outer) = states.split_at_checked(states.len() / 2).unwrap_or_default();
    let digest = hash.digest_behind(inner, message);
    let mut mac = hash.digest_behind(outer, digest.as_bytes());
    let difference = mac.difference(signature);
    // The MAC of somebody's forgery is what that lacks.
    mac.as_mut_bytes().zeroize();
    difference
}
