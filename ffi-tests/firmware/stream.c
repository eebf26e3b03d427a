/* Validates the tokens of a file that it reads by semihosting, and prints the status of each. The
 * same program runs on a device and on the host, and must print the same. tools/device/cases.py
 * writes the file. */

#include "../c/key_of_record.h"
#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_keys.h"
#include "keycard_oidc.h"
#include "startup.h"

#include <string.h>

#define ABSENT UINT32_MAX
#define MAX_TEXTS 32

static uint64_t BUFFER record[8192];
static uint64_t BUFFER memory[2048];
static uint8_t BUFFER scratch[KEYCARD_SCRATCH_SIZE(16384)];

static const uint8_t *next;

static void take(void *value, size_t length)
{
    memcpy(value, next, length);
    next += length;
}

static uint32_t number(void)
{
    uint32_t value;

    take(&value, sizeof value);
    return value;
}

static keycard_bytes text(void)
{
    keycard_bytes found = KEYCARD_ABSENT;
    uint32_t length = number();

    if (length != ABSENT) {
        found.data = next;
        found.length = length;
        next += length;
    }
    return found;
}

/* Reads a list of strings; NULL if it is absent. */
static const keycard_bytes *texts(keycard_bytes *list, size_t *count)
{
    uint32_t i, length = number();

    *count = 0;
    if (length == ABSENT)
        return NULL;
    if (length > MAX_TEXTS)
        leave(1);
    for (i = 0; i < length; i++)
        list[i] = text();
    *count = length;
    return list;
}

/* Reads the ID token that a refreshed one is compared with; NULL if it is absent. */
static const keycard_original_id_token *original(void)
{
    static keycard_bytes BUFFER audiences[MAX_TEXTS];
    static keycard_original_id_token BUFFER read;

    if (number() == 0)
        return NULL;
    memset(&read, 0, sizeof read);
    read.issuer = text();
    read.subject = text();
    read.audiences = texts(audiences, &read.audience_count);
    read.authorized_party = text();
    read.nonce = text();
    take(&read.issued_at, sizeof read.issued_at);
    take(&read.auth_time, sizeof read.auth_time);
    read.has_auth_time = number();
    return &read;
}

static keycard_status verdict_of(void)
{
    static keycard_bytes BUFFER audiences[MAX_TEXTS], parties[MAX_TEXTS], names[MAX_TEXTS];
    static keycard_rule BUFFER rules[MAX_TEXTS];
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_key_rules key_rules = KEYCARD_KEY_RULES_INIT;
    keycard_bytes key, second, jwt;
    keycard_keys *keys;
    keycard_token token;
    keycard_detail detail;
    keycard_status status;
    int64_t now;
    uint32_t i, count, form;

    take(&now, sizeof now);
    policy.profile = number();
    policy.algorithms = number();
    policy.flags = number();
    policy.leeway = number();
    policy.max_token_age = number();
    policy.max_age = number();
    /* The key sets of the cases contain their secrets. */
    key_rules.flags = KEYCARD_KEYS_ALLOW_SECRETS;
    key_rules.insecure_min_rsa_bits = number();
    key_rules.insecure_min_secret_bytes = number();
    form = number();
    key = text();
    second = text();
    jwt = text();
    policy.issuer = text();
    policy.audiences = texts(audiences, &policy.audience_count);
    policy.token_type = text();
    policy.nonce = text();
    policy.authorized_parties = texts(parties, &policy.authorized_party_count);
    policy.access_token = text();
    policy.code = text();
    count = number();
    if (count > MAX_TEXTS)
        leave(1);
    for (i = 0; i < count; i++) {
        memset(&rules[i], 0, sizeof rules[i]);
        rules[i].kind = number();
        names[i] = text();
        rules[i].path = &names[i];
        rules[i].path_length = 1;
        rules[i].value = text();
    }
    policy.rules = count == 0 ? NULL : rules;
    policy.rule_count = count;
    policy.original = original();
    policy.dpop_key32 = (const uint8_t *)text().data;

    status = keycard_keys_init(memory, sizeof memory, &keys);
    if (status == KEYCARD_OK)
        status = add_key_of_record(keys, &key_rules, policy.algorithms, form, key, second, &detail);
    if (status == KEYCARD_OK)
        status = keycard_validate(keys, &policy, keycard_time_at(now), jwt, KEYCARD_BUFFER(scratch), &token, NULL);
    return status;
}

int main(void)
{
    uint32_t head[2];

    open_input();
    while (read_input(head, sizeof head)) {
        if (head[0] > sizeof record || !read_input(record, head[0]))
            return 1;
        next = (const uint8_t *)record;
        print_number((uint32_t)verdict_of());
        print("\n");
    }
    return 0;
}
