//! ID tokens from a refresh (OpenID Connect Core section 12.2). Their claims about the
//! authentication must agree with those of the original.

use super::id_token;
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, date, missing};
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{self, Policy, Profile};
use crate::str_list::StrList;

static REFRESHED_ID_TOKEN: Profile =
    Profile { name: "refreshed ID token", has_claims: true, check, check_token };

/// The claims of the original ID token that a client keeps until no refresh can follow.
///
/// Each member may be given at most once. Otherwise a policy with this original is rejected with
/// [`Reason::PolicyTwice`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct OriginalIdToken<'a> {
    issuer: &'a str,
    subject: &'a str,
    audiences: StrList<'a>,
    issued_at: i64,
    authorized_party: Option<&'a str>,
    authenticated_at: Option<i64>,
    nonce: Option<&'a str>,
    given_twice: Twice,
}

impl<'a> OriginalIdToken<'a> {
    /// Takes `iss`, `sub`, all of `aud`, and `iat` in seconds since 1970-01-01T00:00:00Z, rounded
    /// down.
    pub fn new(
        issuer: &'a str,
        subject: &'a str,
        audiences: impl Into<StrList<'a>>,
        issued_at: i64,
    ) -> Self {
        Self {
            issuer,
            subject,
            audiences: audiences.into(),
            issued_at,
            authorized_party: None,
            authenticated_at: None,
            nonce: None,
            given_twice: Twice::NEVER,
        }
    }

    /// Takes `azp`, if the original has it.
    pub const fn with_authorized_party(mut self, authorized_party: &'a str) -> Self {
        self.given_twice.note(self.authorized_party.is_some(), Member::AuthorizedParty);
        self.authorized_party = Some(authorized_party);
        self
    }

    /// Takes `auth_time`, if the original has it, in seconds since 1970-01-01T00:00:00Z, rounded
    /// down.
    pub const fn with_authentication_time(mut self, authenticated_at: i64) -> Self {
        self.given_twice.note(self.authenticated_at.is_some(), Member::AuthenticationTime);
        self.authenticated_at = Some(authenticated_at);
        self
    }

    /// Takes `nonce`, if the original has it.
    pub const fn with_nonce(mut self, nonce: &'a str) -> Self {
        self.given_twice.note(self.nonce.is_some(), Member::Nonce);
        self.nonce = Some(nonce);
        self
    }
}

impl<'a> Policy<'a> {
    /// An ID token from a refresh, compared with the original (Core section 12.2). All requirements
    /// for an ID token apply, except for a new `nonce`: if the token has one, it must be that of
    /// the original. `azp` must equal that of the original, or be absent from both.
    pub fn refreshed_id_token(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        original: &'a OriginalIdToken<'a>,
    ) -> Self {
        let client_id = client_id.into();
        let mut policy = Self::new(&REFRESHED_ID_TOKEN, issuer.into(), client_id, algorithms);
        policy.original = Some(original);
        policy.with_authentication_of_id_token()
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    let original = policy.original.ok_or(Reason::PolicyIncomplete)?;
    original.given_twice.check()?;
    policy::check_text(Some(original.issuer), Member::Issuer)?;
    policy::check_text(Some(original.subject), Member::Subject)?;
    policy::check_texts(&original.audiences, Member::Audience)?;
    let audiences = original.audiences.is_given();
    policy::check_given(audiences, false, Member::Audience)?;
    policy::check_text(original.authorized_party, Member::AuthorizedParty)?;
    policy::check_text(original.nonce, Member::Nonce)?;
    // The nonce is compared with the original; no other value may be required.
    let nonce = policy.authentication.nonce.is_some() || policy.waived.nonce;
    policy::check_meaningless(&[(nonce, Member::Nonce)])?;
    id_token::check_claims(policy)
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    id_token::check_token(policy, registered, evidence)?;
    let original = policy.original.ok_or(Reason::PolicyIncomplete)?;
    let differs = |claim| Err(Error::new(Reason::NotAsOriginal).about(claim));
    if registered.issuer != Some(original.issuer.as_bytes()) {
        return differs(Member::Issuer);
    }
    if registered.subject != Some(original.subject.as_bytes()) {
        return differs(Member::Subject);
    }
    // Core section 12.2: `aud` must include the original audience.
    let audience = registered.audience.clone().ok_or(missing(Member::Audience))?;
    let kept = |wanted| audience.clone().any(|found| found == wanted);
    if !original.audiences.iter().all(kept) {
        return differs(Member::Audience);
    }
    // `iat` is the time of the new token.
    let issued_at = registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    if issued_at.seconds() < original.issued_at {
        return differs(Member::IssuedAt);
    }
    let claim = Member::AuthenticationTime;
    let authenticated_at = date(registered.claims.member("auth_time"), claim)?;
    let authenticated_at = authenticated_at.map(|date| date.seconds());
    if authenticated_at.is_some() && authenticated_at != original.authenticated_at {
        return differs(claim);
    }
    if registered.string("azp", Member::AuthorizedParty)? != original.authorized_party {
        return differs(Member::AuthorizedParty);
    }
    let nonce = registered.string("nonce", Member::Nonce)?;
    if nonce.is_some() && nonce != original.nonce {
        return differs(Member::Nonce);
    }
    evidence.pass(Check::Original);
    Ok(())
}
