//! Elements of the field of a prime p just below R, a power of two, with p more than R/2.
//!
//! An element is in Montgomery form, a·R mod p, or in plain form, a mod p, if the prime has a
//! product that is faster so. Its limbs hold any number below R that is congruent to it, because a
//! reduction only removes the carry beyond R. Twice p is more than R, so each value has at most two
//! forms.
//!
//! - A product of a, b < R is (a·b + Q·p)/R with Q < R, so it is less than R + p. The carry is at
//!   most 1, and after subtracting p for it the result is less than R again.
//! - A sum is less than 2R, and R - p is far less than p: p is subtracted for the carry, and in
//!   rare cases once more.
//! - A difference is more than -R, and p is added in the same way.

use super::field::Field;
use super::inverse::Invert;
use super::limb::Limb;
use super::number::LongNumber;
use core::ops::{BitAnd, BitXor, Not};

/// A prime, with limbs of one width and a product written for it.
pub(crate) trait Prime: Copy + Operations<<Self as Prime>::Limbs> {
    type Limb: PrimeLimb + Invert<Self::Words>;
    /// The limbs of an element.
    type Limbs: LongNumber<Limb = Self::Limb>;
    /// The words of an element, or of a scalar.
    type Words: LongNumber<Limb = u64>;

    /// The limbs of a scalar in a product of scalars, in blocks of two.
    type ScalarLimbs: LongNumber<Limb = Self::Limb>;

    /// The bits of p: R is 2^BITS.
    const BITS: usize;
    const PRIME_WORDS: Self::Words;
    const PRIME: Self::Limbs;
    /// p + 1.
    const PRIME_AND_ONE: Self::Limbs;
    /// R mod p, which is R - p.
    const R: Self::Limbs;
    /// The form of 1: R mod p in Montgomery form.
    const ONE: Self::Limbs;
    /// The product with a number is the form of that number: R² mod p in Montgomery form.
    const TO_FORM: Self::Limbs;
    /// True if the coefficient a of the curve over this field is 0, false if it is -3.
    const A_IS_ZERO: bool = false;
}

/// The operations on elements of a field, in place. Our own are beside each prime; with the feature
/// `verified-arithmetic`, `verified.rs` has those of P-256 and P-384.
pub(crate) trait Operations<Limbs> {
    /// Sets `left` to the product: (`left`·`right` + Q·p)/R in Montgomery form.
    fn multiply(left: &mut Limbs, right: &Limbs);

    fn square(number: &mut Limbs);

    /// Sets `left` to `left` + `right`, modulo p.
    fn add(left: &mut Limbs, right: &Limbs);

    /// Sets `left` to `left` - `right`, modulo p.
    fn subtract(left: &mut Limbs, right: &Limbs);
}

/// A limb, with sums that suit the machines that use it, for primes that fill their limbs.
pub(crate) trait PrimeLimb: Limb + BitAnd<Output = Self> + BitXor<Output = Self> {
    /// Subtracts p from `number`, with `carry` above its top limb, until the carry is zero.
    fn fold<P: Prime<Limb = Self>>(number: P::Limbs, carry: Self) -> P::Limbs;

    fn add_to<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs);

    fn subtract_from<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs);
}

impl PrimeLimb for u64 {
    // On processors that predict branches, the first correction uses a mask. The second one is a
    // branch, which is almost never taken.
    #[inline(always)]
    fn fold<P: Prime<Limb = Self>>(number: P::Limbs, carry: Self) -> P::Limbs {
        let mask = carry.wrapping_neg();
        let masked = |limb: Self, prime: Self, borrow| limb.subtract(prime & mask, borrow);
        let (number, borrow) = number.chain(&P::PRIME, 0, masked);
        if carry == borrow { number } else { number.chain(&P::PRIME, 0, Self::subtract).0 }
    }

    #[inline(always)]
    fn add_to<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs) {
        let (sum, carry) = left.chain(right, 0, Self::add);
        *left = Self::fold::<P>(sum, carry);
    }

    #[inline(always)]
    fn subtract_from<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs) {
        let (result, borrow) = left.chain(right, 0, Self::subtract);
        let mask = borrow.wrapping_neg();
        let masked = |limb: Self, prime: Self, carry| Limb::add(limb, prime & mask, carry);
        let (result, carry) = result.chain(&P::PRIME, 0, masked);
        *left = if carry == borrow { result } else { result.chain(&P::PRIME, 0, Self::add).0 };
    }
}

