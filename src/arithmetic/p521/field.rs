//! The field of P-521: numbers modulo p = 2^521 - 1 (SP 800-186 section 3.2.1.5), R = 2^521. R is 1
//! modulo p, so Montgomery form and plain form are the same. Each reduction adds the bits from 521
//! on to the bits below. The sum of two numbers below R, plus the bit that it carries, is below R
//! again.

use super::P521;
use crate::arithmetic::element::{Operations, Prime};
use crate::arithmetic::limb::{Limb, halves};
use crate::arithmetic::number::LongNumber as _;

/// p, least significant word first.
const PRIME: [u64; 9] =
    [u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, 0x1FF];

const PRIME_AND_ONE: [u64; 9] = [0, 0, 0, 0, 0, 0, 0, 0, 0x200];

const ONE: [u64; 9] = [1, 0, 0, 0, 0, 0, 0, 0, 0];

/// The bits of p in its top limb, in both widths.
const TOP_BITS: u32 = 9;
const TOP: u64 = 0x1FF;
const NARROW_TOP: u32 = 0x1FF;

impl Prime for P521<u64> {
    type Limb = u64;
    type Limbs = [u64; 9];
    type Words = [u64; 9];
    type ScalarLimbs = [u64; 10];

    const BITS: usize = 521;
    const PRIME_WORDS: [u64; 9] = PRIME;
    const PRIME: [u64; 9] = PRIME;
    const PRIME_AND_ONE: [u64; 9] = PRIME_AND_ONE;
    const R: [u64; 9] = ONE;
    const ONE: [u64; 9] = ONE;
    const TO_FORM: [u64; 9] = ONE;
}

