//! Iterators over lists in the claims of a token. Each step continues at the end of the previous
//! one.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::claims::{Inside, claims, get, read};
use super::layout::{
    keycard_bytes, keycard_iterator, keycard_member, keycard_status, keycard_token, keycard_value,
};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::claims::Strings;
use crate::claims::scopes::{Rest, Scopes};
use crate::error::{Error, Reason};
use crate::json::{Elements, Members, Value};
use core::ptr;

/// Strings of an array, or one string.
const STRINGS: u32 = 1;
/// Scopes with spaces between them.
const WORDS: u32 = 2;
/// Scopes that are strings of an array.
const SCOPES: u32 = 3;
/// Elements of an array.
const ELEMENTS: u32 = 4;
/// Members of an object.
const MEMBERS: u32 = 5;

/// Begins to read the strings of a claim at the top level that is an array of strings or one
/// string, like aud. Read them with keycard_next_string.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING if the token does not have it
///          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
///          KEYCARD_STALE
/// In:      token, an accepted token
///          name, of a claim at the top level, such as "aud"
/// Out:     strings, before the first string; without any on failure
/// Lifetime: strings is valid as long as token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_strings(
    token: *const keycard_token,
    name: keycard_bytes,
    strings: *mut keycard_iterator,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, strings, keycard_iterator::NONE, strings_of) }
}

/// Begins to read the strings of a value that is an array of strings or one string. Read them with
/// keycard_next_string.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     strings, before the first string; without any on failure
/// Lifetime: strings is valid as long as the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_strings(
    value: *const keycard_value,
    strings: *mut keycard_iterator,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, strings, keycard_iterator::NONE, strings_of) }
}

/// Begins to read the scopes that a token grants: from scope_claim of the policy, otherwise from
/// scope or scp. The claim is a string of words separated by spaces (RFC 6749 section 3.3), or an
/// array with one scope in each element. Read them with keycard_next_string. A token without the
/// claim has no scopes.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if the claim has another type, or an array element contains white
///            space
///          KEYCARD_SCOPE_AMBIGUOUS if the token has both claims, and the policy does not name one
///          KEYCARD_STALE
/// In:      token, an accepted token
/// Out:     scopes, before the first scope; without any on failure
/// Lifetime: scopes is valid as long as token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_token_scopes(
    token: *const keycard_token,
    scopes: *mut keycard_iterator,
) -> keycard_status {
    let got = (|| {
        let written = [Region::one(scopes)];
        let reader = Reader::new(&written, &[Region::one(token)])?;
        // SAFETY: by the header, the token may be read, and its scratch.
        let claims = unsafe { claims(reader, token) }?;
        let scopes = claims.scopes()?;
        Ok(keycard_iterator::of_scopes(&Inside { token, claims }, &scopes))
    })();
    // SAFETY: by the header, the scopes may be written.
    status_of(&unsafe { raw::deliver(got, scopes, keycard_iterator::NONE) })
}

/// Tells if a token grants a scope. Compares whole scopes, case-sensitively. Unlike a status, true
/// means yes.
///
/// Returns: true if the token grants the scope
///          false if it does not, or if keycard_token_scopes would fail
/// In:      token, an accepted token
///          scope, one scope
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_token_has_scope(
    token: *const keycard_token,
    scope: keycard_bytes,
) -> bool {
    let has = || {
        // SAFETY: by the header, the token may be read, and its scratch.
        let claims = unsafe { claims(Reader::ANYWHERE, token) }?;
        // SAFETY: by the header, the scope may be read.
        let scope = unsafe { scope.read_text(Reader::ANYWHERE) }?.ok_or(Reason::NullPointer)?;
        Ok::<_, Error>(claims.has_scope(scope))
    };
    has().unwrap_or(false)
}

/// Begins to read the elements of an array or the members of an object. Read them with
/// keycard_next_member.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_TYPE if the value is neither
///          KEYCARD_STALE
/// In:      value, a value of an accepted token
/// Out:     members, before the first one; without any on failure
/// Lifetime: members is valid as long as the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_members(
    value: *const keycard_value,
    members: *mut keycard_iterator,
) -> keycard_status {
    let begin = |inside: &Inside<'_>, value: Value<'_>| match (value.array(), value.object()) {
        (Some(array), _) => Ok(keycard_iterator::of(inside, array.elements().rest(), ELEMENTS)),
        (_, Some(object)) => Ok(keycard_iterator::of(inside, object.members().rest(), MEMBERS)),
        _ => Err(Error::new(Reason::ClaimType)),
    };
    // SAFETY: by the header.
    unsafe { read(value, members, keycard_iterator::NONE, begin) }
}

