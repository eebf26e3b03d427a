//! ID tokens (OpenID Connect Core sections 2 and 3.1.3.7).

use crate::algorithm::{Algorithms, KeyKind};
use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::judge::{Judged, missing, required, wrong_type};
use crate::policy::{self, Policy, Profile};
use crate::str_list::StrList;
use crate::token::header::is_media_type;

/// Core section 2: `sub` does not exceed 255 ASCII characters.
const MAX_SUBJECT: usize = 255;

static ID_TOKEN: Profile = Profile { name: "ID token", has_claims: true, check, judge };

impl<'a> Policy<'a> {
    /// An ID token for the client `client_id` (or one of several that all are the caller's), with the `nonce` that was
    /// sent in the authentication request. `iss`, `sub`, `aud`, `exp` and `iat` must be there; `aud` contains the client and nobody who
    /// is not trusted; `azp`, if it is there, is the client.
    ///
    /// What is typed as another kind, has `events`, another `token_use`, or a claim `typ` of `Refresh`, `Logout` or
    /// `Bearer` is refused. An access token that has none of these, and the client for its audience, passes where no
    /// nonce is asked for: an ID token may have any claim of an access token, so that only the nonce, and audiences that
    /// are no clients, tell the two apart.
    ///
    /// `typ` is absent or `JWT`. For an issuer that writes another,
    /// [`require_token_type`](Self::require_token_type) names it.
    ///
    /// `None` for the nonce needs [`nonce_not_sent`](Self::nonce_not_sent), for the issuer
    /// [`without_issuer`](Self::without_issuer).
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

    /// No nonce was sent in the authentication request. One in the token is then not looked at.
    pub const fn nonce_not_sent(mut self) -> Self {
        self.waived.nonce = true;
        self
    }

    /// Takes ID tokens that are also for these audiences, which are trusted with them (Core section
    /// 3.1.3.7 step 3).
    pub fn trust_audiences(mut self, audiences: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.trusted_audiences.is_given(), Claim::Audience);
        self.trusted_audiences = audiences.into();
        self
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    let nonce = policy.authentication.nonce.is_some();
    policy::check_given(nonce, policy.waived.nonce, Claim::Nonce)?;
    check_claims(policy)
}

/// What is the same for a refreshed one.
pub(super) fn check_claims(policy: &Policy<'_>) -> Result<(), Error> {
    policy.check_type_of_kind(&["JWT"])?;
    // Core section 2: these are required.
    policy::check_meaningless(&[
        (policy.waived.expiry, Claim::ExpirationTime),
        (policy.waived.audience, Claim::Audience),
        (policy.markers.is_given(), Claim::Scope),
    ])
}

pub(super) fn judge(
    policy: &Policy<'_>,
    judged: &Judged<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let token_type = judged.header.own_type();
    let is_named = policy.token_type.is_some();
    if !is_named && token_type.is_some_and(|found| !is_media_type(found, "JWT")) {
        // RFC 8725 section 3.12: `at+jwt`, `logout+jwt` and their like are other kinds.
        return Err(Error::new(Reason::WrongTokenType).about(Claim::Type));
    }
    refuse_other_kinds(judged)?;
    // Core section 2.
    judged.issuer.ok_or(missing(Claim::Issuer))?;
    let subject = required(judged.subject, Claim::Subject)?;
    if subject.len() > MAX_SUBJECT || !subject.is_ascii() {
        return Err(wrong_type(Claim::Subject));
    }
    judged.expires_at.ok_or(missing(Claim::ExpirationTime))?;
    judged.issued_at.ok_or(missing(Claim::IssuedAt))?;
    judge_all_audiences(policy, judged)?;
    evidence.pass(Check::Kind);
    Ok(())
}

/// Core section 3.1.3.7 steps 3 and 8: all audiences are the client, or trusted with the token.
pub(super) fn judge_all_audiences(policy: &Policy<'_>, judged: &Judged<'_>) -> Result<(), Error> {
    let audience = judged.audience.clone().ok_or(missing(Claim::Audience))?;
    let several = audience.clone().nth(1).is_some();
    if several && judged.algorithm.key_kind() == KeyKind::Secret {
        // Core section 3.1.3.7 step 8: whose secret it would be is not defined.
        return Err(Error::new(Reason::UntrustedAudience).about(Claim::Audience));
    }
    for found in audience {
        let mut trusted = policy.audiences.iter().chain(policy.trusted_audiences.iter());
        if !trusted.any(|trusted| trusted == found) {
            // Core section 3.1.3.7 step 3.
            return Err(Error::new(Reason::UntrustedAudience).about(Claim::Audience));
        }
    }
    Ok(())
}

/// RFC 8725 section 3.12: what only other kinds of tokens have.
fn refuse_other_kinds(judged: &Judged<'_>) -> Result<(), Error> {
    if judged.has("events") {
        return Err(Error::new(Reason::WrongTokenKind).about(Claim::Events));
    }
    if judged.string("token_use", Claim::TokenUse)?.is_some_and(|used| used != "id") {
        return Err(Error::new(Reason::WrongTokenKind).about(Claim::TokenUse));
    }
    let kind = judged.claims.member("typ").and_then(|value| value.string());
    if let Some("Refresh" | "Logout" | "Bearer") = kind {
        return Err(Error::new(Reason::WrongTokenKind).about(Claim::Type));
    }
    Ok(())
}
