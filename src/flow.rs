//! The flows of OAuth 2.0 and OpenID Connect: which flow fits an application, what the flow issues,
//! and how the issued tokens are checked.
//!
//! [`Application`] gives the flow of the classic decision table, and the current advice of RFC 9700
//! on that flow. [`ResponseType`] says which values each endpoint issues, and which checks of an ID
//! token are mandatory. [`AuthorizationResponse`], [`TokenResponse`] and [`AccessTokenOf`] make the
//! [`Policy`](crate::Policy) with these checks. The values that the checks need are arguments, so
//! that no value can be forgotten.
//!
//! Refresh tokens and codes are opaque to their recipients: this library does not read them.

pub(crate) mod access_token;
pub(crate) mod application;
pub(crate) mod demands;
pub(crate) mod issued;
mod kinds;
pub(crate) mod response;
pub(crate) mod response_type;

pub use access_token::AccessTokenOf;
pub use application::{Application, Fit};
pub use issued::{Endpoint, Issued, Presence};
pub use kinds::{Flow, Practice};
pub use response::{AuthorizationResponse, TokenResponse};
pub use response_type::ResponseType;

use crate::error::Error;

impl Flow {
    /// Tells whether this endpoint issues `issued` in this flow. If that depends on the response
    /// type, the result is [`Presence::Possible`], and [`ResponseType::presence`] is exact.
    pub const fn presence(self, endpoint: Endpoint, issued: Issued) -> Presence {
        match (self, endpoint, issued) {
            (Self::AuthorizationCode | Self::AuthorizationCodePkce, _, _) => {
                ResponseType::Code.presence(endpoint, issued)
            }
            (Self::Implicit, Endpoint::Authorization, Issued::IdToken | Issued::AccessToken) => {
                Presence::Possible
            }
            (Self::Hybrid, Endpoint::Authorization, Issued::Code) => Presence::Always,
            (Self::Hybrid, Endpoint::Authorization, Issued::IdToken | Issued::AccessToken) => {
                Presence::Possible
            }
            (Self::Hybrid, Endpoint::Token, _) => {
                ResponseType::CodeIdToken.presence(endpoint, issued)
            }
            (
                Self::ResourceOwnerPassword | Self::ClientCredentials | Self::RefreshToken,
                Endpoint::Token,
                Issued::AccessToken,
            ) => Presence::Always,
            // RFC 6749 sections 4.3.3 and 6; OpenID Connect Core section 12.2.
            (
                Self::ResourceOwnerPassword | Self::RefreshToken,
                Endpoint::Token,
                Issued::IdToken | Issued::RefreshToken,
            ) => Presence::Possible,
            // Without a user there is no ID token. RFC 6749 section 4.4.3 allows no refresh token
            // either.
            _ => Presence::Never,
        }
    }

    /// Rejects a response with a value that this endpoint never issues in this flow: for example an
    /// ID token for a service, or a refresh token through the browser.
    ///
    /// # Errors
    ///
    /// [`Reason::NotIssuedByFlow`](crate::Reason::NotIssuedByFlow).
    pub fn check_received(self, endpoint: Endpoint, received: &[Issued]) -> Result<(), Error> {
        issued::check_received(received, |issued| self.presence(endpoint, issued))
    }
}
