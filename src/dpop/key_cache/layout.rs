//! The memory of a proof-key cache: a header of 4 words, then sets of entries.
//!
//! A set begins with the number of the next entry to be tested, a pseudo-random number, and the
//! names of 64 candidates. The heads of its entries follow, 5 words each, then the precomputed
//! words of each entry.

use super::name::Name;
use crate::signature::precompute::Precompute;

/// "proofk" and the version of the layout, as the bytes of a little-endian word.
const MAGIC: u64 = u64::from_le_bytes(*b"proofk\0\x01");

/// Words before the sets, one each: the magic number, the length of the cache, the bytes of an
/// entry's precomputed values, the seed.
pub(crate) const HEADER_WORDS: usize = 4;

/// Entries of one set.
const SET: usize = 16;

/// Candidates of one set.
pub(super) const CANDIDATES: usize = 64;

/// Words of an entry's head: four for the thumbprint, one for its state.
pub(super) const HEAD_WORDS: usize = 5;

/// Words of a set before the heads.
const DIRECTORY_WORDS: usize = 2 + CANDIDATES;

/// The number of 64-bit words of a cache with this many entries, each with precomputed values of
/// this size. 16 or more entries are rounded up to whole sets of 16.
///
/// An entry takes 40 bytes more than [`Precompute::bytes`], and a set 528 bytes.
pub const fn words_for(entries: usize, precompute: Precompute) -> usize {
    let (ways, sets) = if entries < SET { (entries, 1) } else { (SET, sets_of(entries)) };
    let shape = Shape { ways, words: words_of(precompute) };
    sets.saturating_mul(shape.set_words()).saturating_add(HEADER_WORDS)
}

/// The sets of 16 that have room for this many entries.
const fn sets_of(entries: usize) -> usize {
    match entries.checked_rem(SET) {
        Some(0) => entries / SET,
        _ => (entries / SET).saturating_add(1),
    }
}

/// The words of an entry's precomputed values.
const fn words_of(precompute: Precompute) -> usize {
    precompute.bytes() / 8
}

/// The shape of a set.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Entries.
    pub(super) ways: usize,
    /// Words of precomputed values for each.
    pub(super) words: usize,
}

impl Shape {
    pub(super) const fn set_words(self) -> usize {
        let entry = self.words.saturating_add(HEAD_WORDS);
        self.ways.saturating_mul(entry).saturating_add(DIRECTORY_WORDS)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Header {
    /// Words of the whole cache.
    pub(super) length: usize,
    pub(super) precompute: Precompute,
    pub(super) seed: u64,
}

impl Header {
    pub(super) fn read(memory: &[u64]) -> Option<Self> {
        let [magic, length, bytes, seed] = *memory.first_chunk::<HEADER_WORDS>()?;
        let precompute = Precompute::from_bytes(usize::try_from(bytes).ok()?)?;
        let is_known = magic == MAGIC && precompute != Precompute::None;
        is_known.then_some(Self { length: usize::try_from(length).ok()?, precompute, seed })
    }

    pub(super) fn encode(&self) -> [u64; HEADER_WORDS] {
        let number = |size: usize| u64::try_from(size).unwrap_or(0);
        [MAGIC, number(self.length), number(self.precompute.bytes()), self.seed]
    }

    /// The index of the first word of the set for a key, and the shape of the set.
    pub(super) fn set_of(&self, key: Name) -> (usize, Shape) {
        let words = words_of(self.precompute);
        let body = self.length.saturating_sub(HEADER_WORDS);
        let whole = Shape { ways: SET, words };
        let sets = body.checked_div(whole.set_words()).unwrap_or(0);
        if sets == 0 {
            let entry = words.saturating_add(HEAD_WORDS);
            let ways = body.saturating_sub(DIRECTORY_WORDS).checked_div(entry).unwrap_or(0);
            return (HEADER_WORDS, Shape { ways: ways.min(SET), words });
        }
        // Multiplication by a secret odd number (Dietzfelbinger and others, 1997): an attacker who
        // does not know the seed cannot choose keys that fall into one set.
        let [selector, ..] = key.words();
        let set = scaled(selector.wrapping_mul(self.seed | 1), sets);
        (set.saturating_mul(whole.set_words()).saturating_add(HEADER_WORDS), whole)
    }
}

/// A number below `count` by the upper half of a hash. This needs no division.
pub(super) fn scaled(hash: u64, count: usize) -> usize {
    let count = u64::from(u32::try_from(count).unwrap_or(u32::MAX));
    usize::try_from(count.wrapping_mul(hash >> 32) >> 32).unwrap_or(0)
}
