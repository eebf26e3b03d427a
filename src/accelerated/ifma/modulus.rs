//! Products modulo a long odd number, in limbs of 52 bits, eight to a register.
//!
//! As in [`montgomery`](crate::arithmetic::montgomery) the product comes first, column by column, and then the reduction,
//! a block of eight limbs at a time. With B = 2^52, n the modulus, V the blocks of a number and R = B^(8V), which is more
//! than 4n:
//!
//! - Limbs that are multiplied are less than B. Columns of a product are sums of products of two limbs, the upper
//!   halves a column above the lower: 16 numbers below B for each block, 16·10·B at most, and as much again for the
//!   reduction: less than 2^61, however the limbs are.
//! - A product of a, b < 2n is (a·b + Q·n)/R with Q < R: less than 4n²/R + n < 2n.
//!
//! For a block t of the sum there is one q below B^8 with t + q·n = 0 modulo B^8: t times -n⁻¹ modulo B^8. So the quotient
//! for eight limbs is found at once, and all but that goes on for many columns side by side.

use super::lanes::{LANES, LIMB, LIMB_BITS, Lanes};
use crate::arithmetic::limb::Limb;
use crate::arithmetic::montgomery::negative_inverse;
use crate::limits::MAX_RSA_BITS;
use core::iter;

/// Eight limbs, where a load or store of all of them meets one line of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block([u64; LANES]);

impl Block {
    const ZERO: Self = Self([0; LANES]);

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn load(&self) -> Lanes {
        Lanes::load(&self.0)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn store(&mut self, lanes: Lanes) {
        lanes.store(&mut self.0);
    }
}

/// Bits of a block.
pub(super) const BLOCK_BITS: usize = 416;

/// Blocks for a modulus of so many words.
const fn blocks_for(words: usize) -> usize {
    words.saturating_mul(64).saturating_add(2).saturating_add(BLOCK_BITS - 1) / BLOCK_BITS
}

/// Blocks of the longest number.
const MOST: usize = blocks_for(MAX_RSA_BITS / 64);

/// A number as long as the modulus.
pub(super) type Number = [Block; MOST];

pub(super) const ZERO: Number = [Block::ZERO; MOST];

pub(super) const ONE: Number = {
    let mut one = ZERO;
    one[0].0[0] = 1;
    one
};

/// An odd modulus n.
pub(super) struct Modulus {
    blocks: Number,
    pub(super) used: usize,
    /// -n⁻¹ modulo B^8, moved up by 0 to 8 lanes.
    inverse: [Lanes; LANES + 1],
    /// The lowest limbs of n in lanes 7 to 0, and in lanes 6 to 0: with the limbs of q in lanes 0 to 7, the products
    /// whose lower, and whose upper halves are in column 7.
    last_column: [Lanes; 2],
}

impl Modulus {
    /// `None` if it is too long.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new(words: &[u64]) -> Option<Self> {
        let mut blocks = ZERO;
        let used = blocks_for(words.len());
        write_limbs(words, blocks.get_mut(..used)?);
        let [lowest, ..] = &blocks;
        let [l0, l1, l2, l3, l4, l5, l6, l7] = lowest.0;
        let mut inverse = [Block::ZERO];
        write_limbs(&inverse_words(words)?, &mut inverse);
        let ([inverse], zero) = (inverse, Lanes::zero());
        let inverse = inverse.load();
        Some(Self {
            blocks,
            used,
            inverse: [
                inverse,
                zero.window::<7>(inverse),
                zero.window::<6>(inverse),
                zero.window::<5>(inverse),
                zero.window::<4>(inverse),
                zero.window::<3>(inverse),
                zero.window::<2>(inverse),
                zero.window::<1>(inverse),
                zero,
            ],
            last_column: [
                Lanes::load(&[l7, l6, l5, l4, l3, l2, l1, l0]),
                Lanes::load(&[l6, l5, l4, l3, l2, l1, l0, 0]),
            ],
        })
    }

