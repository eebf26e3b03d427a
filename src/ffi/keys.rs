//! Key tables.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{
    KEYCARD_MAX_FINDINGS, keycard_detail, keycard_finding, keycard_image_rules, keycard_key_report,
    keycard_key_rules, keycard_keys, keycard_text,
};
use super::raw::{self, Reader, Region};
use super::status::{ABSENT, KEYCARD_OK, conclude, keycard_status, status_of};
use crate::algorithm::{Algorithm, KeyKind};
use crate::error::{Error, Reason, Stage};
use crate::key::raw::RawKey;
use crate::key::report::{Finding, KeyReport};
use crate::key::rules::KeyRules;
use crate::key::table::{HEADER_WORDS, Header, KeyTable, Keys};
use crate::key::thumbprint::Thumbprint;
use core::ffi::{c_char, c_void};
use core::ptr;

/// Makes an empty key table in memory of the caller's. The table is good as long as the memory; there is
/// nothing to free.
///
/// How large the memory must be, in bytes, each of these rounded up to 8:
/// - the table, 48;
/// - each key, 16; its kid; 24 and the issuer if its JWK has exp, nbf or issuer; and 64 on P-256 and secp256k1, 96 on P-384, 144 on P-521, 32 for Ed25519, 8 and the modulus for
///   RSA (together 264 for 2048 bits), itself for ML-DSA and a secret;
/// - each key that is prepared (keycard_key_rules), as many more as prepare says at the most: KEYCARD_PREPARE_8KB is 8192.
///
/// While a JWK is read, 8 bytes for each name of its members must fit in its place, which is seldom more. So 2048 bytes hold
/// 16 keys on P-256 or 6 of RSA with 2048 bits, each with a kid of 32 characters and not prepared.
/// keycard_keys_size_for_jwks computes the size. Without room for all keys the answer is KEYCARD_KEY_TABLE_FULL, and needed in
/// the detail of the report says how many bytes would do.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_MEMORY_TOO_SMALL.
/// In: memory, size in bytes of which whole words are used.
/// Out: keys, NULL on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_init(
    memory: *mut u64,
    size: usize,
    keys: *mut *mut keycard_keys,
) -> keycard_status {
    let made = (|| {
        Reader::new(&[Region::one(keys), Region::of(memory, size)], &[])?;
        // SAFETY: by the header, the memory is the caller's to give and of this size.
        KeyTable::new(unsafe { raw::elements_mut(memory, size / 8) }?)?;
        Ok(memory.cast())
    })();
    // SAFETY: by the header, keys may be written.
    status_of(&unsafe { raw::deliver(made, keys, ptr::null_mut()) })
}

/// Adds the keys of a JWK Set. Keys of an unknown kind or for another use are skipped, broken, weak, private, secret
/// and revoked ones are refused; neither stops the rest, also if the fault is one of JSON inside a key. All or nothing: if the
/// memory ends, what was loaded before stays and nothing is added.
///
/// Fetch a key set again, into another table, when a service starts and when a token gets KEYCARD_KEY_NOT_FOUND or
/// KEYCARD_KEY_EXPIRED, at most once a minute. Keep the old table if added in the report is 0.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_TABLE_FULL with the bytes needed in report; a status of the JSON group;
/// KEYCARD_KEY_SET_MALFORMED; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
/// In: keys, to which nobody else may have access meanwhile; jwks.
/// Out: report, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwks(
    keys: *mut keycard_keys,
    jwks: *const c_void,
    jwks_length: usize,
    report: *mut keycard_key_report,
) -> keycard_status {
    // SAFETY: the same promises.
    unsafe { keycard_keys_add_jwks_by(keys, ptr::null(), jwks, jwks_length, report) }
}

/// As keycard_keys_add_jwks, by the caller's rules.
///
/// Returns: as keycard_keys_add_jwks; KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY for rules that are not known.
/// In: rules, NULL for the usual ones.
/// Out: report, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwks_by(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    jwks: *const c_void,
    jwks_length: usize,
    report: *mut keycard_key_report,
) -> keycard_status {
    let text = Region::of(jwks, jwks_length);
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        let text = unsafe { reader.bytes(jwks.cast(), jwks_length) }?;
        table.add_jwks_by(rules, text)
    };
    // SAFETY: by the header.
    unsafe { add_set(keys, rules, &[text], report, change) }
}

