/* A plugin for mosquitto 2 that admits clients with an access token (JWT).
 *
 * - The token identifies the client. Its sub becomes the user name, and the client id must belong
 *   to this sub.
 * - Its scopes decide which topics the client may use: mqtt:read:FILTER to subscribe and receive,
 *   mqtt:write:FILTER to publish. Without such scopes, the client may use no topic.
 * - When the token expires, the client is disconnected at the next tick of the broker. Until then,
 *   no message from it or to it passes.
 * - A client of MQTT 5 that connects with the authentication method JWT can send a new token before
 *   it expires.
 * - At SIGHUP the plugin reads the keys again. Connected clients stay connected. If a file cannot
 *   be used, the old keys stay in place. */

#include "keycard_mosquitto.h"

#include <string.h>

/* The authentication method of MQTT 5 that has a token as its data. */
#define METHOD "JWT"

static struct {
    mosquitto_plugin_id_t *identifier;
    struct km_options options;
    struct km_grant grant;
    /* True between a reload and the next tick. In this time the broker authenticates each client
     * again. */
    bool reloading;
} plugin;

static const keycard_bytes no_claim = KEYCARD_ABSENT;

static int reject(struct mosquitto *client, const char *reason, keycard_bytes claim)
{
    km_log_client("rejected", mosquitto_client_id(client), mosquitto_client_address(client), NULL, reason, claim);
    return MOSQ_ERR_AUTH;
}

/* Admits a client with a token, or renews its session; renewed is NULL for a new connection. */
static int admit(struct mosquitto *client, const char *token, size_t length, struct km_session *renewed)
{
    struct km_grant *grant = &plugin.grant;
    keycard_detail detail = {0};
    const char *denial;

    if (token == NULL || length == 0)
        return reject(client,
                      plugin.options.token_is_username ? "no token in the user name field"
                                                       : "no token in the password field",
                      no_claim);
    denial = km_validate(&plugin.options, token, length, mosquitto_client_id(client), grant, &detail);
    if (denial != NULL)
        return reject(client, denial, detail.member);
    if (renewed != NULL && !km_sessions_is_of(renewed, grant->subject))
        return reject(client, "the new token is for another subject", no_claim);
    /* No step may fail after the session was added: the broker reports no further event for a
     * client that is rejected here. */
    if (mosquitto_set_username(client, grant->subject) != MOSQ_ERR_SUCCESS)
        return MOSQ_ERR_NOMEM;
    if (renewed == NULL ? !km_sessions_add(client, grant) : !km_sessions_renew(renewed, grant))
        return reject(client, "there are too many sessions", no_claim);
    return MOSQ_ERR_SUCCESS;
}

static int on_connect(int event, void *event_data, void *user_data)
{
    const struct mosquitto_evt_basic_auth *asked = (const struct mosquitto_evt_basic_auth *)event_data;
    const struct km_session *session = km_sessions_find(asked->client);
    /* The broker also passes NULL for an empty user name or password. */
    const char *token = plugin.options.token_is_username ? asked->username : asked->password;

    (void)event, (void)user_data;
    if (plugin.reloading && session != NULL && session->connected)
        return MOSQ_ERR_SUCCESS;
    /* mosquitto 2.0 handles no CONNECT between a reload and its tick, except over WebSockets. So
     * this client is disconnected, and without a session of the plugin it has no rights. Do not
     * reject it: mosquitto 2.0 then adds the session of the client twice to its list of expiring
     * sessions, and later uses freed memory. */
    if (plugin.reloading && mosquitto_client_protocol(asked->client) != mp_websockets)
        return MOSQ_ERR_SUCCESS;
    return admit(asked->client, token, token == NULL ? 0 : strlen(token), NULL);
}

/* A CONNECT with an authentication method, or an AUTH packet that renews the session (MQTT 5.0
 * section 4.12). */
static int on_method(int event, void *event_data, void *user_data)
{
    const struct mosquitto_evt_extended_auth *asked = (const struct mosquitto_evt_extended_auth *)event_data;
    struct km_session *session = km_sessions_find(asked->client);

    (void)event, (void)user_data;
    if (asked->auth_method == NULL || strcmp(asked->auth_method, METHOD) != 0)
        return MOSQ_ERR_NOT_SUPPORTED;
    if (session != NULL && !session->connected)
        session = NULL;
    return admit(asked->client, (const char *)asked->data_in, asked->data_in_len, session);
}

/* The method JWT has no second step, so this AUTH packet is a protocol error of a connected client.
 * mosquitto 2.0 frees the client id of a client that is rejected here, and uses it again. So do not
 * reject it: end the session instead. */
static int on_method_continued(int event, void *event_data, void *user_data)
{
    struct mosquitto *client = ((const struct mosquitto_evt_extended_auth *)event_data)->client;
    struct km_session *session = km_sessions_find(client);

    (void)event, (void)user_data;
    if (session != NULL)
        session->expires = 0;
    return MOSQ_ERR_AUTH_CONTINUE;
}

