//! Transaction tokens (draft-ietf-oauth-transaction-tokens).

use super::{kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static TRANSACTION_TOKEN: Profile =
    Profile { name: "transaction token", has_claims: true, check, check_token };

/// The required claims that [`Member`](crate::Member) does not name.
const REQUIRED: &[&str] = &["txn", "scope", "req_wl"];

impl<'a> Policy<'a> {
    /// A transaction token for the trust domain `audience`:
    ///
    /// * `typ` is `txntoken+jwt`
    /// * `aud`, `exp`, `iat`, `sub`, `txn`, `scope` and `req_wl` are there
    ///
    /// `iss` is optional. If the issuer is `None`, [`without_issuer`](Self::without_issuer) is
    /// required; then only the keys and the trust domain tell issuers apart.
    ///
    /// A transaction token is neither an access token nor an authentication of its sender. Take it
    /// from the header `Txn-Token`, and authenticate the sender by other means.
    pub fn transaction_token(
        issuer: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&TRANSACTION_TOKEN, issuer.into(), audience.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::TRANSACTION_TOKEN.check_type(policy)?;
    unused::check_authentication(policy)?;
    given::check_meaningless(&[
        (policy.waived.audience, Member::Audience),
        (policy.waived.expiry, Member::ExpirationTime),
    ])
}

fn check_token(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::TRANSACTION_TOKEN.require_type(registered, evidence)?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    required(registered.subject, Member::Subject)?;
    if !REQUIRED.iter().all(|name| registered.has(name)) {
        return Err(Error::new(Reason::ClaimMissing));
    }
    evidence.pass(Check::Kind);
    Ok(())
}
