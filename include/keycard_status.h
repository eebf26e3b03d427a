/*
 * keycard_status.h: every status, stage and check; included by keycard.h.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_STATUS_H
#define KEYCARD_STATUS_H

#include <stdint.h>

// The outcome of a call: KEYCARD_OK (0) is success, every other value is an error. Numbers never
// change and are never reused.
typedef int32_t keycard_status;

/* Makes the compiler warn about an ignored status. Define it as nothing for tools that do not
 * understand attributes. */
#ifndef KEYCARD_MUST_USE
#if defined(__GNUC__) || defined(__clang__)
#define KEYCARD_MUST_USE __attribute__((warn_unused_result))
#else
#define KEYCARD_MUST_USE
#endif
#endif

/* Fails to compile if a structure does not have the size that the library gives it, on machines of
 * 64 or of 32 bits. Compilers have options that change sizes, such as -fpack-struct. Define it as
 * nothing for tools that do not understand assertions. */
#ifndef KEYCARD_HAS_SIZE
#if defined(__i386__) || defined(_M_IX86) || defined(SWIG)
#define KEYCARD_HAS_SIZE(structure, wide, narrow)
#elif defined(__cplusplus) && __cplusplus >= 201103L
#define KEYCARD_HAS_SIZE(structure, wide, narrow)                                                    \
    static_assert(sizeof(structure) == (sizeof(void *) == 8 ? wide : narrow), "size of " #structure);
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define KEYCARD_HAS_SIZE(structure, wide, narrow)                                                    \
    _Static_assert(sizeof(structure) == (sizeof(void *) == 8 ? wide : narrow), "size of " #structure);
#elif defined(__GNUC__) && !defined(__cplusplus)
#define KEYCARD_HAS_SIZE(structure, wide, narrow)                                                    \
    __extension__ _Static_assert(sizeof(structure) == (sizeof(void *) == 8 ? wide : narrow),         \
                                 "size of " #structure);
#else
#define KEYCARD_HAS_SIZE(structure, wide, narrow)
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- List of stages: the failed step ---------------------------------------------------------- */

// The call itself: an error in an argument, its memory or its policy. Nothing was read.
#define KEYCARD_STAGE_USAGE 0
// The token's length and its division into parts (RFC 7515 section 7.1).
#define KEYCARD_STAGE_TOKEN 1
// The JOSE header (RFC 7515 section 4).
#define KEYCARD_STAGE_HEADER 2
// The alg header parameter against the allow-list (RFC 8725 section 3.1).
#define KEYCARD_STAGE_ALGORITHM 3
// The choice of keys from the table (RFC 7515 section 6).
#define KEYCARD_STAGE_KEY 4
// The signature itself (RFC 7515 section 5.2).
#define KEYCARD_STAGE_SIGNATURE 5
// Decoding of the signed payload (RFC 7519 section 7.2).
#define KEYCARD_STAGE_PAYLOAD 6
// The claims against the policy.
#define KEYCARD_STAGE_CLAIMS 7
// exp and nbf, checked last (RFC 7519 sections 4.1.4 and 4.1.5).
#define KEYCARD_STAGE_TIME 8
// Loading keys into a table (RFC 7517).
#define KEYCARD_STAGE_KEY_SET 9
// Proof Key for Code Exchange (RFC 7636).
#define KEYCARD_STAGE_PKCE 10
// Parsing of a JSON or base64url text that is not part of a token.
#define KEYCARD_STAGE_TEXT 11
// A DPoP proof, for every error of a proof (RFC 9449 section 4.3). The server answers with
// invalid_dpop_proof, or with use_dpop_nonce if the nonce of the proof is wrong. Also
// the Key Binding JWT of an SD-JWT (RFC 9901 section 4.3).
#define KEYCARD_STAGE_PROOF 12
// The replay cache, checked after everything else (RFC 9449 section 11.1).
#define KEYCARD_STAGE_REPLAY 13
// The disclosures of an SD-JWT (RFC 9901 section 7.1). They are read after the signature was
// verified. Offsets count from the first character of the presentation.
#define KEYCARD_STAGE_DISCLOSURE 14

/* --- List of checks --------------------------------------------------------------------------- */

// The signature, with a key of the caller and an algorithm that the caller allows.
#define KEYCARD_CHECK_SIGNATURE 1
// iss against the issuer.
#define KEYCARD_CHECK_ISSUER (1 << 1)
// aud, or the claim named in its place, against the audiences.
#define KEYCARD_CHECK_AUDIENCE (1 << 2)
// exp against the time.
#define KEYCARD_CHECK_EXPIRY (1 << 3)
// nbf against the time.
#define KEYCARD_CHECK_NOT_BEFORE (1 << 4)
// typ against the type that the profile or the caller requires.
#define KEYCARD_CHECK_TOKEN_TYPE (1 << 5)
// iat against the maximum age.
#define KEYCARD_CHECK_TOKEN_AGE (1 << 6)
// nonce against the one that was sent.
#define KEYCARD_CHECK_NONCE (1 << 7)
// azp against the authorized parties.
#define KEYCARD_CHECK_AUTHORIZED_PARTY (1 << 8)
// auth_time against the maximum age.
#define KEYCARD_CHECK_AUTHENTICATION_AGE (1 << 9)
// at_hash against the access token.
#define KEYCARD_CHECK_ACCESS_TOKEN_HASH (1 << 10)
// c_hash against the code.
#define KEYCARD_CHECK_CODE_HASH (1 << 11)
// scope or scp against the required scopes.
#define KEYCARD_CHECK_SCOPES (1 << 12)
// The claims against the caller's rules.
#define KEYCARD_CHECK_RULES (1 << 13)
// The claim or typ that shows the kind of token, as the profile requires.
#define KEYCARD_CHECK_KIND (1 << 14)
// The header parameter that the caller requires.
#define KEYCARD_CHECK_HEADER_PARAMETER (1 << 15)
// s_hash against the state.
#define KEYCARD_CHECK_STATE_HASH (1 << 16)
// acr against the required classes.
#define KEYCARD_CHECK_AUTHENTICATION_CONTEXT (1 << 17)
// amr against the required methods.
#define KEYCARD_CHECK_AUTHENTICATION_METHODS (1 << 18)
// sub against the required subject.
#define KEYCARD_CHECK_SUBJECT (1 << 19)
// A refreshed ID token against the original.
#define KEYCARD_CHECK_ORIGINAL (1 << 20)
// The client against the required clients.
#define KEYCARD_CHECK_CLIENT (1 << 21)
// That the token was issued for a user, or without one, as the caller requires.
#define KEYCARD_CHECK_USER (1 << 22)
// cnf.jkt against the key of the DPoP proof.
#define KEYCARD_CHECK_DPOP_KEY (1 << 23)
// cnf.x5t#S256 against the client certificate.
#define KEYCARD_CHECK_CLIENT_CERTIFICATE (1 << 24)
// exp against the maximum lifetime.
#define KEYCARD_CHECK_LIFETIME (1 << 25)
// iat against now: it must not lie in the future.
#define KEYCARD_CHECK_ISSUED_AT (1 << 26)
// Only a note: this check is never passed or waived. It is vacuous if exp, nbf or iat is
// after the year 9999. The issuer then wrote milliseconds, or means "never", so the comparison
// with the time has no meaning.
#define KEYCARD_CHECK_TIME_UNIT (1 << 27)
// The Key Binding JWT of an SD-JWT against cnf.jwk, the audience, the nonce and sd_hash.
#define KEYCARD_CHECK_KEY_BINDING (1 << 28)

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
// The memory does not hold a cache of proof keys.
#define KEYCARD_NOT_A_PROOF_KEY_CACHE 26

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
// The token is revoked: its status is 1, INVALID (draft-ietf-oauth-status-list section 7.1).
#define KEYCARD_STATUS_INVALID 641
// The token is suspended: its status is 2, SUSPENDED (draft-ietf-oauth-status-list section
// 7.1).
#define KEYCARD_STATUS_SUSPENDED 642
// The token has a status that only its application knows (draft-ietf-oauth-status-list section
// 7.1).
#define KEYCARD_STATUS_OTHER 643
// The token names another status list than the given one (draft-ietf-oauth-status-list section
// 8.3).
#define KEYCARD_STATUS_LIST_MISMATCH 644
// The index of the token is behind the end of the status list (draft-ietf-oauth-status-list
// section 8.3).
#define KEYCARD_STATUS_OUT_OF_RANGE 645

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
// Not a presentation: a tilde is missing, or a disclosure is not a JSON array of salt, name
// and value, or of salt and value, as its place requires (section 7.1 step 3).
#define KEYCARD_DISCLOSURE_MALFORMED 871
// More disclosures than the limit.
#define KEYCARD_DISCLOSURE_TOO_MANY 872
// The name of a disclosed claim is _sd, _sd_alg or ....
#define KEYCARD_DISCLOSURE_NAME 873
// The object has a claim with the name of a disclosed claim already.
#define KEYCARD_DISCLOSURE_OVERWRITES 874
// No digest refers to the disclosure, directly or through other disclosures.
#define KEYCARD_DISCLOSURE_UNREFERENCED 875
// A claim that decides the validity is in a disclosure, so a holder could leave it out
// (section 9.7): iss, aud, exp, nbf, cnf, status, vct.
#define KEYCARD_DISCLOSURE_FORBIDDEN 876
// _sd is not an array of digests, ... is not alone in an element of an array, or a digest
// does not have the length of its hash.
#define KEYCARD_DIGEST_MALFORMED 877
// A digest or a disclosure occurs more than once.
#define KEYCARD_DIGEST_REPEATED 878
// _sd_alg names a hash that is not known, or not built into this library.
#define KEYCARD_DIGEST_ALGORITHM_UNKNOWN 879
// The policy requires a Key Binding JWT, and the presentation has none.
#define KEYCARD_KEY_BINDING_MISSING 880
// The policy allows no Key Binding JWT, and the presentation has one.
#define KEYCARD_KEY_BINDING_UNEXPECTED 881

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_STATUS_H */
