/* The usage test: presentations of SD-JWTs. */

#include "files.h"
#include "usage.h"

/* The time, the names and the nonce of the presentation in sd_jwt.txt. */
#define PRESENTED_AT 1770000000
#define PID_ISSUER "https://pid.example"
#define KIOSK "https://kiosk.example"
#define KIOSK_NONCE "n-0S6_WzA2Mj"
#define DISCLOSED 10

static const keycard_bytes absent = KEYCARD_ABSENT;
static const keycard_bytes nonces[] = {KEYCARD_BYTES_INIT("of the minute before"), KEYCARD_BYTES_INIT(KIOSK_NONCE)};

static char presentation[LONGEST], key_text[LONGEST];
static size_t presentation_length, key_length;
static uint64_t key_memory[64];
static uint8_t large[KEYCARD_SD_JWT_SCRATCH_SIZE(LONGEST, 16)];

static keycard_policy credential_policy(void)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;

    policy.profile = KEYCARD_PROFILE_SD_JWT;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES(PID_ISSUER);
    policy.flags = KEYCARD_WITHOUT_AUDIENCE;
    return policy;
}

static keycard_key_binding required_binding(void)
{
    keycard_key_binding binding = KEYCARD_KEY_BINDING_INIT;

    binding.mode = KEYCARD_KEY_BINDING_REQUIRED;
    binding.algorithms = KEYCARD_ES256;
    binding.window = 60;
    binding.leeway = 5;
    binding.audience = KEYCARD_BYTES(KIOSK);
    binding.nonces = nonces;
    binding.nonce_count = 2;
    return binding;
}

static keycard_keys *issuer_keys(void)
{
    keycard_keys *keys;

    CHECK(keycard_keys_init(key_memory, sizeof key_memory, &keys) == KEYCARD_OK);
    CHECK(keycard_keys_add_jwks(keys, BYTES(key_text, key_length), NULL) == KEYCARD_OK);
    return keys;
}

static keycard_status present(const keycard_key_binding *binding, size_t length, keycard_token *token,
                              keycard_detail *detail)
{
    const keycard_policy policy = credential_policy();
    keycard_status status = keycard_sd_jwt_validate(issuer_keys(), &policy, binding, keycard_time_at(PRESENTED_AT),
                                                    BYTES(presentation, length), KEYCARD_BUFFER(large), token, detail);

    CHECK(status == KEYCARD_OK || all_zero(token, sizeof *token));
    CHECK(detail->status == status);
    return status;
}

static keycard_status presented(const keycard_key_binding *binding)
{
    keycard_token token;
    keycard_detail detail;

    memset(&token, 0x55, sizeof token);
    return present(binding, presentation_length, &token, &detail);
}

/* The length up to the last tilde: the presentation without its Key Binding JWT. */
static size_t length_without_binding(void)
{
    size_t length = presentation_length;

    while (length > 0 && presentation[length - 1] != '~')
        length--;
    return length;
}

