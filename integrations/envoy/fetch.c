/* Fetches key sets from a cluster, by HTTP callouts of Envoy. The cluster has the address and the
 * TLS settings; a redirect is not followed. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

static envoy_header header_of(const char *name, const char *value)
{
    const envoy_header header = {name, strlen(name), value, strlen(value)};

    return header;
}

bool ke_fetch_start(envoy_config envoy, const ke_address *address)
{
    const envoy_bytes cluster = {address->cluster, strlen(address->cluster)}, no_body = {NULL, 0};
    envoy_header headers[] = {
        header_of(":method", "GET"),
        header_of(":path", address->path),
        header_of(":authority", address->host),
        header_of("accept", "application/jwk-set+json, application/json"),
        header_of("user-agent", "keycard"),
    };
    uint64_t callout;

    return envoy_dynamic_module_callback_http_filter_config_http_callout(
               envoy, &callout, cluster, headers, sizeof headers / sizeof *headers, no_body,
               (uint64_t)address->seconds * 1000) == ENVOY_CALLOUT_STARTED;
}

static bool is_200(const envoy_header *headers, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (headers[i].name_length == 7 && memcmp(headers[i].name, ":status", 7) == 0)
            return headers[i].value_length == 3 && memcmp(headers[i].value, "200", 3) == 0;
    return false;
}

ke_body ke_fetch_body(int result, const envoy_header *headers, size_t header_count, const envoy_bytes *body,
                      size_t body_count, const char **why)
{
    ke_body copy = {NULL, 0};
    size_t i, length = 0;

    if (result != ENVOY_CALLOUT_ANSWERED || !is_200(headers, header_count)) {
        *why = result != ENVOY_CALLOUT_ANSWERED ? "no answer" : "the status is not 200";
        return copy;
    }
    for (i = 0; i < body_count; i++)
        if (body[i].length > KE_LONGEST_KEY_SET - length) {
            *why = "the key set is too long";
            return copy;
        } else {
            length += body[i].length;
        }
    copy.data = malloc(length + 1);
    if (copy.data == NULL)
        abort();
    for (i = 0; i < body_count; i++) {
        memcpy(copy.data + copy.length, body[i].data, body[i].length);
        copy.length += body[i].length;
    }
    return copy;
}
