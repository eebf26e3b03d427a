//! Scalars: numbers modulo the order L of the base point (RFC 8032 section 5.1), least significant
//! word first.

use crate::arithmetic::limb::Limb;

/// L, which is 2^252 plus a number of 125 bits.
pub(crate) const ORDER: [u64; 4] =
    [0x5812_631A_5CF5_D3ED, 0x14DE_F9DE_A2F7_9CD6, 0, 0x1000_0000_0000_0000];

/// Returns whether a number is less than L.
pub(crate) fn is_reduced(number: &[u64; 4]) -> bool {
    number.iter().rev().lt(ORDER.iter().rev())
}

/// A number modulo L.
#[inline(never)]
pub(crate) fn reduced(number: &[u64; 8]) -> [u64; 4] {
    number.iter().rev().fold([0; 4], |rest, word| append(*word, rest))
}

/// (2^64·`rest` + `word`) modulo L, for a `rest` less than L.
fn append(word: u64, [r0, r1, r2, r3]: [u64; 4]) -> [u64; 4] {
    // Division by 2^252 instead of L gives the quotient or one more. It has 64 bits.
    let quotient = if r3 >> 60 == 0 { r3 << 4 | r2 >> 60 } else { u64::MAX };
    let mut result = [word, r0, r1, r2];
    let (mut carry, mut borrow) = (0, 0);
    for (place, order) in result.iter_mut().zip(&ORDER) {
        let product;
        (product, carry) = order.multiply_add(quotient, carry, 0);
        (*place, borrow) = place.subtract(product, borrow);
    }
    if r3 != carry.wrapping_add(borrow) {
        let mut carry = 0;
        for (place, order) in result.iter_mut().zip(&ORDER) {
            (*place, carry) = Limb::add(*place, *order, carry);
        }
    }
    result
}

/// Writes a scalar less than L with the digits +1 and -1 only. This works as in
/// [`comb`](crate::arithmetic::comb), but represents the number itself, or the next number if it is
/// even. Reducing it modulo L would be wrong, because the point may have another order.
#[derive(Clone, Copy)]
pub(crate) struct SignedDigits {
    number: [u64; 4],
    /// True if the number was even, so that the digits represent the next number.
    pub(crate) is_next: bool,
}

impl SignedDigits {
    pub(crate) fn of(scalar: &[u64; 4]) -> Self {
        let [lowest, ..] = scalar;
        // The lowest bit of an odd number is not part of the digits.
        Self { number: *scalar, is_next: lowest & 1 == 0 }
    }

    /// Returns whether digit `at` of `digits` digits is +1. (k + 2^digits - 1)/2 is k without its
    /// lowest bit, with the highest bit set.
    #[inline(always)]
    pub(crate) fn digit(&self, at: usize, digits: usize) -> bool {
        let next = at.wrapping_add(1);
        let word = self.number.get(next / 64).copied().unwrap_or(0);
        next == digits || word >> (next & 63) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{Numbers, edges, integer, modulus, thinned, words};
    use curve25519_dalek::scalar::Scalar;

    fn bytes<const BYTES: usize>(words: &[u64]) -> [u8; BYTES] {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.try_into().unwrap()
    }

    fn numbers() -> Vec<[u64; 4]> {
        let mut numbers = Numbers::new(43);
        let mut found = edges();
        let order = integer(&ORDER);
        for multiple in 0..16u64 {
            for small in 0..4 {
                let multiple = order.wrapping_mul(&Integer::from_u64(multiple));
                found.push(words(&multiple.wrapping_add(&Integer::from_u64(small))));
                found.push(words(&multiple.wrapping_sub(&Integer::from_u64(small))));
            }
        }
        found.extend((0..500).map(|_| numbers.next::<[u64; 4]>()));
        thinned(found, 397)
    }

    #[test]
    fn numbers_of_512_bits_are_reduced_as_curve25519_dalek_does() {
        let numbers = numbers();
        for (at, high) in numbers.iter().enumerate() {
            for low in [high, &numbers[(at * 11 + 3) % numbers.len()], &ORDER, &[0; 4]] {
                let number: [u64; 8] = [*low, *high].concat().try_into().unwrap();
                let expected = Scalar::from_bytes_mod_order_wide(&bytes(&number));
                assert_eq!(bytes(&reduced(&number)), expected.to_bytes(), "{number:x?}");
            }
        }
    }

    #[test]
    fn only_what_is_less_than_the_order_is_reduced() {
        for number in numbers() {
            let theirs = Scalar::from_canonical_bytes(bytes(&number));
            assert_eq!(is_reduced(&number), bool::from(theirs.is_some()), "{number:x?}");
        }
    }

    #[test]
    fn signed_digits_add_up_to_the_scalar_or_the_next_number() {
        for number in numbers() {
            let scalar = integer(&number).rem_vartime(&modulus(&ORDER));
            let signed = SignedDigits::of(&words(&scalar));
            for digits in [253, 254, 255, 256, 260, 270, 280] {
                let mut total = Integer::ZERO;
                for at in (0..digits).rev() {
                    total = total.wrapping_add(&total);
                    total = match signed.digit(at, digits) {
                        true => total.wrapping_add(&Integer::ONE),
                        false => total.wrapping_sub(&Integer::ONE),
                    };
                }
                assert_eq!(signed.is_next, !bool::from(scalar.is_odd()));
                let next = Integer::from_u64(signed.is_next.into());
                assert_eq!(total, scalar.wrapping_add(&next), "{digits} digits");
            }
        }
    }
}
