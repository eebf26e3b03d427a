/* Lets requests in by an access token (JWT) and passes its claims on as variables. The token is a bearer token, or one that
 * is bound to a key by DPoP.
 *
 * - Keys are read with the configuration: `nginx -s reload` takes new ones, and keeps the old ones if they are broken.
 * - Refusals are those of RFC 6750 section 3 and RFC 9449 section 7: 401 without a token or with a wrong one, 403 for a
 *   missing scope.
 * - Each DPoP proof is taken once, by all workers together: its use is noted in shared memory, which a reload leaves alone.
 * - $keycard_claim_NAME is a claim of the accepted token. README.md lists the directives. */

#include "ngx_http_keycard.h"

#define LARGEST_KEY_FILE (1 << 20)
#define LARGEST_KEY_TABLE ((size_t)1 << 24)

/* The accepted token of a request; the claims lie in the scratch, which is the request's. */
typedef struct {
    keycard_token token;
} context_t;

typedef enum { NO_SCHEME, BEARER, DPOP } scheme_t;

ngx_conf_bitmask_t ngx_http_keycard_algorithms[] = {
    {ngx_string("ES256"), KEYCARD_ES256}, {ngx_string("ES384"), KEYCARD_ES384},
    {ngx_string("ES512"), KEYCARD_ES512}, {ngx_string("RS256"), KEYCARD_RS256},
    {ngx_string("RS384"), KEYCARD_RS384}, {ngx_string("RS512"), KEYCARD_RS512},
    {ngx_string("PS256"), KEYCARD_PS256}, {ngx_string("PS384"), KEYCARD_PS384},
    {ngx_string("PS512"), KEYCARD_PS512}, {ngx_string("EdDSA"), KEYCARD_EDDSA},
    {ngx_string("Ed25519"), KEYCARD_ED25519}, {ngx_null_string, 0}};

/* --- requests ------------------------------------------------------------------------------------------ */

static ngx_int_t add_header(ngx_http_request_t *r, u_char *value, u_char *end)
{
    ngx_table_elt_t *header = ngx_list_push(&r->headers_out.headers);

    if (header == NULL)
        return NGX_ERROR;
    header->hash = 1;
    ngx_str_set(&header->key, "WWW-Authenticate");
    header->value.data = value;
    header->value.len = (size_t)(end - value);
    if (r->headers_out.www_authenticate == NULL)
        r->headers_out.www_authenticate = header;
    return NGX_OK;
}

/* Adds the challenge of a scheme. What was wrong stands in that of the scheme that was used. */
static ngx_int_t challenge(ngx_http_request_t *r, conf_t *conf, scheme_t scheme, const char *error, const char *why,
                           bool with_scopes)
{
    const size_t size = sizeof "Bearer realm=\"\", error=\"\", error_description=\"\", scope=\"\", algs=\"\"" +
                        conf->realm.len + conf->scope_list.len + conf->dpop_algorithm_list.len + ngx_strlen(error) +
                        ngx_strlen(why);
    u_char *end, *value = ngx_pnalloc(r->pool, size);

    if (value == NULL)
        return NGX_ERROR;
    end = ngx_sprintf(value, "%s realm=\"%V\"", scheme == DPOP ? "DPoP" : "Bearer", &conf->realm);
    if (*error != '\0')
        end = ngx_sprintf(end, ", error=\"%s\", error_description=\"%s\"", error, why);
    if (with_scopes)
        end = ngx_sprintf(end, ", scope=\"%V\"", &conf->scope_list);
    if (scheme == DPOP)
        end = ngx_sprintf(end, ", algs=\"%V\"", &conf->dpop_algorithm_list);
    return add_header(r, value, end);
}

