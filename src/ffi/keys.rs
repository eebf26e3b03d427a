//! Key tables.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::bytes::ABSENT;
use super::layout::{
    KEYCARD_MAX_FINDINGS, keycard_bytes, keycard_detail, keycard_finding, keycard_image_rules,
    keycard_key_report, keycard_key_rules, keycard_keys, keycard_status,
};
use super::raw::{self, Reader, Region};
use super::status::{KEYCARD_OK, conclude, octets, status_of};
use crate::algorithm::{Algorithm, KeyKind};
use crate::error::{Error, Reason, Stage};
use crate::key::raw::RawKey;
use crate::key::report::{Finding, KeyReport};
use crate::key::rules::KeyRules;
use crate::key::table::{HEADER_WORDS, KeyTable, Keys, TableHeader};
use crate::key::thumbprint::Thumbprint;
use core::ffi::c_char;
use core::ptr;

/// Makes an empty key table in memory of the caller.
///
/// The memory must have these bytes, each item rounded up to a multiple of 8:
/// - 48 for the table;
/// - 16 for each key, and the length of its kid;
/// - for each key: 64 on P-256 and secp256k1, 96 on P-384, 144 on P-521, 32 for Ed25519, 8 and the
///   modulus for RSA (264 for 2048 bits), the key itself for ML-DSA, the secret itself for HMAC;
/// - 24 and the issuer, if the JWK of a key has exp, nbf or issuer;
/// - at most the bytes that precompute allows for each key: KEYCARD_PRECOMPUTE_8KB is 8192;
/// - 16 for each key of a table with 32 keys or more, except in a build for small targets. This
///   index finds a kid in the same time among many keys as among few.
///
/// While a JWK is parsed, the free space also holds 8 bytes for each of its member names. That
/// rarely exceeds the size of the key. For example, 2048 bytes hold 16 P-256 keys or 6 RSA keys of
/// 2048 bits, each with a kid of 32 characters and without precomputed values.
///
/// You need not compute the size: keycard_keys_size_for_jwks does. If the keys do not fit, the call
/// that adds them returns KEYCARD_KEY_TABLE_FULL with the required size in report.detail.needed.
///
/// Returns: KEYCARD_OK
///          KEYCARD_MEMORY_TOO_SMALL if size is less than 48
/// In:      memory, for the table, aligned to 8 bytes
///          size, of memory in bytes; only whole words of 8 bytes are used
/// Out:     keys, the table; NULL on failure
/// Lifetime: the table is valid as long as the memory; there is nothing to free
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

/// Adds the keys of a JWK Set (RFC 7517 section 5) to a table.
///
/// Keys of an unknown kind or for another use are skipped. Malformed, weak, private, secret and
/// revoked keys are rejected, also if the error is one of JSON inside the key. Neither stops the
/// other keys. If the memory is full, no key of this set is added, and the earlier keys stay.
///
/// Fetch a key set again, into another table, when a service starts and when a token gets
/// KEYCARD_KEY_NOT_FOUND or KEYCARD_KEY_EXPIRED, at most once a minute. Keep the old table if
/// report.added is 0.
///
/// If PEM is built in, the set may also be an object that has a PEM key for each kid, as Google and
/// Firebase publish theirs. Certificates in it need KEYCARD_KEYS_ALLOW_CERTIFICATES.
///
/// Returns: KEYCARD_OK, also if no key was added: see report.added
///          KEYCARD_KEY_TABLE_FULL with the bytes that the table needs in report.detail.needed
///          KEYCARD_KEY_SET_MALFORMED if there is no keys array
///          KEYCARD_JSON_… if the set is not JSON or longer than the limit
///          KEYCARD_NOT_A_KEY_TABLE or KEYCARD_READ_ONLY
/// In:      keys, a table that no other thread uses during the call
///          jwks, the key set in UTF-8, at most 1,048,575 bytes
/// Out:     report, the outcome for each key; may be NULL
/// Lifetime: nothing points into jwks after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwks(
    keys: *mut keycard_keys,
    jwks: keycard_bytes,
    report: *mut keycard_key_report,
) -> keycard_status {
    // SAFETY: the same promises.
    unsafe { keycard_keys_add_jwks_by(keys, ptr::null(), jwks, report) }
}

