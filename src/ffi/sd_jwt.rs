//! SD-JWT: credentials with selective disclosure.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::keys;
use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_key_binding, keycard_keys,
    keycard_policy, keycard_status, keycard_time, keycard_token,
};
use super::lists::TextList;
use super::raw::{self, Reader, Region};
use super::status::{KEYCARD_OK, conclude_at};
use super::validate::{GENERATION_BYTES, Requirements};
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::policy::Policy;
use crate::profile::kinds::HAS_MORE;
use crate::sd_jwt::{self, KeyBinding};
use crate::step_counter::StepCounter;

/// A presentation without a Key Binding JWT is rejected.
pub const KEYCARD_KEY_BINDING_REQUIRED: u32 = 1;
/// The holder may leave the Key Binding JWT out. The presentation is then accepted from everyone
/// who has it, even if the credential is bound to a key. If KEYCARD_CHECK_KEY_BINDING passed, the
/// holder proved the key.
pub const KEYCARD_KEY_BINDING_ALLOWED: u32 = 2;
/// A presentation with a Key Binding JWT is rejected, and so is a credential that is bound to a
/// key.
pub const KEYCARD_KEY_BINDING_FORBIDDEN: u32 = 3;

/// Computes a scratch size that is always enough for a presentation. KEYCARD_SD_JWT_SCRATCH_SIZE
/// computes the same as a constant. The tildes in a presentation count one more than its
/// disclosures.
///
/// Returns: the size of the scratch in bytes
/// In:      length, of the presentation in characters
///          disclosures, the most that the presentation has
#[unsafe(no_mangle)]
pub extern "C" fn keycard_sd_jwt_scratch_size(length: usize, disclosures: usize) -> usize {
    sd_jwt::scratch_size(length, disclosures).saturating_add(GENERATION_BYTES)
}

