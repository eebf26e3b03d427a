//! Every bound of the library, with its reason and what it costs.

/// A bound with two values: for firmware, which is what targets with pointers of 32 bits or fewer are, and for hosts.
const fn bound(firmware: usize, host: usize) -> usize {
    if cfg!(target_pointer_width = "64") { host } else { firmware }
}

/// Characters of a token: 16 KiB on firmware, 64 KiB on hosts. Real tokens are 300 to 4000 characters; those of
/// users in hundreds of groups reach the 64 KiB that some servers allow for headers. Costs no memory of its own;
/// bounds the work per token.
pub const MAX_TOKEN_BYTES: usize = bound(16 * 1024, 64 * 1024);

/// Bytes of a decoded JOSE header: 4 KiB on firmware, 16 KiB on hosts. Headers are 30 to 200 bytes; the rest leaves
/// room for embedded certificates, which are not read. Bounds what is parsed before a signature was verified.
pub const MAX_HEADER_BYTES: usize = bound(4 * 1024, 16 * 1024);

/// Bytes of a key set. The longest seen from a large provider is about 20 KiB, most of it certificates.
/// Costs no memory of its own.
pub const MAX_KEY_SET_BYTES: usize = 1024 * 1024 - 1;

/// Nesting of JSON. Claims nest three deep in practice. Costs three bytes of stack a level.
pub const MAX_NESTING: usize = 16;

/// Members of one JSON object: 64 on firmware, 1,024 on hosts. Large ID tokens have about 40; `resource_access` of
/// Keycloak has one for each client of which a user has roles. Costs a 4-byte name record a member while the object
/// is open; bounds the comparisons that find duplicates.
pub const MAX_MEMBERS: usize = bound(64, 1024);

/// Members of one object up to which a duplicate is found by looking at all names before it; with more, by sorting
/// the names. Bounds the comparisons of an object to 2016.
pub(crate) const MAX_MEMBERS_SEARCHED: usize = 64;

/// Keys that are tried for one token. A rotation shows two or three keys without a `kid`; each trial costs
/// a signature verification. More candidates are refused before the first trial.
pub const MAX_KEYS_TRIED: usize = 8;

/// Bytes of a `kid`. Thumbprints are 43, UUIDs 36, URLs seldom over 100. Costs its length in the table.
pub const MAX_KEY_ID_BYTES: usize = 255;

/// Bits of the smallest RSA modulus (RFC 7518 sections 3.3 and 3.5).
pub const MIN_RSA_BITS: usize = 2048;

/// Bits of the largest RSA modulus: 4096 on firmware, 8192 on hosts. Costs 512 or 1,024 bytes of table for the key,
/// and 2.5 or 5 KiB of stack to verify.
pub const MAX_RSA_BITS: usize = bound(4096, 8192);

/// Bits of the largest RSA modulus with which `accelerated` computes in lanes. Longer ones take the portable way.
#[cfg(feature = "accelerated")]
pub(crate) const MAX_RSA_BITS_IN_LANES: usize = 4096;

/// Bytes of a secret for HMAC: 512 on firmware, 4 KiB on hosts. RFC 7518 asks for 32 to 64; longer ones gain nothing.
/// Costs its length in the table, and once on the stack as it is added.
pub const MAX_SECRET_BYTES: usize = bound(512, 4 * 1024);

/// Seconds of leeway that a policy takes without a special word: "usually no more than a few minutes"
/// (RFC 7519 section 4.1.4).
pub const MAX_LEEWAY_SECONDS: u32 = 600;

/// Refused keys that a report on a key set names, and as many skipped and noted ones. Further keys are counted.
pub const MAX_FINDINGS_NAMED: usize = 8;

/// Tokens of which signatures are verified together. As many as the processors of `accelerated` have lanes; costs 8 KiB of
/// stack, for those who validate many tokens at once.
pub(crate) const TOGETHER: usize = 8;

/// The bounds of one token: those of this library, or lower ones that a policy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Characters of the token.
    pub(crate) token: usize,
    /// Bytes of the decoded header.
    pub(crate) header: usize,
    /// Members of one object.
    pub(crate) members: usize,
}

impl Bounds {
    pub(crate) const LARGEST: Self =
        Self { token: MAX_TOKEN_BYTES, header: MAX_HEADER_BYTES, members: MAX_MEMBERS };
}

/// Bytes of scratch that are always enough for a token of `token_length` characters: the decoded header
/// and payload, and records for finding duplicate members. Most tokens get by with 3/4 of their length and
/// 100 bytes; a scratch that turns out too small is refused as [`ScratchTooSmall`] with this number.
///
/// A constant function: `[0u8; keycard::scratch_size(1000)]` works.
///
/// [`ScratchTooSmall`]: crate::Reason::ScratchTooSmall
pub const fn scratch_size(token_length: usize) -> usize {
    let token = if token_length > MAX_TOKEN_BYTES { MAX_TOKEN_BYTES } else { token_length };
    let decoded = decoded_length(token);
    decoded.saturating_add(records_for(decoded).saturating_mul(4))
}

/// Records of names that are always enough to find the duplicates of a JSON text of `length` bytes. What
/// leaves one takes five bytes or more: `"":0,` or `"":{` with the brace that closes it. Each open object
/// keeps its own.
pub(crate) const fn records_for(length: usize) -> usize {
    const MOST: usize = MAX_NESTING * MAX_MEMBERS;
    let records = (length / 5).saturating_add(1);
    if records > MOST { MOST } else { records }
}

/// Bytes that `characters` of unpadded base64 stand for, counting a last group that is too short as none.
pub(crate) const fn decoded_length(characters: usize) -> usize {
    let whole = (characters / 4).saturating_mul(3);
    whole.saturating_add((characters % 4).saturating_mul(3) / 4)
}