/// The bytes of a table that holds the keys of a JWK Set: of a whole one, for keycard_keys_init. It may be too large if the
/// set has keys with duplicate members.
///
/// Returns: KEYCARD_OK; a status of the JSON group; KEYCARD_KEY_SET_MALFORMED; KEYCARD_STRUCT_SIZE,
/// KEYCARD_UNSUPPORTED_POLICY and other usage statuses.
/// In: rules, NULL for the usual ones; jwks.
/// Out: size, 0 on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_size_for_jwks(
    rules: *const keycard_key_rules,
    jwks: *const c_void,
    jwks_length: usize,
    size: *mut usize,
) -> keycard_status {
    let computed = (|| {
        let written = [Region::one(size)];
        // SAFETY: by the header, the rules may be read.
        let named = unsafe { Region::versioned(rules) };
        let reader = Reader::new(&written, &[named, Region::of(jwks, jwks_length)])?;
        // SAFETY: as above.
        let rules = unsafe { keycard_key_rules::read_or_usual(rules, reader) }?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { reader.bytes(jwks.cast(), jwks_length) }?;
        KeyTable::size_for_jwks(&rules, text)
    })();
    // SAFETY: by the header, the size may be written.
    status_of(&unsafe { raw::deliver(computed, size, 0) })
}

/// Adds one JWK.
///
/// Returns: KEYCARD_OK; a status of the group on keys; otherwise as keycard_keys_add_jwks_by.
/// In: rules, NULL for the usual ones; jwk.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwk(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    jwk: *const c_void,
    jwk_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        table.add_jwk_by(rules, unsafe { reader.bytes(jwk.cast(), jwk_length) }?)
    };
    let inputs = [Region::of(jwk, jwk_length)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds the key of each block of a text in PEM (RFC 7468): PUBLIC KEY of any kind, RSA PUBLIC KEY, and CERTIFICATE with
/// KEYCARD_KEYS_ALLOW_CERTIFICATES. Lines may have any length, and text may stand around the blocks. Blocks of another kind
/// are skipped, private keys are refused; the report has their positions among the blocks. Keys in PEM have no kid and no
/// algorithm of their own; the rules can give them both.
///
/// Returns: KEYCARD_OK if a key was added; KEYCARD_KEY_PEM_MISSING without a block; otherwise why the first block was
/// refused: KEYCARD_KEY_PEM_MALFORMED, KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE, KEYCARD_KEY_IS_CERTIFICATE, or as
/// keycard_keys_add_jwk. KEYCARD_KEY_UNSUPPORTED if PEM was not built.
/// In: rules, NULL for the usual ones; pem.
/// Out: report, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_pem(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    pem: *const c_void,
    pem_length: usize,
    report: *mut keycard_key_report,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        let pem = unsafe { reader.bytes(pem.cast(), pem_length) }?;
        #[cfg(feature = "pem")]
        return table.add_pem(rules, pem);
        #[cfg(not(feature = "pem"))]
        Err(Error::new(Reason::KeyUnsupported))
    };
    let inputs = [Region::of(pem, pem_length)];
    // SAFETY: by the header.
    unsafe { add_set(keys, rules, &inputs, report, change) }
}

