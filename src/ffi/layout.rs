//! The structures that cross the boundary. Fixed layouts, the same under every feature.

use super::status::keycard_status;
use core::ffi::{c_char, c_void};

/// Text by address and length; nothing needs a NUL. A NULL address with a length of 0 is an absent text;
/// with another length it is KEYCARD_NULL_POINTER.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_text {
    /// The first byte, or NULL.
    pub data: *const c_char,
    /// Bytes.
    pub length: usize,
}

/// A key table, in memory that the caller gave to keycard_keys_init.
pub struct keycard_keys {
    _private: [u8; 0],
}

/// What the caller knows of the present. Made by keycard_time_at, keycard_time_clock or
/// keycard_time_unknown; all zeros is refused.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_time {
    /// KEYCARD_TIME_AT or KEYCARD_TIME_UNKNOWN.
    pub kind: u32,
    /// 0.
    pub reserved: u32,
    /// The present, in seconds since 1970-01-01T00:00:00Z; 0 if it is not known.
    pub seconds: i64,
    /// A time that is surely past, such as when the firmware was built. A present before it is no present.
    pub not_before: i64,
}

/// How keys enter a table. Start from KEYCARD_KEY_RULES_INIT and set what differs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_key_rules {
    /// sizeof (keycard_key_rules).
    pub struct_size: usize,
    /// KEYCARD_KEYS_ALLOW_SECRETS, or 0.
    pub flags: u32,
    /// The algorithms that the keys are bound to, as far as they may verify them at all; 0 for what they say.
    pub algorithms: u32,
    /// A value of use to take beside sig, or absent.
    pub key_use: keycard_text,
    /// The kid of keys that have none of their own, or absent.
    pub id: keycard_text,
    /// Bits of the smallest RSA modulus to take, if less than 2048 is to be taken; 1024 at least. 0 otherwise.
    pub insecure_min_rsa_bits: u32,
    /// Bytes of the shortest secret to take, if less than the hash has is to be taken. 0 otherwise.
    pub insecure_min_secret_bytes: u32,
    /// One of KEYCARD_PREPARE_…, the bytes that each key may take for what is computed from it once; 0 for none.
    pub prepare: u32,
    /// Bits of the largest RSA modulus to take, if fewer than the library takes; 0 for that.
    pub max_rsa_bits: u32,
    /// Bytes of the longest secret to take, if fewer than the library takes; 0 for that.
    pub max_secret_bytes: u32,
    /// 0.
    pub reserved: u32,
}

/// How an image is known to be the right one. Start from KEYCARD_IMAGE_RULES_INIT; either digest32 or
/// KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED must be given.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_image_rules {
    /// sizeof (keycard_image_rules).
    pub struct_size: usize,
    /// KEYCARD_IMAGE_…, or-ed.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
    /// Images sealed with a smaller version are refused.
    pub min_version: u64,
    /// The SHA-256 of the image, 32 bytes, or NULL.
    pub digest32: *const u8,
}

/// A rule for a claim.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_rule {
    /// The names on the path to the claim.
    pub path: *const keycard_text,
    /// How many names; 1 for a claim at the top.
    pub path_length: usize,
    /// One of KEYCARD_RULE_….
    pub kind: u32,
    /// 0.
    pub reserved: u32,
    /// The value, absent for KEYCARD_RULE_PRESENT.
    pub value: keycard_text,
}

