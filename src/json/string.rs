//! Strings: finds the end of a string, compares it unescaped, and finishes it in place.

use crate::switches::FAST;
use core::cmp::Ordering;
use core::slice;

/// The content of a string of an accepted text, without its quotes.
#[derive(Clone, Copy)]
pub struct JsonStr<'a> {
    content: &'a [u8],
    escaped: bool,
}

/// This byte replaces the opening quote of a string that was unescaped in place. UTF-8 contains
/// neither this byte nor [`FILL`].
const FINISHED: u8 = 0xFE;
/// This byte fills an unescaped string from the end of its content to its old closing quote.
const FILL: u8 = 0xFF;

impl<'a> JsonStr<'a> {
    /// The string whose opening quote is at `open`, and the offset after it. `None` if there is no
    /// string.
    #[cfg_attr(not(small), inline)]
    pub(crate) fn at(source: &'a [u8], open: usize) -> Option<(Self, usize)> {
        let start = open.checked_add(1)?;
        let (quote, rest) = source.get(open..)?.split_first()?;
        // Most strings have no escapes, so they are read from the text as it was received.
        if FAST && *quote == b'"' {
            let (content, behind) = rest.split_at_checked(plain_length(rest))?;
            if behind.first() == Some(&b'"') {
                let next = start.checked_add(content.len())?.checked_add(1)?;
                return Some((Self { content, escaped: false }, next));
            }
        }
        Self::after_quote(*quote, rest, start)
    }

    /// The string whose opening quote `quote` is before `rest`. `start` is the offset of `rest` in
    /// the text.
    #[cfg_attr(not(small), inline(never))]
    fn after_quote(quote: u8, rest: &'a [u8], start: usize) -> Option<(Self, usize)> {
        if quote == FINISHED {
            let length = rest.iter().position(|byte| *byte == FILL)?;
            let content = rest.get(..length)?;
            let fill = rest.get(length..)?;
            let filled = fill.iter().take_while(|byte| **byte == FILL).count();
            let next = start.checked_add(length)?.checked_add(filled)?;
            let escaped = false;
            return Some((Self { content, escaped }, next));
        }
        if quote != b'"' {
            return None;
        }
        let (length, escaped) = length_of_content(rest)?;
        let content = rest.get(..length)?;
        let next = start.checked_add(length)?.checked_add(1)?;
        Some((Self { content, escaped }, next))
    }

    /// The content of a string, and whether it has escapes.
    pub(crate) const fn new(content: &'a [u8], escaped: bool) -> Self {
        Self { content, escaped }
    }

    /// A string that does not come from JSON and has no escapes.
    pub(crate) const fn plain(text: &'a str) -> Self {
        Self { content: text.as_bytes(), escaped: false }
    }

    /// The offset in `source` after the string whose opening quote is at `open`, if that string is
    /// written exactly like this one. This one must have neither quotes nor backslashes. `None`
    /// does not mean that the strings differ: the text may write the same string with escapes.
    #[inline(always)]
    pub(crate) fn end_if_written_at(&self, source: &[u8], open: usize) -> Option<usize> {
        let (quote, rest) = source.get(open..)?.split_first()?;
        let (found, behind) = rest.split_at_checked(self.content.len())?;
        let is_written = *quote == b'"' && behind.first() == Some(&b'"') && found == self.content;
        is_written.then(|| open.saturating_add(found.len()).saturating_add(2))
    }

    /// The string itself, if it needs no unescaping. This is always so in claims and headers.
    /// `None` for a string of a key set with escapes; compare it, or read its
    /// [`bytes`](Self::bytes).
    pub fn as_str(&self) -> Option<&'a str> {
        if self.escaped {
            return None;
        }
        core::str::from_utf8(self.content).ok()
    }

    /// The UTF-8 bytes of the string, if it needs no unescaping.
    pub(crate) fn as_bytes(&self) -> Option<&'a [u8]> {
        (!self.escaped).then_some(self.content)
    }

    /// The number of UTF-8 bytes of the string, unescaped.
    pub(crate) fn length(&self) -> usize {
        self.as_bytes().map_or_else(|| self.bytes().count(), <[u8]>::len)
    }

    /// A hash that is the same for a string with and without escapes. It depends on the length and
    /// the last four bytes: most names of an object differ in those.
    pub(crate) fn hash(&self) -> u32 {
        if self.escaped {
            let (length, last) = last_bytes(self.bytes());
            return hash_of(length, last);
        }
        hash(self.content)
    }

    /// Iterates over the UTF-8 bytes of the string, unescaped.
    pub fn bytes(&self) -> Bytes<'a> {
        Bytes { rest: self.content.iter(), escaped: self.escaped, pending: Utf8::EMPTY }
    }
}

