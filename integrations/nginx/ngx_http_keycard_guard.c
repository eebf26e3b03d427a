/* The guard of a location: the verdict on the token of a request, the response to a request without
 * a valid token, and the handlers that nginx calls.
 *
 * - The rewrite phase checks first, before `return`, `rewrite` and `if` leave the location. nginx
 *   also runs it for subrequests, such as those of auth_request.
 * - With `satisfy any`, where another module may accept the request, the access phase checks
 *   instead.
 * - The header filter checks each response below 300 that neither phase checked, such as a `return`
 *   in the server.
 */

#include "ngx_http_keycard.h"

static ngx_http_output_header_filter_pt next_header_filter;

static u_char challenge_name[] = "WWW-Authenticate";

/* --- challenges ------------------------------------------------------------------------------- */

/* Adds a header with a value. All other members are zero. */
static ngx_table_elt_t *push_header(ngx_http_request_t *r, u_char *name, ngx_str_t value)
{
    ngx_table_elt_t *header = ngx_list_push(&r->headers_out.headers);

    if (header == NULL)
        return NULL;
    ngx_memzero(header, sizeof *header);
    header->hash = 1;
    header->key.data = name;
    header->key.len = ngx_strlen(name);
    header->value = value;
    return header;
}

/* Removes challenges that no longer apply: those of an earlier location, and all of them if another
 * module accepts the request. */
static void remove_challenges(ngx_http_request_t *r)
{
    ngx_list_part_t *part;
    ngx_table_elt_t *headers;
    ngx_uint_t i;

    for (part = &r->headers_out.headers.part; part != NULL; part = part->next)
        for (headers = part->elts, i = 0; i < part->nelts; i++)
            if (headers[i].key.data == challenge_name)
                headers[i].hash = 0;
    if (r->headers_out.www_authenticate != NULL && r->headers_out.www_authenticate->key.data == challenge_name)
        r->headers_out.www_authenticate = NULL;
}

/* Writes the challenge of a scheme. The error is in the challenge of the scheme that was used, or
 * in each challenge if the token came without a scheme. */
static ngx_int_t write_challenge(ngx_http_request_t *r, const context_t *context, scheme_t scheme, ngx_str_t *value)
{
    const conf_t *conf = context->conf;
    const bool with_error = context->error[0] != '\0' && (context->scheme == scheme || context->scheme == NO_SCHEME);
    /* RFC 6750 section 3: the scopes that the resource needs. */
    const bool with_scopes = conf->scope_list.len > 0 &&
                             (context->error[0] == '\0' || context->verdict == NGX_HTTP_FORBIDDEN);
    u_char *end;

    value->data = end = ngx_pnalloc(
        r->pool, sizeof "Bearer realm=\"\", scope=\"\", error=\"\", error_description=\"\", algs=\"\"" + conf->realm.len +
                     conf->scope_list.len + conf->dpop_algorithm_list.len + ngx_strlen(context->error) +
                     ngx_strlen(context->why));
    if (end == NULL)
        return NGX_ERROR;
    end = ngx_sprintf(end, "%s realm=\"%V\"", scheme == DPOP ? "DPoP" : "Bearer", &conf->realm);
    if (with_scopes)
        end = ngx_sprintf(end, ", scope=\"%V\"", &conf->scope_list);
    if (with_error)
        end = ngx_sprintf(end, ", error=\"%s\", error_description=\"%s\"", context->error, context->why);
    if (scheme == DPOP)
        end = ngx_sprintf(end, ", algs=\"%V\"", &conf->dpop_algorithm_list);
    value->len = (size_t)(end - value->data);
    return NGX_OK;
}

/* Sets WWW-Authenticate (RFC 6750 section 3, RFC 9449 section 7.1): a header for each scheme. The
 * header for the scheme that the request used comes first. Some clients read only the first one,
 * and auth_request of nginx before 1.23 passes on no other. */
static ngx_int_t add_challenges(ngx_http_request_t *r, const context_t *context)
{
    const size_t count = context->conf->dpop_origin.len > 0 ? 2 : 1;
    const bool dpop_first = count == 2 && context->scheme == DPOP;
    const scheme_t schemes[] = {dpop_first ? DPOP : BEARER, dpop_first ? BEARER : DPOP};
    ngx_table_elt_t *header, *last = NULL;
    ngx_str_t value;
    size_t i;

    remove_challenges(r);
    /* The token is not at fault, so there is no challenge. */
    if (context->error[0] == '\0' && context->verdict != NGX_HTTP_UNAUTHORIZED)
        return NGX_OK;
    for (i = 0; i < count; i++) {
        if (write_challenge(r, context, schemes[i], &value) != NGX_OK ||
            (header = push_header(r, challenge_name, value)) == NULL)
            return NGX_ERROR;
        if (last == NULL)
            r->headers_out.www_authenticate = header;
#if (nginx_version >= 1023000)
        else
            last->next = header;
#endif
        last = header;
    }
    return NGX_OK;
}

