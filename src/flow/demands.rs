//! The requirements of a response for its ID token, beyond those for every ID token. Both Rust and
//! C use this module.

use super::issued::Endpoint;
use super::response_type::ResponseType;
use crate::error::{Error, Member, Reason};
use crate::evidence::Check;

/// The requirements for the ID token of one endpoint: a field for each check that
/// [`ResponseType::mandatory_checks`] may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Demands {
    pub(crate) nonce: bool,
    pub(crate) subject: bool,
    pub(crate) access_token_hash: bool,
    pub(crate) code_hash: bool,
}

impl Demands {
    pub(crate) fn of(response_type: ResponseType, endpoint: Endpoint) -> Self {
        let mandatory = response_type.mandatory_checks(endpoint);
        let has = |check| mandatory.contains(&check);
        Self {
            nonce: has(Check::Nonce),
            subject: has(Check::Subject),
            access_token_hash: has(Check::AccessTokenHash),
            code_hash: has(Check::CodeHash),
        }
    }

    /// Checks that the caller has the values that an ID token must repeat.
    ///
    /// # Errors
    ///
    /// [`Reason::PolicyIncomplete`] with `nonce` or `sub` if the value is required and missing;
    /// [`Reason::PolicyContradiction`] for a subject that the response does not require.
    pub(crate) fn check_values(
        self,
        nonce: Option<&str>,
        subject: Option<&str>,
    ) -> Result<(), Error> {
        let incomplete = Error::new(Reason::PolicyIncomplete);
        match (self.subject, subject) {
            (false, Some(_)) => Err(Error::new(Reason::PolicyContradiction).about(Member::Subject)),
            _ if self.nonce && nonce.is_none() => Err(incomplete.about(Member::Nonce)),
            (true, None) => Err(incomplete.about(Member::Subject)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_mandatory_check_of_every_response() {
        for response_type in ResponseType::ALL {
            for endpoint in Endpoint::ALL {
                let demands = Demands::of(*response_type, *endpoint);
                let Demands { nonce, subject, access_token_hash, code_hash } = demands;
                let all = [nonce, subject, access_token_hash, code_hash];
                let count = all.iter().filter(|demanded| **demanded).count();
                let mandatory = response_type.mandatory_checks(*endpoint);
                assert_eq!(count, mandatory.len(), "{response_type:?} {endpoint:?}");
            }
        }
    }
}
