/*
 * keycard: validates OAuth 2.0 / OpenID Connect tokens (JWT) and verifies PKCE, without an
 * allocator.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit.
 *
 * To validate a token you need keycard_keys_init, keycard_keys_add_jwks, KEYCARD_POLICY_INIT,
 * KEYCARD_SCRATCH_SIZE, keycard_validate, keycard_status_text and keycard_claim_string. The README
 * has them in one program. Everything else is optional. The sections that this program needs come
 * first; the lists of checks, stages and statuses come last.
 *
 * Arguments:
 *
 * - A function takes the object that it works on first, then its inputs, then its outputs. A
 *   length follows its address. Lengths are in bytes unless the comment says otherwise.
 * - Strings need no NUL and get none, except the static strings of keycard_status_text and
 *   keycard_version, and the line of keycard_detail_text.
 * - A keycard_text of NULL and 0 (KEYCARD_ABSENT) is absent. One with an address and length 0 is
 *   empty. One with a length and no address is KEYCARD_NULL_POINTER.
 * - A list that is NULL is not given. One with an address and no elements is empty. A value that
 *   is given and empty never means "do not check".
 *
 * Statuses:
 *
 * - A function returns a keycard_status: KEYCARD_OK (0) on success, otherwise the number of an
 *   error. Treat every number but KEYCARD_OK as a rejection: later versions add numbers.
 * - Each function lists its statuses. In addition, each may return KEYCARD_NULL_POINTER,
 *   KEYCARD_BAD_MEMORY (alignment, impossible lengths), KEYCARD_OVERLAP and KEYCARD_NOT_TEXT (not
 *   UTF-8).
 * - KEYCARD_MUST_USE makes the compiler warn about an ignored status. Claim getters do not carry
 *   it: on failure they set their output to empty.
 * - A feature that is not built into the library returns KEYCARD_ALGORITHM_NOT_BUILT, or
 *   KEYCARD_UNSUPPORTED_POLICY for a kind of token.
 *
 * Outputs and memory:
 *
 * - A function sets its outputs to empty on failure. A detail or report says why it failed. These
 *   two may be NULL. Any other output may be NULL only if its size is 0.
 * - The caller owns all memory. There is no heap, no global state and nothing to free.
 * - An output must not overlap an input or another output. If one does, the call returns
 *   KEYCARD_OVERLAP and writes nothing, except a detail or report that itself overlaps nothing.
 * - An overlap with memory that an input structure points to is found when that memory is read. A
 *   call that fails before that, for another reason, sets its outputs to empty even so.
 * - A result that points into other memory says so under Lifetime. It is valid until that memory
 *   changes or is freed.
 *
 * Threads and versions:
 *
 * - Any number of threads may read one key table, one policy and one token at the same time. A
 *   thread that adds keys to a table or clears it must be the only user of the table. To replace
 *   keys, build another table and swap a pointer.
 * - Each call on a replay cache writes it: threads that share one take turns.
 * - Structures that begin with struct_size may grow in later versions. Other layouts and all
 *   numbers never change.
 */

#ifndef KEYCARD_H
#define KEYCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYCARD_VERSION_MAJOR 0
#define KEYCARD_VERSION_MINOR 1
#define KEYCARD_VERSION_PATCH 0

/* Makes the compiler warn about an ignored status. Define it as nothing for tools that do not
 * understand attributes. */
#ifndef KEYCARD_MUST_USE
#if defined(__GNUC__) || defined(__clang__)
#define KEYCARD_MUST_USE __attribute__((warn_unused_result))
#else
#define KEYCARD_MUST_USE
#endif
#endif

/* A keycard_text of a string literal, as an expression. */
#ifdef __cplusplus
#define KEYCARD_TEXT(literal) (keycard_text{"" literal, sizeof(literal) - 1})
#else
#define KEYCARD_TEXT(literal) ((keycard_text){"" literal, sizeof(literal) - 1})
#endif

/* A keycard_text of a string literal, as a constant initialiser:
 * static const keycard_text scopes[] = {KEYCARD_TEXT_INIT("read")}; */
#define KEYCARD_TEXT_INIT(literal) {"" literal, sizeof(literal) - 1}

/* An absent keycard_text, as an initialiser. */
#define KEYCARD_ABSENT {NULL, 0}

/* An absent keycard_text, as an expression. */
#ifdef __cplusplus
#define KEYCARD_NOTHING (keycard_text{NULL, 0})
#else
#define KEYCARD_NOTHING ((keycard_text){NULL, 0})
#endif

/* Prints a keycard_text: printf("sub " KEYCARD_FORMAT "\n", KEYCARD_ARGUMENTS(text)). */
#define KEYCARD_FORMAT "%.*s"
#define KEYCARD_ARGUMENTS(text) (int)(text).length, (text).data == NULL ? "" : (text).data

/* A policy that requires nothing yet and accepts nothing, as an initialiser. */
#define KEYCARD_POLICY_INIT                                                                          \
    {                                                                                                \
        sizeof(keycard_policy), /* struct_size */                                                    \
        0, 0, 0, 0, 0, 0,       /* profile, algorithms, flags, leeway, max_token_age, max_age */     \
        0, 0, 0, 0,             /* max_lifetime, max_token_length, max_header_length, max_members */ \
        KEYCARD_ABSENT,         /* issuer */                                                         \
        KEYCARD_ABSENT,         /* audience */                                                       \
        NULL, 0,                /* audiences */                                                      \
        KEYCARD_ABSENT,         /* audience_claim */                                                 \
        NULL, 0,                /* trusted_audiences */                                              \
        KEYCARD_ABSENT,         /* token_type */                                                     \
        KEYCARD_ABSENT,         /* header_name */                                                    \
        KEYCARD_ABSENT,         /* header_value */                                                   \
        NULL, 0,                /* scopes */                                                         \
        KEYCARD_ABSENT,         /* scope_claim */                                                    \
        NULL, 0,                /* markers */                                                        \
        NULL, 0,                /* rules */                                                          \
        KEYCARD_ABSENT,         /* nonce */                                                          \
        NULL, 0,                /* authorized_parties */                                             \
        KEYCARD_ABSENT,         /* access_token */                                                   \
        KEYCARD_ABSENT,         /* code */                                                           \
        KEYCARD_ABSENT,         /* state */                                                          \
        KEYCARD_ABSENT,         /* subject */                                                        \
        NULL, 0,                /* authentication_contexts */                                        \
        NULL, 0,                /* authentication_methods */                                         \
        KEYCARD_ABSENT,         /* client_claim */                                                   \
        NULL, 0,                /* clients */                                                        \
        NULL,                   /* user_mark */                                                      \
        NULL,                   /* original */                                                       \
        NULL, NULL              /* dpop_key32, client_certificate32 */                               \
    }

/* The default rules for keys, as an initialiser. */
#define KEYCARD_KEY_RULES_INIT                                                                       \
    {                                                                                                \
        sizeof(keycard_key_rules), /* struct_size */                                                 \
        0, 0,                      /* flags, algorithms */                                           \
        KEYCARD_ABSENT,            /* key_use */                                                     \
        KEYCARD_ABSENT,            /* id */                                                          \
        0, 0,                      /* insecure_min_rsa_bits, insecure_min_secret_bytes */            \
        0, 0, 0, 0                 /* precompute, max_rsa_bits, max_secret_bytes, reserved */           \
    }

/* Rules that accept no image yet, as an initialiser. */
#define KEYCARD_IMAGE_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_image_rules), /* struct_size */                                               \
        0, 0, 0,                     /* flags, reserved, min_version */                              \
        NULL                         /* digest32 */                                                  \
    }

/* Rules that accept no DPoP proof yet, as an initialiser. */
#define KEYCARD_PROOF_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_proof_rules), /* struct_size */                                               \
        0, 0, 0, 0,                  /* algorithms, flags, window, leeway */                         \
        KEYCARD_ABSENT,              /* method */                                                    \
        KEYCARD_ABSENT,              /* uri */                                                       \
        KEYCARD_ABSENT,              /* access_token */                                              \
        NULL, 0                      /* nonces */                                                    \
    }

/* The size of a replay cache in words of 8 bytes, as a constant for arrays of uint64_t. See
 * keycard_replay_cache_size. */
#define KEYCARD_REPLAY_WORDS(entries)                                                                \
    (6 + 3 * ((size_t)(entries) < 16 ? (size_t)(entries) : ((size_t)(entries) + 15) / 16 * 16))

/* The longest token in characters, the longest decoded header in bytes, and the most members of one
 * object. 64-bit hosts have larger limits than 32-bit firmware. A policy may lower them. */
#if SIZE_MAX > 0xFFFFFFFF
#define KEYCARD_MAX_TOKEN_LENGTH 65536
#define KEYCARD_MAX_HEADER_LENGTH 16384
#define KEYCARD_MAX_MEMBERS 1024
#else
#define KEYCARD_MAX_TOKEN_LENGTH 16384
#define KEYCARD_MAX_HEADER_LENGTH 4096
#define KEYCARD_MAX_MEMBERS 64
#endif

/* The size of a scratch in bytes, as a constant for arrays. See keycard_scratch_size. */
#define KEYCARD_SCRATCH_SIZE(token_length) KEYCARD_SCRATCH_OF(KEYCARD_DECODED(token_length))
#define KEYCARD_DECODED(length)                                                                      \
    ((length) > KEYCARD_MAX_TOKEN_LENGTH ? (size_t)KEYCARD_MAX_TOKEN_LENGTH / 4 * 3                  \
                                         : (size_t)(length) / 4 * 3 + (size_t)(length) % 4 * 3 / 4)
#define KEYCARD_SCRATCH_OF(decoded)                                                                  \
    (8 + (decoded) +                                                                                 \
     4 * ((decoded) / 5 + 1 > 16 * KEYCARD_MAX_MEMBERS ? (size_t)16 * KEYCARD_MAX_MEMBERS            \
                                                       : (decoded) / 5 + 1))

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* --- Statuses and texts ----------------------------------------------------------------------- */

// The outcome of a call: KEYCARD_OK (0) is success, every other value is an error. Numbers never
// change and are never reused.
typedef int32_t keycard_status;

// A text by address and length. It needs no NUL. NULL with length 0 is an absent text; NULL with
// another length is KEYCARD_NULL_POINTER.
typedef struct keycard_text {
    // The first byte, or NULL.
    const char *data;
    // The length in bytes.
    size_t length;
} keycard_text;

// The reason for an error. Filled on failure and empty on success. After KEYCARD_OVERLAP it may be
// unwritten, because it may itself be the overlap: use the returned status.
typedef struct keycard_detail {
    // The returned status.
    keycard_status status;
    // The failed step: one of KEYCARD_STAGE_….
    uint32_t stage;
    // The claim, header parameter, JWK member or policy member at fault, or absent. A static text.
    struct keycard_text member;
    // The position of the failed rule in the policy, from 0; -1 if it was not a rule.
    int32_t rule;
    // True if offset is set.
    bool has_offset;
    // True if claim_time and now are set: a time claim was the reason.
    bool has_times;
    // The number of octets that a value of the key has, for KEYCARD_KEY_WIDTH if needed is not 0;
    // else 0.
    uint16_t found;
    // The place of the error, in bytes from 0: in the token, the decoded JSON text or the key set.
    size_t offset;
    // The size in bytes that is enough, if a memory or buffer was too small. For
    // KEYCARD_KEY_WIDTH, the number of octets that the value should have. Else 0.
    size_t needed;
    // The time in the claim, in seconds since 1970-01-01T00:00:00Z, rounded down; else 0.
    int64_t claim_time;
    // The current time that it was compared with, in seconds since 1970-01-01T00:00:00Z; else 0.
    int64_t now;
} keycard_detail;

// Describes a status in one sentence. KEYCARD_OK is "accepted", also for calls that validate
// nothing.
//
// Returns: a static string that ends in a NUL; for an unknown number, one that says it is not a
//            status
// In:      status, any number
const char *keycard_status_text(keycard_status status);

// Writes an error as one line for logs, such as "time: the token has expired (exp
// 2026-11-30T04:10:00Z, 42 s before now 2026-11-30T04:10:42Z)". The line contains no text from the
// token.
//
// Returns: the length of the whole line in bytes, without the NUL; the line was cut if it is not
//            less than size
//          0 if detail is NULL
// In:      detail, filled by an earlier call
//          size, the bytes at text, 0 or more
// Out:     text, the line and a NUL, cut to size bytes; may be NULL if size is 0
size_t keycard_detail_text(const struct keycard_detail *detail, char *text, size_t size);

// Names a stage, for logs: "key set".
//
// Returns: a static text without a NUL; absent for an unknown stage
// In:      stage, one of KEYCARD_STAGE_…
struct keycard_text keycard_stage_name(uint32_t stage);

// Names a check, for logs: "access token hash".
//
// Returns: a static text without a NUL; absent for an unknown check or several checks
// In:      check, one of KEYCARD_CHECK_…
struct keycard_text keycard_check_name(uint32_t check);

// Gives the version of the library, which may differ from that of the header.
//
// Returns: a static string that ends in a NUL, such as "0.1.0"
const char *keycard_version(void);

/* --- Time ------------------------------------------------------------------------------------- */

// The current time is known.
#define KEYCARD_TIME_AT 1
// The current time is not known.
#define KEYCARD_TIME_UNKNOWN 2

