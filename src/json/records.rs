//! Records of member names. A scan uses them to find duplicates; later reads use them as an index.

use super::string::{self, JsonStr};
use crate::error::Reason;
use crate::heap::{self, Heap};
use crate::limits::{MAX_MEMBERS, MAX_MEMBERS_SEARCHED};
use crate::switches::FAST;
use core::cmp::Ordering;

/// A stack of name records in memory from the caller. A record holds the offset of a member name
/// and part of the hash of that name. The search for duplicates compares two names only if their
/// hashes are equal.
pub(crate) struct Records<'r> {
    memory: Memory<'r>,
    pub(super) length: usize,
    /// The largest length before the stack was last truncated.
    most: usize,
    /// The most members that one object may have.
    pub(super) most_members: usize,
}

enum Memory<'r> {
    /// Scratch memory with four bytes for each record. The stack grows down from the end of the
    /// memory.
    Bytes(&'r mut [[u8; 4]]),
    /// The free words of a key table. Each word holds one record.
    Words(&'r mut [u64]),
    /// No memory: records are only counted, so no duplicate is found.
    Counted,
}

/// Bits of a record that hold the offset of a name; the other bits hold its hash.
const OFFSET_BITS: u32 = 20;
const OFFSET_MASK: u32 = (1 << OFFSET_BITS) - 1;

/// The record of a name with the opening quote at `offset`. Equal hashes cost one comparison of
/// names: 64 names that an attacker chose for their equal hashes cause 2016 short comparisons. The
/// names of larger objects are sorted instead.
#[inline]
pub(super) fn record(name: JsonStr<'_>, offset: usize) -> u32 {
    let [low, middle, high, ..] = offset.to_le_bytes();
    let offset = u32::from_le_bytes([low, middle, high, 0]) & OFFSET_MASK;
    name.hash() & !OFFSET_MASK | offset
}

fn offset_of(record: u32) -> usize {
    usize::try_from(record & OFFSET_MASK).unwrap_or(0)
}

impl<'r> Records<'r> {
    const fn new(memory: Memory<'r>) -> Self {
        Self { memory, length: 0, most: 0, most_members: MAX_MEMBERS }
    }

    /// The same stack, for objects of at most `members` members.
    pub(crate) fn at_most(self, members: usize) -> Self {
        Self { most_members: members.min(MAX_MEMBERS), ..self }
    }

    pub(crate) fn bytes(memory: &'r mut [u8]) -> Self {
        Self::new(Memory::Bytes(memory.as_rchunks_mut().1))
    }

    pub(crate) fn words(memory: &'r mut [u64]) -> Self {
        Self::new(Memory::Words(memory))
    }

    /// Records that are only counted. A scan with them finds no duplicates, so it does not accept a
    /// text; [`most`](Self::most) then tells how many records a complete scan needs.
    pub(crate) fn counted() -> Self {
        Self::new(Memory::Counted)
    }

    /// The largest number of records so far.
    pub(crate) fn most(&self) -> usize {
        self.most.max(self.length)
    }

    /// Removes all records after the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.most = self.most();
        self.length = length;
    }

    /// Returns whether one of the names after the first `base` is `name`, whose record is `record`.
    pub(super) fn contain(&self, base: usize, record: u32, name: JsonStr<'_>, text: &[u8]) -> bool {
        match &self.memory {
            Memory::Bytes(places) => {
                // The stack grows down, so the first record is the last in memory.
                let those = places.iter().rev().take(self.length).skip(base);
                let records = those.map(|bytes| u32::from_le_bytes(*bytes));
                find_among(records, record, name, text).is_some()
            }
            Memory::Words(words) => {
                let records = words.get(base..self.length).unwrap_or_default();
                let records = records.iter().map(|word| u32::try_from(*word).unwrap_or(0));
                find_among(records, record, name, text).is_some()
            }
            Memory::Counted => false,
        }
    }

    #[cfg_attr(not(small), inline(always))]
    pub(super) fn push(&mut self, record: u32) -> Result<(), Reason> {
        let length = self.length;
        let place = match &mut self.memory {
            Memory::Bytes(places) => places.iter_mut().nth_back(length).map(|place| {
                *place = record.to_le_bytes();
            }),
            Memory::Words(words) => words.get_mut(length).map(|place| {
                *place = u64::from(record);
            }),
            Memory::Counted => Some(()),
        };
        match place {
            Some(()) => {
                self.length = length.wrapping_add(1);
                Ok(())
            }
            // The owner of the memory knows the size that is enough, and puts it into the error.
            None => Err(Reason::BufferTooSmall),
        }
    }
}

/// Sorts the names of large objects, where comparing each name with all names before it would take
/// too long. Records are sorted by hash, then by name. An attacker cannot make the work quadratic
/// by a choice of names: a comparison reads at most the length of the shorter name.
struct Names<'a, 'r> {
    records: &'a mut Records<'r>,
    /// The position of the first record.
    base: usize,
    text: &'a [u8],
}

