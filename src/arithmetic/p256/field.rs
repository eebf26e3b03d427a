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

    /// Sets `left` to (`left`·`right` + Q·p)/R.
    fn multiply(left: &mut [Self; N], right: &[Self; N]);

    fn square(number: &mut [Self; N]);

    fn add_to(left: &mut [Self; N], right: &[Self; N]);

    fn subtract_from(left: &mut [Self; N], right: &[Self; N]);

    /// Takes both through `step` limb by limb, the lowest first, and hands on its carry: without a loop, so that the carry
    /// can stay where the machine has it.
    fn chain(
        left: &[Self; N],
        right: &[Self; N],
        carry: Self,
        step: impl Fn(Self, Self, Self) -> (Self, Self),
    ) -> ([Self; N], Self);

    /// `number` with p subtracted as often as leads from `carry`, above the top limb, to none.
    fn fold(number: [Self; N], carry: Self) -> [Self; N];
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
        *left = Self::fold(sum.0, sum.1);
    }

    #[inline(always)]
    fn square(number: &mut [u64; 4]) {
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
        // A row takes a number below R to one below p + 2^192, which is less than R: there are no carries until the
        // upper half, likewise below R, is added.
        let (low, _) = reduce_row([t0, t1, t2, t3], 0, 0);
        let (low, _) = reduce_row(low, 0, 0);
        let (low, _) = reduce_row(low, 0, 0);
        let ([r0, r1, r2, r3], _) = reduce_row(low, 0, 0);
        let (r0, carry) = Limb::add(r0, t4, 0);
        let (r1, carry) = Limb::add(r1, t5, carry);
        let (r2, carry) = Limb::add(r2, t6, carry);
        let (r3, carry) = Limb::add(r3, t7, carry);
        *number = Self::fold([r0, r1, r2, r3], carry);
    }

    #[inline(always)]
    fn chain(
        left: &[u64; 4],
        right: &[u64; 4],
        carry: u64,
        step: impl Fn(u64, u64, u64) -> (u64, u64),
    ) -> ([u64; 4], u64) {
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*left, *right);
        let (r0, carry) = step(a0, b0, carry);
        let (r1, carry) = step(a1, b1, carry);
        let (r2, carry) = step(a2, b2, carry);
        let (r3, carry) = step(a3, b3, carry);
        ([r0, r1, r2, r3], carry)
    }

    // Where branches are predicted, the first correction is masked, and the second a branch that is hardly ever taken.
    #[inline(always)]
    fn fold(number: [u64; 4], carry: u64) -> [u64; 4] {
        let mask = carry.wrapping_neg();
        let prime = PRIME.map(|limb| limb & mask);
        let (number, borrow) = Self::chain(&number, &prime, 0, Self::subtract);
        if carry == borrow { number } else { Self::chain(&number, &PRIME, 0, Self::subtract).0 }
    }

    #[inline(always)]
    fn add_to(left: &mut [u64; 4], right: &[u64; 4]) {
        let (sum, carry) = Self::chain(left, right, 0, Self::add);
        *left = Self::fold(sum, carry);
    }

    #[inline(always)]
    fn subtract_from(left: &mut [u64; 4], right: &[u64; 4]) {
        let (result, borrow) = Self::chain(left, right, 0, Self::subtract);
        let mask = borrow.wrapping_neg();
        let prime = PRIME.map(|limb| limb & mask);
        let (result, carry) = Self::chain(&result, &prime, 0, Self::add);
        *left = if carry == borrow { result } else { Self::chain(&result, &PRIME, 0, Self::add).0 };
    }
}

