/* Tokens that are bound to a key: the DPoP proof of a request (RFC 9449), and the record of its use
 * in shared memory. */

#include "ngx_http_keycard.h"

#define LONGEST_ALGORITHM_LIST 256
/* One key may fill at most a quarter of the cache. */
#define SHARE_OF_A_KEY 4
#define DEFAULT_PREPARED_KEYS 256
#define PREPARED_SIZE KEYCARD_PRECOMPUTE_2KB

/* In shared memory. */
typedef struct {
    keycard_replay_cache *replay;
    ngx_pid_t predecessor; /* the master of the binary before an upgrade, 0 without one */
} uses_t;

/* The prepared keys of this worker, which has one thread. */
static struct {
    bool is_started;
    keycard_proof_key_cache *cache; /* NULL before the start, and without a cache */
} prepared;

/* --- requests --------------------------------------------------------------------------------- */

size_t ngx_http_keycard_proofs(ngx_http_request_t *r, ngx_str_t *proof)
{
    const ngx_list_part_t *part;
    const ngx_table_elt_t *headers;
    size_t count = 0;
    ngx_uint_t i;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next)
        for (headers = part->elts, i = 0; i < part->nelts; i++)
            if (headers[i].key.len == 4 && ngx_strncasecmp(headers[i].key.data, (u_char *)"dpop", 4) == 0) {
                *proof = headers[i].value;
                count++;
            }
    return count;
}

/* Returns the method that the client sent. A subrequest or an error_page may have another
 * method. */
static ngx_str_t method_of(const ngx_http_request_t *r)
{
    ngx_str_t method = r->main->request_line;
    size_t length = 0;

    while (length < method.len && method.data[length] != ' ')
        length++;
    method.len = length;
    return method;
}

/* Reads a random number that clients do not know. */
static bool read_seed(uint64_t *seed)
{
    const int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    const bool is_read = random >= 0 && read(random, seed, sizeof *seed) == (ssize_t)sizeof *seed;

    if (random >= 0)
        close(random);
    return is_read;
}

/* Makes the cache at the first proof. It lives as long as the worker. Without a cache the verdicts
 * are the same, but slower. */
static void start_prepared_keys(ngx_http_request_t *r)
{
    const main_conf_t *conf = ngx_http_get_module_main_conf(r, ngx_http_keycard_module);
    const size_t keys = conf->prepared_keys == NGX_CONF_UNSET ? DEFAULT_PREPARED_KEYS : (size_t)conf->prepared_keys;
    const size_t size = keycard_proof_key_cache_size(keys, PREPARED_SIZE);
    uint64_t *memory, seed;

    prepared.is_started = true;
    if (keys == 0)
        return;
    memory = ngx_alloc(size, r->connection->log);
    if (memory == NULL)
        return;
    if (!read_seed(&seed) ||
        keycard_proof_key_cache_init(memory, size, PREPARED_SIZE, seed, &prepared.cache) != KEYCARD_OK) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, ngx_errno, "keycard: this worker prepares no proof keys");
        ngx_free(memory);
    }
}

static keycard_proof_rules rules_of(const conf_t *conf, keycard_bytes method, keycard_bytes uri,
                                    keycard_bytes access_token)
{
    keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;

    rules.algorithms = (uint32_t)conf->dpop_algorithms;
    rules.flags = KEYCARD_PROOF_NONCE_NOT_PROVIDED;
    rules.window = seconds_of(conf->dpop_window);
    rules.leeway = seconds_of(conf->leeway);
    rules.method = method;
    rules.uri = uri;
    rules.access_token = access_token;
    return rules;
}

/* After a binary upgrade, the workers of the old binary record proofs in their own cache until they
 * exit. Until then, this cache accepts no proof. Afterwards it rejects the proofs that were made in
 * that time. */
static keycard_status outlive_predecessor(uses_t *uses)
{
    if (uses->predecessor == 0)
        return KEYCARD_OK;
    if (kill(uses->predecessor, 0) == 0 || ngx_errno != ESRCH)
        return KEYCARD_REPLAY_TIME_BEHIND;
    uses->predecessor = 0;
    return keycard_replay_cache_restart(uses->replay, 0, 0, keycard_time_at((int64_t)time(NULL)));
}

/* Marks a request whose proof was recorded, because an internal redirect checks the same request
 * again. */
static void proof_was_noted(void *data)
{
    (void)data;
}

