#include "shim.h"

#include <stdlib.h>
#include <string.h>

/* Defined in hardware.go. */
extern uint32_t keycardGoVerify(uintptr_t verifier, size_t key_index, uint32_t algorithm, void *message,
                                size_t message_length, void *signature, size_t signature_length);

static size_t begin_of(const size_t *ends, size_t index)
{
    return index == 0 ? 0 : ends[index - 1];
}

/* A string that is present: it has an address even if it is empty. */
static keycard_bytes text_of(const char *texts, const size_t *ends, size_t index)
{
    size_t begin = begin_of(ends, index);
    keycard_bytes text;

    text.data = texts == NULL ? "" : texts + begin;
    text.length = ends[index] - begin;
    return text;
}

static keycard_bytes bytes_of(keycard_go_text text)
{
    keycard_bytes bytes;

    bytes.data = text.data;
    bytes.length = text.length;
    return bytes;
}

/* The offset of a text in the scratch that it points into. */
static size_t offset_of(keycard_bytes text, const void *scratch)
{
    return (size_t)((const char *)text.data - (const char *)scratch);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* A table begins at the address of its memory. */
static const keycard_keys *table(const uint64_t *memory)
{
    return (const keycard_keys *)memory;
}

keycard_status keycard_go_keys_init(uint64_t *memory, size_t size)
{
    keycard_keys *keys;
    keycard_status status = keycard_keys_init(memory, size, &keys);

    if (status == KEYCARD_OK && (uint64_t *)keys != memory)
        return KEYCARD_NOT_A_KEY_TABLE;
    return status;
}

void keycard_go_keys_add(uint64_t *memory, keycard_go_keys_from from, keycard_go_text data, keycard_go_text second,
                         keycard_key_report *report)
{
    static const keycard_key_report empty;
    keycard_keys *keys = (keycard_keys *)memory;
    keycard_detail *detail = &report->detail;
    const keycard_key_rules *rules = &from.rules;
    const keycard_bytes key = bytes_of(data);
    keycard_status status;

    from.rules.struct_size = sizeof from.rules;
    from.rules.key_use = bytes_of(from.key_use);
    from.rules.id = bytes_of(from.id);
    if (from.kind == KEYCARD_GO_JWKS || from.kind == KEYCARD_GO_PEM) {
        status = from.kind == KEYCARD_GO_JWKS ? keycard_keys_add_jwks_by(keys, rules, key, report)
                                              : keycard_keys_add_pem(keys, rules, key, report);
        /* The detail has the same status, but a rejection must not depend on it. */
        detail->status = status;
        return;
    }
    *report = empty;
    switch (from.kind) {
    case KEYCARD_GO_JWK:
        status = keycard_keys_add_jwk(keys, rules, key, detail);
        break;
    case KEYCARD_GO_DER:
        status = keycard_keys_add_der(keys, rules, key, detail);
        break;
    case KEYCARD_GO_POINT:
        status = keycard_keys_add_point(keys, rules, from.algorithm, key, bytes_of(second), detail);
        break;
    case KEYCARD_GO_RSA:
        status = keycard_keys_add_rsa(keys, rules, key, bytes_of(second), detail);
        break;
    case KEYCARD_GO_ENCODED:
        status = keycard_keys_add_encoded(keys, rules, from.algorithm, key, detail);
        break;
    default:
        status = keycard_keys_add_secret(keys, rules, key, detail);
        break;
    }
    report->added = status == KEYCARD_OK;
}

keycard_status keycard_go_keys_seal(uint64_t *memory, uint64_t version, size_t *size)
{
    return keycard_keys_seal((keycard_keys *)memory, version, size);
}

/* The memory of an image is used as the table. */
void keycard_go_keys_from_image(const uint64_t *memory, size_t size, uint32_t flags, uint64_t min_version,
                                const uint8_t *digest32, keycard_detail *detail)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    const keycard_keys *keys;
    keycard_status status;

    rules.flags = flags;
    rules.min_version = min_version;
    rules.digest32 = digest32;
    status = keycard_keys_from_image((keycard_bytes){memory, size}, &rules, &keys, detail);
    detail->status = status == KEYCARD_OK && keys != table(memory) ? KEYCARD_NOT_A_KEY_TABLE : status;
}

keycard_status keycard_go_keys_thumbprint(const uint64_t *memory, size_t index, char *thumbprint43)
{
    return keycard_keys_thumbprint(table(memory), index, thumbprint43);
}

keycard_status keycard_go_keys_find(const uint64_t *memory, keycard_go_text thumbprint, size_t *index)
{
    return keycard_keys_find(table(memory), bytes_of(thumbprint), index);
}

keycard_status keycard_go_keys_count(const uint64_t *memory, size_t *count)
{
    return keycard_keys_count(table(memory), count);
}

