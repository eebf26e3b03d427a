//! Status list tokens (draft-ietf-oauth-status-list-21).

use super::kinds;
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

/// The name of this profile, by which a list is known as accepted.
pub(crate) const NAME: &str = "status list";

static STATUS_LIST: Profile = Profile { name: NAME, has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A status list token, which says for many tokens whether they are revoked. `uri` is the
    /// member `uri` of `status.status_list` in the token whose status is asked for:
    ///
    /// * `typ` is `statuslist+jwt`
    /// * `sub` is `uri`, and `iat` is there
    /// * `status_list` has `bits` of 1, 2, 4 or 8, and the compressed list in base64url as `lst`
    /// * `ttl`, if it is there, is a positive number
    ///
    /// `iss` and `aud` are optional, and most lists have no `aud`. If the issuer or the audience is
    /// `None`, [`without_issuer`](Self::without_issuer) or
    /// [`without_audience`](Self::without_audience) is required. `exp` may be absent; then
    /// [`require_max_token_age`](Self::require_max_token_age) bounds the age of the list.
    ///
    /// [`StatusList`](crate::status_list::StatusList) reads the status, and lists the steps in
    /// their order.
    pub fn status_list(
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        uri: impl Into<Option<&'a str>>,
    ) -> Self {
        let policy = Self::new(&STATUS_LIST, issuer.into(), audiences.into(), algorithms);
        let policy = policy.without_expiry();
        match uri.into() {
            Some(uri) => policy.require_subject(uri),
            None => policy,
        }
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::STATUS_LIST.check_type(policy)?;
    given::check_given(policy.authentication.subject.is_some(), false, Member::Subject)?;
    given::check_meaningless(&[
        (policy.trusted_audiences.is_given(), Member::Audience),
        (policy.waived.nonce || policy.authentication.nonce.is_some(), Member::Nonce),
        (policy.parts.client.is_some(), Member::ClientId),
        (policy.parts.scopes.is_some() || policy.markers.is_given(), Member::Scope),
    ])
}

fn check_token(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // Section 5.1. The engine compares `sub`.
    kinds::STATUS_LIST.require_type(registered, evidence)?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    let wrong_type = Error::new(Reason::ClaimType);
    if let Some(seconds) = registered.claims.member("ttl") {
        let floor = seconds.number().and_then(|number| number.floor()).ok_or(wrong_type)?;
        if floor.integer < 0 || (floor.integer == 0 && !floor.fraction) {
            return Err(Error::new(Reason::ClaimMismatch));
        }
    }
    // Section 4.2.
    let absent = Error::new(Reason::ClaimMissing);
    let list = registered.claims.member("status_list").ok_or(absent)?;
    let list = list.object().ok_or(wrong_type)?;
    let bits = list.member("bits").ok_or(absent)?.number().ok_or(wrong_type)?;
    if !matches!(bits.integer(), Some(1 | 2 | 4 | 8)) {
        return Err(Error::new(Reason::ClaimMismatch));
    }
    let compressed = list.member("lst").ok_or(absent)?.string().ok_or(wrong_type)?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if compressed.is_empty() || !compressed.bytes().all(is_base64url) {
        return Err(Error::new(Reason::ClaimMismatch));
    }
    evidence.pass(Check::Kind);
    Ok(())
}
