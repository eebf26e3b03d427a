//! Parameters of an RSA key for RSASSA-PSS (RFC 4055 section 3.1). The owner of the key restricts
//! its algorithms with them.

use super::der::{self, Der};
use crate::algorithm::{Algorithm, Algorithms};

/// id-mgf1 (RFC 4055 section 2.2), 1.2.840.113549.1.1.8.
const MGF1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08];
/// id-sha256, id-sha384 and id-sha512 (RFC 4055 section 2.1) without the last byte,
/// 2.16.840.1.101.3.4.2.
const SHA_2: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// The hashes that RFC 7518 section 3.5 uses for PSS: the last byte of the hash identifier, the
/// algorithm, and the length of the salt in bytes. The salt is as long as the hash.
const HASHES: [(u8, Algorithm, u8); 3] =
    [(1, Algorithm::Ps256, 32), (2, Algorithm::Ps384, 48), (3, Algorithm::Ps512, 64)];

/// The algorithms that a key with these parameters may verify. Without parameters, all PSS
/// algorithms. `None` if the parameters are malformed or allow no algorithm of RFC 7518 section
/// 3.5.
pub(super) fn algorithms(mut parameters: Der<'_>) -> Option<Algorithms> {
    if parameters.is_empty() {
        // RFC 4055 section 1.2: a key without parameters may be used with any parameters.
        return Some(Algorithms::of(&HASHES.map(|(_, algorithm, _)| algorithm)));
    }
    let mut fields = parameters.element(der::SEQUENCE)?;
    // The default hash, also in MGF1, is SHA-1, which no JOSE algorithm uses.
    let hash = fields.element(der::context(0))?.only(der::SEQUENCE)?;
    let mut mask = fields.element(der::context(1))?.only(der::SEQUENCE)?;
    let is_mgf1 = mask.element(der::OBJECT_IDENTIFIER)?.is(MGF1);
    let (number, algorithm, hash_length) = find(hash)?;
    let (mask_number, ..) = find(mask.only(der::SEQUENCE)?)?;
    let salt_is_enough = match fields.optional(der::context(2))? {
        // Section 3.1: the salt of a signature has at least this many bytes. The salt in JOSE is as
        // long as the hash.
        Some(salt) => is_at_most(salt.only(der::INTEGER)?, hash_length),
        // The default salt length is 20 bytes.
        None => true,
    };
    let is_known_trailer = match fields.optional(der::context(3))? {
        Some(trailer) => trailer.only(der::INTEGER)?.is(&[1]),
        None => true,
    };
    let fits = is_mgf1 && mask_number == number && salt_is_enough && is_known_trailer;
    (fits && fields.is_empty() && parameters.is_empty()).then_some(Algorithms::of(&[algorithm]))
}

/// The row of a hash, by its AlgorithmIdentifier. Its parameters are absent or NULL.
fn find(mut identifier: Der<'_>) -> Option<(u8, Algorithm, u8)> {
    let name = identifier.element(der::OBJECT_IDENTIFIER)?;
    let has_parameters = identifier.optional(der::NULL)?.is_some_and(|null| !null.is_empty());
    if has_parameters || !identifier.is_empty() {
        return None;
    }
    let [p0, p1, p2, p3, p4, p5, p6, p7] = SHA_2;
    let is_named = |last| name.is(&[p0, p1, p2, p3, p4, p5, p6, p7, last]);
    HASHES.into_iter().find(|(last, ..)| is_named(*last))
}

/// True if a one-byte integer is from 0 to `most`.
fn is_at_most(mut integer: Der<'_>, most: u8) -> bool {
    let byte = integer.byte();
    integer.is_empty() && byte.is_some_and(|byte| byte <= most)
}
