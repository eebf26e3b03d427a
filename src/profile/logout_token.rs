//! Back-channel logout tokens (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6).

use super::{id_token, kinds};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing, required, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;
use crate::token::header::is_media_type;

static LOGOUT_TOKEN: Profile =
    Profile { name: "logout token", has_claims: true, check, check_token: check_typed };

static UNTYPED: Profile =
    Profile { name: "logout token", has_claims: true, check, check_token: check_untyped };

/// The member of `events` that every logout token has (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl<'a> Policy<'a> {
    /// A logout token for the client `client_id` (or for one of several clients of the caller):
    ///
    /// * `typ` is `logout+jwt`
    /// * `iss`, `aud`, `iat`, `exp`, `jti`, and `events` with the logout event are there
    /// * `sub` or `sid` or both name the sessions that end
    /// * there is no `nonce`, which distinguishes it from an ID token
    /// * every audience is the client or trusted, as in an ID token (section 2.6 step 3)
    ///
    /// The claims `sid` and `sub` of the result name the sessions that end; together they mean that
    /// session of that user. The caller must check that the session exists, and that the token is
    /// used only once: see [`ReplayCache`](crate::replay::ReplayCache).
    ///
    /// Providers that were written before errata set 1 send no `exp`. For them, combine
    /// [`without_expiry`](Self::without_expiry) with
    /// [`require_max_token_age`](Self::require_max_token_age), which then bounds the token.
    ///
    /// If the issuer is `None`, [`without_issuer`](Self::without_issuer) is required.
    pub fn logout_token(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&LOGOUT_TOKEN, issuer.into(), client_id.into(), algorithms)
    }

    /// Also accepts logout tokens with no `typ` or with `JWT`. Older providers issue them, because
    /// section 2.4 recommends `logout+jwt` only since a later version. Only `events` then
    /// distinguishes them from other kinds.
    pub fn allow_untyped_logout_token(mut self) -> Self {
        let typed = core::ptr::eq(self.profile, &raw const LOGOUT_TOKEN);
        self.note_twice(!typed, Member::Type);
        self.profile = &UNTYPED;
        self
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    if policy.waived.expiry && policy.max_token_age.is_none() {
        // Without `exp` or a maximum age, a use would have to be remembered for ever.
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::IssuedAt));
    }
    given::check_meaningless(&[
        (policy.waived.audience, Member::Audience),
        (policy.waived.nonce, Member::Nonce),
        (policy.parts.authentication.is_some(), Member::Nonce),
        (policy.parts.client.is_some(), Member::ClientId),
        (policy.parts.scopes.is_some() || policy.markers.is_given(), Member::Scope),
    ])
}

fn check_typed(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if !has_type(registered, kinds::LOGOUT_TOKEN.header_type) {
        // RFC 8725 section 3.11.
        return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
    }
    evidence.pass(Check::TokenType);
    check_token(policy, registered, evidence)
}

fn check_untyped(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if registered.header.own_type().is_some() && !has_type(registered, "JWT") {
        return check_typed(policy, registered, evidence);
    }
    evidence.waive(Check::TokenType);
    check_token(policy, registered, evidence)
}

fn has_type(registered: &RegisteredClaims<'_>, wanted: &str) -> bool {
    registered.header.token_type().is_some_and(|found| is_media_type(found, wanted))
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // Section 2.6 step 7: a logout token must not pass as an ID token, nor the reverse.
    if registered.has("nonce") {
        return Err(Error::new(Reason::WrongTokenKind).about(Member::Nonce));
    }
    kinds::LOGOUT_TOKEN.reject_others(registered)?;
    // Section 2.4. Errata set 1 made `exp` required.
    registered.issuer.ok_or(missing(Member::Issuer))?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    if !policy.waived.expiry {
        registered.expires_at.ok_or(missing(Member::ExpirationTime))?;
    }
    required(registered.token_id, Member::JwtId)?;
    id_token::check_all_audiences(policy, registered)?;
    // Section 2.6 step 5: the user or session that is logged out.
    let session = registered.string("sid", Member::SessionId)?.map(str::as_bytes);
    for (found, claim) in [(registered.subject, Member::Subject), (session, Member::SessionId)] {
        if found == Some(b"") {
            // An empty claim names no session. A caller could take it for every session, so reject
            // it.
            return Err(Error::new(Reason::ClaimMismatch).about(claim));
        }
    }
    if registered.subject.is_none() && session.is_none() {
        return Err(missing(Member::Subject));
    }
    check_events(registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}

/// Section 2.6 step 6.
fn check_events(registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    let claim = Member::Events;
    let events = registered.claims.member("events").ok_or(missing(claim))?;
    let events = events.object().ok_or(wrong_type(claim))?;
    // RFC 8417 section 2.2: a token with another event is of another kind.
    let other_kind = Error::new(Reason::WrongTokenKind).about(claim);
    let event = events.member(EVENT).ok_or(other_kind)?;
    event.object().ok_or(wrong_type(claim))?;
    Ok(())
}
