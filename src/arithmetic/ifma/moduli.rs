//! Long numbers for tests, in words, and the results of `crypto-bigint` for them.

use super::lanes::LIMB;
use crate::arithmetic::oracle::Numbers;
use crypto_bigint::BoxedUint;

pub(super) fn oracle(words: &[u64]) -> BoxedUint {
    BoxedUint::from_words(words.iter().copied())
}

/// Odd numbers of `words` words, with extreme values in words and limbs. Some of them have zero
/// words at the top.
pub(super) fn moduli(words: usize, numbers: &mut Numbers) -> Vec<Vec<u64>> {
    let mut moduli = vec![vec![u64::MAX; words], vec![0; words], vec![u64::MAX; words]];
    moduli[1][0] = 1;
    moduli[1][words - 1] = 1 << 63;
    moduli[2][words - 1] = 1;
    for shift in [0, 1, 31, 63] {
        let mut modulus: Vec<u64> = (0..words).map(|_| numbers.word()).collect();
        modulus[0] |= 1;
        modulus[words - 1] = (modulus[words - 1] | 1 << 63) >> shift;
        moduli.push(modulus);
    }
    // Numbers with long runs of ones and of zeros, through which carries propagate, and with every
    // kind of lowest limb.
    for ones in [LIMB, 1, 1 << 51 | 1, LIMB - 2] {
        let mut modulus = vec![if ones & 2 == 0 { 0 } else { u64::MAX }; words];
        modulus[0] = ones;
        modulus[words / 2] = numbers.word();
        modulus[words - 1] |= 1 << 63;
        moduli.push(modulus);
    }
    moduli
}

/// Numbers below a modulus.
pub(super) fn below(modulus: &[u64], numbers: &mut Numbers) -> Vec<Vec<u64>> {
    let limit = oracle(modulus);
    let one = BoxedUint::one_with_precision(limit.bits_precision());
    let less = limit.wrapping_sub(&one);
    let mut values =
        vec![less.wrapping_sub(&less), one.clone(), less.clone(), less.wrapping_sub(&one)];
    values.push(less.shr(1));
    for _ in 0..2 {
        let words: Vec<u64> = modulus.iter().map(|_| numbers.word()).collect();
        values.push(oracle(&words).rem(&limit.to_nz().unwrap()));
    }
    values.iter().map(|value| value.as_words().to_vec()).collect()
}
