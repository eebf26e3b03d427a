/* The keys of each issuer, and the verdict on a token. */

#include "keycard_mosquitto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_KEY_FILE ((size_t)1 << 20)
#define LARGEST_KEY_TABLE ((size_t)1 << 24)

/* --- keys */

/* Reads a file into memory that is aligned for an image; NULL if it cannot be read. The caller
 * frees the memory. */
static uint64_t *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint64_t *content = (uint64_t *)malloc(LONGEST_KEY_FILE);

    *length = 0;
    if (file != NULL && content != NULL)
        *length = fread(content, 1, LONGEST_KEY_FILE, file);
    if (file != NULL)
        fclose(file);
    if (*length > 0 && *length < LONGEST_KEY_FILE)
        return content;
    free(content);
    return NULL;
}

/* Fills an empty table from a JWK Set or a PEM file. */
static keycard_status fill(const struct km_issuer *issuer, keycard_keys *keys, const void *content, size_t length,
                           keycard_key_report *report)
{
    if (issuer->key_form == KM_JWKS)
        return keycard_keys_add_jwks_by(keys, &issuer->key_rules, (keycard_bytes){content, length}, report);
    return keycard_keys_add_pem(keys, &issuer->key_rules, (keycard_bytes){content, length}, report);
}

/* Logs why keys of a file were rejected. */
static void log_rejections(const struct km_issuer *issuer, const keycard_key_report *report)
{
    size_t i;

    for (i = 0; i < report->rejected && i < KEYCARD_MAX_FINDINGS; i++)
        mosquitto_log_printf(MOSQ_LOG_WARNING, "keycard: %s: key %lu is rejected: %s", issuer->key_file,
                             (unsigned long)report->rejections[i].index,
                             keycard_status_text(report->rejections[i].status));
}

/* Makes a table that is as large as the keys need. */
static keycard_status make_table(const struct km_issuer *issuer, const void *content, size_t length,
                                 uint64_t **memory, keycard_keys **keys, keycard_key_report *report)
{
    keycard_status status = KEYCARD_KEY_TABLE_FULL;
    size_t size;

    for (size = 4096; status == KEYCARD_KEY_TABLE_FULL && size <= LARGEST_KEY_TABLE; size *= 2) {
        free(*memory);
        *memory = (uint64_t *)malloc(size);
        if (*memory == NULL)
            return KEYCARD_KEY_TABLE_FULL;
        status = keycard_keys_init(*memory, size, keys);
        if (status == KEYCARD_OK)
            status = fill(issuer, *keys, content, length, report);
    }
    log_rejections(issuer, report);
    if (status == KEYCARD_OK && report->added > 0)
        /* The loop doubled the size once more after the last attempt. */
        mosquitto_log_printf(MOSQ_LOG_NOTICE,
                             "keycard: %s: %u keys loaded, %u skipped, %u rejected, in a table of %lu KB",
                             issuer->key_file, (unsigned)report->added, (unsigned)report->skipped,
                             (unsigned)report->rejected, (unsigned long)size / 2048);
    return status;
}

bool km_issuer_load(struct km_issuer *issuer)
{
    keycard_key_report report = {0};
    keycard_keys *made = NULL;
    const keycard_keys *keys = NULL;
    uint64_t *memory = NULL;
    keycard_status status;
    size_t length;
    uint64_t *content = read_whole(issuer->key_file, &length);

    if (content == NULL) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: cannot read the keys in %s", issuer->key_file);
        return false;
    }
    if (issuer->key_form == KM_IMAGE) {
        /* An image is used in place. */
        memory = content;
        status = keycard_keys_from_image((keycard_bytes){memory, length}, &issuer->image_rules, &keys, NULL);
        if (status == KEYCARD_OK)
            status = keycard_keys_count(keys, &report.added);
        if (status == KEYCARD_OK && report.added > 0)
            mosquitto_log_printf(MOSQ_LOG_NOTICE, "keycard: %s: an image with %u keys loaded", issuer->key_file,
                                 (unsigned)report.added);
    } else {
        status = make_table(issuer, content, length, &memory, &made, &report);
        keys = made;
        free(content);
    }
    if (status != KEYCARD_OK || report.added == 0) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: no keys in %s: %s", issuer->key_file,
                             status == KEYCARD_OK ? "none can be used" : keycard_status_text(status));
        free(memory);
        return false;
    }
    /* The new keys replace the old ones in one step. */
    free(issuer->key_memory);
    issuer->key_memory = memory;
    issuer->keys = keys;
    return true;
}