/* --- the verdict ------------------------------------------------------------------------------ */

static ngx_int_t reject(context_t *context, ngx_int_t status, const char *error, const char *why)
{
    context->verdict = status;
    context->error = error;
    context->why = why;
    return status;
}

/* Sets the response to a rejection by the library, with the words of the Go package bearer. The log
 * has the reason. */
static ngx_int_t reject_by(ngx_http_request_t *r, context_t *context, keycard_status status, uint32_t stage,
                           keycard_bytes claim)
{
    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0, "keycard: %s%s%*s%s", keycard_status_text(status),
                  claim.length > 0 ? " (" : "", claim.length, claim.length > 0 ? claim.data : "",
                  claim.length > 0 ? ")" : "");
    if (status == KEYCARD_TIME_UNAVAILABLE || status == KEYCARD_REPLAY_FULL || status == KEYCARD_REPLAY_TIME_BEHIND)
        return reject(context, NGX_HTTP_SERVICE_UNAVAILABLE, "", "");
    if (status == KEYCARD_REPLAY_KEY_FULL)
        return reject(context, NGX_HTTP_TOO_MANY_REQUESTS, "", "");
    if (stage == KEYCARD_STAGE_USAGE || status == KEYCARD_REPLAY_LIMITS || status == KEYCARD_NOT_A_REPLAY_CACHE)
        return reject(context, NGX_HTTP_INTERNAL_SERVER_ERROR, "", "");
    if (stage == KEYCARD_STAGE_PROOF || stage == KEYCARD_STAGE_REPLAY)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "invalid_dpop_proof", "the DPoP proof is not accepted");
    if (status == KEYCARD_EXPIRED)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "invalid_token", "the token has expired");
    if (status == KEYCARD_SCOPE_MISSING)
        return reject(context, NGX_HTTP_FORBIDDEN, "insufficient_scope", "the token lacks a scope");
    return reject(context, NGX_HTTP_UNAUTHORIZED, "invalid_token", "the token is not accepted");
}

/* Reads the token in the header Authorization. Returns NGX_OK, or the status of the response. */
static ngx_int_t token_in_header(ngx_http_request_t *r, context_t *context, ngx_str_t *jwt)
{
    ngx_str_t other;
    u_char *blank, *end;

    /* nginx itself rejects a second Authorization header. */
    if (r->headers_in.authorization == NULL)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "", "");
    *jwt = r->headers_in.authorization->value;
    end = jwt->data + jwt->len;
    for (blank = jwt->data; blank < end && *blank != ' '; blank++)
        ;
    if (blank - jwt->data == 6 && ngx_strncasecmp(jwt->data, (u_char *)"Bearer", 6) == 0)
        context->scheme = BEARER;
    else if (context->conf->dpop_origin.len > 0 && blank - jwt->data == 4 &&
             ngx_strncasecmp(jwt->data, (u_char *)"DPoP", 4) == 0)
        context->scheme = DPOP;
    else
        return reject(context, NGX_HTTP_UNAUTHORIZED, "", "");
    while (blank < end && *blank == ' ')
        blank++;
    jwt->data = blank;
    jwt->len = (size_t)(end - blank);
    /* RFC 6750 section 2.1: one b64token, without spaces and commas. */
    if (jwt->len == 0)
        return reject(context, NGX_HTTP_BAD_REQUEST, "invalid_request", "the Authorization header is malformed");
    for (; blank < end; blank++)
        if (*blank == ' ' || *blank == '\t' || *blank == ',')
            return reject(context, NGX_HTTP_BAD_REQUEST, "invalid_request", "the Authorization header is malformed");
    /* RFC 6750 section 2: a client must not send the token twice. A subrequest has its own
     * arguments, so those of the main request are checked. */
    if (ngx_http_arg(r->main, (u_char *)"access_token", sizeof "access_token" - 1, &other) == NGX_OK)
        return reject(context, NGX_HTTP_BAD_REQUEST, "invalid_request", "more than one token");
    return NGX_OK;
}

/* Reads the token from the variable that the location names, such as a cookie. */
static ngx_int_t token_in_variable(ngx_http_request_t *r, context_t *context, ngx_str_t *jwt)
{
    if (ngx_http_complex_value(r, context->conf->token, jwt) != NGX_OK)
        return reject(context, NGX_HTTP_INTERNAL_SERVER_ERROR, "", "");
    if (jwt->len == 0)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "", "");
    context->scheme = BEARER;
    return NGX_OK;
}

