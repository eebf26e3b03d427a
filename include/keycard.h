/*
 * keycard: validates OAuth 2.0 / OpenID Connect tokens (JWT) and verifies PKCE, without an
 * allocator.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit.
 *
 * To validate a token you need keycard_string and KEYCARD_BYTES, keycard_keys_init,
 * keycard_keys_add_jwks, KEYCARD_POLICY_INIT, KEYCARD_SCRATCH_SIZE, keycard_validate,
 * keycard_status_text and keycard_claim_string. The README has them in one program. Three headers
 * are included here. The others are for everything beyond:
 *
 * keycard_policy.h     requirements for a token; included by keycard.h
 * keycard_bytes.h      bytes to read and memory to write; included by keycard.h
 * keycard_status.h     every status, stage and check; included by keycard.h
 * keycard_claims.h     claims that are lists or objects, rules for claims, payloads of any bytes
 * keycard_validate.h   validation by hardware, in batches, and for several issuers
 * keycard_keys.h       rules for keys, other forms of keys, images of key tables, keys for hardware
 * keycard_oidc.h       flows of OAuth 2.0 and OpenID Connect, and policies for their tokens
 * keycard_dpop.h       DPoP proofs, and caches of their keys and uses
 * keycard_sd_jwt.h     SD-JWT: credentials with selective disclosure
 * keycard_pkce.h       PKCE
 *
 * Arguments:
 *
 * - A function takes the object that it works on first, then its inputs, then its outputs.
 * - Inputs of any length are keycard_bytes, and memory to write is a keycard_buffer. Lengths are in
 *   bytes unless the comment says otherwise. A number in the name of an argument, such as 32, is
 *   its fixed length.
 * - Strings need no NUL and get none, except the static strings of keycard_status_text and
 *   keycard_version, and the line of keycard_detail_text.
 * - keycard_bytes of NULL and 0 (KEYCARD_ABSENT) are absent. Those with an address and length 0 are
 *   empty. Those with a length and no address are KEYCARD_NULL_POINTER.
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
 * - Each call on a replay cache or a proof-key cache writes it: threads that share one take turns.
 * - Structures that begin with struct_size may grow in later versions. Other layouts and all
 *   numbers never change.
 */

#ifndef KEYCARD_H
#define KEYCARD_H

#include <stdbool.h>
#include "keycard_policy.h"

#define KEYCARD_VERSION_MAJOR 0
#define KEYCARD_VERSION_MINOR 1
#define KEYCARD_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

struct keycard_keys;
struct keycard_token;
struct keycard_detail;
struct keycard_key_report;

/* --- The time --------------------------------------------------------------------------------- */

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

KEYCARD_HAS_SIZE(keycard_time, 24, 24)

/* --- Validation ------------------------------------------------------------------------------- */

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
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
//            need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
//            the call
KEYCARD_MUST_USE
keycard_status keycard_validate(const struct keycard_keys *keys,
                                const struct keycard_policy *policy,
                                struct keycard_time time,
                                struct keycard_bytes jwt,
                                struct keycard_buffer scratch,
                                struct keycard_token *token,
                                struct keycard_detail *detail);

// Decides if an access token is accepted by issuer, audience and algorithms alone. It gives the
// verdict of keycard_validate for a policy with KEYCARD_PROFILE_ACCESS_TOKEN and these members.
// Firmware that calls it in place of keycard_validate is smaller, because it links no other rule.
//
// Returns: the statuses of keycard_validate
//          KEYCARD_POLICY_INCOMPLETE if issuer or audience is absent, or no algorithm is given
// In:      keys, the trusted keys
//          issuer, the required iss
//          audience, the required value of aud
//          algorithms, to accept: KEYCARD_ES256 and others, or-ed
//          time, the current time
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
//            need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
//            the call
KEYCARD_MUST_USE
keycard_status keycard_validate_access_token(const struct keycard_keys *keys,
                                             struct keycard_bytes issuer,
                                             struct keycard_bytes audience,
                                             uint32_t algorithms,
                                             struct keycard_time time,
                                             struct keycard_bytes jwt,
                                             struct keycard_buffer scratch,
                                             struct keycard_token *token,
                                             struct keycard_detail *detail);

/* --- Keys ------------------------------------------------------------------------------------- */

// A key table, in the memory that the caller gave to keycard_keys_init.
typedef struct keycard_keys keycard_keys;

