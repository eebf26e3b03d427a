//! Scalars of P-256: numbers modulo the order of its base point, least significant word first.

use super::field::PrimeLimb;
use crate::arithmetic::limb::Limb;
use crate::arithmetic::montgomery::Modulus;

/// The order of the base point, n (SP 800-186 section 3.2.1.3).
pub(crate) const ORDER: [u64; 4] =
    [0xF3B9_CAC2_FC63_2551, 0xBCE6_FAAD_A717_9E84, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_0000_0000];

/// R² mod n, with R = 2^256.
const R_SQUARED: [u64; 4] =
    [0x8324_4C95_BE79_EEA2, 0x4699_799C_49BD_6FA6, 0x2845_B239_2B6B_EC59, 0x66E1_2D94_F3D9_5620];

/// 2^256 mod n, which is 2^256 - n.
const R: [u64; 4] = [0x0C46_353D_039C_DAAF, 0x4319_0552_58E8_617B, 0, 0x0000_0000_FFFF_FFFF];

/// `left` + `right`, and the carry.
pub(crate) fn sum(left: &[u64; 4], right: &[u64; 4]) -> ([u64; 4], u64) {
    let (mut result, mut carry) = (*left, 0);
    for (place, right) in result.iter_mut().zip(right) {
        (*place, carry) = Limb::add(*place, *right, carry);
    }
    (result, carry)
}

/// A number below 2^257, its topmost bit apart, modulo n. It is less than 2n.
fn reduced(number: &[u64; 4], top: u64) -> [u64; 4] {
    let (mut result, mut borrow) = (*number, 0);
    for (place, order) in result.iter_mut().zip(ORDER) {
        (*place, borrow) = place.subtract(order, borrow);
    }
    if borrow > top { *number } else { result }
}

/// (`first`/`divisor`, `second`/`divisor`) modulo n, of numbers below 2^256. `None` if the divisor is zero modulo n.
#[inline(never)]
pub(crate) fn quotients<L: PrimeLimb<N>, const N: usize>(
    first: &[u64; 4],
    second: &[u64; 4],
    divisor: &[u64; 4],
) -> Option<([u64; 4], [u64; 4])> {
    // With the factor R that each of the products below takes away.
    let mut inverse = L::invert(divisor, &ORDER)?;
    inverse = product::<L, N>(&inverse, &R_SQUARED)?;
    let times_inverse = |number: &[u64; 4]| product::<L, N>(&reduced(number, 0), &inverse);
    Some((times_inverse(first)?, times_inverse(second)?))
}

/// `left`·`right`/2^256 modulo n.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn product<L: PrimeLimb<N>, const N: usize>(left: &[u64; 4], right: &[u64; 4]) -> Option<[u64; 4]> {
    let mut numbers = [[L::ZERO; N]; 5];
    let [order, left_limbs, right_limbs, work @ ..] = &mut numbers;
    L::from_words(&ORDER, order);
    L::from_words(left, left_limbs);
    L::from_words(right, right_limbs);
    let (work, _) = work.as_flattened_mut().as_chunks_mut::<2>();
    let modulus = Modulus::new(order.as_chunks::<2>().0)?;
    modulus.multiply(left_limbs.as_chunks_mut::<2>().0, right_limbs.as_chunks::<2>().0, work)?;
    let mut words = [0; 4];
    L::to_words(left_limbs, &mut words);
    Some(words)
}

/// The digits of a scalar less than n for combs that cover `bits`, 256 or a few more: (k + 2^bits - 1)/2 modulo n.
pub(crate) fn digits(scalar: &[u64; 4], bits: usize) -> [u64; 4] {
    let mut power = R;
    for _ in 256..bits {
        let (double, carry) = sum(&power, &power);
        power = reduced(&double, carry);
    }
    // No power of two is zero modulo n: nothing is borrowed for the 1.
    let [lowest, ..] = &mut power;
    let (less, borrow) = lowest.subtract(1, 0);
    *lowest = less;
    debug_assert!(borrow == 0);
    let (total, carry) = sum(scalar, &power);
    let total = reduced(&total, carry);
    let [lowest, ..] = total;
    let (even, carry) = if lowest & 1 == 1 { sum(&total, &ORDER) } else { (total, 0) };
    let [w0, w1, w2, w3] = even;
    [w0 >> 1 | w1 << 63, w1 >> 1 | w2 << 63, w2 >> 1 | w3 << 63, w3 >> 1 | carry << 63]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::inverse::Invert;
    use crate::arithmetic::numbers::{Numbers, Words as _, edges, thinned};
    use crypto_bigint::{NonZero, U256};

    fn order() -> NonZero<U256> {
        NonZero::new(U256::from_u64s(ORDER)).unwrap()
    }

    fn scalars() -> Vec<[u64; 4]> {
        let mut numbers = Numbers::new(3);
        let mut scalars = edges();
        let order = U256::from_u64s(ORDER);
        for small in 0..4u64 {
            scalars.push(order.wrapping_add(&U256::from_u64(small)).to_u64s());
            scalars.push(order.wrapping_sub(&U256::from_u64(small)).to_u64s());
        }
        scalars.extend((0..500).map(|_| numbers.next()));
        thinned(scalars, 397)
    }

    #[test]
    fn quotients_times_the_divisor_are_the_dividends_on_both_limb_widths() {
        let order = order();
        let rest = |words: [u64; 4]| U256::from_u64s(words).rem_vartime(&order);
        let scalars = scalars();
        for (index, divisor) in scalars.iter().enumerate() {
            let (first, second) = (scalars[(index * 7 + 1) % scalars.len()], *divisor);
            let wide = quotients::<u64, 4>(&first, &second, divisor);
            assert_eq!(wide, quotients::<u32, 8>(&first, &second, divisor));
            let Some((first_quotient, one)) = wide else {
                assert_eq!(rest(*divisor), U256::ZERO);
                continue;
            };
            let product = rest(first_quotient).mul_mod(&rest(*divisor), &order);
            assert_eq!(product, rest(first), "{divisor:x?}");
            assert_eq!(one, [1, 0, 0, 0]);
        }
    }

    #[test]
    fn inverses_agree_with_crypto_bigint_for_any_odd_modulus() {
        let mut numbers = Numbers::new(5);
        for _ in thinned((0..300).collect(), 100) {
            let [m0, m1, m2, m3] = numbers.next();
            let modulus = [m0 | 1, m1, m2, m3];
            let value = numbers.next();
            let odd = U256::from_u64s(modulus).to_odd().unwrap();
            let expected = U256::from_u64s(value).invert_odd_mod(&odd);
            let expected = expected.into_option().map(|inverse| inverse.to_u64s());
            assert_eq!(u64::invert(&value, &modulus), expected, "{value:x?} mod {modulus:x?}");
            assert_eq!(u32::invert(&value, &modulus), expected, "{value:x?} mod {modulus:x?}");
        }
    }

    #[test]
    fn digits_add_up_to_the_scalar() {
        let order = order();
        for scalar in scalars() {
            let scalar = U256::from_u64s(scalar).rem_vartime(&order);
            for bits in [256, 260, 264] {
                let digits = digits(&scalar.to_u64s(), bits);
                let mut total = U256::ZERO;
                for at in (0..bits).rev() {
                    total = total.add_mod(&total, &order);
                    let set = at < 256 && digits[at / 64] >> (at % 64) & 1 == 1;
                    total = match set {
                        true => total.add_mod(&U256::ONE, &order),
                        false => total.sub_mod(&U256::ONE, &order),
                    };
                }
                assert_eq!(total, scalar, "{bits} digits");
            }
        }
    }
}
