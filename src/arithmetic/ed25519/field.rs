//! The field of Ed25519: numbers modulo p = 2^255 - 19 (RFC 8032 section 5.1).
//!
//! The limbs of an element hold any number below 2^256 that is congruent to it. 2^256 is congruent
//! to 38, so the carry beyond the top limb is multiplied by 38 and added at the lowest limb. This
//! addition can carry again, but then the remaining number is so small that adding 38 once more
//! does not carry.

use crate::arithmetic::field::Field;
use crate::arithmetic::inverse::Invert;
use crate::arithmetic::limb::{Limb, halves};
use crate::arithmetic::number::LongNumber;
use core::hint::black_box;
use core::ops::{BitAnd, BitXor};

/// p, least significant word first.
const PRIME: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFED, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF];

const TWICE_AND_ONE: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFDB, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF];

/// A limb, with sums and products that suit the machines that use it.
pub(crate) trait FieldLimb: Limb + BitAnd<Output = Self> + BitXor<Output = Self> {
    /// The limbs of an element.
    type Limbs: LongNumber<Limb = Self>;

    const PRIME: Self::Limbs;
    /// 2p + 1.
    const TWICE_AND_ONE: Self::Limbs;
    const ONE_IN_LIMBS: Self::Limbs;

    fn add_to(left: &mut Self::Limbs, right: &Self::Limbs);

    fn subtract_from(left: &mut Self::Limbs, right: &Self::Limbs);

    fn multiply_numbers(left: &mut Self::Limbs, right: &Self::Limbs);

    fn square(number: &mut Self::Limbs);

    /// `None` for zero.
    fn inverse(of: &Element<Self>) -> Option<Element<Self>>;
}

/// An element of the field.
#[derive(Clone, Copy)]
pub(crate) struct Element<L: FieldLimb>(L::Limbs);

impl<L: FieldLimb> Element<L> {
    /// The number less than p.
    #[inline(never)]
    fn reduced(mut self) -> Self {
        // 2^256 is 2p + 38.
        for _ in 0..2 {
            let (less, borrow) = self.0.chain(&L::PRIME, L::ZERO, L::subtract);
            if borrow == L::ZERO {
                self.0 = less;
            }
        }
        self
    }

    pub(crate) fn is_odd(&self) -> bool {
        self.reduced().0.limbs().first().is_some_and(|lowest| lowest.is_odd())
    }

    /// To the power of 2^250 - 1. Each bit of 250, from the highest, doubles the number of ones in
    /// the exponent, and adds a one if it is set.
    fn to_250_ones(self) -> Self {
        let mut power = self;
        for ones in &[3u32, 7, 15, 31, 62, 125, 250] {
            let shift = *ones / 2;
            let half = power;
            power.square_times(shift);
            power.multiply(&half);
            if *ones & 1 == 1 {
                power.square();
                power.multiply(&self);
            }
        }
        power
    }

    #[inline(never)]
    fn square_times(&mut self, times: u32) {
        for _ in 0..times {
            self.square();
        }
    }

    /// To the power of (p - 5)/8, which is 2^252 - 3. This power is needed for the square root of a
    /// quotient.
    #[inline(never)]
    pub(crate) fn to_root_exponent(self) -> Self {
        let mut power = self.to_250_ones();
        power.square_times(2);
        power.multiply(&self);
        power
    }

    /// To the power of p - 2, which is 2^255 - 21 (Fermat).
    #[cfg_attr(wide_limbs, allow(dead_code, reason = "only narrow limbs invert by it"))]
    fn inverse_by_power(&self) -> Option<Self> {
        let mut power = self.to_250_ones();
        power.square_times(5);
        let square = self.squared();
        power.multiply(&square.squared().squared());
        power.multiply(&square);
        power.multiply(self);
        (!self.is_zero()).then_some(power)
    }
}

impl<L: FieldLimb> Field for Element<L> {
    type Words = [u64; 4];

    const BITS: usize = 255;
    const ZERO: Self = Self(L::Limbs::ZERO);
    const ONE: Self = Self(L::ONE_IN_LIMBS);
    const A_IS_ZERO: bool = false;

    #[inline]
    fn read(words: &[u64; 4]) -> Self {
        let mut limbs = L::Limbs::ZERO;
        L::from_words(words, limbs.limbs_mut());
        Self(limbs)
    }

    fn write(&self) -> [u64; 4] {
        let mut words = [0; 4];
        L::to_words(self.reduced().0.limbs(), &mut words);
        words
    }

