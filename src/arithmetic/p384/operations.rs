//! Our own products and sums of coordinates on P-384, in Montgomery form.

use super::P384;
use crate::arithmetic::element::{Operations, PrimeLimb};
use crate::arithmetic::limb::Limb;
use crate::arithmetic::number::LongNumber as _;

impl Operations<[u64; 6]> for P384<u64> {
    #[inline(never)]
    fn multiply(left: &mut [u64; 6], right: &[u64; 6]) {
        let [a0, a1, a2, a3, a4, a5] = *left;
        let mut sum = ([0; 6], 0, 0);
        for factor in right {
            let ([t0, t1, t2, t3, t4, t5], t6, borrow) = sum;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, t7) = Limb::add(t6, carry, 0);
            let (q, [t1, t2, t3], borrow) = reduce_row([t0, t1, t2, t3], borrow);
            let (t6, carry) = Limb::add(t6, q, 0);
            sum = ([t1, t2, t3, t4, t5, t6], t7.wrapping_add(carry), borrow);
        }
        // As in any Montgomery product, the sum of each row minus the pending borrow is less than R
        // + p. So the carry is 0 or 1 after the borrow is subtracted.
        let ([t0, t1, t2, t3, t4, t5], carry, borrow) = sum;
        let (t3, borrow) = t3.subtract(borrow, 0);
        let (t4, borrow) = t4.subtract(0, borrow);
        let (t5, borrow) = t5.subtract(0, borrow);
        *left = u64::fold::<Self>([t0, t1, t2, t3, t4, t5], carry.wrapping_sub(borrow));
    }

    #[inline(never)]
    fn square(number: &mut [u64; 6]) {
        let [a0, a1, a2, a3, a4, a5] = *number;
        // The products above and below the diagonal are the same.
        let (t1, carry) = a0.multiply_add(a1, 0, 0);
        let (t2, carry) = a0.multiply_add(a2, carry, 0);
        let (t3, carry) = a0.multiply_add(a3, carry, 0);
        let (t4, carry) = a0.multiply_add(a4, carry, 0);
        let (t5, t6) = a0.multiply_add(a5, carry, 0);
        let (t3, carry) = a1.multiply_add(a2, t3, 0);
        let (t4, carry) = a1.multiply_add(a3, t4, carry);
        let (t5, carry) = a1.multiply_add(a4, t5, carry);
        let (t6, t7) = a1.multiply_add(a5, t6, carry);
        let (t5, carry) = a2.multiply_add(a3, t5, 0);
        let (t6, carry) = a2.multiply_add(a4, t6, carry);
        let (t7, t8) = a2.multiply_add(a5, t7, carry);
        let (t7, carry) = a3.multiply_add(a4, t7, 0);
        let (t8, t9) = a3.multiply_add(a5, t8, carry);
        let (t9, t10) = a4.multiply_add(a5, t9, 0);
        let t11 = t10 >> 63;
        let t10 = t10 << 1 | t9 >> 63;
        let t9 = t9 << 1 | t8 >> 63;
        let t8 = t8 << 1 | t7 >> 63;
        let t7 = t7 << 1 | t6 >> 63;
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
        let (t7, carry) = Limb::add(t7, high, carry);
        let (low, high) = a4.multiply_add(a4, 0, 0);
        let (t8, carry) = Limb::add(t8, low, carry);
        let (t9, carry) = Limb::add(t9, high, carry);
        let (low, high) = a5.multiply_add(a5, 0, 0);
        let (t10, carry) = Limb::add(t10, low, carry);
        let (t11, _) = Limb::add(t11, high, carry);
        // The rows continue into the upper half, where each of their q is added at the end. The
        // result is less than R + p, as above.
        let (q0, [t1, t2, t3], borrow) = reduce_row([t0, t1, t2, t3], 0);
        let (q1, [t2, t3, t4], borrow) = reduce_row([t1, t2, t3, t4], borrow);
        let (q2, [t3, t4, t5], borrow) = reduce_row([t2, t3, t4, t5], borrow);
        let (q3, [t4, t5, t6], borrow) = reduce_row([t3, t4, t5, t6], borrow);
        let (q4, [t5, t6, t7], borrow) = reduce_row([t4, t5, t6, t7], borrow);
        let (q5, [t6, t7, t8], borrow) = reduce_row([t5, t6, t7, t8], borrow);
        let (t9, borrow) = t9.subtract(borrow, 0);
        let (t10, borrow) = t10.subtract(0, borrow);
        let (t11, borrow) = t11.subtract(0, borrow);
        let quotient = [q0, q1, q2, q3, q4, q5];
        let (high, carry) = [t6, t7, t8, t9, t10, t11].chain(&quotient, 0, Limb::add);
        *number = u64::fold::<Self>(high, carry.wrapping_sub(borrow));
    }

    #[inline(always)]
    fn add(left: &mut [u64; 6], right: &[u64; 6]) {
        u64::add_to::<Self>(left, right);
    }

    #[inline(always)]
    fn subtract(left: &mut [u64; 6], right: &[u64; 6]) {
        u64::subtract_from::<Self>(left, right);
    }
}

