//! Powers modulo a long odd number, for RSA.

use super::modulus::Modulus;
use super::number::SpreadNumber;
use crate::arithmetic::division::Divisor;
use crate::arithmetic::limb::Limb;
use crate::limits::MAX_RSA_BITS_IN_LANES;
use core::mem::swap;

/// Sets `result` to `base` to the power of `exponent` modulo the modulus. The three numbers have
/// the same number of words, a multiple of four, least significant first.
///
/// The exponent is odd and at least 3, and `base` and `result` are less than the modulus. If
/// `has_r_squared`, `result` must hold 4^(64·words) modulo it. `None`, with the content of `result`
/// unspecified, if the numbers are too long or the modulus is even.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn odd_power(
    words: &[u64],
    base: &[u64],
    exponent: u64,
    has_r_squared: bool,
    result: &mut [u64],
) -> Option<()> {
    let modulus = Modulus::new(words)?;
    let divisor = Divisor::with(words, reciprocal)?;
    let move_up = |value: &mut [u64], bits: usize| {
        divisor.multiply_by_power_of_two(value, bits / 64, u32::try_from(bits % 64).ok()?)
    };
    let blocks = modulus.length.blocks;
    // R is a power of two, larger than 2^(64·words).
    let bits_of_r = modulus.length.bits();
    let mut factor = SpreadNumber::of_words(base, 0, blocks);
    let mut value;
    if has_r_squared {
        // R² has twice the number of additional bits. Half of them fit into the base, which is
        // still less than R then.
        let more = bits_of_r.checked_sub(words.len().checked_mul(64)?)?;
        move_up(result, more)?;
        value = SpreadNumber::of_words(result, 0, blocks);
        let (mut wide, first_bit) =
            ([0; MAX_RSA_BITS_IN_LANES / 64 + 4], 256usize.checked_sub(more)?);
        for (place, word) in wide.iter_mut().skip(4).zip(base) {
            *place = *word;
        }
        modulus.multiply(&mut value, &SpreadNumber::of_words(&wide, first_bit, blocks))?;
    } else {
        for (place, word) in result.iter_mut().zip(base) {
            *place = *word;
        }
        move_up(result, bits_of_r)?;
        value = SpreadNumber::of_words(result, 0, blocks);
    }
    // For an exponent with only two bits set, such as 65537, the base is needed only once more. For
    // this last product the base is not in Montgomery form, so the result is not in Montgomery form
    // either.
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
        modulus.multiply(&mut value, &SpreadNumber::ONE)?;
    }
    // A product is less than 3n. It has up to two bits more than n and may be one word longer.
    let length = words.len().checked_add(1)?;
    let (mut wide, mut less) =
        ([0; MAX_RSA_BITS_IN_LANES / 64 + 1], [0; MAX_RSA_BITS_IN_LANES / 64 + 1]);
    let (mut wide, mut less) = (wide.get_mut(..length)?, less.get_mut(..length)?);
    value.write_words(wide);
    for _ in 0..2 {
        let mut borrow = 0;
        let longer = words.iter().chain(&[0]);
        for ((place, word), modulus) in less.iter_mut().zip(wide.iter()).zip(longer) {
            (*place, borrow) = word.subtract(*modulus, borrow);
        }
        if borrow != 0 {
            break;
        }
        swap(&mut wide, &mut less);
    }
    for (place, word) in result.iter_mut().zip(wide.iter()) {
        *place = *word;
    }
    Some(())
}

/// (2^192 - 1) / (`high`·2^64 + `low`) - 2^64, for a `high` whose highest bit is set, by one
/// division (N. Möller and T. Granlund, "Improved division by invariant integers", IEEE
/// Transactions on Computers 60, 2011, algorithm 6).
fn reciprocal(high: u64, low: u64) -> u64 {
    let all = u128::from(!high) << 64 | u128::from(u64::MAX);
    let by_high = all.checked_div(u128::from(high)).unwrap_or(0);
    let mut found = u64::try_from(by_high).unwrap_or(u64::MAX);
    let mut rest = high.wrapping_mul(found).wrapping_add(low);
    if rest < low {
        found = found.wrapping_sub(1);
        if rest >= high {
            found = found.wrapping_sub(1);
            rest = rest.wrapping_sub(high);
        }
        rest = rest.wrapping_sub(high);
    }
    let (t0, t1) = found.multiply(low);
    rest = rest.wrapping_add(t1);
    if rest < t1 {
        found = found.wrapping_sub(1);
        if (rest, t0) >= (high, low) {
            found = found.wrapping_sub(1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::moduli::{below, moduli, oracle};
    use super::*;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;
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
        let Some(ifma) = to_test::ifma() else { return };
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
    fn a_reciprocal_is_what_long_division_finds() {
        let mut numbers = Numbers::new(62);
        let edges = [0, 1, 2, u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1, 1 << 32];
        for step in 0..5000usize {
            let (mut high, mut low) = (numbers.word(), numbers.word());
            if step % 2 == 0 {
                high = edges[step / 2 % 8];
            }
            if step % 3 == 0 {
                low = edges[step / 3 % 8];
            }
            high |= 1 << 63;
            let all = oracle(&[u64::MAX; 3]);
            let (quotient, _) = all.div_rem(&oracle(&[low, high, 0]).to_nz().unwrap());
            assert_eq!(quotient.as_words(), [reciprocal(high, low), 1, 0], "{high:x} {low:x}");
        }
    }

    #[test]
    fn what_is_even_or_too_long_has_no_power() {
        let Some(ifma) = to_test::ifma() else { return };
        let long = [1; MAX_RSA_BITS_IN_LANES / 64 + 4];
        assert!(ifma.odd_power(&long, &long, 3, true, &mut { long }).is_none());
        assert!(ifma.odd_power(&[2, 1, 1, 1], &[1; 4], 3, true, &mut [1; 4]).is_none());
        assert!(ifma.odd_power(&[], &[], 3, true, &mut []).is_none());
    }
}
