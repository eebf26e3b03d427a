/* The admitted clients, until their tokens expire. Sessions and subjects are in balanced trees
 * (tsearch), so no choice of names makes a look-up slow. Their number is limited, in total and for
 * each subject, and so is their memory. */

#include "keycard_mosquitto.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 2026-01-01. A clock that is not set or has failed shows an earlier time. */
#define SURELY_PAST 1767225600

/* A subject of an issuer, with its sessions, the newest first. */
struct km_subject {
    struct km_subject *next, *previous;
    char *name;
    size_t count;
    struct km_session *sessions;
};

static struct {
    size_t max_sessions, max_per_subject, max_bytes;
    size_t count, bytes;
    void *by_client, *by_name;
    struct km_subject *subjects;
    struct km_session *leaving;
    int64_t swept;
} table;

int64_t km_now(void)
{
    const time_t now = time(NULL);

    return now < SURELY_PAST ? -1 : (int64_t)now;
}

static int compare_clients(const void *left, const void *right)
{
    const uintptr_t one = (uintptr_t)((const struct km_session *)left)->client;
    const uintptr_t other = (uintptr_t)((const struct km_session *)right)->client;

    return (one > other) - (one < other);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const struct km_subject *)left)->name, ((const struct km_subject *)right)->name);
}

static struct km_session *session_of(struct mosquitto *client)
{
    struct km_session sought = {0};
    struct km_session **found;

    sought.client = client;
    found = (struct km_session **)tfind(&sought, &table.by_client, compare_clients);
    return found == NULL ? NULL : *found;
}

static struct km_subject *subject_of(const char *name)
{
    struct km_subject sought = {0};
    struct km_subject **found;

    sought.name = (char *)name;
    found = (struct km_subject **)tfind(&sought, &table.by_name, compare_names);
    return found == NULL ? NULL : *found;
}

static struct km_subject *add_subject(const char *name)
{
    struct km_subject *subject = (struct km_subject *)calloc(1, sizeof *subject);

    if (subject == NULL)
        return NULL;
    subject->name = strdup(name);
    if (subject->name == NULL || tsearch(subject, &table.by_name, compare_names) == NULL) {
        free(subject->name);
        free(subject);
        return NULL;
    }
    subject->next = table.subjects;
    if (subject->next != NULL)
        subject->next->previous = subject;
    table.subjects = subject;
    return subject;
}

static void forget_subject(struct km_subject *subject)
{
    tdelete(subject, &table.by_name, compare_names);
    if (subject->next != NULL)
        subject->next->previous = subject->previous;
    if (subject->previous != NULL)
        subject->previous->next = subject->next;
    else
        table.subjects = subject->next;
    free(subject->name);
    free(subject);
}

static void free_session(struct km_session *session)
{
    if (session == NULL)
        return;
    free(session->client_id);
    free(session->filters);
    free(session);
}

/* Removes a session from the table, and its subject if it has no other session. */
static void detach(struct km_session *session)
{
    struct km_subject *subject = session->subject;
    struct km_session **place = &subject->sessions;

    while (*place != session)
        place = &(*place)->next;
    *place = session->next;
    tdelete(session, &table.by_client, compare_clients);
    table.count--;
    table.bytes -= session->bytes;
    if (session->leaving) {
        for (place = &table.leaving; *place != session; place = &(*place)->next_leaving)
            ;
        *place = session->next_leaving;
    }
    if (--subject->count == 0)
        forget_subject(subject);
}

static void forget(struct km_session *session)
{
    detach(session);
    free_session(session);
}

/* Marks a session for removal at the next tick: the broker still checks its last will. */
static void leave(struct km_session *session)
{
    if (session->leaving)
        return;
    session->leaving = true;
    session->next_leaving = table.leaving;
    table.leaving = session;
}

/* True if a limit is reached for a new session. A connection that takes over the session of its
 * client id is always admitted. */
static bool is_full(const struct km_session *session, const char *name)
{
    const struct km_subject *subject = subject_of(name);
    const struct km_session *other;

    if (session->bytes > table.max_bytes - table.bytes)
        return true;
    if (subject == NULL)
        return table.count >= table.max_sessions;
    for (other = subject->sessions; other != NULL; other = other->next)
        if (!other->leaving && strcmp(other->client_id, session->client_id) == 0)
            return false;
    return table.count >= table.max_sessions || subject->count >= table.max_per_subject;
}

void km_sessions_start(size_t max_sessions, size_t max_sessions_per_subject)
{
    table.max_sessions = max_sessions;
    table.max_per_subject = max_sessions_per_subject;
    table.max_bytes = max_sessions * KM_BYTES_PER_SESSION;
}

/* Makes a session without adding it to the table. */
static struct km_session *new_session(struct mosquitto *client, const struct km_grant *grant)
{
    struct km_session *session = (struct km_session *)calloc(1, sizeof *session);

