//! Kinds of applications, and the flows that fit them.

use super::kinds::Flow;
use crate::numbered::numbered;

numbered! {
    /// The kind of application that requests tokens, with its number in the C ABI. The numbers are
    /// fixed and append-only.
    ///
    /// [`Native`](Self::Native), [`SinglePage`](Self::SinglePage), [`Web`](Self::Web) and
    /// [`Service`](Self::Service) are types under which an application is registered. The other two
    /// are special cases, which the classic decision table asks about first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(i32)]
    pub enum Application;
    /// Every kind of application.
    pub const ALL;
    /// The name for messages, logs and command lines.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// A trusted application: the user may give it the password. The authorization server has the
    /// same maker, and the user owns the device.
    Trusted = 1, "trusted";
    /// A service account, which has its own secret or key and no user.
    Service = 2, "service";
    /// A page that runs only in the browser and cannot keep a secret.
    SinglePage = 3, "single-page";
    /// An application on a server that can keep a secret, with pages in the browser.
    Web = 4, "web";
    /// An application on the user's device, which cannot keep a secret.
    Native = 5, "native";
    /// An application whose front end and back end need different tokens.
    FrontAndBackEnd = 6, "front-and-back-end";
}

numbered! {
    /// The rating of a flow for an application in the classic table, with its number in the C ABI.
    /// The numbers are fixed and append-only.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(i32)]
    pub enum Fit;
    /// Every value of the type.
    pub const ALL;
    /// The name for messages and logs.
    pub fn name;
    /// The number in the C ABI.
    pub fn code -> i32;

    /// The table recommends the flow.
    Recommended = 1, "recommended";
    /// The flow can be used.
    Possible = 2, "possible";
    /// The flow needs something that such an application does not have, or issues something that
    /// the application should not get.
    Unsuitable = 3, "unsuitable";
}

impl Application {
    /// The flow that the classic decision table recommends. [`Flow::practice`] gives today's advice
    /// on it.
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

    /// The flow to use today (RFC 9700 sections 2.1.1, 2.1.2, 2.4 and 2.5).
    pub const fn flow_today(self) -> Flow {
        match self {
            Self::Trusted | Self::SinglePage | Self::Web | Self::Native => {
                Flow::AuthorizationCodePkce
            }
            Self::Service => Flow::ClientCredentials,
            Self::FrontAndBackEnd => Flow::Hybrid,
        }
    }

    /// The rating of a flow by the classic table. RFC 9700 may still advise against it: see
    /// [`Flow::practice`].
    pub const fn fit(self, flow: Flow) -> Fit {
        match (self, flow) {
            (Self::Trusted, Flow::ResourceOwnerPassword)
            | (Self::Service, Flow::ClientCredentials)
            | (Self::SinglePage, Flow::Implicit)
            | (Self::Web, Flow::AuthorizationCode)
            | (Self::Native, Flow::AuthorizationCodePkce)
            | (Self::FrontAndBackEnd, Flow::Hybrid) => Fit::Recommended,
            // A client without a secret needs PKCE for a code (RFC 8252 section 6), so
            // Authorization Code without PKCE is unsuitable for it.
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