/// Reads the next string of keycard_claim_strings, keycard_value_strings or keycard_token_scopes.
/// The whole list takes one pass.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING after the last string
///          KEYCARD_CLAIM_TYPE for an iterator of members
///          KEYCARD_STALE
/// Out:     strings, the iterator: read, then moved behind the string
///          string, the next string; absent on failure
/// Lifetime: string points into the scratch of the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_next_string(
    strings: *mut keycard_iterator,
    string: *mut keycard_bytes,
) -> keycard_status {
    let next = |inside: &Inside<'_>, rest: &[u8], kind: u32| {
        let (string, rest) = match kind {
            STRINGS => {
                let mut strings = Strings::resumed(rest);
                (strings.next(), keycard_iterator::of(inside, strings.rest(), kind))
            }
            WORDS | SCOPES => {
                let mut scopes = match kind {
                    WORDS => Scopes::words(rest),
                    _ => Scopes::elements(Strings::resumed(rest)),
                };
                (scopes.next(), keycard_iterator::of_scopes(inside, &scopes))
            }
            _ => return Err(Error::new(Reason::ClaimType)),
        };
        let string = string.ok_or(Reason::ClaimMissing)?;
        Ok((keycard_bytes::of(string.as_bytes()), rest))
    };
    // SAFETY: by the header.
    unsafe { step(strings, string, ABSENT, next) }
}

/// Reads the next element or member of keycard_value_members. The whole value takes one pass.
///
/// Returns: KEYCARD_OK
///          KEYCARD_CLAIM_MISSING after the last one
///          KEYCARD_CLAIM_TYPE for an iterator of strings
///          KEYCARD_STALE
/// Out:     members, the iterator: read, then moved behind the member
///          member, the next one; kind 0 on failure
/// Lifetime: member is valid as long as the token
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_next_member(
    members: *mut keycard_iterator,
    member: *mut keycard_member,
) -> keycard_status {
    let next = |inside: &Inside<'_>, rest: &[u8], kind: u32| {
        let (name, value, rest) = match kind {
            ELEMENTS => {
                let mut elements = Elements::resumed(rest);
                (None, elements.next(), elements.rest())
            }
            MEMBERS => {
                let mut members = Members::resumed(rest);
                let (name, value) = members.next().unzip();
                (name, value, members.rest())
            }
            _ => return Err(Error::new(Reason::ClaimType)),
        };
        let value = value.ok_or(Reason::ClaimMissing)?;
        // Strings in claims have no escapes any more: they were decoded in place.
        let name = name.and_then(|name| name.as_bytes()).map_or(ABSENT, keycard_bytes::of);
        let value = keycard_value::of(inside.token, &inside.claims, &value);
        Ok((keycard_member { name, value }, keycard_iterator::of(inside, rest, kind)))
    };
    let none = keycard_member { name: ABSENT, value: keycard_value::NONE };
    // SAFETY: by the header.
    unsafe { step(members, member, none, next) }
}

fn strings_of(inside: &Inside<'_>, value: Value<'_>) -> Result<keycard_iterator, Error> {
    let strings = Strings::of(value).ok_or(Reason::ClaimType)?;
    Ok(keycard_iterator::of(inside, strings.rest(), STRINGS))
}

/// Advances the iterator by `next` and writes the element to `output`, or `none` on failure.
///
/// # Safety
///
/// The iterator may be read and written, and its token read as for [`keycard_token::read`]. The
/// output may be written.
unsafe fn step<T>(
    iterator: *mut keycard_iterator,
    output: *mut T,
    none: T,
    next: impl FnOnce(&Inside<'_>, &[u8], u32) -> Result<(T, keycard_iterator), Error>,
) -> keycard_status {
    let stepped = (|| {
        let written = [Region::one(output), Region::one(iterator)];
        Reader::new(&written, &[])?;
        // SAFETY: the caller's promise.
        let before = *unsafe { Reader::ANYWHERE.structure(iterator.cast_const()) }?;
        raw::check_output(output)?;
        let reader = Reader::new(&written, &[Region::one(before.token)])?;
        // SAFETY: as above.
        let claims = unsafe { claims(reader, before.token) }?;
        let inside = Inside { token: before.token, claims };
        let rest = claims.part_at(before.offset..before.end).ok_or(Reason::Stale)?;
        let (item, after) = next(&inside, rest, before.kind)?;
        // SAFETY: as above; it was read there.
        unsafe { iterator.write(after) };
        Ok(item)
    })();
    // SAFETY: as above.
    status_of(&unsafe { raw::deliver(stepped, output, none) })
}

impl keycard_iterator {
    const NONE: Self = Self { token: ptr::null(), offset: 0, end: 0, kind: 0, reserved: 0 };

    fn of(inside: &Inside<'_>, rest: &[u8], kind: u32) -> Self {
        let place = inside.claims.place_of(rest);
        Self { token: inside.token, offset: place.start, end: place.end, kind, reserved: 0 }
    }

    fn of_scopes(inside: &Inside<'_>, scopes: &Scopes<'_>) -> Self {
        match scopes.rest() {
            Rest::Words([]) => Self { token: inside.token, kind: WORDS, ..Self::NONE },
            Rest::Words(words) => Self::of(inside, words, WORDS),
            Rest::Elements(strings) => Self::of(inside, strings.rest(), SCOPES),
        }
    }
}
