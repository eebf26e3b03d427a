/* The usage test: DPoP proofs, bound tokens, logout tokens, assertions, grants, and single use. */

#include "files.h"
#include "usage.h"

static const keycard_bytes absent = KEYCARD_ABSENT;

#define ISSUER "https://dev-1234567.okta.example/oauth2/default"
#define URI "https://api.example/telemetry"
#define START (NOW - 300)

static char token_text[LONGEST], proof_text[LONGEST], logout_text[LONGEST], assertion_text[LONGEST], key_text[LONGEST];
static char grant_text[LONGEST], identity_text[LONGEST], workload_text[LONGEST];
static size_t token_length, proof_length, logout_length, assertion_length, key_length, grant_length, identity_length, workload_length;
static uint64_t key_memory[64], cache_memory[KEYCARD_REPLAY_WORDS(16)];

static keycard_proof_rules proof_rules(void)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;

    rules.algorithms = KEYCARD_ES256;
    rules.flags = KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    rules.window = 60;
    rules.leeway = 5;
    rules.method = KEYCARD_BYTES("POST");
    rules.uri = KEYCARD_BYTES(URI "?device=7");
    rules.access_token.data = token_text;
    rules.access_token.length = token_length;
    return rules;
}

static keycard_status prove(const keycard_proof_rules *rules, keycard_proof *proof, keycard_detail *detail)
{
    return keycard_dpop_validate(rules, keycard_time_at(NOW), BYTES(proof_text, proof_length), KEYCARD_BUFFER(scratch),
                                 proof, detail);
}

static keycard_status proven(const keycard_proof_rules *rules)
{
    keycard_proof proof;

    memset(&proof, 0x55, sizeof proof);
    {
        keycard_status status = prove(rules, &proof, NULL);
        CHECK(status == KEYCARD_OK || all_zero(&proof, sizeof proof));
        return status;
    }
}

static keycard_policy bound_policy(void)
{
    keycard_policy policy = access_policy();

    policy.algorithms = KEYCARD_ES256;
    return policy;
}

static keycard_status verdict_of_bound(const keycard_policy *policy, keycard_token *token)
{
    keycard_keys *keys;

    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
    return keycard_validate(keys, policy, keycard_time_at(NOW), BYTES(token_text, token_length),
                            KEYCARD_BUFFER(scratch), token, NULL);
}

