/* $keycard_claim_NAME: a claim of the accepted token as text. */

#include "ngx_http_keycard.h"

/* Longer values become empty: nginx and most servers accept 8 KB of request line and headers. */
#define LONGEST_VALUE 4096
/* The number of claims that are cached for a request. If a configuration uses more variables, the
 * others are read each time. */
#define MOST_CLAIMS 64

struct claim_s {
    claim_t *next;
    ngx_str_t name, value;
};

/* Returns the verdict with the accepted token of a request or of its main request; NULL without
 * one. */
static context_t *accepted(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_keycard_conf_of(r);
    context_t *context;

    /* `set`, `if` and limit_req_zone read claims before the access phase, so make the verdict
     * now. */
    if (conf->enable && !r->header_sent && r->headers_out.status < NGX_HTTP_SPECIAL_RESPONSE)
        ngx_http_keycard_validate(r, conf);
    for (; r != NULL; r = r->parent) {
        context = ngx_http_get_module_ctx(r, ngx_http_keycard_module);
        if (context != NULL && context->conf != NULL && context->verdict == NGX_OK)
            return context;
    }
    return NULL;
}

/* True if a value is allowed in a header. A control character could end it. Receivers remove outer
 * spaces (RFC 9110 section 5.5), so " admin" would become "admin". */
static bool fits_a_header(const u_char *data, size_t length)
{
    size_t i;

    if (length > 0 && (data[0] == ' ' || data[length - 1] == ' '))
        return false;
    for (i = 0; i < length; i++)
        if (data[i] < ' ' || data[i] == 0x7f)
            return false;
    return true;
}

/* Writes a string as it is, or the strings of a list separated by spaces. The value is empty if a
 * string of the list is empty or contains a space: ["a b"] would give the same text as ["a",
 * "b"]. */
static ngx_int_t write_strings(ngx_http_request_t *r, const keycard_token *token, keycard_bytes name, ngx_str_t *value)
{
    keycard_iterator strings;
    keycard_bytes text;
    u_char *end;

    if (keycard_claim_string(token, name, &text) == KEYCARD_OK) {
        value->data = (u_char *)text.data;
        value->len = text.length <= LONGEST_VALUE ? text.length : 0;
        return NGX_OK;
    }
    value->data = end = ngx_pnalloc(r->pool, LONGEST_VALUE);
    if (end == NULL)
        return NGX_ERROR;
    /* A claim of another type is neither a string nor a list. */
    keycard_claim_strings(token, name, &strings);
    while (keycard_next_string(&strings, &text) == KEYCARD_OK) {
        if (text.length == 0 || ngx_strlchr((u_char *)text.data, (u_char *)text.data + text.length, ' ') != NULL ||
            text.length + 1 > (size_t)(value->data + LONGEST_VALUE - end))
            return NGX_OK;
        if (end > value->data)
            *end++ = ' ';
        end = ngx_cpymem(end, text.data, text.length);
    }
    value->len = (size_t)(end - value->data);
    return NGX_OK;
}

/* Reads a claim as text; empty if its text is not allowed in a header. */
static ngx_int_t read_claim(ngx_http_request_t *r, const keycard_token *token, ngx_str_t name, ngx_str_t *value)
{
    const keycard_bytes claim = text_of(name);
    int64_t integer;
    bool boolean;

    ngx_str_null(value);
    if (keycard_claim_boolean(token, claim, &boolean) == KEYCARD_OK) {
        value->data = (u_char *)(boolean ? "true" : "false");
        value->len = boolean ? 4 : 5;
    } else if (keycard_claim_integer(token, claim, &integer) == KEYCARD_OK) {
        value->data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
        if (value->data == NULL)
            return NGX_ERROR;
        value->len = (size_t)(ngx_sprintf(value->data, "%L", integer) - value->data);
    } else if (write_strings(r, token, claim, value) != NGX_OK) {
        return NGX_ERROR;
    }
    if (!fits_a_header(value->data, value->len))
        value->len = 0;
    return NGX_OK;
}

/* Returns a claim as text. Each claim is read once for each request. */
static ngx_int_t find_claim(ngx_http_request_t *r, context_t *context, ngx_str_t name, ngx_str_t *value)
{
    claim_t *claim;

    for (claim = context->claims; claim != NULL; claim = claim->next)
        if (claim->name.len == name.len && ngx_memcmp(claim->name.data, name.data, name.len) == 0) {
            *value = claim->value;
            return NGX_OK;
        }
    if (read_claim(r, &context->token, name, value) != NGX_OK)
        return NGX_ERROR;
    if (context->claim_count >= MOST_CLAIMS)
        return NGX_OK;
    claim = ngx_pcalloc(r->pool, sizeof *claim);
    if (claim == NULL)
        return NGX_ERROR;
    /* The name of a variable that was looked up by name may be on the stack. */
    claim->name.data = ngx_pstrdup(r->pool, &name);
    if (claim->name.data == NULL)
        return NGX_ERROR;
    claim->name.len = name.len;
    claim->value = *value;
    claim->next = context->claims;
    context->claims = claim;
    context->claim_count++;
    return NGX_OK;
}

static ngx_int_t get_claim(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    context_t *context = accepted(r);
    ngx_str_t name = *(ngx_str_t *)data, value;

    ngx_memzero(v, sizeof *v);
    v->not_found = 1;
    if (context == NULL)
        return NGX_OK;
    name.data += sizeof "keycard_claim_" - 1;
    name.len -= sizeof "keycard_claim_" - 1;
    if (find_claim(r, context, name, &value) != NGX_OK)
        return NGX_ERROR;
    if (value.len == 0)
        return NGX_OK;
    v->data = value.data;
    v->len = (unsigned)value.len;
    v->valid = 1;
    v->not_found = 0;
    return NGX_OK;
}

ngx_int_t ngx_http_keycard_add_variables(ngx_conf_t *cf)
{
    ngx_str_t name = ngx_string("keycard_claim_");
    /* nginx must not cache the value: the next location may accept the token with other rules. */
    ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_PREFIX | NGX_HTTP_VAR_NOCACHEABLE);

    if (variable == NULL)
        return NGX_ERROR;
    variable->get_handler = get_claim;
    return NGX_OK;
}