impl PartialEq<str> for JsonStr<'_> {
    /// Compares whole strings after unescaping, byte for byte, without normalisation (RFC 7515
    /// section 5.3).
    fn eq(&self, other: &str) -> bool {
        if self.escaped { self.bytes().eq(other.bytes()) } else { self.content == other.as_bytes() }
    }
}

impl PartialEq for JsonStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.escaped || other.escaped {
            self.bytes().eq(other.bytes())
        } else {
            self.content == other.content
        }
    }
}

impl core::fmt::Debug for JsonStr<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.as_str() {
            Some(text) => core::fmt::Debug::fmt(text, f),
            None => f.write_str("(escaped)"),
        }
    }
}

/// Iterator over the UTF-8 bytes of a string, unescaped one by one.
#[derive(Clone)]
pub struct Bytes<'a> {
    rest: slice::Iter<'a, u8>,
    escaped: bool,
    pending: Utf8,
}

impl<'a> Bytes<'a> {
    /// The part that was not read yet. Call it only between characters, not inside one.
    pub(crate) fn rest(&self) -> JsonStr<'a> {
        JsonStr { content: self.rest.as_slice(), escaped: self.escaped }
    }
}

/// Compares two strings after unescaping. Their opening quotes are in a text that was scanned but
/// not finished. Reads each string at most to the end of the shorter one.
pub(super) fn compare(source: &[u8], one: usize, other: usize) -> Ordering {
    let bytes = |open: usize| {
        let rest = source.get(open..).and_then(|rest| rest.split_first());
        let rest = rest.map_or(&[][..], |(_, rest)| rest).iter();
        let mut bytes = Bytes { rest, escaped: true, pending: Utf8::EMPTY };
        core::iter::from_fn(move || {
            let at_end = bytes.pending.left == 0 && bytes.rest.as_slice().first() == Some(&b'"');
            if at_end { None } else { bytes.next() }
        })
    };
    bytes(one).cmp(bytes(other))
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let Some(byte) = self.pending.next() {
            return Some(byte);
        }
        let byte = *self.rest.next()?;
        if !self.escaped || byte != b'\\' {
            return Some(byte);
        }
        self.pending = Utf8::of(unescape(&mut self.rest)?);
        self.pending.next()
    }
}

/// The bytes of one character, the first byte lowest, and their number, which is at most four.
#[derive(Clone)]
struct Utf8 {
    bytes: u32,
    left: u8,
}

impl Utf8 {
    const EMPTY: Self = Self { bytes: 0, left: 0 };

    /// Encodes a code point (RFC 3629 section 3). `char::encode_utf8` is not used, because it adds
    /// a panic for a short buffer.
    fn of(code: u32) -> Self {
        let last = code & 0x3F;
        let third = code >> 6;
        let second = code >> 12;
        let (bytes, left) = match code {
            0..0x80 => (code, 1),
            0x80..0x800 => ((0xC0 | third) | (0x80 | last) << 8, 2),
            0x800..0x1_0000 => {
                let tail = (0x80 | third & 0x3F) << 8 | (0x80 | last) << 16;
                ((0xE0 | second) | tail, 3)
            }
            _ => {
                let tail = (0x80 | third & 0x3F) << 16 | (0x80 | last) << 24;
                ((0xF0 | code >> 18) | (0x80 | second & 0x3F) << 8 | tail, 4)
            }
        };
        Self { bytes, left }
    }
}

