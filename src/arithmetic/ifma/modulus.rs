//! Products modulo a long odd number, in limbs of 52 bits, eight to a register.
//!
//! As in [`montgomery`](crate::arithmetic::montgomery) the product is computed first, column by
//! column, and then reduced, a block of eight limbs at a time. Let B = 2^52, n the modulus, l its
//! limbs as counted by [`Length`], and R = B^l, which is more than 16n.
//!
//! - Adding q·n with q = -t/n modulo B^8 makes a block t of the sum zero modulo B^8. Computing q
//!   for each block would make every block wait for the one before. So only the last block uses its
//!   q. For the others, let k = -1/n modulo B^8. Then k·n is -1 modulo B^8, and t + t·k·n is
//!   t·(k·n + 1), which is t·m·B^8 with m = (k·n + 1)/B^8, at most n. So the block t is
//!   removed, and t·m is added to the blocks above it.
//! - This adds t·k·n, which can be B^8 times the maximum of q·n. So the last block is reduced with
//!   q. A product of a and b is (a·b + s·k·n + q·n·R/B^8)/R. Here s consists of all removed blocks
//!   and is less than R/B^8, and k and q are less than B^8. So it is below a·b/R + 2n. For a, b <
//!   3n that is below 9n²/R + 2n < 3n. If l is not a multiple of eight, the first block is half a
//!   block.
//! - Limbs that are multiplied are less than B. Columns of a product are sums of products of two
//!   limbs; the upper halves are one column above the lower ones. Each block adds 16 numbers below
//!   B, so the total is at most 16·10·B, and the same again for the reduction: less than 2^61 for
//!   all limbs.

use super::lanes::{LANES, LIMB, LIMB_BITS, Lanes};
use super::number::{BLOCK_BITS, Block, Length, MOST, SpreadNumber, carried};
use crate::arithmetic::limb::Limb;
use crate::arithmetic::montgomery::negative_inverse;
use core::hint::black_box;
use core::iter;

/// An odd modulus n.
pub(super) struct Modulus {
    pub(super) length: Length,
    number: SpreadNumber,
    /// m.
    folded: SpreadNumber,
    /// k, above a block of zeros.
    inverse: [u64; 2 * LANES],
    /// The lowest limbs of n in lanes 7 to 0, and in lanes 6 to 0. Their products with the limbs of
    /// q in lanes 0 to 7 are the products whose lower half, or upper half, belongs to column 7.
    last_column: [Lanes; 2],
}

