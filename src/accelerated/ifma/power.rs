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