impl PrimeLimb for u32 {
    // On processors where branches are cheap, each correction is a branch. The compiler keeps the
    // carries of sums in the flag, but not the borrows of differences. So the complement of the
    // subtrahend is added, also modulo R.
    #[inline(always)]
    fn fold<P: Prime<Limb = Self>>(mut number: P::Limbs, mut carry: Self) -> P::Limbs {
        while carry != 0 {
            let mask = carry.wrapping_neg();
            let masked = |limb: Self, r: Self, carry| Limb::add(limb, r & mask, carry);
            (number, carry) = number.chain(&P::R, 0, masked);
        }
        number
    }

    #[inline(never)]
    fn add_to<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs) {
        let (sum, carry) = left.chain(right, 0, Self::add);
        *left = Self::fold::<P>(sum, carry);
    }

    #[inline(never)]
    fn subtract_from<P: Prime<Limb = Self>>(left: &mut P::Limbs, right: &P::Limbs) {
        let less = |left: Self, right: Self, carry| Limb::add(left, right.not(), carry);
        let (mut result, mut carry) = left.chain(right, 1, less);
        while carry == 0 {
            let mask = carry.wrapping_sub(1);
            let masked = |limb: Self, prime: Self, carry| Limb::add(limb, prime & mask, carry);
            (result, carry) = result.chain(&P::PRIME, 0, masked);
        }
        *left = result;
    }
}

/// An element of the field.
#[derive(Clone, Copy)]
pub(crate) struct Element<P: Prime>(P::Limbs);

impl<P: Prime> Element<P> {
    fn from_words(words: &P::Words) -> Self {
        let mut limbs = P::Limbs::ZERO;
        P::Limb::from_words(words.limbs(), limbs.limbs_mut());
        Self(limbs)
    }

    /// The form that is less than p.
    #[inline(never)]
    fn reduced(mut self) -> Self {
        let (less, borrow) = self.0.chain(&P::PRIME, P::Limb::ZERO, P::Limb::subtract);
        if borrow == P::Limb::ZERO {
            self.0 = less;
        }
        self
    }

    fn to_words(self) -> P::Words {
        let mut words = P::Words::ZERO;
        P::Limb::to_words(self.0.limbs(), words.limbs_mut());
        words
    }
}

impl<P: Prime> Field for Element<P> {
    type Words = P::Words;

    const BITS: usize = P::BITS;
    const ZERO: Self = Self(P::Limbs::ZERO);
    const ONE: Self = Self(P::ONE);
    const A_IS_ZERO: bool = P::A_IS_ZERO;

    #[inline]
    fn read(words: &P::Words) -> Self {
        Self::from_words(words)
    }

    fn write(&self) -> P::Words {
        self.reduced().to_words()
    }

