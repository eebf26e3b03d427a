//! Sampling from hashes (FIPS 204 section 7.3).

use super::level::Level;
use super::polynomial::{Polynomial, Q, product, sum};
use crate::digest::shake::Shake;

/// Words of the seed of the matrix, at the beginning of a public key.
pub(super) const SEED_WORDS: usize = 4;

/// Blocks of a hash after which sampling ends without a result. Fewer suffice, except with a
/// probability below 2^-256 (FIPS 204 appendix C).
const MAX_BLOCKS: usize = 6;

/// Samples a polynomial of the matrix (FIPS 204 algorithms 30 and 32), and adds its product with
/// `factor` to `to`. Both are transformed.
#[inline(never)]
pub(super) fn add_product(
    seed: &[u64; SEED_WORDS],
    row: usize,
    column: usize,
    factor: &Polynomial,
    to: &mut Polynomial,
) -> Option<()> {
    let mut places = to.iter_mut().zip(factor);
    sample(seed, row, column, |coefficient| {
        if let Some((place, factor)) = places.next() {
            *place = sum(*place, product(coefficient, *factor));
        }
        places.len()
    })
}

/// A polynomial of the matrix, transformed.
pub(super) fn polynomial(
    seed: &[u64; SEED_WORDS],
    row: usize,
    column: usize,
) -> Option<Polynomial> {
    let mut polynomial = [0; 256];
    let mut places = polynomial.iter_mut();
    sample(seed, row, column, |coefficient| {
        if let Some(place) = places.next() {
            *place = coefficient;
        }
        places.len()
    })?;
    Some(polynomial)
}

/// Gives the coefficients of a polynomial of the matrix to `each`, which returns how many it still
/// takes. More may follow.
#[inline(always)]
fn sample(
    seed: &[u64; SEED_WORDS],
    row: usize,
    column: usize,
    mut each: impl FnMut(u32) -> usize,
) -> Option<()> {
    let mut hasher = Shake::shake128();
    hasher.absorb_words(seed);
    hasher.absorb(&[u8::try_from(column).ok()?, u8::try_from(row).ok()?]);
    hasher.end();
    let mut missing = 256;
    for _ in 0..MAX_BLOCKS {
        for_each_number(hasher.squeeze(), |candidate| {
            if candidate < Q {
                missing = each(candidate);
            }
        });
        if missing == 0 {
            return Some(());
        }
    }
    None
}

/// The four numbers of 23 bits in 12 bytes; the highest bit of each is ignored (FIPS 204 algorithm
/// 14).
#[inline(always)]
fn numbers([a, b, c]: [u32; 3]) -> [u32; 4] {
    [a, a >> 24 | b << 8, b >> 16 | c << 16, c >> 8].map(|number| number & 0x7F_FFFF)
}

/// Gives the numbers in whole groups of three words to `each`, the lowest first.
#[inline(always)]
pub(super) fn for_each_number(words: &[u64], mut each: impl FnMut(u32)) {
    for words in words.as_chunks::<3>().0 {
        let halves = words.map(|word| {
            let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
            [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
        });
        for group in halves.as_flattened().as_chunks().0 {
            for number in numbers(*group) {
                each(number);
            }
        }
    }
}

/// Writes the negative of the challenge polynomial over zeros (FIPS 204 algorithm 29).
#[inline(never)]
pub(super) fn negative_challenge(level: &Level, seed: &[u8], to: &mut Polynomial) -> Option<()> {
    let mut hasher = Shake::shake256();
    hasher.absorb(seed);
    hasher.end();
    // The signs are the first 64 bits of output.
    let mut signs = None;
    let mut index = 0u8.wrapping_sub(level.challenge_weight);
    for _ in 0..MAX_BLOCKS {
        for word in hasher.squeeze() {
            let Some(signs) = &mut signs else {
                signs = Some(*word);
                continue;
            };
            for candidate in word.to_le_bytes() {
                if candidate > index {
                    continue;
                }
                let moved = *to.get(usize::from(candidate))?;
                *to.get_mut(usize::from(index))? = moved;
                let is_negative = *signs & 1 == 1;
                *to.get_mut(usize::from(candidate))? =
                    if is_negative { 1 } else { Q.wrapping_sub(1) };
                *signs >>= 1;
                let Some(next) = index.checked_add(1) else {
                    return Some(());
                };
                index = next;
            }
        }
    }
    None
}
