//! Acceptance: one pass over a text that decides whether it is JSON as this library reads it.

use super::plain::{Looking, Plain};
pub(crate) use super::records::Records;
use super::records::record;
use super::string::{self, JsonStr};
use super::value::{self, Field, Value};
use super::visitor::{Nothing, Visitor};
use crate::error::{Error, Reason};
use crate::limits::{MAX_MEMBERS, MAX_MEMBERS_SEARCHED, MAX_NESTING};
use crate::switches::{FAST, SMALL};

/// The results of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// True if a string has an escape. A text in writable memory must then be finished.
    pub(crate) escapes: bool,
    /// The number of members if the value is an object. That number of [`Records`] stays on the
    /// stack.
    pub(crate) members: usize,
}

/// The open containers. For each, the bracket that closes its parent and the index of the parent's
/// first record.
struct Open {
    closings: [u8; MAX_NESTING],
    bases: [u16; MAX_NESTING],
    depth: usize,
}

impl Open {
    /// Opens a container. `closing` is the bracket that closes its parent, `base` the index of the
    /// parent's first record.
    fn push(&mut self, closing: u8, base: usize) -> Option<()> {
        *self.closings.get_mut(self.depth)? = closing;
        *self.bases.get_mut(self.depth)? = u16::try_from(base).ok()?;
        self.depth = self.depth.wrapping_add(1);
        Some(())
    }

    /// Closes a container. Returns the bracket that closes its parent, and the index of the
    /// parent's first record.
    fn pop(&mut self) -> (u8, usize) {
        self.depth = self.depth.wrapping_sub(1);
        let closing = self.closings.get(self.depth).copied().unwrap_or(NOTHING);
        (closing, self.bases.get(self.depth).copied().map_or(0, usize::from))
    }
}

/// Stands for the closing bracket while no container is open. A text has this byte only inside
/// strings.
const NOTHING: u8 = 0;

struct Scanner<'t, 'r, 'm, P, V> {
    text: &'t [u8],
    /// The part of the text that is still to be read.
    rest: &'t [u8],
    records: &'r mut Records<'m>,
    /// The bracket that closes the innermost open container.
    closing: u8,
    /// Where the records of the innermost open object begin.
    base: usize,
    /// A bit for each hash that a name of that object may have.
    seen: u64,
    // A reference, because the compiler keeps no field in a register beside an array that is
    // indexed at run time.
    open: &'r mut Open,
    plain: &'r mut P,
    visitor: &'r mut V,
    escapes: bool,
    /// Checks the syntax only: see [`check_syntax`].
    syntax_only: bool,
}

/// Accepts `text`, or reports the error and its offset.
///
/// # Errors
///
/// A reason of the JSON group with an offset, or [`Reason::BufferTooSmall`] if `records` is too
/// small.
pub(crate) fn scan(text: &[u8], records: &mut Records<'_>) -> Result<Scanned, Error> {
    visit(text, records, &mut Nothing)
}

/// Like [`scan`], with a visitor.
///
/// # Errors
///
/// As for [`scan`]; [`Reason::BufferTooSmall`] also if the visitor ends the scan.
#[cfg_attr(not(small), inline(always))]
pub(crate) fn visit<'t>(
    text: &'t [u8],
    records: &mut Records<'_>,
    visitor: &mut impl Visitor<'t>,
) -> Result<Scanned, Error> {
    #[cfg(lanes)]
    if let Some(vbmi) = crate::cpu::vbmi() {
        use super::marked::{KEPT, Marked};
        let mut marks = [0; KEPT];
        let (mut marked, is_ascii) = Marked::new(vbmi, text, &mut marks);
        check_encoding(text, is_ascii)?;
        return scan_by(&mut marked, text, records, visitor, false);
    }
    visit_portably(text, records, visitor)
}

