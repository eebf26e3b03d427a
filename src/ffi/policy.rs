//! Policies and times, converted from their C structures.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::authentication;
use super::layout::{keycard_policy, keycard_text, keycard_time};
use super::lists::{RuleList, TextList};
use super::raw::Reader;
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::key::thumbprint::Thumbprint;
use crate::policy::Policy;
use crate::policy::issuer::Issuer;
use crate::policy::rule::{ClaimRule, RuleSource as _};
use crate::profile::refreshed_id_token::OriginalIdToken;
use crate::str_list::StrList;
use crate::time::Time;

/// A signature over a payload of any bytes.
pub const KEYCARD_PROFILE_JWS: u32 = 1;
/// A JWT of no particular kind.
pub const KEYCARD_PROFILE_JWT: u32 = 2;
/// An access token, by RFC 9068 or of the older style. It must have the typ at+jwt or a claim that
/// marks an access token: scope, scp, cid, appid, or token_use with the value access. The markers
/// of the policy replace these claims.
pub const KEYCARD_PROFILE_ACCESS_TOKEN: u32 = 3;
/// An access token by RFC 9068 only.
pub const KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068: u32 = 4;
/// An ID token of OpenID Connect.
pub const KEYCARD_PROFILE_ID_TOKEN: u32 = 5;
/// An ID token from a refresh, compared with the original.
pub const KEYCARD_PROFILE_REFRESHED_ID_TOKEN: u32 = 6;
/// A back-channel logout token with the type logout+jwt.
pub const KEYCARD_PROFILE_LOGOUT_TOKEN: u32 = 7;
/// A back-channel logout token that may also have no type, or the type JWT.
pub const KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED: u32 = 8;

/// Accept tokens of any issuer.
pub const KEYCARD_WITHOUT_ISSUER: u32 = 1;
/// Accept tokens for any audience.
pub const KEYCARD_WITHOUT_AUDIENCE: u32 = 1 << 1;
/// Accept tokens without exp.
pub const KEYCARD_WITHOUT_EXPIRY: u32 = 1 << 2;
/// Accept tokens while the time is not known.
pub const KEYCARD_WITHOUT_CLOCK: u32 = 1 << 3;
/// No nonce was sent.
pub const KEYCARD_NONCE_NOT_SENT: u32 = 1 << 4;
/// Allow a leeway of more than 600 seconds.
pub const KEYCARD_INSECURE_LEEWAY: u32 = 1 << 5;
/// max_token_age is required even if it is 0.
pub const KEYCARD_HAS_MAX_TOKEN_AGE: u32 = 1 << 6;
/// max_age is required even if it is 0.
pub const KEYCARD_HAS_MAX_AGE: u32 = 1 << 7;
/// Require azp if there are several audiences.
pub const KEYCARD_REQUIRE_AUTHORIZED_PARTY: u32 = 1 << 8;
/// Require at_hash.
pub const KEYCARD_REQUIRE_ACCESS_TOKEN_HASH: u32 = 1 << 9;
/// Require c_hash.
pub const KEYCARD_REQUIRE_CODE_HASH: u32 = 1 << 10;
/// Require s_hash.
pub const KEYCARD_REQUIRE_STATE_HASH: u32 = 1 << 11;
/// True if one of the scopes is enough.
pub const KEYCARD_ANY_SCOPE: u32 = 1 << 12;
/// Require a user behind the token: sub is not the client, and user_mark holds.
pub const KEYCARD_REQUIRE_USER: u32 = 1 << 13;
/// Reject tokens with a user. A token without one has no sub, the client as sub, or matches
/// user_mark.
pub const KEYCARD_REJECT_USER: u32 = 1 << 14;
/// Accept padded base64url, from the signer that header_name and header_value identify.
pub const KEYCARD_ALLOW_PADDING: u32 = 1 << 15;

/// Reject tokens whose iat lies in the future. Recommended where the clock may be behind.
pub const KEYCARD_REJECT_ISSUED_IN_FUTURE: u32 = 1 << 16;

