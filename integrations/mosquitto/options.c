/* The options of mosquitto.conf: plugin_opt_OPTION, and plugin_opt_ISSUER.OPTION if there are
 * several issuers. */

#include "keycard_mosquitto.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t algorithm;
} algorithms[] = {{"ES256", KEYCARD_ES256}, {"ES384", KEYCARD_ES384}, {"ES512", KEYCARD_ES512},
                  {"RS256", KEYCARD_RS256}, {"RS384", KEYCARD_RS384}, {"RS512", KEYCARD_RS512},
                  {"PS256", KEYCARD_PS256}, {"PS384", KEYCARD_PS384}, {"PS512", KEYCARD_PS512},
                  {"EdDSA", KEYCARD_EDDSA}, {"Ed25519", KEYCARD_ED25519}};

/* Sets a string once: an option that is given twice is an error. */
static bool set_once(const char **string, const char *value)
{
    if (*string != NULL)
        return false;
    *string = value;
    return true;
}

/* A decimal number of at most a million; false for anything else. */
static bool read_number(const char *value, size_t *number)
{
    size_t read = 0;

    if (*value == '\0')
        return false;
    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9' || read > 100000)
            return false;
        read = read * 10 + (size_t)(*value - '0');
    }
    *number = read;
    return true;
}

/* Adds the words of a list, separated by spaces or commas. */
static bool add_words(struct km_words *words, const char *value)
{
    for (value += strspn(value, ", "); *value != '\0'; value += strspn(value, ", ")) {
        const size_t length = strcspn(value, ", ");

        if (words->count == KM_MOST_WORDS)
            return false;
        words->texts[words->count].data = value;
        words->texts[words->count++].length = length;
        value += length;
    }
    return words->count > 0;
}

static bool read_algorithms(uint32_t *found, const char *value)
{
    struct km_words names = {0};
    size_t i, known;

    *found = 0;
    if (!add_words(&names, value))
        return false;
    for (i = 0; i < names.count; i++) {
        const keycard_bytes name = names.texts[i];

        for (known = 0; known < sizeof algorithms / sizeof *algorithms; known++)
            if (strlen(algorithms[known].name) == name.length &&
                memcmp(algorithms[known].name, name.data, name.length) == 0)
                break;
        if (known == sizeof algorithms / sizeof *algorithms)
            return false;
        *found |= algorithms[known].algorithm;
    }
    return true;
}

