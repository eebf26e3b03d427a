//! The field of secp256k1: numbers modulo p = 2^256 - k with k = 2^32 + 977 (SEC 2 section 2.4.1),
//! in plain form. A product is reduced from the top: 2^256 is k modulo p.

use super::Secp256k1;
use crate::arithmetic::element::{Operations, Prime, PrimeLimb};
use crate::arithmetic::limb::{Limb, halves};

/// p, least significant word first.
const PRIME: [u64; 4] =
    [0xFFFF_FFFE_FFFF_FC2F, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF];

const PRIME_AND_ONE: [u64; 4] =
    [0xFFFF_FFFE_FFFF_FC30, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF];

/// R mod p.
const K: u64 = 0x1_0000_03D1;

const ONE: [u64; 4] = [1, 0, 0, 0];

impl Prime for Secp256k1<u64> {
    type Limb = u64;
    type Limbs = [u64; 4];
    type Words = [u64; 4];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 256;
    const PRIME_WORDS: [u64; 4] = PRIME;
    const PRIME: [u64; 4] = PRIME;
    const PRIME_AND_ONE: [u64; 4] = PRIME_AND_ONE;
    const R: [u64; 4] = [K, 0, 0, 0];
    const ONE: [u64; 4] = ONE;
    const TO_FORM: [u64; 4] = ONE;
    const A_IS_ZERO: bool = true;
}

impl Operations<[u64; 4]> for Secp256k1<u64> {
    #[inline(always)]
    fn multiply(left: &mut [u64; 4], right: &[u64; 4]) {
        let [a0, a1, a2, a3] = *left;
        let (mut low, mut high) = ([0; 4], [0; 4]);
        for (place, factor) in low.iter_mut().zip(right) {
            let [t0, t1, t2, t3] = high;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            *place = t0;
            high = [t1, t2, t3, carry];
        }
        *left = fold(low, high);
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
        *number = fold([t0, t1, t2, t3], [t4, t5, t6, t7]);
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

/// `low` + `high`·2^256 modulo p.
#[inline(always)]
fn fold(low: [u64; 4], high: [u64; 4]) -> [u64; 4] {
    let ([t0, t1, t2, t3], [t4, t5, t6, t7]) = (low, high);
    let (t0, carry) = t4.multiply_add(K, t0, 0);
    let (t1, carry) = t5.multiply_add(K, t1, carry);
    let (t2, carry) = t6.multiply_add(K, t2, carry);
    let (t3, top) = t7.multiply_add(K, t3, carry);
    // The top is at most k, so its product with k has less than 67 bits. If adding it carries, the
    // sum is less than that.
    let (t0, carry) = top.multiply_add(K, t0, 0);
    let (t1, carry) = Limb::add(t1, carry, 0);
    let (t2, carry) = Limb::add(t2, 0, carry);
    let (t3, carry) = Limb::add(t3, 0, carry);
    u64::fold::<Secp256k1<u64>>([t0, t1, t2, t3], carry)
}

impl Prime for Secp256k1<u32> {
    type Limb = u32;
    type Limbs = [u32; 8];
    type Words = [u64; 4];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 256;
    const PRIME_WORDS: [u64; 4] = PRIME;
    const PRIME: [u32; 8] = halves(&PRIME);
    const PRIME_AND_ONE: [u32; 8] = halves(&PRIME_AND_ONE);
    const R: [u32; 8] = halves(&[K, 0, 0, 0]);
    const ONE: [u32; 8] = halves(&ONE);
    const TO_FORM: [u32; 8] = halves(&ONE);
    const A_IS_ZERO: bool = true;
}

impl Operations<[u32; 8]> for Secp256k1<u32> {
    // Not inlined, as for P-256.
    #[inline(never)]
    fn multiply(left: &mut [u32; 8], right: &[u32; 8]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = *left;
        let (mut low, mut high) = ([0; 8], [0; 8]);
        for (place, factor) in low.iter_mut().zip(right) {
            let [t0, t1, t2, t3, t4, t5, t6, t7] = high;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
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
        // The sum, with 2^256 replaced by 977 and then by 2^32.
        let mut carry = 0;
        for (place, high) in low.iter_mut().zip(&high) {
            (*place, carry) = high.multiply_add(977, *place, carry);
        }
        let [t0, t1, t2, t3, t4, t5, t6, t7] = low;
        let [h0, h1, h2, h3, h4, h5, h6, h7] = high;
        let (t1, up) = Limb::add(t1, h0, 0);
        let (t2, up) = Limb::add(t2, h1, up);
        let (t3, up) = Limb::add(t3, h2, up);
        let (t4, up) = Limb::add(t4, h3, up);
        let (t5, up) = Limb::add(t5, h4, up);
        let (t6, up) = Limb::add(t6, h5, up);
        let (t7, up) = Limb::add(t7, h6, up);
        // The same for the two limbs above. They are at most k, so the upper one is 0 or 1, and if
        // adding their product with k carries, the sum is small.
        let (top, above) = Limb::add(h7, carry, up);
        let (t0, carry) = top.multiply_add(977, t0, 0);
        let (t1, carry) = above.multiply_add(977, t1, carry);
        let (t1, up) = Limb::add(t1, top, 0);
        // `above` and the carry are 0 or 1.
        let (t2, up) = Limb::add(t2, above.wrapping_add(carry), up);
        let (t3, up) = Limb::add(t3, 0, up);
        let (t4, up) = Limb::add(t4, 0, up);
        let (t5, up) = Limb::add(t5, 0, up);
        let (t6, up) = Limb::add(t6, 0, up);
        let (t7, up) = Limb::add(t7, 0, up);
        *left = u32::fold::<Self>([t0, t1, t2, t3, t4, t5, t6, t7], up);
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