/// Finds the q for which t + q·p is a multiple of 2^64, given the lowest limbs of a sum t. Returns
/// q, and these limbs of (t + q·p)/2^64 without q·2^320, which the caller adds.
///
/// `borrow` is 0 or 1: the row before borrowed it from the highest of these limbs. Returns the
/// borrow beyond them, so that no row propagates a borrow through all limbs. Only the last borrow
/// propagates, after every q was added. It ends within the number, because q·p is not negative.
///
/// p is 2^384 - k with k = 2^128 + 2^96 - 2^32 + 1. As k is 1 - 2^32 modulo 2^64, q = t·(1 + 2^32).
/// The lowest limb of q·k is that of t, so (t - q·k)/2^64 is t without its lowest limb minus q·k
/// without its lowest limb. With m = q·(2^32 - 1), q·k is q·(2^128 + 2^96) - m, and m is 0 modulo
/// 2^64 exactly if t is.
#[inline(always)]
fn reduce_row(t: [u64; 4], borrow: u64) -> (u64, [u64; 3], u64) {
    let [t0, t1, t2, t3] = t;
    let q = t0.wrapping_add(t0 << 32);
    let (_, less) = Limb::subtract(q << 32, q, 0);
    let high_of_m = (q >> 32).wrapping_sub(less);
    let (k0, carry) = Limb::subtract(q << 32, high_of_m, u64::from(t0 != 0));
    // The subtrahend is not negative: if q is zero, its other parts are zero too.
    let (k1, k2) = Limb::add((q >> 32).wrapping_sub(carry), q, 0);
    let (t1, less) = t1.subtract(k0, 0);
    let (t2, less) = t2.subtract(k1, less);
    let (t3, less) = t3.subtract(k2.wrapping_add(borrow), less);
    (q, [t1, t2, t3], less)
}

impl Operations<[u32; 12]> for P384<u32> {
    #[inline(never)]
    fn multiply(left: &mut [u32; 12], right: &[u32; 12]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11] = *left;
        let mut sum = ([0; 12], 0);
        for factor in right {
            let ([t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11], t12) = sum;
            // p is -1 modulo 2^32, so q is the lowest limb of the sum. (t + q·p)/2^32 is t without
            // its lowest limb, plus q·(p + 1)/2^32, whose limbs are 1, 0, -1, -2 and -1 for all
            // others.
            let (q, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t1, high) = Limb::add(t1, q, 0);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t2, high) = Limb::add(t2, 0, high);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t3, high) = q.multiply_add(0xFFFF_FFFF, t3, high);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t4, high) = q.multiply_add(0xFFFF_FFFE, t4, high);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t5, high) = q.multiply_add(0xFFFF_FFFF, t5, high);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t6, high) = q.multiply_add(0xFFFF_FFFF, t6, high);
            let (t7, carry) = a7.multiply_add(*factor, t7, carry);
            let (t7, high) = q.multiply_add(0xFFFF_FFFF, t7, high);
            let (t8, carry) = a8.multiply_add(*factor, t8, carry);
            let (t8, high) = q.multiply_add(0xFFFF_FFFF, t8, high);
            let (t9, carry) = a9.multiply_add(*factor, t9, carry);
            let (t9, high) = q.multiply_add(0xFFFF_FFFF, t9, high);
            let (t10, carry) = a10.multiply_add(*factor, t10, carry);
            let (t10, high) = q.multiply_add(0xFFFF_FFFF, t10, high);
            let (t11, carry) = a11.multiply_add(*factor, t11, carry);
            let (t11, high) = q.multiply_add(0xFFFF_FFFF, t11, high);
            // A sum is less than R + p: t12 is 0 or 1.
            let (t12, t13) = t12.multiply_add(1, carry, high);
            sum = ([t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12], t13);
        }
        *left = u32::fold::<Self>(sum.0, sum.1);
    }

    #[inline(never)]
    fn square(number: &mut [u32; 12]) {
        Self::multiply(number, &{ *number });
    }

    #[inline(always)]
    fn add(left: &mut [u32; 12], right: &[u32; 12]) {
        u32::add_to::<Self>(left, right);
    }

    #[inline(always)]
    fn subtract(left: &mut [u32; 12], right: &[u32; 12]) {
        u32::subtract_from::<Self>(left, right);
    }
}
