//! Security event tokens (RFC 8417), as the Shared Signals Framework sends them for CAEP and RISC.

use super::{kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing, required, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;

static SECURITY_EVENT: Profile =
    Profile { name: "security event", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A security event token of the transmitter `issuer`:
    ///
    /// * `typ` is `secevent+jwt`
    /// * `iss`, `iat`, `jti` are there, and `aud` unless
    ///   [`without_audience`](Self::without_audience) waives it
    /// * `events` is an object with at least one event, and each event is an object
    /// * `sub_id`, if it is there, is an object with a `format` (RFC 9493)
    ///
    /// An event does not expire, so `exp` may be absent. To require an event or a subject, add
    /// rules such as [`ClaimRule::present`](crate::ClaimRule::present). A policy for logout tokens
    /// is [`logout_token`](Self::logout_token).
    ///
    /// The caller must check that each event is used once. For the
    /// [`ReplayCache`](crate::replay::ReplayCache),
    /// [`require_max_token_age`](Self::require_max_token_age) must bound tokens without `exp`.
    pub fn security_event(
        issuer: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&SECURITY_EVENT, issuer.into(), audience.into(), algorithms).without_expiry()
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::SECURITY_EVENT.check_type(policy)?;
    unused::check_login(policy)
}

fn check_token(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // RFC 8417 section 2.3, Shared Signals Framework section on explicit typing.
    kinds::SECURITY_EVENT.require_type(registered, evidence)?;
    // RFC 8417 section 2.2.
    registered.issuer.ok_or(missing(Member::Issuer))?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    required(registered.token_id, Member::JwtId)?;
    let events = registered.claims.member("events").ok_or(missing(Member::Events))?;
    let events = events.object().ok_or(wrong_type(Member::Events))?;
    let mut count = 0usize;
    for (_, event) in events.members() {
        event.object().ok_or(wrong_type(Member::Events))?;
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Err(missing(Member::Events));
    }
    if let Some(subject) = registered.claims.member("sub_id") {
        // RFC 9493 section 3.
        let subject = subject.object().ok_or(wrong_type(Member::Subject))?;
        let format = subject.member("format").and_then(|format| format.string());
        format.ok_or(Error::new(Reason::ClaimType).about(Member::Subject))?;
    }
    evidence.pass(Check::Kind);
    Ok(())
}