// The current time, as far as the caller knows it. Made by keycard_time_at, keycard_time_clock or
// keycard_time_unknown. All zeros is KEYCARD_TIME_KIND.
typedef struct keycard_time {
    // KEYCARD_TIME_AT or KEYCARD_TIME_UNKNOWN.
    uint32_t kind;
    // Must be 0.
    uint32_t reserved;
    // The current time, in seconds since 1970-01-01T00:00:00Z; 0 if it is not known.
    int64_t seconds;
    // A time that has certainly passed, such as the build time. If seconds is earlier, the time
    // counts as unavailable.
    int64_t not_before;
} keycard_time;

// States the current time by a clock that is known to be right. A negative time is
// KEYCARD_TIME_UNAVAILABLE, because time() returns -1 without a clock.
//
// Warning: an unset clock reads 0, and at 0 no token has expired. Use keycard_time_clock if the
// clock may be unset.
//
// Returns: the time
// In:      seconds, since 1970-01-01T00:00:00Z
struct keycard_time keycard_time_at(int64_t seconds);

// States the current time by a clock that may be unset or may fail. A time that is negative or
// before not_before is KEYCARD_TIME_UNAVAILABLE.
//
// Returns: the time
// In:      seconds, since 1970-01-01T00:00:00Z
//          not_before, a time that has certainly passed, such as the build time, in seconds since
//            1970-01-01T00:00:00Z
struct keycard_time keycard_time_clock(int64_t seconds, int64_t not_before);

// States that the current time is not known.
//
// Returns: the time
// In:      not_before, a time that has certainly passed, in seconds since 1970-01-01T00:00:00Z;
//            never take it from a token
struct keycard_time keycard_time_unknown(int64_t not_before);

/* --- Keys ------------------------------------------------------------------------------------- */

// The number of rejected keys that a report names; the same for skipped keys and for noted keys.
// Further keys are only counted.
#define KEYCARD_MAX_FINDINGS 8

// A key table, in the memory that the caller gave to keycard_keys_init.
typedef struct keycard_keys keycard_keys;

// A key of a set that was rejected or skipped, or that was added despite a defect.
typedef struct keycard_finding {
    // The position of the key in the set, from 0.
    size_t index;
    // The reason.
    keycard_status status;
    // The number of octets that the member has, for KEYCARD_KEY_WIDTH and
    // KEYCARD_KEY_SHORT_COORDINATE; else 0.
    uint16_t found;
    // The number of octets that the member should have, for the same statuses; else 0.
    uint16_t needed;
    // The member at fault, or absent. A static text.
    struct keycard_text member;
} keycard_finding;

// The outcome for each key of a key set.
typedef struct keycard_key_report {
    // The number of keys that were added.
    size_t added;
    // The number of keys that were skipped: of an unknown kind, or for another use.
    size_t skipped;
    // The number of keys that were rejected: malformed, weak, private, secret or revoked.
    size_t rejected;
    // The number of keys that were added despite a defect.
    size_t noted;
    // The first rejected keys. Unused elements have the status KEYCARD_OK.
    struct keycard_finding rejections[KEYCARD_MAX_FINDINGS];
    // The first skipped keys. Unused elements have the status KEYCARD_OK.
    struct keycard_finding skips[KEYCARD_MAX_FINDINGS];
    // The first noted keys, each KEYCARD_KEY_LEADING_ZERO or KEYCARD_KEY_SHORT_COORDINATE. Unused
    // elements have the status KEYCARD_OK.
    struct keycard_finding notes[KEYCARD_MAX_FINDINGS];
    // The reason, if the whole set was rejected.
    struct keycard_detail detail;
} keycard_key_report;

// Makes an empty key table in memory of the caller.
//
// The memory must have these bytes, each item rounded up to a multiple of 8:
// - 48 for the table;
// - 16 for each key, and the length of its kid;
// - for each key: 64 on P-256 and secp256k1, 96 on P-384, 144 on P-521, 32 for Ed25519, 8 and the
//   modulus for RSA (264 for 2048 bits), the key itself for ML-DSA, the secret itself for HMAC;
// - 24 and the issuer, if the JWK of a key has exp, nbf or issuer;
// - at most the bytes that precompute allows for each key: KEYCARD_PRECOMPUTE_8KB is 8192.
//
// While a JWK is parsed, the free space also holds 8 bytes for each of its member names. That
// rarely exceeds the size of the key. For example, 2048 bytes hold 16 P-256 keys or 6 RSA keys of
// 2048 bits, each with a kid of 32 characters and without precomputed values.
//
// You need not compute the size: keycard_keys_size_for_jwks does. If the keys do not fit, the call
// that adds them returns KEYCARD_KEY_TABLE_FULL with the required size in report.detail.needed.
//
// Returns: KEYCARD_OK
//          KEYCARD_MEMORY_TOO_SMALL if size is less than 48
// In:      memory, for the table, aligned to 8 bytes
//          size, of memory in bytes; only whole words of 8 bytes are used
// Out:     keys, the table; NULL on failure
// Lifetime: the table is valid as long as the memory; there is nothing to free
KEYCARD_MUST_USE
keycard_status keycard_keys_init(uint64_t *memory,
                                 size_t size,
                                 struct keycard_keys **keys);

// Adds the keys of a JWK Set (RFC 7517 section 5) to a table.
//
// Keys of an unknown kind or for another use are skipped. Malformed, weak, private, secret and
// revoked keys are rejected, also if the error is one of JSON inside the key. Neither stops the
// other keys. If the memory is full, no key of this set is added, and the earlier keys stay.
//
// Fetch a key set again, into another table, when a service starts and when a token gets
// KEYCARD_KEY_NOT_FOUND or KEYCARD_KEY_EXPIRED, at most once a minute. Keep the old table if
// report.added is 0.
//
// If PEM is built in, the set may also be an object that has a PEM key for each kid, as Google and
// Firebase publish theirs. Certificates in it need KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Returns: KEYCARD_OK, also if no key was added: see report.added
//          KEYCARD_KEY_TABLE_FULL with the bytes that the table needs in report.detail.needed
//          KEYCARD_KEY_SET_MALFORMED if there is no keys array
//          KEYCARD_JSON_… if the set is not JSON or longer than the limit
//          KEYCARD_NOT_A_KEY_TABLE or KEYCARD_READ_ONLY
// In:      keys, a table that no other thread uses during the call
//          jwks, the key set: jwks_length bytes of UTF-8, at most 1,048,575
// Out:     report, the outcome for each key; may be NULL
// Lifetime: nothing points into jwks after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks(struct keycard_keys *keys,
                                     const void *jwks,
                                     size_t jwks_length,
                                     struct keycard_key_report *report);

/* --- Algorithms ------------------------------------------------------------------------------- */

// HMAC with SHA-256.
#define KEYCARD_HS256 1
// HMAC with SHA-384.
#define KEYCARD_HS384 (1 << 1)
// HMAC with SHA-512.
#define KEYCARD_HS512 (1 << 2)
// RSASSA-PKCS1-v1_5 with SHA-256.
#define KEYCARD_RS256 (1 << 3)
// RSASSA-PKCS1-v1_5 with SHA-384.
#define KEYCARD_RS384 (1 << 4)
// RSASSA-PKCS1-v1_5 with SHA-512.
#define KEYCARD_RS512 (1 << 5)
// RSASSA-PSS with SHA-256.
#define KEYCARD_PS256 (1 << 6)
// RSASSA-PSS with SHA-384.
#define KEYCARD_PS384 (1 << 7)
// RSASSA-PSS with SHA-512.
#define KEYCARD_PS512 (1 << 8)
// ECDSA with P-256 and SHA-256.
#define KEYCARD_ES256 (1 << 9)
// ECDSA with P-384 and SHA-384.
#define KEYCARD_ES384 (1 << 10)
// ECDSA with P-521 and SHA-512.
#define KEYCARD_ES512 (1 << 11)
// ECDSA with secp256k1 and SHA-256.
#define KEYCARD_ES256K (1 << 12)
// EdDSA with Ed25519.
#define KEYCARD_EDDSA (1 << 13)
// EdDSA with Ed25519, by its fully specified name (RFC 9864).
#define KEYCARD_ED25519 (1 << 14)
// ML-DSA-44.
#define KEYCARD_ML_DSA_44 (1 << 15)
// ML-DSA-65.
#define KEYCARD_ML_DSA_65 (1 << 16)
// ML-DSA-87.
#define KEYCARD_ML_DSA_87 (1 << 17)

/* --- Policies --------------------------------------------------------------------------------- */

// A signature over a payload of any bytes.
#define KEYCARD_PROFILE_JWS 1
// A JWT of no particular kind.
#define KEYCARD_PROFILE_JWT 2
// An access token, by RFC 9068 or of the older style. It must have the typ at+jwt or a claim that
// marks an access token: scope, scp, cid, appid, or token_use with the value access. The markers
// of the policy replace these claims.
#define KEYCARD_PROFILE_ACCESS_TOKEN 3
// An access token by RFC 9068 only.
#define KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 4
// An ID token of OpenID Connect.
#define KEYCARD_PROFILE_ID_TOKEN 5
// An ID token from a refresh, compared with the original.
#define KEYCARD_PROFILE_REFRESHED_ID_TOKEN 6
// A back-channel logout token with the type logout+jwt.
#define KEYCARD_PROFILE_LOGOUT_TOKEN 7
// A back-channel logout token that may also have no type, or the type JWT.
#define KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED 8

// Accept tokens of any issuer.
#define KEYCARD_WITHOUT_ISSUER 1
// Accept tokens for any audience.
#define KEYCARD_WITHOUT_AUDIENCE (1 << 1)
// Accept tokens without exp.
#define KEYCARD_WITHOUT_EXPIRY (1 << 2)
// Accept tokens while the time is not known.
#define KEYCARD_WITHOUT_CLOCK (1 << 3)
// No nonce was sent.
#define KEYCARD_NONCE_NOT_SENT (1 << 4)
// Allow a leeway of more than 600 seconds.
#define KEYCARD_INSECURE_LEEWAY (1 << 5)
// max_token_age is required even if it is 0.
#define KEYCARD_HAS_MAX_TOKEN_AGE (1 << 6)
// max_age is required even if it is 0.
#define KEYCARD_HAS_MAX_AGE (1 << 7)
// Require azp if there are several audiences.
#define KEYCARD_REQUIRE_AUTHORIZED_PARTY (1 << 8)
// Require at_hash.
#define KEYCARD_REQUIRE_ACCESS_TOKEN_HASH (1 << 9)
// Require c_hash.
#define KEYCARD_REQUIRE_CODE_HASH (1 << 10)
// Require s_hash.
#define KEYCARD_REQUIRE_STATE_HASH (1 << 11)
// True if one of the scopes is enough.
#define KEYCARD_ANY_SCOPE (1 << 12)
// Require a user behind the token: sub is not the client, and user_mark holds.
#define KEYCARD_REQUIRE_USER (1 << 13)
// Reject tokens with a user. A token without one has no sub, the client as sub, or matches
// user_mark.
#define KEYCARD_REJECT_USER (1 << 14)
// Accept padded base64url, from the signer that header_name and header_value identify.
#define KEYCARD_ALLOW_PADDING (1 << 15)
// Reject tokens whose iat lies in the future. Recommended where the clock may be behind.
#define KEYCARD_REJECT_ISSUED_IN_FUTURE (1 << 16)
// issuer is a template that matches all issuers of its form. The claim that the braces name must
// be in the token and equal that part of iss: one or more letters, digits, "-", ".", "_" and "~".
#define KEYCARD_ISSUER_IS_TEMPLATE (1 << 17)

// The claim is present.
#define KEYCARD_RULE_PRESENT 1
// The claim is a string equal to the value.
#define KEYCARD_RULE_EQUALS 2
// The claim is an array of strings that contains the value, or a string equal to it.
#define KEYCARD_RULE_CONTAINS 3

// A rule for one claim.
typedef struct keycard_rule {
    // The member names on the path to the claim.
    const struct keycard_text *path;
    // The number of names; 1 for a claim at the top level.
    size_t path_length;
    // One of KEYCARD_RULE_….
    uint32_t kind;
    // Must be 0.
    uint32_t reserved;
    // The value; absent for KEYCARD_RULE_PRESENT.
    struct keycard_text value;
} keycard_rule;

// The claims that a client keeps of the ID token of the original authentication, for
// KEYCARD_PROFILE_REFRESHED_ID_TOKEN.
typedef struct keycard_original_id_token {
    // The value of iss.
    struct keycard_text issuer;
    // The value of sub.
    struct keycard_text subject;
    // All values of aud.
    const struct keycard_text *audiences;
    // The number of audiences.
    size_t audience_count;
    // The value of azp, or absent if the original had none.
    struct keycard_text authorized_party;
    // The value of nonce, or absent.
    struct keycard_text nonce;
    // The value of iat, in seconds since 1970-01-01T00:00:00Z, rounded down.
    int64_t issued_at;
    // The value of auth_time, in seconds since 1970-01-01T00:00:00Z, rounded down; 0 if
    // has_auth_time is 0.
    int64_t auth_time;
    // 1 if the original had auth_time, else 0.
    uint32_t has_auth_time;
    // Must be 0.
    uint32_t reserved;
} keycard_original_id_token;

