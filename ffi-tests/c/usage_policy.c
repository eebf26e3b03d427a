/* The usage test: policies. */

#include "usage.h"

static const keycard_bytes absent = KEYCARD_ABSENT;

/* The member for which a policy or key rules are rejected. */
static keycard_bytes member_of(const keycard_policy *policy)
{
    keycard_detail detail;
    keycard_token token;

    CHECK(validate(loaded_keys(), policy, &token, &detail) != KEYCARD_OK && detail.stage == KEYCARD_STAGE_USAGE);
    return detail.member;
}

static keycard_bytes member_of_rules(const keycard_key_rules *rules)
{
    keycard_detail detail;

    CHECK(keycard_keys_add_jwk(loaded_keys(), rules, KEYCARD_BYTES("{}"), &detail) != KEYCARD_OK);
    CHECK(detail.stage == KEYCARD_STAGE_USAGE);
    return detail.member;
}

static void names_the_member_at_fault(void)
{
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;
    keycard_policy policy;

#define NAMES(member, value, name)                 \
    do {                                           \
        policy = access_policy();                  \
        policy.member = value;                     \
        CHECK(same(member_of(&policy), name));     \
    } while (0)

    NAMES(audience_count, 1, "audiences");
    NAMES(trusted_audience_count, 1, "trusted_audiences");
    NAMES(scope_count, 1, "scopes");
    NAMES(marker_count, 1, "markers");
    NAMES(authorized_party_count, 1, "authorized_parties");
    NAMES(authentication_context_count, 1, "authentication_contexts");
    NAMES(authentication_method_count, 1, "authentication_methods");
    NAMES(client_count, 1, "clients");
    NAMES(rule_count, 1, "rules");
    NAMES(flags, KEYCARD_ALLOW_PADDING, "header_name");
    NAMES(flags, KEYCARD_REQUIRE_USER, "user_mark");
    NAMES(flags, (uint32_t)1 << 31, "flags");
    rules.flags = (uint32_t)1 << 31;
    CHECK(same(member_of_rules(&rules), "flags"));
    rules.flags = 0;
    rules.algorithms = (uint32_t)1 << 31;
    CHECK(same(member_of_rules(&rules), "alg"));
    rules.algorithms = 0;
    rules.id = KEYCARD_BYTES("");
    CHECK(same(member_of_rules(&rules), "kid"));
    rules.key_use = KEYCARD_BYTES("");
    CHECK(same(member_of_rules(&rules), "use"));
}