static void test_proof(void)
{
    keycard_proof_rules rules = proof_rules();
    keycard_proof proof;
    keycard_detail detail;
    keycard_bytes nonces[2];
    struct {
        keycard_proof_rules rules;
        unsigned char newer[8];
    } longer;
    unsigned flag;

    CHECK(prove(&rules, &proof, &detail) == KEYCARD_OK);
    CHECK(proof.algorithm == KEYCARD_ES256 && proof.issued_at == NOW && proof.replayable_until == NOW + 65);
    CHECK(!all_zero(proof.key32, 32) && !all_zero(proof.replay_key32, 32) && detail.status == KEYCARD_OK);

    rules.method = KEYCARD_BYTES("GET");
    CHECK(prove(&rules, &proof, &detail) == KEYCARD_WRONG_HTTP_METHOD);
    CHECK(all_zero(&proof, sizeof proof) && detail.stage == KEYCARD_STAGE_PROOF && same(detail.member, "htm"));
    rules = proof_rules();
    rules.uri = KEYCARD_BYTES("https://api.example/other");
    CHECK(proven(&rules) == KEYCARD_WRONG_HTTP_URI);
    rules.uri = KEYCARD_BYTES("/telemetry");
    CHECK(prove(&rules, &proof, &detail) == KEYCARD_URI_MALFORMED && detail.stage == KEYCARD_STAGE_USAGE);
    rules = proof_rules();
    rules.access_token.length--;
    CHECK(proven(&rules) == KEYCARD_WRONG_HASH);
    rules.access_token.length = 0;
    CHECK(proven(&rules) == KEYCARD_POLICY_EMPTY);
    rules.access_token = absent;
    CHECK(proven(&rules) == KEYCARD_POLICY_INCOMPLETE);
    rules.flags |= KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN;
    CHECK(proven(&rules) == KEYCARD_OK);
    rules = proof_rules();
    rules.flags |= KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN;
    CHECK(proven(&rules) == KEYCARD_POLICY_CONTRADICTION);

    rules = proof_rules();
    nonces[0] = KEYCARD_BYTES("old");
    nonces[1] = KEYCARD_BYTES("new");
    rules.nonces = nonces;
    rules.nonce_count = 2;
    CHECK(proven(&rules) == KEYCARD_POLICY_CONTRADICTION);
    rules.flags = 0;
    CHECK(prove(&rules, &proof, &detail) == KEYCARD_CLAIM_MISSING && same(detail.member, "nonce"));
    rules.nonce_count = 0;
    CHECK(proven(&rules) == KEYCARD_POLICY_EMPTY);
    rules.nonces = NULL;
    CHECK(proven(&rules) == KEYCARD_POLICY_INCOMPLETE);
    rules.nonce_count = 1;
    CHECK(proven(&rules) == KEYCARD_NULL_POINTER);

    rules = proof_rules();
    rules.method = absent;
    CHECK(proven(&rules) == KEYCARD_POLICY_EMPTY);
    rules.method = KEYCARD_BYTES("\xff");
    CHECK(proven(&rules) == KEYCARD_NOT_TEXT);
    rules = proof_rules();
    rules.algorithms = 0;
    CHECK(proven(&rules) == KEYCARD_POLICY_INCOMPLETE);
    rules.algorithms = KEYCARD_ES256 | KEYCARD_HS256;
    CHECK(proven(&rules) == KEYCARD_POLICY_CONTRADICTION);
    rules.algorithms = KEYCARD_RS256;
    CHECK(proven(&rules) == KEYCARD_ALGORITHM_NOT_ALLOWED);
    rules.algorithms = KEYCARD_ES256 | (uint32_t)1 << 31;
    CHECK(proven(&rules) == KEYCARD_UNSUPPORTED_POLICY);
    for (flag = 3; flag < 32; flag++) {
        rules = proof_rules();
        rules.flags |= (uint32_t)1 << flag;
        CHECK(proven(&rules) == KEYCARD_UNSUPPORTED_POLICY);
    }
    rules = proof_rules();
    rules.leeway = 601;
    CHECK(proven(&rules) == KEYCARD_LEEWAY_TOO_LONG);
    rules = proof_rules();
    rules.struct_size--;
    CHECK(proven(&rules) == KEYCARD_STRUCT_SIZE);
    memset(&longer, 0, sizeof longer);
    longer.rules = proof_rules();
    longer.rules.struct_size = sizeof longer;
    CHECK(proven(&longer.rules) == KEYCARD_OK);
    longer.newer[7] = 1;
    CHECK(proven(&longer.rules) == KEYCARD_UNSUPPORTED_POLICY);
}

static void test_misuse_of_proofs(void)
{
    keycard_proof_rules rules = proof_rules();
    keycard_time none;
    keycard_proof proof;
    keycard_detail detail;

    CHECK(proven(NULL) == KEYCARD_NULL_POINTER);
    CHECK(prove(&rules, NULL, &detail) == KEYCARD_NULL_POINTER && detail.status == KEYCARD_NULL_POINTER);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &proof, NULL) ==
          KEYCARD_NULL_POINTER);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(proof_text, proof_length), BUFFER(NULL, 2048),
                                &proof, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(proof_text, proof_length), BUFFER(scratch, 16),
                                &proof, &detail) == KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == keycard_scratch_size(proof_length));
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(scratch, 8), KEYCARD_BUFFER(scratch), &proof,
                                NULL) == KEYCARD_OVERLAP);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(proof_text, proof_length),
                                BUFFER(&rules, sizeof rules), &proof, NULL) == KEYCARD_OVERLAP);
    memset(&none, 0, sizeof none);
    CHECK(keycard_dpop_validate(&rules, none, BYTES(proof_text, proof_length), KEYCARD_BUFFER(scratch), &proof, NULL) ==
          KEYCARD_TIME_KIND);
    CHECK(keycard_dpop_validate(&rules, keycard_time_unknown(NOW), BYTES(proof_text, proof_length),
                                KEYCARD_BUFFER(scratch), &proof, NULL) == KEYCARD_TIME_UNAVAILABLE);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW + 66), BYTES(proof_text, proof_length),
                                KEYCARD_BUFFER(scratch), &proof, NULL) == KEYCARD_PROOF_TOO_OLD);
    CHECK(keycard_dpop_validate(&rules, keycard_time_at(NOW), BYTES(token_text, token_length), KEYCARD_BUFFER(scratch),
                                &proof, NULL) == KEYCARD_WRONG_TOKEN_TYPE);
}