impl Operations<[u64; 9]> for P521<u64> {
    #[inline(never)]
    fn multiply(left: &mut [u64; 9], right: &[u64; 9]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = *left;
        let (mut low, mut high) = ([0; 9], [0; 9]);
        for (place, factor) in low.iter_mut().zip(right) {
            let [t0, t1, t2, t3, t4, t5, t6, t7, t8] = high;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t7, carry) = a7.multiply_add(*factor, t7, carry);
            let (t8, carry) = a8.multiply_add(*factor, t8, carry);
            *place = t0;
            high = [t1, t2, t3, t4, t5, t6, t7, t8, carry];
        }
        *left = fold(low, high);
    }

    #[inline(never)]
    fn square(number: &mut [u64; 9]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = *number;
        // The products above and below the diagonal are the same.
        let (t1, carry) = a0.multiply_add(a1, 0, 0);
        let (t2, carry) = a0.multiply_add(a2, carry, 0);
        let (t3, carry) = a0.multiply_add(a3, carry, 0);
        let (t4, carry) = a0.multiply_add(a4, carry, 0);
        let (t5, carry) = a0.multiply_add(a5, carry, 0);
        let (t6, carry) = a0.multiply_add(a6, carry, 0);
        let (t7, carry) = a0.multiply_add(a7, carry, 0);
        let (t8, t9) = a0.multiply_add(a8, carry, 0);
        let (t3, carry) = a1.multiply_add(a2, t3, 0);
        let (t4, carry) = a1.multiply_add(a3, t4, carry);
        let (t5, carry) = a1.multiply_add(a4, t5, carry);
        let (t6, carry) = a1.multiply_add(a5, t6, carry);
        let (t7, carry) = a1.multiply_add(a6, t7, carry);
        let (t8, carry) = a1.multiply_add(a7, t8, carry);
        let (t9, t10) = a1.multiply_add(a8, t9, carry);
        let (t5, carry) = a2.multiply_add(a3, t5, 0);
        let (t6, carry) = a2.multiply_add(a4, t6, carry);
        let (t7, carry) = a2.multiply_add(a5, t7, carry);
        let (t8, carry) = a2.multiply_add(a6, t8, carry);
        let (t9, carry) = a2.multiply_add(a7, t9, carry);
        let (t10, t11) = a2.multiply_add(a8, t10, carry);
        let (t7, carry) = a3.multiply_add(a4, t7, 0);
        let (t8, carry) = a3.multiply_add(a5, t8, carry);
        let (t9, carry) = a3.multiply_add(a6, t9, carry);
        let (t10, carry) = a3.multiply_add(a7, t10, carry);
        let (t11, t12) = a3.multiply_add(a8, t11, carry);
        let (t9, carry) = a4.multiply_add(a5, t9, 0);
        let (t10, carry) = a4.multiply_add(a6, t10, carry);
        let (t11, carry) = a4.multiply_add(a7, t11, carry);
        let (t12, t13) = a4.multiply_add(a8, t12, carry);
        let (t11, carry) = a5.multiply_add(a6, t11, 0);
        let (t12, carry) = a5.multiply_add(a7, t12, carry);
        let (t13, t14) = a5.multiply_add(a8, t13, carry);
        let (t13, carry) = a6.multiply_add(a7, t13, 0);
        let (t14, t15) = a6.multiply_add(a8, t14, carry);
        let (t15, t16) = a7.multiply_add(a8, t15, 0);
        let t17 = t16 >> 63;
        let t16 = t16 << 1 | t15 >> 63;
        let t15 = t15 << 1 | t14 >> 63;
        let t14 = t14 << 1 | t13 >> 63;
        let t13 = t13 << 1 | t12 >> 63;
        let t12 = t12 << 1 | t11 >> 63;
        let t11 = t11 << 1 | t10 >> 63;
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
        let (t11, carry) = Limb::add(t11, high, carry);
        let (low, high) = a6.multiply_add(a6, 0, 0);
        let (t12, carry) = Limb::add(t12, low, carry);
        let (t13, carry) = Limb::add(t13, high, carry);
        let (low, high) = a7.multiply_add(a7, 0, 0);
        let (t14, carry) = Limb::add(t14, low, carry);
        let (t15, carry) = Limb::add(t15, high, carry);
        let (low, high) = a8.multiply_add(a8, 0, 0);
        let (t16, carry) = Limb::add(t16, low, carry);
        let (t17, _) = Limb::add(t17, high, carry);
        *number = fold(
            [t0, t1, t2, t3, t4, t5, t6, t7, t8],
            [t9, t10, t11, t12, t13, t14, t15, t16, t17],
        );
    }

    #[inline(always)]
    fn add(left: &mut [u64; 9], right: &[u64; 9]) {
        *left = wrap(left.chain(right, 0, Limb::add).0);
    }

    // Modulo R, subtracting 1 adds p to a negative difference.
    #[inline(always)]
    fn subtract(left: &mut [u64; 9], right: &[u64; 9]) {
        let ([rest @ .., top], borrow) = left.chain(right, 0, Limb::subtract);
        *left = with_top(rest, top & TOP).chain(&[0; 9], borrow, Limb::subtract).0;
    }
}

#[inline(always)]
fn with_top([t0, t1, t2, t3, t4, t5, t6, t7]: [u64; 8], top: u64) -> [u64; 9] {
    [t0, t1, t2, t3, t4, t5, t6, t7, top]
}

/// Adds the bits from 521 on to the bits below.
#[inline(always)]
fn wrap([rest @ .., top]: [u64; 9]) -> [u64; 9] {
    with_top(rest, top & TOP).chain(&[0; 9], top >> TOP_BITS, Limb::add).0
}

/// `low` + `high`·2^576 modulo p, for a product of two numbers below R.
#[inline(always)]
fn fold([rest @ .., top]: [u64; 9], high: [u64; 9]) -> [u64; 9] {
    let [h0, h1, h2, h3, h4, h5, h6, h7, h8] = high;
    let shifted = |low: u64, high: u64| high.join(low, u64::BITS - TOP_BITS);
    let upper = [
        shifted(top, h0),
        shifted(h0, h1),
        shifted(h1, h2),
        shifted(h2, h3),
        shifted(h3, h4),
        shifted(h4, h5),
        shifted(h5, h6),
        shifted(h6, h7),
        shifted(h7, h8),
    ];
    wrap(with_top(rest, top & TOP).chain(&upper, 0, Limb::add).0)
}

