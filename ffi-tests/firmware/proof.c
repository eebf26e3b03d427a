/* A firmware that accepts a bound access token together with its DPoP proof, and only once. It
 * rejects each of them alone. Exits with 0 only if it did. vectors.h has the token, the proof and
 * the keys. */

#include "keycard.h"
#include "keycard_dpop.h"
#include "startup.h"
#include "vectors.h"

static uint64_t memory[128], cache_memory[KEYCARD_REPLAY_WORDS(16)];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(sizeof PROOF - 1)];
static keycard_keys *keys;
static keycard_replay_cache *cache;
static keycard_proof proof;

static int says(const char *what, int holds)
{
    print(holds ? "ok      " : "FAILED  ");
    print(what);
    print("\n");
    return holds ? 0 : 1;
}

static keycard_status prove(keycard_bytes method)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;

    rules.algorithms = ALGORITHM;
    rules.flags = KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    rules.window = 60;
    rules.method = method;
    rules.uri = KEYCARD_BYTES("https://api.example/telemetry");
    rules.access_token = KEYCARD_BYTES(TOKEN);
    return keycard_dpop_validate(&rules, keycard_time_at(1700000060), KEYCARD_BYTES(PROOF),
                                 KEYCARD_BUFFER(scratch), &proof, NULL);
}

static keycard_status verdict_of(const uint8_t *key32)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = ALGORITHM;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    policy.dpop_key32 = key32;
    return keycard_validate(keys, &policy, keycard_time_at(1700000060), KEYCARD_BYTES(TOKEN),
                            KEYCARD_BUFFER(scratch), &token, NULL);
}

static void accept(void)
{
    if (prove(KEYCARD_BYTES("POST")) == KEYCARD_OK)
        verdict_of(proof.key32);
}

int main(void)
{
    keycard_time now = keycard_time_at(1700000060);
    int failures = 0;

    failures +=
        says("keys", keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK &&
                         keycard_keys_add_jwks(keys, KEYCARD_BYTES(KEYS), NULL) == KEYCARD_OK);
    failures += says("cache", keycard_replay_cache_init(cache_memory, sizeof cache_memory, 60, 5, 4,
                                                  keycard_time_at(1700000000), &cache) == KEYCARD_OK);
    failures += says("method", prove(KEYCARD_BYTES("GET")) == KEYCARD_WRONG_HTTP_METHOD);
    failures += says("proof", prove(KEYCARD_BYTES("POST")) == KEYCARD_OK);
    failures += says("token", verdict_of(proof.key32) == KEYCARD_OK);
    failures += says("no proof", verdict_of(NULL) == KEYCARD_TOKEN_BOUND);
    failures += says("other proof", verdict_of(proof.replay_key32) == KEYCARD_WRONG_CONFIRMATION);
    failures += says("first use", keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_OK);
    failures += says("second use", keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_REPLAYED);
    print("stack   ");
    print_number(stack_of(accept));
    print("\n");
    return failures;
}