impl Modulus {
    /// `None` if the number is too long or even.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new(words: &[u64]) -> Option<Self> {
        let length = Length::of(words.len());
        if length.blocks > MOST {
            return None;
        }
        let number = SpreadNumber::of_words(words, 0, length.blocks);
        let inverse = SpreadNumber::of_words(&inverse_words(words)?, 0, 1);
        let [l0, l1, l2, l3, l4, l5, l6, l7] = *number.block(0)?;
        let mut modulus = Self {
            length,
            number,
            folded: SpreadNumber::ZERO,
            inverse: *inverse.pair(0)?,
            last_column: [
                Lanes::load(&[l7, l6, l5, l4, l3, l2, l1, l0]),
                Lanes::load(&[l6, l5, l4, l3, l2, l1, l0, 0]),
            ],
        };
        // The multiple of n that makes a block of value 1 zero is k times n, and the rest of the
        // sum is m.
        let mut sum = [Block::ZERO; MOST];
        let sum = sum.get_mut(..length.blocks)?;
        modulus.take_away(Lanes::load(SpreadNumber::ONE.block(0)?), Lanes::zero(), None, sum)?;
        modulus.folded.set_to_sum(sum);
        Some(modulus)
    }

    /// Sets `value` to `value`·`factor`/R modulo n, less than 3n. Before, both must be less than
    /// 3n, or their product must be less than n·R.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn multiply(&self, value: &mut SpreadNumber, factor: &SpreadNumber) -> Option<()> {
        let mut sum = [Block::ZERO; 2 * MOST];
        for at in 0..self.length.blocks {
            let factors = Lanes::load(value.block(at)?).each();
            self.add_row(sum.get_mut(at..)?, factor, 0, &factors)?;
        }
        self.reduce(&mut sum, value)
    }

    /// Sets `value`, which is less than 3n, to `value`²/R modulo n, as [`multiply`](Self::multiply)
    /// does.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(&self, value: &mut SpreadNumber) -> Option<()> {
        let mut sum = [Block::ZERO; 2 * MOST];
        // With constant masks the compiler selects other instructions, and needs more of them.
        let masks = &black_box(FROM_ONE_TO_SEVEN);
        for at in 0..self.length.blocks {
            let own = Lanes::load(value.block(at)?);
            let factors = own.each();
            let next = at.checked_add(1)?;
            let (first, rest) = sum.get_mut(at.checked_mul(2)?..)?.split_first_mut()?;
            let (second, rest) = rest.split_first_mut()?;
            let windows = windows(value.pair(next)?)?;
            // After this step, all products of different limbs for these two blocks are complete.
            let squares = Lanes::zero().add_low(own, own);
            let [low, high] = squares.interleaved(Lanes::zero().add_high(own, own));
            let columns = add_lower_triangle(first.load(), own, &factors, masks);
            first.store(columns.add(columns).add(low));
            let columns = add_upper_triangle(second.load(), &windows, &factors, masks);
            second.store(columns.add(columns).add(high));
            if next < self.length.blocks {
                self.add_row(rest, value, next.checked_add(1)?, &factors)?;
            }
        }
        self.reduce(&mut sum, value)
    }

    /// Sets `value` to `sum`/R modulo n.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn reduce(&self, sum: &mut [Block; 2 * MOST], value: &mut SpreadNumber) -> Option<()> {
        let Length { blocks, is_half } = self.length;
        if is_half {
            self.take_half_away(sum)?;
        }
        let (first, mut rest) = sum.split_first_mut()?;
        let mut block = first.load();
        let mut before = None;
        for _ in 1..self.length.whole_blocks() {
            let (low, carry) = carried(block);
            let factors = low.each();
            // While the processor computes the block, adds the products that do not depend on it.
            if let Some(before) = &before {
                self.add_row(rest, &self.folded, 1, before)?;
            }
            let (next, higher) = rest.split_first_mut()?;
            block = add_columns(next.load().add(carry), self.folded.pair(0)?, &factors)?;
            (before, rest) = (Some(factors), higher);
        }
        let (low, carry) = carried(block);
        self.take_away(low, carry, before.as_ref(), rest)?;
        value.set_to_sum(rest.get(..blocks)?);
        Some(())
    }

    /// Makes a block zero with a multiple of n and adds the rest to `sum`, which begins above that
    /// block. `low` is the block after its carries, and `carry` is the carry out of it. Meanwhile
    /// adds the rest of the row of m for the factors `before`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn take_away(
        &self,
        low: Lanes,
        carry: Lanes,
        before: Option<&[Lanes; LANES]>,
        sum: &mut [Block],
    ) -> Option<()> {
        let quotient = add_columns(Lanes::zero(), &self.inverse, &low.each())?;
        let (quotient, _) = carried(quotient);
        if let Some(before) = before {
            self.add_row(sum, &self.folded, 1, before)?;
        }
        let factors = quotient.each();
        // The carry out of the block. Its last column plus the carry into that column is a multiple
        // of B. The carry in is less than B, so the sum is the next multiple.
        let [for_low, for_high] = self.last_column;
        let last = low.window::<7>(Lanes::zero());
        let last = last.add_low(quotient, for_low).add_high(quotient, for_high).total();
        let out = last.add(Lanes::splat(LIMB)).right::<LIMB_BITS>();
        let (first, higher) = sum.split_first_mut()?;
        let columns = add_columns(first.load().add(carry), self.number.pair(1)?, &factors)?;
        first.store(columns.add_where(1, out));
        if self.length.blocks > 1 {
            self.add_row(higher, &self.number, 2, &factors)?;
        }
        Some(())
    }

    /// Removes the lowest four limbs of a sum, and moves the sum down by four limbs.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn take_half_away(&self, sum: &mut [Block; 2 * MOST]) -> Option<()> {
        let [first, ..] = sum;
        let (mut lower, mut carry) = carried(first.load());
        let factors = lower.each();
        for at in 0..self.length.blocks.checked_mul(2)? {
            let next = at.checked_add(1)?;
            let mut upper = sum.get(next).map_or(Lanes::zero(), |block| block.load()).add(carry);
            carry = Lanes::zero();
            // Blocks above contain no part of the product of four limbs and a number whose highest
            // block is half.
            if at < self.length.blocks {
                upper = add_lower_factors(upper, &windows(self.folded.pair(at)?)?, &factors);
            }
            sum.get_mut(at)?.store(lower.window::<4>(upper));
            lower = upper;
        }
        Some(())
    }

    /// Adds the product of a number and eight factors to `sum`. The number is as long as n and used
    /// from block `from` on. Each factor is in all lanes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add_row(
        &self,
        sum: &mut [Block],
        number: &SpreadNumber,
        from: usize,
        factors: &[Lanes; LANES],
    ) -> Option<()> {
        let Length { blocks, is_half } = self.length;
        let mut places = sum.iter_mut();
        for (at, place) in (from..blocks).zip(&mut places) {
            place.store(add_columns(place.load(), number.pair(at)?, factors)?);
        }
        let (place, highest) = (places.next()?, number.pair(blocks)?);
        place.store(match is_half {
            // The products of the lower factors and four limbs do not reach this block.
            true => add_upper_factors(place.load(), &windows(highest)?, factors),
            false => add_columns(place.load(), highest, factors)?,
        });
        Some(())
    }
}

