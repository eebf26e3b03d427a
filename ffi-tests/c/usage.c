/* Calls every function of keycard.h, correctly and incorrectly. Compiles as C99 and as C++17.
 *
 * usage FOLDER, where FOLDER is tests/vectors/demo. Exits with 1 and a line for each check that
 * fails. */

#include "files.h"
#include "usage.h"

static int failures;

void check(int holds, const char *what, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
        failures++;
    }
}

char jwt[LONGEST], jwks[LONGEST], jws[LONGEST];
size_t jwt_length, jwks_length, jws_length;
uint64_t memory[128];
uint8_t scratch[KEYCARD_SCRATCH_SIZE(2048)];

int same(keycard_bytes text, const char *expected)
{
    return text.data != NULL && text.length == strlen(expected) &&
           memcmp(text.data, expected, text.length) == 0;
}

int all_zero(const void *data, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t at;

    for (at = 0; at < length; at++)
        if (bytes[at] != 0)
            return 0;
    return 1;
}

keycard_keys *loaded_keys(void)
{
    keycard_keys *keys;

    CHECK(keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(jwks, jwks_length), NULL) == KEYCARD_OK);
    return keys;
}

keycard_policy access_policy(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256 | KEYCARD_ES256 | KEYCARD_ML_DSA_65;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    return policy;
}

keycard_status validate(const keycard_keys *keys, const keycard_policy *policy,
                               keycard_token *token, keycard_detail *detail)
{
    return keycard_validate(keys, policy, keycard_time_at(NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch), token,
                            detail);
}

keycard_status status_of(const keycard_policy *policy)
{
    keycard_token token;

    return validate(loaded_keys(), policy, &token, NULL);
}

static void test_accepted_token(void)
{
    keycard_keys *keys = loaded_keys();
    keycard_policy policy = access_policy();
    keycard_token token, copy;
    keycard_detail detail;
    keycard_bytes text, path[2];
    keycard_value value;
    keycard_bytes scopes[2];
    int64_t number;
    bool boolean;
    size_t length;
    char json[1024];

    scopes[0] = KEYCARD_BYTES("telemetry:read");
    scopes[1] = KEYCARD_BYTES("telemetry:write");
    policy.scopes = scopes;
    policy.scope_count = 2;
    CHECK(validate(keys, &policy, &token, &detail) == KEYCARD_OK);
    CHECK(detail.status == KEYCARD_OK && detail.member.data == NULL && detail.rule == -1);
    CHECK(token.algorithm == KEYCARD_RS256 && token.key_index == 0);
    CHECK((token.checks_passed & KEYCARD_CHECK_AUDIENCE) != 0);
    CHECK((token.checks_passed & KEYCARD_CHECK_SCOPES) != 0);
    CHECK((token.checks_passed & KEYCARD_CHECK_NONCE) == 0 && token.checks_waived == 0);
    CHECK(token.checks_vacuous == KEYCARD_CHECK_NOT_BEFORE);

    copy = token;
    CHECK(keycard_claim_string(&copy, KEYCARD_BYTES("cid"), &text) == KEYCARD_OK);
    CHECK(same(text, "0oa2mv8c5m9Hd6q2t5d7"));
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("iss"), &text) == KEYCARD_OK);
    CHECK(same(text, "https://dev-1234567.okta.example/oauth2/default"));
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("ver"), &text) == KEYCARD_CLAIM_TYPE);
    CHECK(text.data == NULL && text.length == 0);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("absent"), &text) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_claim_string(NULL, KEYCARD_BYTES("cid"), &text) == KEYCARD_NULL_POINTER);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("cid"), NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_claim_integer(&token, KEYCARD_BYTES("ver"), &number) == KEYCARD_OK && number == 1);
    CHECK(keycard_claim_integer(&token, KEYCARD_BYTES("cid"), &number) == KEYCARD_CLAIM_TYPE);
    CHECK(number == 0);
    CHECK(keycard_claim_time(&token, KEYCARD_BYTES("exp"), &number) == KEYCARD_OK);
    CHECK(number == 1700003600);
    CHECK(keycard_claim_boolean(&token, KEYCARD_BYTES("ver"), &boolean) == KEYCARD_CLAIM_TYPE);

    path[0] = KEYCARD_BYTES("scp");
    path[1] = KEYCARD_BYTES("telemetry:write");
    CHECK(keycard_claim_find(&token, path, 1, &value) == KEYCARD_OK);
    CHECK(value.kind == KEYCARD_KIND_ARRAY);
    path[1] = KEYCARD_BYTES("exp");
    CHECK(keycard_claim_find(&token, &path[1], 1, &value) == KEYCARD_OK);
    CHECK(keycard_value_time(&value, &number) == KEYCARD_OK && number == 1700003600);
    CHECK(keycard_value_time(&value, NULL) == KEYCARD_NULL_POINTER);
    path[1] = KEYCARD_BYTES("telemetry:write");
    CHECK(keycard_claim_find(&token, path, 2, &value) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_claim_find(&token, NULL, 1, &value) == KEYCARD_NULL_POINTER);
    CHECK(keycard_claim_find(&token, NULL, 0, &value) == KEYCARD_OK);
    CHECK(value.kind == KEYCARD_KIND_OBJECT);

    CHECK(keycard_claims_json(&token, KEYCARD_BUFFER(json), &length) == KEYCARD_OK);
    CHECK(length < sizeof json && json[0] == '{' && json[length - 1] == '}');
    CHECK(memchr(json, '\n', length) == NULL);
    memset(json, 'x', sizeof json);
    CHECK(keycard_claims_json(&token, BUFFER(json, length - 1), &length) == KEYCARD_BUFFER_TOO_SMALL);
    CHECK(json[0] == 'x' && length > 100);
    CHECK(keycard_claims_json(&token, BUFFER(NULL, 0), &length) == KEYCARD_BUFFER_TOO_SMALL);
    CHECK(keycard_claims_json(&token, KEYCARD_BUFFER(scratch), &length) == KEYCARD_OVERLAP);
    CHECK(keycard_token_payload(&token, &text) == KEYCARD_PAYLOAD_NOT_OPAQUE);
    CHECK(text.data == NULL && text.length == 0);
}

