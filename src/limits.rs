//! All limits of the library, each with a reason and a cost.

use crate::switches::SMALL;

/// Chooses between the two values of a limit. A build for small code is firmware; the others are
/// hosts.
const fn bound(firmware: usize, host: usize) -> usize {
    if SMALL { firmware } else { host }
}

/// Characters of a token: 16 KiB on firmware, 64 KiB on hosts. Real tokens have 300 to 4000
/// characters. Tokens of users in hundreds of groups reach the 64 KiB that some servers allow for
/// headers. The limit costs no memory; it bounds the work per token.
pub const MAX_TOKEN_BYTES: usize = bound(16 * 1024, 64 * 1024);

/// Bytes of a decoded JOSE header: 4 KiB on firmware, 16 KiB on hosts. Headers have 30 to 200
/// bytes. The limit leaves room for embedded certificates, which are ignored. Bounds the bytes that
/// are parsed before the signature is verified.
pub const MAX_HEADER_BYTES: usize = bound(4 * 1024, 16 * 1024);

/// Bytes of a key set. The longest known one, of a large provider, has about 20 KiB, mostly
/// certificates. The limit costs no memory.
pub const MAX_KEY_SET_BYTES: usize = 1024 * 1024 - 1;

/// Nesting depth of JSON. Claims nest three levels deep in practice. Costs three bytes of stack per
/// level.
pub const MAX_NESTING: usize = 16;

/// Members of one JSON object: 64 on firmware, 1,024 on hosts. Large ID tokens have about 40.
/// `resource_access` of Keycloak has one for each client in which a user has roles. Costs a 4-byte
/// name record per member while the object is open; bounds the comparisons that find duplicates.
pub const MAX_MEMBERS: usize = bound(64, 1024);

/// The largest object in which duplicates are found by comparing each name with all earlier ones,
/// in members. The names of larger objects are sorted instead. Bounds the comparisons per object to
/// 2016.
pub(crate) const MAX_MEMBERS_SEARCHED: usize = 64;

/// Keys that are tried for one token. During a rotation, a key set has two or three keys without a
/// `kid`. Each trial costs one signature verification. Tokens with more candidates are rejected
/// before the first trial.
pub const MAX_KEYS_TRIED: usize = 8;

/// Bytes of a `kid`. Thumbprints have 43, UUIDs 36, URLs rarely over 100. A `kid` takes its length
/// in the table.
pub const MAX_KEY_ID_BYTES: usize = 255;

/// Keys of the smallest table with an index of the `kid`s, on hosts. The search of a smaller table
/// reads one key after another. The index costs 16 bytes for each key.
pub(crate) const MIN_KEYS_INDEXED: usize = 32;

/// Bits of the smallest RSA modulus (RFC 7518 sections 3.3 and 3.5).
pub const MIN_RSA_BITS: usize = 2048;

/// Bits of the largest RSA modulus: 4096 on firmware, 8192 on hosts. Costs 512 or 1,024 bytes in
/// the table per key, and 2.5 or 5 KiB of stack to verify.
pub const MAX_RSA_BITS: usize = bound(4096, 8192);

/// Bits of the largest RSA modulus that `accelerated` computes in SIMD lanes. Longer ones use the
/// portable code.
pub(crate) const MAX_RSA_BITS_IN_LANES: usize = 4096;

/// Bytes of a secret for HMAC: 512 on firmware, 4 KiB on hosts. RFC 7518 requires 32 to 64; longer
/// secrets gain nothing. A secret takes its length in the table, and on the stack while it is
/// added.
pub const MAX_SECRET_BYTES: usize = bound(512, 4 * 1024);

/// Seconds of leeway that a policy accepts without an `insecure_` method: "usually no more than a
/// few minutes" (RFC 7519 section 4.1.4).
pub const MAX_LEEWAY_SECONDS: u32 = 600;

/// The number of rejected keys that a report on a key set lists. The same limit applies to skipped
/// keys and to keys with a note. Further keys are only counted.
pub const MAX_FINDINGS_NAMED: usize = 8;

/// The number of signatures that are verified in one batch: the number of SIMD lanes that
/// `accelerated` uses. Costs 8 KiB of stack, only for programs that validate in batches.
pub(crate) const BATCH: usize = 8;

/// Disclosures of one SD-JWT: 64 on firmware, 1,024 on hosts. Credentials of persons have 20 to 40.
/// Costs 24 bytes of scratch for each one.
pub const MAX_DISCLOSURES: usize = bound(64, 1024);

/// The limits for one token: those of this library, or lower ones of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Characters of the token.
    pub(crate) token: usize,
    /// Bytes of the decoded header.
    pub(crate) header: usize,
    /// Members of one JSON object.
    pub(crate) members: usize,
}

impl Bounds {
    pub(crate) const LARGEST: Self =
        Self { token: MAX_TOKEN_BYTES, header: MAX_HEADER_BYTES, members: MAX_MEMBERS };
}

/// Bytes of scratch that are always enough for a token of `token_length` characters. The scratch
/// holds the decoded header and payload, and records for finding duplicate members. Most tokens
/// need 3/4 of their length and 100 bytes. If a scratch is too small, the token is rejected as
/// [`ScratchTooSmall`] with this number.
///
/// It is a `const fn`: `[0u8; keycard::scratch_size(1000)]` works.
///
/// [`ScratchTooSmall`]: crate::Reason::ScratchTooSmall
// Not inlined: several places of a small image need it.
#[inline(never)]
pub const fn scratch_size(token_length: usize) -> usize {
    let token = if token_length > MAX_TOKEN_BYTES { MAX_TOKEN_BYTES } else { token_length };
    let decoded = decoded_length(token);
    decoded.saturating_add(records_for(decoded).saturating_mul(4))
}

/// The number of name records that is always enough for a JSON text of `length` bytes. A member
/// needs at least five bytes: `"":0,`, or `"":{` and its closing brace. Each open object keeps its
/// own records.
pub(crate) const fn records_for(length: usize) -> usize {
    const MOST: usize = MAX_NESTING * MAX_MEMBERS;
    let records = (length / 5).saturating_add(1);
    if records > MOST { MOST } else { records }
}

/// Bytes that `characters` of unpadded base64 encode. An incomplete last group counts as 0 bytes.
// Not inlined in small images: several places need it.
#[cfg_attr(small, inline(never))]
pub(crate) const fn decoded_length(characters: usize) -> usize {
    let whole = (characters / 4).saturating_mul(3);
    whole.saturating_add((characters % 4).saturating_mul(3) / 4)
}
