/* Tests unaligned addresses for each pointer that must be aligned. Also tests outputs that overlap
 * an input which is not read because of an earlier error. tools/checks/sanitizers checks that no
 * function is missing. */

#include "guarded.h"

#include <string.h>

#define IS_BAD(call) CHECK((call) == KEYCARD_BAD_MEMORY)

/* An address that is unaligned for structures, but valid for bytes. */
static union {
    uint64_t words[128];
    char bytes[1024];
} odd_buffer;

#define ODD(type) ((type *)(void *)(odd_buffer.bytes + 1))

static uint64_t memory[64], other[64];
static uint8_t bytes[128], scratch[256];

static void unaligned_in_keys(void)
{
    keycard_image_rules image_rules = KEYCARD_IMAGE_RULES_INIT;
    keycard_keys *keys, **nowhere = ODD(keycard_keys *);
    const keycard_keys *found;
    keycard_detail *detail = ODD(keycard_detail);
    const keycard_key_rules *rules = ODD(keycard_key_rules);
    char text43[43];
    uint64_t version;
    size_t size;

    IS_BAD(keycard_keys_init(ODD(uint64_t), sizeof other, &keys));
    IS_BAD(keycard_keys_init(memory, sizeof memory, nowhere));
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);

    IS_BAD(keycard_keys_add_jwks(ODD(keycard_keys), BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_jwks(keys, BYTES(bytes, 9), ODD(keycard_key_report)));
    IS_BAD(keycard_keys_add_jwks_by(ODD(keycard_keys), NULL, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_jwks_by(keys, rules, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_jwks_by(keys, NULL, BYTES(bytes, 9), ODD(keycard_key_report)));
    IS_BAD(keycard_keys_add_jwk(ODD(keycard_keys), NULL, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_jwk(keys, rules, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_jwk(keys, NULL, BYTES(bytes, 9), detail));
    IS_BAD(keycard_keys_add_pem(ODD(keycard_keys), NULL, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_pem(keys, rules, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_pem(keys, NULL, BYTES(bytes, 9), ODD(keycard_key_report)));
    IS_BAD(keycard_keys_add_der(ODD(keycard_keys), NULL, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_der(keys, rules, BYTES(bytes, 9), NULL));
    IS_BAD(keycard_keys_add_der(keys, NULL, BYTES(bytes, 9), detail));
    IS_BAD(keycard_keys_add_secret(ODD(keycard_keys), NULL, BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_secret(keys, rules, BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_secret(keys, NULL, BYTES(bytes, 32), detail));
    IS_BAD(keycard_keys_add_point(ODD(keycard_keys), NULL, KEYCARD_ES256, BYTES(bytes, 32), BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_point(keys, rules, KEYCARD_ES256, BYTES(bytes, 32), BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_point(keys, NULL, KEYCARD_ES256, BYTES(bytes, 32), BYTES(bytes, 32), detail));
    IS_BAD(keycard_keys_add_rsa(ODD(keycard_keys), NULL, BYTES(bytes, 9), BYTES(bytes, 3), NULL));
    IS_BAD(keycard_keys_add_rsa(keys, rules, BYTES(bytes, 9), BYTES(bytes, 3), NULL));
    IS_BAD(keycard_keys_add_rsa(keys, NULL, BYTES(bytes, 9), BYTES(bytes, 3), detail));
    IS_BAD(keycard_keys_add_encoded(ODD(keycard_keys), NULL, KEYCARD_ED25519, BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_encoded(keys, rules, KEYCARD_ED25519, BYTES(bytes, 32), NULL));
    IS_BAD(keycard_keys_add_encoded(keys, NULL, KEYCARD_ED25519, BYTES(bytes, 32), detail));
    CHECK(keycard_keys_count(keys, &size) == KEYCARD_OK && size == 0);

    IS_BAD(keycard_keys_seal(ODD(keycard_keys), 1, &size));
    IS_BAD(keycard_keys_seal(keys, 1, ODD(size_t)));
    CHECK(keycard_keys_clear(keys) == KEYCARD_OK);
    IS_BAD(keycard_keys_clear(ODD(keycard_keys)));
    image_rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    IS_BAD(keycard_keys_from_image(BYTES(ODD(void), 48), &image_rules, &found, NULL));
    IS_BAD(keycard_keys_from_image(BYTES(memory, 48), ODD(keycard_image_rules), &found, NULL));
    IS_BAD(keycard_keys_from_image(BYTES(memory, 48), &image_rules, ODD(const keycard_keys *), NULL));
    IS_BAD(keycard_keys_from_image(BYTES(memory, 48), &image_rules, &found, detail));
    IS_BAD(keycard_keys_thumbprint(ODD(keycard_keys), 0, text43));
    IS_BAD(keycard_keys_id(ODD(keycard_keys), 0, BUFFER(text43, 43), &size));
    IS_BAD(keycard_keys_id(keys, 0, BUFFER(text43, 43), ODD(size_t)));
    IS_BAD(keycard_keys_public(ODD(keycard_keys), 0, BUFFER(text43, 43), &size));
    IS_BAD(keycard_keys_public(keys, 0, BUFFER(text43, 43), ODD(size_t)));
    IS_BAD(keycard_digest(KEYCARD_ES256, BYTES(bytes, 9), BUFFER(text43, 43), ODD(size_t)));
    IS_BAD(keycard_keys_from_signed_image(ODD(keycard_keys), KEYCARD_ES256, BYTES(memory, 48), BYTES(bytes, 9), 1,
                                          &found, NULL));
    IS_BAD(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(ODD(uint64_t), 48), BYTES(bytes, 9), 1, &found,
                                          NULL));
    IS_BAD(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(memory, 48), BYTES(bytes, 9), 1,
                                          ODD(const keycard_keys *), NULL));
    IS_BAD(keycard_keys_from_signed_image(keys, KEYCARD_ES256, BYTES(memory, 48), BYTES(bytes, 9), 1, &found, detail));
    IS_BAD(keycard_keys_version(ODD(keycard_keys), &version));
    IS_BAD(keycard_keys_version(keys, ODD(uint64_t)));
    IS_BAD(keycard_keys_find(ODD(keycard_keys), KEYCARD_BYTES("x"), &size));
    IS_BAD(keycard_keys_find(keys, KEYCARD_BYTES("x"), ODD(size_t)));
    IS_BAD(keycard_keys_count(ODD(keycard_keys), &size));
    IS_BAD(keycard_keys_count(keys, ODD(size_t)));
}

/* Hardware that accepts every signature. */
static uint32_t always_right(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                             keycard_bytes signature)
{
    (void)context, (void)key_index, (void)algorithm, (void)message, (void)signature;
    return KEYCARD_SIGNATURE_IS_RIGHT;
}

static keycard_status validate_with(const keycard_keys *keys, const keycard_policy *policy, keycard_token *token,
                                    keycard_detail *detail)
{
    return keycard_validate_with(keys, policy, keycard_time_at(NOW), BYTES(bytes, 9), KEYCARD_BUFFER(scratch),
                                 always_right, NULL, token, detail);
}

static void unaligned_in_validate(void)
{
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes text = KEYCARD_BYTES("a.b.c"), endless = {"a", SIZE_MAX};
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_keys *keys;
    keycard_token token;
    keycard_proof proof;
    keycard_replay_cache *replay, **nowhere = ODD(keycard_replay_cache *);
    static uint64_t words[KEYCARD_PROOF_KEY_WORDS(1, KEYCARD_PRECOMPUTE_2KB)];
    const uint32_t each = KEYCARD_PRECOMPUTE_2KB;
    keycard_proof_key_cache *prepared;

    memset(&proof, 0, sizeof proof);
    memset(&token, 0, sizeof token);
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    IS_BAD(keycard_validate(ODD(keycard_keys), &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate(keys, ODD(keycard_policy), now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate(keys, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), ODD(keycard_token), NULL));
    IS_BAD(keycard_validate(keys, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, ODD(keycard_detail)));
    IS_BAD(keycard_validate(keys, &policy, now, BYTES(bytes, SIZE_MAX), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate(keys, &policy, now, BYTES(bytes, 9), BUFFER(scratch, SIZE_MAX), &token, NULL));
    IS_BAD(keycard_validate_access_token(ODD(keycard_keys), BYTES(bytes, 9), BYTES(bytes, 9), KEYCARD_ES256, now,
                                         BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_access_token(keys, BYTES(bytes, SIZE_MAX), BYTES(bytes, 9), KEYCARD_ES256, now,
                                         BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_access_token(keys, BYTES(bytes, 9), BYTES(bytes, SIZE_MAX), KEYCARD_ES256, now,
                                         BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_access_token(keys, BYTES(bytes, 9), BYTES(bytes, 9), KEYCARD_ES256, now, BYTES(bytes, 9),
                                         KEYCARD_BUFFER(scratch), ODD(keycard_token), NULL));
    IS_BAD(keycard_validate_access_token(keys, BYTES(bytes, 9), BYTES(bytes, 9), KEYCARD_ES256, now, BYTES(bytes, 9),
                                         KEYCARD_BUFFER(scratch), &token, ODD(keycard_detail)));
    IS_BAD(keycard_validate_all(ODD(keycard_keys), &policy, now, &text, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_all(keys, ODD(keycard_policy), now, &text, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, ODD(keycard_bytes), 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &text, SIZE_MAX, KEYCARD_BUFFER(scratch), NULL, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &text, SIZE_MAX / 8, BUFFER(NULL, 0), NULL, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &endless, 1, KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &text, 1, BUFFER(scratch, SIZE_MAX), &token, NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &text, 1, KEYCARD_BUFFER(scratch), ODD(keycard_token), NULL));
    IS_BAD(keycard_validate_all(keys, &policy, now, &text, 1, KEYCARD_BUFFER(scratch), &token, ODD(keycard_detail)));
    IS_BAD(validate_with(ODD(keycard_keys), &policy, &token, NULL));
    IS_BAD(validate_with(keys, ODD(keycard_policy), &token, NULL));
    IS_BAD(validate_with(keys, &policy, ODD(keycard_token), NULL));
    IS_BAD(validate_with(keys, &policy, &token, ODD(keycard_detail)));

    IS_BAD(
        keycard_dpop_validate(ODD(keycard_proof_rules), now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &proof, NULL));
    IS_BAD(keycard_dpop_validate(&rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), ODD(keycard_proof), NULL));
    IS_BAD(keycard_dpop_validate(&rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &proof, ODD(keycard_detail)));
    IS_BAD(keycard_replay_cache_init(ODD(uint64_t), 256, 60, 5, 4, now, &replay));
    IS_BAD(keycard_replay_cache_init(other, sizeof other, 60, 5, 4, now, nowhere));
    CHECK(keycard_replay_cache_init(other, sizeof other, 60, 5, 4, now, &replay) == KEYCARD_OK);
    IS_BAD(keycard_replay_cache_restart(ODD(keycard_replay_cache), 60, 5, now));
    IS_BAD(keycard_replay_cache_check_token(ODD(keycard_replay_cache), &token, now));
    IS_BAD(keycard_replay_cache_check_token(replay, ODD(keycard_token), now));
    IS_BAD(keycard_replay_cache_check_proof(ODD(keycard_replay_cache), &proof, now));
    IS_BAD(keycard_replay_cache_check_proof(replay, ODD(keycard_proof), now));
    IS_BAD(keycard_proof_key_cache_init(ODD(uint64_t), 256, each, 1, &prepared));
    IS_BAD(keycard_proof_key_cache_init(words, sizeof words, each, 1, ODD(keycard_proof_key_cache *)));
    CHECK(keycard_proof_key_cache_init(words, sizeof words, each, 1, &prepared) == KEYCARD_OK);
    IS_BAD(keycard_proof_key_cache_validate(ODD(keycard_proof_key_cache), &rules, now, BYTES(bytes, 9),
                                            KEYCARD_BUFFER(scratch), &proof, NULL));
    IS_BAD(keycard_proof_key_cache_validate(prepared, ODD(keycard_proof_rules), now, BYTES(bytes, 9),
                                            KEYCARD_BUFFER(scratch), &proof, NULL));
    IS_BAD(keycard_proof_key_cache_validate(prepared, &rules, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch),
                                            ODD(keycard_proof), NULL));
    IS_BAD(keycard_validate_bound_once(ODD(keycard_keys), &policy, &rules, replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, ODD(keycard_policy), &rules, replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, ODD(keycard_proof_rules), replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, &rules, ODD(keycard_replay_cache), prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, &rules, replay, ODD(keycard_proof_key_cache), now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, &rules, replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), ODD(keycard_token), &proof, NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, &rules, replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, ODD(keycard_proof), NULL));
    IS_BAD(keycard_validate_bound_once(keys, &policy, &rules, replay, prepared, now, text, text,
                                       KEYCARD_BUFFER(scratch), &token, &proof, ODD(keycard_detail)));
    IS_BAD(keycard_proof_key_cache_admit(ODD(keycard_proof_key_cache), &proof));
    IS_BAD(keycard_proof_key_cache_admit(prepared, ODD(keycard_proof)));
}

static void unaligned_in_presentations(void)
{
    keycard_key_binding binding = KEYCARD_KEY_BINDING_INIT;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes text = KEYCARD_BYTES("a.b.c~"), endless = {"a", SIZE_MAX};
    const keycard_buffer buffer = KEYCARD_BUFFER(scratch);
    keycard_keys *keys;
    keycard_token token;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    policy.profile = KEYCARD_PROFILE_SD_JWT;
    policy.algorithms = KEYCARD_ES256;
    policy.flags = KEYCARD_WITHOUT_ISSUER | KEYCARD_WITHOUT_AUDIENCE;
    binding.mode = KEYCARD_KEY_BINDING_FORBIDDEN;
    IS_BAD(keycard_sd_jwt_validate(ODD(keycard_keys), &policy, &binding, now, text, buffer, &token, NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, ODD(keycard_policy), &binding, now, text, buffer, &token, NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, ODD(keycard_key_binding), now, text, buffer, &token, NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, endless, buffer, &token, NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, BUFFER(scratch, SIZE_MAX), &token, NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, buffer, ODD(keycard_token), NULL));
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, buffer, &token, ODD(keycard_detail)));
    binding.nonces = ODD(keycard_bytes);
    binding.nonce_count = 1;
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, buffer, &token, NULL));
    binding.nonces = &endless;
    IS_BAD(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, buffer, &token, NULL));
}

static void unaligned_in_trust(void)
{
    const keycard_time now = keycard_time_at(NOW);
    const keycard_key_rules *rules = ODD(keycard_key_rules);
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_trust_row row = {NULL, NULL};
    keycard_detail *odd_detail = ODD(keycard_detail);
    keycard_unverified found;
    keycard_token token;
    char text[16];
    size_t size;

    row.policy = &policy;
    IS_BAD(keycard_unverified_read(BYTES(bytes, 9), KEYCARD_BUFFER(scratch), ODD(keycard_unverified), NULL));
    IS_BAD(keycard_unverified_read(BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &found, odd_detail));
    IS_BAD(keycard_choose_row(ODD(keycard_trust_row), 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &size, NULL));
    IS_BAD(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), ODD(size_t), NULL));
    IS_BAD(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &size, odd_detail));
    IS_BAD(
        keycard_validate_any(ODD(keycard_trust_row), 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    IS_BAD(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), ODD(keycard_token), NULL));
    IS_BAD(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, odd_detail));
    row.policy = ODD(keycard_policy);
    IS_BAD(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &size, NULL));
    IS_BAD(keycard_validate_any(&row, 1, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, NULL));
    row.policy = &policy;
    row.keys = ODD(keycard_keys);
    IS_BAD(keycard_choose_row(&row, 1, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &size, NULL));
    IS_BAD(keycard_keys_size_for_jwks(rules, BYTES(bytes, 9), &size));
    IS_BAD(keycard_keys_size_for_jwks(NULL, BYTES(bytes, 9), ODD(size_t)));
    IS_BAD(keycard_policy_init(ODD(keycard_policy), sizeof policy));
    IS_BAD(keycard_key_rules_init(ODD(keycard_key_rules), sizeof *rules));
    IS_BAD(keycard_image_rules_init(ODD(keycard_image_rules), sizeof(keycard_image_rules)));
    IS_BAD(keycard_proof_rules_init(ODD(keycard_proof_rules), sizeof(keycard_proof_rules)));
    IS_BAD(keycard_key_binding_init(ODD(keycard_key_binding), sizeof(keycard_key_binding)));
    CHECK(keycard_detail_text(odd_detail, KEYCARD_BUFFER(text)) == 0);
}

static void unaligned_in_tokens(void)
{
    const keycard_bytes name = KEYCARD_BYTES("name");
    keycard_token token;
    keycard_value value;
    keycard_iterator list;
    keycard_member member;
    keycard_bytes text, path[1];
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
    IS_BAD(keycard_token_payload(ODD(keycard_token), &text));
    IS_BAD(keycard_token_payload(&token, ODD(keycard_bytes)));
    IS_BAD(keycard_claim_string(ODD(keycard_token), name, &text));
    IS_BAD(keycard_claim_string(&token, name, ODD(keycard_bytes)));
    IS_BAD(keycard_claim_integer(ODD(keycard_token), name, &number));
    IS_BAD(keycard_claim_integer(&token, name, ODD(int64_t)));
    IS_BAD(keycard_claim_boolean(ODD(keycard_token), name, &boolean));
    IS_BAD(keycard_claim_time(ODD(keycard_token), name, &number));
    IS_BAD(keycard_claim_time(&token, name, ODD(int64_t)));
    IS_BAD(keycard_claim_find(ODD(keycard_token), path, 1, &value));
    IS_BAD(keycard_claim_find(&token, ODD(keycard_bytes), 1, &value));
    IS_BAD(keycard_claim_find(&token, path, 1, ODD(keycard_value)));
    IS_BAD(keycard_value_string(ODD(keycard_value), &text));
    IS_BAD(keycard_value_string(&value, ODD(keycard_bytes)));
    IS_BAD(keycard_value_integer(ODD(keycard_value), &number));
    IS_BAD(keycard_value_integer(&value, ODD(int64_t)));
    IS_BAD(keycard_value_time(ODD(keycard_value), &number));
    IS_BAD(keycard_value_time(&value, ODD(int64_t)));
    IS_BAD(keycard_value_boolean(ODD(keycard_value), &boolean));
    IS_BAD(keycard_claim_strings(ODD(keycard_token), name, &list));
    IS_BAD(keycard_claim_strings(&token, name, ODD(keycard_iterator)));
    IS_BAD(keycard_value_strings(ODD(keycard_value), &list));
    IS_BAD(keycard_value_strings(&value, ODD(keycard_iterator)));
    IS_BAD(keycard_value_members(ODD(keycard_value), &list));
    IS_BAD(keycard_value_members(&value, ODD(keycard_iterator)));
    IS_BAD(keycard_token_scopes(ODD(keycard_token), &list));
    IS_BAD(keycard_token_scopes(&token, ODD(keycard_iterator)));
    CHECK(!keycard_token_has_scope(ODD(keycard_token), name));
    IS_BAD(keycard_next_string(ODD(keycard_iterator), &text));
    IS_BAD(keycard_next_string(&list, ODD(keycard_bytes)));
    IS_BAD(keycard_next_member(ODD(keycard_iterator), &member));
    IS_BAD(keycard_next_member(&list, ODD(keycard_member)));
    IS_BAD(keycard_token_status_reference(ODD(keycard_token), &text, &index));
    IS_BAD(keycard_token_status_reference(&token, ODD(keycard_bytes), &index));
    IS_BAD(keycard_token_status_reference(&token, &text, ODD(uint64_t)));
    IS_BAD(keycard_status_list_check(ODD(keycard_token), &token, name, &status));
    IS_BAD(keycard_status_list_check(&token, &token, name, ODD(uint32_t)));
    IS_BAD(keycard_claims_json(ODD(keycard_token), KEYCARD_BUFFER(json), &length));
    IS_BAD(keycard_claims_json(&token, KEYCARD_BUFFER(json), ODD(size_t)));
}

static void unaligned_in_flows(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    const keycard_bytes text = KEYCARD_BYTES("text");
    keycard_original_id_token original;

    memset(&original, 0, sizeof original);
    IS_BAD(keycard_flow_recommendation(KEYCARD_APPLICATION_WEB, ODD(keycard_recommendation)));
    IS_BAD(keycard_flow_fit(KEYCARD_APPLICATION_WEB, KEYCARD_FLOW_HYBRID, ODD(int32_t)));
    IS_BAD(keycard_flow_practice(KEYCARD_FLOW_HYBRID, ODD(keycard_practice)));
    IS_BAD(keycard_flow_issued(KEYCARD_FLOW_HYBRID, KEYCARD_ENDPOINT_TOKEN, ODD(keycard_issued)));
    IS_BAD(keycard_response_type_parse(KEYCARD_BYTES("code"), ODD(int32_t)));
    IS_BAD(keycard_response_type_issued(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, ODD(keycard_issued)));
    IS_BAD(keycard_response_type_checks(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, ODD(uint32_t)));
    IS_BAD(keycard_policy_for_id_token(ODD(keycard_policy), KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, text,
                                       text, text, text));
    IS_BAD(keycard_policy_for_refreshed_id_token(ODD(keycard_policy), &original, text));
    IS_BAD(keycard_policy_for_refreshed_id_token(&policy, ODD(keycard_original_id_token), text));
    IS_BAD(keycard_policy_for_access_token(ODD(keycard_policy), KEYCARD_FLOW_CLIENT_CREDENTIALS));
}

/* Each call has an error that is found before the last input is read. One of its outputs overlaps
 * that input. */
static void outputs_on_unread_inputs(void)
{
    static union {
        uint64_t words[128];
        keycard_detail detail;
        keycard_key_report report;
        keycard_token token;
        keycard_proof proof;
        keycard_bytes text;
        size_t size;
        keycard_keys *keys;
        const keycard_keys *image;
        char bytes[1024];
    } shared, before;
    const keycard_time now = keycard_time_at(NOW);
    const keycard_bytes on_shared = {shared.bytes, 8};
    keycard_image_rules image_rules = KEYCARD_IMAGE_RULES_INIT;
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;
    keycard_key_binding binding = KEYCARD_KEY_BINDING_INIT;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    const keycard_keys *found;
    keycard_keys *keys = NULL;
    uint64_t index;
    keycard_token token;
    keycard_proof proof;

#define IS_APART(call)                                               \
    do {                                                             \
        memset(&shared, 'x', sizeof shared);                         \
        before = shared;                                             \
        CHECK((call) == KEYCARD_OVERLAP);                            \
        CHECK(memcmp(&shared, &before, sizeof shared) == 0);         \
    } while (0)

    IS_APART(keycard_validate(NULL, &policy, now, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), &token, &shared.detail));
    IS_APART(keycard_validate(NULL, &policy, now, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), &shared.token, NULL));
    IS_APART(keycard_validate(NULL, &policy, now, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), NULL, &shared.detail));
    IS_APART(keycard_validate(NULL, (keycard_policy *)&shared, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &token,
                              &shared.detail));
    IS_APART(keycard_validate((keycard_keys *)&shared, &policy, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &token,
                              &shared.detail));
    IS_APART(keycard_validate((keycard_keys *)&shared, NULL, now, BYTES(NULL, 9), BUFFER(&shared, 64), &token, NULL));
    IS_APART(keycard_validate_bound_once(NULL, &policy, &rules, NULL, NULL, now, on_shared, BYTES(bytes, 9),
                                         KEYCARD_BUFFER(scratch), &token, &proof, &shared.detail));
    IS_APART(keycard_validate_bound_once(NULL, &policy, &rules, NULL, NULL, now, BYTES(bytes, 9), on_shared,
                                         KEYCARD_BUFFER(scratch), &shared.token, &proof, NULL));
    IS_APART(keycard_validate_bound_once(NULL, &policy, &rules, NULL, NULL, now, BYTES(bytes, 9), on_shared,
                                         KEYCARD_BUFFER(scratch), &token, &shared.proof, NULL));
    IS_APART(keycard_validate_bound_once(NULL, &policy, (keycard_proof_rules *)&shared, NULL, NULL, now,
                                         BYTES(bytes, 9), BYTES(bytes, 9), BUFFER(&shared, 64), &token, &proof, NULL));
    IS_APART(
        keycard_validate_all(NULL, &policy, now, &shared.text, 1, KEYCARD_BUFFER(scratch), &token, &shared.detail));
    IS_APART(keycard_validate_access_token(NULL, on_shared, on_shared, 0, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch),
                                           &token, &shared.detail));
    IS_APART(keycard_validate_access_token(NULL, BYTES(bytes, 9), on_shared, 0, now, BYTES(bytes, 9),
                                           KEYCARD_BUFFER(scratch), &shared.token, NULL));
    IS_APART(keycard_validate_access_token(NULL, BYTES(bytes, 9), BYTES(bytes, 9), 0, now, on_shared,
                                           BUFFER(&shared, 64), &token, NULL));
    IS_APART(keycard_validate_all(NULL, &policy, now, &shared.text, 1, KEYCARD_BUFFER(scratch), &shared.token, NULL));
    IS_APART(keycard_validate_all(NULL, NULL, now, &shared.text, 1, BUFFER(&shared, 64), &token, NULL));
    IS_APART(keycard_validate_all((keycard_keys *)&shared, NULL, now, NULL, 1, KEYCARD_BUFFER(scratch), &token,
                                  &shared.detail));
    IS_APART(keycard_validate_all(NULL, (keycard_policy *)&shared, now, NULL, 1, KEYCARD_BUFFER(scratch), &token,
                                  &shared.detail));
    IS_APART(keycard_validate_all(NULL, &policy, now, &on_shared, 1, BUFFER(&shared, 1024), &token, NULL));
    IS_APART(keycard_dpop_validate(NULL, now, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), &proof, &shared.detail));
    IS_APART(keycard_dpop_validate((keycard_proof_rules *)&shared, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &proof,
                                   &shared.detail));
    IS_APART(keycard_dpop_validate(&rules, now, BYTES(&shared, 9), BUFFER(NULL, 0), &shared.proof, NULL));
    IS_APART(keycard_sd_jwt_validate(NULL, &policy, &binding, now, on_shared, KEYCARD_BUFFER(scratch), &token,
                                     &shared.detail));
    IS_APART(
        keycard_sd_jwt_validate(NULL, &policy, &binding, now, on_shared, BUFFER(&shared, 64), &token, NULL));
    IS_APART(keycard_sd_jwt_validate((keycard_keys *)&shared, &policy, &binding, now, BYTES(bytes, 9),
                                     KEYCARD_BUFFER(scratch), &shared.token, NULL));
    IS_APART(keycard_sd_jwt_validate(NULL, (keycard_policy *)&shared, &binding, now, BYTES(bytes, 9),
                                     KEYCARD_BUFFER(scratch), &shared.token, NULL));
    IS_APART(keycard_sd_jwt_validate(NULL, &policy, (keycard_key_binding *)&shared, now, BYTES(bytes, 9),
                                     BUFFER(&shared, 64), &token, NULL));
    IS_APART(keycard_keys_add_jwks(keys, BYTES(&shared, 9), &shared.report));
    IS_APART(keycard_keys_add_jwks_by(keys, (keycard_key_rules *)&shared, BYTES(NULL, 9), &shared.report));
    IS_APART(keycard_keys_add_jwk(keys, NULL, BYTES(&shared, 9), &shared.detail));
    IS_APART(keycard_keys_add_jwk((keycard_keys *)&shared, NULL, BYTES(NULL, 9), &shared.detail));
    IS_APART(keycard_keys_add_pem(keys, NULL, BYTES(&shared, 9), &shared.report));
    IS_APART(keycard_keys_add_der(keys, NULL, BYTES(&shared, 9), &shared.detail));
    IS_APART(keycard_keys_add_secret(keys, NULL, BYTES(&shared, 9), &shared.detail));
    IS_APART(keycard_keys_add_point(keys, NULL, 0, BYTES(bytes, 32), BYTES(&shared, 32), &shared.detail));
    IS_APART(keycard_keys_add_rsa(keys, NULL, BYTES(bytes, 9), BYTES(&shared, 9), &shared.detail));
    IS_APART(keycard_keys_add_encoded(keys, NULL, 0, BYTES(&shared, 32), &shared.detail));
    IS_APART(keycard_unverified_read(BYTES(&shared, 9), KEYCARD_BUFFER(scratch), NULL, &shared.detail));
    IS_APART(keycard_unverified_read(BYTES(&shared, 9), BUFFER(NULL, 9), (keycard_unverified *)&shared, NULL));
    IS_APART(keycard_choose_row(NULL, 1, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), NULL, &shared.detail));
    IS_APART(keycard_choose_row((keycard_trust_row *)&shared, 1, BYTES(NULL, 9), KEYCARD_BUFFER(scratch), &shared.size,
                                NULL));
    IS_APART(keycard_validate_any(NULL, 1, now, BYTES(&shared, 9), KEYCARD_BUFFER(scratch), NULL, &shared.detail));
    IS_APART(keycard_validate_any((keycard_trust_row *)&shared, 1, now, BYTES(NULL, 9), KEYCARD_BUFFER(scratch),
                                  &shared.token, NULL));
    IS_APART(keycard_keys_size_for_jwks(NULL, BYTES(&shared, 9), &shared.size));
    memset(&shared, 'x', sizeof shared);
    before = shared;
    CHECK(keycard_detail_text(&shared.detail, KEYCARD_BUFFER(shared.bytes)) == 0);
    CHECK(memcmp(&shared, &before, sizeof shared) == 0);
    IS_APART(keycard_keys_seal((keycard_keys *)&shared, 1, &shared.size));
    IS_APART(keycard_keys_from_image(BYTES(&shared, 48), NULL, &found, &shared.detail));
    IS_APART(keycard_keys_from_image(BYTES(&shared, 48), &image_rules, &shared.image, NULL));
    IS_APART(keycard_keys_find(NULL, on_shared, &shared.size));
    IS_APART(keycard_keys_count((keycard_keys *)&shared, &shared.size));
    IS_APART(keycard_keys_thumbprint((keycard_keys *)&shared, 0, shared.bytes));
    IS_APART(keycard_claim_string(NULL, on_shared, &shared.text));
    IS_APART(keycard_claim_find(NULL, &shared.text, 1, (keycard_value *)&shared));
    IS_APART(keycard_token_payload(&shared.token, &shared.text));
    IS_APART(keycard_claims_json(&shared.token, BUFFER(NULL, 0), &shared.size));
    IS_APART(keycard_token_status_reference(&shared.token, &shared.text, &index));
    IS_APART(keycard_status_list_check(NULL, NULL, on_shared, (uint32_t *)&shared));
}

