/* Like job_token.c, by keycard_validate_access_token: it links no rule but issuer, audience and
 * algorithm. */

#include "keycard.h"
#include "keycard_keys.h"
#include "measure.h"

static const keycard_keys *keys;

int32_t load(const struct input *input)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;

    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    return keycard_keys_from_image((keycard_bytes){input->keys, 8 * input->key_words}, &rules, &keys, NULL);
}

int32_t job(const struct input *input)
{
    const keycard_bytes jwt = {input->text, input->text_length};
    const keycard_buffer scratch = {input->scratch, input->scratch_length};
    keycard_token token;
    keycard_bytes client;
    keycard_status status;

    status = keycard_validate_access_token(keys, KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default"),
                                           KEYCARD_BYTES("api://default"), KEYCARD_ES256, keycard_time_at(1700000060),
                                           jwt, scratch, &token, NULL);
    if (status == KEYCARD_OK)
        status = keycard_claim_string(&token, KEYCARD_BYTES("cid"), &client);
    return status;
}
