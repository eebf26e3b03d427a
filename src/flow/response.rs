//! From what came back to the policy for the ID token in it. What a check needs is part of the response, so
//! that none can be forgotten.

use super::issued::Endpoint;
use super::response_type::ResponseType;
use crate::algorithm::Algorithms;
use crate::error::{Claim, Error, Reason};
use crate::evidence::Check;
use crate::policy::Policy;
use crate::profile::refreshed_id_token::OriginalIdToken;
use crate::str_list::StrList;

/// What the authorization endpoint sent beside an ID token, by the response type that was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationResponse<'a> {
    /// `id_token`
    IdToken,
    /// `id_token token`
    IdTokenToken {
        /// The value of `access_token`.
        access_token: &'a str,
    },
    /// `code id_token`
    CodeIdToken {
        /// The value of `code`.
        code: &'a str,
    },
    /// `code id_token token`
    CodeIdTokenToken {
        /// The value of `code`.
        code: &'a str,
        /// The value of `access_token`.
        access_token: &'a str,
    },
}

impl<'a> AuthorizationResponse<'a> {
    /// The response to a request of this type with these parameters in it, each `None` if it is not there.
    ///
    /// # Errors
    ///
    /// [`Reason::PolicyContradiction`] if no ID token comes there for this type, or a parameter does not;
    /// [`Reason::PolicyIncomplete`] with `c_hash` or `at_hash` if the code or the access token is missing.
    pub fn received(
        response_type: ResponseType,
        code: Option<&'a str>,
        access_token: Option<&'a str>,
    ) -> Result<Self, Error> {
        let missing = |claim| Error::new(Reason::PolicyIncomplete).about(claim);
        match (response_type, code, access_token) {
            (ResponseType::IdToken, None, None) => Ok(Self::IdToken),
            (ResponseType::IdTokenToken, None, Some(access_token)) => {
                Ok(Self::IdTokenToken { access_token })
            }
            (ResponseType::CodeIdToken, Some(code), None) => Ok(Self::CodeIdToken { code }),
            (ResponseType::CodeIdTokenToken, Some(code), Some(access_token)) => {
                Ok(Self::CodeIdTokenToken { code, access_token })
            }
            (ResponseType::CodeIdToken | ResponseType::CodeIdTokenToken, None, _) => {
                Err(missing(Claim::CodeHash))
            }
            (ResponseType::IdTokenToken, None, None)
            | (ResponseType::CodeIdTokenToken, Some(_), None) => {
                Err(missing(Claim::AccessTokenHash))
            }
            _ => Err(Error::new(Reason::PolicyContradiction)),
        }
    }

    /// The response type that was asked for.
    pub const fn response_type(&self) -> ResponseType {
        match self {
            Self::IdToken => ResponseType::IdToken,
            Self::IdTokenToken { .. } => ResponseType::IdTokenToken,
            Self::CodeIdToken { .. } => ResponseType::CodeIdToken,
            Self::CodeIdTokenToken { .. } => ResponseType::CodeIdTokenToken,
        }
    }

    /// The policy for the ID token that came: that of [`Policy::id_token`], with the hashes that its response type
    /// demands (Core sections 3.2.2.11 and 3.3.2.11). The nonce is required (Core sections 3.2.2.1 and
    /// 3.3.2.11): [`Policy::nonce_not_sent`] contradicts it.
    pub fn id_token_policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        nonce: &'a str,
    ) -> Policy<'a> {
        let policy = Policy::id_token(issuer, client_id, algorithms, nonce);
        let policy = match self {
            Self::IdToken => policy,
            Self::IdTokenToken { access_token } => policy.with_access_token(access_token),
            Self::CodeIdToken { code } => policy.with_code(code),
            Self::CodeIdTokenToken { code, access_token } => {
                policy.with_code(code).with_access_token(access_token)
            }
        };
        let mandatory = self.response_type().mandatory_checks(Endpoint::Authorization);
        mandatory.iter().fold(policy, |policy, check| match check {
            Check::AccessTokenHash => policy.require_access_token_hash(),
            Check::CodeHash => policy.require_code_hash(),
            _ => policy,
        })
    }
}

impl core::fmt::Debug for AuthorizationResponse<'_> {
    /// Shows no text of the caller's: a code and an access token are secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "AuthorizationResponse({})", self.response_type())
    }
}

/// What the token endpoint sent beside an ID token: always an access token (Core section 3.1.3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenResponse<'a> {
    access_token: &'a str,
}

impl<'a> TokenResponse<'a> {
    /// The response with this value of `access_token`.
    pub const fn new(access_token: &'a str) -> Self {
        Self { access_token }
    }

    /// The policy for the ID token that came for a code of the response type `code`: that of
    /// [`Policy::id_token`], with `at_hash` if it is there (Core sections 3.1.3.7 and 3.1.3.8). `None` for the nonce
    /// needs [`Policy::nonce_not_sent`].
    pub fn id_token_policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        nonce: impl Into<Option<&'a str>>,
    ) -> Policy<'a> {
        Policy::id_token(issuer, client_id, algorithms, nonce).with_access_token(self.access_token)
    }

    /// The policy for the ID token that came for a code beside which there was one already, as in the response types
    /// `code id_token` and `code id_token token` (Core section 3.3.3.7). The nonce was sent, and is required;
    /// `subject` is the `sub` of the first ID token, whose issuer is the same (section 3.3.3.6).
    pub fn second_id_token_policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        nonce: &'a str,
        subject: &'a str,
    ) -> Policy<'a> {
        self.id_token_policy(issuer, client_id, algorithms, nonce).require_subject(subject)
    }

    /// The policy for the ID token that came with a refresh: that of [`Policy::refreshed_id_token`] beside the
    /// original (Core section 12.2), with `at_hash` if it is there.
    pub fn refreshed_id_token_policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        original: &'a OriginalIdToken<'a>,
    ) -> Policy<'a> {
        Policy::refreshed_id_token(issuer, client_id, algorithms, original)
            .with_access_token(self.access_token)
    }
}

impl core::fmt::Debug for TokenResponse<'_> {
    /// Shows nothing of the access token.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TokenResponse")
    }
}