    if (session == NULL)
        return NULL;
    session->client = client;
    session->connected = true;
    session->expires = grant->expires;
    session->client_id = strdup(mosquitto_client_id(client));
    session->filters = (char *)malloc(grant->filters_length + 1);
    if (session->client_id == NULL || session->filters == NULL) {
        free_session(session);
        return NULL;
    }
    memcpy(session->filters, grant->filters, grant->filters_length + 1);
    session->filters_length = grant->filters_length;
    session->bytes = sizeof *session + sizeof (struct km_subject) + strlen(session->client_id) +
                     strlen(grant->subject) + grant->filters_length + 3;
    return session;
}

/* Marks the disconnected sessions of a client id for removal: the broker gives them to the new
 * connection. */
static void supersede(const struct km_session *session)
{
    struct km_session *other;

    for (other = session->subject->sessions; other != NULL; other = other->next)
        if (other != session && !other->connected && strcmp(other->client_id, session->client_id) == 0)
            leave(other);
}

bool km_sessions_add(struct mosquitto *client, const struct km_grant *grant)
{
    struct km_session *session = session_of(client);
    struct km_subject *subject;

    /* The broker has reused the memory of an earlier client. */
    if (session != NULL)
        forget(session);
    session = new_session(client, grant);
    if (session == NULL || is_full(session, grant->subject)) {
        free_session(session);
        return false;
    }
    subject = subject_of(grant->subject);
    if (subject == NULL)
        subject = add_subject(grant->subject);
    if (subject == NULL || tsearch(session, &table.by_client, compare_clients) == NULL) {
        if (subject != NULL && subject->count == 0)
            forget_subject(subject);
        free_session(session);
        return false;
    }
    session->subject = subject;
    session->next = subject->sessions;
    subject->sessions = session;
    subject->count++;
    table.count++;
    table.bytes += session->bytes;
    supersede(session);
    return true;
}

bool km_sessions_renew(struct km_session *session, const struct km_grant *grant)
{
    const size_t others = table.bytes - session->filters_length;
    char *filters;

    if (grant->filters_length > table.max_bytes - others)
        return false;
    filters = (char *)malloc(grant->filters_length + 1);
    if (filters == NULL)
        return false;
    memcpy(filters, grant->filters, grant->filters_length + 1);
    free(session->filters);
    session->bytes += grant->filters_length - session->filters_length;
    table.bytes = others + grant->filters_length;
    session->filters = filters;
    session->filters_length = grant->filters_length;
    session->expires = grant->expires;
    return true;
}

struct km_session *km_sessions_find(struct mosquitto *client)
{
    struct km_session *session = session_of(client);
    const char *id = mosquitto_client_id(client), *user = mosquitto_client_username(client);

    /* An equal address does not prove that the client is the same: the broker frees some clients
     * without an event. */
    if (session == NULL || id == NULL || user == NULL || strcmp(id, session->client_id) != 0 ||
        !km_sessions_is_of(session, user))
        return NULL;
    return session;
}

bool km_sessions_is_of(const struct km_session *session, const char *subject)
{
    return strcmp(session->subject->name, subject) == 0;
}

/* True if a newer connection has the client id. */
static bool is_superseded(const struct km_session *session)
{
    const struct km_session *other;

    for (other = session->subject->sessions; other != NULL && other != session; other = other->next)
        if (strcmp(other->client_id, session->client_id) == 0)
            return true;
    return false;
}

void km_sessions_disconnected(struct km_session *session)
{
    session->connected = false;
    /* An MQTT 5 client may connect with Clean Start, and still have a persistent session and a
     * delayed will. */
    if ((mosquitto_client_clean_session(session->client) &&
         mosquitto_client_protocol_version(session->client) < 5) ||
        is_superseded(session))
        leave(session);
}

/* Disconnects the client of an ended session, without publishing its will. */
static void end(struct km_session *session)
{
    /* The broker disconnects by client id, so leave a newer connection with the same id alone. */
    const bool is_connected = session->connected && !is_superseded(session);

    /* Remove the session from the table first, because the broker calls the plugin for this
     * client. */
    detach(session);
    if (is_connected) {
        const keycard_bytes no_claim = KEYCARD_ABSENT;

        km_log_client("disconnected", session->client_id, NULL, NULL, "the token has expired", no_claim);
        mosquitto_kick_client_by_clientid(session->client_id, false);
    }
    free_session(session);
}

void km_sessions_sweep(int64_t now)
{
    struct km_subject *subject, *next_subject;
    struct km_session *session, *next;

    while (table.leaving != NULL)
        forget(table.leaving);
    if (now < 0 || now == table.swept)
        return;
    table.swept = now;
    for (subject = table.subjects; subject != NULL; subject = next_subject) {
        next_subject = subject->next;
        for (session = subject->sessions; session != NULL; session = next) {
            next = session->next;
            if (now >= session->expires)
                end(session);
        }
    }
}

void km_sessions_stop(void)
{
    while (table.subjects != NULL)
        forget(table.subjects->sessions);
}