    fn from_number(number: &P::Words) -> Option<Self> {
        let number = Self::from_words(number);
        let is_reduced = number.reduced().0 == number.0;
        is_reduced.then(|| number.product(&Self(P::TO_FORM)).reduced())
    }

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        P::add(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn subtract(&mut self, other: &Self) {
        P::subtract(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn multiply(&mut self, other: &Self) {
        P::multiply(&mut self.0, &other.0);
    }

    #[inline(always)]
    fn square(&mut self) {
        P::square(&mut self.0);
    }

    /// p - a = (p + 1) + (R - 1 - a) - R, for a <= p.
    #[inline]
    fn negate_if(&mut self, negate: bool) {
        let mask = if negate { P::Limb::ONE.negate() } else { P::Limb::ZERO };
        let step = |limb: P::Limb, one: P::Limb, carry| (limb ^ mask).add(one & mask, carry);
        self.0 = self.0.chain(&P::PRIME_AND_ONE, P::Limb::ZERO, step).0;
    }

    #[inline]
    fn is_zero(&self) -> bool {
        // The limbs of zero are 0 or p. Comparing the lowest limb is nearly always enough.
        let same = |number: &P::Limbs| {
            self.0.limbs().first() == number.limbs().first() && self.0 == *number
        };
        same(&P::Limbs::ZERO) || same(&P::PRIME)
    }

    #[inline(never)]
    fn inverse(&self) -> Option<Self> {
        // The inverse of a·R is a⁻¹·R⁻¹: two factors of R² turn it into Montgomery form. In plain
        // form both factors are 1.
        let inverse = P::Limb::invert(&self.write(), &P::PRIME_WORDS)?;
        let mut inverse = Self::from_words(&inverse);
        let to_form = Self(P::TO_FORM);
        inverse.multiply(&to_form);
        inverse.multiply(&to_form);
        Some(inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{Numbers, edges, integer, modulus, rest, thinned, words};
    use crate::arithmetic::p256::P256;
    use crate::arithmetic::p384::P384;
    use crate::arithmetic::p521::P521;
    use crate::arithmetic::secp256k1::Secp256k1;

    /// The number modulo R.
    fn below_r<P: Prime>(number: &P::Words) -> P::Words {
        let shift = Integer::BITS - u32::try_from(P::BITS).unwrap();
        words(&integer(number).shl_vartime(shift).shr_vartime(shift))
    }

    /// R mod p, or 1 in plain form.
    fn form<P: Prime>() -> Integer {
        integer(&Element::<P>::ONE.write())
    }

    /// Pairs of numbers below R, reduced and not reduced: each edge with itself, its neighbours and
    /// a random number.
    fn pairs<P: Prime>() -> Vec<(P::Words, P::Words)> {
        let mut numbers = Numbers::new(1);
        let mut edges = edges();
        let prime = modulus(&P::PRIME_WORDS);
        for value in [*prime, prime.shr_vartime(1), form::<P>(), form::<P>().square_mod(&prime)] {
            for near in
                [value.wrapping_sub(&Integer::ONE), value, value.wrapping_add(&Integer::ONE)]
            {
                edges.push(words(&near));
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
        let below_r = |(left, right)| (below_r::<P>(&left), below_r::<P>(&right));
        thinned(pairs.into_iter().map(below_r).collect(), 97)
    }

    fn operations_agree<P: Prime>() {
        let prime = modulus(&P::PRIME_WORDS);
        let r = form::<P>();
        let power = Integer::ONE.shl(u32::try_from(P::BITS).unwrap());
        assert_eq!(integer(&Element::<P>(P::R).to_words()), power.wrapping_sub(&prime));
        assert!(r == Integer::ONE || r == power.wrapping_sub(&prime));
        // Also numbers from R on, which no element holds.
        for number in edges::<P::Words>() {
            let is_reduced = Element::<P>::from_number(&number).is_some();
            assert_eq!(is_reduced, integer(&number) < *prime, "{number:x?}");
        }
        for (left, right) in pairs::<P>() {
            let (a, b) = (Element::<P>::read(&left), Element::<P>::read(&right));
            let (x, y) = (rest(&left, &P::PRIME_WORDS), rest(&right, &P::PRIME_WORDS));
            let value = |element: Element<P>| integer(&element.write());
            // A Montgomery product has one factor R less than the product of its factors.
            let product = value(a.product(&b));
            assert_eq!(product.mul_mod(&r, &prime), x.mul_mod(&y, &prime), "{left:x?} {right:x?}");
            let square = value(a.squared());
            assert_eq!(square.mul_mod(&r, &prime), x.mul_mod(&x, &prime), "{left:x?}");
            let mut sum = a;
            sum.add(&b);
            assert_eq!(value(sum), x.add_mod(&y, &prime), "{left:x?} + {right:x?}");
            assert_eq!(value(a.difference(&b)), x.sub_mod(&y, &prime), "{left:x?} - {right:x?}");
            assert_eq!(value(a.doubled()), x.add_mod(&x, &prime));
            assert_eq!(a.is_zero(), x == Integer::ZERO);
            assert_eq!(a.equals(&b), x == y);
            let number = Element::<P>::from_number(&left);
            assert_eq!(number.is_some(), integer(&left) == x);
            if let Some(number) = number {
                assert_eq!(value(number), x.mul_mod(&r, &prime));
            }
            let reduced = Element::<P>::read(&words(&x));
            let (mut negated, mut same) = (reduced, reduced);
            negated.negate_if(true);
            same.negate_if(false);
            assert_eq!(value(negated), Integer::ZERO.sub_mod(&x, &prime));
            assert_eq!(value(same), x);
        }
    }

    fn inverses_undo<P: Prime>() {
        for (number, _) in pairs::<P>().into_iter().step_by(17) {
            let element = Element::<P>::read(&number);
            match element.inverse() {
                Some(inverse) => assert!(inverse.product(&element).equals(&Element::ONE)),
                None => assert!(element.is_zero()),
            }
        }
        assert!(Element::<P>::read(&P::PRIME_WORDS).inverse().is_none());
    }

    /// Product, square, sum and difference.
    fn results<P: Prime>(left: &P::Words, right: &P::Words) -> [P::Words; 4] {
        let (a, b) = (Element::<P>::read(left), Element::<P>::read(right));
        let mut sum = a;
        sum.add(&b);
        [a.product(&b), a.squared(), sum, a.difference(&b)].map(|element| element.write())
    }

    /// Pairs of elements, fully reduced, and their [`results`].
    macro_rules! proven {
        ($curve:ident, $limb:ty, $module:ident, $form:ident, $multiply:ident, $square:ident, $add:ident, $subtract:ident) => {
            for (left, right) in pairs::<$curve<$limb>>() {
                use fiat_crypto::$module as fiat;
                let prime = &$curve::<$limb>::PRIME_WORDS;
                let [left, right] = [left, right].map(|number| words(&rest(&number, prime)));
                let limbs = |number: &_| fiat::$form(Element::<$curve<$limb>>::read(number).0);
                let (x, y) = (limbs(&left), limbs(&right));
                let mut expected = [limbs(&left); 4];
                let [product, square, sum, difference] = &mut expected;
                fiat::$multiply(product, &x, &y);
                fiat::$square(square, &x);
                fiat::$add(sum, &x, &y);
                fiat::$subtract(difference, &x, &y);
                let expected = expected.map(|result| Element::<$curve<$limb>>(result.0).to_words());
                assert_eq!(results::<$curve<$limb>>(&left, &right), expected);
            }
        };
    }

    #[test]
    fn p256_agrees_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<P256<u32>>();
        operations_agree::<P256<u64>>();
    }

    #[test]
    fn p384_agrees_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<P384<u32>>();
        operations_agree::<P384<u64>>();
    }

    #[test]
    fn p521_agrees_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<P521<u32>>();
        operations_agree::<P521<u64>>();
    }

    #[test]
    fn secp256k1_agrees_with_crypto_bigint_on_both_limb_widths() {
        operations_agree::<Secp256k1<u32>>();
        operations_agree::<Secp256k1<u64>>();
    }

    #[test]
    #[rustfmt::skip]
    fn p256_agrees_with_the_proven_operations_of_fiat_crypto() {
        proven!(P256, u32, p256_32, fiat_p256_montgomery_domain_field_element,
            fiat_p256_mul, fiat_p256_square, fiat_p256_add, fiat_p256_sub);
        proven!(P256, u64, p256_64, fiat_p256_montgomery_domain_field_element,
            fiat_p256_mul, fiat_p256_square, fiat_p256_add, fiat_p256_sub);
    }

    #[test]
    #[rustfmt::skip]
    fn p384_agrees_with_the_proven_operations_of_fiat_crypto() {
        proven!(P384, u32, p384_32, fiat_p384_montgomery_domain_field_element,
            fiat_p384_mul, fiat_p384_square, fiat_p384_add, fiat_p384_sub);
        proven!(P384, u64, p384_64, fiat_p384_montgomery_domain_field_element,
            fiat_p384_mul, fiat_p384_square, fiat_p384_add, fiat_p384_sub);
    }

    #[test]
    fn p521_agrees_with_the_proven_operations_of_fiat_crypto() {
        use fiat_crypto::p521_64 as fiat;
        let zero = || fiat::fiat_p521_tight_field_element([0; 9]);
        let tight = |number: &[u64; 9]| {
            let bytes: Vec<u8> = number.iter().flat_map(|word| word.to_le_bytes()).collect();
            let mut element = zero();
            fiat::fiat_p521_from_bytes(&mut element, bytes.first_chunk().unwrap());
            element
        };
        let number = |element: &_| -> [u64; 9] {
            let mut bytes = [0; 66];
            fiat::fiat_p521_to_bytes(&mut bytes, element);
            let bytes = [&bytes[..], &[0; 6]].concat();
            core::array::from_fn(|at| u64::from_le_bytes(bytes.as_chunks().0[at]))
        };
        for (left, right) in pairs::<P521<u64>>() {
            let [left, right] =
                [left, right].map(|it| words(&rest(&it, &P521::<u64>::PRIME_WORDS)));
            let [x, y] = [&left, &right].map(tight);
            let [mut loose_x, mut loose_y, mut sum, mut difference] =
                [(); 4].map(|()| fiat::fiat_p521_loose_field_element([0; 9]));
            fiat::fiat_p521_relax(&mut loose_x, &x);
            fiat::fiat_p521_relax(&mut loose_y, &y);
            fiat::fiat_p521_add(&mut sum, &x, &y);
            fiat::fiat_p521_sub(&mut difference, &x, &y);
            let mut expected = [(); 4].map(|()| zero());
            fiat::fiat_p521_carry_mul(&mut expected[0], &loose_x, &loose_y);
            fiat::fiat_p521_carry_square(&mut expected[1], &loose_x);
            fiat::fiat_p521_carry(&mut expected[2], &sum);
            fiat::fiat_p521_carry(&mut expected[3], &difference);
            let expected = expected.each_ref().map(number);
            assert_eq!(results::<P521<u64>>(&left, &right), expected, "{left:x?} {right:x?}");
            assert_eq!(results::<P521<u32>>(&left, &right), expected, "{left:x?} {right:x?}");
        }
    }

    #[test]
    fn secp256k1_agrees_with_the_proven_operations_of_fiat_crypto() {
        use fiat::fiat_secp256k1_montgomery_montgomery_domain_field_element as Form;
        use fiat::fiat_secp256k1_montgomery_non_montgomery_domain_field_element as Plain;
        use fiat_crypto::secp256k1_montgomery_64 as fiat;
        let form = |number: &[u64; 4]| {
            let mut element = Form([0; 4]);
            fiat::fiat_secp256k1_montgomery_to_montgomery(&mut element, &Plain(*number));
            element
        };
        let number = |element: &Form| {
            let mut number = Plain([0; 4]);
            fiat::fiat_secp256k1_montgomery_from_montgomery(&mut number, element);
            number.0
        };
        for (left, right) in pairs::<Secp256k1<u64>>() {
            let prime = &Secp256k1::<u64>::PRIME_WORDS;
            let [left, right] = [left, right].map(|it| words(&rest(&it, prime)));
            let [x, y] = [&left, &right].map(form);
            let mut expected = [(); 4].map(|()| form(&[0; 4]));
            fiat::fiat_secp256k1_montgomery_mul(&mut expected[0], &x, &y);
            fiat::fiat_secp256k1_montgomery_square(&mut expected[1], &x);
            fiat::fiat_secp256k1_montgomery_add(&mut expected[2], &x, &y);
            fiat::fiat_secp256k1_montgomery_sub(&mut expected[3], &x, &y);
            let expected = expected.each_ref().map(number);
            assert_eq!(results::<Secp256k1<u64>>(&left, &right), expected, "{left:x?} {right:x?}");
            assert_eq!(results::<Secp256k1<u32>>(&left, &right), expected, "{left:x?} {right:x?}");
        }
    }

    #[test]
    fn an_inverse_times_its_element_is_one_and_zero_has_none() {
        {
            inverses_undo::<P256<u32>>();
            inverses_undo::<P256<u64>>();
        }
        {
            inverses_undo::<P384<u32>>();
            inverses_undo::<P384<u64>>();
        }
        {
            inverses_undo::<P521<u32>>();
            inverses_undo::<P521<u64>>();
        }
        {
            inverses_undo::<Secp256k1<u32>>();
            inverses_undo::<Secp256k1<u64>>();
        }
    }
}
