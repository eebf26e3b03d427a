//! Status values: the reasons of the error ledger as numbers, and their texts.

#![expect(unsafe_code, reason = "symbols of the C ABI")]

use super::layout::{keycard_detail, keycard_text};
use super::raw::{self, Reader, Region};
use crate::error::line::{Line, Times};
use crate::error::{Claim, Error, Reason, Stage};
use crate::evidence::Check;
use crate::time::Time;
use core::ffi::{CStr, c_char};
use core::ptr;

/// 0 is success, everything else a refusal. Numbers never change and are never used again.
pub type keycard_status = i32;

/// Accepted, or done.
pub const KEYCARD_OK: i32 = 0;
/// A pointer that must not be NULL is NULL.
pub const KEYCARD_NULL_POINTER: i32 = 1;
/// A length is more than an object can have, or a pointer is not aligned for its type.
pub const KEYCARD_BAD_MEMORY: i32 = 2;
/// struct_size is smaller than that of the first release.
pub const KEYCARD_STRUCT_SIZE: i32 = 3;
/// Memory that is written overlaps memory that is read.
pub const KEYCARD_OVERLAP: i32 = 4;
/// The memory for a key table or a replay cache is too small for an empty one.
pub const KEYCARD_MEMORY_TOO_SMALL: i32 = 5;
/// The scratch is too small for this token.
pub const KEYCARD_SCRATCH_TOO_SMALL: i32 = 6;
/// The output buffer is too small for the result; nothing was written.
pub const KEYCARD_BUFFER_TOO_SMALL: i32 = 7;
/// The memory does not hold a key table.
pub const KEYCARD_NOT_A_KEY_TABLE: i32 = 8;
/// The policy asks for something that this version does not know: a flag, a profile, a newer member.
pub const KEYCARD_UNSUPPORTED_POLICY: i32 = 9;
/// A required member of the policy was neither given nor waived by name. The claim that comes with it says which; without
/// one, look at the profile first.
pub const KEYCARD_POLICY_INCOMPLETE: i32 = 10;
/// A member of the policy is present and empty, which could be mistaken for "don't check".
pub const KEYCARD_POLICY_EMPTY: i32 = 11;
/// Members of the policy contradict each other: given and waived, or of no meaning in this profile.
pub const KEYCARD_POLICY_CONTRADICTION: i32 = 12;
/// More leeway than 600 seconds, not asked for by name.
pub const KEYCARD_LEEWAY_TOO_LONG: i32 = 13;
/// The kind of the time is neither "at" nor "unknown".
pub const KEYCARD_TIME_KIND: i32 = 14;
/// The scratch behind this token was used again, or the token was never accepted.
pub const KEYCARD_STALE: i32 = 15;
/// A text argument is not UTF-8.
pub const KEYCARD_NOT_TEXT: i32 = 16;
/// The token was validated with claims: its payload was rewritten and is read through them only.
pub const KEYCARD_PAYLOAD_NOT_OPAQUE: i32 = 17;
/// The key table is an image, which is only read.
pub const KEYCARD_READ_ONLY: i32 = 18;
/// Not a response type: an unknown word, one that comes twice, or none beside others.
pub const KEYCARD_UNKNOWN_RESPONSE_TYPE: i32 = 19;
/// A member of the policy or of rules is given twice, and the second would silently replace the first.
pub const KEYCARD_POLICY_TWICE: i32 = 20;
/// A member has a value that it cannot have: an issuer template without one {name}, a duration that is not in whole
/// seconds.
pub const KEYCARD_POLICY_VALUE: i32 = 21;
/// A scope of the policy contains white space (RFC 6749 section 3.3).
pub const KEYCARD_POLICY_SCOPE: i32 = 22;
/// The token is longer than the limit.
pub const KEYCARD_TOKEN_TOO_LONG: i32 = 101;
/// The token does not have three parts, each but the payload non-empty (RFC 7515 section 7.1).
pub const KEYCARD_TOKEN_PARTS: i32 = 102;
/// The token has five parts: it is encrypted (JWE), which is not supported.
pub const KEYCARD_TOKEN_ENCRYPTED: i32 = 103;
/// The header is longer than the limit.
pub const KEYCARD_HEADER_TOO_LONG: i32 = 104;
/// A character that is not in the base64url alphabet.
pub const KEYCARD_BASE64_CHARACTER: i32 = 151;
/// Padding, which JWS forbids.
pub const KEYCARD_BASE64_PADDING: i32 = 152;
/// A length that no bytes encode to.
pub const KEYCARD_BASE64_LENGTH: i32 = 153;
/// The last character carries bits that belong to no byte: the same bytes have another spelling.
pub const KEYCARD_BASE64_TRAILING_BITS: i32 = 154;
/// Not JSON.
pub const KEYCARD_JSON_SYNTAX: i32 = 201;
/// Not UTF-8.
pub const KEYCARD_JSON_ENCODING: i32 = 202;
/// An escape in a string that stands for no character: a lone surrogate.
pub const KEYCARD_JSON_SURROGATE: i32 = 203;
/// Nested deeper than the limit.
pub const KEYCARD_JSON_NESTING: i32 = 204;
/// An object with more members than the limit.
pub const KEYCARD_JSON_MEMBERS: i32 = 205;
/// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
pub const KEYCARD_JSON_DUPLICATE: i32 = 206;
/// Not an object, where the specification asks for one.
pub const KEYCARD_JSON_NOT_AN_OBJECT: i32 = 207;
/// Longer than the limit.
pub const KEYCARD_JSON_TOO_LONG: i32 = 208;
/// There is no alg.
pub const KEYCARD_ALGORITHM_MISSING: i32 = 301;
/// A header parameter has the wrong type.
pub const KEYCARD_HEADER_TYPE: i32 = 302;
/// crit names an extension; none is understood (RFC 7515 section 4.1.11).
pub const KEYCARD_HEADER_CRITICAL: i32 = 303;
/// A header parameter that changes how the token is read, and is not supported.
pub const KEYCARD_HEADER_UNSUPPORTED: i32 = 304;
/// The content is a JWT again (RFC 7519 section 5.2): nested tokens are not supported.
pub const KEYCARD_NESTED_TOKEN: i32 = 305;
/// A header parameter that the policy asks for is missing or differs.
pub const KEYCARD_HEADER_MISMATCH: i32 = 306;
/// none: the token is unsecured (RFC 7515 section 8).
pub const KEYCARD_ALGORITHM_NONE: i32 = 351;
/// Not an algorithm for signatures that is registered and known.
pub const KEYCARD_ALGORITHM_UNKNOWN: i32 = 352;
/// Known, but not built into this library.
pub const KEYCARD_ALGORITHM_NOT_BUILT: i32 = 353;
/// Not in the caller's allow-list.
pub const KEYCARD_ALGORITHM_NOT_ALLOWED: i32 = 354;
/// A member of the key is missing, of the wrong type, or not base64url.
pub const KEYCARD_KEY_MALFORMED: i32 = 401;
/// The key's type, curve or algorithm is not understood, or not built into this library.
pub const KEYCARD_KEY_UNSUPPORTED: i32 = 402;
/// The key's use, key_ops or alg says that it is not for verifying signatures.
pub const KEYCARD_KEY_NOT_FOR_VERIFICATION: i32 = 403;
/// Members of the key contradict each other.
pub const KEYCARD_KEY_CONTRADICTION: i32 = 404;
/// The key is weaker than RFC 7518 allows for its algorithm.
pub const KEYCARD_KEY_WEAK: i32 = 405;
/// The key has private members: whoever verifies must not hold them.
pub const KEYCARD_KEY_PRIVATE: i32 = 406;
/// The point is not on the curve.
pub const KEYCARD_KEY_NOT_ON_CURVE: i32 = 407;
/// The value is not as wide as its field, or has leading zeros where none may be.
pub const KEYCARD_KEY_WIDTH: i32 = 408;
/// The modulus is even or larger than the limit, or the exponent is even, too small or too large.
pub const KEYCARD_KEY_OUT_OF_RANGE: i32 = 409;
/// A secret in a key set whose caller did not allow secrets by name.
pub const KEYCARD_KEY_SECRET: i32 = 410;
/// A kid longer than the limit.
pub const KEYCARD_KEY_ID_TOO_LONG: i32 = 411;
/// The memory of the table is full; what was loaded before is still there.
pub const KEYCARD_KEY_TABLE_FULL: i32 = 412;
/// The key set has no keys array.
pub const KEYCARD_KEY_SET_MALFORMED: i32 = 413;
/// The secret is a key in PEM, DER or JWK: everybody may know it.
pub const KEYCARD_KEY_NOT_SECRET: i32 = 414;
/// Not DER, or not a public key.
pub const KEYCARD_KEY_ENCODING: i32 = 415;
/// Not an image of a key table of this version and byte order.
pub const KEYCARD_IMAGE_FOREIGN: i32 = 416;
/// The image is longer or shorter than it says.
pub const KEYCARD_IMAGE_TRUNCATED: i32 = 417;
/// The image does not fit its check sum, or is not a row of keys.
pub const KEYCARD_IMAGE_CORRUPT: i32 = 418;
/// The image is not the one that was expected.
pub const KEYCARD_IMAGE_UNEXPECTED: i32 = 419;
/// The image is of an older version than is taken.
pub const KEYCARD_IMAGE_OUTDATED: i32 = 420;
/// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) fit none of PS256, PS384 and PS512.
pub const KEYCARD_KEY_PSS_PARAMETERS: i32 = 421;
/// A certificate, and the rules do not allow certificates.
pub const KEYCARD_KEY_IS_CERTIFICATE: i32 = 422;
/// A block of PEM whose boundaries differ or whose body is not base64 (RFC 7468 section 3).
pub const KEYCARD_KEY_PEM_MALFORMED: i32 = 423;
/// A text without a block of PEM.
pub const KEYCARD_KEY_PEM_MISSING: i32 = 424;
/// The JWK has the member revoked: its owner no longer signs with it.
pub const KEYCARD_KEY_REVOKED: i32 = 430;
/// A note and no refusal: a number of an RSA key has a leading zero octet, which was left out.
pub const KEYCARD_KEY_LEADING_ZERO: i32 = 431;
/// A note and no refusal: a coordinate has fewer octets than its field, which the caller allowed by name.
pub const KEYCARD_KEY_SHORT_COORDINATE: i32 = 432;
/// No key of the table has the token's kid; or, for a token without a kid, its algorithm. The issuer may have rotated its
/// keys: fetch the key set again, at most once a minute.
pub const KEYCARD_KEY_NOT_FOUND: i32 = 451;
/// More keys fit than may be tried.
pub const KEYCARD_KEY_TOO_MANY_CANDIDATES: i32 = 452;
/// The table has the token's kid, for other algorithms. Fetching the key set again does not help.
pub const KEYCARD_KEY_UNFIT: i32 = 453;
/// The JWK said by exp until when its key signs, and that has passed. Fetch the key set again.
pub const KEYCARD_KEY_EXPIRED: i32 = 454;
/// The JWK said by nbf from when on its key signs, and that has not come.
pub const KEYCARD_KEY_NOT_YET_VALID: i32 = 455;
/// The JWK said by issuer whose key it is, and the token is from another issuer.
pub const KEYCARD_KEY_OF_ANOTHER_ISSUER: i32 = 456;
/// The signature does not have the length that its algorithm and key demand.
pub const KEYCARD_SIGNATURE_LENGTH: i32 = 501;
/// The signature is wrong.
pub const KEYCARD_SIGNATURE_INVALID: i32 = 502;
/// The signature is DER, and JWS wants R and S side by side (RFC 7518 section 3.4).
pub const KEYCARD_SIGNATURE_IS_DER: i32 = 503;
/// The PSS signature is valid but for its salt, which has another length than the hash (RFC 7518 section 3.5).
pub const KEYCARD_SIGNATURE_SALT: i32 = 504;
/// A required claim is missing.
pub const KEYCARD_CLAIM_MISSING: i32 = 601;
/// A claim has the wrong type or does not fit its type's range.
pub const KEYCARD_CLAIM_TYPE: i32 = 602;
/// A claim does not have the value that the policy asks for.
pub const KEYCARD_CLAIM_MISMATCH: i32 = 603;
/// iss is not the expected issuer.
pub const KEYCARD_WRONG_ISSUER: i32 = 604;
/// aud does not contain an expected audience.
pub const KEYCARD_WRONG_AUDIENCE: i32 = 605;
/// aud contains an audience that is not trusted.
pub const KEYCARD_UNTRUSTED_AUDIENCE: i32 = 606;
/// typ does not fit the profile.
pub const KEYCARD_WRONG_TOKEN_TYPE: i32 = 607;
/// The claims are those of another kind of token.
pub const KEYCARD_WRONG_TOKEN_KIND: i32 = 608;
/// azp is not an authorized party of the caller's.
pub const KEYCARD_WRONG_AUTHORIZED_PARTY: i32 = 609;
/// nonce is not the one that was sent.
pub const KEYCARD_WRONG_NONCE: i32 = 610;
/// A hash claim does not fit the access token or code.
pub const KEYCARD_WRONG_HASH: i32 = 611;
/// A required scope was not granted.
pub const KEYCARD_SCOPE_MISSING: i32 = 612;
/// The token was issued too long ago.
pub const KEYCARD_TOKEN_TOO_OLD: i32 = 613;
/// The user's authentication was too long ago.
pub const KEYCARD_AUTHENTICATION_TOO_OLD: i32 = 614;
/// A point in time that must lie in the past lies in the future.
pub const KEYCARD_ISSUED_IN_FUTURE: i32 = 615;
/// The token is bound to a key whose proof was not asked for (RFC 7800).
pub const KEYCARD_TOKEN_BOUND: i32 = 616;
/// Nothing marks the token as an access token, neither its typ nor a claim: see the profile.
pub const KEYCARD_TOKEN_NOT_MARKED: i32 = 617;
/// cnf is empty, or binds the token by a method that is not known (RFC 7800 section 3.1).
pub const KEYCARD_CONFIRMATION_UNKNOWN: i32 = 618;
/// The token is bound to another key or certificate than the one that was proven (RFC 9449 section 7.1, RFC 8705
/// section 3).
pub const KEYCARD_WRONG_CONFIRMATION: i32 = 619;
/// A key or certificate was proven, and the token is not bound to it.
pub const KEYCARD_TOKEN_NOT_BOUND: i32 = 620;
/// The subject (sub) is another than the caller asks for, or than that of the other ID token (OpenID
/// Connect Core section 3.3.3.6).
pub const KEYCARD_WRONG_SUBJECT: i32 = 630;
/// acr is none of those that were asked for (OpenID Connect Core section 3.1.3.7 step 12).
pub const KEYCARD_WRONG_AUTHENTICATION_CONTEXT: i32 = 631;
/// A method that the caller requires is not in amr.
pub const KEYCARD_AUTHENTICATION_METHOD_MISSING: i32 = 632;
/// A claim of a refreshed ID token is not that of the original (OpenID Connect Core section 12.2).
pub const KEYCARD_NOT_AS_ORIGINAL: i32 = 633;
/// The client is none of those that the caller asks for.
pub const KEYCARD_WRONG_CLIENT: i32 = 634;
/// A user is required, and the token stands for the client alone.
pub const KEYCARD_USER_MISSING: i32 = 635;
/// No user may be, and the token stands for one.
pub const KEYCARD_USER_PRESENT: i32 = 636;
/// The token has scope and scp, and the policy does not say which of them grants.
pub const KEYCARD_SCOPE_AMBIGUOUS: i32 = 637;
/// A response with a token or code in it that its flow never hands out there.
pub const KEYCARD_NOT_ISSUED_BY_FLOW: i32 = 640;
/// A point in time is a number outside of 64-bit seconds (RFC 7519 section 2, NumericDate).
pub const KEYCARD_DATE_OUT_OF_RANGE: i32 = 650;
/// The token has expired.
pub const KEYCARD_EXPIRED: i32 = 701;
/// The token is not valid yet.
pub const KEYCARD_NOT_YET_VALID: i32 = 702;
/// The time is not known, and the token must not be accepted without it.
pub const KEYCARD_TIME_UNAVAILABLE: i32 = 703;
/// exp lies further in the future than the policy allows. It may be in milliseconds.
pub const KEYCARD_LIFETIME_TOO_LONG: i32 = 704;
/// The code verifier is not 43 to 128 unreserved characters.
pub const KEYCARD_CODE_VERIFIER_MALFORMED: i32 = 801;
/// The stored code challenge is not what its method makes.
pub const KEYCARD_CODE_CHALLENGE_MALFORMED: i32 = 802;
/// The code challenge method is neither S256 nor plain.
pub const KEYCARD_CODE_CHALLENGE_METHOD: i32 = 803;
/// The code verifier does not fit the code challenge.
pub const KEYCARD_PKCE_MISMATCH: i32 = 804;
/// One side used PKCE and the other did not, or plain where S256 is required.
pub const KEYCARD_PKCE_DOWNGRADE: i32 = 805;
/// Neither side used PKCE, and it is required.
pub const KEYCARD_PKCE_MISSING: i32 = 806;
/// Neither side used PKCE, and it is optional: nothing was verified.
pub const KEYCARD_PKCE_NOT_USED: i32 = 850;
/// The header has no key (jwk).
pub const KEYCARD_PROOF_KEY_MISSING: i32 = 851;
/// htm is not the method of the request.
pub const KEYCARD_WRONG_HTTP_METHOD: i32 = 852;
/// htu is not the URI of the request.
pub const KEYCARD_WRONG_HTTP_URI: i32 = 853;
/// Not an absolute http or https URI, or one with user information.
pub const KEYCARD_URI_MALFORMED: i32 = 854;
/// iat is longer ago than the window.
pub const KEYCARD_PROOF_TOO_OLD: i32 = 855;
/// What may be used once was used before.
pub const KEYCARD_REPLAYED: i32 = 860;
/// There is no room to note another use: nothing new is taken until an entry expires.
pub const KEYCARD_REPLAY_FULL: i32 = 861;
/// The time is behind that of an earlier call.
pub const KEYCARD_REPLAY_TIME_BEHIND: i32 = 862;
/// Issued before the cache was started: whether it was used since then cannot be known.
pub const KEYCARD_ISSUED_BEFORE_START: i32 = 863;
/// The memory does not hold a replay cache.
pub const KEYCARD_NOT_A_REPLAY_CACHE: i32 = 864;
/// The window or the leeway of the check is longer than the replay cache was made for.
pub const KEYCARD_REPLAY_LIMITS: i32 = 865;
/// The key that signed the proof has used its share of the replay cache.
pub const KEYCARD_REPLAY_KEY_FULL: i32 = 866;
/// The share of a key is not 1 to 16 sixteenths of the replay cache.
pub const KEYCARD_REPLAY_SHARE: i32 = 867;

