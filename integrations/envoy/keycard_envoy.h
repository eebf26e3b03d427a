/* The files of the module, and the functions that each offers to the others.
 *
 *   module.c    the hooks that Envoy calls
 *   stubs.c     the hooks that do nothing
 *   config.c    filter_config as JSON
 *   issuers.c   the issuers of a configuration: their policies and keys
 *   json.c      strict reading of JSON, and memory for what was read
 *   keys.c      a key table from a JWK Set or from PEM
 *   sources.c   key sets that are kept current, for the whole process
 *   fetch.c     key sets from a cluster
 *   places.c    where a token is in a request
 *   verdict.c   the verdict on a request
 *   dpop.c      proofs of DPoP, their nonces, and the cache of their uses
 *   prepared.c  prepared keys of DPoP clients
 *   answer.c    the response to a rejected request
 *   claims.c    claims as headers and as dynamic metadata
 *
 * Envoy calls the hooks for configurations from its main thread, and those for requests from its
 * workers. A configuration never changes after it was made. Key sets, nonces and uses of proofs
 * change under locks. A separate thread reads key sets, so that no request waits for a key set. */

#ifndef KEYCARD_ENVOY_H
#define KEYCARD_ENVOY_H

#include <jansson.h>
#include <stdatomic.h>

#include "envoy_abi.h"
#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_validate.h"

#define KE_MOST_ISSUERS 256
/* One year: the largest number of seconds that a configuration may have. */
#define KE_MOST_SECONDS 31536000
/* Longer values of claims are not passed on, because most servers accept only 8 KB of headers. */
#define KE_LONGEST_VALUE 4096
/* The limit of a key set in bytes, which is that of the library. */
#define KE_LONGEST_KEY_SET 1048575

/* A list of strings. */
typedef struct {
    const keycard_bytes *texts;
    size_t count;
} ke_texts;

static inline envoy_bytes ke_bytes(keycard_bytes text)
{
    const envoy_bytes bytes = {text.data, text.length};

    return bytes;
}

static inline keycard_bytes ke_text(envoy_bytes bytes)
{
    const keycard_bytes text = {bytes.data, bytes.length};

    return text;
}

/* The characters of a text. */
static inline const char *ke_characters(keycard_bytes text)
{
    return text.data;
}

bool ke_same(keycard_bytes one, keycard_bytes other);
/* Compares two strings without regard to ASCII case. */
bool ke_same_without_case(keycard_bytes one, keycard_bytes other);

/* Writes a line to the log of Envoy. */
void ke_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- json.c --- */

/* Memory that lives as long as a configuration. */
typedef struct ke_block ke_block;
typedef struct {
    ke_block *first;
    json_t *root; /* texts of the configuration point into it */
} ke_memory;

/* Returns zeroed memory. Ends the process if memory is short, like Envoy itself. */
void *ke_allocate(ke_memory *memory, size_t size);
void ke_release(ke_memory *memory);
/* Parses a text that must be one object; NULL, and a line in the log, if it is not. */
json_t *ke_parse(ke_memory *memory, envoy_bytes text);

/* Each of these functions reads an optional member. It returns false, and writes a line to the log,
 * if the value has the wrong type or is outside of its limits. An empty text or list is an
 * error. */
bool ke_read_text(json_t *object, const char *name, keycard_bytes *text);
bool ke_read_texts(ke_memory *memory, json_t *object, const char *name, ke_texts *texts);
bool ke_read_number(json_t *object, const char *name, uint32_t least, uint32_t most, uint32_t *number);
bool ke_read_flag(json_t *object, const char *name, bool *flag);
bool ke_read_algorithms(json_t *object, const char *name, uint32_t *algorithms);
/* A claim: a name, or a path as a list of names. */
bool ke_read_path(ke_memory *memory, json_t *object, const char *name, ke_texts *path);
/* Checks that an object has no other members than these. The list ends with NULL. */
bool ke_only(json_t *object, const char *where, const char *const *names);
/* Writes the names of algorithms, separated by spaces. */
void ke_write_algorithms(uint32_t algorithms, char *text, size_t size);

/* --- keys.c --- */

/* A key table that requests share. */
typedef struct {
    atomic_uint users;
    keycard_keys *table;
    uint64_t *memory;
    size_t count;
} ke_keys;

