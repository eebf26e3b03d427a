/*
 * keycard: validates OAuth 2.0 / OpenID Connect tokens (JWT) and verifies PKCE, without an allocator.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit.
 *
 * Who validates a token needs keycard_keys_init, keycard_keys_add_jwks, KEYCARD_POLICY_INIT, KEYCARD_SCRATCH_SIZE,
 * keycard_validate, keycard_status_text and keycard_claim_string; the README has them in one program. All else is for
 * who needs more. First come the numbers, then the structures, then the functions.
 *
 * The grammar of all functions:
 *
 * - What a function works on comes first, then what it reads, then what it writes. A length follows its
 *   address. Lengths are in bytes unless a name says otherwise. Nothing needs a NUL and nothing gets one,
 *   but for the static texts of keycard_status_text and keycard_version.
 * - It returns a keycard_status: KEYCARD_OK (0), or a number that says what is wrong. Anything but KEYCARD_OK
 *   means no, also numbers that a later version adds. Each function lists its own; every one may also return
 *   KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY (alignment, impossible lengths), KEYCARD_OVERLAP and
 *   KEYCARD_NOT_TEXT (not UTF-8).
 * - KEYCARD_MUST_USE has a compiler warn where a status is not looked at. What reads an accepted token is without: what
 *   cannot be read is empty.
 * - Outputs are set to empty first and filled only on success, but for a detail or report, which says why not.
 *   NULL may be passed for those two, and for nothing else that is written.
 * - A keycard_text without an address and a length (KEYCARD_ABSENT) is absent; one with an address and no length
 *   is empty; one with a length and no address is a mistake, KEYCARD_NULL_POINTER.
 *   A list that is NULL is not given; one with an address and no elements is empty. What is present and
 *   empty never means "do not check".
 * - Memory is the caller's. There is no heap, no global state and nothing to free. What a function writes may
 *   not overlap what it reads; if it does, nothing is written, except the detail or report if that overlaps
 *   nothing, and to what a structure points to behind its first mistake. Results that point into other memory say so, and are good as long as that is neither changed
 *   nor gone.
 * - Any number of threads may read one key table, one policy and one token at a time. Whoever adds keys to a
 *   table or clears it must be alone with it: build another table and swap a pointer.
 * - A replay cache is written by each of its calls: threads that share one take turns.
 * - Input structures that begin with struct_size may grow in later versions; numbers and layouts otherwise
 *   never change. What is not built into a library answers KEYCARD_ALGORITHM_NOT_BUILT,
 *   or KEYCARD_UNSUPPORTED_POLICY for a kind of token.
 */


#ifndef KEYCARD_H
#define KEYCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYCARD_VERSION_MAJOR 0
#define KEYCARD_VERSION_MINOR 1
#define KEYCARD_VERSION_PATCH 0

/* Define it as nothing for a tool that reads headers and knows no attributes. */
#ifndef KEYCARD_MUST_USE
#if defined(__GNUC__) || defined(__clang__)
#define KEYCARD_MUST_USE __attribute__((warn_unused_result))
#else
#define KEYCARD_MUST_USE
#endif
#endif

/* A keycard_text of a string literal, in an expression. */
#ifdef __cplusplus
#define KEYCARD_TEXT(literal) (keycard_text{"" literal, sizeof(literal) - 1})
#else
#define KEYCARD_TEXT(literal) ((keycard_text){"" literal, sizeof(literal) - 1})
#endif

/* The same as a constant initialiser, for tables: static const keycard_text scopes[] = {KEYCARD_TEXT_INIT("read")}; */
#define KEYCARD_TEXT_INIT(literal) {"" literal, sizeof(literal) - 1}

/* A keycard_text that is absent, as an initialiser. */
#define KEYCARD_ABSENT {NULL, 0}

/* A keycard_text that is absent, in an expression. */
#ifdef __cplusplus
#define KEYCARD_NOTHING (keycard_text{NULL, 0})
#else
#define KEYCARD_NOTHING ((keycard_text){NULL, 0})
#endif

/* A keycard_text for printf: printf("sub " KEYCARD_FORMAT "\n", KEYCARD_ARGUMENTS(text)). */
#define KEYCARD_FORMAT "%.*s"
#define KEYCARD_ARGUMENTS(text) (int)(text).length, (text).data == NULL ? "" : (text).data

/* A policy that asks for nothing yet and accepts nothing, as an initialiser. */
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

/* The usual rules for keys, as an initialiser. */
#define KEYCARD_KEY_RULES_INIT                                                                       \
    {                                                                                                \
        sizeof(keycard_key_rules), /* struct_size */                                                 \
        0, 0,                      /* flags, algorithms */                                           \
        KEYCARD_ABSENT,            /* key_use */                                                     \
        KEYCARD_ABSENT,            /* id */                                                          \
        0, 0,                      /* insecure_min_rsa_bits, insecure_min_secret_bytes */            \
        0, 0, 0, 0                 /* prepare, max_rsa_bits, max_secret_bytes, reserved */           \
    }

/* Rules for images that take none yet, as an initialiser. */
#define KEYCARD_IMAGE_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_image_rules), 0, 0, 0, NULL /* struct_size, flags, reserved, min_version, digest32 */ \
    }

/* Rules for DPoP proofs that take none yet, as an initialiser. */
#define KEYCARD_PROOF_RULES_INIT                                                                     \
    {                                                                                                \
        sizeof(keycard_proof_rules), /* struct_size */                                               \
        0, 0, 0, 0,                  /* algorithms, flags, window, leeway */                         \
        KEYCARD_ABSENT,              /* method */                                                    \
        KEYCARD_ABSENT,              /* uri */                                                       \
        KEYCARD_ABSENT,              /* access_token */                                              \
        NULL, 0                      /* nonces */                                                    \
    }

/* The uint64_t of a replay cache with this many entries, for arrays: a quarter more than there are uses at a time. */
#define KEYCARD_REPLAY_WORDS(entries) (6 + 3 * ((size_t)(entries) < 16 ? (size_t)(entries) : ((size_t)(entries) + 15) / 16 * 16))

/* Characters of the longest token, bytes of the longest decoded header, and members of the largest object: larger on
 * hosts, where addresses have 64 bits, than on firmware. A policy may lower them. */
#if SIZE_MAX > 0xFFFFFFFF
#define KEYCARD_MAX_TOKEN_LENGTH 65536
#define KEYCARD_MAX_HEADER_LENGTH 16384
#define KEYCARD_MAX_MEMBERS 1024
#else
#define KEYCARD_MAX_TOKEN_LENGTH 16384
#define KEYCARD_MAX_HEADER_LENGTH 4096
#define KEYCARD_MAX_MEMBERS 64
#endif

/* keycard_scratch_size as a constant, for arrays. */
#define KEYCARD_SCRATCH_SIZE(token_length) KEYCARD_SCRATCH_OF(KEYCARD_DECODED(token_length))
#define KEYCARD_DECODED(length)                                                                      \
    ((length) > KEYCARD_MAX_TOKEN_LENGTH ? (size_t)KEYCARD_MAX_TOKEN_LENGTH / 4 * 3                  \
                                         : (size_t)(length) / 4 * 3 + (size_t)(length) % 4 * 3 / 4)
#define KEYCARD_SCRATCH_OF(decoded)                                                                  \
    (8 + (decoded) +                                                                                 \
     4 * ((decoded) / 5 + 1 > 16 * KEYCARD_MAX_MEMBERS ? (size_t)16 * KEYCARD_MAX_MEMBERS            \
                                                       : (decoded) / 5 + 1))

/* --- Statuses: what functions answer ----------------------------------------------------------- */


// Accepted, or done.
#define KEYCARD_OK 0

// A pointer that must not be NULL is NULL.
#define KEYCARD_NULL_POINTER 1
// A length is more than an object can have, or a pointer is not aligned for its type.
#define KEYCARD_BAD_MEMORY 2
// struct_size is smaller than that of the first release.
#define KEYCARD_STRUCT_SIZE 3
// Memory that is written overlaps memory that is read.
#define KEYCARD_OVERLAP 4
// The memory for a key table or a replay cache is too small for an empty one.
#define KEYCARD_MEMORY_TOO_SMALL 5
// The scratch is too small for this token.
#define KEYCARD_SCRATCH_TOO_SMALL 6
// The output buffer is too small for the result; nothing was written.
#define KEYCARD_BUFFER_TOO_SMALL 7
// The memory does not hold a key table.
#define KEYCARD_NOT_A_KEY_TABLE 8
// The policy asks for something that this version does not know: a flag, a profile, a newer member.
#define KEYCARD_UNSUPPORTED_POLICY 9
// A required member of the policy was neither given nor waived by name. The claim that comes with it says which; without
// one, look at the profile first.
#define KEYCARD_POLICY_INCOMPLETE 10
// A member of the policy is present and empty, which could be mistaken for "don't check".
#define KEYCARD_POLICY_EMPTY 11
// Members of the policy contradict each other: given and waived, or of no meaning in this profile.
#define KEYCARD_POLICY_CONTRADICTION 12
// More leeway than 600 seconds, not asked for by name.
#define KEYCARD_LEEWAY_TOO_LONG 13
// The kind of the time is neither "at" nor "unknown".
#define KEYCARD_TIME_KIND 14
// The scratch behind this token was used again, or the token was never accepted.
#define KEYCARD_STALE 15
// A text argument is not UTF-8.
#define KEYCARD_NOT_TEXT 16
// The token was validated with claims: its payload was rewritten and is read through them only.
#define KEYCARD_PAYLOAD_NOT_OPAQUE 17
// The key table is an image, which is only read.
#define KEYCARD_READ_ONLY 18
// Not a response type: an unknown word, one that comes twice, or none beside others.
#define KEYCARD_UNKNOWN_RESPONSE_TYPE 19
// A member of the policy or of rules is given twice, and the second would silently replace the first.
#define KEYCARD_POLICY_TWICE 20
// A member has a value that it cannot have: an issuer template without one {name}, a duration that is not in whole
// seconds.
#define KEYCARD_POLICY_VALUE 21
// A scope of the policy contains white space (RFC 6749 section 3.3).
#define KEYCARD_POLICY_SCOPE 22

// The token is longer than the limit.
#define KEYCARD_TOKEN_TOO_LONG 101
// The token does not have three parts, each but the payload non-empty (RFC 7515 section 7.1).
#define KEYCARD_TOKEN_PARTS 102
// The token has five parts: it is encrypted (JWE), which is not supported.
#define KEYCARD_TOKEN_ENCRYPTED 103
// The header is longer than the limit.
#define KEYCARD_HEADER_TOO_LONG 104

// A character that is not in the base64url alphabet.
#define KEYCARD_BASE64_CHARACTER 151
// Padding, which JWS forbids.
#define KEYCARD_BASE64_PADDING 152
// A length that no bytes encode to.
#define KEYCARD_BASE64_LENGTH 153
// The last character carries bits that belong to no byte: the same bytes have another spelling.
#define KEYCARD_BASE64_TRAILING_BITS 154

// Not JSON.
#define KEYCARD_JSON_SYNTAX 201
// Not UTF-8.
#define KEYCARD_JSON_ENCODING 202
// An escape in a string that stands for no character: a lone surrogate.
#define KEYCARD_JSON_SURROGATE 203
// Nested deeper than the limit.
#define KEYCARD_JSON_NESTING 204
// An object with more members than the limit.
#define KEYCARD_JSON_MEMBERS 205
// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
#define KEYCARD_JSON_DUPLICATE 206
// Not an object, where the specification asks for one.
#define KEYCARD_JSON_NOT_AN_OBJECT 207
// Longer than the limit.
#define KEYCARD_JSON_TOO_LONG 208