/* Reads the SHA-256 of an image, 64 hexadecimal digits. */
static bool read_digest(struct km_issuer *issuer, const char *value)
{
    size_t i;

    if (issuer->image_rules.digest32 != NULL || strlen(value) != 64 ||
        strspn(value, "0123456789abcdefABCDEF") != 64)
        return false;
    for (i = 0; i < 32; i++) {
        const char digits[3] = {value[2 * i], value[2 * i + 1], '\0'};

        issuer->image_digest[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    issuer->image_rules.digest32 = issuer->image_digest;
    return true;
}

static bool set_keys(struct km_issuer *issuer, enum km_key_form form, const char *file)
{
    if (issuer->key_form != KM_NO_KEYS)
        return false;
    issuer->key_form = form;
    issuer->key_file = file;
    return true;
}

static bool set_text(keycard_bytes *text, const char *value)
{
    if (text->data != NULL)
        return false;
    *text = keycard_string(value);
    return true;
}

/* Reads an option of an issuer; false if its value is wrong. Sets known to false if there is no
 * such option. */
static bool take_issuers_option(struct km_issuer *issuer, const char *name, const char *value, bool *known)
{
    size_t number = 0;

    if (strcmp(name, "issuer") == 0)
        return set_text(&issuer->policy.issuer, value);
    if (strcmp(name, "jwks") == 0)
        return set_keys(issuer, KM_JWKS, value);
    if (strcmp(name, "pem") == 0)
        return set_keys(issuer, KM_PEM, value);
    if (strcmp(name, "image") == 0)
        return set_keys(issuer, KM_IMAGE, value);
    if (strcmp(name, "image_sha256") == 0)
        return read_digest(issuer, value);
    if (strcmp(name, "image_storage") == 0) {
        issuer->image_rules.flags |= KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
        return strcmp(value, "authenticated") == 0;
    }
    if (strcmp(name, "audience") == 0) {
        if (issuer->audiences.count == KM_MOST_WORDS)
            return false;
        /* The option is not a list, because an audience may contain any character. */
        issuer->audiences.texts[issuer->audiences.count++] = keycard_string(value);
        return true;
    }
    if (strcmp(name, "audience_claim") == 0)
        return set_text(&issuer->policy.audience_claim, value);
    if (strcmp(name, "algorithms") == 0)
        return read_algorithms(&issuer->policy.algorithms, value);
    if (strcmp(name, "scope") == 0)
        return add_words(&issuer->scopes, value);
    if (strcmp(name, "scope_claim") == 0)
        return set_once(&issuer->scope_claim, value) && (strcmp(value, "scope") == 0 || strcmp(value, "scp") == 0);
    if (strcmp(name, "markers") == 0)
        return add_words(&issuer->markers, value);
    if (strcmp(name, "client_id_claim") == 0)
        return set_once(&issuer->client_id_claim, value);
    if (strcmp(name, "client_id") == 0) {
        issuer->any_client_id = true;
        return strcmp(value, "any") == 0;
    }
    if (strcmp(name, "leeway") == 0) {
        if (!read_number(value, &number) || number > 600)
            return false;
        issuer->policy.leeway = (uint32_t)number;
        return true;
    }
    if (strcmp(name, "precompute") == 0) {
        if (!read_number(value, &number) || number > 64)
            return false;
        issuer->key_rules.precompute = 1024 * (uint32_t)number;
        return true;
    }
    *known = false;
    return false;
}

/* Reads an option of the whole plugin, like take_issuers_option. */
static bool take_general_option(struct km_options *options, const char *name, const char *value, bool *known)
{
    if (strcmp(name, "token") == 0) {
        options->token_is_username = strcmp(value, "username") == 0;
        return options->token_is_username || strcmp(value, "password") == 0;
    }
    if (strcmp(name, "client_id_separator") == 0) {
        options->separator = value[0];
        /* The separator is not a letter, digit, - or _, because the name of an issuer may contain
         * these. */
        return strlen(value) == 1 && strchr("~/.:@|!$&*,;=", value[0]) != NULL;
    }
    if (strcmp(name, "max_sessions") == 0)
        return read_number(value, &options->max_sessions) && options->max_sessions > 0;
    if (strcmp(name, "max_sessions_per_subject") == 0)
        return read_number(value, &options->max_sessions_per_subject) && options->max_sessions_per_subject > 0;
    *known = false;
    return false;
}

/* Returns the issuer with a name, and makes it if it is new. NULL if the name is malformed, or if
 * there are too many issuers. */
static struct km_issuer *issuer_of(struct km_options *options, const char *name, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const keycard_policy no_policy = KEYCARD_POLICY_INIT;
    const keycard_key_rules no_rules = KEYCARD_KEY_RULES_INIT;
    const keycard_image_rules no_image_rules = KEYCARD_IMAGE_RULES_INIT;
    struct km_issuer *issuer;
    size_t i;

    for (i = 0; i < options->issuer_count; i++)
        if (strlen(options->issuers[i].name) == length && memcmp(options->issuers[i].name, name, length) == 0)
            return &options->issuers[i];
    if (options->issuer_count == KM_MOST_ISSUERS || length >= sizeof issuer->name ||
        (length > 0 && strspn(name, letters) < length))
        return NULL;
    issuer = &options->issuers[options->issuer_count++];
    memcpy(issuer->name, name, length);
    issuer->policy = no_policy;
    issuer->policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    issuer->policy.algorithms = KEYCARD_ES256 | KEYCARD_RS256;
    issuer->key_rules = no_rules;
    issuer->key_rules.precompute = KEYCARD_PRECOMPUTE_64KB;
    issuer->image_rules = no_image_rules;
    return issuer;
}

static bool take_option(struct km_options *options, const struct mosquitto_opt *option)
{
    const char *dot = strchr(option->key, '.');
    const char *name = dot == NULL ? option->key : dot + 1;
    struct km_issuer *issuer;
    bool known = true;

    if (dot == NULL && take_general_option(options, name, option->value, &known))
        return true;
    if (dot == NULL && known) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: the value of the option %s is wrong", option->key);
        return false;
    }
    known = dot != option->key;
    issuer = known ? issuer_of(options, option->key, dot == NULL ? 0 : (size_t)(dot - option->key)) : NULL;
    if (issuer != NULL && take_issuers_option(issuer, name, option->value, &known))
        return true;
    if (issuer == NULL)
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: %s: the name of the issuer is malformed, or there are more than %d issuers",
                             option->key, KM_MOST_ISSUERS);
    else if (known)
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: the value of the option %s is wrong, or it is given twice",
                             option->key);
    else
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: unknown option %s", option->key);
    return false;
}

