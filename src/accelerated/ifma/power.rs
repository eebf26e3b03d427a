//! Powers modulo a long odd number, as RSA has them.

use super::modulus::{Modulus, ONE, ZERO, blocks_for, write_limbs, write_words};
use crate::arithmetic::limb::Limb;
use crate::limits::MAX_RSA_BITS;

/// Sets `result`, which is 4^(64·words) modulo the modulus before, to `base` to the power of `exponent` modulo it. All
/// three have as many words, a multiple of four, the least significant first; the exponent is odd and 3 or more, base
/// and result are less than the modulus. `None`, with the result undefined, if the numbers are too long or the modulus
/// even.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn odd_power(
    words: &[u64],
    base: &[u64],
    exponent: u64,
    result: &mut [u64],
) -> Option<()> {
    let modulus = Modulus::new(words)?;
    // That and R² are powers of two, R² the larger: 2^832 for each block, which is thirteen words.
    let more = blocks_for(words.len()).checked_mul(13)?.checked_sub(words.len().checked_mul(2)?)?;
    multiply_by_words(result, words, more)?;
    let (mut value, mut factor) = (ZERO, ZERO);
    write_limbs(base, factor.get_mut(..modulus.used)?);
    write_limbs(result, value.get_mut(..modulus.used)?);
    modulus.multiply(&mut value, &factor)?;
    // For exponents like 65537, with no bit between the first and the last, the base is needed just once more: as it
    // is, so that the last product leaves Montgomery form, too.
    let sparse = exponent.count_ones() == 2;
    if !sparse {
        factor = value;
    }
    for bit in (0..exponent.checked_ilog2()?).rev() {
        modulus.square(&mut value)?;
        if exponent >> bit & 1 == 1 {
            modulus.multiply(&mut value, &factor)?;
        }
    }
    if !sparse {
        modulus.multiply(&mut value, &ONE)?;
    }
    // A product of numbers below 2n is below 2n; with one more bit than n it may be a word longer.
    let mut wide = [0; MAX_RSA_BITS / 64 + 1];
    write_words(value.get(..modulus.used)?, &mut wide);
    let (mut less, mut borrow) = (wide, 0);
    for (place, modulus) in less.iter_mut().zip(words.iter().chain(&[0])) {
        (*place, borrow) = place.subtract(*modulus, borrow);
    }
    for (place, word) in result.iter_mut().zip(if borrow == 0 { less } else { wide }) {
        *place = word;
    }
    Some(())
}