/* Sets WWW-Authenticate (RFC 6750 section 3, RFC 9449 section 7.1) and answers with the status. */
static ngx_int_t refuse(ngx_http_request_t *r, conf_t *conf, scheme_t used, ngx_int_t status, const char *error,
                        const char *why)
{
    const scheme_t schemes[] = {BEARER, DPOP};
    const size_t count = conf->dpop_origin.len > 0 ? 2 : 1;
    size_t i;

    for (i = 0; i < count; i++) {
        const bool is_used = schemes[i] == used;

        if (challenge(r, conf, schemes[i], is_used ? error : "", is_used ? why : "",
                      status == NGX_HTTP_FORBIDDEN && is_used) != NGX_OK)
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
    return status;
}

/* Answers with what a status means. */
static ngx_int_t refuse_by(ngx_http_request_t *r, conf_t *conf, scheme_t used, keycard_status status, uint32_t stage,
                           keycard_text claim)
{
    const char *why = keycard_status_text(status);

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0, "keycard: %s (%*s)", why, claim.length,
                  claim.data == NULL ? "" : claim.data);
    if (stage == KEYCARD_STAGE_USAGE)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (status == KEYCARD_REPLAY_LIMITS || status == KEYCARD_NOT_A_REPLAY_CACHE)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (status == KEYCARD_REPLAY_KEY_FULL)
        return NGX_HTTP_TOO_MANY_REQUESTS;
    if (status == KEYCARD_REPLAY_FULL || status == KEYCARD_REPLAY_TIME_BEHIND)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (stage == KEYCARD_STAGE_PROOF || stage == KEYCARD_STAGE_REPLAY)
        return refuse(r, conf, used, NGX_HTTP_UNAUTHORIZED, "invalid_dpop_proof", why);
    if (status == KEYCARD_SCOPE_MISSING)
        return refuse(r, conf, used, NGX_HTTP_FORBIDDEN, "insufficient_scope", why);
    return refuse(r, conf, used, NGX_HTTP_UNAUTHORIZED, "invalid_token", why);
}

/* The token in the header Authorization, and the scheme that it came by. */
static scheme_t token_of(ngx_http_request_t *r, const conf_t *conf, ngx_str_t *jwt)
{
    scheme_t scheme = NO_SCHEME;
    size_t length = 0;

    /* nginx itself refuses a second Authorization. */
    if (r->headers_in.authorization == NULL)
        return NO_SCHEME;
    *jwt = r->headers_in.authorization->value;
    if (jwt->len >= 7 && ngx_strncasecmp(jwt->data, (u_char *)"Bearer ", length = 7) == 0)
        scheme = BEARER;
    else if (conf->dpop_origin.len > 0 && jwt->len >= 5 &&
             ngx_strncasecmp(jwt->data, (u_char *)"DPoP ", length = 5) == 0)
        scheme = DPOP;
    for (jwt->data += length, jwt->len -= length; scheme != NO_SCHEME && jwt->len > 0 && *jwt->data == ' ';
         jwt->data++, jwt->len--)
        ;
    return scheme;
}

