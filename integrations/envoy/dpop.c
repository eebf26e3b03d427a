/* Proofs of DPoP (RFC 9449): the rules, the nonces, and the cache of used proofs, which all
 * configurations and workers of the process share. */

#include "keycard_envoy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* One key may fill at most a quarter of the cache. */
#define SHARE_OF_A_KEY 4
#define LONGEST_ORIGIN 256
/* The longest path that a proof can name. The limit of Envoy is lower unless it is raised. */
#define LONGEST_URI 66000

struct ke_dpop {
    keycard_bytes origin;
    uint32_t algorithms, window, nonce_seconds, prepared_keys;
    char algorithm_list[256];
    /* The newest nonce, the previous nonce, and the second in which the newest one was made. */
    pthread_mutex_t lock;
    char nonces[2][KE_NONCE_SIZE];
    time_t made;
};

/* The cache of used proofs. It exists while a configuration has DPoP. */
static struct {
    pthread_mutex_t lock;
    unsigned users;
    uint32_t entries, window, leeway;
    uint64_t *memory;
    keycard_replay_cache *cache;
} uses = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- nonces --- */

static void make_nonce(char *nonce)
{
    unsigned char random[(KE_NONCE_SIZE - 1) / 2];
    size_t i;

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        abort();
    for (i = 0; i < sizeof random; i++)
        snprintf(nonce + 2 * i, 3, "%02x", random[i]);
}

/* Copies the two accepted nonces, and makes a new one if the newest is old. */
static void nonces_of(ke_dpop *dpop, char nonces[2][KE_NONCE_SIZE])
{
    const time_t now = time(NULL);
    const uint64_t period = dpop->nonce_seconds;
    uint64_t age;

    pthread_mutex_lock(&dpop->lock);
    /* The first nonce has no previous one. After a longer pause, the previous nonce is too old. */
    age = dpop->made == 0 || now < dpop->made ? 2 * period : (uint64_t)(now - dpop->made);
    if (age >= period) {
        memcpy(dpop->nonces[1], dpop->nonces[0], KE_NONCE_SIZE);
        if (age >= 2 * period)
            make_nonce(dpop->nonces[1]);
        make_nonce(dpop->nonces[0]);
        /* The new nonce counts as made when the previous one was a period old, even if no request
         * came then. Otherwise the previous one would be good for three periods. */
        dpop->made = age >= 2 * period ? now : dpop->made + (time_t)period;
    }
    memcpy(nonces, dpop->nonces, sizeof dpop->nonces);
    pthread_mutex_unlock(&dpop->lock);
}

bool ke_dpop_nonce(ke_dpop *dpop, char nonce[KE_NONCE_SIZE])
{
    char nonces[2][KE_NONCE_SIZE];

    if (dpop == NULL || dpop->nonce_seconds == 0)
        return false;
    nonces_of(dpop, nonces);
    memcpy(nonce, nonces[0], KE_NONCE_SIZE);
    return true;
}

/* --- requests --- */

const char *ke_dpop_algorithms(const ke_dpop *dpop)
{
    return dpop->algorithm_list;
}

static keycard_proof_rules rules_of(const ke_config *config, keycard_bytes method, keycard_bytes uri, keycard_bytes jwt)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;

    rules.algorithms = config->dpop->algorithms;
    rules.flags = config->dpop->nonce_seconds == 0 ? KEYCARD_PROOF_NONCE_NOT_PROVIDED : 0;
    rules.window = config->dpop->window;
    rules.leeway = config->leeway;
    rules.method = method;
    rules.uri = uri;
    rules.access_token = jwt;
    return rules;
}

keycard_status ke_dpop_check(const ke_config *config, keycard_bytes method, keycard_bytes path, keycard_bytes jwt,
                             keycard_bytes text, keycard_buffer scratch, keycard_proof *proof, keycard_detail *detail)
{
    static _Thread_local char uri[LONGEST_ORIGIN + LONGEST_URI];
    ke_dpop *dpop = config->dpop;
    char nonces[2][KE_NONCE_SIZE];
    keycard_bytes accepted[2];
    keycard_proof_rules rules;
    keycard_bytes target;
    const char *query = memchr(path.data, '?', path.length);
    size_t i;

    if (query != NULL)
        path.length = (size_t)(query - ke_characters(path));
    if (path.length > LONGEST_URI) {
        memset(detail, 0, sizeof *detail);
        return KEYCARD_URI_MALFORMED;
    }
    memcpy(uri, dpop->origin.data, dpop->origin.length);
    memcpy(uri + dpop->origin.length, path.data, path.length);
    target.data = uri;
    target.length = dpop->origin.length + path.length;
    rules = rules_of(config, method, target, jwt);
    if (dpop->nonce_seconds > 0) {
        nonces_of(dpop, nonces);
        for (i = 0; i < 2; i++) {
            accepted[i].data = nonces[i];
            accepted[i].length = KE_NONCE_SIZE - 1;
        }
        rules.nonces = accepted;
        rules.nonce_count = 2;
    }
    return ke_prepared_validate(dpop->prepared_keys, &rules, keycard_time_at((int64_t)time(NULL)), text, scratch, proof,
                                detail);
}