/// The call itself, its memory or its policy.
pub const KEYCARD_STAGE_USAGE: u32 = 0;
/// The token's length and its parts.
pub const KEYCARD_STAGE_TOKEN: u32 = 1;
/// The header.
pub const KEYCARD_STAGE_HEADER: u32 = 2;
/// The algorithm.
pub const KEYCARD_STAGE_ALGORITHM: u32 = 3;
/// The choice of keys.
pub const KEYCARD_STAGE_KEY: u32 = 4;
/// The signature.
pub const KEYCARD_STAGE_SIGNATURE: u32 = 5;
/// The decoding of the payload.
pub const KEYCARD_STAGE_PAYLOAD: u32 = 6;
/// The claims.
pub const KEYCARD_STAGE_CLAIMS: u32 = 7;
/// The time.
pub const KEYCARD_STAGE_TIME: u32 = 8;
/// The loading of keys.
pub const KEYCARD_STAGE_KEY_SET: u32 = 9;
/// PKCE.
pub const KEYCARD_STAGE_PKCE: u32 = 10;
/// The reading of a text by itself.
pub const KEYCARD_STAGE_TEXT: u32 = 11;
/// A DPoP proof: the answer to the client is invalid_dpop_proof, and for its nonce use_dpop_nonce.
pub const KEYCARD_STAGE_PROOF: u32 = 12;
/// Single use.
pub const KEYCARD_STAGE_REPLAY: u32 = 13;