/* --- validation ------------------------------------------------------------------------------- */

keycard_go_peeked keycard_go_peek(keycard_go_text jwt, uint8_t *scratch, size_t size, keycard_detail *detail)
{
    keycard_go_peeked peeked;
    keycard_unverified found;
    keycard_bytes texts[4];
    size_t index;

    memset(&peeked, 0, sizeof peeked);
    /* The detail has the same status, but a rejection must not depend on it. */
    detail->status = keycard_unverified_read(bytes_of(jwt), (keycard_buffer){scratch, size}, &found, detail);
    if (detail->status != KEYCARD_OK)
        return peeked;
    texts[0] = found.issuer;
    texts[1] = found.key_id;
    texts[2] = found.algorithm;
    texts[3] = found.token_type;
    for (index = 0; index < 4; index++) {
        if (texts[index].length == 0)
            continue;
        peeked.offsets[index] = offset_of(texts[index], scratch);
        peeked.lengths[index] = texts[index].length;
    }
    return peeked;
}

void keycard_go_choose(const keycard_trust_row *rows, size_t count, keycard_go_text jwt, uint8_t *scratch, size_t size,
                       size_t *row, keycard_detail *detail)
{
    detail->status = keycard_choose_row(rows, count, bytes_of(jwt), (keycard_buffer){scratch, size}, row, detail);
}

/* Allocates a policy without requirements; NULL if out of memory. The caller frees it. */
keycard_policy *keycard_go_policy(void)
{
    const keycard_policy initial = KEYCARD_POLICY_INIT;
    keycard_policy *policy = malloc(sizeof *policy);

    if (policy != NULL)
        *policy = initial;
    return policy;
}

/* The scratch size for all tokens together. */
size_t keycard_go_scratch_size(const size_t *ends, size_t count)
{
    size_t index, size = 0;

    for (index = 0; index < count; index++)
        size += keycard_scratch_size(ends[index] - begin_of(ends, index));
    return size;
}

static uint32_t verify(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                       keycard_bytes signature)
{
    return keycardGoVerify(*(const uintptr_t *)context, key_index, algorithm, (void *)message.data, message.length,
                           (void *)signature.data, signature.length);
}

/* The maximum number of strings for one call. Their addresses are on the stack. */
#define TOGETHER 64

static void validate_all(const keycard_keys *keys, const keycard_policy *policy, keycard_time time, const char *jwts,
                         const size_t *ends, size_t count, uint8_t *scratch, keycard_token *tokens,
                         keycard_detail *details)
{
    keycard_bytes texts[TOGETHER];
    size_t first, group, index;

    for (first = 0; first < count; first += group) {
        size_t size = 0, rejected = 0;
        keycard_status status;

        group = count - first < TOGETHER ? count - first : TOGETHER;
        for (index = 0; index < group; index++) {
            texts[index] = text_of(jwts, ends, first + index);
            size += keycard_scratch_size(texts[index].length);
        }
        status = keycard_validate_all(keys, policy, time, texts, group, (keycard_buffer){scratch, size}, &tokens[first],
                                      &details[first]);
        /* The details have the same status, but a rejection must not depend on them. */
        for (index = 0; index < group; index++)
            rejected += details[first + index].status != KEYCARD_OK;
        for (index = 0; index < group && rejected == 0; index++)
            details[first + index].status = status;
        scratch += size;
    }
}

void keycard_go_validate(const uint64_t *memory, const keycard_policy *policy, keycard_time time, const char *jwts,
                         const size_t *ends, size_t count, uint8_t *scratch, keycard_go_with with,
                         keycard_token *tokens, keycard_detail *details)
{
    keycard_policy bound;
    size_t index;

    if (with.dpop_key32 != NULL || with.client_certificate32 != NULL || with.without_scopes) {
        bound = *policy;
        if (with.without_scopes) {
            bound.flags &= ~(uint32_t)KEYCARD_ANY_SCOPE;
            bound.scopes = NULL;
            bound.scope_count = 0;
        }
        if (with.dpop_key32 != NULL)
            bound.dpop_key32 = with.dpop_key32;
        if (with.client_certificate32 != NULL)
            bound.client_certificate32 = with.client_certificate32;
        policy = &bound;
    }

    if (count > 1 && with.verifier == 0) {
        validate_all(table(memory), policy, time, jwts, ends, count, scratch, tokens, details);
        return;
    }
    for (index = 0; index < count; index++) {
        keycard_bytes jwt = text_of(jwts, ends, index);
        size_t size = keycard_scratch_size(jwt.length);
        keycard_status status =
            with.verifier == 0
                ? keycard_validate(table(memory), policy, time, jwt, (keycard_buffer){scratch, size}, &tokens[index],
                                   &details[index])
                : keycard_validate_with(table(memory), policy, time, jwt, (keycard_buffer){scratch, size}, verify,
                                        &with.verifier, &tokens[index], &details[index]);

        /* The detail has the same status, but a rejection must not depend on it. */
        details[index].status = status;
        scratch += size;
    }
}