impl Heap for Names<'_, '_> {
    fn is_less(&self, one: usize, other: usize) -> bool {
        let record = |index: usize| self.records.get(self.base.saturating_add(index));
        let (Some(one), Some(other)) = (record(one), record(other)) else { return false };
        compare_names(self.text, one, other).then(one.cmp(&other)).is_lt()
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.records.swap(self.base.saturating_add(one), self.base.saturating_add(other));
    }
}

impl Records<'_> {
    /// The offset of the first name that repeats another one, among the records after the first
    /// `base`. Changes their order.
    #[inline(never)]
    pub(super) fn find_repeated(&mut self, base: usize, text: &[u8]) -> Option<usize> {
        let count = self.length.saturating_sub(base);
        heap::sort(&mut Names { records: self, base, text }, count);
        let mut first = None;
        for index in base.saturating_add(1)..self.length {
            let (one, other) = (self.get(index.wrapping_sub(1))?, self.get(index)?);
            if compare_names(text, one, other).is_eq() {
                let repeated = offset_of(one.max(other));
                first = Some(first.map_or(repeated, |first: usize| first.min(repeated)));
            }
        }
        first
    }

    /// The name of the record at `index`.
    pub(super) fn name_at<'t>(&self, index: usize, text: &'t [u8]) -> Option<JsonStr<'t>> {
        JsonStr::at(text, offset_of(self.get(index)?)).map(|(name, _)| name)
    }

    fn get(&self, index: usize) -> Option<u32> {
        match &self.memory {
            Memory::Bytes(places) => {
                places.iter().nth_back(index).map(|bytes| u32::from_le_bytes(*bytes))
            }
            Memory::Words(words) => u32::try_from(*words.get(index)?).ok(),
            Memory::Counted => None,
        }
    }

    fn set(&mut self, index: usize, record: u32) {
        match &mut self.memory {
            Memory::Bytes(places) => {
                if let Some(place) = places.iter_mut().nth_back(index) {
                    *place = record.to_le_bytes();
                }
            }
            Memory::Words(words) => {
                if let Some(place) = words.get_mut(index) {
                    *place = u64::from(record);
                }
            }
            Memory::Counted => {}
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        if let (Some(first), Some(second)) = (self.get(one), self.get(other)) {
            self.set(one, second);
            self.set(other, first);
        }
    }
}

/// Compares the names of two records: by hash, then by name if the hashes are equal.
fn compare_names(text: &[u8], one: u32, other: u32) -> Ordering {
    let by_hash = (one & !OFFSET_MASK).cmp(&(other & !OFFSET_MASK));
    by_hash.then_with(|| string::compare(text, offset_of(one), offset_of(other)))
}

/// Searches `records` for `name`, whose record is `wanted`. Returns the offset after the name that
/// was found.
fn find_among(
    mut records: impl Iterator<Item = u32>,
    wanted: u32,
    name: JsonStr<'_>,
    text: &[u8],
) -> Option<usize> {
    records.find_map(|record| match (record ^ wanted) & !OFFSET_MASK {
        0 => end_of_name(text, offset_of(record), name),
        _ => None,
    })
}

/// The offset after the name whose opening quote is at `open`, if that name equals `name`.
#[inline(never)]
fn end_of_name(text: &[u8], open: usize, name: JsonStr<'_>) -> Option<usize> {
    let (found, end) = JsonStr::at(text, open)?;
    (found == name).then_some(end)
}

/// The records of the members of the outermost object, as the scan left them.
#[derive(Clone, Copy)]
pub(crate) struct Index<'r> {
    records: &'r [[u8; 4]],
}

impl<'r> Index<'r> {
    pub(crate) const EMPTY: Self = Self { records: &[] };

    /// The records of `members` members at the end of `memory`.
    pub(crate) fn new(memory: &'r [u8], members: usize) -> Self {
        let (_, records) = memory.as_rchunks();
        let others = records.len().saturating_sub(members);
        Self { records: records.get(others..).unwrap_or_default() }
    }

    /// The offsets of the names, in the order of the text. `None` for an object of many members,
    /// whose records were sorted.
    pub(crate) fn offsets(&self) -> Option<impl Iterator<Item = usize> + use<'r>> {
        // The stack grows down, so the first record is the last in memory.
        let offsets = self.records.iter().rev().map(|bytes| offset_of(u32::from_le_bytes(*bytes)));
        (self.records.len() <= MAX_MEMBERS_SEARCHED).then_some(offsets)
    }

    /// Finds a member by its name and returns the offset after that name.
    // Inlined on 64-bit targets, where names are constants at the call.
    #[cfg_attr(not(small), inline(always))]
    pub(crate) fn find(&self, text: &[u8], name: &str) -> Option<usize> {
        let wanted = Wanted::new(name);
        for bytes in self.records {
            let record = u32::from_le_bytes(*bytes);
            if record & !OFFSET_MASK == wanted.hash
                && let Some(end) = wanted.end_at(text, offset_of(record))
            {
                return Some(end);
            }
        }
        None
    }
}

