//! Lists in the claims of a token, element by element: each step goes on where the one before it ended.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::claims::{Inside, claims, get, read};
use super::layout::{keycard_iterator, keycard_member, keycard_text, keycard_token, keycard_value};
use super::raw::{self, Reader, Region};
use super::status::{ABSENT, keycard_status, status_of};
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

/// The strings of a claim at the top that is an array of strings, or one string, as aud may be. Read them with
/// keycard_next_string.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE also if an element is not a string, KEYCARD_STALE.
/// Out: strings, without any on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_claim_strings(
    token: *const keycard_token,
    name: keycard_text,
    strings: *mut keycard_iterator,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { get(token, name, strings, keycard_iterator::NONE, strings_of) }
}

/// The strings of a value that is an array of strings, or one string. Read them with keycard_next_string.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE also if an element is not a string, KEYCARD_STALE.
/// Out: strings, without any on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_value_strings(
    value: *const keycard_value,
    strings: *mut keycard_iterator,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { read(value, strings, keycard_iterator::NONE, strings_of) }
}

/// The scopes that the token grants: of scope or of scp, whether that is a string of words with spaces between them
/// (RFC 6749 section 3.3) or an array with one scope in each element. Read them with keycard_next_string. A token with
/// neither claim has no scopes.
///
/// Returns: KEYCARD_OK; KEYCARD_CLAIM_TYPE for another type, and for an array with an element that has white space in
/// it; KEYCARD_SCOPE_AMBIGUOUS if both claims are there; KEYCARD_STALE.
/// Out: scopes, without any on failure.
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

/// Whether the token grants a scope, compared whole and case-sensitively. Unlike a status, true means yes.
///
/// Returns: true if keycard_token_scopes has the scope; false otherwise, also if a call of that would fail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_token_has_scope(
    token: *const keycard_token,
    scope: keycard_text,
) -> bool {
    let has = || {
        // SAFETY: by the header, the token may be read, and its scratch.
        let claims = unsafe { claims(Reader::ANYWHERE, token) }?;
        // SAFETY: by the header, the scope may be read.
        let scope = unsafe { scope.read(Reader::ANYWHERE) }?.ok_or(Reason::NullPointer)?;
        Ok::<_, Error>(claims.has_scope(scope))
    };
    has().unwrap_or(false)
}

/// The elements of an array, or the members of an object. Read them with keycard_next_member.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE if the value is neither, KEYCARD_STALE.
/// Out: members, without any on failure.
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

/// The next string of keycard_claim_strings, keycard_value_strings or keycard_token_scopes. All of them take one pass
/// over the list.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING behind the last, KEYCARD_CLAIM_TYPE for an iterator of members,
/// KEYCARD_STALE.
/// Out: strings, moved on; string, absent on failure; it lies in the scratch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_next_string(
    strings: *mut keycard_iterator,
    string: *mut keycard_text,
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
        Ok((keycard_text::of(string.as_bytes()), rest))
    };
    // SAFETY: by the header.
    unsafe { step(strings, string, ABSENT, next) }
}

/// The next member or element of keycard_value_members. All of them take one pass over the value.
///
/// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING behind the last, KEYCARD_CLAIM_TYPE for an iterator of strings,
/// KEYCARD_STALE.
/// Out: members, moved on; member, of no kind on failure.
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
        // In claims no string is written with escapes any more.
        let name = name.and_then(|name| name.as_bytes()).map_or(ABSENT, keycard_text::of);
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

/// Sets `output` to `none`, then output and iterator to what `next` makes of the rest of the list.
///
/// # Safety
///
/// The iterator may be read and written, its token may be read as [`keycard_token::read`] says, the output written.
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
