//! The values of `response_type` (RFC 6749 section 3.1.1, OAuth 2.0 Multiple Response Type Encoding
//! Practices).

use super::issued::{self, Endpoint, Issued, Presence};
use super::kinds::Flow;
use crate::error::{Error, Reason};
use crate::evidence::Check;
use crate::numbered::numbered;

numbered! {
    /// The response type of an authorization request. Its number in the C ABI has one bit for each
    /// word of the type. The numbers are fixed and append-only.
    ///
    /// Use [`str::parse`] to read it from the request parameter. The words may have any order. With
    /// `none` the user gives or denies consent, and nothing is issued (Encoding Practices section
    /// 4).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(i32)]
    pub enum ResponseType;
    /// Every response type.
    pub const ALL;
    /// The value of `response_type`, with the words in their registered order.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// `code`
    Code = 1, "code";
    /// `id_token`
    IdToken = 2, "id_token";
    /// `code id_token`
    CodeIdToken = 3, "code id_token";
    /// `token`
    Token = 4, "token";
    /// `code token`
    CodeToken = 5, "code token";
    /// `id_token token`
    IdTokenToken = 6, "id_token token";
    /// `code id_token token`
    CodeIdTokenToken = 7, "code id_token token";
    /// `none`
    None = 8, "none";
}

// The words of a type, one bit each.
const CODE: i32 = ResponseType::Code.code();
const ID_TOKEN: i32 = ResponseType::IdToken.code();
const TOKEN: i32 = ResponseType::Token.code();
const NONE: i32 = ResponseType::None.code();

impl ResponseType {
    /// The flow that this type starts (OpenID Connect Core section 3). `code` also starts
    /// [`Flow::AuthorizationCodePkce`]. `none` starts no flow.
    pub const fn flow(self) -> Option<Flow> {
        match self {
            Self::Code => Some(Flow::AuthorizationCode),
            Self::IdToken | Self::Token | Self::IdTokenToken => Some(Flow::Implicit),
            Self::CodeIdToken | Self::CodeToken | Self::CodeIdTokenToken => Some(Flow::Hybrid),
            Self::None => None,
        }
    }

    /// Tells whether this endpoint issues `issued`. The token endpoint issues values only for a
    /// code.
    pub const fn presence(self, endpoint: Endpoint, issued: Issued) -> Presence {
        match (endpoint, issued) {
            (Endpoint::Authorization, Issued::Code) => self.always_with(CODE),
            (Endpoint::Authorization, Issued::IdToken) => self.always_with(ID_TOKEN),
            (Endpoint::Authorization, Issued::AccessToken) => self.always_with(TOKEN),
            // RFC 6749 section 4.2.2: a refresh token never goes through the browser.
            (Endpoint::Authorization, Issued::RefreshToken) => Presence::Never,
            (Endpoint::Token, Issued::Code) => Presence::Never,
            (Endpoint::Token, Issued::AccessToken) => self.always_with(CODE),
            (Endpoint::Token, Issued::IdToken | Issued::RefreshToken) => {
                match self.always_with(CODE) {
                    Presence::Always => Presence::Possible,
                    never => never,
                }
            }
        }
    }

    const fn always_with(self, word: i32) -> Presence {
        if self.code() & word != 0 { Presence::Always } else { Presence::Never }
    }

    /// The checks of an ID token from this endpoint that OpenID Connect requires beyond those of
    /// every ID token. Every other check is made only if the token has the claim. Empty if there is
    /// no ID token.
    pub const fn mandatory_checks(self, endpoint: Endpoint) -> &'static [Check] {
        match (endpoint, self) {
            // Core section 3.2.2.11.
            (Endpoint::Authorization, Self::IdToken) => &[Check::Nonce],
            // Core sections 3.2.2.9 and 3.2.2.11.
            (Endpoint::Authorization, Self::IdTokenToken) => {
                &[Check::Nonce, Check::AccessTokenHash]
            }
            // Core sections 3.3.2.10 and 3.3.2.11.
            (Endpoint::Authorization, Self::CodeIdToken) => &[Check::Nonce, Check::CodeHash],
            (Endpoint::Authorization, Self::CodeIdTokenToken) => {
                &[Check::Nonce, Check::AccessTokenHash, Check::CodeHash]
            }
            // Core section 3.1.3.7 step 11: these requests send a nonce (section 3.3.2.11), so it
            // must come back. Section 3.3.3.6: both ID tokens belong to the same user.
            (Endpoint::Token, Self::CodeIdToken | Self::CodeIdTokenToken) => {
                &[Check::Nonce, Check::Subject]
            }
            _ => &[],
        }
    }

    /// Rejects a response with a value that this endpoint does not issue for this response type.
    ///
    /// # Errors
    ///
    /// [`Reason::NotIssuedByFlow`].
    pub fn check_received(self, endpoint: Endpoint, received: &[Issued]) -> Result<(), Error> {
        issued::check_received(received, |issued| self.presence(endpoint, issued))
    }
}

impl core::str::FromStr for ResponseType {
    type Err = Error;

    /// Parses the parameter by RFC 6749 section 3.1.1: words with one space between them, in any
    /// order, compared case-sensitively.
    ///
    /// # Errors
    ///
    /// [`Reason::UnknownResponseType`] for an unknown or repeated word, an empty string, or `none`
    /// together with other words.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = Error::new(Reason::UnknownResponseType);
        let mut words = 0;
        for word in text.as_bytes().split(|byte| *byte == b' ') {
            let word = match word {
                b"code" => CODE,
                b"id_token" => ID_TOKEN,
                b"token" => TOKEN,
                b"none" => NONE,
                _ => return Err(unknown),
            };
            if words & word != 0 {
                return Err(unknown);
            }
            words |= word;
        }
        // No response type has `none` together with other words, or no word at all.
        Self::ALL.iter().copied().find(|known| known.code() == words).ok_or(unknown)
    }
}

impl core::fmt::Display for ResponseType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
