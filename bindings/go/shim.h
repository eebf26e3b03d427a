/* The functions that Go calls. The structures of keycard.h stay on the C side, so no Go memory that
 * contains a Go address is passed to C, except a token, whose scratch is pinned. A list of strings
 * is passed as one string, with the end of each part. The address of a string is a char *: for a
 * void *, cgo would examine the memory at each call. */

#ifndef KEYCARD_GO_SHIM_H
#define KEYCARD_GO_SHIM_H

#include <keycard.h>
#include <keycard_claims.h>
#include <keycard_dpop.h>
#include <keycard_keys.h>
#include <keycard_oidc.h>
#include <keycard_pkce.h>
#include <keycard_sd_jwt.h>
#include <keycard_validate.h>

/* A string of Go, or an absent one. */
typedef struct {
    const char *data;
    size_t length;
} keycard_go_text;

/* The maximum number of names on a path: claims are not nested deeper. */
#define KEYCARD_GO_LONGEST_PATH 16

typedef enum {
    KEYCARD_GO_JWKS,
    KEYCARD_GO_JWK,
    KEYCARD_GO_PEM,
    KEYCARD_GO_DER,
    KEYCARD_GO_SECRET,
    KEYCARD_GO_POINT,
    KEYCARD_GO_RSA,
    KEYCARD_GO_ENCODED
} keycard_go_source;

/* A source of keys: a text, or numbers. A point and an RSA key have two numbers. */
typedef struct {
    keycard_go_source kind;
    uint32_t algorithm;
    keycard_key_rules rules;
    /* These two belong to the rules. */
    keycard_go_text key_use, id;
} keycard_go_keys_from;

/* The expected type of a claim. */
typedef enum {
    KEYCARD_GO_STRING,
    KEYCARD_GO_INTEGER,
    KEYCARD_GO_BOOLEAN,
    KEYCARD_GO_TIME
} keycard_go_wanted;

typedef struct {
    keycard_status status;
    bool boolean;
    int64_t number;
    /* For a string, its offset from the beginning of the scratch. */
    size_t offset;
    size_t length;
} keycard_go_claim;

/* The maximum number of strings in one call. */
#define KEYCARD_GO_STRINGS 64

/* The end of a list; not a status of the library. */
#define KEYCARD_GO_END (-1)

/* Strings of a list. */
typedef struct {
    /* KEYCARD_OK if there may be more strings, KEYCARD_GO_END after the last one, otherwise an
     * error. */
    keycard_status status;
    size_t count;
    /* Offsets from the beginning of the scratch. */
    size_t offsets[KEYCARD_GO_STRINGS];
    size_t lengths[KEYCARD_GO_STRINGS];
    /* The rest of the list. */
    keycard_iterator list;
} keycard_go_strings;

/* The options of a validation in addition to its policy. */
typedef struct {
    /* Each replaces the value in the policy, unless it is NULL. */
    const uint8_t *dpop_key32;
    const uint8_t *client_certificate32;
    /* The Go handle of the signature verifier, 0 for the library. */
    uintptr_t verifier;
    /* True if no scopes are required. */
    bool without_scopes;
} keycard_go_with;

keycard_status keycard_go_keys_init(uint64_t *memory, size_t size);
void keycard_go_keys_add(uint64_t *memory, keycard_go_keys_from from, keycard_go_text data, keycard_go_text second,
                         keycard_key_report *report);
keycard_status keycard_go_keys_seal(uint64_t *memory, uint64_t version, size_t *size);
void keycard_go_keys_from_image(const uint64_t *memory, size_t size, uint32_t flags, uint64_t min_version,
                                const uint8_t *digest32, keycard_detail *detail);
keycard_status keycard_go_keys_thumbprint(const uint64_t *memory, size_t index, char *thumbprint43);
keycard_status keycard_go_keys_find(const uint64_t *memory, keycard_go_text thumbprint, size_t *index);
keycard_status keycard_go_keys_count(const uint64_t *memory, size_t *count);