static void test_bound_token(void)
{
    keycard_proof_rules rules = proof_rules();
    keycard_policy policy = bound_policy();
    keycard_proof proof;
    keycard_token token;
    uint8_t other[32];

    CHECK(prove(&rules, &proof, NULL) == KEYCARD_OK);
    CHECK(verdict_of_bound(&policy, &token) == KEYCARD_TOKEN_BOUND);
    policy.dpop_key32 = proof.key32;
    CHECK(verdict_of_bound(&policy, &token) == KEYCARD_OK);
    CHECK((token.checks_passed & KEYCARD_CHECK_DPOP_KEY) != 0);
    CHECK((token.checks_passed & KEYCARD_CHECK_CLIENT_CERTIFICATE) == 0);
    CHECK(same(token.profile, "access token"));
    memcpy(other, proof.key32, sizeof other);
    other[31] ^= 1;
    policy.dpop_key32 = other;
    CHECK(verdict_of_bound(&policy, &token) == KEYCARD_WRONG_CONFIRMATION);
    policy.dpop_key32 = NULL;
    policy.client_certificate32 = proof.key32;
    CHECK(verdict_of_bound(&policy, &token) == KEYCARD_TOKEN_BOUND);
    policy.dpop_key32 = proof.key32;
    CHECK(verdict_of_bound(&policy, &token) == KEYCARD_TOKEN_NOT_BOUND);

    policy = access_policy();
    policy.dpop_key32 = proof.key32;
    CHECK(status_of(&policy) == KEYCARD_TOKEN_NOT_BOUND);
    policy.dpop_key32 = scratch;
    CHECK(status_of(&policy) == KEYCARD_OVERLAP);
}

static keycard_status log_out(uint32_t profile, keycard_token *token)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = profile;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES(ISSUER);
    policy.audience = KEYCARD_BYTES("0oa2mv8c5m9Hd6q2t5d7");
    if (profile == KEYCARD_PROFILE_ID_TOKEN)
        policy.flags = KEYCARD_NONCE_NOT_SENT;
    return keycard_validate(loaded_keys(), &policy, keycard_time_at(NOW), BYTES(logout_text, logout_length),
                            KEYCARD_BUFFER(scratch), token, NULL);
}

static void test_logout(void)
{
    keycard_token token;
    keycard_bytes session;

    CHECK(log_out(KEYCARD_PROFILE_LOGOUT_TOKEN, &token) == KEYCARD_OK);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("sid"), &session) == KEYCARD_OK);
    CHECK(same(session, "08a5019c-17e1-4977-8f42-65a12843ea02"));
    CHECK(log_out(KEYCARD_PROFILE_LOGOUT_TOKEN_UNTYPED, &token) == KEYCARD_OK);
    CHECK(log_out(KEYCARD_PROFILE_ID_TOKEN, &token) == KEYCARD_WRONG_TOKEN_TYPE);
    CHECK(log_out(KEYCARD_PROFILE_ACCESS_TOKEN, &token) == KEYCARD_WRONG_TOKEN_KIND);
}

static keycard_status authenticate(uint32_t max_lifetime, keycard_token *token)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = KEYCARD_PROFILE_CLIENT_ASSERTION;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("0oa2mv8c5m9Hd6q2t5d7");
    policy.audience = KEYCARD_BYTES(ISSUER);
    policy.max_lifetime = max_lifetime;
    return keycard_validate(loaded_keys(), &policy, keycard_time_at(NOW), BYTES(assertion_text, assertion_length),
                            KEYCARD_BUFFER(scratch), token, NULL);
}

/* The assertion has no iat: the cache counts back from exp by the maximum lifetime. */
static void test_client_assertion(void)
{
    keycard_time now = keycard_time_at(NOW);
    keycard_replay_cache *cache;
    keycard_token token;

    CHECK(authenticate(0, &token) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(authenticate(1, &token) == KEYCARD_LIFETIME_TOO_LONG);
    CHECK(authenticate(120, &token) == KEYCARD_OK);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 0, 0, 16, keycard_time_at(START), &cache) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_REPLAYED);
}

static keycard_status exchange(uint32_t profile, const keycard_bytes *client, keycard_token *token)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = profile;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("https://idp.example");
    policy.audience = KEYCARD_BYTES(ISSUER);
    policy.max_lifetime = 120;
    policy.clients = client;
    policy.client_count = client == NULL ? 0 : 1;
    return keycard_validate(loaded_keys(), &policy, keycard_time_at(NOW), BYTES(grant_text, grant_length),
                            KEYCARD_BUFFER(scratch), token, NULL);
}

