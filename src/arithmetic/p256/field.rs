//! The field of P-256: numbers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SP 800-186 section 3.2.1.3).
//!
//! An element is in Montgomery form, a·R mod p with R = 2^256, and lies in limbs as any number below 2^256 that
//! leaves the same rest: reduced no further than what carries beyond the top limb. Twice p is more than 2^256, so each
//! value has two forms at most.
//!
//! - A product of a, b < 2^256 is (a·b + Q·p)/R with Q < R, thus less than R + p: a carry of 1 at most, and less than R
//!   again when p is subtracted for it.
//! - A sum is less than 2R, and R - p < 2^224: p is subtracted for the carry, and in rare cases once more.
//! - A difference is more than -R: likewise.

use crate::arithmetic::field::Field;
use crate::arithmetic::inverse::Invert;
use crate::arithmetic::limb::Limb;
use core::ops::{BitAnd, BitXor};

/// p, least significant word first.
pub(super) const PRIME: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001];

/// R mod p: the Montgomery form of 1.
const R: [u64; 4] =
    [0x0000_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFE];

/// R² mod p, whose product with a number is its Montgomery form.
const R_SQUARED: [u64; 4] =
    [0x0000_0000_0000_0003, 0xFFFF_FFFB_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0x0000_0004_FFFF_FFFD];

/// A limb with a product shaped to the prime.
pub(crate) trait PrimeLimb<const N: usize>:
    Invert + BitAnd<Output = Self> + BitXor<Output = Self>
{
    const PRIME: [Self; N];
    /// p + 1.
    const PRIME_AND_ONE: [Self; N];
    /// R mod p: the Montgomery form of 1.
    const R: [Self; N];
    const R_SQUARED: [Self; N];

    /// (`left`·`right` + Q·p)/R: N limbs and a carry.
    fn product(left: &[Self; N], right: &[Self; N]) -> ([Self; N], Self);

    fn square(number: &[Self; N]) -> ([Self; N], Self);
}

const fn plus_one(words: [u64; 4]) -> [u64; 4] {
    // The lowest word of p is 2^64 - 1.
    let [_, second, third, fourth] = words;
    [0, second.wrapping_add(1), third, fourth]
}