/// Checks only that `text` is UTF-8 and follows the grammar of RFC 8259. For a text whose parts are
/// [scanned](scan) one by one.
///
/// It accepts duplicate members, lone surrogates, any number of members and any depth. Deeper than
/// [`MAX_NESTING`], it counts brackets without comparing their kinds.
///
/// # Errors
///
/// [`Reason::JsonEncoding`] or [`Reason::JsonSyntax`] with an offset.
pub(crate) fn check_syntax(text: &[u8]) -> Result<(), Error> {
    check_encoding(text, false)?;
    scan_by(&mut Looking, text, &mut Records::counted(), &mut Nothing, true).map(|_| ())
}

/// Like [`visit`], on any processor.
#[cfg_attr(not(small), inline(always))]
fn visit_portably<'t>(
    text: &'t [u8],
    records: &mut Records<'_>,
    visitor: &mut impl Visitor<'t>,
) -> Result<Scanned, Error> {
    // Most texts are ASCII only. On targets with vector instructions this loop checks several bytes
    // at once.
    let is_ascii = FAST && text.iter().fold(0, |all, byte| all | byte) < 0x80;
    check_encoding(text, is_ascii)?;
    scan_by(&mut Looking, text, records, visitor, false)
}

/// Checks that a text that is not known to be ASCII is UTF-8.
#[cfg_attr(not(small), inline(always))]
fn check_encoding(text: &[u8], is_ascii: bool) -> Result<(), Error> {
    if !is_ascii && let Err(error) = core::str::from_utf8(text) {
        // RFC 8259 section 8.1, RFC 7493 section 2.1.
        return Err(Error::new(Reason::JsonEncoding).at_offset(error.valid_up_to()));
    }
    Ok(())
}

/// Like [`scan`], for valid UTF-8.
#[cfg_attr(not(small), inline(always))]
fn scan_by<'t>(
    plain: &mut impl Plain,
    text: &'t [u8],
    records: &mut Records<'_>,
    visitor: &mut impl Visitor<'t>,
    syntax_only: bool,
) -> Result<Scanned, Error> {
    let mut open = Open { closings: [NOTHING; MAX_NESTING], bases: [0; MAX_NESTING], depth: 0 };
    let mut scanner = Scanner {
        text,
        rest: text,
        records,
        closing: NOTHING,
        base: 0,
        seen: 0,
        open: &mut open,
        plain,
        visitor,
        escapes: false,
        syntax_only,
    };
    scanner.run().map_err(|reason| match reason {
        Reason::BufferTooSmall => Error::new(reason),
        // The table of all claim names takes a kilobyte, which is too much for a small image.
        Reason::JsonMembers if FAST => scanner.inside_a_member(Error::new(reason)),
        _ => Error::new(reason).at_offset(scanner.at()),
    })?;
    // The records of the outermost object are still on the stack, as an index of its members.
    Ok(Scanned { escapes: scanner.escapes, members: scanner.records.length })
}