/* A grant of an identity provider is for the client that has authenticated, and is used once. */
static void test_grant(void)
{
    static const keycard_bytes right = KEYCARD_BYTES_INIT("0oa2mv8c5m9Hd6q2t5d7"), other = KEYCARD_BYTES_INIT("other");
    keycard_time now = keycard_time_at(NOW);
    keycard_replay_cache *cache;
    keycard_token token;

    CHECK(exchange(KEYCARD_PROFILE_ID_JAG, NULL, &token) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(exchange(KEYCARD_PROFILE_ID_JAG, &other, &token) == KEYCARD_WRONG_CLIENT);
    CHECK(exchange(KEYCARD_PROFILE_AUTHORIZATION_GRANT, NULL, &token) == KEYCARD_WRONG_TOKEN_TYPE);
    CHECK(exchange(KEYCARD_PROFILE_ID_JAG, &right, &token) == KEYCARD_OK);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 0, 0, 16, keycard_time_at(START), &cache) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_REPLAYED);
}

static void test_replay(void)
{
    keycard_proof_rules rules = proof_rules();
    keycard_time now = keycard_time_at(NOW), none;
    keycard_replay_cache *cache, *nothing;
    keycard_proof proof, empty;
    keycard_token token;
    size_t entries;

    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 16, keycard_time_at(START), &cache) ==
          KEYCARD_OK);
    CHECK(prove(&rules, &proof, NULL) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_REPLAYED);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, keycard_time_at(NOW - 1)) == KEYCARD_REPLAY_TIME_BEHIND);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, keycard_time_at(NOW + 66)) == KEYCARD_EXPIRED);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, keycard_time_unknown(NOW)) == KEYCARD_TIME_UNAVAILABLE);

    CHECK(log_out(KEYCARD_PROFILE_LOGOUT_TOKEN, &token) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_REPLAYED);
    CHECK(prove(&rules, &proof, NULL) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_STALE);
    memset(&token, 0, sizeof token);
    CHECK(keycard_replay_cache_check_token(cache, &token, now) == KEYCARD_STALE);
    memset(&empty, 0, sizeof empty);
    CHECK(keycard_replay_cache_check_proof(cache, &empty, now) == KEYCARD_STALE);

    /* Checks after a restart of the cache. */
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 16, now, &cache) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_ISSUED_BEFORE_START);
    CHECK(keycard_replay_cache_init(cache_memory, keycard_replay_cache_size(1), 300, 5, 16, keycard_time_at(START),
                                    &cache) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_OK);
    proof.replay_key32[0] ^= 1;
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_REPLAY_FULL);

    /* A check with a longer window than that of the cache, and wrong shares. */
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 59, 5, 1, keycard_time_at(START), &cache) ==
          KEYCARD_OK);
    CHECK(prove(&rules, &proof, NULL) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_REPLAY_LIMITS);
    CHECK(keycard_replay_cache_restart(cache, 60, 5, keycard_time_at(NOW + 1)) == KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, keycard_time_at(NOW + 1)) == KEYCARD_ISSUED_BEFORE_START);
    CHECK(keycard_replay_cache_restart(cache, 60, 5, now) == KEYCARD_REPLAY_TIME_BEHIND);
    CHECK(keycard_replay_cache_restart(cache, 60, 5, keycard_time_unknown(0)) == KEYCARD_TIME_UNAVAILABLE);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 1, keycard_time_at(START), &cache) ==
          KEYCARD_OK);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_OK);
    proof.replay_key32[0] ^= 1;
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_REPLAY_KEY_FULL);
    proof.key32[0] ^= 1;
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_OK);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 0, now, &nothing) ==
          KEYCARD_REPLAY_SHARE);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 272, now, &nothing) ==
          KEYCARD_REPLAY_SHARE);

    CHECK(keycard_replay_cache_check_proof(cache, NULL, now) == KEYCARD_NULL_POINTER);
    CHECK(keycard_replay_cache_restart(NULL, 60, 5, now) == KEYCARD_NULL_POINTER);
    CHECK(keycard_replay_cache_check_token(cache, NULL, now) == KEYCARD_NULL_POINTER);
    CHECK(keycard_replay_cache_check_proof(NULL, &proof, now) == KEYCARD_NULL_POINTER);
    CHECK(keycard_replay_cache_check_proof(cache, (const keycard_proof *)(const void *)cache_memory, now) ==
          KEYCARD_OVERLAP);
    memset(&none, 0, sizeof none);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, none) == KEYCARD_TIME_KIND);
    CHECK(keycard_replay_cache_restart(cache, 60, 5, none) == KEYCARD_TIME_KIND);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 16, none, &nothing) ==
          KEYCARD_TIME_KIND);
    CHECK(nothing == NULL);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 16, keycard_time_unknown(0), &nothing) ==
          KEYCARD_TIME_UNAVAILABLE);
    CHECK(keycard_replay_cache_init(cache_memory, keycard_replay_cache_size(1) - 8, 300, 5, 16, now, &nothing) ==
          KEYCARD_MEMORY_TOO_SMALL);
    CHECK(keycard_replay_cache_init(NULL, sizeof cache_memory, 300, 5, 16, now, &nothing) == KEYCARD_NULL_POINTER);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 300, 5, 16, now, NULL) == KEYCARD_NULL_POINTER);
    memset(cache_memory, 0, sizeof cache_memory);
    CHECK(keycard_replay_cache_check_proof(cache, &proof, now) == KEYCARD_NOT_A_REPLAY_CACHE);
    CHECK(keycard_replay_cache_check_token((keycard_replay_cache *)(void *)cache_memory, &token, now) ==
          KEYCARD_NOT_A_REPLAY_CACHE);
    CHECK(keycard_replay_cache_restart(cache, 60, 5, now) == KEYCARD_NOT_A_REPLAY_CACHE);
    for (entries = 0; entries < 200; entries++)
        CHECK(keycard_replay_cache_size(entries) == 8 * KEYCARD_REPLAY_WORDS(entries));
}

