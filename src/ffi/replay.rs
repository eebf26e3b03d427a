//! Replay caches.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{
    keycard_proof, keycard_replay_cache, keycard_status, keycard_time, keycard_token,
};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::error::{Error, Reason};
use crate::replay::{self, HEADER_WORDS, Limits, ReplayCache};
use core::ptr;

/// Computes the size of a replay cache. KEYCARD_REPLAY_WORDS computes the same in words of 8 bytes,
/// as a constant.
///
/// Returns: the size in bytes
/// In:      entries, the number of entries: a quarter more than there are uses at one time
#[unsafe(no_mangle)]
pub extern "C" fn keycard_replay_cache_size(entries: usize) -> usize {
    replay::words_for(entries).saturating_mul(8)
}

/// Makes an empty replay cache in memory of the caller.
///
/// The cache cannot know what was used before its start. It rejects everything that was issued
/// before its start, and for the leeway after it. It remembers each proof for window plus leeway,
/// and rejects checks that need longer ones. Start it when the clock is right: if the clock is
/// behind and is set later, a proof from before the start could be used again. See
/// keycard_replay_cache_restart.
///
/// Returns: KEYCARD_OK
///          KEYCARD_MEMORY_TOO_SMALL
///          KEYCARD_REPLAY_SHARE if share is not 1 to 16
///          KEYCARD_TIME_UNAVAILABLE if the time is not known
/// In:      memory, for the cache, aligned to 8 bytes
///          size, of memory in bytes; only whole words of 8 bytes are used
///          window, the longest window of the proof rules, in seconds; 0 for a cache of tokens only
///          leeway, the longest leeway of the rules and policies, in seconds
///          share, the sixteenths of the cache that the proofs of one key may fill, 1 to 16; with
///            16, one client can fill the whole cache
///          time, the current time, or an earlier time since which nothing was accepted
/// Out:     replay, the cache; NULL on failure
/// Lifetime: the cache is valid as long as the memory; there is nothing to free
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

/// Restarts a replay cache and raises its longest window and leeway. Everything that was issued
/// before is rejected from then on, as after keycard_replay_cache_init. Recorded uses stay. Call it
/// before checks with a longer window, and after the clock was set; a monotonic clock shows that.
///
/// Returns: KEYCARD_OK
///          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
///          KEYCARD_TIME_UNAVAILABLE if the time is not known
///          KEYCARD_NOT_A_REPLAY_CACHE
/// In:      replay, a cache that no other thread uses during the call
///          window, the longest window from now on, in seconds; a value below the current one keeps
///            that
///          leeway, the longest leeway from now on, in seconds; a value below the current one keeps
///            that
///          time, the current time, read while no other thread uses the cache
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

/// Records the use of a token by issuer, kind and jti, if it is the first use. Make this the last
/// check. On failure nothing is recorded.
///
/// Returns: KEYCARD_OK if it is the first use
///          KEYCARD_REPLAYED if the token was used before
///          KEYCARD_REPLAY_FULL
///          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
///          KEYCARD_ISSUED_BEFORE_START or KEYCARD_ISSUED_IN_FUTURE for iat
///          KEYCARD_EXPIRED or KEYCARD_TIME_UNAVAILABLE
///          KEYCARD_CLAIM_MISSING without jti, without exp if the policy has no max_token_age, or
///            without iat if it has no max_lifetime
///          KEYCARD_REPLAY_LIMITS if the leeway of the policy is longer than that of the cache
///          KEYCARD_STALE
///          KEYCARD_NOT_A_REPLAY_CACHE
/// In:      replay, a cache that no other thread uses during the call
///          token, an accepted token
///          time, the current time, read while no other thread uses the cache
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
        let profile = unsafe { token.profile.read_text(reader) }?.ok_or(Reason::Stale)?;
        let bounded = token.has_max_token_age == 1;
        let max_token_age = bounded.then_some(token.max_token_age);
        cache.check_claims(&extent.claims(scratch), profile, token.leeway, max_token_age, time)
    })();
    status_of(&checked)
}

/// Records the use of a DPoP proof by key, method, URI and jti, if it is the first use. Make this
/// the last check, after those of the access token. On failure nothing is recorded.
///
/// Returns: the statuses of keycard_replay_cache_check_token
///          KEYCARD_REPLAY_KEY_FULL if the key has used its share of the cache
///          KEYCARD_REPLAY_LIMITS also if the window of the rules is longer than that of the cache
/// In:      replay, a cache that no other thread uses during the call
///          proof, a valid proof
///          time, the current time, read while no other thread uses the cache
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

/// Opens the cache at `replay`. Returns it with its memory.
///
/// # Errors
///
/// [`Reason::NotAReplayCache`].
///
/// # Safety
///
/// If `replay` is not NULL and aligned, the words of a cache header may be read there. If they are
/// one, [`keycard_replay_cache_init`] made the cache, and nothing else uses it as long as the
/// result lives.
pub(super) unsafe fn open<'m>(
    replay: *mut keycard_replay_cache,
) -> Result<(ReplayCache<'m>, Region), Error> {
    let memory: *mut u64 = replay.cast();
    // SAFETY: the caller's promise.
    let header = unsafe { Reader::ANYWHERE.elements(memory, HEADER_WORDS) }?;
    let length = ReplayCache::length_of(header).ok_or(Error::new(Reason::NotAReplayCache))?;
    // SAFETY: the caller's promise, for a cache of the length that it states.
    let words = unsafe { raw::elements_mut(memory, length) }?;
    let region = Region::of(memory, length.saturating_mul(8));
    Ok((ReplayCache::open(words)?, region))
}