// The requirements for a token. Start from KEYCARD_POLICY_INIT and set the members that you need.
// An absent text and a NULL list require nothing.
//
// Profile and algorithms must be given. The issuer, the audience and the nonce of an ID token must
// be given, or waived by a flag; otherwise the call returns KEYCARD_POLICY_INCOMPLETE.
typedef struct keycard_policy {
    // sizeof(keycard_policy).
    size_t struct_size;
    // One of KEYCARD_PROFILE_…. 0 is KEYCARD_POLICY_INCOMPLETE.
    uint32_t profile;
    // The algorithms to accept: KEYCARD_ES256 and others, or-ed.
    uint32_t algorithms;
    // KEYCARD_WITHOUT_ISSUER and the flags after it, or-ed; 0 for none.
    uint32_t flags;
    // The difference between clocks to tolerate, in seconds: at most 600 unless
    // KEYCARD_INSECURE_LEEWAY is set.
    uint32_t leeway;
    // The longest time since iat, in seconds. 0 sets no limit unless KEYCARD_HAS_MAX_TOKEN_AGE is
    // set. With a limit, iat is required and must not lie in the future.
    uint32_t max_token_age;
    // The longest time since auth_time, in seconds. 0 sets no limit unless KEYCARD_HAS_MAX_AGE is
    // set.
    uint32_t max_age;
    // The longest time from now to exp, in seconds. 0 sets no limit. It also catches an exp in
    // milliseconds.
    uint32_t max_lifetime;
    // The longest token in characters. 0 or more than KEYCARD_MAX_TOKEN_LENGTH means that limit.
    uint32_t max_token_length;
    // The longest decoded header in bytes. 0 or more than KEYCARD_MAX_HEADER_LENGTH means that
    // limit.
    uint32_t max_header_length;
    // The most members of one object. 0 or more than KEYCARD_MAX_MEMBERS means that limit.
    uint32_t max_members;
    // The required iss. With KEYCARD_ISSUER_IS_TEMPLATE, a template such as
    // `https://login.example/{tid}/v2.0`.
    struct keycard_text issuer;
    // The required value of aud. For an ID token, the client ID.
    struct keycard_text audience;
    // Several audiences, of which the token must have one. Use it in place of audience.
    const struct keycard_text *audiences;
    // The number of audiences.
    size_t audience_count;
    // The claim that holds the audience, or absent for aud.
    struct keycard_text audience_claim;
    // Audiences that an ID token may have besides the client.
    const struct keycard_text *trusted_audiences;
    // The number of trusted audiences.
    size_t trusted_audience_count;
    // The required typ, compared as a media type.
    struct keycard_text token_type;
    // The name of a required header parameter.
    struct keycard_text header_name;
    // The required value of that header parameter.
    struct keycard_text header_value;
    // The required scopes: all of them, or one with KEYCARD_ANY_SCOPE.
    const struct keycard_text *scopes;
    // The number of scopes.
    size_t scope_count;
    // The only claim that grants scopes, such as scp, or absent. If absent, a token that has both
    // scope and scp is KEYCARD_SCOPE_AMBIGUOUS. If given, keycard_token_scopes reads this claim,
    // even if scope_count is 0.
    struct keycard_text scope_claim;
    // Claims of which the token must have one to be an access token of the older style. They
    // replace the claims that KEYCARD_PROFILE_ACCESS_TOKEN names.
    const struct keycard_text *markers;
    // The number of markers.
    size_t marker_count;
    // Rules for claims. All of them must hold.
    const struct keycard_rule *rules;
    // The number of rules, at most 256.
    size_t rule_count;
    // The nonce that was sent.
    struct keycard_text nonce;
    // The accepted values of azp. They replace the audience.
    const struct keycard_text *authorized_parties;
    // The number of authorized parties.
    size_t authorized_party_count;
    // The access token that at_hash must match.
    struct keycard_text access_token;
    // The code that c_hash must match.
    struct keycard_text code;
    // The state that s_hash must match.
    struct keycard_text state;
    // The required sub.
    struct keycard_text subject;
    // Authentication context classes, of which acr must be one.
    const struct keycard_text *authentication_contexts;
    // The number of classes.
    size_t authentication_context_count;
    // Authentication methods that must all be in amr.
    const struct keycard_text *authentication_methods;
    // The number of methods.
    size_t authentication_method_count;
    // The claim that names the client, for clients, KEYCARD_REQUIRE_USER and KEYCARD_REJECT_USER.
    struct keycard_text client_claim;
    // Clients, of which the token must be issued to one.
    const struct keycard_text *clients;
    // The number of clients.
    size_t client_count;
    // The rule that marks a token with a user, or without one. NULL if no rule does.
    const struct keycard_rule *user_mark;
    // The original to compare a refreshed ID token with, else NULL.
    const struct keycard_original_id_token *original;
    // The key to which the token must be bound: 32 bytes, key32 of the keycard_proof that came
    // with the token, or NULL. With NULL, a token that is bound to a key is rejected.
    const uint8_t *dpop_key32;
    // The SHA-256 of the TLS client certificate in DER, to which the token must be bound: 32
    // bytes, or NULL. With NULL, a token that is bound to a certificate is rejected.
    const uint8_t *client_certificate32;
} keycard_policy;

/* --- Validation ------------------------------------------------------------------------------- */

// An accepted token, filled by keycard_validate and read by the claim getters. It points into the
// scratch and is valid until the scratch changes. It may be copied. Read algorithm, key_index,
// row, profile and the checks; do not rely on the other members.
typedef struct keycard_token {
    // A number that ties the token to its scratch.
    uint64_t generation;
    // The scratch.
    const void *scratch;
    // The bytes of scratch in use.
    size_t scratch_used;
    // The length of the decoded header in bytes.
    size_t header_length;
    // The length of the decoded payload in bytes.
    size_t payload_length;
    // The number of members of the payload.
    size_t members;
    // The signature algorithm: one of KEYCARD_HS256 to KEYCARD_ML_DSA_87.
    uint32_t algorithm;
    // The position in the table of the key that verified the token, from 0 in the order of adding.
    uint32_t key_index;
    // Checks that compared the token with a value of the policy and passed: KEYCARD_CHECK_…,
    // or-ed.
    uint32_t checks_passed;
    // Checks that the policy waived.
    uint32_t checks_waived;
    // Checks that found nothing to compare.
    uint32_t checks_vacuous;
    // 1 if the payload is claims, 0 if it is opaque bytes.
    uint32_t has_claims;
    // The leeway of the policy, in seconds.
    uint32_t leeway;
    // The position of the row that accepted the token in keycard_validate_any, from 0; else 0.
    uint32_t row;
    // The kind of token it was accepted as, in words. A static text.
    struct keycard_text profile;
    // The longest age that the policy allows, in seconds, if has_max_token_age is 1; else 0.
    uint32_t max_token_age;
    // 1 if the policy limits the age, else 0.
    uint32_t has_max_token_age;
    // The offset in the payload of the claim that grants scopes. 0 if the policy names no claim;
    // beyond the payload if the token lacks it.
    uint32_t scopes_offset;
    // 0.
    uint32_t reserved;
} keycard_token;

// Computes a scratch size that is always enough for a token. KEYCARD_SCRATCH_SIZE computes the
// same as a constant.
//
// Returns: the size of the scratch in bytes
// In:      token_length, of the token in characters
size_t keycard_scratch_size(size_t token_length);

// Decides if a token is accepted: verifies its signature and checks its claims. Afterwards the
// scratch holds the claims, so leave it alone while you use the token.
//
// Returns: KEYCARD_OK if the token is accepted
//          KEYCARD_EXPIRED, KEYCARD_NOT_YET_VALID or KEYCARD_TIME_UNAVAILABLE if nothing else is
//            wrong with it
//          another status that says why not
// In:      keys, the trusted keys
//          policy, the requirements for the token
//          time, the current time
//          jwt, the token: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
// Out:     scratch, the decoded token; need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
//            the call
KEYCARD_MUST_USE
keycard_status keycard_validate(const struct keycard_keys *keys,
                                const struct keycard_policy *policy,
                                struct keycard_time time,
                                const void *jwt,
                                size_t jwt_length,
                                void *scratch,
                                size_t scratch_size,
                                struct keycard_token *token,
                                struct keycard_detail *detail);

/* --- Claims of an accepted token -------------------------------------------------------------- */

// An object.
#define KEYCARD_KIND_OBJECT 1
// An array.
#define KEYCARD_KIND_ARRAY 2
// A string.
#define KEYCARD_KIND_STRING 3
// A number.
#define KEYCARD_KIND_NUMBER 4
// true or false.
#define KEYCARD_KIND_BOOLEAN 5
// null.
#define KEYCARD_KIND_NULL 6

