//! Validation.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::keys;
use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_keys, keycard_policy, keycard_status,
    keycard_time, keycard_token,
};
use super::raw::{self, Reader, Region};
use super::status::{KEYCARD_OK, conclude_at, status_of};
use crate::algorithm::Algorithm;
use crate::batch::{self, BatchEntry};
use crate::error::{Error, Reason};
use crate::key::Key;
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::{self, BATCH};
use crate::policy::Policy;
use crate::step_counter::StepCounter;
use crate::switches::SMALL;
use crate::time::Time;
use crate::token::{Signed, Verified};
use crate::validate::{self, Extent, Verdict};
use core::ffi::c_void;
use core::{mem, ptr};

/// The answer of a keycard_verifier for a valid signature. Every other value means invalid.
pub const KEYCARD_SIGNATURE_IS_RIGHT: u32 = 0x600D_5167;

/// A function of the caller that verifies a signature by hardware, for keycard_validate_with. It
/// may read all pointers during the call only.
///
/// Returns: KEYCARD_SIGNATURE_IS_RIGHT if the signature is valid
///          any other value if it is invalid or could not be verified
/// In:      context, the pointer that keycard_validate_with got
///          key_index, the position of the key in the table, from 0 in the order of adding
///          algorithm, one bit: KEYCARD_ES256 or another
///          message, the signed bytes
///          signature, in the form of JWS (RFC 7518 section 3), of any length
pub type keycard_verifier = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        key_index: usize,
        algorithm: u32,
        message: keycard_bytes,
        signature: keycard_bytes,
    ) -> u32,
>;

/// The bytes at the beginning of a scratch that tie it to its token.
pub(super) const GENERATION_BYTES: usize = 8;

/// Computes a scratch size that is always enough for a token. KEYCARD_SCRATCH_SIZE computes the
/// same as a constant.
///
/// Returns: the size of the scratch in bytes
/// In:      token_length, of the token in characters
#[unsafe(no_mangle)]
pub extern "C" fn keycard_scratch_size(token_length: usize) -> usize {
    limits::scratch_size(token_length).saturating_add(GENERATION_BYTES)
}

/// Decides if a token is accepted: verifies its signature and checks its claims. Afterwards the
/// scratch holds the claims, so leave it alone while you use the token.
///
/// Returns: KEYCARD_OK if the token is accepted
///          KEYCARD_EXPIRED, KEYCARD_NOT_YET_VALID or KEYCARD_TIME_UNAVAILABLE if nothing else is
///            wrong with it
///          another status that says why not
/// In:      keys, the trusted keys
///          policy, the requirements for the token
///          time, the current time
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
///            need not be initialised, and is wiped on failure
///          token, the accepted token; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
///            the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate(
    keys: *const keycard_keys,
    policy: *const keycard_policy,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    token: *mut keycard_token,
    detail: *mut keycard_detail,
) -> keycard_status {
    let call = Call { keys, time, jwt, scratch, token, detail };
    // SAFETY: by the header.
    unsafe { validate_by(&call, &policy, 0, verifier::in_software) }
}

/// Decides if a token is accepted, like keycard_validate, but the hardware of the caller verifies
/// the signature. The algorithm must still be built into this library, because keys are checked
/// when they are loaded.
///
/// Returns: the statuses of keycard_validate
///          KEYCARD_SIGNATURE_INVALID if the verifier does not answer KEYCARD_SIGNATURE_IS_RIGHT
///          KEYCARD_NULL_POINTER if verifier is NULL when a signature must be verified
/// In:      keys, the trusted keys
///          policy, the requirements for the token
///          time, the current time
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
///          verifier, called for each key that fits the token, at most 8 times
///          context, passed to verifier; may be NULL
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
///            need not be initialised, and is wiped on failure
///          token, the accepted token; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate_with(
    keys: *const keycard_keys,
    policy: *const keycard_policy,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    verifier: keycard_verifier,
    context: *mut c_void,
    token: *mut keycard_token,
    detail: *mut keycard_detail,
) -> keycard_status {
    let verify = |key: &Key<'_>, algorithm: Algorithm, message: &[u8], signature: &[u8]| {
        let verifier = verifier.ok_or(Error::new(Reason::NullPointer))?;
        // SAFETY: by the header, the verifier may be called; all its arguments may be read.
        let answer = unsafe {
            verifier(
                context,
                key.index(),
                algorithm.bit(),
                keycard_bytes::of(message),
                keycard_bytes::of(signature),
            )
        };
        StepCounter::of_signature(answer ^ KEYCARD_SIGNATURE_IS_RIGHT)
    };
    let call = Call { keys, time, jwt, scratch, token, detail };
    // SAFETY: by the header.
    unsafe { validate_by(&call, &policy, 0, verify) }
}

