//! Base64url, 32 characters at a time, for processors without AVX-512.
//!
//! A register finds an entry of a table by four bits only. The upper half of a character is its row
//! in ASCII, and the lower half is its column. All characters of a row but one have the same
//! distance to their values.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

use crate::base64url::alphabet::VALUES;
use crate::cpu::Avx2;
use crate::cpu::bytes::half::{BYTES, HalfBytes, JOINED};

/// The distance of each row: a character and the distance add up to its value.
const DISTANCES: [u8; BYTES] = tables().0;

/// The only character at another distance than the others of its row. Its value is 63.
const LOW_LINE: u8 = b'_';

/// The difference between its distance and that of its row.
const FARTHER: u8 = 33;

/// A bit for each row. Rows without characters of the alphabet share the highest bit.
const ROWS: [u8; BYTES] = tables().1;

/// For each column, the bits of the rows whose character in this column is not in the alphabet.
const FOREIGN: [u8; BYTES] = tables().2;

/// Within each half of a register, the positions of the decoded bytes. Of the three bytes in each
/// 32-bit word, the highest comes first.
const PLACES: [u8; BYTES] = twice([2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15]);

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "computed by the compiler, which rejects what would panic"
)]
const fn tables() -> ([u8; BYTES], [u8; BYTES], [u8; BYTES]) {
    let (mut distances, mut rows, mut foreign) = ([0; 16], [0x80; 16], [0; 16]);
    let mut next_bit = 1u8;
    let mut row = 0;
    while row < 16 {
        let mut is_used = false;
        let mut column = 16;
        // Backwards, so that the first character of the row decides on the distance.
        while column > 0 {
            column -= 1;
            let character = row * 16 + column;
            if VALUES[character] != 0xFF {
                is_used = true;
                distances[row] = VALUES[character].wrapping_sub(character as u8);
            }
        }
        if is_used {
            rows[row] = next_bit;
            next_bit <<= 1;
        }
        while column < 16 {
            if VALUES[row * 16 + column] == 0xFF {
                foreign[column] |= rows[row];
            }
            column += 1;
        }
        row += 1;
    }
    (twice(distances), twice(rows), twice(foreign))
}

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "computed by the compiler, which rejects what would panic"
)]
const fn twice(table: [u8; 16]) -> [u8; BYTES] {
    let mut both = [0; BYTES];
    let mut at = 0;
    while at < BYTES {
        both[at] = table[at % 16];
        at += 1;
    }
    both
}

impl Avx2 {
    /// Decodes `input` into `output`, which must have the decoded length. Returns non-zero if the
    /// input is invalid; the content of `output` is then unspecified.
    #[inline]
    pub(crate) fn decode_base64url(self, input: &[u8], output: &mut [u8]) -> u8 {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { decode(input, output) }
    }
}

/// Like [`Avx2::decode_base64url`].
#[target_feature(enable = "avx2")]
fn decode(input: &[u8], output: &mut [u8]) -> u8 {
    let (blocks, last) = input.as_chunks();
    let (places, rest) = output.as_chunks_mut::<JOINED>();
    let mut faults = HalfBytes::zero();
    for (block, place) in blocks.iter().zip(places) {
        faults = faults.or(decode_block(block, place));
    }
    // The remaining characters, filled up with zeros.
    let mut block = [b'A'; BYTES];
    for (place, character) in block.iter_mut().zip(last) {
        *place = *character;
    }
    let mut bytes = [0; JOINED];
    faults = faults.or(decode_block(&block, &mut bytes));
    let mut bytes = bytes.iter();
    for (place, byte) in rest.iter_mut().zip(&mut bytes) {
        *place = *byte;
    }
    // Bits after the last whole byte must be zero, and the last group must not be a single
    // character.
    let stray = bytes.fold(0, |bits, byte| bits | byte);
    stray | u8::from(faults.is_not_zero() || input.len() % 4 == 1)
}

/// Decodes 32 characters. The result is not zero if one of them is not in the alphabet.
#[inline]
#[target_feature(enable = "avx2")]
fn decode_block(block: &[u8; BYTES], place: &mut [u8; JOINED]) -> HalfBytes {
    let characters = HalfBytes::load(block);
    let (rows, columns) = (characters.upper_halves(), characters.lower_halves());
    let farther = characters.equal(HalfBytes::splat(LOW_LINE)).and(HalfBytes::splat(FARTHER));
    let values = characters.plus(HalfBytes::load(&DISTANCES).take(rows)).plus(farther);
    values.join_sixes().store_joined(HalfBytes::load(&PLACES), place);
    HalfBytes::load(&ROWS).take(rows).and(HalfBytes::load(&FOREIGN).take(columns))
}