// A value in the claims of a token. Valid as long as the token.
typedef struct keycard_value {
    // The token that holds the value. It must stay at this address.
    const struct keycard_token *token;
    // The offset of the value in the payload, in bytes.
    size_t offset;
    // One of KEYCARD_KIND_…; 0 after a failure.
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_value;

// The rest of a list in the claims of a token. Valid as long as the token. Do not rely on its
// members.
typedef struct keycard_iterator {
    // The token that holds the list. It must stay at this address.
    const struct keycard_token *token;
    // The offset of the rest in the payload, in bytes.
    size_t offset;
    // An upper bound for the end of the rest, in bytes.
    size_t end;
    // The way to read the rest.
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_iterator;

// A member of an object, or an element of an array.
typedef struct keycard_member {
    // The name of the member, in the scratch; absent for an element.
    struct keycard_text name;
    // The value.
    struct keycard_value value;
} keycard_member;

// Reads a claim at the top level that is a string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is not a string
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "sub"
// Out:     string, any characters including U+0000; absent on failure
// Lifetime: string points into the scratch of the token
keycard_status keycard_claim_string(const struct keycard_token *token,
                                    struct keycard_text name,
                                    struct keycard_text *string);

// Reads a claim at the top level that is a 64-bit integer.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is not an integer, or does not fit 64 bits
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "level"
// Out:     integer, 0 on failure
keycard_status keycard_claim_integer(const struct keycard_token *token,
                                     struct keycard_text name,
                                     int64_t *integer);

// Reads a claim at the top level that is a boolean.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is not a boolean
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "email_verified"
// Out:     boolean, false on failure
keycard_status keycard_claim_boolean(const struct keycard_token *token,
                                     struct keycard_text name,
                                     bool *boolean);

// Reads a claim at the top level that is a NumericDate.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is not a number, or does not fit 64-bit seconds
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "exp"
// Out:     seconds, since 1970-01-01T00:00:00Z, rounded down; 0 on failure
keycard_status keycard_claim_time(const struct keycard_token *token,
                                  struct keycard_text name,
                                  int64_t *seconds);

// Finds the claim at the end of a path of names, such as "realm_access" and "roles". An empty path
// finds all claims as one object.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_STALE
// In:      token, an accepted token
//          path, the names: path_length texts
//          path_length, the number of names, 0 or more
// Out:     value, the claim; kind 0 on failure
// Lifetime: value is valid as long as token
keycard_status keycard_claim_find(const struct keycard_token *token,
                                  const struct keycard_text *path,
                                  size_t path_length,
                                  struct keycard_value *value);

// Reads a value that is a string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a string
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     string, any characters including U+0000; absent on failure
// Lifetime: string points into the scratch of the token
keycard_status keycard_value_string(const struct keycard_value *value, struct keycard_text *string);

// Reads a value that is a 64-bit integer.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not an integer, or does not fit 64 bits
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     integer, 0 on failure
keycard_status keycard_value_integer(const struct keycard_value *value, int64_t *integer);

// Reads a value that is a boolean.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a boolean
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     boolean, false on failure
keycard_status keycard_value_boolean(const struct keycard_value *value, bool *boolean);

// Reads a value that is a NumericDate.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is not a number, or does not fit 64-bit seconds
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     seconds, since 1970-01-01T00:00:00Z, rounded down; 0 on failure
keycard_status keycard_value_time(const struct keycard_value *value, int64_t *seconds);

// Writes all claims as compact JSON, without spaces and unnecessary escapes.
//
// Returns: KEYCARD_OK
//          KEYCARD_BUFFER_TOO_SMALL with the required size in length; nothing is written to output
//          KEYCARD_STALE
// In:      token, an accepted token
//          size, of output in bytes
// Out:     output, the JSON text without a NUL
//          length, of the text in bytes; 0 on failure except KEYCARD_BUFFER_TOO_SMALL
keycard_status keycard_claims_json(const struct keycard_token *token,
                                   char *output,
                                   size_t size,
                                   size_t *length);

// Begins to read the strings of a claim at the top level that is an array of strings or one
// string, like aud. Read them with keycard_next_string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING if the token does not have it
//          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
//          KEYCARD_STALE
// In:      token, an accepted token
//          name, of a claim at the top level, such as "aud"
// Out:     strings, before the first string; without any on failure
// Lifetime: strings is valid as long as token
keycard_status keycard_claim_strings(const struct keycard_token *token,
                                     struct keycard_text name,
                                     struct keycard_iterator *strings);

// Begins to read the strings of a value that is an array of strings or one string. Read them with
// keycard_next_string.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if it is neither, or an element is not a string
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     strings, before the first string; without any on failure
// Lifetime: strings is valid as long as the token
keycard_status keycard_value_strings(const struct keycard_value *value,
                                     struct keycard_iterator *strings);

// Begins to read the scopes that a token grants: from scope_claim of the policy, otherwise from
// scope or scp. The claim is a string of words separated by spaces (RFC 6749 section 3.3), or an
// array with one scope in each element. Read them with keycard_next_string. A token without the
// claim has no scopes.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if the claim has another type, or an array element contains white
//            space
//          KEYCARD_SCOPE_AMBIGUOUS if the token has both claims, and the policy does not name one
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     scopes, before the first scope; without any on failure
// Lifetime: scopes is valid as long as token
keycard_status keycard_token_scopes(const struct keycard_token *token,
                                    struct keycard_iterator *scopes);

// Tells if a token grants a scope. Compares whole scopes, case-sensitively. Unlike a status, true
// means yes.
//
// Returns: true if the token grants the scope
//          false if it does not, or if keycard_token_scopes would fail
// In:      token, an accepted token
//          scope, one scope
bool keycard_token_has_scope(const struct keycard_token *token, struct keycard_text scope);

// Begins to read the elements of an array or the members of an object. Read them with
// keycard_next_member.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_TYPE if the value is neither
//          KEYCARD_STALE
// In:      value, a value of an accepted token
// Out:     members, before the first one; without any on failure
// Lifetime: members is valid as long as the token
keycard_status keycard_value_members(const struct keycard_value *value,
                                     struct keycard_iterator *members);

// Reads the next string of keycard_claim_strings, keycard_value_strings or keycard_token_scopes.
// The whole list takes one pass.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING after the last string
//          KEYCARD_CLAIM_TYPE for an iterator of members
//          KEYCARD_STALE
// Out:     strings, the iterator: read, then moved behind the string
//          string, the next string; absent on failure
// Lifetime: string points into the scratch of the token
keycard_status keycard_next_string(struct keycard_iterator *strings, struct keycard_text *string);

// Reads the next element or member of keycard_value_members. The whole value takes one pass.
//
// Returns: KEYCARD_OK
//          KEYCARD_CLAIM_MISSING after the last one
//          KEYCARD_CLAIM_TYPE for an iterator of strings
//          KEYCARD_STALE
// Out:     members, the iterator: read, then moved behind the member
//          member, the next one; kind 0 on failure
// Lifetime: member is valid as long as the token
keycard_status keycard_next_member(struct keycard_iterator *members, struct keycard_member *member);

/* --- Validation by hardware and in batches ---------------------------------------------------- */

// The answer of a keycard_verifier for a valid signature. Every other value means invalid.
#define KEYCARD_SIGNATURE_IS_RIGHT 1611485543

// A function of the caller that verifies a signature by hardware, for keycard_validate_with. It
// may read all pointers during the call only.
//
// Returns: KEYCARD_SIGNATURE_IS_RIGHT if the signature is valid
//          any other value if it is invalid or could not be verified
// In:      context, the pointer that keycard_validate_with got
//          key_index, the position of the key in the table, from 0 in the order of adding
//          algorithm, one bit: KEYCARD_ES256 or another
//          message, the signed bytes: message_length bytes
//          signature, in the form of JWS (RFC 7518 section 3): signature_length bytes, of any
//            length
typedef uint32_t (*keycard_verifier)(void *context,
                                     size_t key_index,
                                     uint32_t algorithm,
                                     const uint8_t *message,
                                     size_t message_length,
                                     const uint8_t *signature,
                                     size_t signature_length);

// Decides if a token is accepted, like keycard_validate, but the hardware of the caller verifies
// the signature. The algorithm must still be built into this library, because keys are checked
// when they are loaded.
//
// Returns: the statuses of keycard_validate
//          KEYCARD_SIGNATURE_INVALID if the verifier does not answer KEYCARD_SIGNATURE_IS_RIGHT
//          KEYCARD_NULL_POINTER if verifier is NULL when a signature must be verified
// In:      keys, the trusted keys
//          policy, the requirements for the token
//          time, the current time
//          jwt, the token: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
//          verifier, called for each key that fits the token, at most 8 times
//          context, passed to verifier; may be NULL
// Out:     scratch, the decoded token; need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_with(const struct keycard_keys *keys,
                                     const struct keycard_policy *policy,
                                     struct keycard_time time,
                                     const void *jwt,
                                     size_t jwt_length,
                                     void *scratch,
                                     size_t scratch_size,
                                     keycard_verifier verifier,
                                     void *context,
                                     struct keycard_token *token,
                                     struct keycard_detail *detail);

// Validates tokens in batches of eight. Each token gets the verdict of keycard_validate. Batching
// speeds up ES256 and ES384; the gain is largest for ES256 with precomputed keys on CPUs with
// AVX-512 IFMA.
//
// Returns: KEYCARD_OK if all tokens are accepted
//          the status of the first token that is not
//          KEYCARD_SCRATCH_TOO_SMALL before any token is validated, then also in each detail
//          another status for the keys, the policy or the memory, then also in each detail
// In:      keys, the trusted keys
//          policy, the requirements for each token
//          time, the current time
//          jwts, the tokens: count texts, each as in keycard_validate
//          count, the number of tokens, 0 or more
//          scratch_size, of scratch in bytes: the sum of keycard_scratch_size of each length
// Out:     scratch, the decoded tokens; need not be initialised
//          tokens, count elements; those that are not accepted are empty
//          details, count elements, each with the status of its token; may be NULL
// Lifetime: tokens are valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_all(const struct keycard_keys *keys,
                                    const struct keycard_policy *policy,
                                    struct keycard_time time,
                                    const struct keycard_text *jwts,
                                    size_t count,
                                    void *scratch,
                                    size_t scratch_size,
                                    struct keycard_token *tokens,
                                    struct keycard_detail *details);

// Gives the payload of a token that was validated as KEYCARD_PROFILE_JWS.
//
// Returns: KEYCARD_OK
//          KEYCARD_PAYLOAD_NOT_OPAQUE if the token was validated with claims
//          KEYCARD_STALE
// In:      token, an accepted token
// Out:     payload, any bytes; absent on failure
// Lifetime: payload points into the scratch of the token
keycard_status keycard_token_payload(const struct keycard_token *token,
                                     struct keycard_text *payload);

/* --- Several issuers -------------------------------------------------------------------------- */

// The contents of a token that was not verified. UNVERIFIED: the sender of the token may have
// written all of it. Use it to choose keys and a policy, and for nothing else. The texts point
// into the scratch.
typedef struct keycard_unverified {
    // The claim iss, or absent.
    struct keycard_text issuer;
    // The header parameter kid, or absent.
    struct keycard_text key_id;
    // The header parameter alg, known or not.
    struct keycard_text algorithm;
    // The header parameter typ, or absent.
    struct keycard_text token_type;
} keycard_unverified;

// A trusted issuer: its keys, and the policy for its tokens.
typedef struct keycard_trust_row {
    // The keys of this issuer, and of no other.
    const struct keycard_keys *keys;
    // The policy for its tokens. It names the issuer.
    const struct keycard_policy *policy;
} keycard_trust_row;

// Reads issuer and header of a token without verifying it. UNVERIFIED: the sender of the token may
// have written all of it. Use the result to choose keys and a policy, and for nothing else. A log
// may show it as a claim of the sender. The token is parsed as strictly as by keycard_validate,
// with the same limits.
//
// Returns: KEYCARD_OK
//          a status of the stages token, header and payload
//          KEYCARD_CLAIM_TYPE if iss is not a string
//          KEYCARD_SCRATCH_TOO_SMALL with the required size in detail.needed
// In:      jwt, a token with claims: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
// Out:     scratch, the decoded token; need not be initialised, and is wiped on failure
//          unverified, the contents; absent texts on failure
//          detail, the reason for an error; may be NULL
// Lifetime: the texts point into scratch and are valid until it changes
KEYCARD_MUST_USE
keycard_status keycard_unverified_read(const void *jwt,
                                       size_t jwt_length,
                                       void *scratch,
                                       size_t scratch_size,
                                       struct keycard_unverified *unverified,
                                       struct keycard_detail *detail);

// Finds the row whose policy names the issuer of a token. NOTHING IS VERIFIED: use the row only to
// validate the token, by keycard_validate_with, by keycard_validate_all or with a DPoP proof.
// keycard_validate_any does both.
//
// Returns: KEYCARD_OK
//          KEYCARD_WRONG_ISSUER if no row accepts tokens of this issuer
//          KEYCARD_CLAIM_MISSING or KEYCARD_CLAIM_TYPE for iss
//          KEYCARD_POLICY_INCOMPLETE if a policy names no issuer
//          KEYCARD_POLICY_CONTRADICTION if two rows accept tokens of this issuer
//          KEYCARD_POLICY_EMPTY if there are no rows
//          another status of keycard_unverified_read
// In:      rows, the trusted issuers: count elements
//          count, the number of rows
//          jwt, the token: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
// Out:     scratch, wiped
//          row, the position of the row, from 0; 0 on failure
//          detail, the reason for an error; may be NULL
KEYCARD_MUST_USE
keycard_status keycard_choose_row(const struct keycard_trust_row *rows,
                                  size_t count,
                                  const void *jwt,
                                  size_t jwt_length,
                                  void *scratch,
                                  size_t scratch_size,
                                  size_t *row,
                                  struct keycard_detail *detail);

// Decides if a token is accepted by the one row whose policy names its issuer. The unverified iss
// chooses the row; then only the keys and the policy of that row decide, as in keycard_validate.
// The keys of two issuers are never tried for one token. token.row is the position of the row.
//
// Returns: KEYCARD_OK if the token is accepted
//          a status of keycard_choose_row if no row was chosen
//          a status of keycard_validate for the chosen row
// In:      rows, the trusted issuers: count elements, each policy with an issuer
//          count, the number of rows
//          time, the current time
//          jwt, the token: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
// Out:     scratch, the decoded token; need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_any(const struct keycard_trust_row *rows,
                                    size_t count,
                                    struct keycard_time time,
                                    const void *jwt,
                                    size_t jwt_length,
                                    void *scratch,
                                    size_t scratch_size,
                                    struct keycard_token *token,
                                    struct keycard_detail *detail);

/* --- Key rules, other keys and images --------------------------------------------------------- */

// Also accept oct keys, which are secrets. Use it only for a key set that only you and the issuer
// can read or write.
#define KEYCARD_KEYS_ALLOW_SECRETS 1
// Also accept the keys of certificates: in PEM, in DER, and in a JWK that has only x5c. Each
// certificate is trusted as it is: chain, issuer, dates and signature are not checked.
#define KEYCARD_KEYS_ALLOW_CERTIFICATES 2
// Also accept points whose coordinates lack their leading zeros, against RFC 7518 section 6.2.1.2.
#define KEYCARD_KEYS_ALLOW_SHORT_COORDINATES 4

// Precompute nothing.
#define KEYCARD_PRECOMPUTE_NONE 0
// Precompute up to 1 KiB for each key.
#define KEYCARD_PRECOMPUTE_1KB 1024
// Precompute up to 2 KiB for each key.
#define KEYCARD_PRECOMPUTE_2KB 2048
// Precompute up to 4 KiB for each key.
#define KEYCARD_PRECOMPUTE_4KB 4096
// Precompute up to 8 KiB for each key.
#define KEYCARD_PRECOMPUTE_8KB 8192
// Precompute up to 16 KiB for each key.
#define KEYCARD_PRECOMPUTE_16KB 16384
// Precompute up to 64 KiB for each key.
#define KEYCARD_PRECOMPUTE_64KB 65536

// The image is in storage that only its maker can write.
#define KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED 1
// Also accept keys that are weaker than RFC 7518 allows.
#define KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS 2

// How keys enter a table. Start from KEYCARD_KEY_RULES_INIT and set the members that differ.
typedef struct keycard_key_rules {
    // sizeof(keycard_key_rules).
    size_t struct_size;
    // KEYCARD_KEYS_…, or-ed; 0 for none.
    uint32_t flags;
    // The only algorithms that the keys may verify: KEYCARD_ES256 and others, or-ed. 0 leaves it
    // to the keys.
    uint32_t algorithms;
    // A value of the JWK member use to accept besides sig, or absent.
    struct keycard_text key_use;
    // The kid for keys that have no kid, at most 255 bytes, or absent.
    struct keycard_text id;
    // The smallest RSA modulus to accept, in bits. 0 for 2048; 1 to 1023 mean 1024.
    uint32_t insecure_min_rsa_bits;
    // The shortest secret to accept, in bytes. 0 for the length of the hash.
    uint32_t insecure_min_secret_bytes;
    // One of KEYCARD_PRECOMPUTE_…: bytes of precomputed values for each key. 0 for none.
    uint32_t precompute;
    // The largest RSA modulus in bits. 0 or more than the library's limit means that limit.
    uint32_t max_rsa_bits;
    // The longest secret in bytes. 0 or more than the library's limit means that limit.
    uint32_t max_secret_bytes;
    // Must be 0.
    uint32_t reserved;
} keycard_key_rules;

// How an image is known to be the right one. Start from KEYCARD_IMAGE_RULES_INIT. Give either
// digest32 or KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED.
typedef struct keycard_image_rules {
    // sizeof(keycard_image_rules).
    size_t struct_size;
    // KEYCARD_IMAGE_…, or-ed; 0 for none.
    uint32_t flags;
    // Must be 0.
    uint32_t reserved;
    // The smallest version to accept. Older images are KEYCARD_IMAGE_OUTDATED.
    uint64_t min_version;
    // The SHA-256 of the image, 32 bytes, or NULL.
    const uint8_t *digest32;
} keycard_image_rules;

