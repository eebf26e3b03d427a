/* The usage test: lists in the claims of an accepted token. */

#include "files.h"
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

/* A token without a reference has no status, and no other token is a status list. */
static void status_of_other_tokens(void)
{
    const keycard_token token = accepted();
    const uint8_t list[] = {0};
    keycard_bytes uri;
    uint64_t index = 0;
    uint32_t value = 0;

    CHECK(keycard_token_status_reference(&token, &uri, &index) == KEYCARD_CLAIM_MISSING);
    CHECK(uri.data == NULL && index == UINT64_MAX);
    CHECK(keycard_status_list_check(&token, &token, BYTES(list, sizeof list), &value) == KEYCARD_WRONG_TOKEN_KIND);
    CHECK(value == UINT32_MAX);
}

/* The time of status_list.jwt and of its tokens. */
#define LISTED_AT 1770000000

/* Validates a token of the folder. */
static keycard_token accepted_at(const char *folder, const char *name, const keycard_policy *policy,
                                 keycard_buffer room)
{
    static char text[LONGEST];
    static uint64_t key_memory[64];
    keycard_keys *keys;
    keycard_token token;
    size_t length = read_file(folder, "status_keys.json", text, sizeof text);

    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(text, length), NULL) == KEYCARD_OK);
    length = read_file(folder, name, text, sizeof text);
    CHECK(keycard_validate(keys, policy, keycard_time_at(LISTED_AT), BYTES(text, length), room, &token, NULL) ==
          KEYCARD_OK);
    return token;
}

/* In order: the token, its reference, the list, the status. */
static void status_of_a_token(const char *folder)
{
    static uint8_t scratch_of_list[KEYCARD_SCRATCH_SIZE(LONGEST)], scratch_of_token[KEYCARD_SCRATCH_SIZE(LONGEST)];
    static uint8_t scratch_of_revoked[KEYCARD_SCRATCH_SIZE(LONGEST)];
    /* The first byte of the inflated list: the statuses 0, 1, 0, 0, 0, 1, 1, 1. */
    const uint8_t inflated[] = {0xE2};
    keycard_policy plain = KEYCARD_POLICY_INIT, listed = KEYCARD_POLICY_INIT;
    keycard_token list, token, revoked;
    keycard_bytes uri;
    uint64_t index;
    uint32_t value;

    plain.profile = KEYCARD_PROFILE_JWT;
    plain.algorithms = KEYCARD_ES256;
    plain.issuer = KEYCARD_BYTES("https://as.example");
    plain.audience = KEYCARD_BYTES("https://api.example");
    token = accepted_at(folder, "status_valid.jwt", &plain, KEYCARD_BUFFER(scratch_of_token));
    CHECK(keycard_token_status_reference(&token, &uri, &index) == KEYCARD_OK);
    CHECK(same(uri, "https://as.example/statuses/1") && index == 0);

    listed.profile = KEYCARD_PROFILE_STATUS_LIST;
    listed.algorithms = KEYCARD_ES256;
    listed.issuer = plain.issuer;
    listed.subject = uri;
    listed.flags = KEYCARD_WITHOUT_AUDIENCE;
    list = accepted_at(folder, "status_list.jwt", &listed, KEYCARD_BUFFER(scratch_of_list));
    CHECK(keycard_status_list_check(&token, &list, BYTES(inflated, sizeof inflated), &value) == KEYCARD_OK);
    CHECK(value == 0);
    CHECK(keycard_status_list_check(&token, &list, BYTES(inflated, 0), &value) == KEYCARD_STATUS_OUT_OF_RANGE);
    CHECK(value == UINT32_MAX);

    revoked = accepted_at(folder, "status_revoked.jwt", &plain, KEYCARD_BUFFER(scratch_of_revoked));
    CHECK(keycard_token_status_reference(&revoked, &uri, &index) == KEYCARD_OK && index == 1);
    CHECK(keycard_status_list_check(&revoked, &list, BYTES(inflated, sizeof inflated), &value) ==
          KEYCARD_STATUS_INVALID);
    CHECK(value == 1);
    /* The places of the two tokens are not interchangeable. */
    CHECK(keycard_status_list_check(&list, &token, BYTES(inflated, sizeof inflated), &value) ==
          KEYCARD_WRONG_TOKEN_KIND);
    CHECK(keycard_status_list_check(&list, &list, BYTES(inflated, sizeof inflated), &value) == KEYCARD_CLAIM_MISSING);
    CHECK(value == UINT32_MAX);
}

void test_claims(const char *folder)
{
    status_of_other_tokens();
    status_of_a_token(folder);
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
