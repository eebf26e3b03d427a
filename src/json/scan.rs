//! Acceptance: one pass over a text that decides whether it is JSON as this library reads it.

use super::text::{self, Text};
use crate::error::{Error, Reason};
use crate::limits::{MAX_MEMBERS, MAX_NESTING};

/// What the pass noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Some string has an escape: a text in memory that may be written wants finishing.
    pub(crate) escapes: bool,
    /// The members of the value itself, if it is an object: as many [`Records`] are left on the stack.
    pub(crate) members: usize,
}

/// A stack of name records in memory that the caller gives: where the names of all open objects begin,
/// and a hash of each, so that finding a duplicate seldom has to compare texts.
pub(crate) struct Records<'r> {
    memory: Memory<'r>,
    length: usize,
    /// The most there were at once.
    most: usize,
}

enum Memory<'r> {
    /// The tail of a scratch, four bytes a record. The stack grows down from its end.
    Bytes(&'r mut [[u8; 4]]),
    /// The free words of a key table, one record a word.
    Words(&'r mut [u64]),
    /// None: records are counted and forgotten, and no duplicate is found.
    Counted,
}

/// Bits of a record that hold the offset of a name; the rest hold its hash.
const OFFSET_BITS: u32 = 20;
const OFFSET_MASK: u32 = (1 << OFFSET_BITS) - 1;

/// The record of a name with the opening quote at `offset`. Collisions of hashes cost a comparison, nothing else: an
/// attacker who makes 64 names collide has bought 2016 short comparisons.
#[cfg_attr(target_pointer_width = "64", inline)]
fn record(name: Text<'_>, offset: usize) -> u32 {
    let [low, middle, high, ..] = offset.to_le_bytes();
    let offset = u32::from_le_bytes([low, middle, high, 0]) & OFFSET_MASK;
    name.hash() & !OFFSET_MASK | offset
}

fn offset_of(record: u32) -> usize {
    usize::try_from(record & OFFSET_MASK).unwrap_or(0)
}

impl<'r> Records<'r> {
    pub(crate) fn bytes(memory: &'r mut [u8]) -> Self {
        Self { memory: Memory::Bytes(memory.as_rchunks_mut().1), length: 0, most: 0 }
    }

    pub(crate) fn words(memory: &'r mut [u64]) -> Self {
        Self { memory: Memory::Words(memory), length: 0, most: 0 }
    }

    /// Records that are only counted: a scan with them finds no duplicates, and says by [`most`](Self::most) how
    /// much memory one that does would take. What it accepts is not accepted.
    pub(crate) fn counted() -> Self {
        Self { memory: Memory::Counted, length: 0, most: 0 }
    }

    /// The most records that there were at once.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Whether one of the names behind the first `base` is `name`, the record of which is `record`, in `text`.
    fn contain(&self, base: usize, record: u32, name: Text<'_>, text: &[u8]) -> bool {
        match &self.memory {
            Memory::Bytes(places) => {
                // The first is the last in memory.
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

    fn push(&mut self, record: u32) -> Result<(), Reason> {
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
                self.length = length.saturating_add(1);
                self.most = self.most.max(self.length);
                Ok(())
            }
            // Whoever owns the memory knows how much would have been enough.
            None => Err(Reason::BufferTooSmall),
        }
    }
}

/// Whether two records have the same hash.
fn has_hash_of(wanted: u32) -> impl Fn(u32) -> bool + Copy {
    move |record| (record ^ wanted) & !OFFSET_MASK == 0
}

/// Where `text` goes on behind that of the names in `records` that is `name`, the record of which is `wanted`.
fn find_among(
    mut records: impl Iterator<Item = u32>,
    wanted: u32,
    name: Text<'_>,
    text: &[u8],
) -> Option<usize> {
    let has_hash = has_hash_of(wanted);
    records.find_map(|record| if has_hash(record) { end_of_name(text, record, name) } else { None })
}

/// Where the text goes on behind the name of a record, if that is `name`.
fn end_of_name(text: &[u8], record: u32, name: Text<'_>) -> Option<usize> {
    let open = offset_of(record);
    let (found, end) = Text::at(text, open)?;
    (found == name).then_some(end)
}

/// The records of the members of an outermost object, as its scan left them.
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

    /// Looks up a member by its name: where the text goes on behind that.
    // Where space does not matter it stands where names are constants, of which the compiler knows the records.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn find(&self, text: &[u8], name: &str) -> Option<usize> {
        let is_plain = FAST && !name.bytes().any(|byte| matches!(byte, b'"' | b'\\'));
        let name = Text::plain(name);
        self.find_record(text, record(name, 0), name, is_plain)
    }

    /// As [`find`](Self::find), of a name with this record, which `is_plain` without a character that is written as an
    /// escape.
    fn find_record(
        &self,
        text: &[u8],
        wanted: u32,
        name: Text<'_>,
        is_plain: bool,
    ) -> Option<usize> {
        let mut records = self.records.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let has_hash = has_hash_of(wanted);
        records.find_map(|record| {
            if !has_hash(record) {
                return None;
            }
            // Without looking for the end of the string first.
            if is_plain && let Some(end) = name.end_if_written_at(text, offset_of(record)) {
                return Some(end);
            }
            end_of_name(text, record, name)
        })
    }
}

