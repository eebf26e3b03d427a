//! The field of Ed25519: numbers modulo p = 2^255 - 19 (RFC 8032 section 5.1).

use crate::arithmetic::field::Field;
use crate::arithmetic::limb::Limb;

/// p, least significant word first.
pub(crate) const PRIME: [u64; 4] =
    [0xFFFF_FFFF_FFFF_FFED, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF];

/// A limb, with the form of an element and the operations that suit the machines that use it. Our
/// own are in `operations.rs`; with the feature `verified-arithmetic`, `verified.rs` has others.
pub(crate) trait FieldLimb: Limb {
    /// The limbs of an element.
    type Limbs: Copy;

    const ZERO_IN_LIMBS: Self::Limbs;
    const ONE_IN_LIMBS: Self::Limbs;

    /// Reads any number below 2^256.
    fn read(words: &[u64; 4]) -> Self::Limbs;

    /// The number less than p.
    fn write(number: &Self::Limbs) -> [u64; 4];

    fn add_to(left: &mut Self::Limbs, right: &Self::Limbs);

    fn subtract_from(left: &mut Self::Limbs, right: &Self::Limbs);

    fn multiply_numbers(left: &mut Self::Limbs, right: &Self::Limbs);

    fn square(number: &mut Self::Limbs);

    /// Negates the number if `negate`.
    fn negate_if(number: &mut Self::Limbs, negate: bool);

    /// `None` for zero.
    fn inverse(of: &Element<Self>) -> Option<Element<Self>>;
}

/// An element of the field.
#[derive(Clone, Copy)]
pub(crate) struct Element<L: FieldLimb>(L::Limbs);

impl<L: FieldLimb> Element<L> {
    pub(crate) fn is_odd(&self) -> bool {
        self.write().first().is_some_and(|lowest| lowest.is_odd())
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
    pub(crate) fn inverse_by_power(&self) -> Option<Self> {
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
    const ZERO: Self = Self(L::ZERO_IN_LIMBS);
    const ONE: Self = Self(L::ONE_IN_LIMBS);
    const A_IS_ZERO: bool = false;

    #[inline]
    fn read(words: &[u64; 4]) -> Self {
        Self(L::read(words))
    }

    fn write(&self) -> [u64; 4] {
        L::write(&self.0)
    }

    fn from_number(number: &[u64; 4]) -> Option<Self> {
        let element = Self::read(number);
        (element.write() == *number).then_some(element)
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

    #[inline]
    fn negate_if(&mut self, negate: bool) {
        L::negate_if(&mut self.0, negate);
    }

    #[inline]
    fn is_zero(&self) -> bool {
        self.write() == [0; 4]
    }

    #[inline]
    fn inverse(&self) -> Option<Self> {
        L::inverse(self)
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