/// For two adjacent blocks, the eight limbs that are 0 to 8 positions below the upper block.
///
/// Half of them are loads that cross a cache line, the other half are shuffles. One of the ports
/// for shuffles also multiplies. With this mixture, loads and shuffles take no more time than the
/// multiplications.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn windows(pair: &[u64; 2 * LANES]) -> Option<[Lanes; LANES + 1]> {
    let (lower, upper) = (limbs::<0>(pair)?, limbs::<8>(pair)?);
    Some([
        upper,
        lower.window::<7>(upper),
        limbs::<6>(pair)?,
        lower.window::<5>(upper),
        limbs::<4>(pair)?,
        lower.window::<3>(upper),
        limbs::<2>(pair)?,
        lower.window::<1>(upper),
        lower,
    ])
}

/// Eight of sixteen limbs, starting at limb `FROM`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn limbs<const FROM: usize>(pair: &[u64; 2 * LANES]) -> Option<Lanes> {
    pair.get(FROM..)?.first_chunk().map(|limbs| Lanes::load(limbs))
}

/// Adds eight columns of a product, at the position of the upper block of a pair. Each column gets
/// the lower half of factor i times the limb i positions below. It also gets the upper half of
/// factor i times the limb below that.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_columns(sum: Lanes, pair: &[u64; 2 * LANES], factors: &[Lanes; LANES]) -> Option<Lanes> {
    let windows = &windows(pair)?;
    let lower = add_lower_factors(sum, windows, factors);
    Some(lower.add(add_upper_factors(Lanes::zero(), windows, factors)))
}

/// Like [`add_columns`], for the lower four factors.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_lower_factors(sum: Lanes, windows: &[Lanes; LANES + 1], factors: &[Lanes; LANES]) -> Lanes {
    let ([f0, f1, f2, f3, ..], [w0, w1, w2, w3, w4, ..]) = (*factors, *windows);
    // Computes two sums that do not depend on each other.
    let s0 = sum.add_low(f0, w0).add_high(f0, w1).add_low(f1, w1).add_high(f1, w2);
    let s1 = Lanes::zero().add_low(f2, w2).add_high(f2, w3).add_low(f3, w3).add_high(f3, w4);
    s0.add(s1)
}

/// Like [`add_columns`], for the upper four factors.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_upper_factors(sum: Lanes, windows: &[Lanes; LANES + 1], factors: &[Lanes; LANES]) -> Lanes {
    let ([.., f4, f5, f6, f7], [.., w4, w5, w6, w7, w8]) = (*factors, *windows);
    // As above.
    let s0 = sum.add_low(f4, w4).add_high(f4, w5).add_low(f5, w5).add_high(f5, w6);
    let s1 = Lanes::zero().add_low(f6, w6).add_high(f6, w7).add_low(f7, w7).add_high(f7, w8);
    s0.add(s1)
}

