//! Our own products and sums of coordinates on P-256, in Montgomery form.

use super::P256;
use crate::arithmetic::element::{Operations, PrimeLimb};
use crate::arithmetic::limb::Limb;

impl Operations<[u64; 4]> for P256<u64> {
    #[inline(always)]
    fn multiply(left: &mut [u64; 4], right: &[u64; 4]) {
        let [a0, a1, a2, a3] = *left;
        let mut sum = ([0; 4], 0);
        for factor in right {
            let ([t0, t1, t2, t3], t4) = sum;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, t5) = Limb::add(t4, carry, 0);
            sum = reduce_row([t0, t1, t2, t3], t4, t5);
        }
        *left = u64::fold::<Self>(sum.0, sum.1);
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
        // Each row reduces a number below R to one below p + 2^192, which is less than R. So there
        // is no carry until the upper half, which is also below R, is added.
        let (low, _) = reduce_row([t0, t1, t2, t3], 0, 0);
        let (low, _) = reduce_row(low, 0, 0);
        let (low, _) = reduce_row(low, 0, 0);
        let ([r0, r1, r2, r3], _) = reduce_row(low, 0, 0);
        let (r0, carry) = Limb::add(r0, t4, 0);
        let (r1, carry) = Limb::add(r1, t5, carry);
        let (r2, carry) = Limb::add(r2, t6, carry);
        let (r3, carry) = Limb::add(r3, t7, carry);
        *number = u64::fold::<Self>([r0, r1, r2, r3], carry);
    }

    #[inline(always)]
    fn add(left: &mut [u64; 4], right: &[u64; 4]) {
        u64::add_to::<Self>(left, right);
    }

    #[inline(always)]
    fn subtract(left: &mut [u64; 4], right: &[u64; 4]) {
        u64::subtract_from::<Self>(left, right);
    }
}

/// (t + q·p)/2^64 with the q that makes it exact. p is -1 modulo 2^64, so q is the lowest limb of
/// t. It follows that (t + q·p)/2^64 = (t - q)/2^64 + q·(p + 1)/2^64, where (p + 1)/2^64 = 2^32 +
/// 2^128·(2^64 - 2^32 + 1).
#[inline(always)]
fn reduce_row(t: [u64; 4], t4: u64, t5: u64) -> ([u64; 4], u64) {
    let [q, t1, t2, t3] = t;
    let (t1, carry) = Limb::add(t1, q << 32, 0);
    let (t2, carry) = Limb::add(t2, q >> 32, carry);
    let (t3, high) = q.multiply_add(0xFFFF_FFFF_0000_0001, t3, carry);
    let (t4, carry) = Limb::add(t4, high, 0);
    ([t1, t2, t3, t4], t5.wrapping_add(carry))
}

#[cfg(not(umaal))]
impl Operations<[u32; 8]> for P256<u32> {
    // Not inlined, like the sums: the call is cheap compared with the function, and the code is too
    // long to have several copies.
    #[inline(never)]
    fn multiply(left: &mut [u32; 8], right: &[u32; 8]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = *left;
        let mut sum = ([0; 8], 0);
        for factor in right {
            let ([t0, t1, t2, t3, t4, t5, t6, t7], t8) = sum;
            // As for 64 bits: p is -1 modulo 2^32, q is the lowest limb, and (p + 1)/2^32 is 2^64 +
            // 2^160·(2^64 - 2^32 + 1).
            let (q, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t7, top) = a7.multiply_add(*factor, t7, carry);
            let (t3, carry) = Limb::add(t3, q, 0);
            let (t4, carry) = Limb::add(t4, 0, carry);
            let (t5, carry) = Limb::add(t5, 0, carry);
            let (t6, carry) = Limb::add(t6, q, carry);
            let (t7, high) = q.multiply_add(0xFFFF_FFFF, t7, carry);
            let (t8, t9) = t8.multiply_add(1, top, high);
            sum = ([t1, t2, t3, t4, t5, t6, t7, t8], t9);
        }
        *left = u32::fold::<Self>(sum.0, sum.1);
    }

    #[inline(never)]
    fn square(number: &mut [u32; 8]) {
        Self::multiply(number, &{ *number });
    }

    #[inline(always)]
    fn add(left: &mut [u32; 8], right: &[u32; 8]) {
        u32::add_to::<Self>(left, right);
    }

    #[inline(always)]
    fn subtract(left: &mut [u32; 8], right: &[u32; 8]) {
        u32::subtract_from::<Self>(left, right);
    }
}
