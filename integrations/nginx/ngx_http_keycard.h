/* The types and functions that the files of the module share. */
#ifndef NGX_HTTP_KEYCARD_H
#define NGX_HTTP_KEYCARD_H

/* Include this header first: it defines _GNU_SOURCE, which must come before all system headers. */
#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>

#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_validate.h"

/* A trust row: one issuer, with its keys and the rules for its tokens. */
typedef struct {
    const keycard_keys *keys;
    ngx_str_t issuer, audience_claim, client_claim, scope_claim;
    ngx_array_t *audiences, *markers, *clients; /* of keycard_bytes */
    ngx_uint_t algorithms;
    keycard_policy policy; /* made by the merge, with the scopes of the location */
} trust_t;

/* The configuration of a location. */
typedef struct conf_s {
    const struct conf_s *rules; /* itself, or that of the location around it if it changes nothing; NULL before the merge */
    ngx_flag_t enable;
    trust_t own;         /* from the directives outside of keycard_trust blocks */
    ngx_array_t *blocks; /* of trust_t, one for each keycard_trust block */
    ngx_array_t *rows;   /* of keycard_trust_row, the rows in force: of `own` or of `blocks` */
    ngx_array_t *scopes; /* of keycard_bytes */
    ngx_str_t realm, scope_list;
    ngx_http_complex_value_t *token; /* NULL: the header Authorization */
    time_t leeway, dpop_window;
    ngx_str_t dpop_origin, dpop_algorithm_list;
    ngx_uint_t dpop_algorithms;
    ngx_shm_zone_t *uses;
} conf_t;

/* Settings of the whole configuration: the zone of the replay cache (NULL without one), its size in
 * bytes, the longest window and leeway of its guards, and the number of proof keys that each worker
 * keeps prepared. */
typedef struct {
    ngx_shm_zone_t *uses;
    size_t cache_size;
    time_t window, leeway;
    ngx_int_t prepared_keys;
} main_conf_t;

typedef enum { NO_SCHEME, BEARER, DPOP } scheme_t;

/* A claim, as the text of a variable. */
typedef struct claim_s claim_t;

/* The verdict on the token of a request. Its claims are in the memory pool of the request. */
typedef struct {
    const conf_t *conf;   /* the location whose rules decided; NULL before a verdict */
    const conf_t *let_in; /* the location into which nginx's access phase let the request */
    ngx_int_t verdict;    /* NGX_OK, or the status of the answer */
    scheme_t scheme;
    const char *error, *why; /* for the challenge; empty if the request has no token */
    keycard_token token;
    claim_t *claims; /* those that were read already */
    size_t claim_count;
} context_t;

extern ngx_module_t ngx_http_keycard_module;

/* The names of the algorithms in directives. */
extern ngx_conf_bitmask_t ngx_http_keycard_algorithms[];

/* Returns the rules for a request. An `if` block has the rules of its location. */
static inline const conf_t *ngx_http_keycard_conf_of(ngx_http_request_t *r)
{
    const conf_t *conf = ngx_http_get_module_loc_conf(r, ngx_http_keycard_module);

    return conf->rules;
}

static inline keycard_bytes text_of(ngx_str_t string)
{
    keycard_bytes text = {string.data, string.len};

    return text;
}

/* A scratch for a token, as long as the request. Its address is NULL if there is no memory. */
static inline keycard_buffer scratch_of(ngx_http_request_t *r, ngx_str_t jwt)
{
    keycard_buffer scratch = {NULL, keycard_scratch_size(jwt.len)};

    scratch.data = ngx_palloc(r->pool, scratch.size);
    return scratch;
}

/* Converts the seconds of a directive for the library. A value that does not fit becomes the
 * largest one that does. */
static inline uint32_t seconds_of(time_t seconds)
{
    return seconds < 0 || seconds > (time_t)UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

/* The directive keycard_keys. */
char *ngx_http_keycard_read_keys(ngx_conf_t *cf, ngx_command_t *command, void *location);

/* Returns the verdict on the token of a request with the rules of a location. A second call returns
 * the same verdict. Returns NULL if out of memory. */
context_t *ngx_http_keycard_validate(ngx_http_request_t *r, const conf_t *conf);

/* Registers the phase handlers and the header filter. */
ngx_int_t ngx_http_keycard_add_guard(ngx_conf_t *cf);

/* Registers $keycard_claim_NAME. */
ngx_int_t ngx_http_keycard_add_variables(ngx_conf_t *cf);

/* Counts the DPoP headers of a request and returns the last one. */
size_t ngx_http_keycard_proofs(ngx_http_request_t *r, ngx_str_t *proof);

/* Validates the proof of a request with a token (RFC 9449 section 4.3). */
keycard_status ngx_http_keycard_check_proof(ngx_http_request_t *r, const conf_t *conf, ngx_str_t jwt, ngx_str_t text,
                                            keycard_proof *proof, keycard_detail *detail);

/* Records the use of a proof. This is the last check. */
keycard_status ngx_http_keycard_note_proof(ngx_http_request_t *r, const conf_t *conf, const keycard_proof *proof);

/* The directive keycard_dpop_uses. */
char *ngx_http_keycard_read_uses(ngx_conf_t *cf, ngx_command_t *command, void *location);

/* Notes that a request with this proof was accepted: its key is worth preparing. */
void ngx_http_keycard_admit_key(const keycard_proof *proof);

/* The directive keycard_dpop_keys. */
char *ngx_http_keycard_read_prepared_keys(ngx_conf_t *cf, ngx_command_t *command, void *location);

/* Completes the DPoP rules of a location. Rules that would reject every request are a configuration
 * error. */
char *ngx_http_keycard_merge_dpop(ngx_conf_t *cf, conf_t *parent, conf_t *conf);

#endif