/* The rules for adding keys to a table. */
typedef struct {
    uint32_t precompute;
    keycard_bytes id;
} ke_key_rules;

/* Makes a table of a JWK Set or a PEM file. NULL, with the reason in why, if no key is usable. */
ke_keys *ke_keys_make(const ke_key_rules *rules, const char *content, size_t length, const char **why);
void ke_keys_drop(ke_keys *keys);

/* --- sources.c --- */

typedef struct ke_source ke_source;
struct ke_config;

/* Returns the source for the member `keys` of an issuer. Members with the same text share a source,
 * also across configurations. Returns NULL, and writes a line to the log, if the member is
 * malformed or there are no keys. */
ke_source *ke_source_open(json_t *keys);
void ke_source_close(ke_source *source);
/* Returns the current keys, which the caller drops; NULL before the first ones. */
ke_keys *ke_source_take(ke_source *source);
/* Records that a token needs a key that the source does not have. */
void ke_source_miss(ke_source *source);

/* --- fetch.c --- */

/* Where to fetch a key set. */
typedef struct {
    const char *cluster, *host, *path;
    uint32_t seconds; /* the timeout */
} ke_address;

/* A body that a cluster has sent; NULL if it has not. The caller frees it. */
typedef struct {
    char *data;
    size_t length;
} ke_body;

/* Starts a fetch for a configuration; main thread only. False if Envoy did not start it. */
bool ke_fetch_start(envoy_config envoy, const ke_address *address);
/* Copies the body of an answer, or returns the reason why the answer has no key set. */
ke_body ke_fetch_body(int result, const envoy_header *headers, size_t header_count, const envoy_bytes *body,
                      size_t body_count, const char **why);

/* Other functions of sources.c. The sources of a configuration are updated only after it was
 * added. */
bool ke_sources_join(struct ke_config *config);
void ke_sources_leave(struct ke_config *config);
/* Sends the fetch that the thread requested; main thread only. */
void ke_sources_ask(envoy_config envoy, const struct ke_config *config);
/* Accepts the body of an answer, or the reason why the body is missing. */
void ke_sources_answered(const struct ke_config *config, ke_body body, const char *why);

/* --- issuers.c --- */

/* An issuer: its keys, and the policy for its tokens. */
typedef struct {
    keycard_policy policy;
    ke_source *source;
} ke_issuer;

/* Reads the member `issuers`. */
bool ke_issuers_read(struct ke_config *config, json_t *root);

/* --- configurations, in config.c --- */

typedef enum { KE_IN_HEADER, KE_IN_COOKIE, KE_IN_QUERY } ke_where;

/* A place of tokens in requests. */
typedef struct {
    ke_where where;
    keycard_bytes name;   /* of the header, in lower case, or of the cookie or the parameter */
    keycard_bytes prefix; /* before the token in a header; absent for the schemes of Authorization */
} ke_place;

/* A header for upstreams, with a claim in it. */
typedef struct {
    keycard_bytes header;
    ke_texts claim;
} ke_header;

typedef enum { KE_CERTIFICATE_IGNORED, KE_CERTIFICATE_ACCEPTED, KE_CERTIFICATE_REQUIRED } ke_certificate;

typedef struct ke_dpop ke_dpop;

/* The requirements of a route, or of a filter for all its routes. */
typedef struct {
    bool off, optional;
    ke_texts scopes, issuers;
    const char *scope_list; /* the scopes, separated by spaces, for challenges */
} ke_demands;

/* The configuration of a route. */
typedef struct {
    ke_memory memory;
    ke_demands demands;
} ke_route;

/* The configuration of a filter. */
typedef struct ke_config {
    ke_memory memory;
    envoy_config envoy;
    envoy_scheduler scheduler;
    size_t issuer_count;
    ke_issuer *issuers;
    ke_demands demands;
    const char *realm;
    uint32_t leeway;
    size_t place_count;
    ke_place *places;
    bool allows_preflight, forwards_token;
    size_t header_count;
    ke_header *headers;
    keycard_bytes payload_header;
    size_t metadata_count;
    ke_texts *metadata;
    ke_certificate certificate;
    ke_dpop *dpop; /* NULL: bound tokens are rejected */
    bool has_counters;
    size_t accepted, rejected, passed, fetches; /* counters */
} ke_config;

