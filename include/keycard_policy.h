/*
 * keycard_policy.h: requirements for a token; included by keycard.h.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_POLICY_H
#define KEYCARD_POLICY_H

#include "keycard_bytes.h"
#include "keycard_status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct keycard_rule;
struct keycard_original_id_token;

/* --- Policies --------------------------------------------------------------------------------- */

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
    struct keycard_bytes issuer;
    // The required value of aud. For an ID token, the client ID.
    struct keycard_bytes audience;
    // Several audiences, of which the token must have one. Use it in place of audience.
    const struct keycard_bytes *audiences;
    // The number of audiences.
    size_t audience_count;
    // The claim that holds the audience, or absent for aud.
    struct keycard_bytes audience_claim;
    // Audiences that an ID token may have besides the client.
    const struct keycard_bytes *trusted_audiences;
    // The number of trusted audiences.
    size_t trusted_audience_count;
    // The required typ, compared as a media type.
    struct keycard_bytes token_type;
    // The name of a required header parameter.
    struct keycard_bytes header_name;
    // The required value of that header parameter.
    struct keycard_bytes header_value;
    // The required scopes: all of them, or one with KEYCARD_ANY_SCOPE.
    const struct keycard_bytes *scopes;
    // The number of scopes.
    size_t scope_count;
    // The only claim that grants scopes, such as scp, or absent. If absent, a token that has both
    // scope and scp is KEYCARD_SCOPE_AMBIGUOUS. If given, keycard_token_scopes reads this claim,
    // even if scope_count is 0.
    struct keycard_bytes scope_claim;
    // Claims of which the token must have one to be an access token of the older style. They
    // replace the claims that KEYCARD_PROFILE_ACCESS_TOKEN names.
    const struct keycard_bytes *markers;
    // The number of markers.
    size_t marker_count;
    // Rules for claims. All of them must hold.
    const struct keycard_rule *rules;
    // The number of rules, at most 256.
    size_t rule_count;
    // The nonce that was sent.
    struct keycard_bytes nonce;
    // The accepted values of azp. They replace the audience.
    const struct keycard_bytes *authorized_parties;
    // The number of authorized parties.
    size_t authorized_party_count;
    // The access token that at_hash must match.
    struct keycard_bytes access_token;
    // The code that c_hash must match.
    struct keycard_bytes code;
    // The state that s_hash must match.
    struct keycard_bytes state;
    // The required sub.
    struct keycard_bytes subject;
    // Authentication context classes, of which acr must be one.
    const struct keycard_bytes *authentication_contexts;
    // The number of classes.
    size_t authentication_context_count;
    // Authentication methods that must all be in amr.
    const struct keycard_bytes *authentication_methods;
    // The number of methods.
    size_t authentication_method_count;
    // The claim that names the client, for clients, KEYCARD_REQUIRE_USER and KEYCARD_REJECT_USER.
    struct keycard_bytes client_claim;
    // Clients, of which the token must be issued to one.
    const struct keycard_bytes *clients;
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

KEYCARD_HAS_SIZE(keycard_policy, 432, 236)

/* A policy that requires nothing yet and accepts nothing, as an initialiser. */
#define KEYCARD_POLICY_INIT                                                                          \
    {                                                                                                \
        sizeof(keycard_policy), /* struct_size */                                                    \
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* profile to max_members */                                   \
        KEYCARD_ABSENT, KEYCARD_ABSENT, NULL, 0, /* issuer, audience, audiences */                   \
        KEYCARD_ABSENT, NULL, 0, /* audience_claim, trusted_audiences */                             \
        KEYCARD_ABSENT, KEYCARD_ABSENT, KEYCARD_ABSENT, /* token_type, header_name, header_value */  \
        NULL, 0, KEYCARD_ABSENT, /* scopes, scope_claim */                                           \
        NULL, 0, NULL, 0, /* markers, rules */                                                       \
        KEYCARD_ABSENT, NULL, 0, /* nonce, authorized_parties */                                     \
        KEYCARD_ABSENT, KEYCARD_ABSENT, KEYCARD_ABSENT, /* access_token, code, state */              \
        KEYCARD_ABSENT, /* subject */                                                                \
        NULL, 0, NULL, 0, /* authentication_contexts, authentication_methods */                      \
        KEYCARD_ABSENT, NULL, 0, NULL, /* client_claim, clients, user_mark */                        \
        NULL, NULL, NULL /* original, dpop_key32, client_certificate32 */                            \
    }

