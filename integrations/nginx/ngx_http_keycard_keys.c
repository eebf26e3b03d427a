/* The directive keycard_keys: a file with a JWK Set, with keys in PEM, or with an image of a key
 * table. */

#include "ngx_http_keycard.h"

#define LARGEST_KEY_FILE (1 << 20)
#define LARGEST_KEY_TABLE ((size_t)1 << 24)

/* The options after the name of the file. */
typedef struct {
    ngx_str_t id;
    bool is_image;
    uint8_t digest[32];
    keycard_image_rules image;
} options_t;

/* 64 hexadecimal digits. */
static bool read_digest(ngx_str_t word, uint8_t *digest)
{
    size_t i;

    for (i = 0; i < 32; i++) {
        const ngx_int_t octet = word.len == 64 ? ngx_hextoi(word.data + 2 * i, 2) : NGX_ERROR;

        if (octet == NGX_ERROR)
            return false;
        digest[i] = (uint8_t)octet;
    }
    return true;
}

static bool starts_with(ngx_str_t *word, const char *prefix)
{
    const size_t length = ngx_strlen(prefix);

    if (word->len < length || ngx_memcmp(word->data, prefix, length) != 0)
        return false;
    word->data += length;
    word->len -= length;
    return true;
}

static bool read_option(options_t *options, ngx_str_t word)
{
    ngx_int_t version;

    if (starts_with(&word, "kid=")) {
        options->id = word;
        return word.len > 0;
    }
    if (starts_with(&word, "sha256=")) {
        options->is_image = true;
        options->image.digest32 = options->digest;
        return read_digest(word, options->digest);
    }
    if (starts_with(&word, "version=")) {
        version = ngx_atoi(word.data, word.len);
        options->image.min_version = version > 0 ? (uint64_t)version : 0;
        return version > 0;
    }
    return false;
}

/* Reads a file of less than LARGEST_KEY_FILE bytes. The caller frees the memory. */
static u_char *read_file(ngx_conf_t *cf, ngx_str_t path, size_t *length)
{
    u_char *content = ngx_alloc(LARGEST_KEY_FILE, cf->log);
    ngx_file_t file;
    ssize_t count;

    if (content == NULL)
        return NULL;
    ngx_memzero(&file, sizeof file);
    file.name = path;
    file.log = cf->log;
    file.fd = ngx_open_file(path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    count = file.fd == NGX_INVALID_FILE ? NGX_ERROR : ngx_read_file(&file, content, LARGEST_KEY_FILE, 0);
    if (file.fd != NGX_INVALID_FILE)
        ngx_close_file(file.fd);
    if (count > 0 && count < LARGEST_KEY_FILE) {
        *length = (size_t)count;
        return content;
    }
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "keycard: cannot read the keys in \"%V\"", &path);
    ngx_free(content);
    return NULL;
}

static keycard_status add_keys(keycard_keys *keys, const options_t *options, const u_char *content, size_t length,
                               bool is_pem, size_t *added)
{
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    keycard_key_report report;
    keycard_status status;

    rules.precompute = KEYCARD_PRECOMPUTE_64KB;
    if (options->id.len > 0)
        rules.id = text_of(options->id);
    if (is_pem) {
        *added = 1;
        return keycard_keys_add_pem(keys, &rules, (keycard_bytes){content, length}, NULL);
    }
    status = keycard_keys_add_jwks_by(keys, &rules, (keycard_bytes){content, length}, &report);
    *added = report.added;
    return status;
}

/* Loads keys into a table that is large enough. */
static keycard_status load_table(ngx_conf_t *cf, trust_t *row, const options_t *options, const u_char *content,
                                 size_t length, size_t *added)
{
    const bool is_pem = ngx_strnstr((u_char *)content, "-----BEGIN ", length) != NULL;
    keycard_status status = KEYCARD_KEY_TABLE_FULL;
    keycard_keys *keys;
    uint64_t *memory;
    size_t size;

    for (size = 4096; status == KEYCARD_KEY_TABLE_FULL && size <= LARGEST_KEY_TABLE; size *= 2) {
        memory = ngx_palloc(cf->pool, size);
        if (memory == NULL)
            return KEYCARD_MEMORY_TOO_SMALL;
        status = keycard_keys_init(memory, size, &keys);
        if (status == KEYCARD_OK)
            status = add_keys(keys, options, content, length, is_pem, added);
        if (status != KEYCARD_OK)
            ngx_pfree(cf->pool, memory);
        else
            row->keys = keys;
    }
    return status;
}

/* Checks an image. Afterwards it is used in place. */
static keycard_status load_image(ngx_conf_t *cf, trust_t *row, const options_t *options, const u_char *content,
                                 size_t length, size_t *added)
{
    void *image = ngx_palloc(cf->pool, length);
    keycard_status status;

    if (image == NULL)
        return KEYCARD_MEMORY_TOO_SMALL;
    ngx_memcpy(image, content, length);
    status = keycard_keys_from_image((keycard_bytes){image, length}, &options->image, &row->keys, NULL);
    return status == KEYCARD_OK ? keycard_keys_count(row->keys, added) : status;
}

char *ngx_http_keycard_read_keys(ngx_conf_t *cf, ngx_command_t *command, void *location)
{
    conf_t *conf = location;
    trust_t *row = &conf->own;
    ngx_str_t *words = cf->args->elts, path = words[1];
    const keycard_image_rules image_rules = KEYCARD_IMAGE_RULES_INIT;
    options_t options;
    keycard_status status;
    u_char *content;
    size_t length, added = 0;
    ngx_uint_t i;

    if (row->keys != NGX_CONF_UNSET_PTR)
        return "is duplicate";
    ngx_memzero(&options, sizeof options);
    options.image = image_rules;
    for (i = 2; i < cf->args->nelts; i++)
        if (!read_option(&options, words[i]))
            return "takes a file and kid=, sha256= or version=";
    if (options.image.min_version > 0 && !options.is_image)
        return "takes version= for an image, with sha256=";
    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK || (content = read_file(cf, path, &length)) == NULL)
        return NGX_CONF_ERROR;
    status = options.is_image ? load_image(cf, row, &options, content, length, &added)
                              : load_table(cf, row, &options, content, length, &added);
    ngx_free(content);
    if (status == KEYCARD_OK && added > 0)
        return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "keycard: no keys in \"%V\": %s", &path,
                       status == KEYCARD_OK ? "none can be used" : keycard_status_text(status));
    return NGX_CONF_ERROR;
}
