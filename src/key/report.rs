//! What became of the keys of a key set.

use crate::error::{Claim, Error, Reason};
use crate::limits::MAX_REFUSALS_NAMED;

/// What loading a key set did with each of its keys (RFC 7517 section 5: keys that are not understood are
/// skipped).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyReport {
    added: usize,
    skipped: usize,
    refused: usize,
    refusals: [Refusal; MAX_REFUSALS_NAMED],
    /// Why the first key that was refused was, or else the first that was skipped.
    first: Option<Error>,
}

/// A key that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its position in the set, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
    /// The member of the key that is at fault, where there is one.
    pub claim: Option<Claim>,
}

impl KeyReport {
    pub(super) fn new() -> Self {
        let none = Refusal { index: 0, reason: Reason::KeyMalformed, claim: None };
        Self { added: 0, skipped: 0, refused: 0, refusals: [none; MAX_REFUSALS_NAMED], first: None }
    }

    /// Counts the key at `index` by what became of it.
    pub(super) fn count(&mut self, index: usize, outcome: Result<(), Error>) {
        let Err(error) = outcome else {
            self.added = self.added.saturating_add(1);
            return;
        };
        if let Reason::KeyUnsupported | Reason::KeyNotForVerification = error.reason() {
            self.skipped = self.skipped.saturating_add(1);
            self.first.get_or_insert(error);
            return;
        }
        if self.refused == 0 {
            self.first = Some(error);
        }
        if let Some(place) = self.refusals.get_mut(self.refused) {
            *place = Refusal { index, reason: error.reason(), claim: error.claim() };
        }
        self.refused = self.refused.saturating_add(1);
    }

    /// The report itself if a key was added.
    ///
    /// # Errors
    ///
    /// Why the first key that was refused was, or else the first that was skipped; [`Reason::KeyPemMissing`] if there
    /// was no key.
    #[cfg(feature = "pem")]
    pub(super) fn with_a_key(self) -> Result<Self, Error> {
        if self.added > 0 {
            return Ok(self);
        }
        Err(self.first.unwrap_or(Error::new(Reason::KeyPemMissing)))
    }

    /// Keys that were added.
    pub fn added(&self) -> usize {
        self.added
    }

    /// Keys of an unknown type, curve or algorithm, or for another use: no fault of theirs.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Keys that are broken, weak, private or secret.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// The first refused keys, at most [`MAX_REFUSALS_NAMED`], in the order of the set.
    pub fn refusals(&self) -> &[Refusal] {
        let named = self.refused.min(MAX_REFUSALS_NAMED);
        self.refusals.get(..named).unwrap_or_default()
    }
}

impl core::fmt::Debug for KeyReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyReport")
            .field("added", &self.added)
            .field("skipped", &self.skipped)
            .field("refused", &self.refused)
            .field("refusals", &self.refusals())
            .finish()
    }
}
