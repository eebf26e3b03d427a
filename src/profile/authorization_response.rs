//! Authorization responses that the authorization server signs (JWT Secured Authorization Response
//! Mode, JARM).

use super::{id_token, kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static AUTHORIZATION_RESPONSE: Profile =
    Profile { name: "authorization response", has_claims: true, check, check_token };

/// The parameters of a response, one of which must be there (RFC 6749 sections 4.1.2 and 4.2.2,
/// OpenID Connect Core section 3.3.2.5).
const PARAMETERS: &[&str] = &["code", "error", "access_token", "id_token"];

impl<'a> Policy<'a> {
    /// A signed authorization response for the client `client_id` (or for one of several clients of
    /// the caller), of the authorization server `issuer` to which the request was sent:
    ///
    /// * `iss`, `aud` and `exp` are there, and every audience is the client
    /// * `code`, `error`, `access_token` or `id_token` is there
    /// * `sub` and `nonce` are not: such a token is an ID token
    /// * `typ` is `JWT` or absent
    ///
    /// The caller must compare `state` with that of the request, and use each response once. The
    /// specification recommends a lifetime of at most 10 minutes: see
    /// [`require_max_lifetime`](Self::require_max_lifetime).
    pub fn authorization_response(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&AUTHORIZATION_RESPONSE, issuer.into(), client_id.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::AUTHORIZATION_RESPONSE.check_type(policy)?;
    // JARM section 2.1: the response has `iss`, `aud` and `exp`.
    unused::check_parties(policy)?;
    unused::check_login(policy)?;
    given::check_meaningless(&[(policy.waived.expiry, Member::ExpirationTime)])
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::AUTHORIZATION_RESPONSE.check_optional_type(policy, registered, evidence)?;
    kinds::AUTHORIZATION_RESPONSE.reject_others(registered)?;
    // RFC 8725 section 3.12: an ID token has these claims.
    let other_kind = Error::new(Reason::WrongTokenKind);
    if registered.subject.is_some() {
        return Err(other_kind.about(Member::Subject));
    }
    if registered.has("nonce") {
        return Err(other_kind.about(Member::Nonce));
    }
    if !PARAMETERS.iter().any(|name| registered.has(name)) {
        return Err(Error::new(Reason::ClaimMissing));
    }
    // JARM section 2.4 step 2.
    id_token::check_all_audiences(policy, registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}