/// A sentence for a status. For KEYCARD_OK it is "accepted", also of calls that only do something.
///
/// Returns: a static text that ends in a NUL; for a number that is no status, one that says so.
#[unsafe(no_mangle)]
pub extern "C" fn keycard_status_text(status: keycard_status) -> *const c_char {
    let text = match status {
        KEYCARD_OK => c"accepted",
        KEYCARD_PKCE_NOT_USED => c"PKCE was not used, and is optional",
        _ => text_of(status).unwrap_or(c"not a status"),
    };
    text.as_ptr()
}

fn text_of(status: keycard_status) -> Option<&'static CStr> {
    let reason = Reason::ALL.iter().find(|reason| reason.code() == status)?;
    CStr::from_bytes_with_nul(reason.text_with_nul().as_bytes()).ok()
}

/// Writes a rejection as one line for logs, such as "time: the token has expired (exp 2026-11-30T04:10:00Z, 42 s before now
/// 2026-11-30T04:10:42Z)". It has no text from the token.
///
/// Returns: the bytes of the whole line, without the NUL; the line was cut if that is not less than size. 0 for a detail
/// that is NULL.
/// In: detail, filled by a call; size, the bytes at text.
/// Out: text, the line and a NUL, as much of it as there is room for; may be NULL with a size of 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_detail_text(
    detail: *const keycard_detail,
    text: *mut c_char,
    size: usize,
) -> usize {
    let written = [Region::of(text, size)];
    let read = Reader::new(&written, &[Region::one(detail)]).and_then(|reader| {
        // SAFETY: by the header, the detail may be read.
        let detail = unsafe { reader.structure(detail) }?;
        // SAFETY: by the header, the text may be written.
        let text = unsafe { raw::initialised(text.cast(), size) }?;
        Ok((detail, text))
    });
    let Ok((detail, text)) = read else { return 0 };
    let room = text.len().saturating_sub(1);
    let mut length = 0usize;
    let mut rest = text.get_mut(..room).unwrap_or_default();
    detail.line().write(&mut |piece: &str| {
        length = length.saturating_add(piece.len());
        for byte in piece.bytes() {
            let Some((place, after)) = core::mem::take(&mut rest).split_first_mut() else { break };
            *place = byte;
            rest = after;
        }
    });
    length
}

