#include "shim.h"

#include <stdlib.h>

static size_t begin_of(const size_t *ends, size_t index)
{
    return index == 0 ? 0 : ends[index - 1];
}

/* A text that is there: with an address even if it is empty. */
static keycard_text text_of(const char *texts, const size_t *ends, size_t index)
{
    size_t begin = begin_of(ends, index);
    keycard_text text;

    text.data = texts == NULL ? "" : texts + begin;
    text.length = ends[index] - begin;
    return text;
}

/* --- keys ---------------------------------------------------------------------------------------------- */

/* A table begins where its memory does. */
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

void keycard_go_keys_add(uint64_t *memory, keycard_go_source source, keycard_key_rules rules, const char *data,
                         size_t length, keycard_key_report *report)
{
    static const keycard_key_report empty;
    keycard_keys *keys = (keycard_keys *)memory;
    keycard_detail *detail = &report->detail;
    keycard_status status;

    rules.struct_size = sizeof rules;
    if (source == KEYCARD_GO_JWKS) {
        (void)keycard_keys_add_jwks_by(keys, &rules, data, length, report);
        return;
    }
    *report = empty;
    switch (source) {
    case KEYCARD_GO_JWK:
        status = keycard_keys_add_jwk(keys, &rules, data, length, detail);
        break;
    case KEYCARD_GO_PEM:
        status = keycard_keys_add_pem(keys, &rules, data, length, detail);
        break;
    case KEYCARD_GO_DER:
        status = keycard_keys_add_der(keys, &rules, data, length, detail);
        break;
    default:
        status = keycard_keys_add_secret(keys, &rules, data, length, detail);
        break;
    }
    report->added = status == KEYCARD_OK;
}

keycard_status keycard_go_keys_thumbprint(const uint64_t *memory, size_t index, char *thumbprint43)
{
    return keycard_keys_thumbprint(table(memory), index, thumbprint43);
}

keycard_status keycard_go_keys_find(const uint64_t *memory, keycard_text thumbprint, size_t *index)
{
    return keycard_keys_find(table(memory), thumbprint, index);
}

keycard_status keycard_go_keys_count(const uint64_t *memory, size_t *count)
{
    return keycard_keys_count(table(memory), count);
}

/* --- validation ---------------------------------------------------------------------------------------- */

/* A policy that asks for nothing yet, to be freed; NULL without memory. */
keycard_policy *keycard_go_policy(void)
{
    const keycard_policy initial = KEYCARD_POLICY_INIT;
    keycard_policy *policy = malloc(sizeof *policy);

    if (policy != NULL)
        *policy = initial;
    return policy;
}

/* Scratch for all of the tokens, side by side. */
size_t keycard_go_scratch_size(const size_t *ends, size_t count)
{
    size_t index, size = 0;

    for (index = 0; index < count; index++)
        size += keycard_scratch_size(ends[index] - begin_of(ends, index));
    return size;
}

void keycard_go_validate(const uint64_t *memory, const keycard_policy *policy, keycard_time time, const char *jwts,
                         const size_t *ends, size_t count, uint8_t *scratch, keycard_token *tokens,
                         keycard_detail *details)
{
    size_t index;

    for (index = 0; index < count; index++) {
        keycard_text jwt = text_of(jwts, ends, index);
        size_t size = keycard_scratch_size(jwt.length);
        keycard_status status = keycard_validate(table(memory), policy, time, jwt.data, jwt.length, scratch, size,
                                                 &tokens[index], &details[index]);

        /* The detail says the same; a refusal must not hang on that. */
        details[index].status = status;
        scratch += size;
    }
}

/* --- claims -------------------------------------------------------------------------------------------- */

static keycard_status find(const keycard_token *token, const char *names, const size_t *ends, size_t count,
                           keycard_value *value)
{
    keycard_text path[KEYCARD_GO_LONGEST_PATH];
    size_t index;

    if (count > KEYCARD_GO_LONGEST_PATH)
        return KEYCARD_CLAIM_MISSING;
    for (index = 0; index < count; index++)
        path[index] = text_of(names, ends, index);
    return keycard_claim_find(token, path, count, value);
}

static void set_text(keycard_go_claim *claim, const keycard_token *token, keycard_text text)
{
    if (claim->status != KEYCARD_OK)
        return;
    claim->offset = (size_t)(text.data - (const char *)token->scratch);
    claim->length = text.length;
}

keycard_go_claim keycard_go_find(keycard_token token, const char *names, const size_t *ends, size_t count,
                                 keycard_go_wanted wanted)
{
    keycard_go_claim claim = {0};
    keycard_value value;
    keycard_text text;

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

/* The string at a position of an array, or a string as the only one. */
keycard_go_claim keycard_go_string_at(keycard_token token, const char *names, const size_t *ends, size_t count,
                                      size_t index)
{
    keycard_go_claim claim = {0};
    keycard_value value;
    keycard_text text;

    claim.status = find(&token, names, ends, count, &value);
    if (claim.status == KEYCARD_OK && value.kind == KEYCARD_KIND_ARRAY)
        claim.status = keycard_value_element(&value, index, &value);
    else if (claim.status == KEYCARD_OK && value.kind == KEYCARD_KIND_STRING && index > 0)
        claim.status = KEYCARD_CLAIM_MISSING;
    if (claim.status == KEYCARD_OK)
        claim.status = keycard_value_string(&value, &text);
    set_text(&claim, &token, text);
    return claim;
}

keycard_go_claim keycard_go_payload(keycard_token token)
{
    keycard_go_claim claim = {0};
    keycard_text text;

    claim.status = keycard_token_payload(&token, &text);
    set_text(&claim, &token, text);
    return claim;
}

keycard_status keycard_go_json(keycard_token token, char *output, size_t size, size_t *length)
{
    return keycard_claims_json(&token, output, size, length);
}

/* --- replay -------------------------------------------------------------------------------------------- */

keycard_status keycard_go_replay_init(uint64_t *memory, size_t size, keycard_time time)
{
    keycard_replay *replay;
    keycard_status status = keycard_replay_init(memory, size, time, &replay);

    if (status == KEYCARD_OK && (uint64_t *)replay != memory)
        return KEYCARD_NOT_A_REPLAY_CACHE;
    return status;
}

keycard_status keycard_go_replay_token(uint64_t *memory, keycard_token token, keycard_time time)
{
    return keycard_replay_check_token((keycard_replay *)memory, &token, time);
}

keycard_status keycard_go_replay_proof(uint64_t *memory, const keycard_proof *proof, keycard_time time)
{
    return keycard_replay_check_proof((keycard_replay *)memory, proof, time);
}
