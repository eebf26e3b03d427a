//! The structures of the C ABI. Their layouts are fixed and the same under every feature.

use core::ffi::c_void;

/// The outcome of a call: KEYCARD_OK (0) is success, every other value is an error. Numbers never
/// change and are never reused.
pub type keycard_status = i32;

/// Bytes to read: a text, a token, a key. A text needs no NUL. NULL with length 0 is absent; NULL
/// with another length is KEYCARD_NULL_POINTER.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_bytes {
    /// The first byte, or NULL.
    pub data: *const c_void,
    /// The length in bytes.
    pub length: usize,
}

/// Memory to write: a scratch, or the place of a text.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_buffer {
    /// The first byte, or NULL if the size is 0.
    pub data: *mut c_void,
    /// The size in bytes.
    pub size: usize,
}

/// A key table, in the memory that the caller gave to keycard_keys_init.
pub struct keycard_keys {
    _private: [u8; 0],
}

/// The current time, as far as the caller knows it. Made by keycard_time_at, keycard_time_clock or
/// keycard_time_unknown. All zeros is KEYCARD_TIME_KIND.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_time {
    /// KEYCARD_TIME_AT or KEYCARD_TIME_UNKNOWN.
    pub kind: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The current time, in seconds since 1970-01-01T00:00:00Z; 0 if it is not known.
    pub seconds: i64,
    /// A time that has certainly passed, such as the build time. If seconds is earlier, the time
    /// counts as unavailable.
    pub not_before: i64,
}

/// The rules for adding keys to a table. Start from KEYCARD_KEY_RULES_INIT and set the members that
/// differ.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_key_rules {
    /// sizeof(keycard_key_rules).
    pub struct_size: usize,
    /// KEYCARD_KEYS_…, or-ed; 0 for none.
    pub flags: u32,
    /// The only algorithms that the keys may verify: KEYCARD_ES256 and others, or-ed. 0 leaves it
    /// to the keys.
    pub algorithms: u32,
    /// A value of the JWK member use to accept besides sig, or absent.
    pub key_use: keycard_bytes,
    /// The kid for keys that have no kid, at most 255 bytes, or absent.
    pub id: keycard_bytes,
    /// The smallest RSA modulus to accept, in bits. 0 for 2048; 1 to 1023 mean 1024.
    pub insecure_min_rsa_bits: u32,
    /// The shortest secret to accept, in bytes. 0 for the length of the hash.
    pub insecure_min_secret_bytes: u32,
    /// One of KEYCARD_PRECOMPUTE_…: bytes of precomputed values for each key. 0 for none.
    pub precompute: u32,
    /// The largest RSA modulus in bits. 0 or more than the library's limit means that limit.
    pub max_rsa_bits: u32,
    /// The longest secret in bytes. 0 or more than the library's limit means that limit.
    pub max_secret_bytes: u32,
    /// Must be 0.
    pub reserved: u32,
}

/// The rules by which an image is authenticated. Start from KEYCARD_IMAGE_RULES_INIT. Give either
/// digest32 or KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_image_rules {
    /// sizeof(keycard_image_rules).
    pub struct_size: usize,
    /// KEYCARD_IMAGE_…, or-ed; 0 for none.
    pub flags: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The smallest version to accept. Older images are KEYCARD_IMAGE_OUTDATED.
    pub min_version: u64,
    /// The SHA-256 of the image, 32 bytes, or NULL.
    pub digest32: *const u8,
}

/// A rule for one claim.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_rule {
    /// The member names on the path to the claim.
    pub path: *const keycard_bytes,
    /// The number of names; 1 for a claim at the top level.
    pub path_length: usize,
    /// One of KEYCARD_RULE_….
    pub kind: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The value; absent for KEYCARD_RULE_PRESENT.
    pub value: keycard_bytes,
}

