/* One call of one function of the library, for whoever counts its instructions: slopes ENTRY FILE…
 *
 * Whatever it answers is printed. tools/slopes writes the files. */

#include "files.h"
#include "keycard.h"

#include <string.h>

#define LONGEST (1 << 20)

static char first[LONGEST], second[LONGEST];
static uint64_t memory[1 << 17];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(17 * 1024)];

static keycard_text text(const char *data, size_t length)
{
    keycard_text text;
    text.data = data;
    text.length = length;
    return text;
}

static keycard_keys *table(size_t length, uint32_t prepare)
{
    keycard_keys *keys;
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;

    rules.flags = KEYCARD_KEYS_ALLOW_SECRETS;
    rules.prepare = prepare;
    if (keycard_keys_init(memory, sizeof memory, &keys) != KEYCARD_OK)
        exit(2);
    if (keycard_keys_add_jwks_by(keys, &rules, first, length, NULL) != KEYCARD_OK)
        exit(2);
    return keys;
}

int main(int count, char **arguments)
{
    const char *entry = count > 2 ? arguments[1] : "";
    size_t first_length, second_length = 0;
    keycard_status status = KEYCARD_OK;

    if (count < 3)
        return 2;
    first_length = read_file(".", arguments[2], first, sizeof first);
    if (count > 3)
        second_length = read_file(".", arguments[3], second, sizeof second);
    if (strcmp(entry, "token") == 0 || strcmp(entry, "response") == 0) {
        keycard_keys *keys = table(first_length, 0);
        keycard_policy policy = KEYCARD_POLICY_INIT;
        keycard_token token;

        policy.profile = KEYCARD_PROFILE_JWT;
        policy.algorithms = KEYCARD_HS256 | KEYCARD_ES256;
        policy.issuer = KEYCARD_TEXT("https://id.example");
        policy.audience = KEYCARD_TEXT("a");
        if (strcmp(entry, "response") == 0) {
            /* The token stands in the second file in front of a space, and the access token behind it. */
            char *space = memchr(second, ' ', second_length);
            size_t token_length = (size_t)(space - second);

            policy.profile = KEYCARD_PROFILE_ID_TOKEN;
            policy.nonce = KEYCARD_TEXT("n");
            policy.access_token = text(space + 1, second_length - token_length - 1);
            second_length = token_length;
        }
        status = keycard_validate(keys, &policy, keycard_time_at(1), second, second_length, scratch, sizeof scratch, &token,
                                  NULL);
    } else if (strcmp(entry, "jwks") == 0) {
        keycard_keys *keys;

        if (keycard_keys_init(memory, sizeof memory, &keys) != KEYCARD_OK)
            return 2;
        status = keycard_keys_add_jwks(keys, first, first_length, NULL);
    } else if (strcmp(entry, "image") == 0) {
        keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
        keycard_keys *keys = table(first_length, count > 3 ? 1024 : 0);
        const keycard_keys *opened;
        size_t size;

        rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
        if (keycard_keys_seal(keys, 1, &size) != KEYCARD_OK)
            return 2;
        status = keycard_keys_from_image(memory, size, &rules, &opened, NULL);
        printf("%zu ", size);
    } else if (strcmp(entry, "pkce") == 0) {
        status = keycard_pkce_verify(text(second, second_length),
                                     second_length == 43 ? KEYCARD_TEXT("S256") : KEYCARD_TEXT("plain"),
                                     text(first, first_length), KEYCARD_PKCE_ALLOW_PLAIN);
    } else if (strcmp(entry, "proof") == 0) {
        keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;
        keycard_proof proof;

        rules.algorithms = KEYCARD_ES256;
        rules.flags = KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN | KEYCARD_PROOF_NONCE_NOT_PROVIDED;
        rules.window = 60;
        rules.method = KEYCARD_TEXT("GET");
        rules.uri = text(second, second_length);
        status = keycard_dpop_validate(&rules, keycard_time_at(1), first, first_length, scratch, sizeof scratch, &proof, NULL);
    } else {
        return 2;
    }
    printf("%d %s\n", (int)status, keycard_status_text(status));
    return 0;
}