impl Prime for P521<u32> {
    type Limb = u32;
    // The top limb is always zero. It fills a word.
    type Limbs = [u32; 18];
    type Words = [u64; 9];
    type ScalarLimbs = [u32; 20];

    const BITS: usize = 521;
    const PRIME_WORDS: [u64; 9] = PRIME;
    const PRIME: [u32; 18] = halves(&PRIME);
    const PRIME_AND_ONE: [u32; 18] = halves(&PRIME_AND_ONE);
    const R: [u32; 18] = halves(&ONE);
    const ONE: [u32; 18] = halves(&ONE);
    const TO_FORM: [u32; 18] = halves(&ONE);
}

impl Operations<[u32; 18]> for P521<u32> {
    // The top limb of an element is zero, so it takes no part.
    #[inline(never)]
    fn multiply(left: &mut [u32; 18], right: &[u32; 18]) {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, _] = *left;
        let (mut low, mut high) = ([0; 17], [0; 17]);
        for (place, factor) in low.iter_mut().zip(right) {
            let [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16] = high;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t7, carry) = a7.multiply_add(*factor, t7, carry);
            let (t8, carry) = a8.multiply_add(*factor, t8, carry);
            let (t9, carry) = a9.multiply_add(*factor, t9, carry);
            let (t10, carry) = a10.multiply_add(*factor, t10, carry);
            let (t11, carry) = a11.multiply_add(*factor, t11, carry);
            let (t12, carry) = a12.multiply_add(*factor, t12, carry);
            let (t13, carry) = a13.multiply_add(*factor, t13, carry);
            let (t14, carry) = a14.multiply_add(*factor, t14, carry);
            let (t15, carry) = a15.multiply_add(*factor, t15, carry);
            let (t16, carry) = a16.multiply_add(*factor, t16, carry);
            *place = t0;
            high = [t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16, carry];
        }
        set_to_rest(left, &low, &high);
    }

    #[inline(never)]
    fn square(number: &mut [u32; 18]) {
        Self::multiply(number, &{ *number });
    }

    #[inline(never)]
    fn add(left: &mut [u32; 18], right: &[u32; 18]) {
        let mut carry = 0;
        for (place, limb) in left.iter_mut().zip(right) {
            (*place, carry) = Limb::add(*place, *limb, carry);
        }
        add_upper_bits(left);
    }

    #[inline(never)]
    fn subtract(left: &mut [u32; 18], right: &[u32; 18]) {
        let mut borrow = 0;
        for (place, limb) in left.iter_mut().zip(right) {
            (*place, borrow) = place.subtract(*limb, borrow);
        }
        let [.., top, above] = left;
        (*top, *above) = (*top & NARROW_TOP, 0);
        for place in left {
            if borrow == 0 {
                break;
            }
            (*place, borrow) = place.subtract(0, borrow);
        }
    }
}

/// Adds the bits from 521 on to the bits below.
#[inline]
fn add_upper_bits(number: &mut [u32; 18]) {
    let [.., top, _] = number;
    let mut carry = *top >> TOP_BITS;
    *top &= NARROW_TOP;
    for place in number {
        if carry == 0 {
            break;
        }
        (*place, carry) = Limb::add(*place, 0, carry);
    }
}

/// Sets `number` to `low` + `high`·2^544 modulo p, for a product of two numbers below R.
#[inline(never)]
fn set_to_rest(number: &mut [u32; 18], low: &[u32; 17], high: &[u32; 17]) {
    let [rest @ .., middle] = low;
    let (mut below, mut carry) = (*middle, 0);
    let mut upper = high.iter().map(|limb| {
        let bits = limb.join(below, u32::BITS - TOP_BITS);
        below = *limb;
        bits
    });
    for ((place, low), bits) in number.iter_mut().zip(rest).zip(&mut upper) {
        (*place, carry) = Limb::add(*low, bits, carry);
    }
    let bits = upper.next().unwrap_or(0);
    let [.., top, above] = number;
    (*top, *above) = ((middle & NARROW_TOP).wrapping_add(bits).wrapping_add(carry), 0);
    add_upper_bits(number);
}