// There is no alg.
#define KEYCARD_ALGORITHM_MISSING 301
// A header parameter has the wrong type.
#define KEYCARD_HEADER_TYPE 302
// crit names an extension; none is understood (RFC 7515 section 4.1.11).
#define KEYCARD_HEADER_CRITICAL 303
// A header parameter that changes how the token is read, and is not supported.
#define KEYCARD_HEADER_UNSUPPORTED 304
// The content is a JWT again (RFC 7519 section 5.2): nested tokens are not supported.
#define KEYCARD_NESTED_TOKEN 305
// A header parameter that the policy asks for is missing or differs.
#define KEYCARD_HEADER_MISMATCH 306

// none: the token is unsecured (RFC 7515 section 8).
#define KEYCARD_ALGORITHM_NONE 351
// Not an algorithm for signatures that is registered and known.
#define KEYCARD_ALGORITHM_UNKNOWN 352
// Known, but not built into this library.
#define KEYCARD_ALGORITHM_NOT_BUILT 353
// Not in the caller's allow-list.
#define KEYCARD_ALGORITHM_NOT_ALLOWED 354

// A member of the key is missing, of the wrong type, or not base64url.
#define KEYCARD_KEY_MALFORMED 401
// The key's type, curve or algorithm is not understood, or not built into this library.
#define KEYCARD_KEY_UNSUPPORTED 402
// The key's use, key_ops or alg says that it is not for verifying signatures.
#define KEYCARD_KEY_NOT_FOR_VERIFICATION 403
// Members of the key contradict each other.
#define KEYCARD_KEY_CONTRADICTION 404
// The key is weaker than RFC 7518 allows for its algorithm.
#define KEYCARD_KEY_WEAK 405
// The key has private members: whoever verifies must not hold them.
#define KEYCARD_KEY_PRIVATE 406
// The point is not on the curve.
#define KEYCARD_KEY_NOT_ON_CURVE 407
// The value is not as wide as its field, or has leading zeros where none may be.
#define KEYCARD_KEY_WIDTH 408
// The modulus is even or larger than the limit, or the exponent is even, too small or too large.
#define KEYCARD_KEY_OUT_OF_RANGE 409
// A secret in a key set whose caller did not allow secrets by name.
#define KEYCARD_KEY_SECRET 410
// A kid longer than the limit.
#define KEYCARD_KEY_ID_TOO_LONG 411
// The memory of the table is full; what was loaded before is still there.
#define KEYCARD_KEY_TABLE_FULL 412
// The key set has no keys array.
#define KEYCARD_KEY_SET_MALFORMED 413
// The secret is a key in PEM, DER or JWK: everybody may know it.
#define KEYCARD_KEY_NOT_SECRET 414
// Not DER, or not a public key.
#define KEYCARD_KEY_ENCODING 415
// Not an image of a key table of this version and byte order.
#define KEYCARD_IMAGE_FOREIGN 416
// The image is longer or shorter than it says.
#define KEYCARD_IMAGE_TRUNCATED 417
// The image does not fit its check sum, or is not a row of keys.
#define KEYCARD_IMAGE_CORRUPT 418
// The image is not the one that was expected.
#define KEYCARD_IMAGE_UNEXPECTED 419
// The image is of an older version than is taken.
#define KEYCARD_IMAGE_OUTDATED 420
// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) fit none of PS256, PS384 and PS512.
#define KEYCARD_KEY_PSS_PARAMETERS 421
// A certificate, and the rules do not allow certificates.
#define KEYCARD_KEY_IS_CERTIFICATE 422
// A block of PEM whose boundaries differ or whose body is not base64 (RFC 7468 section 3).
#define KEYCARD_KEY_PEM_MALFORMED 423
// A text without a block of PEM.
#define KEYCARD_KEY_PEM_MISSING 424
// The JWK has the member revoked: its owner no longer signs with it.
#define KEYCARD_KEY_REVOKED 430
// A note and no refusal: a number of an RSA key has a leading zero octet, which was left out.
#define KEYCARD_KEY_LEADING_ZERO 431
// A note and no refusal: a coordinate has fewer octets than its field, which the caller allowed by name.
#define KEYCARD_KEY_SHORT_COORDINATE 432

// No key of the table has the token's kid; or, for a token without a kid, its algorithm. The issuer may have rotated its
// keys: fetch the key set again, at most once a minute.
#define KEYCARD_KEY_NOT_FOUND 451
// More keys fit than may be tried.
#define KEYCARD_KEY_TOO_MANY_CANDIDATES 452
// The table has the token's kid, for other algorithms. Fetching the key set again does not help.
#define KEYCARD_KEY_UNFIT 453
// The JWK said by exp until when its key signs, and that has passed. Fetch the key set again.
#define KEYCARD_KEY_EXPIRED 454
// The JWK said by nbf from when on its key signs, and that has not come.
#define KEYCARD_KEY_NOT_YET_VALID 455
// The JWK said by issuer whose key it is, and the token is from another issuer.
#define KEYCARD_KEY_OF_ANOTHER_ISSUER 456

// The signature does not have the length that its algorithm and key demand.
#define KEYCARD_SIGNATURE_LENGTH 501
// The signature is wrong.
#define KEYCARD_SIGNATURE_INVALID 502
// The signature is DER, and JWS wants R and S side by side (RFC 7518 section 3.4).
#define KEYCARD_SIGNATURE_IS_DER 503
// The PSS signature is valid but for its salt, which has another length than the hash (RFC 7518 section 3.5).
#define KEYCARD_SIGNATURE_SALT 504

// A required claim is missing.
#define KEYCARD_CLAIM_MISSING 601
// A claim has the wrong type or does not fit its type's range.
#define KEYCARD_CLAIM_TYPE 602
// A claim does not have the value that the policy asks for.
#define KEYCARD_CLAIM_MISMATCH 603
// iss is not the expected issuer.
#define KEYCARD_WRONG_ISSUER 604
// aud does not contain an expected audience.
#define KEYCARD_WRONG_AUDIENCE 605
// aud contains an audience that is not trusted.
#define KEYCARD_UNTRUSTED_AUDIENCE 606
// typ does not fit the profile.
#define KEYCARD_WRONG_TOKEN_TYPE 607
// The claims are those of another kind of token.
#define KEYCARD_WRONG_TOKEN_KIND 608
// azp is not an authorized party of the caller's.
#define KEYCARD_WRONG_AUTHORIZED_PARTY 609
// nonce is not the one that was sent.
#define KEYCARD_WRONG_NONCE 610
// A hash claim does not fit the access token or code.
#define KEYCARD_WRONG_HASH 611
// A required scope was not granted.
#define KEYCARD_SCOPE_MISSING 612
// The token was issued too long ago.
#define KEYCARD_TOKEN_TOO_OLD 613
// The user's authentication was too long ago.
#define KEYCARD_AUTHENTICATION_TOO_OLD 614
// A point in time that must lie in the past lies in the future.
#define KEYCARD_ISSUED_IN_FUTURE 615
// The token is bound to a key whose proof was not asked for (RFC 7800).
#define KEYCARD_TOKEN_BOUND 616
// Nothing marks the token as an access token, neither its typ nor a claim: see the profile.
#define KEYCARD_TOKEN_NOT_MARKED 617
// cnf is empty, or binds the token by a method that is not known (RFC 7800 section 3.1).
#define KEYCARD_CONFIRMATION_UNKNOWN 618
// The token is bound to another key or certificate than the one that was proven (RFC 9449 section 7.1, RFC 8705
// section 3).
#define KEYCARD_WRONG_CONFIRMATION 619
// A key or certificate was proven, and the token is not bound to it.
#define KEYCARD_TOKEN_NOT_BOUND 620
// The subject (sub) is another than the caller asks for, or than that of the other ID token (OpenID
// Connect Core section 3.3.3.6).
#define KEYCARD_WRONG_SUBJECT 630
// acr is none of those that were asked for (OpenID Connect Core section 3.1.3.7 step 12).
#define KEYCARD_WRONG_AUTHENTICATION_CONTEXT 631
// A method that the caller requires is not in amr.
#define KEYCARD_AUTHENTICATION_METHOD_MISSING 632
// A claim of a refreshed ID token is not that of the original (OpenID Connect Core section 12.2).
#define KEYCARD_NOT_AS_ORIGINAL 633
// The client is none of those that the caller asks for.
#define KEYCARD_WRONG_CLIENT 634
// A user is required, and the token stands for the client alone.
#define KEYCARD_USER_MISSING 635
// No user may be, and the token stands for one.
#define KEYCARD_USER_PRESENT 636
// The token has scope and scp, and the policy does not say which of them grants.
#define KEYCARD_SCOPE_AMBIGUOUS 637
// A response with a token or code in it that its flow never hands out there.
#define KEYCARD_NOT_ISSUED_BY_FLOW 640

// A point in time is a number outside of 64-bit seconds (RFC 7519 section 2, NumericDate).
#define KEYCARD_DATE_OUT_OF_RANGE 650

// The token has expired.
#define KEYCARD_EXPIRED 701
// The token is not valid yet.
#define KEYCARD_NOT_YET_VALID 702
// The time is not known, and the token must not be accepted without it.
#define KEYCARD_TIME_UNAVAILABLE 703
// exp lies further in the future than the policy allows. It may be in milliseconds.
#define KEYCARD_LIFETIME_TOO_LONG 704

// The code verifier is not 43 to 128 unreserved characters.
#define KEYCARD_CODE_VERIFIER_MALFORMED 801
// The stored code challenge is not what its method makes.
#define KEYCARD_CODE_CHALLENGE_MALFORMED 802
// The code challenge method is neither S256 nor plain.
#define KEYCARD_CODE_CHALLENGE_METHOD 803
// The code verifier does not fit the code challenge.
#define KEYCARD_PKCE_MISMATCH 804
// One side used PKCE and the other did not, or plain where S256 is required.
#define KEYCARD_PKCE_DOWNGRADE 805
// Neither side used PKCE, and it is required.
#define KEYCARD_PKCE_MISSING 806

// Neither side used PKCE, and it is optional: nothing was verified.
#define KEYCARD_PKCE_NOT_USED 850
// The header has no key (jwk).
#define KEYCARD_PROOF_KEY_MISSING 851
// htm is not the method of the request.
#define KEYCARD_WRONG_HTTP_METHOD 852
// htu is not the URI of the request.
#define KEYCARD_WRONG_HTTP_URI 853
// Not an absolute http or https URI, or one with user information.
#define KEYCARD_URI_MALFORMED 854
// iat is longer ago than the window.
#define KEYCARD_PROOF_TOO_OLD 855
// What may be used once was used before.
#define KEYCARD_REPLAYED 860
// There is no room to note another use: nothing new is taken until an entry expires.
#define KEYCARD_REPLAY_FULL 861
// The time is behind that of an earlier call.
#define KEYCARD_REPLAY_TIME_BEHIND 862
// Issued before the cache was started: whether it was used since then cannot be known.
#define KEYCARD_ISSUED_BEFORE_START 863
// The memory does not hold a replay cache.
#define KEYCARD_NOT_A_REPLAY_CACHE 864
// The window or the leeway of the check is longer than the replay cache was made for.
#define KEYCARD_REPLAY_LIMITS 865
// The key that signed the proof has used its share of the replay cache.
#define KEYCARD_REPLAY_KEY_FULL 866
// The share of a key is not 1 to 16 sixteenths of the replay cache.
#define KEYCARD_REPLAY_SHARE 867

/* --- Stages: which step refused ---------------------------------------------------------------- */