/// What is asked of a token. Start from KEYCARD_POLICY_INIT and set what is asked; a text that is absent
/// and a list that is NULL are not asked. The profile and the algorithms are always given; the issuer, the audience, and
/// the nonce of an ID token are given, or waived by a flag. What is neither is KEYCARD_POLICY_INCOMPLETE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_policy {
    /// sizeof (keycard_policy).
    pub struct_size: usize,
    /// One of KEYCARD_PROFILE_…; 0 is none of them.
    pub profile: u32,
    /// The algorithms to take: KEYCARD_ES256 and its like, or-ed.
    pub algorithms: u32,
    /// KEYCARD_WITHOUT_… and its like, or-ed.
    pub flags: u32,
    /// Seconds by which clocks may differ, 600 at the most unless KEYCARD_INSECURE_LEEWAY.
    pub leeway: u32,
    /// Seconds since iat at the most; 0 is asked with KEYCARD_HAS_MAX_TOKEN_AGE alone.
    pub max_token_age: u32,
    /// Seconds since auth_time at the most; 0 is asked with KEYCARD_HAS_MAX_AGE alone.
    pub max_age: u32,
    /// Seconds from now to exp at the most; 0 if not asked. Finds tokens that are good for too long, and an exp in
    /// milliseconds.
    pub max_lifetime: u32,
    /// Characters that a token may have, if fewer than KEYCARD_MAX_TOKEN_LENGTH; 0 for that.
    pub max_token_length: u32,
    /// Bytes that a decoded header may have, if fewer than KEYCARD_MAX_HEADER_LENGTH; 0 for that.
    pub max_header_length: u32,
    /// Members that an object may have, if fewer than KEYCARD_MAX_MEMBERS; 0 for that.
    pub max_members: u32,
    /// The value of iss. With KEYCARD_ISSUER_IS_TEMPLATE, a form such as `https://login.example/{tid}/v2.0`.
    pub issuer: keycard_text,
    /// A value of aud; for an ID token, the client.
    pub audience: keycard_text,
    /// Several audiences, of which one must be there, in place of audience.
    pub audiences: *const keycard_text,
    /// How many.
    pub audience_count: usize,
    /// The claim in which the audience is, if not aud.
    pub audience_claim: keycard_text,
    /// Audiences that an ID token may have beside the client.
    pub trusted_audiences: *const keycard_text,
    /// How many.
    pub trusted_audience_count: usize,
    /// The header parameter typ, compared as a media type.
    pub token_type: keycard_text,
    /// The name of a header parameter that must be there.
    pub header_name: keycard_text,
    /// Its value.
    pub header_value: keycard_text,
    /// Scopes, all of which must have been granted.
    pub scopes: *const keycard_text,
    /// How many.
    pub scope_count: usize,
    /// The one claim that grants scopes, such as scp; or absent. Without it, a token that has both scope and scp is
    /// KEYCARD_SCOPE_AMBIGUOUS. With it, keycard_token_scopes reads this claim alone; scopes may be 0.
    pub scope_claim: keycard_text,
    /// Claims of which one marks an access token of the older style, in place of those that
    /// KEYCARD_PROFILE_ACCESS_TOKEN names.
    pub markers: *const keycard_text,
    /// How many.
    pub marker_count: usize,
    /// Rules for claims, all of which must hold.
    pub rules: *const keycard_rule,
    /// How many, 256 at the most.
    pub rule_count: usize,
    /// The nonce that was sent.
    pub nonce: keycard_text,
    /// Values of azp that are taken, in place of the audience.
    pub authorized_parties: *const keycard_text,
    /// How many.
    pub authorized_party_count: usize,
    /// The access token that at_hash must fit.
    pub access_token: keycard_text,
    /// The code that c_hash must fit.
    pub code: keycard_text,
    /// The state that s_hash must fit.
    pub state: keycard_text,
    /// The value of sub.
    pub subject: keycard_text,
    /// Classes of which one must be in acr.
    pub authentication_contexts: *const keycard_text,
    /// How many.
    pub authentication_context_count: usize,
    /// Methods that must all be in amr.
    pub authentication_methods: *const keycard_text,
    /// How many.
    pub authentication_method_count: usize,
    /// The claim that names the client, for clients, KEYCARD_WITH_USER and KEYCARD_WITHOUT_USER.
    pub client_claim: keycard_text,
    /// Clients of which the token must be issued to one.
    pub clients: *const keycard_text,
    /// How many.
    pub client_count: usize,
    /// What marks a token with a user, or one without; NULL if nothing does.
    pub user_mark: *const keycard_rule,
    /// What a refreshed ID token is compared with; else NULL.
    pub original: *const keycard_original_id_token,
    /// The key of the DPoP proof that came with the token, and to which it must be bound: 32 bytes, key32 of a
    /// keycard_proof; or NULL. A token that is bound to a key is refused without.
    pub dpop_key32: *const u8,
    /// The SHA-256 of the DER encoding of the client certificate of the TLS connection, to which the token must be
    /// bound: 32 bytes, or NULL. A token that is bound to a certificate is refused without.
    pub client_certificate32: *const u8,
}

/// An issuer that is trusted: its keys, and the policy for its tokens, which names it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_trust_row {
    /// The keys of this issuer and of no other.
    pub keys: *const keycard_keys,
    /// The policy for its tokens.
    pub policy: *const keycard_policy,
}

