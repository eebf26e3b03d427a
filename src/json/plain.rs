//! The plain parts of strings, up to a quote, a backslash or a control character: how a scan finds where they end.

use super::string;
#[cfg(feature = "accelerated")]
use crate::accelerated::Vbmi;

/// Who finds where the plain part of a string ends.
pub(super) trait Plain {
    /// How many bytes stand before the first quote, backslash or control character in `rest`, the end of the text; if there
    /// is none, as many as there are or more. What comes before a find is never asked for again.
    fn length(&mut self, text: &[u8], rest: &[u8]) -> usize;
}

/// Who looks for each.
pub(super) struct Looking;

impl Plain for Looking {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn length(&mut self, _: &[u8], rest: &[u8]) -> usize {
        string::plain_length(rest)
    }
}

/// Blocks whose marks are kept: all of most payloads.
#[cfg(feature = "accelerated")]
pub(super) const KEPT: usize = 16;

/// Bytes of a block: a bit of a word is the mark of one.
#[cfg(feature = "accelerated")]
const BLOCK: usize = 64;

/// Bytes that have their marks at once.
#[cfg(feature = "accelerated")]
const WINDOW: usize = KEPT * BLOCK;

/// Who has marked all of them at once, a window of the text after the other, and takes the marks in turn: where one string
/// ends has not to be known before the end of the next is found.
#[cfg(feature = "accelerated")]
pub(super) struct Marked<'m> {
    vbmi: Vbmi,
    marks: &'m mut [u64; KEPT],
    /// The marks of a block that are left, and where that begins.
    left: u64,
    block: usize,
}

#[cfg(feature = "accelerated")]
impl<'m> Marked<'m> {
    /// With memory for marks; and whether the text is ASCII.
    pub(super) fn new(vbmi: Vbmi, text: &[u8], marks: &'m mut [u64; KEPT]) -> (Self, bool) {
        let is_ascii = vbmi.mark_ends(text, marks);
        let [first, ..] = marks;
        (Self { vbmi, left: *first, marks, block: 0 }, is_ascii)
    }

    /// Takes the next block of the text, if there is one.
    #[inline(always)]
    fn next_block(&mut self, text: &[u8]) -> Option<()> {
        self.block = self.block.wrapping_add(BLOCK);
        let rest = text.get(self.block..).filter(|rest| !rest.is_empty())?;
        let place = self.block / BLOCK % KEPT;
        if place == 0 {
            self.vbmi.mark_ends(rest.get(..WINDOW).unwrap_or(rest), self.marks);
        }
        self.left = *self.marks.get(place)?;
        Some(())
    }
}

#[cfg(feature = "accelerated")]
impl Plain for Marked<'_> {
    #[inline(always)]
    fn length(&mut self, text: &[u8], rest: &[u8]) -> usize {
        let start = text.len().wrapping_sub(rest.len());
        loop {
            while self.left != 0 {
                let lowest = usize::try_from(self.left.trailing_zeros()).unwrap_or(0);
                self.left &= self.left.wrapping_sub(1);
                if let Some(length) = self.block.wrapping_add(lowest).checked_sub(start) {
                    return length;
                }
            }
            if self.next_block(text).is_none() {
                return rest.len();
            }
        }
    }
}
