//! What OpenID Connect asks about who logged in and how: `nonce`, `azp` and the hashes that tie an ID
//! token to what came with it (Core sections 3.1.3.6, 3.1.3.7 and 3.3.2.11). `max_age` is asked with the
//! other times.

use crate::base64url;
use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::Policy;
use crate::policy::judge::{Judged, missing};
use crate::texts::Texts;
use subtle::ConstantTimeEq;

impl<'a> Policy<'a> {
    /// Asks for this `nonce`.
    pub fn require_nonce(mut self, nonce: &'a str) -> Self {
        self.note_twice(self.authentication.nonce.is_some(), Claim::Nonce);
        self.authentication.nonce = Some(nonce);
        self.with_authentication()
    }

    /// Takes these values of `azp`, in place of the audience that the policy asks for. (Google issues
    /// tokens whose `azp` is not in `aud`.) A token without `azp` passes: ask for it with
    /// [`ClaimRule::present`](crate::ClaimRule::present).
    pub fn with_authorized_parties(mut self, parties: impl Into<Texts<'a>>) -> Self {
        let given = self.authentication.authorized_parties.is_given();
        self.note_twice(given, Claim::AuthorizedParty);
        self.authentication.authorized_parties = parties.into();
        self.with_authentication()
    }

    /// Asks that `azp` be there if the token is for several audiences (Core section 3.1.3.7 step 4 as it
    /// was before errata set 2).
    pub fn require_authorized_party(mut self) -> Self {
        self.authentication.require_authorized_party = true;
        self.with_authentication()
    }

    /// Asks for an `auth_time` at most this many seconds ago (`max_age` of the authentication request), and
    /// not in the future.
    pub fn with_max_age(mut self, seconds: u32) -> Self {
        self.authentication.max_age = Some(seconds);
        self.with_authentication()
    }

    /// Checks `at_hash` against the access token that came with the ID token, if it is there.
    pub fn with_access_token(mut self, access_token: &'a str) -> Self {
        let given = self.authentication.access_token.is_some();
        self.note_twice(given, Claim::AccessTokenHash);
        self.authentication.access_token = Some(access_token);
        self.with_authentication()
    }

    /// Checks `c_hash` against the code that came with the ID token, if it is there.
    pub fn with_code(mut self, code: &'a str) -> Self {
        self.note_twice(self.authentication.code.is_some(), Claim::CodeHash);
        self.authentication.code = Some(code);
        self.with_authentication()
    }

    /// Asks that `at_hash` be there. Needs [`with_access_token`](Self::with_access_token).
    pub fn require_access_token_hash(mut self) -> Self {
        self.authentication.require_access_token_hash = true;
        self.with_authentication()
    }

    /// Asks that `c_hash` be there. Needs [`with_code`](Self::with_code).
    pub fn require_code_hash(mut self) -> Self {
        self.authentication.require_code_hash = true;
        self.with_authentication()
    }

    fn with_authentication(mut self) -> Self {
        self.judge_authentication = Some(judge);
        self
    }
}

pub(super) fn judge(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    judge_authorized_party(policy, judged, evidence)?;
    judge_nonce(policy, judged, evidence)?;
    let asked = &policy.authentication;
    let access_token = Hashed {
        name: "at_hash",
        claim: Claim::AccessTokenHash,
        check: Check::AccessTokenHash,
        value: asked.access_token,
        required: asked.require_access_token_hash,
    };
    access_token.judge(judged, evidence)?;
    let code = Hashed {
        name: "c_hash",
        claim: Claim::CodeHash,
        check: Check::CodeHash,
        value: asked.code,
        required: asked.require_code_hash,
    };
    code.judge(judged, evidence)
}

/// Core section 3.1.3.7 steps 4 and 5.
fn judge_authorized_party(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claim = Claim::AuthorizedParty;
    let asked = &policy.authentication;
    let Some(found) = judged.string("azp", claim)? else {
        let several = judged.audience.clone().is_some_and(|all| all.count() > 1);
        if asked.require_authorized_party && several {
            return Err(missing(claim));
        }
        evidence.find_vacuous(Check::AuthorizedParty);
        return Ok(());
    };
    let parties = if asked.authorized_parties.is_given() {
        asked.authorized_parties
    } else {
        policy.audiences
    };
    if !parties.iter().any(|party| party == found) {
        return Err(Error::new(Reason::WrongAuthorizedParty).about(claim));
    }
    evidence.pass(Check::AuthorizedParty);
    Ok(())
}

/// Core section 3.1.3.7 step 11.
fn judge_nonce(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let Some(sent) = policy.authentication.nonce else {
        if policy.waived.nonce {
            evidence.waive(Check::Nonce);
        }
        return Ok(());
    };
    let found = judged.string("nonce", Claim::Nonce)?;
    let found = found.ok_or(missing(Claim::Nonce))?;
    if !bool::from(found.as_bytes().ct_eq(sent.as_bytes())) {
        return Err(Error::new(Reason::WrongNonce).about(Claim::Nonce));
    }
    evidence.pass(Check::Nonce);
    Ok(())
}

/// A claim with the hash of a value that came with the token.
struct Hashed<'a> {
    name: &'static str,
    claim: Claim,
    check: Check,
    value: Option<&'a str>,
    required: bool,
}

impl Hashed<'_> {
    /// Core section 3.1.3.6: base64url of the left half of the hash that the token's algorithm signs.
    fn judge(&self, judged: &Judged<'_>, evidence: &mut Evidence) -> Result<(), Error> {
        let Some(value) = self.value else {
            return Ok(());
        };
        let Some(found) = judged.string(self.name, self.claim)? else {
            if self.required {
                return Err(missing(self.claim));
            }
            evidence.find_vacuous(self.check);
            return Ok(());
        };
        let wrong = Error::new(Reason::WrongHash).about(self.claim);
        // An algorithm without a hash of its own has no such claim: what cannot be checked refuses.
        let digest = judged.algorithm.hash().ok_or(wrong)?.digest(value.as_bytes());
        let half = digest.as_bytes().get(..digest.as_bytes().len() / 2);
        let mut decoded = [0u8; crate::digest::MAX_DIGEST_BYTES];
        let length = base64url::decode(found.as_bytes(), &mut decoded).map_err(|_| wrong)?;
        let decoded = decoded.get(..length).unwrap_or_default();
        if !bool::from(decoded.ct_eq(half.unwrap_or_default())) {
            return Err(wrong);
        }
        evidence.pass(self.check);
        Ok(())
    }
}
