//! The words of a cache of prepared proof keys, at an address that C passes.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::layout::keycard_proof_key_cache;
use super::raw::{self, Reader, Region};
#[cfg(feature = "dpop")]
pub(super) use crate::dpop::{ProofKeyCache, key_cache::HEADER_WORDS, words_for};
use crate::error::{Error, Reason};
#[cfg(not(feature = "dpop"))]
pub(super) use not_built::{HEADER_WORDS, ProofKeyCache, words_for};

/// The memory of a cache.
#[derive(Clone, Copy)]
pub(super) struct Words {
    start: *mut u64,
    count: usize,
}

impl Words {
    /// The memory of the cache at `cache`.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAProofKeyCache`].
    ///
    /// # Safety
    ///
    /// If `cache` is not NULL and aligned, the words of a cache header may be read there. If they
    /// are one, [`keycard_proof_key_cache_init`](super::proof_key_cache) made the cache.
    pub(super) unsafe fn of(cache: *mut keycard_proof_key_cache) -> Result<Self, Error> {
        let start: *mut u64 = cache.cast();
        // SAFETY: the caller's promise.
        let header = unsafe { Reader::ANYWHERE.elements(start, HEADER_WORDS) }?;
        let count = ProofKeyCache::length_of(header);
        Ok(Self { start, count: count.ok_or(Error::new(Reason::NotAProofKeyCache))? })
    }

    pub(super) fn region(self) -> Region {
        Region::list(self.start, self.count)
    }

    /// The cache in this memory.
    ///
    /// # Safety
    ///
    /// Nothing else uses the memory as long as the result lives.
    pub(super) unsafe fn open<'m>(self) -> Result<ProofKeyCache<'m>, Error> {
        // SAFETY: the promise of `of`, for a cache of the length that it states.
        ProofKeyCache::open(unsafe { raw::elements_mut(self.start, self.count) }?)
    }
}

/// Stands in for the cache in a library without DPoP.
#[cfg(not(feature = "dpop"))]
mod not_built {
    use crate::error::{Error, Reason};
    use crate::key::thumbprint::Thumbprint;
    use crate::signature::precompute::Precompute;
    use core::marker::PhantomData;

    pub(crate) struct ProofKeyCache<'m>(PhantomData<&'m mut [u64]>);

    pub(crate) const HEADER_WORDS: usize = 1;

    pub(crate) const fn words_for(_: usize, _: Precompute) -> usize {
        0
    }

    impl<'m> ProofKeyCache<'m> {
        pub(crate) fn new(_: &'m mut [u64], _: Precompute, _: u64) -> Result<Self, Error> {
            Err(Error::new(Reason::UnsupportedPolicy))
        }

        pub(crate) fn length_of(_: &[u64]) -> Option<usize> {
            None
        }

        pub(crate) fn open(_: &'m mut [u64]) -> Result<Self, Error> {
            Err(Error::new(Reason::NotAProofKeyCache))
        }

        pub(crate) fn admit_key(&mut self, _: &Thumbprint) {}
    }
}