static keycard_status prove_prepared(keycard_proof_key_cache *cache, const keycard_proof_rules *rules,
                                     keycard_proof *proof, keycard_detail *detail)
{
    return keycard_proof_key_cache_validate(cache, rules, keycard_time_at(NOW), BYTES(proof_text, proof_length),
                                            KEYCARD_BUFFER(scratch), proof, detail);
}

static void test_proof_keys(void)
{
    static uint64_t memory[KEYCARD_PROOF_KEY_WORDS(4, KEYCARD_PRECOMPUTE_2KB)];
    const uint32_t precompute = KEYCARD_PRECOMPUTE_2KB;
    keycard_proof_rules rules = proof_rules();
    keycard_proof_key_cache *cache, *nothing;
    keycard_proof proof, plain, empty;
    keycard_detail detail;
    char *changed = &proof_text[proof_length - 9], kept;
    size_t entries;
    int round;

    CHECK(keycard_proof_key_cache_init(memory, sizeof memory, precompute, 1, &cache) == KEYCARD_OK);
    CHECK(prove(&rules, &plain, NULL) == KEYCARD_OK);
    for (round = 0; round < 4; round++) {
        memset(&proof, 0x55, sizeof proof);
        CHECK(prove_prepared(cache, &rules, &proof, &detail) == KEYCARD_OK && detail.status == KEYCARD_OK);
        CHECK(memcmp(&proof, &plain, sizeof proof) == 0);
        CHECK(keycard_proof_key_cache_admit(cache, &proof) == KEYCARD_OK);
        kept = *changed;
        *changed = kept == 'A' ? 'B' : 'A';
        CHECK(prove_prepared(cache, &rules, &proof, &detail) == KEYCARD_SIGNATURE_INVALID);
        CHECK(detail.stage == KEYCARD_STAGE_PROOF && all_zero(&proof, sizeof proof));
        *changed = kept;
    }
    rules.method = KEYCARD_BYTES("GET");
    CHECK(prove_prepared(cache, &rules, &proof, &detail) == KEYCARD_WRONG_HTTP_METHOD);
    rules = proof_rules();

    memset(&empty, 0, sizeof empty);
    CHECK(keycard_proof_key_cache_admit(cache, &empty) == KEYCARD_STALE);
    CHECK(keycard_proof_key_cache_admit(cache, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_proof_key_cache_admit(NULL, &plain) == KEYCARD_NULL_POINTER);
    CHECK(keycard_proof_key_cache_admit(cache, (const keycard_proof *)(const void *)memory) == KEYCARD_OVERLAP);
    CHECK(prove_prepared(NULL, &rules, &proof, &detail) == KEYCARD_NULL_POINTER);
    CHECK(prove_prepared(cache, NULL, &proof, &detail) == KEYCARD_NULL_POINTER);
    CHECK(prove_prepared(cache, &rules, NULL, &detail) == KEYCARD_NULL_POINTER);
    CHECK(prove_prepared(cache, &rules, (keycard_proof *)(void *)memory, &detail) == KEYCARD_OVERLAP);
    CHECK(keycard_proof_key_cache_validate(cache, &rules, keycard_time_at(NOW), BYTES(memory, 8),
                                           KEYCARD_BUFFER(scratch), &proof, NULL) == KEYCARD_OVERLAP);
    CHECK(keycard_proof_key_cache_validate(cache, &rules, keycard_time_at(NOW), BYTES(proof_text, proof_length),
                                           KEYCARD_BUFFER(memory), &proof, NULL) == KEYCARD_OVERLAP);

    CHECK(keycard_proof_key_cache_init(memory, sizeof memory, KEYCARD_PRECOMPUTE_NONE, 1, &nothing) ==
          KEYCARD_POLICY_EMPTY);
    CHECK(nothing == NULL);
    CHECK(keycard_proof_key_cache_init(memory, sizeof memory, 3000, 1, &nothing) == KEYCARD_POLICY_VALUE);
    CHECK(keycard_proof_key_cache_init(memory, keycard_proof_key_cache_size(1, precompute) - 8, precompute, 1,
                                       &nothing) == KEYCARD_MEMORY_TOO_SMALL);
    CHECK(keycard_proof_key_cache_init(NULL, sizeof memory, precompute, 1, &nothing) == KEYCARD_NULL_POINTER);
    CHECK(keycard_proof_key_cache_init(memory, sizeof memory, precompute, 1, NULL) == KEYCARD_NULL_POINTER);
    memset(memory, 0, sizeof memory);
    CHECK(prove_prepared(cache, &rules, &proof, &detail) == KEYCARD_NOT_A_PROOF_KEY_CACHE);
    CHECK(keycard_proof_key_cache_admit(cache, &plain) == KEYCARD_NOT_A_PROOF_KEY_CACHE);
    CHECK(keycard_proof_key_cache_size(1, 3000) == 0);
    for (entries = 0; entries < 200; entries++)
        CHECK(keycard_proof_key_cache_size(entries, precompute) == 8 * KEYCARD_PROOF_KEY_WORDS(entries, precompute));
}

/* The token and the proof in one call, with and without prepared keys. */
static keycard_status bind(const keycard_policy *policy, const keycard_proof_rules *rules, keycard_replay_cache *cache,
                           keycard_proof_key_cache *prepared, keycard_time now, keycard_detail *detail)
{
    keycard_keys *keys;
    keycard_token token;
    keycard_proof proof;
    keycard_bytes subject;
    keycard_status status;

    memset(&token, 0x55, sizeof token);
    memset(&proof, 0x55, sizeof proof);
    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
    status = keycard_validate_bound_once(keys, policy, rules, cache, prepared, now, BYTES(token_text, token_length),
                                         BYTES(proof_text, proof_length), KEYCARD_BUFFER(scratch), &token, &proof,
                                         detail);
    if (status == KEYCARD_OK) {
        CHECK((token.checks_passed & KEYCARD_CHECK_DPOP_KEY) != 0 && proof.issued_at == NOW);
        CHECK(keycard_claim_string(&token, KEYCARD_BYTES("sub"), &subject) == KEYCARD_OK && subject.length > 0);
    } else {
        CHECK(all_zero(&token, sizeof token) && all_zero(&proof, sizeof proof) && detail->status == status);
    }
    return status;
}

static void test_bound_once(void)
{
    static uint64_t memory[KEYCARD_PROOF_KEY_WORDS(4, KEYCARD_PRECOMPUTE_2KB)];
    const keycard_time now = keycard_time_at(NOW);
    keycard_proof_rules rules = proof_rules(), other;
    keycard_policy policy = bound_policy(), changed = bound_policy();
    keycard_replay_cache *cache;
    keycard_proof_key_cache *prepared;
    keycard_keys *keys;
    keycard_token token;
    keycard_proof proof;
    keycard_detail detail;
    uint8_t key32[32] = {1};
    size_t longer = token_length > proof_length ? token_length : proof_length;

    rules.access_token = absent;
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 60, 5, 16, keycard_time_at(NOW - 60), &cache) ==
          KEYCARD_OK);
    CHECK(keycard_proof_key_cache_init(memory, sizeof memory, KEYCARD_PRECOMPUTE_2KB, 1, &prepared) == KEYCARD_OK);

    /* A rejected pair uses nothing up. */
    other = rules;
    other.method = KEYCARD_BYTES("GET");
    CHECK(bind(&policy, &other, cache, prepared, now, &detail) == KEYCARD_WRONG_HTTP_METHOD);
    CHECK(detail.stage == KEYCARD_STAGE_PROOF);
    other = proof_rules();
    CHECK(bind(&policy, &other, cache, prepared, now, &detail) == KEYCARD_POLICY_TWICE);
    changed.dpop_key32 = key32;
    CHECK(bind(&changed, &rules, cache, prepared, now, &detail) == KEYCARD_POLICY_TWICE);
    changed = bound_policy();
    changed.audience = KEYCARD_BYTES("api://other");
    CHECK(bind(&changed, &rules, cache, prepared, now, &detail) == KEYCARD_WRONG_AUDIENCE);
    CHECK(detail.stage == KEYCARD_STAGE_CLAIMS);
    other = rules;
    other.window = 61;
    CHECK(bind(&policy, &other, cache, prepared, now, &detail) == KEYCARD_REPLAY_LIMITS);
    CHECK(detail.stage == KEYCARD_STAGE_USAGE);
    CHECK(bind(&policy, &rules, NULL, prepared, now, &detail) == KEYCARD_NULL_POINTER);
    CHECK(bind(&policy, &rules, (keycard_replay_cache *)(void *)memory, NULL, now, &detail) ==
          KEYCARD_NOT_A_REPLAY_CACHE);
    CHECK(bind(&policy, &rules, cache, (keycard_proof_key_cache *)(void *)cache_memory, now, &detail) ==
          KEYCARD_NOT_A_PROOF_KEY_CACHE);

    CHECK(bind(&policy, &rules, cache, prepared, now, &detail) == KEYCARD_OK && detail.status == KEYCARD_OK);
    CHECK(bind(&policy, &rules, cache, prepared, now, &detail) == KEYCARD_REPLAYED);
    CHECK(detail.stage == KEYCARD_STAGE_REPLAY);
    CHECK(bind(&policy, &rules, cache, NULL, now, &detail) == KEYCARD_REPLAYED);
    CHECK(bind(&policy, &rules, cache, NULL, keycard_time_at(NOW - 1), &detail) == KEYCARD_REPLAY_TIME_BEHIND);
    CHECK(bind(&policy, &rules, cache, NULL, keycard_time_unknown(NOW), &detail) == KEYCARD_TIME_UNAVAILABLE);

    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 60, 5, 16, keycard_time_at(NOW - 60), &cache) ==
          KEYCARD_OK);
    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
    CHECK(keycard_validate_bound_once(keys, &policy, &rules, cache, NULL, now, BYTES(token_text, token_length),
                                      BYTES(proof_text, proof_length), BUFFER(scratch, 16), &token, &proof,
                                      &detail) == KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == keycard_scratch_size(longer));
    CHECK(keycard_validate_bound_once(keys, &policy, &rules, cache, NULL, now, BYTES(token_text, token_length),
                                      BYTES(proof_text, proof_length), BUFFER(cache_memory, sizeof cache_memory),
                                      &token, &proof, NULL) == KEYCARD_OVERLAP);
    CHECK(keycard_validate_bound_once(keys, &policy, &rules, cache, NULL, now, BYTES(token_text, token_length),
                                      BYTES(proof_text, proof_length), BUFFER(scratch, keycard_scratch_size(longer)),
                                      &token, &proof, NULL) == KEYCARD_OK);
}