impl Iterator for Utf8 {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        let [byte, ..] = self.bytes.to_le_bytes();
        self.bytes >>= 8;
        Some(byte)
    }
}

/// Like [`JsonStr::hash`], for a string without escapes.
#[cfg_attr(not(small), inline(always))]
fn hash(content: &[u8]) -> u32 {
    let last = match content.last_chunk::<4>() {
        Some(tail) => u32::from_be_bytes(*tail),
        None => match *content {
            // Fast path for the usual short names on 64-bit targets, without a loop.
            [a, b, c] if FAST => u32::from_be_bytes([0, a, b, c]),
            _ => {
                let (mut last, mut rest) = (0, content);
                while let Some((byte, behind)) = rest.split_first() {
                    last = last << 8 | u32::from_be_bytes([0, 0, 0, *byte]);
                    rest = behind;
                }
                last
            }
        },
    };
    hash_of(content.len(), last)
}

/// The hash of a string with this length and these last four bytes.
fn hash_of(length: usize, last: u32) -> u32 {
    let [a, b, c, d, ..] = length.to_le_bytes();
    let length = u32::from_le_bytes([a, b, c, d]);
    // After the multiplication the highest bits depend on every bit (Knuth, volume 3, section 6.4).
    (last ^ length.rotate_right(4)).wrapping_mul(0x9E37_79B1)
}

/// The number of bytes, and the last four of them as one number.
fn last_bytes(bytes: impl Iterator<Item = u8>) -> (usize, u32) {
    bytes.fold((0, 0), |(length, last): (usize, u32), byte| {
        (length.saturating_add(1), last << 8 | u32::from(byte))
    })
}

/// The length of a string's content up to its closing quote, and whether it has escapes.
fn length_of_content(rest: &[u8]) -> Option<(usize, bool)> {
    let mut length = 0usize;
    let mut escaped = false;
    loop {
        let rest = rest.get(length..)?;
        let plain = plain_length(rest);
        length = length.saturating_add(plain);
        match rest.get(plain)? {
            b'"' => return Some((length, escaped)),
            b'\\' => {
                escaped = true;
                length = length.saturating_add(2);
            }
            _ => length = length.saturating_add(1),
        }
    }
}

/// The number of bytes before the first quote, backslash or control character, or before the end.
///
/// It reads one machine word at a time. Subtracting 1 from each byte of `word ^ backslashes`
/// borrows into the highest bit of those that are 0, if that bit was not set before. Flipping the
/// second bit of each byte moves only the quote below 0x21, where the control characters are. So
/// subtracting 0x21 finds both. A borrow from a match can cause a false match, but only in a higher
/// byte. So only the lowest match is used.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    const ONES: usize = usize::MAX / 0xFF;
    const HIGHEST: usize = ONES << 7;
    const BACKSLASHES: usize = ONES.wrapping_mul(0x5C);
    let (words, rest) = bytes.as_chunks::<{ size_of::<usize>() }>();
    let mut length = 0usize;
    for word in words {
        let word = usize::from_le_bytes(*word);
        let backslashes = (word ^ BACKSLASHES).wrapping_sub(ONES);
        let others = (word ^ ONES << 1).wrapping_sub(ONES.wrapping_mul(0x21));
        let borrowed = (backslashes | others) & HIGHEST;
        // Most texts are ASCII only, so that one test is enough.
        if borrowed != 0 && borrowed & !word != 0 {
            let found = borrowed & !word;
            let byte = usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
            return length.wrapping_add(byte);
        }
        length = length.wrapping_add(size_of::<usize>());
    }
    let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20));
    length.saturating_add(plain.count())
}