static ngx_int_t on_access(ngx_http_request_t *r)
{
    conf_t *conf = ngx_http_get_module_loc_conf(r, ngx_http_keycard_module);
    keycard_policy policy = conf->policy;
    const keycard_text no_claim = KEYCARD_ABSENT;
    context_t *context;
    keycard_detail detail;
    keycard_proof proof;
    keycard_status status;
    ngx_str_t jwt, text;
    scheme_t scheme;
    size_t scratch_size, proofs;
    void *scratch;

    if (!conf->enable)
        return NGX_DECLINED;
    scheme = token_of(r, conf, &jwt);
    if (scheme == NO_SCHEME)
        return refuse(r, conf, NO_SCHEME, NGX_HTTP_UNAUTHORIZED, "", "");
    if (scheme == DPOP) {
        proofs = ngx_http_keycard_proofs(r, &text);
        if (proofs != 1)
            return refuse(r, conf, DPOP, NGX_HTTP_UNAUTHORIZED, "invalid_dpop_proof",
                          proofs == 0 ? "there is no DPoP proof" : "more than one DPoP proof");
        status = ngx_http_keycard_check_proof(r, conf, jwt, text, &proof, &detail);
        /* The origin was looked at with the configuration: it is the path of the request that no proof can name. */
        if (detail.stage == KEYCARD_STAGE_USAGE && (status == KEYCARD_URI_MALFORMED || status == KEYCARD_NOT_TEXT))
            return NGX_HTTP_BAD_REQUEST;
        if (status != KEYCARD_OK)
            return refuse_by(r, conf, DPOP, status, detail.stage, detail.claim);
        policy.dpop_key32 = proof.key32;
    }
    scratch_size = keycard_scratch_size(jwt.len);
    scratch = ngx_palloc(r->pool, scratch_size);
    context = ngx_palloc(r->pool, sizeof *context);
    if (scratch == NULL || context == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    status = keycard_validate(conf->keys, &policy, keycard_time_at(ngx_time()), jwt.data, jwt.len, scratch,
                              scratch_size, &context->token, &detail);
    if (status != KEYCARD_OK)
        return refuse_by(r, conf, scheme, status, detail.stage, detail.claim);
    if (scheme == DPOP) {
        status = ngx_http_keycard_note_proof(r, conf, &proof);
        if (status != KEYCARD_OK)
            return refuse_by(r, conf, DPOP, status, KEYCARD_STAGE_REPLAY, no_claim);
    }
    ngx_http_set_ctx(r, context, ngx_http_keycard_module);
    return NGX_OK;
}

/* --- variables ----------------------------------------------------------------------------------------- */

/* A claim that is a string, or several with a space between them; empty if it is neither. */
static ngx_int_t write_strings(ngx_http_request_t *r, const keycard_token *token, keycard_text name, ngx_str_t *value)
{
    keycard_iterator strings;
    keycard_text text;
    size_t length = 0;
    u_char *end;

    keycard_claim_strings(token, name, &strings);
    while (keycard_next_string(&strings, &text) == KEYCARD_OK)
        length += text.length + 1;
    if (length == 0)
        return NGX_OK;
    value->data = end = ngx_pnalloc(r->pool, length);
    if (end == NULL)
        return NGX_ERROR;
    keycard_claim_strings(token, name, &strings);
    while (keycard_next_string(&strings, &text) == KEYCARD_OK) {
        if (end > value->data)
            *end++ = ' ';
        end = ngx_cpymem(end, text.data, text.length);
    }
    value->len = (size_t)(end - value->data);
    return NGX_OK;
}

static ngx_int_t get_claim(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    const context_t *context = ngx_http_get_module_ctx(r->main, ngx_http_keycard_module);
    ngx_str_t name = *(ngx_str_t *)data, value = ngx_null_string;
    keycard_text claim;
    int64_t integer;
    bool boolean;
    size_t i;

    v->not_found = 1;
    if (context == NULL)
        return NGX_OK;
    name.data += sizeof "keycard_claim_" - 1;
    name.len -= sizeof "keycard_claim_" - 1;
    claim = text_of(name);
    if (keycard_claim_boolean(&context->token, claim, &boolean) == KEYCARD_OK) {
        value.data = (u_char *)(boolean ? "true" : "false");
        value.len = boolean ? 4 : 5;
    } else if (keycard_claim_integer(&context->token, claim, &integer) == KEYCARD_OK) {
        value.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
        if (value.data == NULL)
            return NGX_ERROR;
        value.len = (size_t)(ngx_sprintf(value.data, "%L", integer) - value.data);
    } else if (write_strings(r, &context->token, claim, &value) != NGX_OK) {
        return NGX_ERROR;
    }
    /* What goes into a header must not end it. */
    for (i = 0; i < value.len; i++)
        if (value.data[i] < ' ' || value.data[i] == 0x7f)
            return NGX_OK;
    if (value.len == 0)
        return NGX_OK;
    v->data = value.data;
    v->len = (unsigned)value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    return NGX_OK;
}

/* --- configuration ------------------------------------------------------------------------------------- */

static char *read_keys(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    conf_t *conf = location;
    ngx_str_t path = ((ngx_str_t *)cf->args->elts)[1];
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    keycard_status status = KEYCARD_KEY_TABLE_FULL;
    keycard_key_report report;
    ngx_file_t file;
    ssize_t length;
    u_char *jwks;
    size_t size;

    if (conf->keys != NGX_CONF_UNSET_PTR)
        return "is duplicate";
    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK || (jwks = ngx_palloc(cf->pool, LARGEST_KEY_FILE)) == NULL)
        return NGX_CONF_ERROR;
    ngx_memzero(&file, sizeof file);
    file.name = path;
    file.log = cf->log;
    file.fd = ngx_open_file(path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    length = file.fd == NGX_INVALID_FILE ? NGX_ERROR : ngx_read_file(&file, jwks, LARGEST_KEY_FILE, 0);
    if (file.fd != NGX_INVALID_FILE)
        ngx_close_file(file.fd);
    if (length <= 0 || length == LARGEST_KEY_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "keycard: cannot read the keys in \"%V\"", &path);
        return NGX_CONF_ERROR;
    }
    rules.prepare = KEYCARD_PREPARE_64KB;
    for (size = 4096; status == KEYCARD_KEY_TABLE_FULL && size <= LARGEST_KEY_TABLE; size *= 2) {
        uint64_t *memory = ngx_palloc(cf->pool, size);

        if (memory == NULL)
            return NGX_CONF_ERROR;
        status = keycard_keys_init(memory, size, &conf->keys);
        if (status == KEYCARD_OK)
            status = keycard_keys_add_jwks_by(conf->keys, &rules, jwks, (size_t)length, &report);
    }
    if (status != KEYCARD_OK || report.added == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: no keys in \"%V\": %s", &path,
                           status == KEYCARD_OK ? "none can be used" : keycard_status_text(status));
        return NGX_CONF_ERROR;
    }
    return NGX_CONF_OK;
}

