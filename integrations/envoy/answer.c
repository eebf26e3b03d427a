/* The response to a rejected request (RFC 6750 section 3, RFC 9449 section 7.1), and the reason for
 * the access log. Neither contains text from the token. */

#include "keycard_envoy.h"

#include <stdio.h>
#include <string.h>

/* The buffer is large enough, because the configuration limits the parts of a challenge. */
#define LONGEST_CHALLENGE 4096

static const envoy_bytes space = {"keycard", 7};

bool ke_is_quotable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

/* Writes the challenge of a scheme. The error is in the challenge of the scheme that was used, or
 * in each challenge if the token came without a scheme. */
static void write_challenge(const ke_config *config, const ke_verdict *verdict, ke_scheme scheme, char *text)
{
    const bool with_error =
        verdict->error != NULL && (verdict->scheme == scheme || verdict->scheme == KE_NO_SCHEME);
    /* RFC 6750 section 3: the scopes that the resource needs. */
    const bool with_scopes =
        verdict->demands.scope_list != NULL && (verdict->error == NULL || verdict->status == 403);
    int length = snprintf(text, LONGEST_CHALLENGE, "%s realm=\"%s\"", scheme == KE_DPOP ? "DPoP" : "Bearer", config->realm);

    if (with_scopes)
        length += snprintf(text + length, LONGEST_CHALLENGE - (size_t)length, ", scope=\"%s\"", verdict->demands.scope_list);
    if (with_error)
        length += snprintf(text + length, LONGEST_CHALLENGE - (size_t)length, ", error=\"%s\", error_description=\"%s\"",
                           verdict->error, verdict->why);
    if (scheme == KE_DPOP)
        snprintf(text + length, LONGEST_CHALLENGE - (size_t)length, ", algs=\"%s\"", ke_dpop_algorithms(config->dpop));
}

static envoy_header header_of(const char *name, const char *value)
{
    const envoy_header header = {name, strlen(name), value, strlen(value)};

    return header;
}

/* Counts the rejection, and gives its reason to the access log. */
static void record(const ke_config *config, envoy_stream stream, const ke_verdict *verdict, const char *word)
{
    const char *text = verdict->reason != KEYCARD_OK ? keycard_status_text(verdict->reason)
                       : verdict->why != NULL        ? verdict->why
                                                     : word;
    envoy_bytes value = {text, strlen(text)}, label = {word, strlen(word)};
    static const envoy_bytes reason = {"reason", 6}, status = {"status", 6};

    envoy_dynamic_module_callback_http_set_dynamic_metadata_string(stream, space, reason, value);
    if (verdict->reason != KEYCARD_OK)
        envoy_dynamic_module_callback_http_set_dynamic_metadata_number(stream, space, status, verdict->reason);
    if (config->has_counters)
        envoy_dynamic_module_callback_http_filter_increment_counter(stream, config->rejected, &label, 1, 1);
}

void ke_answer(const ke_config *config, envoy_stream stream, const ke_verdict *verdict)
{
    char challenges[2][LONGEST_CHALLENGE], nonce[KE_NONCE_SIZE], number[12], details[32];
    const char *word = verdict->word;
    envoy_header headers[5];
    envoy_bytes body = {NULL, 0}, detail;
    size_t count = 0;

    if (word == NULL) {
        snprintf(number, sizeof number, "%d", (int)verdict->reason);
        word = number;
    }
    record(config, stream, verdict, word);
    /* If there is no error code and the status is not 401, the token is not at fault, so there is
     * no challenge. */
    if (verdict->error != NULL || verdict->status == 401) {
        const bool with_dpop = config->dpop != NULL, dpop_first = with_dpop && verdict->scheme == KE_DPOP;

        /* The challenge of the scheme in use comes first: some clients read only the first. */
        write_challenge(config, verdict, dpop_first ? KE_DPOP : KE_BEARER, challenges[0]);
        headers[count++] = header_of("www-authenticate", challenges[0]);
        if (with_dpop) {
            write_challenge(config, verdict, dpop_first ? KE_BEARER : KE_DPOP, challenges[1]);
            headers[count++] = header_of("www-authenticate", challenges[1]);
        }
    }
    if (ke_dpop_nonce(config->dpop, nonce))
        headers[count++] = header_of("dpop-nonce", nonce);
    headers[count++] = header_of("cache-control", "no-store");
    if (verdict->status == 503)
        headers[count++] = header_of("retry-after", "1");
    if (verdict->why != NULL) {
        body.data = verdict->why;
        body.length = strlen(verdict->why);
    }
    snprintf(details, sizeof details, "keycard_%s", word);
    detail.data = details;
    detail.length = strlen(details);
    envoy_dynamic_module_callback_http_send_response(stream, verdict->status, headers, count, body, detail);
}
