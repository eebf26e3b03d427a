//! Key tables.

#![expect(
    unsafe_code,
    reason = "symbols of the C ABI, and the caller's pointers"
)]

use super::layout::{
    KEYCARD_MAX_REFUSALS, keycard_detail, keycard_key_report, keycard_keys, keycard_refusal,
    keycard_text,
};
use super::raw::{self, Reader, Region};
use super::status::{ABSENT, KEYCARD_OK, conclude, keycard_status, status_of};
use crate::error::{Error, Reason};
use crate::key::report::{KeyReport, Refusal};
use crate::key::rules::KeyRules;
use crate::key::table::{KeyTable, Keys};
use core::ffi::c_void;
use core::ptr;

/// Also take oct keys, which are secrets: only for a set that nobody else can read or write.
pub const KEYCARD_KEYS_ALLOW_SECRETS: u32 = 1;

/// Makes an empty key table in memory of the caller's. The table is good as long as the memory; there is
/// nothing to free. A P-256 key takes 80 bytes and its kid, an RSA key of 2048 bits 280 and its kid, the
/// table itself 32.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_MEMORY_TOO_SMALL.
/// In: memory, size in bytes of which whole words are used.
/// Out: keys, NULL on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_init(
    memory: *mut u64,
    size: usize,
    keys: *mut *mut keycard_keys,
) -> keycard_status {
    let made = (|| {
        let written = [
            Region::of(keys, size_of::<*mut keycard_keys>()),
            Region::of(memory, size),
        ];
        Reader::new(&written)?;
        // SAFETY: by the header, the memory is the caller's to give and of this size.
        KeyTable::new(unsafe { raw::elements_mut(memory, size / 8) }?)?;
        Ok(memory.cast())
    })();
    // SAFETY: by the header, keys may be written.
    status_of(&unsafe { raw::deliver(made, keys, ptr::null_mut()) })
}

/// Adds the keys of a JWK Set. Keys of an unknown kind or for another use are skipped, broken, weak, private
/// and secret ones are refused; neither stops the rest. All or nothing: if the memory ends, what was loaded
/// before stays and nothing is added.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_TABLE_FULL with the bytes needed in report; a status of the JSON group;
/// KEYCARD_KEY_SET_MALFORMED; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
/// In: keys, to which nobody else may have access meanwhile; jwks.
/// Out: report, may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_add_jwks(
    keys: *mut keycard_keys,
    jwks: *const c_void,
    jwks_length: usize,
    report: *mut keycard_key_report,
) -> keycard_status {
    // SAFETY: the same promises.
    unsafe { keycard_keys_add_jwks_by(keys, 0, ABSENT, jwks, jwks_length, report) }
}

/// As keycard_keys_add_jwks, by the caller's rules.
///
/// Returns: as keycard_keys_add_jwks; KEYCARD_UNSUPPORTED_POLICY for unknown flags.
/// In: flags, KEYCARD_KEYS_… or-ed; key_use, a value of use to take beside sig, or absent.
/// Out: report, may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_add_jwks_by(
    keys: *mut keycard_keys,
    flags: u32,
    key_use: keycard_text,
    jwks: *const c_void,
    jwks_length: usize,
    report: *mut keycard_key_report,
) -> keycard_status {
    let added = (|| {
        // SAFETY: by the header, the table is one or refused by its first words.
        let (mut table, region) = unsafe { open(keys) }?;
        let written = [Region::of(report, size_of::<keycard_key_report>()), region];
        let reader = Reader::new(&written)?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { reader.bytes(jwks.cast(), jwks_length) }?;
        // SAFETY: as above.
        let rules = unsafe { rules(reader, flags, key_use) }?;
        table.add_jwks_by(&rules, text)
    })();
    let (filled, outcome) = match added {
        Ok(report) => (keycard_key_report::of(&report), Ok(())),
        Err(error) => (keycard_key_report::failed(&error), Err(error)),
    };
    // SAFETY: by the header, the report may be written.
    unsafe { raw::deliver_if_wanted(&outcome, report, filled) };
    status_of(&outcome)
}

/// Adds one JWK.
///
/// Returns: KEYCARD_OK; a status of the group on keys; otherwise as keycard_keys_add_jwks_by.
/// In: as keycard_keys_add_jwks_by.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_add_jwk_by(
    keys: *mut keycard_keys,
    flags: u32,
    key_use: keycard_text,
    jwk: *const c_void,
    jwk_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let added = (|| {
        // SAFETY: by the header, the table is one or refused by its first words.
        let (mut table, region) = unsafe { open(keys) }?;
        let written = [Region::of(detail, size_of::<keycard_detail>()), region];
        let reader = Reader::new(&written)?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { reader.bytes(jwk.cast(), jwk_length) }?;
        // SAFETY: as above.
        let rules = unsafe { rules(reader, flags, key_use) }?;
        table.add_jwk_by(&rules, text)
    })();
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(added, detail) }
}