/// Sets a value that is less than the modulus n to 2^64 times itself modulo n, so many times: each a step of division as
/// D. E. Knuth has it ("The Art of Computer Programming", volume 2, section 4.3.1, algorithm D).
fn multiply_by_words(value: &mut [u64], modulus: &[u64], times: usize) -> Option<()> {
    let used = modulus.iter().rposition(|word| *word != 0)?.checked_add(1)?;
    let (modulus, value) = (modulus.get(..used)?, value.get_mut(..used)?);
    // 2^(64·used) - n: with what is added of it, q·n is taken away but for q in the word above.
    let mut complement = [0; MAX_RSA_BITS / 64];
    let complement = complement.get_mut(..used)?;
    let mut carry = 1;
    for (place, word) in complement.iter_mut().zip(modulus) {
        (*place, carry) = Limb::add(!*word, carry, 0);
    }
    let shift = modulus.last()?.leading_zeros();
    // The three highest words, moved up by as many bits as the highest of the modulus has zeros.
    let top = |words: &[u64]| {
        let mut words = words.iter().rev().copied();
        let [w0, w1, w2, w3] = [(); 4].map(|()| words.next().unwrap_or(0));
        let join =
            |high: u64, low: u64| high << shift | low.unbounded_shr(64u32.wrapping_sub(shift));
        [join(w0, w1), join(w1, w2), join(w2, w3)].map(u128::from)
    };
    let [n0, n1, _] = top(modulus);
    for _ in 0..times {
        let [v0, v1, v2] = top(value);
        // By the highest word it is two more than the quotient at most, with the second hardly ever more.
        let dividend = v0 << 64 | v1;
        let mut quotient = dividend.checked_div(n0)?.min(u64::MAX.into());
        let mut rest = dividend.wrapping_sub(quotient.wrapping_mul(n0));
        while rest >> 64 == 0 && quotient.wrapping_mul(n1) > rest << 64 | v2 {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(n0);
        }
        let quotient = u64::try_from(quotient).ok()?;
        let (mut below, mut carry) = (0, 0);
        for (place, word) in value.iter_mut().zip(&*complement) {
            let shifted = below;
            below = *place;
            (*place, carry) = word.multiply_add(quotient, shifted, carry);
        }
        // 0, or -1 or -2 where the quotient was too large.
        let mut above = below.wrapping_add(carry).wrapping_sub(quotient);
        for _ in 0..2 {
            if above == 0 {
                break;
            }
            let mut carry = 0;
            for (place, word) in value.iter_mut().zip(modulus) {
                (*place, carry) = Limb::add(*place, *word, carry);
            }
            above = above.wrapping_add(carry);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::moduli::{below, moduli, oracle};
    use super::*;
    use crate::accelerated::ifma_to_test;
    use crate::arithmetic::oracle::Numbers;
    use crypto_bigint::{BoxedUint, Resize as _};

    /// 2^(128·words) modulo the modulus.
    fn r_squared(modulus: &[u64]) -> Vec<u64> {
        let n = oracle(modulus).to_nz().unwrap();
        let one = oracle(&[1]).resize(n.bits_precision()).rem(&n);
        let power = (0..128 * modulus.len()).fold(one, |power, _| power.add_mod(&power, &n));
        power.as_words().to_vec()
    }

    fn power(modulus: &[u64], base: &[u64], exponent: u64) -> BoxedUint {
        let n = oracle(modulus).to_nz().unwrap();
        let base = oracle(base);
        (0..exponent.ilog2()).rev().fold(base.clone(), |power, bit| {
            let square = power.mul_mod(&power, &n);
            if exponent >> bit & 1 == 1 { square.mul_mod(&base, &n) } else { square }
        })
    }

    #[test]
    fn powers_agree_with_the_oracle_for_all_lengths() {
        let Some(ifma) = ifma_to_test() else { return };
        let mut numbers = Numbers::new(61);
        for words in (4..=64).step_by(4) {
            for modulus in moduli(words, &mut numbers) {
                let r_squared = r_squared(&modulus);
                for (at, base) in below(&modulus, &mut numbers).iter().enumerate() {
                    let exponents = [3u64, 5, 7, 17, 35, 65537, 65539, 0xFFFF_FFFF, 0x1_FFFF_FFFF];
                    for exponent in [65537, exponents[(at + words) % exponents.len()]] {
                        let mut result = r_squared.clone();
                        ifma.odd_power(&modulus, base, exponent, &mut result).unwrap();
                        let expected = power(&modulus, base, exponent);
                        assert_eq!(oracle(&result), expected, "{base:x?} mod {modulus:x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_even_or_too_long_has_no_power() {
        let Some(ifma) = ifma_to_test() else { return };
        let long = [1; MAX_RSA_BITS / 64 + 4];
        assert!(ifma.odd_power(&long, &long, 3, &mut { long }).is_none());
        assert!(ifma.odd_power(&[2, 1, 1, 1], &[1; 4], 3, &mut [1; 4]).is_none());
        assert!(ifma.odd_power(&[], &[], 3, &mut []).is_none());
    }

    #[test]
    fn words_are_put_below_a_number_modulo_the_modulus() {
        let mut numbers = Numbers::new(62);
        for words in [1, 2, 3, 4, 31, 32, 64] {
            for modulus in moduli(words.max(2), &mut numbers) {
                let wide = 64 * u32::try_from(modulus.len() + 1).unwrap();
                let wide_modulus = oracle(&modulus).resize(wide).to_nz().unwrap();
                for value in below(&modulus, &mut numbers) {
                    for times in 0..4 {
                        let mut found = value.clone();
                        multiply_by_words(&mut found, &modulus, times).unwrap();
                        let exact = (0..times).fold(oracle(&value), |value, _| {
                            let more = value.resize(wide).shl(64).rem(&wide_modulus);
                            more.resize(64 * u32::try_from(modulus.len()).unwrap())
                        });
                        assert_eq!(oracle(&found), exact, "{value:x?} mod {modulus:x?}");
                    }
                }
            }
        }
    }
}