/// Adds a public key in DER: SubjectPublicKeyInfo of any kind, RSAPublicKey, or the key of a certificate with
/// KEYCARD_KEYS_ALLOW_CERTIFICATES.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_ENCODING; KEYCARD_KEY_PRIVATE; KEYCARD_KEY_IS_CERTIFICATE; otherwise as
/// keycard_keys_add_jwk. KEYCARD_KEY_UNSUPPORTED if PEM was not built.
/// In: rules, NULL for the usual ones; der.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_der(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    der: *const c_void,
    der_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let der = unsafe { reader.bytes(der.cast(), der_length) }?;
        #[cfg(feature = "pem")]
        return table.add_der(rules, der);
        #[cfg(not(feature = "pem"))]
        Err(Error::new(Reason::KeyUnsupported))
    };
    let inputs = [Region::of(der, der_length)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds a secret for HMAC, which only the issuer and this table may hold. Bind it to its algorithm by the rules.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_WEAK; KEYCARD_KEY_NOT_SECRET if it is a key in PEM, DER or JWK; otherwise as
/// keycard_keys_add_jwk.
/// In: rules, NULL for the usual ones; secret.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_secret(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    secret: *const c_void,
    secret_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let secret = unsafe { reader.bytes(secret.cast(), secret_length) }?;
        table.add_raw(rules, &RawKey::Secret(secret))
    };
    let inputs = [Region::of(secret, secret_length)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds a point of the curve of an ECDSA algorithm.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_NOT_ON_CURVE; otherwise as keycard_keys_add_jwk.
/// In: rules, NULL for the usual ones; algorithm, KEYCARD_ES256 or its like; x and y, each of width bytes, most
/// significant first: 32, 48 or 66.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_point(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    algorithm: u32,
    x: *const u8,
    y: *const u8,
    width: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let x = unsafe { reader.bytes(x, width) }?;
        // SAFETY: as above.
        let y = unsafe { reader.bytes(y, width) }?;
        let curve = one_algorithm(algorithm)?.key_kind();
        table.add_raw(rules, &RawKey::Point { curve, x, y })
    };
    let inputs = [Region::of(x, width), Region::of(y, width)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds an RSA public key by its numbers, most significant byte first. One leading zero octet of each is left out.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_WEAK; KEYCARD_KEY_OUT_OF_RANGE; otherwise as
/// keycard_keys_add_jwk.
/// In: rules, NULL for the usual ones; modulus; exponent.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_rsa(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    modulus: *const u8,
    modulus_length: usize,
    exponent: *const u8,
    exponent_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let modulus = unsafe { reader.bytes(modulus, modulus_length) }?;
        // SAFETY: as above.
        let exponent = unsafe { reader.bytes(exponent, exponent_length) }?;
        table.add_raw(rules, &RawKey::Rsa { modulus, exponent })
    };
    let inputs = [Region::of(modulus, modulus_length), Region::of(exponent, exponent_length)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds a public key that is one string of bytes: Ed25519 or ML-DSA.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_NOT_ON_CURVE; otherwise as keycard_keys_add_jwk.
/// In: rules, NULL for the usual ones; algorithm, KEYCARD_ED25519, KEYCARD_ML_DSA_44 or its like; key.
/// Out: detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_encoded(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    algorithm: u32,
    key: *const u8,
    key_length: usize,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let key = unsafe { reader.bytes(key, key_length) }?;
        let algorithm = one_algorithm(algorithm)?;
        let key = match algorithm.key_kind() {
            KeyKind::Ed25519 => RawKey::Ed25519(key),
            _ => RawKey::MlDsa(algorithm, key),
        };
        table.add_raw(rules, &key)
    };
    let inputs = [Region::of(key, key_length)];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Seals a table as an image, to be stored and read where it lies: the words at the beginning of its memory, as many as
/// are in use. Nothing can be added from then on. On a machine with the other byte order the image is refused.
///
/// Returns: KEYCARD_OK, KEYCARD_READ_ONLY if it is one already, KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
/// In: version, the caller's count: a later key set has a larger one.
/// Out: size, bytes of the image, which begins where the table does.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_seal(
    keys: *mut keycard_keys,
    version: u64,
    size: *mut usize,
) -> keycard_status {
    let sealed = (|| {
        Reader::new(&[Region::one(size)], &[region(keys)])?;
        raw::check_output(size)?;
        // SAFETY: by the header, the table is one or refused by its first words.
        let (table, region) = unsafe { open(keys) }?;
        Reader::new(&[Region::one(size), region], &[])?;
        Ok(size_of_val(table.seal(version)))
    })();
    // SAFETY: by the header, the size may be written.
    status_of(&unsafe { raw::deliver(sealed, size, 0) })
}

/// Reads an image where it lies, in flash or elsewhere, after checking all of it: bounds, check sum, that it is the one
/// that the rules take, and each key as when it was added. The keys are good as long as the image.
///
/// Returns: KEYCARD_OK; KEYCARD_IMAGE_FOREIGN, KEYCARD_IMAGE_TRUNCATED, KEYCARD_IMAGE_CORRUPT,
/// KEYCARD_IMAGE_UNEXPECTED, KEYCARD_IMAGE_OUTDATED; KEYCARD_KEY_WEAK and its like for a key of it;
/// KEYCARD_POLICY_INCOMPLETE if the rules do not say how the image is known; other usage statuses.
/// In: image, aligned to 8 bytes; size in bytes; rules.
/// Out: keys, NULL on failure; detail, may be NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_from_image(
    image: *const c_void,
    size: usize,
    rules: *const keycard_image_rules,
    keys: *mut *const keycard_keys,
    detail: *mut keycard_detail,
) -> keycard_status {
    let opened = (|| {
        let written = [Region::one(keys), Region::detail(detail)];
        // SAFETY: by the header, the rules may be read.
        let asked = unsafe { Region::versioned(rules) };
        let reader = Reader::new(&written, &[asked, Region::of(image, size)])?;
        // SAFETY: by the header, the rules may be read.
        let raw_rules: &keycard_image_rules = unsafe { reader.versioned(rules) }?;
        // SAFETY: as above.
        let rules = unsafe { raw_rules.read(reader) }?;
        if !size.is_multiple_of(8) {
            return Err(Error::new(Reason::ImageTruncated).at_stage(Stage::KeySet));
        }
        // SAFETY: by the header, the image may be read.
        let words = unsafe { reader.elements(image.cast::<u64>(), size / 8) }?;
        Keys::from_image(words, &rules)?;
        Ok(image.cast())
    })();
    // SAFETY: by the header, keys may be written.
    let delivered = unsafe { raw::deliver(opened, keys, ptr::null()) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(delivered, detail) }
}

