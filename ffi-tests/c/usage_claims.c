/* The usage test: lists in the claims of an accepted token. */

#include "usage.h"

static keycard_token accepted(void)
{
    keycard_policy policy = access_policy();
    keycard_token token;

    CHECK(validate(loaded_keys(), &policy, &token, NULL) == KEYCARD_OK);
    return token;
}

static void strings_of_a_claim(void)
{
    const keycard_token token = accepted();
    const keycard_bytes name = KEYCARD_BYTES("scp");
    keycard_iterator strings, before;
    keycard_value value;
    keycard_bytes text;

    CHECK(keycard_claim_strings(&token, KEYCARD_BYTES("scp"), &strings) == KEYCARD_OK);
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_OK && same(text, "telemetry:write"));
    before = strings;
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_OK && same(text, "telemetry:read"));
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_CLAIM_MISSING && text.data == NULL);
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_next_string(&before, &text) == KEYCARD_OK && same(text, "telemetry:read"));
    CHECK(keycard_next_string(&strings, NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_next_string(&strings, (keycard_bytes *)&strings) == KEYCARD_OVERLAP);
    /* A string is a list with one element. */
    CHECK(keycard_claim_strings(&token, KEYCARD_BYTES("aud"), &strings) == KEYCARD_OK);
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_OK && same(text, "api://default"));
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_CLAIM_MISSING);
    /* After a failure the iterator returns nothing. */
    CHECK(keycard_claim_strings(&token, KEYCARD_BYTES("ver"), &strings) == KEYCARD_CLAIM_TYPE);
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_NULL_POINTER);
    CHECK(keycard_claim_strings(&token, KEYCARD_BYTES("absent"), &strings) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_claim_find(&token, &name, 1, &value) == KEYCARD_OK && value.kind == KEYCARD_KIND_ARRAY);
    CHECK(keycard_value_strings(&value, &strings) == KEYCARD_OK);
    CHECK(keycard_next_string(&strings, &text) == KEYCARD_OK && same(text, "telemetry:write"));
    CHECK(keycard_claim_find(&token, NULL, 0, &value) == KEYCARD_OK);
    CHECK(keycard_value_strings(&value, &strings) == KEYCARD_CLAIM_TYPE);
}

static void scopes_of_a_token(void)
{
    const keycard_token token = accepted();
    const keycard_bytes absent = KEYCARD_ABSENT;
    keycard_token copy = token;
    keycard_iterator scopes;
    keycard_bytes text;

    CHECK(keycard_token_scopes(&token, &scopes) == KEYCARD_OK);
    CHECK(keycard_next_string(&scopes, &text) == KEYCARD_OK && same(text, "telemetry:write"));
    CHECK(keycard_next_string(&scopes, &text) == KEYCARD_OK && same(text, "telemetry:read"));
    CHECK(keycard_next_string(&scopes, &text) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_token_has_scope(&token, KEYCARD_BYTES("telemetry:read")));
    CHECK(!keycard_token_has_scope(&token, KEYCARD_BYTES("telemetry")));
    CHECK(!keycard_token_has_scope(&token, KEYCARD_BYTES("telemetry:write telemetry:read")));
    CHECK(!keycard_token_has_scope(&token, KEYCARD_BYTES("")));
    CHECK(!keycard_token_has_scope(&token, absent));
    CHECK(!keycard_token_has_scope(NULL, KEYCARD_BYTES("telemetry:read")));
    memset(&copy, 0, sizeof copy);
    CHECK(!keycard_token_has_scope(&copy, KEYCARD_BYTES("telemetry:read")));
    CHECK(keycard_token_scopes(&copy, &scopes) == KEYCARD_STALE);
}

/* The policy names the claim, and requires no scope. */
static void scopes_of_a_named_claim(void)
{
    keycard_policy policy = access_policy();
    keycard_token token;
    keycard_iterator scopes;
    keycard_bytes text;

    policy.scope_claim = KEYCARD_BYTES("scp");
    CHECK(validate(loaded_keys(), &policy, &token, NULL) == KEYCARD_OK);
    CHECK((token.checks_passed & KEYCARD_CHECK_SCOPES) == 0);
    CHECK(keycard_token_has_scope(&token, KEYCARD_BYTES("telemetry:read")));
    /* The token does not have the claim that the policy names, so its other claims grant nothing.
     * */
    policy.scope_claim = KEYCARD_BYTES("permissions");
    CHECK(validate(loaded_keys(), &policy, &token, NULL) == KEYCARD_OK);
    CHECK(!keycard_token_has_scope(&token, KEYCARD_BYTES("telemetry:read")));
    CHECK(keycard_token_scopes(&token, &scopes) == KEYCARD_OK);
    CHECK(keycard_next_string(&scopes, &text) == KEYCARD_CLAIM_MISSING);
}

