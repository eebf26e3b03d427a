/* iddawc: DPoP proofs, and the PKCE pairs in the URL of its authorization request. */
#include <iddawc.h>
#include <jansson.h>
#include <rhonabwy.h>
#include <stdio.h>
#include <string.h>

static json_t *outputs;

/* rnbyc leaves out the zero at the beginning of a coordinate. This affects about one key in 64. */
static json_t *key(void)
{
    for (;;) {
        jwk_t *private, *public;
        r_jwk_init(&private);
        r_jwk_init(&public);
        r_jwk_generate_key_pair(private, public, R_KEY_TYPE_EC, 256, NULL);
        if (strlen(r_jwk_get_property_str(public, "x")) == 43 && strlen(r_jwk_get_property_str(public, "y")) == 43)
            return json_pack("{s[o]}", "keys", r_jwk_export_to_json_t(private));
    }
}

static void proof(struct _i_session *session, const char *name, const char *uri, int ath, const char *nonce)
{
    i_set_int_parameter(session, I_OPT_TOKEN_JTI_GENERATE, 16);
    i_set_str_parameter(session, I_OPT_DPOP_NONCE_RS, nonce);
    char *made = i_generate_dpop_token(session, "GET", uri, 0, ath);
    json_array_append_new(outputs, json_pack("{ss ss ss ss sb sb}", "kind", "proof", "name", name, "proof", made, "uri", uri,
                                             "ath", ath, "nonce", nonce != NULL));
}

static char *challenge(const char *url)
{
    const char *from = strstr(url, "code_challenge=") + strlen("code_challenge=");
    return strndup(from, strcspn(from, "&"));
}

static void session_of(struct _i_session *session)
{
    i_init_session(session);
    i_set_parameter_list(session, I_OPT_RESPONSE_TYPE, I_RESPONSE_TYPE_CODE, I_OPT_CLIENT_ID, "client", I_OPT_REDIRECT_URI,
                         "https://app.example/", I_OPT_AUTH_ENDPOINT, "https://issuer.example/authorize",
                         I_OPT_STATE_GENERATE, 16, I_OPT_PKCE_METHOD, I_PKCE_METHOD_S256, I_OPT_NONE);
}

static void pair(const char *name, unsigned size)
{
    json_t *verifiers = json_array();
    char *first = NULL;
    for (int i = 0; i < 50; i++) {
        struct _i_session session;
        session_of(&session);
        i_set_int_parameter(&session, I_OPT_PKCE_CODE_VERIFIER_GENERATE, size);
        i_build_auth_url_get(&session);
        json_array_append_new(verifiers, json_string(i_get_str_parameter(&session, I_OPT_PKCE_CODE_VERIFIER)));
        if (!first)
            first = challenge(i_get_str_parameter(&session, I_OPT_REDIRECT_TO));
    }
    json_array_append_new(outputs, json_pack("{ss ss sO ss so}", "kind", "pkce", "name", name, "verifier",
                                             json_array_get(verifiers, 0), "challenge", first, "verifiers", verifiers));
}

int main(void)
{
    json_t *asked = json_loadf(stdin, 0, NULL);
    struct _i_session session;
    outputs = json_array();
    i_global_init();
    session_of(&session);
    i_set_client_jwks(&session, key());
    i_set_str_parameter(&session, I_OPT_DPOP_SIGN_ALG, "ES256");
    i_set_str_parameter(&session, I_OPT_ACCESS_TOKEN, json_string_value(json_object_get(asked, "access_token")));
    const char *uri = json_string_value(json_object_get(asked, "uri"));
    proof(&session, "proof", uri, 0, NULL);
    proof(&session, "proof with an access token", uri, 1, NULL);
    proof(&session, "proof with a nonce", uri, 1, json_string_value(json_object_get(asked, "nonce")));
    proof(&session, "proof, no path", "https://api.example", 1, NULL);
    proof(&session, "proof, port and query", "https://api.example:443/orders?page=1", 1, NULL);
    pair("pair of 43", 43);
    pair("pair of 128", 128);
    i_set_str_parameter(&session, I_OPT_PKCE_CODE_VERIFIER, json_string_value(json_object_get(asked, "verifier")));
    i_build_auth_url_get(&session);
    json_array_append_new(outputs, json_pack("{ss ss ss ss}", "kind", "reverse", "name", "challenge of a verifier", "of", "challenge",
                                             "value", challenge(i_get_str_parameter(&session, I_OPT_REDIRECT_TO))));
    json_dumpf(outputs, stdout, 0);
    return 0;
}
