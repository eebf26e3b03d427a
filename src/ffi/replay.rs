//! Single use.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_proof, keycard_replay_cache, keycard_time, keycard_token};
use super::raw::{self, Reader, Region};
use super::status::{keycard_status, status_of};
use crate::error::{Error, Reason};
use crate::replay::{self, HEADER_WORDS, Limits, ReplayCache};
use core::ptr;

/// Bytes of a replay cache with this many entries: a quarter more than there are uses at a time. In words,
/// KEYCARD_REPLAY_WORDS is the same as a constant.
#[unsafe(no_mangle)]
pub extern "C" fn keycard_replay_cache_size(entries: usize) -> usize {
    replay::words_for(entries).saturating_mul(8)
}

/// Makes an empty replay cache in memory of the caller's. It is good as long as the memory; there is nothing
/// to free.
///
/// It does not know what was used before: what was issued until its start, and for the leeway after it, is
/// rejected. It remembers each proof for window + leeway, and rejects checks with longer ones. Start it when
/// the clock is right: if the clock is behind at the start and is then set, a proof from before the start
/// could be used again. See keycard_replay_cache_restart.
///
/// Returns: KEYCARD_OK, KEYCARD_MEMORY_TOO_SMALL, KEYCARD_REPLAY_SHARE, KEYCARD_TIME_UNAVAILABLE.
/// In: memory, size in bytes of which whole words are used; window, the longest one of the proofs' rules in
/// seconds, 0 for a cache of tokens only; leeway, the longest one of rules and policies in seconds; share,
/// the sixteenths of the cache that one key may fill with its proofs, 1 to 16 (16: one client can fill all of
/// it); time, the present, or an earlier time since which nothing was accepted.
/// Out: replay, NULL on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_replay_cache_init(
    memory: *mut u64,
    size: usize,
    window: u32,
    leeway: u32,
    share: u32,
    time: keycard_time,
    replay: *mut *mut keycard_replay_cache,
) -> keycard_status {
    let made = (|| {
        Reader::new(&[Region::one(replay), Region::of(memory, size)], &[])?;
        let time = time.read()?;
        let share = u8::try_from(share).unwrap_or(u8::MAX);
        let limits = Limits { window, leeway, share };
        // SAFETY: by the header, the memory is the caller's to give and of this size.
        ReplayCache::new(unsafe { raw::elements_mut(memory, size / 8) }?, limits, time)?;
        Ok(memory.cast())
    })();
    // SAFETY: by the header, replay may be written.
    status_of(&unsafe { raw::deliver(made, replay, ptr::null_mut()) })
}

/// Starts a replay cache again, and raises its longest window and leeway to at least these. Everything that
/// was issued before is rejected from then on, as after keycard_replay_cache_init; what was noted stays noted.
/// Call it before checks with a longer window, and after a step of the clock, which a monotonic clock shows.
///
/// Returns: KEYCARD_OK, KEYCARD_REPLAY_TIME_BEHIND, KEYCARD_TIME_UNAVAILABLE, KEYCARD_NOT_A_REPLAY_CACHE.
/// In: replay, to which no other thread has access meanwhile; window and leeway in seconds, 0 to leave them
/// as they are; time, read when that was so.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_replay_cache_restart(
    replay: *mut keycard_replay_cache,
    window: u32,
    leeway: u32,
    time: keycard_time,
) -> keycard_status {
    let restarted = (|| {
        let time = time.read()?;
        // SAFETY: by the header.
        let (mut cache, _) = unsafe { open(replay) }?;
        cache.restart(window, leeway, time)
    })();
    status_of(&restarted)
}

/// Notes the use of a token by its issuer, kind and jti, if it is the first one: the last check of all.
///
/// Returns: KEYCARD_OK if it is the first one; KEYCARD_REPLAYED; KEYCARD_REPLAY_FULL; KEYCARD_REPLAY_TIME_BEHIND;
/// KEYCARD_ISSUED_BEFORE_START; KEYCARD_ISSUED_IN_FUTURE; KEYCARD_TIME_UNAVAILABLE; KEYCARD_EXPIRED;
/// KEYCARD_CLAIM_MISSING for a token without jti or iat, or without exp and a max_token_age in its policy; KEYCARD_STALE; KEYCARD_REPLAY_LIMITS for a policy
/// with a longer leeway than that of the cache; KEYCARD_NOT_A_REPLAY_CACHE. Nothing was noted then.
/// In: replay, to which no other thread has access meanwhile; token; time, read when that was so.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_replay_cache_check_token(
    replay: *mut keycard_replay_cache,
    token: *const keycard_token,
    time: keycard_time,
) -> keycard_status {
    let checked = (|| {
        let time = time.read()?;
        // SAFETY: by the header.
        let (mut cache, region) = unsafe { open(replay) }?;
        let written = [region];
        let reader = Reader::new(&written, &[])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        let (extent, scratch) = unsafe { keycard_token::read(reader, token) }?;
        // SAFETY: as above.
        let token = unsafe { reader.structure(token) }?;
        // SAFETY: as above; the text is static.
        let profile = unsafe { token.profile.read(reader) }?.ok_or(Reason::Stale)?;
        let bounded = token.has_max_token_age == 1;
        let max_token_age = bounded.then_some(token.max_token_age);
        cache.check_claims(&extent.claims(scratch), profile, token.leeway, max_token_age, time)
    })();
    status_of(&checked)
}

/// Notes the use of a DPoP proof by its key, method, URI and jti, if it is the first one: the last check of all, after that
/// of the access token.
///
/// Returns: as keycard_replay_cache_check_token; KEYCARD_REPLAY_KEY_FULL if the key has used its share of the cache;
/// KEYCARD_REPLAY_LIMITS also for rules with a longer window.
/// In: replay, to which no other thread has access meanwhile; proof; time, read when that was so.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_replay_cache_check_proof(
    replay: *mut keycard_replay_cache,
    proof: *const keycard_proof,
    time: keycard_time,
) -> keycard_status {
    let checked = (|| {
        let time = time.read()?;
        // SAFETY: by the header.
        let (mut cache, region) = unsafe { open(replay) }?;
        let written = [region];
        let reader = Reader::new(&written, &[])?;
        // SAFETY: by the header, the proof may be read.
        let proof = unsafe { reader.structure(proof) }?;
        cache.check_use(&proof.single_use()?, time)
    })();
    status_of(&checked)
}

/// The cache at `replay`, and the memory that it writes.
///
/// # Errors
///
/// [`Reason::NotAReplayCache`].
///
/// # Safety
///
/// If `replay` is not NULL and aligned, as many words as a cache begins with may be read there; if they are those of a
/// cache, it is one that [`keycard_replay_cache_init`] made and that nobody else uses as long as the result lives.
unsafe fn open<'m>(replay: *mut keycard_replay_cache) -> Result<(ReplayCache<'m>, Region), Error> {
    let memory: *mut u64 = replay.cast();
    // SAFETY: the caller's promise.
    let header = unsafe { Reader::ANYWHERE.elements(memory, HEADER_WORDS) }?;
    let length = ReplayCache::length_of(header).ok_or(Error::new(Reason::NotAReplayCache))?;
    // SAFETY: the caller's promise, for a cache of the length that it states.
    let words = unsafe { raw::elements_mut(memory, length) }?;
    let region = Region::of(memory, length.saturating_mul(8));
    Ok((ReplayCache::open(words)?, region))
}