/* If only other memory overlaps, the detail or report is still written. */
static void overlaps_are_told(void)
{
    const keycard_time now = keycard_time_at(NOW);
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_trust_row row = {NULL, NULL};
    keycard_key_report report;
    keycard_unverified found;
    keycard_keys *keys;
    keycard_token token;
    keycard_detail detail;
    size_t chosen;

#define IS_TOLD(call)                                                          \
    do {                                                                       \
        memset(&detail, 'x', sizeof detail);                                   \
        CHECK((call) == KEYCARD_OVERLAP && detail.status == KEYCARD_OVERLAP);  \
        CHECK(detail.stage == KEYCARD_STAGE_USAGE && !detail.has_offset);      \
    } while (0)

    IS_TOLD(keycard_validate(NULL, &policy, now, BYTES(scratch, 9), KEYCARD_BUFFER(scratch), &token, &detail));
    policy.audience.data = scratch;
    policy.audience.length = 9;
    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    IS_TOLD(keycard_validate(keys, &policy, now, BYTES(bytes, 9), KEYCARD_BUFFER(scratch), &token, &detail));
    IS_TOLD(keycard_unverified_read(BYTES(scratch, 9), KEYCARD_BUFFER(scratch), &found, &detail));
    row.policy = &policy;
    IS_TOLD(keycard_choose_row(&row, 1, BYTES(scratch, 9), KEYCARD_BUFFER(scratch), &chosen, &detail));
    IS_TOLD(keycard_validate_any(&row, 1, now, BYTES(scratch, 9), KEYCARD_BUFFER(scratch), &token, &detail));
    IS_TOLD(keycard_keys_add_jwk(keys, NULL, BYTES(memory, 9), &detail));
    memset(&report, 'x', sizeof report);
    CHECK(keycard_keys_add_jwks(keys, BYTES(memory, 9), &report) == KEYCARD_OVERLAP);
    CHECK(report.detail.status == KEYCARD_OVERLAP);
}

void every_place(void)
{
    unaligned_in_keys();
    unaligned_in_presentations();
    unaligned_in_validate();
    unaligned_in_trust();
    unaligned_in_tokens();
    unaligned_in_flows();
    outputs_on_unread_inputs();
    overlaps_are_told();
}