keycard_status ngx_http_keycard_note_proof(ngx_http_request_t *r, const conf_t *conf, const keycard_proof *proof)
{
    ngx_slab_pool_t *pool = (ngx_slab_pool_t *)conf->uses->shm.addr;
    uses_t *uses = pool->data;
    ngx_pool_cleanup_t *mark;
    keycard_status status;

    for (mark = r->pool->cleanup; mark != NULL; mark = mark->next)
        if (mark->handler == proof_was_noted)
            return KEYCARD_OK;
    mark = ngx_pool_cleanup_add(r->pool, 0);
    if (mark == NULL)
        return KEYCARD_REPLAY_FULL;
    ngx_shmtx_lock(&pool->mutex);
    /* Read the clock under the lock, so that no other worker can have read a later time. */
    status = outlive_predecessor(uses);
    if (status == KEYCARD_OK)
        status = keycard_replay_cache_check_proof(uses->replay, proof, keycard_time_at((int64_t)time(NULL)));
    ngx_shmtx_unlock(&pool->mutex);
    if (status == KEYCARD_OK)
        mark->handler = proof_was_noted;
    return status;
}

keycard_status ngx_http_keycard_check_proof(ngx_http_request_t *r, const conf_t *conf, ngx_str_t jwt, ngx_str_t text,
                                            keycard_proof *proof, keycard_detail *detail)
{
    keycard_proof_rules rules;
    const u_char *query = ngx_strlchr(r->unparsed_uri.data, r->unparsed_uri.data + r->unparsed_uri.len, '?');
    ngx_str_t path = r->unparsed_uri, uri;
    keycard_buffer scratch = scratch_of(r, text);

    if (query != NULL)
        path.len = (size_t)(query - path.data);
    uri.len = conf->dpop_origin.len + path.len;
    uri.data = ngx_pnalloc(r->pool, uri.len);
    if (scratch.data == NULL || uri.data == NULL) {
        ngx_memzero(detail, sizeof *detail);
        return KEYCARD_SCRATCH_TOO_SMALL;
    }
    ngx_memcpy(ngx_cpymem(uri.data, conf->dpop_origin.data, conf->dpop_origin.len), path.data, path.len);
    rules = rules_of(conf, text_of(method_of(r)), text_of(uri), text_of(jwt));
    if (!prepared.is_started)
        start_prepared_keys(r);
    if (prepared.cache == NULL)
        return keycard_dpop_validate(&rules, keycard_time_at(ngx_time()), text_of(text), scratch, proof, detail);
    return keycard_proof_key_cache_validate(prepared.cache, &rules, keycard_time_at(ngx_time()), text_of(text), scratch,
                                            proof, detail);
}

void ngx_http_keycard_admit_key(const keycard_proof *proof)
{
    if (prepared.cache != NULL && keycard_proof_key_cache_admit(prepared.cache, proof) != KEYCARD_OK)
        prepared.cache = NULL;
}

/* --- configuration ---------------------------------------------------------------------------- */

/* Keeps the cache of the configuration before a reload. If it did not remember proofs for as long
 * as the new rules require, such proofs are rejected. */
static ngx_int_t keep_cache(ngx_slab_pool_t *pool, const main_conf_t *conf, const main_conf_t *old, ngx_log_t *log)
{
    const uses_t *uses = pool->data;
    keycard_status status = KEYCARD_OK;

    if (old->window < conf->window || old->leeway < conf->leeway) {
        ngx_shmtx_lock(&pool->mutex);
        status = keycard_replay_cache_restart(uses->replay, seconds_of(conf->window), seconds_of(conf->leeway),
                                        keycard_time_at((int64_t)time(NULL)));
        ngx_shmtx_unlock(&pool->mutex);
    }
    if (status == KEYCARD_OK)
        return NGX_OK;
    ngx_log_error(NGX_LOG_EMERG, log, 0, "keycard: the window cannot be made longer: %s", keycard_status_text(status));
    return NGX_ERROR;
}

/* Makes the cache in shared memory, once: a reload keeps it. */
static ngx_int_t make_cache(ngx_shm_zone_t *zone, void *before)
{
    const main_conf_t *conf = zone->data;
    ngx_slab_pool_t *pool = (ngx_slab_pool_t *)zone->shm.addr;
    uint64_t *memory;
    uses_t *uses;

    if (before != NULL)
        return keep_cache(pool, conf, before, zone->shm.log);
    uses = ngx_slab_calloc(pool, sizeof *uses);
    memory = ngx_slab_alloc(pool, conf->cache_size);
    if (uses == NULL || memory == NULL ||
        keycard_replay_cache_init(memory, conf->cache_size, seconds_of(conf->window), seconds_of(conf->leeway), SHARE_OF_A_KEY,
                            keycard_time_at((int64_t)time(NULL)), &uses->replay) != KEYCARD_OK) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "keycard: no memory for keycard_dpop_uses");
        return NGX_ERROR;
    }
    /* nginx passes its sockets to a new binary in this variable. The old binary is the parent. */
    if (ngx_is_init_cycle(ngx_cycle) && getenv(NGINX_VAR) != NULL)
        uses->predecessor = getppid();
    pool->data = uses;
    return NGX_OK;
}

/* True if the zone before a reload has another size. A new cache would not contain the uses of the
 * old one. */
