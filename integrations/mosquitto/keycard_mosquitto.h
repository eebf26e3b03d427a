/* The files of the mosquitto plugin, and the functions that each offers to the others.
 *
 *   plugin.c    the events of the broker
 *   options.c   the options of mosquitto.conf
 *   issuers.c   the keys of each issuer, and the verdict on a token
 *   sessions.c  the admitted clients, until their tokens expire
 *   topics.c    scopes as topic filters
 *   log.c       log lines without control characters, at a limited rate
 *
 * The broker calls a plugin from one thread, so nothing here is locked. README.md lists the
 * options. */

#ifndef KEYCARD_MOSQUITTO_H
#define KEYCARD_MOSQUITTO_H

#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_keys.h"
#include "keycard_validate.h"

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

/* An MQTT string has at most 65,535 bytes (MQTT 5.0 section 1.5.4). */
#define KM_LONGEST_TOKEN 65535
#define KM_LONGEST_SUBJECT 511
#define KM_LONGEST_CLIENT_ID 1023
#define KM_MOST_ISSUERS 16
#define KM_MOST_WORDS 16
/* The maximum number of topic scopes of a token. A token with more is rejected. */
#define KM_MOST_FILTERS 512
#define KM_MOST_FILTER_BYTES 16384
/* The maximum number of levels of a topic. The broker itself accepts fewer. */
#define KM_MOST_LEVELS 256
/* Memory for sessions, in bytes for each session that max_sessions allows. */
#define KM_BYTES_PER_SESSION 1024
/* The maximum number of denied topics of one client in the log in one second. */
#define KM_MOST_DENIALS 5

/* Strings of an option that is a list. */
struct km_words {
    size_t count;
    keycard_bytes texts[KM_MOST_WORDS];
};

enum km_key_form { KM_NO_KEYS, KM_JWKS, KM_PEM, KM_IMAGE };

/* An issuer: its keys, and the rules for its tokens. */
struct km_issuer {
    /* The name in mosquitto.conf. Empty for the only issuer, which needs no name. */
    char name[33];
    enum km_key_form key_form;
    const char *key_file;
    keycard_policy policy;
    struct km_words audiences, scopes, markers;
    keycard_key_rules key_rules;
    keycard_image_rules image_rules;
    uint8_t image_digest[32];
    /* The claim that names the client id, or NULL for sub. */
    const char *client_id_claim;
    /* True if a client may use any client id. */
    bool any_client_id;
    /* The claim that grants scopes, or NULL for scope or scp, whichever is present. */
    const char *scope_claim;
    uint64_t *key_memory;
    const keycard_keys *keys;
};

struct km_options {
    struct km_issuer issuers[KM_MOST_ISSUERS];
    size_t issuer_count;
    /* The character between a subject and the rest of a client id. */
    char separator;
    bool token_is_username;
    size_t max_sessions, max_sessions_per_subject;
};

/* The rights that a token grants. */
struct km_grant {
    const struct km_issuer *issuer;
    /* The subject, with the name of its issuer before it if there are several issuers. */
    char subject[KM_LONGEST_SUBJECT + sizeof ((struct km_issuer *)0)->name + 1];
    /* The moment from which the token has expired, leeway included. */
    int64_t expires;
    /* See km_topics_add. */
    char filters[KM_MOST_FILTER_BYTES];
    size_t filters_length, filter_count;
};

/* A client that was admitted. */
struct km_session {
    struct km_session *next, *next_leaving;
    struct km_subject *subject;
    struct mosquitto *client;
    char *client_id, *filters;
    /* The size of the session with its filters, as counted against the memory limit. */
    size_t bytes, filters_length;
    int64_t expires;
    /* The second in which topics were last denied, and how many of these denials were logged. */
    int64_t last_denial;
    unsigned denials;
    bool connected, leaving;
};

/* --- options.c */

/* Reads the options; false with a line in the log if one is wrong. */
bool km_options_read(struct km_options *options, const struct mosquitto_opt *given, int count);

/* --- issuers.c */

/* Loads the keys of an issuer. If that fails, the old keys stay in place, and the log has the
 * reason. */
bool km_issuer_load(struct km_issuer *issuer);
/* True if the library accepts the policy that the options define. */
bool km_issuer_check(const struct km_issuer *issuer);
void km_issuer_free(struct km_issuer *issuer);

/* Decides whether a token admits a client, and fills in its rights. Returns NULL if the client is
 * admitted, otherwise the reason. The claim at fault is in detail. */
const char *km_validate(const struct km_options *options, const char *token, size_t length, const char *client_id,
                        struct km_grant *grant, keycard_detail *detail);

/* --- sessions.c */

/* The time in seconds; -1 if the clock fails or is not set yet. */
int64_t km_now(void);
void km_sessions_start(size_t max_sessions, size_t max_sessions_per_subject);
/* Adds a client that was admitted. False if a limit is reached. */
bool km_sessions_add(struct mosquitto *client, const struct km_grant *grant);
/* Replaces the rights of a connected client. False if out of memory; then nothing changes. */
bool km_sessions_renew(struct km_session *session, const struct km_grant *grant);
/* The session of a client, or NULL. The session may have expired. */
struct km_session *km_sessions_find(struct mosquitto *client);
bool km_sessions_is_of(const struct km_session *session, const char *subject);
/* The connection has ended. */
void km_sessions_disconnected(struct km_session *session);
/* Removes ended sessions, and disconnects clients whose token has expired. */
void km_sessions_sweep(int64_t now);
void km_sessions_stop(void);

/* --- topics.c */

/* Adds a scope to the filters of a grant, if it is a scope for topics. False if the filters do not
 * fit. */
bool km_topics_add(struct km_grant *grant, keycard_bytes scope);
/* Returns the reason why filters do not allow an access (MOSQ_ACL_…) to a topic or filter; NULL if
 * they allow it. */
const char *km_topics_denial(const char *filters, int access, const char *topic);

/* --- log.c */

/* Logs a line about a client: the event, the topic (or NULL), and the reason. */
void km_log_client(const char *what, const char *client_id, const char *address, const char *about,
                   const char *reason, keycard_bytes claim);
void km_log_dropped(int64_t now);

#endif
