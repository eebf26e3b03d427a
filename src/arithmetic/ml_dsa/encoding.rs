//! The encodings of keys and signatures (FIPS 204 section 7.2), and the high bits with hints
//! (section 7.4).

use super::level::Level;
use super::polynomial::{Polynomial, Q};
use crate::digest::shake::Shake;

/// Words of a row of t1 in a public key: 256 numbers of 10 bits.
pub(super) const ROW_WORDS: usize = 40;

/// The parts of a signature (FIPS 204 algorithm 27).
pub(super) struct SignatureParts<'s> {
    /// c~.
    pub(super) challenge: &'s [u8],
    /// z, packed.
    response: &'s [u8],
    /// y, the packed hints.
    pub(super) hints: &'s [u8],
}

impl<'s> SignatureParts<'s> {
    /// `None` if the signature does not have the length of its level.
    pub(super) fn of(level: &Level, signature: &'s [u8]) -> Option<Self> {
        if signature.len() != level.signature_bytes() {
            return None;
        }
        let (challenge, rest) = signature.split_at_checked(level.challenge_bytes)?;
        let all = level.response_bytes().checked_mul(level.columns)?;
        let (response, hints) = rest.split_at_checked(all)?;
        Some(Self { challenge, response, hints })
    }

    /// Unpacks a polynomial of the response (FIPS 204 algorithm 19). `None` if a coefficient is not
    /// in the range of a valid signature (algorithm 8, line 13).
    #[inline(never)]
    pub(super) fn response(&self, level: &Level, column: usize, to: &mut Polynomial) -> Option<()> {
        let start = column.checked_mul(level.response_bytes())?;
        let bytes = self.response.get(start..start.checked_add(level.response_bytes())?)?;
        let words = bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let bound = level.response_bound();
        let margin = level.response_margin;
        // |γ1 - number| < γ1 - β
        let allowed = bound.wrapping_sub(margin).wrapping_mul(2).wrapping_sub(1);
        let mut right = true;
        unpack(words, level.response_bits, to, |number| {
            right &= number.wrapping_sub(margin).wrapping_sub(1) < allowed;
            let negative = number > bound;
            bound.wrapping_sub(number).wrapping_add(if negative { Q } else { 0 })
        });
        right.then_some(())
    }
}

/// Unpacks a row of t1 and multiplies it by 2^13 (FIPS 204 algorithms 8, 18 and 23).
pub(super) fn read_t1(row: &[u64; ROW_WORDS], to: &mut Polynomial) {
    let words = row.iter().flat_map(|word| {
        let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
        [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
    });
    unpack(words, 10, to, |number| number << 13);
}

/// Unpacks numbers of `width` bits, fewer than 32, and writes the result of `each` for every
/// number.
#[inline(always)]
fn unpack(
    mut words: impl Iterator<Item = u32>,
    width: u32,
    to: &mut Polynomial,
    mut each: impl FnMut(u32) -> u32,
) {
    let mask = 1u32.wrapping_shl(width).wrapping_sub(1);
    let (mut bits, mut count) = (0u32, 0u32);
    for place in to {
        let mut number = bits;
        if count < width {
            let word = words.next().unwrap_or(0);
            number |= word.wrapping_shl(count);
            bits = word.wrapping_shr(width.wrapping_sub(count));
            count = count.wrapping_add(32);
        } else {
            bits = bits.wrapping_shr(width);
        }
        count = count.wrapping_sub(width);
        *place = each(number & mask);
    }
}

/// The packed hints: the indices of the coefficients with a hint, row after row, and behind them
/// the end of each row in these indices.
pub(super) struct Hints<'s> {
    indices: &'s [u8],
    ends: &'s [u8],
}

/// The mark of a coefficient with a hint, above the bits of a coefficient.
const HINT: u32 = 1 << 31;

impl<'s> Hints<'s> {
    /// `None` if there is another encoding of the same hints (FIPS 204 algorithm 21).
    pub(super) fn of(level: &Level, bytes: &'s [u8]) -> Option<Self> {
        let (indices, ends) = bytes.split_at_checked(level.hints)?;
        let mut start = 0;
        for end in ends {
            // Line 4: the ends are in order, and none is behind the last index.
            let row = indices.get(start..usize::from(*end))?;
            // Line 9: the indices of a row are in order, and none occurs twice.
            if !row.is_sorted_by(|left, right| left < right) {
                return None;
            }
            start = usize::from(*end);
        }
        // Line 17: the unused indices are zero.
        let unused = indices.get(start..)?;
        unused.iter().all(|index| *index == 0).then_some(Self { indices, ends })
    }

