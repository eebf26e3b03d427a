//! The policies for the kinds of tokens of the feature `more-kinds`.

use super::policy_numbers::KEYCARD_PROFILE_CLIENT_ASSERTION;
use crate::algorithm::Algorithms;
use crate::policy::Policy;
use crate::profile::kinds::HAS_MORE;
use crate::str_list::StrList;

/// The policy for the profile with this number. `None` for a number without a profile, and in a
/// build without the feature.
pub(super) fn policy<'a>(
    profile: u32,
    issuer: Option<&'a str>,
    audiences: StrList<'a>,
    algorithms: Algorithms,
) -> Option<Policy<'a>> {
    if !HAS_MORE {
        return None;
    }
    match profile {
        KEYCARD_PROFILE_CLIENT_ASSERTION => {
            Some(Policy::client_assertion(issuer, audiences, algorithms))
        }
        _ => None,
    }
}
