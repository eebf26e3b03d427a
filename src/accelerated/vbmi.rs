//! x86-64 with AVX-512 VBMI, which looks up 64 bytes at a time in a table of 128: Intel servers
//! since Ice Lake, AMD processors since Zen 4.
//!
//! Every function here needs a [`Vbmi`], and only detection makes one. The `unsafe` blocks below
//! rely on that.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

mod bytes;
mod characters;
mod marks;

cpufeatures::new!(detected, "avx512f", "avx512bw", "avx512vbmi");

/// Proof that the processor supports AVX-512 VBMI and that the operating system saves its
/// registers.
#[derive(Clone, Copy)]
pub(crate) struct Vbmi(());

impl Vbmi {
    /// `None` if the processor lacks the instructions.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        detected::get().then_some(Self(()))
    }

    /// Decodes characters of 6 bits with the table `values`, into `output`, which must have the
    /// decoded length. A table entry with the top bit set means an invalid character. Every byte
    /// outside ASCII is invalid, too. Returns non-zero if the input is invalid; the content of
    /// `output` is then unspecified.
    #[inline]
    pub(crate) fn decode_sixes(self, values: &[u8; 256], input: &[u8], output: &mut [u8]) -> u8 {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { characters::decode(values, input, output) }
    }

    /// The position of the first byte in `bytes` that equals `wanted`.
    #[inline]
    pub(crate) fn position(self, bytes: &[u8], wanted: u8) -> Option<usize> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { marks::position(bytes, wanted) }
    }

    /// Sets a bit for each byte that ends the plain part of a string: a quote, a backslash or a
    /// control character. The lowest bit is the first byte. Positions after the text count as
    /// quotes. Sets only the words of `marks` that the text needs. Returns whether the whole text
    /// is ASCII. This covers also the part for which `marks` is too short.
    #[inline]
    pub(crate) fn mark_ends(self, text: &[u8], marks: &mut [u64]) -> bool {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { marks::mark_ends(text, marks) }
    }
}
