/* A plugin for mosquitto 2 that lets clients in by an access token (JWT) in the password field.
 *
 * - The token decides who the client is: its sub becomes the user name, whatever the client sent.
 * - Its scopes decide which topics it may use: mqtt:read:FILTER to subscribe and receive, mqtt:write:FILTER to
 *   publish. Without one, nothing is allowed.
 * - When it expires the client is disconnected, and between two ticks of the broker nothing passes any more.
 * - SIGHUP reads the keys anew. Who is connected stays; a file that cannot be used leaves the old keys in place.
 *
 * The broker calls a plugin from one thread, so that nothing here is locked. README.md lists the options. */

#include "keycard.h"

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LONGEST_TOKEN 16384
#define LONGEST_KEY_FILE (1L << 20)
#define LARGEST_KEY_TABLE ((size_t)1 << 24)
#define BUCKETS 4096

/* What is known of a client, from its token until the token expires. */
struct session {
    struct session *next;
    struct mosquitto *client;
    bool connected;
    time_t expires;
    char *client_id;
    /* The scopes of the token, with a space between them. */
    char *scopes;
};

static struct {
    mosquitto_plugin_id_t *identifier;
    const char *key_file, *client_id_claim;
    keycard_policy policy;
    keycard_text scope;
    keycard_key_rules key_rules;
    uint64_t *key_memory;
    keycard_keys *keys;
    struct session *sessions[BUCKETS];
    time_t last_tick;
    /* Between a reload and the next tick the broker asks again for everybody who is connected, and for nobody else. */
    bool reloading;
} plugin;

static const struct {
    const char *name;
    uint32_t algorithm;
} algorithms[] = {{"ES256", KEYCARD_ES256}, {"ES384", KEYCARD_ES384}, {"ES512", KEYCARD_ES512},
                  {"RS256", KEYCARD_RS256}, {"RS384", KEYCARD_RS384}, {"RS512", KEYCARD_RS512},
                  {"PS256", KEYCARD_PS256}, {"PS384", KEYCARD_PS384}, {"PS512", KEYCARD_PS512},
                  {"EdDSA", KEYCARD_EDDSA}, {"Ed25519", KEYCARD_ED25519}};

static keycard_text text_of(const char *string)
{
    keycard_text text = {string, strlen(string)};

    return text;
}

/* --- keys ---------------------------------------------------------------------------------------------- */

/* The file as a string, to be freed; NULL if it cannot be read. */
static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *content = (char *)malloc(LONGEST_KEY_FILE);

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

/* Builds a table beside the one in use, and exchanges them only if the new one has keys. */
static bool load_keys(void)
{
    keycard_status status = KEYCARD_KEY_TABLE_FULL;
    keycard_key_report report;
    keycard_keys *keys = NULL;
    uint64_t *memory = NULL;
    size_t length, size;
    char *jwks = read_whole(plugin.key_file, &length);

    if (jwks == NULL) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: cannot read the keys in %s", plugin.key_file);
        return false;
    }
    for (size = 4096; status == KEYCARD_KEY_TABLE_FULL && size <= LARGEST_KEY_TABLE; size *= 2) {
        free(memory);
        memory = (uint64_t *)malloc(size);
        if (memory == NULL)
            break;
        status = keycard_keys_init(memory, size, &keys);
        if (status == KEYCARD_OK)
            status = keycard_keys_add_jwks_by(keys, &plugin.key_rules, jwks, length, &report);
    }
    free(jwks);
    if (status != KEYCARD_OK || report.added == 0) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: no keys in %s: %s", plugin.key_file,
                             status == KEYCARD_OK ? "none can be used" : keycard_status_text(status));
        free(memory);
        return false;
    }
    free(plugin.key_memory);
    plugin.key_memory = memory;
    plugin.keys = keys;
    /* The loop has doubled the size once more. */
    mosquitto_log_printf(MOSQ_LOG_NOTICE, "keycard: %u keys loaded, %u skipped, %u refused, in a table of %lu KB",
                         (unsigned)report.added, (unsigned)report.skipped, (unsigned)report.refused,
                         (unsigned long)size / 2048);
    return true;
}

/* --- sessions ------------------------------------------------------------------------------------------ */

/* The place of the pointer to the session of a client id: to NULL if there is none. */
static struct session **place_of(const char *client_id)
{
    struct session **place;
    const char *at;
    uint32_t hash = 2166136261u;