/// An error has the offset at which [`rest`](Self::rest) begins.
impl<'t, P: Plain, V: Visitor<'t>> Scanner<'t, '_, '_, P, V> {
    // On 64-bit targets, all called functions are inlined here, so that `rest` stays in registers.
    /// Every iteration reads at least one byte or ends, so the work is linear in the text, except
    /// for comparing names. A name is compared with at most [`MAX_MEMBERS_SEARCHED`] others, or the
    /// names are sorted.
    #[inline(always)]
    fn run(&mut self) -> Result<(), Reason> {
        loop {
            self.skip_space();
            if self.closing == b'}' {
                self.name()?;
                self.skip_space();
            }
            match self.peek() {
                Some(b'"') => {
                    let text = self.string()?;
                    self.visit(Field::Text(text))?;
                }
                Some(b'-' | b'0'..=b'9') => {
                    self.visit_here()?;
                    self.number()?;
                }
                Some(bracket @ (b'{' | b'[')) => {
                    self.visit_here()?;
                    if self.begin(bracket == b'{')? {
                        self.skip_space();
                        if self.peek() != Some(self.closing) {
                            continue;
                        }
                        self.end()?;
                    }
                }
                Some(literal @ (b't' | b'f' | b'n')) => {
                    self.visit_here()?;
                    self.literal(match literal {
                        b't' => b"true",
                        b'f' => b"false",
                        _ => b"null",
                    })?;
                }
                _ => return Err(Reason::JsonSyntax),
            }
            // A value has ended, and possibly the container around it.
            loop {
                self.skip_space();
                match self.peek() {
                    None if self.closing == NOTHING => return Ok(()),
                    Some(b',') if self.closing != NOTHING => {
                        self.advance();
                        break;
                    }
                    Some(b'}' | b']') if self.peek() == Some(self.closing) => self.end()?,
                    _ => return Err(Reason::JsonSyntax),
                }
            }
        }
    }

    /// Shows the value at the current position to the visitor.
    #[inline(always)]
    fn visit_here(&mut self) -> Result<(), Reason> {
        self.visit(Field::Other(Value::beginning(self.rest)))
    }

    #[inline(always)]
    fn visit(&mut self, value: Field<'t>) -> Result<(), Reason> {
        self.visitor.value(self.open.depth, value).ok_or(Reason::BufferTooSmall)
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Skips the byte at the current position.
    #[inline(always)]
    fn advance(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    /// The offset of the current position in the text.
    #[inline(always)]
    fn at(&self) -> usize {
        self.text.len().wrapping_sub(self.rest.len())
    }

    #[cfg_attr(not(small), inline(always))]
    #[cfg_attr(small, inline(never))]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.advance();
        }
    }

    /// Opens a container. `false` if it was skipped as a whole.
    #[inline(always)]
    fn begin(&mut self, object: bool) -> Result<bool, Reason> {
        if self.open.push(self.closing, self.base).is_none() {
            return self.skip_deep().map(|()| false);
        }
        self.closing = if object { b'}' } else { b']' };
        self.base = self.records.length;
        if FAST && object {
            self.seen = 0;
        }
        self.advance();
        Ok(true)
    }

    /// Skips a container that is nested too deeply to be opened.
    #[cold]
    fn skip_deep(&mut self) -> Result<(), Reason> {
        if !self.syntax_only {
            return Err(Reason::JsonNesting);
        }
        let end = value::end_of_container(self.rest, 0).ok_or(Reason::JsonSyntax)?;
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(())
    }

    #[cfg_attr(not(small), inline(always))]
    #[cfg_attr(small, inline(never))]
    fn end(&mut self) -> Result<(), Reason> {
        if MAX_MEMBERS > MAX_MEMBERS_SEARCHED && self.closing == b'}' {
            self.check_many_names()?;
        }
        if FAST && self.closing == b'}' {
            // The hashes of the enclosing object were not kept, so assume that it has every hash.
            self.seen = u64::MAX;
        }
        let (closing, base) = self.open.pop();
        if closing != NOTHING {
            self.records.truncate(self.base);
        }
        (self.closing, self.base) = (closing, base);
        self.advance();
        self.visitor.end(self.open.depth).ok_or(Reason::BufferTooSmall)
    }

    /// Finds duplicates in an object with too many names to compare each with all others.
    #[inline(always)]
    fn check_many_names(&mut self) -> Result<(), Reason> {
        if self.records.length.wrapping_sub(self.base) > MAX_MEMBERS_SEARCHED
            && !self.syntax_only
            && let Some(repeated) = self.records.find_repeated(self.base, self.text)
        {
            self.rest = self.text.get(repeated..).unwrap_or_default();
            return Err(Reason::JsonDuplicate);
        }
        Ok(())
    }

    /// Adds the current position to `error`, and the name of the outermost member around that
    /// position.
    fn inside_a_member(&self, error: Error) -> Error {
        let error = error.at_offset(self.at());
        let behind = match self.open.depth {
            0 | 1 => None,
            2 => Some(self.base),
            _ => self.open.bases.get(2).copied().map(usize::from),
        };
        let last = behind.and_then(|behind| behind.checked_sub(1));
        let name = last.and_then(|last| self.records.name_at(last, self.text)?.as_str());
        name.map_or(error, |name| error.about_named(name))
    }

    /// Reads the name of a member and the colon after it.
    #[inline(always)]
    fn name(&mut self) -> Result<(), Reason> {
        if self.peek() != Some(b'"') {
            return Err(Reason::JsonSyntax);
        }
        let start = self.rest;
        let record_at = self.at();
        let name = self.string()?;
        let record = record(name, record_at);
        let members = self.records.length.wrapping_sub(self.base);
        if members < MAX_MEMBERS_SEARCHED
            && self.may_have_seen(record)
            && self.records.contain(self.base, record, name, self.text)
        {
            // RFC 7515 section 4, RFC 7519 section 4: a reader rejects duplicates or uses the last
            // one. Two readers that use different ones see two different tokens, so reject.
            self.rest = start;
            return Err(Reason::JsonDuplicate);
        }
        if members >= self.records.most_members && !self.syntax_only {
            self.rest = start;
            return Err(Reason::JsonMembers);
        }
        self.records.push(record)?;
        self.visitor.name(self.open.depth, name);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(Reason::JsonSyntax);
        }
        self.advance();
        Ok(())
    }

    /// Records the hash. Returns `false` if the object has no name with this hash yet; `true`
    /// decides nothing.
    #[inline(always)]
    fn may_have_seen(&mut self, record: u32) -> bool {
        let bit = 1u64.wrapping_shl(record >> 26);
        let seen = SMALL || self.seen & bit != 0;
        if FAST {
            self.seen |= bit;
        }
        seen
    }

    /// Reads a string from its opening to its closing quote.
    #[cfg_attr(not(small), inline(always))]
    fn string(&mut self) -> Result<JsonStr<'t>, Reason> {
        self.advance();
        let start = self.rest;
        let mut escaped = false;
        loop {
            let plain = self.plain.length(self.text, self.rest);
            self.rest = self.rest.get(plain..).unwrap_or_default();
            match self.peek() {
                Some(b'"') => {
                    let length = start.len().wrapping_sub(self.rest.len());
                    self.advance();
                    let content = start.get(..length).unwrap_or_default();
                    return Ok(JsonStr::new(content, escaped));
                }
                Some(b'\\') => {
                    let length = match length_of_escape(self.rest) {
                        Err(Reason::JsonSurrogate) if self.syntax_only => SURROGATE.len(),
                        length => length?,
                    };
                    self.rest = self.rest.get(length..).unwrap_or_default();
                    self.escapes = true;
                    escaped = true;
                }
                // RFC 8259 section 7: control characters must be escaped.
                _ => return Err(Reason::JsonSyntax),
            }
        }
    }

    /// RFC 8259 section 6.
    #[inline(always)]
    fn number(&mut self) -> Result<(), Reason> {
        if self.peek() == Some(b'-') {
            self.advance();
        }
        if self.peek() == Some(b'0') {
            self.advance();
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.advance();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.advance();
            if let Some(b'+' | b'-') = self.peek() {
                self.advance();
            }
            self.digits()?;
        }
        Ok(())
    }

    #[cfg_attr(not(small), inline(always))]
    #[cfg_attr(small, inline(never))]
    fn digits(&mut self) -> Result<(), Reason> {
        let digits = string::digits_length(self.rest);
        if digits == 0 {
            return Err(Reason::JsonSyntax);
        }
        self.rest = self.rest.get(digits..).unwrap_or_default();
        Ok(())
    }

    #[cfg_attr(not(small), inline(always))]
    #[cfg_attr(small, inline(never))]
    fn literal(&mut self, literal: &[u8]) -> Result<(), Reason> {
        self.rest = self.rest.strip_prefix(literal).ok_or(Reason::JsonSyntax)?;
        Ok(())
    }
}

