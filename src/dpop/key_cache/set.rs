//! One set of entries: which keys it keeps, and which it drops for others.

use super::layout::{CANDIDATES, HEAD_WORDS, Shape, scaled};
use super::name::Name;
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::key::Key;
use crate::signature;
use crate::signature::precompute::{Precomputed, TableSpec};
use crate::step_counter::StepCounter;

/// The highest credit of an entry. An entry loses one credit for each candidate that passes it, and
/// gets one for each request of its client.
const MOST_CREDIT: u8 = 3;

/// The state of an entry: the last word of its head.
#[derive(Clone, Copy)]
struct State {
    /// As in [`Precomputed`]; 0 for a free entry.
    shape: u8,
    /// The number of candidates that the entry survives.
    credit: u8,
    /// The number of precomputed words.
    words: u32,
}

impl State {
    const FREE: Self = Self { shape: 0, credit: 0, words: 0 };

    fn of(head: &[u64; HEAD_WORDS]) -> Self {
        let [.., state] = *head;
        let [shape, credit, _, _, a, b, c, d] = state.to_le_bytes();
        Self { shape, credit, words: u32::from_le_bytes([a, b, c, d]) }
    }

    fn encode(self) -> u64 {
        let [a, b, c, d] = self.words.to_le_bytes();
        u64::from_le_bytes([self.shape, self.credit, 0, 0, a, b, c, d])
    }

    fn write(self, head: &mut [u64; HEAD_WORDS]) {
        let [.., state] = head;
        *state = self.encode();
    }

    fn is_free(self) -> bool {
        self.shape == 0
    }
}

/// The precomputed values of a key.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<'m> {
    precomputed: Precomputed<'m>,
    /// The bits in which the wanted key and that of the entry differ: 0.
    pub(super) difference: u64,
}

impl Prepared<'_> {
    /// Verifies with the precomputed values in place of those of the key, which has none.
    pub(crate) fn verify(
        &self,
        key: &Key<'_>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let material = key.material().with_precomputed(self.precomputed);
        let steps = signature::verify(algorithm, &material, message, signature)?;
        Ok(steps.with_difference(self.difference))
    }
}

/// A set, split into its parts.
pub(super) struct Set<'m> {
    /// The number of the next entry to be tested.
    next: &'m mut u64,
    /// Selects the candidate that is replaced. If candidates were replaced in turn, clients that
    /// come in turn would never be seen twice.
    random: &'m mut u64,
    /// Keys that were seen once; 0 for none.
    candidates: &'m mut [u64; CANDIDATES],
    heads: &'m mut [[u64; HEAD_WORDS]],
    precomputed: &'m mut [u64],
    shape: Shape,
}

impl<'m> Set<'m> {
    /// The set that begins with the first of these words.
    pub(super) fn split(memory: &'m mut [u64], shape: Shape) -> Option<Self> {
        let ([next, random], memory) = memory.split_first_chunk_mut::<2>()?;
        let (candidates, memory) = memory.split_first_chunk_mut::<CANDIDATES>()?;
        let heads = shape.ways.saturating_mul(HEAD_WORDS);
        let (heads, precomputed) = memory.split_at_mut_checked(heads)?;
        Some(Self { next, random, candidates, heads: heads.as_chunks_mut().0, precomputed, shape })
    }

    /// The precomputed values of a key, if the set has them.
    pub(super) fn find(self, name: Name) -> Option<Prepared<'m>> {
        let way = self.way_of(name)?;
        let head = self.heads.get(way)?;
        let State { shape, words, .. } = State::of(head);
        let difference = difference(name, head);
        let start = way.checked_mul(self.shape.words)?;
        let all: &'m [u64] = self.precomputed;
        let entry = all.get(start..)?.get(..self.shape.words)?;
        let words = entry.get(..usize::try_from(words).ok()?)?;
        Some(Prepared { precomputed: Precomputed { shape, words }, difference })
    }

    /// Notes a request of the holder of a key. If the key is not in the set, it becomes a
    /// candidate.
    pub(super) fn admit(&mut self, name: Name) {
        if let Some(head) = self.way_of(name).and_then(|way| self.heads.get_mut(way)) {
            let mut state = State::of(head);
            state.credit = state.credit.saturating_add(1).min(MOST_CREDIT);
            state.write(head);
            return;
        }
        let name = name.as_candidate();
        if self.candidates.contains(&name) {
            return;
        }
        let free = self.candidates.iter().position(|candidate| *candidate == 0);
        let place = free.unwrap_or_else(|| {
            *self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            scaled(*self.random, CANDIDATES)
        });
        if let Some(place) = self.candidates.get_mut(place) {
            *place = name;
        }
    }

    /// The entry in which a key may be prepared; it is free then. `None` if the key is not
    /// a candidate, or no entry can be dropped for it yet. After the call it is not a candidate.
    pub(super) fn claim(&mut self, name: Name) -> Option<usize> {
        let name = name.as_candidate();
        *self.candidates.iter_mut().find(|candidate| **candidate == name)? = 0;
        if let Some(free) = self.heads.iter().position(|head| State::of(head).is_free()) {
            return Some(free);
        }
        let tested = usize::try_from(*self.next).unwrap_or(0);
        let next = tested.saturating_add(1);
        *self.next = if next < self.heads.len() { u64::try_from(next).unwrap_or(0) } else { 0 };
        let head = self.heads.get_mut(tested)?;
        let mut state = State::of(head);
        match state.credit.checked_sub(1) {
            Some(credit) => {
                state.credit = credit;
                state.write(head);
                None
            }
            None => {
                State::FREE.write(head);
                Some(tested)
            }
        }
    }

    /// The place for the precomputed values of an entry. `None` if they do not fit.
    pub(super) fn place(&mut self, way: usize, spec: TableSpec) -> Option<&mut [u64]> {
        let start = way.checked_mul(self.shape.words)?;
        let entry = self.precomputed.get_mut(start..)?.get_mut(..self.shape.words)?;
        entry.get_mut(..spec.words)
    }

    /// Makes an entry that of a key whose precomputed values are in their place.
    pub(super) fn fill(&mut self, way: usize, name: Name, spec: TableSpec) {
        if let Some(head) = self.heads.get_mut(way) {
            let [a, b, c, d] = name.words();
            let words = u32::try_from(spec.words).unwrap_or(0);
            *head = [a, b, c, d, State { shape: spec.shape, credit: 1, words }.encode()];
        }
    }

    /// The entry of a key.
    fn way_of(&self, name: Name) -> Option<usize> {
        let is_it = |head| difference(name, head) == 0 && !State::of(head).is_free();
        self.heads.iter().position(is_it)
    }
}

/// The bits in which a name and that of an entry differ.
fn difference(name: Name, head: &[u64; HEAD_WORDS]) -> u64 {
    let [a, b, c, d, _] = *head;
    name.difference([a, b, c, d])
}