/* Sets the requirements for an ID token in a policy that already has the values that came with
 * it. */
keycard_status keycard_go_policy_for_id_token(keycard_policy *policy, int32_t response_type, int32_t endpoint)
{
    const keycard_bytes absent = KEYCARD_ABSENT;
    const keycard_bytes nonce = policy->nonce, access_token = policy->access_token, code = policy->code,
                        subject = policy->subject;

    policy->nonce = policy->access_token = policy->code = policy->subject = absent;
    return keycard_policy_for_id_token(policy, response_type, endpoint, nonce, access_token, code, subject);
}

keycard_status keycard_go_policy_for_refreshed_id_token(keycard_policy *policy)
{
    const keycard_bytes absent = KEYCARD_ABSENT;
    const keycard_original_id_token *original = policy->original;
    const keycard_bytes access_token = policy->access_token;

    policy->original = NULL;
    policy->access_token = absent;
    return keycard_policy_for_refreshed_id_token(policy, original, access_token);
}

/* --- claims ----------------------------------------------------------------------------------- */

static keycard_status find(const keycard_token *token, const char *names, const size_t *ends, size_t count,
                           keycard_value *value)
{
    keycard_bytes path[KEYCARD_GO_LONGEST_PATH];
    size_t index;

    if (count > KEYCARD_GO_LONGEST_PATH)
        return KEYCARD_CLAIM_MISSING;
    for (index = 0; index < count; index++)
        path[index] = text_of(names, ends, index);
    return keycard_claim_find(token, path, count, value);
}

static void set_text(keycard_go_claim *claim, const keycard_token *token, keycard_bytes text)
{
    if (claim->status != KEYCARD_OK)
        return;
    claim->offset = offset_of(text, token->scratch);
    claim->length = text.length;
}

keycard_go_claim keycard_go_find(keycard_token token, const char *names, const size_t *ends, size_t count,
                                 keycard_go_wanted wanted)
{
    keycard_go_claim claim = {0};
    keycard_value value;
    keycard_bytes text;

    claim.status = find(&token, names, ends, count, &value);
    if (claim.status != KEYCARD_OK)
        return claim;
    switch (wanted) {
    case KEYCARD_GO_INTEGER:
        claim.status = keycard_value_integer(&value, &claim.number);
        break;
    case KEYCARD_GO_BOOLEAN:
        claim.status = keycard_value_boolean(&value, &claim.boolean);
        break;
    case KEYCARD_GO_TIME:
        claim.status = keycard_value_time(&value, &claim.number);
        break;
    default:
        claim.status = keycard_value_string(&value, &text);
        set_text(&claim, &token, text);
        break;
    }
    return claim;
}

/* The next strings of a list. */
static void take(keycard_go_strings *taken, const keycard_token *token)
{
    keycard_bytes text;

    taken->list.token = token;
    for (taken->count = 0; taken->status == KEYCARD_OK && taken->count < KEYCARD_GO_STRINGS; taken->count++) {
        taken->status = keycard_next_string(&taken->list, &text);
        if (taken->status == KEYCARD_CLAIM_MISSING)
            taken->status = KEYCARD_GO_END;
        if (taken->status != KEYCARD_OK)
            break;
        taken->offsets[taken->count] = offset_of(text, token->scratch);
        taken->lengths[taken->count] = text.length;
    }
    /* The pointer is to the stack of this call, so clear it. */
    taken->list.token = NULL;
}

keycard_go_strings keycard_go_strings_of(keycard_token token, const char *names, const size_t *ends, size_t count)
{
    keycard_go_strings taken;
    keycard_value value;

    memset(&taken, 0, sizeof taken);
    taken.status = find(&token, names, ends, count, &value);
    if (taken.status == KEYCARD_OK)
        taken.status = keycard_value_strings(&value, &taken.list);
    if (taken.status == KEYCARD_OK)
        take(&taken, &token);
    return taken;
}

keycard_go_strings keycard_go_scopes(keycard_token token)
{
    keycard_go_strings taken;

    memset(&taken, 0, sizeof taken);
    taken.status = keycard_token_scopes(&token, &taken.list);
    if (taken.status == KEYCARD_OK)
        take(&taken, &token);
    return taken;
}

keycard_go_strings keycard_go_more(keycard_token token, keycard_go_strings before)
{
    take(&before, &token);
    return before;
}

bool keycard_go_has_scope(keycard_token token, keycard_go_text scope)
{
    return keycard_token_has_scope(&token, bytes_of(scope));
}