/// The thumbprint of a key (RFC 7638, SHA-256) in base64url.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_NOT_FOUND beyond the last key; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
/// In: index, the position of the key in the order of adding.
/// Out: thumbprint43, 43 characters without a NUL; zeros on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_thumbprint(
    keys: *const keycard_keys,
    index: usize,
    thumbprint43: *mut c_char,
) -> keycard_status {
    let made = (|| {
        let written = [Region::of(thumbprint43, 43)];
        let reader = Reader::new(&written, &[region(keys)])?;
        // SAFETY: by the header, the table is one or refused by its first words.
        let key = unsafe { view(reader, keys) }?.iter().nth(index);
        let key = key.ok_or(Error::new(Reason::KeyNotFound))?;
        Ok(*key.thumbprint().to_text().as_characters())
    })();
    // SAFETY: by the header, 43 characters may be written.
    status_of(&unsafe { raw::deliver(made, thumbprint43.cast(), [0; 43]) })
}

/// Finds the key with a thumbprint (RFC 7638, SHA-256), compared in constant time.
///
/// Returns: KEYCARD_OK; KEYCARD_KEY_NOT_FOUND; a status of base64url; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
/// In: thumbprint, 43 characters of base64url.
/// Out: index, the position of the key in the order of adding; 0 on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_find(
    keys: *const keycard_keys,
    thumbprint: keycard_text,
    index: *mut usize,
) -> keycard_status {
    let found = (|| {
        let written = [Region::one(index)];
        let text = Region::of(thumbprint.data, thumbprint.length);
        let reader = Reader::new(&written, &[region(keys), text])?;
        // SAFETY: by the header, the table is one or refused by its first words.
        let keys = unsafe { view(reader, keys) }?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { thumbprint.read(reader) }?.ok_or(Reason::NullPointer)?;
        let key = keys.find(&Thumbprint::from_text(text)?);
        Ok(key.ok_or(Error::new(Reason::KeyNotFound))?.index())
    })();
    // SAFETY: by the header, the index may be written.
    status_of(&unsafe { raw::deliver(found, index, 0) })
}

/// How many keys a table has.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE.
/// Out: count, 0 on failure.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_count(
    keys: *const keycard_keys,
    count: *mut usize,
) -> keycard_status {
    let counted = (|| {
        let written = [Region::one(count)];
        let reader = Reader::new(&written, &[region(keys)])?;
        // SAFETY: by the header, the table is one or refused by its first words.
        Ok(unsafe { view(reader, keys) }?.len())
    })();
    // SAFETY: by the header, count may be written.
    status_of(&unsafe { raw::deliver(counted, count, 0) })
}

/// Empties a table and wipes what it held. Nobody may be using it.
///
/// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE; KEYCARD_READ_ONLY for an
/// image, which is the caller's to wipe.
#[unsafe(no_mangle)]
#[must_use]
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
    let header = unsafe { header(memory) }?;
    if header.is_sealed() {
        // Before anything claims the right to write there: it may be flash.
        return Err(Error::new(Reason::ReadOnly));
    }
    // SAFETY: the caller's promise, for a table of the capacity that it states.
    let words = unsafe { raw::elements_mut(memory, header.capacity) }?;
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
    let header = unsafe { header(memory) }?;
    // SAFETY: the caller's promise, for a table of the capacity that it states.
    Keys::open(unsafe { reader.elements(memory, header.capacity) }?)
}

/// Where the header of a table is.
pub(super) fn region(keys: *const keycard_keys) -> Region {
    Region::one(keys.cast::<[u64; HEADER_WORDS]>())
}

