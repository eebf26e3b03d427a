//! Validation of access tokens by issuer, audience and algorithms alone. A program that needs no
//! other requirements does not link the code that reads a whole policy.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_keys, keycard_status, keycard_time,
    keycard_token,
};
use super::raw::{Reader, Region};
use super::validate::{Call, Requirements, validate_by};
use crate::algorithm::Algorithms;
use crate::error::{Error, Member, Reason};
use crate::key::verifier;
use crate::policy::Policy;
use crate::str_list::StrList;

/// Decides if an access token is accepted by issuer, audience and algorithms alone. It gives the
/// verdict of keycard_validate for a policy with KEYCARD_PROFILE_ACCESS_TOKEN and these members.
/// Firmware that calls it in place of keycard_validate is smaller, because it links no other rule.
///
/// Returns: the statuses of keycard_validate
///          KEYCARD_POLICY_INCOMPLETE if issuer or audience is absent, or no algorithm is given
/// In:      keys, the trusted keys
///          issuer, the required iss
///          audience, the required value of aud
///          algorithms, to accept: KEYCARD_ES256 and others, or-ed
///          time, the current time
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
///            need not be initialised, and is wiped on failure
///          token, the accepted token; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
///            the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate_access_token(
    keys: *const keycard_keys,
    issuer: keycard_bytes,
    audience: keycard_bytes,
    algorithms: u32,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    token: *mut keycard_token,
    detail: *mut keycard_detail,
) -> keycard_status {
    let call = Call { keys, time, jwt, scratch, token, detail };
    let asked = AccessToken { issuer, audience, algorithms };
    // SAFETY: by the header.
    unsafe { validate_by(&call, &asked, 0, verifier::in_software) }
}

/// The requirements for an access token.
struct AccessToken {
    issuer: keycard_bytes,
    audience: keycard_bytes,
    algorithms: u32,
}

impl Requirements for AccessToken {
    unsafe fn regions(&self) -> [Region; 2] {
        [self.issuer.region(), self.audience.region()]
    }

    unsafe fn apply<T>(
        &self,
        reader: Reader<'_>,
        decide: impl FnOnce(&Policy<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let unsupported = Error::new(Reason::UnsupportedPolicy).about(Member::Algorithm);
        let algorithms = Algorithms::from_bits(self.algorithms).ok_or(unsupported)?;
        // SAFETY: by the header, the text may be read.
        let issuer = unsafe { self.issuer.read_text(reader) }?;
        // SAFETY: as above.
        let audience = unsafe { self.audience.read_text(reader) }?;
        let audiences = audience.map_or(StrList::NOT_GIVEN, StrList::one);
        decide(&Policy::access_token(issuer, audiences, algorithms))
    }
}