/// Zeroes the part of the scratch that a token may use, and returns it.
///
/// # Safety
///
/// The scratch may be written as long as the result lives, and nothing else uses it.
pub(super) unsafe fn scratch_for<'s>(
    jwt: &[u8],
    scratch: keycard_buffer,
) -> Result<&'s mut [u8], Error> {
    // SAFETY: the caller's promise.
    unsafe { scratch.initialised(keycard_scratch_size(jwt.len())) }
}

/// Adds the size that is always enough to the error for a scratch that is too small. Other errors
/// are unchanged.
pub(super) fn needing_all(error: Error, jwt: &[u8]) -> Error {
    match error.is(Reason::ScratchTooSmall) {
        true => error.needing(keycard_scratch_size(jwt.len())),
        false => error,
    }
}

/// The arguments of a validation besides its requirements.
pub(super) struct Call {
    pub(super) keys: *const keycard_keys,
    pub(super) time: keycard_time,
    pub(super) jwt: keycard_bytes,
    pub(super) scratch: keycard_buffer,
    pub(super) token: *mut keycard_token,
    pub(super) detail: *mut keycard_detail,
}

/// The requirements for a token, as the caller gives them.
pub(super) trait Requirements {
    /// The memory of the requirements, as far as it is known before the requirements are read.
    ///
    /// # Safety
    ///
    /// The requirements may be read as the header says.
    unsafe fn regions(&self) -> [Region; 2];

    /// Calls `decide` with the requirements as a policy.
    ///
    /// # Safety
    ///
    /// The requirements may be read as the header says.
    unsafe fn apply<T>(
        &self,
        reader: Reader<'_>,
        decide: impl FnOnce(&Policy<'_>) -> Result<T, Error>,
    ) -> Result<T, Error>;
}

impl Requirements for *const keycard_policy {
    unsafe fn regions(&self) -> [Region; 2] {
        // SAFETY: the caller's promise.
        [unsafe { Region::versioned(*self) }, Region::NONE]
    }