// The call itself, its memory or its policy.
#define KEYCARD_STAGE_USAGE 0
// The token's length and its parts.
#define KEYCARD_STAGE_TOKEN 1
// The header.
#define KEYCARD_STAGE_HEADER 2
// The algorithm.
#define KEYCARD_STAGE_ALGORITHM 3
// The choice of keys.
#define KEYCARD_STAGE_KEY 4
// The signature.
#define KEYCARD_STAGE_SIGNATURE 5
// The decoding of the payload.
#define KEYCARD_STAGE_PAYLOAD 6
// The claims.
#define KEYCARD_STAGE_CLAIMS 7
// The time.
#define KEYCARD_STAGE_TIME 8
// The loading of keys.
#define KEYCARD_STAGE_KEY_SET 9
// PKCE.
#define KEYCARD_STAGE_PKCE 10
// The reading of a text by itself.
#define KEYCARD_STAGE_TEXT 11
// A DPoP proof: the answer to the client is invalid_dpop_proof, and for its nonce use_dpop_nonce.
#define KEYCARD_STAGE_PROOF 12
// Single use.
#define KEYCARD_STAGE_REPLAY 13

// Refused keys that a report names, and as many skipped and noted ones. Further keys are counted.
#define KEYCARD_MAX_FINDINGS 8

/* --- Policies ---------------------------------------------------------------------------------- */

// A signature over a payload of any bytes.
#define KEYCARD_PROFILE_JWS 1
// A JWT of no particular kind.
#define KEYCARD_PROFILE_JWT 2
// An access token, by RFC 9068 or of the older style. Its typ is at+jwt, or it has one of the claims that mark an access
// token: scope, scp, cid, appid, or token_use with the value access. The markers of the policy name others. A JWT with
// none of them is refused.
#define KEYCARD_PROFILE_ACCESS_TOKEN 3
// An access token by RFC 9068 and no other.
#define KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 4
// An ID token of OpenID Connect.
#define KEYCARD_PROFILE_ID_TOKEN 5
// An ID token that came with a refresh, beside the original.
#define KEYCARD_PROFILE_REFRESHED_ID_TOKEN 6
// A back-channel logout token with the type logout+jwt.
#define KEYCARD_PROFILE_LOGOUT_TOKEN 7
// A back-channel logout token, also one without a type or with the type JWT.
#define KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED 8

// Take tokens of any issuer.
#define KEYCARD_WITHOUT_ISSUER 1
// Take tokens for any audience.
#define KEYCARD_WITHOUT_AUDIENCE (1 << 1)
// Take tokens without exp.
#define KEYCARD_WITHOUT_EXPIRY (1 << 2)
// Take tokens while the time is not known.
#define KEYCARD_WITHOUT_CLOCK (1 << 3)
// No nonce was sent.
#define KEYCARD_NONCE_NOT_SENT (1 << 4)
// Take a leeway of more than 600 seconds.
#define KEYCARD_INSECURE_LEEWAY (1 << 5)
// max_token_age is asked also if it is 0.
#define KEYCARD_HAS_MAX_TOKEN_AGE (1 << 6)
// max_age is asked also if it is 0.
#define KEYCARD_HAS_MAX_AGE (1 << 7)
// azp must be there if there are several audiences.
#define KEYCARD_REQUIRE_AUTHORIZED_PARTY (1 << 8)
// at_hash must be there.
#define KEYCARD_REQUIRE_ACCESS_TOKEN_HASH (1 << 9)
// c_hash must be there.
#define KEYCARD_REQUIRE_CODE_HASH (1 << 10)
// s_hash must be there.
#define KEYCARD_REQUIRE_STATE_HASH (1 << 11)
// One of the scopes is enough.
#define KEYCARD_ANY_SCOPE (1 << 12)
// A user stands behind the token: sub is not the client, and user_mark holds.
#define KEYCARD_WITH_USER (1 << 13)
// No user stands behind the token: sub is absent or the client, or user_mark holds.
#define KEYCARD_WITHOUT_USER (1 << 14)
// Take base64url that is padded, from a signer that header_name and header_value name.
#define KEYCARD_ALLOW_PADDING (1 << 15)
// Refuse tokens whose iat lies in the future; recommended where the clock may be behind.
#define KEYCARD_REJECT_ISSUED_IN_FUTURE (1 << 16)
// issuer is a template: take each issuer of that form. The claim that its braces name must be in the token, and be what
// stands in iss in their place: one or more letters, digits, "-", ".", "_" and "~".
#define KEYCARD_ISSUER_IS_TEMPLATE (1 << 17)

// The claim is there.
#define KEYCARD_RULE_PRESENT 1
// The claim is a string equal to the value.
#define KEYCARD_RULE_EQUALS 2
// The claim is an array of strings with the value among them, or a string equal to it.
#define KEYCARD_RULE_CONTAINS 3

/* --- Algorithms -------------------------------------------------------------------------------- */

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
// EdDSA with Ed25519, by its fully specified name.
#define KEYCARD_ED25519 (1 << 14)
// ML-DSA-44.
#define KEYCARD_ML_DSA_44 (1 << 15)
// ML-DSA-65.
#define KEYCARD_ML_DSA_65 (1 << 16)
// ML-DSA-87.
#define KEYCARD_ML_DSA_87 (1 << 17)

/* --- Kinds of time ----------------------------------------------------------------------------- */

// The present is known.
#define KEYCARD_TIME_AT 1
// The present is not known.
#define KEYCARD_TIME_UNKNOWN 2

/* --- How keys enter a table -------------------------------------------------------------------- */

// Also take oct keys, which are secrets: only for a set that nobody else can read or write.
#define KEYCARD_KEYS_ALLOW_SECRETS 1
// Also take the keys of certificates: in PEM, in DER, and in a JWK with x5c alone. Each certificate is trusted itself:
// chain, issuer, dates and signature are not checked.
#define KEYCARD_KEYS_ALLOW_CERTIFICATES 2
// Also take points whose coordinates were written without their leading zeros, against RFC 7518 section 6.2.1.2.
#define KEYCARD_KEYS_ACCEPT_SHORT_COORDINATES 4

// Compute nothing from a key beforehand.
#define KEYCARD_PREPARE_SMALLEST 0
// Up to 1 KB for each key.
#define KEYCARD_PREPARE_1KB 1024
// Up to 2 KB for each key.
#define KEYCARD_PREPARE_2KB 2048
// Up to 4 KB for each key.
#define KEYCARD_PREPARE_4KB 4096
// Up to 8 KB for each key.
#define KEYCARD_PREPARE_8KB 8192
// Up to 16 KB for each key.
#define KEYCARD_PREPARE_16KB 16384
// Up to 64 KB for each key.
#define KEYCARD_PREPARE_64KB 65536

// The image lies where nobody but its maker can have put it.
#define KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED 1
// Also take keys that are weaker than RFC 7518 allows.
#define KEYCARD_IMAGE_INSECURE_ALLOW_WEAK_KEYS 2

/* --- Checks: what was looked at ---------------------------------------------------------------- */

// The signature, with a key of the caller's and an algorithm that the caller allows.
#define KEYCARD_CHECK_SIGNATURE 1
// iss against the issuer.
#define KEYCARD_CHECK_ISSUER (1 << 1)
// aud, or the claim named in its place, against the audiences.
#define KEYCARD_CHECK_AUDIENCE (1 << 2)
// exp against the time.
#define KEYCARD_CHECK_EXPIRY (1 << 3)
// nbf against the time.
#define KEYCARD_CHECK_NOT_BEFORE (1 << 4)
// typ against what the profile or the caller asks for.
#define KEYCARD_CHECK_TOKEN_TYPE (1 << 5)
// iat against the age that the caller allows.
#define KEYCARD_CHECK_TOKEN_AGE (1 << 6)
// nonce against the one that was sent.
#define KEYCARD_CHECK_NONCE (1 << 7)
// azp against the authorized parties.
#define KEYCARD_CHECK_AUTHORIZED_PARTY (1 << 8)
// auth_time against the age that the caller allows.
#define KEYCARD_CHECK_AUTHENTICATION_AGE (1 << 9)
// at_hash against the access token.
#define KEYCARD_CHECK_ACCESS_TOKEN_HASH (1 << 10)
// c_hash against the code.
#define KEYCARD_CHECK_CODE_HASH (1 << 11)
// scope or scp against the scopes that the caller asks for.
#define KEYCARD_CHECK_SCOPES (1 << 12)
// The claims of the caller's own list.
#define KEYCARD_CHECK_RULES (1 << 13)
// The mark by which a token is of the kind that the profile asks for.
#define KEYCARD_CHECK_KIND (1 << 14)
// The header parameter that the caller asks for.
#define KEYCARD_CHECK_HEADER_PARAMETER (1 << 15)
// s_hash against the state.
#define KEYCARD_CHECK_STATE_HASH (1 << 16)
// acr against the classes that were asked for.
#define KEYCARD_CHECK_AUTHENTICATION_CONTEXT (1 << 17)
// amr against the methods that the caller requires.
#define KEYCARD_CHECK_AUTHENTICATION_METHODS (1 << 18)
// sub against the subject that the caller asks for.
#define KEYCARD_CHECK_SUBJECT (1 << 19)
// A refreshed ID token against the original.
#define KEYCARD_CHECK_ORIGINAL (1 << 20)
// The client against those that the caller asks for.
#define KEYCARD_CHECK_CLIENT (1 << 21)
// Whether the token stands for a user, as the caller asks.
#define KEYCARD_CHECK_USER (1 << 22)
// jkt in cnf against the key of the DPoP proof.
#define KEYCARD_CHECK_DPOP_KEY (1 << 23)
// x5t#S256 in cnf against the client certificate.
#define KEYCARD_CHECK_CLIENT_CERTIFICATE (1 << 24)
// exp against the lifetime that the caller allows.
#define KEYCARD_CHECK_LIFETIME (1 << 25)
// iat, which must not lie in the future.
#define KEYCARD_CHECK_ISSUED_AT (1 << 26)
// A note, never passed or waived: vacuous if exp, nbf or iat lies beyond the year 9999. The issuer wrote milliseconds,
// or means "never", and the comparison with the time says nothing.
#define KEYCARD_CHECK_TIME_UNIT (1 << 27)

/* --- Signatures verified by hardware ----------------------------------------------------------- */

// What a keycard_verifier answers for a signature that is right. Anything else is no.
#define KEYCARD_SIGNATURE_IS_RIGHT 1611485543

/* --- Kinds of values --------------------------------------------------------------------------- */

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

/* --- DPoP proofs ------------------------------------------------------------------------------- */

// There is no access token: the request is to the token endpoint, or to that of pushed authorization requests.
#define KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN 1
// No nonce was provided to the client.
#define KEYCARD_PROOF_NONCE_NOT_PROVIDED (1 << 1)

/* --- PKCE -------------------------------------------------------------------------------------- */

// Characters of a code verifier that keycard_pkce_verifier makes, and of a code challenge; no NUL.
#define KEYCARD_PKCE_LENGTH 43

// Also take the method plain, which protects nobody who can read the authorization request.
#define KEYCARD_PKCE_ALLOW_PLAIN 1
// Let a client do without PKCE.
#define KEYCARD_PKCE_OPTIONAL 2

/* --- Flows ------------------------------------------------------------------------------------- */

