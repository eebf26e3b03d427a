/* Passes NULL for each pointer of each function, one at a time. tools/checks/sanitizers checks that
 * no function is missing. */

#include "guarded.h"

#include <string.h>

#define IS_NULL(call) CHECK((call) == KEYCARD_NULL_POINTER)

static uint64_t memory[64];
static uint8_t bytes[128], scratch[256];

static void null_in_keys(void)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    const keycard_keys *found;
    keycard_keys *keys;
    keycard_bytes thumbprint = KEYCARD_ABSENT;
    char text43[43];
    uint64_t version;
    size_t size;

    IS_NULL(keycard_keys_init(NULL, sizeof memory, &keys));
    CHECK(keys == NULL);
    IS_NULL(keycard_keys_init(memory, sizeof memory, NULL));
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);

    IS_NULL(keycard_keys_add_jwks(NULL, BYTES(bytes, 9), NULL));
    IS_NULL(keycard_keys_add_jwks(keys, BYTES(NULL, 9), NULL));
    IS_NULL(keycard_keys_add_jwks(keys, keycard_string(NULL), NULL));
    IS_NULL(keycard_keys_add_jwks_by(NULL, NULL, BYTES(bytes, 9), NULL));
    IS_NULL(keycard_keys_add_jwks_by(keys, NULL, BYTES(NULL, 9), NULL));
    IS_NULL(keycard_keys_add_jwk(NULL, NULL, BYTES(bytes, 9), NULL));
    IS_NULL(keycard_keys_add_jwk(keys, NULL, BYTES(NULL, 9), NULL));
    IS_NULL(keycard_keys_add_pem(NULL, NULL, BYTES(bytes, 9), NULL));
    IS_NULL(keycard_keys_add_pem(keys, NULL, BYTES(NULL, 9), NULL));
    IS_NULL(keycard_keys_add_der(NULL, NULL, BYTES(bytes, 9), NULL));
    IS_NULL(keycard_keys_add_der(keys, NULL, BYTES(NULL, 9), NULL));
    IS_NULL(keycard_keys_add_secret(NULL, NULL, BYTES(bytes, 32), NULL));
    IS_NULL(keycard_keys_add_secret(keys, NULL, BYTES(NULL, 32), NULL));
    IS_NULL(keycard_keys_add_point(NULL, NULL, KEYCARD_ES256, BYTES(bytes, 32), BYTES(bytes, 32), NULL));
    IS_NULL(keycard_keys_add_point(keys, NULL, KEYCARD_ES256, BYTES(NULL, 32), BYTES(bytes, 32), NULL));
    IS_NULL(keycard_keys_add_point(keys, NULL, KEYCARD_ES256, BYTES(bytes, 32), BYTES(NULL, 32), NULL));
    IS_NULL(keycard_keys_add_rsa(NULL, NULL, BYTES(bytes, 9), BYTES(bytes, 3), NULL));
    IS_NULL(keycard_keys_add_rsa(keys, NULL, BYTES(NULL, 9), BYTES(bytes, 3), NULL));
    IS_NULL(keycard_keys_add_rsa(keys, NULL, BYTES(bytes, 9), BYTES(NULL, 3), NULL));
    IS_NULL(keycard_keys_add_encoded(NULL, NULL, KEYCARD_ED25519, BYTES(bytes, 32), NULL));
    IS_NULL(keycard_keys_add_encoded(keys, NULL, KEYCARD_ED25519, BYTES(NULL, 32), NULL));

    IS_NULL(keycard_keys_size_for_jwks(NULL, BYTES(NULL, 9), &size));
    IS_NULL(keycard_keys_size_for_jwks(NULL, BYTES(bytes, 9), NULL));

    IS_NULL(keycard_keys_seal(NULL, 1, &size));
    IS_NULL(keycard_keys_seal(keys, 1, NULL));
    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    IS_NULL(keycard_keys_from_image(BYTES(NULL, 48), &rules, &found, NULL));
    IS_NULL(keycard_keys_from_image(BYTES(memory, 48), NULL, &found, NULL));
    IS_NULL(keycard_keys_from_image(BYTES(memory, 48), &rules, NULL, NULL));
    IS_NULL(keycard_keys_thumbprint(NULL, 0, text43));
    IS_NULL(keycard_keys_thumbprint(keys, 0, NULL));
    IS_NULL(keycard_keys_id(NULL, 0, BUFFER(text43, 43), &size));
    IS_NULL(keycard_keys_id(keys, 0, BUFFER(text43, 43), NULL));
    IS_NULL(keycard_keys_public(NULL, 0, BUFFER(text43, 43), &size));
    IS_NULL(keycard_keys_public(keys, 0, BUFFER(text43, 43), NULL));
    IS_NULL(keycard_digest(KEYCARD_ES256, BYTES(NULL, 9), BUFFER(text43, 43), &size));
    IS_NULL(keycard_digest(KEYCARD_ES256, BYTES(bytes, 9), BUFFER(NULL, 43), &size));
    IS_NULL(keycard_digest(KEYCARD_ES256, BYTES(bytes, 9), BUFFER(text43, 43), NULL));
    IS_NULL(keycard_keys_from_signed_image(NULL, KEYCARD_ES256, BYTES(memory, 48), BYTES(bytes, 9), 1, &found, NULL));
    IS_NULL(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(NULL, 48), BYTES(bytes, 9), 1, &found, NULL));
    IS_NULL(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(memory, 48), BYTES(NULL, 9), 1, &found, NULL));
    IS_NULL(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(memory, 48), BYTES(bytes, 9), 1, NULL, NULL));
    IS_NULL(keycard_keys_version(NULL, &version));
    IS_NULL(keycard_keys_version(keys, NULL));
    IS_NULL(keycard_keys_find(NULL, KEYCARD_BYTES("x"), &size));
    IS_NULL(keycard_keys_find(keys, KEYCARD_BYTES("x"), NULL));
    CHECK(keycard_keys_find(keys, thumbprint, &size) != KEYCARD_OK);
    IS_NULL(keycard_keys_count(NULL, &size));
    IS_NULL(keycard_keys_count(keys, NULL));
    IS_NULL(keycard_keys_clear(NULL));
}

