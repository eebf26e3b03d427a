/* Shows the purpose of the library in one run from C, like examples/demo/src/main.rs.
 *
 * demo FOLDER, where FOLDER has keys.json, other_keys.json and access_token.jwt. */

#include "files.h"
#include "keycard.h"
#include "keycard_claims.h"
#include "keycard_pkce.h"

#include <string.h>

#define LONGEST 4096

/* The build time of the program: a clock with an earlier time is not set. */
#define BUILD_TIME 1700000000

static uint64_t memory[128];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(2048)];

static void print_claim(const keycard_token *token, const char *label, keycard_bytes name)
{
    keycard_iterator values;
    keycard_bytes value;

    keycard_claim_strings(token, name, &values);
    while (keycard_next_string(&values, &value) == KEYCARD_OK)
        printf("%18s   %s " KEYCARD_FORMAT "\n", "", label, KEYCARD_ARGUMENTS(value));
}

static void show(const char *title, keycard_bytes jwt, keycard_bytes jwks, keycard_bytes audience, int64_t now)
{
    keycard_keys *keys;
    keycard_key_report report;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_bytes scope = KEYCARD_BYTES("telemetry:write");
    keycard_token token;
    keycard_detail detail;
    keycard_status status;

    status = keycard_keys_init(memory, sizeof memory, &keys);
    if (status == KEYCARD_OK)
        status = keycard_keys_add_jwks(keys, jwks, &report);
    if (status != KEYCARD_OK) {
        fprintf(stderr, "keys: %s\n", keycard_status_text(status));
        exit(1);
    }

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_BYTES("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = audience;
    policy.scopes = &scope;
    policy.scope_count = 1;

    status = keycard_validate(keys, &policy, keycard_time_clock(now, BUILD_TIME), jwt, KEYCARD_BUFFER(scratch), &token,
                              &detail);
    if (status != KEYCARD_OK) {
        printf("%-18s REJECTED  %s", title, keycard_status_text(status));
        if (detail.member.data != NULL)
            printf(" (" KEYCARD_FORMAT ")", KEYCARD_ARGUMENTS(detail.member));
        printf("\n");
        return;
    }
    printf("%-18s ACCEPTED\n", title);
    print_claim(&token, "iss", KEYCARD_BYTES("iss"));
    print_claim(&token, "aud", KEYCARD_BYTES("aud"));
    print_claim(&token, "cid", KEYCARD_BYTES("cid"));
    print_claim(&token, "sub", KEYCARD_BYTES("sub"));
    print_claim(&token, "scp", KEYCARD_BYTES("scp"));
}

int main(int count, char **arguments)
{
    static char text[LONGEST], key_text[LONGEST], other_text[LONGEST];
    keycard_bytes jwt = {text, 0}, keys = {key_text, 0}, other_keys = {other_text, 0};
    size_t at;
    keycard_bytes audience = KEYCARD_BYTES("api://default");
    keycard_bytes challenge = KEYCARD_BYTES("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    keycard_bytes method = KEYCARD_BYTES("S256");
    keycard_bytes verifier = KEYCARD_BYTES("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    keycard_bytes other = KEYCARD_BYTES("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
    const int64_t now = 1700000060;

    if (count != 2) {
        fprintf(stderr, "usage: demo FOLDER\n");
        return 2;
    }
    printf("keycard %s\n", keycard_version());
    jwt.length = read_file(arguments[1], "access_token.jwt", text, sizeof text);
    keys.length = read_file(arguments[1], "keys.json", key_text, sizeof key_text);
    other_keys.length = read_file(arguments[1], "other_keys.json", other_text, sizeof other_text);

    show("as issued", jwt, keys, audience, now);
    at = (size_t)((char *)memchr(text, '.', jwt.length) - text) + 10;
    text[at] ^= 1;
    show("one bit changed", jwt, keys, audience, now);
    text[at] ^= 1;
    show("an hour later", jwt, keys, audience, now + 3600);
    show("another audience", jwt, keys, KEYCARD_BYTES("api://other"), now);
    show("an unknown key", jwt, other_keys, audience, now);

    /* RFC 7636 appendix B. */
    printf("PKCE ...OEjXk      %s\n",
           keycard_status_text(keycard_pkce_verify(challenge, method, verifier, 0)));
    printf("PKCE ...OEjXl      %s\n",
           keycard_status_text(keycard_pkce_verify(challenge, method, other, 0)));
    return 0;
}
