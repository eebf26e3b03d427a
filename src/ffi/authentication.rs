//! The requirements of a C policy for the authentication of the user. Without the feature
//! `id-token` none of this is linked, and policies that use it are rejected.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::layout::{keycard_bytes, keycard_original_id_token, keycard_policy};
use super::lists::{Lists, TextList};
use super::policy_numbers::{
    KEYCARD_HAS_MAX_AGE, KEYCARD_NONCE_NOT_SENT, KEYCARD_REQUIRE_ACCESS_TOKEN_HASH,
    KEYCARD_REQUIRE_AUTHORIZED_PARTY, KEYCARD_REQUIRE_CODE_HASH, KEYCARD_REQUIRE_STATE_HASH,
};
use super::raw::Reader;
use crate::error::{Error, Reason};
use crate::policy::Policy;
use crate::policy::original::OriginalIdToken;

/// True if ID tokens and the requirements for authentication are built in.
pub(super) const IS_BUILT: bool = cfg!(feature = "id-token");

const FLAGS: u32 = KEYCARD_HAS_MAX_AGE
    | KEYCARD_NONCE_NOT_SENT
    | KEYCARD_REQUIRE_ACCESS_TOKEN_HASH
    | KEYCARD_REQUIRE_AUTHORIZED_PARTY
    | KEYCARD_REQUIRE_CODE_HASH
    | KEYCARD_REQUIRE_STATE_HASH;

impl keycard_policy {
    /// # Safety
    ///
    /// If the policy has an original, it may be read as long as the result lives.
    pub(super) unsafe fn read_original<'a>(
        &self,
        reader: Reader<'_>,
    ) -> Result<Option<&'a keycard_original_id_token>, Error> {
        if self.original.is_null() || !IS_BUILT {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { reader.structure(self.original) }.map(Some)
    }

    /// The original ID token, with which a refreshed one is compared.
    ///
    /// # Safety
    ///
    /// The original and its texts may be read as long as the result lives.
    pub(super) unsafe fn original<'a>(
        &self,
        reader: Reader<'_>,
        lists: &'a Lists<'_>,
    ) -> Result<Option<OriginalIdToken<'a>>, Error> {
        // SAFETY: the caller's promise.
        let Some(raw) = unsafe { self.read_original(reader) }? else {
            return Ok(None);
        };
        // SAFETY: as above.
        let text = |text: keycard_bytes| unsafe { text.read_text(reader) };
        let required = |text: Option<&'a str>| text.ok_or(Error::new(Reason::PolicyIncomplete));
        let mut original = OriginalIdToken::new(
            required(text(raw.issuer)?)?,
            required(text(raw.subject)?)?,
            lists.original_audiences.list(),
            raw.issued_at,
        );
        match (raw.has_auth_time, raw.auth_time, raw.reserved) {
            (0, 0, 0) => {}
            (1, seconds, 0) => original = original.with_authentication_time(seconds),
            _ => return Err(Error::new(Reason::UnsupportedPolicy)),
        }
        if let Some(authorized_party) = text(raw.authorized_party)? {
            original = original.with_authorized_party(authorized_party);
        }
        if let Some(nonce) = text(raw.nonce)? {
            original = original.with_nonce(nonce);
        }
        Ok(Some(original))
    }

    /// True if the policy requires anything of the authentication.
    fn asks_about_authentication(&self, lists: &Lists<'_>) -> bool {
        let texts = [self.nonce, self.access_token, self.code, self.state, self.subject];
        self.flags & FLAGS != 0
            || self.max_age != 0
            || !self.original.is_null()
            || texts.iter().any(|text| !text.is_absent())
            || [&lists.authorized_parties, &lists.contexts, &lists.methods]
                .iter()
                .any(|list| list.is_given())
    }

    /// Adds the requirements for the authentication to the policy.
    ///
    /// # Safety
    ///
    /// The texts of the policy may be read as long as the result lives.
    pub(super) unsafe fn with_authentication<'a>(
        &self,
        mut policy: Policy<'a>,
        reader: Reader<'_>,
        lists: &'a Lists<'_>,
    ) -> Result<Policy<'a>, Error> {
        let has = |flag| self.flags & flag != 0;
        if !self.asks_about_authentication(lists) {
            return Ok(policy);
        }
        if !IS_BUILT {
            return Err(Error::new(Reason::UnsupportedPolicy));
        }
        if has(KEYCARD_NONCE_NOT_SENT) {
            policy = policy.nonce_not_sent();
        }
        if has(KEYCARD_HAS_MAX_AGE) || self.max_age != 0 {
            policy = policy.require_max_age(self.max_age);
        }
        if has(KEYCARD_REQUIRE_AUTHORIZED_PARTY) {
            policy = policy.require_authorized_party();
        }
        if has(KEYCARD_REQUIRE_ACCESS_TOKEN_HASH) {
            policy = policy.require_access_token_hash();
        }
        if has(KEYCARD_REQUIRE_CODE_HASH) {
            policy = policy.require_code_hash();
        }
        if has(KEYCARD_REQUIRE_STATE_HASH) {
            policy = policy.require_state_hash();
        }
        // SAFETY: the caller's promise.
        let text = |text: keycard_bytes| unsafe { text.read_text(reader) };
        if let Some(nonce) = text(self.nonce)? {
            policy = policy.require_nonce(nonce);
        }
        if let Some(access_token) = text(self.access_token)? {
            policy = policy.with_access_token(access_token);
        }
        if let Some(code) = text(self.code)? {
            policy = policy.with_code(code);
        }
        if let Some(state) = text(self.state)? {
            policy = policy.with_state(state);
        }
        if let Some(subject) = text(self.subject)? {
            policy = policy.require_subject(subject);
        }
        if lists.authorized_parties.is_given() {
            policy = policy.allow_authorized_parties(lists.authorized_parties.list());
        }
        if lists.contexts.is_given() {
            policy = policy.require_authentication_context(lists.contexts.list());
        }
        if lists.methods.is_given() {
            policy = policy.require_authentication_methods(lists.methods.list());
        }
        Ok(policy)
    }
}

impl<'a> TextList<'a> {
    /// The audiences of an original.
    ///
    /// # Safety
    ///
    /// As for [`TextList::read`].
    pub(super) unsafe fn of_original(
        reader: Reader<'_>,
        original: Option<&keycard_original_id_token>,
    ) -> Result<Self, Error> {
        match original {
            // SAFETY: the caller's promise.
            Some(original) => unsafe {
                Self::read(reader, original.audiences, original.audience_count)
            },
            None => Ok(Self::NOT_GIVEN),
        }
    }
}
