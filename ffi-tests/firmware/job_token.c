/* Validates an access token through the header, with keys from an image in flash, and reads a claim
 * of it. ALGORITHM is the algorithm of the token. With another AUDIENCE or a later time, it is
 * rejected. */

#include "keycard.h"
#include "keycard_keys.h"
#include "measure.h"

#ifndef AUDIENCE
#define AUDIENCE "api://default"
#endif
#ifndef NOW
#define NOW 1700000060
#endif

static const keycard_keys *keys;

int32_t load(const struct input *input)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;

    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    return keycard_keys_from_image((keycard_bytes){input->keys, 8 * input->key_words}, &rules, &keys, NULL);
}

int32_t job(const struct input *input)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;
    keycard_bytes client;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = ALGORITHM;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES(AUDIENCE);
    status = keycard_validate(keys, &policy, keycard_time_at(NOW), (keycard_bytes){input->text, input->text_length},
                              (keycard_buffer){input->scratch, input->scratch_length}, &token, NULL);
    if (status == KEYCARD_OK)
        status = keycard_claim_string(&token, KEYCARD_BYTES("cid"), &client);
    return status;
}