/* Validates the proof that came with a token. Returns NGX_OK, or the status of the response. */
static ngx_int_t validate_proof(ngx_http_request_t *r, context_t *context, ngx_str_t jwt, keycard_proof *proof)
{
    keycard_detail detail;
    keycard_status status;
    ngx_str_t text;
    const size_t proofs = ngx_http_keycard_proofs(r, &text);

    if (proofs == 0)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "invalid_dpop_proof", "there is no DPoP proof");
    if (proofs > 1)
        return reject(context, NGX_HTTP_UNAUTHORIZED, "invalid_dpop_proof", "more than one DPoP proof");
    status = ngx_http_keycard_check_proof(r, context->conf, jwt, text, proof, &detail);
    /* The origin was checked with the configuration, so the error is in the path of the request. */
    if (detail.stage == KEYCARD_STAGE_USAGE && (status == KEYCARD_URI_MALFORMED || status == KEYCARD_NOT_TEXT))
        return reject(context, NGX_HTTP_BAD_REQUEST, "invalid_request",
                      "a DPoP proof cannot name the target of the request");
    return status == KEYCARD_OK ? NGX_OK : reject_by(r, context, status, detail.stage, detail.member);
}

static ngx_int_t validate(ngx_http_request_t *r, context_t *context)
{
    const conf_t *conf = context->conf;
    const keycard_bytes no_claim = KEYCARD_ABSENT;
    const keycard_trust_row *rows = conf->rows->elts;
    keycard_policy policy;
    keycard_detail detail;
    keycard_status status;
    keycard_proof proof;
    ngx_str_t jwt;
    ngx_int_t found;
    keycard_buffer scratch;
    size_t row = 0;

    found = conf->token == NULL ? token_in_header(r, context, &jwt) : token_in_variable(r, context, &jwt);
    if (found == NGX_OK && context->scheme == DPOP)
        found = validate_proof(r, context, jwt, &proof);
    if (found != NGX_OK)
        return found;
    scratch = scratch_of(r, jwt);
    if (scratch.data == NULL)
        return reject(context, NGX_HTTP_INTERNAL_SERVER_ERROR, "", "");
    if (conf->rows->nelts > 1) {
        /* The issuer that the token names selects the row with the keys and the policy. */
        status = keycard_choose_row(rows, conf->rows->nelts, text_of(jwt), scratch, &row, &detail);
        if (status != KEYCARD_OK)
            return reject_by(r, context, status, detail.stage, detail.member);
    }
    policy = *rows[row].policy;
    if (context->scheme == DPOP)
        policy.dpop_key32 = proof.key32;
    status = keycard_validate(rows[row].keys, &policy, keycard_time_at(ngx_time()), text_of(jwt), scratch,
                              &context->token, &detail);
    if (status == KEYCARD_SCOPE_MISSING) {
        /* RFC 6750 section 3.1: insufficient_scope is for a token that is otherwise valid. The
         * library checks times last, so the token may also have expired. */
        policy.scopes = NULL;
        policy.scope_count = 0;
        policy.scope_claim = no_claim;
        status = keycard_validate(rows[row].keys, &policy, keycard_time_at(ngx_time()), text_of(jwt), scratch,
                                  &context->token, &detail);
        if (status == KEYCARD_OK)
            return reject_by(r, context, KEYCARD_SCOPE_MISSING, KEYCARD_STAGE_CLAIMS, no_claim);
    }
    if (status != KEYCARD_OK)
        return reject_by(r, context, status, detail.stage, detail.member);
    if (context->scheme == DPOP) {
        status = ngx_http_keycard_note_proof(r, conf, &proof);
        if (status != KEYCARD_OK)
            return reject_by(r, context, status, KEYCARD_STAGE_REPLAY, no_claim);
        ngx_http_keycard_admit_key(&proof);
    }
    return NGX_OK;
}

/* Returns the context of a request, and makes it if it is missing; NULL if out of memory. */
static context_t *context_of(ngx_http_request_t *r)
{
    context_t *context = ngx_http_get_module_ctx(r, ngx_http_keycard_module);

    if (context == NULL) {
        context = ngx_pcalloc(r->pool, sizeof *context);
        if (context != NULL)
            ngx_http_set_ctx(r, context, ngx_http_keycard_module);
    }
    return context;
}