// The user may give the password to the application: of the same maker as the server, on the user's own device.
#define KEYCARD_APPLICATION_TRUSTED 1
// A service account: no user, and a secret or key of its own.
#define KEYCARD_APPLICATION_SERVICE 2
// A page that runs in the browser alone and keeps no secret.
#define KEYCARD_APPLICATION_SINGLE_PAGE 3
// An application on a server, which keeps a secret.
#define KEYCARD_APPLICATION_WEB 4
// An application on a device of the user's, which keeps no secret.
#define KEYCARD_APPLICATION_NATIVE 5
// An application whose front end and back end shall have different tokens.
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

// What the classic table says still holds.
#define KEYCARD_PRACTICE_UNCHANGED 1
// With PKCE.
#define KEYCARD_PRACTICE_WITH_PKCE 2
// With restrictions, which the text names.
#define KEYCARD_PRACTICE_RESTRICTED 3
// It should not be used.
#define KEYCARD_PRACTICE_SHOULD_NOT 4
// It must not be used.
#define KEYCARD_PRACTICE_MUST_NOT 5

// The classic table recommends it.
#define KEYCARD_FIT_RECOMMENDED 1
// It can be used.
#define KEYCARD_FIT_POSSIBLE 2
// It needs what such an application has not, or gives what it should not have.
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

// The authorization endpoint, whose answer comes through the browser.
#define KEYCARD_ENDPOINT_AUTHORIZATION 1
// The token endpoint, which answers the client itself.
#define KEYCARD_ENDPOINT_TOKEN 2

// An authorization code.
#define KEYCARD_ISSUED_CODE 1
// An ID token.
#define KEYCARD_ISSUED_ID_TOKEN (1 << 1)
// An access token.
#define KEYCARD_ISSUED_ACCESS_TOKEN (1 << 2)
// A refresh token.
#define KEYCARD_ISSUED_REFRESH_TOKEN (1 << 3)

/* --- Structures -------------------------------------------------------------------------------- */

// A key table, in memory that the caller gave to keycard_keys_init.
typedef struct keycard_keys keycard_keys;

// A replay cache, in memory that the caller gave to keycard_replay_cache_init.
typedef struct keycard_replay_cache keycard_replay_cache;

// 0 is success, everything else a refusal. Numbers never change and are never used again.
typedef int32_t keycard_status;

// Text by address and length; nothing needs a NUL. A NULL address with a length of 0 is an absent text;
// with another length it is KEYCARD_NULL_POINTER.
typedef struct keycard_text {
    // The first byte, or NULL.
    const char *data;
    // Bytes.
    size_t length;
} keycard_text;

// Why something was refused. Filled on failure, empty after success; not written for KEYCARD_OVERLAP, since it may lie in
// what the call reads: show the status that the call returned.
typedef struct keycard_detail {
    // The status that was returned.
    keycard_status status;
    // The step that refused: one of KEYCARD_STAGE_….
    uint32_t stage;
    // The claim, header parameter or JWK member that it is about, or absent. Static.
    struct keycard_text claim;
    // The rule of the policy that failed, or -1.
    int32_t rule;
    // Whether offset means anything.
    bool has_offset;
    // Whether claim_time and now mean anything: a claim was rejected for its time.
    bool has_times;
    // Where it went wrong, in bytes: in the token, the decoded JSON text, or the key set.
    size_t offset;
    // Bytes that would have been enough, if something was too small; else 0.
    size_t needed;
    // The point in time that the claim states, in seconds since 1970-01-01T00:00:00Z, rounded down; else 0.
    int64_t claim_time;
    // The present that it was compared with, in seconds; else 0.
    int64_t now;
} keycard_detail;

// A rule for a claim.
typedef struct keycard_rule {
    // The names on the path to the claim.
    const struct keycard_text *path;
    // How many names; 1 for a claim at the top.
    size_t path_length;
    // One of KEYCARD_RULE_….
    uint32_t kind;
    // 0.
    uint32_t reserved;
    // The value, absent for KEYCARD_RULE_PRESENT.
    struct keycard_text value;
} keycard_rule;

// What a client keeps of the ID token of the original authentication, for KEYCARD_PROFILE_REFRESHED_ID_TOKEN.
typedef struct keycard_original_id_token {
    // The value of iss.
    struct keycard_text issuer;
    // The value of sub.
    struct keycard_text subject;
    // All values of aud.
    const struct keycard_text *audiences;
    // How many.
    size_t audience_count;
    // The value of azp, or absent if the original had none.
    struct keycard_text authorized_party;
    // The value of nonce, or absent.
    struct keycard_text nonce;
    // The value of iat, in seconds, rounded down.
    int64_t issued_at;
    // The value of auth_time, in seconds, rounded down; 0 without has_auth_time.
    int64_t auth_time;
    // 1 if the original had auth_time, else 0.
    uint32_t has_auth_time;
    // 0.
    uint32_t reserved;
} keycard_original_id_token;

// What is asked of a token. Start from KEYCARD_POLICY_INIT and set what is asked; a text that is absent
// and a list that is NULL are not asked. The profile and the algorithms are always given; the issuer, the audience, and
// the nonce of an ID token are given, or waived by a flag. What is neither is KEYCARD_POLICY_INCOMPLETE.
typedef struct keycard_policy {
    // sizeof (keycard_policy).
    size_t struct_size;
    // One of KEYCARD_PROFILE_…; 0 is none of them.
    uint32_t profile;
    // The algorithms to take: KEYCARD_ES256 and its like, or-ed.
    uint32_t algorithms;
    // KEYCARD_WITHOUT_… and its like, or-ed.
    uint32_t flags;
    // Seconds by which clocks may differ, 600 at the most unless KEYCARD_INSECURE_LEEWAY.
    uint32_t leeway;
    // Seconds since iat at the most; 0 is asked with KEYCARD_HAS_MAX_TOKEN_AGE alone.
    uint32_t max_token_age;
    // Seconds since auth_time at the most; 0 is asked with KEYCARD_HAS_MAX_AGE alone.
    uint32_t max_age;
    // Seconds from now to exp at the most; 0 if not asked. Finds tokens that are good for too long, and an exp in
    // milliseconds.
    uint32_t max_lifetime;
    // Characters that a token may have, if fewer than KEYCARD_MAX_TOKEN_LENGTH; 0 for that.
    uint32_t max_token_length;
    // Bytes that a decoded header may have, if fewer than KEYCARD_MAX_HEADER_LENGTH; 0 for that.
    uint32_t max_header_length;
    // Members that an object may have, if fewer than KEYCARD_MAX_MEMBERS; 0 for that.
    uint32_t max_members;
    // The value of iss. With KEYCARD_ISSUER_IS_TEMPLATE, a form such as `https://login.example/{tid}/v2.0`.
    struct keycard_text issuer;
    // A value of aud; for an ID token, the client.
    struct keycard_text audience;
    // Several audiences, of which one must be there, in place of audience.
    const struct keycard_text *audiences;
    // How many.
    size_t audience_count;
    // The claim in which the audience is, if not aud.
    struct keycard_text audience_claim;
    // Audiences that an ID token may have beside the client.
    const struct keycard_text *trusted_audiences;
    // How many.
    size_t trusted_audience_count;
    // The header parameter typ, compared as a media type.
    struct keycard_text token_type;
    // The name of a header parameter that must be there.
    struct keycard_text header_name;
    // Its value.
    struct keycard_text header_value;
    // Scopes, all of which must have been granted.
    const struct keycard_text *scopes;
    // How many.
    size_t scope_count;
    // The one claim that grants scopes, such as scp; or absent. Without it, a token that has both scope and scp is
    // KEYCARD_SCOPE_AMBIGUOUS. With it, keycard_token_scopes reads this claim alone; scopes may be 0.
    struct keycard_text scope_claim;
    // Claims of which one marks an access token of the older style, in place of those that
    // KEYCARD_PROFILE_ACCESS_TOKEN names.
    const struct keycard_text *markers;
    // How many.
    size_t marker_count;
    // Rules for claims, all of which must hold.
    const struct keycard_rule *rules;
    // How many, 256 at the most.
    size_t rule_count;
    // The nonce that was sent.
    struct keycard_text nonce;
    // Values of azp that are taken, in place of the audience.
    const struct keycard_text *authorized_parties;
    // How many.
    size_t authorized_party_count;
    // The access token that at_hash must fit.
    struct keycard_text access_token;
    // The code that c_hash must fit.
    struct keycard_text code;
    // The state that s_hash must fit.
    struct keycard_text state;
    // The value of sub.
    struct keycard_text subject;
    // Classes of which one must be in acr.
    const struct keycard_text *authentication_contexts;
    // How many.
    size_t authentication_context_count;
    // Methods that must all be in amr.
    const struct keycard_text *authentication_methods;
    // How many.
    size_t authentication_method_count;
    // The claim that names the client, for clients, KEYCARD_WITH_USER and KEYCARD_WITHOUT_USER.
    struct keycard_text client_claim;
    // Clients of which the token must be issued to one.
    const struct keycard_text *clients;
    // How many.
    size_t client_count;
    // What marks a token with a user, or one without; NULL if nothing does.
    const struct keycard_rule *user_mark;
    // What a refreshed ID token is compared with; else NULL.
    const struct keycard_original_id_token *original;
    // The key of the DPoP proof that came with the token, and to which it must be bound: 32 bytes, key32 of a
    // keycard_proof; or NULL. A token that is bound to a key is refused without.
    const uint8_t *dpop_key32;
    // The SHA-256 of the DER encoding of the client certificate of the TLS connection, to which the token must be
    // bound: 32 bytes, or NULL. A token that is bound to a certificate is refused without.
    const uint8_t *client_certificate32;
} keycard_policy;

// How keys enter a table. Start from KEYCARD_KEY_RULES_INIT and set what differs.
typedef struct keycard_key_rules {
    // sizeof (keycard_key_rules).
    size_t struct_size;
    // KEYCARD_KEYS_ALLOW_SECRETS, or 0.
    uint32_t flags;
    // The algorithms that the keys are bound to, as far as they may verify them at all; 0 for what they say.
    uint32_t algorithms;
    // A value of use to take beside sig, or absent.
    struct keycard_text key_use;
    // The kid of keys that have none of their own, or absent.
    struct keycard_text id;
    // Bits of the smallest RSA modulus to take, if less than 2048 is to be taken; 1024 at least. 0 otherwise.
    uint32_t insecure_min_rsa_bits;
    // Bytes of the shortest secret to take, if less than the hash has is to be taken. 0 otherwise.
    uint32_t insecure_min_secret_bytes;
    // One of KEYCARD_PREPARE_…, the bytes that each key may take for what is computed from it once; 0 for none.
    uint32_t prepare;
    // Bits of the largest RSA modulus to take, if fewer than the library takes; 0 for that.
    uint32_t max_rsa_bits;
    // Bytes of the longest secret to take, if fewer than the library takes; 0 for that.
    uint32_t max_secret_bytes;
    // 0.
    uint32_t reserved;
} keycard_key_rules;

// How an image is known to be the right one. Start from KEYCARD_IMAGE_RULES_INIT; either digest32 or
// KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED must be given.
typedef struct keycard_image_rules {
    // sizeof (keycard_image_rules).
    size_t struct_size;
    // KEYCARD_IMAGE_…, or-ed.
    uint32_t flags;
    // 0.
    uint32_t reserved;
    // Images sealed with a smaller version are refused.
    uint64_t min_version;
    // The SHA-256 of the image, 32 bytes, or NULL.
    const uint8_t *digest32;
} keycard_image_rules;