/// The containers that are open: for each whether it is an object, and where its records begin.
struct Open {
    objects: u32,
    bases: [u16; MAX_NESTING],
    depth: usize,
}

impl Open {
    /// Opens a container whose parent's records begin at `base`.
    fn push(&mut self, object: bool, base: usize) -> Option<()> {
        let place = self.bases.get_mut(self.depth)?;
        *place = u16::try_from(base).ok()?;
        self.depth = self.depth.checked_add(1)?;
        self.objects = self.objects << 1 | u32::from(object);
        Some(())
    }

    fn in_object(&self) -> bool {
        self.depth > 0 && self.objects & 1 == 1
    }

    fn in_array(&self) -> bool {
        self.depth > 0 && self.objects & 1 == 0
    }

    /// Closes a container and returns where the records of its parent begin.
    fn pop(&mut self) -> usize {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
        self.bases.get(self.depth).copied().map_or(0, usize::from)
    }
}

struct Scanner<'t, 'r, 'm> {
    text: &'t [u8],
    /// What is left of it.
    rest: &'t [u8],
    records: &'r mut Records<'m>,
    /// Where the records of the innermost open object begin.
    base: usize,
    /// A bit for each hash that a name of that object may have.
    seen: u64,
    open: Open,
    escapes: bool,
    members: usize,
}

/// Whether there is space for what makes a scan faster.
const FAST: bool = cfg!(target_pointer_width = "64");

/// Accepts `text` or says what is wrong with it, and where.
///
/// # Errors
///
/// A reason of the JSON group with an offset, or [`Reason::BufferTooSmall`] if `records` are too few.
pub(crate) fn scan(text: &[u8], records: &mut Records<'_>) -> Result<Scanned, Error> {
    // ASCII alone is the rule, and where there are vectors the compiler looks at several bytes at once.
    let is_ascii = FAST && text.iter().fold(0, |all, byte| all | byte) < 0x80;
    if !is_ascii && let Err(error) = core::str::from_utf8(text) {
        // RFC 8259 section 8.1, RFC 7493 section 2.1.
        return Err(Error::new(Reason::JsonEncoding).at_offset(error.valid_up_to()));
    }
    let mut scanner = Scanner {
        text,
        rest: text,
        records,
        base: 0,
        seen: 0,
        open: Open { objects: 0, bases: [0; MAX_NESTING], depth: 0 },
        escapes: false,
        members: 0,
    };
    scanner.run().map_err(|reason| match reason {
        Reason::BufferTooSmall => Error::new(reason),
        _ => Error::new(reason).at_offset(scanner.at()),
    })?;
    Ok(Scanned { escapes: scanner.escapes, members: scanner.members })
}