    /// Marks the coefficients of a row that have a hint.
    pub(super) fn mark(&mut self, row: usize, polynomial: &mut Polynomial) -> Option<()> {
        let end = usize::from(*self.ends.get(row)?);
        let start = match row.checked_sub(1) {
            Some(before) => usize::from(*self.ends.get(before)?),
            None => 0,
        };
        for index in self.indices.get(start..end)? {
            *polynomial.get_mut(usize::from(*index))? |= HINT;
        }
        Some(())
    }
}

/// Absorbs the high bits of a row, with its hints applied (FIPS 204 algorithms 28 and 40).
#[inline(never)]
pub(super) fn absorb_high_bits(level: &Level, row: &Polynomial, hasher: &mut Shake) {
    let bytes = if level.step_bits == 6 { 6 } else { 4 };
    for numbers in row.as_chunks::<8>().0 {
        let packed = numbers.iter().rev().fold(0u64, |packed, number| {
            packed << level.step_bits | u64::from(high_bits(level, *number))
        });
        hasher.absorb_word(packed, bytes);
    }
}

/// The high bits of a number below q, which may have the mark of a hint (FIPS 204 algorithms 36 and
/// 40).
#[inline(always)]
fn high_bits(level: &Level, marked: u32) -> u32 {
    let number = marked & !HINT;
    let rounding = 1u32.wrapping_shl(level.inverse_shift.wrapping_sub(1));
    let units = number.wrapping_add(127) >> 7;
    let high = units.wrapping_mul(level.step_inverse).wrapping_add(rounding);
    let high = high.wrapping_shr(level.inverse_shift);
    // The numbers next to q are those next to zero.
    let high = if high == level.steps { 0 } else { high };
    if marked == number {
        return high;
    }
    let low = number.wrapping_sub(high.wrapping_mul(level.half_step).wrapping_mul(2));
    // 1 to γ2 are positive; the other low bits are zero or, modulo q or 2^32, negative.
    let is_positive = low.wrapping_sub(1) < level.half_step;
    match (is_positive, high) {
        (true, high) if high.wrapping_add(1) == level.steps => 0,
        (true, high) => high.wrapping_add(1),
        (false, 0) => level.steps.wrapping_sub(1),
        (false, high) => high.wrapping_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::{ML_DSA_44, ML_DSA_65};
    use super::*;
    use crate::switches::under_miri;

    /// FIPS 204 algorithms 36 and 40, as they are written.
    fn expected(level: &Level, number: i64, hint: bool) -> i64 {
        let (q, step) = (i64::from(Q), 2 * i64::from(level.half_step));
        let m = (q - 1) / step;
        let mut low = number % step;
        if low > step / 2 {
            low -= step;
        }
        let high = if number - low == q - 1 {
            low -= 1;
            0
        } else {
            (number - low) / step
        };
        match (hint, low > 0) {
            (false, _) => high,
            (true, true) => (high + 1) % m,
            (true, false) => (high + m - 1) % m,
        }
    }

    #[test]
    fn high_bits_of_every_number_are_those_of_the_definition() {
        for level in [&ML_DSA_44, &ML_DSA_65] {
            let step = under_miri(10_007, 1);
            for number in (0..Q).step_by(step).chain([Q - 2, Q - 1]) {
                for (hint, mark) in [(false, 0), (true, HINT)] {
                    let high = i64::from(high_bits(level, number | mark));
                    assert_eq!(high, expected(level, number.into(), hint), "{number} {hint}");
                }
            }
        }
    }

    #[test]
    fn unpacks_numbers_of_every_width() {
        for width in [10, 18, 20] {
            let numbers: Vec<u32> =
                (1..=256u32).map(|n| n.wrapping_mul(0x9E37_79B1) >> (32 - width)).collect();
            let mut words = vec![0u32; 256];
            for (at, number) in numbers.iter().enumerate() {
                for bit in 0..width as usize {
                    let position = at * width as usize + bit;
                    words[position / 32] |= (number >> bit & 1) << (position % 32);
                }
            }
            let mut unpacked = [0; 256];
            unpack(words.into_iter(), width, &mut unpacked, |number| number);
            assert_eq!(unpacked.as_slice(), numbers, "{width}");
        }
    }
}
