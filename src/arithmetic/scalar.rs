//! Scalars: numbers modulo the order n of the base point of a curve, least significant word first.

use super::curve::Curve;
use super::inverse::Invert;
use super::limb::Limb;
use super::montgomery::Modulus;
use super::number::LongNumber;

/// `left` + `right`, and the carry.
pub(crate) fn sum<W: LongNumber<Limb = u64>>(left: &W, right: &W) -> (W, u64) {
    let (mut result, mut carry) = (*left, 0);
    for (place, right) in result.limbs_mut().iter_mut().zip(right.limbs()) {
        (*place, carry) = Limb::add(*place, *right, carry);
    }
    (result, carry)
}

/// A number less than 2n modulo n. `top` is the bit above its words.
fn reduced<C: Curve>(number: &C::Words, top: u64) -> C::Words {
    let (mut result, mut borrow) = (*number, 0);
    for (place, order) in result.limbs_mut().iter_mut().zip(C::ORDER.limbs()) {
        (*place, borrow) = place.subtract(*order, borrow);
    }
    if borrow > top { *number } else { result }
}

/// (`first`/`divisor`, `second`/`divisor`) modulo n, for any numbers. `None` if the divisor is zero
/// modulo n.
#[inline(never)]
pub(crate) fn quotients<C: Curve>(
    first: &C::Words,
    second: &C::Words,
    divisor: &C::Words,
) -> Option<(C::Words, C::Words)> {
    quotients_by_inverse::<C>(first, second, &inverse::<C>(divisor)?)
}

/// Like [`quotients`], given the [`inverse`] of the divisor.
#[inline]
pub(crate) fn quotients_by_inverse<C: Curve>(
    first: &C::Words,
    second: &C::Words,
    inverse: &C::Words,
) -> Option<(C::Words, C::Words)> {
    Some((product::<C>(first, inverse)?, product::<C>(second, inverse)?))
}

/// S/`number` modulo n. A product removes the factor S. `None` if the number is zero modulo n.
#[inline]
fn inverse<C: Curve>(number: &C::Words) -> Option<C::Words> {
    product::<C>(&C::Limb::invert(number, &C::ORDER)?, &C::ORDER_S_SQUARED)
}

/// Replaces each of the numbers, which are less than n, by its [`inverse`]. It computes only one
/// inverse, that of their product (P. L. Montgomery, "Speeding the Pollard and elliptic curve
/// methods of factorization", 1987). `None`, with the numbers unchanged, if one of them is zero,
/// which makes the product zero, or if there are more than `MOST`.
pub(crate) fn invert_all<C: Curve, const MOST: usize>(numbers: &mut [C::Words]) -> Option<()> {
    let mut products = [C::Words::ZERO; MOST];
    let products = products.get_mut(..numbers.len())?;
    // The product of the numbers up to each one. Each Montgomery product loses a factor S. These
    // losses cancel, because each product is multiplied by the inverse of one that lost the same
    // number of factors.
    let mut before: Option<C::Words> = None;
    for (place, number) in products.iter_mut().zip(&*numbers) {
        *place = match before {
            Some(before) => product::<C>(&before, number)?,
            None => *number,
        };
        before = Some(*place);
    }
    // The inverse of the product of the numbers that are left.
    let mut inverse = inverse::<C>(&before?)?;
    let (mut numbers, mut products) = (numbers, &*products);
    while let (Some((number, numbers_before)), Some((_, products_before))) =
        (numbers.split_last_mut(), products.split_last())
    {
        let Some(before) = products_before.last() else {
            *number = inverse;
            break;
        };
        let rest = product::<C>(&inverse, number)?;
        *number = product::<C>(&inverse, before)?;
        inverse = rest;
        (numbers, products) = (numbers_before, products_before);
    }
    Some(())
}

/// `left`·`right`/S modulo n, for a `right` less than n.
#[inline(never)]
fn product<C: Curve>(left: &C::Words, right: &C::Words) -> Option<C::Words> {
    let mut numbers = [C::ScalarLimbs::ZERO; 5];
    let [order, left_limbs, right_limbs, work @ ..] = &mut numbers;
    C::Limb::from_words(C::ORDER.limbs(), order.limbs_mut());
    C::Limb::from_words(left.limbs(), left_limbs.limbs_mut());
    C::Limb::from_words(right.limbs(), right_limbs.limbs_mut());
    let (work, _) = C::ScalarLimbs::flatten(work).as_chunks_mut::<2>();
    let modulus = Modulus::new(order.limbs().as_chunks::<2>().0)?;
    let left_blocks = left_limbs.limbs_mut().as_chunks_mut::<2>().0;
    modulus.multiply(left_blocks, right_limbs.limbs().as_chunks::<2>().0, work)?;
    let mut words = C::Words::ZERO;
    C::Limb::to_words(left_limbs.limbs(), words.limbs_mut());
    Some(words)
}

