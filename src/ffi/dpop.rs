//! DPoP proofs.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_proof, keycard_proof_key_cache,
    keycard_proof_rules, keycard_status, keycard_time,
};
use super::lists::TextList;
use super::proof_key_words::{ProofKeyCache, Words};
use super::raw::{self, Reader, Region};
use super::status::conclude_at;
use super::validate::{needing_all, scratch_for};
#[cfg(feature = "dpop")]
use crate::dpop;
use crate::error::{Error, Reason};
use crate::key::thumbprint::Thumbprint;
use crate::replay::{SingleUse, holder_of};
use crate::time::Time;

/// There is no access token: the request goes to the token endpoint, or to the endpoint for pushed
/// authorization requests.
pub const KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN: u32 = 1;
/// No nonce was provided to the client.
pub const KEYCARD_PROOF_NONCE_NOT_PROVIDED: u32 = 1 << 1;
/// There is no transaction token in the request of a workload, or it is never read.
pub const KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN: u32 = 1 << 2;

/// A DPoP proof (RFC 9449).
pub const KEYCARD_PROOF_KIND_DPOP: u32 = 0;
/// A workload proof token with the type wpt+jwt. Only keycard_validate_bound_once takes it, with a
/// policy for KEYCARD_PROFILE_WORKLOAD_IDENTITY. window is the longest time until exp. method and
/// nonces are absent; access_token and transaction_token are each given or waived by a flag.
pub const KEYCARD_PROOF_KIND_WORKLOAD: u32 = 1;

/// Decides if a DPoP proof is valid (RFC 9449 section 4.3). The proof is the value of the one DPoP
/// header of a request.
///
/// Then give key32 of the proof to the policy for the access token, as dpop_key32: a bound token is
/// rejected without it. As the last check, pass the proof to keycard_replay_cache_check_proof. A
/// proof that goes neither there nor to a store of the caller can be used again.
///
/// Returns: KEYCARD_OK if the proof is valid
///          KEYCARD_TIME_UNAVAILABLE if the time is not known
///          KEYCARD_UNSUPPORTED_POLICY if DPoP is not built in
///          another status that says why not: the rules are wrong at KEYCARD_STAGE_USAGE, the proof
///            at KEYCARD_STAGE_PROOF
/// In:      rules, the requirements for the proof
///          time, the current time
///          jwt, the proof without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
/// Out:     scratch, overwritten: a token in it becomes stale; free for the access token after the
///            call; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
///          proof, the valid proof; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: proof points to nothing
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_dpop_validate(
    rules: *const keycard_proof_rules,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    proof: *mut keycard_proof,
    detail: *mut keycard_detail,
) -> keycard_status {
    let call = Call { rules, time, jwt, scratch };
    // SAFETY: by the header.
    unsafe { validate_with(None, &call, proof, detail) }
}

/// The inputs of a validation, and its scratch.
pub(super) struct Call {
    pub(super) rules: *const keycard_proof_rules,
    pub(super) time: keycard_time,
    pub(super) jwt: keycard_bytes,
    pub(super) scratch: keycard_buffer,
}

/// Validates a proof, with a cache or without one.
///
/// # Safety
///
/// The call, `proof` and `detail` are as the header says at [`keycard_dpop_validate`], and `cache`
/// as at [`keycard_proof_key_cache_validate`](super::proof_key_cache).
pub(super) unsafe fn validate_with(
    cache: Option<*mut keycard_proof_key_cache>,
    call: &Call,
    proof: *mut keycard_proof,
    detail: *mut keycard_detail,
) -> keycard_status {
    let Call { rules, time, jwt, scratch } = *call;
    let decided = (|| {
        // SAFETY: the caller's promise.
        let words = cache.map(|cache| unsafe { Words::of(cache) }).transpose();
        let cached = words.as_ref().ok().copied().flatten().map(Words::region);
        let written = [
            scratch.region(),
            Region::one(proof),
            Region::detail(detail),
            cached.unwrap_or(Region::NONE),
        ];
        // SAFETY: by the header, the rules may be read.
        let asked = unsafe { Region::versioned(rules) };
        let read = [asked, jwt.region()];
        let reader = Reader::new(&written, &read)?;
        // SAFETY: by the header, the text may be read.
        let jwt = unsafe { jwt.read(reader) }?;
        // SAFETY: by the header, the rules and all memory they point to may be read.
        let rules: &keycard_proof_rules = unsafe { reader.versioned(rules) }?;
        let time = time.read()?;
        // SAFETY: the caller's promise; nothing else overlaps the cache.
        let mut cache = words?.map(|words| unsafe { words.open() }).transpose()?;
        // SAFETY: as above, and the scratch may be written.
        unsafe { decide(reader, rules, time, jwt, scratch, cache.as_mut()) }
    })();
    // SAFETY: by the header, the proof may be written.
    let decided = unsafe { raw::deliver(decided, proof, keycard_proof::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude_at(decided, time.read().ok(), detail) }
}

/// # Safety
///
/// The texts of the rules may be read, and the scratch written.
#[cfg(feature = "dpop")]
unsafe fn decide(
    reader: Reader<'_>,
    rules: &keycard_proof_rules,
    time: Time,
    jwt: &[u8],
    scratch: keycard_buffer,
    cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<keycard_proof, Error> {
    // SAFETY: the caller's promise.
    let nonces = unsafe { TextList::read(reader, rules.nonces, rules.nonce_count) }?;
    // SAFETY: as above.
    let rules = unsafe { rules.read(reader, &nonces) }?;
    // SAFETY: the caller's promise; no input overlaps it.
    let bytes = unsafe { scratch_for(jwt, scratch) }?;
    let decided = dpop::decide(jwt, &rules, None, time, bytes, cache);
    let proof = decided.map_err(|error| needing_all(error, jwt))?;
    Ok(keycard_proof::of(&proof))
}

/// # Safety
///
/// The caller may pass any value.
#[cfg(not(feature = "dpop"))]
unsafe fn decide(
    _: Reader<'_>,
    _: &keycard_proof_rules,
    _: Time,
    _: &[u8],
    _: keycard_buffer,
    _: Option<&mut ProofKeyCache<'_>>,
) -> Result<keycard_proof, Error> {
    Err(Error::new(Reason::UnsupportedPolicy))
}

impl keycard_proof {
    pub(super) const EMPTY: Self = Self {
        key32: [0; 32],
        replay_key32: [0; 32],
        issued_at: 0,
        replayable_until: 0,
        algorithm: 0,
        leeway: 0,
        reserved: [0; 2],
    };

    /// The thumbprint of the key of the proof.
    ///
    /// # Errors
    ///
    /// [`Reason::Stale`] if the proof was never filled.
    pub(super) fn key(&self) -> Result<Thumbprint, Error> {
        match self.algorithm {
            0 => Err(Error::new(Reason::Stale)),
            _ => Ok(Thumbprint::from_bytes(self.key32)),
        }
    }

    /// # Errors
    ///
    /// As for [`key`](Self::key).
    pub(super) fn single_use(&self) -> Result<SingleUse, Error> {
        Ok(SingleUse {
            key: self.replay_key32,
            holder: holder_of(self.key()?.as_bytes()),
            issued_at: self.issued_at,
            until: self.replayable_until,
            leeway: self.leeway,
        })
    }
}
