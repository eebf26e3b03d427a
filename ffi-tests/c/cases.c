/* Checks the cases of tests/vectors through keycard.h. Prints the verdict on each record in a line,
 * with the words of Rust and Go. All memory that the library gets is between guard pages. Each
 * record is checked twice: with each buffer directly after the first guard page, and directly
 * before the last.
 *
 * Usage: cases FILE. tools/contract/c-cases writes the file: for each record its length in bytes
 * and its kind, then the record. */

#include "guard.h"
#include "key_of_record.h"
#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_oidc.h"
#include "keycard_pkce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENT UINT32_MAX
#define LONGEST 65536
#define KEYS_SIZE 131072
/* The maximum age of a proof, in seconds. */
#define WINDOW 60
#define VERDICT_SIZE 256
#define THUMBPRINT_LENGTH 43

enum kind { TOKEN, KEYS, THUMBPRINT, PROOF, PKCE };

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

static keycard_bytes text(struct reader *reader)
{
    keycard_bytes found = KEYCARD_ABSENT;
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

/* Reads a list of strings; NULL if it is absent. */
static const keycard_bytes *texts(struct reader *reader, size_t *count)
{
    uint32_t i, length = number(reader);
    keycard_bytes *list;

    *count = 0;
    if (length == ABSENT)
        return NULL;
    list = (keycard_bytes *)guarded(length * sizeof *list, reader->side);
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
        keycard_bytes *name = (keycard_bytes *)guarded(sizeof *name, reader->side);

        list[i].kind = number(reader);
        *name = text(reader);
        list[i].path = name;
        list[i].path_length = 1;
        list[i].value = text(reader);
    }
    return list;
}

/* Reads the ID token that a refreshed one is compared with; NULL if it is absent. */
static const keycard_original_id_token *original(struct reader *reader)
{
    keycard_original_id_token *read;

    if (number(reader) == 0)
        return NULL;
    read = (keycard_original_id_token *)guarded(sizeof *read, reader->side);
    memset(read, 0, sizeof *read);
    read->issuer = text(reader);
    read->subject = text(reader);
    read->audiences = texts(reader, &read->audience_count);
    read->authorized_party = text(reader);
    read->nonce = text(reader);
    take(reader, &read->issued_at, sizeof read->issued_at);
    take(reader, &read->auth_time, sizeof read->auth_time);
    read->has_auth_time = number(reader);
    return read;
}

/* An empty table. */
static keycard_keys *no_keys(enum guard_side side)
{
    keycard_keys *keys;

    if (keycard_keys_init((uint64_t *)guarded(KEYS_SIZE, side), KEYS_SIZE, &keys) != KEYCARD_OK) {
        fprintf(stderr, "there is no table\n");
        exit(1);
    }
    return keys;
}

static keycard_status verdict_of_token(struct reader *reader, keycard_detail *detail)
{
    const keycard_policy no_policy = KEYCARD_POLICY_INIT;
    const keycard_key_rules no_rules = KEYCARD_KEY_RULES_INIT;
    enum guard_side side = reader->side;
    keycard_policy *policy = (keycard_policy *)guarded_copy(&no_policy, sizeof no_policy, side);
    keycard_key_rules *key_rules = (keycard_key_rules *)guarded_copy(&no_rules, sizeof no_rules, side);
    keycard_token *token = (keycard_token *)guarded(sizeof *token, side);
    keycard_keys *keys = no_keys(side);
    keycard_bytes key, second, jwt;
    keycard_status status;
    size_t scratch_size;
    uint32_t form;
    int64_t now;

    take(reader, &now, sizeof now);
    policy->profile = number(reader);
    policy->algorithms = number(reader);
    policy->flags = number(reader);
    policy->leeway = number(reader);
    policy->max_token_age = number(reader);
    policy->max_age = number(reader);
    /* The key sets of the cases contain their secrets. */
    key_rules->flags = KEYCARD_KEYS_ALLOW_SECRETS;
    key_rules->insecure_min_rsa_bits = number(reader);
    key_rules->insecure_min_secret_bytes = number(reader);
    form = number(reader);
    key = text(reader);
    second = text(reader);
    jwt = text(reader);
    policy->issuer = text(reader);
    policy->audiences = texts(reader, &policy->audience_count);
    policy->token_type = text(reader);
    policy->nonce = text(reader);
    policy->authorized_parties = texts(reader, &policy->authorized_party_count);
    policy->access_token = text(reader);
    policy->code = text(reader);
    policy->rules = rules(reader, &policy->rule_count);
    policy->original = original(reader);
    policy->dpop_key32 = (const uint8_t *)text(reader).data;

    status = add_key_of_record(keys, key_rules, policy->algorithms, form, key, second, detail);
    if (status != KEYCARD_OK)
        return status;
    scratch_size = keycard_scratch_size(jwt.length);
    return keycard_validate(keys, policy, keycard_time_at(now), jwt,
                            (keycard_buffer){guarded(scratch_size, side), scratch_size}, token, detail);
}

/* Loads keys with the default rules. If no key was loaded, the status is that of the first rejected
 * or skipped key. */
static keycard_status verdict_of_keys(struct reader *reader, keycard_detail *detail)
{
    keycard_keys *keys = no_keys(reader->side);
    keycard_key_report *report = (keycard_key_report *)guarded(sizeof *report, reader->side);
    const keycard_finding *finding;
    uint32_t form = number(reader);
    keycard_bytes key = text(reader);
    keycard_status status;

    if (form == 1)
        return keycard_keys_add_jwk(keys, NULL, key, detail);
    if (form == 0)
        status = keycard_keys_add_jwks_by(keys, NULL, key, report);
    else
        status = keycard_keys_add_pem(keys, NULL, key, report);
    *detail = report->detail;
    finding = report->rejected > 0 ? report->rejections : report->skips;
    if (status == KEYCARD_OK && report->added == 0 && finding->status != KEYCARD_OK) {
        detail->status = status = finding->status;
        detail->stage = KEYCARD_STAGE_KEY_SET;
        detail->member = finding->member;
    }
    return status;
}