    unsafe fn apply<T>(
        &self,
        reader: Reader<'_>,
        decide: impl FnOnce(&Policy<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // SAFETY: by the header, the policy and all memory it points to may be read.
        let raw_policy: &keycard_policy = unsafe { reader.versioned(*self) }?;
        // SAFETY: as above.
        let lists = unsafe { raw_policy.lists(reader) }?;
        // SAFETY: as above.
        let original = unsafe { raw_policy.original(reader, &lists) }?;
        // SAFETY: as above.
        decide(&unsafe { raw_policy.policy(reader, &lists, original.as_ref()) }?)
    }
}

/// Validates a token by the keys of the call and the requirements of a row. `verify` verifies the
/// signature.
///
/// # Safety
///
/// The arguments meet the requirements of the header for [`keycard_validate`].
pub(super) unsafe fn validate_by(
    call: &Call,
    asked: &impl Requirements,
    row: usize,
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
) -> keycard_status {
    let Call { time, scratch, token, detail, .. } = *call;
    let mut steps = StepCounter::START;
    let decided = (|| {
        let written = [scratch.region(), Region::one(token), Region::detail(detail)];
        // SAFETY: the caller's promise.
        let inputs = unsafe { read_inputs(call, asked, &written) }?;
        let jwt = inputs.jwt;
        let accept = |verdict: &Verdict| {
            steps = verdict.steps;
            // SAFETY: the output was checked; by the header, it may be written. A verdict shows
            // that the scratch has room for the stamp. The token is not used any more.
            unsafe { call.accept(verdict, row, jwt) };
        };
        // SAFETY: the caller's promise; no input overlaps the scratch.
        let decided = unsafe { decide(call, asked, inputs, verify, accept) };
        decided.map_err(|error| needing_all(error, jwt))
    })();
    // SAFETY: by the header, the token may be written.
    let decided = unsafe { raw::empty_on_failure(decided, token, || keycard_token::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    let status = unsafe { conclude_at(decided, time.read().ok(), detail) };
    match status {
        // A fault skipped a step of the validation. See StepCounter.
        KEYCARD_OK if !steps.is_complete() => Reason::SignatureInvalid.code(),
        status => status,
    }
}

/// The inputs of a validation that do not overlap its outputs.
#[derive(Clone, Copy)]
struct Inputs<'a> {
    reader: Reader<'a>,
    jwt: &'a [u8],
    keys: Keys<'a>,
}

/// Checks the memory of a validation, and reads its token and its keys.
///
/// # Safety
///
/// As for [`validate_by`].
// Not inlined, so that the regions are gone from the stack afterwards.
#[inline(never)]
unsafe fn read_inputs<'a>(
    call: &Call,
    asked: &impl Requirements,
    written: &'a [Region],
) -> Result<Inputs<'a>, Error> {
    // SAFETY: by the header, the requirements may be read.
    let [asked_first, asked_second] = unsafe { asked.regions() };
    let read = [keys::region(call.keys), asked_first, asked_second, call.jwt.region()];
    let reader = Reader::new(written, &read)?;
    raw::check_output(call.token)?;
    // SAFETY: by the header, the text may be read.
    let jwt = unsafe { call.jwt.read(reader) }?;
    // SAFETY: by the header, the table is one, or its first words reject it.
    let keys = unsafe { keys::view(reader, call.keys) }?;
    Ok(Inputs { reader, jwt, keys })
}

/// Decides about a token, and passes the verdict to `accept`.
///
/// # Safety
///
/// As for [`validate_by`]. No input overlaps the scratch.
unsafe fn decide(
    call: &Call,
    asked: &impl Requirements,
    inputs: Inputs<'_>,
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
    mut accept: impl FnMut(&Verdict),
) -> Result<(), Error> {
    let Inputs { reader, jwt, keys } = inputs;
    if !SMALL {
        let decide = |policy: &Policy<'_>| {
            let time = call.time.read()?;
            // SAFETY: the caller's promise.
            let scratch = unsafe { claims_part(jwt, call.scratch) }?;
            accept(&validate::decide(jwt, keys, policy, time, scratch, verify)?);
            Ok(())
        };
        // SAFETY: the caller's promise.
        return unsafe { asked.apply(reader, decide) };
    }
    // The policy is made twice: for the steps before the signature is verified, and for those after
    // it. In between, it takes no stack.
    let mut begun = None;
    // SAFETY: the caller's promise.
    unsafe { take_step(call, asked, reader, Step::Begin(jwt, &mut begun), &mut accept) }?;
    let Some(Begun { signed, opaque, used }) = &mut begun else {
        return Err(Error::new(Reason::SignatureInvalid));
    };
    let verified = signed.verify(keys, *opaque, verify);
    let judged = verified.as_ref().map_err(|error| *error).and_then(|verified| {
        // SAFETY: the caller's promise.
        unsafe { take_step(call, asked, reader, Step::Judge(verified, *used), &mut accept) }
    });
    if judged.is_err() {
        // Wipes the token, which is not used any more.
        // SAFETY: the caller's promise.
        unsafe { scratch_for(jwt, call.scratch) }?;
    }
    judged
}

/// A token whose signature is not verified yet.
struct Begun<'a> {
    signed: Signed<'a>,
    /// The payload is opaque.
    opaque: bool,
    /// The length of the scratch.
    used: usize,
}

