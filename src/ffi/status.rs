//! Statuses: the reasons as numbers, and their texts.

#![expect(unsafe_code, reason = "symbols of the C ABI")]

use super::layout::{keycard_detail, keycard_text};
use super::raw::{self, Reader, Region};
use crate::error::line::{Line, Times};
use crate::error::{Error, Member, Reason, Stage};
use crate::evidence::Check;
use crate::time::Time;
use core::ffi::{CStr, c_char};
use core::ptr;

/// The outcome of a call: KEYCARD_OK (0) is success, every other value is an error. Numbers never
/// change and are never reused.
pub type keycard_status = i32;

/// The token is accepted, or the call succeeded.
pub const KEYCARD_OK: i32 = 0;
/// A pointer that must not be NULL is NULL.
pub const KEYCARD_NULL_POINTER: i32 = 1;
/// A length is larger than an object can be, or a pointer is not aligned for its type.
pub const KEYCARD_BAD_MEMORY: i32 = 2;
/// struct_size is smaller than the size of the structure in the first release.
pub const KEYCARD_STRUCT_SIZE: i32 = 3;
/// An output overlaps an input or another output.
pub const KEYCARD_OVERLAP: i32 = 4;
/// The memory is too small for an empty key table or replay cache.
pub const KEYCARD_MEMORY_TOO_SMALL: i32 = 5;
/// The scratch is too small for this token.
pub const KEYCARD_SCRATCH_TOO_SMALL: i32 = 6;
/// The output buffer is too small for the result. Nothing was written to it.
pub const KEYCARD_BUFFER_TOO_SMALL: i32 = 7;
/// The memory does not hold a key table.
pub const KEYCARD_NOT_A_KEY_TABLE: i32 = 8;
/// The policy has a flag, profile or member that this version does not know, or that is not built
/// in.
pub const KEYCARD_UNSUPPORTED_POLICY: i32 = 9;
/// A required member of the policy was neither given nor waived. The detail names it; if it names
/// nothing, check the profile first.
pub const KEYCARD_POLICY_INCOMPLETE: i32 = 10;
/// A member of the policy is given, but empty. Empty never means "do not check".
pub const KEYCARD_POLICY_EMPTY: i32 = 11;
/// Members of the policy contradict each other: one is both given and waived, or has no meaning in
/// this profile.
pub const KEYCARD_POLICY_CONTRADICTION: i32 = 12;
/// The leeway is longer than 600 seconds, and the flag that allows it is not set.
pub const KEYCARD_LEEWAY_TOO_LONG: i32 = 13;
/// The kind of the time is neither KEYCARD_TIME_AT nor KEYCARD_TIME_UNKNOWN.
pub const KEYCARD_TIME_KIND: i32 = 14;
/// The scratch of this token was used again, or the token was never accepted.
pub const KEYCARD_STALE: i32 = 15;
/// A text argument is not UTF-8.
pub const KEYCARD_NOT_TEXT: i32 = 16;
/// The token was validated with claims, so its raw payload is gone. Read the claims instead.
pub const KEYCARD_PAYLOAD_NOT_OPAQUE: i32 = 17;
/// The key table is an image, which cannot be changed.
pub const KEYCARD_READ_ONLY: i32 = 18;
/// The response type has an unknown or repeated word, is empty, or combines none with others.
pub const KEYCARD_UNKNOWN_RESPONSE_TYPE: i32 = 19;
/// A member of the policy or the rules is given twice. The second value would silently replace the
/// first.
pub const KEYCARD_POLICY_TWICE: i32 = 20;
/// A member has an impossible value, such as an issuer template without exactly one {name}, or a
/// duration that is not in whole seconds.
pub const KEYCARD_POLICY_VALUE: i32 = 21;
/// A scope of the policy contains white space (RFC 6749 section 3.3).
pub const KEYCARD_POLICY_SCOPE: i32 = 22;
/// The memory does not hold a replay cache.
pub const KEYCARD_NOT_A_REPLAY_CACHE: i32 = 23;
/// The window or leeway of the check is longer than that of the replay cache.
pub const KEYCARD_REPLAY_LIMITS: i32 = 24;
/// The share of one key is not 1 to 16 sixteenths of the replay cache.
pub const KEYCARD_REPLAY_SHARE: i32 = 25;
/// The token is longer than the limit.
pub const KEYCARD_TOKEN_TOO_LONG: i32 = 101;
/// The token does not have three parts, or its header or signature is empty (RFC 7515 section 7.1).
pub const KEYCARD_TOKEN_PARTS: i32 = 102;
/// The token has five parts: it is encrypted (JWE), which is not supported.
pub const KEYCARD_TOKEN_ENCRYPTED: i32 = 103;
/// The decoded header is longer than the limit.
pub const KEYCARD_HEADER_TOO_LONG: i32 = 104;
/// A character is not in the base64url alphabet.
pub const KEYCARD_BASE64_CHARACTER: i32 = 151;
/// The base64url is padded, which JWS forbids (RFC 7515 section 2).
pub const KEYCARD_BASE64_PADDING: i32 = 152;
/// No byte string encodes to base64url of this length.
pub const KEYCARD_BASE64_LENGTH: i32 = 153;
/// Unused bits of the last base64url character are not zero, so the same bytes have a second
/// encoding.
pub const KEYCARD_BASE64_TRAILING_BITS: i32 = 154;
/// The text is not JSON.
pub const KEYCARD_JSON_SYNTAX: i32 = 201;
/// The JSON text is not UTF-8.
pub const KEYCARD_JSON_ENCODING: i32 = 202;
/// A string contains an escaped lone surrogate, which is not a character.
pub const KEYCARD_JSON_SURROGATE: i32 = 203;
/// The JSON text is nested deeper than 16 levels.
pub const KEYCARD_JSON_NESTING: i32 = 204;
/// An object has more members than the limit.
pub const KEYCARD_JSON_MEMBERS: i32 = 205;
/// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
pub const KEYCARD_JSON_DUPLICATE: i32 = 206;
/// The JSON text is not an object where the specification requires one.
pub const KEYCARD_JSON_NOT_AN_OBJECT: i32 = 207;
/// The JSON text is longer than the limit.
pub const KEYCARD_JSON_TOO_LONG: i32 = 208;
/// The header has no alg.
pub const KEYCARD_ALGORITHM_MISSING: i32 = 301;
/// A header parameter has the wrong type.
pub const KEYCARD_HEADER_TYPE: i32 = 302;
/// The header has crit. No critical extension is supported (RFC 7515 section 4.1.11).
pub const KEYCARD_HEADER_CRITICAL: i32 = 303;
/// A header parameter changes how the token is read, and it is not supported.
pub const KEYCARD_HEADER_UNSUPPORTED: i32 = 304;
/// The payload is another JWT (RFC 7519 section 5.2). Nested tokens are not supported.
pub const KEYCARD_NESTED_TOKEN: i32 = 305;
/// A header parameter that the policy requires is missing or has another value.
pub const KEYCARD_HEADER_MISMATCH: i32 = 306;
/// alg has the value none: the token is unsecured (RFC 7515 section 8).
pub const KEYCARD_ALGORITHM_NONE: i32 = 351;
/// alg is not a signature algorithm that this library knows.
pub const KEYCARD_ALGORITHM_UNKNOWN: i32 = 352;
/// The algorithm is known, but not built into this library.
pub const KEYCARD_ALGORITHM_NOT_BUILT: i32 = 353;
/// The policy does not allow the algorithm.
pub const KEYCARD_ALGORITHM_NOT_ALLOWED: i32 = 354;
/// A member of the key is missing, has the wrong type, or is not base64url.
pub const KEYCARD_KEY_MALFORMED: i32 = 401;
/// The key's type, curve or algorithm is unknown, or not built into this library.
pub const KEYCARD_KEY_UNSUPPORTED: i32 = 402;
/// The key's use, key_ops or alg rules out verifying signatures.
pub const KEYCARD_KEY_NOT_FOR_VERIFICATION: i32 = 403;
/// Members of the key contradict each other.
pub const KEYCARD_KEY_CONTRADICTION: i32 = 404;
/// The key is weaker than RFC 7518 allows for its algorithm.
pub const KEYCARD_KEY_WEAK: i32 = 405;
/// The key has private members. A verifier must not hold private keys.
pub const KEYCARD_KEY_PRIVATE: i32 = 406;
/// The point of the key is not on its curve.
pub const KEYCARD_KEY_NOT_ON_CURVE: i32 = 407;
/// A value of the key does not have the width of its field, or has leading zeros that are not
/// allowed.
pub const KEYCARD_KEY_WIDTH: i32 = 408;
/// The modulus is even or too large, or the exponent is even, too small or too large.
pub const KEYCARD_KEY_OUT_OF_RANGE: i32 = 409;
/// The key is a secret, and the rules do not allow secrets.
pub const KEYCARD_KEY_SECRET: i32 = 410;
/// The kid is longer than 255 bytes.
pub const KEYCARD_KEY_ID_TOO_LONG: i32 = 411;
/// The memory of the table is full. Keys added by earlier calls are still there.
pub const KEYCARD_KEY_TABLE_FULL: i32 = 412;
/// The key set has no keys array.
pub const KEYCARD_KEY_SET_MALFORMED: i32 = 413;
/// The secret is a key in PEM, DER or JWK form, which may be public.
pub const KEYCARD_KEY_NOT_SECRET: i32 = 414;
/// The input is not DER, or not a public key.
pub const KEYCARD_KEY_ENCODING: i32 = 415;
/// The input is not a key table image of this version and byte order.
pub const KEYCARD_IMAGE_FOREIGN: i32 = 416;
/// The length of the image is not the length that it states.
pub const KEYCARD_IMAGE_TRUNCATED: i32 = 417;
/// The image does not match its check sum, or is not a list of keys.
pub const KEYCARD_IMAGE_CORRUPT: i32 = 418;
/// The digest of the image is not the expected one.
pub const KEYCARD_IMAGE_UNEXPECTED: i32 = 419;
/// The version of the image is older than the rules allow.
pub const KEYCARD_IMAGE_OUTDATED: i32 = 420;
/// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) match neither PS256, PS384 nor PS512.
pub const KEYCARD_KEY_PSS_PARAMETERS: i32 = 421;
/// The input is a certificate, and the rules do not allow certificates.
pub const KEYCARD_KEY_IS_CERTIFICATE: i32 = 422;
/// A PEM block has boundaries that differ, or a body that is not base64 (RFC 7468 section 3).
pub const KEYCARD_KEY_PEM_MALFORMED: i32 = 423;
/// The text has no PEM block.
pub const KEYCARD_KEY_PEM_MISSING: i32 = 424;
/// An EC key in PEM or DER does not name its curve, but describes it or leaves it out (RFC 5480
/// section 2.1.1).
pub const KEYCARD_KEY_CURVE_UNNAMED: i32 = 425;
/// The JWK has the member revoked: its owner no longer signs with it.
pub const KEYCARD_KEY_REVOKED: i32 = 430;
/// A note, not an error: a number of an RSA key had a leading zero octet, which was removed.
pub const KEYCARD_KEY_LEADING_ZERO: i32 = 431;
/// A note, not an error: a coordinate has fewer octets than its field, which the rules allow.
pub const KEYCARD_KEY_SHORT_COORDINATE: i32 = 432;
/// No key has the token's kid or, for a token without kid, fits its algorithm. The issuer may have
/// rotated its keys: fetch the key set again, at most once a minute.
pub const KEYCARD_KEY_NOT_FOUND: i32 = 451;
/// More than 8 keys fit the token.
pub const KEYCARD_KEY_TOO_MANY_CANDIDATES: i32 = 452;
/// The table has the token's kid, but for other algorithms. Fetching the key set again does not
/// help.
pub const KEYCARD_KEY_UNFIT: i32 = 453;
/// The exp of the key's JWK has passed. Fetch the key set again.
pub const KEYCARD_KEY_EXPIRED: i32 = 454;
/// The nbf of the key's JWK has not been reached.
pub const KEYCARD_KEY_NOT_YET_VALID: i32 = 455;
/// The issuer of the key's JWK is not the issuer of the token.
pub const KEYCARD_KEY_OF_ANOTHER_ISSUER: i32 = 456;
/// The signature does not have the length that its algorithm and key require.
pub const KEYCARD_SIGNATURE_LENGTH: i32 = 501;
/// The signature is wrong.
pub const KEYCARD_SIGNATURE_INVALID: i32 = 502;
/// The signature is in DER, but JWS requires R and S concatenated (RFC 7518 section 3.4).
pub const KEYCARD_SIGNATURE_IS_DER: i32 = 503;
/// The PSS signature is valid except for the salt, whose length is not that of the hash (RFC 7518
/// section 3.5).
pub const KEYCARD_SIGNATURE_SALT: i32 = 504;
/// A required claim is missing, or a list has no further element.
pub const KEYCARD_CLAIM_MISSING: i32 = 601;
/// A claim has the wrong type, or its value is out of range for the type.
pub const KEYCARD_CLAIM_TYPE: i32 = 602;
/// A claim does not have the value that the policy requires.
pub const KEYCARD_CLAIM_MISMATCH: i32 = 603;
/// iss is not the expected issuer.
pub const KEYCARD_WRONG_ISSUER: i32 = 604;
/// aud does not contain an expected audience.
pub const KEYCARD_WRONG_AUDIENCE: i32 = 605;
/// aud contains an audience that is not trusted.
pub const KEYCARD_UNTRUSTED_AUDIENCE: i32 = 606;
/// typ does not fit the profile.
pub const KEYCARD_WRONG_TOKEN_TYPE: i32 = 607;
/// The claims belong to another kind of token.
pub const KEYCARD_WRONG_TOKEN_KIND: i32 = 608;
/// azp is not an authorized party of the policy.
pub const KEYCARD_WRONG_AUTHORIZED_PARTY: i32 = 609;
/// nonce is not the one that was sent.
pub const KEYCARD_WRONG_NONCE: i32 = 610;
/// A hash claim does not match the access token, code or state.
pub const KEYCARD_WRONG_HASH: i32 = 611;
/// A required scope was not granted.
pub const KEYCARD_SCOPE_MISSING: i32 = 612;
/// The token was issued too long ago.
pub const KEYCARD_TOKEN_TOO_OLD: i32 = 613;
/// The user was authenticated too long ago.
pub const KEYCARD_AUTHENTICATION_TOO_OLD: i32 = 614;
/// A time that must lie in the past lies in the future.
pub const KEYCARD_ISSUED_IN_FUTURE: i32 = 615;
/// The token is bound to a key (RFC 7800), and the policy gives no proof of that key.
pub const KEYCARD_TOKEN_BOUND: i32 = 616;
/// Neither typ nor a claim marks the token as an access token: see KEYCARD_PROFILE_ACCESS_TOKEN.
pub const KEYCARD_TOKEN_NOT_MARKED: i32 = 617;
/// cnf is empty, or binds the token by an unknown method (RFC 7800 section 3.1).
pub const KEYCARD_CONFIRMATION_UNKNOWN: i32 = 618;
/// The token is bound to another key or certificate than the proven one (RFC 9449 section 7.1, RFC
/// 8705 section 3).
pub const KEYCARD_WRONG_CONFIRMATION: i32 = 619;
/// A key or certificate was proven, but the token is not bound to it.
pub const KEYCARD_TOKEN_NOT_BOUND: i32 = 620;
/// sub is not the subject of the policy or of the other ID token (OpenID Connect Core section
/// 3.3.3.6).
pub const KEYCARD_WRONG_SUBJECT: i32 = 630;
/// acr is not one of the requested classes (OpenID Connect Core section 3.1.3.7 step 12).
pub const KEYCARD_WRONG_AUTHENTICATION_CONTEXT: i32 = 631;
/// A required authentication method is not in amr.
pub const KEYCARD_AUTHENTICATION_METHOD_MISSING: i32 = 632;
/// A claim of the refreshed ID token differs from the original (OpenID Connect Core section 12.2).
pub const KEYCARD_NOT_AS_ORIGINAL: i32 = 633;
/// The token was issued to a client that the policy does not list.
pub const KEYCARD_WRONG_CLIENT: i32 = 634;
/// The policy requires a user, and the token stands for the client alone.
pub const KEYCARD_USER_MISSING: i32 = 635;
/// The policy rejects users, and the token stands for one.
pub const KEYCARD_USER_PRESENT: i32 = 636;
/// The token has both scope and scp, and the policy does not say which one grants.
pub const KEYCARD_SCOPE_AMBIGUOUS: i32 = 637;
/// The response contains a token or code that its flow never issues there.
pub const KEYCARD_NOT_ISSUED_BY_FLOW: i32 = 640;
/// A NumericDate does not fit 64-bit seconds (RFC 7519 section 2).
pub const KEYCARD_DATE_OUT_OF_RANGE: i32 = 650;
/// The token has expired.
pub const KEYCARD_EXPIRED: i32 = 701;
/// The token is not valid yet.
pub const KEYCARD_NOT_YET_VALID: i32 = 702;
/// The current time is not known, and the token must not be accepted without it.
pub const KEYCARD_TIME_UNAVAILABLE: i32 = 703;
/// exp is further in the future than the policy allows. It may be in milliseconds.
pub const KEYCARD_LIFETIME_TOO_LONG: i32 = 704;
/// The code verifier is not 43 to 128 unreserved characters.
pub const KEYCARD_CODE_VERIFIER_MALFORMED: i32 = 801;
/// The stored code challenge has a form that its method never produces.
pub const KEYCARD_CODE_CHALLENGE_MALFORMED: i32 = 802;
/// The code challenge method is neither S256 nor plain.
pub const KEYCARD_CODE_CHALLENGE_METHOD: i32 = 803;
/// The code verifier does not match the code challenge.
pub const KEYCARD_PKCE_MISMATCH: i32 = 804;
/// Only one side used PKCE, or plain was used where S256 is required.
pub const KEYCARD_PKCE_DOWNGRADE: i32 = 805;
/// Neither side used PKCE, and it is required.
pub const KEYCARD_PKCE_MISSING: i32 = 806;
/// Neither side used PKCE, and it is optional: nothing was verified.
pub const KEYCARD_PKCE_NOT_USED: i32 = 807;
/// The header of the proof has no key (jwk).
pub const KEYCARD_PROOF_KEY_MISSING: i32 = 851;
/// htm is not the method of the request.
pub const KEYCARD_WRONG_HTTP_METHOD: i32 = 852;
/// htu is not the URI of the request.
pub const KEYCARD_WRONG_HTTP_URI: i32 = 853;
/// The URI is not an absolute http or https URI, or it contains user information.
pub const KEYCARD_URI_MALFORMED: i32 = 854;
/// iat of the proof is older than the window.
pub const KEYCARD_PROOF_TOO_OLD: i32 = 855;
/// The token or proof was used before.
pub const KEYCARD_REPLAYED: i32 = 860;
/// The replay cache is full. It accepts nothing new until an entry expires.
pub const KEYCARD_REPLAY_FULL: i32 = 861;
/// The time is earlier than in a previous call.
pub const KEYCARD_REPLAY_TIME_BEHIND: i32 = 862;
/// The token or proof was issued before the cache started, so the cache cannot know if it was used.
pub const KEYCARD_ISSUED_BEFORE_START: i32 = 863;
/// The key that signed the proof has used its share of the replay cache.
pub const KEYCARD_REPLAY_KEY_FULL: i32 = 864;

