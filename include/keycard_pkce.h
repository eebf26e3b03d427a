/*
 * keycard_pkce.h: PKCE.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_PKCE_H
#define KEYCARD_PKCE_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

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
// In:      verifier, the code verifier, 43 to 128 characters
// Out:     challenge43, 43 characters without a NUL; zeros on failure
KEYCARD_MUST_USE
keycard_status keycard_pkce_challenge(struct keycard_bytes verifier,
                                      char *challenge43);

// Checks the code verifier of a token request against the code challenge of the authorization
// request (RFC 7636 section 4.6, RFC 9700 sections 2.1.1 and 4.8.2). Pass a parameter that the
// request did not have as absent bytes, and an empty parameter as bytes of length 0 with an
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
keycard_status keycard_pkce_verify(struct keycard_bytes challenge,
                                   struct keycard_bytes method,
                                   struct keycard_bytes verifier,
                                   uint32_t flags);

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_PKCE_H */