// What is asked of a DPoP proof. Start from KEYCARD_PROOF_RULES_INIT and set what is asked. The access token and the
// nonce are given, or waived by a flag.
typedef struct keycard_proof_rules {
    // sizeof (keycard_proof_rules).
    size_t struct_size;
    // The algorithms to take, which are asymmetric: KEYCARD_ES256 and its like, or-ed.
    uint32_t algorithms;
    // KEYCARD_PROOF_…, or-ed.
    uint32_t flags;
    // Seconds since iat at the most.
    uint32_t window;
    // Seconds by which clocks may differ, 600 at the most.
    uint32_t leeway;
    // The method of the request, with its case.
    struct keycard_text method;
    // The URI of the request, absolute, as the client saw it. Query and fragment do not count, nor do the case of scheme
    // and host, the default port, and escapes of unreserved characters; everything else does.
    struct keycard_text uri;
    // The access token of the request, which ath must fit.
    struct keycard_text access_token;
    // Nonces that were provided to the client, of which each will do.
    const struct keycard_text *nonces;
    // How many.
    size_t nonce_count;
} keycard_proof_rules;

// What the caller knows of the present. Made by keycard_time_at, keycard_time_clock or
// keycard_time_unknown; all zeros is refused.
typedef struct keycard_time {
    // KEYCARD_TIME_AT or KEYCARD_TIME_UNKNOWN.
    uint32_t kind;
    // 0.
    uint32_t reserved;
    // The present, in seconds since 1970-01-01T00:00:00Z; 0 if it is not known.
    int64_t seconds;
    // A time that is surely past, such as when the firmware was built. A present before it is no present.
    int64_t not_before;
} keycard_time;

// A key of a set that was refused or skipped, or that was added although something about it is wrong.
typedef struct keycard_finding {
    // Its position in the key set, from 0.
    size_t index;
    // Why.
    keycard_status status;
    // The member at fault, or absent. Static.
    struct keycard_text claim;
} keycard_finding;

// What became of the keys of a key set.
typedef struct keycard_key_report {
    // Keys that were added.
    size_t added;
    // Keys of an unknown kind or for another use.
    size_t skipped;
    // Keys that are broken, weak, private, secret or revoked.
    size_t refused;
    // Keys that were added although something about them is wrong.
    size_t noted;
    // The first refused keys; status is KEYCARD_OK behind the last.
    struct keycard_finding refusals[KEYCARD_MAX_FINDINGS];
    // The first skipped keys.
    struct keycard_finding skips[KEYCARD_MAX_FINDINGS];
    // The first noted keys: KEYCARD_KEY_LEADING_ZERO or KEYCARD_KEY_SHORT_COORDINATE.
    struct keycard_finding notes[KEYCARD_MAX_FINDINGS];
    // Why the whole set was refused, if it was.
    struct keycard_detail detail;
} keycard_key_report;

// A token that was accepted. Made by keycard_validate and read by its getters, which take no token that it has not
// filled; it points into the scratch and is good as long as that is left alone. May be copied. Algorithm, key and
// checks may be read; do not rely on the other members.
typedef struct keycard_token {
    // Ties the token to what is in the scratch.
    uint64_t generation;
    // The scratch.
    const void *scratch;
    // Bytes of it in use.
    size_t scratch_used;
    // Bytes of the header in it.
    size_t header_length;
    // Bytes of the payload in it.
    size_t payload_length;
    // Members of the payload.
    size_t members;
    // The algorithm of the signature: KEYCARD_ES256 or its like.
    uint32_t algorithm;
    // The position in the table of the key that verified it, in the order of adding.
    uint32_t key_index;
    // Checks that compared the token with a value of the policy, and passed: KEYCARD_CHECK_…, or-ed.
    uint32_t checks_passed;
    // Checks that the policy waived.
    uint32_t checks_waived;
    // Checks that found nothing to compare.
    uint32_t checks_vacuous;
    // Whether the payload is claims.
    uint32_t has_claims;
    // The leeway of the policy.
    uint32_t leeway;
    // The position of the row that accepted the token, by keycard_validate_any; else 0.
    uint32_t row;
    // What kind of token it was accepted as, in words. Static.
    struct keycard_text profile;
    // The age that the policy allows, in seconds, if has_max_token_age is 1; else 0.
    uint32_t max_token_age;
    // 1 if the policy bounds the age, else 0.
    uint32_t has_max_token_age;
    // Where in the payload the claim is that grants scopes; 0 if the policy names no claim, beyond the payload
    // if the token does not have it.
    uint32_t scopes_offset;
    // 0.
    uint32_t reserved;
} keycard_token;

// Verifies a signature by hardware of the caller's: for keycard_validate_with.
//
// Returns: KEYCARD_SIGNATURE_IS_RIGHT, or anything else if the signature is wrong or could not be verified.
// In: context, as it was handed over; key_index, the position of the key in the table, in the order of adding;
// algorithm, KEYCARD_ES256 or its like; message; signature, in the form of JWS (RFC 7518 section 3), of any length.
typedef uint32_t (*keycard_verifier)(void *context,
                                     size_t key_index,
                                     uint32_t algorithm,
                                     const uint8_t *message,
                                     size_t message_length,
                                     const uint8_t *signature,
                                     size_t signature_length);

// What a token says of itself. UNVERIFIED: the sender of the token may have written all of it. It is good for choosing
// keys and a policy, and for nothing else. The texts lie in the scratch.
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

// An issuer that is trusted: its keys, and the policy for its tokens, which names it.
typedef struct keycard_trust_row {
    // The keys of this issuer and of no other.
    const struct keycard_keys *keys;
    // The policy for its tokens.
    const struct keycard_policy *policy;
} keycard_trust_row;

// A value in the claims of a token. Good as long as the token.
typedef struct keycard_value {
    // The token that it is in.
    const struct keycard_token *token;
    // Where it begins in the payload.
    size_t offset;
    // One of KEYCARD_KIND_….
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_value;

// What comes next of a list in the claims of a token. Good as long as the token; do not rely on its members.
typedef struct keycard_iterator {
    // The token that the list is in.
    const struct keycard_token *token;
    // Where the rest of the list begins in the payload.
    size_t offset;
    // Where the rest of the list ends at the latest.
    size_t end;
    // How the rest is read.
    uint32_t kind;
    // 0.
    uint32_t reserved;
} keycard_iterator;

// A member of an object, or an element of an array.
typedef struct keycard_member {
    // The name of a member, in the scratch; absent for an element.
    struct keycard_text name;
    // The value.
    struct keycard_value value;
} keycard_member;

// A DPoP proof that was valid, by itself: it points to nothing. Made by keycard_dpop_validate. May be copied.
typedef struct keycard_proof {
    // The SHA-256 thumbprint of the key that signed it: what jkt of an access token names.
    uint8_t key32[32];
    // A SHA-256 over key, method, normalised URI and jti: the same for every copy of the proof, and for no other.
    uint8_t replay_key32[32];
    // iat, in seconds since 1970-01-01T00:00:00Z.
    int64_t issued_at;
    // The last second at which the proof could be accepted again.
    int64_t replayable_until;
    // The algorithm of the signature: KEYCARD_ES256 or its like.
    uint32_t algorithm;
    // The leeway of the rules.
    uint32_t leeway;
    // 0.
    uint64_t reserved[2];
} keycard_proof;

// The flow for an application.
typedef struct keycard_recommendation {
    // The one that the classic decision table recommends: KEYCARD_FLOW_….
    int32_t classic;
    // The one to take today (RFC 9700).
    int32_t today;
} keycard_recommendation;

// What RFC 9700 says of a flow.
typedef struct keycard_practice {
    // One of KEYCARD_PRACTICE_….
    int32_t kind;
    // 0.
    int32_t reserved;
    // The same as a sentence with its section. Static.
    struct keycard_text text;
} keycard_practice;

// What comes from an endpoint.
typedef struct keycard_issued {
    // What every success has: KEYCARD_ISSUED_…, or-ed.
    uint32_t always;
    // What it may have beside that. The rest never comes.
    uint32_t possible;
} keycard_issued;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* --- Functions: texts -------------------------------------------------------------------------- */

// A sentence for a status. For KEYCARD_OK it is "accepted", also of calls that only do something.
//
// Returns: a static text that ends in a NUL; for a number that is no status, one that says so.
const char *keycard_status_text(keycard_status status);

// Writes a rejection as one line for logs, such as "time: the token has expired (exp 2026-11-30T04:10:00Z, 42 s before now
// 2026-11-30T04:10:42Z)". It has no text from the token.
//
// Returns: the bytes of the whole line, without the NUL; the line was cut if that is not less than size. 0 for a detail
// that is NULL.
// In: detail, filled by a call; size, the bytes at text.
// Out: text, the line and a NUL, as much of it as there is room for; may be NULL with a size of 0.
size_t keycard_detail_text(const struct keycard_detail *detail,
                           char *text,
                           size_t size);

// The name of a stage, for logs: "key set".
//
// Returns: a static text without a NUL; absent for a number that is no stage.
// In: stage, KEYCARD_STAGE_….
struct keycard_text keycard_stage_name(uint32_t stage);

// The name of a check, for logs: "access token hash".
//
// Returns: a static text without a NUL; absent for what is not one check.
// In: check, KEYCARD_CHECK_….
struct keycard_text keycard_check_name(uint32_t check);

// The version of the library, which need not be that of the header.
//
// Returns: a static text that ends in a NUL, such as "0.1.0".
const char *keycard_version(void);

/* --- Functions: empty structures --------------------------------------------------------------- */

// Makes a policy that asks for nothing yet and accepts nothing, as KEYCARD_POLICY_INIT does.
//
// Returns: KEYCARD_OK; KEYCARD_STRUCT_SIZE if size is smaller than that of the first release.
// In: size, sizeof (keycard_policy).
// Out: policy, zeros but for struct_size.
KEYCARD_MUST_USE keycard_status keycard_policy_init(struct keycard_policy *policy, size_t size);

// Makes the usual rules for keys, as KEYCARD_KEY_RULES_INIT does.
//
// Returns: as keycard_policy_init.
// In: size, sizeof (keycard_key_rules).
// Out: rules, zeros but for struct_size.
KEYCARD_MUST_USE
keycard_status keycard_key_rules_init(struct keycard_key_rules *rules,
                                      size_t size);

// Makes rules for images that take none yet, as KEYCARD_IMAGE_RULES_INIT does.
//
// Returns: as keycard_policy_init.
// In: size, sizeof (keycard_image_rules).
// Out: rules, zeros but for struct_size.
KEYCARD_MUST_USE
keycard_status keycard_image_rules_init(struct keycard_image_rules *rules,
                                        size_t size);

// Makes rules for DPoP proofs that take none yet, as KEYCARD_PROOF_RULES_INIT does.
//
// Returns: as keycard_policy_init.
// In: size, sizeof (keycard_proof_rules).
// Out: rules, zeros but for struct_size.
KEYCARD_MUST_USE
keycard_status keycard_proof_rules_init(struct keycard_proof_rules *rules,
                                        size_t size);

/* --- Functions: time --------------------------------------------------------------------------- */

// The present, by a clock that is right. A negative time is KEYCARD_TIME_UNAVAILABLE: time() returns -1 without a clock.
// Warning: an unset clock reads 0, and at 0 no token has expired. Use keycard_time_clock where the clock may not be set.
//
// In: seconds since 1970-01-01T00:00:00Z.
struct keycard_time keycard_time_at(int64_t seconds);

// The present by a clock that may not be set yet, or may fail: a time before not_before is KEYCARD_TIME_UNAVAILABLE, and
// so is a negative one.
//
// In: seconds since 1970-01-01T00:00:00Z; not_before, a time that is surely past, such as when the program was built.
struct keycard_time keycard_time_clock(int64_t seconds,
                                       int64_t not_before);

// The present is not known.
//
// In: not_before, a time that is surely past; never taken from a token.
struct keycard_time keycard_time_unknown(int64_t not_before);

/* --- Functions: keys --------------------------------------------------------------------------- */

// Makes an empty key table in memory of the caller's. The table is good as long as the memory; there is
// nothing to free.
//
// How large the memory must be, in bytes, each of these rounded up to 8:
// - the table, 48;
// - each key, 16; its kid; 24 and the issuer if its JWK has exp, nbf or issuer; and 64 on P-256 and secp256k1, 96 on P-384, 144 on P-521, 32 for Ed25519, 8 and the modulus for
//   RSA (together 264 for 2048 bits), itself for ML-DSA and a secret;
// - each key that is prepared (keycard_key_rules), as many more as prepare says at the most: KEYCARD_PREPARE_8KB is 8192.
//
// While a JWK is read, 8 bytes for each name of its members must fit in its place, which is seldom more. So 2048 bytes hold
// 16 keys on P-256 or 6 of RSA with 2048 bits, each with a kid of 32 characters and not prepared.
// keycard_keys_size_for_jwks computes the size. Without room for all keys the answer is KEYCARD_KEY_TABLE_FULL, and needed in
// the detail of the report says how many bytes would do.
//
// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_MEMORY_TOO_SMALL.
// In: memory, size in bytes of which whole words are used.
// Out: keys, NULL on failure.
KEYCARD_MUST_USE
keycard_status keycard_keys_init(uint64_t *memory,
                                 size_t size,
                                 struct keycard_keys **keys);

// Adds the keys of a JWK Set. Keys of an unknown kind or for another use are skipped, broken, weak, private, secret
// and revoked ones are refused; neither stops the rest, also if the fault is one of JSON inside a key. All or nothing: if the
// memory ends, what was loaded before stays and nothing is added.
//
// Fetch a key set again, into another table, when a service starts and when a token gets KEYCARD_KEY_NOT_FOUND or
// KEYCARD_KEY_EXPIRED, at most once a minute. Keep the old table if added in the report is 0.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_TABLE_FULL with the bytes needed in report; a status of the JSON group;
// KEYCARD_KEY_SET_MALFORMED; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
// In: keys, to which nobody else may have access meanwhile; jwks.
// Out: report, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks(struct keycard_keys *keys,
                                     const void *jwks,
                                     size_t jwks_length,
                                     struct keycard_key_report *report);