/// A name to find, with its precomputed properties. For a constant name the compiler computes them.
struct Wanted<'n> {
    name: &'n str,
    hash: u32,
    /// The name has no character that JSON writes as an escape. Always `false` on small targets.
    is_plain: bool,
}

impl<'n> Wanted<'n> {
    #[cfg_attr(not(small), inline(always))]
    fn new(name: &'n str) -> Self {
        let escaped = |any, byte: u8| any | matches!(byte, b'"' | b'\\');
        let is_plain = FAST && !name.bytes().fold(false, escaped);
        Self { name, hash: JsonStr::plain(name).hash() & !OFFSET_MASK, is_plain }
    }

    /// The offset after the name whose opening quote is at `open`, if it equals this one.
    #[cfg_attr(not(small), inline(always))]
    fn end_at(&self, text: &[u8], open: usize) -> Option<usize> {
        let name = JsonStr::plain(self.name);
        // Compares first, without searching for the end of the string.
        if self.is_plain
            && let Some(end) = name.end_if_written_at(text, open)
        {
            return Some(end);
        }
        end_of_name(text, open, name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;
    use crate::switches::under_miri;

    #[test]
    fn records_that_run_out_reject_in_bytes_and_in_words() {
        let text = br#"{"a":{"b":{"c":1}},"d":1}"#;
        for length in 0..3 {
            let mut words = [0u64; 3];
            let error = scan(text, &mut Records::words(&mut words[..length])).unwrap_err();
            assert_eq!((error.reason(), error.offset()), (Reason::BufferTooSmall, None));
            assert_eq!(error.needed(), None, "whoever owns the memory says that");
            let mut bytes = [0u8; 15];
            let error = scan(text, &mut Records::bytes(&mut bytes[..4 * length + 3])).unwrap_err();
            assert_eq!(error.reason(), Reason::BufferTooSmall);
        }
        assert!(scan(text, &mut Records::words(&mut [0; 3])).is_ok());
        assert!(scan(text, &mut Records::bytes(&mut [0; 12])).is_ok());
    }

    #[test]
    fn records_index_only_members_of_the_outermost_object() {
        let text = br#"{"iss":"a","realm":{"sub":"no"},"s\u0075b":"c","aud":["b"]}"#;
        let mut memory = [0u8; 64];
        let scanned = scan(text, &mut Records::bytes(&mut memory)).unwrap();
        assert_eq!((scanned.members, scanned.escapes), (4, true));
        let find = |name| Index::new(&memory, scanned.members).find(text, name);
        assert_eq!(find("iss"), Some(6));
        assert_eq!(find("sub"), Some(42));
        assert_eq!(find("aud"), Some(52));
        assert_eq!(find("nonce"), None);
    }

    #[test]
    fn a_name_is_no_other_that_is_written_alike_and_has_its_hash() {
        // The wanted name ends where the other one has an escaped quote.
        let wanted = r"iss\";
        // Miri is slow, so it starts just below the first match.
        let other = (under_miri(1_630, 0)..100_000)
            .map(|number| format!(r#"iss":{number}"#))
            .find(|other| Wanted::new(other).hash == Wanted::new(wanted).hash)
            .unwrap();
        let written = other.replace('"', "\\\"");
        let text = format!("{{\"{written}\":1}}");
        let mut memory = [0u8; 64];
        let scanned = scan(text.as_bytes(), &mut Records::bytes(&mut memory)).unwrap();
        let index = Index::new(&memory, scanned.members);
        assert_eq!(index.find(text.as_bytes(), wanted), None);
        assert_eq!(index.find(text.as_bytes(), &other), Some(text.len() - 3));
    }

    #[test]
    fn a_name_is_no_other_of_its_hash_be_that_as_long_or_longer() {
        let letters = b"abcdefghijklmnopqrstuvwxyz";
        let named = |prefix: &str, number: usize| {
            let at = |place: u32| char::from(letters[number / 26usize.pow(place) % 26]);
            format!("{prefix}{}{}{}", at(0), at(1), at(2))
        };
        let wanted = "iss";
        let has_hash = |other: &String| Wanted::new(other).hash == Wanted::new(wanted).hash;
        let as_long = (0..26usize.pow(3)).map(|number| named("", number));
        let longer = (0..26usize.pow(3)).map(|number| named(wanted, number));
        let mut others = 0;
        // Miri is slow, so it tries only the first match.
        let those = under_miri(1, usize::MAX);
        for other in as_long.filter(has_hash).chain(longer.filter(has_hash)).take(those) {
            if other == wanted {
                continue;
            }
            others += 1;
            for text in [format!("{{\"{other}\":1}}"), format!("{{\"{other}\":\"\",\"iss\":1}}")] {
                let mut memory = [0u8; 64];
                let scanned = scan(text.as_bytes(), &mut Records::bytes(&mut memory)).unwrap();
                let index = Index::new(&memory, scanned.members);
                let expected = (scanned.members == 2).then(|| text.len() - 3);
                assert_eq!(index.find(text.as_bytes(), wanted), expected, "{text}");
            }
        }
        assert!(others > 0, "no name has the hash");
    }
}
