//! An accepted token that owns its memory. For programs with an allocator (feature `alloc`).

extern crate alloc;

use crate::batch::{self, BatchEntry};
use crate::error::Error;
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::{BATCH, scratch_size};
use crate::policy::Policy;
use crate::time::Time;
use crate::validate::{self, Token, Verdict};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// An accepted token that owns its claims, so that it may outlive the call. Only validation makes
/// one. It takes [`scratch_size`] of the length of the token.
///
/// ```
/// # fn f(jwt: &str, keys: keycard::Keys<'_>, policy: &keycard::Policy<'_>, time: keycard::Time)
/// # -> Result<(), keycard::Error> {
/// let owned = keycard::OwnedToken::validate(jwt, keys, policy, time)?;
/// println!("{:?}", owned.token().claims().string("sub"));
/// # Ok(())
/// # }
/// ```
pub struct OwnedToken {
    verdict: Verdict,
    scratch: Box<[u8]>,
}

impl OwnedToken {
    /// Validates a token like [`validate`](crate::validate()), with a scratch of its own.
    ///
    /// # Errors
    ///
    /// As for [`validate`](crate::validate()), but never
    /// [`ScratchTooSmall`](crate::Reason::ScratchTooSmall).
    pub fn validate(
        token: impl AsRef<[u8]>,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        time: Time,
    ) -> Result<Self, Error> {
        let token = token.as_ref();
        let mut scratch = Self::scratch_for(&[token]);
        let verify = verifier::in_software;
        let verdict = validate::decide(token, keys, policy, time, &mut scratch, verify)?;
        Self::of(verdict, scratch)
    }

    /// Validates many tokens like [`validate_all`](crate::validate_all()). The verdicts are in the
    /// order of the tokens.
    pub fn validate_all(
        tokens: &[impl AsRef<[u8]>],
        keys: Keys<'_>,
        policy: &Policy<'_>,
        time: Time,
    ) -> Vec<Result<Self, Error>> {
        // One batch after the other, so that its memory stays in the cache.
        let (batches, rest) = tokens.as_chunks::<BATCH>();
        let batches = batches.iter().map(<[_; BATCH]>::as_slice).chain([rest]);
        batches.flat_map(|batch| Self::validate_batch(batch, keys, policy, time)).collect()
    }

    fn validate_batch(
        tokens: &[impl AsRef<[u8]>],
        keys: Keys<'_>,
        policy: &Policy<'_>,
        time: Time,
    ) -> Vec<Result<Self, Error>> {
        let mut scratches: Vec<_> =
            tokens.iter().map(|token| Self::scratch_for(&[token.as_ref()])).collect();
        let pairs = tokens.iter().zip(&mut scratches);
        let mut entries: Vec<_> =
            pairs.map(|(token, scratch)| BatchEntry::new(token, scratch)).collect();
        batch::validate_all(&mut entries, keys, policy, time);
        let outcomes: Vec<_> = entries.iter().map(BatchEntry::outcome).collect();
        let pairs = outcomes.into_iter().zip(scratches);
        pairs.map(|(outcome, scratch)| Self::of(outcome?, scratch)).collect()
    }

    /// A scratch that is enough for all these texts together.
    pub(crate) fn scratch_for(texts: &[&[u8]]) -> Box<[u8]> {
        let sum = texts.iter().fold(0usize, |sum, it| sum.saturating_add(scratch_size(it.len())));
        vec![0; sum].into_boxed_slice()
    }

    pub(crate) fn of(verdict: Verdict, mut scratch: Box<[u8]>) -> Result<Self, Error> {
        Token::of(verdict, &mut scratch)?;
        Ok(Self { verdict, scratch })
    }

    /// The token. It borrows the claims.
    pub fn token(&self) -> Token<'_> {
        Token { verdict: self.verdict, scratch: &self.scratch }
    }
}

impl core::fmt::Debug for OwnedToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.token().fmt(f)
    }
}