/// The requirements for a token. Start from KEYCARD_POLICY_INIT and set the members that you need.
/// An absent text and a NULL list require nothing.
///
/// Profile and algorithms must be given. The issuer, the audience and the nonce of an ID token must
/// be given, or waived by a flag; otherwise the call returns KEYCARD_POLICY_INCOMPLETE.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_policy {
    /// sizeof(keycard_policy).
    pub struct_size: usize,
    /// One of KEYCARD_PROFILE_…. 0 is KEYCARD_POLICY_INCOMPLETE.
    pub profile: u32,
    /// The algorithms to accept: KEYCARD_ES256 and others, or-ed.
    pub algorithms: u32,
    /// KEYCARD_WITHOUT_ISSUER and the flags after it, or-ed; 0 for none.
    pub flags: u32,
    /// The difference between clocks to tolerate, in seconds: at most 600 unless
    /// KEYCARD_INSECURE_LEEWAY is set.
    pub leeway: u32,
    /// The longest time since iat, in seconds. 0 sets no limit unless KEYCARD_HAS_MAX_TOKEN_AGE is
    /// set. With a limit, iat is required and must not lie in the future.
    pub max_token_age: u32,
    /// The longest time since auth_time, in seconds. 0 sets no limit unless KEYCARD_HAS_MAX_AGE is
    /// set.
    pub max_age: u32,
    /// The longest time from now to exp, in seconds. 0 sets no limit. It also catches an exp in
    /// milliseconds.
    pub max_lifetime: u32,
    /// The longest token in characters. 0 or more than KEYCARD_MAX_TOKEN_LENGTH means that limit.
    pub max_token_length: u32,
    /// The longest decoded header in bytes. 0 or more than KEYCARD_MAX_HEADER_LENGTH means that
    /// limit.
    pub max_header_length: u32,
    /// The most members of one object. 0 or more than KEYCARD_MAX_MEMBERS means that limit.
    pub max_members: u32,
    /// The required iss. With KEYCARD_ISSUER_IS_TEMPLATE, a template such as
    /// `https://login.example/{tid}/v2.0`.
    pub issuer: keycard_bytes,
    /// The required value of aud. For an ID token, the client ID.
    pub audience: keycard_bytes,
    /// Several audiences, of which the token must have one. Use it in place of audience.
    pub audiences: *const keycard_bytes,
    /// The number of audiences.
    pub audience_count: usize,
    /// The claim that holds the audience, or absent for aud.
    pub audience_claim: keycard_bytes,
    /// Audiences that an ID token may have besides the client.
    pub trusted_audiences: *const keycard_bytes,
    /// The number of trusted audiences.
    pub trusted_audience_count: usize,
    /// The required typ, compared as a media type.
    pub token_type: keycard_bytes,
    /// The name of a required header parameter.
    pub header_name: keycard_bytes,
    /// The required value of that header parameter.
    pub header_value: keycard_bytes,
    /// The required scopes: all of them, or one with KEYCARD_ANY_SCOPE.
    pub scopes: *const keycard_bytes,
    /// The number of scopes.
    pub scope_count: usize,
    /// The only claim that grants scopes, such as scp, or absent. If absent, a token that has both
    /// scope and scp is KEYCARD_SCOPE_AMBIGUOUS. If given, keycard_token_scopes reads this claim,
    /// even if scope_count is 0.
    pub scope_claim: keycard_bytes,
    /// Claims of which the token must have one to be an access token of the older style. They
    /// replace the claims that KEYCARD_PROFILE_ACCESS_TOKEN names.
    pub markers: *const keycard_bytes,
    /// The number of markers.
    pub marker_count: usize,
    /// Rules for claims. All of them must hold.
    pub rules: *const keycard_rule,
    /// The number of rules, at most 256.
    pub rule_count: usize,
    /// The nonce that was sent.
    pub nonce: keycard_bytes,
    /// The accepted values of azp. They replace the audience.
    pub authorized_parties: *const keycard_bytes,
    /// The number of authorized parties.
    pub authorized_party_count: usize,
    /// The access token that at_hash must match.
    pub access_token: keycard_bytes,
    /// The code that c_hash must match.
    pub code: keycard_bytes,
    /// The state that s_hash must match.
    pub state: keycard_bytes,
    /// The required sub.
    pub subject: keycard_bytes,
    /// Authentication context classes, of which acr must be one.
    pub authentication_contexts: *const keycard_bytes,
    /// The number of classes.
    pub authentication_context_count: usize,
    /// Authentication methods that must all be in amr.
    pub authentication_methods: *const keycard_bytes,
    /// The number of methods.
    pub authentication_method_count: usize,
    /// The claim that names the client, for clients, KEYCARD_REQUIRE_USER and KEYCARD_REJECT_USER.
    pub client_claim: keycard_bytes,
    /// Clients, of which the token must be issued to one.
    pub clients: *const keycard_bytes,
    /// The number of clients.
    pub client_count: usize,
    /// The rule that marks a token with a user, or without one. NULL if no rule does.
    pub user_mark: *const keycard_rule,
    /// The original to compare a refreshed ID token with, else NULL.
    pub original: *const keycard_original_id_token,
    /// The key to which the token must be bound: 32 bytes, key32 of the keycard_proof that came
    /// with the token, or NULL. With NULL, a token that is bound to a key is rejected.
    pub dpop_key32: *const u8,
    /// The SHA-256 of the TLS client certificate in DER, to which the token must be bound: 32
    /// bytes, or NULL. With NULL, a token that is bound to a certificate is rejected.
    pub client_certificate32: *const u8,
}

