//! A public key (FIPS 204 algorithm 22).

use super::encoding::ROW_WORDS;
use super::level::Level;
use super::sample::SEED_WORDS;
use crate::digest::shake::Shake;

/// The bytes of a public key, packed into words.
#[derive(Clone, Copy)]
pub(crate) struct PublicKey<'k> {
    pub(crate) words: &'k [u64],
}

impl<'k> PublicKey<'k> {
    /// The seed of the matrix, and the rows of t1. `None` if the level has another number of rows.
    pub(super) fn parts(
        &self,
        level: &Level,
    ) -> Option<(&'k [u64; SEED_WORDS], &'k [[u64; ROW_WORDS]])> {
        let (seed, rows) = self.words.split_first_chunk()?;
        let rows = rows.as_chunks().0;
        (rows.len() == level.rows).then_some((seed, rows))
    }

    /// tr: the hash of the key.
    pub(super) fn hash(&self) -> [u64; 8] {
        let mut hasher = Shake::shake256();
        hasher.absorb_words(self.words);
        hasher.digest()
    }
}