/// The words in halves, lowest first.
const fn halves(words: [u64; 4]) -> [u32; 8] {
    const fn low(word: u64) -> u32 {
        let [a, b, c, d, ..] = word.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
    let [w0, w1, w2, w3] = words;
    [low(w0), low(w0 >> 32), low(w1), low(w1 >> 32), low(w2), low(w2 >> 32), low(w3), low(w3 >> 32)]
}

impl PrimeLimb<4> for u64 {
    const PRIME: [u64; 4] = PRIME;
    const PRIME_AND_ONE: [u64; 4] = plus_one(PRIME);
    const R: [u64; 4] = R;
    const R_SQUARED: [u64; 4] = R_SQUARED;

    #[inline(always)]
    fn product(left: &[u64; 4], right: &[u64; 4]) -> ([u64; 4], u64) {
        let [a0, a1, a2, a3] = *left;
        let mut sum = ([0; 4], 0);
        for factor in right {
            let ([t0, t1, t2, t3], t4) = sum;
            let (t0, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, t5) = t4.add(carry, 0);
            sum = reduce_row([t0, t1, t2, t3], t4, t5);
        }
        sum
    }

    #[inline(always)]
    fn square(number: &[u64; 4]) -> ([u64; 4], u64) {
        let [a0, a1, a2, a3] = *number;
        // What is above and below the diagonal is the same.
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
        let (t1, carry) = t1.add(high, 0);
        let (low, high) = a1.multiply_add(a1, 0, 0);
        let (t2, carry) = t2.add(low, carry);
        let (t3, carry) = t3.add(high, carry);
        let (low, high) = a2.multiply_add(a2, 0, 0);
        let (t4, carry) = t4.add(low, carry);
        let (t5, carry) = t5.add(high, carry);
        let (low, high) = a3.multiply_add(a3, 0, 0);
        let (t6, carry) = t6.add(low, carry);
        let (t7, _) = t7.add(high, carry);
        // The lower half reduced is less than p + 1, the upper half less than R: a carry of 1 at most.
        let (low, c0) = reduce_row([t0, t1, t2, t3], 0, 0);
        let (low, c1) = reduce_row(low, c0, 0);
        let (low, c2) = reduce_row(low, c1, 0);
        let ([r0, r1, r2, r3], c3) = reduce_row(low, c2, 0);
        let (r0, carry) = r0.add(t4, 0);
        let (r1, carry) = r1.add(t5, carry);
        let (r2, carry) = r2.add(t6, carry);
        let (r3, carry) = r3.add(t7, carry);
        ([r0, r1, r2, r3], c3.wrapping_add(carry))
    }
}

/// (t + q·p)/2^64 with the q that makes it exact. p is -1 modulo 2^64, so q is the lowest limb of t, and
/// (t + q·p)/2^64 = (t - q)/2^64 + q·(p + 1)/2^64, where (p + 1)/2^64 = 2^32 + 2^128·(2^64 - 2^32 + 1).
#[inline(always)]
fn reduce_row(t: [u64; 4], t4: u64, t5: u64) -> ([u64; 4], u64) {
    let [q, t1, t2, t3] = t;
    let (t1, carry) = t1.add(q << 32, 0);
    let (t2, carry) = t2.add(q >> 32, carry);
    let (t3, high) = q.multiply_add(0xFFFF_FFFF_0000_0001, t3, carry);
    let (t4, carry) = t4.add(high, 0);
    ([t1, t2, t3, t4], t5.wrapping_add(carry))
}

impl PrimeLimb<8> for u32 {
    const PRIME: [u32; 8] = halves(PRIME);
    const PRIME_AND_ONE: [u32; 8] = halves(plus_one(PRIME));
    const R: [u32; 8] = halves(R);
    const R_SQUARED: [u32; 8] = halves(R_SQUARED);

    #[inline(always)]
    fn product(left: &[u32; 8], right: &[u32; 8]) -> ([u32; 8], u32) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = *left;
        let mut sum = ([0; 8], 0);
        for factor in right {
            let ([t0, t1, t2, t3, t4, t5, t6, t7], t8) = sum;
            // As for 64 bits: p is -1 modulo 2^32, q is the lowest limb, and (p + 1)/2^32 is
            // 2^64 + 2^160·(2^64 - 2^32 + 1).
            let (q, carry) = a0.multiply_add(*factor, t0, 0);
            let (t1, carry) = a1.multiply_add(*factor, t1, carry);
            let (t2, carry) = a2.multiply_add(*factor, t2, carry);
            let (t3, carry) = a3.multiply_add(*factor, t3, carry);
            let (t4, carry) = a4.multiply_add(*factor, t4, carry);
            let (t5, carry) = a5.multiply_add(*factor, t5, carry);
            let (t6, carry) = a6.multiply_add(*factor, t6, carry);
            let (t7, carry) = a7.multiply_add(*factor, t7, carry);
            let (t8, t9) = t8.add(carry, 0);
            let (t3, carry) = t3.add(q, 0);
            let (t4, carry) = t4.add(0, carry);
            let (t5, carry) = t5.add(0, carry);
            let (t6, carry) = t6.add(q, carry);
            let (t7, high) = q.multiply_add(0xFFFF_FFFF, t7, carry);
            let (t8, carry) = t8.add(high, 0);
            sum = ([t1, t2, t3, t4, t5, t6, t7, t8], t9.wrapping_add(carry));
        }
        sum
    }

    #[inline(always)]
    fn square(number: &[u32; 8]) -> ([u32; 8], u32) {
        Self::product(number, number)
    }
}

/// An element of the field, in N limbs.
#[derive(Clone, Copy)]
pub(crate) struct Element<L, const N: usize>([L; N]);

/// `left` + `right`, and the carry.
#[inline(always)]
fn sum<L: Limb, const N: usize>(left: &[L; N], right: &[L; N]) -> ([L; N], L) {
    let (mut result, mut carry) = (*left, L::ZERO);
    for (place, right) in result.iter_mut().zip(right) {
        (*place, carry) = place.add(*right, carry);
    }
    (result, carry)
}