static char *read_scopes(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    conf_t *conf = location;
    ngx_str_t *words = cf->args->elts;
    keycard_text *scope;
    ngx_uint_t i;

    if (conf->scopes != NGX_CONF_UNSET_PTR)
        return "is duplicate";
    conf->scopes = ngx_array_create(cf->pool, cf->args->nelts, sizeof *scope);
    if (conf->scopes == NULL)
        return NGX_CONF_ERROR;
    for (i = 1; i < cf->args->nelts; i++) {
        scope = ngx_array_push(conf->scopes);
        *scope = text_of(words[i]);
    }
    return NGX_CONF_OK;
}

static void *create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(main_conf_t));
}

static void *create_conf(ngx_conf_t *cf)
{
    conf_t *conf = ngx_pcalloc(cf->pool, sizeof *conf);

    if (conf == NULL)
        return NULL;
    conf->enable = NGX_CONF_UNSET;
    conf->keys = NGX_CONF_UNSET_PTR;
    conf->scopes = NGX_CONF_UNSET_PTR;
    conf->leeway = NGX_CONF_UNSET;
    conf->dpop_window = NGX_CONF_UNSET;
    return conf;
}

/* Makes the policy once for each location, and has it refused now if it would be refused with each request. */
static char *merge_conf(ngx_conf_t *cf, void *above, void *below)
{
    const keycard_policy nothing = KEYCARD_POLICY_INIT;
    conf_t *parent = above, *conf = below;
    char *problem;
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(3)];
    keycard_token token;
    keycard_detail detail;
    keycard_status status;
    keycard_text *scope;
    ngx_uint_t i;
    u_char *end;

    ngx_conf_merge_value(conf->enable, parent->enable, 0);
    ngx_conf_merge_ptr_value(conf->keys, parent->keys, NULL);
    ngx_conf_merge_ptr_value(conf->scopes, parent->scopes, NULL);
    ngx_conf_merge_str_value(conf->issuer, parent->issuer, "");
    ngx_conf_merge_str_value(conf->audience, parent->audience, "");
    ngx_conf_merge_str_value(conf->realm, parent->realm, "api");
    ngx_conf_merge_bitmask_value(conf->algorithms, parent->algorithms, KEYCARD_ES256 | KEYCARD_RS256);
    ngx_conf_merge_sec_value(conf->leeway, parent->leeway, 0);
    problem = ngx_http_keycard_merge_dpop(cf, parent, conf);
    if (!conf->enable || problem != NGX_CONF_OK)
        return problem;

    conf->policy = nothing;
    conf->policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    conf->policy.algorithms = (uint32_t)conf->algorithms;
    conf->policy.issuer = text_of(conf->issuer);
    conf->policy.audience = text_of(conf->audience);
    conf->policy.leeway = (uint32_t)conf->leeway;
    if (conf->scopes != NULL) {
        conf->policy.scopes = scope = conf->scopes->elts;
        conf->policy.scope_count = conf->scopes->nelts;
        for (i = 0; i < conf->scopes->nelts; i++)
            conf->scope_list.len += scope[i].length + (i > 0);
        conf->scope_list.data = end = ngx_pnalloc(cf->pool, conf->scope_list.len);
        if (end == NULL)
            return NGX_CONF_ERROR;
        for (i = 0; i < conf->scopes->nelts; i++) {
            if (i > 0)
                *end++ = ' ';
            end = ngx_cpymem(end, scope[i].data, scope[i].length);
        }
    }
    status = keycard_validate(conf->keys, &conf->policy, keycard_time_at(0), "a.b", 3, scratch, sizeof scratch, &token,
                              &detail);
    if (detail.stage != KEYCARD_STAGE_USAGE)
        return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: keycard_keys, keycard_issuer and keycard_audience are needed: %s",
                       keycard_status_text(status));
    return NGX_CONF_ERROR;
}