/* keycard_validate_access_token has the verdicts of keycard_validate. */
static void test_access_token(void)
{
    const keycard_bytes issuer = access_policy().issuer, audience = access_policy().audience;
    const keycard_bytes token_text = BYTES(jwt, jwt_length);
    const keycard_keys *keys = loaded_keys();
    keycard_token token;
    keycard_detail detail;
    keycard_bytes text;

#define VERDICT(issuer, audience, algorithms, seconds)                                                                 \
    keycard_validate_access_token(keys, issuer, audience, algorithms, keycard_time_at(seconds), token_text,            \
                                  KEYCARD_BUFFER(scratch), &token, &detail)

    CHECK(VERDICT(issuer, audience, KEYCARD_RS256, NOW) == KEYCARD_OK && detail.status == KEYCARD_OK);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("cid"), &text) == KEYCARD_OK);
    CHECK(same(text, "0oa2mv8c5m9Hd6q2t5d7"));
    CHECK(VERDICT(audience, issuer, KEYCARD_RS256, NOW) == KEYCARD_WRONG_ISSUER);
    CHECK(all_zero(&token, sizeof token) && detail.stage == KEYCARD_STAGE_CLAIMS);
    CHECK(VERDICT(issuer, issuer, KEYCARD_RS256, NOW) == KEYCARD_WRONG_AUDIENCE);
    CHECK(VERDICT(issuer, audience, KEYCARD_ES256, NOW) == KEYCARD_ALGORITHM_NOT_ALLOWED);
    CHECK(VERDICT(issuer, audience, 0, NOW) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(VERDICT(issuer, audience, UINT32_MAX, NOW) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(VERDICT(KEYCARD_BYTES(""), audience, KEYCARD_RS256, NOW) == KEYCARD_POLICY_EMPTY);
    CHECK(VERDICT(issuer, KEYCARD_BYTES(""), KEYCARD_RS256, NOW) == KEYCARD_POLICY_EMPTY);
    CHECK(VERDICT(issuer, audience, KEYCARD_RS256, NOW + 3600) == KEYCARD_EXPIRED);
    jwt[jwt_length - 20] ^= 1;
    CHECK(VERDICT(issuer, audience, KEYCARD_RS256, NOW) == KEYCARD_SIGNATURE_INVALID);
    jwt[jwt_length - 20] ^= 1;
}

struct hardware {
    uint32_t answer;
    unsigned asked;
};

static uint32_t answer(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                       keycard_bytes signature)
{
    struct hardware *hardware = (struct hardware *)context;

    hardware->asked++;
    CHECK(key_index == 0 && algorithm == KEYCARD_RS256 && signature.data != NULL && signature.length == 256);
    /* The length of the last dot and of the 342 characters of the signature. */
    CHECK(message.length == jwt_length - 343 && memcmp(message.data, jwt, message.length) == 0);
    return hardware->answer;
}

/* A function that stands for hardware verifies the signature, and only one return value means
 * valid. The library does all other checks. */
static void test_hardware(void)
{
    static const uint32_t no[] = {0, 1, 2, UINT32_MAX, KEYCARD_SIGNATURE_IS_RIGHT + 1, KEYCARD_SIGNATURE_IS_RIGHT ^ 1U << 31};
    const keycard_keys *keys = loaded_keys();
    keycard_policy policy = access_policy();
    struct hardware hardware = {KEYCARD_SIGNATURE_IS_RIGHT, 0};
    keycard_token token;
    size_t at;

    CHECK(keycard_validate_with(keys, &policy, keycard_time_at(NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch),
                                answer, &hardware, &token, NULL) == KEYCARD_OK);
    CHECK(hardware.asked == 1 && token.algorithm == KEYCARD_RS256);
    for (at = 0; at < sizeof no / sizeof no[0]; at++) {
        hardware.answer = no[at];
        CHECK(keycard_validate_with(keys, &policy, keycard_time_at(NOW), BYTES(jwt, jwt_length),
                                    KEYCARD_BUFFER(scratch), answer, &hardware, &token,
                                    NULL) == KEYCARD_SIGNATURE_INVALID);
        CHECK(all_zero(&token, sizeof token));
    }
    hardware.answer = KEYCARD_SIGNATURE_IS_RIGHT;
    policy.audience = KEYCARD_BYTES("api://other");
    CHECK(keycard_validate_with(keys, &policy, keycard_time_at(NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch),
                                answer, &hardware, &token, NULL) == KEYCARD_WRONG_AUDIENCE);
}

static void test_plain_jws(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;
    keycard_bytes text;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_JWS;
    policy.algorithms = KEYCARD_RS256;
    status = keycard_validate(loaded_keys(), &policy, keycard_time_at(NOW), BYTES(jws, jws_length),
                              KEYCARD_BUFFER(scratch), &token, NULL);
    CHECK(status == KEYCARD_OK);
    CHECK(keycard_token_payload(&token, &text) == KEYCARD_OK);
    CHECK(text.length == 14 && memcmp(text.data, "\x00\x01 any bytes \xff", 14) == 0);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("iss"), &text) == KEYCARD_CLAIM_MISSING);
    policy.issuer = KEYCARD_BYTES("issuer");
    CHECK(status_of(&policy) == KEYCARD_POLICY_CONTRADICTION);
}