static keycard_status bind_workload(const keycard_policy *policy, const keycard_proof_rules *rules,
                                    keycard_replay_cache *cache, size_t size, keycard_detail *detail)
{
    keycard_keys *keys;
    keycard_token token;
    keycard_proof proof;
    keycard_bytes subject;
    keycard_status status;

    memset(&token, 0x55, sizeof token);
    memset(&proof, 0x55, sizeof proof);
    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
    status = keycard_validate_bound_once(keys, policy, rules, cache, NULL, keycard_time_at(NOW),
                                         BYTES(identity_text, identity_length), BYTES(workload_text, workload_length),
                                         BUFFER(scratch, size), &token, &proof, detail);
    if (status == KEYCARD_OK) {
        CHECK((token.checks_passed & KEYCARD_CHECK_KEY_BINDING) != 0 && same(token.profile, "workload identity token"));
        CHECK(keycard_claim_string(&token, KEYCARD_BYTES("sub"), &subject) == KEYCARD_OK && subject.length > 0);
    } else {
        CHECK(all_zero(&token, sizeof token) && all_zero(&proof, sizeof proof) && detail->status == status);
    }
    return status;
}

static void test_workload(void)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT, other;
    keycard_policy policy = KEYCARD_POLICY_INIT, access = bound_policy();
    keycard_replay_cache *cache;
    keycard_token token;
    keycard_detail detail;
    size_t both = keycard_scratch_size(identity_length) + keycard_scratch_size(workload_length);

    CHECK(both <= sizeof scratch);
    policy.profile = KEYCARD_PROFILE_WORKLOAD_IDENTITY;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("spiffe://example.org");
    policy.flags = KEYCARD_WITHOUT_AUDIENCE;
    rules.kind = KEYCARD_PROOF_KIND_WORKLOAD;
    rules.algorithms = KEYCARD_ES256;
    rules.flags = KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN | KEYCARD_PROOF_WITHOUT_TRANSACTION_TOKEN;
    rules.window = 60;
    rules.uri = KEYCARD_BYTES(URI);
    CHECK(keycard_replay_cache_init(cache_memory, sizeof cache_memory, 60, 5, 16, keycard_time_at(NOW - 60), &cache) ==
          KEYCARD_OK);

    other = rules;
    other.uri = KEYCARD_BYTES("https://api.example/other");
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_WRONG_AUDIENCE);
    CHECK(detail.stage == KEYCARD_STAGE_PROOF);
    other = rules;
    other.flags = KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN;
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_POLICY_INCOMPLETE);
    other.transaction_token = KEYCARD_BYTES("transaction");
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_CLAIM_MISSING);
    other.transaction_token.length = 0;
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_POLICY_EMPTY);
    other = rules;
    other.method = KEYCARD_BYTES("POST");
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_POLICY_CONTRADICTION);
    other = rules;
    other.kind = 99;
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_UNSUPPORTED_POLICY);
    other = rules;
    other.reserved = 1;
    CHECK(bind_workload(&policy, &other, cache, both, &detail) == KEYCARD_UNSUPPORTED_POLICY);
    other = proof_rules();
    other.transaction_token = KEYCARD_BYTES("transaction");
    CHECK(proven(&other) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(proven(&rules) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(bind_workload(&access, &rules, cache, both, &detail) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(same(detail.member, "profile"));
    CHECK(bind_workload(&policy, &rules, cache, 16, &detail) == KEYCARD_SCRATCH_TOO_SMALL && detail.needed == both);

    CHECK(bind_workload(&policy, &rules, cache, both, &detail) == KEYCARD_OK);
    CHECK(bind_workload(&policy, &rules, cache, both, &detail) == KEYCARD_REPLAYED);
    CHECK(detail.stage == KEYCARD_STAGE_REPLAY);
    {
        keycard_keys *keys;

        CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
        CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
        CHECK(keycard_validate(keys, &policy, keycard_time_at(NOW), BYTES(identity_text, identity_length),
                               KEYCARD_BUFFER(scratch), &token, NULL) == KEYCARD_TOKEN_BOUND);
    }
}

void test_dpop(const char *folder)
{
    identity_length = read_file(folder, "workload_identity.jwt", identity_text, sizeof identity_text);
    workload_length = read_file(folder, "workload_proof.jwt", workload_text, sizeof workload_text);
    token_length = read_file(folder, "dpop_access_token.jwt", token_text, sizeof token_text);
    proof_length = read_file(folder, "dpop_proof.jwt", proof_text, sizeof proof_text);
    logout_length = read_file(folder, "logout_token.jwt", logout_text, sizeof logout_text);
    assertion_length = read_file(folder, "client_assertion.jwt", assertion_text, sizeof assertion_text);
    grant_length = read_file(folder, "id_jag.jwt", grant_text, sizeof grant_text);
    key_length = read_file(folder, "es256_keys.json", key_text, sizeof key_text);
    test_proof();
    test_misuse_of_proofs();
    test_bound_token();
    test_logout();
    test_client_assertion();
    test_grant();
    test_replay();
    test_proof_keys();
    test_bound_once();
    test_workload();
}