/// A trusted issuer: its keys, and the policy for its tokens.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_trust_row {
    /// The keys of this issuer, and of no other.
    pub keys: *const keycard_keys,
    /// The policy for its tokens. It names the issuer.
    pub policy: *const keycard_policy,
}

/// The contents of a token that was not verified. UNVERIFIED: the sender of the token may have
/// written all of it. Use it to choose keys and a policy, and for nothing else. The texts point
/// into the scratch.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_unverified {
    /// The claim iss, or absent.
    pub issuer: keycard_bytes,
    /// The header parameter kid, or absent.
    pub key_id: keycard_bytes,
    /// The header parameter alg, known or not.
    pub algorithm: keycard_bytes,
    /// The header parameter typ, or absent.
    pub token_type: keycard_bytes,
}

/// The claims that a client keeps of the ID token of the original authentication, for
/// KEYCARD_PROFILE_REFRESHED_ID_TOKEN.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_original_id_token {
    /// The value of iss.
    pub issuer: keycard_bytes,
    /// The value of sub.
    pub subject: keycard_bytes,
    /// All values of aud.
    pub audiences: *const keycard_bytes,
    /// The number of audiences.
    pub audience_count: usize,
    /// The value of azp, or absent if the original had none.
    pub authorized_party: keycard_bytes,
    /// The value of nonce, or absent.
    pub nonce: keycard_bytes,
    /// The value of iat, in seconds since 1970-01-01T00:00:00Z, rounded down.
    pub issued_at: i64,
    /// The value of auth_time, in seconds since 1970-01-01T00:00:00Z, rounded down; 0 if
    /// has_auth_time is 0.
    pub auth_time: i64,
    /// 1 if the original had auth_time, else 0.
    pub has_auth_time: u32,
    /// Must be 0.
    pub reserved: u32,
}

/// The reason for an error. Filled on failure and empty on success. After KEYCARD_OVERLAP it may be
/// unwritten, because it may itself be the overlap: use the returned status.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_detail {
    /// The returned status.
    pub status: keycard_status,
    /// The failed step: one of KEYCARD_STAGE_….
    pub stage: u32,
    /// The claim, header parameter, JWK member or policy member at fault, or absent. A static text.
    pub member: keycard_bytes,
    /// The position of the failed rule in the policy, from 0; -1 if it was not a rule.
    pub rule: i32,
    /// True if offset is set.
    pub has_offset: bool,
    /// True if claim_time and now are set: a time claim was the reason.
    pub has_times: bool,
    /// The number of octets that a value of the key has, for KEYCARD_KEY_WIDTH if needed is not 0;
    /// else 0.
    pub found: u16,
    /// The place of the error, in bytes from 0: in the token, the decoded JSON text or the key set.
    pub offset: usize,
    /// The size in bytes that is enough, if a memory or buffer was too small. For
    /// KEYCARD_KEY_WIDTH, the number of octets that the value should have. Else 0.
    pub needed: usize,
    /// The time in the claim, in seconds since 1970-01-01T00:00:00Z, rounded down; else 0.
    pub claim_time: i64,
    /// The current time that it was compared with, in seconds since 1970-01-01T00:00:00Z; else 0.
    pub now: i64,
}

/// A key of a set that was rejected or skipped, or that was added despite a defect.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_finding {
    /// The position of the key in the set, from 0.
    pub index: usize,
    /// The reason.
    pub status: keycard_status,
    /// The number of octets that the member has, for KEYCARD_KEY_WIDTH and
    /// KEYCARD_KEY_SHORT_COORDINATE; else 0.
    pub found: u16,
    /// The number of octets that the member should have, for the same statuses; else 0.
    pub needed: u16,
    /// The member at fault, or absent. A static text.
    pub member: keycard_bytes,
}

