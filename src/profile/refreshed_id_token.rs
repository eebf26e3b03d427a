//! ID tokens from a refresh (OpenID Connect Core section 12.2). Their claims about the
//! authentication must agree with those of the original.

use super::id_token;
use crate::algorithm::Algorithms;
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::Evidence;
use crate::policy::original::OriginalIdToken;
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static REFRESHED_ID_TOKEN: Profile =
    Profile { name: "refreshed ID token", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// An ID token from a refresh, compared with the original (Core section 12.2). All requirements
    /// for an ID token apply, except for a new `nonce`: if the token has one, it must be that of
    /// the original. `azp` must equal that of the original, or be absent from both.
    pub fn refreshed_id_token(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        original: &'a OriginalIdToken<'a>,
    ) -> Self {
        let client_id = client_id.into();
        let mut policy = Self::new(&REFRESHED_ID_TOKEN, issuer.into(), client_id, algorithms);
        policy.original = Some(original);
        policy.with_authentication_of_id_token()
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    policy.original.ok_or(Reason::PolicyIncomplete)?.check()?;
    // The nonce is compared with the original; no other value may be required.
    let nonce = policy.authentication.nonce.is_some() || policy.waived.nonce;
    given::check_meaningless(&[(nonce, Member::Nonce)])?;
    id_token::check_claims(policy)
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    id_token::check_token(policy, registered, evidence)?;
    policy.original.ok_or(Reason::PolicyIncomplete)?.check_token(registered, evidence)
}