keycard_status keycard_go_replay_init(uint64_t *memory, size_t size, uint32_t window, uint32_t leeway, uint32_t share,
                                      keycard_time time);
keycard_status keycard_go_replay_restart(uint64_t *memory, uint32_t window, uint32_t leeway, keycard_time time);
keycard_status keycard_go_replay_token(uint64_t *memory, keycard_token token, keycard_time time);
keycard_status keycard_go_replay_proof(uint64_t *memory, const keycard_proof *proof, keycard_time time);

keycard_status keycard_go_proof_keys_init(uint64_t *memory, size_t size, uint32_t precompute, uint64_t seed);
keycard_status keycard_go_dpop_validate(uint64_t *memory, const keycard_proof_rules *rules, keycard_time time,
                                        keycard_go_text jwt, uint8_t *scratch, size_t size, keycard_proof *proof,
                                        keycard_detail *detail);
keycard_status keycard_go_validate_bound_once(const uint64_t *memory, const keycard_policy *policy,
                                              const keycard_proof_rules *rules, uint64_t *replay, keycard_time time,
                                              keycard_go_text jwt, keycard_go_text proof_jwt, uint8_t *scratch,
                                              size_t size, keycard_token *token, keycard_proof *proof,
                                              keycard_detail *detail);
keycard_status keycard_go_proof_keys_admit(uint64_t *memory, const keycard_proof *proof);

keycard_status keycard_go_sd_jwt_validate(const uint64_t *memory, const keycard_policy *policy,
                                          const keycard_key_binding *binding, keycard_time time,
                                          keycard_go_text presentation, uint8_t *scratch, size_t size,
                                          keycard_token *token, keycard_detail *detail);

/* The unverified values of a token: issuer, kid, alg and typ, as offsets into the scratch. */
typedef struct {
    size_t offsets[4];
    size_t lengths[4];
} keycard_go_peeked;

keycard_go_peeked keycard_go_peek(keycard_go_text jwt, uint8_t *scratch, size_t size, keycard_detail *detail);
void keycard_go_choose(const keycard_trust_row *rows, size_t count, keycard_go_text jwt, uint8_t *scratch, size_t size,
                       size_t *row, keycard_detail *detail);

keycard_policy *keycard_go_policy(void);
size_t keycard_go_scratch_size(const size_t *ends, size_t count);
void keycard_go_validate(const uint64_t *memory, const keycard_policy *policy, keycard_time time, const char *jwts,
                         const size_t *ends, size_t count, uint8_t *scratch, keycard_go_with with,
                         keycard_token *tokens, keycard_detail *details);

keycard_status keycard_go_policy_for_id_token(keycard_policy *policy, int32_t response_type, int32_t endpoint);
keycard_status keycard_go_policy_for_refreshed_id_token(keycard_policy *policy);

keycard_go_claim keycard_go_find(keycard_token token, const char *names, const size_t *ends, size_t count,
                                 keycard_go_wanted wanted);
keycard_go_strings keycard_go_strings_of(keycard_token token, const char *names, const size_t *ends, size_t count);
keycard_go_strings keycard_go_scopes(keycard_token token);
keycard_go_strings keycard_go_more(keycard_token token, keycard_go_strings before);
bool keycard_go_has_scope(keycard_token token, keycard_go_text scope);
keycard_go_claim keycard_go_payload(keycard_token token);
keycard_status keycard_go_json(keycard_token token, char *output, size_t size, size_t *length);

keycard_status keycard_go_response_type(keycard_go_text text, int32_t *response_type);
keycard_status keycard_go_pkce_challenge(keycard_go_text verifier, char *challenge43);
keycard_status keycard_go_pkce_verify(keycard_go_text challenge, keycard_go_text method, keycard_go_text verifier,
                                      uint32_t flags);

#endif