/* Reads filter_config; NULL, with a line in the log, if it is wrong. */
ke_config *ke_config_new(envoy_config envoy, envoy_bytes text);
void ke_config_free(ke_config *config);
ke_route *ke_route_new(envoy_bytes text);
void ke_route_free(ke_route *route);

/* --- places.c --- */

typedef enum { KE_NO_SCHEME, KE_BEARER, KE_DPOP } ke_scheme;

/* A token, and the place where it was found. */
typedef struct {
    ke_scheme scheme;
    keycard_bytes jwt;
    const ke_place *place;
} ke_found;

typedef enum { KE_NONE, KE_ONE, KE_SEVERAL, KE_MALFORMED } ke_finding;

/* Reads the members `from` of a configuration. */
bool ke_places_read(ke_config *config, json_t *root);
ke_finding ke_places_find(const ke_config *config, envoy_stream stream, ke_found *found);
/* Removes an accepted token, and its proof, from the request. */
void ke_places_remove(envoy_stream stream, const ke_found *found);
/* Reads a header that may occur once. Returns the number of its values. */
size_t ke_header_of(envoy_stream stream, const char *name, keycard_bytes *value);

/* --- verdict.c --- */

/* A verdict. Texts are static or belong to the configuration. */
typedef struct {
    uint32_t status;           /* the status of the response, 0 if the request goes on */
    keycard_status reason;     /* of the library; 0 if it did not decide */
    const char *word;          /* the reason in counters, if the library did not decide */
    const char *error, *why;   /* for the challenge; NULL without one */
    ke_scheme scheme;
    bool is_accepted;          /* a token was accepted; else the request goes on without one */
    ke_demands demands;        /* those of the route */
} ke_verdict;

ke_verdict ke_validate(const ke_config *config, envoy_stream stream);

/* --- dpop.c --- */

/* Reads the member `dpop`. */
bool ke_dpop_read(ke_config *config, json_t *root);
void ke_dpop_free(ke_dpop *dpop);
/* Validates the one proof of a request. */
keycard_status ke_dpop_check(const ke_config *config, keycard_bytes method, keycard_bytes path, keycard_bytes jwt,
                             keycard_bytes text, keycard_buffer scratch, keycard_proof *proof, keycard_detail *detail);
/* Records the use of a proof. This is the last check. */
keycard_status ke_dpop_note(const keycard_proof *proof);
/* Algorithms of proofs, for challenges. */
const char *ke_dpop_algorithms(const ke_dpop *dpop);
/* True if proofs need a nonce. Writes the newest one, with a NUL. */
#define KE_NONCE_SIZE 33
bool ke_dpop_nonce(ke_dpop *dpop, char nonce[KE_NONCE_SIZE]);

/* --- prepared.c --- */

/* A configuration with DPoP joins before its first request, and leaves after its last one. */
void ke_prepared_join(void);
void ke_prepared_leave(void);
/* Validates a proof, with the prepared keys of this worker: at most this number, 0 for none. The
 * first configuration that a worker serves sets the number. */
keycard_status ke_prepared_validate(uint32_t keys, const keycard_proof_rules *rules, keycard_time now,
                                    keycard_bytes proof, keycard_buffer scratch, keycard_proof *valid,
                                    keycard_detail *detail);
/* Records that the request with a proof was accepted: the key is worth preparing. */
void ke_prepared_admit(const keycard_proof *proof);

/* --- answer.c --- */

void ke_answer(const ke_config *config, envoy_stream stream, const ke_verdict *verdict);
/* True if a text is allowed between quotes in a challenge (RFC 6750 section 3). */
bool ke_is_quotable(const char *text);

/* --- claims.c --- */

/* Reads the members `headers`, `payload_header` and `metadata`. */
bool ke_claims_read(ke_config *config, json_t *root);
/* Removes headers or trailers of a request that a server may read as headers for claims. */
void ke_claims_clear(const ke_config *config, envoy_stream stream, envoy_header_type type);
void ke_claims_pass(const ke_config *config, envoy_stream stream, const keycard_token *token, keycard_bytes jwt);

#endif
