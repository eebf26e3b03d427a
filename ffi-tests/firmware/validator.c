/* A firmware that validates access tokens of every algorithm that it was built with, and PKCE: it
 * accepts the valid ones, rejects the others, and exits with 0 only if it did. Its keys are in a
 * JSON document and in an image in flash. Its clock is correct, wrong or missing. */

#include "keycard.h"
#include "keycard_keys.h"
#include "keycard_pkce.h"
#include "keycard_validate.h"
#include "startup.h"
#include "vectors.h" /* CASES: struct vector. */

#include <string.h>

#define ISSUER "https://dev-1234567.okta.example/oauth2/default"
#define ISSUED 1700000000

#define COUNT (sizeof CASES / sizeof CASES[0])

static uint64_t BUFFER memory[1024];
static uint8_t BUFFER scratch[KEYCARD_SCRATCH_SIZE(8192)];
static int failures;

static void says(const struct vector *vector, const char *what, int holds)
{
    print(holds ? "ok      " : "FAILED  ");
    print(vector->name);
    print(" ");
    print(what);
    print("\n");
    failures += !holds;
}

/* Takes the place of hardware that verifies signatures. It accepts only one known signature. */
struct hardware {
    const struct vector *vector;
    unsigned asked;
};

static uint32_t verify(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                       keycard_bytes signature)
{
    struct hardware *hardware = (struct hardware *)context;
    const struct vector *vector = hardware->vector;
    const uint8_t *first = (const uint8_t *)signature.data;

    hardware->asked++;
    if (key_index != 0 || algorithm != vector->algorithm || signature.length == 0 || first[0] == 0)
        return 1;
    if (message.length > vector->token_length || memcmp(message.data, vector->token, message.length) != 0)
        return 0;
    return KEYCARD_SIGNATURE_IS_RIGHT;
}

static keycard_status verdict_with(const keycard_keys *keys, const struct vector *vector, int64_t now,
                                 keycard_verifier verifier, struct hardware *hardware)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = vector->algorithm;
    policy.issuer = KEYCARD_BYTES(ISSUER);
    policy.audience = KEYCARD_BYTES("api://default");
    return keycard_validate_with(keys, &policy, keycard_time_at(now),
                                 (keycard_bytes){vector->token, vector->token_length}, KEYCARD_BUFFER(scratch),
                                 verifier, hardware, &token, NULL);
}

static keycard_status verdict_of(const keycard_keys *keys, const struct vector *vector, keycard_time time,
                                 keycard_bytes audience, uint32_t flags)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;
    keycard_bytes client;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = vector->algorithm;
    policy.flags = flags;
    policy.issuer = KEYCARD_BYTES(ISSUER);
    policy.audience = audience;
    status = keycard_validate(keys, &policy, time, (keycard_bytes){vector->token, vector->token_length},
                              KEYCARD_BUFFER(scratch), &token, NULL);
    if (status == KEYCARD_OK)
        status = keycard_claim_string(&token, KEYCARD_BYTES("cid"), &client);
    return status;
}

