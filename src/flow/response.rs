//! The policies for the ID tokens in responses. A response holds the values that the checks need,
//! so that no value can be forgotten.

use super::demands::Demands;
use super::issued::{Endpoint, Issued, Presence};
use super::response_type::ResponseType;
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::policy::Policy;
use crate::policy::original::OriginalIdToken;
use crate::str_list::StrList;

/// The values that the authorization endpoint returned together with an ID token, by the requested
/// response type.
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
    /// Makes the response from its parameters. `response_type` is that of the request. A parameter
    /// is `None` if the response does not have it.
    ///
    /// # Errors
    ///
    /// * [`Reason::PolicyContradiction`] if responses of this type have no ID token at the
    ///   authorization endpoint, or if a parameter does not belong to the type
    /// * [`Reason::PolicyIncomplete`] with `c_hash` or `at_hash` if the code or the access token is
    ///   missing
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
                Err(missing(Member::CodeHash))
            }
            (ResponseType::IdTokenToken, None, None)
            | (ResponseType::CodeIdTokenToken, Some(_), None) => {
                Err(missing(Member::AccessTokenHash))
            }
            _ => Err(Error::new(Reason::PolicyContradiction)),
        }
    }

    /// The requested response type.
    pub const fn response_type(&self) -> ResponseType {
        match self {
            Self::IdToken => ResponseType::IdToken,
            Self::IdTokenToken { .. } => ResponseType::IdTokenToken,
            Self::CodeIdToken { .. } => ResponseType::CodeIdToken,
            Self::CodeIdTokenToken { .. } => ResponseType::CodeIdTokenToken,
        }
    }

    /// The policy for the ID token in the response: [`Policy::id_token`], with the hashes that the
    /// response type requires (Core sections 3.2.2.11 and 3.3.2.11). The nonce is required (Core
    /// sections 3.2.2.1 and 3.3.2.11): [`Policy::nonce_not_sent`] contradicts it.
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
        let demands = Demands::of(self.response_type(), Endpoint::Authorization);
        let policy = match demands.access_token_hash {
            true => policy.require_access_token_hash(),
            false => policy,
        };
        if demands.code_hash { policy.require_code_hash() } else { policy }
    }
}

impl core::fmt::Debug for AuthorizationResponse<'_> {
    /// Hides all strings: a code and an access token are secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "AuthorizationResponse({})", self.response_type())
    }
}

/// The value that the token endpoint returned together with an ID token: always an access token
/// (Core section 3.1.3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenResponse<'a> {
    access_token: &'a str,
}

impl<'a> TokenResponse<'a> {
    /// Makes the response from its parameters. `response_type` is that of the request. A parameter
    /// is `None` if the response does not have it.
    ///
    /// # Errors
    ///
    /// * [`Reason::PolicyContradiction`] if the token endpoint issues no ID token for this type, or
    ///   if there is a code, which it never issues
    /// * [`Reason::PolicyIncomplete`] with `at_hash` if the access token is missing
    pub(crate) fn received(
        response_type: ResponseType,
        code: Option<&'a str>,
        access_token: Option<&'a str>,
    ) -> Result<Self, Error> {
        let presence = response_type.presence(Endpoint::Token, Issued::IdToken);
        if presence == Presence::Never || code.is_some() {
            return Err(Error::new(Reason::PolicyContradiction));
        }
        let missing = Error::new(Reason::PolicyIncomplete).about(Member::AccessTokenHash);
        access_token.map(Self::new).ok_or(missing)
    }

    /// Makes the response with this value of `access_token`.
    pub const fn new(access_token: &'a str) -> Self {
        Self { access_token }
    }

    /// The policy for the ID token that the token endpoint returns for a code of the response type
    /// `code`: [`Policy::id_token`], with a check of `at_hash` if the token has it (Core sections
    /// 3.1.3.7 and 3.1.3.8). If the nonce is `None`, [`Policy::nonce_not_sent`] is required.
    pub fn id_token_policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        client_id: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
        nonce: impl Into<Option<&'a str>>,
    ) -> Policy<'a> {
        Policy::id_token(issuer, client_id, algorithms, nonce).with_access_token(self.access_token)
    }

    /// The policy for the second ID token of a hybrid flow. The code for it came together with the
    /// first ID token: response types `code id_token` and `code id_token token` (Core section
    /// 3.3.3.7). The nonce was sent, and is required. `subject` is the `sub` of the first ID token,
    /// and the issuer must be the same (section 3.3.3.6).
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

    /// The policy for the ID token from a refresh: [`Policy::refreshed_id_token`] with the original
    /// (Core section 12.2), with a check of `at_hash` if the token has it.
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
    /// Does not show the access token.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TokenResponse")
    }
}