/// The name of a stage, for logs: "key set".
///
/// Returns: a static text without a NUL; absent for a number that is no stage.
/// In: stage, KEYCARD_STAGE_….
#[unsafe(no_mangle)]
pub extern "C" fn keycard_stage_name(stage: u32) -> keycard_text {
    let found = Stage::ALL.iter().find(|known| number_of(**known) == stage);
    found.map_or(ABSENT, |stage| keycard_text::of_static(stage.name()))
}

/// The name of a check, for logs: "access token hash".
///
/// Returns: a static text without a NUL; absent for what is not one check.
/// In: check, KEYCARD_CHECK_….
#[unsafe(no_mangle)]
pub extern "C" fn keycard_check_name(check: u32) -> keycard_text {
    let found = Check::ALL.iter().find(|known| known.bit() == check);
    found.map_or(ABSENT, |check| keycard_text::of_static(check.name()))
}

/// The version of the library, which need not be that of the header.
///
/// Returns: a static text that ends in a NUL, such as "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn keycard_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// Strings that are absent.
pub(super) const ABSENT: keycard_text = keycard_text { data: ptr::null(), length: 0 };

impl keycard_text {
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr().cast(), length: bytes.len() }
    }

    pub(super) const fn of_static(text: &'static str) -> Self {
        Self::of(text.as_bytes())
    }
}

