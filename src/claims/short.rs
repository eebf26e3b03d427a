//! A short string without an allocator, cut if it does not fit.

use core::fmt::{self, Write};

/// The end of a string that was cut.
const CUT: &str = "…";

/// At most `N` bytes of UTF-8, without control characters, because it may end up in a log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Short<const N: usize> {
    bytes: [u8; N],
    length: u8,
    cut: bool,
}

impl<const N: usize> Short<N> {
    pub(super) const EMPTY: Self = Self { bytes: [0; N], length: 0, cut: false };

    /// The beginning of the formatted `text`.
    pub(super) fn of(text: impl fmt::Display) -> Self {
        let mut short = Self::EMPTY;
        // `write_fmt` fails only if the caller's formatting does; the text before the error is
        // kept.
        let _ = write!(short, "{text}");
        short
    }

    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Appends the beginning of `text` that fits.
    pub(super) fn push_str(&mut self, text: &str) {
        if !self.cut {
            (self.length, self.cut) = append(&mut self.bytes, self.length, text);
        }
    }
}

/// Appends to the first `length` of the bytes. Returns the new length, and whether `text` was cut.
// Not inlined, so that a small image has one copy instead of one for each size.
#[inline(never)]
fn append(bytes: &mut [u8], mut length: u8, text: &str) -> (u8, bool) {
    for character in text.chars() {
        let shown = if character.is_control() { '?' } else { character };
        let Some(end) = put(bytes, length, shown, CUT.len()) else {
            for character in CUT.chars() {
                length = put(bytes, length, character, 0).unwrap_or(length);
            }
            return (length, true);
        };
        length = end;
    }
    (length, false)
}

/// Writes a character at `length`, if `reserve` bytes remain after it. Returns the new length.
fn put(bytes: &mut [u8], length: u8, character: char, reserve: usize) -> Option<u8> {
    let mut encoded = [0; 4];
    let encoded = character.encode_utf8(&mut encoded);
    let start = usize::from(length);
    let end = start.saturating_add(encoded.len());
    if end.saturating_add(reserve) > bytes.len() {
        return None;
    }
    for (place, byte) in bytes.get_mut(start..end)?.iter_mut().zip(encoded.bytes()) {
        *place = byte;
    }
    u8::try_from(end).ok()
}

impl<const N: usize> Write for Short<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters_and_replaces_control_characters() {
        let short = |text: &str| Short::<8>::of(text).as_str().to_owned();
        assert_eq!(short(""), "");
        assert_eq!(short("abcde"), "abcde");
        assert_eq!(short("abcdef"), "abcde…");
        assert_eq!(short("abcdéf"), "abcd…", "é has two bytes");
        assert_eq!(short("a\n\u{1b}\u{9b}"), "a???");
        assert_eq!(Short::<8>::of(format_args!("{}{}", "abcdef", "g")).as_str(), "abcde…");
    }
}