/// What a token says of itself. UNVERIFIED: the sender of the token may have written all of it. It is good for choosing
/// keys and a policy, and for nothing else. The texts lie in the scratch.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_unverified {
    /// The claim iss, or absent.
    pub issuer: keycard_text,
    /// The header parameter kid, or absent.
    pub key_id: keycard_text,
    /// The header parameter alg, known or not.
    pub algorithm: keycard_text,
    /// The header parameter typ, or absent.
    pub token_type: keycard_text,
}

/// What a client keeps of the ID token of the original authentication, for KEYCARD_PROFILE_REFRESHED_ID_TOKEN.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_original_id_token {
    /// The value of iss.
    pub issuer: keycard_text,
    /// The value of sub.
    pub subject: keycard_text,
    /// All values of aud.
    pub audiences: *const keycard_text,
    /// How many.
    pub audience_count: usize,
    /// The value of azp, or absent if the original had none.
    pub authorized_party: keycard_text,
    /// The value of nonce, or absent.
    pub nonce: keycard_text,
    /// The value of iat, in seconds, rounded down.
    pub issued_at: i64,
    /// The value of auth_time, in seconds, rounded down; 0 without has_auth_time.
    pub auth_time: i64,
    /// 1 if the original had auth_time, else 0.
    pub has_auth_time: u32,
    /// 0.
    pub reserved: u32,
}

/// Why something was refused. Filled on failure, empty after success; not written for KEYCARD_OVERLAP, since it may lie in
/// what the call reads: show the status that the call returned.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_detail {
    /// The status that was returned.
    pub status: keycard_status,
    /// The step that refused: one of KEYCARD_STAGE_….
    pub stage: u32,
    /// The claim, header parameter or JWK member that it is about, or absent. Static.
    pub claim: keycard_text,
    /// The rule of the policy that failed, or -1.
    pub rule: i32,
    /// Whether offset means anything.
    pub has_offset: bool,
    /// Whether claim_time and now mean anything: a claim was rejected for its time.
    pub has_times: bool,
    /// Where it went wrong, in bytes: in the token, the decoded JSON text, or the key set.
    pub offset: usize,
    /// Bytes that would have been enough, if something was too small; else 0.
    pub needed: usize,
    /// The point in time that the claim states, in seconds since 1970-01-01T00:00:00Z, rounded down; else 0.
    pub claim_time: i64,
    /// The present that it was compared with, in seconds; else 0.
    pub now: i64,
}

/// A key of a set that was refused or skipped, or that was added although something about it is wrong.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_finding {
    /// Its position in the key set, from 0.
    pub index: usize,
    /// Why.
    pub status: keycard_status,
    /// The member at fault, or absent. Static.
    pub claim: keycard_text,
}

/// Refused keys that a report names, and as many skipped and noted ones. Further keys are counted.
pub const KEYCARD_MAX_FINDINGS: usize = 8;

/// What became of the keys of a key set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_key_report {
    /// Keys that were added.
    pub added: usize,
    /// Keys of an unknown kind or for another use.
    pub skipped: usize,
    /// Keys that are broken, weak, private, secret or revoked.
    pub refused: usize,
    /// Keys that were added although something about them is wrong.
    pub noted: usize,
    /// The first refused keys; status is KEYCARD_OK behind the last.
    pub refusals: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// The first skipped keys.
    pub skips: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// The first noted keys: KEYCARD_KEY_LEADING_ZERO or KEYCARD_KEY_SHORT_COORDINATE.
    pub notes: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// Why the whole set was refused, if it was.
    pub detail: keycard_detail,
}

/// A token that was accepted. Made by keycard_validate and read by its getters, which take no token that it has not
/// filled; it points into the scratch and is good as long as that is left alone. May be copied. Algorithm, key and
/// checks may be read; do not rely on the other members.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_token {
    /// Ties the token to what is in the scratch.
    pub generation: u64,
    /// The scratch.
    pub scratch: *const c_void,
    /// Bytes of it in use.
    pub scratch_used: usize,
    /// Bytes of the header in it.
    pub header_length: usize,
    /// Bytes of the payload in it.
    pub payload_length: usize,
    /// Members of the payload.
    pub members: usize,
    /// The algorithm of the signature: KEYCARD_ES256 or its like.
    pub algorithm: u32,
    /// The position in the table of the key that verified it, in the order of adding.
    pub key_index: u32,
    /// Checks that compared the token with a value of the policy, and passed: KEYCARD_CHECK_…, or-ed.
    pub checks_passed: u32,
    /// Checks that the policy waived.
    pub checks_waived: u32,
    /// Checks that found nothing to compare.
    pub checks_vacuous: u32,
    /// Whether the payload is claims.
    pub has_claims: u32,
    /// The leeway of the policy.
    pub leeway: u32,
    /// The position of the row that accepted the token, by keycard_validate_any; else 0.
    pub row: u32,
    /// What kind of token it was accepted as, in words. Static.
    pub profile: keycard_text,
    /// The age that the policy allows, in seconds, if has_max_token_age is 1; else 0.
    pub max_token_age: u32,
    /// 1 if the policy bounds the age, else 0.
    pub has_max_token_age: u32,
    /// Where in the payload the claim is that grants scopes; 0 if the policy names no claim, beyond the payload
    /// if the token does not have it.
    pub scopes_offset: u32,
    /// 0.
    pub reserved: u32,
}