// Adds the keys of a JWK Set to a table by given rules, otherwise like keycard_keys_add_jwks.
//
// Returns: the statuses of keycard_keys_add_jwks
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          jwks, the key set: jwks_length bytes of UTF-8, at most 1,048,575
// Out:     report, the outcome for each key; may be NULL
// Lifetime: nothing points into rules or jwks after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks_by(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        const void *jwks,
                                        size_t jwks_length,
                                        struct keycard_key_report *report);

// Computes the size of a table for the keys of a JWK Set, as keycard_keys_init needs it. The size
// may be too large if keys have duplicate members.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_SET_MALFORMED if there is no keys array
//          KEYCARD_JSON_… if the set is not JSON or longer than the limit
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      rules, NULL for the defaults
//          jwks, the key set: jwks_length bytes of UTF-8, at most 1,048,575
// Out:     size, of the table in bytes; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_size_for_jwks(const struct keycard_key_rules *rules,
                                          const void *jwks,
                                          size_t jwks_length,
                                          size_t *size);

// Adds one JWK (RFC 7517 section 4) to a table.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_… if the key is rejected, with the member in detail
//          KEYCARD_KEY_TABLE_FULL with the bytes that the table needs in detail
//          KEYCARD_JSON_… if the key is not JSON
//          KEYCARD_NOT_A_KEY_TABLE or KEYCARD_READ_ONLY
//          KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY, KEYCARD_POLICY_EMPTY or
//            KEYCARD_POLICY_VALUE for the rules
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          jwk, the key: jwk_length bytes of UTF-8, at most 1,048,575
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or jwk after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwk(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *jwk,
                                    size_t jwk_length,
                                    struct keycard_detail *detail);

// Adds the key of each block of a PEM text (RFC 7468) to a table: PUBLIC KEY, RSA PUBLIC KEY, and
// CERTIFICATE with KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Lines may have any length, and other text may stand around the blocks. Other blocks are skipped,
// and private keys are rejected. The report has their positions among the blocks. A PEM key has
// neither kid nor algorithm; the rules can give it both.
//
// Returns: KEYCARD_OK if a key was added
//          KEYCARD_KEY_PEM_MISSING if there is no block
//          KEYCARD_KEY_PEM_MALFORMED, KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE,
//            KEYCARD_KEY_IS_CERTIFICATE or another status of keycard_keys_add_jwk, for the first
//            rejected block
//          KEYCARD_KEY_UNSUPPORTED if PEM is not built in
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          pem, the text: pem_length bytes
// Out:     report, the outcome for each block; may be NULL
// Lifetime: nothing points into rules or pem after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_pem(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *pem,
                                    size_t pem_length,
                                    struct keycard_key_report *report);

// Adds a public key in DER to a table: SubjectPublicKeyInfo, RSAPublicKey, or the key of a
// certificate with KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE or KEYCARD_KEY_IS_CERTIFICATE
//          KEYCARD_KEY_UNSUPPORTED also if PEM is not built in
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          der, the key: der_length bytes
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or der after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_der(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *der,
                                    size_t der_length,
                                    struct keycard_detail *detail);

// Adds a secret for HMAC to a table. Only the issuer and this table may hold it. Bind it to its
// algorithm by the rules.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WEAK if the secret is too short
//          KEYCARD_KEY_OUT_OF_RANGE if the secret is too long
//          KEYCARD_KEY_NOT_SECRET if the secret is a key in PEM, DER or JWK form
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          secret, secret_length bytes: at least the length of the hash, at most 512, or 4096 on
//            64-bit hosts
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or secret after the call; the table holds a copy until
//            keycard_keys_clear
KEYCARD_MUST_USE
keycard_status keycard_keys_add_secret(struct keycard_keys *keys,
                                       const struct keycard_key_rules *rules,
                                       const void *secret,
                                       size_t secret_length,
                                       struct keycard_detail *detail);

// Adds an elliptic-curve public key to a table by its coordinates.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          algorithm, whose curve it is: KEYCARD_ES256, KEYCARD_ES384, KEYCARD_ES512 or
//            KEYCARD_ES256K
//          x and y, the coordinates: width bytes each, most significant first
//          width, of one coordinate in bytes: 32 on P-256 and secp256k1, 48 on P-384, 66 on P-521
// Out:     detail, may be NULL
// Lifetime: nothing points into rules, x or y after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_point(struct keycard_keys *keys,
                                      const struct keycard_key_rules *rules,
                                      uint32_t algorithm,
                                      const uint8_t *x,
                                      const uint8_t *y,
                                      size_t width,
                                      struct keycard_detail *detail);

// Adds an RSA public key to a table by its numbers. One leading zero octet of each number is
// removed.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH, KEYCARD_KEY_WEAK or KEYCARD_KEY_OUT_OF_RANGE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          modulus, modulus_length bytes, most significant first: 256 to 512, or to 1024 on 64-bit
//            hosts
//          exponent, exponent_length bytes, most significant first
// Out:     detail, may be NULL
// Lifetime: nothing points into rules, modulus or exponent after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_rsa(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const uint8_t *modulus,
                                    size_t modulus_length,
                                    const uint8_t *exponent,
                                    size_t exponent_length,
                                    struct keycard_detail *detail);

// Adds a public key that is one byte string to a table: Ed25519 or ML-DSA.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_WIDTH or KEYCARD_KEY_NOT_ON_CURVE
//          another status of keycard_keys_add_jwk
// In:      keys, a table that no other thread uses during the call
//          rules, NULL for the defaults
//          algorithm, KEYCARD_ED25519, KEYCARD_ML_DSA_44, KEYCARD_ML_DSA_65 or KEYCARD_ML_DSA_87
//          key, key_length bytes: 32 for Ed25519; 1312, 1952 or 2592 for ML-DSA-44, -65 or -87
// Out:     detail, may be NULL
// Lifetime: nothing points into rules or key after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_encoded(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        uint32_t algorithm,
                                        const uint8_t *key,
                                        size_t key_length,
                                        struct keycard_detail *detail);

// Seals a table as an image that can be stored, for keycard_keys_from_image. The image is the used
// beginning of the table's memory. The table can still be read, but not changed. An image is
// rejected on a machine with the other byte order.
//
// Returns: KEYCARD_OK
//          KEYCARD_READ_ONLY if the table is an image already
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table that no other thread uses during the call
//          version, a counter of the caller: larger for a later key set
// Out:     size, of the image in bytes, a multiple of 8; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_seal(struct keycard_keys *keys,
                                 uint64_t version,
                                 size_t *size);

// Reads an image in place, in flash or elsewhere. Checks its bounds, its check sum, that the rules
// accept it, and each key as when it was added.
//
// Returns: KEYCARD_OK
//          KEYCARD_IMAGE_FOREIGN, KEYCARD_IMAGE_TRUNCATED, KEYCARD_IMAGE_CORRUPT,
//            KEYCARD_IMAGE_UNEXPECTED or KEYCARD_IMAGE_OUTDATED
//          KEYCARD_KEY_WEAK or another KEYCARD_KEY_… for a key in the image
//          KEYCARD_POLICY_INCOMPLETE or KEYCARD_POLICY_CONTRADICTION unless the rules give exactly
//            one of digest32 and KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED
//          KEYCARD_STRUCT_SIZE or KEYCARD_UNSUPPORTED_POLICY for the rules
// In:      image, aligned to 8 bytes
//          size, of the image in bytes, a multiple of 8
//          rules, how the image is known
// Out:     keys, the table, which is read-only; NULL on failure
//          detail, may be NULL
// Lifetime: keys is valid as long as the image is there unchanged
KEYCARD_MUST_USE
keycard_status keycard_keys_from_image(const void *image,
                                       size_t size,
                                       const struct keycard_image_rules *rules,
                                       const struct keycard_keys **keys,
                                       struct keycard_detail *detail);

// Computes the thumbprint of a key (RFC 7638, SHA-256) in base64url.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_NOT_FOUND if index is beyond the last key
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          index, the position of the key, from 0 in the order of adding
// Out:     thumbprint43, 43 characters without a NUL; zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_thumbprint(const struct keycard_keys *keys,
                                       size_t index,
                                       char *thumbprint43);

// Finds the key with a thumbprint (RFC 7638, SHA-256), compared in constant time.
//
// Returns: KEYCARD_OK
//          KEYCARD_KEY_NOT_FOUND if no key has it
//          KEYCARD_BASE64_… if it is not base64url
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
//          thumbprint, 43 characters of base64url
// Out:     index, the position of the key, from 0 in the order of adding; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_keys_find(const struct keycard_keys *keys,
                                 struct keycard_text thumbprint,
                                 size_t *index);

// Counts the keys of a table.
//
// Returns: KEYCARD_OK
//          KEYCARD_NOT_A_KEY_TABLE
// In:      keys, a table or an image
// Out:     count, the number of keys; 0 on failure
KEYCARD_MUST_USE keycard_status keycard_keys_count(const struct keycard_keys *keys, size_t *count);

// Removes all keys of a table and wipes its memory.
//
// Returns: KEYCARD_OK
//          KEYCARD_NOT_A_KEY_TABLE
//          KEYCARD_READ_ONLY for an image, which the caller wipes
// In:      keys, a table that no other thread uses
KEYCARD_MUST_USE keycard_status keycard_keys_clear(struct keycard_keys *keys);

/* --- DPoP proofs ------------------------------------------------------------------------------ */

// There is no access token: the request goes to the token endpoint, or to the endpoint for pushed
// authorization requests.
#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN 1
// No nonce was provided to the client.
#define KEYCARD_PROOF_NONCE_NOT_PROVIDED (1 << 1)

// The requirements for a DPoP proof. Start from KEYCARD_PROOF_RULES_INIT and set the members that
// you need. The access token and the nonce must be given, or waived by a flag.
typedef struct keycard_proof_rules {
    // sizeof(keycard_proof_rules).
    size_t struct_size;
    // The algorithms to accept, all asymmetric: KEYCARD_ES256 and others, or-ed.
    uint32_t algorithms;
    // KEYCARD_PROOF_…, or-ed; 0 for none.
    uint32_t flags;
    // The longest time since iat, in seconds.
    uint32_t window;
    // The difference between clocks to tolerate, in seconds, at most 600.
    uint32_t leeway;
    // The method of the request, such as GET. It is case-sensitive.
    struct keycard_text method;
    // The absolute URI of the request, as the client saw it. Query and fragment are ignored. The
    // rest is normalised before it is compared (RFC 3986 sections 6.2.2 and 6.2.3).
    struct keycard_text uri;
    // The access token of the request, which ath must match.
    struct keycard_text access_token;
    // Nonces that were provided to the client. The proof must have one of them.
    const struct keycard_text *nonces;
    // The number of nonces.
    size_t nonce_count;
} keycard_proof_rules;

// A valid DPoP proof, filled by keycard_dpop_validate. It points to nothing and may be copied.
typedef struct keycard_proof {
    // The SHA-256 thumbprint of the key that signed the proof, as in jkt of an access token.
    uint8_t key32[32];
    // A SHA-256 over key, method, normalised URI and jti: the same for each copy of the proof, and
    // for no other proof.
    uint8_t replay_key32[32];
    // The iat of the proof, in seconds since 1970-01-01T00:00:00Z.
    int64_t issued_at;
    // The last second in which the proof could be accepted again, in seconds since
    // 1970-01-01T00:00:00Z.
    int64_t replayable_until;
    // The signature algorithm: one of KEYCARD_RS256 to KEYCARD_ML_DSA_87.
    uint32_t algorithm;
    // The leeway of the rules, in seconds.
    uint32_t leeway;
    // 0.
    uint64_t reserved[2];
} keycard_proof;

// Decides if a DPoP proof is valid (RFC 9449 section 4.3). The proof is the value of the one DPoP
// header of a request.
//
// Then give key32 of the proof to the policy for the access token, as dpop_key32: a bound token is
// rejected without it. As the last check, pass the proof to keycard_replay_cache_check_proof. A
// proof that goes neither there nor to a store of the caller can be used again.
//
// Returns: KEYCARD_OK if the proof is valid
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
//          KEYCARD_UNSUPPORTED_POLICY if DPoP is not built in
//          another status that says why not: the rules are wrong at KEYCARD_STAGE_USAGE, the proof
//            at KEYCARD_STAGE_PROOF
// In:      rules, the requirements for the proof
//          time, the current time
//          jwt, the proof: jwt_length characters without surrounding space, at most
//            KEYCARD_MAX_TOKEN_LENGTH
//          scratch_size, of scratch in bytes; KEYCARD_SCRATCH_SIZE(jwt_length) is always enough
// Out:     scratch, overwritten: a token in it becomes stale; free for the access token after the
//            call
//          proof, the valid proof; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: proof points to nothing
KEYCARD_MUST_USE
keycard_status keycard_dpop_validate(const struct keycard_proof_rules *rules,
                                     struct keycard_time time,
                                     const void *jwt,
                                     size_t jwt_length,
                                     void *scratch,
                                     size_t scratch_size,
                                     struct keycard_proof *proof,
                                     struct keycard_detail *detail);

/* --- Replay caches ---------------------------------------------------------------------------- */

