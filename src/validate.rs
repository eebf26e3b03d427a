//! From a token to a verdict.

use crate::algorithm::Algorithm;
use crate::claims::Claims;
use crate::error::{Error, Reason};
use crate::evidence::Evidence;
use crate::key::Key;
use crate::key::table::Keys;
use crate::key::verifier::{self, SignatureVerifier};
use crate::limits;
use crate::policy::{Policy, judge};
use crate::step_counter::StepCounter;
use crate::time::Time;
use crate::token::{Content, Signed, Unverified};
use core::hint::black_box;

/// Decides whether `token`, a JWT in JWS compact form, is accepted.
///
/// One direction, no way back; the first refusal is the answer:
///
/// 1. **Policy.** It is whole, and nothing in it is empty or contradicts itself.
/// 2. **Bounds.** The length of the token, exactly two dots, no empty header or signature.
/// 3. **Header.** Strict base64url, strict JSON; `alg`, `kid`, `typ`; what changes the reading refuses.
/// 4. **Algorithm.** In the policy's list, and built into this library.
/// 5. **Key.** From `keys` only: those that may verify the algorithm and have the token's `kid`, then those
///    without one; all that may verify it if the token has none; at most 8.
/// 6. **Signature.** Of the exact length, over the received bytes.
/// 7. **Payload.** Only now decoded and read: nobody sees a byte that nobody signed.
/// 8. **Claims.** Registered claims have the right types; then what the policy and its profile ask for.
/// 9. **Time.** `exp` and `nbf`, only after all else: what is merely expired is never forged.
///
/// `scratch` holds the decoded header and claims, which the verdict borrows, and records for finding
/// duplicate members; [`scratch_size`](crate::scratch_size) of the token's length is always enough. After
/// a refusal what was used of it is wiped.
///
/// `token` is the token and nothing else: a scheme such as `Bearer` and space around it are the caller's to take
/// off. So is refusing a request that carries two tokens.
///
/// # Errors
///
/// One [`Error`]: its stage is one of the steps above, [`Stage`](crate::Stage) has them all.
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

/// As [`validate`], with signatures verified by the caller's hardware.
///
/// The algorithm must be built into this library all the same: keys are checked here when they are loaded. A linker that
/// leaves out what nobody calls leaves out its verification.
///
/// # Errors
///
/// As for [`validate`]; a signature that the hardware does not find right is [`Reason::SignatureInvalid`](crate::Reason::SignatureInvalid).
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

/// A verdict without what it borrows.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_index: usize,
    pub(crate) evidence: Evidence,
    pub(crate) steps: StepCounter,
    /// The name of the profile, and the leeway in seconds: what single use must know.
    pub(crate) profile: &'static str,
    pub(crate) leeway: u32,
    /// The age that the policy allows, which bounds a token without `exp`.
    pub(crate) max_token_age: Option<u32>,
    /// The row of trust that was chosen, 0 if there was no choice.
    pub(crate) row: usize,
    pub(crate) extent: Extent,
}

/// Where in the scratch everything is: the header, then the payload, and at the end of what was used the
/// records of its members.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// Bytes of the scratch that were used, the gap before the records included.
    pub(crate) used: usize,
    pub(crate) header_length: usize,
    pub(crate) payload_length: usize,
    /// Members of the payload, `None` if it is opaque.
    pub(crate) members: Option<usize>,
    /// Where in the payload the claim is that grants scopes. 0 if the policy names no claim, [`usize::MAX`]
    /// if the token does not have the claim that it names.
    pub(crate) scopes_at: usize,
}