static bool changes_size(const ngx_conf_t *cf, const ngx_shm_zone_t *zone)
{
    ngx_list_part_t *part;
    ngx_shm_zone_t *zones;
    ngx_uint_t i;

    if (cf->cycle->old_cycle == NULL)
        return false;
    for (part = &cf->cycle->old_cycle->shared_memory.part; part != NULL; part = part->next)
        for (zones = part->elts, i = 0; i < part->nelts; i++)
            if (zones[i].tag == zone->tag && zones[i].shm.size != zone->shm.size)
                return true;
    return false;
}

char *ngx_http_keycard_read_uses(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    main_conf_t *conf = location;
    ngx_str_t *words = cf->args->elts, name = ngx_string("keycard_dpop_uses");
    const ngx_int_t uses = ngx_atoi(words[1].data, words[1].len);

    if (conf->uses != NULL)
        return "is duplicate";
    if (uses < 1 || uses > 100000000)
        return "is not a number of uses";
    conf->cache_size = keycard_replay_cache_size((size_t)uses + (size_t)uses / 4);
    /* The allocator needs some pages, and a few words for each page. */
    conf->uses = ngx_shared_memory_add(cf, &name, conf->cache_size + conf->cache_size / 64 + 16 * ngx_pagesize,
                                       &ngx_http_keycard_module);
    if (conf->uses == NULL)
        return NGX_CONF_ERROR;
    if (changes_size(cf, conf->uses))
        return "can change only with a restart of nginx";
    conf->uses->init = make_cache;
    conf->uses->data = conf;
    return NGX_CONF_OK;
}

char *ngx_http_keycard_read_prepared_keys(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    main_conf_t *conf = location;
    const ngx_str_t *words = cf->args->elts;

    if (conf->prepared_keys != NGX_CONF_UNSET)
        return "is duplicate";
    if (ngx_strcmp(words[1].data, "off") == 0) {
        conf->prepared_keys = 0;
        return NGX_CONF_OK;
    }
    conf->prepared_keys = ngx_atoi(words[1].data, words[1].len);
    return conf->prepared_keys < 1 || conf->prepared_keys > 1000000 ? "is neither off nor a number of keys" : NGX_CONF_OK;
}

char *ngx_http_keycard_merge_dpop(ngx_conf_t *cf, conf_t *parent, conf_t *conf)
{
    main_conf_t *main_conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_keycard_module);
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(3)];
    keycard_proof_rules rules;
    keycard_detail detail;
    keycard_proof proof;
    keycard_status status;
    const ngx_conf_bitmask_t *known;
    u_char *end;

    ngx_conf_merge_str_value(conf->dpop_origin, parent->dpop_origin, "");
    ngx_conf_merge_bitmask_value(conf->dpop_algorithms, parent->dpop_algorithms, KEYCARD_ES256);
    ngx_conf_merge_sec_value(conf->dpop_window, parent->dpop_window, 60);
    if (conf->dpop_origin.len == 0)
        return NGX_CONF_OK;
    conf->uses = main_conf->uses;
    if (conf->uses == NULL)
        return "needs keycard_dpop_uses";
    /* The path would be part of the query, which no proof needs to match. */
    end = conf->dpop_origin.data + conf->dpop_origin.len;
    if (ngx_strlchr(conf->dpop_origin.data, end, '?') != NULL || ngx_strlchr(conf->dpop_origin.data, end, '#') != NULL)
        return "keycard_dpop has a query or a fragment";
    main_conf->window = ngx_max(main_conf->window, conf->dpop_window);
    main_conf->leeway = ngx_max(main_conf->leeway, conf->leeway);
    conf->dpop_algorithm_list.data = end = ngx_pnalloc(cf->pool, LONGEST_ALGORITHM_LIST);
    if (end == NULL)
        return NGX_CONF_ERROR;
    for (known = ngx_http_keycard_algorithms; known->name.len > 0; known++)
        if ((conf->dpop_algorithms & known->mask) != 0)
            end = ngx_snprintf(end, (size_t)(conf->dpop_algorithm_list.data + LONGEST_ALGORITHM_LIST - end),
                               end == conf->dpop_algorithm_list.data ? "%V" : " %V", &known->name);
    conf->dpop_algorithm_list.len = (size_t)(end - conf->dpop_algorithm_list.data);
    rules = rules_of(conf, KEYCARD_BYTES("GET"), text_of(conf->dpop_origin), KEYCARD_BYTES("a.b"));
    status = keycard_dpop_validate(&rules, keycard_time_at(0), KEYCARD_BYTES("a.b"), KEYCARD_BUFFER(scratch), &proof,
                                   &detail);
    if (detail.stage != KEYCARD_STAGE_USAGE)
        return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: keycard_dpop \"%V\": %s", &conf->dpop_origin,
                       keycard_status_text(status));
    return NGX_CONF_ERROR;
}
