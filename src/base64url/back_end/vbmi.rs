//! Base64url, 64 characters at a time (W. Muła and D. Lemire, Base64 encoding and decoding at
//! almost the speed of a memory copy, 2019, section 3).
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

use crate::cpu::Vbmi;
use crate::cpu::bytes::{BYTES, Bytes, first};

/// Bytes that 64 characters encode.
const DECODED: usize = 48;

/// The positions of the decoded bytes in the register. Of the three bytes in each 32-bit word, the
/// highest comes first.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "computed by the compiler, which rejects what would panic"
)]
const PLACES: [u8; BYTES] = {
    let mut places = [0; BYTES];
    let mut at = 0;
    while at < DECODED {
        places[at] = (at / 3 * 4 + 2 - at % 3) as u8;
        at += 1;
    }
    places
};

impl Vbmi {
    /// Decodes characters of 6 bits with the table `values`, into `output`, which must have the
    /// decoded length. A table entry with the top bit set means an invalid character. Every byte
    /// outside ASCII is invalid, too. Returns non-zero if the input is invalid; the content of
    /// `output` is then unspecified.
    #[inline]
    pub(crate) fn decode_sixes(self, values: &[u8; 256], input: &[u8], output: &mut [u8]) -> u8 {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { decode(values, input, output) }
    }
}

/// Like [`Vbmi::decode_sixes`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode(table: &[u8; 256], input: &[u8], output: &mut [u8]) -> u8 {
    let ([low, high, ..], _) = table.as_chunks() else {
        return u8::MAX;
    };
    let (low, high, order) = (Bytes::load(low), Bytes::load(high), Bytes::load(&PLACES));
    let (blocks, last) = input.as_chunks();
    let (places, rest) = output.as_chunks_mut::<DECODED>();
    let mut faults = Bytes::zero();
    for (block, place) in blocks.iter().zip(places) {
        let characters = Bytes::load(block);
        let values = characters.look_up(low, high);
        // Invalid table entries have the highest bit set, and so have characters outside the table.
        faults = faults.or(values).or(characters);
        values.join_sixes().take(first(DECODED), order).store_some(place);
    }
    // The remaining characters, filled up with zeros.
    let characters = Bytes::load_some(last, b'A');
    let values = characters.look_up(low, high);
    faults = faults.or(values).or(characters);
    let bytes = values.join_sixes().take(first(DECODED), order);
    bytes.store_some(rest);
    // Bits after the last whole byte must be zero, and the last group must not be a single
    // character.
    let stray = bytes.not_zero() & !first(rest.len());
    u8::from(stray | faults.highest_bits() != 0 || input.len() % 4 == 1)
}
