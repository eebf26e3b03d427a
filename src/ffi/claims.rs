//! Claims of an accepted token.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::layout::{keycard_buffer, keycard_bytes, keycard_status, keycard_token, keycard_value};
use super::lists::TextList;
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::claims::Claims;
use crate::error::{Error, Reason};
use crate::json::Value;
use crate::time::NumericDate;
use core::ptr;

/// Reads a claim at the top level that is a string.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_CLAIM_TYPE if it is not a string
///          KEYCARD_STALE
/// In:      token, an accepted token
///          name, of a claim at the top level, such as "sub"
/// Out:     string, any characters including U+0000; absent on failure
/// Lifetime: string points into the scratch of the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_string(
    token: *const keycard_token,
    name: keycard_bytes,
    string: *mut keycard_bytes,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, string, ABSENT, |_, value| Ok(string_of(value)?)) }
}

/// Reads a claim at the top level that is a 64-bit integer.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_CLAIM_TYPE if it is not an integer, or does not fit 64 bits
///          KEYCARD_STALE
/// In:      token, an accepted token
///          name, of a claim at the top level, such as "level"
/// Out:     integer, 0 on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_integer(
    token: *const keycard_token,
    name: keycard_bytes,
    integer: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, integer, 0, |_, value| Ok(integer_of(value)?)) }
}

/// Reads a claim at the top level that is a boolean.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_CLAIM_TYPE if it is not a boolean
///          KEYCARD_STALE
/// In:      token, an accepted token
///          name, of a claim at the top level, such as "email_verified"
/// Out:     boolean, false on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_boolean(
    token: *const keycard_token,
    name: keycard_bytes,
    boolean: *mut bool,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, boolean, false, |_, value| Ok(boolean_of(value)?)) }
}

/// Reads a claim at the top level that is a NumericDate.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_CLAIM_TYPE if it is not a number, or does not fit 64-bit seconds
///          KEYCARD_STALE
/// In:      token, an accepted token
///          name, of a claim at the top level, such as "exp"
/// Out:     seconds, since 1970-01-01T00:00:00Z, rounded down; 0 on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_time(
    token: *const keycard_token,
    name: keycard_bytes,
    seconds: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, seconds, 0, |_, value| Ok(seconds_of(value)?)) }
}

/// Finds the claim at the end of a path of names, such as "realm_access" and "roles". An empty path
/// finds all claims as one object.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_STALE
/// In:      token, an accepted token
///          path, the names: path_length texts
///          path_length, the number of names, 0 or more
/// Out:     value, the claim; kind 0 on failure
/// Lifetime: value is valid as long as token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_find(
    token: *const keycard_token,
    path: *const keycard_bytes,
    path_length: usize,
    value: *mut keycard_value,
) -> keycard_status {
    let found = (|| {
        let written = [Region::one(value)];
        let names = Region::of(path, path_length.saturating_mul(size_of::<keycard_bytes>()));
        let reader = Reader::new(&written, &[Region::one(token), names])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        let claims = unsafe { claims(reader, token) }?;
        // SAFETY: by the header, the path may be read.
        let names = unsafe { TextList::read(reader, path, path_length) }?;
        let found = match path_length {
            0 => claims.value(),
            _ => claims.get(names.list()),
        };
        let found = found.ok_or(Reason::ClaimMissing)?;
        Ok(keycard_value::of(token, &claims, &found))
    })();
    // SAFETY: by the header, the value may be written.
    status_of(&unsafe { raw::deliver(found, value, keycard_value::NONE) })
}

/// Reads a value that is a string.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if it is not a string
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     string, any characters including U+0000; absent on failure
/// Lifetime: string points into the scratch of the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_string(
    value: *const keycard_value,
    string: *mut keycard_bytes,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, string, ABSENT, |_, value| Ok(string_of(value)?)) }
}

/// Reads a value that is a 64-bit integer.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if it is not an integer, or does not fit 64 bits
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     integer, 0 on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_integer(
    value: *const keycard_value,
    integer: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, integer, 0, |_, value| Ok(integer_of(value)?)) }
}

/// Reads a value that is a boolean.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if it is not a boolean
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     boolean, false on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_boolean(
    value: *const keycard_value,
    boolean: *mut bool,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, boolean, false, |_, value| Ok(boolean_of(value)?)) }
}

/// Reads a value that is a NumericDate.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if it is not a number, or does not fit 64-bit seconds
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     seconds, since 1970-01-01T00:00:00Z, rounded down; 0 on failure
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_time(
    value: *const keycard_value,
    seconds: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, seconds, 0, |_, value| Ok(seconds_of(value)?)) }
}

