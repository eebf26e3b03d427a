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
use crate::arithmetic::inverse::bits_at;
use crate::arithmetic::limb::Limb;
use crate::arithmetic::montgomery::negative_inverse;
use crate::limits::MAX_RSA_BITS;
use core::iter;

/// Eight limbs.
type Block = [u64; LANES];

/// Bits of a block.
const BLOCK_BITS: usize = 416;

/// Blocks for a modulus of so many words.
pub(super) const fn blocks_for(words: usize) -> usize {
    words.saturating_mul(64).saturating_add(2).saturating_add(BLOCK_BITS - 1) / BLOCK_BITS
}

/// Blocks of the longest number.
const MOST: usize = blocks_for(MAX_RSA_BITS / 64);

/// A number as long as the modulus.
pub(super) type Number = [Block; MOST];

pub(super) const ZERO: Number = [[0; LANES]; MOST];

pub(super) const ONE: Number = {
    let mut one = ZERO;
    one[0][0] = 1;
    one
};

/// An odd modulus n.
pub(super) struct Modulus {
    blocks: Number,
    used: usize,
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
        let [l0, l1, l2, l3, l4, l5, l6, l7] = *lowest;
        let mut inverse = [[0; LANES]];
        write_limbs(&inverse_words(words)?, &mut inverse);
        let ([inverse], zero) = (inverse, Lanes::zero());
        let inverse = Lanes::load(&inverse);
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
        let mut product = [ZERO; 2];
        let sum = product.as_flattened_mut().get_mut(..self.used.checked_mul(2)?)?;
        let blocks = value.get(..self.used)?;
        let mut rest = &mut *sum;
        for block in factor.get(..self.used)? {
            let factors = Lanes::load(block).each();
            add_row(rest, Lanes::zero(), blocks, &factors);
            (_, rest) = rest.split_first_mut()?;
        }
        self.reduce(sum, value)
    }

    /// Sets `value` to `value`²/R modulo n, as [`multiply`](Self::multiply) does.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(&self, value: &mut Number) -> Option<()> {
        self.multiply(value, &{ *value })
    }

    /// Sets `value` to `sum`/R modulo n.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn reduce(&self, sum: &mut [Block], value: &mut Number) -> Option<()> {
        let (lowest, higher) = self.blocks.get(..self.used)?.split_first()?;
        let lowest = Lanes::load(lowest);
        let mut rest = sum;
        for _ in 0..self.used {
            let (low, high) = rest.split_first_mut()?;
            let (low, carry) = carried(Lanes::load(low));
            let quotient = self.quotient(low);
            add_row(high, lowest, higher, &quotient.each());
            // What is carried out of the block. Its last column and what is carried into that add up to a multiple of B,
            // and a carry is less than B: the multiple is the next.
            let [for_low, for_high] = self.last_column;
            let last = low.window::<7>(Lanes::zero());
            let last = last.add_low(quotient, for_low).add_high(quotient, for_high).total();
            let out = last.add(Lanes::splat(LIMB)).right::<LIMB_BITS>();
            let next = high.first_mut()?;
            Lanes::load(next).add(carry).add_where(1, out).store(next);
            rest = high;
        }
        carry_all(rest, value.get_mut(..self.used)?);
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
    let blocks = higher.iter().map(|block| Lanes::load(block));
    let blocks = blocks.chain(iter::once(Lanes::zero()));
    let mut lower = lowest;
    for (place, upper) in sum.iter_mut().zip(blocks) {
        add_columns(Lanes::load(place), lower, upper, factors).store(place);
        lower = upper;
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

/// What a column below 2^63 leaves after one pass of carries is less than B + 2^11: it carries once more at most, and
/// carries what is carried into it if it is all ones. `over` and `full` say which do the one and the other, and the
/// result says which are carried into, beginning with the lowest bit.
#[inline]
fn carried_into(over: u128, full: u128) -> u128 {
    // The carry of an addition passes the bits that are set, and goes on behind them.
    (over << 1).wrapping_add(full) ^ full
}

/// The same number in limbs below B, and what is carried out of it, in lane 0 of zeros.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn carried(block: Lanes) -> (Lanes, Lanes) {
    let (zero, most) = (Lanes::zero(), Lanes::splat(LIMB));
    let carry = block.right::<LIMB_BITS>();
    let limbs = block.limb().add(zero.window::<7>(carry));
    let into = carried_into(limbs.exceeds(most).into(), limbs.equals(most).into());
    let [into, out, ..] = into.to_le_bytes();
    let limbs = limbs.add_where(into, Lanes::splat(1)).limb();
    (limbs, carry.window::<7>(zero).add_where(out & 1, Lanes::splat(1)))
}

/// Writes the same number in limbs below B. Nothing is carried out of it.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn carry_all(sum: &[Block], value: &mut [Block]) {
    let most = Lanes::splat(LIMB);
    let (mut over, mut full, mut bits): (u128, u128, u32) = (0, 0, 0);
    let mut before = Lanes::zero();
    for (block, place) in sum.iter().zip(value.iter_mut()) {
        let block = Lanes::load(block);
        let carry = block.right::<LIMB_BITS>();
        let limbs = block.limb().add(before.window::<7>(carry));
        before = carry;
        over |= u128::from(limbs.exceeds(most)).unbounded_shl(bits);
        full |= u128::from(limbs.equals(most)).unbounded_shl(bits);
        bits = bits.wrapping_add(8);
        limbs.store(place);
    }
    let into = carried_into(over, full).to_le_bytes();
    for (place, into) in value.iter_mut().zip(into) {
        Lanes::load(place).add_where(into, Lanes::splat(1)).limb().store(place);
    }
}

/// Spreads words, least significant first, over limbs, and zeros over what is left.
pub(super) fn write_limbs(words: &[u64], blocks: &mut [Block]) {
    let mut bit: usize = 0;
    for limb in blocks.as_flattened_mut() {
        let from = words.get(bit / 64..).unwrap_or(&[]);
        let mut from = from.iter().copied().chain(iter::repeat(0));
        let both = [from.next().unwrap_or(0), from.next().unwrap_or(0), 0, 0];
        *limb = bits_at(&both, bit % 64, LIMB_BITS);
        bit = bit.wrapping_add(52);
    }
}

/// The reverse of [`write_limbs`], into words that are zero.
pub(super) fn write_words(blocks: &[Block], words: &mut [u64]) {
    let mut bit: usize = 0;
    for limb in blocks.as_flattened() {
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
const BLOCK_WORDS: usize = BLOCK_BITS.div_ceil(64);

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
        for (place, modulus) in higher.iter_mut().zip(modulus.iter().skip(1)) {
            (*place, carry) = modulus.multiply_add(word, *place, carry);
        }
        *place = word;
        rest = higher;
    }
    Some(inverse)
}