// As keycard_keys_add_jwks, by the caller's rules.
//
// Returns: as keycard_keys_add_jwks; KEYCARD_STRUCT_SIZE, KEYCARD_UNSUPPORTED_POLICY for rules that are not known.
// In: rules, NULL for the usual ones.
// Out: report, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwks_by(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        const void *jwks,
                                        size_t jwks_length,
                                        struct keycard_key_report *report);

// The bytes of a table that holds the keys of a JWK Set: of a whole one, for keycard_keys_init. It may be too large if the
// set has keys with duplicate members.
//
// Returns: KEYCARD_OK; a status of the JSON group; KEYCARD_KEY_SET_MALFORMED; KEYCARD_STRUCT_SIZE,
// KEYCARD_UNSUPPORTED_POLICY and other usage statuses.
// In: rules, NULL for the usual ones; jwks.
// Out: size, 0 on failure.
KEYCARD_MUST_USE
keycard_status keycard_keys_size_for_jwks(const struct keycard_key_rules *rules,
                                          const void *jwks,
                                          size_t jwks_length,
                                          size_t *size);

// Adds one JWK.
//
// Returns: KEYCARD_OK; a status of the group on keys; otherwise as keycard_keys_add_jwks_by.
// In: rules, NULL for the usual ones; jwk.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_jwk(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *jwk,
                                    size_t jwk_length,
                                    struct keycard_detail *detail);

// Adds the key of each block of a text in PEM (RFC 7468): PUBLIC KEY of any kind, RSA PUBLIC KEY, and CERTIFICATE with
// KEYCARD_KEYS_ALLOW_CERTIFICATES. Lines may have any length, and text may stand around the blocks. Blocks of another kind
// are skipped, private keys are refused; the report has their positions among the blocks. Keys in PEM have no kid and no
// algorithm of their own; the rules can give them both.
//
// Returns: KEYCARD_OK if a key was added; KEYCARD_KEY_PEM_MISSING without a block; otherwise why the first block was
// refused: KEYCARD_KEY_PEM_MALFORMED, KEYCARD_KEY_ENCODING, KEYCARD_KEY_PRIVATE, KEYCARD_KEY_IS_CERTIFICATE, or as
// keycard_keys_add_jwk. KEYCARD_KEY_UNSUPPORTED if PEM was not built.
// In: rules, NULL for the usual ones; pem.
// Out: report, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_pem(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *pem,
                                    size_t pem_length,
                                    struct keycard_key_report *report);

// Adds a public key in DER: SubjectPublicKeyInfo of any kind, RSAPublicKey, or the key of a certificate with
// KEYCARD_KEYS_ALLOW_CERTIFICATES.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_ENCODING; KEYCARD_KEY_PRIVATE; KEYCARD_KEY_IS_CERTIFICATE; otherwise as
// keycard_keys_add_jwk. KEYCARD_KEY_UNSUPPORTED if PEM was not built.
// In: rules, NULL for the usual ones; der.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_der(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const void *der,
                                    size_t der_length,
                                    struct keycard_detail *detail);

// Adds a secret for HMAC, which only the issuer and this table may hold. Bind it to its algorithm by the rules.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_WEAK; KEYCARD_KEY_NOT_SECRET if it is a key in PEM, DER or JWK; otherwise as
// keycard_keys_add_jwk.
// In: rules, NULL for the usual ones; secret.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_secret(struct keycard_keys *keys,
                                       const struct keycard_key_rules *rules,
                                       const void *secret,
                                       size_t secret_length,
                                       struct keycard_detail *detail);

// Adds a point of the curve of an ECDSA algorithm.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_NOT_ON_CURVE; otherwise as keycard_keys_add_jwk.
// In: rules, NULL for the usual ones; algorithm, KEYCARD_ES256 or its like; x and y, each of width bytes, most
// significant first: 32, 48 or 66.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_point(struct keycard_keys *keys,
                                      const struct keycard_key_rules *rules,
                                      uint32_t algorithm,
                                      const uint8_t *x,
                                      const uint8_t *y,
                                      size_t width,
                                      struct keycard_detail *detail);

// Adds an RSA public key by its numbers, most significant byte first. One leading zero octet of each is left out.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_WEAK; KEYCARD_KEY_OUT_OF_RANGE; otherwise as
// keycard_keys_add_jwk.
// In: rules, NULL for the usual ones; modulus; exponent.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_rsa(struct keycard_keys *keys,
                                    const struct keycard_key_rules *rules,
                                    const uint8_t *modulus,
                                    size_t modulus_length,
                                    const uint8_t *exponent,
                                    size_t exponent_length,
                                    struct keycard_detail *detail);

// Adds a public key that is one string of bytes: Ed25519 or ML-DSA.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_WIDTH; KEYCARD_KEY_NOT_ON_CURVE; otherwise as keycard_keys_add_jwk.
// In: rules, NULL for the usual ones; algorithm, KEYCARD_ED25519, KEYCARD_ML_DSA_44 or its like; key.
// Out: detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_add_encoded(struct keycard_keys *keys,
                                        const struct keycard_key_rules *rules,
                                        uint32_t algorithm,
                                        const uint8_t *key,
                                        size_t key_length,
                                        struct keycard_detail *detail);

// Seals a table as an image, to be stored and read where it lies: the words at the beginning of its memory, as many as
// are in use. Nothing can be added from then on. On a machine with the other byte order the image is refused.
//
// Returns: KEYCARD_OK, KEYCARD_READ_ONLY if it is one already, KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
// In: version, the caller's count: a later key set has a larger one.
// Out: size, bytes of the image, which begins where the table does.
KEYCARD_MUST_USE
keycard_status keycard_keys_seal(struct keycard_keys *keys,
                                 uint64_t version,
                                 size_t *size);

// Reads an image where it lies, in flash or elsewhere, after checking all of it: bounds, check sum, that it is the one
// that the rules take, and each key as when it was added. The keys are good as long as the image.
//
// Returns: KEYCARD_OK; KEYCARD_IMAGE_FOREIGN, KEYCARD_IMAGE_TRUNCATED, KEYCARD_IMAGE_CORRUPT,
// KEYCARD_IMAGE_UNEXPECTED, KEYCARD_IMAGE_OUTDATED; KEYCARD_KEY_WEAK and its like for a key of it;
// KEYCARD_POLICY_INCOMPLETE if the rules do not say how the image is known; other usage statuses.
// In: image, aligned to 8 bytes; size in bytes; rules.
// Out: keys, NULL on failure; detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_keys_from_image(const void *image,
                                       size_t size,
                                       const struct keycard_image_rules *rules,
                                       const struct keycard_keys **keys,
                                       struct keycard_detail *detail);

// The thumbprint of a key (RFC 7638, SHA-256) in base64url.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_NOT_FOUND beyond the last key; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
// In: index, the position of the key in the order of adding.
// Out: thumbprint43, 43 characters without a NUL; zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_keys_thumbprint(const struct keycard_keys *keys,
                                       size_t index,
                                       char *thumbprint43);

// Finds the key with a thumbprint (RFC 7638, SHA-256), compared in constant time.
//
// Returns: KEYCARD_OK; KEYCARD_KEY_NOT_FOUND; a status of base64url; KEYCARD_NOT_A_KEY_TABLE and other usage statuses.
// In: thumbprint, 43 characters of base64url.
// Out: index, the position of the key in the order of adding; 0 on failure.
KEYCARD_MUST_USE
keycard_status keycard_keys_find(const struct keycard_keys *keys,
                                 struct keycard_text thumbprint,
                                 size_t *index);

// How many keys a table has.
//
// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE.
// Out: count, 0 on failure.
KEYCARD_MUST_USE keycard_status keycard_keys_count(const struct keycard_keys *keys, size_t *count);

// Empties a table and wipes what it held. Nobody may be using it.
//
// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_BAD_MEMORY, KEYCARD_NOT_A_KEY_TABLE; KEYCARD_READ_ONLY for an
// image, which is the caller's to wipe.
KEYCARD_MUST_USE
keycard_status keycard_keys_clear(struct keycard_keys *keys);

/* --- Functions: validation --------------------------------------------------------------------- */

// Bytes of scratch that are always enough for a token of this length. KEYCARD_SCRATCH_SIZE is the same as a
// constant.
size_t keycard_scratch_size(size_t token_length);

// Decides whether a token is accepted. The scratch then holds its claims, and must be left alone as long as
// the token is used; it need not be initialised before. After a refusal it is wiped.
//
// Returns: KEYCARD_OK, or one status that says why not, with more in detail. KEYCARD_EXPIRED,
// KEYCARD_NOT_YET_VALID and KEYCARD_TIME_UNAVAILABLE mean that nothing else is wrong.
// In: keys; policy; time; jwt, the token without space around it; scratch, of which
// KEYCARD_SCRATCH_SIZE(jwt_length) bytes are always enough.
// Out: token, empty on failure; detail, may be NULL.
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

// As keycard_validate, with signatures verified by the caller's hardware. The algorithm must be built into this library
// all the same: keys are checked here when they are loaded.
//
// Returns: as keycard_validate; KEYCARD_SIGNATURE_INVALID for a signature that the hardware does not find right;
// KEYCARD_NULL_POINTER without a verifier, if a signature is to be verified at all.
// In: verifier, called with each key that fits the token, 8 at the most; context, handed on to it; otherwise as
// keycard_validate.
// Out: as keycard_validate.
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

