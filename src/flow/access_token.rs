//! Access tokens for a user and access tokens for a service. An API can tell flows apart only by
//! this difference.

use super::kinds::Flow;
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::policy::Policy;
use crate::policy::rule::ClaimRule;
use crate::str_list::StrList;

/// The subject of an access token, and the claims by which its issuer shows the subject. No
/// specification defines such claims (RFC 9068 section 5).
#[derive(Clone, Copy, Debug)]
pub enum AccessTokenOf<'a> {
    /// A user: every flow but [`Flow::ClientCredentials`].
    User {
        /// The claim that names the client: see [`Policy::client_id_from`].
        client_claim: &'a str,
        /// A rule that only tokens with a user fulfil: see [`Policy::require_user`].
        mark: ClaimRule<'a>,
    },
    /// The service itself: [`Flow::ClientCredentials`].
    Service {
        /// The claim that names the client: see [`Policy::client_id_from`].
        client_claim: &'a str,
        /// A rule that only tokens without a user fulfil. Needed if `sub` does not show it: see
        /// [`Policy::reject_user_marked_by`].
        mark: Option<ClaimRule<'a>>,
    },
}

impl<'a> AccessTokenOf<'a> {
    /// The subject of the access tokens of a flow.
    ///
    /// # Errors
    ///
    /// [`Reason::PolicyIncomplete`] with `sub` if the flow has a user, but the rule for tokens with
    /// a user is missing.
    pub fn flow(
        flow: Flow,
        client_claim: &'a str,
        mark: Option<ClaimRule<'a>>,
    ) -> Result<Self, Error> {
        match (flow.has_user(), mark) {
            (true, Some(mark)) => Ok(Self::User { client_claim, mark }),
            (true, None) => Err(Error::new(Reason::PolicyIncomplete).about(Member::Subject)),
            (false, mark) => Ok(Self::Service { client_claim, mark }),
        }
    }

    /// The policy for an access token by RFC 9068 or of the older style: [`Policy::access_token`],
    /// with or without a user.
    pub fn policy(
        self,
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Policy<'a> {
        self.ask(Policy::access_token(issuer, audiences, algorithms))
    }

    /// The policy for an access token by RFC 9068 only: [`Policy::access_token_rfc9068`], with or
    /// without a user.
    pub fn policy_rfc9068(
        self,
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Policy<'a> {
        self.ask(Policy::access_token_rfc9068(issuer, audiences, algorithms))
    }

    fn ask(self, policy: Policy<'a>) -> Policy<'a> {
        match self {
            Self::User { client_claim, mark } => {
                policy.client_id_from(client_claim).require_user(mark)
            }
            Self::Service { client_claim, mark: None } => {
                policy.client_id_from(client_claim).reject_user()
            }
            Self::Service { client_claim, mark: Some(mark) } => {
                policy.client_id_from(client_claim).reject_user_marked_by(mark)
            }
        }
    }
}
