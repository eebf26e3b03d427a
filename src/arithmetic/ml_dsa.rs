//! ML-DSA (FIPS 204): the verification of one signature, row by row.
//!
//! The public matrix is never stored: each of its coefficients is multiplied when it is sampled.
//! One row is one polynomial, which is hashed when it is complete.

mod encoding;
pub(crate) mod level;
mod polynomial;
pub(crate) mod prepared;
mod public_key;
mod sample;

use crate::digest::shake::Shake;
use crate::switches::PRECOMPUTE;
use core::hint::black_box;
use encoding::{Hints, SignatureParts};
use level::Level;
use polynomial::{Polynomial, add_product, invert, transform};
use prepared::Prepared;
use public_key::PublicKey;

/// A public key, and its prepared values.
#[derive(Clone, Copy)]
pub(crate) struct Key<'k> {
    pub(crate) public: PublicKey<'k>,
    pub(crate) prepared: Option<Prepared<'k>>,
}

impl<'k> Key<'k> {
    /// A key without prepared values.
    pub(crate) const fn new(words: &'k [u64]) -> Self {
        Self { public: PublicKey { words }, prepared: None }
    }

    /// A build that precomputes nothing never uses prepared values.
    fn prepared(&self) -> Option<&Prepared<'k>> {
        self.prepared.as_ref().filter(|_| PRECOMPUTE)
    }

    /// tr: the hash of the key.
    fn hash(&self) -> [u64; 8] {
        if let Some(prepared) = self.prepared() {
            return *prepared.hash;
        }
        self.public.hash()
    }

    /// Adds the product of `factor` and a polynomial of the matrix.
    fn add_matrix_product(
        &self,
        level: &Level,
        row: usize,
        column: usize,
        factor: &Polynomial,
        to: &mut Polynomial,
    ) -> Option<()> {
        if let Some(prepared) = self.prepared() {
            return prepared.add_product(level, row, column, factor, to);
        }
        let (seed, _) = self.public.parts(level)?;
        sample::add_product(seed, row, column, factor, to)
    }

    /// Adds the product of `factor` and t1·2^13. `work` is overwritten.
    fn add_t1_product(
        &self,
        level: &Level,
        row: usize,
        factor: &Polynomial,
        work: &mut Polynomial,
        to: &mut Polynomial,
    ) -> Option<()> {
        if let Some(prepared) = self.prepared() {
            return prepared.add_product(level, row, level.columns, factor, to);
        }
        let (_, t1) = self.public.parts(level)?;
        encoding::read_t1(t1.get(row)?, work);
        transform(work);
        add_product(to, work, factor);
        Some(())
    }
}

/// The bits in which the challenge of the signature differs from the right one: zero for a valid
/// signature of the message with an empty context (FIPS 204 algorithms 3 and 8). `None` if the
/// signature is malformed, or if a number in it is too large.
///
/// `KEPT` is the number of columns of the response that are transformed once and kept, a kilobyte
/// each. The others are transformed again for each row.
// Inlining would add its stack frame to all other algorithms.
#[inline(never)]
pub(crate) fn difference<const KEPT: usize>(
    level: &Level,
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
) -> Option<u64> {
    let mut kept = [[0; 256]; KEPT];
    verify(level, key, message, signature, &mut kept)
}

#[inline(never)]
fn verify(
    level: &Level,
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
    kept: &mut [Polynomial],
) -> Option<u64> {
    let parts = SignatureParts::of(level, signature)?;
    let mut hints = Hints::of(level, parts.hints)?;
    for (column, place) in kept.iter_mut().enumerate().take(level.columns) {
        parts.response(level, column, place)?;
        transform(place);
    }
    let mut challenge = [0; 256];
    sample::negative_challenge(level, parts.challenge, &mut challenge)?;
    transform(&mut challenge);
    let mut hasher = Shake::shake256();
    absorb_representative(key, message, &mut hasher);
    let mut sum = [0; 256];
    let mut other = [0; 256];
    for row in 0..level.rows {
        sum.fill(0);
        for column in 0..level.columns {
            let response = match kept.get(column) {
                Some(response) => response,
                None => {
                    parts.response(level, column, &mut other)?;
                    transform(&mut other);
                    &other
                }
            };
            key.add_matrix_product(level, row, column, response, &mut sum)?;
        }
        key.add_t1_product(level, row, &challenge, &mut other, &mut sum)?;
        invert(&mut sum);
        hints.mark(row, &mut sum)?;
        encoding::absorb_high_bits(level, &sum, &mut hasher);
    }
    Some(differing_bits(&hasher.digest(), parts.challenge))
}

/// Absorbs the representative µ of the message (FIPS 204 algorithms 3 and 7). It hashes the hash of
/// the key, zero for the pure version, zero for the length of the context, and the message.
#[inline(never)]
fn absorb_representative(key: &Key<'_>, message: &[u8], hasher: &mut Shake) {
    hasher.absorb_words(&key.hash());
    hasher.absorb(&[0, 0]);
    hasher.absorb(message);
    let representative = hasher.digest();
    *hasher = Shake::shake256();
    hasher.absorb_words(&representative);
}

/// All bits are compared and counted, and the count is part of the result, so a skipped comparison
/// shows.
fn differing_bits(digest: &[u64; 8], challenge: &[u8]) -> u64 {
    let words = challenge.as_chunks::<8>().0.iter().zip(digest);
    let (bits, compared) = words.fold((0, 0usize), |(bits, compared), (bytes, word)| {
        (bits | (u64::from_le_bytes(*bytes) ^ word), compared.wrapping_add(8))
    });
    if compared == black_box(challenge.len()) { bits } else { u64::MAX }
}

#[cfg(test)]
mod tests;