static void test_presentation(void)
{
    keycard_key_binding binding = required_binding();
    keycard_token token;
    keycard_detail detail;
    keycard_bytes text;
    bool is_adult = false;
    char json[4096];
    size_t length, at;

    CHECK(present(&binding, presentation_length, &token, &detail) == KEYCARD_OK);
    CHECK((token.checks_passed & KEYCARD_CHECK_KEY_BINDING) != 0 && token.algorithm == KEYCARD_ES256);
    CHECK(keycard_claim_boolean(&token, KEYCARD_BYTES("age_over_18"), &is_adult) == KEYCARD_OK && is_adult);
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("birthdate"), &text) == KEYCARD_OK && same(text, "1999-12-31"));
    CHECK(keycard_claim_string(&token, KEYCARD_BYTES("_sd_alg"), &text) == KEYCARD_CLAIM_MISSING);
    CHECK(keycard_claims_json(&token, KEYCARD_BUFFER(json), &length) == KEYCARD_OK);
    for (at = 0; at + 4 < length; at++)
        CHECK(memcmp(json + at, "\"_sd", 4) != 0);

    /* The Key Binding JWT is stripped, or covers other disclosures. */
    CHECK(present(&binding, length_without_binding(), &token, &detail) == KEYCARD_KEY_BINDING_MISSING);
    CHECK(detail.stage == KEYCARD_STAGE_PROOF);
    CHECK(keycard_claim_boolean(&token, KEYCARD_BYTES("age_over_18"), &is_adult) == KEYCARD_STALE && !is_adult);
    at = length_without_binding() - 3;
    presentation[at] ^= 1;
    CHECK(present(&binding, presentation_length, &token, &detail) != KEYCARD_OK);
    CHECK(detail.stage == KEYCARD_STAGE_DISCLOSURE);
    CHECK(all_zero(large, keycard_sd_jwt_scratch_size(presentation_length, DISCLOSED)));
    presentation[at] ^= 1;

    binding.audience = KEYCARD_BYTES("https://other.example");
    CHECK(present(&binding, presentation_length, &token, &detail) == KEYCARD_WRONG_AUDIENCE);
    CHECK(detail.stage == KEYCARD_STAGE_PROOF && same(detail.member, "aud"));
    binding = required_binding();
    binding.nonce_count = 1;
    CHECK(presented(&binding) == KEYCARD_WRONG_NONCE);
    binding = required_binding();
    binding.window = 9;
    binding.leeway = 0;
    CHECK(presented(&binding) == KEYCARD_PROOF_TOO_OLD);
    binding = required_binding();
    binding.algorithms = KEYCARD_ES384;
    CHECK(presented(&binding) == KEYCARD_ALGORITHM_NOT_ALLOWED);
}

static void test_modes_of_key_binding(void)
{
    keycard_key_binding binding = required_binding(), forbidden = KEYCARD_KEY_BINDING_INIT;
    keycard_token token;
    keycard_detail detail;
    unsigned mode;

    binding.mode = KEYCARD_KEY_BINDING_ALLOWED;
    CHECK(presented(&binding) == KEYCARD_OK);
    CHECK(present(&binding, length_without_binding(), &token, &detail) == KEYCARD_OK);
    CHECK((token.checks_passed & KEYCARD_CHECK_KEY_BINDING) == 0);
    CHECK((token.checks_vacuous & KEYCARD_CHECK_KEY_BINDING) != 0);
    forbidden.mode = KEYCARD_KEY_BINDING_FORBIDDEN;
    CHECK(presented(&forbidden) == KEYCARD_KEY_BINDING_UNEXPECTED);
    /* The credential is bound to a key, and nothing proves it. */
    CHECK(present(&forbidden, length_without_binding(), &token, &detail) != KEYCARD_OK);

    /* A rule that would have no effect is an error. */
    binding = forbidden;
    binding.window = 60;
    CHECK(presented(&binding) == KEYCARD_POLICY_CONTRADICTION);
    binding = forbidden;
    binding.audience = KEYCARD_BYTES(KIOSK);
    CHECK(presented(&binding) == KEYCARD_POLICY_CONTRADICTION);
    binding = forbidden;
    binding.nonces = nonces;
    CHECK(presented(&binding) == KEYCARD_POLICY_CONTRADICTION);
    binding = required_binding();
    binding.mode = 0;
    CHECK(presented(&binding) == KEYCARD_POLICY_INCOMPLETE);
    for (mode = 4; mode != 0; mode <<= 1) {
        binding.mode = mode;
        CHECK(presented(&binding) == KEYCARD_UNSUPPORTED_POLICY);
    }
}