// A replay cache, in the memory that the caller gave to keycard_replay_cache_init.
typedef struct keycard_replay_cache keycard_replay_cache;

// Computes the size of a replay cache. KEYCARD_REPLAY_WORDS computes the same in words of 8 bytes,
// as a constant.
//
// Returns: the size in bytes
// In:      entries, the number of entries: a quarter more than there are uses at one time
size_t keycard_replay_cache_size(size_t entries);

// Makes an empty replay cache in memory of the caller.
//
// The cache cannot know what was used before its start. It rejects everything that was issued
// before its start, and for the leeway after it. It remembers each proof for window plus leeway,
// and rejects checks that need longer ones. Start it when the clock is right: if the clock is
// behind and is set later, a proof from before the start could be used again. See
// keycard_replay_cache_restart.
//
// Returns: KEYCARD_OK
//          KEYCARD_MEMORY_TOO_SMALL
//          KEYCARD_REPLAY_SHARE if share is not 1 to 16
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
// In:      memory, for the cache, aligned to 8 bytes
//          size, of memory in bytes; only whole words of 8 bytes are used
//          window, the longest window of the proof rules, in seconds; 0 for a cache of tokens only
//          leeway, the longest leeway of the rules and policies, in seconds
//          share, the sixteenths of the cache that the proofs of one key may fill, 1 to 16; with
//            16, one client can fill the whole cache
//          time, the current time, or an earlier time since which nothing was accepted
// Out:     replay, the cache; NULL on failure
// Lifetime: the cache is valid as long as the memory; there is nothing to free
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_init(uint64_t *memory,
                                         size_t size,
                                         uint32_t window,
                                         uint32_t leeway,
                                         uint32_t share,
                                         struct keycard_time time,
                                         struct keycard_replay_cache **replay);

// Restarts a replay cache and raises its longest window and leeway. Everything that was issued
// before is rejected from then on, as after keycard_replay_cache_init. Recorded uses stay. Call it
// before checks with a longer window, and after the clock was set; a monotonic clock shows that.
//
// Returns: KEYCARD_OK
//          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
//          KEYCARD_TIME_UNAVAILABLE if the time is not known
//          KEYCARD_NOT_A_REPLAY_CACHE
// In:      replay, a cache that no other thread uses during the call
//          window, the longest window from now on, in seconds; a value below the current one keeps
//            that
//          leeway, the longest leeway from now on, in seconds; a value below the current one keeps
//            that
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_restart(struct keycard_replay_cache *replay,
                                            uint32_t window,
                                            uint32_t leeway,
                                            struct keycard_time time);

// Records the use of a token by issuer, kind and jti, if it is the first use. Make this the last
// check. On failure nothing is recorded.
//
// Returns: KEYCARD_OK if it is the first use
//          KEYCARD_REPLAYED if the token was used before
//          KEYCARD_REPLAY_FULL
//          KEYCARD_REPLAY_TIME_BEHIND if the time is earlier than in a previous call
//          KEYCARD_ISSUED_BEFORE_START or KEYCARD_ISSUED_IN_FUTURE for iat
//          KEYCARD_EXPIRED or KEYCARD_TIME_UNAVAILABLE
//          KEYCARD_CLAIM_MISSING without jti or iat, or if the token has no exp and its policy no
//            max_token_age
//          KEYCARD_REPLAY_LIMITS if the leeway of the policy is longer than that of the cache
//          KEYCARD_STALE
//          KEYCARD_NOT_A_REPLAY_CACHE
// In:      replay, a cache that no other thread uses during the call
//          token, an accepted token
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_token(struct keycard_replay_cache *replay,
                                                const struct keycard_token *token,
                                                struct keycard_time time);

// Records the use of a DPoP proof by key, method, URI and jti, if it is the first use. Make this
// the last check, after those of the access token. On failure nothing is recorded.
//
// Returns: the statuses of keycard_replay_cache_check_token
//          KEYCARD_REPLAY_KEY_FULL if the key has used its share of the cache
//          KEYCARD_REPLAY_LIMITS also if the window of the rules is longer than that of the cache
// In:      replay, a cache that no other thread uses during the call
//          proof, a valid proof
//          time, the current time, read while no other thread uses the cache
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_proof(struct keycard_replay_cache *replay,
                                                const struct keycard_proof *proof,
                                                struct keycard_time time);

/* --- PKCE ------------------------------------------------------------------------------------- */

// The length in characters of a code verifier from keycard_pkce_verifier, and of a code challenge,
// without a NUL.
#define KEYCARD_PKCE_LENGTH 43

// Also accept the method plain, which does not protect against an attacker who can read the
// authorization request.
#define KEYCARD_PKCE_ALLOW_PLAIN 1
// Let a client use no PKCE.
#define KEYCARD_PKCE_OPTIONAL 2

// Makes a code verifier of random bytes (RFC 7636 section 4.1).
//
// Returns: KEYCARD_OK
// In:      random32, 32 bytes from a cryptographic random source; use them once, then wipe them
// Out:     verifier43, 43 characters without a NUL; zeros on failure
KEYCARD_MUST_USE keycard_status keycard_pkce_verifier(const uint8_t *random32, char *verifier43);

// Computes the S256 code challenge of a code verifier (RFC 7636 section 4.2).
//
// Returns: KEYCARD_OK
//          KEYCARD_CODE_VERIFIER_MALFORMED
// In:      verifier, the code verifier: verifier_length characters, 43 to 128
// Out:     challenge43, 43 characters without a NUL; zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_pkce_challenge(const void *verifier,
                                      size_t verifier_length,
                                      char *challenge43);

// Checks the code verifier of a token request against the code challenge of the authorization
// request (RFC 7636 section 4.6, RFC 9700 sections 2.1.1 and 4.8.2). Pass a parameter that the
// request did not have as an absent text, and an empty parameter as a text of length 0 with an
// address.
//
// Returns: KEYCARD_OK if the verifier matches the challenge
//          KEYCARD_PKCE_NOT_USED if neither side used PKCE, and flags has KEYCARD_PKCE_OPTIONAL
//          KEYCARD_PKCE_MISSING if neither side used PKCE, and it is required
//          KEYCARD_PKCE_DOWNGRADE if only one side used PKCE, or plain was used where S256 is
//            required
//          KEYCARD_PKCE_MISMATCH if the verifier does not match the challenge
//          KEYCARD_CODE_VERIFIER_MALFORMED, KEYCARD_CODE_CHALLENGE_MALFORMED or
//            KEYCARD_CODE_CHALLENGE_METHOD
//          KEYCARD_UNSUPPORTED_POLICY for unknown flags
// In:      challenge, code_challenge of the authorization request, or absent
//          method, code_challenge_method of the authorization request, or absent
//          verifier, code_verifier of the token request, or absent
//          flags, KEYCARD_PKCE_ALLOW_PLAIN and KEYCARD_PKCE_OPTIONAL, or-ed; 0 for none
KEYCARD_MUST_USE
keycard_status keycard_pkce_verify(struct keycard_text challenge,
                                   struct keycard_text method,
                                   struct keycard_text verifier,
                                   uint32_t flags);

/* --- Empty structures without macros ---------------------------------------------------------- */

// Makes a policy that requires nothing yet and accepts nothing, like KEYCARD_POLICY_INIT. For
// languages that cannot use the macro.
//
// Returns: KEYCARD_OK
//          KEYCARD_STRUCT_SIZE if size is smaller than in the first release
// In:      size, sizeof(keycard_policy)
// Out:     policy, zeros except for struct_size
KEYCARD_MUST_USE keycard_status keycard_policy_init(struct keycard_policy *policy, size_t size);

// Makes the default rules for keys, like KEYCARD_KEY_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_key_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_key_rules_init(struct keycard_key_rules *rules,
                                      size_t size);

// Makes rules that accept no image yet, like KEYCARD_IMAGE_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_image_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_image_rules_init(struct keycard_image_rules *rules,
                                        size_t size);

// Makes rules that accept no DPoP proof yet, like KEYCARD_PROOF_RULES_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_proof_rules)
// Out:     rules, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_proof_rules_init(struct keycard_proof_rules *rules,
                                        size_t size);

/* --- Flows ------------------------------------------------------------------------------------ */

// An application that the user may give the password to: from the maker of the server, on the
// user's own device.
#define KEYCARD_APPLICATION_TRUSTED 1
// A service account: it has no user, and has a secret or key of its own.
#define KEYCARD_APPLICATION_SERVICE 2
// A page that runs only in the browser and keeps no secret.
#define KEYCARD_APPLICATION_SINGLE_PAGE 3
// An application on a server, which keeps a secret.
#define KEYCARD_APPLICATION_WEB 4
// An application on the user's device, which keeps no secret.
#define KEYCARD_APPLICATION_NATIVE 5
// An application whose front end and back end need different tokens.
#define KEYCARD_APPLICATION_FRONT_AND_BACK_END 6

// Authorization Code without PKCE (RFC 6749 section 4.1).
#define KEYCARD_FLOW_AUTHORIZATION_CODE 1
// Authorization Code with PKCE (RFC 7636).
#define KEYCARD_FLOW_AUTHORIZATION_CODE_PKCE 2
// Implicit (RFC 6749 section 4.2, OpenID Connect Core section 3.2).
#define KEYCARD_FLOW_IMPLICIT 3
// Hybrid (OpenID Connect Core section 3.3).
#define KEYCARD_FLOW_HYBRID 4
// Resource Owner Password Credentials (RFC 6749 section 4.3).
#define KEYCARD_FLOW_RESOURCE_OWNER_PASSWORD 5
// Client Credentials (RFC 6749 section 4.4).
#define KEYCARD_FLOW_CLIENT_CREDENTIALS 6
// Refreshing (RFC 6749 section 6, OpenID Connect Core section 12).
#define KEYCARD_FLOW_REFRESH_TOKEN 7

// The classic table still holds.
#define KEYCARD_PRACTICE_UNCHANGED 1
// Use it with PKCE.
#define KEYCARD_PRACTICE_WITH_PKCE 2
// Use the flow with the restrictions that the sentence of the advice names.
#define KEYCARD_PRACTICE_RESTRICTED 3
// It should not be used.
#define KEYCARD_PRACTICE_SHOULD_NOT 4
// It must not be used.
#define KEYCARD_PRACTICE_MUST_NOT 5

// The classic table recommends it.
#define KEYCARD_FIT_RECOMMENDED 1
// It can be used.
#define KEYCARD_FIT_POSSIBLE 2
// It needs something that such an application lacks, or gives something that it should not have.
#define KEYCARD_FIT_UNSUITABLE 3

// code
#define KEYCARD_RESPONSE_TYPE_CODE 1
// id_token
#define KEYCARD_RESPONSE_TYPE_ID_TOKEN 2
// code id_token
#define KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN 3
// token
#define KEYCARD_RESPONSE_TYPE_TOKEN 4
// code token
#define KEYCARD_RESPONSE_TYPE_CODE_TOKEN 5
// id_token token
#define KEYCARD_RESPONSE_TYPE_ID_TOKEN_TOKEN 6
// code id_token token
#define KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN 7
// none
#define KEYCARD_RESPONSE_TYPE_NONE 8

// The authorization endpoint, whose response passes through the browser.
#define KEYCARD_ENDPOINT_AUTHORIZATION 1
// The token endpoint, which responds to the client directly.
#define KEYCARD_ENDPOINT_TOKEN 2

// An authorization code.
#define KEYCARD_ISSUED_CODE 1
// An ID token.
#define KEYCARD_ISSUED_ID_TOKEN (1 << 1)
// An access token.
#define KEYCARD_ISSUED_ACCESS_TOKEN (1 << 2)
// A refresh token.
#define KEYCARD_ISSUED_REFRESH_TOKEN (1 << 3)

// The recommended flow for an application.
typedef struct keycard_recommendation {
    // The flow that the classic decision table recommends: KEYCARD_FLOW_….
    int32_t classic;
    // The flow to use today (RFC 9700): KEYCARD_FLOW_….
    int32_t today;
} keycard_recommendation;

// The advice of RFC 9700 on a flow.
typedef struct keycard_practice {
    // One of KEYCARD_PRACTICE_….
    int32_t kind;
    // 0.
    int32_t reserved;
    // The same as a sentence with its section. A static text.
    struct keycard_text text;
} keycard_practice;

// The credentials that an endpoint issues. Those in neither member are never issued.
typedef struct keycard_issued {
    // The credentials in every successful response: KEYCARD_ISSUED_…, or-ed.
    uint32_t always;
    // The credentials that a response may have in addition: KEYCARD_ISSUED_…, or-ed.
    uint32_t possible;
} keycard_issued;

// Recommends a flow for an application. keycard_flow_practice gives today's advice on the classic
// flow.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown application
// In:      application, one of KEYCARD_APPLICATION_…
// Out:     recommendation, zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_flow_recommendation(int32_t application,
                                           struct keycard_recommendation *recommendation);

// Rates how a flow fits an application by the classic table.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown application or flow
// In:      application, one of KEYCARD_APPLICATION_…
//          flow, one of KEYCARD_FLOW_…
// Out:     fit, one of KEYCARD_FIT_…; 0 on failure
KEYCARD_MUST_USE keycard_status keycard_flow_fit(int32_t application, int32_t flow, int32_t *fit);

