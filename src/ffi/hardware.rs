//! Keys and messages in the form that a verifier in hardware takes.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::keys::{one_algorithm, region, view};
use super::layout::{keycard_buffer, keycard_bytes, keycard_keys, keycard_status};
use super::raw::Reader;
use crate::algorithm::{Algorithm, KeyKind};
use crate::error::{Error, Reason};
use crate::key::Key;
use crate::words;

/// Gives the kid of a key, with which a keycard_verifier can choose a key in hardware.
///
/// Returns: KEYCARD_OK, also for a key without a kid
///          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
///          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to id
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table or an image
///          index, the position of the key, from 0 in the order of adding
/// Out:     id, the kid without a NUL, at most 255 bytes
///          length, of the kid in bytes; 0 for a key without a kid, and on failure except
///            KEYCARD_BUFFER_TOO_SMALL
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_id(
    keys: *const keycard_keys,
    index: usize,
    id: keycard_buffer,
    length: *mut usize,
) -> keycard_status {
    let write = |key: &Key<'_>, output: &mut [u8]| {
        let Some(id) = key.id() else { return Ok(0) };
        words::write(output, id.bytes().count(), id.bytes())
    };
    // SAFETY: by the header.
    unsafe { write_part(keys, index, id, length, write) }
}

/// Writes a public key in the form that PSA Crypto and secure elements import: 4, x, y for elliptic
/// curves (SEC 1 section 2.3.3), 32 bytes for Ed25519, the encoding of FIPS 204 for ML-DSA.
///
/// A key on P-256 takes 65 bytes, on P-384 97, on P-521 133. Hardware that takes the coordinates
/// alone skips the first byte.
///
/// Returns: KEYCARD_OK
///          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to output
///          KEYCARD_KEY_UNSUPPORTED for an RSA key or a secret
///          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, a table or an image
///          index, the position of the key, from 0 in the order of adding
/// Out:     output, the key
///          length, of the key in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_public(
    keys: *const keycard_keys,
    index: usize,
    output: keycard_buffer,
    length: *mut usize,
) -> keycard_status {
    // SAFETY: by the header.
    unsafe { write_part(keys, index, output, length, |key, output| key.write_public(output)) }
}

/// Hashes the message that a keycard_verifier got, for hardware that verifies a hash: with SHA-256,
/// SHA-384 or SHA-512, as the algorithm requires (RFC 7518 section 3.1).
///
/// Returns: KEYCARD_OK
///          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to digest
///          KEYCARD_ALGORITHM_NOT_BUILT if the hash is not built into the library
///          KEYCARD_ALGORITHM_NOT_ALLOWED for HMAC, EdDSA and ML-DSA, which take the whole message
///          KEYCARD_UNSUPPORTED_POLICY if algorithm is not one algorithm
/// In:      algorithm, one bit: KEYCARD_ES256 or another
///          message, any bytes
/// Out:     digest, 32, 48 or 64 bytes
///          length, of the digest in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_digest(
    algorithm: u32,
    message: keycard_bytes,
    digest: keycard_buffer,
    length: *mut usize,
) -> keycard_status {
    let write = |reader: Reader<'_>, output: &mut [u8]| {
        // SAFETY: by the header, the message may be read.
        let message = unsafe { message.read(reader) }?;
        let hash = match one_algorithm(algorithm)? {
            algorithm if signs_a_hash(algorithm) => algorithm.hash(),
            _ => return Err(Error::new(Reason::AlgorithmNotAllowed)),
        };
        let hash = hash.ok_or(Error::new(Reason::AlgorithmNotBuilt))?;
        // The first call, with an empty output, does not hash.
        if output.len() < hash.length() {
            return Err(Error::new(Reason::BufferTooSmall).needing(hash.length()));
        }
        words::write(output, hash.length(), hash.digest(message).as_bytes().iter().copied())
    };
    // SAFETY: by the header.
    unsafe { digest.write(length, &[message.region()], write) }
}

/// True if a signature of the algorithm is over a hash of the message: RSA and ECDSA.
const fn signs_a_hash(algorithm: Algorithm) -> bool {
    match algorithm.key_kind() {
        KeyKind::Rsa | KeyKind::P256 | KeyKind::P384 | KeyKind::P521 | KeyKind::Secp256k1 => true,
        KeyKind::Secret | KeyKind::Ed25519 => false,
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => false,
    }
}

/// Writes a part of the key at a position.
///
/// # Safety
///
/// As for [`view`] and [`keycard_buffer::write`].
unsafe fn write_part(
    keys: *const keycard_keys,
    index: usize,
    output: keycard_buffer,
    length: *mut usize,
    write: impl Fn(&Key<'_>, &mut [u8]) -> Result<usize, Error>,
) -> keycard_status {
    let write = |reader: Reader<'_>, output: &mut [u8]| {
        // SAFETY: the caller's promise.
        let key = unsafe { view(reader, keys) }?.iter().nth(index);
        write(&key.ok_or(Error::new(Reason::KeyNotFound))?, output)
    };
    // SAFETY: the caller's promise.
    unsafe { output.write(length, &[region(keys)], write) }
}
