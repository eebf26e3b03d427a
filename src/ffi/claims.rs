//! Claims of a token that was accepted.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_text, keycard_token, keycard_value};
use super::lists::TextList;
use super::raw::{self, Reader, Region};
use super::status::{ABSENT, KEYCARD_BUFFER_TOO_SMALL, keycard_status, status_of};
use crate::claims::Claims;
use crate::error::{Error, Reason};
use crate::json::{Kind, Value};
use crate::time::NumericDate;
use core::ffi::c_char;
use core::ptr;

/// An object.
pub const KEYCARD_KIND_OBJECT: u32 = 1;
/// An array.
pub const KEYCARD_KIND_ARRAY: u32 = 2;
/// A string.
pub const KEYCARD_KIND_STRING: u32 = 3;
/// A number.
pub const KEYCARD_KIND_NUMBER: u32 = 4;
/// true or false.
pub const KEYCARD_KIND_BOOLEAN: u32 = 5;
/// null.
pub const KEYCARD_KIND_NULL: u32 = 6;

/// A claim at the top that is a string. It may contain U+0000.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: string, absent on failure; it lies in the scratch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_string(
    token: *const keycard_token,
    name: keycard_text,
    string: *mut keycard_text,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, string, ABSENT, |_, value| Ok(string_of(value)?)) }
}

/// A claim at the top that is an integer.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE also for a number with a fraction or beyond
/// 64 bits, KEYCARD_STALE.
/// Out: integer, 0 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_integer(
    token: *const keycard_token,
    name: keycard_text,
    integer: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, integer, 0, |_, value| Ok(integer_of(value)?)) }
}

/// A claim at the top that is a boolean.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: boolean, false on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_boolean(
    token: *const keycard_token,
    name: keycard_text,
    boolean: *mut bool,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, boolean, false, |_, value| Ok(boolean_of(value)?)) }
}

/// A claim at the top that is a point in time: seconds since 1970-01-01T00:00:00Z, rounded down.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: seconds, 0 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_time(
    token: *const keycard_token,
    name: keycard_text,
    seconds: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, seconds, 0, |_, value| Ok(seconds_of(value)?)) }
}

/// The claim at the end of a path of names, such as "realm_access" and "roles"; all claims as one object at the
/// end of none.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_STALE.
/// In: path, the names; path_length, how many.
/// Out: value, of no kind on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_find(
    token: *const keycard_token,
    path: *const keycard_text,
    path_length: usize,
    value: *mut keycard_value,
) -> keycard_status {
    let found = (|| {
        let written = [Region::one(value)];
        let names = Region::of(path, path_length.saturating_mul(size_of::<keycard_text>()));
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

/// The string that a value is.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: string, absent on failure; it lies in the scratch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_string(
    value: *const keycard_value,
    string: *mut keycard_text,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, string, ABSENT, |_, value| Ok(string_of(value)?)) }
}

/// The integer that a value is.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: integer, 0 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_integer(
    value: *const keycard_value,
    integer: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, integer, 0, |_, value| Ok(integer_of(value)?)) }
}

/// The boolean that a value is.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: boolean, false on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_boolean(
    value: *const keycard_value,
    boolean: *mut bool,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, boolean, false, |_, value| Ok(boolean_of(value)?)) }
}

/// The point in time that a value is: seconds since 1970-01-01T00:00:00Z, rounded down.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
/// Out: seconds, 0 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_time(
    value: *const keycard_value,
    seconds: *mut i64,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, seconds, 0, |_, value| Ok(seconds_of(value)?)) }
}

/// Writes all claims as JSON without space and needless escapes, for a reader of the caller's.
///
/// Returns: KEYCARD_OK; KEYCARD_BUFFER_TOO_SMALL, with nothing written and length set to what is needed;
/// KEYCARD_STALE; KEYCARD_OVERLAP.
/// In: size, bytes of output.
/// Out: output, without a NUL; length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claims_json(
    token: *const keycard_token,
    output: *mut c_char,
    size: usize,
    length: *mut usize,
) -> keycard_status {
    let written = (|| {
        let regions = [Region::of(output, size), Region::one(length)];
        let reader = Reader::new(&regions, &[Region::one(token)])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        let claims = unsafe { claims(reader, token) }?;
        let needed = match claims.write_json(&mut []) {
            Err(error) => error.needed().ok_or(error)?,
            Ok(needed) => needed,
        };
        if needed <= size {
            // SAFETY: by the header, the output may be written.
            let output = unsafe { raw::initialised(output.cast(), needed) }?;
            claims.write_json(output)?;
        }
        Ok(needed)
    })();
    let fits = !matches!(written, Ok(needed) if needed > size);
    // SAFETY: by the header, the length may be written.
    let delivered = unsafe { raw::deliver(written, length, 0) };
    if fits { status_of(&delivered) } else { KEYCARD_BUFFER_TOO_SMALL }
}

fn string_of(value: Value<'_>) -> Result<keycard_text, Reason> {
    let string = value.string().ok_or(Reason::ClaimType)?;
    Ok(keycard_text::of(string.as_bytes()))
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

/// The claims of a token, whose scratch was not used since.
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

/// The claims of a token, and the token that they are of.
pub(super) struct Inside<'s> {
    pub(super) token: *const keycard_token,
    pub(super) claims: Claims<'s>,
}

/// Sets `output` to `none`, then to what `read` makes of the claim with this name.
///
/// # Safety
///
/// The token may be read as [`keycard_token::read`] says, the name may be read, the output written.
pub(super) unsafe fn get<T>(
    token: *const keycard_token,
    name: keycard_text,
    output: *mut T,
    none: T,
    read: impl Fn(&Inside<'_>, Value<'_>) -> Result<T, Error>,
) -> keycard_status {
    let got = (|| {
        let written = [Region::one(output)];
        let named = [Region::one(token), Region::of(name.data, name.length)];
        let reader = Reader::new(&written, &named)?;
        // SAFETY: the caller's promise.
        let claims = unsafe { claims(reader, token) }?;
        // SAFETY: as above.
        let name = unsafe { name.read(reader) }?.ok_or(Reason::NullPointer)?;
        let value = claims.get(name).ok_or(Reason::ClaimMissing)?;
        read(&Inside { token, claims }, value)
    })();
    // SAFETY: as above.
    status_of(&unsafe { raw::deliver(got, output, none) })
}

/// Sets `output` to `none`, then to what `read` makes of the value.
///
/// # Safety
///
/// The value may be read, and its token as [`keycard_token::read`] says, the output written.
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
        let kind = match value.kind() {
            Kind::Object => KEYCARD_KIND_OBJECT,
            Kind::Array => KEYCARD_KIND_ARRAY,
            Kind::String => KEYCARD_KIND_STRING,
            Kind::Number => KEYCARD_KIND_NUMBER,
            Kind::Boolean => KEYCARD_KIND_BOOLEAN,
            Kind::Null => KEYCARD_KIND_NULL,
        };
        Self { token, offset: claims.offset_of(value), kind, reserved: 0 }
    }
}
