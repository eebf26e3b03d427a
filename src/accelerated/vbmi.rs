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

    /// Decodes base64url into `output`, which is as long as what the input stands for. Returns not 0 if something is
    /// wrong; what `output` then holds means nothing.
    #[inline]
    pub(crate) fn decode_base64url(self, input: &[u8], output: &mut [u8]) -> u8 {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { characters::decode(input, output) }
    }
}
