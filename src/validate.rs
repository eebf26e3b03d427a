//! Validates a token: runs the steps in order and returns the verdict.

#[cfg(feature = "alloc")]
pub(crate) mod owned;

use crate::algorithm::Algorithm;
use crate::claims::Claims;
use crate::error::{Error, Reason};
use crate::evidence::Evidence;
use crate::key::Key;
use crate::key::table::Keys;
use crate::key::verifier::{self, SignatureVerifier};
use crate::limits;
use crate::policy::{Policy, check};
use crate::step_counter::StepCounter;
use crate::time::Time;
use crate::token::{Content, Signed, Unverified, Verified};
use core::hint::black_box;

/// Validates `token`, a JWT in JWS compact form.
///
/// The steps run in this order, and the first error ends the validation:
///
/// 1. **Policy.** It must be complete, without an empty member or a contradiction.
/// 2. **Bounds.** The length of the token, exactly two dots, a non-empty header and signature.
/// 3. **Header.** Strict base64url, strict JSON; `alg`, `kid`, `typ`. Parameters that change how
///    the token is read are rejected.
/// 4. **Algorithm.** It must be in the policy's list, and built into this library.
/// 5. **Key.** From `keys` only. Keys that may verify the algorithm and have the token's `kid` are
///    tried first, then those without a `kid`. If the token has no `kid`, all keys that may verify
///    the algorithm are tried. At most 8 keys are tried.
/// 6. **Signature.** It must have the exact length, and is verified over the received bytes.
/// 7. **Payload.** Decoded and parsed only now, so unsigned bytes are never parsed.
/// 8. **Claims.** Registered claims must have the right types. Then the requirements of the policy
///    and its profile are checked.
/// 9. **Time.** `exp` and `nbf`, after everything else: a forged token is never reported as
///    expired.
///
/// `scratch` holds the decoded header and claims, and records for finding duplicate members. The
/// verdict borrows the claims. [`scratch_size`](crate::scratch_size) of the token's length is
/// always enough. After an error, the used part of the scratch is wiped.
///
/// `token` must be the bare token: the caller removes a scheme such as `Bearer`, and white space
/// around the token. The caller also rejects a request that carries two tokens.
///
/// # Errors
///
/// One [`Error`], whose stage is one of the steps above; see [`Stage`](crate::Stage).
pub fn validate<'s>(
    token: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    scratch: &'s mut [u8],
) -> Result<Token<'s>, Error> {
    let verdict = decide(token.as_ref(), keys, policy, time, scratch, verifier::in_software)?;
    Token::of(verdict, scratch)
}

/// Like [`validate`], but the caller's hardware verifies the signatures.
///
/// The algorithm must still be built into this library, because keys are checked here when they are
/// loaded. If the program never verifies in software, the linker can leave out the code for it.
///
/// # Errors
///
/// As for [`validate`]. If the hardware does not accept a signature, the reason is
/// [`Reason::SignatureInvalid`](crate::Reason::SignatureInvalid).
pub fn validate_with<'s>(
    token: impl AsRef<[u8]>,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    scratch: &'s mut [u8],
    verifier: &(impl SignatureVerifier + ?Sized),
) -> Result<Token<'s>, Error> {
    let verify = verifier::by(verifier);
    let verdict = decide(token.as_ref(), keys, policy, time, scratch, verify)?;
    Token::of(verdict, scratch)
}

/// A verdict without its borrowed parts.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_index: usize,
    pub(crate) evidence: Evidence,
    pub(crate) steps: StepCounter,
    /// The name of the profile, and the leeway in seconds. The replay cache needs both.
    pub(crate) profile: &'static str,
    pub(crate) leeway: u32,
    /// The maximum age in the policy, or else its maximum lifetime, in seconds. The replay cache
    /// bounds a token without `exp` or without `iat` by it.
    pub(crate) longest_life: Option<u32>,
    /// The index of the chosen trust row; 0 for a validation without rows.
    pub(crate) row: usize,
    pub(crate) extent: Extent,
}