/// The parts of a validation for which the policy is needed.
enum Step<'s, 'a> {
    /// Reads the token up to its signature.
    Begin(&'a [u8], &'s mut Option<Begun<'a>>),
    /// Checks the claims of a verified token in a scratch of this length.
    Judge(&'s Verified<'a>, usize),
}

/// Takes one step by a policy that is made for it.
///
/// # Safety
///
/// As for [`decide`].
// Not inlined, so that the policy is gone from the stack afterwards.
#[inline(never)]
unsafe fn take_step(
    call: &Call,
    asked: &impl Requirements,
    reader: Reader<'_>,
    step: Step<'_, '_>,
    accept: &mut impl FnMut(&Verdict),
) -> Result<(), Error> {
    let take = |policy: &Policy<'_>| {
        let time = call.time.read()?;
        match step {
            Step::Begin(jwt, begun) => {
                // SAFETY: the caller's promise.
                let scratch = unsafe { claims_part(jwt, call.scratch) }?;
                policy.check()?;
                let scratch = validate::used_of(jwt, scratch);
                let used = scratch.len();
                let signed = validate::begin(jwt, policy, scratch);
                if signed.is_err() {
                    // Wipes the header, which is not used any more.
                    // SAFETY: the caller's promise.
                    unsafe { scratch_for(jwt, call.scratch) }?;
                }
                let opaque = !policy.profile.has_claims;
                *begun = Some(Begun { signed: signed?, opaque, used });
            }
            Step::Judge(verified, used) => {
                accept(&validate::judge(verified, used, policy, time)?);
            }
        }
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { asked.apply(reader, take) }
}

impl Call {
    /// Writes the accepted token, and its stamp into the scratch.
    ///
    /// # Safety
    ///
    /// The output may be written. So may the beginning of the scratch, and nothing else uses it.
    unsafe fn accept(&self, verdict: &Verdict, row: usize, jwt: &[u8]) {
        let verdict = Verdict { row, ..*verdict };
        // SAFETY: the caller's promise.
        let stamp = unsafe { &mut *self.scratch.data.cast() };
        let token = keycard_token::stamped(&verdict, jwt, stamp, self.scratch.data);
        // SAFETY: the caller's promise.
        unsafe { self.token.write(token) };
    }
}

/// The scratch of a token after its stamp, zeroed. From here on the scratch is written.
///
/// # Safety
///
/// As for [`scratch_for`].
unsafe fn claims_part<'s>(jwt: &[u8], scratch: keycard_buffer) -> Result<&'s mut [u8], Error> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { scratch_for(jwt, scratch) }?;
    bytes.get_mut(GENERATION_BYTES..).ok_or(Error::new(Reason::ScratchTooSmall))
}

/// Validates tokens in batches of eight. Each token gets the verdict of keycard_validate. Batching
/// speeds up ES256 and ES384; the gain is largest for ES256 with precomputed keys on CPUs with
/// AVX-512 IFMA.
///
/// Returns: KEYCARD_OK if all tokens are accepted
///          the status of the first token that is not
///          KEYCARD_SCRATCH_TOO_SMALL before any token is validated, then also in each detail
///          another status for the keys, the policy or the memory, then also in each detail
/// In:      keys, the trusted keys
///          policy, the requirements for each token
///          time, the current time
///          jwts, the tokens: count elements, each as in keycard_validate
///          count, the number of tokens, 0 or more
/// Out:     scratch, the decoded tokens; need not be initialised; the sum of keycard_scratch_size
///            for each length is always enough
///          tokens, count elements; those that are not accepted are empty
///          details, count elements, each with the status of its token; may be NULL
/// Lifetime: tokens are valid until scratch changes
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate_all(
    keys: *const keycard_keys,
    policy: *const keycard_policy,
    time: keycard_time,
    jwts: *const keycard_bytes,
    count: usize,
    scratch: keycard_buffer,
    tokens: *mut keycard_token,
    details: *mut keycard_detail,
) -> keycard_status {
    let written = [scratch.region(), Region::list(tokens, count), Region::list(details, count)];
    // SAFETY: by the header, the policy may be read.
    let asked = unsafe { Region::versioned(policy) };
    let read = [keys::region(keys), asked, Region::list(jwts, count)];
    let mut status = KEYCARD_OK;
    let done = (|| {
        let reader = Reader::new(&written, &read)?;
        if count > 0 {
            raw::check_output(tokens)?;
        }
        // SAFETY: by the header, the texts may be read.
        let jwts = unsafe { reader.elements(jwts, count) }?;
        let mut needed: usize = 0;
        for jwt in jwts {
            // SAFETY: by the header, the text may be read.
            let jwt = unsafe { jwt.read(reader) }?;
            needed = needed.saturating_add(keycard_scratch_size(jwt.len()));
        }
        // SAFETY: by the header, the table is one, or its first words reject it.
        let keys = unsafe { keys::view(reader, keys) }?;
        let decide = |policy: &Policy<'_>| {
            let time = time.read()?;
            let too_small = Error::new(Reason::ScratchTooSmall).needing(needed);
            // SAFETY: by the header, nothing else uses the scratch, and it may be written.
            let mut bytes = unsafe { scratch.initialised(needed) }?;
            if bytes.len() < needed {
                return Err(too_small);
            }
            let (groups, rest) = jwts.as_chunks::<BATCH>();
            let groups = groups.iter().map(<[keycard_bytes; BATCH]>::as_slice);
            let mut index: usize = 0;
            let mut offset: usize = 0;
            for group in groups.chain(core::iter::once(rest)) {
                let mut entries = [(); BATCH].map(|()| BatchEntry::new(NO_TOKEN, &mut []));
                let mut heads = [const { None }; BATCH];
                for (jwt, (entry, head)) in group.iter().zip(entries.iter_mut().zip(&mut heads)) {
                    // SAFETY: by the header, the text may be read.
                    let jwt = unsafe { jwt.read(reader) }?;
                    let size = keycard_scratch_size(jwt.len());
                    let parts = mem::take(&mut bytes).split_at_mut_checked(size);
                    let (own, others) = parts.ok_or(too_small)?;
                    let (stamp, own) = own.split_first_chunk_mut().ok_or(too_small)?;
                    *entry = BatchEntry::new(jwt, own);
                    *head = Some((jwt, stamp, scratch.data.wrapping_byte_add(offset)));
                    offset = offset.wrapping_add(size);
                    bytes = others;
                }
                let entries = entries.get_mut(..group.len()).unwrap_or_default();
                batch::validate_all(entries, keys, policy, time);
                for (entry, head) in entries.iter().zip(&mut heads) {
                    let Some((jwt, stamp, scratch)) = head else { continue };
                    let outcome = entry.outcome().map(|verdict| {
                        (keycard_token::stamped(&verdict, jwt, stamp, *scratch), verdict.steps)
                    });
                    // SAFETY: by the header, both may be written.
                    let own = unsafe { deliver_one(outcome, time, tokens, details, index) };
                    status = if status == KEYCARD_OK { own } else { status };
                    index = index.wrapping_add(1);
                }
            }
            Ok(())
        };
        // SAFETY: by the header, all of these may be read.
        unsafe { policy.apply(reader, decide) }
    })();
    let Err(rejection) = done else { return status };
    if !rejection.is(Reason::Overlap) {
        // SAFETY: by the header, the tokens may be written.
        unsafe { raw::fill(tokens, count, keycard_token::EMPTY) };
        // SAFETY: by the header, the details may be written.
        unsafe { raw::fill(details, count, keycard_detail::of(&rejection)) };
    }
    rejection.code()
}

