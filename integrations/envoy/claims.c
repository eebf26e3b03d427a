/* Claims of an accepted token, as headers for upstreams and as dynamic metadata. */

#include "keycard_envoy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From here on, two integers may be the same double. */
#define MOST_EXACT (((int64_t)1 << 53) - 1)

static const envoy_bytes space = {"keycard", 7};

/* A claim as text, with a buffer for a number or a list. */
typedef struct {
    keycard_bytes text;
    char room[KE_LONGEST_VALUE];
} shown;

/* True if a value is allowed in a header. A control character could end it. Receivers remove outer
 * spaces (RFC 9110 section 5.5), so " admin" would become "admin". */
static bool fits_a_header(keycard_bytes text)
{
    const char *characters = ke_characters(text);
    size_t i;

    if (text.length > 0 && (characters[0] == ' ' || characters[text.length - 1] == ' '))
        return false;
    for (i = 0; i < text.length; i++)
        if ((unsigned char)characters[i] < ' ' || characters[i] == 0x7f)
            return false;
    return text.length <= KE_LONGEST_VALUE;
}

/* Writes the strings of a list separated by spaces. The value is empty if a string of the list is
 * empty or has a space: ["a b"] would give the same text as ["a", "b"]. */
static void write_strings(const keycard_value *value, shown *shown)
{
    keycard_iterator strings;
    keycard_bytes text;
    size_t length = 0;

    if (keycard_value_strings(value, &strings) != KEYCARD_OK)
        return;
    while (keycard_next_string(&strings, &text) == KEYCARD_OK) {
        if (text.length == 0 || memchr(text.data, ' ', text.length) != NULL ||
            text.length + 1 > sizeof shown->room - length)
            return;
        if (length > 0)
            shown->room[length++] = ' ';
        memcpy(shown->room + length, text.data, text.length);
        length += text.length;
    }
    shown->text.data = shown->room;
    shown->text.length = length;
}

/* Reads a claim as text; empty if it is an object, or not allowed in a header. */
static void show(const keycard_value *value, shown *shown)
{
    int64_t integer;
    bool boolean;

    shown->text = KEYCARD_NOTHING;
    if (keycard_value_boolean(value, &boolean) == KEYCARD_OK) {
        shown->text = boolean ? KEYCARD_BYTES("true") : KEYCARD_BYTES("false");
    } else if (keycard_value_integer(value, &integer) == KEYCARD_OK) {
        shown->text.length = (size_t)snprintf(shown->room, sizeof shown->room, "%lld", (long long)integer);
        shown->text.data = shown->room;
    } else if (keycard_value_string(value, &shown->text) != KEYCARD_OK) {
        write_strings(value, shown);
    }
    if (!fits_a_header(shown->text))
        shown->text = KEYCARD_NOTHING;
}

static void set_header(envoy_stream stream, keycard_bytes name, keycard_bytes value)
{
    envoy_dynamic_module_callback_http_set_header(stream, ENVOY_REQUEST_HEADERS, ke_bytes(name), ke_bytes(value));
}

static char folded(char letter)
{
    return letter == '_' ? '-' : letter >= 'A' && letter <= 'Z' ? (char)(letter + 'a' - 'A') : letter;
}

/* True if a server may read two names as the same header: CGI, and interfaces like it, turn both a
 * hyphen and an underscore into an underscore (RFC 3875 section 4.1.18). */
static bool is_alike(keycard_bytes one, keycard_bytes other)
{
    size_t i;

    for (i = 0; one.length == other.length && i < one.length; i++)
        if (folded(ke_characters(one)[i]) != folded(ke_characters(other)[i]))
            return false;
    return one.length == other.length;
}

/* The number of headers for claims that a server may read as this header. */
static size_t claims_like(const ke_config *config, keycard_bytes name)
{
    size_t i, count = is_alike(config->payload_header, name);

    for (i = 0; i < config->header_count; i++)
        count += is_alike(config->headers[i].header, name);
    return count;
}

