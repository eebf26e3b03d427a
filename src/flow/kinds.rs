//! The flows, and the advice of RFC 9700 on each.

use crate::numbered::numbered;

numbered! {
    /// A way to get a token, with its number in the C ABI. The numbers are fixed and append-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(i32)]
    pub enum Flow;
    /// Every flow.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// Authorization Code (RFC 6749 section 4.1, OpenID Connect Core section 3.1), without PKCE.
    AuthorizationCode = 1, "Authorization Code";
    /// Authorization Code with PKCE (RFC 7636).
    AuthorizationCodePkce = 2, "Authorization Code with PKCE";
    /// Implicit (RFC 6749 section 4.2, OpenID Connect Core section 3.2).
    Implicit = 3, "Implicit";
    /// Hybrid (OpenID Connect Core section 3.3).
    Hybrid = 4, "Hybrid";
    /// Resource Owner Password Credentials (RFC 6749 section 4.3).
    ResourceOwnerPassword = 5, "Resource Owner Password";
    /// Client Credentials (RFC 6749 section 4.4).
    ClientCredentials = 6, "Client Credentials";
    /// Refreshing tokens that came from another flow (RFC 6749 section 6, OpenID Connect Core
    /// section 12).
    RefreshToken = 7, "Refresh Token";
}

numbered! {
    /// The advice of RFC 9700 on a flow, with its number in the C ABI. The numbers are fixed and
    /// append-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(i32)]
    pub enum Practice;
    /// Every advice.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// The classic table still gives the right advice.
    Unchanged = 1, "unchanged";
    /// Use the flow only with PKCE.
    WithPkce = 2, "with PKCE";
    /// Use the flow with the restrictions that the sentence of the advice names.
    Restricted = 3, "with restrictions";
    /// The flow should not be used.
    ShouldNot = 4, "should not be used";
    /// The flow must not be used.
    MustNot = 5, "must not be used";
}

impl Flow {
    /// The advice of RFC 9700 on the flow.
    pub const fn practice(self) -> Practice {
        match self {
            // RFC 9700 section 2.1.1.
            Self::AuthorizationCode => Practice::WithPkce,
            Self::AuthorizationCodePkce | Self::ClientCredentials => Practice::Unchanged,
            // RFC 9700 section 2.1.2.
            Self::Implicit => Practice::ShouldNot,
            // RFC 9700 sections 2.1.2 and 2.2.2.
            Self::Hybrid | Self::RefreshToken => Practice::Restricted,
            // RFC 9700 section 2.4.
            Self::ResourceOwnerPassword => Practice::MustNot,
        }
    }

    /// [`practice`](Self::practice) as a sentence with its section. The string is static.
    pub const fn practice_text(self) -> &'static str {
        match self {
            Self::AuthorizationCode => {
                "Goes with PKCE: public clients must use it, confidential ones should (RFC 9700 section 2.1.1)."
            }
            Self::AuthorizationCodePkce => {
                "The choice wherever there is a user; the method is S256 (RFC 9700 section 2.1.1)."
            }
            Self::Implicit => {
                "Should not be used for access tokens, which leak from the browser and can be slipped in there (RFC 9700 section 2.1.2)."
            }
            Self::Hybrid => {
                "The authorization endpoint should not issue an access token: code id_token remains, with PKCE or a nonce against injected codes (RFC 9700 sections 2.1.1 and 2.1.2)."
            }
            Self::ResourceOwnerPassword => {
                "Must not be used: it shows the user's password to the client (RFC 9700 section 2.4)."
            }
            Self::ClientCredentials => {
                "Still the choice for services; let the client prove itself with a key, not a shared secret (RFC 9700 section 2.5)."
            }
            Self::RefreshToken => {
                "That of a public client must be bound to a key of the client, or be replaced at each use (RFC 9700 section 2.2.2)."
            }
        }
    }

    /// True if access tokens of the flow are issued for a user. Refreshed tokens are for the same
    /// user as before. Services do not get refresh tokens (RFC 6749 section 4.4.3).
    pub const fn has_user(self) -> bool {
        !matches!(self, Self::ClientCredentials)
    }
}

impl core::fmt::Display for Flow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl core::fmt::Display for Practice {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
