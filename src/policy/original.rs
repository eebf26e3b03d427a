//! The original ID token, with which a refreshed one is compared.

use super::given::{check_given, check_text, check_texts};
use crate::claims::registered::{RegisteredClaims, date, missing};
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::str_list::StrList;

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

impl OriginalIdToken<'_> {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.given_twice.check()?;
        check_text(Some(self.issuer), Member::Issuer)?;
        check_text(Some(self.subject), Member::Subject)?;
        check_texts(&self.audiences, Member::Audience)?;
        let audiences = self.audiences.is_given();
        check_given(audiences, false, Member::Audience)?;
        check_text(self.authorized_party, Member::AuthorizedParty)?;
        check_text(self.nonce, Member::Nonce)
    }

    /// Compares the claims about the authentication (OpenID Connect Core section 12.2).
    pub(crate) fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let differs = |claim| Err(Error::new(Reason::NotAsOriginal).about(claim));
        if registered.issuer != Some(self.issuer.as_bytes()) {
            return differs(Member::Issuer);
        }
        if registered.subject != Some(self.subject.as_bytes()) {
            return differs(Member::Subject);
        }
        // Core section 12.2: `aud` must include the original audience.
        let audience = registered.audience.clone().ok_or(missing(Member::Audience))?;
        let kept = |wanted| audience.clone().any(|found| found == wanted);
        if !self.audiences.iter().all(kept) {
            return differs(Member::Audience);
        }
        // `iat` is the time of the new token.
        let issued_at = registered.issued_at.ok_or(missing(Member::IssuedAt))?;
        if issued_at.seconds() < self.issued_at {
            return differs(Member::IssuedAt);
        }
        let claim = Member::AuthenticationTime;
        let authenticated_at = date(registered.claims.member("auth_time"), claim)?;
        let authenticated_at = authenticated_at.map(|date| date.seconds());
        if authenticated_at.is_some() && authenticated_at != self.authenticated_at {
            return differs(claim);
        }
        if registered.string("azp", Member::AuthorizedParty)? != self.authorized_party {
            return differs(Member::AuthorizedParty);
        }
        let nonce = registered.string("nonce", Member::Nonce)?;
        if nonce.is_some() && nonce != self.nonce {
            return differs(Member::Nonce);
        }
        evidence.pass(Check::Original);
        Ok(())
    }
}