    /// Sets `value` to `value`·`factor`/R modulo n. Both are less than 2n, and `value` is again.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn multiply(&self, value: &mut Number, factor: &Number) -> Option<()> {
        let mut sum = [ZERO; 2];
        let sum = sum.as_flattened_mut();
        let rows = Rows { number: value.get(..self.used)?, factor: factor.get(..self.used)? };
        self.sum_rows(sum, |sum, at| rows.add(sum, at))?;
        carry_all(sum.get(self.used..)?, value.get_mut(..self.used)?);
        Some(())
    }

    /// Sets `value` to `value`²/R modulo n, as [`multiply`](Self::multiply) does.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(&self, value: &mut Number) -> Option<()> {
        let (mut sum, mut double) = ([ZERO; 2], ZERO);
        let sum = sum.as_flattened_mut();
        double_all(value.get(..self.used)?, &mut double);
        let rows = SquareRows { number: value.get(..self.used)?, double: double.get(..self.used)? };
        self.sum_rows(sum, |sum, at| rows.add(sum, at))?;
        carry_all(sum.get(self.used..)?, value.get_mut(..self.used)?);
        Some(())
    }

    /// Sets the upper half of `sum` to a product divided by R modulo n, for what adds row `at` of the product to it: all
    /// that belongs into block `at` is there after it.
    ///
    /// The quotient of a block is found one step after another, and needs no more of the quotient before it than one
    /// block of n times that. Meanwhile the rest of that row is added, and another row of the product.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn sum_rows(
        &self,
        sum: &mut [Block],
        add_row_of: impl Fn(&mut [Block], usize) -> Option<()>,
    ) -> Option<()> {
        let sum = sum.get_mut(..self.used.checked_mul(2)?)?;
        let (lowest, higher) = self.blocks.get(..self.used)?.split_first()?;
        let (second, higher) = match higher.split_first() {
            Some((second, higher)) => (second.load(), higher),
            None => (Lanes::zero(), higher),
        };
        let lowest = lowest.load();
        add_row_of(sum, 0)?;
        let mut block = sum.first()?.load();
        let mut factors = [Lanes::zero(); LANES];
        for at in 0..self.used {
            let next = at.wrapping_add(1);
            let (low, carry) = carried(block);
            let quotient = self.quotient(low);
            if at > 0 {
                add_row(sum.get_mut(next..)?, second, higher, &factors);
            }
            if next < self.used {
                add_row_of(sum, next)?;
            }
            factors = quotient.each();
            // What is carried out of the block. Its last column and what is carried into that add up to a multiple of B,
            // and a carry is less than B: the multiple is the next.
            let [for_low, for_high] = self.last_column;
            let last = low.window::<7>(Lanes::zero());
            let last = last.add_low(quotient, for_low).add_high(quotient, for_high).total();
            let out = last.add(Lanes::splat(LIMB)).right::<LIMB_BITS>();
            block = add_columns(sum.get(next)?.load().add(carry), lowest, second, &factors);
            block = block.add_where(1, out);
        }
        let (first, rest) = sum.get_mut(self.used..)?.split_first_mut()?;
        first.store(block);
        add_row(rest, second, higher, &factors);
        Some(())
    }

    /// q, for a block that is carried.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn quotient(&self, block: Lanes) -> Lanes {
        let [n0, n1, n2, n3, n4, n5, n6, n7, n8] = self.inverse;
        let [t0, t1, t2, t3, t4, t5, t6, t7] = block.each();
        let zero = Lanes::zero();
        // In four sums, none of which waits for another.
        let q0 = zero.add_low(t0, n0).add_high(t0, n1).add_low(t4, n4).add_high(t4, n5);
        let q1 = zero.add_low(t1, n1).add_high(t1, n2).add_low(t5, n5).add_high(t5, n6);
        let q2 = zero.add_low(t2, n2).add_high(t2, n3).add_low(t6, n6).add_high(t6, n7);
        let q3 = zero.add_low(t3, n3).add_high(t3, n4).add_low(t7, n7).add_high(t7, n8);
        carried(q0.add(q1).add(q2.add(q3))).0
    }
}

/// Adds to `sum` the product of a number and eight factors, each in every lane: of the number that begins with
/// `lowest`, which is a block before the sum, and goes on with `higher`.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_row(sum: &mut [Block], lowest: Lanes, higher: &[Block], factors: &[Lanes; LANES]) {
    let mut lower = lowest;
    let mut places = sum.iter_mut();
    for (block, place) in higher.iter().zip(&mut places) {
        let upper = block.load();
        place.store(add_columns(place.load(), lower, upper, factors));
        lower = upper;
    }
    if let Some(place) = places.next() {
        place.store(add_columns(place.load(), lower, Lanes::zero(), factors));
    }
}