/// Masks of the lanes from 1, 2, 3, 4, 5, 6 and 7 on.
const FROM_ONE_TO_SEVEN: [u8; 7] = [0xFE, 0xFC, 0xF8, 0xF0, 0xE0, 0xC0, 0x80];

/// Adds the lower eight columns of the products of each limb of a block with those above it in the
/// block. Column c gets the lower half of factor i times limb c - i, and the upper half of factor i
/// times limb c - i - 1.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_lower_triangle(sum: Lanes, own: Lanes, factors: &[Lanes; LANES], masks: &[u8; 7]) -> Lanes {
    let [f0, f1, f2, f3, ..] = *factors;
    let [m1, m2, m3, m4, m5, m6, m7] = *masks;
    let zero = Lanes::zero();
    let (w1, w2, w3) = (zero.window::<7>(own), zero.window::<6>(own), zero.window::<5>(own));
    let s0 = sum.add_low_where(m1, f0, own).add_high_where(m2, f0, w1);
    let s1 = zero.add_low_where(m3, f1, w1).add_high_where(m4, f1, w2);
    let s2 = zero.add_low_where(m5, f2, w2).add_high_where(m6, f2, w3).add_low_where(m7, f3, w3);
    s0.add(s1).add(s2)
}

/// Adds columns 8 to 15 of the products with this block, and columns 0 to 7 of the products with
/// the next block. `windows` holds the windows of both blocks. In its own block, each factor except
/// the lowest four is not multiplied with itself and the limbs below it.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_upper_triangle(
    sum: Lanes,
    windows: &[Lanes; LANES + 1],
    factors: &[Lanes; LANES],
    masks: &[u8; 7],
) -> Lanes {
    let ([.., f4, f5, f6, f7], [.., w4, w5, w6, w7, _]) = (*factors, *windows);
    let [m1, m2, m3, m4, m5, m6, m7] = *masks;
    let zero = Lanes::zero();
    let s0 = zero.add_low_where(m1, f4, w4).add_high_where(m2, f4, w5);
    let s0 = s0.add_low_where(m3, f5, w5).add_high_where(m4, f5, w6);
    let s1 = zero.add_low_where(m5, f6, w6).add_high_where(m6, f6, w7).add_low_where(m7, f7, w7);
    add_lower_factors(sum, windows, factors).add(s0.add(s1))
}

/// Words that hold a block.
const BLOCK_WORDS: usize = BLOCK_BITS / 64 + 1;

