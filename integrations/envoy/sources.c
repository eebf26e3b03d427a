/* Key sets that are kept current, for the whole process. One thread checks files for changes, and
 * reads the answers of clusters. It asks the main thread to fetch, and only one fetch runs at a
 * time. If a set cannot be read or fetched, the last good one stays in use. */

#include "keycard_envoy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

/* The seconds between two checks of a file, and between two extra fetches for unknown keys. */
#define FILE_INTERVAL 1
#define EARLY_INTERVAL 60

struct ke_source {
    ke_source *next;
    ke_memory memory;
    char *text;      /* the member `keys` as canonical JSON: the identity */
    unsigned users;  /* issuers of configurations, and the thread */
    ke_key_rules rules;
    const char *file; /* NULL for a set from a cluster or in the configuration */
    ke_address address; /* cluster NULL for the others */
    uint32_t refresh;
    pthread_mutex_t lock; /* of current */
    ke_keys *current;
    atomic_bool missed;
    /* State of the thread, under the lock of the module. */
    double due, early;
    unsigned failures;
    struct timespec changed;
    off_t size;
    ino_t inode;
    ke_body arrived;
};

/* Locks all variables here except the current keys. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static ke_source *sources;
/* The thread ends when another generation has begun. */
static pthread_t thread;
static unsigned generation;

/* The configurations in use, through which Envoy is asked to fetch. */
typedef struct user {
    struct user *next;
    const ke_config *config;
} user;
static user *users;

/* The running fetch; none if there is no configuration. If its source was removed, the answer is
 * dropped, so that it does not become the keys of another source. */
static struct {
    const ke_config *config;
    ke_source *source;
    bool is_sent;
} fetch;