/// Adds the keys of a JWK Set to a table by given rules, otherwise like keycard_keys_add_jwks.
///
/// Returns: the statuses of keycard_keys_add_jwks
///          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
///            KEYCARD_POLICY_VALUE for the rules
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          jwks, the key set in UTF-8, at most 1,048,575 bytes
/// Out:     report, the outcome for each key; may be NULL
/// Lifetime: nothing points into rules or jwks after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwks_by(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    jwks: keycard_bytes,
    report: *mut keycard_key_report,
) -> keycard_status {
    let text = jwks.region();
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        let text = unsafe { jwks.read(reader) }?;
        table.add_jwks_by(rules, text)
    };
    // SAFETY: by the header.
    unsafe { add_set(keys, rules, &[text], report, change) }
}

/// Computes the size of a table for the keys of a JWK Set, as keycard_keys_init needs it. The size
/// may be too large if keys have duplicate members.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_SET_MALFORMED if there is no keys array
///          KEYCARD_JSON_… if the set is not JSON or longer than the limit
///          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
///            KEYCARD_POLICY_VALUE for the rules
/// In:      rules, NULL for the defaults
///          jwks, the key set in UTF-8, at most 1,048,575 bytes
/// Out:     size, of the table in bytes; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_size_for_jwks(
    rules: *const keycard_key_rules,
    jwks: keycard_bytes,
    size: *mut usize,
) -> keycard_status {
    let computed = (|| {
        let written = [Region::one(size)];
        // SAFETY: by the header, the rules may be read.
        let named = unsafe { Region::versioned(rules) };
        let reader = Reader::new(&written, &[named, jwks.region()])?;
        // SAFETY: as above.
        let rules = unsafe { keycard_key_rules::read_or_usual(rules, reader) }?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { jwks.read(reader) }?;
        KeyTable::size_for_jwks(&rules, text)
    })();
    // SAFETY: by the header, the size may be written.
    status_of(&unsafe { raw::deliver(computed, size, 0) })
}

/// Adds one JWK (RFC 7517 section 4) to a table.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_… if the key is rejected, with the member in detail
///          KEYCARD_KEY_TABLE_FULL with the bytes that the table needs in detail
///          KEYCARD_JSON_… if the key is not JSON
///          KEYCARD_NOT_A_KEY_TABLE or KEYCARD_READ_ONLY
///          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
///            KEYCARD_POLICY_VALUE for the rules
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          jwk, the key in UTF-8, at most 1,048,575 bytes
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules or jwk after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_jwk(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    jwk: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        table.add_jwk_by(rules, unsafe { jwk.read(reader) }?)
    };
    let inputs = [jwk.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds the key of each block of a PEM text (RFC 7468) to a table: PUBLIC KEY, RSA PUBLIC KEY, and
/// CERTIFICATE with KEYCARD_KEYS_ALLOW_CERTIFICATES.
///
/// Lines may have any length, and other text may stand around the blocks. Other blocks are skipped,
/// and private keys are rejected. The report has their positions among the blocks. A PEM key has
/// neither kid nor algorithm; the rules can give it both.
///
/// Returns: KEYCARD_OK if a key was added
///          KEYCARD_KEY_PEM_MISSING if there is no block
///          KEYCARD_KEY_PEM_MALFORMED, KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE,
///            KEYCARD_KEY_IS_CERTIFICATE or another status of keycard_keys_add_jwk, for the first
///            rejected block
///          KEYCARD_KEY_UNSUPPORTED if PEM is not built in
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          pem, the text
/// Out:     report, the outcome for each block; may be NULL
/// Lifetime: nothing points into rules or pem after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_pem(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    pem: keycard_bytes,
    report: *mut keycard_key_report,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the text may be read.
        let pem = unsafe { pem.read(reader) }?;
        #[cfg(feature = "pem")]
        return table.add_pem(rules, pem);
        #[cfg(not(feature = "pem"))]
        Err(Error::new(Reason::KeyUnsupported))
    };
    let inputs = [pem.region()];
    // SAFETY: by the header.
    unsafe { add_set(keys, rules, &inputs, report, change) }
}

