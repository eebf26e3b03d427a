/* Accepts requests with an access token (JWT) and offers its claims as variables. The token is a
 * bearer token, or it is bound to a key by DPoP.
 *
 * - nginx reads the keys together with the configuration. `nginx -s reload` reads them again, and
 *   keeps the old keys if the file is broken.
 * - Rejections follow RFC 6750 section 3 and RFC 9449 section 7: 401 without a valid token, 403
 *   without a scope.
 * - A DPoP proof is accepted only once by all workers together. Its use is recorded in shared
 *   memory, which a reload keeps.
 * - $keycard_claim_NAME is a claim of the accepted token. README.md lists the directives.
 *
 * This file has the directives. */

#include "ngx_http_keycard.h"

ngx_conf_bitmask_t ngx_http_keycard_algorithms[] = {
    {ngx_string("ES256"), KEYCARD_ES256}, {ngx_string("ES384"), KEYCARD_ES384},
    {ngx_string("ES512"), KEYCARD_ES512}, {ngx_string("RS256"), KEYCARD_RS256},
    {ngx_string("RS384"), KEYCARD_RS384}, {ngx_string("RS512"), KEYCARD_RS512},
    {ngx_string("PS256"), KEYCARD_PS256}, {ngx_string("PS384"), KEYCARD_PS384},
    {ngx_string("PS512"), KEYCARD_PS512}, {ngx_string("EdDSA"), KEYCARD_EDDSA},
    {ngx_string("Ed25519"), KEYCARD_ED25519}, {ngx_null_string, 0}};

#define MIXED "keycard_trust cannot be combined with keycard_keys, keycard_issuer or keycard_audience"

/* The bit for the context inside a keycard_trust block. nginx itself does not use it. */
#define IN_TRUST 0x00100000

/* --- words ------------------------------------------------------------------------------------ */

static keycard_bytes *push_text(ngx_array_t *texts, ngx_str_t word)
{
    keycard_bytes *text = ngx_array_push(texts);

    if (text != NULL)
        *text = text_of(word);
    return text;
}

/* Reads the words of a directive, from `first` on, into the array at an address. */
static char *read_texts_from(ngx_conf_t *cf, ngx_array_t **texts, ngx_uint_t first)
{
    ngx_str_t *words = cf->args->elts;
    ngx_uint_t i;

    if (*texts != NGX_CONF_UNSET_PTR)
        return "is duplicate";
    *texts = ngx_array_create(cf->pool, cf->args->nelts, sizeof(keycard_bytes));
    if (*texts == NULL)
        return NGX_CONF_ERROR;
    for (i = first; i < cf->args->nelts; i++)
        if (push_text(*texts, words[i]) == NULL)
            return NGX_CONF_ERROR;
    return NGX_CONF_OK;
}

static char *read_texts(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    return read_texts_from(cf, (ngx_array_t **)((char *)location + command->offset), 1);
}

/* keycard_client CLAIM VALUE...: the claim that names the client, and the clients. */
static char *read_clients(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    conf_t *conf = location;
    ngx_str_t *words = cf->args->elts;

    conf->own.client_claim = words[1];
    return read_texts_from(cf, &conf->own.clients, 2);
}

/* Logs why a configuration is rejected. */
static char *fault(ngx_conf_t *cf, const char *why)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: %s", why);
    return NGX_CONF_ERROR;
}

/* --- trust ------------------------------------------------------------------------------------ */

static void *create_conf(ngx_conf_t *cf)
{
    conf_t *conf = ngx_pcalloc(cf->pool, sizeof *conf);

    if (conf == NULL)
        return NULL;
    conf->enable = NGX_CONF_UNSET;
    conf->own.keys = NGX_CONF_UNSET_PTR;
    conf->own.audiences = NGX_CONF_UNSET_PTR;
    conf->own.markers = NGX_CONF_UNSET_PTR;
    conf->own.clients = NGX_CONF_UNSET_PTR;
    conf->blocks = NGX_CONF_UNSET_PTR;
    conf->scopes = NGX_CONF_UNSET_PTR;
    conf->leeway = NGX_CONF_UNSET;
    conf->dpop_window = NGX_CONF_UNSET;
    return conf;
}

