//! Client assertions: the JWTs by which a client authenticates at the token endpoint.
//! `private_key_jwt` signs them, `client_secret_jwt` makes a MAC (RFC 7523 sections 2.2 and 3,
//! RFC 10070, OpenID Connect Core section 9).

use super::{assertion, kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;

static CLIENT_ASSERTION: Profile =
    Profile { name: "client assertion", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A client assertion of the client `client_id`, for the authorization server `audience`:
    ///
    /// * `iss` and `sub` are the client
    /// * `aud` is the issuer of the authorization server alone: a string, or an array of one string
    /// * `exp` is there, and [`require_max_lifetime`](Self::require_max_lifetime) bounds it
    /// * `jti` is there
    /// * `typ` is `client-authentication+jwt`, `JWT` or absent
    ///
    /// The caller must check that the assertion is used only once: see
    /// [`ReplayCache::check_token`](crate::replay::ReplayCache::check_token). If the request has a
    /// `client_id`, it must be this client (RFC 7521 section 4.2).
    ///
    /// Use one policy and one key table for each client. [`validate_any`](crate::validate_any)
    /// finds the client by `iss`. A secret of `client_secret_jwt` is a key that the client and the
    /// server share.
    ///
    /// Older clients write the URL of the token endpoint into `aud`. Name it as a further audience
    /// only for them: another server could forward such an assertion.
    ///
    /// To reject assertions without `client-authentication+jwt`, require it with
    /// [`require_token_type`](Self::require_token_type).
    ///
    /// A policy without a client, an audience or a maximum lifetime is
    /// [`PolicyIncomplete`](Reason::PolicyIncomplete). No waiver but
    /// [`without_clock`](Self::without_clock) has a meaning here.
    pub fn client_assertion(
        client_id: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&CLIENT_ASSERTION, client_id.into(), audience.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::CLIENT_ASSERTION.check_type(policy)?;
    unused::check_parties(policy)?;
    unused::check_login(policy)?;
    assertion::check(policy)
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::CLIENT_ASSERTION.check_optional_type(policy, registered, evidence)?;
    kinds::CLIENT_ASSERTION.reject_others(registered)?;
    // RFC 7523 section 3 items 1 and 2: `iss` and `sub` are the client.
    let client = required(registered.issuer, Member::Issuer)?;
    if required(registered.subject, Member::Subject)? != client {
        return Err(Error::new(Reason::WrongSubject).about(Member::Subject));
    }
    evidence.pass(Check::Subject);
    assertion::check_claims(registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}
