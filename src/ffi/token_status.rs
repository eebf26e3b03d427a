//! The status of a token in a list of statuses.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::claims::claims;
use super::layout::{keycard_bytes, keycard_status, keycard_token};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::error::Reason;
use crate::status_list::{self, StatusList};

/// Reads where the status of a token stands: the claim status.status_list of
/// draft-ietf-oauth-status-list.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token has no status, or one by other mechanisms only
///          KEYCARD_CLAIM_TYPE if the claim is malformed, or lacks uri or idx
///          KEYCARD_STALE
/// In:      token, an accepted token
/// Out:     uri, of the status list token, not empty; absent on failure
///          index, in the list, from 0; UINT64_MAX on failure
/// Lifetime: uri points into the scratch of the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_token_status_reference(
    token: *const keycard_token,
    uri: *mut keycard_bytes,
    index: *mut u64,
) -> keycard_status {
    let found = (|| {
        raw::check_output(uri)?;
        raw::check_output(index)?;
        let written = [Region::one(uri), Region::one(index)];
        let reader = Reader::new(&written, &[Region::one(token)])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        unsafe { claims(reader, token) }?.status_reference()
    })();
    let text = found.map(|found| keycard_bytes::of(found.uri().as_bytes()));
    // SAFETY: by the header, both may be written.
    let delivered = unsafe { raw::deliver(found.map(|found| found.index()), index, u64::MAX) };
    // SAFETY: as above.
    let told = unsafe { raw::deliver(text, uri, ABSENT) };
    status_of(&delivered.and(told))
}

/// Accepts a token whose status in a list is 0, VALID. The order of the calls: validate the token,
/// read keycard_token_status_reference, validate the status list token of that URI as
/// KEYCARD_PROFILE_STATUS_LIST, and inflate its list with a limit on the size.
///
/// Returns: KEYCARD_OK if the status is VALID
///          KEYCARD_STATUS_INVALID if it is 1: the token was revoked
///          KEYCARD_STATUS_SUSPENDED if it is 2
///          KEYCARD_STATUS_OTHER if it is another one; the application decides by value
///          KEYCARD_STATUS_OUT_OF_RANGE if the index is behind the end of the list
///          KEYCARD_STATUS_LIST_MISMATCH if the token names another list
///          KEYCARD_WRONG_TOKEN_KIND if list was not accepted as a status list token
///          the statuses of keycard_token_status_reference
/// In:      token, an accepted token
///          list, the accepted status list token, in a scratch of its own
///          inflated, the list: the claim status_list.lst after base64url and zlib; may be empty
/// Out:     value, the status from 0 to 255, also for a rejected one; UINT32_MAX on other failures
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_status_list_check(
    token: *const keycard_token,
    list: *const keycard_token,
    inflated: keycard_bytes,
    value: *mut u32,
) -> keycard_status {
    let found = (|| {
        let written = [Region::one(value)];
        let read = [Region::one(token), Region::one(list), inflated.region()];
        let reader = Reader::new(&written, &read)?;
        // SAFETY: by the header, both tokens may be read, and their scratches.
        let claims_of_token = unsafe { claims(reader, token) }?;
        // SAFETY: as above.
        let claims_of_list = unsafe { claims(reader, list) }?;
        // SAFETY: as above.
        let profile = unsafe { reader.structure(list) }?.profile;
        // SAFETY: the text is static.
        let profile = unsafe { profile.read_text(reader) }?;
        // SAFETY: by the header, the list may be read.
        let inflated = unsafe { inflated.read(reader) }?;
        let profile = profile.ok_or(Reason::Stale)?;
        StatusList::of(&claims_of_list, profile, inflated)?.value(&claims_of_token)
    })();
    // SAFETY: by the header, the value may be written.
    let delivered = unsafe { raw::deliver(found.map(u32::from), value, u32::MAX) };
    status_of(&delivered.and(found).and_then(status_list::accept))
}