/// Decides if the presentation of an SD-JWT is accepted (RFC 9901 section 7.3). The claims of the
/// token are the processed payload: each disclosed claim is in its place, and all digests are
/// removed.
///
/// A holder can leave a disclosure out, so a claim that is absent says nothing. A presentation that
/// discloses iss, aud, exp, nbf, cnf, status or vct at the top level is rejected.
///
/// Returns: KEYCARD_OK if the presentation is accepted
///          the statuses of keycard_validate
///          a status of the group on selective disclosure, at KEYCARD_STAGE_DISCLOSURE
///          KEYCARD_KEY_BINDING_MISSING, KEYCARD_KEY_BINDING_UNEXPECTED, or another status about
///            the Key Binding JWT, at KEYCARD_STAGE_PROOF
///          KEYCARD_POLICY_CONTRADICTION about the profile for a policy of another kind
///          KEYCARD_UNSUPPORTED_POLICY if SD-JWT is not built in
/// In:      keys, the trusted keys of issuers
///          policy, the requirements for the processed payload, with KEYCARD_PROFILE_SD_JWT
///          binding, the rules for the key binding
///          time, the current time
///          presentation, without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
///            with at most KEYCARD_MAX_DISCLOSURES disclosures
/// Out:     scratch, the processed payload; KEYCARD_SD_JWT_SCRATCH_SIZE(presentation.length, its
///            disclosures) bytes are always enough; need not be initialised, and is wiped on
///            failure
///          token, the accepted token; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
///            the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_sd_jwt_validate(
    keys: *const keycard_keys,
    policy: *const keycard_policy,
    binding: *const keycard_key_binding,
    time: keycard_time,
    presentation: keycard_bytes,
    scratch: keycard_buffer,
    token: *mut keycard_token,
    detail: *mut keycard_detail,
) -> keycard_status {
    let mut steps = StepCounter::START;
    let decided = (|| {
        let written = [scratch.region(), Region::one(token), Region::detail(detail)];
        // SAFETY: by the header, the policy may be read.
        let [asked, _] = unsafe { policy.regions() };
        // SAFETY: by the header, the rules may be read.
        let ruled = unsafe { Region::versioned(binding) };
        let read = [keys::region(keys), asked, ruled, presentation.region()];
        let reader = Reader::new(&written, &read)?;
        raw::check_output(token)?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { presentation.read(reader) }?;
        // SAFETY: by the header, the table is one, or its first words reject it.
        let keys = unsafe { keys::view(reader, keys) }?;
        // SAFETY: by the header, the rules and all memory they point to may be read.
        let rules: &keycard_key_binding = unsafe { reader.versioned(binding) }?;
        // SAFETY: as above.
        let nonces = unsafe { TextList::read(reader, rules.nonces, rules.nonce_count) }?;
        // SAFETY: as above.
        let rules = unsafe { rules.read(reader, &nonces) }?;
        let decide = |policy: &Policy<'_>| {
            let time = time.read()?;
            // SAFETY: by the header, nothing else uses the scratch, and it may be written. No input
            // overlaps it.
            let bytes = unsafe { scratch.initialised(size_for(text)) }?;
            let (stamp, rest) = match bytes.split_first_chunk_mut() {
                Some((stamp, rest)) => (Some(stamp), rest),
                None => (None, Default::default()),
            };
            let verdict = sd_jwt::decide(text, keys, policy, &rules, time, rest);
            let verdict = verdict.map_err(with_stamp)?;
            let too_small = Error::new(Reason::ScratchTooSmall).needing(size_for(text));
            let stamp = stamp.ok_or(too_small)?;
            steps = verdict.steps;
            Ok(keycard_token::stamped(&verdict, text, stamp, scratch.data))
        };
        // SAFETY: by the header, the policy may be read.
        unsafe { policy.apply(reader, decide) }
    })();
    // SAFETY: by the header, the token may be written.
    let decided = unsafe { raw::deliver(decided, token, keycard_token::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    let status = unsafe { conclude_at(decided, time.read().ok(), detail) };
    match status {
        // A fault skipped a step of the validation. See StepCounter.
        KEYCARD_OK if !steps.is_complete() => Reason::SignatureInvalid.code(),
        status => status,
    }
}

/// The scratch that is always enough for this presentation.
fn size_for(presentation: &[u8]) -> usize {
    let tildes = presentation.iter().filter(|byte| **byte == b'~').count();
    keycard_sd_jwt_scratch_size(presentation.len(), tildes.saturating_sub(1))
}

/// Adds the bytes of the stamp to the error for a scratch that is too small.
fn with_stamp(error: Error) -> Error {
    match error.needed() {
        Some(needed) if error.is(Reason::ScratchTooSmall) => {
            error.needing(needed.saturating_add(GENERATION_BYTES))
        }
        _ => error,
    }
}

impl keycard_key_binding {
    /// Converts the structure to rules.
    ///
    /// # Safety
    ///
    /// The texts of the rules may be read as long as the result lives.
    unsafe fn read<'a>(
        &self,
        reader: Reader<'_>,
        nonces: &'a TextList<'_>,
    ) -> Result<KeyBinding<'a>, Error> {
        let unsupported = Error::new(Reason::UnsupportedPolicy);
        if !HAS_MORE {
            return Err(unsupported);
        }
        let algorithms = Algorithms::from_bits(self.algorithms);
        let algorithms = algorithms.ok_or(unsupported.about(Member::Algorithm))?;
        // SAFETY: the caller's promise.
        let audience = unsafe { self.audience.read_text(reader) }?;
        let make = match self.mode {
            KEYCARD_KEY_BINDING_REQUIRED => KeyBinding::required,
            KEYCARD_KEY_BINDING_ALLOWED => KeyBinding::allowed,
            KEYCARD_KEY_BINDING_FORBIDDEN => {
                // A rule that would have no effect is rejected.
                let numbers = self.algorithms | self.window | self.leeway;
                if numbers != 0 || audience.is_some() || nonces.is_given() {
                    return Err(Error::new(Reason::PolicyContradiction).about(Member::Confirmation));
                }
                return Ok(KeyBinding::forbidden());
            }
            0 => return Err(Error::new(Reason::PolicyIncomplete).about(Member::Confirmation)),
            _ => return Err(unsupported.about(Member::Confirmation)),
        };
        // For an absent audience the rules get an empty one, which `KeyBinding::check` rejects.
        let audience = audience.unwrap_or_default();
        Ok(make(audience, nonces.list(), algorithms, self.window).allow_leeway(self.leeway))
    }
}
