//! The claims and types by which one kind of token differs from all others (RFC 8725 section 3.12).
//! Each kind has one row here. The row is enough for all other kinds to reject its tokens.

use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::{Policy, given};
use crate::token::header::is_media_type;
use core::ptr;

/// The values that identify a kind of token. Each is empty if the kind does not have it.
pub(crate) struct Kind {
    /// `typ` in the header.
    pub(crate) header_type: &'static str,
    /// The value of the claim `token_use` (Amazon Cognito).
    token_use: &'static str,
    /// The value of a claim `typ` (Keycloak).
    type_claim: &'static str,
    /// The claims that only this kind has.
    claims: &'static [(&'static str, Member)],
}

const NO_MARKS: Kind = Kind { header_type: "", token_use: "", type_claim: "", claims: &[] };

/// A JWT of no particular kind. It is not in the list of kinds, because it has nothing to reject.
pub(super) static ANY: Kind = NO_MARKS;

/// True if this build knows the kinds of the feature `more-kinds`.
pub(crate) const HAS_MORE: bool = cfg!(feature = "more-kinds");

/// Makes a constant for each kind, and the list of all kinds, from one list. The kinds of
/// `more` are in the list only if [`HAS_MORE`].
macro_rules! kinds {
    (
        always { $($(#[$doc:meta])* $visible:vis $name:ident: $kind:expr;)* }
        more { $($(#[$more_doc:meta])* $more_visible:vis $more:ident: $more_kind:expr;)* }
    ) => {
        $($(#[$doc])* $visible static $name: Kind = $kind;)*
        $($(#[$more_doc])* $more_visible static $more: Kind = $more_kind;)*

        static ALL: &[&Kind] = match HAS_MORE {
            true => &[$(&$name,)* $(&$more,)*],
            false => &[$(&$name,)*],
        };
    };
}

kinds! {
    always {
        /// RFC 9068 section 2.1.
        pub(super) ACCESS_TOKEN:
            Kind { header_type: "at+jwt", token_use: "access", type_claim: "Bearer", claims: &[] };
        /// OpenID Connect Core sections 3.1.3.6 and 3.3.2.11.
        pub(super) ID_TOKEN: Kind {
            token_use: "id",
            type_claim: "ID",
            claims: &[("at_hash", Member::AccessTokenHash), ("c_hash", Member::CodeHash)],
            ..NO_MARKS
        };
        /// Back-Channel Logout 1.0 section 2.4.
        pub(super) LOGOUT_TOKEN: Kind {
            header_type: "logout+jwt",
            type_claim: "Logout",
            claims: &[("events", Member::Events)],
            ..NO_MARKS
        };
        /// RFC 9449 section 4.2.
        pub(crate) PROOF: Kind { header_type: "dpop+jwt", ..NO_MARKS };
        /// RFC 8417 section 2.3.
        pub(super) SECURITY_EVENT: Kind { header_type: "secevent+jwt", ..NO_MARKS };
        /// RFC 9701 section 5.
        pub(super) INTROSPECTION: Kind { header_type: "token-introspection+jwt", ..NO_MARKS };
        /// Keycloak, in its refresh tokens.
        REFRESH_TOKEN: Kind { type_claim: "Refresh", ..NO_MARKS };
    }
    more {
        /// RFC 10070 section 4.
        pub(super) CLIENT_ASSERTION: Kind { header_type: "client-authentication+jwt", ..NO_MARKS };
        /// RFC 9101 section 10.8. Many clients write no `typ`, and a `scope` as in access tokens.
        pub(super) REQUEST_OBJECT: Kind {
            header_type: "oauth-authz-req+jwt",
            claims: &[("response_type", Member::Type)],
            ..NO_MARKS
        };
        /// JARM section 2.1. It has no `typ`.
        pub(super) AUTHORIZATION_RESPONSE: Kind { ..NO_MARKS };
        /// OpenID Connect Core section 5.3.2. It has no `typ`.
        pub(super) USERINFO: Kind { ..NO_MARKS };
        /// SPIFFE JWT-SVID section 2. It has no `typ` of its own.
        pub(super) JWT_SVID: Kind { ..NO_MARKS };
        /// draft-ietf-oauth-transaction-tokens section 7.
        pub(super) TRANSACTION_TOKEN: Kind { header_type: "txntoken+jwt", ..NO_MARKS };
        /// draft-ietf-wimse-workload-creds section 3.1.
        pub(super) WORKLOAD_IDENTITY: Kind { header_type: "wit+jwt", ..NO_MARKS };
        /// draft-ietf-wimse-wpt section 2.
        pub(crate) WORKLOAD_PROOF: Kind { header_type: "wpt+jwt", ..NO_MARKS };
        /// draft-ietf-oauth-status-list section 5.1.
        pub(super) STATUS_LIST: Kind { header_type: "statuslist+jwt", ..NO_MARKS };
        /// draft-ietf-wimse-workload-identity-practices section 5.2. Many issuers write no `typ`.
        pub(super) AUTHORIZATION_GRANT: Kind { header_type: "authorization-grant+jwt", ..NO_MARKS };
        /// draft-ietf-oauth-identity-assertion-authz-grant section 3.
        pub(super) ID_JAG: Kind { header_type: "oauth-id-jag+jwt", ..NO_MARKS };
        /// draft-ietf-oauth-sd-jwt-vc section 2.2.1, RFC 9901 sections 4.1.1 and 4.2.4.1.
        pub(super) SD_JWT: Kind {
            header_type: "dc+sd-jwt",
            claims: &[("_sd", Member::SelectiveDigests), ("_sd_alg", Member::DigestAlgorithm)],
            ..NO_MARKS
        };
        /// RFC 9901 section 4.3.
        pub(crate) KEY_BINDING: Kind {
            header_type: "kb+jwt",
            claims: &[("sd_hash", Member::PresentationHash)],
            ..NO_MARKS
        };
    }
}

impl Kind {
    fn others(&self) -> impl Iterator<Item = &'static Kind> {
        ALL.iter().copied().filter(move |kind| !ptr::eq(*kind, self))
    }

    /// Rejects a policy whose `typ` belongs to another kind of token.
    pub(super) fn check_type(&self, policy: &Policy<'_>) -> Result<(), Error> {
        let Some(named) = policy.token_type else { return Ok(()) };
        let is = |kind: &Kind| kind.has_type(named.as_bytes());
        given::check_meaningless(&[(self.others().any(is), Member::Type)])
    }

    /// True if this is the `typ` of this kind.
    fn has_type(&self, found: &[u8]) -> bool {
        !self.header_type.is_empty() && is_media_type(found, self.header_type)
    }

    /// Requires the `typ` of this kind (RFC 8725 section 3.11).
    pub(super) fn require_type(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        if !registered.header.own_type().is_some_and(|found| self.has_type(found)) {
            return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
        }
        evidence.pass(Check::TokenType);
        Ok(())
    }

    /// Accepts a token with the `typ` of this kind, with `JWT`, or without `typ`. If the policy
    /// names a `typ`, an earlier check has compared it. Every other `typ` is of another kind of
    /// token (RFC 8725 section 3.12).
    pub(super) fn check_optional_type(
        &self,
        policy: &Policy<'_>,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        match registered.header.own_type() {
            Some(found) if self.has_type(found) => evidence.pass(Check::TokenType),
            Some(found) if policy.token_type.is_none() && !is_media_type(found, "JWT") => {
                return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
            }
            _ => {}
        }
        Ok(())
    }

    /// Rejects a token with claims that only other kinds of tokens have.
    pub(super) fn reject_others(&self, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
        let other_kind = Error::new(Reason::WrongTokenKind);
        for (name, claim) in self.others().flat_map(|kind| kind.claims) {
            if registered.has(name) {
                return Err(other_kind.about(*claim));
            }
        }
        let is_used_otherwise = match self.token_use {
            "" => registered.has("token_use"),
            own => {
                registered.string("token_use", Member::TokenUse)?.is_some_and(|used| used != own)
            }
        };
        if is_used_otherwise {
            return Err(other_kind.about(Member::TokenUse));
        }
        let found = registered.claims.member("typ").and_then(|value| value.string());
        let is = |kind: &Kind| !kind.type_claim.is_empty() && found == Some(kind.type_claim);
        if self.others().any(is) {
            return Err(other_kind.about(Member::Type));
        }
        Ok(())
    }
}