void test_policy(void)
{
    keycard_policy policy = access_policy();
    keycard_bytes audiences[2], names[2];
    keycard_rule rules[2];
    struct {
        keycard_policy policy;
        unsigned char newer[16];
    } longer;
    unsigned flag;

    names_the_member_at_fault();
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.struct_size = 0;
    CHECK(status_of(&policy) == KEYCARD_STRUCT_SIZE);
    policy.struct_size = sizeof policy - 1;
    CHECK(status_of(&policy) == KEYCARD_STRUCT_SIZE);

    /* The caller has a newer header. Members that this version does not know must be zero. */
    memset(&longer, 0, sizeof longer);
    longer.policy = access_policy();
    longer.policy.struct_size = sizeof longer;
    CHECK(status_of(&longer.policy) == KEYCARD_OK);
    longer.newer[15] = 1;
    CHECK(status_of(&longer.policy) == KEYCARD_UNSUPPORTED_POLICY);

    policy = access_policy();
    for (flag = 18; flag < 32; flag++) {
        policy.flags = (uint32_t)1 << flag;
        CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);
    }
    policy = access_policy();
    policy.algorithms |= (uint32_t)1 << 31;
    CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);
    policy.algorithms = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.algorithms = KEYCARD_ES256;
    CHECK(status_of(&policy) == KEYCARD_ALGORITHM_NOT_ALLOWED);
    policy.algorithms = KEYCARD_ML_DSA_65;
    CHECK(status_of(&policy) == KEYCARD_ALGORITHM_NOT_BUILT);

    policy = access_policy();
    policy.profile = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(strstr(keycard_status_text(KEYCARD_POLICY_INCOMPLETE), "profile") != NULL);
    policy.profile = 99;
    CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);

    policy = access_policy();
    policy.issuer.length = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_EMPTY);
    policy.issuer = absent;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.flags = KEYCARD_WITHOUT_ISSUER;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.issuer = KEYCARD_BYTES("x");
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
    policy.issuer = KEYCARD_BYTES("\xff");
    policy.flags = 0;
    CHECK(status_of(&policy) == KEYCARD_NOT_TEXT);

    policy = access_policy();
    audiences[0] = KEYCARD_BYTES("api://other");
    audiences[1] = policy.audience;
    policy.audiences = audiences;
    policy.audience_count = 2;
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
    policy.audience = absent;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.audience_count = 1;
    CHECK(status_of(&policy) == KEYCARD_WRONG_AUDIENCE);
    policy.audience_count = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_EMPTY);
    policy.audiences = NULL;
    policy.audience_count = 2;
    CHECK(status_of(&policy) == KEYCARD_NULL_POINTER);
    policy.audiences = audiences;
    audiences[1] = absent;
    CHECK(status_of(&policy) == KEYCARD_NULL_POINTER);

    policy = access_policy();
    policy.audience_claim = KEYCARD_BYTES("cid");
    policy.audience = KEYCARD_BYTES("0oa2mv8c5m9Hd6q2t5d7");
    CHECK(status_of(&policy) == KEYCARD_OK);

    policy = access_policy();
    names[0] = KEYCARD_BYTES("cid");
    names[1] = KEYCARD_BYTES("x");
    rules[0].path = names;
    rules[0].path_length = 1;
    rules[0].kind = KEYCARD_RULE_EQUALS;
    rules[0].reserved = 0;
    rules[0].value = KEYCARD_BYTES("0oa2mv8c5m9Hd6q2t5d7");
    rules[1] = rules[0];
    rules[1].kind = KEYCARD_RULE_PRESENT;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.rules = rules;
    policy.rule_count = 2;
    CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);
    rules[1].value = absent;
    CHECK(status_of(&policy) == KEYCARD_OK);
    rules[1].kind = 0;
    CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);
    names[1] = KEYCARD_BYTES("scp");
    rules[1].path = names + 1;
    rules[1].kind = KEYCARD_RULE_CONTAINS;
    rules[1].value = KEYCARD_BYTES("telemetry:read");
    CHECK(status_of(&policy) == KEYCARD_OK);
    rules[1].value = KEYCARD_BYTES("telemetry");
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISMATCH);
    names[1] = KEYCARD_BYTES("x");
    rules[1] = rules[0];
    rules[1].kind = KEYCARD_RULE_PRESENT;
    rules[1].value = absent;
    rules[1].path_length = 2;
    {
        keycard_token token;
        keycard_detail detail;
        CHECK(validate(loaded_keys(), &policy, &token, &detail) == KEYCARD_CLAIM_MISSING);
        CHECK(detail.rule == 1 && detail.member.data == NULL);
    }
    rules[1].path_length = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_EMPTY);

    policy = access_policy();
    policy.leeway = 601;
    CHECK(status_of(&policy) == KEYCARD_LEEWAY_TOO_LONG);
    policy.flags = KEYCARD_INSECURE_LEEWAY;
    CHECK(status_of(&policy) == KEYCARD_OK);

    policy = access_policy();
    policy.flags = KEYCARD_HAS_MAX_TOKEN_AGE;
    CHECK(status_of(&policy) == KEYCARD_TOKEN_TOO_OLD);
    policy.max_token_age = 60;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.flags = 0;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.max_token_age = 1;
    CHECK(status_of(&policy) == KEYCARD_TOKEN_TOO_OLD);
    policy.max_token_age = 0;
    policy.max_age = 1;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);
    policy.max_age = 0;
    policy.flags = KEYCARD_HAS_MAX_AGE;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);
    policy = access_policy();
    policy.max_lifetime = 60;
    CHECK(status_of(&policy) == KEYCARD_LIFETIME_TOO_LONG);
    policy.max_lifetime = UINT32_MAX;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy = access_policy();
    policy.scope_claim = KEYCARD_BYTES("scope");
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.flags = KEYCARD_ANY_SCOPE;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy = access_policy();
    policy.max_age = 0;
    policy.flags = KEYCARD_REQUIRE_ACCESS_TOKEN_HASH;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.flags = KEYCARD_REQUIRE_CODE_HASH;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.flags = KEYCARD_REQUIRE_AUTHORIZED_PARTY | KEYCARD_WITHOUT_EXPIRY;
    CHECK(status_of(&policy) == KEYCARD_OK);

    policy = access_policy();
    policy.token_type = KEYCARD_BYTES("at+jwt");
    CHECK(status_of(&policy) == KEYCARD_WRONG_TOKEN_TYPE);
    policy = access_policy();
    policy.header_name = KEYCARD_BYTES("kid");
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.header_value = KEYCARD_BYTES("first");
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.flags = KEYCARD_ALLOW_PADDING;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy = access_policy();
    policy.flags = KEYCARD_ALLOW_PADDING;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy = access_policy();
    policy.nonce = KEYCARD_BYTES("n");
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);
    policy = access_policy();
    policy.access_token = KEYCARD_BYTES("t");
    policy.code = KEYCARD_BYTES("c");
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.markers = names + 1;
    policy.marker_count = 1;
    CHECK(status_of(&policy) == KEYCARD_TOKEN_NOT_MARKED);
    policy.profile = KEYCARD_PROFILE_JWT;
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);

    policy = access_policy();
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068;
    CHECK(status_of(&policy) == KEYCARD_WRONG_TOKEN_TYPE);
    policy.profile = KEYCARD_PROFILE_JWT;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.profile = KEYCARD_PROFILE_ID_TOKEN;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.flags = KEYCARD_NONCE_NOT_SENT;
    /* All values match, but the subject of the ID token is not ASCII. */
    CHECK(status_of(&policy) == KEYCARD_CLAIM_TYPE);
    policy.trusted_audiences = names;
    policy.trusted_audience_count = 2;
    policy.authorized_parties = names;
    policy.authorized_party_count = 2;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_TYPE);
}

