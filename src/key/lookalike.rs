//! Detects public keys in place of a secret (the confusion of RFC 8725 section 2.1). Public keys
//! are known to everyone, so anyone could sign with such a secret.
//!
//! A secret is read in constant time: no branch and no address depends on its bytes. Timing shows
//! only the result. A random secret is mistaken for a key with a probability below 2^-50.

use super::octets::Octets;
use crate::error::{Error, Member};
use crate::limits::MAX_SECRET_BYTES;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroize;

/// True if the secret is a key in PEM, in DER (SubjectPublicKeyInfo, PKCS#1, PKCS#8, or a
/// certificate) or a JWK. White space around the key is ignored.
///
/// # Errors
///
/// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) if the secret cannot be decoded.
pub(super) fn is_key(secret: Octets<'_>) -> Result<bool, Error> {
    let mut memory = [0; MAX_SECRET_BYTES];
    let mut places = memory.iter_mut();
    let read = secret.read(Member::KeyValue, |piece| {
        for (byte, place) in piece.iter().zip(&mut places) {
            *place = *byte;
        }
    });
    let bytes = memory.get_mut(..secret.length()).unwrap_or_default();
    let found = has_mark_of_key(bytes) | is_json(bytes) | is_pkcs1(bytes);
    // A slice is wiped in words, an array byte by byte.
    bytes.zeroize();
    read.map(|()| found.into())
}

/// Bytes that every key of a format contains, and a random secret does not: the beginning of PEM
/// (RFC 7468 section 2), and the identifiers of SubjectPublicKeyInfo and PKCS#8 in DER.
const MARKS: [&[u8]; 5] = [
    b"-----BEGIN ",
    // RSA keys (RFC 8017 section C). The last byte is left out: it differs between keys for PSS and
    // for any use.
    &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01],
    // EC (RFC 5480 section 2.1.1).
    &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01],
    // Ed25519 (RFC 8410 section 3), as the only element of a sequence.
    &[0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70],
    // ML-DSA (RFC 9881 section 2). The last byte is left out: it differs between the parameter
    // sets.
    &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03],
];

fn has_mark_of_key(bytes: &[u8]) -> Choice {
    MARKS.iter().fold(Choice::from(0), |found, mark| found | contains(bytes, mark))
}

fn contains(bytes: &[u8], part: &[u8]) -> Choice {
    let windows = (0..bytes.len()).map_while(|start| bytes.get(start..)?.get(..part.len()));
    windows.fold(Choice::from(0), |found, window| found | window.ct_eq(part))
}

/// True if the text begins with a brace, ends with one, and contains `kty`, as every JWK does (RFC
/// 7517 section 4.1).
fn is_json(bytes: &[u8]) -> Choice {
    let begins = first_visible(bytes.iter()).ct_eq(&b'{');
    let ends = first_visible(bytes.iter().rev()).ct_eq(&b'}');
    begins & ends & contains(bytes, b"\"kty\"")
}

/// The first byte that is not white space, or 0.
fn first_visible<'a>(bytes: impl Iterator<Item = &'a u8>) -> u8 {
    let mut first = 0u8;
    let mut is_found = Choice::from(0);
    for byte in bytes {
        let is_blank = [b' ', b'\t', b'\n', b'\r', 0x0C]
            .iter()
            .fold(Choice::from(0), |found, blank| found | byte.ct_eq(blank));
        first.conditional_assign(byte, !is_blank & !is_found);
        is_found |= !is_blank;
    }
    first
}

/// The number of bytes of white space after DER must be below this limit.
const MOST_BEHIND: u32 = 8;

/// True if the bytes are an RSAPublicKey or an RSAPrivateKey (RFC 8017 sections A.1.1 and A.1.2).
/// These keys contain no identifier, so the check reads their first bytes and the lengths in them.
fn is_pkcs1(bytes: &[u8]) -> Choice {
    // Keys of 1024 bits, then longer ones: the sequence, a version if there is one, the modulus and
    // its leading zero.
    let mut found = Choice::from(0);
    for version in [&[][..], &[0x02, 0x01, 0x00]] {
        found |= is_sequence_of_modulus::<1, 1>(bytes, version);
        found |= is_sequence_of_modulus::<2, 1>(bytes, version);
        found |= is_sequence_of_modulus::<2, 2>(bytes, version);
    }
    found
}

/// The same check for one encoding: the total length takes `WHOLE` bytes, the length of the modulus
/// `MODULUS` bytes.
fn is_sequence_of_modulus<const WHOLE: usize, const MODULUS: usize>(
    bytes: &[u8],
    version: &[u8],
) -> Choice {
    let form = |width: usize| if width == 1 { 0x81 } else { 0x82 };
    let parts = || {
        let (head, rest) = bytes.split_first_chunk::<2>()?;
        let (whole, rest) = rest.split_first_chunk::<WHOLE>()?;
        let (found_version, rest) = rest.split_at_checked(version.len())?;
        let (number, rest) = rest.split_first_chunk::<2>()?;
        let (modulus, rest) = rest.split_first_chunk::<MODULUS>()?;
        Some((head, whole, found_version, number, modulus, rest))
    };
    let Some((head, whole, found_version, number, modulus, [zero, ..])) = parts() else {
        return Choice::from(0);
    };
    let number_of =
        |length: &[u8]| length.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let rest = length(bytes.len()).saturating_sub(length(WHOLE)).saturating_sub(2);
    let behind = rest.wrapping_sub(number_of(whole));
    // After the modulus, at least the exponent must follow.
    let before = length(version.len()).saturating_add(length(MODULUS)).saturating_add(2);
    let is_inside = number_of(modulus).wrapping_add(before).ct_lt(&number_of(whole));
    head.ct_eq(&[0x30, form(WHOLE)])
        & found_version.ct_eq(version)
        & number.ct_eq(&[0x02, form(MODULUS)])
        & zero.ct_eq(&0)
        & behind.ct_lt(&MOST_BEHIND)
        & is_inside
}
