//! The checks of OpenID Connect on the user and the login: `nonce`, `azp` and the hashes that bind
//! an ID token to the code and access token beside it (Core sections 3.1.3.6, 3.1.3.7 and
//! 3.3.2.11). `max_age` is checked with the other times.

use crate::base64url;
use crate::claims::Strings;
use crate::claims::registered::{RegisteredClaims, missing, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{self, Part, Policy};
use crate::signature;
use crate::str_list::StrList;
use subtle::ConstantTimeEq;

/// The requirements on the user and the login (OpenID Connect Core section 3.1.3.7).
#[derive(Clone, Copy)]
pub(crate) struct Authentication<'a> {
    pub(crate) subject: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    /// True if `azp` is checked. It is checked in every ID token, and in other tokens on request.
    pub(crate) checks_authorized_party: bool,
    pub(crate) authorized_parties: StrList<'a>,
    pub(crate) require_authorized_party: bool,
    pub(crate) contexts: StrList<'a>,
    pub(crate) methods: StrList<'a>,
    pub(crate) max_age: Option<u32>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) require_access_token_hash: bool,
    pub(crate) require_code_hash: bool,
    pub(crate) require_state_hash: bool,
}

static PART: Part = Part { check: |policy| policy.authentication.check(), check_token };

impl Authentication<'_> {
    pub(crate) const NOTHING: Self = Self {
        subject: None,
        nonce: None,
        checks_authorized_party: false,
        authorized_parties: StrList::NOT_GIVEN,
        require_authorized_party: false,
        contexts: StrList::NOT_GIVEN,
        methods: StrList::NOT_GIVEN,
        max_age: None,
        access_token: None,
        code: None,
        state: None,
        require_access_token_hash: false,
        require_code_hash: false,
        require_state_hash: false,
    };

    fn check(&self) -> Result<(), Error> {
        policy::check_text(self.subject, Member::Subject)?;
        policy::check_text(self.nonce, Member::Nonce)?;
        policy::check_texts(&self.authorized_parties, Member::AuthorizedParty)?;
        policy::check_texts(&self.contexts, Member::AuthenticationContext)?;
        policy::check_texts(&self.methods, Member::AuthenticationMethods)?;
        for (value, required, claim) in [
            (self.access_token, self.require_access_token_hash, Member::AccessTokenHash),
            (self.code, self.require_code_hash, Member::CodeHash),
            (self.state, self.require_state_hash, Member::StateHash),
        ] {
            policy::check_text(value, claim)?;
            // Requiring a hash needs the value over which it is computed.
            if required && value.is_none() {
                return Err(Error::new(Reason::PolicyIncomplete).about(claim));
            }
        }
        Ok(())
    }
}

impl<'a> Policy<'a> {
    /// Requires this `nonce`.
    pub fn require_nonce(mut self, nonce: &'a str) -> Self {
        self.note_twice(self.authentication.nonce.is_some(), Member::Nonce);
        self.authentication.nonce = Some(nonce);
        self.with_authentication()
    }

