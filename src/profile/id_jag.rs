//! ID-JAG: authorization grants by which an identity provider lets a client act for a user at
//! another authorization server (draft-ietf-oauth-identity-assertion-authz-grant).

use super::{authorization_grant, kinds};
use crate::algorithm::Algorithms;
use crate::claims::Strings;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::Evidence;
use crate::json::Value;
use crate::policy::{Policy, Profile};
use crate::str_list::StrList;

static ID_JAG: Profile = Profile { name: "ID-JAG", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// An identity assertion of `issuer` that lets the client `client_id` act for a user, for the
    /// authorization server `audience`:
    ///
    /// * `typ` is `oauth-id-jag+jwt`
    /// * `client_id` is the client, which the server has authenticated
    /// * `iat` is there
    /// * `resource` is a string or an array of strings, `scope` a string, and
    ///   `authorization_details` an array, if they are there
    /// * `iss`, `sub`, `aud`, `exp` and `jti` are as in
    ///   [`authorization_grant`](Self::authorization_grant)
    ///
    /// Check the use of the grant with
    /// [`ReplayCache::check_token`](crate::replay::ReplayCache::check_token), unless clients may
    /// submit it again until `exp` (section 4.4.3). The access token has no more scopes and
    /// resources than the grant.
    ///
    /// A grant with `cnf` needs [`require_dpop_key`](Self::require_dpop_key), with the key of the
    /// proof of this request. This policy rejects a grant without `cnf` then. For such a grant, the
    /// server may issue a token that is bound to the proof (section 8.6.1.2.3).
    ///
    /// Several tenants of one issuer have the same subjects: use `tenant` with `sub` (section 6).
    ///
    /// A policy without an issuer, an audience, a client or a maximum lifetime is
    /// [`PolicyIncomplete`](Reason::PolicyIncomplete).
    pub fn id_jag(
        issuer: impl Into<Option<&'a str>>,
        audience: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        client_id: impl Into<Option<&'a str>>,
    ) -> Self {
        // Section 4.4.1: without a client, this policy is incomplete.
        let policy = Self::new(&ID_JAG, issuer.into(), audience.into(), algorithms);
        let policy = policy.client_id_from("client_id");
        match client_id.into() {
            Some(client_id) => policy.require_client(client_id),
            None => policy,
        }
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    if !policy.client.ids.is_given() {
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::ClientId));
    }
    authorization_grant::check_grant(&kinds::ID_JAG, policy)
}

fn check_token(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::ID_JAG.require_type(registered, evidence)?;
    // Section 3.
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    registered.string("scope", Member::Scope)?;
    let has_type = |name, is: fn(Value<'_>) -> bool| registered.claims.member(name).is_none_or(is);
    // Section 3 and RFC 9396 section 2.
    if !has_type("resource", |value| Strings::of(value).is_some())
        || !has_type("authorization_details", |value| value.array().is_some())
    {
        return Err(Error::new(Reason::ClaimType));
    }
    authorization_grant::check_claims(registered, evidence)
}
