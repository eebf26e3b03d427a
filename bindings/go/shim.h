/* What Go calls: keycard.h with its structures kept on the C side, so that no Go memory with a Go address in it
 * crosses but for a token, whose scratch is pinned. Texts come end to end, each with the place where it ends. */

#ifndef KEYCARD_GO_SHIM_H
#define KEYCARD_GO_SHIM_H

#include <keycard.h>

/* Names on a path at the most: claims are not nested deeper. */
#define KEYCARD_GO_LONGEST_PATH 16

typedef enum {
    KEYCARD_GO_JWKS,
    KEYCARD_GO_JWK,
    KEYCARD_GO_PEM,
    KEYCARD_GO_DER,
    KEYCARD_GO_SECRET
} keycard_go_source;

/* What a claim is asked to be. */
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
    /* Of a string, from the beginning of the scratch. */
    size_t offset;
    size_t length;
} keycard_go_claim;

keycard_status keycard_go_keys_init(uint64_t *memory, size_t size);
void keycard_go_keys_add(uint64_t *memory, keycard_go_source source, keycard_key_rules rules, const char *data,
                         size_t length, keycard_key_report *report);
keycard_status keycard_go_keys_thumbprint(const uint64_t *memory, size_t index, char *thumbprint43);
keycard_status keycard_go_keys_find(const uint64_t *memory, keycard_text thumbprint, size_t *index);
keycard_status keycard_go_keys_count(const uint64_t *memory, size_t *count);

keycard_status keycard_go_replay_init(uint64_t *memory, size_t size, keycard_time time);
keycard_status keycard_go_replay_token(uint64_t *memory, keycard_token token, keycard_time time);
keycard_status keycard_go_replay_proof(uint64_t *memory, const keycard_proof *proof, keycard_time time);

keycard_policy *keycard_go_policy(void);
size_t keycard_go_scratch_size(const size_t *ends, size_t count);
void keycard_go_validate(const uint64_t *memory, const keycard_policy *policy, keycard_time time, const char *jwts,
                         const size_t *ends, size_t count, uint8_t *scratch, keycard_token *tokens,
                         keycard_detail *details);

keycard_go_claim keycard_go_find(keycard_token token, const char *names, const size_t *ends, size_t count,
                                 keycard_go_wanted wanted);
keycard_go_claim keycard_go_string_at(keycard_token token, const char *names, const size_t *ends, size_t count,
                                      size_t index);
keycard_go_claim keycard_go_payload(keycard_token token);
keycard_status keycard_go_json(keycard_token token, char *output, size_t size, size_t *length);

#endif
