//! Finds the keys of a table by their `kid`, without reading every record.
//!
//! The index is a binary tree at the end of the memory of a table, with a node for each key. The
//! node of the first key is the root. A key goes down from the root by the bits of the hash of its
//! `kid`, and its node takes the first free place. So all keys with the same hash lie on one path,
//! in the order of adding.
//!
//! A path has at most 32 nodes, whatever the `kid`s are. If a key finds no place on its path, the
//! table drops its index, and its keys are searched one after another.
//!
//! The index only says which records to read. The `kid` of each record is compared all the same.

use crate::limits::MIN_KEYS_INDEXED;
use crate::switches::SMALL;
use crate::words;

/// The length of a node, in words.
const NODE_WORDS: usize = 2;

/// The number of nodes on the longest path: one for each bit of a hash.
const LONGEST_PATH: u32 = u32::BITS;

/// The length of the index of a table with `count` keys, in words. 0 if such a table has no index.
pub(super) const fn words_for(count: usize) -> usize {
    if SMALL || count < MIN_KEYS_INDEXED { 0 } else { count.saturating_mul(NODE_WORDS) }
}

/// The hash of a `kid`, or of a missing one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyIdHash(u32);

impl KeyIdHash {
    /// For a key without a `kid`. No `kid` has this hash.
    pub(super) const NO_ID: Self = Self(0);

    /// The hash of a `kid` of `length` bytes in these words.
    pub(super) fn of(length: usize, words: impl Iterator<Item = u64>) -> Self {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        let hash = words.fold(length, |hash, word| {
            let mixed = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed ^ (mixed >> 32)
        });
        let [b0, b1, b2, b3, ..] = hash.to_le_bytes();
        Self(u32::from_le_bytes([b0, b1, b2, b3]).max(1))
    }

    /// The hash of the `kid` of a token.
    pub(super) fn of_bytes(id: &[u8]) -> Self {
        Self::of(id.len(), words::pack(id))
    }
}

/// The node of a key.
#[derive(Clone, Copy)]
struct Node {
    /// The index of the word at which the record of the key begins.
    start: u32,
    hash: KeyIdHash,
    /// The next nodes on the paths with the bits 0 and 1. 0 for none, as no path leads to the root.
    next: [u32; 2],
}

impl Node {
    /// The words of the node of key `key`. The nodes lie from the end of the memory to the front.
    /// So the index can grow.
    fn words(memory: &[u64], key: usize) -> Option<&[u64; NODE_WORDS]> {
        let end = memory.len().checked_sub(key.checked_mul(NODE_WORDS)?)?;
        memory.get(..end)?.last_chunk()
    }

    fn read(memory: &[u64], key: usize) -> Option<Self> {
        let [place, next] = Self::words(memory, key)?;
        let (start, hash) = halves(*place);
        let (zero, one) = halves(*next);
        Some(Self { start, hash: KeyIdHash(hash), next: [zero, one] })
    }

    fn write(&self, memory: &mut [u64], key: usize) -> Option<()> {
        let end = memory.len().checked_sub(key.checked_mul(NODE_WORDS)?)?;
        let [zero, one] = self.next;
        let words = [joined(self.start, self.hash.0), joined(zero, one)];
        *memory.get_mut(..end)?.last_chunk_mut()? = words;
        Some(())
    }

    /// The place for the next node on the path of `hash`, if this node is the one at `depth`.
    fn next(&mut self, hash: KeyIdHash, depth: u32) -> &mut u32 {
        let [zero, one] = &mut self.next;
        if (hash.0 >> depth) & 1 == 0 { zero } else { one }
    }
}

fn halves(word: u64) -> (u32, u32) {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = word.to_le_bytes();
    (u32::from_le_bytes([b0, b1, b2, b3]), u32::from_le_bytes([b4, b5, b6, b7]))
}

fn joined(low: u32, high: u32) -> u64 {
    u64::from(low) | (u64::from(high) << 32)
}

/// Adds the node of key `key`, whose record begins at the word `start`, to the index at the end of
/// `memory`. The keys before it are already there. `None` if there is no place for it: then the
/// index is not complete.
pub(super) fn insert(memory: &mut [u64], key: usize, start: usize, hash: KeyIdHash) -> Option<()> {
    let number = u32::try_from(key).ok()?;
    Node { start: u32::try_from(start).ok()?, hash, next: [0; 2] }.write(memory, key)?;
    if key == 0 {
        return Some(());
    }
    let mut at = 0;
    // The new node is one deeper than the one that leads to it.
    for depth in 0..LONGEST_PATH.saturating_sub(1) {
        let mut node = Node::read(memory, at)?;
        let next = node.next(hash, depth);
        if *next == 0 {
            *next = number;
            return node.write(memory, at);
        }
        at = usize::try_from(*next).ok()?;
    }
    None
}

