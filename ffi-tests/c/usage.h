/* Shared by the parts of the usage test. */
#ifndef USAGE_H
#define USAGE_H

#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_oidc.h"
#include "keycard_pkce.h"
#include "keycard_sd_jwt.h"
#include "keycard_validate.h"

#include <string.h>

#define LONGEST 4096
#define NOW 1700000060
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)

extern char jwt[LONGEST], jwks[LONGEST], jws[LONGEST];
extern size_t jwt_length, jwks_length, jws_length;
extern uint64_t memory[128];
extern uint8_t scratch[KEYCARD_SCRATCH_SIZE(2048)];

/* Short forms for many calls. */
#ifdef __cplusplus
#define BYTES(address, length) (keycard_bytes{address, length})
#define BUFFER(address, size) (keycard_buffer{address, size})
#else
#define BYTES(address, length) ((keycard_bytes){address, length})
#define BUFFER(address, size) ((keycard_buffer){address, size})
#endif

/* Prints the place of a failed check. */
void check(int holds, const char *what, const char *file, int line);

int same(keycard_bytes text, const char *expected);
int all_zero(const void *data, size_t length);

keycard_keys *loaded_keys(void);
keycard_policy access_policy(void);
keycard_status validate(const keycard_keys *keys, const keycard_policy *policy,
                        keycard_token *token, keycard_detail *detail);

/* The status of the access token under a policy. */
keycard_status status_of(const keycard_policy *policy);

/* The parts: usage_keys.c, usage_claims.c, usage_policy.c, usage_trust.c, usage_flow.c,
 * usage_dpop.c and usage_sd_jwt.c. */
void test_keys(void);
void test_other_key_formats(void);
void test_image(void);
void test_claims(const char *folder);
void test_bounds(void);
void test_policy(void);
void test_policy_of_client_and_user(void);
void test_policy_of_authentication(void);
void test_stale_token(void);
void test_flows(const char *folder);
void test_trust(void);
void test_dpop(const char *folder);
void test_sd_jwt(const char *folder);

#endif
