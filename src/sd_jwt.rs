//! SD-JWT (RFC 9901): credentials of which the holder discloses only some claims.
//!
//! A presentation is the JWT of the issuer, the disclosures that the holder chose, and perhaps a
//! Key Binding JWT, with a tilde after each of the former. [`validate`] returns a [`Token`] whose
//! claims are the *processed payload*: each disclosed claim is in its place, and all digests are
//! removed.
//!
//! ```
//! use keycard::sd_jwt::{self, KeyBinding};
//! use keycard::{Algorithm, Error, Keys, Policy, Time};
//!
//! fn is_adult(presentation: &str, keys: Keys<'_>, nonce: &str, now: i64) -> Result<bool, Error> {
//!     let policy = Policy::sd_jwt("https://pid.example", None::<&str>, Algorithm::Es256)
//!         .without_audience();
//!     let binding =
//!         KeyBinding::required("https://kiosk.example", nonce, Algorithm::Es256, 60).allow_leeway(5);
//!     // For a presentation of at most 2048 characters with at most 4 disclosures.
//!     let mut scratch = [0; sd_jwt::scratch_size(2048, 4)];
//!     let time = Time::At(now);
//!     let token = sd_jwt::validate(presentation, keys, &policy, &binding, time, &mut scratch)?;
//!     Ok(token.claims().boolean("age_over_18").unwrap_or(false))
//! }
//! ```
//!
//! **Which claims may be disclosed.** A holder can leave a disclosure out. So a claim that decides
//! the validity must not be in one (section 9.7). A presentation is rejected if it discloses `iss`,
//! `aud`, `exp`, `nbf`, `cnf`, `status` or `vct` at the top level. It may disclose single audiences
//! in the array `aud`. All checks of the policy apply to the processed payload.
//!
//! **Key binding** is what the verifier requires, never what the presentation offers (section 7.3
//! step 1): see [`KeyBinding`].
//!
//! **Memory and work.** The caller gives the scratch; [`scratch_size`] says how much is enough. The
//! [limits] of tokens apply to the presentation and to the processed payload, and
//! [`MAX_DISCLOSURES`] to the disclosures. The work is linear, except that digests are sorted.
//!
//! The JSON serialization (section 8) is not supported.

mod binding;
mod disclosures;
mod parts;
mod payload;

use crate::claims::Claims;
use crate::error::{Error, Member, Reason, Stage};
use crate::evidence::Check;
use crate::key::table::Keys;
use crate::key::verifier;
use crate::limits::{self, MAX_DISCLOSURES, decoded_length, records_for};
use crate::policy::Policy;
use crate::profile::sd_jwt as profile;
use crate::time::Time;
use crate::token::{self, Content, Verified};
use crate::validate::{self, Token, Verdict};
pub use binding::KeyBinding;
use core::ptr;
use disclosures::{Disclosures, ENTRY};
use parts::Parts;
use payload::DIGEST;

/// Bytes of scratch that are always enough for a presentation of `length` characters that has at
/// most this number of disclosures. The tildes in a presentation count one more than its
/// disclosures.
///
/// The scratch holds what a [token](crate::scratch_size) needs, 24 bytes for each disclosure, the
/// processed payload, and 32 bytes for each digest.
pub const fn scratch_size(length: usize, disclosures: usize) -> usize {
    let count = if disclosures > MAX_DISCLOSURES { MAX_DISCLOSURES } else { disclosures };
    let length = if length > limits::MAX_TOKEN_BYTES { limits::MAX_TOKEN_BYTES } else { length };
    let output = decoded_length(length);
    limits::scratch_size(length)
        .saturating_add(count.saturating_mul(ENTRY))
        .saturating_add(output)
        .saturating_add(tail_for(output))
}

/// Bytes behind a processed payload of `output` bytes. First they hold the digests, then the
/// records of names.
const fn tail_for(output: usize) -> usize {
    let records = records_for(output).saturating_mul(4);
    let digests = payload::digests_for(output).saturating_mul(DIGEST);
    if digests > records { digests } else { records }
}