/* A string that is not set stays absent: the library rejects an empty string. */
static void inherit(ngx_str_t *text, ngx_str_t parent)
{
    if (text->data == NULL)
        *text = parent;
}

static void merge_trust(trust_t *own, trust_t *parent)
{
    ngx_conf_merge_ptr_value(own->keys, parent->keys, NULL);
    ngx_conf_merge_ptr_value(own->audiences, parent->audiences, NULL);
    ngx_conf_merge_ptr_value(own->markers, parent->markers, NULL);
    if (own->clients == NGX_CONF_UNSET_PTR)
        own->client_claim = parent->client_claim;
    ngx_conf_merge_ptr_value(own->clients, parent->clients, NULL);
    inherit(&own->issuer, parent->issuer);
    inherit(&own->audience_claim, parent->audience_claim);
    inherit(&own->scope_claim, parent->scope_claim);
    ngx_conf_merge_bitmask_value(own->algorithms, parent->algorithms, KEYCARD_ES256 | KEYCARD_RS256);
}

/* keycard_trust { ... }: reads the directives of one row. */
static char *read_trust(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    conf_t *conf = location, *block = create_conf(cf), *nothing = create_conf(cf);
    ngx_http_conf_ctx_t *context = ngx_pcalloc(cf->pool, sizeof *context);
    const ngx_conf_t outside = *cf;
    trust_t *row;
    char *problem;

    if (block == NULL || nothing == NULL || context == NULL)
        return NGX_CONF_ERROR;
    *context = *(ngx_http_conf_ctx_t *)cf->ctx;
    context->loc_conf = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    if (context->loc_conf == NULL)
        return NGX_CONF_ERROR;
    context->loc_conf[ngx_http_keycard_module.ctx_index] = block;
    cf->ctx = context;
    cf->cmd_type = IN_TRUST;
    problem = ngx_conf_parse(cf, NULL);
    *cf = outside;
    if (problem != NGX_CONF_OK)
        return problem;
    merge_trust(&block->own, &nothing->own);
    if (conf->blocks == NGX_CONF_UNSET_PTR)
        conf->blocks = ngx_array_create(cf->pool, 2, sizeof(trust_t));
    if (conf->blocks == NULL || (row = ngx_array_push(conf->blocks)) == NULL)
        return NGX_CONF_ERROR;
    *row = block->own;
    return NGX_CONF_OK;
}

/* Makes the policy of a row. A policy that would reject every request is a configuration error. */
static char *complete(ngx_conf_t *cf, const conf_t *conf, trust_t *row)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(3)];
    keycard_token token;
    keycard_detail detail;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = (uint32_t)row->algorithms;
    policy.leeway = seconds_of(conf->leeway);
    policy.issuer = text_of(row->issuer);
    policy.audience_claim = text_of(row->audience_claim);
    policy.client_claim = text_of(row->client_claim);
    if (row->audiences != NULL) {
        policy.audiences = row->audiences->elts;
        policy.audience_count = row->audiences->nelts;
    }
    if (row->markers != NULL) {
        policy.markers = row->markers->elts;
        policy.marker_count = row->markers->nelts;
    }
    if (row->clients != NULL) {
        policy.clients = row->clients->elts;
        policy.client_count = row->clients->nelts;
    }
    if (conf->scopes != NULL) {
        policy.scopes = conf->scopes->elts;
        policy.scope_count = conf->scopes->nelts;
        policy.scope_claim = text_of(row->scope_claim);
    }
    row->policy = policy;
    status = keycard_validate(row->keys, &row->policy, keycard_time_at(ngx_time()), KEYCARD_BYTES("a.b"),
                              KEYCARD_BUFFER(scratch), &token, &detail);
    if (detail.stage != KEYCARD_STAGE_USAGE)
        return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: keycard_keys, keycard_issuer and keycard_audience are needed: %s",
                       keycard_status_text(status));
    return NGX_CONF_ERROR;
}