/// `left`·`right` modulo n, for a `left` less than n.
pub(crate) fn product_of<C: Curve>(left: &C::Words, right: &C::Words) -> Option<C::Words> {
    product::<C>(right, &product::<C>(&C::ORDER_S_SQUARED, left)?)
}

/// The digits of a scalar less than n, for combs that cover `bits`: the bits of the order or a few
/// more. (k + 2^bits - 1)/2 modulo n.
pub(crate) fn digits<C: Curve>(scalar: &C::Words, bits: usize) -> C::Words {
    let mut power = C::ORDER_R;
    for _ in C::BITS..bits {
        let (double, carry) = sum(&power, &power);
        power = reduced::<C>(&double, carry);
    }
    // No power of two is zero modulo n, so subtracting 1 does not borrow.
    if let [lowest, ..] = power.limbs_mut() {
        let (less, borrow) = lowest.subtract(1, 0);
        *lowest = less;
        debug_assert!(borrow == 0);
    }
    let (total, carry) = sum(scalar, &power);
    let total = reduced::<C>(&total, carry);
    let is_odd = total.limbs().first().is_some_and(|lowest| lowest & 1 == 1);
    let (mut even, mut above) = if is_odd { sum(&total, &C::ORDER) } else { (total, 0) };
    for word in even.limbs_mut().iter_mut().rev() {
        (*word, above) = (*word >> 1 | above << 63, *word & 1);
    }
    even
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

    fn scalars<C: Curve>() -> Vec<C::Words> {
        let mut numbers = Numbers::new(3);
        let mut scalars = edges();
        let order = integer(&C::ORDER);
        for small in 0..4 {
            scalars.push(words(&order.wrapping_add(&Integer::from_u64(small))));
            scalars.push(words(&order.wrapping_sub(&Integer::from_u64(small))));
        }
        scalars.extend((0..500).map(|_| numbers.next::<C::Words>()));
        thinned(scalars, 79)
    }

    /// With limbs of both widths.
    fn quotients_are_right<Narrow: Curve, Wide: Curve<Words = Narrow::Words>>() {
        let order = modulus(&Wide::ORDER);
        let scalars = scalars::<Wide>();
        for (index, divisor) in scalars.iter().enumerate() {
            let (first, second) = (scalars[(index * 7 + 1) % scalars.len()], *divisor);
            let wide = quotients::<Wide>(&first, &second, divisor);
            assert_eq!(wide, quotients::<Narrow>(&first, &second, divisor));
            let divisor = rest(divisor, &Wide::ORDER);
            let Some((first_quotient, one)) = wide else {
                assert_eq!(divisor, Integer::ZERO);
                continue;
            };
            let product = integer(&first_quotient).mul_mod(&divisor, &order);
            assert_eq!(product, rest(&first, &Wide::ORDER), "{divisor:x?}");
            assert_eq!(integer(&one), Integer::ONE);
        }
    }

    /// Uses limbs of both widths. The lists have no number, one, several and the maximum count,
    /// with and without a zero.
    fn inverses_of_all_are_those_of_each<Narrow: Curve, Wide: Curve<Words = Narrow::Words>>() {
        let mut below = scalars::<Wide>();
        below.retain(|it| *it != Wide::Words::ZERO && integer(it) < integer(&Wide::ORDER));
        for (index, numbers) in below.windows(9).enumerate() {
            let numbers = &numbers[..index % 10];
            let mut wide = numbers.to_vec();
            let mut narrow = numbers.to_vec();
            let found = invert_all::<Wide, 8>(&mut wide);
            assert_eq!(found, invert_all::<Narrow, 8>(&mut narrow));
            assert_eq!(wide, narrow);
            assert_eq!(found.is_some(), (1..=8).contains(&numbers.len()));
            let expected = |number| match found {
                Some(()) => inverse::<Wide>(number).unwrap(),
                None => *number,
            };
            assert_eq!(wide, numbers.iter().map(expected).collect::<Vec<_>>());
        }
        for place in 0..8 {
            let mut numbers = below[..8].to_vec();
            numbers[place] = Wide::Words::ZERO;
            let before = numbers.clone();
            assert_eq!(invert_all::<Wide, 8>(&mut numbers), None);
            assert_eq!(numbers, before);
        }
    }

    fn inverses_agree<W: LongNumber<Limb = u64>>()
    where
        u32: Invert<W>,
        u64: Invert<W>,
    {
        let mut numbers = Numbers::new(5);
        let mut pairs: Vec<(W, W)> = (0..300).map(|_| (numbers.next(), numbers.next())).collect();
        let edges = edges::<W>();
        pairs.extend(edges.iter().zip(edges.iter().rev()).map(|(one, other)| (*one, *other)));
        // Numbers whose highest bits are equal, or equal to those of a part of the modulus. So
        // these bits do not show which number is smaller.
        for shift in 0..64 * W::COUNT as u32 {
            let (modulus, other): (W, W) = (numbers.next(), numbers.next());
            let difference = integer(&other).shr_vartime(shift);
            for part in 0..3 {
                let near = integer(&modulus).shr_vartime(part);
                pairs.push((modulus, words(&near.wrapping_sub(&difference))));
                pairs.push((modulus, words(&near.wrapping_add(&difference))));
            }
        }
        for (mut modulus, value) in thinned(pairs, 397) {
            modulus.limbs_mut()[0] |= 1;
            let odd = integer(&modulus).to_odd().unwrap();
            let expected = integer(&value).invert_odd_mod(&odd).into_option();
            let expected = expected.map(|inverse| words(&inverse));
            if integer(&modulus) == Integer::ONE {
                continue;
            }
            assert_eq!(u64::invert(&value, &modulus), expected, "{value:x?} mod {modulus:x?}");
            assert_eq!(u32::invert(&value, &modulus), expected, "{value:x?} mod {modulus:x?}");
        }
    }

    fn digits_add_up<C: Curve>() {
        let order = modulus(&C::ORDER);
        let all = C::BITS;
        for scalar in scalars::<C>() {
            let scalar = rest(&scalar, &C::ORDER);
            for bits in [all, all + 1, all + 4, all + 8, all + 16, all + 24, all + 32] {
                let digits = digits::<C>(&words(&scalar), bits);
                let mut total = Integer::ZERO;
                for at in (0..bits).rev() {
                    total = total.add_mod(&total, &order);
                    let set = at < all && digits.limbs()[at / 64] >> (at % 64) & 1 == 1;
                    total = match set {
                        true => total.add_mod(&Integer::ONE, &order),
                        false => total.sub_mod(&Integer::ONE, &order),
                    };
                }
                assert_eq!(total, scalar, "{bits} digits");
            }
        }
    }

    #[test]
    fn quotient_times_divisor_is_dividend_on_both_limb_widths() {
        quotients_are_right::<P256<u32>, P256<u64>>();
        quotients_are_right::<P384<u32>, P384<u64>>();
        quotients_are_right::<P521<u32>, P521<u64>>();
        quotients_are_right::<Secp256k1<u32>, Secp256k1<u64>>();
    }

    #[test]
    fn inverses_of_several_numbers_together_are_those_of_each() {
        inverses_of_all_are_those_of_each::<P256<u32>, P256<u64>>();
        inverses_of_all_are_those_of_each::<P384<u32>, P384<u64>>();
        inverses_of_all_are_those_of_each::<P521<u32>, P521<u64>>();
        inverses_of_all_are_those_of_each::<Secp256k1<u32>, Secp256k1<u64>>();
    }

    #[test]
    fn products_agree_with_the_proven_ones_of_fiat_crypto() {
        use fiat_crypto::p384_scalar_64 as fiat;
        let form = fiat::fiat_p384_scalar_montgomery_domain_field_element;
        let scalars = scalars::<P384<u64>>();
        for (index, left) in scalars.iter().enumerate() {
            for right in [left, &scalars[(index * 13 + 5) % scalars.len()]] {
                let reduced = |number| words(&rest(number, &P384::<u64>::ORDER));
                let (left, right) = (reduced(left), reduced(right));
                let mut expected = form([0; 6]);
                fiat::fiat_p384_scalar_mul(&mut expected, &form(left), &form(right));
                assert_eq!(product::<P384<u64>>(&left, &right), Some(expected.0));
                assert_eq!(product::<P384<u32>>(&left, &right), Some(expected.0));
            }
        }
    }

    #[test]
    fn inverses_agree_with_crypto_bigint_for_any_odd_modulus() {
        inverses_agree::<[u64; 4]>();
        inverses_agree::<[u64; 6]>();
        inverses_agree::<[u64; 9]>();
    }

    #[test]
    fn digits_add_up_to_the_scalar() {
        digits_add_up::<P256<u64>>();
        digits_add_up::<P384<u64>>();
        digits_add_up::<P521<u64>>();
        digits_add_up::<Secp256k1<u64>>();
    }
}