/// Validates a presentation by section 7.3, in this order:
///
/// 1. **Policy.** It is one of [`Policy::sd_jwt`]. The key binding is complete.
/// 2. **Form.** The presentation has a Key Binding JWT if one is required, and none if none is
///    allowed.
/// 3. **Signature.** Like [`validate()`](crate::validate()) up to the payload of the issuer.
/// 4. **Disclosures.** Every disclosure is well-formed, and one digest refers to it. No digest
///    occurs twice, and no name twice in one object. Digests without a disclosure are ignored.
/// 5. **Claims.** The processed payload against the policy.
/// 6. **Key binding**, if the presentation has it: its signature by `cnf`.`jwk`, `typ`, `aud`,
///    `nonce`, `iat`, and the hash over exactly the presented characters.
/// 7. **Time.** The errors of `exp` and `nbf`, after everything else.
///
/// The claims of the token are the processed payload. After success, the scratch holds nothing
/// else, so salts and digests cannot be read from it. After an error, its used part is wiped.
///
/// # Errors
///
/// * Those of [`validate()`](crate::validate()). An offset at [`Stage::Payload`] may count from the
///   first byte of the processed payload.
/// * At [`Stage::Disclosure`]: a reason of the group on selective disclosure, or of base64url and
///   JSON, with the offset of the disclosure.
/// * At [`Stage::Proof`]: [`Reason::KeyBindingMissing`], [`Reason::KeyBindingUnexpected`], and the
///   errors of the Key Binding JWT: [`Reason::WrongTokenType`], [`Reason::WrongAudience`],
///   [`Reason::WrongNonce`], [`Reason::ProofTooOld`], [`Reason::IssuedInFuture`],
///   [`Reason::WrongHash`], [`Reason::ClaimMissing`], reasons of the key, and others of a token.
/// * At [`Stage::Usage`]: the errors of [`Policy::check`] and [`KeyBinding::check`];
///   [`Reason::PolicyContradiction`] about the profile for a policy of another kind;
///   [`Reason::ScratchTooSmall`] with the required size in bytes.
pub fn validate<'s>(
    presentation: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    binding: &KeyBinding<'_>,
    time: Time,
    scratch: &'s mut [u8],
) -> Result<Token<'s>, Error> {
    let verdict = decide(presentation.as_ref(), keys, policy, binding, time, scratch)?;
    Token::of(verdict, scratch)
}

/// Like [`validate`], without borrowing the scratch for the verdict.
pub(crate) fn decide(
    presentation: &[u8],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    binding: &KeyBinding<'_>,
    time: Time,
    scratch: &mut [u8],
) -> Result<Verdict, Error> {
    policy.check()?;
    binding.check()?;
    if !ptr::eq(policy.profile, &profile::SD_JWT) {
        return Err(Error::new(Reason::PolicyContradiction).about(Member::Profile));
    }
    if presentation.len() > policy.bounds.token {
        return Err(Error::new(Reason::TokenTooLong).at_offset(policy.bounds.token));
    }
    let parts = Parts::of(presentation)?;
    binding.check_presence(!parts.binding.is_empty())?;
    let layout = Layout::of(&parts);
    let Some(scratch) = scratch.get_mut(..layout.end) else {
        return Err(Error::new(Reason::ScratchTooSmall).needing(layout.end));
    };
    let verdict = decide_in(&parts, &layout, keys, policy, binding, time, scratch);
    if verdict.is_err() {
        scratch.fill(0);
    }
    verdict
}

/// The offsets of the parts of the scratch. In front of `output`, the scratch first holds the JWT
/// of the issuer, the table and the texts of the disclosures, then the Key Binding JWT.
struct Layout {
    table: usize,
    texts: usize,
    output: usize,
    tail: usize,
    end: usize,
}

