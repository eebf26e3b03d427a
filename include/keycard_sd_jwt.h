/*
 * keycard_sd_jwt.h: SD-JWT: credentials with selective disclosure.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_SD_JWT_H
#define KEYCARD_SD_JWT_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Presentations ---------------------------------------------------------------------------- */

// A presentation without a Key Binding JWT is rejected.
#define KEYCARD_KEY_BINDING_REQUIRED 1
// The holder may leave the Key Binding JWT out. The presentation is then accepted from everyone
// who has it, even if the credential is bound to a key. If KEYCARD_CHECK_KEY_BINDING passed, the
// holder proved the key.
#define KEYCARD_KEY_BINDING_ALLOWED 2
// A presentation with a Key Binding JWT is rejected, and so is a credential that is bound to a
// key.
#define KEYCARD_KEY_BINDING_FORBIDDEN 3

// The rules of the verifier for the key binding of an SD-JWT. Start from KEYCARD_KEY_BINDING_INIT.
// The presentation has no influence on them.
typedef struct keycard_key_binding {
    // sizeof(keycard_key_binding).
    size_t struct_size;
    // KEYCARD_KEY_BINDING_REQUIRED, …_ALLOWED or …_FORBIDDEN. If it is forbidden, all members
    // below are 0 or absent.
    uint32_t mode;
    // The algorithms to accept for the Key Binding JWT, all asymmetric: KEYCARD_ES256 and others,
    // or-ed.
    uint32_t algorithms;
    // The longest time since iat of the Key Binding JWT, in seconds.
    uint32_t window;
    // The difference between clocks to tolerate, in seconds, at most 600.
    uint32_t leeway;
    // The required aud of the Key Binding JWT: the name of this verifier.
    struct keycard_bytes audience;
    // Nonces that were given to the holder for this presentation. The Key Binding JWT must have
    // one of them. A nonce is good once: forget it afterwards.
    const struct keycard_bytes *nonces;
    // The number of nonces.
    size_t nonce_count;
} keycard_key_binding;

KEYCARD_HAS_SIZE(keycard_key_binding, 56, 36)

/* Rules that accept no presentation yet, as an initialiser. */
#define KEYCARD_KEY_BINDING_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_key_binding), /* struct_size */                                               \
        0, 0, 0, 0,                  /* mode, algorithms, window, leeway */                          \
        KEYCARD_ABSENT,              /* audience */                                                  \
        NULL, 0                      /* nonces */                                                    \
    }

/* The most disclosures of one SD-JWT. */
#if SIZE_MAX > 0xFFFFFFFF
#define KEYCARD_MAX_DISCLOSURES 1024
#else
#define KEYCARD_MAX_DISCLOSURES 64
#endif

/* The size of a scratch for an SD-JWT in bytes, as a constant for arrays. See
 * keycard_sd_jwt_scratch_size. */
#define KEYCARD_SD_JWT_SCRATCH_SIZE(length, disclosures)                                             \
    (KEYCARD_SCRATCH_SIZE(length) + KEYCARD_DECODED(length) +                                        \
     24 * ((disclosures) > KEYCARD_MAX_DISCLOSURES ? (size_t)KEYCARD_MAX_DISCLOSURES                 \
                                                   : (size_t)(disclosures)) +                        \
     KEYCARD_SD_JWT_TAIL(KEYCARD_DECODED(length)))
#define KEYCARD_SD_JWT_TAIL(decoded)                                                                 \
    (32 * ((decoded) / 46 + 1) > KEYCARD_SCRATCH_OF(decoded) - 8 - (decoded)                         \
         ? 32 * ((decoded) / 46 + 1)                                                                 \
         : KEYCARD_SCRATCH_OF(decoded) - 8 - (decoded))

// Makes rules that accept no presentation yet, like KEYCARD_KEY_BINDING_INIT.
//
// Returns: the statuses of keycard_policy_init
// In:      size, sizeof(keycard_key_binding)
// Out:     binding, zeros except for struct_size
KEYCARD_MUST_USE
keycard_status keycard_key_binding_init(struct keycard_key_binding *binding,
                                        size_t size);

// Computes a scratch size that is always enough for a presentation. KEYCARD_SD_JWT_SCRATCH_SIZE
// computes the same as a constant. The tildes in a presentation count one more than its
// disclosures.
//
// Returns: the size of the scratch in bytes
// In:      length, of the presentation in characters
//          disclosures, the most that the presentation has
size_t keycard_sd_jwt_scratch_size(size_t length, size_t disclosures);

// Decides if the presentation of an SD-JWT is accepted (RFC 9901 section 7.3). The claims of the
// token are the processed payload: each disclosed claim is in its place, and all digests are
// removed.
//
// A holder can leave a disclosure out, so a claim that is absent says nothing. A presentation that
// discloses iss, aud, exp, nbf, cnf, status or vct at the top level is rejected.
//
// Returns: KEYCARD_OK if the presentation is accepted
//          the statuses of keycard_validate
//          a status of the group on selective disclosure, at KEYCARD_STAGE_DISCLOSURE
//          KEYCARD_KEY_BINDING_MISSING, KEYCARD_KEY_BINDING_UNEXPECTED, or another status about
//            the Key Binding JWT, at KEYCARD_STAGE_PROOF
//          KEYCARD_POLICY_CONTRADICTION about the profile for a policy of another kind
//          KEYCARD_UNSUPPORTED_POLICY if SD-JWT is not built in
// In:      keys, the trusted keys of issuers
//          policy, the requirements for the processed payload, with KEYCARD_PROFILE_SD_JWT
//          binding, the rules for the key binding
//          time, the current time
//          presentation, without surrounding space, at most KEYCARD_MAX_TOKEN_LENGTH characters
//            with at most KEYCARD_MAX_DISCLOSURES disclosures
// Out:     scratch, the processed payload; KEYCARD_SD_JWT_SCRATCH_SIZE(presentation.length, its
//            disclosures) bytes are always enough; need not be initialised, and is wiped on
//            failure
//          token, the accepted token; empty on failure
//          detail, the reason for an error; may be NULL
// Lifetime: token is valid until scratch changes; nothing points into the other arguments after
//            the call
KEYCARD_MUST_USE
keycard_status keycard_sd_jwt_validate(const struct keycard_keys *keys,
                                       const struct keycard_policy *policy,
                                       const struct keycard_key_binding *binding,
                                       struct keycard_time time,
                                       struct keycard_bytes presentation,
                                       struct keycard_buffer scratch,
                                       struct keycard_token *token,
                                       struct keycard_detail *detail);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_SD_JWT_H */