/// issuer is a template that matches all issuers of its form. The claim that the braces name must
/// be in the token and equal that part of iss: one or more letters, digits, "-", ".", "_" and "~".
pub const KEYCARD_ISSUER_IS_TEMPLATE: u32 = 1 << 17;

const ALL_FLAGS: u32 = (1 << 18) - 1;

/// The claim is present.
pub const KEYCARD_RULE_PRESENT: u32 = 1;
/// The claim is a string equal to the value.
pub const KEYCARD_RULE_EQUALS: u32 = 2;
/// The claim is an array of strings that contains the value, or a string equal to it.
pub const KEYCARD_RULE_CONTAINS: u32 = 3;

/// HMAC with SHA-256.
pub const KEYCARD_HS256: u32 = 1;
/// HMAC with SHA-384.
pub const KEYCARD_HS384: u32 = 1 << 1;
/// HMAC with SHA-512.
pub const KEYCARD_HS512: u32 = 1 << 2;
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub const KEYCARD_RS256: u32 = 1 << 3;
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub const KEYCARD_RS384: u32 = 1 << 4;
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub const KEYCARD_RS512: u32 = 1 << 5;
/// RSASSA-PSS with SHA-256.
pub const KEYCARD_PS256: u32 = 1 << 6;
/// RSASSA-PSS with SHA-384.
pub const KEYCARD_PS384: u32 = 1 << 7;
/// RSASSA-PSS with SHA-512.
pub const KEYCARD_PS512: u32 = 1 << 8;
/// ECDSA with P-256 and SHA-256.
pub const KEYCARD_ES256: u32 = 1 << 9;
/// ECDSA with P-384 and SHA-384.
pub const KEYCARD_ES384: u32 = 1 << 10;
/// ECDSA with P-521 and SHA-512.
pub const KEYCARD_ES512: u32 = 1 << 11;
/// ECDSA with secp256k1 and SHA-256.
pub const KEYCARD_ES256K: u32 = 1 << 12;
/// EdDSA with Ed25519.
pub const KEYCARD_EDDSA: u32 = 1 << 13;
/// EdDSA with Ed25519, by its fully specified name (RFC 9864).
pub const KEYCARD_ED25519: u32 = 1 << 14;
/// ML-DSA-44.
pub const KEYCARD_ML_DSA_44: u32 = 1 << 15;
/// ML-DSA-65.
pub const KEYCARD_ML_DSA_65: u32 = 1 << 16;
/// ML-DSA-87.
pub const KEYCARD_ML_DSA_87: u32 = 1 << 17;

/// The current time is known.
pub const KEYCARD_TIME_AT: u32 = 1;
/// The current time is not known.
pub const KEYCARD_TIME_UNKNOWN: u32 = 2;

/// States the current time by a clock that is known to be right. A negative time is
/// KEYCARD_TIME_UNAVAILABLE, because time() returns -1 without a clock.
///
/// Warning: an unset clock reads 0, and at 0 no token has expired. Use keycard_time_clock if the
/// clock may be unset.
///
/// Returns: the time
/// In:      seconds, since 1970-01-01T00:00:00Z
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_at(seconds: i64) -> keycard_time {
    keycard_time_clock(seconds, i64::MIN)
}

/// States the current time by a clock that may be unset or may fail. A time that is negative or
/// before not_before is KEYCARD_TIME_UNAVAILABLE.
///
/// Returns: the time
/// In:      seconds, since 1970-01-01T00:00:00Z
///          not_before, a time that has certainly passed, such as the build time, in seconds since
///            1970-01-01T00:00:00Z
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_clock(seconds: i64, not_before: i64) -> keycard_time {
    keycard_time { kind: KEYCARD_TIME_AT, reserved: 0, seconds, not_before }
}

/// States that the current time is not known.
///
/// Returns: the time
/// In:      not_before, a time that has certainly passed, in seconds since 1970-01-01T00:00:00Z;
///            never take it from a token
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_unknown(not_before: i64) -> keycard_time {
    keycard_time { kind: KEYCARD_TIME_UNKNOWN, reserved: 0, seconds: 0, not_before }
}