    fn from_number(number: &[u64; 4]) -> Option<Self> {
        let number = Self::read(number);
        (number.reduced().0 == number.0).then_some(number)
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
        L::multiply_numbers(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn square(&mut self) {
        L::square(&mut self.0);
    }

    /// 2p - a = (2p + 1) + (2^256 - 1 - a) - 2^256, without a branch, because it could not be
    /// predicted.
    #[inline]
    fn negate_if(&mut self, negate: bool) {
        let mask = if negate { L::ONE.negate() } else { L::ZERO };
        let step = |limb: L, twice: L, carry| (limb ^ mask).add(twice & mask, carry);
        self.0 = self.0.chain(&L::TWICE_AND_ONE, L::ZERO, step).0;
    }

    #[inline]
    fn is_zero(&self) -> bool {
        self.reduced().0 == L::Limbs::ZERO
    }

    #[inline]
    fn inverse(&self) -> Option<Self> {
        L::inverse(self)
    }
}

impl FieldLimb for u64 {
    type Limbs = [u64; 4];

    const PRIME: [u64; 4] = PRIME;
    const TWICE_AND_ONE: [u64; 4] = TWICE_AND_ONE;
    const ONE_IN_LIMBS: [u64; 4] = [1, 0, 0, 0];

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

    const PRIME: [u32; 8] = halves(&PRIME);
    const TWICE_AND_ONE: [u32; 8] = halves(&TWICE_AND_ONE);
    const ONE_IN_LIMBS: [u32; 8] = [1, 0, 0, 0, 0, 0, 0, 0];

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

    #[inline(never)]
    fn inverse(of: &Element<Self>) -> Option<Element<Self>> {
        of.inverse_by_power()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{Numbers, edges, integer, modulus, rest, thinned, words};
    use crate::switches::under_miri;
    use fiat_crypto::curve25519_64 as fiat;

    /// Pairs of numbers below 2^256, reduced and not reduced: each edge with itself, its neighbours
    /// and a random number.
    fn pairs() -> Vec<([u64; 4], [u64; 4])> {
        let mut numbers = Numbers::new(47);
        let mut edges = edges();
        let prime = integer(&PRIME);
        for value in [prime, prime.wrapping_add(&prime), prime.shr_vartime(1)] {
            for near in 0..40 {
                edges.push(words(&value.wrapping_add(&Integer::from_u64(near))));
                edges.push(words(&value.wrapping_sub(&Integer::from_u64(near))));
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

    fn operations_agree<L: FieldLimb>() {
        let prime = modulus(&PRIME);
        let value = |element: Element<L>| integer(&element.write());
        for (left, right) in pairs() {
            let (a, b) = (Element::<L>::read(&left), Element::<L>::read(&right));
            let (x, y) = (rest(&left, &PRIME), rest(&right, &PRIME));
            assert_eq!(value(a.product(&b)), x.mul_mod(&y, &prime), "{left:x?} {right:x?}");
            assert_eq!(value(a.squared()), x.mul_mod(&x, &prime), "{left:x?}");
            let mut sum = a;
            sum.add(&b);
            assert_eq!(value(sum), x.add_mod(&y, &prime), "{left:x?} + {right:x?}");
            assert_eq!(value(a.difference(&b)), x.sub_mod(&y, &prime), "{left:x?} - {right:x?}");
            assert_eq!(value(a.doubled()), x.add_mod(&x, &prime));
            assert_eq!(a.is_zero(), x == Integer::ZERO);
            assert_eq!(a.is_odd(), bool::from(x.is_odd()));
            assert_eq!(a.equals(&b), x == y);
            let number = Element::<L>::from_number(&left);
            assert_eq!(number.map(value), (integer(&left) == x).then_some(x));
            let reduced = Element::<L>::read(&words(&x));
            let (mut negated, mut same) = (reduced, reduced);
            negated.negate_if(true);
            same.negate_if(false);
            assert_eq!(value(negated), Integer::ZERO.sub_mod(&x, &prime));
            assert_eq!(value(same), x);
        }
    }

    fn proven_operations_agree<L: FieldLimb>() {
        for (left, right) in pairs() {
            let [left, right] = [left, right].map(|number| words(&rest(&number, &PRIME)));
            let bytes = |number: [u64; 4]| {
                let bytes: Vec<u8> = number.iter().flat_map(|word| word.to_le_bytes()).collect();
                <[u8; 32]>::try_from(bytes).unwrap()
            };
            let tight = |number: [u64; 4]| {
                let mut element = fiat::fiat_25519_tight_field_element([0; 5]);
                fiat::fiat_25519_from_bytes(&mut element, &bytes(number));
                element
            };
            let loose = |number: [u64; 4]| {
                let mut element = fiat::fiat_25519_loose_field_element([0; 5]);
                fiat::fiat_25519_relax(&mut element, &tight(number));
                element
            };
            let mut results = [tight([0; 4]); 4];
            let [product, square, sum, difference] = &mut results;
            fiat::fiat_25519_carry_mul(product, &loose(left), &loose(right));
            fiat::fiat_25519_carry_square(square, &loose(left));
            let mut uncarried = loose([0; 4]);
            fiat::fiat_25519_add(&mut uncarried, &tight(left), &tight(right));
            fiat::fiat_25519_carry(sum, &uncarried);
            fiat::fiat_25519_sub(&mut uncarried, &tight(left), &tight(right));
            fiat::fiat_25519_carry(difference, &uncarried);
            let expected = results.map(|result| {
                let mut bytes = [0; 32];
                fiat::fiat_25519_to_bytes(&mut bytes, &result);
                bytes
            });
            let (a, b) = (Element::<L>::read(&left), Element::<L>::read(&right));
            let mut sum = a;
            sum.add(&b);
            let own = [a.product(&b), a.squared(), sum, a.difference(&b)];
            assert_eq!(own.map(|element| bytes(element.write())), expected);
        }
    }

    fn powers_agree<L: FieldLimb>() {
        for (number, _) in pairs().into_iter().step_by(under_miri(5, 97)) {
            let element = Element::<L>::read(&number);
            let inverses = [element.inverse(), element.inverse_by_power()];
            for inverse in inverses {
                assert_eq!(inverse.is_none(), element.is_zero());
                if let Some(inverse) = inverse {
                    assert!(inverse.product(&element).equals(&Element::ONE));
                }
            }
            // a^(8·(p - 5)/8 + 5) = a^p = a
            let mut power = element.to_root_exponent();
            power.square_times(3);
            for _ in 0..5 {
                power.multiply(&element);
            }
            assert!(power.equals(&element));
        }
    }

    #[test]
    fn operations_agree_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<u32>();
        operations_agree::<u64>();
    }

    #[test]
    fn operations_match_fiat_crypto_on_both_limb_widths() {
        proven_operations_agree::<u32>();
        proven_operations_agree::<u64>();
    }

    #[test]
    fn inverses_undo_and_powers_have_the_exponents_that_they_should() {
        powers_agree::<u32>();
        powers_agree::<u64>();
    }
}
