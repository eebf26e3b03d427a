//! Detects public keys in place of a secret (the confusion of RFC 8725 section 2.1). Public keys
//! are known to everyone, so anyone could sign with such a secret.
//!
//! A secret is read in constant time: no branch and no address depends on its bytes. Timing shows
//! only the result. A random secret is mistaken for a key with a probability below 2^-50.

use super::octets::Octets;
use crate::error::{Error, Member};
use crate::limits::MAX_SECRET_BYTES;
use crate::switches::FAST;
use core::hint::black_box;
use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroize;

/// True if the secret is a key in PEM, in DER (SubjectPublicKeyInfo, PKCS#1, PKCS#8, or a
/// certificate) or a JWK. White space around the key is ignored.
///
/// # Errors
///
/// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) if the secret cannot be decoded.
pub(super) fn is_key(secret: Octets<'_>) -> Result<bool, Error> {
    // Most secrets are short, and clearing the memory for the longest would take more time than the
    // search.
    match FAST && secret.length() <= SHORT {
        true => is_key_in(secret, &mut [0; SHORT + ZEROS_BEHIND]),
        false => is_key_in(secret, &mut [0; MAX_SECRET_BYTES + ZEROS_BEHIND]),
    }
}

/// Like [`is_key`]. `memory` holds zeros, [`ZEROS_BEHIND`] more than the bytes of the secret.
fn is_key_in(secret: Octets<'_>, memory: &mut [u8]) -> Result<bool, Error> {
    let mut filled = 0usize;
    let read = secret.read(Member::KeyValue, |piece| {
        let places = memory.get_mut(filled..).unwrap_or_default();
        for (place, byte) in places.iter_mut().zip(piece) {
            *place = *byte;
        }
        filled = filled.wrapping_add(piece.len());
    });
    let length = secret.length();
    let bytes = memory.get(..length).unwrap_or_default();
    let found = contains_any(memory, length, &MARKS) | is_json(bytes, memory) | is_pkcs1(bytes);
    // A slice is wiped in words, an array byte by byte.
    memory.get_mut(..length).unwrap_or_default().zeroize();
    read.map(|()| found.into())
}

/// The length of a short secret, in bytes.
const SHORT: usize = 128;

/// The zeros after a secret, so that a search may read after its end.
const ZEROS_BEHIND: usize = LONGEST_MARK + POSITIONS;

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

/// The length of the longest mark, in bytes.
const LONGEST_MARK: usize = 11;

/// The number of positions that a search compares at once, as the bytes of a word.
const POSITIONS: usize = size_of::<usize>();

/// A 1 in each byte of a word.
const ONES: usize = usize::MAX / 0xFF;

/// True if one of `parts` begins among the first `length` bytes of `memory`. Only zeros follow
/// them. No part ends with a zero, so the zeros complete no part.
fn contains_any(memory: &[u8], length: usize, parts: &[&[u8]]) -> Choice {
    let mut found = 0;
    for word in 0..=length / POSITIONS {
        let start = word.wrapping_mul(POSITIONS);
        for part in parts {
            // Each byte of the word has the bits in which the part differs at its position.
            let different = (start..).zip(*part).fold(0, |different, (at, wanted)| {
                let bytes = memory.get(at..).and_then(|bytes| bytes.first_chunk());
                let word = bytes.map_or(usize::MAX, |bytes| usize::from_le_bytes(*bytes));
                different | word ^ usize::from(*wanted).wrapping_mul(ONES)
            });
            // Not zero exactly if a byte is zero.
            found |= different.wrapping_sub(ONES) & !different & ONES << 7;
        }
    }
    !black_box(found).ct_eq(&0)
}

/// True if the text begins with a brace, ends with one, and contains `kty`, as every JWK does (RFC
/// 7517 section 4.1). `memory` begins with the text, and zeros follow.
fn is_json(bytes: &[u8], memory: &[u8]) -> Choice {
    let begins = first_visible(bytes.iter()).ct_eq(&b'{');
    let ends = first_visible(bytes.iter().rev()).ct_eq(&b'}');
    begins & ends & contains_any(memory, bytes.len(), &[b"\"kty\""])
}

/// The first byte that is not white space, or 0.
fn first_visible<'a>(bytes: impl Iterator<Item = &'a u8>) -> u8 {
    let mut first = 0;
    let mut found = 0;
    for byte in bytes {
        let is_blank = [b' ', b'\t', b'\n', b'\r', 0x0C]
            .iter()
            .fold(0, |any, blank| any | zero_bit(byte ^ blank));
        // All bits set for a visible byte, else none.
        let visible = is_blank.wrapping_sub(1);
        first |= byte & visible & !found;
        found |= visible;
    }
    first
}

/// 1 for 0, else 0.
fn zero_bit(byte: u8) -> u8 {
    (byte.wrapping_sub(1) & !byte) >> 7
}

/// The number of bytes of white space after DER must be below this limit.
const MOST_BEHIND: u32 = 8;

/// The bytes of the shortest modulus that is searched for: 1024 bits.
const SHORTEST_MODULUS: usize = 128;

/// True if the bytes are an RSAPublicKey or an RSAPrivateKey (RFC 8017 sections A.1.1 and A.1.2).
/// These keys contain no identifier, so the check reads their first bytes and the lengths in them.
fn is_pkcs1(bytes: &[u8]) -> Choice {
    if FAST && bytes.len() < SHORTEST_MODULUS {
        return Choice::from(0);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8], parts: &[&[u8]]) -> bool {
        let memory = [bytes, &[0; ZEROS_BEHIND]].concat();
        contains_any(&memory, bytes.len(), parts).into()
    }

    #[test]
    fn finds_each_mark_at_each_position_and_no_other_bytes() {
        assert_eq!(MARKS.iter().map(|mark| mark.len()).max(), Some(LONGEST_MARK));
        for mark in MARKS {
            for length in mark.len()..40 {
                for start in 0..=length - mark.len() {
                    let mut bytes = vec![0x30; length];
                    bytes[start..start + mark.len()].copy_from_slice(mark);
                    assert!(found(&bytes, &MARKS), "{start} of {length}");
                    for bit in 0..8 * mark.len() {
                        bytes[start + bit / 8] ^= 1 << (bit % 8);
                        assert!(!found(&bytes, &[mark]), "{start} of {length}, {bit}");
                        bytes[start + bit / 8] ^= 1 << (bit % 8);
                    }
                    // The end of the bytes cuts the mark off.
                    assert!(!found(&bytes[..start + mark.len() - 1], &[mark]), "{start}");
                }
            }
        }
    }

    #[test]
    fn finds_first_visible_byte_among_all_bytes() {
        for byte in 0..=u8::MAX {
            let blank = b" \t\n\r\x0C".contains(&byte);
            assert_eq!(first_visible([byte, b'x', b'y'].iter()), if blank { b'x' } else { byte });
        }
        assert_eq!(first_visible(b" \n".iter()), 0);
    }
}