/// As keycard_keys_add_jwk_by, without rules: asymmetric keys for signatures only.
///
/// Returns: as keycard_keys_add_jwk_by.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_add_jwk(
    keys: *mut keycard_keys,
    jwk: *const c_void,
    jwk_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    // SAFETY: the same promises.
    unsafe { keycard_keys_add_jwk_by(keys, 0, ABSENT, jwk, jwk_length, detail) }
}

/// How many keys a table has.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE.
/// Out: count, 0 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_count(
    keys: *const keycard_keys,
    count: *mut usize,
) -> keycard_status {
    let counted = (|| {
        let written = [Region::of(count, size_of::<usize>())];
        let reader = Reader::new(&written)?;
        // SAFETY: by the header, the table is one or refused by its first words.
        Ok(unsafe { view(reader, keys) }?.len())
    })();
    // SAFETY: by the header, count may be written.
    status_of(&unsafe { raw::deliver(counted, count, 0) })
}

/// Empties a table and wipes what it held. Nobody may be using it.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_keys_clear(keys: *mut keycard_keys) -> keycard_status {
    // SAFETY: by the header, the table is one or refused by its first words.
    let opened = unsafe { open(keys) };
    status_of(&opened.map(|(mut table, _)| table.clear()))
}

/// The table behind a handle, and where it lies.
///
/// # Safety
///
/// If `keys` is not NULL and aligned, the header of a table may be read there, and if it is one, the
/// whole table read and written by nobody else.
unsafe fn open<'m>(keys: *mut keycard_keys) -> Result<(KeyTable<'m>, Region), Error> {
    let memory: *mut u64 = keys.cast();
    // SAFETY: the caller's promise.
    let capacity = unsafe { capacity(memory) }?;
    // SAFETY: the caller's promise, for a table of the capacity that it states.
    let words = unsafe { raw::elements_mut(memory, capacity) }?;
    let region = Region::of(memory, size_of_val(words));
    Ok((KeyTable::open(words)?, region))
}

/// The keys behind a handle.
///
/// # Safety
///
/// As for [`open`], for reading.
pub(super) unsafe fn view<'k>(
    reader: Reader<'_>,
    keys: *const keycard_keys,
) -> Result<Keys<'k>, Error> {
    let memory: *const u64 = keys.cast();
    // SAFETY: the caller's promise.
    let capacity = unsafe { capacity(memory) }?;
    // SAFETY: the caller's promise, for a table of the capacity that it states.
    Keys::open(unsafe { reader.elements(memory, capacity) }?)
}

/// The capacity that the table at `memory` states.
///
/// # Safety
///
/// If `memory` is not NULL and aligned, the header of a table may be read there.
unsafe fn capacity(memory: *const u64) -> Result<usize, Error> {
    let anywhere = Reader::new(&[])?;
    // SAFETY: the caller's promise.
    let header = unsafe { anywhere.elements(memory, Keys::HEADER_WORDS) }?;
    Keys::capacity_of(header).ok_or(Error::new(Reason::NotAKeyTable))
}

/// # Safety
///
/// The text may be read.
unsafe fn rules<'a>(
    reader: Reader<'_>,
    flags: u32,
    key_use: keycard_text,
) -> Result<KeyRules<'a>, Error> {
    let mut rules = KeyRules::new();
    match flags {
        0 => {}
        KEYCARD_KEYS_ALLOW_SECRETS => rules = rules.allow_secrets(),
        _ => return Err(Error::new(Reason::UnsupportedPolicy)),
    }
    // SAFETY: the caller's promise.
    if let Some(key_use) = unsafe { key_use.read(reader) }? {
        rules = rules.accept_use(key_use);
    }
    Ok(rules)
}

impl keycard_refusal {
    const NONE: Self = Self {
        index: 0,
        status: KEYCARD_OK,
        claim: ABSENT,
    };

    fn of(refusal: &Refusal) -> Self {
        let claim = refusal.claim.map(|claim| claim.name());
        Self {
            index: refusal.index,
            status: refusal.reason.code(),
            claim: claim.map_or(ABSENT, keycard_text::of_static),
        }
    }
}

impl keycard_key_report {
    fn of(report: &KeyReport) -> Self {
        let mut refusals = [keycard_refusal::NONE; KEYCARD_MAX_REFUSALS];
        for (place, refusal) in refusals.iter_mut().zip(report.refusals()) {
            *place = keycard_refusal::of(refusal);
        }
        Self {
            added: report.added(),
            skipped: report.skipped(),
            refused: report.refused(),
            refusals,
            detail: keycard_detail::EMPTY,
        }
    }

    fn failed(error: &Error) -> Self {
        Self {
            added: 0,
            skipped: 0,
            refused: 0,
            refusals: [keycard_refusal::NONE; KEYCARD_MAX_REFUSALS],
            detail: keycard_detail::of(error),
        }
    }
}