/// Adds a public key in DER to a table: SubjectPublicKeyInfo, RSAPublicKey, or the key of a
/// certificate with KEYCARD_KEYS_ALLOW_CERTIFICATES.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE or KEYCARD_KEY_IS_CERTIFICATE
///          KEYCARD_KEY_UNSUPPORTED also if PEM is not built in
///          another status of keycard_keys_add_jwk
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          der, the key
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules or der after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_der(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    der: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let der = unsafe { der.read(reader) }?;
        #[cfg(feature = "pem")]
        return table.add_der(rules, der);
        #[cfg(not(feature = "pem"))]
        Err(Error::new(Reason::KeyUnsupported))
    };
    let inputs = [der.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds a secret for HMAC to a table. Only the issuer and this table may hold it. Bind it to its
/// algorithm by the rules.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_WEAK if the secret is too short
///          KEYCARD_KEY_OUT_OF_RANGE if the secret is too long
///          KEYCARD_KEY_NOT_SECRET if the secret is a key in PEM, DER or JWK form
///          another status of keycard_keys_add_jwk
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          secret, at least the length of the hash, at most 512 bytes, or 4096 on 64-bit hosts
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules or secret after the call; the table holds a copy until
///            keycard_keys_clear
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_secret(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    secret: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let secret = unsafe { secret.read(reader) }?;
        table.add_raw(rules, &RawKey::Secret(secret))
    };
    let inputs = [secret.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds an elliptic-curve public key to a table by its coordinates.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
///          another status of keycard_keys_add_jwk
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          algorithm, whose curve it is: KEYCARD_ES256, KEYCARD_ES384, KEYCARD_ES512 or
///            KEYCARD_ES256K
///          x and y, the coordinates, most significant byte first: 32 bytes each on P-256 and
///            secp256k1, 48 on P-384, 66 on P-521
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules, x or y after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_point(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    algorithm: u32,
    x: keycard_bytes,
    y: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let x = unsafe { x.read(reader) }?;
        // SAFETY: as above.
        let y = unsafe { y.read(reader) }?;
        let curve = one_algorithm(algorithm)?.key_kind();
        table.add_raw(rules, &RawKey::Point { curve, x, y })
    };
    let inputs = [x.region(), y.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds an RSA public key to a table by its numbers. One leading zero octet of each number is
/// removed.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_WIDTH, KEYCARD_KEY_WEAK or KEYCARD_KEY_OUT_OF_RANGE
///          another status of keycard_keys_add_jwk
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          modulus, most significant byte first: 256 to 512 bytes, or to 1024 on 64-bit hosts
///          exponent, most significant byte first
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules, modulus or exponent after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_rsa(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    modulus: keycard_bytes,
    exponent: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let modulus = unsafe { modulus.read(reader) }?;
        // SAFETY: as above.
        let exponent = unsafe { exponent.read(reader) }?;
        table.add_raw(rules, &RawKey::Rsa { modulus, exponent })
    };
    let inputs = [modulus.region(), exponent.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Adds a public key that is one byte string to a table: Ed25519 or ML-DSA.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
///          another status of keycard_keys_add_jwk
/// In:      keys, a table that no other thread uses during the call
///          rules, NULL for the defaults
///          algorithm, KEYCARD_ED25519, KEYCARD_ML_DSA_44, KEYCARD_ML_DSA_65 or KEYCARD_ML_DSA_87
///          key, 32 bytes for Ed25519; 1312, 1952 or 2592 for ML-DSA-44, -65 or -87
/// Out:     detail, may be NULL
/// Lifetime: nothing points into rules or key after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_add_encoded(
    keys: *mut keycard_keys,
    rules: *const keycard_key_rules,
    algorithm: u32,
    key: keycard_bytes,
    detail: *mut keycard_detail,
) -> keycard_status {
    let change = |table: &mut KeyTable<'_>, reader: Reader<'_>, rules: &KeyRules<'_>| {
        // SAFETY: by the header, the bytes may be read.
        let key = unsafe { key.read(reader) }?;
        let algorithm = one_algorithm(algorithm)?;
        let key = match algorithm.key_kind() {
            KeyKind::Ed25519 => RawKey::Ed25519(key),
            _ => RawKey::MlDsa(algorithm, key),
        };
        table.add_raw(rules, &key)
    };
    let inputs = [key.region()];
    // SAFETY: by the header.
    unsafe { add_one(keys, rules, &inputs, detail, change) }
}

/// Seals a table as an image that can be stored, for keycard_keys_from_image. The image is the used
/// beginning of the table's memory. The table can still be read, but not changed. An image is
/// rejected on a machine with the other byte order.
///
/// Returns: KEYCARD_OK
///          KEYCARD_READ_ONLY if the table is an image already
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table that no other thread uses during the call
///          version, a counter of the caller: larger for a later key set
/// Out:     size, of the image in bytes, a multiple of 8; 0 on failure
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
        // SAFETY: by the header, the table is one, or its first words reject it.
        let (table, region) = unsafe { open(keys) }?;
        Reader::new(&[Region::one(size), region], &[])?;
        Ok(size_of_val(table.seal(version)))
    })();
    // SAFETY: by the header, the size may be written.
    status_of(&unsafe { raw::deliver(sealed, size, 0) })
}