/// The number of rejected keys that a report names; the same for skipped keys and for noted keys.
/// Further keys are only counted.
pub const KEYCARD_MAX_FINDINGS: usize = 8;

/// The outcome for each key of a key set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_key_report {
    /// The number of keys that were added.
    pub added: usize,
    /// The number of keys that were skipped: of an unknown kind, or for another use.
    pub skipped: usize,
    /// The number of keys that were rejected: malformed, weak, private, secret or revoked.
    pub rejected: usize,
    /// The number of keys that were added despite a defect.
    pub noted: usize,
    /// The first rejected keys. Unused elements have the status KEYCARD_OK.
    pub rejections: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// The first skipped keys. Unused elements have the status KEYCARD_OK.
    pub skips: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// The first noted keys, each KEYCARD_KEY_LEADING_ZERO or KEYCARD_KEY_SHORT_COORDINATE. Unused
    /// elements have the status KEYCARD_OK.
    pub notes: [keycard_finding; KEYCARD_MAX_FINDINGS],
    /// The reason, if the whole set was rejected.
    pub detail: keycard_detail,
}

/// An accepted token, filled by keycard_validate and read by the claim getters. It points into the
/// scratch and is valid until the scratch changes. It may be copied. Read algorithm, key_index,
/// row, profile and the checks; do not rely on the other members.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_token {
    /// A number that ties the token to its scratch.
    pub generation: u64,
    /// The scratch.
    pub scratch: *const c_void,
    /// The bytes of scratch in use.
    pub scratch_used: usize,
    /// The length of the decoded header in bytes.
    pub header_length: usize,
    /// The length of the decoded payload in bytes.
    pub payload_length: usize,
    /// The number of members of the payload.
    pub members: usize,
    /// The signature algorithm: one of KEYCARD_HS256 to KEYCARD_ML_DSA_87.
    pub algorithm: u32,
    /// The position in the table of the key that verified the token, from 0 in the order of adding.
    pub key_index: u32,
    /// Checks that compared the token with a value of the policy and passed: KEYCARD_CHECK_…,
    /// or-ed.
    pub checks_passed: u32,
    /// Checks that the policy waived.
    pub checks_waived: u32,
    /// Checks that found nothing to compare.
    pub checks_vacuous: u32,
    /// 1 if the payload is claims, 0 if it is opaque bytes.
    pub has_claims: u32,
    /// The leeway of the policy, in seconds.
    pub leeway: u32,
    /// The position of the row that accepted the token in keycard_validate_any, from 0; else 0.
    pub row: u32,
    /// The kind of token it was accepted as, in words. A static text.
    pub profile: keycard_bytes,
    /// The longest age that the policy allows, or else the longest lifetime, in seconds, if
    /// has_max_token_age is 1; else 0.
    pub max_token_age: u32,
    /// 1 if the policy limits the age or the lifetime, else 0.
    pub has_max_token_age: u32,
    /// The offset in the payload of the claim that grants scopes. 0 if the policy names no claim;
    /// beyond the payload if the token lacks it.
    pub scopes_offset: u32,
    /// 0.
    pub reserved: u32,
}

/// A value in the claims of a token. Valid as long as the token.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_value {
    /// The token that holds the value. It must stay at this address.
    pub token: *const keycard_token,
    /// The offset of the value in the payload, in bytes.
    pub offset: usize,
    /// One of KEYCARD_KIND_…; 0 after a failure.
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// The rest of a list in the claims of a token. Valid as long as the token. Do not rely on its
/// members.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_iterator {
    /// The token that holds the list. It must stay at this address.
    pub token: *const keycard_token,
    /// The offset of the rest in the payload, in bytes.
    pub offset: usize,
    /// An upper bound for the end of the rest, in bytes.
    pub end: usize,
    /// The way to read the rest.
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// A member of an object, or an element of an array.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_member {
    /// The name of the member, in the scratch; absent for an element.
    pub name: keycard_bytes,
    /// The value.
    pub value: keycard_value,
}

/// The recommended flow for an application.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_recommendation {
    /// The flow that the classic decision table recommends: KEYCARD_FLOW_….
    pub classic: i32,
    /// The flow to use today (RFC 9700): KEYCARD_FLOW_….
    pub today: i32,
}

/// The advice of RFC 9700 on a flow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_practice {
    /// One of KEYCARD_PRACTICE_….
    pub kind: i32,
    /// 0.
    pub reserved: i32,
    /// The same as a sentence with its section. A static text.
    pub text: keycard_bytes,
}

