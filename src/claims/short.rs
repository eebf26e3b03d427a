//! A short text in place, cut where it does not fit.

use core::fmt::{self, Write};

/// What ends a text that was cut.
const CUT: &str = "…";

/// At most `N` bytes of UTF-8, without control characters: it may end up in a log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Short<const N: usize> {
    bytes: [u8; N],
    length: u8,
    cut: bool,
}

impl<const N: usize> Short<N> {
    pub(super) const EMPTY: Self = Self { bytes: [0; N], length: 0, cut: false };

    /// The beginning of what `text` says.
    pub(super) fn of(text: impl fmt::Display) -> Self {
        let mut short = Self::EMPTY;
        // The only error is a text of the caller's that fails; what it said before is kept.
        let _ = write!(short, "{text}");
        short
    }

    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Appends the beginning of `text` that fits.
    pub(super) fn push_str(&mut self, text: &str) {
        for character in text.chars() {
            let shown = if character.is_control() { '?' } else { character };
            if self.cut {
                return;
            }
            if !self.push(shown, CUT.len()) {
                self.cut = true;
                CUT.chars().for_each(|it| _ = self.push(it, 0));
            }
        }
    }

    /// Appends a character, if `reserve` bytes are left after it.
    fn push(&mut self, character: char, reserve: usize) -> bool {
        let start = usize::from(self.length);
        let end = start.saturating_add(character.len_utf8());
        let fits = end.saturating_add(reserve) <= N;
        let place = self.bytes.get_mut(start..end).filter(|_| fits);
        let (Some(place), Ok(length)) = (place, u8::try_from(end)) else {
            return false;
        };
        character.encode_utf8(place);
        self.length = length;
        true
    }
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
