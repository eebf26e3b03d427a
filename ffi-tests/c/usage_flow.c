/* The usage test: flows and response types. */

#include "files.h"
#include "usage.h"

#define CLIENT "0oa2mv8c5m9Hd6q2t5d7"
#define USER "00u2mv8c4Tq3b7r1k5d7"
#define NONCE "n-0S6_WzA2Mj"
#define CODE "SplxlOBeZQQYbYS6WxSbIA"

static const keycard_bytes absent = KEYCARD_ABSENT;

static int parsed(const char *text)
{
    int32_t response_type = 99;
    keycard_status status = keycard_response_type_parse(keycard_string(text), &response_type);

    CHECK((status == KEYCARD_OK) == (response_type != 0));
    CHECK(status == KEYCARD_OK || status == KEYCARD_UNKNOWN_RESPONSE_TYPE);
    return response_type;
}

static void test_recommendations(void)
{
    keycard_recommendation recommendation;
    keycard_practice practice;
    int32_t fit, number;

    CHECK(keycard_flow_recommendation(KEYCARD_APPLICATION_NATIVE, &recommendation) == KEYCARD_OK);
    CHECK(recommendation.classic == KEYCARD_FLOW_AUTHORIZATION_CODE_PKCE);
    CHECK(recommendation.today == KEYCARD_FLOW_AUTHORIZATION_CODE_PKCE);
    CHECK(keycard_flow_recommendation(KEYCARD_APPLICATION_TRUSTED, &recommendation) == KEYCARD_OK);
    CHECK(recommendation.classic == KEYCARD_FLOW_RESOURCE_OWNER_PASSWORD);
    CHECK(recommendation.today == KEYCARD_FLOW_AUTHORIZATION_CODE_PKCE);
    CHECK(keycard_flow_practice(recommendation.classic, &practice) == KEYCARD_OK);
    CHECK(practice.kind == KEYCARD_PRACTICE_MUST_NOT && practice.text.length > 0);
    CHECK(keycard_flow_recommendation(KEYCARD_APPLICATION_SERVICE, NULL) == KEYCARD_NULL_POINTER);

    CHECK(keycard_flow_fit(KEYCARD_APPLICATION_SERVICE, KEYCARD_FLOW_CLIENT_CREDENTIALS, &fit) == KEYCARD_OK);
    CHECK(fit == KEYCARD_FIT_RECOMMENDED);
    CHECK(keycard_flow_fit(KEYCARD_APPLICATION_WEB, KEYCARD_FLOW_HYBRID, &fit) == KEYCARD_OK);
    CHECK(fit == KEYCARD_FIT_POSSIBLE);
    CHECK(keycard_flow_fit(KEYCARD_APPLICATION_NATIVE, KEYCARD_FLOW_CLIENT_CREDENTIALS, &fit) == KEYCARD_OK);
    CHECK(fit == KEYCARD_FIT_UNSUITABLE);

    for (number = -1; number < 20; number++) {
        int is_application = number >= 1 && number <= 6;
        int is_flow = number >= 1 && number <= 7;

        CHECK((keycard_flow_recommendation(number, &recommendation) == KEYCARD_OK) == is_application);
        CHECK(is_application || all_zero(&recommendation, sizeof recommendation));
        CHECK((keycard_flow_practice(number, &practice) == KEYCARD_OK) == is_flow);
        CHECK(is_flow || (practice.kind == 0 && practice.text.data == NULL));
        CHECK((keycard_flow_fit(KEYCARD_APPLICATION_WEB, number, &fit) == KEYCARD_OK) == is_flow);
        CHECK(is_flow == (fit != 0));
        CHECK((keycard_flow_fit(number, KEYCARD_FLOW_HYBRID, &fit) == KEYCARD_OK) == is_application);
    }
    CHECK(keycard_flow_practice(0, &practice) == KEYCARD_UNSUPPORTED_POLICY);
}

