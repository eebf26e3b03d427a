//! Several issuers: reads an unverified token and chooses the row that validates it.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::keys;
use super::layout::{
    keycard_buffer, keycard_bytes, keycard_detail, keycard_policy, keycard_status, keycard_time,
    keycard_token, keycard_trust_row, keycard_unverified,
};
use super::policy_numbers::KEYCARD_ALLOW_PADDING;
use super::raw::{self, Reader, Region};
use super::status::{KEYCARD_OK, conclude};
use super::validate::{Call, needing_all, scratch_for, validate_by};
use crate::error::{Error, Reason};
use crate::key::verifier;
use crate::token::Unverified;
use crate::trust;

/// Reads issuer and header of a token without verifying it. UNVERIFIED: the sender of the token may
/// have written all of it. Use the result to choose keys and a policy, and for nothing else. A log
/// may show it as a claim of the sender. The token is parsed as strictly as by keycard_validate,
/// with the same limits.
///
/// Returns: KEYCARD_OK
///          a status of the stages token, header and payload
///          KEYCARD_CLAIM_TYPE if iss is not a string
///          KEYCARD_SCRATCH_TOO_SMALL with the required size in detail.needed
/// In:      jwt, a token with claims, without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH
///            characters
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
///            need not be initialised, and is wiped on failure
///          unverified, the contents; absent texts on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: the texts point into scratch and are valid until it changes
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_unverified_read(
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    unverified: *mut keycard_unverified,
    detail: *mut keycard_detail,
) -> keycard_status {
    let read = (|| {
        let written = [scratch.region(), Region::one(unverified), Region::detail(detail)];
        let reader = Reader::new(&written, &[jwt.region()])?;
        raw::check_output(unverified)?;
        // SAFETY: by the header, the text may be read.
        let jwt = unsafe { jwt.read(reader) }?;
        // SAFETY: by the header, nothing else uses the scratch, and it may be written.
        let bytes = unsafe { scratch_for(jwt, scratch) }?;
        let read = look_at(jwt, bytes);
        if read.is_err() {
            bytes.fill(0);
        }
        read.map_err(|error| needing_all(error, jwt))
    })();
    // SAFETY: by the header, the result may be written.
    let read = unsafe { raw::deliver(read, unverified, keycard_unverified::EMPTY) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(read, detail) }
}

/// Finds the row whose policy names the issuer of a token. NOTHING IS VERIFIED: use the row only to
/// validate the token, by keycard_validate_with, by keycard_validate_all or with a DPoP proof.
/// keycard_validate_any does both.
///
/// Returns: KEYCARD_OK
///          KEYCARD_WRONG_ISSUER if no row accepts tokens of this issuer
///          KEYCARD_CLAIM_MISSING or KEYCARD_CLAIM_TYPE for iss
///          KEYCARD_POLICY_INCOMPLETE if a policy names no issuer
///          KEYCARD_POLICY_CONTRADICTION if two rows accept tokens of this issuer
///          KEYCARD_POLICY_EMPTY if there are no rows
///          another status of keycard_unverified_read
/// In:      rows, the trusted issuers: count elements
///          count, the number of rows
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
/// Out:     scratch, wiped; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
///          row, the position of the row, from 0; 0 on failure
///          detail, the reason for an error; may be NULL
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_choose_row(
    rows: *const keycard_trust_row,
    count: usize,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    row: *mut usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let written = [scratch.region(), Region::one(row), Region::detail(detail)];
    // SAFETY: by the header, all of these may be read.
    let chosen = unsafe { choose(&written, rows, count, jwt, scratch) };
    let chosen = chosen.map(|(index, _)| index);
    // SAFETY: by the header, the row may be written.
    let chosen = unsafe { raw::deliver(chosen, row, 0) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(chosen, detail) }
}

