//! Signed responses of the userinfo endpoint (OpenID Connect Core sections 5.3.2 and 5.3.4).

use super::{access_token, kinds};
use crate::algorithm::Algorithms;
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static USERINFO: Profile = Profile { name: "userinfo", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A signed response of the userinfo endpoint for the client `client_id`, about the `subject`
    /// of the ID token. `sub` must be this subject: without the comparison, the claims of another
    /// user could be taken for those of this one (section 5.3.4). `exp` may be absent.
    ///
    /// `iss` and `aud` must be there. [`without_issuer`](Self::without_issuer) and
    /// [`without_audience`](Self::without_audience) are for providers that do not write them.
    ///
    /// A token is rejected if it has a `nonce`, a claim that shows an access token, the issuer as
    /// `sub`, or a `typ` other than `JWT`. An ID token without `nonce` and without hashes would
    /// pass: it may have every claim of a userinfo response.
    pub fn userinfo(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        subject: impl Into<Option<&'a str>>,
    ) -> Self {
        let policy = Self::new(&USERINFO, issuer.into(), client_id.into(), algorithms);
        let policy = policy.without_expiry();
        match subject.into() {
            Some(subject) => policy.require_subject(subject),
            None => policy,
        }
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::USERINFO.check_type(policy)?;
    given::check_given(policy.authentication.subject.is_some(), false, Member::Subject)?;
    given::check_meaningless(&[
        (policy.trusted_audiences.is_given(), Member::Audience),
        (policy.waived.nonce || policy.authentication.nonce.is_some(), Member::Nonce),
        (policy.parts.client.is_some(), Member::ClientId),
        (policy.parts.scopes.is_some() || policy.markers.is_given(), Member::Scope),
    ])
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::USERINFO.check_optional_type(policy, registered, evidence)?;
    kinds::USERINFO.reject_others(registered)?;
    // RFC 8725 section 3.12: an ID token has `nonce`, an access token has the markers.
    if registered.has("nonce") {
        return Err(Error::new(Reason::WrongTokenKind).about(Member::Nonce));
    }
    // A client assertion is about its own issuer.
    if registered.subject.is_some() && registered.subject == registered.issuer {
        return Err(Error::new(Reason::WrongTokenKind).about(Member::Subject));
    }
    if access_token::MARKERS.iter().any(|marker| registered.has(marker)) {
        return Err(Error::new(Reason::WrongTokenKind).about(Member::Scope));
    }
    evidence.pass(Check::Kind);
    Ok(())
}