static void test_response_types(void)
{
    keycard_issued issued;
    int32_t response_type;
    uint32_t checks;

    CHECK(parsed("code") == KEYCARD_RESPONSE_TYPE_CODE);
    CHECK(parsed("id_token code") == KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN);
    CHECK(parsed("token id_token code") == KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN);
    CHECK(parsed("none") == KEYCARD_RESPONSE_TYPE_NONE);
    CHECK(parsed("") == 0 && parsed("code code") == 0 && parsed("none code") == 0 && parsed("Code") == 0);
    CHECK(keycard_response_type_parse(KEYCARD_BYTES("\xff"), &response_type) == KEYCARD_NOT_TEXT);
    CHECK(keycard_response_type_parse(BYTES(NULL, 4), &response_type) == KEYCARD_NULL_POINTER);
    CHECK(keycard_response_type_parse(KEYCARD_BYTES("code"), NULL) == KEYCARD_NULL_POINTER);
    response_type = 0x65646f63;
    CHECK(keycard_response_type_parse(BYTES(&response_type, 4), &response_type) == KEYCARD_OVERLAP);
    CHECK(response_type == 0x65646f63);

    CHECK(keycard_response_type_issued(KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION,
                                       &issued) == KEYCARD_OK);
    CHECK(issued.always == (KEYCARD_ISSUED_CODE | KEYCARD_ISSUED_ID_TOKEN) && issued.possible == 0);
    CHECK(keycard_response_type_issued(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, &issued) == KEYCARD_OK);
    CHECK(issued.always == KEYCARD_ISSUED_ACCESS_TOKEN);
    CHECK(issued.possible == (KEYCARD_ISSUED_ID_TOKEN | KEYCARD_ISSUED_REFRESH_TOKEN));
    CHECK(keycard_response_type_issued(9, KEYCARD_ENDPOINT_TOKEN, &issued) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(all_zero(&issued, sizeof issued));
    CHECK(keycard_response_type_issued(KEYCARD_RESPONSE_TYPE_CODE, 3, &issued) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_flow_issued(KEYCARD_FLOW_CLIENT_CREDENTIALS, KEYCARD_ENDPOINT_TOKEN, &issued) == KEYCARD_OK);
    CHECK(issued.always == KEYCARD_ISSUED_ACCESS_TOKEN && issued.possible == 0);
    CHECK(keycard_flow_issued(8, KEYCARD_ENDPOINT_TOKEN, &issued) == KEYCARD_UNSUPPORTED_POLICY);

    CHECK(keycard_flow_check_received(KEYCARD_FLOW_CLIENT_CREDENTIALS, KEYCARD_ENDPOINT_TOKEN,
                                      KEYCARD_ISSUED_ACCESS_TOKEN) == KEYCARD_OK);
    CHECK(keycard_flow_check_received(KEYCARD_FLOW_CLIENT_CREDENTIALS, KEYCARD_ENDPOINT_TOKEN,
                                      KEYCARD_ISSUED_ACCESS_TOKEN | KEYCARD_ISSUED_ID_TOKEN) ==
          KEYCARD_NOT_ISSUED_BY_FLOW);
    CHECK(keycard_flow_check_received(KEYCARD_FLOW_IMPLICIT, KEYCARD_ENDPOINT_TOKEN, 16) ==
          KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_flow_check_received(0, KEYCARD_ENDPOINT_TOKEN, 0) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_response_type_check_received(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_AUTHORIZATION,
                                               KEYCARD_ISSUED_CODE) == KEYCARD_OK);
    CHECK(keycard_response_type_check_received(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_AUTHORIZATION,
                                               KEYCARD_ISSUED_ACCESS_TOKEN) == KEYCARD_NOT_ISSUED_BY_FLOW);
    CHECK(keycard_response_type_check_received(0, KEYCARD_ENDPOINT_TOKEN, 0) == KEYCARD_UNSUPPORTED_POLICY);

    CHECK(keycard_response_type_checks(KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION,
                                       &checks) == KEYCARD_OK);
    CHECK(checks ==
          (KEYCARD_CHECK_NONCE | KEYCARD_CHECK_ACCESS_TOKEN_HASH | KEYCARD_CHECK_CODE_HASH));
    CHECK(keycard_response_type_checks(KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, &checks) == KEYCARD_OK);
    CHECK(checks == 0);
    checks = 99;
    CHECK(keycard_response_type_checks(0, KEYCARD_ENDPOINT_TOKEN, &checks) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(checks == 0);
}

/* The policy of a client, without the requirements of its response. */
static keycard_policy client_policy(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES(CLIENT);
    return policy;
}

static keycard_status verdict(const keycard_policy *policy, const char *id_token, size_t length,
                              keycard_token *token)
{
    return keycard_validate(loaded_keys(), policy, keycard_time_at(NOW), BYTES(id_token, length),
                            KEYCARD_BUFFER(scratch), token, NULL);
}

static void test_id_tokens(const char *folder)
{
    static char hybrid[LONGEST], implicit[LONGEST], access[LONGEST];
    size_t hybrid_length = read_file(folder, "flow_hybrid_id_token.jwt", hybrid, sizeof hybrid);
    size_t implicit_length = read_file(folder, "flow_implicit_id_token.jwt", implicit, sizeof implicit);
    keycard_bytes nonce = KEYCARD_BYTES(NONCE), code = KEYCARD_BYTES(CODE), access_token;
    keycard_policy policy = client_policy(), before;
    keycard_token token;

    access_token.length = read_file(folder, "flow_user_access_token.jwt", access, sizeof access);
    access_token.data = access;

    /* code id_token: the nonce and c_hash. */
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN,
                                      KEYCARD_ENDPOINT_AUTHORIZATION, nonce, absent, code, absent) == KEYCARD_OK);
    CHECK(policy.profile == KEYCARD_PROFILE_ID_TOKEN && policy.flags == KEYCARD_REQUIRE_CODE_HASH);
    CHECK(verdict(&policy, hybrid, hybrid_length, &token) == KEYCARD_OK);
    CHECK((token.checks_passed & KEYCARD_CHECK_CODE_HASH) && (token.checks_passed & KEYCARD_CHECK_NONCE));
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_CLAIM_MISSING);
    policy.code = KEYCARD_BYTES("another");
    CHECK(verdict(&policy, hybrid, hybrid_length, &token) == KEYCARD_WRONG_HASH);

    /* id_token token: the nonce and at_hash. */
    policy = client_policy();
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN_TOKEN,
                                      KEYCARD_ENDPOINT_AUTHORIZATION, nonce, access_token, absent, absent) == KEYCARD_OK);
    CHECK(policy.flags == KEYCARD_REQUIRE_ACCESS_TOKEN_HASH);
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_OK);
    CHECK(verdict(&policy, hybrid, hybrid_length, &token) == KEYCARD_CLAIM_MISSING);

    /* code, at the token endpoint: without a nonce, if the flag waives it. */
    policy = client_policy();
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, absent,
                                      access_token, absent, absent) == KEYCARD_OK);
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_POLICY_INCOMPLETE);
    policy.flags |= KEYCARD_NONCE_NOT_SENT;
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_OK);

    /* The second ID token of a hybrid flow: the nonce, and the subject of the first. */
    policy = client_policy();
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN, KEYCARD_ENDPOINT_TOKEN, nonce,
                                      access_token, absent, KEYCARD_BYTES(USER)) == KEYCARD_OK);
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_OK);
    CHECK(token.checks_passed & KEYCARD_CHECK_SUBJECT);
    policy.subject = KEYCARD_BYTES("00u9");
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_WRONG_SUBJECT);

    /* An empty value does not skip a check. */
    policy = client_policy();
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION,
                                      KEYCARD_BYTES(""), absent, absent, absent) == KEYCARD_OK);
    CHECK(verdict(&policy, implicit, implicit_length, &token) == KEYCARD_POLICY_EMPTY);

    /* A failed call changes nothing. */
    policy = client_policy();
    before = policy;
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, absent,
                                      absent, absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION,
                                      nonce, absent, absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION,
                                      nonce, absent, absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, nonce, absent,
                                      absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN, KEYCARD_ENDPOINT_TOKEN, absent,
                                      access_token, absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      access_token, absent, absent) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      absent, code, absent) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_TOKEN, nonce,
                                      access_token, absent, absent) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(keycard_policy_for_id_token(&policy, 0, KEYCARD_ENDPOINT_TOKEN, nonce, access_token, absent, absent) ==
          KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE, 0, nonce, access_token, absent, absent) ==
          KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE_ID_TOKEN, KEYCARD_ENDPOINT_TOKEN, nonce,
                                      access_token, absent, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, nonce, access_token,
                                      absent, KEYCARD_BYTES("00u1")) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(keycard_policy_for_id_token(NULL, KEYCARD_RESPONSE_TYPE_CODE, KEYCARD_ENDPOINT_TOKEN, nonce, access_token,
                                      absent, absent) == KEYCARD_NULL_POINTER);
    nonce.data = (const char *)&policy;
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      absent, absent, absent) == KEYCARD_OVERLAP);
    CHECK(memcmp(&policy, &before, sizeof policy) == 0);

    /* Setting a requirement twice is an error. A policy is for only one kind of token. */
    nonce = KEYCARD_BYTES(NONCE);
    policy.nonce = nonce;
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      absent, absent, absent) == KEYCARD_POLICY_CONTRADICTION);
    policy = access_policy();
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      absent, absent, absent) == KEYCARD_POLICY_CONTRADICTION);
    policy.struct_size = sizeof policy - 1;
    CHECK(keycard_policy_for_id_token(&policy, KEYCARD_RESPONSE_TYPE_ID_TOKEN, KEYCARD_ENDPOINT_AUTHORIZATION, nonce,
                                      absent, absent, absent) == KEYCARD_STRUCT_SIZE);
}