/// The credentials that an endpoint issues. Those in neither member are never issued.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_issued {
    /// The credentials in every successful response: KEYCARD_ISSUED_…, or-ed.
    pub always: u32,
    /// The credentials that a response may have in addition: KEYCARD_ISSUED_…, or-ed.
    pub possible: u32,
}

/// The requirements for a DPoP proof. Start from KEYCARD_PROOF_RULES_INIT and set the members that
/// you need. The access token and the nonce must be given, or waived by a flag.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_proof_rules {
    /// sizeof(keycard_proof_rules).
    pub struct_size: usize,
    /// The algorithms to accept, all asymmetric: KEYCARD_ES256 and others, or-ed.
    pub algorithms: u32,
    /// KEYCARD_PROOF_…, or-ed; 0 for none.
    pub flags: u32,
    /// The longest time since iat, in seconds.
    pub window: u32,
    /// The difference between clocks to tolerate, in seconds, at most 600.
    pub leeway: u32,
    /// The method of the request, such as GET. It is case-sensitive.
    pub method: keycard_bytes,
    /// The absolute URI of the request, as the client saw it. Query and fragment are ignored. The
    /// rest is normalised before it is compared (RFC 3986 sections 6.2.2 and 6.2.3). A proof of a
    /// workload may also name this service in another way, which is compared exactly.
    pub uri: keycard_bytes,
    /// The access token of the request, which ath must match.
    pub access_token: keycard_bytes,
    /// Nonces that were provided to the client. The proof must have one of them.
    pub nonces: *const keycard_bytes,
    /// The number of nonces.
    pub nonce_count: usize,
    /// The transaction token of the request, which tth of a proof of a workload must match.
    pub transaction_token: keycard_bytes,
    /// The kind of proof: KEYCARD_PROOF_KIND_DPOP, which is 0, or another KEYCARD_PROOF_KIND_….
    pub kind: u32,
    /// 0.
    pub reserved: u32,
}

/// A valid DPoP proof, filled by keycard_dpop_validate. It points to nothing and may be copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_proof {
    /// The SHA-256 thumbprint of the key that signed the proof, as in jkt of an access token.
    pub key32: [u8; 32],
    /// A SHA-256 over key, method, normalised URI and jti: the same for each copy of the proof, and
    /// for no other proof.
    pub replay_key32: [u8; 32],
    /// The iat of the proof, in seconds since 1970-01-01T00:00:00Z.
    pub issued_at: i64,
    /// The last second in which the proof could be accepted again, in seconds since
    /// 1970-01-01T00:00:00Z.
    pub replayable_until: i64,
    /// The signature algorithm: one of KEYCARD_RS256 to KEYCARD_ML_DSA_87.
    pub algorithm: u32,
    /// The leeway of the rules, in seconds.
    pub leeway: u32,
    /// 0.
    pub reserved: [u64; 2],
}

/// The rules of the verifier for the key binding of an SD-JWT. Start from KEYCARD_KEY_BINDING_INIT.
/// The presentation has no influence on them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct keycard_key_binding {
    /// sizeof(keycard_key_binding).
    pub struct_size: usize,
    /// KEYCARD_KEY_BINDING_REQUIRED, …_ALLOWED or …_FORBIDDEN. If it is forbidden, all members
    /// below are 0 or absent.
    pub mode: u32,
    /// The algorithms to accept for the Key Binding JWT, all asymmetric: KEYCARD_ES256 and others,
    /// or-ed.
    pub algorithms: u32,
    /// The longest time since iat of the Key Binding JWT, in seconds.
    pub window: u32,
    /// The difference between clocks to tolerate, in seconds, at most 600.
    pub leeway: u32,
    /// The required aud of the Key Binding JWT: the name of this verifier.
    pub audience: keycard_bytes,
    /// Nonces that were given to the holder for this presentation. The Key Binding JWT must have
    /// one of them. A nonce is good once: forget it afterwards.
    pub nonces: *const keycard_bytes,
    /// The number of nonces.
    pub nonce_count: usize,
}

/// A replay cache, in the memory that the caller gave to keycard_replay_cache_init.
pub struct keycard_replay_cache {
    _private: [u8; 0],
}

/// A cache of prepared proof keys, in the memory that the caller gave to
/// keycard_proof_key_cache_init.
pub struct keycard_proof_key_cache {
    _private: [u8; 0],
}
