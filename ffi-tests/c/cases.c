/* Judges the token cases of tests/vectors through keycard.h and prints a line for each record: the text of its status.
 * Everything that the library is given lies between guard pages, once at either end.
 *
 * cases FILE, as tools/device/cases.py writes it: for each case and issuer a length in bytes, then the record. */

#include "guard.h"
#include "key_of_record.h"
#include "keycard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENT UINT32_MAX
#define LONGEST 65536
#define KEYS_SIZE 131072

/* A record that is being read. */
struct reader {
    const uint8_t *next, *end;
    enum guard_side side;
};

static void take(struct reader *reader, void *value, size_t length)
{
    if ((size_t)(reader->end - reader->next) < length) {
        fprintf(stderr, "a record is shorter than it says\n");
        exit(2);
    }
    memcpy(value, reader->next, length);
    reader->next += length;
}

static uint32_t number(struct reader *reader)
{
    uint32_t value;

    take(reader, &value, sizeof value);
    return value;
}

static keycard_text text(struct reader *reader)
{
    keycard_text found = KEYCARD_ABSENT;
    uint32_t length = number(reader);
    char *buffer;

    if (length == ABSENT)
        return found;
    buffer = (char *)guarded(length, reader->side);
    take(reader, buffer, length);
    found.data = buffer;
    found.length = length;
    return found;
}

/* A list of texts, NULL if there is none. */
static const keycard_text *texts(struct reader *reader, size_t *count)
{
    uint32_t i, length = number(reader);
    keycard_text *list;

    *count = 0;
    if (length == ABSENT)
        return NULL;
    list = (keycard_text *)guarded(length * sizeof *list, reader->side);
    for (i = 0; i < length; i++)
        list[i] = text(reader);
    *count = length;
    return list;
}

static const keycard_rule *rules(struct reader *reader, size_t *count)
{
    uint32_t i, length = number(reader);
    keycard_rule *list;

    *count = length;
    if (length == 0)
        return NULL;
    list = (keycard_rule *)guarded(length * sizeof *list, reader->side);
    memset(list, 0, length * sizeof *list);
    for (i = 0; i < length; i++) {
        keycard_text *name = (keycard_text *)guarded(sizeof *name, reader->side);

        list[i].kind = number(reader);
        *name = text(reader);
        list[i].path = name;
        list[i].path_length = 1;
        list[i].value = text(reader);
    }
    return list;
}

static keycard_status judge(const uint8_t *record, size_t length, enum guard_side side)
{
    const keycard_policy no_policy = KEYCARD_POLICY_INIT;
    const keycard_key_rules no_rules = KEYCARD_KEY_RULES_INIT;
    struct reader reader;
    keycard_policy *policy = (keycard_policy *)guarded_copy(&no_policy, sizeof no_policy, side);
    keycard_key_rules *key_rules = (keycard_key_rules *)guarded_copy(&no_rules, sizeof no_rules, side);
    uint64_t *memory = (uint64_t *)guarded(KEYS_SIZE, side);
    keycard_token *token = (keycard_token *)guarded(sizeof *token, side);
    keycard_detail *detail = (keycard_detail *)guarded(sizeof *detail, side);
    keycard_text key, second, jwt;
    keycard_keys *keys;
    keycard_status status;
    size_t scratch_size;
    uint32_t form;
    int64_t now;

    reader.next = record;
    reader.end = record + length;
    reader.side = side;
    take(&reader, &now, sizeof now);
    policy->profile = number(&reader);
    policy->algorithms = number(&reader);
    policy->flags = number(&reader);
    policy->leeway = number(&reader);
    policy->max_token_age = number(&reader);
    policy->max_age = number(&reader);
    /* The cases are written for their secrets to be in the set. */
    key_rules->flags = KEYCARD_KEYS_ALLOW_SECRETS;
    key_rules->insecure_min_rsa_bits = number(&reader);
    key_rules->insecure_min_secret_bytes = number(&reader);
    form = number(&reader);
    key = text(&reader);
    second = text(&reader);
    jwt = text(&reader);
    policy->issuer = text(&reader);
    policy->audiences = texts(&reader, &policy->audience_count);
    policy->token_type = text(&reader);
    policy->nonce = text(&reader);
    policy->authorized_parties = texts(&reader, &policy->authorized_party_count);
    policy->access_token = text(&reader);
    policy->code = text(&reader);
    policy->rules = rules(&reader, &policy->rule_count);

    status = keycard_keys_init(memory, KEYS_SIZE, &keys);
    if (status == KEYCARD_OK)
        status = add_key_of_record(keys, key_rules, policy->algorithms, form, key, second);
    if (status != KEYCARD_OK)
        return status;
    scratch_size = keycard_scratch_size(jwt.length);
    status = keycard_validate(keys, policy, keycard_time_at(now), jwt.data, jwt.length, guarded(scratch_size, side),
                              scratch_size, token, detail);
    if (detail->status != status) {
        fprintf(stderr, "the detail says %d and the status %d\n", (int)detail->status, (int)status);
        exit(1);
    }
    return status;
}

int main(int count, char **arguments)
{
    static uint8_t record[LONGEST];
    uint32_t head[2];
    FILE *file;

    if (count != 2 || (file = fopen(arguments[1], "rb")) == NULL) {
        fprintf(stderr, "usage: cases FILE\n");
        return 2;
    }
    while (fread(head, sizeof head, 1, file) == 1) {
        keycard_status first, second;

        if (head[0] > sizeof record || fread(record, 1, head[0], file) != head[0]) {
            fprintf(stderr, "a record is too long, or the file too short\n");
            return 2;
        }
        first = judge(record, head[0], GUARD_BEFORE);
        guarded_free_all();
        second = judge(record, head[0], GUARD_BEHIND);
        guarded_free_all();
        if (first != second) {
            fprintf(stderr, "two verdicts: %s; %s\n", keycard_status_text(first), keycard_status_text(second));
            return 1;
        }
        puts(keycard_status_text(first));
    }
    fclose(file);
    return 0;
}
