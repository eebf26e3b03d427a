/*
 * keycard_validate.h: validation by hardware, in batches, and for several issuers.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_VALIDATE_H
#define KEYCARD_VALIDATE_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

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
//          message, the signed bytes
//          signature, in the form of JWS (RFC 7518 section 3), of any length
typedef uint32_t (*keycard_verifier)(void *context,
                                     size_t key_index,
                                     uint32_t algorithm,
                                     struct keycard_bytes message,
                                     struct keycard_bytes signature);

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
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
//          verifier, called for each key that fits the token, at most 8 times
//          context, passed to verifier; may be NULL
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
//            need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_with(const struct keycard_keys *keys,
                                     const struct keycard_policy *policy,
                                     struct keycard_time time,
                                     struct keycard_bytes jwt,
                                     struct keycard_buffer scratch,
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
//          jwts, the tokens: count elements, each as in keycard_validate
//          count, the number of tokens, 0 or more
// Out:     scratch, the decoded tokens; need not be initialised; the sum of keycard_scratch_size
//            for each length is always enough
//          tokens, count elements; those that are not accepted are empty
//          details, count elements, each with the status of its token; may be NULL
// Lifetime: tokens are valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_all(const struct keycard_keys *keys,
                                    const struct keycard_policy *policy,
                                    struct keycard_time time,
                                    const struct keycard_bytes *jwts,
                                    size_t count,
                                    struct keycard_buffer scratch,
                                    struct keycard_token *tokens,
                                    struct keycard_detail *details);

/* --- Several issuers -------------------------------------------------------------------------- */

// The contents of a token that was not verified. UNVERIFIED: the sender of the token may have
// written all of it. Use it to choose keys and a policy, and for nothing else. The texts point
// into the scratch.
typedef struct keycard_unverified {
    // The claim iss, or absent.
    struct keycard_bytes issuer;
    // The header parameter kid, or absent.
    struct keycard_bytes key_id;
    // The header parameter alg, known or not.
    struct keycard_bytes algorithm;
    // The header parameter typ, or absent.
    struct keycard_bytes token_type;
} keycard_unverified;

KEYCARD_HAS_SIZE(keycard_unverified, 64, 32)

// A trusted issuer: its keys, and the policy for its tokens.
typedef struct keycard_trust_row {
    // The keys of this issuer, and of no other.
    const struct keycard_keys *keys;
    // The policy for its tokens. It names the issuer.
    const struct keycard_policy *policy;
} keycard_trust_row;

KEYCARD_HAS_SIZE(keycard_trust_row, 16, 8)

// Reads issuer and header of a token without verifying it. UNVERIFIED: the sender of the token may
// have written all of it. Use the result to choose keys and a policy, and for nothing else. A log
// may show it as a claim of the sender. The token is parsed as strictly as by keycard_validate,
// with the same limits.
//
// Returns: KEYCARD_OK
//          a status of the stages token, header and payload
//          KEYCARD_CLAIM_TYPE if iss is not a string
//          KEYCARD_SCRATCH_TOO_SMALL with the required size in detail.needed
// In:      jwt, a token with claims, without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH
//            characters
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
//            need not be initialised, and is wiped on failure
//          unverified, the contents; absent texts on failure
//          detail, the reason for an error; may be NULL
// Lifetime: the texts point into scratch and are valid until it changes
KEYCARD_MUST_USE
keycard_status keycard_unverified_read(struct keycard_bytes jwt,
                                       struct keycard_buffer scratch,
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
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
// Out:     scratch, wiped; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough
//          row, the position of the row, from 0; 0 on failure
//          detail, the reason for an error; may be NULL
KEYCARD_MUST_USE
keycard_status keycard_choose_row(const struct keycard_trust_row *rows,
                                  size_t count,
                                  struct keycard_bytes jwt,
                                  struct keycard_buffer scratch,
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
//          jwt, the token without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
// Out:     scratch, the decoded token; KEYCARD_SCRATCH_SIZE(jwt.length) bytes are always enough;
//            need not be initialised, and is wiped on failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes
KEYCARD_MUST_USE
keycard_status keycard_validate_any(const struct keycard_trust_row *rows,
                                    size_t count,
                                    struct keycard_time time,
                                    struct keycard_bytes jwt,
                                    struct keycard_buffer scratch,
                                    struct keycard_token *token,
                                    struct keycard_detail *detail);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_VALIDATE_H */
