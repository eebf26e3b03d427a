//! Our own operations on the field of Ed25519.
//!
//! The limbs of an element hold any number below 2^256 that is congruent to it. 2^256 is congruent
//! to 38, so the carry beyond the top limb is multiplied by 38 and added at the lowest limb. This
//! addition can carry again, but then the remaining number is so small that adding 38 once more
//! does not carry.

use super::field::{Element, FieldLimb, PRIME};
use crate::arithmetic::field::Field as _;
use crate::arithmetic::inverse::Invert as _;
use crate::arithmetic::limb::{Limb, halves};
use crate::arithmetic::number::LongNumber;
use core::hint::black_box;
use core::ops::{BitAnd, BitXor};

const TWICE_AND_ONE: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFDB, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF];

/// The number less than p.
#[inline(never)]
fn reduced<N: LongNumber>(mut number: N, prime: &N) -> N {
    // 2^256 is 2p + 38.
    for _ in 0..2 {
        let (less, borrow) = number.chain(prime, N::Limb::ZERO, N::Limb::subtract);
        if borrow == N::Limb::ZERO {
            number = less;
        }
    }
    number
}

/// 2p - a = (2p + 1) + (2^256 - 1 - a) - 2^256, without a branch, because it could not be
/// predicted.
#[inline]
fn negate_number_if<N: LongNumber>(number: &mut N, twice_and_one: &N, negate: bool)
where
    N::Limb: BitAnd<Output = N::Limb> + BitXor<Output = N::Limb>,
{
    let mask = if negate { N::Limb::ONE.negate() } else { N::Limb::ZERO };
    let step = |limb: N::Limb, twice: N::Limb, carry| (limb ^ mask).add(twice & mask, carry);
    *number = number.chain(twice_and_one, N::Limb::ZERO, step).0;
}

impl FieldLimb for u64 {
    type Limbs = [u64; 4];

    const ZERO_IN_LIMBS: [u64; 4] = [0; 4];
    const ONE_IN_LIMBS: [u64; 4] = [1, 0, 0, 0];

    #[inline]
    fn read(words: &[u64; 4]) -> [u64; 4] {
        *words
    }

    fn write(number: &[u64; 4]) -> [u64; 4] {
        reduced(*number, &PRIME)
    }

    #[inline(always)]
    fn add_to(left: &mut [u64; 4], right: &[u64; 4]) {
        let (sum, carry) = left.chain(right, 0, Limb::add);
        *left = fold(sum, carry);
    }

    #[inline(always)]
    fn subtract_from(left: &mut [u64; 4], right: &[u64; 4]) {
        let (result, borrow) = left.chain(right, 0, Limb::subtract);
        let back = borrow.wrapping_neg() & 38;
        let (result, borrow) = result.chain(&[back, 0, 0, 0], 0, Limb::subtract);
        let [lowest, others @ ..] = result;
        let [r1, r2, r3] = others;
        *left = [lowest.wrapping_sub(borrow.wrapping_neg() & 38), r1, r2, r3];
    }

    #[inline(always)]
    fn multiply_numbers(left: &mut [u64; 4], right: &[u64; 4]) {
        let [a0, a1, a2, a3] = *left;
        let [b0, b1, b2, b3] = *right;
        let (t0, carry) = a0.multiply_add(b0, 0, 0);
        let (t1, carry) = a1.multiply_add(b0, carry, 0);
        let (t2, carry) = a2.multiply_add(b0, carry, 0);
        let (t3, t4) = a3.multiply_add(b0, carry, 0);
        let (t1, carry) = a0.multiply_add(b1, t1, 0);
        let (t2, carry) = a1.multiply_add(b1, t2, carry);
        let (t3, carry) = a2.multiply_add(b1, t3, carry);
        let (t4, t5) = a3.multiply_add(b1, t4, carry);
        let (t2, carry) = a0.multiply_add(b2, t2, 0);
        let (t3, carry) = a1.multiply_add(b2, t3, carry);
        let (t4, carry) = a2.multiply_add(b2, t4, carry);
        let (t5, t6) = a3.multiply_add(b2, t5, carry);
        let (t3, carry) = a0.multiply_add(b3, t3, 0);
        let (t4, carry) = a1.multiply_add(b3, t4, carry);
        let (t5, carry) = a2.multiply_add(b3, t5, carry);
        let (t6, t7) = a3.multiply_add(b3, t6, carry);
        *left = fold_product([t0, t1, t2, t3], [t4, t5, t6, t7]);
    }

