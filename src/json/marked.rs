//! Finds where the plain part of each string ends, with vector instructions.

use super::plain::Plain;
use crate::cpu::Vbmi;

/// The number of blocks whose bitmaps are kept: enough for most whole payloads.
pub(super) const KEPT: usize = 16;

/// The bytes in a block: a 64-bit word has one bit for each of them.
const BLOCK: usize = 64;

/// The number of bytes whose bitmaps are computed at once.
const WINDOW: usize = KEPT * BLOCK;

/// Finds all string terminators of a 1 KiB window at once, then takes them in order. So the
/// processor can find the next terminator without waiting for the previous one.
pub(super) struct Marked<'m> {
    vbmi: Vbmi,
    marks: &'m mut [u64; KEPT],
    /// The terminators of the current block that are still to be taken, and the offset of that
    /// block.
    left: u64,
    block: usize,
}

impl<'m> Marked<'m> {
    /// Computes the bitmaps of the first window into `marks`. Also returns whether the text is
    /// ASCII.
    pub(super) fn new(vbmi: Vbmi, text: &[u8], marks: &'m mut [u64; KEPT]) -> (Self, bool) {
        let is_ascii = vbmi.mark_ends(text, marks);
        let [first, ..] = marks;
        (Self { vbmi, left: *first, marks, block: 0 }, is_ascii)
    }

    /// Moves to the next block of the text. `None` at the end.
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