static int on_access(int event, void *event_data, void *user_data)
{
    const struct mosquitto_evt_acl_check *asked = (const struct mosquitto_evt_acl_check *)event_data;
    struct km_session *session = km_sessions_find(asked->client);
    const int64_t now = km_now();
    const char *denial, *what;

    (void)event, (void)user_data;
    if (session == NULL)
        denial = "the client has no session";
    else if (now < 0)
        denial = "the time is not known";
    else if (now >= session->expires)
        denial = "the token has expired";
    else
        denial = km_topics_denial(session->filters, asked->access, asked->topic);
    if (denial == NULL)
        return MOSQ_ERR_SUCCESS;
    what = asked->access == MOSQ_ACL_WRITE       ? "may not publish to"
           : asked->access == MOSQ_ACL_SUBSCRIBE ? "may not subscribe to"
           : asked->access == MOSQ_ACL_READ      ? "may not receive from"
                                                 : "may not unsubscribe from";
    /* Each client gets only a few lines in a second, so that one client cannot use up the lines of
     * all clients. */
    if (session != NULL && session->last_denial != now) {
        session->last_denial = now;
        session->denials = 0;
    }
    if (session == NULL || session->denials++ < KM_MOST_DENIALS)
        km_log_client(what, mosquitto_client_id(asked->client), mosquitto_client_address(asked->client),
                      asked->topic, denial, no_claim);
    return MOSQ_ERR_ACL_DENIED;
}

static int on_disconnect(int event, void *event_data, void *user_data)
{
    struct km_session *session =
        km_sessions_find(((const struct mosquitto_evt_disconnect *)event_data)->client);

    (void)event, (void)user_data;
    if (session != NULL)
        km_sessions_disconnected(session);
    return MOSQ_ERR_SUCCESS;
}

static int on_tick(int event, void *event_data, void *user_data)
{
    const int64_t now = km_now();

    (void)event, (void)event_data, (void)user_data;
    plugin.reloading = false;
    km_log_dropped(now);
    km_sessions_sweep(now);
    return MOSQ_ERR_SUCCESS;
}

static int on_reload(int event, void *event_data, void *user_data)
{
    size_t i;

    (void)event, (void)event_data, (void)user_data;
    /* If a file is unusable, the old keys stay, and the log has the reason. */
    for (i = 0; i < plugin.options.issuer_count; i++)
        km_issuer_load(&plugin.options.issuers[i]);
    plugin.reloading = true;
    return MOSQ_ERR_SUCCESS;
}

static const struct {
    int event;
    MOSQ_FUNC_generic_callback function;
} callbacks[] = {{MOSQ_EVT_BASIC_AUTH, on_connect},
                 {MOSQ_EVT_EXT_AUTH_START, on_method},
                 {MOSQ_EVT_EXT_AUTH_CONTINUE, on_method_continued},
                 {MOSQ_EVT_ACL_CHECK, on_access},
                 {MOSQ_EVT_DISCONNECT, on_disconnect},
                 {MOSQ_EVT_TICK, on_tick},
                 {MOSQ_EVT_RELOAD, on_reload}};

#define CALLBACKS (sizeof callbacks / sizeof *callbacks)

int mosquitto_plugin_version(int count, const int *versions)
{
    while (count-- > 0)
        if (versions[count] == 5)
            return 5;
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data, struct mosquitto_opt *options, int count)
{
    size_t i;

    (void)user_data;
    if (plugin.identifier != NULL) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: the plugin can be loaded only once");
        return MOSQ_ERR_INVAL;
    }
    if (!km_options_read(&plugin.options, options, count))
        return MOSQ_ERR_INVAL;
    for (i = 0; i < plugin.options.issuer_count; i++)
        if (!km_issuer_load(&plugin.options.issuers[i]) || !km_issuer_check(&plugin.options.issuers[i]))
            return MOSQ_ERR_INVAL;
    km_sessions_start(plugin.options.max_sessions, plugin.options.max_sessions_per_subject);
    plugin.identifier = identifier;
    for (i = 0; i < CALLBACKS; i++)
        if (mosquitto_callback_register(identifier, callbacks[i].event, callbacks[i].function, NULL, NULL) !=
            MOSQ_ERR_SUCCESS)
            return MOSQ_ERR_INVAL;
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options, int count)
{
    size_t i;

    (void)user_data, (void)options, (void)count;
    for (i = 0; i < CALLBACKS; i++)
        mosquitto_callback_unregister(plugin.identifier, callbacks[i].event, callbacks[i].function, NULL);
    km_sessions_stop();
    for (i = 0; i < plugin.options.issuer_count; i++)
        km_issuer_free(&plugin.options.issuers[i]);
    plugin.identifier = NULL;
    return MOSQ_ERR_SUCCESS;
}