impl Layout {
    fn of(parts: &Parts<'_>) -> Self {
        let table = limits::scratch_size(parts.jwt.len());
        let texts = table.saturating_add(parts.count.saturating_mul(ENTRY));
        let each = parts.disclosures.split(|byte| *byte == b'~');
        let decoded = each.fold(0usize, |sum, one| sum.saturating_add(decoded_length(one.len())));
        let binding = limits::scratch_size(parts.binding.len());
        let output = texts.saturating_add(decoded).max(binding);
        // A disclosed claim takes less space in its place than in its disclosure.
        let length = decoded_length(parts.jwt.len()).saturating_add(decoded);
        let tail = output.saturating_add(length);
        Self { table, texts, output, tail, end: tail.saturating_add(tail_for(length)) }
    }
}

fn decide_in(
    parts: &Parts<'_>,
    layout: &Layout,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    binding: &KeyBinding<'_>,
    time: Time,
    scratch: &mut [u8],
) -> Result<Verdict, Error> {
    let too_small = Error::new(Reason::ScratchTooSmall).needing(layout.end);
    let is_bound = !parts.binding.is_empty();
    let mut policy = *policy;
    policy.parts.confirmation = Some(binding.part(is_bound));
    let used = scratch.len();
    let (before, behind) = scratch.split_at_mut_checked(layout.output).ok_or(too_small)?;
    let outcome = {
        let (jwt, rest) = before.split_at_mut_checked(layout.table).ok_or(too_small)?;
        let table = layout.texts.saturating_sub(layout.table);
        let (table, texts) = rest.split_at_mut_checked(table).ok_or(too_small)?;
        let mut signed = validate::begin(parts.jwt, &policy, jwt)?;
        let verified = signed.verify(keys, false, verifier::in_software)?;
        // No disclosure is read before the signature was verified.
        verified.steps.check_signature()?;
        let Content::Object { text, records, members } = verified.content else {
            return Err(Error::new(Reason::JsonNotAnObject));
        };
        let hash = disclosures::hash_of(&Claims::new(text, records, members))?;
        let length = layout.tail.saturating_sub(layout.output);
        let (output, tail) = behind.split_at_mut_checked(length).ok_or(too_small)?;
        let start = parts.jwt.len().saturating_add(1);
        let members = policy.bounds.members;
        let disclosures =
            Disclosures::read(parts.disclosures, start, hash, table, texts, tail, members)?;
        let length = payload::process(text, disclosures, output, tail)?;
        let (text, records) = behind.split_at_mut_checked(length).ok_or(too_small)?;
        // The strict reader finds two claims with one name, at every depth.
        let members = token::accept(text, records, members).map_err(|error| {
            let error = error.at_stage(Stage::Payload);
            match error.reason() {
                // Section 7.1 step 3.3.2.3.
                Reason::JsonDuplicate => Error::new(Reason::DisclosureOverwrites),
                Reason::BufferTooSmall => too_small,
                _ => error,
            }
        })?;
        // The rest of the digests, and the records of inner objects.
        let rest = records.len().saturating_sub(members.saturating_mul(4));
        records.get_mut(..rest).unwrap_or_default().fill(0);
        let content = Content::Object { text, records, members };
        let processed = Verified { header_length: layout.output, content, ..verified };
        let verdict = validate::judge(&processed, used, &policy, time);
        (verdict, Claims::new(text, records, members), hash)
    };
    let (verdict, claims, hash) = outcome;
    // A presentation with a forged Key Binding JWT is never reported as expired.
    let mut verdict = match verdict {
        Err(error) if error.stage() == Stage::Time && is_bound => Err(error),
        verdict => Ok(verdict?),
    };
    if is_bound {
        let checked = binding.check_jwt(parts, hash, &claims, time, before);
        let difference = checked.map_err(|error| error.at_stage(Stage::Proof))?;
        if let Ok(verdict) = &mut verdict {
            verdict.steps = verdict.steps.with_difference(difference);
        }
    }
    let mut verdict = verdict?;
    let evidence = &mut verdict.evidence;
    match () {
        () if is_bound => evidence.pass(Check::KeyBinding),
        () if binding.is_forbidden() => evidence.waive(Check::KeyBinding),
        () => evidence.find_vacuous(Check::KeyBinding),
    }
    before.fill(0);
    Ok(verdict)
}