/* Uses one scratch for two tokens: one with claims and one with an opaque payload, in both orders.
 * */
static void test_reuse_as_another_kind(void)
{
    const keycard_keys *keys = loaded_keys();
    const keycard_policy claims = access_policy();
    keycard_policy opaque = KEYCARD_POLICY_INIT;
    keycard_token with_claims, with_bytes;
    keycard_bytes text;

    opaque.profile = KEYCARD_PROFILE_JWS;
    opaque.algorithms = KEYCARD_RS256;
    CHECK(validate(keys, &claims, &with_claims, NULL) == KEYCARD_OK);
    CHECK(validate(keys, &opaque, &with_bytes, NULL) == KEYCARD_OK);
    CHECK(keycard_claim_string(&with_claims, KEYCARD_BYTES("cid"), &text) == KEYCARD_STALE);
    CHECK(keycard_token_payload(&with_bytes, &text) == KEYCARD_OK);
    CHECK(validate(keys, &claims, &with_claims, NULL) == KEYCARD_OK);
    CHECK(keycard_token_payload(&with_bytes, &text) == KEYCARD_STALE);
    CHECK(keycard_claim_string(&with_claims, KEYCARD_BYTES("cid"), &text) == KEYCARD_OK);
}

static void test_rejections(void)
{
    keycard_keys *keys = loaded_keys();
    keycard_policy policy = access_policy();
    keycard_token token;
    keycard_detail detail;
    keycard_bytes text;
    keycard_status status;

    policy.audience = KEYCARD_BYTES("api://other");
    memset(scratch, 'x', sizeof scratch);
    memset(&token, 'x', sizeof token);
    CHECK(validate(keys, &policy, &token, &detail) == KEYCARD_WRONG_AUDIENCE);
    CHECK(detail.status == KEYCARD_WRONG_AUDIENCE && detail.stage == KEYCARD_STAGE_CLAIMS);
    CHECK(same(detail.member, "aud"));
    CHECK(all_zero(scratch, keycard_scratch_size(jwt_length)));
    CHECK(all_zero(&token, sizeof token));
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("cid"), &text) == KEYCARD_STALE);

    policy = access_policy();
    status = keycard_validate(keys, &policy, keycard_time_at(NOW + 3600), BYTES(jwt, jwt_length),
                              KEYCARD_BUFFER(scratch), &token, &detail);
    CHECK(status == KEYCARD_EXPIRED && detail.stage == KEYCARD_STAGE_TIME);
    status = keycard_validate(keys, &policy, keycard_time_unknown(NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch),
                              &token, &detail);
    CHECK(status == KEYCARD_TIME_UNAVAILABLE);
    status = keycard_validate(keys, &policy, keycard_time_clock(0, NOW), BYTES(jwt, jwt_length),
                              KEYCARD_BUFFER(scratch), &token, &detail);
    CHECK(status == KEYCARD_TIME_UNAVAILABLE);
    policy.flags = KEYCARD_WITHOUT_CLOCK;
    status = keycard_validate(keys, &policy, keycard_time_unknown(NOW), BYTES(jwt, jwt_length), KEYCARD_BUFFER(scratch),
                              &token, &detail);
    CHECK(status == KEYCARD_OK && (token.checks_vacuous & KEYCARD_CHECK_EXPIRY) != 0);

    policy = access_policy();
    jwt[jwt_length - 20] ^= 1;
    status = validate(keys, &policy, &token, &detail);
    CHECK(status == KEYCARD_SIGNATURE_INVALID && detail.stage == KEYCARD_STAGE_SIGNATURE);
    jwt[jwt_length - 20] ^= 1;
    jwt[jwt_length - 20] ^= 0x80;
    status = validate(keys, &policy, &token, &detail);
    CHECK(status == KEYCARD_BASE64_CHARACTER && detail.has_offset);
    CHECK(detail.offset == jwt_length - 20);
    jwt[jwt_length - 20] ^= 0x80;
    status =
        keycard_validate(keys, &policy, keycard_time_at(NOW), BYTES(jwt, 0), KEYCARD_BUFFER(scratch), &token, &detail);
    CHECK(status == KEYCARD_TOKEN_PARTS);
}

