//! Finds where the plain part of a string ends: at a quote, a backslash or a control character.

use super::string;

/// A way to find where the plain part of a string ends.
pub(super) trait Plain {
    /// The number of bytes before the first quote, backslash or control character in `rest`, which
    /// is the end of `text`. Without such a byte, the result is the length of `rest` or more. Each
    /// call begins after the position that the call before it found.
    fn length(&mut self, text: &[u8], rest: &[u8]) -> usize;
}

/// Searches anew for each string.
pub(super) struct Looking;

impl Plain for Looking {
    #[inline(always)]
    fn length(&mut self, _: &[u8], rest: &[u8]) -> usize {
        string::plain_length(rest)
    }
}