/// The header of the table at `memory`.
///
/// # Safety
///
/// If `memory` is not NULL and aligned, the header of a table may be read there.
unsafe fn header(memory: *const u64) -> Result<Header, Error> {
    // SAFETY: the caller's promise.
    let header = Header::read(unsafe { Reader::ANYWHERE.elements(memory, HEADER_WORDS) }?);
    if header.is_known() { Ok(header) } else { Err(Error::new(Reason::NotAKeyTable)) }
}

/// Opens the table, reads the rules, and adds by `change`, which reads the inputs. `output` is written later, and must be
/// apart from all that is read.
///
/// # Safety
///
/// As for [`open`]; if `rules` is not NULL and aligned, they may be read.
unsafe fn add<T>(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    inputs: &[Region],
    output: Region,
    change: impl FnOnce(&mut KeyTable<'_>, Reader<'_>, &KeyRules<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    // SAFETY: the caller's promise.
    let named = [region(keys), unsafe { Region::versioned(rules) }];
    Reader::new(&[output], &named)?;
    Reader::new(&[output], inputs)?;
    // SAFETY: the caller's promise.
    let (mut table, region) = unsafe { open(keys) }?;
    let written = [output, region];
    let reader = Reader::new(&written, inputs)?;
    // SAFETY: the caller's promise.
    let rules = unsafe { keycard_key_rules::read_or_usual(rules, reader) }?;
    change(&mut table, reader, &rules)
}

/// As [`add`], for one key.
///
/// # Safety
///
/// As for [`add`]; if `detail` is not NULL and aligned, it may be written.
unsafe fn add_one(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    inputs: &[Region],
    detail: *mut keycard_detail,
    change: impl FnOnce(&mut KeyTable<'_>, Reader<'_>, &KeyRules<'_>) -> Result<(), Error>,
) -> keycard_status {
    // SAFETY: the caller's promise.
    let added = unsafe { add(keys, rules, inputs, Region::detail(detail), change) };
    // SAFETY: the caller's promise.
    unsafe { conclude(added, detail) }
}

/// As [`add`], for several keys.
///
/// # Safety
///
/// As for [`add`]; if `report` is not NULL and aligned, it may be written.
unsafe fn add_set(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    inputs: &[Region],
    report: *mut keycard_key_report,
    change: impl FnOnce(&mut KeyTable<'_>, Reader<'_>, &KeyRules<'_>) -> Result<KeyReport, Error>,
) -> keycard_status {
    // SAFETY: the caller's promise.
    let added = unsafe { add(keys, rules, inputs, Region::detail(report), change) };
    let (filled, outcome) = match added {
        Ok(report) => (keycard_key_report::of(&report), Ok(())),
        Err(error) => (keycard_key_report::failed(&error), Err(error)),
    };
    // SAFETY: the caller's promise.
    unsafe { raw::deliver_if_wanted(&outcome, report, filled) };
    status_of(&outcome)
}

/// The algorithm that a single bit stands for.
fn one_algorithm(bits: u32) -> Result<Algorithm, Error> {
    let found = Algorithm::ALL.iter().find(|algorithm| algorithm.bit() == bits);
    found.copied().ok_or(Error::new(Reason::UnsupportedPolicy))
}

/// The first findings of one kind.
type Findings = [keycard_finding; KEYCARD_MAX_FINDINGS];

impl keycard_finding {
    const NONE: Self = Self { index: 0, status: KEYCARD_OK, claim: ABSENT };

    fn all(findings: &[Finding]) -> Findings {
        let mut all = [Self::NONE; KEYCARD_MAX_FINDINGS];
        for (place, finding) in all.iter_mut().zip(findings) {
            let claim = finding.claim.map(|claim| claim.name());
            *place = Self {
                index: finding.index,
                status: finding.reason.code(),
                claim: claim.map_or(ABSENT, keycard_text::of_static),
            };
        }
        all
    }
}

impl keycard_key_report {
    fn of(report: &KeyReport) -> Self {
        Self {
            added: report.added(),
            skipped: report.skipped(),
            refused: report.refused(),
            noted: report.noted(),
            refusals: keycard_finding::all(report.refusals()),
            skips: keycard_finding::all(report.skips()),
            notes: keycard_finding::all(report.notes()),
            detail: keycard_detail::EMPTY,
        }
    }

    fn failed(error: &Error) -> Self {
        let nothing = keycard_finding::all(&[]);
        Self {
            added: 0,
            skipped: 0,
            refused: 0,
            noted: 0,
            refusals: nothing,
            skips: nothing,
            notes: nothing,
            detail: keycard_detail::of(error),
        }
    }
}