static ngx_int_t add_variables(ngx_conf_t *cf)
{
    ngx_str_t name = ngx_string("keycard_claim_");
    ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_PREFIX | NGX_HTTP_VAR_NOCACHEABLE);

    if (variable == NULL)
        return NGX_ERROR;
    variable->get_handler = get_claim;
    return NGX_OK;
}

static ngx_int_t add_handler(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_handler_pt *handler = ngx_array_push(&core->phases[NGX_HTTP_ACCESS_PHASE].handlers);

    if (handler == NULL)
        return NGX_ERROR;
    *handler = on_access;
    return NGX_OK;
}

#define EVERYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF)

static ngx_command_t commands[] = {
    {ngx_string("keycard"), EVERYWHERE | NGX_CONF_FLAG, ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, enable), NULL},
    {ngx_string("keycard_keys"), EVERYWHERE | NGX_CONF_TAKE1, read_keys, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("keycard_issuer"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, issuer), NULL},
    {ngx_string("keycard_audience"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, audience), NULL},
    {ngx_string("keycard_algorithms"), EVERYWHERE | NGX_CONF_1MORE, ngx_conf_set_bitmask_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, algorithms), ngx_http_keycard_algorithms},
    {ngx_string("keycard_scope"), EVERYWHERE | NGX_CONF_1MORE, read_scopes, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("keycard_leeway"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_sec_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, leeway), NULL},
    {ngx_string("keycard_realm"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, realm), NULL},
    {ngx_string("keycard_dpop"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_str_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, dpop_origin), NULL},
    {ngx_string("keycard_dpop_algorithms"), EVERYWHERE | NGX_CONF_1MORE, ngx_conf_set_bitmask_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, dpop_algorithms), ngx_http_keycard_algorithms},
    {ngx_string("keycard_dpop_window"), EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_sec_slot, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(conf_t, dpop_window), NULL},
    {ngx_string("keycard_dpop_uses"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_http_keycard_read_uses, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     NULL},
    ngx_null_command};

static ngx_http_module_t module_context = {add_variables, add_handler, create_main_conf, NULL, NULL, NULL, create_conf,
                                            merge_conf};

ngx_module_t ngx_http_keycard_module = {NGX_MODULE_V1, &module_context, commands, NGX_HTTP_MODULE, NULL, NULL, NULL,
                                        NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING};