static void test_misuse_of_presentations(void)
{
    const keycard_keys *keys = issuer_keys();
    const keycard_time now = keycard_time_at(PRESENTED_AT);
    const keycard_bytes text = BYTES(presentation, presentation_length);
    keycard_key_binding binding = required_binding();
    keycard_policy policy = credential_policy();
    keycard_token token;
    keycard_detail detail;
    struct {
        keycard_key_binding binding;
        unsigned char newer[8];
    } longer;
    size_t length, enough;

    binding.audience = absent;
    CHECK(presented(&binding) == KEYCARD_POLICY_EMPTY);
    binding = required_binding();
    binding.audience = KEYCARD_BYTES("\xff");
    CHECK(presented(&binding) == KEYCARD_NOT_TEXT);
    binding = required_binding();
    binding.nonces = NULL;
    CHECK(presented(&binding) == KEYCARD_NULL_POINTER);
    binding.nonce_count = 0;
    CHECK(presented(&binding) == KEYCARD_POLICY_INCOMPLETE);
    binding = required_binding();
    binding.algorithms = 0;
    CHECK(presented(&binding) == KEYCARD_POLICY_INCOMPLETE);
    binding.algorithms = KEYCARD_ES256 | KEYCARD_HS256;
    CHECK(presented(&binding) == KEYCARD_POLICY_CONTRADICTION);
    binding.algorithms = KEYCARD_ES256 | (uint32_t)1 << 31;
    CHECK(presented(&binding) == KEYCARD_UNSUPPORTED_POLICY);
    binding = required_binding();
    binding.leeway = 601;
    CHECK(presented(&binding) == KEYCARD_LEEWAY_TOO_LONG);
    binding = required_binding();
    binding.struct_size--;
    CHECK(presented(&binding) == KEYCARD_STRUCT_SIZE);
    memset(&longer, 0, sizeof longer);
    longer.binding = required_binding();
    longer.binding.struct_size = sizeof longer;
    CHECK(presented(&longer.binding) == KEYCARD_OK);
    longer.newer[7] = 1;
    CHECK(presented(&longer.binding) == KEYCARD_UNSUPPORTED_POLICY);
    CHECK(keycard_key_binding_init(&binding, sizeof binding) == KEYCARD_OK);
    CHECK(presented(&binding) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(keycard_key_binding_init(&binding, sizeof binding - 1) == KEYCARD_STRUCT_SIZE);

    /* keycard_validate takes no policy for presentations, and this call takes no other. */
    binding = required_binding();
    CHECK(keycard_validate(keys, &policy, now, text, KEYCARD_BUFFER(large), &token, &detail) != KEYCARD_OK);
    policy.profile = KEYCARD_PROFILE_JWT;
    CHECK(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, KEYCARD_BUFFER(large), &token, &detail) ==
          KEYCARD_POLICY_CONTRADICTION);
    CHECK(detail.stage == KEYCARD_STAGE_USAGE);
    policy = credential_policy();
    policy.issuer = KEYCARD_BYTES(KIOSK);
    CHECK(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, KEYCARD_BUFFER(large), &token, &detail) ==
          KEYCARD_WRONG_ISSUER);

    /* The detail says how much scratch is enough. */
    policy = credential_policy();
    CHECK(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, BUFFER(NULL, 0), &token, &detail) ==
          KEYCARD_SCRATCH_TOO_SMALL);
    enough = detail.needed;
    CHECK(enough <= KEYCARD_SD_JWT_SCRATCH_SIZE(presentation_length, DISCLOSED));
    CHECK(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, BUFFER(large, enough - 1), &token, &detail) ==
          KEYCARD_SCRATCH_TOO_SMALL);
    CHECK(detail.needed == enough && all_zero(large, enough - 1));
    CHECK(keycard_sd_jwt_validate(keys, &policy, &binding, now, text, BUFFER(large, enough), &token, &detail) ==
          KEYCARD_OK);
    for (length = 0; length < KEYCARD_MAX_TOKEN_LENGTH + 4000; length += 7) {
        enough = keycard_sd_jwt_scratch_size(length, length / 9);
        if (enough != KEYCARD_SD_JWT_SCRATCH_SIZE(length, length / 9)) {
            CHECK(enough == KEYCARD_SD_JWT_SCRATCH_SIZE(length, length / 9));
            break;
        }
    }
}

void test_sd_jwt(const char *folder)
{
    presentation_length = read_file(folder, "sd_jwt.txt", presentation, sizeof presentation);
    key_length = read_file(folder, "sd_jwt_keys.json", key_text, sizeof key_text);
    test_presentation();
    test_modes_of_key_binding();
    test_misuse_of_presentations();
}