// Makes an empty key table in memory of the caller.
//
// The memory must have these bytes, each item rounded up to a multiple of 8:
// - 48 for the table;
// - 16 for each key, and the length of its kid;
// - for each key: 64 on P-256 and secp256k1, 96 on P-384, 144 on P-521, 32 for Ed25519, 8 and the
//   modulus for RSA (264 for 2048 bits), the key itself for ML-DSA, the secret itself for HMAC;
// - 24 and the issuer, if the JWK of a key has exp, nbf or issuer;
// - at most the bytes that precompute allows for each key: KEYCARD_PRECOMPUTE_8KB is 8192;
// - 16 for each key of a table with 32 keys or more, except in a build for small targets. This
//   index finds a kid in the same time among many keys as among few.
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
//          jwks, the key set in UTF-8, at most 1,048,575 bytes
// Out:     report, the outcome for each key; may be NULL
// Lifetime: nothing points into jwks after the call
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks(struct keycard_keys *keys,
                                     struct keycard_bytes jwks,
                                     struct keycard_key_report *report);

/* --- Ways to state the time ------------------------------------------------------------------- */

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
// In:      not_before, a time that has certainly passed, in seconds since 1970-01-01T00:00:00Z:
//            that of the build, or the iat of an accepted token, if you trust its issuer's clock;
//            never take it from another token
struct keycard_time keycard_time_unknown(int64_t not_before);

/* --- Claims of an accepted token -------------------------------------------------------------- */

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
                                    struct keycard_bytes name,
                                    struct keycard_bytes *string);

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
                                     struct keycard_bytes name,
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
                                     struct keycard_bytes name,
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
                                  struct keycard_bytes name,
                                  int64_t *seconds);

/* --- Errors and texts for logs ---------------------------------------------------------------- */

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
//            less than text.size
//          0 if detail is NULL
// In:      detail, filled by an earlier call
// Out:     text, the line and a NUL, cut to text.size bytes; may have no bytes
size_t keycard_detail_text(const struct keycard_detail *detail, struct keycard_buffer text);

// Names a stage, for logs: "key set".
//
// Returns: a static text without a NUL; absent for an unknown stage
// In:      stage, one of KEYCARD_STAGE_…
struct keycard_bytes keycard_stage_name(uint32_t stage);

// Names a check, for logs: "access token hash".
//
// Returns: a static text without a NUL; absent for an unknown check or several checks
// In:      check, one of KEYCARD_CHECK_…
struct keycard_bytes keycard_check_name(uint32_t check);

// Gives the version of the library, which may differ from that of the header.
//
// Returns: a static string that ends in a NUL, such as "0.1.0"
const char *keycard_version(void);

/* --- Results ---------------------------------------------------------------------------------- */

// The number of rejected keys that a report names; the same for skipped keys and for noted keys.
// Further keys are only counted.
#define KEYCARD_MAX_FINDINGS 8

// The reason for an error. Filled on failure and empty on success. After KEYCARD_OVERLAP it may be
// unwritten, because it may itself be the overlap: use the returned status.
typedef struct keycard_detail {
    // The returned status.
    keycard_status status;
    // The failed step: one of KEYCARD_STAGE_….
    uint32_t stage;
    // The claim, header parameter, JWK member or policy member at fault, or absent. A static text.
    struct keycard_bytes member;
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

KEYCARD_HAS_SIZE(keycard_detail, 64, 48)

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
    struct keycard_bytes member;
} keycard_finding;

KEYCARD_HAS_SIZE(keycard_finding, 32, 20)

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

KEYCARD_HAS_SIZE(keycard_key_report, 864, 544)

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
    struct keycard_bytes profile;
    // The longest age that the policy allows, or else the longest lifetime, in seconds, if
    // has_max_token_age is 1; else 0.
    uint32_t max_token_age;
    // 1 if the policy limits the age or the lifetime, else 0.
    uint32_t has_max_token_age;
    // The offset in the payload of the claim that grants scopes. 0 if the policy names no claim;
    // beyond the payload if the token lacks it.
    uint32_t scopes_offset;
    // 0.
    uint32_t reserved;
} keycard_token;

KEYCARD_HAS_SIZE(keycard_token, 112, 88)

/* --- Sizes ------------------------------------------------------------------------------------ */

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

// Computes a scratch size that is always enough for a token. KEYCARD_SCRATCH_SIZE computes the
// same as a constant.
//
// Returns: the size of the scratch in bytes
// In:      token_length, of the token in characters
size_t keycard_scratch_size(size_t token_length);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_H */