static void test_refreshed_id_tokens(const char *folder)
{
    static char refreshed[LONGEST], of_another[LONGEST];
    size_t length = read_file(folder, "flow_refreshed_id_token.jwt", refreshed, sizeof refreshed);
    size_t other_length = read_file(folder, "flow_refreshed_for_another.jwt", of_another, sizeof of_another);
    keycard_policy policy = client_policy();
    keycard_bytes client = KEYCARD_BYTES(CLIENT), access_token = KEYCARD_BYTES("the new one");
    keycard_original_id_token original;
    keycard_token token;

    memset(&original, 0, sizeof original);
    original.issuer = policy.issuer;
    original.subject = KEYCARD_BYTES(USER);
    original.audiences = &client;
    original.audience_count = 1;
    original.issued_at = 1700000000;
    original.auth_time = 1699999990;
    original.has_auth_time = 1;
    CHECK(keycard_policy_for_refreshed_id_token(&policy, NULL, access_token) == KEYCARD_NULL_POINTER);
    CHECK(keycard_policy_for_refreshed_id_token(&policy, &original, absent) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(policy.profile == 0);
    CHECK(keycard_policy_for_refreshed_id_token(&policy, &original, access_token) == KEYCARD_OK);
    CHECK(verdict(&policy, refreshed, length, &token) == KEYCARD_OK);
    CHECK(token.checks_passed & KEYCARD_CHECK_ORIGINAL);
    CHECK(verdict(&policy, of_another, other_length, &token) == KEYCARD_NOT_AS_ORIGINAL);
    original.nonce = KEYCARD_BYTES("n-0S6_WzA2Mj");
    CHECK(verdict(&policy, refreshed, length, &token) == KEYCARD_OK);
    original.authorized_party = client;
    CHECK(verdict(&policy, refreshed, length, &token) == KEYCARD_NOT_AS_ORIGINAL);
    original.authorized_party = absent;
    original.has_auth_time = 2;
    CHECK(verdict(&policy, refreshed, length, &token) == KEYCARD_UNSUPPORTED_POLICY);
    original.has_auth_time = 1;
    CHECK(keycard_policy_for_refreshed_id_token(&policy, &original, access_token) == KEYCARD_POLICY_CONTRADICTION);
    policy = access_policy();
    CHECK(keycard_policy_for_refreshed_id_token(&policy, &original, access_token) == KEYCARD_POLICY_CONTRADICTION);
}

static void test_access_tokens(const char *folder)
{
    static char service[LONGEST], user[LONGEST], id_token[LONGEST];
    size_t service_length = read_file(folder, "flow_service_access_token.jwt", service, sizeof service);
    size_t user_length = read_file(folder, "flow_user_access_token.jwt", user, sizeof user);
    size_t id_length = read_file(folder, "flow_implicit_id_token.jwt", id_token, sizeof id_token);
    keycard_policy policy = client_policy();
    keycard_bytes path = KEYCARD_BYTES("uid");
    keycard_rule mark;
    keycard_token token;

    CHECK(keycard_policy_for_access_token(&policy, 0) == KEYCARD_UNSUPPORTED_POLICY && policy.profile == 0);
    CHECK(keycard_policy_for_access_token(&policy, KEYCARD_FLOW_CLIENT_CREDENTIALS) == KEYCARD_OK);
    CHECK(policy.profile == KEYCARD_PROFILE_ACCESS_TOKEN && policy.flags == KEYCARD_REJECT_USER);
    CHECK(verdict(&policy, id_token, id_length, &token) == KEYCARD_POLICY_INCOMPLETE);
    policy.client_claim = KEYCARD_BYTES("cid");
    CHECK(verdict(&policy, id_token, id_length, &token) == KEYCARD_WRONG_TOKEN_KIND);
    policy.audience = KEYCARD_BYTES("api://default");
    CHECK(verdict(&policy, service, service_length, &token) == KEYCARD_OK);
    CHECK(verdict(&policy, user, user_length, &token) == KEYCARD_USER_PRESENT);
    CHECK(keycard_policy_for_access_token(&policy, KEYCARD_FLOW_HYBRID) == KEYCARD_POLICY_CONTRADICTION);

    memset(&mark, 0, sizeof mark);
    mark.path = &path;
    mark.path_length = 1;
    mark.kind = KEYCARD_RULE_PRESENT;
    policy.flags = 0;
    CHECK(keycard_policy_for_access_token(&policy, KEYCARD_FLOW_RESOURCE_OWNER_PASSWORD) == KEYCARD_OK);
    CHECK(verdict(&policy, user, user_length, &token) == KEYCARD_POLICY_INCOMPLETE);
    policy.user_mark = &mark;
    CHECK(verdict(&policy, user, user_length, &token) == KEYCARD_OK);
    CHECK(verdict(&policy, service, service_length, &token) == KEYCARD_USER_MISSING);

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068;
    CHECK(keycard_policy_for_access_token(&policy, KEYCARD_FLOW_HYBRID) == KEYCARD_OK);
    CHECK(policy.profile == KEYCARD_PROFILE_ACCESS_TOKEN_RFC9068);
    policy.profile = KEYCARD_PROFILE_ID_TOKEN;
    CHECK(keycard_policy_for_access_token(&policy, KEYCARD_FLOW_HYBRID) == KEYCARD_POLICY_CONTRADICTION);
    CHECK(keycard_policy_for_access_token(NULL, KEYCARD_FLOW_HYBRID) == KEYCARD_NULL_POINTER);
}

void test_flows(const char *folder)
{
    test_recommendations();
    test_response_types();
    test_id_tokens(folder);
    test_refreshed_id_tokens(folder);
    test_access_tokens(folder);
}