/* Returns a missing or contradictory option of an issuer; NULL if it is complete. */
static const char *fault_of(const struct km_options *options, const struct km_issuer *issuer)
{
    const struct km_issuer *other;

    if (issuer->key_form == KM_NO_KEYS)
        return "it has no keys: give jwks, pem or image";
    if (issuer->policy.issuer.data == NULL)
        return "its issuer, the value of iss, is missing";
    if (issuer->audiences.count == 0)
        return "its audience is missing";
    if (issuer->any_client_id && issuer->client_id_claim != NULL)
        return "client_id and client_id_claim contradict each other";
    if (issuer->key_form == KM_IMAGE && issuer->image_rules.digest32 == NULL && issuer->image_rules.flags == 0)
        return "an image needs image_sha256, or image_storage authenticated";
    if (issuer->key_form != KM_IMAGE && (issuer->image_rules.digest32 != NULL || issuer->image_rules.flags != 0))
        return "image_sha256 and image_storage need an image";
    if (options->issuer_count > 1 && issuer->name[0] == '\0')
        return "with several issuers, each of their options needs a name: plugin_opt_NAME.OPTION";
    for (other = options->issuers; other < issuer; other++)
        if (other->policy.issuer.length == issuer->policy.issuer.length &&
            memcmp(other->policy.issuer.data, issuer->policy.issuer.data, issuer->policy.issuer.length) == 0)
            return "another issuer has the same value of iss";
    return NULL;
}

/* Points the policy of an issuer to its lists. From here on the lists do not move. */
static void finish(struct km_issuer *issuer)
{
    issuer->policy.audiences = issuer->audiences.texts;
    issuer->policy.audience_count = issuer->audiences.count;
    if (issuer->scopes.count > 0)
        issuer->policy.scopes = issuer->scopes.texts;
    issuer->policy.scope_count = issuer->scopes.count;
    if (issuer->markers.count > 0)
        issuer->policy.markers = issuer->markers.texts;
    issuer->policy.marker_count = issuer->markers.count;
    if (issuer->scope_claim != NULL && issuer->scopes.count > 0)
        issuer->policy.scope_claim = keycard_string(issuer->scope_claim);
}

bool km_options_read(struct km_options *options, const struct mosquitto_opt *given, int count)
{
    size_t i;

    memset(options, 0, sizeof *options);
    options->separator = '~';
    options->max_sessions = 65536;
    options->max_sessions_per_subject = 64;
    for (i = 0; i < (size_t)count; i++)
        if (!take_option(options, &given[i]))
            return false;
    if (options->issuer_count == 0) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: jwks, issuer and audience are needed");
        return false;
    }
    for (i = 0; i < options->issuer_count; i++) {
        struct km_issuer *issuer = &options->issuers[i];
        const char *fault = fault_of(options, issuer);

        if (fault != NULL) {
            mosquitto_log_printf(MOSQ_LOG_ERR, "keycard: issuer %s: %s",
                                 issuer->name[0] == '\0' ? "without a name" : issuer->name, fault);
            return false;
        }
        finish(issuer);
    }
    return true;
}