/* Makes the active rows, each with its policy. */
static char *merge_rows(ngx_conf_t *cf, conf_t *conf)
{
    const bool has_own = conf->own.keys != NULL || conf->own.issuer.data != NULL || conf->own.audiences != NULL;
    const ngx_uint_t count = conf->blocks == NULL ? 1 : conf->blocks->nelts;
    keycard_trust_row *row;
    trust_t *rows;
    char *problem;
    ngx_uint_t i, j;

    /* Keys, issuer and audience of a row belong together (RFC 8725 section 3.8), so they are
     * inherited together. */
    if (has_own && conf->blocks != NULL)
        return fault(cf, MIXED);
    conf->rows = ngx_array_create(cf->pool, count, sizeof *row);
    /* Each location has its own policies, because each has its own scopes. */
    rows = ngx_palloc(cf->pool, count * sizeof *rows);
    if (conf->rows == NULL || rows == NULL)
        return NGX_CONF_ERROR;
    for (i = 0; i < count; i++) {
        rows[i] = conf->blocks == NULL ? conf->own : ((trust_t *)conf->blocks->elts)[i];
        problem = complete(cf, conf, &rows[i]);
        if (problem != NGX_CONF_OK)
            return problem;
        for (j = 0; j < i; j++)
            if (rows[j].issuer.len == rows[i].issuer.len &&
                ngx_memcmp(rows[j].issuer.data, rows[i].issuer.data, rows[i].issuer.len) == 0)
                return fault(cf, "two keycard_trust blocks have the same issuer");
        row = ngx_array_push(conf->rows);
        if (row == NULL)
            return NGX_CONF_ERROR;
        ngx_memzero(row, sizeof *row);
        row->keys = rows[i].keys;
        row->policy = &rows[i].policy;
    }
    return NGX_CONF_OK;
}

/* --- locations -------------------------------------------------------------------------------- */

/* True if a text is allowed between quotes in a challenge (RFC 6750 section 3). */
static bool is_quotable(const char *data, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
        if (data[i] < ' ' || data[i] > '~' || data[i] == '"' || data[i] == '\\')
            return false;
    return true;
}

/* Joins the scopes with spaces, for challenges. */
static char *list_scopes(ngx_conf_t *cf, conf_t *conf)
{
    const keycard_bytes *scope = conf->scopes->elts;
    size_t length = 0;
    ngx_uint_t i;
    u_char *end;

    for (i = 0; i < conf->scopes->nelts; i++)
        length += scope[i].length + 1;
    conf->scope_list.data = end = ngx_pnalloc(cf->pool, length);
    if (end == NULL)
        return NGX_CONF_ERROR;
    for (i = 0; i < conf->scopes->nelts; i++) {
        if (i > 0)
            *end++ = ' ';
        end = ngx_cpymem(end, scope[i].data, scope[i].length);
    }
    conf->scope_list.len = (size_t)(end - conf->scope_list.data);
    if (!is_quotable((char *)conf->scope_list.data, conf->scope_list.len))
        return fault(cf, "keycard_scope has a character that a challenge cannot quote");
    return NGX_CONF_OK;
}

static char *merge_conf(ngx_conf_t *cf, void *above, void *below)
{
    conf_t *parent = above, *conf = below;
    conf_t *untouched = create_conf(cf);
    bool is_touched;
    char *problem;

    if (untouched == NULL)
        return NGX_CONF_ERROR;
    is_touched = ngx_memcmp(&conf->own, &untouched->own, sizeof conf->own) != 0;
    if (parent->rules != NULL && ngx_memcmp(conf, untouched, sizeof *conf) == 0) {
        *conf = *parent;
        return NGX_CONF_OK;
    }
    conf->rules = conf;
    ngx_conf_merge_value(conf->enable, parent->enable, 0);
    if (conf->blocks != NGX_CONF_UNSET_PTR && is_touched)
        return fault(cf, MIXED);
    /* Blocks replace an inherited row, and a row without a block replaces inherited blocks. */
    merge_trust(&conf->own, conf->blocks == NGX_CONF_UNSET_PTR ? &parent->own : &untouched->own);
    if (is_touched)
        conf->blocks = NULL;
    ngx_conf_merge_ptr_value(conf->blocks, parent->blocks, NULL);
    ngx_conf_merge_ptr_value(conf->scopes, parent->scopes, NULL);
    ngx_conf_merge_str_value(conf->realm, parent->realm, "api");
    ngx_conf_merge_sec_value(conf->leeway, parent->leeway, 0);
    if (conf->token == NULL)
        conf->token = parent->token;
    problem = ngx_http_keycard_merge_dpop(cf, parent, conf);
    if (!conf->enable || problem != NGX_CONF_OK)
        return problem;
    if (!is_quotable((char *)conf->realm.data, conf->realm.len))
        return fault(cf, "keycard_realm has a character that a challenge cannot quote");
    if (conf->token != NULL && conf->dpop_origin.len > 0)
        return fault(cf, "keycard_token cannot be combined with keycard_dpop, whose tokens are in the header Authorization");
    problem = conf->scopes == NULL ? NGX_CONF_OK : list_scopes(cf, conf);
    return problem == NGX_CONF_OK ? merge_rows(cf, conf) : problem;
}