/* A key must be found by its thumbprint, and not by another thumbprint. */
static keycard_status verdict_of_thumbprint(struct reader *reader, keycard_detail *detail)
{
    const keycard_key_rules no_rules = KEYCARD_KEY_RULES_INIT;
    keycard_key_rules *rules = (keycard_key_rules *)guarded_copy(&no_rules, sizeof no_rules, reader->side);
    keycard_keys *keys = no_keys(reader->side);
    keycard_bytes key = text(reader), thumbprint = text(reader);
    char *made = (char *)guarded(THUMBPRINT_LENGTH, reader->side);
    keycard_status status;
    size_t index;

    rules->flags = KEYCARD_KEYS_ALLOW_SECRETS;
    status = keycard_keys_add_jwk(keys, rules, key, detail);
    if (status != KEYCARD_OK)
        return status;
    detail->stage = KEYCARD_STAGE_KEY_SET;
    detail->status = status = keycard_keys_find(keys, thumbprint, &index);
    if (status == KEYCARD_OK && (keycard_keys_thumbprint(keys, index, made) != KEYCARD_OK
                                 || memcmp(made, thumbprint.data, thumbprint.length) != 0)) {
        fprintf(stderr, "a key was found by another thumbprint\n");
        exit(1);
    }
    return status;
}

static keycard_status verdict_of_proof(struct reader *reader, keycard_detail *detail)
{
    const keycard_proof_rules no_rules = KEYCARD_PROOF_RULES_INIT;
    keycard_proof_rules *rules = (keycard_proof_rules *)guarded_copy(&no_rules, sizeof no_rules, reader->side);
    keycard_proof *made = (keycard_proof *)guarded(sizeof *made, reader->side);
    keycard_bytes *nonce = (keycard_bytes *)guarded(sizeof *nonce, reader->side);
    keycard_bytes proof;
    size_t scratch_size;
    int64_t now;

    take(reader, &now, sizeof now);
    rules->algorithms = number(reader);
    rules->window = WINDOW;
    proof = text(reader);
    rules->method = text(reader);
    rules->uri = text(reader);
    rules->access_token = text(reader);
    *nonce = text(reader);
    if (rules->access_token.data == NULL)
        rules->flags |= KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN;
    if (nonce->data == NULL) {
        rules->flags |= KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    } else {
        rules->nonces = nonce;
        rules->nonce_count = 1;
    }
    scratch_size = keycard_scratch_size(proof.length);
    return keycard_dpop_validate(rules, keycard_time_at(now), proof,
                                 (keycard_buffer){guarded(scratch_size, reader->side), scratch_size}, made, detail);
}

static keycard_status verdict_of_pkce(struct reader *reader, keycard_detail *detail)
{
    keycard_bytes challenge = text(reader), method = text(reader), verifier = text(reader);

    detail->stage = KEYCARD_STAGE_PKCE;
    detail->member.data = NULL;
    detail->status = keycard_pkce_verify(challenge, method, verifier, number(reader));
    return detail->status;
}

/* Writes the verdict of a record. */
static void verdict_of(const uint8_t *record, size_t length, uint32_t kind, enum guard_side side,
                       char verdict[VERDICT_SIZE])
{
    static keycard_status (*const functions[])(struct reader *, keycard_detail *) = {
        verdict_of_token, verdict_of_keys, verdict_of_thumbprint, verdict_of_proof, verdict_of_pkce,
    };
    keycard_detail *detail = (keycard_detail *)guarded(sizeof *detail, side);
    struct reader reader;
    keycard_status status;
    keycard_bytes stage;

    reader.next = record;
    reader.end = record + length;
    reader.side = side;
    if (kind >= sizeof functions / sizeof *functions) {
        fprintf(stderr, "a record of an unknown kind\n");
        exit(2);
    }
    status = functions[kind](&reader, detail);
    if (detail->status != status) {
        fprintf(stderr, "the detail says %d and the status %d\n", (int)detail->status, (int)status);
        exit(1);
    }
    stage = keycard_stage_name(detail->stage);
    if (status == KEYCARD_OK)
        snprintf(verdict, VERDICT_SIZE, "%s", keycard_status_text(status));
    else if (detail->member.data == NULL)
        snprintf(verdict, VERDICT_SIZE, KEYCARD_FORMAT ": %s", KEYCARD_ARGUMENTS(stage), keycard_status_text(status));
    else
        snprintf(verdict, VERDICT_SIZE, KEYCARD_FORMAT ": %s (" KEYCARD_FORMAT ")", KEYCARD_ARGUMENTS(stage),
                 keycard_status_text(status), KEYCARD_ARGUMENTS(detail->member));
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
        char first[VERDICT_SIZE], second[VERDICT_SIZE];

        if (head[0] > sizeof record || fread(record, 1, head[0], file) != head[0]) {
            fprintf(stderr, "a record is too long, or the file too short\n");
            return 2;
        }
        verdict_of(record, head[0], head[1], GUARD_BEFORE, first);
        guarded_free_all();
        verdict_of(record, head[0], head[1], GUARD_BEHIND, second);
        guarded_free_all();
        if (strcmp(first, second) != 0) {
            fprintf(stderr, "two verdicts: %s; %s\n", first, second);
            return 1;
        }
        puts(first);
    }
    fclose(file);
    return 0;
}