/// What goes wrong does where [`rest`](Self::rest) begins.
impl<'t> Scanner<'t, '_, '_> {
    /// Every turn takes at least one byte or ends: the work is linear in the text, but for the
    /// comparisons of names, which are bounded by [`MAX_MEMBERS`] a name.
    fn run(&mut self) -> Result<(), Reason> {
        loop {
            self.skip_space();
            if self.open.in_object() {
                self.name()?;
                self.skip_space();
            }
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(bracket @ (b'{' | b'[')) => {
                    self.begin(bracket == b'{')?;
                    self.skip_space();
                    // The bracket that closes stands two places behind the one that opens in ASCII.
                    if self.peek() != Some(bracket.wrapping_add(2)) {
                        continue;
                    }
                    self.end();
                }
                Some(b't') => self.literal(b"true")?,
                Some(b'f') => self.literal(b"false")?,
                Some(b'n') => self.literal(b"null")?,
                _ => return Err(Reason::JsonSyntax),
            }
            // A value has ended, and with it perhaps what contains it.
            loop {
                self.skip_space();
                match self.peek() {
                    None if self.open.depth == 0 => return Ok(()),
                    Some(b',') if self.open.depth > 0 => {
                        self.advance(1);
                        break;
                    }
                    Some(b'}') if self.open.in_object() => self.end(),
                    Some(b']') if self.open.in_array() => self.end(),
                    _ => return Err(Reason::JsonSyntax),
                }
            }
        }
    }

    fn at(&self) -> usize {
        self.text.len().wrapping_sub(self.rest.len())
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance(1);
        }
    }

    fn begin(&mut self, object: bool) -> Result<(), Reason> {
        if self.open.push(object, self.base).is_none() {
            return Err(Reason::JsonNesting);
        }
        self.base = self.records.length;
        if FAST && object {
            self.seen = 0;
        }
        self.advance(1);
        Ok(())
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end(&mut self) {
        if FAST && self.open.in_object() {
            // Nobody has kept what was seen in the object around it.
            self.seen = u64::MAX;
        }
        let parent = self.open.pop();
        if self.open.depth == 0 {
            // The records of the outermost object stay: they are an index of its members.
            self.members = self.records.length;
        } else {
            self.records.length = self.base;
        }
        self.base = parent;
        self.advance(1);
    }

    /// Takes the name of a member and the colon behind it.
    fn name(&mut self) -> Result<(), Reason> {
        if self.peek() != Some(b'"') {
            return Err(Reason::JsonSyntax);
        }
        let open = self.rest;
        let offset = self.at();
        let escaped = self.string()?;
        let length = open.len().wrapping_sub(self.rest.len());
        let content = match open.get(..length) {
            Some([_, content @ .., _]) => content,
            _ => &[],
        };
        let name = Text::new(content, escaped);
        let record = record(name, offset);
        if self.may_have_seen(record) && self.records.contain(self.base, record, name, self.text) {
            // RFC 7515 section 4, RFC 7519 section 4: refuse, or take the last. Taking one is how two
            // readers come to see two tokens.
            self.rest = open;
            return Err(Reason::JsonDuplicate);
        }
        if self.records.length.saturating_sub(self.base) >= MAX_MEMBERS {
            self.rest = open;
            return Err(Reason::JsonMembers);
        }
        self.records.push(record)?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(Reason::JsonSyntax);
        }
        self.advance(1);
        Ok(())
    }

    /// Whether a name with the hash of this one was there, and notes that now there is one. It may be wrong, but
    /// never about one that was.
    fn may_have_seen(&mut self, record: u32) -> bool {
        let bit = 1u64.wrapping_shl(record >> 26);
        let seen = !FAST || self.seen & bit != 0;
        if FAST {
            self.seen |= bit;
        }
        seen
    }

    /// Takes a string from its opening to its closing quote. Returns whether there are escapes in it.
    // Where space does not matter it stands in the loop, which then keeps its place in a register.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn string(&mut self) -> Result<bool, Reason> {
        self.advance(1);
        let mut escaped = false;
        loop {
            let plain = text::plain_length(self.rest);
            self.rest = self.rest.get(plain..).unwrap_or_default();
            match self.rest {
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return Ok(escaped);
                }
                [b'\\', ..] => {
                    self.escape()?;
                    escaped = true;
                }
                // RFC 8259 section 7: control characters must be escaped.
                _ => return Err(Reason::JsonSyntax),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Reason> {
        self.escapes = true;
        let rest = self.rest;
        let mut after = rest.iter();
        after.next();
        if text::unescape(&mut after).is_some() {
            self.advance(rest.len().saturating_sub(after.len()));
            return Ok(());
        }
        // RFC 7493 section 2.1: no escape may stand for half of a surrogate pair. What is `\u` and four
        // digits, and yet no character, is that.
        let digits = rest.get(2..6).unwrap_or_default();
        let surrogate = rest.get(1) == Some(&b'u')
            && digits.len() == 4
            && digits.iter().all(u8::is_ascii_hexdigit);
        Err(if surrogate { Reason::JsonSurrogate } else { Reason::JsonSyntax })
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Result<(), Reason> {
        if self.peek() == Some(b'-') {
            self.advance(1);
        }
        if self.peek() == Some(b'0') {
            self.advance(1);
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.advance(1);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.advance(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.advance(1);
            }
            self.digits()?;
        }
        Ok(())
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn digits(&mut self) -> Result<(), Reason> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(Reason::JsonSyntax);
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance(1);
        }
        Ok(())
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn literal(&mut self, literal: &[u8]) -> Result<(), Reason> {
        self.rest = self.rest.strip_prefix(literal).ok_or(Reason::JsonSyntax)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (Reason, Option<usize>) {
        let error = scan(text.as_bytes(), &mut Records::bytes(&mut [0; 4096])).unwrap_err();
        (error.reason(), error.offset())
    }

    fn accepted(text: &str) -> Scanned {
        scan(text.as_bytes(), &mut Records::bytes(&mut [0; 4096])).unwrap()
    }

    #[test]
    fn duplicates_are_found_at_every_depth_by_their_unescaped_name() {
        assert_eq!(refusal(r#"{"a":1,"a":2}"#), (Reason::JsonDuplicate, Some(7)));
        assert_eq!(refusal(r#"{"alg":1,"\u0061lg":2}"#), (Reason::JsonDuplicate, Some(9)));
        assert_eq!(refusal(r#"[{"x":{"b":[],"c":{},"b":0}}]"#), (Reason::JsonDuplicate, Some(21)));
        accepted(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#);
        accepted(r#"[{"a":1},{"a":1}]"#);
        accepted(r#"{"a":1,"A":2,"":3}"#);
        assert_eq!(refusal(r#"{"":1,"":2}"#).0, Reason::JsonDuplicate);
    }

    #[test]
    fn a_member_after_a_nested_object_is_still_compared_with_those_before_it() {
        assert_eq!(refusal(r#"{"a":{"b":{"c":1}},"a":2}"#).0, Reason::JsonDuplicate);
        assert_eq!(refusal(r#"{"a":[[{"b":1}]],"d":{},"a":2}"#).0, Reason::JsonDuplicate);
    }

    #[test]
    fn nesting_and_members_have_a_limit_that_is_reached_and_not_passed() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        accepted(&nested(MAX_NESTING));
        assert_eq!(refusal(&nested(MAX_NESTING + 1)), (Reason::JsonNesting, Some(MAX_NESTING)));
        let members = |count: usize| {
            let list: Vec<String> = (0..count).map(|index| format!("\"{index}\":0")).collect();
            format!("{{{}}}", list.join(","))
        };
        assert_eq!(accepted(&members(MAX_MEMBERS)).members, MAX_MEMBERS);
        assert_eq!(refusal(&members(MAX_MEMBERS + 1)).0, Reason::JsonMembers);
    }

    #[test]
    fn records_that_run_out_refuse_in_bytes_and_in_words() {
        let text = br#"{"a":{"b":{"c":1}},"d":1}"#;
        for length in 0..3 {
            let mut words = [0u64; 3];
            let error = scan(text, &mut Records::words(&mut words[..length])).unwrap_err();
            assert_eq!(error.reason(), Reason::BufferTooSmall);
            let mut bytes = [0u8; 15];
            let error = scan(text, &mut Records::bytes(&mut bytes[..4 * length + 3])).unwrap_err();
            assert_eq!(error.reason(), Reason::BufferTooSmall);
        }
        assert!(scan(text, &mut Records::words(&mut [0; 3])).is_ok());
        assert!(scan(text, &mut Records::bytes(&mut [0; 12])).is_ok());
    }

    #[test]
    fn the_records_that_are_left_are_an_index_of_the_outermost_object() {
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
        // What is looked up ends where the other has an escaped quote.
        let wanted = r"iss\";
        // Miri, which is slow, begins just below the first.
        let other = (if cfg!(miri) { 1_630 } else { 0 }..100_000)
            .map(|number| format!(r#"iss":{number}"#))
            .find(|other| {
                has_hash_of(record(Text::plain(wanted), 0))(record(Text::plain(other), 0))
            })
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
    fn half_a_surrogate_pair_is_named_so() {
        for text in
            [r#""\ud800""#, r#""\udc00""#, r#""\ud800\n""#, r#""\ud800\ud800""#, r#""\uD800x""#]
        {
            assert_eq!(refusal(text), (Reason::JsonSurrogate, Some(1)), "{text}");
        }
        assert_eq!(refusal(r#""\u12"#).0, Reason::JsonSyntax);
        assert_eq!(refusal(r#""\u12g4""#).0, Reason::JsonSyntax);
        assert_eq!(refusal(r#""\x""#).0, Reason::JsonSyntax);
    }

    #[test]
    fn what_comes_after_the_value_is_refused() {
        assert_eq!(refusal("{}x"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(refusal("{},"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(refusal("1]"), (Reason::JsonSyntax, Some(1)));
        assert_eq!(refusal("[1}"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(refusal(""), (Reason::JsonSyntax, Some(0)));
        assert_eq!(refusal("\u{feff}{}"), (Reason::JsonSyntax, Some(0)));
    }
}
