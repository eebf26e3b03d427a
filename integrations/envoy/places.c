/* Where a token is in a request: in a header, in a cookie or in the query. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

static const keycard_bytes authorization = KEYCARD_BYTES_INIT("authorization");

size_t ke_header_of(envoy_stream stream, const char *name, keycard_bytes *value)
{
    const envoy_bytes key = {name, strlen(name)};
    envoy_bytes found = {NULL, 0};
    size_t count = 0;

    if (!envoy_dynamic_module_callback_http_get_header(stream, ENVOY_REQUEST_HEADERS, key, &found, 0, &count))
        count = 0;
    *value = ke_text(found);
    return count;
}

/* Returns the text before a character, and removes both from the rest. */
static keycard_bytes cut(keycard_bytes *rest, char at)
{
    const char *begin = rest->data, *end = rest->length > 0 ? memchr(begin, at, rest->length) : NULL;
    keycard_bytes part = *rest;

    part.length = end == NULL ? rest->length : (size_t)(end - begin);
    rest->data = begin + part.length + (end != NULL);
    rest->length -= part.length + (end != NULL);
    return part;
}

static keycard_bytes trim(keycard_bytes text)
{
    const char *begin = text.data;

    while (text.length > 0 && (begin[0] == ' ' || begin[0] == '\t')) {
        begin++;
        text.length--;
    }
    while (text.length > 0 && (begin[text.length - 1] == ' ' || begin[text.length - 1] == '\t'))
        text.length--;
    text.data = begin;
    return text;
}

/* Looks for NAME=VALUE in a list. Returns the number of matches, and the last value. */
static size_t pairs(keycard_bytes list, char separator, keycard_bytes name, keycard_bytes *value)
{
    size_t count = 0;

    while (list.length > 0) {
        keycard_bytes rest = trim(cut(&list, separator));

        if (ke_same(cut(&rest, '='), name)) {
            *value = rest;
            count++;
        }
    }
    return count;
}

static keycard_bytes query_of(envoy_stream stream)
{
    keycard_bytes path, fragment;

    ke_header_of(stream, ":path", &path);
    fragment = cut(&path, '#');
    cut(&fragment, '?');
    return fragment;
}

/* --- places --- */

/* Reads the scheme of Authorization (RFC 6750 section 2.1, RFC 9449 section 7.1). */
static ke_finding in_scheme(const ke_config *config, keycard_bytes value, ke_found *found)
{
    const keycard_bytes scheme = cut(&value, ' ');
    const char *characters;
    size_t i;

    if (ke_same_without_case(scheme, KEYCARD_BYTES("Bearer")))
        found->scheme = KE_BEARER;
    else if (config->dpop != NULL && ke_same_without_case(scheme, KEYCARD_BYTES("DPoP")))
        found->scheme = KE_DPOP;
    else
        return KE_NONE;
    found->jwt = trim(value);
    characters = found->jwt.data;
    for (i = 0; i < found->jwt.length; i++)
        if (characters[i] == ' ' || characters[i] == '\t' || characters[i] == ',')
            return KE_MALFORMED;
    return found->jwt.length > 0 ? KE_ONE : KE_MALFORMED;
}

static ke_finding in_header(const ke_config *config, const ke_place *place, envoy_stream stream, ke_found *found)
{
    keycard_bytes value;
    const size_t count = ke_header_of(stream, place->name.data, &value);

    if (count != 1)
        return count == 0 ? KE_NONE : KE_SEVERAL;
    value = trim(value);
    if (place->prefix.data == NULL && ke_same(place->name, authorization))
        return in_scheme(config, value, found);
    if (value.length < place->prefix.length ||
        (place->prefix.length > 0 && memcmp(value.data, place->prefix.data, place->prefix.length) != 0))
        return KE_NONE;
    found->jwt.data = ke_characters(value) + place->prefix.length;
    found->jwt.length = value.length - place->prefix.length;
    return found->jwt.length > 0 ? KE_ONE : KE_NONE;
}

static ke_finding in_cookie(const ke_place *place, envoy_stream stream, ke_found *found)
{
    static const envoy_bytes name = {"cookie", 6};
    size_t i, headers = 0, count = 0;
    envoy_bytes value = {NULL, 0};

    for (i = 0; envoy_dynamic_module_callback_http_get_header(stream, ENVOY_REQUEST_HEADERS, name, &value, i, &headers) &&
                i < headers;
         i++)
        count += pairs(ke_text(value), ';', place->name, &found->jwt);
    if (count > 1)
        return KE_SEVERAL;
    return count == 1 && found->jwt.length > 0 ? KE_ONE : KE_NONE;
}

static ke_finding in_query(const ke_place *place, envoy_stream stream, ke_found *found)
{
    const size_t count = pairs(query_of(stream), '&', place->name, &found->jwt);

    if (count > 1)
        return KE_SEVERAL;
    return count == 1 && found->jwt.length > 0 ? KE_ONE : KE_NONE;
}

