//! Policies, converted from their C structure.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_bytes, keycard_policy};
use super::lists::{Lists, RuleList, TextList};
use super::policy_numbers::{
    ALL_FLAGS, KEYCARD_ALLOW_PADDING, KEYCARD_ANY_SCOPE, KEYCARD_HAS_MAX_TOKEN_AGE,
    KEYCARD_INSECURE_LEEWAY, KEYCARD_ISSUER_IS_TEMPLATE, KEYCARD_PROFILE_ACCESS_TOKEN,
    KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068, KEYCARD_PROFILE_ID_TOKEN, KEYCARD_PROFILE_JWS,
    KEYCARD_PROFILE_JWT, KEYCARD_PROFILE_LOGOUT_TOKEN, KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED,
    KEYCARD_PROFILE_REFRESHED_ID_TOKEN, KEYCARD_REJECT_ISSUED_IN_FUTURE, KEYCARD_REJECT_USER,
    KEYCARD_REQUIRE_USER, KEYCARD_WITHOUT_AUDIENCE, KEYCARD_WITHOUT_CLOCK, KEYCARD_WITHOUT_EXPIRY,
    KEYCARD_WITHOUT_ISSUER,
};
use super::raw::Reader;
use super::{authentication, further_kinds};
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::key::thumbprint::Thumbprint;
use crate::policy::Policy;
use crate::policy::issuer::Issuer;
use crate::policy::original::OriginalIdToken;
use crate::policy::rule::{ClaimRule, RuleSource as _};
use crate::str_list::StrList;

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
        let issuer = unsafe { self.issuer.read_text(reader) }?;
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
        let text = |text: keycard_bytes| unsafe { text.read_text(reader) };
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
            logout @ (KEYCARD_PROFILE_LOGOUT_TOKEN | KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED) => {
                let policy = Policy::logout_token(issuer, audiences, algorithms);
                match logout {
                    KEYCARD_PROFILE_LOGOUT_TOKEN => policy,
                    _ => policy.allow_untyped_logout_token(),
                }
            }
            // 0 means that no profile was given, so the error is "incomplete", not "unsupported".
            0 => return Err(Error::new(Reason::PolicyIncomplete).about(Member::Profile)),
            further => further_kinds::policy(further, issuer, audiences, algorithms)
                .ok_or(unsupported.about(Member::Profile))?,
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