/// The length of any escape for half of a surrogate pair.
const SURROGATE: &str = r"\ud800";

/// The length of the escape with which `rest` begins.
fn length_of_escape(rest: &[u8]) -> Result<usize, Reason> {
    let mut after = rest.iter();
    after.next();
    if string::unescape(&mut after).is_some() {
        return Ok(rest.len().saturating_sub(after.len()));
    }
    // RFC 7493 section 2.1: an escape must not stand for half of a surrogate pair. Here `\u` and
    // four digits do not encode a character, so they are half of a pair.
    let digits = rest.get(2..6).unwrap_or_default();
    let surrogate =
        rest.get(1) == Some(&b'u') && digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
    Err(if surrogate { Reason::JsonSurrogate } else { Reason::JsonSyntax })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::{MIRI, under_miri};

    /// The result of a scan. Asserts that every variant of the scan returns the same.
    fn scanned(text: &[u8]) -> Result<Scanned, Error> {
        let mut memories = [[0; 8192]; 2];
        let [first, second] = &mut memories;
        let chosen = scan(text, &mut Records::bytes(first));
        let portable = visit_portably(text, &mut Records::bytes(second), &mut Nothing);
        assert_eq!(chosen, portable, "{text:?}");
        assert_eq!(first, second, "{text:?}");
        chosen
    }

    fn rejection(text: &str) -> (Reason, Option<usize>) {
        let error = scanned(text.as_bytes()).unwrap_err();
        (error.reason(), error.offset())
    }

    fn accepted(text: &str) -> Scanned {
        scanned(text.as_bytes()).unwrap()
    }

    #[test]
    fn finds_end_of_string_at_every_place_and_length() {
        let content: String = "abc[]{}:,0123 \\n".repeat(10);
        for length in 0..content.len() {
            for text in
                [format!("\"{}\"", &content[..length]), format!("[\"{}\",1]", &content[..length])]
            {
                let _ = scanned(text.as_bytes());
                // Also without an end, or with something after it.
                let _ = scanned(&text.as_bytes()[..length]);
                let _ = scanned(&[text.as_bytes(), b"\\"].concat());
            }
        }
        let text = format!("[\"{}\"]", "x".repeat(140));
        for place in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut text = text.clone().into_bytes();
                text[place] = byte;
                let _ = scanned(&text);
            }
        }
    }

    /// Valid and invalid encodings of characters: each complete, and cut off after every byte.
    const PIECES: [&[u8]; 30] = [
        b"\"",
        b"\\",
        b"\\\"",
        b"\\\\",
        b"\\\\\"",
        b"\\u0041",
        b"\\u00",
        b"\\uD83D\\uDE00",
        b"\\uD83D",
        b"\\uDE00",
        b"\\uD83D\\u0041",
        b"\\uD83D\\",
        b"\\x",
        b"\0",
        b"\t",
        b"\x1F",
        b"\x7F",
        b"\x80",
        b"\xC3\xA9",
        b"\xC0\xAF",
        b"\xE2\x82\xAC",
        b"\xE0\x80\xAF",
        b"\xED\x9F\xBF",
        b"\xED\xA0\x80",
        b"\xEF\xBF\xBF",
        b"\xF0\x9F\x98\x80",
        b"\xF0\x80\x80\xAF",
        b"\xF4\x90\x80\x80",
        b"\xFE",
        b"\xFF",
    ];

    /// The positions lie before, across and after each border between groups of bytes that are read
    /// together, and in the second window.
    #[test]
    fn checks_every_character_in_every_place_like_serde_json() {
        let accepted = |text: &[u8]| {
            let theirs = serde_json::from_slice::<serde_json::Value>(text).is_ok();
            assert_eq!(scanned(text).is_ok(), theirs, "{:?}", String::from_utf8_lossy(text));
            usize::from(theirs)
        };
        let mut count = 0;
        let lengths = [0, 1, 5, 59, 60, 61, 62, 63, 64, 65, 123, 124, 125, 126, 127, 128, 1018];
        for length in lengths.into_iter().take(under_miri(3, lengths.len())) {
            for place in (0..=length).filter(|place| length < 1000 || *place + 9 > length) {
                for piece in PIECES {
                    for end in 1..=piece.len() {
                        let (before, behind) = (vec![b'x'; place], vec![b'x'; length - place]);
                        let content = [&before, &piece[..end], &behind].concat();
                        for (opening, closing) in
                            [("\"", "\""), ("[\"", "\",\"\"]"), ("{\"", "\":1}")]
                        {
                            let text = [opening.as_bytes(), &content, closing.as_bytes()].concat();
                            count += accepted(&text);
                        }
                        // Also with nothing after it.
                        count += accepted(&[b"\"", content.as_slice()].concat());
                    }
                }
            }
        }
        assert!(MIRI || count > 30_000, "{count}");
    }

    #[test]
    fn texts_of_many_windows_are_scanned_as_short_ones_are() {
        for element in
            ["\"\"", "\"a\\\"b\"", "\"\u{e9}\"", "{\"a\":\"b\"}", "\"0123456789012345678901\""]
        {
            for count in [1, 60, 300, 1000] {
                let list = vec![element; count].join(",");
                accepted(&format!("[{list}]"));
                assert_eq!(rejection(&format!("[{list}")).1, Some(list.len() + 1));
                assert_eq!(rejection(&format!("[{list},\"")).1, Some(list.len() + 3));
                assert_eq!(rejection(&format!("[{list},\"\t")).1, Some(list.len() + 3));
            }
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_reject_however_many_there_are() {
        for count in 1..10 {
            let text = [&b"\""[..], &vec![0xFF; count], b"\""].concat();
            let error = scanned(&text).unwrap_err();
            assert_eq!((error.reason(), error.offset()), (Reason::JsonEncoding, Some(1)));
        }
    }

    #[test]
    fn duplicates_are_found_at_every_depth_by_their_unescaped_name() {
        assert_eq!(rejection(r#"{"a":1,"a":2}"#), (Reason::JsonDuplicate, Some(7)));
        assert_eq!(rejection(r#"{"alg":1,"\u0061lg":2}"#), (Reason::JsonDuplicate, Some(9)));
        assert_eq!(
            rejection(r#"[{"x":{"b":[],"c":{},"b":0}}]"#),
            (Reason::JsonDuplicate, Some(21))
        );
        accepted(r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#);
        accepted(r#"[{"a":1},{"a":1}]"#);
        accepted(r#"{"a":1,"A":2,"":3}"#);
        assert_eq!(rejection(r#"{"":1,"":2}"#).0, Reason::JsonDuplicate);
    }

    #[test]
    fn rejects_duplicate_member_after_nested_object() {
        assert_eq!(rejection(r#"{"a":{"b":{"c":1}},"a":2}"#).0, Reason::JsonDuplicate);
        assert_eq!(rejection(r#"{"a":[[{"b":1}]],"d":{},"a":2}"#).0, Reason::JsonDuplicate);
    }

    #[test]
    fn accepts_nesting_and_members_up_to_limit_and_rejects_more() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        accepted(&nested(MAX_NESTING));
        assert_eq!(rejection(&nested(MAX_NESTING + 1)), (Reason::JsonNesting, Some(MAX_NESTING)));
        let members = |count: usize| {
            let list: Vec<String> = (0..count).map(|index| format!("\"{index}\":0")).collect();
            format!("{{{}}}", list.join(","))
        };
        assert_eq!(accepted(&members(MAX_MEMBERS)).members, MAX_MEMBERS);
        assert_eq!(rejection(&members(MAX_MEMBERS + 1)).0, Reason::JsonMembers);
    }

    #[test]
    fn half_a_surrogate_pair_is_named_so() {
        for text in
            [r#""\ud800""#, r#""\udc00""#, r#""\ud800\n""#, r#""\ud800\ud800""#, r#""\uD800x""#]
        {
            assert_eq!(rejection(text), (Reason::JsonSurrogate, Some(1)), "{text}");
        }
        assert_eq!(rejection(r#""\u12"#).0, Reason::JsonSyntax);
        assert_eq!(rejection(r#""\u12g4""#).0, Reason::JsonSyntax);
        assert_eq!(rejection(r#""\x""#).0, Reason::JsonSyntax);
    }

    #[test]
    fn what_comes_after_the_value_is_rejected() {
        assert_eq!(rejection("{}x"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(rejection("{},"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(rejection("1]"), (Reason::JsonSyntax, Some(1)));
        assert_eq!(rejection("[1}"), (Reason::JsonSyntax, Some(2)));
        assert_eq!(rejection(""), (Reason::JsonSyntax, Some(0)));
        assert_eq!(rejection("\u{feff}{}"), (Reason::JsonSyntax, Some(0)));
    }
}