/// A value in the claims of a token. Good as long as the token.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_value {
    /// The token that it is in.
    pub token: *const keycard_token,
    /// Where it begins in the payload.
    pub offset: usize,
    /// One of KEYCARD_KIND_….
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// What comes next of a list in the claims of a token. Good as long as the token; do not rely on its members.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_iterator {
    /// The token that the list is in.
    pub token: *const keycard_token,
    /// Where the rest of the list begins in the payload.
    pub offset: usize,
    /// Where the rest of the list ends at the latest.
    pub end: usize,
    /// How the rest is read.
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// A member of an object, or an element of an array.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_member {
    /// The name of a member, in the scratch; absent for an element.
    pub name: keycard_text,
    /// The value.
    pub value: keycard_value,
}

/// The flow for an application.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_recommendation {
    /// The one that the classic decision table recommends: KEYCARD_FLOW_….
    pub classic: i32,
    /// The one to take today (RFC 9700).
    pub today: i32,
}

/// What RFC 9700 says of a flow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_practice {
    /// One of KEYCARD_PRACTICE_….
    pub kind: i32,
    /// 0.
    pub reserved: i32,
    /// The same as a sentence with its section. Static.
    pub text: keycard_text,
}

/// What comes from an endpoint.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_issued {
    /// What every success has: KEYCARD_ISSUED_…, or-ed.
    pub always: u32,
    /// What it may have beside that. The rest never comes.
    pub possible: u32,
}

/// What is asked of a DPoP proof. Start from KEYCARD_PROOF_RULES_INIT and set what is asked. The access token and the
/// nonce are given, or waived by a flag.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_proof_rules {
    /// sizeof (keycard_proof_rules).
    pub struct_size: usize,
    /// The algorithms to take, which are asymmetric: KEYCARD_ES256 and its like, or-ed.
    pub algorithms: u32,
    /// KEYCARD_PROOF_…, or-ed.
    pub flags: u32,
    /// Seconds since iat at the most.
    pub window: u32,
    /// Seconds by which clocks may differ, 600 at the most.
    pub leeway: u32,
    /// The method of the request, with its case.
    pub method: keycard_text,
    /// The URI of the request, absolute, as the client saw it. Query and fragment do not count, nor do the case of scheme
    /// and host, the default port, and escapes of unreserved characters; everything else does.
    pub uri: keycard_text,
    /// The access token of the request, which ath must fit.
    pub access_token: keycard_text,
    /// Nonces that were provided to the client, of which each will do.
    pub nonces: *const keycard_text,
    /// How many.
    pub nonce_count: usize,
}

/// A DPoP proof that was valid, by itself: it points to nothing. Made by keycard_dpop_validate. May be copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_proof {
    /// The SHA-256 thumbprint of the key that signed it: what jkt of an access token names.
    pub key32: [u8; 32],
    /// A SHA-256 over key, method, normalised URI and jti: the same for every copy of the proof, and for no other.
    pub replay_key32: [u8; 32],
    /// iat, in seconds since 1970-01-01T00:00:00Z.
    pub issued_at: i64,
    /// The last second at which the proof could be accepted again.
    pub replayable_until: i64,
    /// The algorithm of the signature: KEYCARD_ES256 or its like.
    pub algorithm: u32,
    /// The leeway of the rules.
    pub leeway: u32,
    /// 0.
    pub reserved: [u64; 2],
}

/// A replay cache, in memory that the caller gave to keycard_replay_cache_init.
pub struct keycard_replay_cache {
    _private: [u8; 0],
}