/// The call itself, its memory or its policy.
pub const KEYCARD_STAGE_USAGE: u32 = 0;
/// The length of the token and its parts.
pub const KEYCARD_STAGE_TOKEN: u32 = 1;
/// The header.
pub const KEYCARD_STAGE_HEADER: u32 = 2;
/// The algorithm.
pub const KEYCARD_STAGE_ALGORITHM: u32 = 3;
/// The choice of keys.
pub const KEYCARD_STAGE_KEY: u32 = 4;
/// The signature.
pub const KEYCARD_STAGE_SIGNATURE: u32 = 5;
/// Decoding the payload.
pub const KEYCARD_STAGE_PAYLOAD: u32 = 6;
/// The claims.
pub const KEYCARD_STAGE_CLAIMS: u32 = 7;
/// The time.
pub const KEYCARD_STAGE_TIME: u32 = 8;
/// Loading keys.
pub const KEYCARD_STAGE_KEY_SET: u32 = 9;
/// PKCE.
pub const KEYCARD_STAGE_PKCE: u32 = 10;
/// Reading base64url or JSON outside a token.
pub const KEYCARD_STAGE_TEXT: u32 = 11;
/// A DPoP proof. Answer the client with invalid_dpop_proof, or use_dpop_nonce if the nonce is
/// wrong.
pub const KEYCARD_STAGE_PROOF: u32 = 12;
/// The replay cache.
pub const KEYCARD_STAGE_REPLAY: u32 = 13;