/// The layout of the scratch: the header, then the payload, and the records of its members at the
/// end of the used part.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// Bytes of the scratch that were used, including the gap before the records.
    pub(crate) used: usize,
    pub(crate) header_length: usize,
    pub(crate) payload_length: usize,
    /// The number of members of the payload. `None` if it is opaque.
    pub(crate) members: Option<usize>,
    /// The offset in the payload of the claim that grants scopes. 0 if the policy names no such
    /// claim, [`usize::MAX`] if the token does not have it.
    pub(crate) scopes_at: usize,
}

impl Extent {
    /// The claims in `scratch`. Empty if the payload is opaque.
    pub(crate) fn claims<'s>(&self, scratch: &'s [u8]) -> Claims<'s> {
        let Some(members) = self.members else {
            return Claims::EMPTY;
        };
        let (_, payload, records) = self.split(scratch);
        Claims::new(payload, records, members).with_scopes_at(self.scopes_at)
    }

    /// The payload in `scratch`, if it is opaque.
    pub(crate) fn payload<'s>(&self, scratch: &'s [u8]) -> Option<&'s [u8]> {
        let (_, payload, _) = self.split(scratch);
        self.members.is_none().then_some(payload)
    }

    fn split<'s>(&self, scratch: &'s [u8]) -> (&'s [u8], &'s [u8], &'s [u8]) {
        let used = scratch.get(..self.used).unwrap_or_default();
        let (header, rest) = used.split_at_checked(self.header_length).unwrap_or_default();
        let (payload, records) = rest.split_at_checked(self.payload_length).unwrap_or_default();
        (header, payload, records)
    }
}

/// True if the claims are checked twice. 32-bit targets are devices in which an attacker may cause
/// faults by glitches. On 64-bit hosts, the second pass would add a third to the time of an HMAC
/// token.
const CHECKS_TWICE: bool = cfg!(fault_hardening);

/// True if the policy is checked again before the second pass: a glitch during the first check may
/// have corrupted it. Policies in Rust are mostly compile-time constants, so only builds with the C
/// ABI do this.
fn look_again<'p, 'a>(policy: &'p Policy<'a>) -> Result<&'p Policy<'a>, Error> {
    if cfg!(feature = "ffi") {
        let policy = black_box(policy);
        policy.check()?;
        return Ok(policy);
    }
    Ok(policy)
}

/// Like [`validate`], without borrowing the scratch for the verdict. Wipes the used part of the
/// scratch after an error.
pub(crate) fn decide(
    token: &[u8],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    scratch: &mut [u8],
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
) -> Result<Verdict, Error> {
    let scratch = used_of(token, scratch);
    let verdict = decide_in(token, keys, policy, time, scratch, verify);
    if verdict.is_err() {
        scratch.fill(0);
    }
    verdict
}

/// The part of a scratch that a token may use.
pub(crate) fn used_of<'s>(token: &[u8], scratch: &'s mut [u8]) -> &'s mut [u8] {
    let used = limits::scratch_size(token.len()).min(scratch.len());
    scratch.get_mut(..used).unwrap_or_default()
}

fn decide_in(
    token: &[u8],
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    scratch: &mut [u8],
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
) -> Result<Verdict, Error> {
    policy.check()?;
    let used = scratch.len();
    let signed = begin(token, policy, scratch)?;
    conclude(signed, used, keys, policy, time, verify)
}

/// The steps before the choice of the key. The policy must have passed [`Policy::check`].
pub(crate) fn begin<'a>(
    token: &'a [u8],
    policy: &Policy<'_>,
    scratch: &'a mut [u8],
) -> Result<Signed<'a>, Error> {
    Unverified::read_within(token, scratch, policy.bounds, policy.padded)?.signed(policy.algorithms)
}