/* Removes a header by a copy of its name, because the name belongs to the header. */
static void remove_header(envoy_stream stream, envoy_header_type type, const envoy_header *header)
{
    static const envoy_bytes nothing = {NULL, 0};
    char *copy = malloc(header->name_length);
    const envoy_bytes name = {copy, header->name_length};

    if (copy == NULL)
        abort();
    memcpy(copy, header->name, header->name_length);
    envoy_dynamic_module_callback_http_set_header(stream, type, name, nothing);
    free(copy);
}

void ke_claims_clear(const ke_config *config, envoy_stream stream, envoy_header_type type)
{
    size_t i, j, forged = 0, count;
    envoy_header *headers;

    if (config->header_count == 0 && config->payload_header.length == 0)
        return;
    count = envoy_dynamic_module_callback_http_get_headers_size(stream, type);
    headers = calloc(count + 1, sizeof *headers);
    if (headers == NULL)
        abort();
    if (!envoy_dynamic_module_callback_http_get_headers(stream, type, headers))
        count = 0;
    /* Find each name once, because removing one removes all headers of that name. */
    for (i = 0; i < count; i++) {
        const keycard_bytes name = {headers[i].name, headers[i].name_length};

        if (claims_like(config, name) == 0)
            continue;
        for (j = 0; j < forged && !ke_same(name, (keycard_bytes){headers[j].name, headers[j].name_length}); j++)
            ;
        if (j == forged)
            headers[forged++] = headers[i];
    }
    for (i = 0; i < forged; i++)
        remove_header(stream, type, &headers[i]);
    free(headers);
}

/* Sets metadata. Its type is that of the claim. Numbers are doubles, so integers that a double
 * cannot tell apart are left out. */
static void set_metadata(envoy_stream stream, keycard_bytes name, const keycard_value *value)
{
    keycard_iterator strings;
    keycard_bytes text;
    int64_t integer;
    bool boolean;

    if (keycard_value_string(value, &text) == KEYCARD_OK)
        envoy_dynamic_module_callback_http_set_dynamic_metadata_string(stream, space, ke_bytes(name), ke_bytes(text));
    else if (keycard_value_boolean(value, &boolean) == KEYCARD_OK)
        envoy_dynamic_module_callback_http_set_dynamic_metadata_bool(stream, space, ke_bytes(name), boolean);
    else if (keycard_value_integer(value, &integer) == KEYCARD_OK && integer >= -MOST_EXACT && integer <= MOST_EXACT)
        envoy_dynamic_module_callback_http_set_dynamic_metadata_number(stream, space, ke_bytes(name), (double)integer);
    else if (keycard_value_strings(value, &strings) == KEYCARD_OK)
        while (keycard_next_string(&strings, &text) == KEYCARD_OK)
            envoy_dynamic_module_callback_http_add_dynamic_metadata_list_string(stream, space, ke_bytes(name), ke_bytes(text));
}

/* The payload of an accepted token, in the base64url of the token. */
static keycard_bytes payload_of(keycard_bytes jwt)
{
    const char *begin = memchr(jwt.data, '.', jwt.length), *end;
    keycard_bytes payload = KEYCARD_ABSENT;

    if (begin == NULL)
        return payload;
    begin++;
    end = memchr(begin, '.', (size_t)(ke_characters(jwt) + jwt.length - begin));
    if (end != NULL) {
        payload.data = begin;
        payload.length = (size_t)(end - begin);
    }
    return payload;
}

void ke_claims_pass(const ke_config *config, envoy_stream stream, const keycard_token *token, keycard_bytes jwt)
{
    keycard_value value;
    shown shown;
    size_t i;

    /* Set the payload first: setting another header may move the header that contains the token. */
    if (config->payload_header.length > 0)
        set_header(stream, config->payload_header, payload_of(jwt));
    for (i = 0; i < config->header_count; i++) {
        const ke_header *header = &config->headers[i];

        if (keycard_claim_find(token, header->claim.texts, header->claim.count, &value) != KEYCARD_OK)
            continue;
        show(&value, &shown);
        if (shown.text.length > 0)
            set_header(stream, header->header, shown.text);
    }
    for (i = 0; i < config->metadata_count; i++)
        if (keycard_claim_find(token, config->metadata[i].texts, config->metadata[i].count, &value) == KEYCARD_OK)
            set_metadata(stream, config->metadata[i].texts[config->metadata[i].count - 1], &value);
}

