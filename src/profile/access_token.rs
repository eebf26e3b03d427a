//! Access tokens: those of RFC 9068, and the older ones of many issuers.

use super::kinds;
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing, required};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;
use crate::token::header::is_media_type;

static ACCESS_TOKEN: Profile = Profile {
    name: "access token",
    has_claims: true,
    check: check_any,
    check_token: check_token_any,
};

static RFC_9068: Profile = Profile {
    name: "access token by RFC 9068",
    has_claims: true,
    check: check_rfc9068,
    check_token: check_token_rfc9068,
};

/// The claims that access tokens have and ID tokens do not, in the spelling of various issuers.
pub(super) const MARKERS: &[&str] = &["scp", "scope", "cid", "appid", "token_use"];

impl<'a> Policy<'a> {
    /// An access token, by RFC 9068 or of the older style.
    ///
    /// A token whose type is not `at+jwt` must have a claim that shows an access token: `scp`,
    /// `scope`, `cid`, `appid`, or a `token_use` of `access`. [`marked_by`](Self::marked_by) names
    /// other claims, or fewer. Choose claims that the issuer puts only into access tokens.
    ///
    /// A token with `at_hash`, `c_hash`, `events`, another `token_use`, or a claim `typ` of `ID`,
    /// `Refresh` or `Logout` is rejected. An ID token with, for example, `scope` and without these
    /// claims would pass. Only `typ` in the header tells the kinds apart reliably.
    ///
    /// One of the audiences must be in `aud`.
    ///
    /// For an issuer that writes another `typ`, name it with
    /// [`require_token_type`](Self::require_token_type). A claim that shows an access token is
    /// still required.
    ///
    /// If the issuer or the audience is `None`, [`without_issuer`](Self::without_issuer) or
    /// [`without_audience`](Self::without_audience) is required.
    pub fn access_token(
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&ACCESS_TOKEN, issuer.into(), audiences.into(), algorithms)
    }

    /// An access token by RFC 9068 only. `typ` must be `at+jwt`, and `iss`, `exp`, `aud`, `sub`,
    /// `client_id`, `iat` and `jti` must be there (sections 2.2 and 4).
    pub fn access_token_rfc9068(
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&RFC_9068, issuer.into(), audiences.into(), algorithms)
    }

    /// Names the claims that show an access token if `typ` is not `at+jwt`. The token must have one
    /// of them. `token_use` counts only if its value is `access`.
    pub fn marked_by(mut self, claims: impl Into<StrList<'a>>) -> Self {
        self.note_twice(self.markers.is_given(), Member::Scope);
        self.markers = claims.into();
        self
    }
}

fn check_any(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::ACCESS_TOKEN.check_type(policy)?;
    given::check_meaningless(&[
        (policy.trusted_audiences.is_given(), Member::Audience),
        (policy.waived.nonce, Member::Nonce),
    ])
}

fn check_token_any(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    kinds::ACCESS_TOKEN.reject_others(registered)?;
    let typed = match registered.header.own_type() {
        None => false,
        Some(found) if is_media_type(found, kinds::ACCESS_TOKEN.header_type) => true,
        Some(found) if is_media_type(found, "JWT") => false,
        // The caller required this `typ`, and an earlier check compared it.
        Some(_) if policy.token_type.is_some() => false,
        // RFC 8725 section 3.12: each kind of token has its own types.
        Some(_) => return Err(Error::new(Reason::WrongTokenType).about(Member::Type)),
    };
    let markers = if policy.markers.is_given() { policy.markers } else { StrList::slice(MARKERS) };
    if !typed && !markers.iter().any(|marker| marks(registered, marker)) {
        return Err(Error::new(Reason::TokenNotMarked));
    }
    evidence.pass(Check::Kind);
    Ok(())
}

fn marks(registered: &RegisteredClaims<'_>, marker: &str) -> bool {
    match registered.claims.member(marker) {
        None => false,
        Some(value) if marker == "token_use" => value.string() == Some("access"),
        Some(_) => true,
    }
}

/// RFC 9068 section 2.2 does not allow waivers.
fn check_rfc9068(policy: &Policy<'_>) -> Result<(), Error> {
    given::check_meaningless(&[
        (policy.waived.issuer, Member::Issuer),
        (policy.waived.audience, Member::Audience),
        (policy.waived.expiry, Member::ExpirationTime),
        (policy.markers.is_given(), Member::Scope),
    ])?;
    check_any(policy)
}

fn check_token_rfc9068(
    _: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // RFC 9068 section 4: any `typ` other than `at+jwt` is rejected.
    if !registered
        .header
        .token_type()
        .is_some_and(|found| is_media_type(found, kinds::ACCESS_TOKEN.header_type))
    {
        return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
    }
    kinds::ACCESS_TOKEN.reject_others(registered)?;
    // RFC 9068 section 2.2.
    registered.issuer.ok_or(missing(Member::Issuer))?;
    registered.expires_at.ok_or(missing(Member::ExpirationTime))?;
    required(registered.subject, Member::Subject)?;
    registered.issued_at.ok_or(missing(Member::IssuedAt))?;
    let client_id = registered.string("client_id", Member::ClientId)?;
    required(client_id, Member::ClientId)?;
    required(registered.token_id, Member::JwtId)?;
    evidence.pass(Check::TokenType);
    evidence.pass(Check::Kind);
    Ok(())
}
