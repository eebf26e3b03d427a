//! The values that depend on the key alone, in the words of a table: tr, and for each row the
//! polynomials of the matrix and t1·2^13, transformed. They save most of the hashing.
//!
//! Coefficients are packed as SHAKE128 yields those of the matrix: eight in three words.

use super::level::Level;
use super::polynomial::{Polynomial, normalize, product, sum, transform};
use super::public_key::PublicKey;
use super::{encoding, sample};

/// Words of the hash of a key.
const HASH_WORDS: usize = 8;
/// Words of a polynomial.
const WORDS: usize = 96;

/// The values of one key.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<'k> {
    pub(super) hash: &'k [u64; HASH_WORDS],
    polynomials: &'k [[u64; WORDS]],
}

/// The number of words for a key of this level: 1928, 3464 or 6152.
pub(crate) const fn words(level: &Level) -> usize {
    let polynomials = level.rows.wrapping_mul(level.columns.wrapping_add(1));
    polynomials.wrapping_mul(WORDS).wrapping_add(HASH_WORDS)
}

impl<'k> Prepared<'k> {
    /// Reads the words of a table; `None` if their number is not that of the level.
    pub(crate) fn of(level: &Level, all: &'k [u64]) -> Option<Self> {
        if all.len() != words(level) {
            return None;
        }
        let (hash, polynomials) = all.split_first_chunk()?;
        Some(Self { hash, polynomials: polynomials.as_chunks().0 })
    }

    /// Adds the product of `factor` and a polynomial of the matrix or, behind the last column, of
    /// t1·2^13.
    pub(super) fn add_product(
        &self,
        level: &Level,
        row: usize,
        column: usize,
        factor: &Polynomial,
        to: &mut Polynomial,
    ) -> Option<()> {
        let columns = level.columns.wrapping_add(1);
        let polynomial = self.polynomials.get(row.wrapping_mul(columns).wrapping_add(column))?;
        add_product(polynomial, factor, to);
        Some(())
    }
}

#[inline(never)]
fn add_product(polynomial: &[u64; WORDS], factor: &Polynomial, to: &mut Polynomial) {
    let mut places = to.iter_mut().zip(factor);
    sample::for_each_number(polynomial, |coefficient| {
        if let Some((place, factor)) = places.next() {
            *place = sum(*place, product(coefficient, *factor));
        }
    });
}

/// Computes the values of a key into words.
pub(crate) fn write(level: &Level, key: &PublicKey<'_>, to: &mut [u64]) -> Option<()> {
    let mut rest = to;
    for_each_part(level, key, |part| {
        let (places, behind) = core::mem::take(&mut rest).split_at_mut_checked(part.len())?;
        places.iter_mut().zip(part).for_each(|(place, word)| *place = *word);
        rest = behind;
        Some(())
    })
}

/// True if the words are the values of the key.
pub(crate) fn are_right(level: &Level, key: &PublicKey<'_>, words: &[u64]) -> bool {
    let mut rest = words;
    let equal = for_each_part(level, key, |part| {
        rest = rest.strip_prefix(part)?;
        Some(())
    });
    equal.is_some() && rest.is_empty()
}

/// Gives the parts of the values to `each`, in their order.
fn for_each_part(
    level: &Level,
    key: &PublicKey<'_>,
    mut each: impl FnMut(&[u64]) -> Option<()>,
) -> Option<()> {
    let (seed, t1) = key.parts(level)?;
    each(&key.hash())?;
    for (row, t1) in t1.iter().enumerate() {
        for column in 0..level.columns {
            each(packed(&sample::polynomial(seed, row, column)?).as_flattened())?;
        }
        let mut polynomial = [0; 256];
        encoding::read_t1(t1, &mut polynomial);
        transform(&mut polynomial);
        normalize(&mut polynomial);
        each(packed(&polynomial).as_flattened())?;
    }
    Some(())
}

/// Packs coefficients below q.
fn packed(polynomial: &Polynomial) -> [[u64; 3]; WORDS / 3] {
    let mut packed = [[0; 3]; WORDS / 3];
    for (place, coefficients) in packed.iter_mut().zip(polynomial.as_chunks::<8>().0) {
        let [a, b, c, d, e, f, g, h] = coefficients.map(u64::from);
        *place = [
            a | b << 24 | c << 48,
            c >> 16 | d << 8 | e << 32 | f << 56,
            f >> 8 | g << 16 | h << 40,
        ];
    }
    packed
}
