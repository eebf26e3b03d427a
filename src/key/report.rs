//! The report on loading a key set, with the outcome for each key.

use crate::error::line::Line;
use crate::error::{Error, Reason};
use crate::limits::MAX_FINDINGS_NAMED;

/// The outcome of loading a key set, for each of its keys. Keys that are not understood are skipped
/// (RFC 7517 section 5).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyReport {
    added: usize,
    rejected: Findings,
    skipped: Findings,
    noted: Findings,
}

/// A key of a set that was rejected, skipped, or added with a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The index of the key in the set, from 0.
    pub index: usize,
    /// The error. [`Error::member`] is the member of the key that is at fault, if the fault is in
    /// one member. [`Error::offset`] counts from the first byte of the key.
    pub error: Error,
}

/// The first keys with one outcome, and the number of all keys with it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Findings {
    count: usize,
    first: [Finding; MAX_FINDINGS_NAMED],
}

impl Findings {
    fn none() -> Self {
        let none = Finding { index: 0, error: Error::new(Reason::KeyMalformed) };
        Self { count: 0, first: [none; MAX_FINDINGS_NAMED] }
    }

    fn add(&mut self, index: usize, error: Error) {
        if let Some(place) = self.first.get_mut(self.count) {
            *place = Finding { index, error };
        }
        self.count = self.count.saturating_add(1);
    }

    fn named(&self) -> &[Finding] {
        let named = self.count.min(MAX_FINDINGS_NAMED);
        self.first.get(..named).unwrap_or_default()
    }
}

impl KeyReport {
    pub(super) fn new() -> Self {
        let none = Findings::none();
        Self { added: 0, rejected: none, skipped: none, noted: none }
    }

    /// Counts the key at `index` by its outcome: added, added with a note, or an error.
    pub(super) fn count(&mut self, index: usize, outcome: Result<Option<Error>, Error>) {
        match outcome {
            Ok(note) => {
                self.added = self.added.saturating_add(1);
                if let Some(note) = note {
                    self.noted.add(index, note);
                }
            }
            Err(error)
                if error.is(Reason::KeyUnsupported) || error.is(Reason::KeyNotForVerification) =>
            {
                self.skipped.add(index, error);
            }
            Err(error) => self.rejected.add(index, error),
        }
    }

    /// Returns the report if at least one key was added.
    ///
    /// # Errors
    ///
    /// The reason of the first rejected key, or else of the first skipped one;
    /// [`Reason::KeyPemMissing`] if there was no key.
    pub(super) fn with_a_key(self) -> Result<Self, Error> {
        if self.added > 0 {
            return Ok(self);
        }
        let first = self.rejected.named().first().or(self.skipped.named().first());
        Err(first.map_or(Error::new(Reason::KeyPemMissing), |first| first.error))
    }

    /// The number of keys that were added.
    pub fn added(&self) -> usize {
        self.added
    }

    /// The number of skipped keys. They are valid, but their type, curve or algorithm is unknown,
    /// or they are for another use.
    pub fn skipped(&self) -> usize {
        self.skipped.count
    }

    /// The number of rejected keys: broken, weak, private, secret or revoked ones.
    pub fn rejected(&self) -> usize {
        self.rejected.count
    }

    /// The number of keys that were added with a note.
    pub fn noted(&self) -> usize {
        self.noted.count
    }

    /// The first rejected keys, at most [`MAX_FINDINGS_NAMED`], in the order of the set.
    pub fn rejections(&self) -> &[Finding] {
        self.rejected.named()
    }

    /// The first skipped keys, at most [`MAX_FINDINGS_NAMED`], in the order of the set.
    pub fn skips(&self) -> &[Finding] {
        self.skipped.named()
    }

    /// The first keys with a note, at most [`MAX_FINDINGS_NAMED`], in the order of the set. The
    /// note on a key is [`Reason::KeyLeadingZero`] or [`Reason::KeyShortCoordinate`].
    pub fn notes(&self) -> &[Finding] {
        self.noted.named()
    }
}

impl core::fmt::Display for Finding {
    /// `3: the key is malformed (kid)`
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let line = Line { stage: "", offset: None, ..self.error.line() };
        write!(f, "{}: {line}", self.index)
    }
}

impl core::fmt::Debug for KeyReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyReport")
            .field("added", &self.added)
            .field("skipped", &self.skipped.count)
            .field("rejected", &self.rejected.count)
            .field("noted", &self.noted.count)
            .field("rejections", &self.rejections())
            .field("skips", &self.skips())
            .field("notes", &self.notes())
            .finish()
    }
}
