/* Calls one function of the library once, to count its instructions: slopes ENTRY FILE…
 *
 * Prints the result. tools/checks/slopes writes the files. */

#include "files.h"
#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_dpop.h"
#include "keycard_keys.h"
#include "keycard_pkce.h"

#include <string.h>

#define LONGEST (1 << 20)

static char first[LONGEST], second[LONGEST];
static uint64_t memory[1 << 17];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(KEYCARD_MAX_TOKEN_LENGTH)];
static char json[LONGEST];

static keycard_bytes text(const char *data, size_t length)
{
    keycard_bytes text;
    text.data = data;
    text.length = length;
    return text;
}

static keycard_keys *table(size_t length, uint32_t precompute)
{
    keycard_keys *keys;
    keycard_key_rules rules = KEYCARD_KEY_RULES_INIT;

    rules.flags = KEYCARD_KEYS_ALLOW_SECRETS;
    rules.precompute = precompute;
    if (keycard_keys_init(memory, sizeof memory, &keys) != KEYCARD_OK)
        exit(2);
    if (keycard_keys_add_jwks_by(keys, &rules, (keycard_bytes){first, length}, NULL) != KEYCARD_OK)
        exit(2);
    return keys;
}

/* The result of a loop over a claim, so that the compiler cannot remove the loop. */
static size_t found;

/* Each function iterates over a part of a token. callgrind counts it by its name. */
void read_strings(const keycard_token *token)
{
    keycard_iterator strings;
    keycard_bytes string;

    keycard_claim_strings(token, KEYCARD_BYTES("x"), &strings);
    while (keycard_next_string(&strings, &string) == KEYCARD_OK)
        found += string.length + 1;
}

void read_scopes(const keycard_token *token)
{
    keycard_iterator scopes;
    keycard_bytes scope;

    keycard_token_scopes(token, &scopes);
    while (keycard_next_string(&scopes, &scope) == KEYCARD_OK)
        found += scope.length + 1;
}

void ask_scope(const keycard_token *token)
{
    found += keycard_token_has_scope(token, KEYCARD_BYTES("none of them"));
}

void read_members(const keycard_token *token)
{
    const keycard_bytes name = KEYCARD_BYTES("x");
    keycard_iterator members;
    keycard_member member;
    keycard_value value;
    int64_t number;
    keycard_bytes text;

    keycard_claim_find(token, &name, 1, &value);
    keycard_value_members(&value, &members);
    while (keycard_next_member(&members, &member) == KEYCARD_OK) {
        found += member.name.length + 1;
        found += keycard_value_string(&member.value, &text) == KEYCARD_OK;
        found += keycard_value_integer(&member.value, &number) == KEYCARD_OK;
    }
}

void look_up(const keycard_token *token)
{
    static const char *const names[] = {"iss", "sub", "aud", "exp", "client_id", "azp", "scope", "none"};
    keycard_bytes path[2], string;
    keycard_value value;
    size_t index;

    for (index = 0; index < sizeof names / sizeof names[0]; index++) {
        found += keycard_claim_string(token, text(names[index], strlen(names[index])), &string) == KEYCARD_OK;
        path[0] = KEYCARD_BYTES("x");
        path[1] = text(names[index], strlen(names[index]));
        found += keycard_claim_find(token, path, 2, &value) == KEYCARD_OK;
    }
}

void write_all(const keycard_token *token)
{
    size_t length;

    found += keycard_claims_json(token, KEYCARD_BUFFER(json), &length) == KEYCARD_OK;
}

static void read_claims(const keycard_token *token)
{
    read_strings(token);
    read_scopes(token);
    ask_scope(token);
    read_members(token);
    look_up(token);
    write_all(token);
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
    if (strcmp(entry, "token") == 0 || strcmp(entry, "response") == 0 || strcmp(entry, "claims") == 0) {
        keycard_keys *keys = table(first_length, 0);
        keycard_policy policy = KEYCARD_POLICY_INIT;
        keycard_token token;

        policy.profile = KEYCARD_PROFILE_JWT;
        policy.algorithms = KEYCARD_HS256 | KEYCARD_ES256;
        policy.issuer = KEYCARD_BYTES("https://id.example");
        policy.audience = KEYCARD_BYTES("a");
        if (strcmp(entry, "response") == 0) {
            /* The second file has the token, a space and the access token. */
            char *space = memchr(second, ' ', second_length);
            size_t token_length = (size_t)(space - second);

            policy.profile = KEYCARD_PROFILE_ID_TOKEN;
            policy.nonce = KEYCARD_BYTES("n");
            policy.access_token = text(space + 1, second_length - token_length - 1);
            second_length = token_length;
        }
        status = keycard_validate(keys, &policy, keycard_time_at(1), (keycard_bytes){second, second_length},
                                  KEYCARD_BUFFER(scratch), &token, NULL);
        if (strcmp(entry, "claims") == 0) {
            read_claims(&token);
            printf("%zu ", found);
        }
    } else if (strcmp(entry, "jwks") == 0) {
        keycard_keys *keys;

        if (keycard_keys_init(memory, sizeof memory, &keys) != KEYCARD_OK)
            return 2;
        status = keycard_keys_add_jwks(keys, (keycard_bytes){first, first_length}, NULL);
    } else if (strcmp(entry, "image") == 0) {
        keycard_image_rules rules = KEYCARD_IMAGE_RULES_INIT;
        keycard_keys *keys = table(first_length, count > 3 ? 1024 : 0);
        const keycard_keys *opened;
        size_t size;

        rules.flags = KEYCARD_IMAGE_STORAGE_IS_AUTHENTICATED;
        if (keycard_keys_seal(keys, 1, &size) != KEYCARD_OK)
            return 2;
        status = keycard_keys_from_image((keycard_bytes){memory, size}, &rules, &opened, NULL);
        printf("%zu ", size);
    } else if (strcmp(entry, "pkce") == 0) {
        status = keycard_pkce_verify(text(second, second_length),
                                     second_length == 43 ? KEYCARD_BYTES("S256") : KEYCARD_BYTES("plain"),
                                     text(first, first_length), KEYCARD_PKCE_ALLOW_PLAIN);
    } else if (strcmp(entry, "proof") == 0) {
        keycard_proof_rules rules = KEYCARD_PROOF_RULES_INIT;
        keycard_proof proof;

        rules.algorithms = KEYCARD_ES256;
        rules.flags = KEYCARD_PROOF_WITHOUT_ACCESS_TOKEN | KEYCARD_PROOF_NONCE_NOT_PROVIDED;
        rules.window = 60;
        rules.method = KEYCARD_BYTES("GET");
        rules.uri = text(second, second_length);
        status = keycard_dpop_validate(&rules, keycard_time_at(1), (keycard_bytes){first, first_length},
                                       KEYCARD_BUFFER(scratch), &proof, NULL);
    } else {
        return 2;
    }
    printf("%d %s\n", (int)status, keycard_status_text(status));
    return 0;
}