// Gives the advice of RFC 9700 on a flow.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown flow
// In:      flow, one of KEYCARD_FLOW_…
// Out:     practice, zeros and an absent text on failure
KEYCARD_MUST_USE
keycard_status keycard_flow_practice(int32_t flow,
                                     struct keycard_practice *practice);

// Lists the credentials that an endpoint issues in a flow. If they depend on the response type,
// keycard_response_type_issued is more exact.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown flow or endpoint
// In:      flow, one of KEYCARD_FLOW_…
//          endpoint, one of KEYCARD_ENDPOINT_…
// Out:     issued, zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_flow_issued(int32_t flow,
                                   int32_t endpoint,
                                   struct keycard_issued *issued);

// Rejects a response that contains a credential which the flow never issues there, such as an ID
// token for a service, or a refresh token through the browser.
//
// Returns: KEYCARD_OK if all of them may be issued
//          KEYCARD_NOT_ISSUED_BY_FLOW if one is never issued there
//          KEYCARD_UNSUPPORTED_POLICY for an unknown flow, endpoint or bit
// In:      flow, one of KEYCARD_FLOW_…
//          endpoint, the source of the response: one of KEYCARD_ENDPOINT_…
//          received, the credentials in the response: KEYCARD_ISSUED_…, or-ed
KEYCARD_MUST_USE
keycard_status keycard_flow_check_received(int32_t flow,
                                           int32_t endpoint,
                                           uint32_t received);

// Parses the parameter response_type of an authorization request: words in any order, separated by
// one space.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNKNOWN_RESPONSE_TYPE for an unknown or repeated word, for none with other
//            words, and for no word
// In:      text, the parameter without percent-encoding: text_length bytes
// Out:     response_type, one of KEYCARD_RESPONSE_TYPE_…; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_response_type_parse(const void *text,
                                           size_t text_length,
                                           int32_t *response_type);

// Lists the credentials that an endpoint issues for a response type.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
//          endpoint, one of KEYCARD_ENDPOINT_…
// Out:     issued, zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_response_type_issued(int32_t response_type,
                                            int32_t endpoint,
                                            struct keycard_issued *issued);

// Rejects a response that contains a credential which a request of this type never gets there.
//
// Returns: KEYCARD_OK if all of them may be issued
//          KEYCARD_NOT_ISSUED_BY_FLOW if one is never issued there
//          KEYCARD_UNSUPPORTED_POLICY for an unknown response type, endpoint or bit
// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
//          endpoint, the source of the response: one of KEYCARD_ENDPOINT_…
//          received, the credentials in the response: KEYCARD_ISSUED_…, or-ed
KEYCARD_MUST_USE
keycard_status keycard_response_type_check_received(int32_t response_type,
                                                    int32_t endpoint,
                                                    uint32_t received);

// Lists the checks of an ID token that OpenID Connect requires for a response type, beyond those
// of every ID token.
//
// Returns: KEYCARD_OK
//          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
//          endpoint, the source of the ID token: one of KEYCARD_ENDPOINT_…
// Out:     checks, KEYCARD_CHECK_…, or-ed; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_response_type_checks(int32_t response_type,
                                            int32_t endpoint,
                                            uint32_t *checks);

// Sets the requirements for the ID token of a response in a policy: the profile, the values that
// came with the token, and the flags of the checks that its response type requires.
//
// The caller sets issuer, audience (the client) and algorithms, before or after. keycard_validate
// rejects a value of length 0.
//
// Returns: KEYCARD_OK
//          KEYCARD_POLICY_INCOMPLETE if a required check lacks its value, or if endpoint is the
//            token endpoint and access_token is absent
//          KEYCARD_POLICY_CONTRADICTION if this response has no ID token, or a value that it never
//            has
//          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or has one of the
//            values already
//          KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint
//          KEYCARD_STRUCT_SIZE
// In:      response_type, one of KEYCARD_RESPONSE_TYPE_…
//          endpoint, the source of the ID token: one of KEYCARD_ENDPOINT_…
//          nonce, the nonce that was sent. It may be absent only from the token endpoint, for the
//            types code and code token; then set the flag KEYCARD_NONCE_NOT_SENT
//          access_token, that came with the ID token, or absent
//          code, that came with the ID token, or absent
//          subject, the sub of the ID token that came with the code, or absent
// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
// Lifetime: policy points to the texts
KEYCARD_MUST_USE
keycard_status keycard_policy_for_id_token(struct keycard_policy *policy,
                                           int32_t response_type,
                                           int32_t endpoint,
                                           struct keycard_text nonce,
                                           struct keycard_text access_token,
                                           struct keycard_text code,
                                           struct keycard_text subject);

// Sets the requirements for the ID token of a refresh in a policy: the profile, the original to
// compare with, and the access token that came with it.
//
// Returns: KEYCARD_OK
//          KEYCARD_POLICY_INCOMPLETE if access_token is absent
//          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or has one of the
//            values already
//          KEYCARD_STRUCT_SIZE
// In:      original, the ID token of the original authentication; keycard_validate reads it
//          access_token, that came with the ID token
// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
// Lifetime: policy points to original and to the text
KEYCARD_MUST_USE
keycard_status keycard_policy_for_refreshed_id_token(struct keycard_policy *policy,
                                                     const struct keycard_original_id_token *original,
                                                     struct keycard_text access_token);

// Sets the requirements for an access token of a flow in a policy: the profile, unless it is
// KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 already, and if a user stands behind the token.
//
// The caller names the claims that show the user, before or after: client_claim, and user_mark for
// a flow with a user. Without them keycard_validate returns KEYCARD_POLICY_INCOMPLETE.
//
// Returns: KEYCARD_OK
//          KEYCARD_POLICY_CONTRADICTION if the policy has another profile, or already requires the
//            opposite about the user
//          KEYCARD_UNSUPPORTED_POLICY for an unknown flow
//          KEYCARD_STRUCT_SIZE
// In:      flow, one of KEYCARD_FLOW_…
// Out:     policy, read and changed, from KEYCARD_POLICY_INIT; unchanged on failure
KEYCARD_MUST_USE
keycard_status keycard_policy_for_access_token(struct keycard_policy *policy,
                                               int32_t flow);

/* --- List of checks --------------------------------------------------------------------------- */

// The signature, with a key of the table and an algorithm of the policy.
#define KEYCARD_CHECK_SIGNATURE 1
// iss against the issuer.
#define KEYCARD_CHECK_ISSUER (1 << 1)
// aud, or the claim that replaces it, against the audiences.
#define KEYCARD_CHECK_AUDIENCE (1 << 2)
// exp against the time.
#define KEYCARD_CHECK_EXPIRY (1 << 3)
// nbf against the time.
#define KEYCARD_CHECK_NOT_BEFORE (1 << 4)
// typ against the profile or the policy.
#define KEYCARD_CHECK_TOKEN_TYPE (1 << 5)
// iat against the longest age.
#define KEYCARD_CHECK_TOKEN_AGE (1 << 6)
// nonce against the nonce that was sent.
#define KEYCARD_CHECK_NONCE (1 << 7)
// azp against the authorized parties.
#define KEYCARD_CHECK_AUTHORIZED_PARTY (1 << 8)
// auth_time against the longest age.
#define KEYCARD_CHECK_AUTHENTICATION_AGE (1 << 9)
// at_hash against the access token.
#define KEYCARD_CHECK_ACCESS_TOKEN_HASH (1 << 10)
// c_hash against the code.
#define KEYCARD_CHECK_CODE_HASH (1 << 11)
// scope or scp against the required scopes.
#define KEYCARD_CHECK_SCOPES (1 << 12)
// Claims against the rules of the policy.
#define KEYCARD_CHECK_RULES (1 << 13)
// The claim or type that marks the kind of token, against the profile.
#define KEYCARD_CHECK_KIND (1 << 14)
// The header parameter that the policy requires.
#define KEYCARD_CHECK_HEADER_PARAMETER (1 << 15)
// s_hash against the state.
#define KEYCARD_CHECK_STATE_HASH (1 << 16)
// acr against the authentication context classes.
#define KEYCARD_CHECK_AUTHENTICATION_CONTEXT (1 << 17)
// amr against the authentication methods.
#define KEYCARD_CHECK_AUTHENTICATION_METHODS (1 << 18)
// sub against the subject.
#define KEYCARD_CHECK_SUBJECT (1 << 19)
// A refreshed ID token against the original.
#define KEYCARD_CHECK_ORIGINAL (1 << 20)
// The client against the clients of the policy.
#define KEYCARD_CHECK_CLIENT (1 << 21)
// The token has a user, or none, as the policy requires.
#define KEYCARD_CHECK_USER (1 << 22)
// jkt in cnf against the key of the DPoP proof.
#define KEYCARD_CHECK_DPOP_KEY (1 << 23)
// x5t#S256 in cnf against the client certificate.
#define KEYCARD_CHECK_CLIENT_CERTIFICATE (1 << 24)
// exp against the longest lifetime.
#define KEYCARD_CHECK_LIFETIME (1 << 25)
// iat, which must not lie in the future.
#define KEYCARD_CHECK_ISSUED_AT (1 << 26)
// A note that is only ever vacuous: exp, nbf or iat lies beyond the year 9999. The issuer wrote
// milliseconds, or means "never", so comparing it with the time says nothing.
#define KEYCARD_CHECK_TIME_UNIT (1 << 27)

/* --- List of stages: the failed step ---------------------------------------------------------- */

// The call itself, its memory or its policy.
#define KEYCARD_STAGE_USAGE 0
// The length of the token and its parts.
#define KEYCARD_STAGE_TOKEN 1
// The header.
#define KEYCARD_STAGE_HEADER 2
// The algorithm.
#define KEYCARD_STAGE_ALGORITHM 3
// The choice of keys.
#define KEYCARD_STAGE_KEY 4
// The signature.
#define KEYCARD_STAGE_SIGNATURE 5
// Decoding the payload.
#define KEYCARD_STAGE_PAYLOAD 6
// The claims.
#define KEYCARD_STAGE_CLAIMS 7
// The time.
#define KEYCARD_STAGE_TIME 8
// Loading keys.
#define KEYCARD_STAGE_KEY_SET 9
// PKCE.
#define KEYCARD_STAGE_PKCE 10
// Reading base64url or JSON outside a token.
#define KEYCARD_STAGE_TEXT 11
// A DPoP proof. Answer the client with invalid_dpop_proof, or use_dpop_nonce if the nonce is
// wrong.
#define KEYCARD_STAGE_PROOF 12
// The replay cache.
#define KEYCARD_STAGE_REPLAY 13

/* --- List of statuses ------------------------------------------------------------------------- */

// The token is accepted, or the call succeeded.
#define KEYCARD_OK 0
// A pointer that must not be NULL is NULL.
#define KEYCARD_NULL_POINTER 1
// A length is larger than any object can be, or a pointer is not aligned for its type.
#define KEYCARD_BAD_MEMORY 2
// struct_size is smaller than in the first release.
#define KEYCARD_STRUCT_SIZE 3
// Memory that is written overlaps memory that is read.
#define KEYCARD_OVERLAP 4
// The memory is too small, even for an empty key table or replay cache.
#define KEYCARD_MEMORY_TOO_SMALL 5
// The scratch is too small for this token.
#define KEYCARD_SCRATCH_TOO_SMALL 6
// The output buffer is too small for the result; nothing was written.
#define KEYCARD_BUFFER_TOO_SMALL 7
// The memory does not hold a key table.
#define KEYCARD_NOT_A_KEY_TABLE 8
// The policy uses a flag, a profile or a member that this version does not know.
#define KEYCARD_UNSUPPORTED_POLICY 9
// A required member of the policy was neither given nor waived by name. The error names the
// member. In C, an error without a member may mean that the profile is missing.
#define KEYCARD_POLICY_INCOMPLETE 10
// A member of the policy is present and empty, which could be mistaken for "do not check".
#define KEYCARD_POLICY_EMPTY 11
// Members of the policy contradict each other: a member is both given and waived, or this
// profile does not use it.
#define KEYCARD_POLICY_CONTRADICTION 12
// The leeway exceeds 600 seconds, and no insecure_ method allows it.
#define KEYCARD_LEEWAY_TOO_LONG 13
// The kind of the time is not one of the known kinds.
#define KEYCARD_TIME_KIND 14
// The scratch of this token was used for another token, or the token was never accepted.
#define KEYCARD_STALE 15
// A string argument is not UTF-8.
#define KEYCARD_NOT_TEXT 16
// The token was validated with claims. Parsing rewrote its payload, so the payload can be read
// only as claims.
#define KEYCARD_PAYLOAD_NOT_OPAQUE 17
// The key table is a read-only image.
#define KEYCARD_READ_ONLY 18
// Not a response type: it has an unknown word, a repeated word, or none beside others.
#define KEYCARD_UNKNOWN_RESPONSE_TYPE 19
// A member of the policy or of rules is given twice. The second value would silently replace
// the first.
#define KEYCARD_POLICY_TWICE 20
// A member has an invalid value: an issuer template without exactly one {name}, or a
// duration that is not in whole seconds.
#define KEYCARD_POLICY_VALUE 21
// A scope of the policy contains white space (RFC 6749 section 3.3).
#define KEYCARD_POLICY_SCOPE 22
// The memory does not hold a replay cache.
#define KEYCARD_NOT_A_REPLAY_CACHE 23
// The window or the leeway of the check exceeds that of the replay cache.
#define KEYCARD_REPLAY_LIMITS 24
// The share of a key is not 1 to 16 sixteenths of the replay cache.
#define KEYCARD_REPLAY_SHARE 25