static void test_misuse_of_validate(void)
{
    keycard_keys *keys = loaded_keys();
    keycard_policy policy = access_policy();
    keycard_time no_time = {0, 0, 0, 0};
    keycard_token token;
    keycard_detail detail;
    union {
        uint64_t aligned[128];
        char bytes[1024];
    } buffer;
    const keycard_time now = keycard_time_at(NOW);
    const size_t size = sizeof scratch;
    keycard_status status;

    CHECK(keycard_validate(NULL, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, &detail) ==
          KEYCARD_NULL_POINTER);
    CHECK(detail.status == KEYCARD_NULL_POINTER && detail.stage == KEYCARD_STAGE_USAGE);
    CHECK(keycard_validate(keys, NULL, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, &detail) ==
          KEYCARD_NULL_POINTER);
    CHECK(keycard_validate(keys, &policy, now, BYTES(NULL, jwt_length), BUFFER(scratch, size), &token, &detail) ==
          KEYCARD_NULL_POINTER);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(NULL, size), &token, &detail) ==
          KEYCARD_NULL_POINTER);
    memset(scratch, 0, size);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), NULL, &detail) ==
          KEYCARD_NULL_POINTER);
    CHECK(all_zero(scratch, size));
    /* A string that has a length but no address does not count as absent. */
    policy.subject.length = 5;
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, &detail) ==
          KEYCARD_NULL_POINTER);
    policy.subject.length = 0;
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, NULL) ==
          KEYCARD_OK);
    CHECK(keycard_validate(keys, &policy, no_time, BYTES(jwt, jwt_length), BUFFER(scratch, size), &token, NULL) ==
          KEYCARD_TIME_KIND);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, SIZE_MAX), BUFFER(scratch, size), &token, NULL) ==
          KEYCARD_BAD_MEMORY);

    /* If the scratch is too small or empty, the detail has the required size. */
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(scratch, 100), &token, &detail) ==
          KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == KEYCARD_SCRATCH_SIZE(jwt_length));
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(NULL, 0), &token, &detail) ==
          KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == keycard_scratch_size(jwt_length));

    /* An output must not overlap an input or another output. */
    memcpy(scratch, jwt, jwt_length);
    CHECK(keycard_validate(keys, &policy, now, BYTES(scratch, jwt_length), BUFFER(scratch, size), &token, NULL) ==
          KEYCARD_OVERLAP);
    CHECK(memcmp(scratch, jwt, jwt_length) == 0);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), KEYCARD_BUFFER(memory), &token, NULL) ==
          KEYCARD_OVERLAP);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(&policy, sizeof policy), &token, NULL) ==
          KEYCARD_OVERLAP);
    CHECK(keycard_validate(keys, &policy, now, BYTES(jwt, jwt_length), BUFFER(&token, sizeof token), &token, NULL) ==
          KEYCARD_OVERLAP);
    policy.issuer.data = scratch + 16;
    CHECK(validate(keys, &policy, &token, NULL) == KEYCARD_OVERLAP);

    /* Unaligned structures are not read. */
    policy = access_policy();
    memcpy(buffer.bytes + 1, &no_time, sizeof no_time);
    status = keycard_validate(keys, (const keycard_policy *)(void *)(buffer.bytes + 1), now, BYTES(jwt, jwt_length),
                              BUFFER(scratch, size), &token, NULL);
    CHECK(status == KEYCARD_BAD_MEMORY);
}