/// -1/n modulo 2^(64·BLOCK_WORDS). `None` if n is even.
fn inverse_words(modulus: &[u64]) -> Option<[u64; BLOCK_WORDS]> {
    let lowest = *modulus.first().filter(|lowest| lowest.is_odd())?;
    let mut inverse = [0; BLOCK_WORDS];
    // The words of 1 + inverse·n. Each step makes the lowest remaining word zero and drops it.
    let mut rest = [0; BLOCK_WORDS];
    let [one, ..] = &mut rest;
    *one = 1;
    let mut rest = rest.as_mut_slice();
    for place in &mut inverse {
        let (first, higher) = rest.split_first_mut()?;
        let word = first.multiply_low(negative_inverse(lowest));
        let (_, mut carry) = lowest.multiply_add(word, *first, 0);
        let others = modulus.iter().skip(1).chain(iter::repeat(&0));
        for (place, modulus) in higher.iter_mut().zip(others) {
            (*place, carry) = modulus.multiply_add(word, *place, carry);
        }
        *place = word;
        rest = higher;
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::super::moduli::{below, moduli, oracle};
    use super::*;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;
    use crypto_bigint::{BoxedUint, Resize as _};

    /// 2^bits modulo the modulus.
    fn power_of_two(modulus: &BoxedUint, bits: usize) -> BoxedUint {
        let bits = u32::try_from(bits).unwrap();
        let power = BoxedUint::one_with_precision(bits + 64).shl(bits);
        power.rem(&modulus.resize(bits + 64).to_nz().unwrap()).resize(modulus.bits_precision())
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn products_agree() {
        let mut numbers = Numbers::new(51);
        for words in (4..=64).step_by(4) {
            for modulus in moduli(words, &mut numbers) {
                let lanes = Modulus::new(&modulus).unwrap();
                let (plain, blocks) = (oracle(&modulus), lanes.length.blocks);
                let r = power_of_two(&plain, lanes.length.bits());
                let n = plain.to_nz().unwrap();
                let bits = n.bits_precision();
                let longer = plain.resize(bits + 64);
                let wide = longer.to_nz().unwrap();
                let check = |exact: BoxedUint, product: &SpreadNumber| {
                    let mut found = vec![0; words + 1];
                    product.write_words(&mut found);
                    let limbs = (0..MOST).flat_map(|at| *product.block(at).unwrap());
                    for (at, limb) in limbs.enumerate() {
                        assert!(limb <= if at * 52 < lanes.length.bits() { LIMB } else { 0 });
                    }
                    let found = oracle(&found);
                    assert!(found < longer.shl(1).wrapping_add(&longer), "less than 3n");
                    let found = found.rem(&wide).resize(bits);
                    assert_eq!(found.mul_mod(&r, &n), exact, "mod {modulus:x?}");
                };
                let below = below(&modulus, &mut numbers);
                // As numbers of at most three times the modulus.
                let form = |number: &[u64], more: u64| {
                    let multiple = (0..more)
                        .fold(oracle(number).resize(bits + 64), |sum, _| sum.wrapping_add(&longer));
                    SpreadNumber::of_words(multiple.as_words(), 0, blocks)
                };
                for (at, left) in below.iter().enumerate() {
                    for more in 0..3 {
                        let mut square = form(left, more);
                        lanes.square(&mut square).unwrap();
                        check(oracle(left).mul_mod(&oracle(left), &n), &square);
                        let right = &below[(at + words / 4) % below.len()];
                        let mut value = form(left, more);
                        lanes.multiply(&mut value, &form(right, 2)).unwrap();
                        check(oracle(left).mul_mod(&oracle(right), &n), &value);
                    }
                }
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn modulus_is_folded() {
        let mut numbers = Numbers::new(55);
        for words in (4..=64).step_by(4) {
            for modulus in moduli(words, &mut numbers) {
                let lanes = Modulus::new(&modulus).unwrap();
                let words_of = |number: &[u64]| oracle(number).resize(8192);
                let mut folded = vec![0; words];
                lanes.folded.write_words(&mut folded);
                let [.., k0, k1, k2, k3, k4, k5, k6, k7] = lanes.inverse;
                let limbs = [k7, k6, k5, k4, k3, k2, k1, k0];
                let inverse = limbs.iter().fold(words_of(&[0]), |sum, limb| {
                    assert!(*limb <= LIMB);
                    sum.shl(52).wrapping_add(words_of(&[*limb]))
                });
                let product = inverse.wrapping_mul(words_of(&modulus));
                let expected = words_of(&folded).shl(u32::try_from(BLOCK_BITS).unwrap());
                assert_eq!(product.wrapping_add(words_of(&[1])), expected, "{modulus:x?}");
                assert!(oracle(&folded) <= oracle(&modulus));
            }
        }
    }

    #[test]
    fn products_of_all_lengths_match_oracle_and_stay_in_bounds() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { products_agree() };
        }
    }

    #[test]
    fn a_block_times_what_is_folded_is_that_block_taken_away() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { modulus_is_folded() };
        }
    }

    #[test]
    fn an_inverse_times_its_number_is_minus_one() {
        let mut numbers = Numbers::new(54);
        for words in [4, 8, 32] {
            for modulus in moduli(words, &mut numbers) {
                let inverse = oracle(&inverse_words(&modulus).unwrap());
                let mut wide = modulus.clone();
                wide.resize(words.max(BLOCK_WORDS), 0);
                let product = inverse.wrapping_mul(oracle(&wide));
                assert!(product.as_words()[..BLOCK_WORDS].iter().all(|word| *word == u64::MAX));
            }
        }
        assert_eq!(inverse_words(&[2, 1, 1, 1]), None);
    }
}