keycard_status ke_dpop_note(const keycard_proof *proof)
{
    keycard_status status;

    pthread_mutex_lock(&uses.lock);
    /* Read the clock under the lock, so that no other worker can have read a later time. */
    status = keycard_replay_cache_check_proof(uses.cache, proof, keycard_time_at((int64_t)time(NULL)));
    pthread_mutex_unlock(&uses.lock);
    return status;
}

/* --- configuration --- */

static bool fault(const char *what)
{
    ke_log(ENVOY_ERROR, "dpop: %s", what);
    return false;
}

/* Adds a user of the cache. The first configuration makes the cache. A proof that the cache would
 * not remember long enough for the new rules is rejected. */
static bool share_uses(uint32_t entries, uint32_t window, uint32_t leeway)
{
    const keycard_time now = keycard_time_at((int64_t)time(NULL));
    keycard_status status;
    size_t size;

    if (uses.users > 0 && uses.entries != entries)
        return fault("replay_entries is another number than in a configuration that is in use");
    if (uses.users > 0) {
        if (window > uses.window || leeway > uses.leeway) {
            status = keycard_replay_cache_restart(uses.cache, window, leeway, now);
            if (status != KEYCARD_OK)
                return fault(keycard_status_text(status));
            uses.window = window > uses.window ? window : uses.window;
            uses.leeway = leeway > uses.leeway ? leeway : uses.leeway;
        }
        uses.users++;
        return true;
    }
    size = keycard_replay_cache_size((size_t)entries + entries / 4);
    uses.memory = malloc(size);
    if (uses.memory == NULL)
        return fault("no memory for replay_entries");
    status = keycard_replay_cache_init(uses.memory, size, window, leeway, SHARE_OF_A_KEY, now, &uses.cache);
    if (status != KEYCARD_OK) {
        free(uses.memory);
        return fault(keycard_status_text(status));
    }
    uses.entries = entries;
    uses.window = window;
    uses.leeway = leeway;
    uses.users = 1;
    return true;
}

/* Rejects rules with which no proof is valid. */
static bool check(const ke_config *config)
{
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(3)];
    keycard_proof_rules rules = rules_of(config, KEYCARD_BYTES("GET"), config->dpop->origin, KEYCARD_BYTES("a.b"));
    keycard_detail detail = {0};
    keycard_proof proof;

    rules.flags = KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    if (keycard_dpop_validate(&rules, keycard_time_at(0), KEYCARD_BYTES("a.b"), KEYCARD_BUFFER(scratch), &proof,
                              &detail) != KEYCARD_OK &&
        detail.stage != KEYCARD_STAGE_USAGE)
        return true;
    return fault(keycard_status_text(detail.status));
}

bool ke_dpop_read(ke_config *config, json_t *root)
{
    static const char *const names[] = {"origin", "algorithms", "window", "nonce_seconds", "replay_entries", "prepared_keys", NULL};
    json_t *object = json_object_get(root, "dpop");
    uint32_t entries = 65536;
    ke_dpop *dpop;
    bool is_shared;

    if (object == NULL)
        return true;
    dpop = ke_allocate(&config->memory, sizeof *dpop);
    dpop->algorithms = KEYCARD_ES256;
    dpop->window = 60;
    dpop->prepared_keys = 1024;
    if (!ke_only(object, "dpop", names) || !ke_read_text(object, "origin", &dpop->origin) ||
        !ke_read_algorithms(object, "algorithms", &dpop->algorithms) ||
        !ke_read_number(object, "window", 1, 600, &dpop->window) ||
        !ke_read_number(object, "nonce_seconds", 1, 86400, &dpop->nonce_seconds) ||
        !ke_read_number(object, "replay_entries", 1, 100000000, &entries) ||
        !ke_read_number(object, "prepared_keys", 0, 1000000, &dpop->prepared_keys))
        return false;
    if (dpop->origin.data == NULL || dpop->origin.length > LONGEST_ORIGIN)
        return fault("origin is needed: scheme, host and port as clients know this server");
    /* The path would be part of the query, which no proof needs to match. */
    if (memchr(dpop->origin.data, '?', dpop->origin.length) != NULL || memchr(dpop->origin.data, '#', dpop->origin.length) != NULL)
        return fault("origin has a query or a fragment");
    ke_write_algorithms(dpop->algorithms, dpop->algorithm_list, sizeof dpop->algorithm_list);
    config->dpop = dpop;
    if (!check(config)) {
        config->dpop = NULL;
        return false;
    }
    pthread_mutex_lock(&uses.lock);
    is_shared = share_uses(entries, dpop->window, config->leeway);
    pthread_mutex_unlock(&uses.lock);
    if (!is_shared) {
        config->dpop = NULL;
        return false;
    }
    pthread_mutex_init(&dpop->lock, NULL);
    ke_prepared_join();
    return true;
}

void ke_dpop_free(ke_dpop *dpop)
{
    if (dpop == NULL)
        return;
    pthread_mutex_destroy(&dpop->lock);
    ke_prepared_leave();
    pthread_mutex_lock(&uses.lock);
    if (--uses.users == 0) {
        free(uses.memory);
        uses.memory = NULL;
        uses.cache = NULL;
    }
    pthread_mutex_unlock(&uses.lock);
}