// As keycard_validate, of many tokens by the same keys: each gets the verdict that it gets alone, whatever the others are.
// What takes less time together than one after the other is done together, eight tokens at a time: signatures by ES256 and
// ES384, of which ES256 gains most, on a processor with AVX-512 IFMA with prepared keys.
//
// Returns: KEYCARD_OK if all were accepted, or the status of the first that was not; KEYCARD_SCRATCH_TOO_SMALL before any
// is looked at, and then for each.
// In: keys; policy; time; jwts, each as in keycard_validate; count, how many; scratch, of which each in turn takes
// keycard_scratch_size of its length.
// Out: tokens, as many, those that were not accepted empty; details, as many, each with the status of its token, may be
// NULL.
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

// The payload of a token that was validated as JWS.
//
// Returns: KEYCARD_OK; KEYCARD_PAYLOAD_NOT_OPAQUE if it was validated with claims; KEYCARD_STALE.
// Out: payload, any bytes, absent on failure; it lies in the scratch.
keycard_status keycard_token_payload(const struct keycard_token *token,
                                     struct keycard_text *payload);

/* --- Functions: several issuers ---------------------------------------------------------------- */

// Reads what a token says of itself. UNVERIFIED: the sender of the token may have written all of it. It is good for
// choosing keys and a policy, and for nothing else; a log may show it as a claim of the sender. The token is read as
// strictly as by keycard_validate, and within the same limits.
//
// Returns: KEYCARD_OK, or a status of the stages token, header and payload; KEYCARD_CLAIM_TYPE if iss is not a string;
// KEYCARD_SCRATCH_TOO_SMALL with the bytes needed in detail.
// In: jwt, the token without space around it, whose payload is claims; scratch, of which
// KEYCARD_SCRATCH_SIZE(jwt_length) bytes are always enough.
// Out: unverified, absent texts on failure; detail, may be NULL.
// Lifetime: the texts lie in the scratch, until it is used again.
KEYCARD_MUST_USE
keycard_status keycard_unverified_read(const void *jwt,
                                       size_t jwt_length,
                                       void *scratch,
                                       size_t scratch_size,
                                       struct keycard_unverified *unverified,
                                       struct keycard_detail *detail);

// The position of the row whose policy names the issuer of a token. NOTHING IS VERIFIED: the row is good for validating the
// token with, by keycard_validate_with or keycard_validate_all or beside a DPoP proof. keycard_validate_any does both.
//
// Returns: KEYCARD_OK; KEYCARD_WRONG_ISSUER if no row takes tokens of this issuer; KEYCARD_CLAIM_MISSING and
// KEYCARD_CLAIM_TYPE for iss; KEYCARD_POLICY_INCOMPLETE if a policy names no issuer; KEYCARD_POLICY_CONTRADICTION if two
// rows take tokens of this issuer; KEYCARD_POLICY_EMPTY without rows; otherwise as keycard_unverified_read.
// In: rows, each with keys and a policy; count, how many; jwt; scratch, as keycard_validate. It is wiped.
// Out: row, 0 on failure; detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_choose_row(const struct keycard_trust_row *rows,
                                  size_t count,
                                  const void *jwt,
                                  size_t jwt_length,
                                  void *scratch,
                                  size_t scratch_size,
                                  size_t *row,
                                  struct keycard_detail *detail);

// Decides whether a token is accepted by the one row whose policy names its issuer: the unverified iss chooses the row, and
// its keys and its policy decide as in keycard_validate, as if there were no other. Keys of two issuers are never tried
// for one token. The row is in token.
//
// Returns: as keycard_choose_row, then as keycard_validate with that row.
// In: rows, each with keys and a policy, which names its issuer; count, how many; time, jwt and scratch, as
// keycard_validate.
// Out: token, empty on failure; detail, may be NULL.
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

/* --- Functions: claims of an accepted token ---------------------------------------------------- */

// A claim at the top that is a string. It may contain U+0000.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: string, absent on failure; it lies in the scratch.
keycard_status keycard_claim_string(const struct keycard_token *token,
                                    struct keycard_text name,
                                    struct keycard_text *string);

// A claim at the top that is an integer.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE also for a number with a fraction or beyond
// 64 bits, KEYCARD_STALE.
// Out: integer, 0 on failure.
keycard_status keycard_claim_integer(const struct keycard_token *token,
                                     struct keycard_text name,
                                     int64_t *integer);

// A claim at the top that is a boolean.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: boolean, false on failure.
keycard_status keycard_claim_boolean(const struct keycard_token *token,
                                     struct keycard_text name,
                                     bool *boolean);

// A claim at the top that is a point in time: seconds since 1970-01-01T00:00:00Z, rounded down.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: seconds, 0 on failure.
keycard_status keycard_claim_time(const struct keycard_token *token,
                                  struct keycard_text name,
                                  int64_t *seconds);

// The claim at the end of a path of names, such as "realm_access" and "roles"; all claims as one object at the
// end of none.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_STALE.
// In: path, the names; path_length, how many.
// Out: value, of no kind on failure.
keycard_status keycard_claim_find(const struct keycard_token *token,
                                  const struct keycard_text *path,
                                  size_t path_length,
                                  struct keycard_value *value);

// The string that a value is.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: string, absent on failure; it lies in the scratch.
keycard_status keycard_value_string(const struct keycard_value *value, struct keycard_text *string);

// The integer that a value is.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: integer, 0 on failure.
keycard_status keycard_value_integer(const struct keycard_value *value, int64_t *integer);

// The boolean that a value is.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: boolean, false on failure.
keycard_status keycard_value_boolean(const struct keycard_value *value, bool *boolean);

// The point in time that a value is: seconds since 1970-01-01T00:00:00Z, rounded down.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE, KEYCARD_STALE.
// Out: seconds, 0 on failure.
keycard_status keycard_value_time(const struct keycard_value *value, int64_t *seconds);

// Writes all claims as JSON without space and needless escapes, for a reader of the caller's.
//
// Returns: KEYCARD_OK; KEYCARD_BUFFER_TOO_SMALL, with nothing written and length set to what is needed;
// KEYCARD_STALE; KEYCARD_OVERLAP.
// In: size, bytes of output.
// Out: output, without a NUL; length.
keycard_status keycard_claims_json(const struct keycard_token *token,
                                   char *output,
                                   size_t size,
                                   size_t *length);

// The strings of a claim at the top that is an array of strings, or one string, as aud may be. Read them with
// keycard_next_string.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING, KEYCARD_CLAIM_TYPE also if an element is not a string, KEYCARD_STALE.
// Out: strings, without any on failure.
keycard_status keycard_claim_strings(const struct keycard_token *token,
                                     struct keycard_text name,
                                     struct keycard_iterator *strings);

// The strings of a value that is an array of strings, or one string. Read them with keycard_next_string.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE also if an element is not a string, KEYCARD_STALE.
// Out: strings, without any on failure.
keycard_status keycard_value_strings(const struct keycard_value *value,
                                     struct keycard_iterator *strings);

// The scopes that the token grants: of scope or of scp, whether that is a string of words with spaces between them
// (RFC 6749 section 3.3) or an array with one scope in each element. Read them with keycard_next_string. A token with
// neither claim has no scopes.
//
// Returns: KEYCARD_OK; KEYCARD_CLAIM_TYPE for another type, and for an array with an element that has white space in
// it; KEYCARD_SCOPE_AMBIGUOUS if both claims are there; KEYCARD_STALE.
// Out: scopes, without any on failure.
keycard_status keycard_token_scopes(const struct keycard_token *token,
                                    struct keycard_iterator *scopes);

// Whether the token grants a scope, compared whole and case-sensitively. Unlike a status, true means yes.
//
// Returns: true if keycard_token_scopes has the scope; false otherwise, also if a call of that would fail.
bool keycard_token_has_scope(const struct keycard_token *token,
                             struct keycard_text scope);

// The elements of an array, or the members of an object. Read them with keycard_next_member.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_TYPE if the value is neither, KEYCARD_STALE.
// Out: members, without any on failure.
keycard_status keycard_value_members(const struct keycard_value *value,
                                     struct keycard_iterator *members);

// The next string of keycard_claim_strings, keycard_value_strings or keycard_token_scopes. All of them take one pass
// over the list.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING behind the last, KEYCARD_CLAIM_TYPE for an iterator of members,
// KEYCARD_STALE.
// Out: strings, moved on; string, absent on failure; it lies in the scratch.
keycard_status keycard_next_string(struct keycard_iterator *strings,
                                   struct keycard_text *string);

// The next member or element of keycard_value_members. All of them take one pass over the value.
//
// Returns: KEYCARD_OK, KEYCARD_CLAIM_MISSING behind the last, KEYCARD_CLAIM_TYPE for an iterator of strings,
// KEYCARD_STALE.
// Out: members, moved on; member, of no kind on failure.
keycard_status keycard_next_member(struct keycard_iterator *members,
                                   struct keycard_member *member);

/* --- Functions: DPoP proofs -------------------------------------------------------------------- */

// Decides whether a DPoP proof is valid (RFC 9449 section 4.3): the value of the one DPoP header of a request. Its key
// then goes into the policy for the access token as dpop_key32, without which that token is refused; and last of all
// the proof goes to keycard_replay_cache_check_proof.
//
// Returns: KEYCARD_OK, or one status that says why not, with more in detail: at KEYCARD_STAGE_USAGE the rules are wrong,
// at KEYCARD_STAGE_PROOF the proof. KEYCARD_TIME_UNAVAILABLE always if the time is not known.
// KEYCARD_UNSUPPORTED_POLICY if DPoP was not built.
// In: rules; time; jwt, the proof without space around it; scratch, of which KEYCARD_SCRATCH_SIZE(jwt_length) bytes are
// always enough. Claims of a token in it are gone; after the call it is free for the access token.
// A proof that never goes to keycard_replay_cache_check_proof, or to a store of the caller's, can be used again.
// Out: proof, empty on failure; detail, may be NULL.
KEYCARD_MUST_USE
keycard_status keycard_dpop_validate(const struct keycard_proof_rules *rules,
                                     struct keycard_time time,
                                     const void *jwt,
                                     size_t jwt_length,
                                     void *scratch,
                                     size_t scratch_size,
                                     struct keycard_proof *proof,
                                     struct keycard_detail *detail);

/* --- Functions: single use --------------------------------------------------------------------- */

// Bytes of a replay cache with this many entries: a quarter more than there are uses at a time. In words,
// KEYCARD_REPLAY_WORDS is the same as a constant.
size_t keycard_replay_cache_size(size_t entries);

// Makes an empty replay cache in memory of the caller's. It is good as long as the memory; there is nothing
// to free.
//
// It does not know what was used before: what was issued until its start, and for the leeway after it, is
// rejected. It remembers each proof for window + leeway, and rejects checks with longer ones. Start it when
// the clock is right: if the clock is behind at the start and is then set, a proof from before the start
// could be used again. See keycard_replay_cache_restart.
//
// Returns: KEYCARD_OK, KEYCARD_MEMORY_TOO_SMALL, KEYCARD_REPLAY_SHARE, KEYCARD_TIME_UNAVAILABLE.
// In: memory, size in bytes of which whole words are used; window, the longest one of the proofs' rules in
// seconds, 0 for a cache of tokens only; leeway, the longest one of rules and policies in seconds; share,
// the sixteenths of the cache that one key may fill with its proofs, 1 to 16 (16: one client can fill all of
// it); time, the present, or an earlier time since which nothing was accepted.
// Out: replay, NULL on failure.
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_init(uint64_t *memory,
                                         size_t size,
                                         uint32_t window,
                                         uint32_t leeway,
                                         uint32_t share,
                                         struct keycard_time time,
                                         struct keycard_replay_cache **replay);

