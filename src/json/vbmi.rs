//! The ends of the plain parts of strings, 64 bytes at a time.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

use crate::cpu::Vbmi;
use crate::cpu::bytes::Bytes;

impl Vbmi {
    /// Sets a bit for each byte that ends the plain part of a string: a quote, a backslash or a
    /// control character. The lowest bit is the first byte. Positions after the text count as
    /// quotes. Sets only the words of `marks` that the text needs. Returns whether the whole text
    /// is ASCII. This covers also the part for which `marks` is too short.
    #[inline]
    pub(crate) fn mark_ends(self, text: &[u8], marks: &mut [u64]) -> bool {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { mark_ends(text, marks) }
    }
}

/// Like [`Vbmi::mark_ends`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn mark_ends(text: &[u8], marks: &mut [u64]) -> bool {
    let (blocks, last) = text.as_chunks();
    let mut marks = marks.iter_mut();
    let mut all = Bytes::zero();
    for block in blocks {
        let block = Bytes::load(block);
        all = all.or(block);
        if let Some(mark) = marks.next() {
            *mark = ends(block);
        }
    }
    let last = Bytes::load_some(last, b'"');
    if let Some(mark) = marks.next() {
        *mark = ends(last);
    }
    all.or(last).highest_bits() == 0
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn ends(text: Bytes) -> u64 {
    text.equal(b'"') | text.equal(b'\\') | text.less(b' ')
}