/// Reads an image in place, in flash or elsewhere. Checks its bounds and its check sum, checks that
/// the rules accept it, and checks each key as it was checked when it was added.
///
/// Returns: KEYCARD_OK
///          KEYCARD_IMAGE_FOREIGN, KEYCARD_IMAGE_TRUNCATED, KEYCARD_IMAGE_CORRUPT,
///            KEYCARD_IMAGE_UNEXPECTED or KEYCARD_IMAGE_OUTDATED
///          KEYCARD_KEY_WEAK or another KEYCARD_KEY_… for a key in the image
///          KEYCARD_POLICY_INCOMPLETE or KEYCARD_POLICY_CONTRADICTION unless the rules give exactly
///            one of digest32 and KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED
///          KEYCARD_STRUCT_SIZE or KEYCARD_UNSUPPORTED_POLICY for the rules
/// In:      image, aligned to 8 bytes; its length is a multiple of 8
///          rules, how the image is known
/// Out:     keys, the table, which is read-only; NULL on failure
///          detail, may be NULL
/// Lifetime: keys is valid as long as the image is there unchanged
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_from_image(
    image: keycard_bytes,
    rules: *const keycard_image_rules,
    keys: *mut *const keycard_keys,
    detail: *mut keycard_detail,
) -> keycard_status {
    let opened = (|| {
        let written = [Region::one(keys), Region::detail(detail)];
        // SAFETY: by the header, the rules may be read.
        let asked = unsafe { Region::versioned(rules) };
        let reader = Reader::new(&written, &[asked, image.region()])?;
        // SAFETY: by the header, the rules may be read.
        let raw_rules: &keycard_image_rules = unsafe { reader.versioned(rules) }?;
        // SAFETY: as above.
        let rules = unsafe { raw_rules.read(reader) }?;
        // SAFETY: by the header, the image may be read.
        let words = unsafe { words_of(reader, image) }?;
        Keys::from_image(words, &rules)?;
        Ok(image.data.cast())
    })();
    // SAFETY: by the header, keys may be written.
    let delivered = unsafe { raw::deliver(opened, keys, ptr::null()) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(delivered, detail) }
}

/// The words of an image.
///
/// # Safety
///
/// The image may be read.
pub(super) unsafe fn words_of<'a>(
    reader: Reader<'a>,
    image: keycard_bytes,
) -> Result<&'a [u64], Error> {
    if !image.length.is_multiple_of(8) {
        return Err(Error::new(Reason::ImageTruncated).at_stage(Stage::KeySet));
    }
    // SAFETY: the caller's promise.
    unsafe { reader.elements(image.data.cast::<u64>(), image.length / 8) }
}

/// Computes the thumbprint of a key (RFC 7638, SHA-256) in base64url.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table or an image
///          index, the position of the key, from 0 in the order of adding
/// Out:     thumbprint43, 43 characters without a NUL; zeros on failure
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
        // SAFETY: by the header, the table is one, or its first words reject it.
        let key = unsafe { view(reader, keys) }?.iter().nth(index);
        let key = key.ok_or(Error::new(Reason::KeyNotFound))?;
        Ok(*key.thumbprint().to_text().as_characters())
    })();
    // SAFETY: by the header, 43 characters may be written.
    status_of(&unsafe { raw::deliver(made, thumbprint43.cast(), [0; 43]) })
}

/// Finds the key with a thumbprint (RFC 7638, SHA-256), compared in constant time.
///
/// Returns: KEYCARD_OK
///          KEYCARD_KEY_NOT_FOUND if no key has it
///          KEYCARD_BASE64_… if it is not base64url
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table or an image
///          thumbprint, 43 characters of base64url
/// Out:     index, the position of the key, from 0 in the order of adding; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_find(
    keys: *const keycard_keys,
    thumbprint: keycard_bytes,
    index: *mut usize,
) -> keycard_status {
    let found = (|| {
        let written = [Region::one(index)];
        let text = thumbprint.region();
        let reader = Reader::new(&written, &[region(keys), text])?;
        // SAFETY: by the header, the table is one, or its first words reject it.
        let keys = unsafe { view(reader, keys) }?;
        // SAFETY: by the header, the text may be read.
        let text = unsafe { thumbprint.read_text(reader) }?.ok_or(Reason::NullPointer)?;
        let key = keys.find(&Thumbprint::from_text(text)?);
        Ok(key.ok_or(Error::new(Reason::KeyNotFound))?.index())
    })();
    // SAFETY: by the header, the index may be written.
    status_of(&unsafe { raw::deliver(found, index, 0) })
}