impl keycard_time {
    /// # Errors
    ///
    /// [`Reason::TimeKind`].
    pub(super) fn read(self) -> Result<Time, Error> {
        let Self { kind, reserved, seconds, not_before } = self;
        match (kind, reserved, seconds) {
            (KEYCARD_TIME_AT, 0, now) => Ok(Time::Clock { now, not_before }),
            (KEYCARD_TIME_UNKNOWN, 0, 0) => Ok(Time::Unknown { not_before }),
            _ => Err(Error::new(Reason::TimeKind)),
        }
    }
}

/// The lists and digests that a [`Policy`] borrows.
pub(super) struct Lists<'a> {
    audiences: TextList<'a>,
    trusted_audiences: TextList<'a>,
    scopes: TextList<'a>,
    markers: TextList<'a>,
    pub(super) authorized_parties: TextList<'a>,
    pub(super) contexts: TextList<'a>,
    pub(super) methods: TextList<'a>,
    clients: TextList<'a>,
    rules: RuleList<'a>,
    user_mark: RuleList<'a>,
    pub(super) original_audiences: TextList<'a>,
    dpop_key: Option<Thumbprint>,
    client_certificate: Option<Thumbprint>,
}

impl keycard_policy {
    /// # Safety
    ///
    /// The lists, texts and digests of the policy may be read as long as the result lives.
    pub(super) unsafe fn lists<'a>(&self, reader: Reader<'_>) -> Result<Lists<'a>, Error> {
        // SAFETY: the caller's promise.
        let list = |texts, count| unsafe { TextList::read(reader, texts, count) };
        // SAFETY: the caller's promise.
        let original = unsafe { self.read_original(reader) }?;
        let at = |member: Member| move |error: Error| error.about(member);
        Ok(Lists {
            audiences: list(self.audiences, self.audience_count).map_err(at(Member::Audiences))?,
            trusted_audiences: list(self.trusted_audiences, self.trusted_audience_count)
                .map_err(at(Member::TrustedAudiences))?,
            scopes: list(self.scopes, self.scope_count).map_err(at(Member::Scopes))?,
            markers: list(self.markers, self.marker_count).map_err(at(Member::Markers))?,
            authorized_parties: list(self.authorized_parties, self.authorized_party_count)
                .map_err(at(Member::AuthorizedParties))?,
            contexts: list(self.authentication_contexts, self.authentication_context_count)
                .map_err(at(Member::AuthenticationContexts))?,
            methods: list(self.authentication_methods, self.authentication_method_count)
                .map_err(at(Member::RequiredMethods))?,
            clients: list(self.clients, self.client_count).map_err(at(Member::Clients))?,
            // SAFETY: the caller's promise.
            rules: unsafe { RuleList::read(reader, self.rules, self.rule_count) }
                .map_err(at(Member::Rules))?,
            // SAFETY: as above.
            user_mark: unsafe {
                RuleList::read(reader, self.user_mark, usize::from(!self.user_mark.is_null()))
            }
            .map_err(at(Member::UserMark))?,
            // SAFETY: as above.
            original_audiences: unsafe { TextList::of_original(reader, original) }
                .map_err(at(Member::Original))?,
            // SAFETY: as above.
            dpop_key: unsafe { reader.digest(self.dpop_key32) }?.map(Thumbprint::from_bytes),
            // SAFETY: as above.
            client_certificate: unsafe { reader.digest(self.client_certificate32) }?
                .map(Thumbprint::from_bytes),
        })
    }

    /// The required issuer.
    ///
    /// # Safety
    ///
    /// The text may be read as long as the result lives.
    pub(super) unsafe fn asked_issuer<'a>(
        &self,
        reader: Reader<'_>,
    ) -> Result<Option<Issuer<'a>>, Error> {
        // SAFETY: the caller's promise.
        let issuer = unsafe { self.issuer.read(reader) }?;
        match (issuer, self.flags & KEYCARD_ISSUER_IS_TEMPLATE != 0) {
            (None, true) => Err(Error::new(Reason::PolicyIncomplete).about(Member::Issuer)),
            (None, false) => Ok(None),
            (Some(template), true) => Ok(Some(Issuer::like(template))),
            (Some(issuer), false) => Ok(Some(Issuer::Is(issuer))),
        }
    }

    /// Converts the structure to a policy.
    ///
    /// # Safety
    ///
    /// The texts of the policy may be read as long as the result lives.
    pub(super) unsafe fn policy<'a>(
        &self,
        reader: Reader<'_>,
        lists: &'a Lists<'_>,
        original: Option<&'a OriginalIdToken<'a>>,
    ) -> Result<Policy<'a>, Error> {
        let unsupported = Error::new(Reason::UnsupportedPolicy);
        if self.flags & !ALL_FLAGS != 0 {
            return Err(unsupported.about(Member::Flags));
        }
        let algorithms = Algorithms::from_bits(self.algorithms);
        let algorithms = algorithms.ok_or(unsupported.about(Member::Algorithm))?;
        // SAFETY: the caller's promise.
        let text = |text: keycard_text| unsafe { text.read(reader) };
        // SAFETY: the caller's promise.
        let (issuer, template) = match unsafe { self.asked_issuer(reader) }? {
            None => (None, None),
            Some(Issuer::Is(issuer)) => (Some(issuer), None),
            Some(Issuer::Like(template, _)) => (None, Some(template)),
        };
        let audience = text(self.audience)?;
        if audience.is_some() && lists.audiences.is_given() {
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Audience));
        }
        let audiences = match audience {
            Some(audience) => StrList::one(audience),
            None => lists.audiences.list(),
        };
        let mut policy = match self.profile {
            KEYCARD_PROFILE_JWS if issuer.is_none() && !audiences.is_given() => {
                Policy::jws(algorithms)
            }
            KEYCARD_PROFILE_JWS => {
                return Err(Error::new(Reason::PolicyContradiction).about(Member::Issuer));
            }
            KEYCARD_PROFILE_JWT => Policy::jwt(issuer, audiences, algorithms),
            KEYCARD_PROFILE_ACCESS_TOKEN => Policy::access_token(issuer, audiences, algorithms),
            KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 => {
                Policy::access_token_rfc9068(issuer, audiences, algorithms)
            }
            KEYCARD_PROFILE_ID_TOKEN if authentication::IS_BUILT => {
                Policy::id_token(issuer, audiences, algorithms, None)
            }
            KEYCARD_PROFILE_REFRESHED_ID_TOKEN if authentication::IS_BUILT => {
                let missing = Error::new(Reason::PolicyIncomplete).about(Member::Original);
                let original = original.ok_or(missing)?;
                Policy::refreshed_id_token(issuer, audiences, algorithms, original)
            }
            #[cfg(feature = "logout")]
            KEYCARD_PROFILE_LOGOUT_TOKEN => Policy::logout_token(issuer, audiences, algorithms),
            #[cfg(feature = "logout")]
            KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED => {
                Policy::logout_token(issuer, audiences, algorithms).allow_untyped_logout_token()
            }
            // 0 means that no profile was given, so the error is "incomplete", not "unsupported".
            0 => return Err(Error::new(Reason::PolicyIncomplete).about(Member::Profile)),
            _ => return Err(unsupported.about(Member::Profile)),
        };
        if original.is_some() && self.profile != KEYCARD_PROFILE_REFRESHED_ID_TOKEN {
            return Err(Error::new(Reason::PolicyContradiction).about(Member::Original));
        }
        if let Some(template) = template {
            policy = policy.require_issuer_template(template);
        }
        policy = self.with_flags(policy);
        if let Some(claim) = text(self.audience_claim)? {
            policy = policy.audience_from(claim);
        }
        if let Some(claim) = text(self.scope_claim)? {
            policy = policy.scope_from(claim);
        }
        if let Some(token_type) = text(self.token_type)? {
            policy = policy.require_token_type(token_type);
        }
        match (text(self.header_name)?, text(self.header_value)?) {
            (None, None) => {}
            (Some(name), Some(value)) => policy = policy.require_header(name, value),
            _ => {
                return Err(Error::new(Reason::PolicyIncomplete).about(Member::HeaderParameter));
            }
        }
        // SAFETY: the caller's promise.
        policy = unsafe { self.with_authentication(policy, reader, lists) }?;
        if let Some(claim) = text(self.client_claim)? {
            policy = policy.client_id_from(claim);
        }
        policy = self.with_or_without_user(policy, lists.user_mark.rule(0))?;
        Ok(lists.apply(policy, self.flags & KEYCARD_ANY_SCOPE != 0))
    }

    fn with_or_without_user<'a>(
        &self,
        policy: Policy<'a>,
        mark: Option<ClaimRule<'a>>,
    ) -> Result<Policy<'a>, Error> {
        let has = |flag| self.flags & flag != 0;
        match (has(KEYCARD_REQUIRE_USER), has(KEYCARD_REJECT_USER), mark) {
            (false, false, None) => Ok(policy),
            (true, false, Some(mark)) => Ok(policy.require_user(mark)),
            (false, true, Some(mark)) => Ok(policy.reject_user_marked_by(mark)),
            (false, true, None) => Ok(policy.reject_user()),
            (true, false, None) => {
                Err(Error::new(Reason::PolicyIncomplete).about(Member::UserMark))
            }
            _ => Err(Error::new(Reason::PolicyContradiction).about(Member::Subject)),
        }
    }

    /// Applies the flags and the numbers that belong to them.
    fn with_flags<'a>(&self, mut policy: Policy<'a>) -> Policy<'a> {
        let has = |flag| self.flags & flag != 0;
        policy = if has(KEYCARD_INSECURE_LEEWAY) {
            policy.insecure_allow_leeway(self.leeway)
        } else {
            policy.allow_leeway(self.leeway)
        };
        if has(KEYCARD_WITHOUT_ISSUER) {
            policy = policy.without_issuer();
        }
        if has(KEYCARD_WITHOUT_AUDIENCE) {
            policy = policy.without_audience();
        }
        if has(KEYCARD_WITHOUT_EXPIRY) {
            policy = policy.without_expiry();
        }
        if has(KEYCARD_WITHOUT_CLOCK) {
            policy = policy.without_clock();
        }
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        if self.max_token_length != 0 {
            policy = policy.with_max_token_length(size(self.max_token_length));
        }
        if self.max_header_length != 0 {
            policy = policy.with_max_header_length(size(self.max_header_length));
        }
        if self.max_members != 0 {
            policy = policy.with_max_members(size(self.max_members));
        }
        if has(KEYCARD_HAS_MAX_TOKEN_AGE) || self.max_token_age != 0 {
            policy = policy.require_max_token_age(self.max_token_age);
        }
        if self.max_lifetime != 0 {
            policy = policy.require_max_lifetime(self.max_lifetime);
        }
        if has(KEYCARD_REJECT_ISSUED_IN_FUTURE) {
            policy = policy.reject_issued_in_future();
        }
        if has(KEYCARD_ALLOW_PADDING) {
            policy = policy.allow_padding();
        }
        policy
    }
}

impl Lists<'_> {
    /// Adds these lists to the policy, except for the audiences.
    fn apply<'a>(&'a self, mut policy: Policy<'a>, any_scope: bool) -> Policy<'a> {
        if self.trusted_audiences.is_given() {
            policy = policy.trust_audiences(self.trusted_audiences.list());
        }
        if any_scope {
            policy = policy.require_any_scope(self.scopes.list());
        } else if self.scopes.is_given() {
            policy = policy.require_scopes(self.scopes.list());
        }
        if self.markers.is_given() {
            policy = policy.marked_by(self.markers.list());
        }
        if self.clients.is_given() {
            policy = policy.require_client(self.clients.list());
        }
        if self.rules.is_given() {
            policy = policy.with_any_rules(self.rules.list());
        }
        if let Some(key) = &self.dpop_key {
            policy = policy.require_dpop_key(key);
        }
        if let Some(certificate) = &self.client_certificate {
            policy = policy.require_client_certificate(certificate);
        }
        policy
    }
}
