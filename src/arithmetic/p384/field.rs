//! The field of P-384: numbers modulo p = 2^384 - 2^128 - 2^96 + 2^32 - 1 (SP 800-186 section 3.2.1.4), R = 2^384.

use super::P384;
use crate::arithmetic::element::{Prime, PrimeLimb as _};
use crate::arithmetic::limb::{Limb, halves};

/// p, least significant word first.
const PRIME: [u64; 6] = [
    0x0000_0000_FFFF_FFFF,
    0xFFFF_FFFF_0000_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
];

const PRIME_AND_ONE: [u64; 6] = [
    0x0000_0001_0000_0000,
    0xFFFF_FFFF_0000_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
];

const R: [u64; 6] = [0xFFFF_FFFF_0000_0001, 0x0000_0000_FFFF_FFFF, 1, 0, 0, 0];

const R_SQUARED: [u64; 6] = [
    0xFFFF_FFFE_0000_0001,
    0x0000_0002_0000_0000,
    0xFFFF_FFFE_0000_0000,
    0x0000_0002_0000_0000,
    1,
    0,
];

impl Prime for P384<u64> {
    type Limb = u64;
    type Limbs = [u64; 6];
    type Words = [u64; 6];

    const PRIME_WORDS: [u64; 6] = PRIME;
    const PRIME: [u64; 6] = PRIME;
    const PRIME_AND_ONE: [u64; 6] = PRIME_AND_ONE;
    const R: [u64; 6] = R;
    const R_SQUARED: [u64; 6] = R_SQUARED;

    #[inline(never)]
    fn multiply(left: &mut [u64; 6], right: &[u64; 6]) {
        let [a0, a1, a2, a3, a4, a5] = *left;
        let mut sum = ([0; 6], 0);
        for factor in right {
            let ([t0, t1, t2, t3, t4, t5], t6) = sum;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, t7) = Limb::add(t6, carry, 0);
            sum = reduce_row([t0, t1, t2, t3, t4, t5], t6, t7);
        }
        *left = u64::fold::<Self>(sum.0, sum.1);
    }

    #[inline(never)]
    fn square(number: &mut [u64; 6]) {
        Self::multiply(number, &{ *number });
    }
}

/// (t + q·p)/2^64 with the q that makes it exact.
#[inline(always)]
fn reduce_row(t: [u64; 6], t6: u64, t7: u64) -> ([u64; 6], u64) {
    let [t0, t1, t2, t3, t4, t5] = t;
    let q = t0.wrapping_mul(0x1_0000_0001);
    let (_, carry) = q.multiply_add(0xFFFF_FFFF, t0, 0);
    let (t1, carry) = q.multiply_add(0xFFFF_FFFF_0000_0000, t1, carry);
    let (t2, carry) = q.multiply_add(0xFFFF_FFFF_FFFF_FFFE, t2, carry);
    let (t3, carry) = q.multiply_add(u64::MAX, t3, carry);
    let (t4, carry) = q.multiply_add(u64::MAX, t4, carry);
    let (t5, carry) = q.multiply_add(u64::MAX, t5, carry);
    let (t6, carry) = Limb::add(t6, carry, 0);
    ([t1, t2, t3, t4, t5, t6], t7.wrapping_add(carry))
}

impl Prime for P384<u32> {
    type Limb = u32;
    type Limbs = [u32; 12];
    type Words = [u64; 6];

    const PRIME_WORDS: [u64; 6] = PRIME;
    const PRIME: [u32; 12] = halves(&PRIME);
    const PRIME_AND_ONE: [u32; 12] = halves(&PRIME_AND_ONE);
    const R: [u32; 12] = halves(&R);
    const R_SQUARED: [u32; 12] = halves(&R_SQUARED);

    #[inline(never)]
    fn multiply(left: &mut [u32; 12], right: &[u32; 12]) {
        let mut sum = [0u32; 14];
        for factor in right {
            let mut carry = 0;
            for (place, limb) in sum.iter_mut().zip(left.iter()) {
                (*place, carry) = limb.multiply_add(*factor, *place, carry);
            }
            let [t0, .., t12, t13] = &mut sum;
            (*t12, *t13) = Limb::add(*t12, carry, 0);
            let q = *t0;
            let mut carry = 0;
            for (place, limb) in sum.iter_mut().zip(Self::PRIME) {
                (*place, carry) = limb.multiply_add(q, *place, carry);
            }
            let [_, .., t12, t13] = &mut sum;
            let (low, carry) = Limb::add(*t12, carry, 0);
            *t12 = low;
            *t13 = t13.wrapping_add(carry);
            let [_, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13] = sum;
            sum = [t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, 0];
        }
        let [limbs @ .., carry, _] = sum;
        *left = u32::fold::<Self>(limbs, carry);
    }

    #[inline(never)]
    fn square(number: &mut [u32; 12]) {
        Self::multiply(number, &{ *number });
    }
}