/// The number of digits before the first other byte, or before the end.
///
/// 64-bit targets read 8 bytes at a time. The upper half of a digit is 3, and it is still 3 after 6
/// is added. A carry into the next byte comes only from a byte that is not a digit. So only the
/// lowest byte that is not a digit is used.
pub(crate) fn digits_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    let mut length = 0usize;
    let mut rest = bytes;
    while FAST && let Some((word, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        let others = word ^ ONES.wrapping_mul(0x30);
        let others = (others | others.wrapping_add(ONES.wrapping_mul(6))) & ONES.wrapping_mul(0xF0);
        if others != 0 {
            let byte = usize::try_from(others.trailing_zeros() / 8).unwrap_or(0);
            return length.wrapping_add(byte);
        }
        length = length.wrapping_add(8);
        rest = behind;
    }
    length.saturating_add(rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Reads an escape after its backslash, and returns its code point (RFC 8259 section 7). `None` if
/// the bytes are not an escape, or if a surrogate has no other half.
pub(crate) fn unescape(rest: &mut slice::Iter<'_, u8>) -> Option<u32> {
    let code = match rest.next()? {
        b'"' => 0x22,
        b'\\' => 0x5C,
        b'/' => 0x2F,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => 0x0A,
        b'r' => 0x0D,
        b't' => 0x09,
        b'u' => return unescape_unicode(rest),
        _ => return None,
    };
    Some(code)
}

fn unescape_unicode(rest: &mut slice::Iter<'_, u8>) -> Option<u32> {
    let first = four_digits(rest)?;
    match first {
        0xD800..0xDC00 => {
            if *rest.next()? != b'\\' || *rest.next()? != b'u' {
                return None;
            }
            let second = four_digits(rest)?;
            match second {
                0xDC00..0xE000 => {
                    let code = (first & 0x3FF) << 10 | second & 0x3FF;
                    Some(code.wrapping_add(0x1_0000))
                }
                _ => None,
            }
        }
        0xDC00..0xE000 => None,
        _ => Some(first),
    }
}

fn four_digits(rest: &mut slice::Iter<'_, u8>) -> Option<u32> {
    let mut code = 0u32;
    for _ in 0..4 {
        let digit = match *rest.next()? {
            digit @ b'0'..=b'9' => digit & 0x0F,
            digit @ (b'a'..=b'f' | b'A'..=b'F') => (digit & 0x0F).wrapping_add(9),
            _ => return None,
        };
        code = code << 4 | u32::from(digit);
    }
    Some(code)
}

/// Unescapes each string of an accepted text in place, so that all of them can be borrowed.
///
/// A string with escapes is rewritten as the byte 0xFE and its content, which is shorter. The rest,
/// to the old closing quote, is filled with 0xFF. Strings without escapes do not change, and
/// nothing outside a rewritten string moves. A reader takes a quote or backslash after 0xFE as
/// content, so the text stays unambiguous.
pub(crate) fn finish(text: &mut [u8]) {
    let mut at = 0usize;
    while let Some(found) = text.get(at..).and_then(position_of_quote) {
        let open = at.saturating_add(found);
        let start = open.saturating_add(1);
        let Some((length, escaped)) = text.get(start..).and_then(length_of_content) else {
            return;
        };
        let close = start.saturating_add(length);
        if escaped {
            finish_one(text, open, close);
        }
        at = close.saturating_add(1);
    }
}

fn position_of_quote(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| *byte == b'"')
}

fn finish_one(text: &mut [u8], open: usize, close: usize) {
    let Some(string) = text.get_mut(open..=close) else {
        return;
    };
    let Some((first, content)) = string.split_first_mut() else {
        return;
    };
    *first = FINISHED;
    let end = content.len().saturating_sub(1);
    let mut read = 0usize;
    let mut write = 0usize;
    while read < end {
        let rest = content.get(read..end).unwrap_or_default();
        let mut bytes = Bytes { rest: rest.iter(), escaped: true, pending: Utf8::EMPTY };
        let Some(byte) = bytes.next() else {
            break;
        };
        let taken = rest.len().saturating_sub(bytes.rest.len());
        read = read.saturating_add(taken);
        for byte in core::iter::once(byte).chain(bytes.pending) {
            if let Some(place) = content.get_mut(write) {
                *place = byte;
            }
            write = write.saturating_add(1);
        }
    }
    for place in content.iter_mut().skip(write) {
        *place = FILL;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(content: &str) -> String {
        let source = format!("\"{content}\"");
        let (text, next) = JsonStr::at(source.as_bytes(), 0).unwrap();
        assert_eq!(next, source.len());
        String::from_utf8(text.bytes().collect()).unwrap()
    }

    #[test]
    fn escapes_of_every_kind_and_width_are_unescaped() {
        let unescape = unescaped(r#"a\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00\uDBFF\uDFFFz"#);
        assert_eq!(unescape, "a\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600}\u{10ffff}z");
    }

    #[test]
    fn every_scalar_value_survives_the_way_through_an_escape() {
        for character in '\0'..=char::MAX {
            let mut units = [0; 2];
            let escape: String = character
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            assert_eq!(unescaped(&escape), character.to_string());
        }
    }

    #[test]
    fn finished_text_has_each_string_unescaped_in_its_place() {
        let source = r#"{"a\u0062":"x\",\"admin\":true,\"z\":\"","c":"\\","plain":[""]}"#;
        let mut finished = source.as_bytes().to_vec();
        finish(&mut finished);
        assert_eq!(finished.len(), source.len());
        for (open, expected) in [
            (1, "ab"),
            (11, "x\",\"admin\":true,\"z\":\""),
            (source.find("\"c\"").unwrap(), "c"),
            (source.find("\"\\\\\"").unwrap(), "\\"),
            (source.find("\"plain\"").unwrap(), "plain"),
            (source.find("\"\"]").unwrap(), ""),
        ] {
            let before = JsonStr::at(source.as_bytes(), open).unwrap();
            let after = JsonStr::at(&finished, open).unwrap();
            assert_eq!(after.0.as_str(), Some(expected));
            assert_eq!(before.1, after.1, "the text goes on at the same place");
            assert!(before.0 == *expected && after.0 == before.0);
        }
    }

    #[test]
    fn finds_end_of_plain_text_at_every_place_and_nowhere_else() {
        for length in 0..40 {
            for byte in 0..=u8::MAX {
                for place in 0..length {
                    let mut text = vec![if place % 2 == 0 { b'!' } else { 0xFF }; length];
                    text[place] = byte;
                    let ends = byte == b'"' || byte == b'\\' || byte < 0x20;
                    assert_eq!(plain_length(&text), if ends { place } else { length });
                }
            }
            // A byte after a match does not cause a false match before it.
            for (first, second) in [(b'"', b'#'), (0x1F, b' '), (b'\\', b']'), (b'#', b'"')] {
                let text = [vec![b'x'; length], vec![first, second, b'"']].concat();
                let expected = length + usize::from(first == b'#');
                assert_eq!(plain_length(&text), expected);
            }
        }
    }

    #[test]
    fn digits_end_at_every_byte_that_is_not_a_digit() {
        for length in 0..20 {
            for byte in 0..=u8::MAX {
                for place in 0..length {
                    let mut text = vec![if place % 2 == 0 { b'9' } else { b'0' }; length];
                    text[place] = byte;
                    let expected = if byte.is_ascii_digit() { length } else { place };
                    assert_eq!(digits_length(&text), expected, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn a_string_has_the_same_hash_with_and_without_escapes() {
        for (escaped, plain) in [
            (r#""\u0061lg""#, "alg"),
            (r#""a\/b""#, "a/b"),
            (r#""\u00e9\u20ac""#, "\u{e9}\u{20ac}"),
            (r#""exampl\u0065""#, "example"),
        ] {
            let (text, _) = JsonStr::at(escaped.as_bytes(), 0).unwrap();
            assert_eq!(text.hash(), JsonStr::plain(plain).hash());
        }
        // Strings with fewer than four bytes have their own branch in the code.
        for plain in ["", "a", "ab", "abc", "abcd", "abcde"] {
            let written: String = plain.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            let written = format!("\"{written}\"");
            let (text, _) = JsonStr::at(written.as_bytes(), 0).unwrap();
            assert_eq!(text.hash(), JsonStr::plain(plain).hash(), "{plain}");
        }
    }

    #[test]
    fn strings_are_compared_whole_and_unescaped() {
        let (text, _) = JsonStr::at(br#""\u0061lg""#, 0).unwrap();
        assert!(text == *"alg");
        assert!(text != *"al" && text != *"algo" && text != *"\\u0061lg");
    }
}