// The token is longer than the limit.
#define KEYCARD_TOKEN_TOO_LONG 101
// The token does not have three parts, or its header or signature is empty (RFC 7515 section
// 7.1).
#define KEYCARD_TOKEN_PARTS 102
// The token has five parts, so it is encrypted (JWE). This is not supported.
#define KEYCARD_TOKEN_ENCRYPTED 103
// The header is longer than the limit.
#define KEYCARD_HEADER_TOO_LONG 104

// A character that is not in the base64url alphabet.
#define KEYCARD_BASE64_CHARACTER 151
// Padding, which JWS does not allow.
#define KEYCARD_BASE64_PADDING 152
// The number of characters is not possible for base64url.
#define KEYCARD_BASE64_LENGTH 153
// The unused bits of the last character are not zero, so the same bytes have another spelling.
#define KEYCARD_BASE64_TRAILING_BITS 154

// Not JSON.
#define KEYCARD_JSON_SYNTAX 201
// Not UTF-8.
#define KEYCARD_JSON_ENCODING 202
// A string has an escape for half of a surrogate pair, which is not a character.
#define KEYCARD_JSON_SURROGATE 203
// The JSON text is nested deeper than the limit.
#define KEYCARD_JSON_NESTING 204
// An object with more members than the limit.
#define KEYCARD_JSON_MEMBERS 205
// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
#define KEYCARD_JSON_DUPLICATE 206
// Not an object, although the specification requires one.
#define KEYCARD_JSON_NOT_AN_OBJECT 207
// Longer than the limit.
#define KEYCARD_JSON_TOO_LONG 208

// There is no alg.
#define KEYCARD_ALGORITHM_MISSING 301
// A header parameter has the wrong type.
#define KEYCARD_HEADER_TYPE 302
// The header has crit. No extension is supported (RFC 7515 section 4.1.11).
#define KEYCARD_HEADER_CRITICAL 303
// A header parameter changes how the token is read, and is not supported.
#define KEYCARD_HEADER_UNSUPPORTED 304
// The payload is a JWT itself (RFC 7519 section 5.2). Nested tokens are not supported.
#define KEYCARD_NESTED_TOKEN 305
// A header parameter that the policy requires is missing or different.
#define KEYCARD_HEADER_MISMATCH 306

// none: the token is unsecured (RFC 7515 section 8).
#define KEYCARD_ALGORITHM_NONE 351
// Not a registered signature algorithm that this library knows.
#define KEYCARD_ALGORITHM_UNKNOWN 352
// Known, but not built into this library.
#define KEYCARD_ALGORITHM_NOT_BUILT 353
// Not in the caller's allow-list.
#define KEYCARD_ALGORITHM_NOT_ALLOWED 354

// A member of the key is missing, of the wrong type, or not base64url.
#define KEYCARD_KEY_MALFORMED 401
// The key's type, curve or algorithm is unknown, or not built into this library.
#define KEYCARD_KEY_UNSUPPORTED 402
// The use, key_ops or alg of the key says that the key is not for verifying signatures.
#define KEYCARD_KEY_NOT_FOR_VERIFICATION 403
// Members of the key contradict each other.
#define KEYCARD_KEY_CONTRADICTION 404
// The key is weaker than RFC 7518 allows for its algorithm.
#define KEYCARD_KEY_WEAK 405
// The key has private members, which a verifier must not hold.
#define KEYCARD_KEY_PRIVATE 406
// The point is not on the curve.
#define KEYCARD_KEY_NOT_ON_CURVE 407
// The value is not as wide as its field, or has leading zeros that are not allowed.
#define KEYCARD_KEY_WIDTH 408
// The modulus is even or larger than the limit. Or the exponent is even, too small or too
// large.
#define KEYCARD_KEY_OUT_OF_RANGE 409
// The key set contains a secret, and the rules do not allow secrets.
#define KEYCARD_KEY_SECRET 410
// A kid longer than the limit.
#define KEYCARD_KEY_ID_TOO_LONG 411
// The memory of the table is full. The keys that were loaded before are unchanged.
#define KEYCARD_KEY_TABLE_FULL 412
// The key set has no keys array.
#define KEYCARD_KEY_SET_MALFORMED 413
// The secret is the text of a key in PEM, DER or JWK, so it may be public.
#define KEYCARD_KEY_NOT_SECRET 414
// Not DER, or not a public key.
#define KEYCARD_KEY_ENCODING 415
// Not an image of a key table of this version and byte order.
#define KEYCARD_IMAGE_FOREIGN 416
// The length of the image differs from the length in its header.
#define KEYCARD_IMAGE_TRUNCATED 417
// The image does not match its check sum, or its records are not valid.
#define KEYCARD_IMAGE_CORRUPT 418
// The image is not the one that was expected.
#define KEYCARD_IMAGE_UNEXPECTED 419
// The image has an older version than the rules accept.
#define KEYCARD_IMAGE_OUTDATED 420
// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) allow none of PS256, PS384 and
// PS512.
#define KEYCARD_KEY_PSS_PARAMETERS 421
// A certificate, and the rules do not allow certificates.
#define KEYCARD_KEY_IS_CERTIFICATE 422
// A PEM block whose boundaries differ, or whose body is not base64 (RFC 7468 section 3).
#define KEYCARD_KEY_PEM_MALFORMED 423
// A text without a PEM block.
#define KEYCARD_KEY_PEM_MISSING 424
// An EC key in PEM or DER that gives the equation of its curve, or no curve. A key must name
// its curve (RFC 5480 section 2.1.1).
#define KEYCARD_KEY_CURVE_UNNAMED 425
// The JWK has the member revoked: its owner no longer signs with the key (OpenID Federation
// 1.0 section 8.7.2).
#define KEYCARD_KEY_REVOKED 430
// A note, not an error: a number of an RSA key has a leading zero octet, against RFC 7518
// section 2. The octet was dropped.
#define KEYCARD_KEY_LEADING_ZERO 431
// A note, not an error: a coordinate has fewer octets than its field, which the caller allowed
// by name.
#define KEYCARD_KEY_SHORT_COORDINATE 432

// No key of the table has the token's kid. For a token without kid, no key has its
// algorithm. The issuer may have rotated its keys: fetch the key set again, at most once a
// minute.
#define KEYCARD_KEY_NOT_FOUND 451
// More keys fit the token than the limit allows to try.
#define KEYCARD_KEY_TOO_MANY_CANDIDATES 452
// The table has the token's kid, but for other algorithms. Fetching the key set again does
// not help.
#define KEYCARD_KEY_UNFIT 453
// The exp of the JWK has passed, so the key no longer verifies tokens. Fetch the key set
// again.
#define KEYCARD_KEY_EXPIRED 454
// The nbf of the JWK is in the future, so the key does not verify tokens yet.
#define KEYCARD_KEY_NOT_YET_VALID 455
// The issuer of the JWK is not the issuer of the token.
#define KEYCARD_KEY_OF_ANOTHER_ISSUER 456

// The signature does not have the length that its algorithm and key require.
#define KEYCARD_SIGNATURE_LENGTH 501
// The signature is wrong.
#define KEYCARD_SIGNATURE_INVALID 502
// The signature is DER, but JWS requires R followed by S (RFC 7518 section 3.4).
#define KEYCARD_SIGNATURE_IS_DER 503
// The PSS signature is valid except for its salt, whose length is not that of the hash (RFC
// 7518 section 3.5).
#define KEYCARD_SIGNATURE_SALT 504

// A required claim is missing.
#define KEYCARD_CLAIM_MISSING 601
// A claim has the wrong type, or is outside of the range of its type.
#define KEYCARD_CLAIM_TYPE 602
// A claim does not have the value that the policy requires.
#define KEYCARD_CLAIM_MISMATCH 603
// iss is not the expected issuer.
#define KEYCARD_WRONG_ISSUER 604
// aud does not contain an expected audience.
#define KEYCARD_WRONG_AUDIENCE 605
// aud contains an audience that is not trusted.
#define KEYCARD_UNTRUSTED_AUDIENCE 606
// The typ of the token does not match the profile.
#define KEYCARD_WRONG_TOKEN_TYPE 607
// The claims belong to another kind of token.
#define KEYCARD_WRONG_TOKEN_KIND 608
// azp is not one of the caller's authorized parties.
#define KEYCARD_WRONG_AUTHORIZED_PARTY 609
// nonce is not the one that was sent.
#define KEYCARD_WRONG_NONCE 610
// A hash claim does not match the access token or code.
#define KEYCARD_WRONG_HASH 611
// A required scope was not granted.
#define KEYCARD_SCOPE_MISSING 612
// The token was issued too long ago.
#define KEYCARD_TOKEN_TOO_OLD 613
// The user's authentication was too long ago.
#define KEYCARD_AUTHENTICATION_TOO_OLD 614
// A time that must be in the past is in the future.
#define KEYCARD_ISSUED_IN_FUTURE 615
// The token is bound to a key, and the policy has no proof of a key (RFC 7800).
#define KEYCARD_TOKEN_BOUND 616
// Neither the typ nor a claim shows that the token is an access token: see
// Policy::marked_by.
#define KEYCARD_TOKEN_NOT_MARKED 617
// cnf is empty, or binds the token by an unknown method (RFC 7800 section 3.1).
#define KEYCARD_CONFIRMATION_UNKNOWN 618
// The token is bound to another key or certificate than the one that the client proved (RFC
// 9449 section 7.1, RFC 8705 section 3).
#define KEYCARD_WRONG_CONFIRMATION 619
// The client proved a key or certificate, but the token is not bound to any.
#define KEYCARD_TOKEN_NOT_BOUND 620
// The subject (sub) is not the one that the caller requires, or not that of the other ID
// token (OpenID Connect Core section 3.3.3.6).
#define KEYCARD_WRONG_SUBJECT 630
// acr is not one of the classes that the caller requires (OpenID Connect Core section
// 3.1.3.7 step 12).
#define KEYCARD_WRONG_AUTHENTICATION_CONTEXT 631
// A method that the caller requires is not in amr.
#define KEYCARD_AUTHENTICATION_METHOD_MISSING 632
// A claim of a refreshed ID token differs from the original (OpenID Connect Core section
// 12.2).
#define KEYCARD_NOT_AS_ORIGINAL 633
// The client is not one of those that the caller requires.
#define KEYCARD_WRONG_CLIENT 634
// A user is required, but the token was issued to the client without a user.
#define KEYCARD_USER_MISSING 635
// A user is not allowed, but the token was issued for a user.
#define KEYCARD_USER_PRESENT 636
// The token has scope and scp, and the policy does not say which of them grants scopes.
#define KEYCARD_SCOPE_AMBIGUOUS 637
// The response contains a token or code that its flow never puts into this response.
#define KEYCARD_NOT_ISSUED_BY_FLOW 640

// A point in time does not fit into 64-bit seconds (RFC 7519 section 2, NumericDate).
#define KEYCARD_DATE_OUT_OF_RANGE 650

// The token has expired.
#define KEYCARD_EXPIRED 701
// The token is not valid yet.
#define KEYCARD_NOT_YET_VALID 702
// The time is not known, and the token must not be accepted without a time.
#define KEYCARD_TIME_UNAVAILABLE 703
// exp is further in the future than the policy allows. It may be in milliseconds.
#define KEYCARD_LIFETIME_TOO_LONG 704

// The code verifier is not 43 to 128 unreserved characters.
#define KEYCARD_CODE_VERIFIER_MALFORMED 801
// The stored code challenge is not valid for its method.
#define KEYCARD_CODE_CHALLENGE_MALFORMED 802
// The code challenge method is neither S256 nor plain.
#define KEYCARD_CODE_CHALLENGE_METHOD 803
// The code verifier does not match the code challenge.
#define KEYCARD_PKCE_MISMATCH 804
// One side used PKCE and the other did not, or the method is plain where S256 is required.
#define KEYCARD_PKCE_DOWNGRADE 805
// Neither side used PKCE, but it is required.
#define KEYCARD_PKCE_MISSING 806
// Neither side used PKCE, and it is optional: nothing was verified. This status has no reason.
#define KEYCARD_PKCE_NOT_USED 807

// The header has no key (jwk).
#define KEYCARD_PROOF_KEY_MISSING 851
// htm is not the method of the request.
#define KEYCARD_WRONG_HTTP_METHOD 852
// htu is not the URI of the request.
#define KEYCARD_WRONG_HTTP_URI 853
// Not an absolute http or https URI, or a URI with user information.
#define KEYCARD_URI_MALFORMED 854
// iat is older than the window.
#define KEYCARD_PROOF_TOO_OLD 855
// The token or proof was used before.
#define KEYCARD_REPLAYED 860
// The replay cache has no free entry. New uses are rejected until an entry expires.
#define KEYCARD_REPLAY_FULL 861
// The time is earlier than that of a previous call.
#define KEYCARD_REPLAY_TIME_BEHIND 862
// The token or proof was issued before the cache was started, so it may have been used before.
#define KEYCARD_ISSUED_BEFORE_START 863
// The key that signed the proof has filled its share of the replay cache.
#define KEYCARD_REPLAY_KEY_FULL 864

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* KEYCARD_H */