void km_issuer_free(struct km_issuer *issuer)
{
    free(issuer->key_memory);
    issuer->key_memory = NULL;
    issuer->keys = NULL;
}

/* --- tokens */

bool km_issuer_check(const struct km_issuer *issuer)
{
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(1)];
    keycard_token token;
    keycard_detail detail = {0};

    /* The token does not matter here, because the library checks the policy first. */
    if (keycard_validate(issuer->keys, &issuer->policy, keycard_time_at(0), KEYCARD_BYTES("x"), KEYCARD_BUFFER(scratch),
                         &token, &detail) == KEYCARD_OK ||
        detail.stage != KEYCARD_STAGE_USAGE)
        return true;
    mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: the options for %.*s: %s (%.*s)", (int)issuer->policy.issuer.length,
                         issuer->policy.issuer.data, keycard_status_text(detail.status), (int)detail.member.length,
                         detail.member.length > 0 ? detail.member.data : "");
    return false;
}

/* Validates a token with the keys and the policy of the issuer that it names. */
static keycard_status validate(const struct km_options *options, const char *jwt, size_t length, keycard_token *token,
                               keycard_detail *detail)
{
    static uint8_t scratch[KEYCARD_SCRATCH_SIZE(KM_LONGEST_TOKEN)];
    keycard_trust_row rows[KM_MOST_ISSUERS] = {0};
    size_t i;

    for (i = 0; i < options->issuer_count; i++) {
        rows[i].keys = options->issuers[i].keys;
        rows[i].policy = &options->issuers[i].policy;
    }
    return keycard_validate_any(rows, options->issuer_count, keycard_time_at(km_now()), (keycard_bytes){jwt, length},
                                KEYCARD_BUFFER(scratch), token, detail);
}

/* Copies a string claim with a NUL behind it. False if the claim is absent, too long or contains
 * control characters. */
static bool copy_claim(const keycard_token *token, const char *name, char *copy, size_t size)
{
    const unsigned char *characters;
    keycard_bytes text;
    size_t i;

    if (keycard_claim_string(token, keycard_string(name), &text) != KEYCARD_OK || text.length == 0 ||
        text.length >= size)
        return false;
    characters = (const unsigned char *)text.data;
    for (i = 0; i < text.length; i++)
        if (characters[i] < 0x20 || characters[i] == 0x7f)
            return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return true;
}

/* Copies a claim that names an owner. With several issuers the name of the issuer comes first, so
 * that one issuer cannot name an owner that belongs to another. */
static bool copy_owner(const struct km_options *options, const struct km_issuer *issuer, const keycard_token *token,
                       const char *claim, char *owner)
{
    const size_t name = strlen(issuer->name);

    if (name > 0) {
        memcpy(owner, issuer->name, name);
        owner += name;
        *owner++ = options->separator;
    }
    return copy_claim(token, claim, owner, KM_LONGEST_SUBJECT + 1);
}

/* Returns the reason why a client may not use its client id; NULL if it may use it. The client id
 * belongs to the subject, or to the claim that the options name: otherwise a token would open the
 * session of another client, and disconnect it. */
static const char *check_client_id(const struct km_options *options, const keycard_token *token,
                                   const char *client_id, const struct km_grant *grant)
{
    const struct km_issuer *issuer = grant->issuer;
    const size_t length = strlen(grant->subject);
    const size_t name = issuer->name[0] == '\0' ? 0 : strlen(issuer->name) + 1;
    char owner[sizeof grant->subject];

    if (strlen(client_id) > KM_LONGEST_CLIENT_ID)
        return "the client id is too long";
    if (issuer->any_client_id)
        return NULL;
    if (issuer->client_id_claim != NULL)
        return copy_owner(options, issuer, token, issuer->client_id_claim, owner) && strcmp(owner, client_id) == 0
                   ? NULL
                   : "the client id is not that of the token";
    /* With a separator in the subject, the client ids of a~b would also belong to a. */
    if (strchr(grant->subject + name, options->separator) != NULL)
        return "the sub of the token contains the separator of client ids";
    if (strncmp(client_id, grant->subject, length) != 0 ||
        (client_id[length] != '\0' && client_id[length] != options->separator))
        return "the client id is not that of the token's subject";
    return NULL;
}

