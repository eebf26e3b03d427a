//! The values that an authorization server issues, and the endpoints that issue them.

use crate::error::{Error, Reason};
use crate::numbered::numbered;

numbered! {
    /// An endpoint of the authorization server (RFC 6749 section 3), by its number in the C ABI.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[repr(i32)]
    pub enum Endpoint;
    /// Both endpoints.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// The authorization endpoint. Its response goes through the browser.
    Authorization = 1, "authorization endpoint";
    /// The token endpoint. It responds to the client directly.
    Token = 2, "token endpoint";
}

numbered! {
    /// An issued value, with its bit in the C ABI. The bits are fixed and append-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(u32)]
    pub enum Issued;
    /// Every issued value.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The bit in the C ABI.
    pub fn bit -> u32;

    /// An authorization code, which is opaque.
    Code = 1, "code";
    /// An ID token.
    IdToken = 1 << 1, "ID token";
    /// An access token.
    AccessToken = 1 << 2, "access token";
    /// A refresh token, which is opaque.
    RefreshToken = 1 << 3, "refresh token";
}

/// Tells whether a value is issued in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// The value is never issued, so a response with it is wrong.
    Never,
    /// The value may be issued. An ID token is issued if the scope has `openid` (OpenID Connect
    /// Core section 3.1.2.1). The authorization server decides whether it issues a refresh token
    /// (RFC 6749 section 1.5).
    Possible,
    /// Every successful response has it.
    Always,
}

impl Presence {
    /// The name for messages and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Possible => "possible",
            Self::Always => "always",
        }
    }
}

/// Rejects a response with a value that is never issued in it.
pub(super) fn check_received(
    received: &[Issued],
    presence: impl Fn(Issued) -> Presence,
) -> Result<(), Error> {
    if received.iter().any(|issued| presence(*issued) == Presence::Never) {
        return Err(Error::new(Reason::NotIssuedByFlow));
    }
    Ok(())
}

impl core::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl core::fmt::Display for Issued {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl core::fmt::Display for Presence {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