ke_finding ke_places_find(const ke_config *config, envoy_stream stream, ke_found *found)
{
    ke_finding all = KE_NONE;
    keycard_bytes other;
    size_t i;

    memset(found, 0, sizeof *found);
    for (i = 0; i < config->place_count; i++) {
        const ke_place *place = &config->places[i];
        ke_found here = {KE_NO_SCHEME, {NULL, 0}, place};
        const ke_finding finding = place->where == KE_IN_HEADER   ? in_header(config, place, stream, &here)
                                   : place->where == KE_IN_COOKIE ? in_cookie(place, stream, &here)
                                                                  : in_query(place, stream, &here);

        if (finding == KE_NONE)
            continue;
        if (all != KE_NONE)
            return KE_SEVERAL;
        all = finding;
        *found = here;
    }
    /* RFC 6750 section 2: a client must not send the token twice. */
    if (found->scheme != KE_NO_SCHEME && pairs(query_of(stream), '&', KEYCARD_BYTES("access_token"), &other) > 0)
        return KE_SEVERAL;
    return all;
}

/* Removes a parameter with the & after it. For the last parameter, the & before it is removed. */
static void remove_parameter(envoy_stream stream, const ke_found *found)
{
    static const envoy_bytes name = {":path", 5};
    keycard_bytes path, value;
    const char *target, *begin, *end;
    envoy_bytes rest;
    char *copy;

    ke_header_of(stream, ":path", &path);
    target = path.data;
    if (pairs(query_of(stream), '&', found->place->name, &value) != 1)
        return;
    begin = ke_characters(value) - 1 - found->place->name.length;
    end = ke_characters(value) + value.length;
    if (end < target + path.length && *end == '&')
        end++;
    else
        begin--;
    copy = malloc(path.length);
    if (copy == NULL)
        abort();
    rest.data = copy;
    rest.length = path.length - (size_t)(end - begin);
    memcpy(copy, target, (size_t)(begin - target));
    memcpy(copy + (begin - target), end, (size_t)(target + path.length - end));
    envoy_dynamic_module_callback_http_set_header(stream, ENVOY_REQUEST_HEADERS, name, rest);
    free(copy);
}

void ke_places_remove(envoy_stream stream, const ke_found *found)
{
    static const envoy_bytes proof = {"dpop", 4}, nothing = {NULL, 0};

    if (found->place->where == KE_IN_QUERY)
        remove_parameter(stream, found);
    if (found->place->where == KE_IN_HEADER)
        envoy_dynamic_module_callback_http_set_header(stream, ENVOY_REQUEST_HEADERS, ke_bytes(found->place->name), nothing);
    if (found->scheme == KE_DPOP)
        envoy_dynamic_module_callback_http_set_header(stream, ENVOY_REQUEST_HEADERS, proof, nothing);
}

/* --- configuration --- */

static bool read_place(ke_memory *memory, json_t *object, ke_place *place)
{
    static const char *const names[] = {"header", "prefix", "cookie", "query", NULL};
    keycard_bytes header = KEYCARD_ABSENT, cookie = KEYCARD_ABSENT, query = KEYCARD_ABSENT;
    char *name;
    size_t i;

    if (!ke_only(object, "from", names) || !ke_read_text(object, "header", &header) ||
        !ke_read_text(object, "prefix", &place->prefix) || !ke_read_text(object, "cookie", &cookie) ||
        !ke_read_text(object, "query", &query))
        return false;
    if ((header.data != NULL) + (cookie.data != NULL) + (query.data != NULL) != 1 ||
        (header.data == NULL && place->prefix.data != NULL)) {
        ke_log(ENVOY_ERROR, "from: a place is a header, perhaps with a prefix, or a cookie, or a query parameter");
        return false;
    }
    place->where = header.data != NULL ? KE_IN_HEADER : cookie.data != NULL ? KE_IN_COOKIE : KE_IN_QUERY;
    place->name = header.data != NULL ? header : cookie.data != NULL ? cookie : query;
    name = ke_allocate(memory, place->name.length + 1);
    memcpy(name, place->name.data, place->name.length);
    for (i = 0; place->where == KE_IN_HEADER && i < place->name.length; i++)
        if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] = (char)(name[i] + 'a' - 'A');
    place->name.data = name;
    return true;
}

bool ke_places_read(ke_config *config, json_t *root)
{
    static const ke_place standard = {KE_IN_HEADER, KEYCARD_BYTES_INIT("authorization"), KEYCARD_ABSENT};
    json_t *from = json_object_get(root, "from");
    const size_t count = json_array_size(from);
    size_t i;

    config->place_count = from == NULL ? 1 : count;
    config->places = ke_allocate(&config->memory, (count + 1) * sizeof *config->places);
    config->places[0] = standard;
    if (from != NULL && (count == 0 || count > 16)) {
        ke_log(ENVOY_ERROR, "from: is not a list of 1 to 16 places");
        return false;
    }
    for (i = 0; i < count; i++) {
        memset(&config->places[i], 0, sizeof config->places[i]);
        if (!read_place(&config->memory, json_array_get(from, i), &config->places[i]))
            return false;
    }
    return true;
}
