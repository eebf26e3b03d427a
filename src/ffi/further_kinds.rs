//! The policies for the kinds of tokens of the feature `more-kinds`.

use super::policy_numbers::{
    KEYCARD_PROFILE_AUTHORIZATION_GRANT, KEYCARD_PROFILE_AUTHORIZATION_RESPONSE,
    KEYCARD_PROFILE_CLIENT_ASSERTION, KEYCARD_PROFILE_ID_JAG,
    KEYCARD_PROFILE_INTROSPECTION_RESPONSE, KEYCARD_PROFILE_JWT_SVID,
    KEYCARD_PROFILE_REQUEST_OBJECT, KEYCARD_PROFILE_SD_JWT, KEYCARD_PROFILE_SECURITY_EVENT,
    KEYCARD_PROFILE_STATUS_LIST, KEYCARD_PROFILE_TRANSACTION_TOKEN, KEYCARD_PROFILE_USERINFO,
    KEYCARD_PROFILE_WORKLOAD_IDENTITY,
};
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
    Some(match profile {
        KEYCARD_PROFILE_CLIENT_ASSERTION => Policy::client_assertion(issuer, audiences, algorithms),
        KEYCARD_PROFILE_REQUEST_OBJECT => Policy::request_object(issuer, audiences, algorithms),
        KEYCARD_PROFILE_AUTHORIZATION_RESPONSE => {
            Policy::authorization_response(issuer, audiences, algorithms)
        }
        // The member `subject` of the C policy is added later.
        KEYCARD_PROFILE_USERINFO => Policy::userinfo(issuer, audiences, algorithms, None),
        KEYCARD_PROFILE_INTROSPECTION_RESPONSE => {
            Policy::introspection_response(issuer, audiences, algorithms)
        }
        KEYCARD_PROFILE_SECURITY_EVENT => Policy::security_event(issuer, audiences, algorithms),
        KEYCARD_PROFILE_JWT_SVID => Policy::jwt_svid(issuer, audiences, algorithms),
        KEYCARD_PROFILE_TRANSACTION_TOKEN => {
            Policy::transaction_token(issuer, audiences, algorithms)
        }
        // As above.
        KEYCARD_PROFILE_STATUS_LIST => Policy::status_list(issuer, audiences, algorithms, None),
        KEYCARD_PROFILE_AUTHORIZATION_GRANT => {
            Policy::authorization_grant(issuer, audiences, algorithms)
        }
        // The member `clients` of the C policy is added later.
        KEYCARD_PROFILE_ID_JAG => Policy::id_jag(issuer, audiences, algorithms, None),
        KEYCARD_PROFILE_WORKLOAD_IDENTITY => {
            Policy::workload_identity(issuer, audiences, algorithms)
        }
        // `validate` rejects this policy. Only `sd_jwt::validate` reads the disclosures.
        KEYCARD_PROFILE_SD_JWT => Policy::sd_jwt(issuer, audiences, algorithms),
        _ => return None,
    })
}
