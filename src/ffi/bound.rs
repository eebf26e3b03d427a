//! Tokens together with the proof of their key.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::keys;
use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_keys, keycard_policy, keycard_proof,
    keycard_proof_key_cache, keycard_proof_rules, keycard_replay_cache, keycard_status,
    keycard_time, keycard_token,
};
use super::proof_key_words::{ProofKeyCache, Words};
use super::raw::{self, Reader, Region};
use super::replay;
use super::status::{KEYCARD_OK, conclude_at};
use super::validate::Requirements;
use crate::error::{Error, Reason};
use crate::key::table::Keys;
use crate::policy::Policy;
use crate::replay::ReplayCache;
use crate::step_counter::StepCounter;
use crate::time::Time;

/// Decides if a token is accepted together with the proof that came with it, and records the use of
/// the proof, which is a DPoP proof unless the rules have another kind. Prefer it to
/// keycard_dpop_validate, keycard_validate and keycard_replay_cache_check_proof one after the
/// other, unless several machines share one store of uses: no check can be forgotten. A rejected
/// pair uses nothing up.
///
/// Returns: KEYCARD_OK if both are accepted and it is the first use of the proof
///          the statuses of keycard_dpop_validate, at KEYCARD_STAGE_PROOF
///          the statuses of keycard_validate
///          the statuses of keycard_replay_cache_check_proof, at KEYCARD_STAGE_REPLAY
///          KEYCARD_NOT_A_PROOF_KEY_CACHE
/// In:      keys, the trusted keys
///          policy, the requirements for the token, without dpop_key32
///          rules, the requirements for the proof; for DPoP without access_token
///          replay, a cache that no other thread uses during the call
///          prepared, a cache of prepared keys that no other thread uses during the call, or NULL
///          time, the current time, read while no other thread uses replay
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
///          proof_jwt, the proof: the value of the one header for it in the request, such as DPoP
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE of the longer text is always enough;
///            other kinds than DPoP need the sum for both texts; need not be initialised, and is
///            wiped on failure
///          token, the accepted token; empty on failure
///          proof, the accepted proof, whose use is recorded; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes; proof points to nothing
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate_bound_once(
    keys: *const keycard_keys,
    policy: *const keycard_policy,
    rules: *const keycard_proof_rules,
    replay: *mut keycard_replay_cache,
    prepared: *mut keycard_proof_key_cache,
    time: keycard_time,
    jwt: keycard_bytes,
    proof_jwt: keycard_bytes,
    scratch: keycard_buffer,
    token: *mut keycard_token,
    proof: *mut keycard_proof,
    detail: *mut keycard_detail,
) -> keycard_status {
    let mut steps = StepCounter::START;
    let decided = (|| {
        // SAFETY: by the header.
        let opened = unsafe { replay::open(replay) };
        // SAFETY: by the header.
        let words = (!prepared.is_null()).then(|| unsafe { Words::of(prepared) }).transpose();
        let prepared = words.as_ref().ok().copied().flatten().map(Words::region);
        let written = [
            scratch.region(),
            Region::one(token),
            Region::one(proof),
            Region::detail(detail),
            opened.as_ref().map_or(Region::NONE, |(_, region)| *region),
            prepared.unwrap_or(Region::NONE),
        ];
        // SAFETY: by the header, the policy may be read.
        let [asked, _] = unsafe { policy.regions() };
        // SAFETY: by the header, the rules may be read.
        let ruled = unsafe { Region::versioned(rules) };
        let read = [keys::region(keys), asked, ruled, jwt.region(), proof_jwt.region()];
        let reader = Reader::new(&written, &read)?;
        raw::check_output(token)?;
        raw::check_output(proof)?;
        let (mut replay, _) = opened?;
        // SAFETY: by the header; nothing else overlaps the cache.
        let mut prepared = words?.map(|words| unsafe { words.open() }).transpose()?;
        // SAFETY: by the header, the text may be read.
        let jwt = unsafe { jwt.read(reader) }?;
        // SAFETY: as above.
        let texts = [jwt, unsafe { proof_jwt.read(reader) }?];
        // SAFETY: by the header, the table is one, or its first words reject it.
        let keys = unsafe { keys::view(reader, keys) }?;
        // SAFETY: by the header, the rules and all memory they point to may be read.
        let rules: &keycard_proof_rules = unsafe { reader.versioned(rules) }?;
        let decide = |policy: &Policy<'_>| {
            let inputs = Inputs { keys, policy, rules, texts, time: time.read()? };
            // SAFETY: by the header; no input overlaps the scratch.
            let decided =
                unsafe { built::decide(reader, &inputs, &mut replay, prepared.as_mut(), scratch) };
            let (token, proof, own) = decided?;
            steps = own;
            Ok((token, proof))
        };
        // SAFETY: by the header, the policy may be read.
        unsafe { policy.apply(reader, decide) }
    })();
    let (accepted, proven) = decided
        .map_or_else(|error| (Err(error), Err(error)), |(token, proof)| (Ok(token), Ok(proof)));
    // SAFETY: by the header, the token may be written.
    let accepted = unsafe { raw::deliver(accepted, token, keycard_token::EMPTY) };
    // SAFETY: by the header, the proof may be written.
    let proven = unsafe { raw::deliver(proven, proof, keycard_proof::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    let status = unsafe { conclude_at(accepted.and(proven), time.read().ok(), detail) };
    match status {
        // A fault skipped a step of the validation. See StepCounter.
        KEYCARD_OK if !steps.is_complete() => Reason::SignatureInvalid.code(),
        status => status,
    }
}

/// The inputs of a decision, after they were read.
struct Inputs<'a> {
    keys: Keys<'a>,
    policy: &'a Policy<'a>,
    rules: &'a keycard_proof_rules,
    /// The token and the proof.
    texts: [&'a [u8]; 2],
    time: Time,
}

/// A token, a proof, and the steps of the validation.
type Decided = Result<(keycard_token, keycard_proof, StepCounter), Error>;

#[cfg(feature = "dpop")]
mod built {
    use super::{
        Decided, Error, Inputs, ProofKeyCache, Reader, Reason, ReplayCache, keycard_buffer,
        keycard_proof, keycard_token,
    };
    use crate::dpop::{self, Pair};
    use crate::ffi::lists::TextList;
    use crate::ffi::validate::keycard_scratch_size;

    /// # Safety
    ///
    /// The texts of the rules may be read, and the scratch written.
    pub(super) unsafe fn decide(
        reader: Reader<'_>,
        inputs: &Inputs<'_>,
        replay: &mut ReplayCache<'_>,
        prepared: Option<&mut ProofKeyCache<'_>>,
        scratch: keycard_buffer,
    ) -> Decided {
        let Inputs { keys, policy, rules, texts: [token, proof], time } = *inputs;
        // SAFETY: the caller's promise.
        let nonces = unsafe { TextList::read(reader, rules.nonces, rules.nonce_count) }?;
        // SAFETY: as above.
        let rules = unsafe { rules.read(reader, &nonces) }?;
        let [of_token, of_proof] = [token, proof].map(|text| keycard_scratch_size(text.len()));
        let enough = match rules.takes_key_of_token() {
            true => of_token.saturating_add(of_proof),
            false => of_token.max(of_proof),
        };
        let needing_all = |error: Error| match error.is(Reason::ScratchTooSmall) {
            true => error.needing(enough),
            false => error,
        };
        // SAFETY: as above.
        let bytes = unsafe { scratch.initialised(enough) }?;
        let (stamp, rest) = bytes
            .split_first_chunk_mut()
            .ok_or(needing_all(Error::new(Reason::ScratchTooSmall)))?;
        let pair = Pair { token, proof };
        let replay = Some(replay);
        let decided = dpop::decide_bound(pair, keys, policy, &rules, time, rest, replay, prepared);
        let (verdict, proof) = decided.map_err(needing_all)?;
        let stamped = keycard_token::stamped(&verdict, token, stamp, scratch.data);
        Ok((stamped, keycard_proof::of(&proof), verdict.steps))
    }
}

#[cfg(not(feature = "dpop"))]
mod built {
    use super::{
        Decided, Error, Inputs, ProofKeyCache, Reader, Reason, ReplayCache, keycard_buffer,
    };

    /// # Safety
    ///
    /// The caller may pass any value.
    pub(super) unsafe fn decide(
        _: Reader<'_>,
        inputs: &Inputs<'_>,
        _: &mut ReplayCache<'_>,
        _: Option<&mut ProofKeyCache<'_>>,
        _: keycard_buffer,
    ) -> Decided {
        // Reads the inputs, so that no build has a field without a use.
        let Inputs { keys: _, policy: _, rules: _, texts: _, time: _ } = inputs;
        Err(Error::new(Reason::UnsupportedPolicy))
    }
}