/// The choice of the key and all later steps, for a token from [`begin`] in a scratch of `used`
/// bytes.
pub(crate) fn conclude(
    mut signed: Signed<'_>,
    used: usize,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
) -> Result<Verdict, Error> {
    let opaque = !policy.profile.has_claims;
    judge(&signed.verify(keys, opaque, verify)?, used, policy, time)
}

/// The checks of the claims, for a verified token in a scratch of `used` bytes.
#[inline]
pub(crate) fn judge(
    verified: &Verified<'_>,
    used: usize,
    policy: &Policy<'_>,
    time: Time,
) -> Result<Verdict, Error> {
    let evidence = check::check_token(policy, verified, time)?;
    let again = match CHECKS_TWICE {
        // The compiler must not merge the two passes. If a glitch skips a rejection in one pass,
        // the other pass still rejects.
        true => check::check_token(look_again(policy)?, black_box(verified), time)?,
        false => evidence,
    };
    let (payload_length, members, scopes_at) = match verified.content {
        Content::Opaque(payload) => (payload.len(), None, 0),
        Content::Object { text, records, members } => {
            let claims = Claims::new(text, records, members);
            let place = |name| claims.place_of_member(name).unwrap_or(usize::MAX);
            (text.len(), Some(members), policy.scopes.claim.map_or(0, place))
        }
    };
    let header_length = verified.header_length;
    Ok(Verdict {
        algorithm: verified.algorithm,
        key_index: verified.key_index,
        evidence,
        steps: verified.steps.claims_checked(evidence.difference(&again)),
        profile: policy.profile.name,
        leeway: policy.leeway(),
        longest_life: policy.max_token_age.or(policy.max_lifetime),
        row: 0,
        extent: Extent { used, header_length, payload_length, members, scopes_at },
    })
}

/// An accepted token: its signature is valid and its claims fulfil the policy. Only validation
/// makes one.
///
/// Borrows the scratch.
#[derive(Clone, Copy)]
pub struct Token<'s> {
    verdict: Verdict,
    scratch: &'s [u8],
}

impl<'s> Token<'s> {
    pub(crate) fn of(verdict: Verdict, scratch: &'s mut [u8]) -> Result<Self, Error> {
        if !verdict.steps.is_complete() {
            // A wrong value means that a fault skipped a step: see `StepCounter`.
            scratch.fill(0);
            return Err(Error::new(Reason::SignatureInvalid));
        }
        Ok(Self { verdict, scratch })
    }

    /// The claims. Empty for a plain JWS.
    pub fn claims(&self) -> Claims<'s> {
        self.verdict.extent.claims(self.scratch)
    }

    /// The payload of a plain JWS. `None` for a token with claims, because parsing rewrites its
    /// payload.
    pub fn payload(&self) -> Option<&'s [u8]> {
        self.verdict.extent.payload(self.scratch)
    }

    /// The algorithm of the signature.
    pub fn algorithm(&self) -> Algorithm {
        self.verdict.algorithm
    }

    /// The index in the table of the key that verified the signature.
    pub fn key_index(&self) -> usize {
        self.verdict.key_index
    }

    /// The index of the row whose keys and policy accepted the token, if
    /// [`validate_any`](crate::validate_any) did. 0 after any other validation.
    pub fn row(&self) -> usize {
        self.verdict.row
    }

    pub(crate) fn profile(&self) -> &'static str {
        self.verdict.profile
    }

    pub(crate) fn leeway(&self) -> u32 {
        self.verdict.leeway
    }

    pub(crate) fn longest_life(&self) -> Option<u32> {
        self.verdict.longest_life
    }

    /// The checks that were made.
    pub fn evidence(&self) -> Evidence {
        self.verdict.evidence
    }
}

impl core::fmt::Debug for Token<'_> {
    /// Shows only the names of the claims, because debug output may end up in logs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Token")
            .field("algorithm", &self.verdict.algorithm)
            .field("key_index", &self.verdict.key_index)
            .field("evidence", &self.verdict.evidence)
            .field("claims", &self.claims())
            .finish()
    }
}