// Makes a policy that requires nothing yet and accepts nothing, like KEYCARD_POLICY_INIT. For
// languages that cannot use the macro.
//
// Returns: KEYCARD_OK
//          KEYCARD_STRUCT_SIZE if size is smaller than in the first release
// In:      size, sizeof(keycard_policy)
// Out:     policy, zeros except for struct_size
KEYCARD_MUST_USE keycard_status keycard_policy_init(struct keycard_policy *policy, size_t size);

/* --- List of profiles ------------------------------------------------------------------------- */

// A signature over a payload of any bytes.
#define KEYCARD_PROFILE_JWS 1
// A JWT of no particular kind: typ is JWT, JOSE, absent, or the token_type of the policy.
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
// A client assertion: a JWT by which a client authenticates at the token endpoint. issuer is the
// client, audience the issuer of the authorization server; max_lifetime is required.
#define KEYCARD_PROFILE_CLIENT_ASSERTION 9
// A signed authorization request (RFC 9101). issuer is the client, audience the issuer of the
// authorization server.
#define KEYCARD_PROFILE_REQUEST_OBJECT 10
// A signed authorization response (JARM). audience is the client.
#define KEYCARD_PROFILE_AUTHORIZATION_RESPONSE 11
// A signed response of the userinfo endpoint. audience is the client, subject the sub of the ID
// token, which is required.
#define KEYCARD_PROFILE_USERINFO 12
// A signed answer that a token is active (RFC 9701). audience is the resource server;
// max_token_age is required.
#define KEYCARD_PROFILE_INTROSPECTION_RESPONSE 13
// A security event token (RFC 8417) with the type secevent+jwt.
#define KEYCARD_PROFILE_SECURITY_EVENT 14
// A JWT-SVID of a workload (SPIFFE). issuer is the trust domain, such as spiffe://example.org.
#define KEYCARD_PROFILE_JWT_SVID 15
// A transaction token with the type txntoken+jwt. audience is the trust domain.
#define KEYCARD_PROFILE_TRANSACTION_TOKEN 16
// A status list token with the type statuslist+jwt. subject is the uri in the token whose status
// is asked for, which is required.
#define KEYCARD_PROFILE_STATUS_LIST 17
// A JWT that a client exchanges for an access token (RFC 7523 section 2.1). audience is the issuer
// of the authorization server; max_lifetime is required.
#define KEYCARD_PROFILE_AUTHORIZATION_GRANT 18
// An authorization grant of an identity provider, with the type oauth-id-jag+jwt. clients is the
// client, which is required, and client_claim is absent; max_lifetime is required.
#define KEYCARD_PROFILE_ID_JAG 19
// A workload identity token with the type wit+jwt, only together with a workload proof token: see
// keycard_validate_bound_once. issuer is the trust domain, such as wimse://example.com; for one of
// SPIFFE, such as spiffe://example.org, the token is a WIT-SVID.
#define KEYCARD_PROFILE_WORKLOAD_IDENTITY 20
// An SD-JWT (RFC 9901) with the type dc+sd-jwt, only for keycard_sd_jwt_validate.
#define KEYCARD_PROFILE_SD_JWT 21

/* --- List of flags ---------------------------------------------------------------------------- */

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

/* --- List of algorithms ----------------------------------------------------------------------- */

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
// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
#define KEYCARD_PS256 (1 << 6)
// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
#define KEYCARD_PS384 (1 << 7)
// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt of 64 bytes.
#define KEYCARD_PS512 (1 << 8)
// ECDSA with P-256 and SHA-256.
#define KEYCARD_ES256 (1 << 9)
// ECDSA with P-384 and SHA-384.
#define KEYCARD_ES384 (1 << 10)
// ECDSA with P-521 and SHA-512.
#define KEYCARD_ES512 (1 << 11)
// ECDSA with secp256k1 and SHA-256.
#define KEYCARD_ES256K (1 << 12)
// EdDSA with Ed25519, under its polymorphic name.
#define KEYCARD_EDDSA (1 << 13)
// EdDSA with Ed25519, under its fully specified name.
#define KEYCARD_ED25519 (1 << 14)
// ML-DSA-44.
#define KEYCARD_ML_DSA_44 (1 << 15)
// ML-DSA-65.
#define KEYCARD_ML_DSA_65 (1 << 16)
// ML-DSA-87.
#define KEYCARD_ML_DSA_87 (1 << 17)

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_POLICY_H */