const NO_TOKEN: &[u8] = &[];

/// Writes the outcome of one token to its place in the lists, and returns its status.
///
/// # Safety
///
/// The token at that place, and the detail if the list is not NULL, may be written.
unsafe fn deliver_one(
    outcome: Result<(keycard_token, StepCounter), Error>,
    time: Time,
    tokens: *mut keycard_token,
    details: *mut keycard_detail,
    index: usize,
) -> keycard_status {
    let mut steps = StepCounter::START;
    let decided = outcome.and_then(|(token, own)| {
        steps = own;
        if own.is_complete() { Ok(token) } else { Err(Error::new(Reason::SignatureInvalid)) }
    });
    // SAFETY: the caller's promise.
    let decided =
        unsafe { raw::deliver(decided, tokens.wrapping_add(index), keycard_token::EMPTY) };
    let detail = if details.is_null() { details } else { details.wrapping_add(index) };
    // SAFETY: the caller's promise.
    let status = unsafe { conclude_at(decided, Some(time), detail) };
    match status {
        // A fault skipped a step of the validation. See StepCounter.
        KEYCARD_OK if !steps.is_complete() => Reason::SignatureInvalid.code(),
        status => status,
    }
}

/// Gives the payload of a token that was validated as KEYCARD_PROFILE_JWS.
///
/// Returns: KEYCARD_OK
///          KEYCARD_PAYLOAD_NOT_OPAQUE if the token was validated with claims
///          KEYCARD_STALE
/// In:      token, an accepted token
/// Out:     payload, any bytes; absent on failure
/// Lifetime: payload points into the scratch of the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_token_payload(
    token: *const keycard_token,
    payload: *mut keycard_bytes,
) -> keycard_status {
    let read = (|| {
        let written = [Region::one(payload)];
        let reader = Reader::new(&written, &[Region::one(token)])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        let (extent, scratch) = unsafe { keycard_token::read(reader, token) }?;
        let bytes = extent.payload(scratch);
        let bytes = bytes.ok_or(Error::new(Reason::PayloadNotOpaque))?;
        Ok(keycard_bytes::of(bytes))
    })();
    // SAFETY: by the header, the payload may be written.
    status_of(&unsafe { raw::deliver(read, payload, ABSENT) })
}