/* --- configuration --- */

/* True for a header name (RFC 9110 section 5.1) that HTTP does not use for itself. */
static bool is_header_name(keycard_bytes name)
{
    static const char *const reserved[] = {"host", "content-length", "transfer-encoding", "connection", "te", "upgrade",
                                           "authorization", "cookie", "dpop"};
    size_t i;

    for (i = 0; i < name.length; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", ke_characters(name)[i]) == NULL)
            return false;
    for (i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (is_alike(name, keycard_string(reserved[i])))
            return false;
    return name.length > 0;
}

static bool fault(const char *what)
{
    ke_log(ENVOY_ERROR, "%s", what);
    return false;
}

static bool read_headers(ke_config *config, json_t *list)
{
    static const char *const names[] = {"name", "claim", NULL};
    const size_t count = json_array_size(list);
    size_t i;

    if (list == NULL)
        return true;
    if (count == 0 || count > 64)
        return fault("headers: is not a list of 1 to 64 headers");
    config->headers = ke_allocate(&config->memory, count * sizeof *config->headers);
    config->header_count = count;
    for (i = 0; i < count; i++) {
        json_t *object = json_array_get(list, i);
        ke_header *header = &config->headers[i];

        if (!ke_only(object, "headers", names) || !ke_read_text(object, "name", &header->header) ||
            !ke_read_path(&config->memory, object, "claim", &header->claim))
            return false;
        if (header->claim.count == 0 || !is_header_name(header->header))
            return fault("headers: a header has a claim, and a name that HTTP does not reserve");
    }
    return true;
}

static bool read_metadata(ke_config *config, json_t *list)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (list == NULL)
        return true;
    if (count == 0 || count > 64)
        return fault("metadata: is not a list of 1 to 64 claims");
    config->metadata = ke_allocate(&config->memory, count * sizeof *config->metadata);
    config->metadata_count = count;
    for (i = 0; i < count; i++) {
        /* Puts the claim into a separate object, so that it is read like the claim of a header. */
        json_t *object = json_pack("{sO}", "metadata", json_array_get(list, i));
        const bool is_read = object != NULL && ke_read_path(&config->memory, object, "metadata", &config->metadata[i]);

        json_decref(object);
        if (!is_read || config->metadata[i].count == 0)
            return fault("metadata: has an element that is neither a claim nor a path of one");
    }
    return true;
}

static keycard_bytes last_of(ke_texts path)
{
    return path.texts[path.count - 1];
}

/* Rejects names that would mix values: two claims in one header, the strings of two claims in one
 * list of the metadata, or a claim in a header of a token. */
static bool check_names(const ke_config *config)
{
    size_t i, j;

    for (i = 0; i < config->header_count; i++)
        if (claims_like(config, config->headers[i].header) > 1)
            return fault("headers: a name is there twice");
    for (i = 0; i < config->place_count; i++)
        if (config->places[i].where == KE_IN_HEADER && claims_like(config, config->places[i].name) > 0)
            return fault("headers: a name is that of a header in from");
    for (i = 0; i < config->metadata_count; i++)
        for (j = 0; j < i; j++)
            if (ke_same(last_of(config->metadata[i]), last_of(config->metadata[j])))
                return fault("metadata: a name is there twice");
    return true;
}

bool ke_claims_read(ke_config *config, json_t *root)
{
    if (!ke_read_text(root, "payload_header", &config->payload_header) ||
        !read_headers(config, json_object_get(root, "headers")) ||
        !read_metadata(config, json_object_get(root, "metadata")))
        return false;
    if (config->payload_header.length > 0 && !is_header_name(config->payload_header))
        return fault("payload_header: HTTP reserves this name");
    return check_names(config);
}