static void *create_main_conf(ngx_conf_t *cf)
{
    main_conf_t *conf = ngx_pcalloc(cf->pool, sizeof *conf);

    if (conf != NULL)
        conf->prepared_keys = NGX_CONF_UNSET;
    return conf;
}

#define EVERYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF)

static ngx_command_t commands[] = {
    {ngx_string("keycard"), EVERYWHERE | NGX_CONF_FLAG, ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, enable), NULL},
    {ngx_string("keycard_trust"), EVERYWHERE | NGX_CONF_BLOCK | NGX_CONF_NOARGS, read_trust, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    {ngx_string("keycard_keys"), EVERYWHERE | IN_TRUST | NGX_CONF_1MORE, ngx_http_keycard_read_keys,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("keycard_issuer"), EVERYWHERE | IN_TRUST | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, own.issuer), NULL},
    {ngx_string("keycard_audience"), EVERYWHERE | IN_TRUST | NGX_CONF_1MORE, read_texts, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, own.audiences), NULL},
    {ngx_string("keycard_audience_claim"), EVERYWHERE | IN_TRUST | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, own.audience_claim), NULL},
    {ngx_string("keycard_scope_claim"), EVERYWHERE | IN_TRUST | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, own.scope_claim), NULL},
    {ngx_string("keycard_algorithms"), EVERYWHERE | IN_TRUST | NGX_CONF_1MORE, ngx_conf_set_bitmask_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, own.algorithms), ngx_http_keycard_algorithms},
    {ngx_string("keycard_marker"), EVERYWHERE | IN_TRUST | NGX_CONF_1MORE, read_texts, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, own.markers), NULL},
    {ngx_string("keycard_client"), EVERYWHERE | IN_TRUST | NGX_CONF_2MORE, read_clients, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    {ngx_string("keycard_scope"), EVERYWHERE | NGX_CONF_1MORE, read_texts, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, scopes), NULL},
    {ngx_string("keycard_leeway"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_sec_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, leeway), NULL},
    {ngx_string("keycard_realm"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, realm), NULL},
    {ngx_string("keycard_token"), EVERYWHERE | NGX_CONF_TAKE1, ngx_http_set_complex_value_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, token), NULL},
    {ngx_string("keycard_dpop"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, dpop_origin), NULL},
    {ngx_string("keycard_dpop_algorithms"), EVERYWHERE | NGX_CONF_1MORE, ngx_conf_set_bitmask_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, dpop_algorithms), ngx_http_keycard_algorithms},
    {ngx_string("keycard_dpop_window"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_sec_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, dpop_window), NULL},
    {ngx_string("keycard_dpop_uses"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_http_keycard_read_uses,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL},
    {ngx_string("keycard_dpop_keys"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_http_keycard_read_prepared_keys,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL},
    ngx_null_command};

static ngx_http_module_t module_context = {ngx_http_keycard_add_variables, ngx_http_keycard_add_guard, create_main_conf,
                                           NULL, NULL, NULL, create_conf, merge_conf};

ngx_module_t ngx_http_keycard_module = {NGX_MODULE_V1, &module_context, commands, NGX_HTTP_MODULE, NULL, NULL, NULL,
                                        NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING};