/// Adds eight columns of a product: in each the lower half of factor i times the limb i places below, of those in
/// `upper` and before it in `lower`, and the upper half of factor i times the limb below that.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_columns(sum: Lanes, lower: Lanes, upper: Lanes, factors: &[Lanes; LANES]) -> Lanes {
    let [f0, f1, f2, f3, f4, f5, f6, f7] = *factors;
    let zero = Lanes::zero();
    let w1 = lower.window::<7>(upper);
    let w2 = lower.window::<6>(upper);
    let w3 = lower.window::<5>(upper);
    let w4 = lower.window::<4>(upper);
    let w5 = lower.window::<3>(upper);
    let w6 = lower.window::<2>(upper);
    let w7 = lower.window::<1>(upper);
    // In four sums, none of which waits for another.
    let s0 = sum.add_low(f0, upper).add_high(f0, w1).add_low(f4, w4).add_high(f4, w5);
    let s1 = zero.add_low(f1, w1).add_high(f1, w2).add_low(f5, w5).add_high(f5, w6);
    let s2 = zero.add_low(f2, w2).add_high(f2, w3).add_low(f6, w6).add_high(f6, w7);
    let s3 = zero.add_low(f3, w3).add_high(f3, w4).add_low(f7, w7).add_high(f7, lower);
    s0.add(s1).add(s2.add(s3))
}

/// The same number in limbs below B, and what is carried out of it, in lane 0 of zeros. Columns are below 2^61.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn carried(block: Lanes) -> (Lanes, Lanes) {
    let zero = Lanes::zero();
    let carry = block.right::<LIMB_BITS>();
    let (limbs, out) = (block.limb().add(zero.window::<7>(carry)), carry.window::<7>(zero));
    // Less than B + 2^9: hardly ever is there something more to carry.
    if limbs.exceeds(Lanes::splat(LIMB)) != 0 {
        let mut block = Block(limbs.words());
        let more = carry_on(core::slice::from_mut(&mut block));
        return (block.load(), out.add_where(1, Lanes::splat(more)));
    }
    (limbs, out)
}

/// Writes the same number in limbs below B. Nothing is carried out of it. Columns are below 2^61.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn carry_all(sum: &[Block], value: &mut [Block]) {
    let mut before = Lanes::zero();
    let mut over = 0;
    for (block, place) in sum.iter().zip(value.iter_mut()) {
        let block = block.load();
        let carry = block.right::<LIMB_BITS>();
        let limbs = block.limb().add(before.window::<7>(carry));
        before = carry;
        over |= limbs.exceeds(Lanes::splat(LIMB));
        place.store(limbs);
    }
    if over != 0 {
        carry_on(value);
    }
}

/// Carries from limb to limb, and out.
#[cold]
fn carry_on(blocks: &mut [Block]) -> u64 {
    let limbs = blocks.iter_mut().flat_map(|block| &mut block.0);
    limbs.fold(0, |carry, limb| {
        let sum = limb.wrapping_add(carry);
        *limb = sum & LIMB;
        sum >> LIMB_BITS
    })
}

/// Writes twice the number, which is less than R/2.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn double_all(number: &[Block], double: &mut [Block]) {
    let mut before = Lanes::zero();
    for (block, place) in number.iter().zip(double) {
        let twice = block.load().left::<1>();
        let carry = twice.right::<LIMB_BITS>();
        // Twice a limb is even: there is room for a carry of 1.
        place.store(twice.limb().add(before.window::<7>(carry)));
        before = carry;
    }
}

/// The products of a number and each block of a factor.
struct Rows<'n> {
    number: &'n [Block],
    factor: &'n [Block],
}

impl Rows<'_> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add(&self, sum: &mut [Block], at: usize) -> Option<()> {
        let factors = self.factor.get(at)?.load().each();
        add_row(sum.get_mut(at..)?, Lanes::zero(), self.number, &factors);
        Some(())
    }
}

/// The same for a square, where each product of two different blocks is counted twice in the row of the lower.
struct SquareRows<'n> {
    number: &'n [Block],
    double: &'n [Block],
}