/// A number that ties a token to its scratch, never 0: FNV-1a over the end of the token and the
/// form of its payload. The number detects mistakes of the caller. It need not resist attacks,
/// because every token in a scratch was verified.
fn generation_of(jwt: &[u8], extent: &Extent) -> u64 {
    let basis = 0xCBF2_9CE4_8422_2325 ^ u64::from(extent.members.is_some());
    let hash =
        jwt.iter().rev().take(64).fold(basis, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
        });
    hash | 1
}

impl keycard_token {
    pub(super) const EMPTY: Self = Self {
        generation: 0,
        scratch: ptr::null(),
        scratch_used: 0,
        header_length: 0,
        payload_length: 0,
        members: 0,
        algorithm: 0,
        key_index: 0,
        checks_passed: 0,
        checks_waived: 0,
        checks_vacuous: 0,
        has_claims: 0,
        leeway: 0,
        row: 0,
        profile: ABSENT,
        max_token_age: 0,
        has_max_token_age: 0,
        scopes_offset: 0,
        reserved: 0,
    };

    /// Makes the token of a verdict, and writes the stamp at the beginning of its scratch.
    pub(super) fn stamped(
        verdict: &Verdict,
        jwt: &[u8],
        stamp: &mut [u8; GENERATION_BYTES],
        scratch: *const c_void,
    ) -> Self {
        let extent = &verdict.extent;
        let generation = generation_of(jwt, extent);
        *stamp = generation.to_le_bytes();
        Self {
            generation,
            scratch,
            scratch_used: extent.used,
            header_length: extent.header_length,
            payload_length: extent.payload_length,
            members: extent.members.unwrap_or(0),
            algorithm: verdict.algorithm.bit(),
            key_index: u32::try_from(verdict.key_index).unwrap_or(u32::MAX),
            checks_passed: verdict.evidence.passed().bits(),
            checks_waived: verdict.evidence.waived().bits(),
            checks_vacuous: verdict.evidence.vacuous().bits(),
            has_claims: u32::from(extent.members.is_some()),
            leeway: verdict.leeway,
            row: u32::try_from(verdict.row).unwrap_or(u32::MAX),
            profile: keycard_bytes::of_static(verdict.profile),
            max_token_age: verdict.longest_life.unwrap_or(0),
            has_max_token_age: u32::from(verdict.longest_life.is_some()),
            // Every payload is shorter than u32::MAX.
            scopes_offset: u32::try_from(extent.scopes_at).unwrap_or(u32::MAX),
            reserved: 0,
        }
    }

    /// The token at `pointer` and its scratch, if the scratch still belongs to the token.
    ///
    /// # Errors
    ///
    /// [`Reason::Stale`] for a token that was never filled, or whose scratch was used again.
    ///
    /// # Safety
    ///
    /// If `pointer` is not NULL and aligned, it has a token that is empty or that
    /// [`keycard_validate`] made. The scratch of the latter may be read as long as the result
    /// lives.
    pub(super) unsafe fn read<'s>(
        reader: Reader<'_>,
        pointer: *const Self,
    ) -> Result<(Extent, &'s [u8]), Error> {
        // SAFETY: the caller's promise.
        let token = unsafe { reader.structure(pointer) }?;
        let stale = Error::new(Reason::Stale);
        if token.generation == 0 {
            return Err(stale);
        }
        let length = token.scratch_used.saturating_add(GENERATION_BYTES);
        // SAFETY: the caller's promise.
        let scratch = unsafe { reader.bytes(token.scratch.cast(), length) }?;
        let (stamp, scratch) = scratch.split_first_chunk().ok_or(stale)?;
        if u64::from_le_bytes(*stamp) != token.generation {
            return Err(stale);
        }
        let extent = Extent {
            used: token.scratch_used,
            header_length: token.header_length,
            payload_length: token.payload_length,
            members: (token.has_claims == 1).then_some(token.members),
            scopes_at: usize::try_from(token.scopes_offset).unwrap_or(usize::MAX),
        };
        Ok((extent, scratch))
    }
}
