//! Powers modulo a long odd number, as RSA has them.

use super::modulus::{BLOCK_BITS, Modulus, ONE, ZERO, write_limbs, write_words};
use crate::arithmetic::division::Divisor;
use crate::arithmetic::limb::Limb;
use crate::limits::MAX_RSA_BITS;

/// Sets `result` to `base` to the power of `exponent` modulo the modulus. If `has_r_squared`, `result` is 4^(64·words)
/// modulo it before. All three have as many words, a multiple of four, the least significant first; the exponent is odd and
/// 3 or more, base and result are less than the modulus. `None`, with the result undefined, if the numbers are too long or
/// the modulus even.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn odd_power(
    words: &[u64],
    base: &[u64],
    exponent: u64,
    has_r_squared: bool,
    result: &mut [u64],
) -> Option<()> {
    let modulus = Modulus::new(words)?;
    let divisor = Divisor::new(words)?;
    let move_up = |value: &mut [u64], bits: usize| {
        divisor.multiply_by_power_of_two(value, bits / 64, u32::try_from(bits % 64).ok()?)
    };
    // R is a power of two, and that times that of the words is the larger.
    let bits_of_r = BLOCK_BITS.checked_mul(modulus.used)?;
    let (mut value, mut factor) = (ZERO, ZERO);
    write_limbs(base, factor.get_mut(..modulus.used)?);
    if has_r_squared {
        let more = bits_of_r.checked_sub(words.len().checked_mul(64)?)?.checked_mul(2)?;
        move_up(result, more)?;
        write_limbs(result, value.get_mut(..modulus.used)?);
        modulus.multiply(&mut value, &factor)?;
    } else {
        for (place, word) in result.iter_mut().zip(base) {
            *place = *word;
        }
        move_up(result, bits_of_r)?;
        write_limbs(result, value.get_mut(..modulus.used)?);
    }
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
                        let expected = power(&modulus, base, exponent);
                        for has_r_squared in [false, true] {
                            let mut result =
                                if has_r_squared { r_squared.clone() } else { vec![1; words] };
                            ifma.odd_power(&modulus, base, exponent, has_r_squared, &mut result)
                                .unwrap();
                            assert_eq!(oracle(&result), expected, "{base:x?} mod {modulus:x?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_even_or_too_long_has_no_power() {
        let Some(ifma) = ifma_to_test() else { return };
        let long = [1; MAX_RSA_BITS / 64 + 4];
        assert!(ifma.odd_power(&long, &long, 3, true, &mut { long }).is_none());
        assert!(ifma.odd_power(&[2, 1, 1, 1], &[1; 4], 3, true, &mut [1; 4]).is_none());
        assert!(ifma.odd_power(&[], &[], 3, true, &mut []).is_none());
    }
}
