/* A key table from a JWK Set or from a PEM file. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

/* The largest table. Keys of a larger set get fewer precomputed values. */
#define LARGEST_TABLE ((size_t)256 << 20)

static bool is_pem(const char *content, size_t length)
{
    static const char begin[] = "-----BEGIN ";

    while (length > 0 && (*content == ' ' || *content == '\n' || *content == '\r' || *content == '\t')) {
        content++;
        length--;
    }
    return length >= sizeof begin - 1 && memcmp(content, begin, sizeof begin - 1) == 0;
}

/* The size of a table with the largest precomputation that fits; 0 if the set is malformed. */
static size_t size_for(keycard_key_rules *rules, bool pem, const char *content, size_t length, const char **why)
{
    size_t size = 0;
    keycard_status status;

    if (pem)
        return 65536 + rules->precompute;
    for (;;) {
        status = keycard_keys_size_for_jwks(rules, (keycard_bytes){content, length}, &size);
        if (status != KEYCARD_OK) {
            *why = keycard_status_text(status);
            return 0;
        }
        if (size <= LARGEST_TABLE)
            return size;
        if (rules->precompute == 0) {
            *why = "the table would be too large";
            return 0;
        }
        rules->precompute = rules->precompute > KEYCARD_PRECOMPUTE_1KB ? rules->precompute / 2 : 0;
        if (rules->precompute == KEYCARD_PRECOMPUTE_16KB * 2)
            rules->precompute = KEYCARD_PRECOMPUTE_16KB;
    }
}

ke_keys *ke_keys_make(const ke_key_rules *given, const char *content, size_t length, const char **why)
{
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    const bool pem = is_pem(content, length);
    keycard_key_report report = {0};
    keycard_status status;
    ke_keys *keys;
    size_t size;

    rules.precompute = given->precompute;
    rules.id = given->id;
    size = size_for(&rules, pem, content, length, why);
    if (size == 0)
        return NULL;
    keys = calloc(1, sizeof *keys);
    if (keys == NULL || (keys->memory = malloc(size)) == NULL)
        abort();
    atomic_init(&keys->users, 1);
    status = keycard_keys_init(keys->memory, size, &keys->table);
    if (status == KEYCARD_OK && pem)
        status = keycard_keys_add_pem(keys->table, &rules, (keycard_bytes){content, length}, &report);
    else if (status == KEYCARD_OK)
        status = keycard_keys_add_jwks_by(keys->table, &rules, (keycard_bytes){content, length}, &report);
    keys->count = report.added;
    if (status == KEYCARD_OK && keys->count > 0)
        return keys;
    *why = status != KEYCARD_OK ? keycard_status_text(status)
           : report.rejected > 0 ? keycard_status_text(report.rejections[0].status)
                                 : "it has no key that can be used";
    ke_keys_drop(keys);
    return NULL;
}

void ke_keys_drop(ke_keys *keys)
{
    if (keys == NULL || atomic_fetch_sub(&keys->users, 1) != 1)
        return;
    free(keys->memory);
    free(keys);
}