/// Describes a status in one sentence. KEYCARD_OK is "accepted", also for calls that validate
/// nothing.
///
/// Returns: a static string that ends in a NUL; for an unknown number, one that says it is not a
///            status
/// In:      status, any number
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

/// Writes an error as one line for logs, such as "time: the token has expired (exp
/// 2026-11-30T04:10:00Z, 42 s before now 2026-11-30T04:10:42Z)". The line contains no text from the
/// token.
///
/// Returns: the length of the whole line in bytes, without the NUL; the line was cut if it is not
///            less than size
///          0 if detail is NULL
/// In:      detail, filled by an earlier call
///          size, the bytes at text, 0 or more
/// Out:     text, the line and a NUL, cut to size bytes; may be NULL if size is 0
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

/// Names a stage, for logs: "key set".
///
/// Returns: a static text without a NUL; absent for an unknown stage
/// In:      stage, one of KEYCARD_STAGE_…
#[unsafe(no_mangle)]
pub extern "C" fn keycard_stage_name(stage: u32) -> keycard_text {
    let found = Stage::ALL.iter().find(|known| number_of(**known) == stage);
    found.map_or(ABSENT, |stage| keycard_text::of_static(stage.name()))
}

/// Names a check, for logs: "access token hash".
///
/// Returns: a static text without a NUL; absent for an unknown check or several checks
/// In:      check, one of KEYCARD_CHECK_…
#[unsafe(no_mangle)]
pub extern "C" fn keycard_check_name(check: u32) -> keycard_text {
    let found = Check::ALL.iter().find(|known| known.bit() == check);
    found.map_or(ABSENT, |check| keycard_text::of_static(check.name()))
}

