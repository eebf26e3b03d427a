/* What the two files of the module share. */
#ifndef NGX_HTTP_KEYCARD_H
#define NGX_HTTP_KEYCARD_H

#include "keycard.h"

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

typedef struct {
    ngx_flag_t enable;
    keycard_keys *keys;
    ngx_str_t issuer, audience, realm;
    ngx_uint_t algorithms;
    ngx_array_t *scopes; /* of keycard_text */
    time_t leeway, dpop_window;
    ngx_str_t dpop_origin;
    ngx_uint_t dpop_algorithms;
    keycard_policy policy;
    ngx_str_t scope_list, dpop_algorithm_list;
    ngx_shm_zone_t *uses;
} conf_t;

/* Of the whole configuration: the zone with the replay cache, NULL without one, its size, and the longest
 * window and leeway of its guards. */
typedef struct {
    ngx_shm_zone_t *uses;
    size_t cache_size;
    time_t window, leeway;
} main_conf_t;

extern ngx_module_t ngx_http_keycard_module;

/* By their names, as directives take them. */
extern ngx_conf_bitmask_t ngx_http_keycard_algorithms[];

static inline keycard_text text_of(ngx_str_t string)
{
    keycard_text text = {(const char *)string.data, string.len};

    return text;
}

/* How many headers DPoP a request has; the last of them. */
size_t ngx_http_keycard_proofs(ngx_http_request_t *r, ngx_str_t *proof);

/* Judges the proof of a request with a token (RFC 9449 section 4.3). */
keycard_status ngx_http_keycard_check_proof(ngx_http_request_t *r, const conf_t *conf, ngx_str_t jwt, ngx_str_t text,
                                            keycard_proof *proof, keycard_detail *detail);

/* Notes the use of a proof, the last check of all. */
keycard_status ngx_http_keycard_note_proof(ngx_http_request_t *r, const conf_t *conf, const keycard_proof *proof);

/* The directive keycard_dpop_uses. */
char *ngx_http_keycard_read_uses(ngx_conf_t *cf, ngx_command_t *command, void *location);

/* What a location with keycard_dpop needs. Rules that would be refused with each request are refused now. */
char *ngx_http_keycard_merge_dpop(ngx_conf_t *cf, conf_t *parent, conf_t *conf);

#endif