impl Extent {
    /// The claims in `scratch`. Those of an opaque payload are none.
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

/// Small machines are those that an attacker can hold in his hand, to disturb their clock or supply. Elsewhere it would
/// cost a third of the time of a token with a MAC.
const JUDGES_TWICE: bool = cfg!(not(target_pointer_width = "64"));

/// The policy, if it is still sound: the first look at it may have been disturbed, and have spoiled it. What Rust programs
/// ask of tokens is mostly known to the compiler, which looked at it for good; a policy from C was put together in memory.
fn look_again<'p, 'a>(policy: &'p Policy<'a>) -> Result<&'p Policy<'a>, Error> {
    if cfg!(feature = "ffi") {
        let policy = black_box(policy);
        policy.check()?;
        return Ok(policy);
    }
    Ok(policy)
}

/// As [`validate`], without borrowing the scratch for the verdict. Wipes what was used of it on refusal.
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

/// As much of a scratch as a token may use.
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

/// Everything before the key. The policy must be [whole](Policy::check).
pub(crate) fn begin<'a>(
    token: &'a [u8],
    policy: &Policy<'_>,
    scratch: &'a mut [u8],
) -> Result<Signed<'a>, Error> {
    Unverified::read_within(token, scratch, policy.bounds, policy.padded)?.signed(policy.algorithms)
}

/// The key and everything behind it, for a token that was [begun](begin) in a scratch of `used` bytes.
pub(crate) fn conclude(
    signed: Signed<'_>,
    used: usize,
    keys: Keys<'_>,
    policy: &Policy<'_>,
    time: Time,
    verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
) -> Result<Verdict, Error> {
    let opaque = !policy.profile.has_claims;
    let verified = signed.verify(keys, opaque, verify)?;
    let evidence = judge::judge(policy, &verified, time)?;
    let again = match JUDGES_TWICE {
        // Of what the compiler cannot know to be the same: who got past one refusal meets it here.
        true => judge::judge(look_again(policy)?, black_box(&verified), time)?,
        false => evidence,
    };
    let (payload_length, members, scopes_at) = match verified.content {
        Content::Opaque(payload) => (payload.len(), None, 0),
        Content::Object { text, records, members } => {
            let claims = Claims::new(text, records, members);
            let place = |name| claims.place_of_member(name).unwrap_or(usize::MAX);
            (text.len(), Some(members), policy.scope_claim.map_or(0, place))
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
        max_token_age: policy.max_token_age,
        row: 0,
        extent: Extent { used, header_length, payload_length, members, scopes_at },
    })
}

/// A token that was accepted: its signature is right and its claims are what the policy asks for. Nothing
/// else makes one.
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
            // By another way than the right one: see StepCounter.
            scratch.fill(0);
            return Err(Error::new(Reason::SignatureInvalid));
        }
        Ok(Self { verdict, scratch })
    }

    /// The claims. Those of a plain JWS are none.
    pub fn claims(&self) -> Claims<'s> {
        self.verdict.extent.claims(self.scratch)
    }

    /// The payload of a plain JWS. `None` for a token with claims, whose payload was rewritten when it was
    /// read.
    pub fn payload(&self) -> Option<&'s [u8]> {
        self.verdict.extent.payload(self.scratch)
    }

    /// The algorithm of the signature.
    pub fn algorithm(&self) -> Algorithm {
        self.verdict.algorithm
    }

    /// The position in the table of the key that verified the signature.
    pub fn key_index(&self) -> usize {
        self.verdict.key_index
    }

    /// The position of the row whose keys and policy accepted the token, by
    /// [`validate_any`](crate::validate_any). Otherwise 0.
    pub fn row(&self) -> usize {
        self.verdict.row
    }

    pub(crate) fn profile(&self) -> &'static str {
        self.verdict.profile
    }

    pub(crate) fn leeway(&self) -> u32 {
        self.verdict.leeway
    }

    pub(crate) fn max_token_age(&self) -> Option<u32> {
        self.verdict.max_token_age
    }

    /// Which checks were made.
    pub fn evidence(&self) -> Evidence {
        self.verdict.evidence
    }
}

impl core::fmt::Debug for Token<'_> {
    /// Names the claims and does not show them: tokens end up in logs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Token")
            .field("algorithm", &self.verdict.algorithm)
            .field("key_index", &self.verdict.key_index)
            .field("evidence", &self.verdict.evidence)
            .field("claims", &self.claims())
            .finish()
    }
}