/// The keys with a hash, in the order of adding.
#[derive(Clone, Copy)]
pub(super) struct Path {
    hash: KeyIdHash,
    at: usize,
    depth: u32,
}

impl Path {
    pub(super) fn of(hash: KeyIdHash) -> Self {
        Self { hash, at: 0, depth: 0 }
    }

    /// The next key with the hash, and the index of the word at which its record begins.
    pub(super) fn next(&mut self, memory: &[u64]) -> Option<(usize, usize)> {
        while self.depth < LONGEST_PATH {
            let mut node = Node::read(memory, self.at)?;
            let key = self.at;
            self.at = usize::try_from(*node.next(self.hash, self.depth)).ok()?;
            self.depth = if self.at == 0 { LONGEST_PATH } else { self.depth.saturating_add(1) };
            if node.hash == self.hash {
                return Some((key, usize::try_from(node.start).ok()?));
            }
        }
        None
    }
}

#[cfg(all(not(small), feature = "hmac"))]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;
    use crate::error::Error;
    use crate::key::raw::RawKey;
    use crate::key::rules::KeyRules;
    use crate::key::table::{HEADER_WORDS, KeyTable, Keys, TableHeader};
    use crate::step_counter::StepCounter;
    use std::cell::RefCell;

    const ALGORITHMS: [Algorithm; 2] = [Algorithm::Hs256, Algorithm::Hs512];

    /// Adds a key, bound to one of the algorithms or both.
    fn add(table: &mut KeyTable<'_>, id: Option<&str>, number: u64) -> Result<(), Error> {
        let secret: Vec<u8> = (0..8).flat_map(|word| (number + word).to_le_bytes()).collect();
        let rules = KeyRules::new();
        let rules = id.map_or(rules, |id| rules.with_id(id));
        let rules = match ALGORITHMS.get(usize::try_from(number % 3).unwrap()) {
            Some(algorithm) => rules.only_for(*algorithm),
            None => rules,
        };
        table.add_raw(&rules, &RawKey::Secret(&secret))
    }

    fn has_index(memory: &[u64]) -> bool {
        TableHeader::read(memory).has_index()
    }

    /// The same table without its index.
    fn linear(memory: &[u64]) -> Vec<u64> {
        let mut memory = memory.to_vec();
        let mut header = TableHeader::read(&memory);
        header.set_index(false);
        header.write(&mut memory);
        memory
    }

    /// The keys that are tried for a token, and the outcome. The signature is by the key `signer`.
    fn search(
        memory: &[u64],
        id: Option<&[u8]>,
        algorithm: Algorithm,
        signer: usize,
    ) -> (Vec<usize>, Option<usize>, Result<usize, Error>) {
        let keys = Keys::open(memory).unwrap();
        let tried = RefCell::new(Vec::new());
        let found = keys.verify_signature(id, algorithm, b"", b"", |key, _, _, _| {
            tried.borrow_mut().push(key.index());
            StepCounter::of_verdict(key.index() == signer)
        });
        let first = keys.first_candidate(id, algorithm).map(|key| key.index());
        (tried.into_inner(), first, found.map(|(key, _)| key.index()))
    }

    /// Searches for each `kid`, and for one that no key has, with the index and without it.
    fn compare(memory: &[u64], ids: &[Option<String>]) {
        let linear = linear(memory);
        let stranger = [Some("stranger".to_owned()), Some(String::new()), None];
        for (at, id) in ids.iter().chain(&stranger).enumerate() {
            let id = id.as_ref().map(String::as_bytes);
            for algorithm in ALGORITHMS {
                for signer in [at, usize::MAX] {
                    let expected = search(&linear, id, algorithm, signer);
                    assert_eq!(search(memory, id, algorithm, signer), expected, "{id:?}");
                }
            }
        }
    }

    /// Pseudo-random numbers.
    fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
        move |bound| {
            seed = seed.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
            (seed >> 33) % bound
        }
    }

    #[test]
    fn an_indexed_table_tries_the_keys_of_a_linear_one() {
        for seed in 0..60 {
            let mut next = numbers(seed);
            // From all different to nearly all equal, with few or many keys without a `kid`.
            let (kinds, unnamed) = (1 + next(400), 2 + next(60));
            let ids: Vec<Option<String>> = (0..20 + next(200))
                .map(|_| (next(unnamed) != 0).then(|| format!("key {}", next(kinds))))
                .collect();
            let mut memory = vec![0x5A5A; 40_000];
            let mut table = KeyTable::new(&mut memory).unwrap();
            for (number, id) in (seed..).zip(&ids) {
                add(&mut table, id.as_deref(), number).unwrap();
            }
            assert_eq!(table.view().len(), ids.len());
            compare(&memory, &ids);
        }
    }

    #[test]
    fn a_table_of_32_keys_has_an_index() {
        let mut memory = vec![0; 20_000];
        let ids: Vec<_> = (0..300).map(|id| Some(format!("key {id}"))).collect();
        for (number, id) in (0..).zip(&ids) {
            let mut table = match number {
                0 => KeyTable::new(&mut memory),
                _ => KeyTable::open(&mut memory),
            };
            add(table.as_mut().unwrap(), id.as_deref(), number).unwrap();
            assert_eq!(has_index(&memory), number + 1 >= 32, "{number}");
        }
        compare(&memory, &ids);
        let image = KeyTable::open(&mut memory).unwrap().seal(1);
        assert!(!has_index(image), "every build reads an image");
        assert_eq!(Keys::open(image).unwrap().len(), 300);
    }

    /// Identifiers of one hash, found by inverting it.
    fn collisions(count: usize) -> Vec<Option<String>> {
        let factor = 0x9E37_79B9_7F4A_7C15_u64;
        let inverse = (0..6).fold(1u64, |inverse, _| {
            inverse.wrapping_mul(2u64.wrapping_sub(factor.wrapping_mul(inverse)))
        });
        assert_eq!(factor.wrapping_mul(inverse), 1);
        let words = (0..1u64 << 32).map(|high| {
            let mixed = (high << 32) | (high ^ 0x1234_5678);
            8 ^ mixed.wrapping_mul(inverse)
        });
        let texts = words.filter_map(|word| String::from_utf8(word.to_le_bytes().into()).ok());
        texts.take(count).map(Some).collect()
    }

    #[test]
    fn many_equal_hashes_only_drop_the_index() {
        let ids = collisions(40);
        assert!(ids.iter().flatten().all(|id| KeyIdHash::of_bytes(id.as_bytes()).0 == 0x1234_5678));
        for (count, indexed) in [(32, true), (33, false), (40, false)] {
            let mut memory = vec![0; 2_000];
            let mut table = KeyTable::new(&mut memory).unwrap();
            for (number, id) in (0..).zip(&ids[..count]) {
                add(&mut table, id.as_deref(), number).unwrap();
            }
            assert_eq!(has_index(&memory), indexed, "{count}");
            compare(&memory, &ids);
        }
    }

    #[test]
    fn a_full_table_keeps_its_keys_and_its_index() {
        let ids: Vec<_> = (0..40).map(|id| Some(format!("key {id}"))).collect();
        // Each key takes two words, one for its `kid`, and eight for the secret.
        for (kept, words) in [(31, 31 * 11), (32, 32 * 13), (33, 33 * 13)] {
            let mut memory = vec![0; HEADER_WORDS + words + 12];
            let mut table = KeyTable::new(&mut memory).unwrap();
            for (number, id) in (0..).zip(&ids[..kept]) {
                add(&mut table, id.as_deref(), number).unwrap();
            }
            let error = add(&mut table, ids[kept].as_deref(), 99).unwrap_err();
            let needed = HEADER_WORDS + (kept + 1) * 13;
            assert_eq!(error.needed(), Some(8 * needed));
            compare(&memory, &ids);
            assert_eq!(has_index(&memory), kept >= 32);
        }
    }

    #[test]
    fn rejects_a_header_whose_index_does_not_fit() {
        let mut memory = vec![0; HEADER_WORDS + 40 * 13];
        let mut table = KeyTable::new(&mut memory).unwrap();
        for number in 0..40 {
            add(&mut table, Some(&format!("key {number}")), number).unwrap();
        }
        let mut header = TableHeader::read(&memory);
        assert!(Keys::open(&memory).is_ok());
        for count in [41, 1 << 40, usize::MAX] {
            header.count = count;
            header.write(&mut memory);
            assert!(Keys::open(&memory).is_err(), "{count}");
        }
    }
}
