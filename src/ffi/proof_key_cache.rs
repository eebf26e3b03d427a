//! Caches of prepared proof keys.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::dpop::{self, Call};
use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_proof, keycard_proof_key_cache,
    keycard_proof_rules, keycard_status, keycard_time,
};
use super::proof_key_words::{ProofKeyCache, Words, words_for};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::error::{Error, Member, Reason};
use crate::signature::precompute::Precompute;
use core::ptr;

/// Computes the size of a cache of prepared proof keys. KEYCARD_PROOF_KEY_WORDS computes the same
/// in words of 8 bytes, as a constant.
///
/// Returns: the size in bytes: for each entry precompute and 40 bytes, and about 520 bytes for each
///            16 entries; 16 or more entries are rounded up to a multiple of 16
///          0 if precompute is not one of KEYCARD_PRECOMPUTE_…, or DPoP is not built in
/// In:      entries, the number of keys to keep prepared
///          precompute, one of KEYCARD_PRECOMPUTE_…
#[unsafe(no_mangle)]
pub extern "C" fn keycard_proof_key_cache_size(entries: usize, precompute: u32) -> usize {
    let words = precompute_of(precompute).map(|precompute| words_for(entries, precompute));
    words.unwrap_or(0).saturating_mul(8)
}

/// Makes an empty cache of prepared proof keys in memory of the caller.
///
/// The cache makes the verdict on a proof of a known key cheaper, and never changes it: the
/// precomputed values of a key are used only for the same key. It keeps keys of every
/// kind. New keys never drop a prepared key whose client comes again.
///
/// Returns: KEYCARD_OK
///          KEYCARD_MEMORY_TOO_SMALL
///          KEYCARD_POLICY_EMPTY if precompute is KEYCARD_PRECOMPUTE_NONE
///          KEYCARD_POLICY_VALUE if precompute is another value
///          KEYCARD_UNSUPPORTED_POLICY if DPoP is not built in
/// In:      memory, for the cache, aligned to 8 bytes
///          size, of memory in bytes; only whole words of 8 bytes are used
///          precompute, for each key: KEYCARD_PRECOMPUTE_2KB suits most servers
///          seed, a random number that clients do not know: they cannot choose keys that use the
///            same entries
/// Out:     cache, the cache; NULL on failure
/// Lifetime: the cache is valid as long as the memory; there is nothing to free
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_proof_key_cache_init(
    memory: *mut u64,
    size: usize,
    precompute: u32,
    seed: u64,
    cache: *mut *mut keycard_proof_key_cache,
) -> keycard_status {
    let made = (|| {
        Reader::new(&[Region::one(cache), Region::of(memory, size)], &[])?;
        let precompute = precompute_of(precompute)?;
        // SAFETY: by the header, the memory is the caller's to give and of this size.
        ProofKeyCache::new(unsafe { raw::elements_mut(memory, size / 8) }?, precompute, seed)?;
        Ok(memory.cast())
    })();
    // SAFETY: by the header, cache may be written.
    status_of(&unsafe { raw::deliver(made, cache, ptr::null_mut()) })
}

/// Like keycard_dpop_validate, with prepared keys. Then call keycard_proof_key_cache_admit if the
/// access token was accepted.
///
/// Returns: the statuses of keycard_dpop_validate
///          KEYCARD_NOT_A_PROOF_KEY_CACHE
/// In:      cache, that no other thread uses during the call
///          rules, the requirements for the proof
///          time, the current time
///          jwt, the proof without surrounding space
/// Out:     scratch, overwritten: a token in it becomes stale; free for the access token after the
///            call; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
///          proof, the valid proof; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: proof points to nothing
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_proof_key_cache_validate(
    cache: *mut keycard_proof_key_cache,
    rules: *const keycard_proof_rules,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    proof: *mut keycard_proof,
    detail: *mut keycard_detail,
) -> keycard_status {
    let call = Call { rules, time, jwt, scratch };
    // SAFETY: by the header, as for keycard_dpop_validate.
    unsafe { dpop::validate_with(Some(cache), &call, proof, detail) }
}

/// Notes that the request with this proof was accepted. The next valid proof of the same key
/// prepares the key; those after it are cheap. Call it after the access token was accepted: then
/// only clients with a token can fill the cache.
///
/// Returns: KEYCARD_OK
///          KEYCARD_STALE if the proof was never filled
///          KEYCARD_NOT_A_PROOF_KEY_CACHE
/// In:      cache, that no other thread uses during the call
///          proof, a valid proof
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_proof_key_cache_admit(
    cache: *mut keycard_proof_key_cache,
    proof: *const keycard_proof,
) -> keycard_status {
    let admitted = (|| {
        // SAFETY: by the header.
        let words = unsafe { Words::of(cache) }?;
        let written = [words.region()];
        let reader = Reader::new(&written, &[Region::one(proof)])?;
        // SAFETY: by the header, the proof may be read.
        let key = unsafe { reader.structure(proof) }?.key()?;
        // SAFETY: by the header; the proof is elsewhere.
        unsafe { words.open() }?.admit_key(&key);
        Ok(())
    })();
    status_of(&admitted)
}

fn precompute_of(bytes: u32) -> Result<Precompute, Error> {
    let precompute = usize::try_from(bytes).ok().and_then(Precompute::from_bytes);
    precompute.ok_or(Error::new(Reason::PolicyValue).about(Member::Precompute))
}