/// Counts the keys of a table.
///
/// Returns: KEYCARD_OK
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table or an image
/// Out:     count, the number of keys; 0 on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_count(
    keys: *const keycard_keys,
    count: *mut usize,
) -> keycard_status {
    let counted = (|| {
        let written = [Region::one(count)];
        let reader = Reader::new(&written, &[region(keys)])?;
        // SAFETY: by the header, the table is one, or its first words reject it.
        Ok(unsafe { view(reader, keys) }?.len())
    })();
    // SAFETY: by the header, count may be written.
    status_of(&unsafe { raw::deliver(counted, count, 0) })
}

/// Removes all keys of a table and wipes its memory.
///
/// Returns: KEYCARD_OK
///          KEYCARD_NOT_A_KEY_TABLE
///          KEYCARD_READ_ONLY for an image, which the caller wipes
/// In:      keys, a table that no other thread uses
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_clear(keys: *mut keycard_keys) -> keycard_status {
    // SAFETY: by the header, the table is one, or its first words reject it.
    let opened = unsafe { open(keys) };
    status_of(&opened.map(|(mut table, _)| table.clear()))
}

/// Opens the table behind a handle. Returns it with its memory.
///
/// # Safety
///
/// If `keys` is not NULL and aligned, the header of a table may be read there. If there is a table,
/// all of it may be read and written, and nothing else uses it.
unsafe fn open<'m>(keys: *mut keycard_keys) -> Result<(KeyTable<'m>, Region), Error> {
    let memory: *mut u64 = keys.cast();
    // SAFETY: the caller's promise.
    let header = unsafe { header(memory) }?;
    if header.is_sealed() {
        // This check comes before any mutable reference exists, because the image may be in flash.
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

/// The memory region of the header of a table.
pub(super) fn region(keys: *const keycard_keys) -> Region {
    Region::one(keys.cast::<[u64; HEADER_WORDS]>())
}

/// The header of the table at `memory`.
///
/// # Safety
///
/// If `memory` is not NULL and aligned, it has at least the length of a table header and may be
/// read.
unsafe fn header(memory: *const u64) -> Result<TableHeader, Error> {
    // SAFETY: the caller's promise.
    let header = TableHeader::read(unsafe { Reader::ANYWHERE.elements(memory, HEADER_WORDS) }?);
    if header.is_known() { Ok(header) } else { Err(Error::new(Reason::NotAKeyTable)) }
}

/// Opens the table, reads the rules, and adds keys by `change`, which reads the inputs. `output` is
/// written later and must not overlap anything that is read.
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

/// Like [`add`], for one key.
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

/// Like [`add`], for several keys.
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

/// The algorithm with this bit.
pub(super) fn one_algorithm(bits: u32) -> Result<Algorithm, Error> {
    let found = Algorithm::ALL.iter().find(|algorithm| algorithm.bit() == bits);
    found.copied().ok_or(Error::new(Reason::UnsupportedPolicy))
}

/// The first findings of one kind.
type Findings = [keycard_finding; KEYCARD_MAX_FINDINGS];

impl keycard_finding {
    const NONE: Self = Self { index: 0, status: KEYCARD_OK, found: 0, needed: 0, member: ABSENT };

    fn all(findings: &[Finding]) -> Findings {
        let mut all = [Self::NONE; KEYCARD_MAX_FINDINGS];
        for (place, finding) in all.iter_mut().zip(findings) {
            let error = finding.error;
            let claim = error.member().map(|claim| claim.name());
            *place = Self {
                index: finding.index,
                status: error.code(),
                found: octets(error.found()),
                needed: octets(error.needed()),
                member: claim.map_or(ABSENT, keycard_bytes::of_static),
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
            rejected: report.rejected(),
            noted: report.noted(),
            rejections: keycard_finding::all(report.rejections()),
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
            rejected: 0,
            noted: 0,
            rejections: nothing,
            skips: nothing,
            notes: nothing,
            detail: keycard_detail::of(error),
        }
    }
}