/// `left` - `right`, and the borrow.
#[inline(always)]
fn difference<L: Limb, const N: usize>(left: &[L; N], right: &[L; N]) -> ([L; N], L) {
    let (mut result, mut borrow) = (*left, L::ZERO);
    for (place, right) in result.iter_mut().zip(right) {
        (*place, borrow) = place.subtract(*right, borrow);
    }
    (result, borrow)
}

/// `number` if `mask` is all ones, 0 if it is 0.
#[inline(always)]
fn masked<L: PrimeLimb<N>, const N: usize>(number: &[L; N], mask: L) -> [L; N] {
    number.map(|limb| limb & mask)
}

/// Subtracts p for a carry of 1, without a branch, and says what is left of the carry.
#[inline(always)]
fn fold<L: PrimeLimb<N>, const N: usize>(number: &[L; N], carry: L) -> ([L; N], L) {
    let (number, borrow) = difference(number, &masked(&L::PRIME, carry.negate()));
    (number, carry ^ borrow)
}

impl<L: PrimeLimb<N>, const N: usize> Element<L, N> {
    fn from_words(words: &[u64; 4]) -> Self {
        let mut limbs = [L::ZERO; N];
        L::from_words(words, &mut limbs);
        Self(limbs)
    }

    fn to_words(self) -> [u64; 4] {
        let mut words = [0; 4];
        L::to_words(&self.0, &mut words);
        words
    }
}

impl<L: PrimeLimb<N>, const N: usize> Field for Element<L, N> {
    const ZERO: Self = Self([L::ZERO; N]);
    const ONE: Self = Self(L::R);

    #[inline(always)]
    fn read(words: &[u64; 4]) -> Self {
        Self::from_words(words)
    }

    fn write(&self) -> [u64; 4] {
        let (reduced, borrow) = difference(&self.0, &L::PRIME);
        if borrow == L::ZERO { Self(reduced).to_words() } else { self.to_words() }
    }

    fn from_number(number: &[u64; 4]) -> Option<Self> {
        let number = Self::from_words(number);
        let (_, borrow) = difference(&number.0, &L::PRIME);
        (borrow != L::ZERO).then(|| number.product(&Self(L::R_SQUARED)))
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        let (sum, carry) = sum(&self.0, &other.0);
        let (sum, carry) = fold(&sum, carry);
        if carry == L::ZERO { Self(sum) } else { Self(fold(&sum, carry).0) }
    }

    #[inline(always)]
    fn subtract(&self, other: &Self) -> Self {
        let (result, borrow) = difference(&self.0, &other.0);
        let (result, carry) = sum(&result, &masked(&L::PRIME, borrow.negate()));
        // What p did not make up for, once more.
        if carry == borrow { Self(result) } else { Self(sum(&result, &L::PRIME).0) }
    }

    #[inline(always)]
    fn product(&self, other: &Self) -> Self {
        let (product, carry) = L::product(&self.0, &other.0);
        Self(fold(&product, carry).0)
    }

    #[inline(always)]
    fn square(&self) -> Self {
        let (square, carry) = L::square(&self.0);
        Self(fold(&square, carry).0)
    }

    /// p - a = (p + 1) + (2^256 - 1 - a) - 2^256, for a that is not more than p.
    #[inline(always)]
    fn negate_if(&self, negate: bool) -> Self {
        let mask = if negate { L::ONE.negate() } else { L::ZERO };
        let complement = self.0.map(|limb| limb ^ mask);
        Self(sum(&complement, &masked(&L::PRIME_AND_ONE, mask)).0)
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        let [lowest, ..] = self.0.as_slice() else {
            return true;
        };
        // 0 or p, whose lowest limb is all ones: nearly always one look is enough.
        (*lowest == L::ZERO && self.0.iter().all(|limb| *limb == L::ZERO))
            || (*lowest == L::ONE.negate() && self.0 == L::PRIME)
    }

    fn inverse(&self) -> Option<Self> {
        // Of a·R that is a⁻¹·R⁻¹: two factors of R² lead back to Montgomery form.
        let inverse = L::invert(&self.write(), &PRIME)?;
        let r_squared = Self(L::R_SQUARED);
        Some(Self::from_words(&inverse).product(&r_squared).product(&r_squared))
    }
}
