//! Kinds of applications, and the flows that fit them.

use super::Flow;

/// What kind of application asks for tokens, by its number in the C ABI. Fixed and append-only.
///
/// [`Native`](Self::Native), [`SinglePage`](Self::SinglePage), [`Web`](Self::Web) and
/// [`Service`](Self::Service) are types under which an application is registered. The other two are circumstances
/// that the classic decision table asks for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Application {
    /// A trusted environment: the user may give the password to the application, which is of the same maker as
    /// the authorization server, on a device of the user's own.
    Trusted = 1,
    /// A service account: no user, and a secret or key of its own.
    Service = 2,
    /// A page that runs in the browser alone and keeps no secret.
    SinglePage = 3,
    /// An application on a server, which keeps a secret, with pages in the browser.
    Web = 4,
    /// An application on a device of the user's, which keeps no secret.
    Native = 5,
    /// An application whose front end and back end shall have different tokens.
    FrontAndBackEnd = 6,
}

/// How a flow fits an application by the classic table, by its number in the C ABI. Fixed and append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Fit {
    /// It is the one that the table recommends.
    Recommended = 1,
    /// It can be used.
    Possible = 2,
    /// It needs what such an application has not, or gives what it should not have.
    Unsuitable = 3,
}

impl Application {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Trusted,
        Self::Service,
        Self::SinglePage,
        Self::Web,
        Self::Native,
        Self::FrontAndBackEnd,
    ];

    /// The name for people, logs and command lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Service => "service",
            Self::SinglePage => "single-page",
            Self::Web => "web",
            Self::Native => "native",
            Self::FrontAndBackEnd => "front-and-back-end",
        }
    }

    /// The number in the C ABI.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(i32) enum has no other spelling"
    )]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The flow that the classic decision table recommends. [`Flow::practice`] says what became of it.
    pub const fn flow(self) -> Flow {
        match self {
            Self::Trusted => Flow::ResourceOwnerPassword,
            Self::Service => Flow::ClientCredentials,
            Self::SinglePage => Flow::Implicit,
            Self::Web => Flow::AuthorizationCode,
            Self::Native => Flow::AuthorizationCodePkce,
            Self::FrontAndBackEnd => Flow::Hybrid,
        }
    }

    /// The flow to take today (RFC 9700 sections 2.1.1, 2.1.2, 2.4 and 2.5).
    pub const fn flow_today(self) -> Flow {
        match self {
            Self::Trusted | Self::SinglePage | Self::Web | Self::Native => {
                Flow::AuthorizationCodePkce
            }
            Self::Service => Flow::ClientCredentials,
            Self::FrontAndBackEnd => Flow::Hybrid,
        }
    }

    /// How a flow fits by the classic table. What fits may still be advised against today: see
    /// [`Flow::practice`].
    pub const fn fit(self, flow: Flow) -> Fit {
        match (self, flow) {
            (Self::Trusted, Flow::ResourceOwnerPassword)
            | (Self::Service, Flow::ClientCredentials)
            | (Self::SinglePage, Flow::Implicit)
            | (Self::Web, Flow::AuthorizationCode)
            | (Self::Native, Flow::AuthorizationCodePkce)
            | (Self::FrontAndBackEnd, Flow::Hybrid) => Fit::Recommended,
            // A client without a secret needs PKCE for a code (RFC 8252 section 6), and gets none back in a refresh.
            (
                Self::Trusted | Self::SinglePage,
                Flow::AuthorizationCodePkce | Flow::RefreshToken,
            )
            | (Self::Native, Flow::RefreshToken)
            | (Self::Web, Flow::AuthorizationCodePkce | Flow::Hybrid | Flow::RefreshToken)
            | (
                Self::FrontAndBackEnd,
                Flow::AuthorizationCode | Flow::AuthorizationCodePkce | Flow::RefreshToken,
            ) => Fit::Possible,
            _ => Fit::Unsuitable,
        }
    }
}

impl Fit {
    /// Every fit.
    pub const ALL: &'static [Self] = &[Self::Recommended, Self::Possible, Self::Unsuitable];

    /// The name for people and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Possible => "possible",
            Self::Unsuitable => "unsuitable",
        }
    }

    /// The number in the C ABI.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(i32) enum has no other spelling"
    )]
    pub const fn code(self) -> i32 {
        self as i32
    }
}

impl core::fmt::Display for Application {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl core::fmt::Display for Fit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