// Starts a replay cache again, and raises its longest window and leeway to at least these. Everything that
// was issued before is rejected from then on, as after keycard_replay_cache_init; what was noted stays noted.
// Call it before checks with a longer window, and after a step of the clock, which a monotonic clock shows.
//
// Returns: KEYCARD_OK, KEYCARD_REPLAY_TIME_BEHIND, KEYCARD_TIME_UNAVAILABLE, KEYCARD_NOT_A_REPLAY_CACHE.
// In: replay, to which no other thread has access meanwhile; window and leeway in seconds, 0 to leave them
// as they are; time, read when that was so.
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_restart(struct keycard_replay_cache *replay,
                                            uint32_t window,
                                            uint32_t leeway,
                                            struct keycard_time time);

// Notes the use of a token by its issuer, kind and jti, if it is the first one: the last check of all.
//
// Returns: KEYCARD_OK if it is the first one; KEYCARD_REPLAYED; KEYCARD_REPLAY_FULL; KEYCARD_REPLAY_TIME_BEHIND;
// KEYCARD_ISSUED_BEFORE_START; KEYCARD_ISSUED_IN_FUTURE; KEYCARD_TIME_UNAVAILABLE; KEYCARD_EXPIRED;
// KEYCARD_CLAIM_MISSING for a token without jti or iat, or without exp and a max_token_age in its policy; KEYCARD_STALE; KEYCARD_REPLAY_LIMITS for a policy
// with a longer leeway than that of the cache; KEYCARD_NOT_A_REPLAY_CACHE. Nothing was noted then.
// In: replay, to which no other thread has access meanwhile; token; time, read when that was so.
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_token(struct keycard_replay_cache *replay,
                                                const struct keycard_token *token,
                                                struct keycard_time time);

// Notes the use of a DPoP proof by its key, method, URI and jti, if it is the first one: the last check of all, after that
// of the access token.
//
// Returns: as keycard_replay_cache_check_token; KEYCARD_REPLAY_KEY_FULL if the key has used its share of the cache;
// KEYCARD_REPLAY_LIMITS also for rules with a longer window.
// In: replay, to which no other thread has access meanwhile; proof; time, read when that was so.
KEYCARD_MUST_USE
keycard_status keycard_replay_cache_check_proof(struct keycard_replay_cache *replay,
                                                const struct keycard_proof *proof,
                                                struct keycard_time time);

/* --- Functions: PKCE --------------------------------------------------------------------------- */

// Makes a code verifier of random bytes (RFC 7636 section 4.1).
//
// Returns: KEYCARD_OK, KEYCARD_NULL_POINTER, KEYCARD_OVERLAP.
// In: random32, 32 bytes from a source of cryptographic randomness, used once and then wiped by the caller.
// Out: verifier43, 43 characters without a NUL; zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_pkce_verifier(const uint8_t *random32,
                                     char *verifier43);

// Makes the S256 code challenge of a code verifier (RFC 7636 section 4.2).
//
// Returns: KEYCARD_OK, KEYCARD_CODE_VERIFIER_MALFORMED, KEYCARD_NULL_POINTER, KEYCARD_OVERLAP.
// In: verifier, 43 to 128 characters.
// Out: challenge43, 43 characters without a NUL; zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_pkce_challenge(const void *verifier,
                                      size_t verifier_length,
                                      char *challenge43);

// Checks a token request against what was stored with the code (RFC 7636 section 4.6, RFC 9700 sections
// 2.1.1 and 4.8.2). What was not there is an absent text; what was there and empty is a text of length 0 with
// an address.
//
// Returns: KEYCARD_OK if the verifier fits. KEYCARD_PKCE_NOT_USED if neither side used PKCE and flags say that
// it is optional. Otherwise KEYCARD_PKCE_MISSING, KEYCARD_PKCE_DOWNGRADE, KEYCARD_PKCE_MISMATCH,
// KEYCARD_CODE_VERIFIER_MALFORMED, KEYCARD_CODE_CHALLENGE_MALFORMED, KEYCARD_CODE_CHALLENGE_METHOD, or
// KEYCARD_UNSUPPORTED_POLICY for unknown flags.
// In: challenge and method of the authorization request; verifier of the token request; flags,
// KEYCARD_PKCE_… or-ed.
KEYCARD_MUST_USE
keycard_status keycard_pkce_verify(struct keycard_text challenge,
                                   struct keycard_text method,
                                   struct keycard_text verifier,
                                   uint32_t flags);

/* --- Functions: flows -------------------------------------------------------------------------- */

// The flow for an application. keycard_flow_practice says what became of the classic one.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown application.
// In: application, KEYCARD_APPLICATION_….
// Out: recommendation, zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_flow_recommendation(int32_t application,
                                           struct keycard_recommendation *recommendation);

// How a flow fits an application by the classic table.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown application or flow.
// In: application, KEYCARD_APPLICATION_…; flow, KEYCARD_FLOW_….
// Out: fit, KEYCARD_FIT_…; 0 on failure.
KEYCARD_MUST_USE keycard_status keycard_flow_fit(int32_t application, int32_t flow, int32_t *fit);

// What RFC 9700 says of a flow today.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown flow.
// In: flow, KEYCARD_FLOW_….
// Out: practice, zeros and an absent text on failure.
KEYCARD_MUST_USE
keycard_status keycard_flow_practice(int32_t flow,
                                     struct keycard_practice *practice);

// What a flow brings from an endpoint. Where that depends on the response type,
// keycard_response_type_issued tells more.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown flow or endpoint.
// In: flow, KEYCARD_FLOW_…; endpoint, KEYCARD_ENDPOINT_….
// Out: issued, zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_flow_issued(int32_t flow,
                                   int32_t endpoint,
                                   struct keycard_issued *issued);

// Refuses a response with something in it that the flow never hands out there: an ID token for a service,
// a refresh token through the browser.
//
// Returns: KEYCARD_OK; KEYCARD_NOT_ISSUED_BY_FLOW; KEYCARD_UNSUPPORTED_POLICY for an unknown flow, endpoint or bit.
// In: flow, KEYCARD_FLOW_…; endpoint, KEYCARD_ENDPOINT_…; received, KEYCARD_ISSUED_…, or-ed.
KEYCARD_MUST_USE
keycard_status keycard_flow_check_received(int32_t flow,
                                           int32_t endpoint,
                                           uint32_t received);

// Reads the parameter response_type of an authorization request: words with one space between them, in any order.
//
// Returns: KEYCARD_OK; KEYCARD_UNKNOWN_RESPONSE_TYPE for an unknown word, one that comes twice, nothing at all,
// and none beside others.
// In: text, without percent-encoding.
// Out: response_type, KEYCARD_RESPONSE_TYPE_…; 0 on failure.
KEYCARD_MUST_USE
keycard_status keycard_response_type_parse(const void *text,
                                           size_t text_length,
                                           int32_t *response_type);

// What a response type brings from an endpoint.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint.
// In: response_type, KEYCARD_RESPONSE_TYPE_…; endpoint, KEYCARD_ENDPOINT_….
// Out: issued, zeros on failure.
KEYCARD_MUST_USE
keycard_status keycard_response_type_issued(int32_t response_type,
                                            int32_t endpoint,
                                            struct keycard_issued *issued);

// Refuses a response with something in it that a request of this type does not bring there.
//
// Returns: KEYCARD_OK; KEYCARD_NOT_ISSUED_BY_FLOW; KEYCARD_UNSUPPORTED_POLICY for an unknown response type,
// endpoint or bit.
// In: response_type, KEYCARD_RESPONSE_TYPE_…; endpoint, KEYCARD_ENDPOINT_…; received, KEYCARD_ISSUED_…, or-ed.
KEYCARD_MUST_USE
keycard_status keycard_response_type_check_received(int32_t response_type,
                                                    int32_t endpoint,
                                                    uint32_t received);

// The checks of an ID token that OpenID Connect demands for a response type beyond those of every ID token.
//
// Returns: KEYCARD_OK, KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint.
// In: response_type, KEYCARD_RESPONSE_TYPE_…; endpoint that the ID token is from, KEYCARD_ENDPOINT_….
// Out: checks, KEYCARD_CHECK_…, or-ed; 0 on failure.
KEYCARD_MUST_USE
keycard_status keycard_response_type_checks(int32_t response_type,
                                            int32_t endpoint,
                                            uint32_t *checks);

// Sets in a policy what must be asked of the ID token of a response: the profile, what came with the token, and
// the flags of the checks that are mandatory for its response type. Issuer, audience (the client) and algorithms are
// set by the caller, before or after. What came and is of length 0 is refused by keycard_validate.
//
// Returns: KEYCARD_OK; KEYCARD_POLICY_INCOMPLETE if something is absent that a mandatory check needs, or the
// access token of the token endpoint; KEYCARD_POLICY_CONTRADICTION if no ID token comes from there for
// this type, something is given that does not, or the policy is for another profile or has one of these
// members already; KEYCARD_UNSUPPORTED_POLICY for an unknown response type or endpoint; KEYCARD_STRUCT_SIZE.
// In: response_type, KEYCARD_RESPONSE_TYPE_…; endpoint that the ID token is from, KEYCARD_ENDPOINT_…; nonce that was
// sent, absent only from the token endpoint for the types code and code token, and then with
// KEYCARD_NONCE_NOT_SENT among the flags;
// access_token and code that came with it, each absent if it did not; subject, the sub of the ID token that came
// with the code, absent if there was none.
// Out: policy, from KEYCARD_POLICY_INIT; as it was on failure. It points to the texts.
KEYCARD_MUST_USE
keycard_status keycard_policy_for_id_token(struct keycard_policy *policy,
                                           int32_t response_type,
                                           int32_t endpoint,
                                           struct keycard_text nonce,
                                           struct keycard_text access_token,
                                           struct keycard_text code,
                                           struct keycard_text subject);

// Sets in a policy what must be asked of the ID token that came with a refresh: the profile, the original that it is
// compared with, and the access token beside it.
//
// Returns: KEYCARD_OK; KEYCARD_POLICY_INCOMPLETE if access_token is absent; KEYCARD_POLICY_CONTRADICTION if the policy
// is for another profile or has one of these members already; KEYCARD_NULL_POINTER; KEYCARD_STRUCT_SIZE.
// In: original, which keycard_validate reads; access_token that came with the ID token.
// Out: policy, from KEYCARD_POLICY_INIT; as it was on failure. It points to the original and the text.
KEYCARD_MUST_USE
keycard_status keycard_policy_for_refreshed_id_token(struct keycard_policy *policy,
                                                     const struct keycard_original_id_token *original,
                                                     struct keycard_text access_token);

// Sets in a policy what must be asked of an access token of a flow: the profile, unless that is
// KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 already, and whether a user stands behind the token. The caller says by
// which claims that is seen, before or after: client_claim, and for a flow with a user user_mark. keycard_validate
// answers KEYCARD_POLICY_INCOMPLETE without them.
//
// Returns: KEYCARD_OK; KEYCARD_POLICY_CONTRADICTION if the policy is for another profile, or says the opposite of the
// user already; KEYCARD_UNSUPPORTED_POLICY for an unknown flow; KEYCARD_STRUCT_SIZE.
// In: flow, KEYCARD_FLOW_….
// Out: policy, from KEYCARD_POLICY_INIT; as it was on failure.
KEYCARD_MUST_USE
keycard_status keycard_policy_for_access_token(struct keycard_policy *policy,
                                               int32_t flow);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* KEYCARD_H */
