//! The decoders for vector instructions. The fastest one for the processor is chosen at run time.

mod avx2;
mod vbmi;

use super::alphabet::VALUES;
use crate::cpu::{self, Avx2, Vbmi};

/// A decoder that the processor supports.
#[derive(Clone, Copy)]
pub(super) enum BackEnd {
    Vbmi(Vbmi),
    Avx2(Avx2),
}

impl BackEnd {
    /// The fastest one. `None` if the processor lacks the instructions.
    #[inline]
    pub(super) fn fastest() -> Option<Self> {
        cpu::vbmi().map(Self::Vbmi).or_else(|| cpu::avx2().map(Self::Avx2))
    }

    /// Decodes `input` into `output`, which must have the decoded length. Returns non-zero if the
    /// input is invalid; the content of `output` is then unspecified.
    #[inline]
    pub(super) fn decode_groups(self, input: &[u8], output: &mut [u8]) -> u8 {
        match self {
            Self::Vbmi(vbmi) => vbmi.decode_sixes(&VALUES, input, output),
            Self::Avx2(avx2) => avx2.decode_base64url(input, output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::{character_of, wide};
    use crate::cpu::to_test;
    use crate::limits;

    #[test]
    fn vbmi_decodes_every_length_and_byte_like_portable_code() {
        to_test::vbmi().map(BackEnd::Vbmi).into_iter().for_each(check);
    }

    #[test]
    fn avx2_decodes_every_length_and_byte_like_portable_code() {
        to_test::avx2().map(BackEnd::Avx2).into_iter().for_each(check);
    }

    /// The buffer has more bytes after the output, which must not change.
    fn check(decoder: BackEnd) {
        let both = |text: &[u8]| {
            let length = limits::decoded_length(text.len());
            let mut outputs = [[0xA5; 512]; 2];
            let [portable, back_end] = &mut outputs;
            let first = wide::decode_groups(text, &mut portable[..length]) == 0;
            let second = decoder.decode_groups(text, &mut back_end[..length]) == 0;
            assert_eq!(first, second, "{text:?}");
            assert!(!first || portable == back_end, "{text:?}");
            assert!(back_end[length..].iter().all(|byte| *byte == 0xA5), "{text:?}");
        };
        let text: Vec<u8> = (0..300).map(|at| character_of(at * 29 % 64)).collect();
        for length in 0..=text.len() {
            both(&text[..length]);
            // The last character takes every value of a byte.
            let Some(end) = length.checked_sub(1) else {
                continue;
            };
            let mut text = text[..length].to_vec();
            for byte in 0..=u8::MAX {
                text[end] = byte;
                both(&text);
            }
        }
        // A whole block and an incomplete one, two whole blocks, and one whole block.
        for length in [64, 107, 128, 190, 43] {
            for place in 0..length {
                let mut text = text[..length].to_vec();
                for byte in 0..=u8::MAX {
                    text[place] = byte;
                    both(&text);
                }
            }
        }
    }
}