    #[inline(always)]
    fn square(number: &mut [u64; 4]) {
        let [a0, a1, a2, a3] = *number;
        // The products above and below the diagonal are the same.
        let (t1, carry) = a0.multiply_add(a1, 0, 0);
        let (t2, carry) = a0.multiply_add(a2, carry, 0);
        let (t3, t4) = a0.multiply_add(a3, carry, 0);
        let (t3, carry) = a1.multiply_add(a2, t3, 0);
        let (t4, t5) = a1.multiply_add(a3, t4, carry);
        let (t5, t6) = a2.multiply_add(a3, t5, 0);
        let t7 = t6 >> 63;
        let t6 = t6 << 1 | t5 >> 63;
        let t5 = t5 << 1 | t4 >> 63;
        let t4 = t4 << 1 | t3 >> 63;
        let t3 = t3 << 1 | t2 >> 63;
        let t2 = t2 << 1 | t1 >> 63;
        let t1 = t1 << 1;
        let (t0, high) = a0.multiply_add(a0, 0, 0);
        let (t1, carry) = Limb::add(t1, high, 0);
        let (low, high) = a1.multiply_add(a1, 0, 0);
        let (t2, carry) = Limb::add(t2, low, carry);
        let (t3, carry) = Limb::add(t3, high, carry);
        let (low, high) = a2.multiply_add(a2, 0, 0);
        let (t4, carry) = Limb::add(t4, low, carry);
        let (t5, carry) = Limb::add(t5, high, carry);
        let (low, high) = a3.multiply_add(a3, 0, 0);
        let (t6, carry) = Limb::add(t6, low, carry);
        let (t7, _) = Limb::add(t7, high, carry);
        *number = fold_product([t0, t1, t2, t3], [t4, t5, t6, t7]);
    }

    #[inline]
    fn negate_if(number: &mut [u64; 4], negate: bool) {
        negate_number_if(number, &TWICE_AND_ONE, negate);
    }

    #[inline(never)]
    fn inverse(of: &Element<Self>) -> Option<Element<Self>> {
        Some(Element::read(&u64::invert(&of.write(), &PRIME)?))
    }
}

/// `low` + 2^256·`high`.
#[inline(always)]
fn fold_product(low: [u64; 4], high: [u64; 4]) -> [u64; 4] {
    let (sum, carry) = high.chain(&low, 0, |high, low, carry| high.multiply_add(38, low, carry));
    fold(sum, carry)
}

/// `number` + 2^256·`carry`, for a carry of at most 38.
#[inline(always)]
fn fold(number: [u64; 4], carry: u64) -> [u64; 4] {
    let back = carry.wrapping_mul(38);
    let ([lowest, r1, r2, r3], carry) = number.chain(&[back, 0, 0, 0], 0, Limb::add);
    [lowest.wrapping_add(carry.wrapping_mul(38)), r1, r2, r3]
}

impl FieldLimb for u32 {
    type Limbs = [u32; 8];

    const ZERO_IN_LIMBS: [u32; 8] = [0; 8];
    const ONE_IN_LIMBS: [u32; 8] = [1, 0, 0, 0, 0, 0, 0, 0];

    #[inline]
    fn read(words: &[u64; 4]) -> [u32; 8] {
        halves(words)
    }

    fn write(number: &[u32; 8]) -> [u64; 4] {
        let mut words = [0; 4];
        Self::to_words(&reduced(*number, &halves(&PRIME)), &mut words);
        words
    }

    #[inline(never)]
    fn add_to(left: &mut [u32; 8], right: &[u32; 8]) {
        let (mut sum, mut carry) = left.chain(right, 0, Limb::add);
        while carry != 0 {
            (sum, carry) = sum.chain(&[38, 0, 0, 0, 0, 0, 0, 0], 0, Limb::add);
        }
        *left = sum;
    }

    // The complement of the subtrahend is added, because the compiler keeps carries in the flag,
    // but not borrows. Without an initial carry the result is less by 1.
    #[inline(never)]
    fn subtract_from(left: &mut [u32; 8], right: &[u32; 8]) {
        let less = |left: u32, right: u32, carry| Limb::add(left, !right, carry);
        let (mut result, mut carry) = left.chain(right, 1, less);
        while carry == 0 {
            (result, carry) = result.chain(&[37, 0, 0, 0, 0, 0, 0, 0], 0, less);
        }
        *left = result;
    }

    // After each row, the lowest limb of the sum is final and replaces a limb of the left number;
    // eight limbs remain. The zero is hidden from the compiler, which needs two multiplications for
    // a product plus one number, but only one instruction for a product plus two numbers.
    #[inline(never)]
    fn multiply_numbers(left: &mut [u32; 8], right: &[u32; 8]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = *left;
        let zero = black_box(0);
        let mut high = [0; 8];
        for (place, factor) in left.iter_mut().zip(right) {
            let [t0, t1, t2, t3, t4, t5, t6, t7] = high;
            let (t0, carry) = a0.multiply_add(*factor, t0, zero);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t7, carry) = a7.multiply_add(*factor, t7, carry);
            *place = t0;
            high = [t1, t2, t3, t4, t5, t6, t7, carry];
        }
        let fold = |high: u32, low: u32, carry| high.multiply_add(38, low, carry);
        let (mut sum, mut carry) = high.chain(left, zero, fold);
        while carry != 0 {
            (sum, carry) = sum.chain(&[carry.wrapping_mul(38), 0, 0, 0, 0, 0, 0, 0], 0, Limb::add);
        }
        *left = sum;
    }

    #[inline(never)]
    fn square(number: &mut [u32; 8]) {
        Self::multiply_numbers(number, &{ *number });
    }

    #[inline]
    fn negate_if(number: &mut [u32; 8], negate: bool) {
        negate_number_if(number, &halves(&TWICE_AND_ONE), negate);
    }

    #[inline(never)]
    fn inverse(of: &Element<Self>) -> Option<Element<Self>> {
        of.inverse_by_power()
    }
}