    for (at = client_id; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    place = &plugin.sessions[hash % BUCKETS];
    while (*place != NULL && strcmp((*place)->client_id, client_id) != 0)
        place = &(*place)->next;
    return place;
}

static void forget(struct session **place)
{
    struct session *session = *place;

    *place = session->next;
    free(session->client_id);
    free(session->scopes);
    free(session);
}

/* Takes over what a client was let in with; a session of the same client id ends. */
static bool remember(struct mosquitto *client, time_t expires, const char *scopes)
{
    const char *client_id = mosquitto_client_id(client);
    struct session **place = place_of(client_id);
    struct session *session = (struct session *)calloc(1, sizeof *session);

    if (session == NULL)
        return false;
    if (*place != NULL)
        forget(place);
    session->client = client;
    session->connected = true;
    session->expires = expires;
    session->client_id = strdup(client_id);
    session->scopes = strdup(scopes);
    session->next = *place;
    *place = session;
    if (session->client_id != NULL && session->scopes != NULL)
        return true;
    forget(place);
    return false;
}

static bool is_connected(struct mosquitto *client)
{
    const struct session *session = *place_of(mosquitto_client_id(client));

    return session != NULL && session->client == client && session->connected;
}

/* --- topics -------------------------------------------------------------------------------------------- */

/* Whether a filter of a scope covers all that a topic, or a filter asked for, stands for (MQTT 5.0 section 4.7). */
static bool covers(const char *filter, const char *end, const char *topic)
{
    /* A wildcard in front does not stand for the topics of the broker (section 4.7.2). */
    if (*topic == '$' && filter < end && *filter != '$')
        return false;
    for (;;) {
        const size_t level = strcspn(topic, "/");
        const char *slash = (const char *)memchr(filter, '/', (size_t)(end - filter));
        const size_t granted = (size_t)((slash == NULL ? end : slash) - filter);
        const bool is_any = granted == 1 && *filter == '+';

        if (granted == 1 && *filter == '#')
            return slash == NULL;
        if (level == 1 && *topic == '#')
            return false;
        if (!is_any && (granted != level || memcmp(filter, topic, level) != 0))
            return false;
        if (topic[level] == '\0')
            /* What is above a # is covered by it. */
            return slash == NULL || (end - slash == 2 && slash[1] == '#');
        if (slash == NULL)
            return false;
        filter = slash + 1;
        topic += level + 1;
    }
}

static bool allows(const char *scopes, const char *prefix, const char *topic)
{
    const size_t length = strlen(prefix);

    while (*scopes != '\0') {
        const size_t word = strcspn(scopes, " ");

        if (word > length && memcmp(scopes, prefix, length) == 0 && covers(scopes + length, scopes + word, topic))
            return true;
        scopes += word;
        scopes += strspn(scopes, " ");
    }
    return false;
}

/* --- events -------------------------------------------------------------------------------------------- */

/* The scopes of a token in one string, to be freed: scope or scp, a string of words or an array of them. */
static char *scopes_of(const keycard_token *token)
{
    static const char *const names[] = {"scope", "scp"};
    char *all = (char *)calloc(1, LONGEST_TOKEN + 1);
    size_t claim, used = 0;
    keycard_iterator strings;
    keycard_text text;

    for (claim = 0; all != NULL && claim < 2; claim++)
        for (keycard_claim_strings(token, text_of(names[claim]), &strings);
             keycard_next_string(&strings, &text) == KEYCARD_OK;) {
            /* The claims of a token are shorter than the token. */
            if (memchr(text.data, '\0', text.length) != NULL || used + text.length + 1 > LONGEST_TOKEN)
                continue;
            memcpy(all + used, text.data, text.length);
            used += text.length;
            all[used++] = ' ';
        }
    return all;
}

/* Writes a text claim with a NUL behind it, if it is there, fits and has no NUL of its own. */
static bool copy_claim(const keycard_token *token, const char *name, char *copy, size_t size)
{
    keycard_text text;

    if (keycard_claim_string(token, text_of(name), &text) != KEYCARD_OK || text.length == 0 || text.length >= size ||
        memchr(text.data, '\0', text.length) != NULL)
        return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return true;
}

static int refuse(struct mosquitto *client, const char *why, const char *claim, size_t claim_length)
{
    mosquitto_log_printf(MOSQ_LOG_NOTICE, "keycard: %s at %s refused: %s%s%.*s%s", mosquitto_client_id(client),
                         mosquitto_client_address(client), why, claim_length > 0 ? " (" : "", (int)claim_length,
                         claim_length > 0 ? claim : "", claim_length > 0 ? ")" : "");
    return MOSQ_ERR_AUTH;
}

static int on_connect(int event, void *event_data, void *user_data)
{
    static uint8_t scratch[KEYCARD_SCRATCH_SIZE(LONGEST_TOKEN)];
    struct mosquitto_evt_basic_auth *asked = (struct mosquitto_evt_basic_auth *)event_data;
    struct mosquitto *client = asked->client;
    keycard_detail detail;
    keycard_token token;
    keycard_status status;
    char subject[512], id[512];
    int64_t expires;
    char *scopes;
    bool remembered;

    (void)event, (void)user_data;
    if (plugin.reloading && is_connected(client))
        return MOSQ_ERR_SUCCESS;
    if (asked->password == NULL)
        return refuse(client, "no token in the password field", NULL, 0);
    status = keycard_validate(plugin.keys, &plugin.policy, keycard_time_at((int64_t)time(NULL)), asked->password,
                              strlen(asked->password), scratch, sizeof scratch, &token, &detail);
    if (status != KEYCARD_OK)
        return refuse(client, keycard_status_text(status), detail.claim.data, detail.claim.length);
    if (keycard_claim_time(&token, KEYCARD_TEXT("exp"), &expires) != KEYCARD_OK)
        return refuse(client, "the token never expires", NULL, 0);
    if (!copy_claim(&token, "sub", subject, sizeof subject))
        return refuse(client, "the token has no usable sub", NULL, 0);
    if (plugin.client_id_claim != NULL && (!copy_claim(&token, plugin.client_id_claim, id, sizeof id) ||
                                           strcmp(id, mosquitto_client_id(client)) != 0))
        return refuse(client, "the client id is not that of the token", NULL, 0);
    scopes = scopes_of(&token);
    remembered = scopes != NULL && remember(client, (time_t)(expires + plugin.policy.leeway), scopes);
    free(scopes);
    if (!remembered || mosquitto_set_username(client, subject) != MOSQ_ERR_SUCCESS)
        return MOSQ_ERR_NOMEM;
    return MOSQ_ERR_SUCCESS;
}

static int on_access(int event, void *event_data, void *user_data)
{
    const struct mosquitto_evt_acl_check *asked = (const struct mosquitto_evt_acl_check *)event_data;
    const struct session *session = *place_of(mosquitto_client_id(asked->client));
    const char *prefix = asked->access == MOSQ_ACL_WRITE ? "mqtt:write:" : "mqtt:read:";

    (void)event, (void)user_data;
    if (asked->access == MOSQ_ACL_UNSUBSCRIBE)
        return MOSQ_ERR_SUCCESS;
    if (session == NULL || time(NULL) >= session->expires || !allows(session->scopes, prefix, asked->topic))
        return MOSQ_ERR_ACL_DENIED;
    return MOSQ_ERR_SUCCESS;
}

/* A client with a session that outlives the connection still gets its messages kept, until its token expires. */
static int on_disconnect(int event, void *event_data, void *user_data)
{
    struct mosquitto *client = ((struct mosquitto_evt_disconnect *)event_data)->client;
    struct session **place;

    (void)event, (void)user_data;
    if (mosquitto_client_id(client) == NULL)
        return MOSQ_ERR_SUCCESS;
    place = place_of(mosquitto_client_id(client));
    if (*place == NULL || (*place)->client != client)
        return MOSQ_ERR_SUCCESS;
    if (mosquitto_client_clean_session(client))
        forget(place);
    else
        (*place)->connected = false;
    return MOSQ_ERR_SUCCESS;
}

static int on_tick(int event, void *event_data, void *user_data)
{
    const time_t now = time(NULL);
    size_t bucket;

    (void)event, (void)event_data, (void)user_data;
    plugin.reloading = false;
    if (now == plugin.last_tick)
        return MOSQ_ERR_SUCCESS;
    plugin.last_tick = now;
    for (bucket = 0; bucket < BUCKETS; bucket++) {
        struct session **place = &plugin.sessions[bucket];

        while (*place != NULL) {
            struct session *session = *place;

            if (now < session->expires) {
                place = &session->next;
                continue;
            }
            /* Out of the list first: on_disconnect looks there. */
            *place = session->next;
            if (session->connected) {
                mosquitto_log_printf(MOSQ_LOG_NOTICE, "keycard: %s disconnected: the token has expired",
                                     session->client_id);
                mosquitto_kick_client_by_clientid(session->client_id, false);
            }
            session->next = NULL;
            forget(&session);
        }
    }
    return MOSQ_ERR_SUCCESS;
}

static int on_reload(int event, void *event_data, void *user_data)
{
    (void)event, (void)event_data, (void)user_data;
    /* Old keys are better than none; load_keys has said why. */
    load_keys();
    plugin.reloading = true;
    return MOSQ_ERR_SUCCESS;
}

static const struct {
    int event;
    MOSQ_FUNC_generic_callback function;
} callbacks[] = {{MOSQ_EVT_BASIC_AUTH, on_connect},
                 {MOSQ_EVT_ACL_CHECK, on_access},
                 {MOSQ_EVT_DISCONNECT, on_disconnect},
                 {MOSQ_EVT_TICK, on_tick},
                 {MOSQ_EVT_RELOAD, on_reload}};

#define CALLBACKS (sizeof callbacks / sizeof *callbacks)

/* --- options ------------------------------------------------------------------------------------------- */

/* The algorithms of a list with commas; 0 if one is not known. */
static uint32_t algorithms_of(const char *list)
{
    uint32_t found = 0;

    while (*list != '\0') {
        const size_t length = strcspn(list, ", ");
        size_t i = 0;

        while (i < sizeof algorithms / sizeof *algorithms &&
               (strlen(algorithms[i].name) != length || memcmp(algorithms[i].name, list, length) != 0))
            i++;
        if (i == sizeof algorithms / sizeof *algorithms)
            return 0;
        found |= algorithms[i].algorithm;
        list += length;
        list += strspn(list, ", ");
    }
    return found;
}

static bool take_option(const char *name, const char *value)
{
    if (strcmp(name, "jwks") == 0)
        plugin.key_file = value;
    else if (strcmp(name, "issuer") == 0)
        plugin.policy.issuer = text_of(value);
    else if (strcmp(name, "audience") == 0)
        plugin.policy.audience = text_of(value);
    else if (strcmp(name, "algorithms") == 0)
        plugin.policy.algorithms = algorithms_of(value);
    else if (strcmp(name, "scope") == 0)
        plugin.scope = text_of(value);
    else if (strcmp(name, "leeway") == 0)
        plugin.policy.leeway = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(name, "prepare") == 0)
        plugin.key_rules.prepare = 1024 * (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(name, "client_id_claim") == 0)
        plugin.client_id_claim = value;
    else
        return false;
    return true;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    while (count-- > 0)
        if (versions[count] == 5)
            return 5;
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data, struct mosquitto_opt *options, int count)
{
    const keycard_policy nothing = KEYCARD_POLICY_INIT;
    const keycard_key_rules no_rules = KEYCARD_KEY_RULES_INIT;
    size_t i;

    (void)user_data;
    plugin.identifier = identifier;
    plugin.policy = nothing;
    plugin.key_rules = no_rules;
    plugin.key_rules.prepare = KEYCARD_PREPARE_64KB;
    plugin.policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    plugin.policy.algorithms = KEYCARD_ES256 | KEYCARD_RS256;
    for (i = 0; i < (size_t)count; i++)
        if (!take_option(options[i].key, options[i].value)) {
            mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: unknown option %s", options[i].key);
            return MOSQ_ERR_INVAL;
        }
    if (plugin.scope.data != NULL) {
        plugin.policy.scopes = &plugin.scope;
        plugin.policy.scope_count = 1;
    }
    if (plugin.key_file == NULL || plugin.policy.issuer.data == NULL || plugin.policy.audience.data == NULL ||
        plugin.policy.algorithms == 0 || plugin.policy.leeway > 600) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: jwks, issuer and audience are needed, algorithms that are known, "
                                           "and a leeway of 600 at the most");
        return MOSQ_ERR_INVAL;
    }
    if (!load_keys())
        return MOSQ_ERR_INVAL;
    for (i = 0; i < CALLBACKS; i++)
        mosquitto_callback_register(identifier, callbacks[i].event, callbacks[i].function, NULL, NULL);
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options, int count)
{
    size_t bucket, i;

    (void)user_data, (void)options, (void)count;
    for (i = 0; i < CALLBACKS; i++)
        mosquitto_callback_unregister(plugin.identifier, callbacks[i].event, callbacks[i].function, NULL);
    for (bucket = 0; bucket < BUCKETS; bucket++)
        while (plugin.sessions[bucket] != NULL)
            forget(&plugin.sessions[bucket]);
    free(plugin.key_memory);
    plugin.key_memory = NULL;
    return MOSQ_ERR_SUCCESS;
}
