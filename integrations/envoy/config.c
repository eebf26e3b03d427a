/* filter_config as JSON: for a filter, and for a route. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

/* The limits for a realm and a list of scopes, which are part of each challenge. */
#define LONGEST_REALM 200
#define LONGEST_SCOPE_LIST 2000

/* Joins the scopes with spaces, for challenges. */
static bool list_scopes(ke_memory *memory, ke_demands *demands)
{
    size_t i, length = 0;
    char *list, *end;

    for (i = 0; i < demands->scopes.count; i++)
        length += demands->scopes.texts[i].length + 1;
    if (length == 0)
        return true;
    list = end = ke_allocate(memory, length);
    for (i = 0; i < demands->scopes.count; i++) {
        if (i > 0)
            *end++ = ' ';
        memcpy(end, demands->scopes.texts[i].data, demands->scopes.texts[i].length);
        end += demands->scopes.texts[i].length;
    }
    demands->scope_list = list;
    for (i = 0; i < demands->scopes.count; i++)
        if (memchr(demands->scopes.texts[i].data, ' ', demands->scopes.texts[i].length) != NULL)
            length = LONGEST_SCOPE_LIST + 1;
    if (length <= LONGEST_SCOPE_LIST && ke_is_quotable(list))
        return true;
    ke_log(ENVOY_ERROR, "scopes: are too long, or have a character that no scope has");
    return false;
}

/* Reads the members that both a filter and a route may have. */
static bool read_demands(ke_memory *memory, json_t *root, ke_demands *demands)
{
    return ke_read_flag(root, "optional", &demands->optional) && ke_read_texts(memory, root, "scopes", &demands->scopes) &&
           list_scopes(memory, demands);
}

static bool read_realm(ke_config *config, json_t *root)
{
    keycard_bytes realm = KEYCARD_BYTES_INIT("api");
    char *copy;

    if (!ke_read_text(root, "realm", &realm))
        return false;
    copy = ke_allocate(&config->memory, realm.length + 1);
    memcpy(copy, realm.data, realm.length);
    config->realm = copy;
    if (realm.length <= LONGEST_REALM && ke_is_quotable(copy))
        return true;
    ke_log(ENVOY_ERROR, "realm: is too long, or has a character that a challenge cannot quote");
    return false;
}

static bool read_certificate(ke_config *config, json_t *root)
{
    keycard_bytes text = KEYCARD_ABSENT;

    if (!ke_read_text(root, "client_certificate", &text))
        return false;
    if (ke_same(text, KEYCARD_BYTES("accepted")))
        config->certificate = KE_CERTIFICATE_ACCEPTED;
    else if (ke_same(text, KEYCARD_BYTES("required")))
        config->certificate = KE_CERTIFICATE_REQUIRED;
    else if (text.data != NULL) {
        ke_log(ENVOY_ERROR, "client_certificate: is neither accepted nor required");
        return false;
    }
    return true;
}

static bool read_config(ke_config *config, json_t *root)
{
    static const char *const names[] = {"issuers",  "leeway",  "limits",        "scopes",         "optional", "realm",
                                        "from",     "cors_preflight", "forward_token", "headers", "payload_header",
                                        "metadata", "dpop",    "client_certificate", NULL};

    return root != NULL && ke_only(root, "the configuration", names) &&
           ke_read_number(root, "leeway", 0, 600, &config->leeway) &&
           read_demands(&config->memory, root, &config->demands) && read_realm(config, root) &&
           ke_read_flag(root, "cors_preflight", &config->allows_preflight) &&
           ke_read_flag(root, "forward_token", &config->forwards_token) && ke_places_read(config, root) &&
           ke_claims_read(config, root) && read_certificate(config, root) && ke_issuers_read(config, root) &&
           ke_dpop_read(config, root);
}

static bool define(ke_config *config, const char *name, const char *label, size_t *counter)
{
    const envoy_bytes text = {name, strlen(name)};
    envoy_bytes labels = {label, label == NULL ? 0 : strlen(label)};

    return envoy_dynamic_module_callback_http_filter_config_define_counter(config->envoy, text, &labels, label != NULL,
                                                                           counter) == 0;
}

ke_config *ke_config_new(envoy_config envoy, envoy_bytes text)
{
    ke_config *config = calloc(1, sizeof *config);

    if (config == NULL)
        abort();
    config->envoy = envoy;
    if (!read_config(config, ke_parse(&config->memory, text))) {
        ke_config_free(config);
        return NULL;
    }
    config->has_counters = define(config, "keycard_accepted", NULL, &config->accepted) &&
                           define(config, "keycard_passed", NULL, &config->passed) &&
                           define(config, "keycard_rejected", "reason", &config->rejected) &&
                           define(config, "keycard_fetches", "result", &config->fetches);
    if (!config->has_counters)
        ke_log(ENVOY_WARN, "Envoy defines no counters");
    if (!envoy_dynamic_module_callback_is_validation_mode() && !ke_sources_join(config)) {
        ke_log(ENVOY_ERROR, "cannot start a thread");
        ke_config_free(config);
        return NULL;
    }
    return config;
}

void ke_config_free(ke_config *config)
{
    size_t i;

    ke_sources_leave(config);
    for (i = 0; i < config->issuer_count; i++)
        ke_source_close(config->issuers[i].source);
    ke_dpop_free(config->dpop);
    ke_release(&config->memory);
    free(config);
}

ke_route *ke_route_new(envoy_bytes text)
{
    static const char *const names[] = {"off", "optional", "scopes", "issuers", NULL};
    ke_route *route = calloc(1, sizeof *route);
    json_t *root;

    if (route == NULL)
        abort();
    root = ke_parse(&route->memory, text);
    if (root != NULL && ke_only(root, "the configuration of a route", names) &&
        ke_read_flag(root, "off", &route->demands.off) && read_demands(&route->memory, root, &route->demands) &&
        ke_read_texts(&route->memory, root, "issuers", &route->demands.issuers)) {
        if (!route->demands.off || json_object_size(root) == 1)
            return route;
        ke_log(ENVOY_ERROR, "off: cannot be combined with other members");
    }
    ke_route_free(route);
    return NULL;
}

void ke_route_free(ke_route *route)
{
    ke_release(&route->memory);
    free(route);
}