keycard_go_claim keycard_go_payload(keycard_token token)
{
    keycard_go_claim claim = {0};
    keycard_bytes text;

    claim.status = keycard_token_payload(&token, &text);
    set_text(&claim, &token, text);
    return claim;
}

keycard_status keycard_go_json(keycard_token token, char *output, size_t size, size_t *length)
{
    return keycard_claims_json(&token, (keycard_buffer){output, size}, length);
}

/* --- replay ----------------------------------------------------------------------------------- */

keycard_status keycard_go_replay_init(uint64_t *memory, size_t size, uint32_t window, uint32_t leeway, uint32_t share,
                                      keycard_time time)
{
    keycard_replay_cache *replay;
    keycard_status status = keycard_replay_cache_init(memory, size, window, leeway, share, time, &replay);

    if (status == KEYCARD_OK && (uint64_t *)replay != memory)
        return KEYCARD_NOT_A_REPLAY_CACHE;
    return status;
}

keycard_status keycard_go_replay_restart(uint64_t *memory, uint32_t window, uint32_t leeway, keycard_time time)
{
    return keycard_replay_cache_restart((keycard_replay_cache *)memory, window, leeway, time);
}

keycard_status keycard_go_replay_token(uint64_t *memory, keycard_token token, keycard_time time)
{
    return keycard_replay_cache_check_token((keycard_replay_cache *)memory, &token, time);
}

keycard_status keycard_go_replay_proof(uint64_t *memory, const keycard_proof *proof, keycard_time time)
{
    return keycard_replay_cache_check_proof((keycard_replay_cache *)memory, proof, time);
}

/* --- proof keys ------------------------------------------------------------------------------- */

keycard_status keycard_go_proof_keys_init(uint64_t *memory, size_t size, uint32_t precompute, uint64_t seed)
{
    keycard_proof_key_cache *cache;
    keycard_status status = keycard_proof_key_cache_init(memory, size, precompute, seed, &cache);

    if (status == KEYCARD_OK && (uint64_t *)cache != memory)
        return KEYCARD_NOT_A_PROOF_KEY_CACHE;
    return status;
}

keycard_status keycard_go_proof_keys_admit(uint64_t *memory, const keycard_proof *proof)
{
    return keycard_proof_key_cache_admit((keycard_proof_key_cache *)memory, proof);
}

/* --- proofs ----------------------------------------------------------------------------------- */

/* The memory has prepared keys, or is NULL. */
keycard_status keycard_go_dpop_validate(uint64_t *memory, const keycard_proof_rules *rules, keycard_time time,
                                        keycard_go_text jwt, uint8_t *scratch, size_t size, keycard_proof *proof,
                                        keycard_detail *detail)
{
    const keycard_buffer buffer = {scratch, size};

    if (memory == NULL)
        return keycard_dpop_validate(rules, time, bytes_of(jwt), buffer, proof, detail);
    return keycard_proof_key_cache_validate((keycard_proof_key_cache *)memory, rules, time, bytes_of(jwt), buffer,
                                            proof, detail);
}

keycard_status keycard_go_validate_bound_once(const uint64_t *memory, const keycard_policy *policy,
                                              const keycard_proof_rules *rules, uint64_t *replay, keycard_time time,
                                              keycard_go_text jwt, keycard_go_text proof_jwt, uint8_t *scratch,
                                              size_t size, keycard_token *token, keycard_proof *proof,
                                              keycard_detail *detail)
{
    return keycard_validate_bound_once(table(memory), policy, rules, (keycard_replay_cache *)replay, NULL, time,
                                       bytes_of(jwt), bytes_of(proof_jwt), (keycard_buffer){scratch, size}, token,
                                       proof, detail);
}

/* --- presentations ---------------------------------------------------------------------------- */

keycard_status keycard_go_sd_jwt_validate(const uint64_t *memory, const keycard_policy *policy,
                                          const keycard_key_binding *binding, keycard_time time,
                                          keycard_go_text presentation, uint8_t *scratch, size_t size,
                                          keycard_token *token, keycard_detail *detail)
{
    return keycard_sd_jwt_validate(table(memory), policy, binding, time, bytes_of(presentation),
                                   (keycard_buffer){scratch, size}, token, detail);
}

/* --- flows and PKCE --------------------------------------------------------------------------- */

keycard_status keycard_go_response_type(keycard_go_text text, int32_t *response_type)
{
    return keycard_response_type_parse(bytes_of(text), response_type);
}

keycard_status keycard_go_pkce_challenge(keycard_go_text verifier, char *challenge43)
{
    return keycard_pkce_challenge(bytes_of(verifier), challenge43);
}

keycard_status keycard_go_pkce_verify(keycard_go_text challenge, keycard_go_text method, keycard_go_text verifier,
                                      uint32_t flags)
{
    return keycard_pkce_verify(bytes_of(challenge), bytes_of(method), bytes_of(verifier), flags);
}
