//! ID tokens (OpenID Connect Core sections 2 and 3.1.3.7).

use super::kinds;
use crate::algorithm::{Algorithms, KeyKind};
use crate::claims::registered::{RegisteredClaims, missing, required, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

/// Core section 2: `sub` does not exceed 255 ASCII characters.
const MAX_SUBJECT: usize = 255;

static ID_TOKEN: Profile = Profile { name: "ID token", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// An ID token for the client `client_id` (or for one of several clients of the caller), with
    /// the `nonce` of the authentication request. `iss`, `sub`, `aud`, `exp` and `iat` must be
    /// there. Every audience must be the client or a trusted one. If the token has `azp`, it must
    /// be the client.
    ///
    /// A token with the `typ` of another kind, `events`, another `token_use`, or a claim `typ` of
    /// `Refresh`, `Logout` or `Bearer` is rejected. An access token without these, whose audience
    /// is the client, would pass if no nonce is required: an ID token may have every claim of an
    /// access token. So require a nonce, or let the issuer use other audiences for access tokens.
    ///
    /// `typ` must be absent or `JWT`. For an issuer that writes another `typ`, name it with
    /// [`require_token_type`](Self::require_token_type).
    ///
    /// If the nonce is `None`, [`nonce_not_sent`](Self::nonce_not_sent) is required; if the issuer
    /// is `None`, [`without_issuer`](Self::without_issuer).
    pub fn id_token(
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        nonce: impl Into<Option<&'a str>>,
    ) -> Self {
        let mut policy = Self::new(&ID_TOKEN, issuer.into(), client_id.into(), algorithms);
        policy.authentication.nonce = nonce.into();
        policy.with_authentication_of_id_token()
    }

    /// Says that the authentication request had no nonce. A nonce in the token is then ignored.
    pub const fn nonce_not_sent(mut self) -> Self {
        self.waived.nonce = true;
        self
    }

    /// Accepts ID tokens that are also for these audiences, which are trusted (Core section 3.1.3.7
    /// step 3).
    pub fn trust_audiences(mut self, audiences: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.trusted_audiences.is_given(), Member::Audience);
        self.trusted_audiences = audiences.into();
        self
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    let nonce = policy.authentication.nonce.is_some();
    given::check_given(nonce, policy.waived.nonce, Member::Nonce)?;
    check_claims(policy)
}

/// The checks that ID tokens and refreshed ID tokens share.
pub(super) fn check_claims(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::ID_TOKEN.check_type(policy)?;
    // Core section 2: these claims are required.
    given::check_meaningless(&[
        (policy.waived.expiry, Member::ExpirationTime),
        (policy.waived.audience, Member::Audience),
        (policy.markers.is_given(), Member::Scope),
    ])
}

pub(super) fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::ID_TOKEN.check_optional_type(policy, registered, evidence)?;
    kinds::ID_TOKEN.reject_others(registered)?;
    // Core section 2.
    registered.issuer.ok_or(missing(Member::Issuer))?;
    let subject = required(registered.subject, Member::Subject)?;
    if subject.len() > MAX_SUBJECT || !subject.is_ascii() {
        return Err(wrong_type(Member::Subject));
    }
    registered.expires_at.ok_or(missing(Member::ExpirationTime))?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    check_all_audiences(policy, registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}

/// Core section 3.1.3.7 steps 3 and 8: each audience is the client, or trusted.
pub(super) fn check_all_audiences(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
) -> Result<(), Error> {
    let audience = registered.audience.clone().ok_or(missing(Member::Audience))?;
    let several = audience.clone().nth(1).is_some();
    if several && registered.algorithm.key_kind() == KeyKind::Secret {
        // Core section 3.1.3.7 step 8 does not define whose secret makes the MAC of a token for
        // several audiences. So reject it.
        return Err(Error::new(Reason::UntrustedAudience).about(Member::Audience));
    }
    for found in audience {
        let mut trusted = policy.audiences.iter().chain(policy.trusted_audiences.iter());
        if !trusted.any(|trusted| trusted == found) {
            // Core section 3.1.3.7 step 3.
            return Err(Error::new(Reason::UntrustedAudience).about(Member::Audience));
        }
    }
    Ok(())
}
