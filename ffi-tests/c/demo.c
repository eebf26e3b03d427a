/* Shows the purpose of the library in one run from C, like examples/demo.rs.
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

static void print_claim(const keycard_token *token, const char *label, keycard_text name)
{
    keycard_iterator values;
    keycard_text value;

    keycard_claim_strings(token, name, &values);
    while (keycard_next_string(&values, &value) == KEYCARD_OK)
        printf("%18s   %s %.*s\n", "", label, (int)value.length, value.data);
}

static void show(const char *title, const char *jwt, size_t jwt_length, const char *jwks,
                  size_t jwks_length, keycard_text audience, int64_t now)
{
    keycard_keys *keys;
    keycard_key_report report;
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_text scope = KEYCARD_TEXT("telemetry:write");
    keycard_token token;
    keycard_detail detail;
    keycard_status status;

    status = keycard_keys_init(memory, sizeof memory, &keys);
    if (status == KEYCARD_OK)
        status = keycard_keys_add_jwks(keys, jwks, jwks_length, &report);
    if (status != KEYCARD_OK) {
        fprintf(stderr, "keys: %s\n", keycard_status_text(status));
        exit(1);
    }

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = KEYCARD_RS256;
    policy.issuer = KEYCARD_TEXT("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = audience;
    policy.scopes = &scope;
    policy.scope_count = 1;

    status = keycard_validate(keys, &policy, keycard_time_clock(now, BUILD_TIME), jwt, jwt_length, scratch,
                              sizeof scratch, &token, &detail);
    if (status != KEYCARD_OK) {
        printf("%-18s REJECTED  %s", title, keycard_status_text(status));
        if (detail.member.data != NULL)
            printf(" (%.*s)", (int)detail.member.length, detail.member.data);
        printf("\n");
        return;
    }
    printf("%-18s ACCEPTED\n", title);
    print_claim(&token, "iss", KEYCARD_TEXT("iss"));
    print_claim(&token, "aud", KEYCARD_TEXT("aud"));
    print_claim(&token, "cid", KEYCARD_TEXT("cid"));
    print_claim(&token, "sub", KEYCARD_TEXT("sub"));
    print_claim(&token, "scp", KEYCARD_TEXT("scp"));
}

int main(int count, char **arguments)
{
    static char jwt[LONGEST], keys[LONGEST], other_keys[LONGEST];
    size_t jwt_length, keys_length, other_keys_length, at;
    keycard_text audience = KEYCARD_TEXT("api://default");
    keycard_text challenge = KEYCARD_TEXT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    keycard_text method = KEYCARD_TEXT("S256");
    keycard_text verifier = KEYCARD_TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    keycard_text other = KEYCARD_TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
    const int64_t now = 1700000060;

    if (count != 2) {
        fprintf(stderr, "usage: demo FOLDER\n");
        return 2;
    }
    printf("keycard %s\n", keycard_version());
    jwt_length = read_file(arguments[1], "access_token.jwt", jwt, sizeof jwt);
    keys_length = read_file(arguments[1], "keys.json", keys, sizeof keys);
    other_keys_length = read_file(arguments[1], "other_keys.json", other_keys, sizeof other_keys);

    show("as issued", jwt, jwt_length, keys, keys_length, audience, now);
    at = (size_t)((char *)memchr(jwt, '.', jwt_length) - jwt) + 10;
    jwt[at] ^= 1;
    show("one bit changed", jwt, jwt_length, keys, keys_length, audience, now);
    jwt[at] ^= 1;
    show("an hour later", jwt, jwt_length, keys, keys_length, audience, now + 3600);
    show("another audience", jwt, jwt_length, keys, keys_length, KEYCARD_TEXT("api://other"), now);
    show("an unknown key", jwt, jwt_length, other_keys, other_keys_length, audience, now);

    /* RFC 7636 appendix B. */
    printf("PKCE ...OEjXk      %s\n",
           keycard_status_text(keycard_pkce_verify(challenge, method, verifier, 0)));
    printf("PKCE ...OEjXl      %s\n",
           keycard_status_text(keycard_pkce_verify(challenge, method, other, 0)));
    return 0;
}