    /// Accepts these values of `azp`, in place of the audience of the policy. (Google issues tokens
    /// whose `azp` is not in `aud`.) A token without `azp` passes: require it with
    /// [`ClaimRule::present`](crate::ClaimRule::present).
    pub fn allow_authorized_parties(mut self, parties: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.authorized_parties.is_given();
        self.note_twice(given, Member::AuthorizedParty);
        self.authentication.authorized_parties = parties.into();
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    /// Requires `azp` if the token has several audiences (Core section 3.1.3.7 step 4, before
    /// errata set 2).
    pub fn require_authorized_party(mut self) -> Self {
        self.authentication.require_authorized_party = true;
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    /// Requires an `auth_time` that is at most this many seconds ago (`max_age` of the
    /// authentication request), and not in the future.
    pub fn require_max_age(mut self, seconds: u32) -> Self {
        let given = self.authentication.max_age.is_some();
        self.note_twice(given, Member::AuthenticationTime);
        self.authentication.max_age = Some(seconds);
        self.with_authentication()
    }

    /// If the token has `at_hash`, compares it with the hash of the access token that came with the
    /// ID token.
    pub fn with_access_token(mut self, access_token: &'a str) -> Self {
        let given = self.authentication.access_token.is_some();
        self.note_twice(given, Member::AccessTokenHash);
        self.authentication.access_token = Some(access_token);
        self.with_authentication()
    }

    /// If the token has `c_hash`, compares it with the hash of the code that came with the ID
    /// token.
    pub fn with_code(mut self, code: &'a str) -> Self {
        self.note_twice(self.authentication.code.is_some(), Member::CodeHash);
        self.authentication.code = Some(code);
        self.with_authentication()
    }

    /// Requires `at_hash`. Needs [`with_access_token`](Self::with_access_token).
    pub fn require_access_token_hash(mut self) -> Self {
        self.authentication.require_access_token_hash = true;
        self.with_authentication()
    }

    /// Requires `c_hash`. Needs [`with_code`](Self::with_code).
    pub fn require_code_hash(mut self) -> Self {
        self.authentication.require_code_hash = true;
        self.with_authentication()
    }

    /// If the token has `s_hash`, compares it with the hash of the `state` of the authorization
    /// request (Financial-grade API 1.0 part 2 section 5.2.2). See
    /// [`require_state_hash`](Self::require_state_hash).
    pub fn with_state(mut self, state: &'a str) -> Self {
        self.note_twice(self.authentication.state.is_some(), Member::StateHash);
        self.authentication.state = Some(state);
        self.with_authentication()
    }

    /// Requires `s_hash`. Needs [`with_state`](Self::with_state).
    pub fn require_state_hash(mut self) -> Self {
        self.authentication.require_state_hash = true;
        self.with_authentication()
    }

    /// Requires this `sub`: the user of the session, or the `sub` of the other ID token in a hybrid
    /// flow. Both ID tokens have the same `iss` and `sub` (Core section 3.3.3.6).
    pub fn require_subject(mut self, subject: &'a str) -> Self {
        self.note_twice(self.authentication.subject.is_some(), Member::Subject);
        self.authentication.subject = Some(subject);
        self.with_authentication()
    }

    /// Requires one of these authentication context classes in `acr` (Core section 3.1.3.7 step
    /// 12).
    pub fn require_authentication_context(mut self, classes: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.contexts.is_given();
        self.note_twice(given, Member::AuthenticationContext);
        self.authentication.contexts = classes.into();
        self.with_authentication()
    }

    /// Requires all of these authentication methods in `amr` (Core section 2, RFC 8176).
    pub fn require_authentication_methods(mut self, methods: impl Into<StrList<'a>>) -> Self {
        let given = self.authentication.methods.is_given();
        self.note_twice(given, Member::AuthenticationMethods);
        self.authentication.methods = methods.into();
        self.with_authentication()
    }

    /// Adds the requirements that every ID token must meet.
    pub(crate) fn with_authentication_of_id_token(mut self) -> Self {
        self.authentication.checks_authorized_party = true;
        self.with_authentication()
    }

    fn with_authentication(mut self) -> Self {
        self.parts.authentication = Some(&PART);
        self
    }
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    check_subject(policy, registered, evidence)?;
    check_authorized_party(policy, registered, evidence)?;
    check_nonce(policy, registered, evidence)?;
    check_context(policy, registered, evidence)?;
    check_methods(policy, registered, evidence)?;
    let asked = &policy.authentication;
    let access_token = Hashed {
        name: "at_hash",
        claim: Member::AccessTokenHash,
        check: Check::AccessTokenHash,
        value: asked.access_token,
        required: asked.require_access_token_hash,
    };
    access_token.check_token(registered, evidence)?;
    let code = Hashed {
        name: "c_hash",
        claim: Member::CodeHash,
        check: Check::CodeHash,
        value: asked.code,
        required: asked.require_code_hash,
    };
    code.check_token(registered, evidence)?;
    let state = Hashed {
        name: "s_hash",
        claim: Member::StateHash,
        check: Check::StateHash,
        value: asked.state,
        required: asked.require_state_hash,
    };
    state.check_token(registered, evidence)
}

fn check_subject(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let Some(wanted) = policy.authentication.subject else {
        return Ok(());
    };
    // OpenID Connect Core section 5.7: subjects are compared unchanged.
    if registered.subject.ok_or(missing(Member::Subject))? != wanted.as_bytes() {
        return Err(Error::new(Reason::WrongSubject).about(Member::Subject));
    }
    evidence.pass(Check::Subject);
    Ok(())
}

/// Core section 3.1.3.7 step 12.
fn check_context(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claim = Member::AuthenticationContext;
    let asked = policy.authentication.contexts;
    if !asked.is_given() {
        return Ok(());
    }
    let found = registered.string("acr", claim)?.ok_or(missing(claim))?;
    if !asked.iter().any(|class| class == found) {
        return Err(Error::new(Reason::WrongAuthenticationContext).about(claim));
    }
    evidence.pass(Check::AuthenticationContext);
    Ok(())
}

fn check_methods(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claim = Member::AuthenticationMethods;
    let asked = policy.authentication.methods;
    if !asked.is_given() {
        return Ok(());
    }
    let value = registered.claims.member("amr").ok_or(missing(claim))?;
    // Core section 2: an array of strings, never a single string.
    let used = value.array().and_then(|_| Strings::of(value)).ok_or(wrong_type(claim))?;
    if !asked.iter().all(|method| used.clone().any(|used| used == method)) {
        return Err(Error::new(Reason::AuthenticationMethodMissing).about(claim));
    }
    evidence.pass(Check::AuthenticationMethods);
    Ok(())
}

/// Core section 3.1.3.7 steps 4 and 5.
fn check_authorized_party(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claim = Member::AuthorizedParty;
    let asked = &policy.authentication;
    if !asked.checks_authorized_party {
        return Ok(());
    }
    let Some(found) = registered.string("azp", claim)? else {
        let several = registered.audience.clone().is_some_and(|all| all.count() > 1);
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
fn check_nonce(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let Some(sent) = policy.authentication.nonce else {
        if policy.waived.nonce {
            evidence.waive(Check::Nonce);
        }
        return Ok(());
    };
    let found = registered.string("nonce", Member::Nonce)?;
    let found = found.ok_or(missing(Member::Nonce))?;
    if !bool::from(found.as_bytes().ct_eq(sent.as_bytes())) {
        return Err(Error::new(Reason::WrongNonce).about(Member::Nonce));
    }
    evidence.pass(Check::Nonce);
    Ok(())
}

/// Checks a claim that is the hash of a value that came with the token.
struct Hashed<'a> {
    name: &'static str,
    claim: Member,
    check: Check,
    value: Option<&'a str>,
    required: bool,
}

impl Hashed<'_> {
    /// Core section 3.1.3.6: the claim is base64url of the left half of the hash, by the hash
    /// function of the token's algorithm.
    fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let Some(value) = self.value else {
            return Ok(());
        };
        let Some(found) = registered.string(self.name, self.claim)? else {
            if self.required {
                return Err(missing(self.claim));
            }
            evidence.find_vacuous(self.check);
            return Ok(());
        };
        let wrong = Error::new(Reason::WrongHash).about(self.claim);
        // A hash that cannot be computed cannot be checked, so the token is rejected.
        let half = signature::half_hash(registered.algorithm, value.as_bytes()).ok_or(wrong)?;
        let mut decoded = [0u8; crate::digest::MAX_DIGEST_BYTES];
        let length = base64url::decode(found.as_bytes(), &mut decoded).map_err(|_| wrong)?;
        if !half.is_same_as(decoded.get(..length).unwrap_or_default()) {
            return Err(wrong);
        }
        evidence.pass(self.check);
        Ok(())
    }
}