void test_policy_of_client_and_user(void)
{
    keycard_policy policy = access_policy();
    keycard_bytes clients[2];
    keycard_bytes path = KEYCARD_BYTES("uid");
    keycard_rule mark;

    memset(&mark, 0, sizeof mark);
    mark.path = &path;
    mark.path_length = 1;
    mark.kind = KEYCARD_RULE_PRESENT;
    clients[0] = KEYCARD_BYTES("another");
    clients[1] = KEYCARD_BYTES("0oa2mv8c5m9Hd6q2t5d7");
    policy.clients = clients;
    policy.client_count = 2;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.client_claim = KEYCARD_BYTES("cid");
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.client_count = 1;
    CHECK(status_of(&policy) == KEYCARD_WRONG_CLIENT);
    policy.clients = NULL;
    policy.client_count = 0;
    policy.flags = KEYCARD_REJECT_USER;
    CHECK(status_of(&policy) == KEYCARD_USER_PRESENT);
    policy.user_mark = &mark;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.flags = KEYCARD_REQUIRE_USER;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.flags = KEYCARD_REQUIRE_USER | KEYCARD_REJECT_USER;
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
    policy.flags = 0;
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
    policy.user_mark = NULL;
    policy.flags = KEYCARD_REQUIRE_USER;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);

    policy = access_policy();
    policy.flags = KEYCARD_ANY_SCOPE;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.scopes = clients;
    policy.scope_count = 2;
    CHECK(status_of(&policy) == KEYCARD_SCOPE_MISSING);
    clients[1] = KEYCARD_BYTES("telemetry:write");
    CHECK(status_of(&policy) == KEYCARD_OK);
}

void test_policy_of_authentication(void)
{
    keycard_policy policy = access_policy();
    keycard_original_id_token original;
    keycard_bytes texts[1];

    texts[0] = KEYCARD_BYTES("pwd");
    policy.subject = KEYCARD_BYTES("nobody");
    CHECK(status_of(&policy) == KEYCARD_WRONG_SUBJECT);
    policy = access_policy();
    policy.authentication_contexts = texts;
    policy.authentication_context_count = 1;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);
    policy = access_policy();
    policy.authentication_methods = texts;
    policy.authentication_method_count = 1;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);
    policy = access_policy();
    policy.flags = KEYCARD_REQUIRE_STATE_HASH;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    policy.state = KEYCARD_BYTES("af0ifjsldkj");
    CHECK(status_of(&policy) == KEYCARD_CLAIM_MISSING);

    policy = access_policy();
    policy.profile = KEYCARD_PROFILE_REFRESHED_ID_TOKEN;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    memset(&original, 0, sizeof original);
    policy.original = &original;
    CHECK(status_of(&policy) == KEYCARD_POLICY_INCOMPLETE);
    original.issuer = policy.issuer;
    original.subject = KEYCARD_BYTES("nobody");
    texts[0] = policy.audience;
    original.audiences = texts;
    original.audience_count = 1;
    CHECK(status_of(&policy) == KEYCARD_CLAIM_TYPE);
    original.auth_time = 1;
    CHECK(status_of(&policy) == KEYCARD_UNSUPPORTED_POLICY);
    original.auth_time = 0;
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
}

void test_stale_token(void)
{
    keycard_keys *keys = loaded_keys();
    keycard_policy policy = access_policy();
    keycard_policy plain = KEYCARD_POLICY_INIT;
    keycard_token token, other;
    keycard_value value;
    keycard_bytes text;
    size_t length;

    CHECK(validate(keys, &policy, &token, NULL) == KEYCARD_OK);
    CHECK(keycard_claim_find(&token, NULL, 0, &value) == KEYCARD_OK);
    plain.profile = KEYCARD_PROFILE_JWS;
    plain.algorithms = KEYCARD_RS256;
    CHECK(keycard_validate(keys, &plain, keycard_time_at(NOW), BYTES(jws, jws_length), KEYCARD_BUFFER(scratch), &other,
                           NULL) == KEYCARD_OK);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("cid"), &text) == KEYCARD_STALE);
    CHECK(keycard_value_string(&value, &text) == KEYCARD_STALE);
    CHECK(keycard_claims_json(&token, BUFFER(NULL, 0), &length) == KEYCARD_STALE);
    CHECK(keycard_validate(keys, &plain, keycard_time_at(NOW), KEYCARD_BYTES("a.b.c"), KEYCARD_BUFFER(scratch), &token,
                           NULL) != KEYCARD_OK);
    CHECK(keycard_claim_string(&other, KEYCARD_BYTES("cid"), &text) == KEYCARD_STALE);
}