/// The status of an outcome.
pub(super) fn status_of(outcome: &Result<(), Error>) -> keycard_status {
    match outcome {
        Ok(()) => KEYCARD_OK,
        Err(error) => error.reason().code(),
    }
}

/// The status of an outcome, with the detail filled if the caller wants one.
///
/// # Safety
///
/// If `detail` is not NULL and aligned, it may be written.
pub(super) unsafe fn conclude(
    outcome: Result<(), Error>,
    detail: *mut keycard_detail,
) -> keycard_status {
    // SAFETY: the caller's promise.
    unsafe { conclude_at(outcome, None, detail) }
}

/// As [`conclude`], of what was decided at a time, if that was one.
///
/// # Safety
///
/// As for [`conclude`].
pub(super) unsafe fn conclude_at(
    outcome: Result<(), Error>,
    time: Option<Time>,
    detail: *mut keycard_detail,
) -> keycard_status {
    let filled = match &outcome {
        Ok(()) => keycard_detail::EMPTY,
        Err(error) => keycard_detail::of_at(error, time),
    };
    // SAFETY: the caller's promise.
    unsafe { raw::deliver_if_wanted(&outcome, detail, filled) };
    status_of(&outcome)
}

impl keycard_detail {
    /// The line that says it.
    fn line(&self) -> Line<'static> {
        let accepted = self.status == KEYCARD_OK;
        let stage = Stage::ALL.iter().find(|known| !accepted && number_of(**known) == self.stage);
        let reason = Reason::ALL.iter().find(|reason| reason.code() == self.status);
        // SAFETY: by the header, a detail is one that was filled, and its claim is static.
        let claim = unsafe { self.claim.read(Reader::ANYWHERE) };
        let number = |number: usize| u64::try_from(number).ok();
        Line {
            stage: stage.map_or("", |stage| stage.name()),
            sentence: match (self.status, reason) {
                (KEYCARD_OK, _) => "accepted",
                (_, reason) => reason.map_or("not a status", |reason| reason.text()),
            },
            claim: claim.ok().flatten(),
            rule: u64::try_from(self.rule).ok(),
            offset: number(self.offset).filter(|_| self.has_offset),
            needed: number(self.needed).filter(|needed| *needed != 0),
            times: self.has_times.then_some(Times { claim: self.claim_time, now: self.now }),
        }
    }

    pub(super) const EMPTY: Self = Self {
        status: KEYCARD_OK,
        stage: KEYCARD_STAGE_USAGE,
        claim: ABSENT,
        rule: -1,
        has_offset: false,
        has_times: false,
        offset: 0,
        needed: 0,
        claim_time: 0,
        now: 0,
    };

    pub(super) fn of(error: &Error) -> Self {
        Self::of_at(error, None)
    }

    /// The detail of an error that was met at a time, if that was one.
    fn of_at(error: &Error, time: Option<Time>) -> Self {
        let times = time.and_then(|time| error.times(time));
        let (claim, rule) = match error.claim() {
            None => (ABSENT, -1),
            Some(Claim::Rule(rule)) => (ABSENT, rule.into()),
            Some(claim) => (keycard_text::of_static(claim.name()), -1),
        };
        Self {
            status: error.reason().code(),
            stage: number_of(error.stage()),
            claim,
            rule,
            has_offset: error.offset().is_some(),
            has_times: times.is_some(),
            offset: error.offset().unwrap_or(0),
            needed: error.needed().unwrap_or(0),
            claim_time: times.map_or(0, |times| times.claim),
            now: times.map_or(0, |times| times.now),
        }
    }
}

const fn number_of(stage: Stage) -> u32 {
    match stage {
        Stage::Usage => KEYCARD_STAGE_USAGE,
        Stage::Token => KEYCARD_STAGE_TOKEN,
        Stage::Header => KEYCARD_STAGE_HEADER,
        Stage::Algorithm => KEYCARD_STAGE_ALGORITHM,
        Stage::Key => KEYCARD_STAGE_KEY,
        Stage::Signature => KEYCARD_STAGE_SIGNATURE,
        Stage::Payload => KEYCARD_STAGE_PAYLOAD,
        Stage::Claims => KEYCARD_STAGE_CLAIMS,
        Stage::Time => KEYCARD_STAGE_TIME,
        Stage::KeySet => KEYCARD_STAGE_KEY_SET,
        Stage::Pkce => KEYCARD_STAGE_PKCE,
        Stage::Text => KEYCARD_STAGE_TEXT,
        Stage::Proof => KEYCARD_STAGE_PROOF,
        Stage::Replay => KEYCARD_STAGE_REPLAY,
    }
}
