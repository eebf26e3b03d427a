//! The members of a policy that have no meaning for some kinds of tokens, because these come from
//! neither a login nor a grant.

use crate::error::{Error, Member};
use crate::policy::issuer::Issuer;
use crate::policy::{Policy, given};

/// Rejects members about a login, a client or scopes.
pub(super) fn check_login(policy: &Policy<'_>) -> Result<(), Error> {
    check_authentication(policy)?;
    given::check_meaningless(&[
        (policy.parts.client.is_some(), Member::ClientId),
        (policy.parts.scopes.is_some(), Member::Scope),
    ])
}

/// Rejects members about a login, and marks of an access token.
pub(super) fn check_authentication(policy: &Policy<'_>) -> Result<(), Error> {
    given::check_meaningless(&[
        (policy.audience_claim.is_some(), Member::Audience),
        (policy.trusted_audiences.is_given(), Member::Audience),
        (policy.waived.nonce || policy.parts.authentication.is_some(), Member::Nonce),
        (policy.markers.is_given(), Member::Scope),
    ])
}

/// Rejects a waiver of the issuer or the audience, and a template. With a template, each sender of
/// its form could sign as every other one.
pub(super) fn check_parties(policy: &Policy<'_>) -> Result<(), Error> {
    given::check_meaningless(&[
        (matches!(policy.issuer, Some(Issuer::Like(..))), Member::Issuer),
        (policy.waived.issuer, Member::Issuer),
        (policy.waived.audience, Member::Audience),
    ])
}
