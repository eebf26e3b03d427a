//! Back-channel logout tokens (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6).

use super::id_token;
use crate::algorithm::Algorithms;
use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::judge::{Judged, missing, required, wrong_type};
use crate::policy::{self, Policy, Profile};
use crate::str_list::StrList;
use crate::token::header::is_media_type;

static LOGOUT_TOKEN: Profile =
    Profile { name: "logout token", has_claims: true, check, judge: judge_typed };

static UNTYPED: Profile =
    Profile { name: "logout token", has_claims: true, check, judge: judge_untyped };

/// The member of `events` that makes a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl<'a> Policy<'a> {
    /// A logout token for the client `client_id` (or one of several that all are the caller's): `typ` is `logout+jwt`;
    /// `iss`, `aud`, `iat`, `exp`, `jti` and `events` with the event of a logout are there; `sub` or `sid` or both
    /// say whose sessions end; there is no `nonce`, which tells it from an ID token. `aud` contains nobody who is not
    /// trusted, as in an ID token (section 2.6 step 3).
    ///
    /// Which sessions end is in the claims `sid` and `sub` of the result; both there means that session of that user.
    /// What is left to the caller: that the session is known, and that the token is used once, for which
    /// there is [`ReplayCache`](crate::replay::ReplayCache).
    ///
    /// Providers that came before errata set 1 send no `exp`: for them,
    /// [`without_expiry`](Self::without_expiry) beside
    /// [`with_max_token_age`](Self::with_max_token_age), which then bounds the token.
    ///
    /// `None` for the issuer needs [`without_issuer`](Self::without_issuer).
    pub fn logout_token(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&LOGOUT_TOKEN, issuer.into(), client_id.into(), algorithms)
    }

    /// Also takes logout tokens without `typ` or with `JWT`, of providers that came before section 2.4 recommended
    /// `logout+jwt`. What tells them from other kinds is then `events` alone.
    pub fn allow_untyped_logout_token(mut self) -> Self {
        let typed = core::ptr::eq(self.profile, &raw const LOGOUT_TOKEN);
        self.note_twice(!typed, Claim::Type);
        self.profile = &UNTYPED;
        self
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    if policy.waived.expiry && policy.max_token_age.is_none() {
        // Something must bound for how long a use has to be remembered.
        return Err(Error::new(Reason::PolicyIncomplete).about(Claim::IssuedAt));
    }
    policy::check_meaningless(&[
        (policy.waived.audience, Claim::Audience),
        (policy.waived.nonce, Claim::Nonce),
        (policy.parts.authentication.is_some(), Claim::Nonce),
        (policy.parts.client.is_some(), Claim::ClientId),
        (policy.parts.scopes.is_some() || policy.markers.is_given(), Claim::Scope),
    ])
}

fn judge_typed(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if !has_type(judged, "logout+jwt") {
        // RFC 8725 section 3.11.
        return Err(Error::new(Reason::WrongTokenType).about(Claim::Type));
    }
    evidence.pass(Check::TokenType);
    judge(policy, judged, evidence)
}

fn judge_untyped(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if judged.header.own_type().is_some() && !has_type(judged, "JWT") {
        return judge_typed(policy, judged, evidence);
    }
    evidence.waive(Check::TokenType);
    judge(policy, judged, evidence)
}

fn has_type(judged: &Judged<'_>, wanted: &str) -> bool {
    judged.header.token_type().is_some_and(|found| is_media_type(found, wanted))
}

fn judge(policy: &Policy<'_>, judged: &Judged<'_>, evidence: &mut Evidence) -> Result<(), Error> {
    refuse_other_kinds(judged)?;
    // Section 2.4. That `exp` is required came with errata set 1.
    judged.issuer.ok_or(missing(Claim::Issuer))?;
    judged.issued_at.ok_or(missing(Claim::IssuedAt))?;
    if !policy.waived.expiry {
        judged.expires_at.ok_or(missing(Claim::ExpirationTime))?;
    }
    required(judged.token_id, Claim::JwtId)?;
    id_token::judge_all_audiences(policy, judged)?;
    // Section 2.6 step 5: who is logged out.
    let session = judged.string("sid", Claim::SessionId)?.map(str::as_bytes);
    for (found, claim) in [(judged.subject, Claim::Subject), (session, Claim::SessionId)] {
        if found == Some(b"") {
            // The sessions of nobody are not those of everybody.
            return Err(Error::new(Reason::ClaimMismatch).about(claim));
        }
    }
    if judged.subject.is_none() && session.is_none() {
        return Err(missing(Claim::Subject));
    }
    judge_events(judged)?;
    evidence.pass(Check::Kind);
    Ok(())
}

/// Section 2.6 step 6.
fn judge_events(judged: &Judged<'_>) -> Result<(), Error> {
    let claim = Claim::Events;
    let events = judged.claims.member("events").ok_or(missing(claim))?;
    let events = events.object().ok_or(wrong_type(claim))?;
    // RFC 8417 section 2.2: another event makes another kind of token.
    let other_kind = Error::new(Reason::WrongTokenKind).about(claim);
    let event = events.member(EVENT).ok_or(other_kind)?;
    event.object().ok_or(wrong_type(claim))?;
    Ok(())
}

/// RFC 8725 section 3.12: what only other kinds of tokens have.
fn refuse_other_kinds(judged: &Judged<'_>) -> Result<(), Error> {
    for (name, claim) in [
        // Section 2.6 step 7: so that it never passes for an ID token, nor an ID token for it.
        ("nonce", Claim::Nonce),
        ("at_hash", Claim::AccessTokenHash),
        ("c_hash", Claim::CodeHash),
        ("token_use", Claim::TokenUse),
    ] {
        if judged.has(name) {
            return Err(Error::new(Reason::WrongTokenKind).about(claim));
        }
    }
    let kind = judged.claims.member("typ").and_then(|value| value.string());
    if let Some("ID" | "Refresh" | "Bearer") = kind {
        return Err(Error::new(Reason::WrongTokenKind).about(Claim::Type));
    }
    Ok(())
}