static void members_of_a_value(void)
{
    const keycard_token token = accepted();
    const keycard_bytes name = KEYCARD_BYTES("scp");
    keycard_iterator members;
    keycard_member member;
    keycard_value value;
    keycard_bytes text;
    int64_t number;
    size_t count;

    CHECK(keycard_claim_find(&token, NULL, 0, &value) == KEYCARD_OK);
    CHECK(keycard_value_members(&value, &members) == KEYCARD_OK);
    CHECK(keycard_next_member(&members, &member) == KEYCARD_OK && same(member.name, "ver"));
    CHECK(keycard_value_integer(&member.value, &number) == KEYCARD_OK && number == 1);
    CHECK(keycard_value_members(&member.value, &members) == KEYCARD_CLAIM_TYPE);
    CHECK(keycard_value_members(&value, &members) == KEYCARD_OK);
    CHECK(keycard_next_string(&members, &text) == KEYCARD_CLAIM_TYPE);
    for (count = 0; keycard_next_member(&members, &member) == KEYCARD_OK; count++)
        CHECK(member.name.length > 0 && member.value.token == &token);
    CHECK(count == token.members && member.name.data == NULL && member.value.kind == 0);

    CHECK(keycard_claim_find(&token, &name, 1, &value) == KEYCARD_OK);
    CHECK(keycard_value_members(&value, &members) == KEYCARD_OK);
    CHECK(keycard_next_member(&members, &member) == KEYCARD_OK && member.name.data == NULL);
    CHECK(keycard_value_string(&member.value, &text) == KEYCARD_OK && same(text, "telemetry:write"));
    CHECK(keycard_next_member(&members, &member) == KEYCARD_OK);
    CHECK(keycard_value_string(&member.value, &text) == KEYCARD_OK && same(text, "telemetry:read"));
    CHECK(keycard_next_member(&members, &member) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_value_strings(&value, &members) == KEYCARD_OK);
    CHECK(keycard_next_member(&members, &member) == KEYCARD_CLAIM_TYPE);
}

/* A forged iterator reads nothing outside of the payload. */
static void foreign_iterators(void)
{
    keycard_token token = accepted();
    keycard_iterator iterator;
    keycard_member member;
    keycard_bytes text;
    uint32_t kind;

    for (kind = 0; kind < 8; kind++) {
        memset(&iterator, 0, sizeof iterator);
        CHECK(keycard_next_string(&iterator, &text) == KEYCARD_NULL_POINTER);
        iterator.token = &token;
        iterator.kind = kind;
        iterator.offset = SIZE_MAX;
        iterator.end = SIZE_MAX;
        CHECK(keycard_next_string(&iterator, &text) == KEYCARD_STALE);
        iterator.offset = 1;
        CHECK(keycard_next_member(&iterator, &member) == KEYCARD_STALE);
        iterator.end = 0;
        CHECK(keycard_next_member(&iterator, &member) == KEYCARD_STALE);
    }
    CHECK(keycard_token_scopes(&token, &iterator) == KEYCARD_OK);
    scratch[0] ^= 1;
    CHECK(keycard_next_string(&iterator, &text) == KEYCARD_STALE);
    scratch[0] ^= 1;
    CHECK(keycard_next_string(&iterator, &text) == KEYCARD_OK);
}

void test_claims(void)
{
    strings_of_a_claim();
    scopes_of_a_token();
    scopes_of_a_named_claim();
    members_of_a_value();
    foreign_iterators();
}

/* A policy can lower the limits. */
void test_bounds(void)
{
    keycard_policy policy = access_policy();

    policy.max_token_length = (uint32_t)jwt_length;
    policy.max_members = 64;
    CHECK(status_of(&policy) == KEYCARD_OK);
    policy.max_members = 2;
    CHECK(status_of(&policy) == KEYCARD_JSON_MEMBERS);
    policy.max_header_length = 10;
    CHECK(status_of(&policy) == KEYCARD_HEADER_TOO_LONG);
    policy.max_token_length--;
    CHECK(status_of(&policy) == KEYCARD_TOKEN_TOO_LONG);
}