/// (t + q·p)/2^64 with the q that makes it exact. p is -1 modulo 2^64, so q is the lowest limb of t, and
/// (t + q·p)/2^64 = (t - q)/2^64 + q·(p + 1)/2^64, where (p + 1)/2^64 = 2^32 + 2^128·(2^64 - 2^32 + 1).
#[inline(always)]
fn reduce_row(t: [u64; 4], t4: u64, t5: u64) -> ([u64; 4], u64) {
    let [q, t1, t2, t3] = t;
    let (t1, carry) = Limb::add(t1, q << 32, 0);
    let (t2, carry) = Limb::add(t2, q >> 32, carry);
    let (t3, high) = q.multiply_add(0xFFFF_FFFF_0000_0001, t3, carry);
    let (t4, carry) = Limb::add(t4, high, 0);
    ([t1, t2, t3, t4], t5.wrapping_add(carry))
}

impl PrimeLimb<8> for u32 {
    const PRIME: [u32; 8] = halves(PRIME);
    const PRIME_AND_ONE: [u32; 8] = halves(plus_one(PRIME));
    const R: [u32; 8] = halves(R);
    const R_SQUARED: [u32; 8] = halves(R_SQUARED);

    // This and the sums are long enough that a call costs little of them, and too long to stand in every place.
    #[inline(never)]
    fn multiply(left: &mut [u32; 8], right: &[u32; 8]) {
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
            let (t7, top) = a7.multiply_add(*factor, t7, carry);
            let (t3, carry) = Limb::add(t3, q, 0);
            let (t4, carry) = Limb::add(t4, 0, carry);
            let (t5, carry) = Limb::add(t5, 0, carry);
            let (t6, carry) = Limb::add(t6, q, carry);
            let (t7, high) = q.multiply_add(0xFFFF_FFFF, t7, carry);
            let (t8, t9) = t8.multiply_add(1, top, high);
            sum = ([t1, t2, t3, t4, t5, t6, t7, t8], t9);
        }
        *left = Self::fold(sum.0, sum.1);
    }

    #[inline(never)]
    fn square(number: &mut [u32; 8]) {
        Self::multiply(number, &{ *number });
    }

    #[inline(always)]
    fn chain(
        left: &[u32; 8],
        right: &[u32; 8],
        carry: u32,
        step: impl Fn(u32, u32, u32) -> (u32, u32),
    ) -> ([u32; 8], u32) {
        let [a0, a1, a2, a3, a4, a5, a6, a7] = *left;
        let [b0, b1, b2, b3, b4, b5, b6, b7] = *right;
        let (r0, carry) = step(a0, b0, carry);
        let (r1, carry) = step(a1, b1, carry);
        let (r2, carry) = step(a2, b2, carry);
        let (r3, carry) = step(a3, b3, carry);
        let (r4, carry) = step(a4, b4, carry);
        let (r5, carry) = step(a5, b5, carry);
        let (r6, carry) = step(a6, b6, carry);
        let (r7, carry) = step(a7, b7, carry);
        ([r0, r1, r2, r3, r4, r5, r6, r7], carry)
    }

    // Where branches cost little, each correction is one. The compiler keeps the carries of sums where the machine has
    // them, but not the borrows of differences: what is subtracted is added as its complement, also of 2^256.
    #[inline(always)]
    fn fold(mut number: [u32; 8], mut carry: u32) -> [u32; 8] {
        while carry != 0 {
            let ones = carry.wrapping_neg();
            let complement = [carry, 0, 0, ones, ones, ones, ones ^ 1, 0];
            (number, carry) = Self::chain(&number, &complement, 0, Self::add);
        }
        number
    }

    #[inline(never)]
    fn add_to(left: &mut [u32; 8], right: &[u32; 8]) {
        let (sum, carry) = Self::chain(left, right, 0, Self::add);
        *left = Self::fold(sum, carry);
    }

    #[inline(never)]
    fn subtract_from(left: &mut [u32; 8], right: &[u32; 8]) {
        let less = |left: u32, right: u32, carry| Limb::add(left, !right, carry);
        let (mut result, mut carry) = Self::chain(left, right, 1, less);
        while carry == 0 {
            let ones = carry.wrapping_sub(1);
            let prime = [ones, ones, ones, 0, 0, 0, ones & 1, ones];
            (result, carry) = Self::chain(&result, &prime, 0, Self::add);
        }
        *left = result;
    }
}