/* True for a scope: it has no spaces and no control characters (RFC 6749 section 3.3). */
static bool is_scope(keycard_bytes scope)
{
    const unsigned char *characters = (const unsigned char *)scope.data;
    size_t i;

    for (i = 0; i < scope.length; i++)
        if (characters[i] <= 0x20 || characters[i] == 0x7f)
            return false;
    return scope.length > 0;
}

static const char *const malformed_scopes = "a scope of the token is malformed";

/* Adds the words of a claim that is one string. */
static const char *add_words(struct km_grant *grant, keycard_bytes words)
{
    while (words.length > 0) {
        const char *begin = (const char *)words.data, *space = (const char *)memchr(begin, ' ', words.length);
        const size_t length = space == NULL ? words.length : (size_t)(space - begin);
        const keycard_bytes scope = {begin, length};

        if (length > 0 && !is_scope(scope))
            return malformed_scopes;
        if (!km_topics_add(grant, scope))
            return "the token has too many topic scopes";
        words.data = begin + length + (space != NULL);
        words.length -= length + (space != NULL);
    }
    return NULL;
}

/* Adds the elements of a claim that is an array. An element with a space could be one scope or
 * several. Guessing could grant a scope, so reject it. */
static const char *add_elements(struct km_grant *grant, const keycard_value *claim)
{
    keycard_iterator scopes;
    keycard_bytes scope;

    if (keycard_value_strings(claim, &scopes) != KEYCARD_OK)
        return malformed_scopes;
    while (keycard_next_string(&scopes, &scope) == KEYCARD_OK) {
        if (!is_scope(scope))
            return malformed_scopes;
        if (!km_topics_add(grant, scope))
            return "the token has too many topic scopes";
    }
    return NULL;
}

/* Reads the scopes of the token from the claim that the options name, or otherwise from scope or
 * scp, whichever is present. If both are present, reject: an issuer may grant by one and let its
 * users write the other. */
static const char *read_scopes(const keycard_token *token, struct km_grant *grant, keycard_detail *detail)
{
    static const keycard_bytes names[] = {KEYCARD_BYTES_INIT("scope"), KEYCARD_BYTES_INIT("scp")};
    const char *const chosen = grant->issuer->scope_claim;
    keycard_value value, granting = {0};
    keycard_bytes words;
    size_t i, there = 0;

    for (i = 0; i < 2; i++)
        if ((chosen == NULL || strcmp(chosen, names[i].data) == 0) &&
            keycard_claim_find(token, &names[i], 1, &value) == KEYCARD_OK) {
            there++;
            detail->member = names[i];
            granting = value;
        }
    if (there > 1)
        return "the token has both scope and scp";
    if (there == 0)
        return NULL;
    if (keycard_value_string(&granting, &words) == KEYCARD_OK)
        return add_words(grant, words);
    return granting.kind == KEYCARD_KIND_ARRAY ? add_elements(grant, &granting) : malformed_scopes;
}

const char *km_validate(const struct km_options *options, const char *token, size_t length, const char *client_id,
                        struct km_grant *grant, keycard_detail *detail)
{
    const char *denial;
    keycard_token accepted;
    int64_t expires;

    memset(detail, 0, sizeof *detail);
    memset(grant, 0, sizeof *grant);
    if (validate(options, token, length, &accepted, detail) != KEYCARD_OK)
        return keycard_status_text(detail->status);
    grant->issuer = &options->issuers[accepted.row];
    if (keycard_claim_time(&accepted, KEYCARD_BYTES("exp"), &expires) != KEYCARD_OK)
        return "the token never expires";
    grant->expires = expires > INT64_MAX - (int64_t)accepted.leeway ? INT64_MAX : expires + (int64_t)accepted.leeway;
    if (!copy_owner(options, grant->issuer, &accepted, "sub", grant->subject))
        return "the token has no usable sub";
    denial = check_client_id(options, &accepted, client_id, grant);
    if (denial != NULL)
        return denial;
    return read_scopes(&accepted, grant, detail);
}