static void test_pkce(void)
{
    static const uint8_t random32[32] = {116, 24,  223, 180, 151, 153, 224, 37, 79,  250, 96,
                                         125, 216, 173, 187, 186, 22,  212, 37, 77,  105, 214,
                                         191, 240, 91,  88,  5,   88,  83,  132, 141, 121};
    char verifier43[KEYCARD_PKCE_LENGTH], challenge43[KEYCARD_PKCE_LENGTH], spoiled[KEYCARD_PKCE_LENGTH];
    keycard_bytes challenge, verifier, method = KEYCARD_BYTES("S256"), plain = KEYCARD_BYTES("plain");
    keycard_bytes absent = KEYCARD_ABSENT, empty = KEYCARD_BYTES("");

    CHECK(keycard_pkce_verifier(random32, verifier43) == KEYCARD_OK);
    CHECK(memcmp(verifier43, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 43) == 0);
    CHECK(keycard_pkce_challenge(BYTES(verifier43, 43), challenge43) == KEYCARD_OK);
    CHECK(memcmp(challenge43, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", 43) == 0);
    memset(spoiled, 'x', sizeof spoiled);
    CHECK(keycard_pkce_challenge(BYTES(verifier43, 42), spoiled) == KEYCARD_CODE_VERIFIER_MALFORMED);
    CHECK(all_zero(spoiled, sizeof spoiled));
    CHECK(keycard_pkce_challenge(BYTES(NULL, 43), spoiled) == KEYCARD_NULL_POINTER);
    CHECK(keycard_pkce_challenge(BYTES(verifier43, 43), NULL) == KEYCARD_NULL_POINTER);
    CHECK(keycard_pkce_challenge(BYTES(verifier43, 43), verifier43) == KEYCARD_OVERLAP);
    CHECK(verifier43[0] == 'd');
    CHECK(keycard_pkce_verifier(NULL, spoiled) == KEYCARD_NULL_POINTER);
    CHECK(keycard_pkce_verifier(random32, NULL) == KEYCARD_NULL_POINTER);

    challenge.data = challenge43;
    challenge.length = 43;
    verifier.data = verifier43;
    verifier.length = 43;
    CHECK(keycard_pkce_verify(challenge, method, verifier, 0) == KEYCARD_OK);
    CHECK(keycard_pkce_verify(challenge, method, challenge, 0) == KEYCARD_PKCE_MISMATCH);
    CHECK(keycard_pkce_verify(challenge, method, absent, 0) == KEYCARD_PKCE_DOWNGRADE);
    CHECK(keycard_pkce_verify(absent, absent, verifier, 0) == KEYCARD_PKCE_DOWNGRADE);
    CHECK(keycard_pkce_verify(absent, method, absent, KEYCARD_PKCE_OPTIONAL) ==
          KEYCARD_CODE_CHALLENGE_MALFORMED);
    CHECK(keycard_pkce_verify(absent, absent, absent, 0) == KEYCARD_PKCE_MISSING);
    CHECK(keycard_pkce_verify(absent, absent, absent, KEYCARD_PKCE_OPTIONAL) == KEYCARD_PKCE_NOT_USED);
    CHECK(keycard_pkce_verify(challenge, method, empty, 0) == KEYCARD_CODE_VERIFIER_MALFORMED);
    CHECK(keycard_pkce_verify(empty, method, verifier, 0) == KEYCARD_CODE_CHALLENGE_MALFORMED);
    CHECK(keycard_pkce_verify(challenge, empty, verifier, 0) == KEYCARD_CODE_CHALLENGE_METHOD);
    CHECK(keycard_pkce_verify(verifier, plain, verifier, 0) == KEYCARD_PKCE_DOWNGRADE);
    CHECK(keycard_pkce_verify(verifier, plain, verifier, KEYCARD_PKCE_ALLOW_PLAIN) == KEYCARD_OK);
    CHECK(keycard_pkce_verify(verifier, absent, verifier, KEYCARD_PKCE_ALLOW_PLAIN) == KEYCARD_OK);
    CHECK(keycard_pkce_verify(challenge, method, verifier, 4) == KEYCARD_UNSUPPORTED_POLICY);
}

static void test_texts_and_sizes(void)
{
    size_t length;

    CHECK(strcmp(keycard_status_text(KEYCARD_OK), "accepted") == 0);
    CHECK(strcmp(keycard_status_text(KEYCARD_EXPIRED), "the token has expired") == 0);
    CHECK(strcmp(keycard_status_text(-1), "not a status") == 0);
    CHECK(strlen(keycard_status_text(KEYCARD_PKCE_NOT_USED)) > 0);
    CHECK(same(keycard_stage_name(KEYCARD_STAGE_USAGE), "usage"));
    CHECK(same(keycard_stage_name(KEYCARD_STAGE_KEY_SET), "key set"));
    CHECK(keycard_stage_name(KEYCARD_STAGE_DISCLOSURE + 1).data == NULL);
    CHECK(same(keycard_check_name(KEYCARD_CHECK_ACCESS_TOKEN_HASH), "access token hash"));
    CHECK(keycard_check_name(KEYCARD_CHECK_ISSUER | KEYCARD_CHECK_AUDIENCE).data == NULL);
    CHECK(keycard_check_name(0).data == NULL);
    CHECK(same(keycard_string("sub"), "sub"));
    CHECK(same(keycard_string(""), "") && keycard_string("").data != NULL);
    CHECK(keycard_string(NULL).data == NULL && keycard_string(NULL).length > 0);
    CHECK(keycard_version()[0] >= '0' && keycard_version()[0] <= '9');
    for (length = 0; length < KEYCARD_MAX_TOKEN_LENGTH + 4000; length++)
        if (keycard_scratch_size(length) != KEYCARD_SCRATCH_SIZE(length)) {
            CHECK(keycard_scratch_size(length) == KEYCARD_SCRATCH_SIZE(length));
            break;
        }
    CHECK(keycard_scratch_size(SIZE_MAX) == KEYCARD_SCRATCH_SIZE(SIZE_MAX));
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: usage FOLDER\n");
        return 2;
    }
    jwt_length = read_file(arguments[1], "access_token.jwt", jwt, sizeof jwt);
    jwks_length = read_file(arguments[1], "keys.json", jwks, sizeof jwks);
    jws_length = read_file(arguments[1], "payload.jws", jws, sizeof jws);
    test_keys();
    test_other_key_formats();
    test_image();
    test_accepted_token();
    test_access_token();
    test_claims(arguments[1]);
    test_bounds();
    test_hardware();
    test_plain_jws();
    test_reuse_as_another_kind();
    test_rejections();
    test_misuse_of_validate();
    test_policy();
    test_trust();
    test_policy_of_client_and_user();
    test_policy_of_authentication();
    test_stale_token();
    test_flows(arguments[1]);
    test_pkce();
    test_dpop(arguments[1]);
    test_sd_jwt(arguments[1]);
    test_texts_and_sizes();
    if (failures == 0)
        printf("usage: every check holds\n");
    return failures == 0 ? 0 : 1;
}
