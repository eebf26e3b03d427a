//! Answers about a token that the authorization server signs (RFC 9701).

use super::{kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;

static INTROSPECTION: Profile =
    Profile { name: "introspection response", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A signed answer of the introspection endpoint for the resource server `audience`. It says
    /// that the token of the request is active.
    ///
    /// * `typ` is `token-introspection+jwt`
    /// * `iss`, `aud` and `iat` are there, and
    ///   [`require_max_token_age`](Self::require_max_token_age) bounds the age
    /// * `token_introspection` is an object whose `active` is true
    /// * `sub` and `exp` are not there: the answer is not a token (section 5)
    ///
    /// An answer that the token is not active is rejected with
    /// [`ClaimMismatch`](Reason::ClaimMismatch). The claims of the token are within
    /// `token_introspection`; check them with [`require_rules`](Self::require_rules). The answer
    /// does not name the token, so the caller must take the answer from the response to its own
    /// request.
    pub fn introspection_response(
        issuer: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&INTROSPECTION, issuer.into(), audience.into(), algorithms).without_expiry()
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::INTROSPECTION.check_type(policy)?;
    unused::check_parties(policy)?;
    unused::check_login(policy)?;
    if policy.max_token_age.is_none() {
        // An old answer may report a token as active that was revoked later.
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::IssuedAt));
    }
    Ok(())
}

fn check_token(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::INTROSPECTION.require_type(registered, evidence)?;
    // RFC 9701 section 5.
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    let other_kind = Error::new(Reason::WrongTokenKind);
    if registered.subject.is_some() {
        return Err(other_kind.about(Member::Subject));
    }
    if registered.expires_at.is_some() {
        return Err(other_kind.about(Member::ExpirationTime));
    }
    let answer = registered.claims.member("token_introspection");
    let answer = answer.ok_or(Error::new(Reason::ClaimMissing))?;
    let answer = answer.object().ok_or(Error::new(Reason::ClaimType))?;
    // RFC 7662 section 2.2.
    let active = answer.member("active").ok_or(Error::new(Reason::ClaimMissing))?;
    if !active.boolean().ok_or(Error::new(Reason::ClaimType))? {
        return Err(Error::new(Reason::ClaimMismatch));
    }
    evidence.pass(Check::Kind);
    Ok(())
}
