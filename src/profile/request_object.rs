//! Request objects: authorization requests that the client signs (RFC 9101, JAR).

use super::{kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;

static REQUEST_OBJECT: Profile =
    Profile { name: "request object", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A signed authorization request of the client `client_id`, for the authorization server
    /// `audience`:
    ///
    /// * `iss` and `client_id` are the client, `aud` has the issuer of the authorization server
    /// * `response_type` is there, `request` and `request_uri` are not
    /// * `sub` is not the client: such a token is a client assertion
    /// * `exp` is there, unless [`without_expiry`](Self::without_expiry) waives it
    /// * `typ` is `oauth-authz-req+jwt`, `JWT` or absent
    ///
    /// The caller must compare the `client_id` of the request with this client, and use only
    /// parameters from the request object (sections 5 and 6.3).
    ///
    /// [`require_max_lifetime`](Self::require_max_lifetime) also bounds the seconds from `nbf` to
    /// `exp`. FAPI 2.0 Message Signing requires 3600 of it, and `nbf` by
    /// [`ClaimRule::present`](crate::ClaimRule::present). To reject request objects without
    /// `oauth-authz-req+jwt`, require it with [`require_token_type`](Self::require_token_type).
    pub fn request_object(
        client_id: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&REQUEST_OBJECT, client_id.into(), audience.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::REQUEST_OBJECT.check_type(policy)?;
    unused::check_parties(policy)?;
    unused::check_login(policy)
}

/// FAPI 2.0 Message Signing section 5.3.1: from `nbf` to `exp` is at most the maximum lifetime. The
/// policy also compares `exp` with the time now. So `nbf` is not longer ago than this lifetime.
fn check_lifetime(policy: &Policy<'_>, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    let (Some(expires_at), Some(not_before), Some(seconds)) =
        (registered.expires_at, registered.not_before, policy.max_lifetime)
    else {
        return Ok(());
    };
    let latest = not_before.seconds().saturating_add(seconds.into());
    if expires_at.is_after(latest) {
        return Err(Error::new(Reason::LifetimeTooLong).about(Member::ExpirationTime));
    }
    Ok(())
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::REQUEST_OBJECT.check_optional_type(policy, registered, evidence)?;
    kinds::REQUEST_OBJECT.reject_others(registered)?;
    let other_kind = Error::new(Reason::WrongTokenKind);
    let client = required(registered.issuer, Member::Issuer)?;
    // RFC 9101 section 6.3: the client of the request and of the request object are the same.
    let named = registered.string("client_id", Member::ClientId)?;
    if required(named, Member::ClientId)?.as_bytes() != client {
        return Err(Error::new(Reason::WrongClient).about(Member::ClientId));
    }
    evidence.pass(Check::Client);
    // RFC 9101 section 10.8: a token with the client as `sub` could be used as a client assertion.
    if registered.subject == Some(client) {
        return Err(other_kind.about(Member::Subject));
    }
    // RFC 9101 section 4: a request object contains no other one.
    if registered.has("request") || registered.has("request_uri") {
        return Err(other_kind);
    }
    // RFC 6749 sections 4.1.1 and 4.2.1.
    if !registered.has("response_type") {
        return Err(Error::new(Reason::ClaimMissing));
    }
    check_lifetime(policy, registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}