impl SquareRows<'_> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add(&self, sum: &mut [Block], at: usize) -> Option<()> {
        let own = self.number.get(at)?.load();
        let factors = own.each();
        let (first, sum) = sum.get_mut(at.checked_mul(2)?..)?.split_first_mut()?;
        first.store(add_columns(first.load(), Lanes::zero(), own, &factors));
        let (second, sum) = sum.split_first_mut()?;
        let Some((next, higher)) = self.double.get(at.checked_add(1)?..)?.split_first() else {
            second.store(add_columns(second.load(), own, Lanes::zero(), &factors));
            return Some(());
        };
        // Without the bit that was carried into it, which belongs to the blocks below.
        let even = Lanes::load(&[LIMB ^ 1, LIMB, LIMB, LIMB, LIMB, LIMB, LIMB, LIMB]);
        let next = next.load().and(even);
        second.store(add_columns(second.load(), own, next, &factors));
        add_row(sum, next, higher, &factors);
        Some(())
    }
}

/// Spreads words, least significant first, over limbs, and zeros over what is left.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn write_limbs(words: &[u64], blocks: &mut [Block]) {
    let lane_bits = Lanes::load(&[0, 52, 104, 156, 208, 260, 312, 364]);
    let mut bit: usize = 0;
    for block in blocks {
        let from = words.get(bit / 64..).unwrap_or(&[]);
        let from = match from.first_chunk() {
            Some(eight) => Lanes::load(eight),
            None => {
                let mut eight = [0; LANES];
                for (place, word) in eight.iter_mut().zip(from) {
                    *place = *word;
                }
                Lanes::load(&eight)
            }
        };
        // A block is six words and a half.
        let bits = lane_bits.add(Lanes::splat(if bit.is_multiple_of(64) { 0 } else { 32 }));
        let word = bits.right::<6>();
        let shift = bits.and(Lanes::splat(63));
        let low = from.choose(word).right_by(shift);
        let high = from.choose(word.add(Lanes::splat(1)));
        let high = high.left_by(Lanes::splat(64).subtract(shift));
        block.store(low.or(high).limb());
        bit = bit.wrapping_add(BLOCK_BITS);
    }
}

/// The reverse of [`write_limbs`], into words that are zero.
pub(super) fn write_words(blocks: &[Block], words: &mut [u64]) {
    let mut bit: usize = 0;
    for limb in blocks.iter().flat_map(|block| &block.0) {
        let shift = u32::try_from(bit % 64).unwrap_or(0);
        let mut places = words.iter_mut().skip(bit / 64);
        if let Some(place) = places.next() {
            *place |= limb.unbounded_shl(shift);
        }
        if let Some(place) = places.next() {
            *place |= limb.unbounded_shr(64u32.wrapping_sub(shift));
        }
        bit = bit.wrapping_add(52);
    }
}

/// Words that hold a block.
const BLOCK_WORDS: usize = BLOCK_BITS / 64 + 1;