static double now(void)
{
    struct timespec time = {0};

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A random part of a period, so that processes that were started together do not fetch at the same
 * time. */
static double part_of(double seconds, double least)
{
    uint32_t random = 0;

    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
        random = UINT32_MAX;
    return seconds * (least + (1 - least) * random / UINT32_MAX);
}

static const char *name_of(const ke_source *source)
{
    return source->file != NULL ? source->file : source->address.cluster != NULL ? source->address.cluster : "jwks";
}

/* --- keys --- */

ke_keys *ke_source_take(ke_source *source)
{
    ke_keys *keys;

    pthread_mutex_lock(&source->lock);
    keys = source->current;
    if (keys != NULL)
        atomic_fetch_add(&keys->users, 1);
    pthread_mutex_unlock(&source->lock);
    return keys;
}

void ke_source_miss(ke_source *source)
{
    atomic_store_explicit(&source->missed, true, memory_order_relaxed);
}

/* Replaces the keys by those of a text, if the text has usable keys. */
static bool replace(ke_source *source, const char *content, size_t length)
{
    const char *why = "";
    ke_keys *keys = ke_keys_make(&source->rules, content, length, &why), *old;

    if (keys == NULL) {
        ke_log(ENVOY_ERROR, "no keys in %s: %s", name_of(source), why);
        return false;
    }
    ke_log(ENVOY_INFO, "%zu keys from %s", keys->count, name_of(source));
    pthread_mutex_lock(&source->lock);
    old = source->current;
    source->current = keys;
    pthread_mutex_unlock(&source->lock);
    ke_keys_drop(old);
    return true;
}

/* --- files --- */

/* Reads the file if it has changed. */
static bool read_file(ke_source *source)
{
    struct stat found = {0};
    FILE *file = fopen(source->file, "rb");
    char *content;
    size_t length;
    bool is_read;

    if (file == NULL || fstat(fileno(file), &found) != 0) {
        if (file != NULL)
            fclose(file);
        if (source->failures++ == 0)
            ke_log(ENVOY_ERROR, "cannot read the keys in %s", source->file);
        return false;
    }
    source->failures = 0;
    if (found.st_mtim.tv_sec == source->changed.tv_sec && found.st_mtim.tv_nsec == source->changed.tv_nsec &&
        found.st_size == source->size && found.st_ino == source->inode) {
        fclose(file);
        return true;
    }
    source->changed = found.st_mtim;
    source->size = found.st_size;
    source->inode = found.st_ino;
    content = malloc(KE_LONGEST_KEY_SET + 1);
    if (content == NULL)
        abort();
    length = fread(content, 1, KE_LONGEST_KEY_SET + 1, file);
    fclose(file);
    is_read = length <= KE_LONGEST_KEY_SET && replace(source, content, length);
    if (length > KE_LONGEST_KEY_SET)
        ke_log(ENVOY_ERROR, "no keys in %s: the key set is too long", source->file);
    free(content);
    return is_read;
}

/* --- fetches, under the lock --- */

/* Sets the time of the next fetch: before the end of the period, or after an error, when the pause
 * grows. */
static void plan(ke_source *source, bool is_good)
{
    const unsigned doublings = source->failures < 6 ? source->failures : 6;
    double pause = 1u << doublings;

    source->failures = is_good ? 0 : source->failures + 1;
    if (!is_good && pause > source->refresh)
        pause = source->refresh;
    source->due = now() + (is_good ? part_of(source->refresh, 0.8) : part_of(pause, 0.5));
}

static void end_fetch(bool is_good)
{
    ke_source *source = fetch.source;

    memset(&fetch, 0, sizeof fetch);
    if (!is_good && source != NULL)
        plan(source, false);
    pthread_cond_broadcast(&wake);
}

/* Asks the main thread to fetch, if no fetch is running. */
static void ask(ke_source *source)
{
    if (fetch.config != NULL || users == NULL)
        return;
    fetch.source = source;
    fetch.config = users->config;
    source->early = now() + EARLY_INTERVAL;
    atomic_store_explicit(&source->missed, false, memory_order_relaxed);
    envoy_dynamic_module_callback_http_filter_config_scheduler_commit(users->config->scheduler, 0);
}

void ke_sources_ask(envoy_config envoy, const ke_config *config)
{
    ke_source *source = NULL;

    pthread_mutex_lock(&lock);
    if (fetch.config == config && !fetch.is_sent) {
        source = fetch.source;
        fetch.is_sent = true;
        if (source == NULL)
            end_fetch(false);
        else
            source->users++;
    }
    pthread_mutex_unlock(&lock);
    if (source == NULL)
        return;
    /* Envoy may answer before this call returns. */
    if (!ke_fetch_start(envoy, &source->address))
        ke_sources_answered(config, (ke_body){NULL, 0}, "Envoy cannot ask the cluster");
    ke_source_close(source);
}

void ke_sources_answered(const ke_config *config, ke_body body, const char *why)
{
    pthread_mutex_lock(&lock);
    if (fetch.config == config && fetch.is_sent && fetch.source == NULL)
        end_fetch(false);
    if (fetch.config == config && fetch.is_sent) {
        if (body.data == NULL)
            ke_log(ENVOY_WARN, "no keys from %s: %s", name_of(fetch.source), why);
        free(fetch.source->arrived.data);
        fetch.source->arrived = body;
        end_fetch(body.data != NULL);
    } else {
        free(body.data);
    }
    pthread_mutex_unlock(&lock);
}

/* --- the thread --- */

static void release(ke_source *source)
{
    ke_source **place = &sources;

    if (--source->users > 0)
        return;
    while (*place != source)
        place = &(*place)->next;
    *place = source->next;
    if (fetch.source == source)
        fetch.source = NULL;
    ke_keys_drop(source->current);
    pthread_mutex_destroy(&source->lock);
    free(source->arrived.data);
    free(source->text);
    ke_release(&source->memory);
    free(source);
}

/* Updates one source if it is due. The lock is released while keys are read. */
static void serve(ke_source *source)
{
    const double time = now();
    const bool early = atomic_load_explicit(&source->missed, memory_order_relaxed) && time >= source->early;

    if (source->arrived.data != NULL) {
        ke_body body = source->arrived;
        bool is_good;

        source->arrived.data = NULL;
        pthread_mutex_unlock(&lock);
        is_good = replace(source, body.data, body.length);
        free(body.data);
        pthread_mutex_lock(&lock);
        plan(source, is_good);
    } else if (source->file != NULL && time >= source->due) {
        pthread_mutex_unlock(&lock);
        read_file(source);
        pthread_mutex_lock(&lock);
        source->due = time + FILE_INTERVAL;
    } else if (source->address.cluster != NULL && fetch.source != source && (time >= source->due || early)) {
        ask(source);
    }
}

static void *watch(void *given)
{
    const unsigned own = (unsigned)(uintptr_t)given;
    ke_source *source, *next;
    struct timespec until = {0};

    pthread_mutex_lock(&lock);
    while (generation == own) {
        for (source = sources; source != NULL && generation == own; source = next) {
            source->users++;
            serve(source);
            next = source->next;
            release(source);
        }
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 500000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (generation == own)
            pthread_cond_timedwait(&wake, &lock, &until);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

bool ke_sources_join(ke_config *config)
{
    user *joined = calloc(1, sizeof *joined);
    bool works = true;

    if (joined == NULL)
        abort();
    joined->config = config;
    config->scheduler = envoy_dynamic_module_callback_http_filter_config_scheduler_new(config->envoy);
    pthread_mutex_lock(&lock);
    if (users == NULL)
        works = pthread_create(&thread, NULL, watch, (void *)(uintptr_t)generation) == 0;
    if (works) {
        joined->next = users;
        users = joined;
    }
    pthread_mutex_unlock(&lock);
    if (!works)
        free(joined);
    return works;
}

void ke_sources_leave(ke_config *config)
{
    user **place = &users, *left;
    pthread_t ended;
    bool was_last;

    pthread_mutex_lock(&lock);
    while (*place != NULL && (*place)->config != config)
        place = &(*place)->next;
    left = *place;
    if (left != NULL)
        *place = left->next;
    if (fetch.config == config)
        end_fetch(false);
    was_last = left != NULL && users == NULL;
    ended = thread;
    if (was_last)
        generation++;
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&lock);
    free(left);
    /* Wait for the thread, because Envoy may unload the module next. */
    if (was_last)
        pthread_join(ended, NULL);
    if (config->scheduler != NULL)
        envoy_dynamic_module_callback_http_filter_config_scheduler_delete(config->scheduler);
}

/* --- configurations --- */

/* Splits the address of a key set. The cluster has the TLS settings. */
static bool read_uri(ke_memory *memory, keycard_bytes uri, ke_address *address)
{
    char *copy = ke_allocate(memory, uri.length + 1), *host, *path;
    size_t i;

    memcpy(copy, uri.data, uri.length);
    for (i = 0; i < uri.length; i++)
        if (copy[i] <= ' ' || copy[i] > '~' || copy[i] == '#' || copy[i] == '@' || copy[i] == '\\')
            return false;
    host = strncmp(copy, "https://", 8) == 0 ? copy + 8 : strncmp(copy, "http://", 7) == 0 ? copy + 7 : NULL;
    if (host == NULL || *host == '\0' || *host == '/')
        return false;
    path = strchr(host, '/');
    address->path = "/";
    if (path != NULL) {
        address->path = strcpy(ke_allocate(memory, strlen(path) + 1), path);
        *path = '\0';
    }
    address->host = host;
    return strchr(host, '?') == NULL;
}

/* Reads the members. False, with a line in the log, if one is wrong. */
static bool read_source(ke_source *source, json_t *keys)
{
    static const char *const names[] = {"file", "jwks", "cluster", "uri", "refresh", "timeout", "precompute", "kid", NULL};
    keycard_bytes file = KEYCARD_ABSENT, cluster = KEYCARD_ABSENT, uri = KEYCARD_ABSENT;
    const bool has_jwks = json_object_get(keys, "jwks") != NULL;
    uint32_t kilobytes = 64;

    source->refresh = 300;
    source->address.seconds = 5;
    if (!ke_only(keys, "keys", names) || !ke_read_text(keys, "file", &file) ||
        !ke_read_text(keys, "cluster", &cluster) || !ke_read_text(keys, "uri", &uri) ||
        !ke_read_text(keys, "kid", &source->rules.id) || !ke_read_number(keys, "precompute", 0, 64, &kilobytes) ||
        !ke_read_number(keys, "refresh", 1, KE_MOST_SECONDS, &source->refresh) ||
        !ke_read_number(keys, "timeout", 1, 60, &source->address.seconds))
        return false;
    source->rules.precompute = kilobytes * 1024;
    if ((kilobytes & (kilobytes - 1)) != 0 || kilobytes == 32) {
        ke_log(ENVOY_ERROR, "precompute: is not one of 0, 1, 2, 4, 8, 16 and 64");
        return false;
    }
    if ((file.data != NULL) + has_jwks + (cluster.data != NULL) != 1 || (cluster.data == NULL) != (uri.data == NULL)) {
        ke_log(ENVOY_ERROR, "keys: needs one of file, jwks, and cluster with uri");
        return false;
    }
    source->file = file.data;
    source->address.cluster = cluster.data;
    if (uri.data != NULL && !read_uri(&source->memory, uri, &source->address)) {
        ke_log(ENVOY_ERROR, "uri: is not an http or https address without a fragment");
        return false;
    }
    return true;
}

/* Reads the keys that are available before the first request. */
static bool read_first(ke_source *source, json_t *keys)
{
    char *text;
    bool is_read;

    if (source->file != NULL)
        return read_file(source);
    if (source->address.cluster != NULL)
        return true;
    text = json_dumps(json_object_get(keys, "jwks"), JSON_COMPACT);
    is_read = text != NULL && replace(source, text, strlen(text));
    free(text);
    return is_read;
}

ke_source *ke_source_open(json_t *keys)
{
    char *text = json_dumps(keys, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    ke_source *source;

    if (text == NULL)
        return NULL;
    pthread_mutex_lock(&lock);
    for (source = sources; source != NULL && strcmp(source->text, text) != 0; source = source->next)
        ;
    if (source != NULL)
        source->users++;
    pthread_mutex_unlock(&lock);
    if (source != NULL) {
        free(text);
        return source;
    }
    source = calloc(1, sizeof *source);
    if (source == NULL)
        abort();
    source->text = text;
    source->users = 1;
    source->memory.root = json_deep_copy(keys);
    pthread_mutex_init(&source->lock, NULL);
    pthread_mutex_lock(&lock);
    source->next = sources;
    sources = source;
    source->due = now() + KE_MOST_SECONDS;
    pthread_mutex_unlock(&lock);
    if (!read_source(source, source->memory.root) || !read_first(source, source->memory.root)) {
        ke_source_close(source);
        return NULL;
    }
    pthread_mutex_lock(&lock);
    source->due = 0;
    pthread_mutex_unlock(&lock);
    return source;
}

void ke_source_close(ke_source *source)
{
    if (source == NULL)
        return;
    pthread_mutex_lock(&lock);
    release(source);
    pthread_mutex_unlock(&lock);
}
