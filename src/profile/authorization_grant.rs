//! Authorization grants: JWTs that a client exchanges for an access token (RFC 7523 sections 2.1
//! and 3, RFC 10070).

use super::kinds::Kind;
use super::{access_token, assertion, kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;
use crate::token::header::is_media_type;

static AUTHORIZATION_GRANT: Profile =
    Profile { name: "authorization grant", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A JWT by which `issuer` grants a client access, for the authorization server `audience`:
    ///
    /// * `iss` is the issuer, which the server trusts to grant access
    /// * `sub` is there and is not the issuer: such a token is a client assertion
    /// * `aud` is the authorization server alone: a string, or an array of one string
    /// * `exp` is there, and [`require_max_lifetime`](Self::require_max_lifetime) bounds it
    /// * `jti` is there
    /// * `typ` is `authorization-grant+jwt`, `JWT` or absent. Without a `typ` of its own, a grant
    ///   has neither `nonce`, as an ID token, nor a claim that marks an access token, such as
    ///   `scope`
    ///
    /// The caller must check that the grant is used only once: see
    /// [`ReplayCache::check_token`](crate::replay::ReplayCache::check_token). Authenticate the
    /// client first, if the server requires it (RFC 7521 section 4.1).
    ///
    /// Name the issuer of the authorization server as the audience. RFC 10070 also allows the URL
    /// of the token endpoint: name it only for issuers that cannot write the former.
    ///
    /// Some issuers have a `typ` of their own: require it with
    /// [`require_token_type`](Self::require_token_type). A grant that is bound to a key needs
    /// [`require_dpop_key`](Self::require_dpop_key).
    ///
    /// A policy without an issuer, an audience or a maximum lifetime is
    /// [`PolicyIncomplete`](Reason::PolicyIncomplete). No waiver but
    /// [`without_clock`](Self::without_clock) has a meaning here.
    pub fn authorization_grant(
        issuer: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&AUTHORIZATION_GRANT, issuer.into(), audience.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    check_grant(&kinds::AUTHORIZATION_GRANT, policy)
}

/// Checks the policy for a kind of grant.
pub(super) fn check_grant(kind: &Kind, policy: &Policy<'_>) -> Result<(), Error> {
    kind.check_type(policy)?;
    unused::check_parties(policy)?;
    unused::check_authentication(policy)?;
    assertion::check(policy)
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::AUTHORIZATION_GRANT.check_optional_type(policy, registered, evidence)?;
    kinds::AUTHORIZATION_GRANT.reject_others(registered)?;
    let own_type = registered.header.own_type();
    if own_type.is_none_or(|found| is_media_type(found, "JWT")) {
        // RFC 8725 section 3.12: an ID token has `nonce`, an access token has the markers.
        let other_kind = Error::new(Reason::WrongTokenKind);
        if registered.has("nonce") {
            return Err(other_kind.about(Member::Nonce));
        }
        if access_token::MARKERS.iter().any(|marker| registered.has(marker)) {
            return Err(other_kind.about(Member::Scope));
        }
    }
    check_claims(registered, evidence)
}

/// Checks the claims of any kind of grant.
pub(super) fn check_claims(
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // RFC 7523 section 3 item 2: the subject of a grant is the resource owner. The subject of a
    // client assertion is its issuer.
    let subject = required(registered.subject, Member::Subject)?;
    if Some(subject) == registered.issuer {
        return Err(Error::new(Reason::WrongTokenKind).about(Member::Subject));
    }
    assertion::check_claims(registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}