/// -1/n modulo 2^(64·BLOCK_WORDS). `None` if n is even.
fn inverse_words(modulus: &[u64]) -> Option<[u64; BLOCK_WORDS]> {
    let lowest = *modulus.first().filter(|lowest| lowest.is_odd())?;
    let mut inverse = [0; BLOCK_WORDS];
    // 1 + inverse·n, from the word on that is the next to become zero.
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
    use crate::accelerated::ifma_to_test;
    use crate::arithmetic::oracle::Numbers;
    use crypto_bigint::{BoxedUint, Resize as _};

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn number(words: &[u64]) -> Number {
        let mut number = ZERO;
        write_limbs(words, &mut number);
        number
    }

    /// 2^(8·52·blocks) modulo the modulus.
    fn r(modulus: &BoxedUint, blocks: usize) -> BoxedUint {
        let bits = u32::try_from(blocks * BLOCK_BITS).unwrap();
        let power = BoxedUint::one_with_precision(bits + 64).shl(bits);
        power.rem(&modulus.resize(bits + 64).to_nz().unwrap()).resize(modulus.bits_precision())
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn products_agree() {
        let mut numbers = Numbers::new(51);
        for words in [4, 8, 12, 16, 24, 32, 36, 40, 44, 48, 52, 56, 60, 64] {
            for modulus in moduli(words, &mut numbers) {
                let lanes = Modulus::new(&modulus).unwrap();
                let plain = oracle(&modulus);
                let (r, n) = (r(&plain, lanes.used), oracle(&modulus).to_nz().unwrap());
                let bits = n.bits_precision();
                let longer = plain.resize(bits + 64);
                let wide = oracle(longer.as_words()).to_nz().unwrap();
                let check = |exact: BoxedUint, product: &Number| {
                    let mut found = vec![0; words + 1];
                    write_words(&product[..lanes.used], &mut found);
                    assert!(product.iter().all(|block| block.0.iter().all(|limb| *limb <= LIMB)));
                    let found = oracle(&found);
                    assert!(found < longer.shl(1), "less than 2n");
                    let found = found.rem(&wide).resize(bits);
                    assert_eq!(found.mul_mod(&r, &n), exact, "mod {modulus:x?}");
                };
                let below = below(&modulus, &mut numbers);
                for left in &below {
                    // As a number of twice the modulus at most.
                    for more in [false, true] {
                        let mut value = number(left);
                        if more {
                            let sum = oracle(left).resize(bits + 64).wrapping_add(&longer);
                            value = number(sum.as_words());
                        }
                        let mut square = value;
                        lanes.square(&mut square).unwrap();
                        check(oracle(left).mul_mod(&oracle(left), &n), &square);
                        let right =
                            &below[usize::try_from(numbers.word() >> 40).unwrap() % below.len()];
                        lanes.multiply(&mut value, &number(right)).unwrap();
                        check(oracle(left).mul_mod(&oracle(right), &n), &value);
                    }
                }
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn carries_go_as_far_as_they_must() {
        let edges = [0, 1, LIMB - 1, LIMB, LIMB + 1, LIMB << 1, (1 << 61) - 1, 1 << 60, LIMB << 8];
        let mut numbers = Numbers::new(52);
        let mut gone_far = 0;
        for step in 0..20_000u64 {
            let mut words: [u64; LANES] = core::array::from_fn(|_| {
                edges[usize::try_from(numbers.word() >> 40).unwrap() % edges.len()]
            });
            if step % 4 == 0 {
                // A carry out of lane 0 that goes through all.
                words = [LIMB; LANES];
                words[0] = LIMB << 1;
                words[usize::try_from(step / 4 % 8).unwrap()] += 1;
            }
            let mut exact = words;
            let mut carry = 0;
            for word in &mut exact {
                let sum = *word + carry;
                (*word, carry) = (sum & LIMB, sum >> LIMB_BITS);
            }
            let (limbs, out) = carried(Lanes::load(&words));
            assert_eq!((limbs.words(), out.words()), (exact, [carry, 0, 0, 0, 0, 0, 0, 0]));
            let first_pass: Vec<u64> = (0..LANES)
                .map(|at| (words[at] & LIMB) + if at > 0 { words[at - 1] >> LIMB_BITS } else { 0 })
                .collect();
            gone_far += u32::from(first_pass.iter().any(|word| *word > LIMB));
            // Two blocks, of which the upper stops the carry.
            let (blocks, mut value) = ([Block(words), Block::ZERO], [Block::ZERO; 2]);
            carry_all(&blocks, &mut value);
            assert_eq!(value.map(|block| block.0), [exact, [carry, 0, 0, 0, 0, 0, 0, 0]]);
        }
        assert!(gone_far > 1000, "the rare case is tested: {gone_far}");
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn words_become_limbs_and_words_again() {
        let mut numbers = Numbers::new(53);
        for words in 1..=65usize {
            for kind in 0..4 {
                let number: Vec<u64> =
                    (0..words).map(|_| if kind == 0 { u64::MAX } else { numbers.word() }).collect();
                let mut blocks = ZERO;
                write_limbs(&number, &mut blocks);
                for (at, limb) in blocks.iter().flat_map(|block| block.0).enumerate() {
                    let bit =
                        |bit: usize| number.get(bit / 64).is_some_and(|w| w >> (bit % 64) & 1 == 1);
                    let expected =
                        (0..52).fold(0, |sum, low| sum | u64::from(bit(52 * at + low)) << low);
                    assert_eq!(limb, expected);
                }
                let mut again = vec![0; words];
                write_words(&blocks, &mut again);
                assert_eq!(again, number);
            }
        }
    }

    #[test]
    fn products_agree_with_the_oracle_for_all_lengths_and_stay_below_twice_the_modulus() {
        if ifma_to_test().is_some() {
            // SAFETY: the processor was asked.
            unsafe { products_agree() };
        }
    }

    #[test]
    fn carries_and_limbs_are_exact() {
        if ifma_to_test().is_some() {
            // SAFETY: the processor was asked.
            unsafe { carries_go_as_far_as_they_must() };
            // SAFETY: the same.
            unsafe { words_become_limbs_and_words_again() };
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