/// Writes all claims as compact JSON, without spaces and unnecessary escapes.
///
/// Returns: KEYCARD_OK
///          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to output
///          KEYCARD_STALE
/// In:      token, an accepted token
/// Out:     output, the JSON text without a NUL
///          length, of the text in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claims_json(
    token: *const keycard_token,
    output: keycard_buffer,
    length: *mut usize,
) -> keycard_status {
    let write = |reader: Reader<'_>, output: &mut [u8]| {
        // SAFETY: by the header, the token may be read, and its scratch.
        unsafe { claims(reader, token) }?.write_json(output)
    };
    // SAFETY: by the header, the output and the length may be written.
    unsafe { output.write(length, &[Region::one(token)], write) }
}

fn string_of(value: Value<'_>) -> Result<keycard_bytes, Reason> {
    let string = value.string().ok_or(Reason::ClaimType)?;
    Ok(keycard_bytes::of(string.as_bytes()))
}

fn integer_of(value: Value<'_>) -> Result<i64, Reason> {
    let integer = value.number().and_then(|number| number.integer());
    integer.ok_or(Reason::ClaimType)
}

fn boolean_of(value: Value<'_>) -> Result<bool, Reason> {
    value.boolean().ok_or(Reason::ClaimType)
}

fn seconds_of(value: Value<'_>) -> Result<i64, Reason> {
    let date = value.number().and_then(NumericDate::from_number);
    date.map(|date| date.seconds()).ok_or(Reason::ClaimType)
}

/// The claims of a token whose scratch is unchanged.
///
/// # Safety
///
/// As for [`keycard_token::read`].
pub(super) unsafe fn claims<'s>(
    reader: Reader<'_>,
    token: *const keycard_token,
) -> Result<Claims<'s>, Error> {
    // SAFETY: the caller's promise.
    let (extent, scratch) = unsafe { keycard_token::read(reader, token) }?;
    Ok(extent.claims(scratch))
}

/// The claims of a token, together with the token.
pub(super) struct Inside<'s> {
    pub(super) token: *const keycard_token,
    pub(super) claims: Claims<'s>,
}

/// Writes to `output` the result of `read` for the claim with this name, or `none` on failure.
///
/// # Safety
///
/// The token may be read as for [`keycard_token::read`]. The name may be read and the output
/// written.
pub(super) unsafe fn get<T>(
    token: *const keycard_token,
    name: keycard_bytes,
    output: *mut T,
    none: T,
    read: impl Fn(&Inside<'_>, Value<'_>) -> Result<T, Error>,
) -> keycard_status {
    let got = (|| {
        let written = [Region::one(output)];
        let named = [Region::one(token), name.region()];
        let reader = Reader::new(&written, &named)?;
        // SAFETY: the caller's promise.
        let claims = unsafe { claims(reader, token) }?;
        // SAFETY: as above.
        let name = unsafe { name.read_text(reader) }?.ok_or(Reason::NullPointer)?;
        let value = claims.get(name).ok_or(Reason::ClaimMissing)?;
        read(&Inside { token, claims }, value)
    })();
    // SAFETY: as above.
    status_of(&unsafe { raw::deliver(got, output, none) })
}

/// Writes to `output` the result of `read` for the value, or `none` on failure.
///
/// # Safety
///
/// The value may be read, and its token as for [`keycard_token::read`]. The output may be written.
pub(super) unsafe fn read<T>(
    value: *const keycard_value,
    output: *mut T,
    none: T,
    read: impl Fn(&Inside<'_>, Value<'_>) -> Result<T, Error>,
) -> keycard_status {
    let got = (|| {
        // SAFETY: the caller's promise. A copy, so that the output may be the value itself.
        let value = *unsafe { Reader::ANYWHERE.structure(value) }?;
        let written = [Region::one(output)];
        let reader = Reader::new(&written, &[Region::one(value.token)])?;
        // SAFETY: as above.
        let claims = unsafe { claims(reader, value.token) }?;
        let inside = Inside { token: value.token, claims };
        let value = claims.value_at(value.offset).ok_or(Reason::Stale)?;
        read(&inside, value)
    })();
    // SAFETY: as above.
    status_of(&unsafe { raw::deliver(got, output, none) })
}

impl keycard_value {
    pub(super) const NONE: Self = Self { token: ptr::null(), offset: 0, kind: 0, reserved: 0 };

    pub(super) fn of(token: *const keycard_token, claims: &Claims<'_>, value: &Value<'_>) -> Self {
        let kind = value.kind().code();
        Self { token, offset: claims.offset_of(value), kind, reserved: 0 }
    }
}
