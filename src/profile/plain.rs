//! Signed tokens of no particular kind: JWS with any payload (RFC 7515), and JWT (RFC 7519).

use super::kinds;
use crate::algorithm::Algorithms;
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member};
use crate::evidence::Evidence;
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static JWS: Profile =
    Profile { name: "jws", has_claims: false, check: check_jws, check_token: |_, _, _| Ok(()) };

static JWT: Profile =
    Profile { name: "jwt", has_claims: true, check: check_jwt, check_token: check_jwt_type };

impl<'a> Policy<'a> {
    /// A signature over any bytes (RFC 7515). Such a token has no claims, so the policy cannot
    /// limit when and where it is used.
    pub fn jws(algorithms: impl Into<Algorithms>) -> Self {
        Self::new(&JWS, None, StrList::NOT_GIVEN, algorithms)
    }

    /// A JWT of no particular kind (RFC 7519). The issuer, an audience and `exp` must be in it. If
    /// the issuer or the audience is `None`, [`without_issuer`](Self::without_issuer) or
    /// [`without_audience`](Self::without_audience) is required.
    ///
    /// `typ` is `JWT`, `JOSE` or absent. Every other `typ` names a kind of token, such as `at+jwt`
    /// or `logout+jwt`: [`require_token_type`](Self::require_token_type) accepts the one that it
    /// names (draft-ietf-oauth-rfc8725bis section 3.11).
    pub fn jwt(
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&JWT, issuer.into(), audiences.into(), algorithms)
    }
}

/// Requirements on claims have no meaning here. Without this error a caller could believe that they
/// are checked.
fn check_jws(policy: &Policy<'_>) -> Result<(), Error> {
    let waived = &policy.waived;
    given::check_meaningless(&[
        (policy.issuer.is_some() || waived.issuer, Member::Issuer),
        (
            policy.audiences.is_given() || waived.audience || policy.audience_claim.is_some(),
            Member::Audience,
        ),
        (waived.expiry || waived.clock, Member::ExpirationTime),
        (policy.parts.rules.is_some(), Member::Rule(0)),
        (policy.parts.scopes.is_some(), Member::Scope),
        (policy.max_token_age.is_some(), Member::IssuedAt),
        (policy.rejects_issued_in_future, Member::IssuedAt),
        (policy.max_lifetime.is_some(), Member::ExpirationTime),
        (policy.leeway.is_some_and(|seconds| seconds != 0), Member::Leeway),
        (policy.parts.authentication.is_some(), Member::Nonce),
        (policy.parts.confirmation.is_some(), Member::Confirmation),
        (policy.parts.client.is_some(), Member::ClientId),
    ])?;
    check_jwt(policy)
}

/// A `typ` is `JWT`, or the one that the policy names (draft-ietf-oauth-rfc8725bis section 3.11).
fn check_jwt_type(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::ANY.check_optional_type(policy, registered, evidence)
}

fn check_jwt(policy: &Policy<'_>) -> Result<(), Error> {
    given::check_meaningless(&[
        (policy.markers.is_given(), Member::Scope),
        (policy.trusted_audiences.is_given(), Member::Audience),
        (policy.waived.nonce, Member::Nonce),
    ])
}