/* Hardware that rejects every signature. */
static uint32_t never_right(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                            keycard_bytes signature)
{
    (void)context, (void)key_index, (void)algorithm, (void)message, (void)signature;
    return 0;
}

static keycard_status validate_with(const keycard_keys *keys, const keycard_policy *policy, const void *jwt,
                                    void *memory_of_claims, keycard_token *token)
{
    return keycard_validate_with(keys, policy, keycard_time_at(NOW), BYTES(jwt, 9),
                                 BUFFER(memory_of_claims, sizeof scratch), never_right, NULL, token, NULL);
}

static void null_in_validate(void)
{
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes text = KEYCARD_BYTES("a.b.c"), no_text = {NULL, 9};
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_keys *keys;
    keycard_token token;

    policy.profile = KEYCARD_PROFILE_JWS;
    policy.algorithms = KEYCARD_ES256;
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    IS_NULL(keycard_validate(NULL, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate(keys, NULL, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate(keys, &policy, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate(keys, &policy, now, BYTES(bytes, 9), BUFFER(NULL, 9), &token, NULL));
    IS_NULL(keycard_validate(keys, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
    CHECK(keycard_validate(NULL, NULL, now, BYTES(NULL, 9), BUFFER(NULL, 9), NULL, NULL) == KEYCARD_NULL_POINTER);
    IS_NULL(keycard_validate_access_token(NULL, text, text, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch), &token,
                                          NULL));
    IS_NULL(keycard_validate_access_token(keys, no_text, text, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch),
                                          &token, NULL));
    IS_NULL(keycard_validate_access_token(keys, text, no_text, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch),
                                          &token, NULL));
    IS_NULL(keycard_validate_access_token(keys, text, text, KEYCARD_ES256, now, no_text, KEYCARD_BUFFER(scratch),
                                          &token, NULL));
    IS_NULL(keycard_validate_access_token(keys, text, text, KEYCARD_ES256, now, text, BUFFER(NULL, 9), &token, NULL));
    IS_NULL(
        keycard_validate_access_token(keys, text, text, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch), NULL, NULL));
    CHECK(keycard_validate_access_token(keys, KEYCARD_NOTHING, text, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch),
                                        &token, NULL) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_validate_access_token(keys, text, KEYCARD_NOTHING, KEYCARD_ES256, now, text, KEYCARD_BUFFER(scratch),
                                        &token, NULL) == KEYCARD_POLICY_INCOMPLETE);

    IS_NULL(keycard_validate_all(NULL, &policy, now, &text, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_all(keys, NULL, now, &text, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_all(keys, &policy, now, NULL, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_all(keys, &policy, now, &no_text, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_all(keys, &policy, now, &text, 1, BUFFER(NULL, sizeof scratch), &token, NULL));
    IS_NULL(keycard_validate_all(keys, &policy, now, &text, 1, KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_validate_all(keys, &policy, now, NULL, SIZE_MAX, KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_validate_all(NULL, &policy, now, NULL, 0, BUFFER(NULL, 0), NULL, NULL));
    CHECK(keycard_validate_all(keys, &policy, now, NULL, 0, BUFFER(NULL, 0), NULL, NULL) == KEYCARD_OK);

    IS_NULL(validate_with(NULL, &policy, bytes, scratch, &token));
    IS_NULL(validate_with(keys, NULL, bytes, scratch, &token));
    IS_NULL(validate_with(keys, &policy, NULL, scratch, &token));
    IS_NULL(validate_with(keys, &policy, bytes, NULL, &token));
    IS_NULL(validate_with(keys, &policy, bytes, scratch, NULL));
}

/* Rows with a missing part, and a missing output for the row. */
static void null_in_trust(void)
{
    const keycard_time now = keycard_time_at(NOW);
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_trust_row row = {NULL, NULL};
    keycard_unverified found;
    keycard_token token;
    size_t chosen;

    IS_NULL(keycard_unverified_read(BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &found, NULL));
    IS_NULL(keycard_unverified_read(BYTES(bytes, 9), BUFFER(NULL, 9), &found, NULL));
    IS_NULL(keycard_unverified_read(BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_choose_row(NULL, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &chosen, NULL));
    IS_NULL(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &chosen, NULL));
    IS_NULL(keycard_validate_any(NULL, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    row.policy = &policy;
    IS_NULL(keycard_choose_row(&row, 1, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &chosen, NULL));
    IS_NULL(keycard_choose_row(&row, 1, BYTES(bytes, 9), BUFFER(NULL, 9), &chosen, NULL));
    IS_NULL(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_validate_any(&row, 1, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_NULL(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), BUFFER(NULL, 9), &token, NULL));
    IS_NULL(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
}

static void null_in_structures(void)
{
    keycard_detail detail;
    char text[16];

    memset(&detail, 0, sizeof detail);
    IS_NULL(keycard_policy_init(NULL, sizeof(keycard_policy)));
    IS_NULL(keycard_key_rules_init(NULL, sizeof(keycard_key_rules)));
    IS_NULL(keycard_image_rules_init(NULL, sizeof(keycard_image_rules)));
    IS_NULL(keycard_proof_rules_init(NULL, sizeof(keycard_proof_rules)));
    IS_NULL(keycard_key_binding_init(NULL, sizeof(keycard_key_binding)));
    CHECK(keycard_detail_text(NULL, KEYCARD_BUFFER(text)) == 0);
    CHECK(keycard_detail_text(&detail, BUFFER(NULL, 9)) == 0);
    CHECK(keycard_detail_text(&detail, BUFFER(NULL, 0)) > 0);
}

/* A policy with a count but no list is rejected. */
static void null_in_policy(void)
{
    const keycard_time now = keycard_time_at(NOW);
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_rule rule;
    keycard_keys *keys;
    keycard_token token;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("issuer");
    policy.audience = KEYCARD_BYTES("audience");
    memset(&rule, 0, sizeof rule);
    rule.kind = KEYCARD_RULE_PRESENT;
    rule.path_length = 1;
    policy.rules = &rule;
    policy.rule_count = 1;
    IS_NULL(keycard_validate(keys, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
}

static void null_in_tokens(void)
{
    keycard_token token;
    keycard_value value;
    keycard_iterator list;
    keycard_member member;
    keycard_bytes name = KEYCARD_BYTES("name"), text, path[1];
    int64_t number;
    uint64_t index;
    uint32_t status;
    size_t length;
    bool boolean;
    char json[8];

    memset(&token, 0, sizeof token);
    memset(&value, 0, sizeof value);
    memset(&list, 0, sizeof list);
    path[0] = name;
    IS_NULL(keycard_token_payload(NULL, &text));
    IS_NULL(keycard_token_payload(&token, NULL));
    IS_NULL(keycard_claim_string(NULL, name, &text));
    IS_NULL(keycard_claim_string(&token, name, NULL));
    IS_NULL(keycard_claim_integer(NULL, name, &number));
    IS_NULL(keycard_claim_integer(&token, name, NULL));
    IS_NULL(keycard_claim_boolean(NULL, name, &boolean));
    IS_NULL(keycard_claim_boolean(&token, name, NULL));
    IS_NULL(keycard_claim_time(NULL, name, &number));
    IS_NULL(keycard_claim_time(&token, name, NULL));
    IS_NULL(keycard_claim_find(NULL, path, 1, &value));
    IS_NULL(keycard_claim_find(&token, path, 1, NULL));
    IS_NULL(keycard_value_string(NULL, &text));
    IS_NULL(keycard_value_string(&value, NULL));
    IS_NULL(keycard_value_integer(NULL, &number));
    IS_NULL(keycard_value_integer(&value, NULL));
    IS_NULL(keycard_value_time(NULL, &number));
    IS_NULL(keycard_value_time(&value, NULL));
    IS_NULL(keycard_value_boolean(NULL, &boolean));
    IS_NULL(keycard_value_boolean(&value, NULL));
    IS_NULL(keycard_claim_strings(NULL, name, &list));
    IS_NULL(keycard_claim_strings(&token, name, NULL));
    IS_NULL(keycard_value_strings(NULL, &list));
    IS_NULL(keycard_value_strings(&value, NULL));
    IS_NULL(keycard_value_members(NULL, &list));
    IS_NULL(keycard_value_members(&value, NULL));
    IS_NULL(keycard_token_scopes(NULL, &list));
    IS_NULL(keycard_token_scopes(&token, NULL));
    CHECK(!keycard_token_has_scope(NULL, name));
    IS_NULL(keycard_next_string(NULL, &text));
    IS_NULL(keycard_next_string(&list, NULL));
    IS_NULL(keycard_next_member(NULL, &member));
    IS_NULL(keycard_next_member(&list, NULL));
    IS_NULL(keycard_token_status_reference(NULL, &text, &index));
    IS_NULL(keycard_token_status_reference(&token, NULL, &index));
    IS_NULL(keycard_token_status_reference(&token, &text, NULL));
    IS_NULL(keycard_status_list_check(NULL, &token, name, &status));
    IS_NULL(keycard_status_list_check(&token, &token, name, NULL));
    IS_NULL(keycard_claims_json(NULL, KEYCARD_BUFFER(json), &length));
    IS_NULL(keycard_claims_json(&token, KEYCARD_BUFFER(json), NULL));
    /* The token is checked before the other arguments. */
    CHECK(keycard_claim_find(&token, NULL, 1, &value) == KEYCARD_STALE);
    CHECK(keycard_claims_json(&token, BUFFER(NULL, sizeof json), &length) == KEYCARD_STALE);
}

static void null_in_pkce_and_flows(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_original_id_token original;
    keycard_bytes text = KEYCARD_BYTES("text");
    char text43[43];
    int32_t kind;

    memset(&original, 0, sizeof original);
    IS_NULL(keycard_pkce_verifier(NULL, text43));
    IS_NULL(keycard_pkce_verifier(bytes, NULL));
    IS_NULL(keycard_pkce_challenge(BYTES(NULL, 43), text43));
    IS_NULL(keycard_pkce_challenge(BYTES(bytes, 43), NULL));
    IS_NULL(keycard_flow_recommendation(KEYCARD_APPLICATION_WEB, NULL));
    IS_NULL(keycard_flow_fit(KEYCARD_APPLICATION_WEB, KEYCARD_FLOW_HYBRID, NULL));
    IS_NULL(keycard_flow_practice(KEYCARD_FLOW_HYBRID, NULL));
    IS_NULL(keycard_flow_issued(KEYCARD_FLOW_HYBRID, KEYCARD_ENDPOINT_TOKEN, NULL));
    IS_NULL(keycard_response_type_parse(BYTES(NULL, 4), &kind));
    IS_NULL(keycard_response_type_parse(KEYCARD_BYTES("code"), NULL));
    IS_NULL(keycard_response_type_issued(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, NULL));
    IS_NULL(keycard_response_type_checks(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, NULL));
    IS_NULL(keycard_policy_for_id_token(NULL, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, text, text, text,
                                        text));
    IS_NULL(keycard_policy_for_refreshed_id_token(NULL, &original, text));
    IS_NULL(keycard_policy_for_refreshed_id_token(&policy, NULL, text));
    IS_NULL(keycard_policy_for_access_token(NULL, KEYCARD_FLOW_CLIENT_CREDENTIALS));
}

static void null_in_proof_keys(const keycard_proof_rules *rules, keycard_time now, keycard_proof *proof)
{
    static uint64_t words[KEYCARD_PROOF_KEY_WORDS(1, KEYCARD_PRECOMPUTE_2KB)];
    const uint32_t each = KEYCARD_PRECOMPUTE_2KB;
    keycard_proof_key_cache *cache;

    IS_NULL(keycard_proof_key_cache_init(NULL, sizeof words, each, 1, &cache));
    IS_NULL(keycard_proof_key_cache_init(words, sizeof words, each, 1, NULL));
    CHECK(keycard_proof_key_cache_init(words, sizeof words, each, 1, &cache) == KEYCARD_OK);
    IS_NULL(keycard_proof_key_cache_validate(NULL, rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), proof, NULL));
    IS_NULL(keycard_proof_key_cache_validate(cache, NULL, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), proof, NULL));
    IS_NULL(keycard_proof_key_cache_validate(cache, rules, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), proof, NULL));
    IS_NULL(keycard_proof_key_cache_validate(cache, rules, now, BYTES(bytes, 9), BUFFER(NULL, 9), proof, NULL));
    IS_NULL(keycard_proof_key_cache_validate(cache, rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_proof_key_cache_admit(NULL, proof));
    IS_NULL(keycard_proof_key_cache_admit(cache, NULL));
}

static void null_in_pairs(const keycard_proof_rules *rules, keycard_replay_cache *replay)
{
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes text = BYTES(bytes, 9), none = BYTES(NULL, 9);
    const keycard_buffer buffer = KEYCARD_BUFFER(scratch), nowhere = BUFFER(NULL, 9);
    static uint64_t table[64];
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_proof_rules rest = *rules;
    keycard_keys *keys;
    keycard_token token;
    keycard_proof proof;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("issuer");
    policy.audience = KEYCARD_BYTES("audience");
    rest.access_token = none;
    rest.access_token.length = 0;
    CHECK(keycard_keys_init(table, sizeof table, &keys) == KEYCARD_OK);
    IS_NULL(keycard_validate_bound_once(NULL, &policy, &rest, replay, NULL, now, text, text, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, NULL, &rest, replay, NULL, now, text, text, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, NULL, replay, NULL, now, text, text, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, NULL, NULL, now, text, text, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, replay, NULL, now, none, text, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, replay, NULL, now, text, none, buffer, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, replay, NULL, now, text, text, nowhere, &token, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, replay, NULL, now, text, text, buffer, NULL, &proof,
                                        NULL));
    IS_NULL(keycard_validate_bound_once(keys, &policy, &rest, replay, NULL, now, text, text, buffer, &token, NULL,
                                        NULL));
}

static void null_in_proofs(void)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;
    const keycard_time now = keycard_time_at(NOW);
    keycard_replay_cache *replay;
    keycard_token token;
    keycard_proof proof;

    memset(&token, 0, sizeof token);
    memset(&proof, 0, sizeof proof);
    rules.algorithms = KEYCARD_ES256;
    rules.method = KEYCARD_BYTES("GET");
    rules.uri = KEYCARD_BYTES("https://api.example/");
    rules.access_token = KEYCARD_BYTES("a.b.c");
    rules.window = 60;
    rules.flags = KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    IS_NULL(keycard_dpop_validate(NULL, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &proof, NULL));
    IS_NULL(keycard_dpop_validate(&rules, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &proof, NULL));
    IS_NULL(keycard_dpop_validate(&rules, now, BYTES(bytes, 9), BUFFER(NULL, 9), &proof, NULL));
    IS_NULL(keycard_dpop_validate(&rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_NULL(keycard_replay_cache_init(NULL, sizeof memory, 60, 5, 4, now, &replay));
    IS_NULL(keycard_replay_cache_init(memory, sizeof memory, 60, 5, 4, now, NULL));
    CHECK(keycard_replay_cache_init(memory, sizeof memory, 60, 5, 4, now, &replay) == KEYCARD_OK);
    IS_NULL(keycard_replay_cache_restart(NULL, 60, 5, now));
    IS_NULL(keycard_replay_cache_check_token(NULL, &token, now));
    IS_NULL(keycard_replay_cache_check_token(replay, NULL, now));
    IS_NULL(keycard_replay_cache_check_proof(NULL, &proof, now));
    IS_NULL(keycard_replay_cache_check_proof(replay, NULL, now));
    null_in_proof_keys(&rules, now, &proof);
    null_in_pairs(&rules, replay);
}

static void null_in_presentations(void)
{
    keycard_key_binding binding = KEYCARD_KEY_BINDING_INIT, without = KEYCARD_KEY_BINDING_INIT;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes text = KEYCARD_BYTES("a.b.c~"), no_text = {NULL, 9};
    const keycard_buffer buffer = KEYCARD_BUFFER(scratch);
    keycard_keys *keys;
    keycard_token token;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    policy.profile = KEYCARD_PROFILE_SD_JWT;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("https://pid.example");
    policy.flags = KEYCARD_WITHOUT_AUDIENCE;
    binding.mode = KEYCARD_KEY_BINDING_FORBIDDEN;
    without.mode = KEYCARD_KEY_BINDING_REQUIRED;
    without.nonce_count = 1;
    IS_NULL(keycard_sd_jwt_validate(NULL, &policy, &binding, now, text, buffer, &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, NULL, &binding, now, text, buffer, &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, NULL, now, text, buffer, &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, &without, now, text, buffer, &token, NULL));
    without.nonces = &text;
    without.audience = no_text;
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, &without, now, text, buffer, &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, &binding, now, no_text, buffer, &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, BUFFER(NULL, 9), &token, NULL));
    IS_NULL(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, buffer, NULL, NULL));
}

void null_everywhere(void)
{
    null_in_presentations();
    null_in_proofs();
    null_in_keys();
    null_in_validate();
    null_in_trust();
    null_in_structures();
    null_in_policy();
    null_in_tokens();
    null_in_pkce_and_flows();
}