/// An element of the field, in N limbs.
#[derive(Clone, Copy)]
pub(crate) struct Element<L, const N: usize>([L; N]);

impl<L: PrimeLimb<N>, const N: usize> Element<L, N> {
    fn from_words(words: &[u64; 4]) -> Self {
        let mut limbs = [L::ZERO; N];
        L::from_words(words, &mut limbs);
        Self(limbs)
    }

    /// The form that is less than p.
    #[inline(never)]
    fn reduced(mut self) -> Self {
        let (less, borrow) = L::chain(&self.0, &L::PRIME, L::ZERO, L::subtract);
        if borrow == L::ZERO {
            self.0 = less;
        }
        self
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

    #[inline]
    fn read(words: &[u64; 4]) -> Self {
        Self::from_words(words)
    }

    fn write(&self) -> [u64; 4] {
        self.reduced().to_words()
    }

    fn from_number(number: &[u64; 4]) -> Option<Self> {
        let number = Self::from_words(number);
        let is_reduced = number.reduced().0 == number.0;
        is_reduced.then(|| number.product(&Self(L::R_SQUARED)).reduced())
    }

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        L::add_to(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn subtract(&mut self, other: &Self) {
        L::subtract_from(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn multiply(&mut self, other: &Self) {
        L::multiply(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn square(&mut self) {
        L::square(&mut self.0);
    }

    /// p - a = (p + 1) + (2^256 - 1 - a) - 2^256, for a that is not more than p.
    #[inline]
    fn negate_if(&mut self, negate: bool) {
        let mask = if negate { L::ONE.negate() } else { L::ZERO };
        let step = |limb: L, one: L, carry| (limb ^ mask).add(one & mask, carry);
        self.0 = L::chain(&self.0, &L::PRIME_AND_ONE, L::ZERO, step).0;
    }

    #[inline]
    fn is_zero(&self) -> bool {
        let [lowest, ..] = self.0.as_slice() else {
            return true;
        };
        // 0 or p, whose lowest limb is all ones: nearly always one look is enough.
        (*lowest == L::ZERO && self.0.iter().all(|limb| *limb == L::ZERO))
            || (*lowest == L::ONE.negate() && self.0 == L::PRIME)
    }

    #[inline(never)]
    fn inverse(&self) -> Option<Self> {
        // Of a·R that is a⁻¹·R⁻¹: two factors of R² lead back to Montgomery form.
        let inverse = L::invert(&self.write(), &PRIME)?;
        let mut inverse = Self::from_words(&inverse);
        let r_squared = Self(L::R_SQUARED);
        inverse.multiply(&r_squared);
        inverse.multiply(&r_squared);
        Some(inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::numbers::{Numbers, Words as _, edges, thinned};
    use crypto_bigint::{NonZero, U256};
    use fiat_crypto::p256_64 as fiat;

    fn prime() -> NonZero<U256> {
        NonZero::new(U256::from_u64s(PRIME)).unwrap()
    }

    fn rest(words: [u64; 4]) -> U256 {
        U256::from_u64s(words).rem_vartime(&prime())
    }

    /// Pairs of numbers below 2^256, reduced or not: each edge with itself, its neighbours and a random number.
    fn pairs() -> Vec<([u64; 4], [u64; 4])> {
        let mut numbers = Numbers::new(1);
        let mut edges = edges();
        for value in [PRIME, plus_one(PRIME), R, R_SQUARED] {
            let value = U256::from_u64s(value);
            for near in [value.wrapping_sub(&U256::ONE), value, value.wrapping_add(&U256::ONE)] {
                edges.push(near.to_u64s());
            }
        }
        let partners: Vec<_> = edges.iter().step_by(61).copied().collect();
        let mut pairs = Vec::new();
        for edge in &edges {
            pairs.push((*edge, *edge));
            pairs.push((*edge, numbers.next()));
            pairs.push((numbers.next(), *edge));
            pairs.extend(partners.iter().map(|partner| (*edge, *partner)));
        }
        pairs.extend((0..2000).map(|_| (numbers.next(), numbers.next())));
        thinned(pairs, 4999)
    }

    fn operations_agree<L: PrimeLimb<N>, const N: usize>() {
        let prime = prime();
        let r = U256::from_u64s(R);
        for (left, right) in pairs() {
            let (a, b) = (Element::<L, N>::read(&left), Element::<L, N>::read(&right));
            let (x, y) = (rest(left), rest(right));
            let value = |element: Element<L, N>| U256::from_u64s(element.write());
            // A product has one factor R too few.
            let product = value(a.product(&b));
            assert_eq!(product.mul_mod(&r, &prime), x.mul_mod(&y, &prime), "{left:x?} {right:x?}");
            let square = value(a.squared());
            assert_eq!(square.mul_mod(&r, &prime), x.mul_mod(&x, &prime), "{left:x?}");
            let mut sum = a;
            sum.add(&b);
            assert_eq!(value(sum), x.add_mod(&y, &prime), "{left:x?} + {right:x?}");
            assert_eq!(value(a.difference(&b)), x.sub_mod(&y, &prime), "{left:x?} - {right:x?}");
            assert_eq!(value(a.doubled()), x.add_mod(&x, &prime));
            assert_eq!(a.is_zero(), x == U256::ZERO);
            assert_eq!(a.equals(&b), x == y);
            assert_eq!(Element::<L, N>::from_number(&left).is_some(), U256::from_u64s(left) == x);
            let reduced = Element::<L, N>::read(&x.to_u64s());
            let (mut negated, mut same) = (reduced, reduced);
            negated.negate_if(true);
            same.negate_if(false);
            assert_eq!(value(negated), U256::ZERO.sub_mod(&x, &prime));
            assert_eq!(value(same), x);
        }
    }

    #[test]
    fn operations_agree_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<u32, 8>();
        operations_agree::<u64, 4>();
    }

    #[test]
    fn operations_agree_with_the_proven_ones_of_fiat_crypto() {
        for (left, right) in pairs() {
            let (left, right) = (rest(left).to_u64s(), rest(right).to_u64s());
            let form = fiat::fiat_p256_montgomery_domain_field_element;
            let (x, y) = (form(left), form(right));
            let mut results = [form([0; 4]); 4];
            let [product, square, sum, difference] = &mut results;
            fiat::fiat_p256_mul(product, &x, &y);
            fiat::fiat_p256_square(square, &x);
            fiat::fiat_p256_add(sum, &x, &y);
            fiat::fiat_p256_sub(difference, &x, &y);
            fn ours<L: PrimeLimb<N>, const N: usize>(
                left: &[u64; 4],
                right: &[u64; 4],
            ) -> [[u64; 4]; 4] {
                let (a, b) = (Element::<L, N>::read(left), Element::<L, N>::read(right));
                let mut sum = a;
                sum.add(&b);
                [a.product(&b), a.squared(), sum, a.difference(&b)].map(|element| element.write())
            }
            let expected = results.map(|result| result.0);
            assert_eq!(ours::<u32, 8>(&left, &right), expected);
            assert_eq!(ours::<u64, 4>(&left, &right), expected);
        }
    }

    fn inverses_undo<L: PrimeLimb<N>, const N: usize>() {
        for (number, _) in pairs().into_iter().step_by(17) {
            let element = Element::<L, N>::read(&number);
            match element.inverse() {
                Some(inverse) => assert!(inverse.product(&element).equals(&Element::ONE)),
                None => assert!(element.is_zero()),
            }
        }
        assert!(Element::<L, N>::read(&PRIME).inverse().is_none());
    }

    #[test]
    fn an_inverse_times_its_element_is_one_and_zero_has_none() {
        inverses_undo::<u32, 8>();
        inverses_undo::<u64, 4>();
    }
}
