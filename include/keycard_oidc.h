/*
 * keycard_oidc.h: flows of OAuth 2.0 and OpenID Connect, and policies for their tokens.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Generated from src/ffi by `make header`; do not edit. The rules for arguments and memory are
 * in keycard.h.
 */

#ifndef KEYCARD_OIDC_H
#define KEYCARD_OIDC_H

#include "keycard.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Policies for the tokens of a flow -------------------------------------------------------- */

// The claims that a client keeps of the ID token of the original authentication, for
// KEYCARD_PROFILE_REFRESHED_ID_TOKEN.
typedef struct keycard_original_id_token {
    // The value of iss.
    struct keycard_bytes issuer;
    // The value of sub.
    struct keycard_bytes subject;
    // All values of aud.
    const struct keycard_bytes *audiences;
    // The number of audiences.
    size_t audience_count;
    // The value of azp, or absent if the original had none.
    struct keycard_bytes authorized_party;
    // The value of nonce, or absent.
    struct keycard_bytes nonce;
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

KEYCARD_HAS_SIZE(keycard_original_id_token, 104, 64)

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
                                           struct keycard_bytes nonce,
                                           struct keycard_bytes access_token,
                                           struct keycard_bytes code,
                                           struct keycard_bytes subject);

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
                                                     struct keycard_bytes access_token);

/* --- Flows ------------------------------------------------------------------------------------ */

// A trusted application: the user may give it the password. The authorization server has the
// same maker, and the user owns the device.
#define KEYCARD_APPLICATION_TRUSTED 1
// A service account, which has its own secret or key and no user.
#define KEYCARD_APPLICATION_SERVICE 2
// A page that runs only in the browser and cannot keep a secret.
#define KEYCARD_APPLICATION_SINGLE_PAGE 3
// An application on a server that can keep a secret, with pages in the browser.
#define KEYCARD_APPLICATION_WEB 4
// An application on the user's device, which cannot keep a secret.
#define KEYCARD_APPLICATION_NATIVE 5
// An application whose front end and back end need different tokens.
#define KEYCARD_APPLICATION_FRONT_AND_BACK_END 6

// Authorization Code (RFC 6749 section 4.1, OpenID Connect Core section 3.1), without PKCE.
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
// Refreshing tokens that came from another flow (RFC 6749 section 6, OpenID Connect Core
// section 12).
#define KEYCARD_FLOW_REFRESH_TOKEN 7

// The classic table still gives the right advice.
#define KEYCARD_PRACTICE_UNCHANGED 1
// Use the flow only with PKCE.
#define KEYCARD_PRACTICE_WITH_PKCE 2
// Use the flow with the restrictions that the sentence of the advice names.
#define KEYCARD_PRACTICE_RESTRICTED 3
// The flow should not be used.
#define KEYCARD_PRACTICE_SHOULD_NOT 4
// The flow must not be used.
#define KEYCARD_PRACTICE_MUST_NOT 5

// The table recommends the flow.
#define KEYCARD_FIT_RECOMMENDED 1
// The flow can be used.
#define KEYCARD_FIT_POSSIBLE 2
// The flow needs something that such an application does not have, or issues something that
// the application should not get.
#define KEYCARD_FIT_UNSUITABLE 3

// The authorization endpoint. Its response goes through the browser.
#define KEYCARD_ENDPOINT_AUTHORIZATION 1
// The token endpoint. It responds to the client directly.
#define KEYCARD_ENDPOINT_TOKEN 2

// An authorization code, which is opaque.
#define KEYCARD_ISSUED_CODE 1
// An ID token.
#define KEYCARD_ISSUED_ID_TOKEN (1 << 1)
// An access token.
#define KEYCARD_ISSUED_ACCESS_TOKEN (1 << 2)
// A refresh token, which is opaque.
#define KEYCARD_ISSUED_REFRESH_TOKEN (1 << 3)

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

// The recommended flow for an application.
typedef struct keycard_recommendation {
    // The flow that the classic decision table recommends: KEYCARD_FLOW_….
    int32_t classic;
    // The flow to use today (RFC 9700): KEYCARD_FLOW_….
    int32_t today;
} keycard_recommendation;

KEYCARD_HAS_SIZE(keycard_recommendation, 8, 8)

// The advice of RFC 9700 on a flow.
typedef struct keycard_practice {
    // One of KEYCARD_PRACTICE_….
    int32_t kind;
    // 0.
    int32_t reserved;
    // The same as a sentence with its section. A static text.
    struct keycard_bytes text;
} keycard_practice;

KEYCARD_HAS_SIZE(keycard_practice, 24, 16)

// The credentials that an endpoint issues. Those in neither member are never issued.
typedef struct keycard_issued {
    // The credentials in every successful response: KEYCARD_ISSUED_…, or-ed.
    uint32_t always;
    // The credentials that a response may have in addition: KEYCARD_ISSUED_…, or-ed.
    uint32_t possible;
} keycard_issued;

KEYCARD_HAS_SIZE(keycard_issued, 8, 8)

// Sets the requirements for an access token of a flow in a policy: the profile, unless it is
// KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068 already, and whether the token must be for a user.
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
// In:      text, the parameter without percent-encoding
// Out:     response_type, one of KEYCARD_RESPONSE_TYPE_…; 0 on failure
KEYCARD_MUST_USE
keycard_status keycard_response_type_parse(struct keycard_bytes text,
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

#ifdef __cplusplus
}
#endif

#endif /* KEYCARD_OIDC_H */
