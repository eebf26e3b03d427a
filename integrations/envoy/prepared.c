/* Prepared keys of DPoP clients: a key is prepared at the second proof of its client, and later
 * proofs are verified faster. Each worker has a cache of its own, so that none waits for another.
 * */

#include "keycard_envoy.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#define PRECOMPUTE KEYCARD_PRECOMPUTE_2KB

/* The cache of one worker. */
typedef struct made {
    struct made *next;
    uint64_t *memory;
    keycard_proof_key_cache *cache;
} made;

/* All caches, until the last configuration with DPoP ends. */
static struct {
    pthread_mutex_t lock;
    unsigned users;
    made *all;
} caches = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The number of times that the caches were freed. If a worker has stored another number, its cache
 * was freed. */
static atomic_uint generation = 1;

static _Thread_local struct {
    unsigned generation;
    keycard_proof_key_cache *cache;
} own;

void ke_prepared_join(void)
{
    pthread_mutex_lock(&caches.lock);
    caches.users++;
    pthread_mutex_unlock(&caches.lock);
}

void ke_prepared_leave(void)
{
    pthread_mutex_lock(&caches.lock);
    if (--caches.users == 0) {
        atomic_fetch_add(&generation, 1);
        while (caches.all != NULL) {
            made *next = caches.all->next;

            free(caches.all->memory);
            free(caches.all);
            caches.all = next;
        }
    }
    pthread_mutex_unlock(&caches.lock);
}

/* Makes the cache of this worker; NULL if it cannot: proofs are then validated without one. */
static keycard_proof_key_cache *make(uint32_t keys)
{
    const size_t size = keycard_proof_key_cache_size(keys, PRECOMPUTE);
    made *fresh = calloc(1, sizeof *fresh);
    uint64_t seed;

    if (fresh == NULL || (fresh->memory = malloc(size)) == NULL)
        abort();
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed ||
        keycard_proof_key_cache_init(fresh->memory, size, PRECOMPUTE, seed, &fresh->cache) != KEYCARD_OK) {
        ke_log(ENVOY_WARN, "a worker prepares no keys of clients");
        free(fresh->memory);
        free(fresh);
        return NULL;
    }
    pthread_mutex_lock(&caches.lock);
    fresh->next = caches.all;
    caches.all = fresh;
    pthread_mutex_unlock(&caches.lock);
    return fresh->cache;
}

static keycard_proof_key_cache *cache_of(uint32_t keys)
{
    const unsigned current = atomic_load_explicit(&generation, memory_order_acquire);

    if (own.generation != current) {
        own.generation = current;
        own.cache = keys > 0 ? make(keys) : NULL;
    }
    return own.cache;
}

keycard_status ke_prepared_validate(uint32_t keys, const keycard_proof_rules *rules, keycard_time now,
                                    keycard_bytes proof, keycard_buffer scratch, keycard_proof *valid,
                                    keycard_detail *detail)
{
    keycard_proof_key_cache *cache = cache_of(keys);

    if (cache == NULL)
        return keycard_dpop_validate(rules, now, proof, scratch, valid, detail);
    return keycard_proof_key_cache_validate(cache, rules, now, proof, scratch, valid, detail);
}

void ke_prepared_admit(const keycard_proof *proof)
{
    if (own.cache != NULL && keycard_proof_key_cache_admit(own.cache, proof) != KEYCARD_OK)
        own.cache = NULL;
}