/* Validates valid and invalid tokens, with keys from JSON and from the image. */
static void check_all(const keycard_keys *keys, const struct vector *vector)
{
    keycard_bytes ours = KEYCARD_BYTES("api://default"), another = KEYCARD_BYTES("api://another");
    keycard_time in_time = keycard_time_at(ISSUED + 60);
    struct vector altered = *vector;
    static char BUFFER text[8192];
    struct hardware hardware;
    size_t i;

    says(vector, "accepted", verdict_of(keys, vector, in_time, ours, 0) == KEYCARD_OK);
    says(vector, "expired", verdict_of(keys, vector, keycard_time_at(ISSUED + 3600), ours, 0) == KEYCARD_EXPIRED);
    says(vector, "another audience", verdict_of(keys, vector, in_time, another, 0) == KEYCARD_WRONG_AUDIENCE);

    /* Without a clock, a token is accepted only if the policy waives the time, and never if it has
     * surely expired. */
    says(vector, "no clock",
         verdict_of(keys, vector, keycard_time_unknown(ISSUED), ours, 0) == KEYCARD_TIME_UNAVAILABLE);
    says(vector, "clock not set",
         verdict_of(keys, vector, keycard_time_clock(0, ISSUED), ours, 0) == KEYCARD_TIME_UNAVAILABLE);
    says(vector, "no clock, and none asked for",
         verdict_of(keys, vector, keycard_time_unknown(ISSUED), ours, KEYCARD_WITHOUT_CLOCK) == KEYCARD_OK);
    says(vector, "no clock, and surely expired",
         verdict_of(keys, vector, keycard_time_unknown(ISSUED + 3600), ours, KEYCARD_WITHOUT_CLOCK) == KEYCARD_EXPIRED);

    for (i = 0; i < vector->token_length; i++)
        text[i] = vector->token[i];
    altered.token = text;
    text[vector->token_length / 2] ^= 1;
    /* The message is known, but the signature is not. */
    hardware.vector = vector;
    text[vector->token_length / 2] ^= 1;
    text[strcspn(vector->token, ".") + 2] ^= 1;
    hardware.asked = 0;
    says(vector, "by hardware", verdict_with(keys, vector, ISSUED + 60, verify, &hardware) == KEYCARD_OK);
    says(vector, "by hardware, expired",
         verdict_with(keys, vector, ISSUED + 3600, verify, &hardware) == KEYCARD_EXPIRED);
    says(vector, "by hardware, altered",
         verdict_with(keys, &altered, ISSUED + 60, verify, &hardware) != KEYCARD_OK);
    says(vector, "hardware asked", hardware.asked >= 2);
    text[strcspn(vector->token, ".") + 2] ^= 1;
    text[vector->token_length / 2] ^= 1;
    says(vector, "by no hardware",
         verdict_with(keys, vector, ISSUED + 60, NULL, &hardware) == KEYCARD_NULL_POINTER);

    says(vector, "altered", verdict_of(keys, &altered, in_time, ours, KEYCARD_WITHOUT_CLOCK) != KEYCARD_OK);
    text[vector->token_length / 2] ^= 1;
    altered.token_length--;
    says(vector, "cut short", verdict_of(keys, &altered, in_time, ours, KEYCARD_WITHOUT_CLOCK) != KEYCARD_OK);
}

static void check_vector(const struct vector *vector)
{
    keycard_key_rules secrets = KEYCARD_KEY_RULES_INIT;
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
    const keycard_keys *mapped;
    keycard_keys *keys;
    size_t count = 0;

    secrets.flags = KEYCARD_KEYS_ALLOW_SECRETS;
    says(vector, "key set",
         keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK &&
             keycard_keys_add_jwks_by(keys, &secrets, (keycard_bytes){vector->keys, vector->keys_length}, NULL) ==
                 KEYCARD_OK &&
             keycard_keys_count(keys, &count) == KEYCARD_OK && count == 1);
    check_all(keys, vector);

    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    rules.min_version = 7;
    says(vector, "image",
         keycard_keys_from_image((keycard_bytes){vector->image, vector->image_size}, &rules, &mapped, NULL) ==
             KEYCARD_OK);
    check_all(mapped, vector);
    rules.min_version = 8;
    says(vector, "image withdrawn",
         keycard_keys_from_image((keycard_bytes){vector->image, vector->image_size}, &rules, &mapped, NULL) ==
             KEYCARD_IMAGE_OUTDATED);
    says(vector, "image cut short",
         keycard_keys_from_image((keycard_bytes){vector->image, vector->image_size - 8}, &rules, &mapped, NULL) ==
             KEYCARD_IMAGE_TRUNCATED);
}

static void check_pkce(void)
{
    static const struct vector pkce = {"PKCE", 0, NULL, 0, NULL, 0, NULL, 0};
    keycard_bytes challenge = KEYCARD_BYTES("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    keycard_bytes verifier = KEYCARD_BYTES("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    keycard_bytes method = KEYCARD_BYTES("S256"), absent = KEYCARD_ABSENT;

    says(&pkce, "accepted", keycard_pkce_verify(challenge, method, verifier, 0) == KEYCARD_OK);
    says(&pkce, "mismatch", keycard_pkce_verify(challenge, method, challenge, 0) == KEYCARD_PKCE_MISMATCH);
    says(&pkce, "downgrade", keycard_pkce_verify(absent, absent, verifier, 0) == KEYCARD_PKCE_DOWNGRADE);
}

static void check_everything(void)
{
    const struct vector *vector;

    for (vector = CASES; vector < CASES + COUNT; vector++)
        check_vector(vector);
    check_pkce();
}

int main(void)
{
    uint32_t stack = stack_of(check_everything);

    print("stack   ");
    print_number(stack);
    print("\n");
    return failures != 0;
}
