/* A firmware that validates an access token and a PKCE pair: accepts the right ones, refuses the wrong ones,
 * and exits with 0 only if it did. ALGORITHM and PROFILE choose what; vectors.h has the token and the keys. */

#include "keycard.h"
#include "startup.h"
#include "vectors.h"

static uint64_t memory[512];
static uint8_t scratch[KEYCARD_SCRATCH_SIZE(sizeof TOKEN - 1)];

static int says(const char *what, int holds)
{
    print(holds ? "ok      " : "FAILED  ");
    print(what);
    print("\n");
    return holds ? 0 : 1;
}

static keycard_status judge(const keycard_keys *keys, int64_t now, keycard_text audience)
{
    keycard_policy policy = KEYCARD_POLICY_INIT;
    keycard_token token;
    keycard_text client;
    keycard_status status;

    policy.profile = KEYCARD_PROFILE_ACCESS_TOKEN;
    policy.algorithms = ALGORITHM;
    policy.issuer = KEYCARD_TEXT("https://dev-1234567.okta.example/oauth2/default");
    policy.audience = audience;
    status = keycard_validate(keys, &policy, keycard_time_at(now), TOKEN, sizeof TOKEN - 1, scratch, sizeof scratch,
                              &token, NULL);
    if (status == KEYCARD_OK)
        status = keycard_claim_string(&token, KEYCARD_TEXT("cid"), &client);
    return status;
}

static keycard_keys *keys;

static void accept(void)
{
    judge(keys, 1700000060, KEYCARD_TEXT("api://default"));
}

int main(void)
{
    keycard_text challenge = KEYCARD_TEXT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    keycard_text verifier = KEYCARD_TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    keycard_text method = KEYCARD_TEXT("S256");
    keycard_text audience = KEYCARD_TEXT("api://default");
    int failures = 0;

    failures += says("keys", keycard_keys_init(memory, sizeof memory, &keys) == KEYCARD_OK &&
                                 keycard_keys_add_jwks(keys, KEYS, sizeof KEYS - 1, NULL) == KEYCARD_OK);
    failures += says("accepted", judge(keys, 1700000060, audience) == KEYCARD_OK);
    failures += says("expired", judge(keys, 1700003600, audience) == KEYCARD_EXPIRED);
    failures += says("audience", judge(keys, 1700000060, method) == KEYCARD_WRONG_AUDIENCE);
    print("stack   ");
    print_number(stack_of(accept));
    print("\n");
    failures += says("PKCE", keycard_pkce_verify(challenge, method, verifier, 0) == KEYCARD_OK);
    failures += says("PKCE refused", keycard_pkce_verify(challenge, method, challenge, 0) != KEYCARD_OK);
    return failures;
}
