/* The hooks that Envoy calls. */

#include "keycard_envoy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The filter of one stream. */
typedef struct {
    const ke_config *config;
    bool offers_nonce;
} filter;

/* --- functions for all files --- */

void ke_log(int level, const char *format, ...)
{
    char text[512] = "keycard: ";
    const size_t start = strlen(text);
    envoy_bytes message = {text, 0};
    va_list arguments;
    size_t i;

    va_start(arguments, format);
    vsnprintf(text + start, sizeof text - start, format, arguments);
    va_end(arguments);
    message.length = strlen(text);
    /* A line break in a name must not begin a new line in the log. */
    for (i = 0; i < message.length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = '?';
    envoy_dynamic_module_callback_log(level, message);
}

bool ke_same(keycard_bytes one, keycard_bytes other)
{
    return one.length == other.length && (one.length == 0 || memcmp(one.data, other.data, one.length) == 0);
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + 'a' - 'A') : letter;
}

bool ke_same_without_case(keycard_bytes one, keycard_bytes other)
{
    size_t i;

    for (i = 0; one.length == other.length && i < one.length; i++)
        if (lower(ke_characters(one)[i]) != lower(ke_characters(other)[i]))
            return false;
    return one.length == other.length;
}

/* --- configurations --- */

const char *envoy_dynamic_module_on_program_init(void)
{
    return ENVOY_ABI_VERSION;
}

const void *envoy_dynamic_module_on_http_filter_config_new(envoy_config envoy, envoy_bytes name, envoy_bytes text)
{
    (void)name;
    return ke_config_new(envoy, text);
}

void envoy_dynamic_module_on_http_filter_config_destroy(const void *config)
{
    ke_config_free((ke_config *)config);
}

const void *envoy_dynamic_module_on_http_filter_per_route_config_new(envoy_bytes name, envoy_bytes text)
{
    (void)name;
    return ke_route_new(text);
}

void envoy_dynamic_module_on_http_filter_per_route_config_destroy(const void *route)
{
    ke_route_free((ke_route *)route);
}

void envoy_dynamic_module_on_http_filter_config_scheduled(envoy_config envoy, const void *config, uint64_t event)
{
    (void)event;
    ke_sources_ask(envoy, config);
}

void envoy_dynamic_module_on_http_filter_config_http_callout_done(envoy_config envoy, const void *given,
                                                                  uint64_t callout, int result, envoy_header *headers,
                                                                  size_t header_count, envoy_bytes *body,
                                                                  size_t body_count)
{
    const ke_config *config = given;
    const char *why = NULL;
    const ke_body copy = ke_fetch_body(result, headers, header_count, body, body_count, &why);
    envoy_bytes label = {copy.data != NULL ? "answered" : "failed", copy.data != NULL ? 8 : 6};

    (void)callout;
    if (config->has_counters)
        envoy_dynamic_module_callback_http_filter_config_increment_counter(envoy, config->fetches, &label, 1, 1);
    ke_sources_answered(config, copy, why);
}

/* --- requests --- */

const void *envoy_dynamic_module_on_http_filter_new(const void *config, envoy_stream stream)
{
    filter *made = calloc(1, sizeof *made);

    (void)stream;
    if (made == NULL)
        abort();
    made->config = config;
    return made;
}

void envoy_dynamic_module_on_http_filter_destroy(const void *given)
{
    free((void *)given);
}

int envoy_dynamic_module_on_http_filter_request_headers(envoy_stream stream, const void *given, bool ends)
{
    filter *own = (filter *)given;
    const ke_config *config = own->config;
    ke_verdict verdict;

    (void)ends;
    ke_claims_clear(config, stream, ENVOY_REQUEST_HEADERS);
    verdict = ke_validate(config, stream);
    if (verdict.status != 0) {
        ke_answer(config, stream, &verdict);
        return ENVOY_STOP;
    }
    own->offers_nonce = verdict.scheme == KE_DPOP;
    if (config->has_counters)
        envoy_dynamic_module_callback_http_filter_increment_counter(
            stream, verdict.is_accepted ? config->accepted : config->passed, NULL, 0, 1);
    return ENVOY_CONTINUE;
}

/* Some servers treat trailers as headers, which RFC 9110 section 6.5.1 forbids. */
int envoy_dynamic_module_on_http_filter_request_trailers(envoy_stream stream, const void *given)
{
    const filter *own = given;

    ke_claims_clear(own->config, stream, ENVOY_REQUEST_TRAILERS);
    return ENVOY_CONTINUE;
}

/* Sends the nonce for the next proof (RFC 9449 section 8.2). */
int envoy_dynamic_module_on_http_filter_response_headers(envoy_stream stream, const void *given, bool ends)
{
    static const envoy_bytes name = {"dpop-nonce", 10}, caching = {"cache-control", 13}, no_store = {"no-store", 8};
    const filter *own = given;
    char nonce[KE_NONCE_SIZE];
    envoy_bytes value = {nonce, KE_NONCE_SIZE - 1};

    (void)ends;
    if (own->offers_nonce && ke_dpop_nonce(own->config->dpop, nonce)) {
        envoy_dynamic_module_callback_http_set_header(stream, ENVOY_RESPONSE_HEADERS, name, value);
        envoy_dynamic_module_callback_http_set_header(stream, ENVOY_RESPONSE_HEADERS, caching, no_store);
    }
    return ENVOY_CONTINUE;
}
