/* The issuers of a configuration: their policies and keys. */

#include "keycard_envoy.h"

#include <stdlib.h>
#include <string.h>

static bool fault(const keycard_policy *policy, const char *what)
{
    ke_log(ENVOY_ERROR, "issuer \"" KEYCARD_FORMAT "\": %s", KEYCARD_ARGUMENTS(policy->issuer), what);
    return false;
}

/* Reads the kind of the tokens. An access token is the default. */
static bool read_kind(json_t *row, keycard_policy *policy)
{
    keycard_bytes kind = KEYCARD_BYTES_INIT("access_token");

    if (!ke_read_text(row, "kind", &kind))
        return false;
    if (ke_same(kind, KEYCARD_BYTES("access_token")))
        policy->profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    else if (ke_same(kind, KEYCARD_BYTES("at+jwt")))
        policy->profile = KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068;
    else if (ke_same(kind, KEYCARD_BYTES("jwt")))
        policy->profile = KEYCARD_PROFILE_JWT;
    else
        return fault(policy, "kind: is not one of access_token, at+jwt and jwt");
    return true;
}

/* Reads the checks that the policy waives. */
static bool read_without(ke_memory *memory, json_t *row, keycard_policy *policy)
{
    ke_texts without = {NULL, 0};
    size_t i;

    if (!ke_read_texts(memory, row, "without", &without))
        return false;
    for (i = 0; i < without.count; i++)
        if (ke_same(without.texts[i], KEYCARD_BYTES("audience")))
            policy->flags |= KEYCARD_WITHOUT_AUDIENCE;
        else if (ke_same(without.texts[i], KEYCARD_BYTES("expiry")))
            policy->flags |= KEYCARD_WITHOUT_EXPIRY;
        else
            return fault(policy, "without: names neither audience nor expiry");
    return true;
}

static bool read_rule(ke_memory *memory, json_t *object, keycard_rule *rule)
{
    static const char *const names[] = {"claim", "equals", "contains", NULL};
    keycard_bytes equals = KEYCARD_ABSENT, contains = KEYCARD_ABSENT;
    ke_texts path = {NULL, 0};

    if (!ke_only(object, "rules", names) || !ke_read_path(memory, object, "claim", &path) ||
        !ke_read_text(object, "equals", &equals) || !ke_read_text(object, "contains", &contains) || path.count == 0 ||
        (equals.data != NULL && contains.data != NULL))
        return false;
    rule->path = path.texts;
    rule->path_length = path.count;
    rule->kind = equals.data != NULL     ? KEYCARD_RULE_EQUALS
                 : contains.data != NULL ? KEYCARD_RULE_CONTAINS
                                         : KEYCARD_RULE_PRESENT;
    rule->value = equals.data != NULL ? equals : contains;
    return true;
}

static bool read_rules(ke_memory *memory, json_t *row, keycard_policy *policy)
{
    json_t *list = json_object_get(row, "rules");
    keycard_rule *rules;
    size_t i;

    if (list == NULL)
        return true;
    policy->rule_count = json_array_size(list);
    if (policy->rule_count == 0 || policy->rule_count > 256)
        return fault(policy, "rules: is not a list of 1 to 256 rules");
    rules = ke_allocate(memory, policy->rule_count * sizeof *rules);
    for (i = 0; i < policy->rule_count; i++)
        if (!read_rule(memory, json_array_get(list, i), &rules[i]))
            return fault(policy, "rules: a rule has a claim, and equals, contains or neither");
    policy->rules = rules;
    return true;
}

static bool read_limits(json_t *root, keycard_policy *policy)
{
    static const char *const names[] = {"token", "header", "members", NULL};
    json_t *limits = json_object_get(root, "limits");

    return limits == NULL ||
           (ke_only(limits, "limits", names) &&
            ke_read_number(limits, "token", 1, KEYCARD_MAX_TOKEN_LENGTH, &policy->max_token_length) &&
            ke_read_number(limits, "header", 1, KEYCARD_MAX_HEADER_LENGTH, &policy->max_header_length) &&
            ke_read_number(limits, "members", 1, KEYCARD_MAX_MEMBERS, &policy->max_members));
}