/// Decides if a token is accepted by the one row whose policy names its issuer. The unverified iss
/// chooses the row; then only the keys and the policy of that row decide, as in keycard_validate.
/// The keys of two issuers are never tried for one token. token.row is the position of the row.
///
/// Returns: KEYCARD_OK if the token is accepted
///          a status of keycard_choose_row if no row was chosen
///          a status of keycard_validate for the chosen row
/// In:      rows, the trusted issuers: count elements, each policy with an issuer
///          count, the number of rows
///          time, the current time
///          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
/// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
///            need not be initialised, and is wiped on failure
///          token, the accepted token; empty on failure
///          detail, the reason for an error; may be NULL
/// Lifetime: token is valid until scratch changes
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_validate_any(
    rows: *const keycard_trust_row,
    count: usize,
    time: keycard_time,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
    token: *mut keycard_token,
    detail: *mut keycard_detail,
) -> keycard_status {
    let written = [scratch.region(), Region::one(token), Region::detail(detail)];
    // SAFETY: by the header, all of these may be read.
    let chosen = unsafe { choose(&written, rows, count, jwt, scratch) };
    match chosen {
        Ok((index, keycard_trust_row { keys, policy })) => {
            let call = Call { keys, time, jwt, scratch, token, detail };
            // SAFETY: by the header, as for keycard_validate.
            unsafe { validate_by(&call, &policy, index, verifier::in_software) }
        }
        Err(error) => {
            // SAFETY: by the header, the token may be written.
            let rejected = unsafe { raw::deliver(Err(error), token, keycard_token::EMPTY) };
            // SAFETY: by the header, the detail may be written.
            match unsafe { conclude(rejected, detail) } {
                // Never return success here: no row was chosen and nothing was verified.
                KEYCARD_OK => error.code(),
                status => status,
            }
        }
    }
}

/// The row for a token, and its position.
///
/// # Safety
///
/// The arguments meet the requirements of the header for [`keycard_choose_row`].
unsafe fn choose(
    written: &[Region],
    rows: *const keycard_trust_row,
    count: usize,
    jwt: keycard_bytes,
    scratch: keycard_buffer,
) -> Result<(usize, keycard_trust_row), Error> {
    let reader = Reader::new(written, &[Region::list(rows, count), jwt.region()])?;
    // SAFETY: the caller's promise.
    let jwt = unsafe { jwt.read(reader) }?;
    // SAFETY: the caller's promise.
    let rows = unsafe { reader.elements(rows, count) }?;
    // Checks that no input overlaps the scratch before the scratch is written.
    let mut padded = false;
    for row in rows {
        // SAFETY: the caller's promise.
        let asked = unsafe { Region::versioned(row.policy) };
        Reader::new(written, &[keys::region(row.keys), asked])?;
        // SAFETY: the caller's promise.
        let policy: &keycard_policy = unsafe { reader.versioned(row.policy) }?;
        // SAFETY: the caller's promise.
        unsafe { policy.asked_issuer(reader) }?;
        padded |= policy.flags & KEYCARD_ALLOW_PADDING != 0;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { scratch_for(jwt, scratch) }?;
    let issuers = rows.iter().map(|row| {
        // SAFETY: the caller's promise.
        let policy: &keycard_policy = unsafe { reader.versioned(row.policy) }?;
        // SAFETY: the caller's promise.
        unsafe { policy.asked_issuer(reader) }
    });
    let chosen = trust::choose(jwt, padded, issuers, bytes);
    let index = chosen.map_err(|error| needing_all(error, jwt))?;
    let row = rows.get(index).ok_or(Error::new(Reason::BadMemory))?;
    Ok((index, *row))
}

/// The contents of an unverified token.
fn look_at(jwt: &[u8], scratch: &mut [u8]) -> Result<keycard_unverified, Error> {
    let mut unverified = Unverified::read(jwt, scratch)?;
    let text = |text: Option<&str>| text.map_or(ABSENT, |text| keycard_bytes::of(text.as_bytes()));
    let key_id = text(unverified.key_id());
    let algorithm = text(Some(unverified.algorithm_name()));
    let token_type = text(unverified.token_type());
    Ok(keycard_unverified { issuer: text(unverified.issuer()?), key_id, algorithm, token_type })
}

impl keycard_unverified {
    const EMPTY: Self =
        Self { issuer: ABSENT, key_id: ABSENT, algorithm: ABSENT, token_type: ABSENT };
}
