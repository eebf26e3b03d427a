/* Loads keys from a JSON document, PEM or an image, validates a token and a PKCE pair, and reads
 * claims of every type: the whole C API for decisions. */

#include "keycard.h"
#include "keycard_keys.h"
#include "keycard_pkce.h"
#include "measure.h"
#include "startup.h"

static uint64_t BUFFER memory[256];
static const keycard_keys *mapped;
static keycard_keys *keys;

int32_t load(const struct input *input)
{
    keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;

    rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
    return keycard_keys_from_image((keycard_bytes){input->keys, 8 * input->key_words}, &rules, &mapped, NULL);
}

int32_t job(const struct input *input)
{
    static const char no_keys[] = "{\"keys\":[]}", no_pem[] = "-----BEGIN PUBLIC KEY-----\n";
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_bytes client, challenge = KEYCARD_BYTES("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    keycard_bytes verifier = KEYCARD_BYTES("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    keycard_token token;
    keycard_status status = keycard_keys_init(memory, sizeof memory, &keys);
    int64_t issued;

    if (status == KEYCARD_OK)
        status = keycard_keys_add_jwks(keys, (keycard_bytes){no_keys, sizeof no_keys - 1}, NULL);
    if (status != KEYCARD_OK)
        return status;
    if (keycard_keys_add_pem(keys, NULL, (keycard_bytes){no_pem, sizeof no_pem - 1}, NULL) != KEYCARD_KEY_PEM_MALFORMED)
        return 1;
    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    status =
        keycard_validate(mapped, &policy, keycard_time_at(1700000060), (keycard_bytes){input->text, input->text_length},
                         (keycard_buffer){input->scratch, input->scratch_length}, &token, NULL);
    if (status == KEYCARD_OK)
        status = keycard_claim_string(&token, KEYCARD_BYTES("cid"), &client);
    if (status == KEYCARD_OK)
        status = keycard_claim_time(&token, KEYCARD_BYTES("iat"), &issued);
    if (status == KEYCARD_OK)
        status = keycard_pkce_verify(challenge, KEYCARD_BYTES("S256"), verifier, 0);
    return status;
}