context_t *ngx_http_keycard_validate(ngx_http_request_t *r, const conf_t *conf)
{
    context_t *context = context_of(r);

    if (context == NULL || context->conf == conf)
        return context;
    ngx_memzero(context, sizeof *context);
    context->conf = conf;
    /* The initial status rejects the request, in case the code below sets no verdict. */
    reject(context, NGX_HTTP_INTERNAL_SERVER_ERROR, "", "");
    context->verdict = validate(r, context);
    return context;
}

/* --- handlers that nginx calls ---------------------------------------------------------------- */

/* True if a request or its main request was accepted for this location. */
static bool was_let_in(const ngx_http_request_t *r, const conf_t *conf)
{
    const context_t *context;

    for (; r != NULL; r = r->parent) {
        context = ngx_http_get_module_ctx(r, ngx_http_keycard_module);
        if (context != NULL && (context->let_in == conf || (context->conf == conf && context->verdict == NGX_OK)))
            return true;
    }
    return false;
}

/* Returns the status of the response to an invalid request. auth_request forwards 401 and 403 of
 * its subrequest, and turns any other status into 500. */
static ngx_int_t status_for(const ngx_http_request_t *r, ngx_int_t verdict)
{
    if (r == r->main)
        return verdict;
    if (verdict == NGX_HTTP_BAD_REQUEST)
        return NGX_HTTP_UNAUTHORIZED;
    return verdict == NGX_HTTP_TOO_MANY_REQUESTS ? NGX_HTTP_FORBIDDEN : verdict;
}

/* Returns NGX_OK, or the status of the response, and adds its challenges. */
static ngx_int_t enforce(ngx_http_request_t *r, const conf_t *conf)
{
    const context_t *context = ngx_http_keycard_validate(r, conf);

    if (context == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (context->verdict != NGX_OK && add_challenges(r, context) != NGX_OK)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    return status_for(r, context->verdict);
}

/* True if the access phase may accept a request without a token. It does not run for
 * subrequests. */
static bool may_be_let_in_by_others(ngx_http_request_t *r)
{
    const ngx_http_core_loc_conf_t *core = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return r == r->main && core->satisfy == NGX_HTTP_SATISFY_ANY;
}

static ngx_int_t on_rewrite(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_keycard_conf_of(r);
    ngx_int_t verdict;

    if (!conf->enable || may_be_let_in_by_others(r) || was_let_in(r, conf))
        return NGX_DECLINED;
    verdict = enforce(r, conf);
    return verdict == NGX_OK ? NGX_DECLINED : verdict;
}

static ngx_int_t on_access(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_keycard_conf_of(r);

    return conf->enable ? enforce(r, conf) : NGX_DECLINED;
}

/* Runs after the access phase, and records that it accepted the request. */
static ngx_int_t on_precontent(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_keycard_conf_of(r);
    context_t *context;

    if (!conf->enable || !may_be_let_in_by_others(r))
        return NGX_DECLINED;
    context = context_of(r);
    if (context == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    context->let_in = conf;
    return NGX_DECLINED;
}

static ngx_int_t on_header(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_keycard_conf_of(r);
    ngx_int_t verdict;

    if (!conf->enable)
        return next_header_filter(r);
    if (was_let_in(r, conf)) {
        remove_challenges(r);
        return next_header_filter(r);
    }
    if (r->headers_out.status >= NGX_HTTP_SPECIAL_RESPONSE)
        return next_header_filter(r);
    verdict = enforce(r, conf);
    if (verdict == NGX_OK)
        return next_header_filter(r);
    /* Removes the headers of the response. `header_only` drops its body. */
    ngx_http_clean_header(r);
    r->headers_out.status = (ngx_uint_t)verdict;
    r->headers_out.content_length_n = 0;
    r->header_only = 1;
    r->allow_ranges = 0;
    if (enforce(r, conf) != verdict)
        return NGX_ERROR;
    return next_header_filter(r);
}

static ngx_int_t add_handler(ngx_http_core_main_conf_t *core, ngx_http_phases phase, ngx_http_handler_pt handler)
{
    ngx_http_handler_pt *place = ngx_array_push(&core->phases[phase].handlers);

    if (place == NULL)
        return NGX_ERROR;
    *place = handler;
    return NGX_OK;
}

ngx_int_t ngx_http_keycard_add_guard(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (add_handler(core, NGX_HTTP_REWRITE_PHASE, on_rewrite) != NGX_OK ||
        add_handler(core, NGX_HTTP_ACCESS_PHASE, on_access) != NGX_OK ||
        add_handler(core, NGX_HTTP_PRECONTENT_PHASE, on_precontent) != NGX_OK)
        return NGX_ERROR;
    next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = on_header;
    return NGX_OK;
}