static bool read_policy(ke_memory *memory, json_t *row, keycard_policy *policy)
{
    static const char *const names[] = {
        "issuer",       "audiences", "audience_claim", "kind",  "algorithms", "typ",          "markers", "client_claim",
        "clients",      "scope_claim", "subject",      "rules", "max_age",    "max_lifetime", "without", "keys",
        NULL};
    ke_texts audiences = {NULL, 0}, markers = {NULL, 0}, clients = {NULL, 0};

    policy->algorithms = KEYCARD_ES256 | KEYCARD_RS256;
    if (!ke_only(row, "issuers", names) || !ke_read_text(row, "issuer", &policy->issuer) || !read_kind(row, policy) ||
        !ke_read_algorithms(row, "algorithms", &policy->algorithms) ||
        !ke_read_texts(memory, row, "audiences", &audiences) ||
        !ke_read_text(row, "audience_claim", &policy->audience_claim) || !ke_read_text(row, "typ", &policy->token_type) ||
        !ke_read_texts(memory, row, "markers", &markers) || !ke_read_text(row, "client_claim", &policy->client_claim) ||
        !ke_read_texts(memory, row, "clients", &clients) || !ke_read_text(row, "scope_claim", &policy->scope_claim) ||
        !ke_read_text(row, "subject", &policy->subject) ||
        !ke_read_number(row, "max_age", 1, KE_MOST_SECONDS, &policy->max_token_age) ||
        !ke_read_number(row, "max_lifetime", 1, KE_MOST_SECONDS, &policy->max_lifetime) ||
        !read_without(memory, row, policy) || !read_rules(memory, row, policy))
        return fault(policy, "is not used");
    policy->audiences = audiences.texts;
    policy->audience_count = audiences.count;
    policy->markers = markers.texts;
    policy->marker_count = markers.count;
    policy->clients = clients.texts;
    policy->client_count = clients.count;
    return true;
}

/* Rejects a policy with which no token is valid. */
static bool check(const keycard_policy *policy)
{
    static uint64_t memory[32];
    uint8_t scratch[KEYCARD_SCRATCH_SIZE(3)];
    keycard_keys *keys;
    keycard_token token;
    keycard_detail detail = {0};

    if (keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK &&
        keycard_validate(keys, policy, keycard_time_at(0), KEYCARD_BYTES("a.b"), KEYCARD_BUFFER(scratch), &token,
                         &detail) != KEYCARD_OK &&
        detail.stage != KEYCARD_STAGE_USAGE)
        return true;
    ke_log(ENVOY_ERROR, "issuer \"" KEYCARD_FORMAT "\": %s (" KEYCARD_FORMAT ")", KEYCARD_ARGUMENTS(policy->issuer),
           keycard_status_text(detail.status), KEYCARD_ARGUMENTS(detail.member));
    return false;
}

bool ke_issuers_read(ke_config *config, json_t *root)
{
    json_t *list = json_object_get(root, "issuers");
    const size_t count = json_array_size(list);
    const keycard_policy fresh = KEYCARD_POLICY_INIT;
    size_t i, j;

    if (count == 0 || count > KE_MOST_ISSUERS) {
        ke_log(ENVOY_ERROR, "issuers: is not a list of 1 to %d issuers", KE_MOST_ISSUERS);
        return false;
    }
    config->issuers = ke_allocate(&config->memory, count * sizeof *config->issuers);
    for (i = 0; i < count; i++) {
        json_t *row = json_array_get(list, i), *keys = json_object_get(row, "keys");
        keycard_policy *policy = &config->issuers[i].policy;

        *policy = fresh;
        policy->leeway = config->leeway;
        if (!read_policy(&config->memory, row, policy) || !read_limits(root, policy) || !check(policy))
            return false;
        for (j = 0; j < i; j++)
            if (ke_same(config->issuers[j].policy.issuer, policy->issuer))
                return fault(policy, "is there twice");
        if (keys == NULL)
            return fault(policy, "has no keys");
        config->issuers[i].source = ke_source_open(keys);
        if (config->issuers[i].source == NULL)
            return fault(policy, "its keys cannot be used");
        config->issuer_count = i + 1;
    }
    return true;
}
