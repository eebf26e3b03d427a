/* Declares the part of Envoy's ABI for dynamic modules that this module uses: ABI v0.2.0 of Envoy
 * 1.40. Envoy also loads a module of another version, with a warning, if the module has all hooks.
 * stubs.c has the hooks that do nothing. */

#ifndef ENVOY_ABI_H
#define ENVOY_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENVOY_ABI_VERSION "v0.2.0"

/* A hook, which Envoy looks up by its name. Everything else in the module is hidden. */
#define ENVOY_HOOK __attribute__((visibility("default")))

/* Bytes of the module or of Envoy. Bytes of Envoy are valid until the hook returns, or until a
 * function changes the object to which they belong. In functions that set a value, NULL removes
 * it. */
typedef struct {
    const char *data;
    size_t length;
} envoy_bytes;

typedef struct {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
} envoy_header;

/* Objects of Envoy: a configuration of a filter, and the filter of one stream. */
typedef void *envoy_config;
typedef void *envoy_stream;
typedef void *envoy_scheduler;

typedef enum { ENVOY_REQUEST_HEADERS, ENVOY_REQUEST_TRAILERS, ENVOY_RESPONSE_HEADERS } envoy_header_type;

typedef enum { ENVOY_TRACE, ENVOY_DEBUG, ENVOY_INFO, ENVOY_WARN, ENVOY_ERROR } envoy_log_level;

/* The two results of a hook for headers or trailers. */
typedef enum { ENVOY_CONTINUE, ENVOY_STOP } envoy_headers_status;

/* connection.sha256_peer_certificate_digest, by its position in Envoy's list of attributes. */
#define ENVOY_PEER_CERTIFICATE_DIGEST 38

#define ENVOY_CALLOUT_STARTED 0
#define ENVOY_CALLOUT_ANSWERED 0

/* --- hooks that Envoy calls --- */

ENVOY_HOOK const char *envoy_dynamic_module_on_program_init(void);
ENVOY_HOOK const void *envoy_dynamic_module_on_http_filter_config_new(envoy_config envoy, envoy_bytes name,
                                                                      envoy_bytes text);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_config_destroy(const void *config);
ENVOY_HOOK const void *envoy_dynamic_module_on_http_filter_per_route_config_new(envoy_bytes name, envoy_bytes text);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_per_route_config_destroy(const void *route);
ENVOY_HOOK const void *envoy_dynamic_module_on_http_filter_new(const void *config, envoy_stream stream);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_destroy(const void *filter);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_request_headers(envoy_stream stream, const void *filter, bool ends);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_request_trailers(envoy_stream stream, const void *filter);
ENVOY_HOOK int envoy_dynamic_module_on_http_filter_response_headers(envoy_stream stream, const void *filter, bool ends);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_config_scheduled(envoy_config envoy, const void *config,
                                                                     uint64_t event);
ENVOY_HOOK void envoy_dynamic_module_on_http_filter_config_http_callout_done(envoy_config envoy, const void *config,
                                                                             uint64_t callout, int result,
                                                                             envoy_header *headers, size_t header_count,
                                                                             envoy_bytes *body, size_t body_count);

/* --- functions of Envoy --- */

void envoy_dynamic_module_callback_log(int level, envoy_bytes message);
bool envoy_dynamic_module_callback_is_validation_mode(void);

/* Returns the number of values in count, which may be NULL. */
bool envoy_dynamic_module_callback_http_get_header(envoy_stream stream, int type, envoy_bytes name, envoy_bytes *value,
                                                   size_t index, size_t *count);
/* Writes all headers, whose number the first function returns. */
size_t envoy_dynamic_module_callback_http_get_headers_size(envoy_stream stream, int type);
bool envoy_dynamic_module_callback_http_get_headers(envoy_stream stream, int type, envoy_header *headers);
bool envoy_dynamic_module_callback_http_set_header(envoy_stream stream, int type, envoy_bytes name, envoy_bytes value);
bool envoy_dynamic_module_callback_http_add_header(envoy_stream stream, int type, envoy_bytes name, envoy_bytes value);
void envoy_dynamic_module_callback_http_send_response(envoy_stream stream, uint32_t status, envoy_header *headers,
                                                      size_t header_count, envoy_bytes body, envoy_bytes details);
void envoy_dynamic_module_callback_http_set_dynamic_metadata_string(envoy_stream stream, envoy_bytes space,
                                                                    envoy_bytes name, envoy_bytes value);
void envoy_dynamic_module_callback_http_set_dynamic_metadata_number(envoy_stream stream, envoy_bytes space,
                                                                    envoy_bytes name, double value);
void envoy_dynamic_module_callback_http_set_dynamic_metadata_bool(envoy_stream stream, envoy_bytes space,
                                                                  envoy_bytes name, bool value);
bool envoy_dynamic_module_callback_http_add_dynamic_metadata_list_string(envoy_stream stream, envoy_bytes space,
                                                                         envoy_bytes name, envoy_bytes value);
bool envoy_dynamic_module_callback_http_filter_get_attribute_string(envoy_stream stream, int attribute,
                                                                    envoy_bytes *value);
const void *envoy_dynamic_module_callback_get_most_specific_route_config(envoy_stream stream);

int envoy_dynamic_module_callback_http_filter_config_define_counter(envoy_config envoy, envoy_bytes name,
                                                                    envoy_bytes *labels, size_t label_count,
                                                                    size_t *counter);
int envoy_dynamic_module_callback_http_filter_increment_counter(envoy_stream stream, size_t counter, envoy_bytes *values,
                                                                size_t value_count, uint64_t by);
int envoy_dynamic_module_callback_http_filter_config_increment_counter(envoy_config envoy, size_t counter,
                                                                       envoy_bytes *values, size_t value_count,
                                                                       uint64_t by);

/* A scheduler runs the hook for scheduled events on the main thread. Any thread may call commit. */
envoy_scheduler envoy_dynamic_module_callback_http_filter_config_scheduler_new(envoy_config envoy);
void envoy_dynamic_module_callback_http_filter_config_scheduler_commit(envoy_scheduler scheduler, uint64_t event);
void envoy_dynamic_module_callback_http_filter_config_scheduler_delete(envoy_scheduler scheduler);

/* Returns ENVOY_CALLOUT_STARTED or another number. Main thread only. */
int envoy_dynamic_module_callback_http_filter_config_http_callout(envoy_config envoy, uint64_t *callout,
                                                                  envoy_bytes cluster, envoy_header *headers,
                                                                  size_t header_count, envoy_bytes body,
                                                                  uint64_t milliseconds);

#endif
