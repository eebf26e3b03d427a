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
        (*place, carry) = place.add(*right, carry);
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
    let limbs = |words: &[u64; 4]| {
        let mut limbs = [L::ZERO; N];
        L::from_words(words, &mut limbs);
        limbs
    };
    let order = limbs(&ORDER);
    let modulus = Modulus::new(&order)?;
    let mut inverse = [L::ZERO; N];
    // With the factor R that each of the products below takes away.
    modulus.product(&limbs(&L::invert(divisor, &ORDER)?), &limbs(&R_SQUARED), &mut inverse);
    let times_inverse = |number: &[u64; 4]| {
        let (mut product, mut words) = ([L::ZERO; N], [0; 4]);
        modulus.product(&limbs(&reduced(number, 0)), &inverse, &mut product);
        L::to_words(&product, &mut words);
        words
    };
    Some((times_inverse(first), times_inverse(second)))
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
