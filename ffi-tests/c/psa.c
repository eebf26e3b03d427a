/* Verifies signatures by PSA Crypto in place of the library, as a device does whose driver for
 * hardware stands behind PSA. Here Mbed TLS stands behind it.
 *
 * psa FOLDER: the folder of tests/vectors/demo. */

#include "files.h"
#include "keycard.h"
#include "keycard_keys.h"
#include "keycard_validate.h"

#include <psa/crypto.h>
#include <stdio.h>
#include <string.h>

struct device {
    const keycard_keys *keys;
    unsigned verified;
};

/* A keycard_verifier. A device that keeps its keys in hardware chooses one by keycard_keys_id
 * instead of importing the public key. */
static uint32_t verify(void *context, size_t key_index, uint32_t algorithm, keycard_bytes message,
                       keycard_bytes signature)
{
    struct device *device = (struct device *)context;
    const psa_algorithm_t ecdsa = PSA_ALG_ECDSA(PSA_ALG_SHA_256);
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key;
    psa_status_t status;
    uint8_t point[65], digest[32];
    size_t point_length, digest_length;

    if (algorithm != KEYCARD_ES256 ||
        keycard_keys_public(device->keys, key_index, KEYCARD_BUFFER(point), &point_length) != KEYCARD_OK ||
        keycard_digest(algorithm, message, KEYCARD_BUFFER(digest), &digest_length) != KEYCARD_OK)
        return 0;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&attributes, ecdsa);
    if (psa_import_key(&attributes, point, point_length, &key) != PSA_SUCCESS)
        return 0;
    status = psa_verify_hash(key, ecdsa, digest, digest_length, (const uint8_t *)signature.data,
                             signature.length);
    if (psa_destroy_key(key) != PSA_SUCCESS || status != PSA_SUCCESS)
        return 0;
    device->verified++;
    return KEYCARD_SIGNATURE_IS_RIGHT;
}

static keycard_status verdict(struct device *device, keycard_bytes token)
{
    static uint8_t scratch[KEYCARD_SCRATCH_SIZE(4096)];
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token accepted;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_ES256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = KEYCARD_BYTES("api://default");
    return keycard_validate_with(device->keys, &policy, keycard_time_at(1700000060), token,
                                 KEYCARD_BUFFER(scratch), verify, device, &accepted, NULL);
}

static int says(const char *what, int holds)
{
    printf("%-8s%s\n", holds ? "ok" : "FAILED", what);
    return !holds;
}

int main(int count, char **arguments)
{
    static char key_set[4096], token[4096];
    static uint64_t memory[64];
    struct device device = {NULL, 0};
    keycard_keys *keys;
    keycard_bytes read_keys = {key_set, 0}, jwt = {token, 0};
    char *end;
    int failures = 0;

    if (count != 2 || psa_crypto_init() != PSA_SUCCESS)
        return 2;
    read_keys.length = read_file(arguments[1], "es256_keys.json", key_set, sizeof key_set);
    jwt.length = read_file(arguments[1], "es256_access_token.jwt", token, sizeof token);
    failures += says("keys", keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK &&
                                 keycard_keys_add_jwks(keys, read_keys, NULL) == KEYCARD_OK);
    device.keys = keys;
    failures += says("accepted", verdict(&device, jwt) == KEYCARD_OK && device.verified == 1);
    end = token + jwt.length - 5;
    *end = *end == 'A' ? 'B' : 'A';
    failures += says("wrong signature", verdict(&device, jwt) == KEYCARD_SIGNATURE_INVALID);
    jwt.length -= 4;
    failures += says("cut short", verdict(&device, jwt) == KEYCARD_SIGNATURE_INVALID);
    failures += says("not verified", device.verified == 1);
    return failures != 0;
}
