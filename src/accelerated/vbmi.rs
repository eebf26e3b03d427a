//! x86-64 with AVX-512 VBMI, which looks up 64 bytes at a time in a table of 128: Intel's servers since Ice Lake, AMD's
//! since Zen 4.
//!
//! Nothing here can be called without a [`Vbmi`], and only detection makes one: that is what the `unsafe` below rests
//! on.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

mod bytes;
mod characters;
mod marks;

cpufeatures::new!(detected, "avx512f", "avx512bw", "avx512vbmi");

/// Proof that the processor has AVX-512 VBMI, and the system saves its registers.
#[derive(Clone, Copy)]
pub(crate) struct Vbmi(());

impl Vbmi {
    /// `None` if the processor has not what it takes.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        detected::get().then_some(Self(()))
    }

    /// Decodes characters of 6 bits, which have these `values`, into `output`, which is as long as what they stand for.
    /// A value with the highest bit is none, and nor is that of a byte that is not ASCII. Returns not 0 if something is
    /// wrong; what `output` then holds means nothing.
    #[inline]
    pub(crate) fn decode_sixes(self, values: &[u8; 256], input: &[u8], output: &mut [u8]) -> u8 {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { characters::decode(values, input, output) }
    }

    /// Where the first of `bytes` is that is this one.
    #[inline]
    pub(crate) fn position(self, bytes: &[u8], wanted: u8) -> Option<usize> {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { marks::position(bytes, wanted) }
    }

    /// Marks what ends the plain part of a string: quotes, backslashes and control characters, a bit for each byte and
    /// the first lowest, in as many of `marks` as there is text for; and what is behind the text, as if it were quotes.
    /// Returns whether all of the text is ASCII, marked or not.
    #[inline]
    pub(crate) fn mark_ends(self, text: &[u8], marks: &mut [u64]) -> bool {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { marks::mark_ends(text, marks) }
    }
}