/// Gives the version of the library, which may differ from that of the header.
///
/// Returns: a static string that ends in a NUL, such as "0.1.0"
#[unsafe(no_mangle)]
pub extern "C" fn keycard_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The absent text.
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

/// The status of an outcome. Fills the detail unless it is NULL.
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

/// As [`conclude`], for an outcome that depended on a time.
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
    /// The detail as a line of text.
    fn line(&self) -> Line<'static> {
        let accepted = self.status == KEYCARD_OK;
        let stage = Stage::ALL.iter().find(|known| !accepted && number_of(**known) == self.stage);
        let reason = Reason::ALL.iter().find(|reason| reason.code() == self.status);
        // SAFETY: by the header, an earlier call filled the detail, and its claim is static.
        let claim = unsafe { self.member.read(Reader::ANYWHERE) };
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
            found: (self.status == KEYCARD_KEY_WIDTH).then_some(self.found.into()),
            times: self.has_times.then_some(Times { claim: self.claim_time, now: self.now }),
        }
    }

    pub(super) const EMPTY: Self = Self {
        status: KEYCARD_OK,
        stage: KEYCARD_STAGE_USAGE,
        member: ABSENT,
        rule: -1,
        has_offset: false,
        has_times: false,
        found: 0,
        offset: 0,
        needed: 0,
        claim_time: 0,
        now: 0,
    };

    pub(super) fn of(error: &Error) -> Self {
        Self::of_at(error, None)
    }

    /// The detail of an error, with the time it depended on.
    fn of_at(error: &Error, time: Option<Time>) -> Self {
        let times = time.and_then(|time| error.times(time));
        let (claim, rule) = match error.member() {
            None => (ABSENT, -1),
            Some(Member::Rule(rule)) => (ABSENT, rule.into()),
            Some(claim) => (keycard_text::of_static(claim.name()), -1),
        };
        Self {
            status: error.reason().code(),
            stage: number_of(error.stage()),
            member: claim,
            rule,
            has_offset: error.offset().is_some(),
            has_times: times.is_some(),
            found: octets(error.found()),
            offset: error.offset().unwrap_or(0),
            needed: error.needed().unwrap_or(0),
            claim_time: times.map_or(0, |times| times.claim),
            now: times.map_or(0, |times| times.now),
        }
    }
}

/// A number of octets that fits, or 0.
pub(super) fn octets(count: Option<usize>) -> u16 {
    count.and_then(|count| u16::try_from(count).ok()).unwrap_or(0)
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
