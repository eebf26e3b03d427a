/* The verdict on a request. */

#include "keycard_envoy.h"

#include <string.h>
#include <time.h>

/* Memory for the proof and then for the token of a request. A verdict needs this memory until its
 * claims are passed on. This is done within one hook of Envoy. */
static _Thread_local uint8_t scratch[KEYCARD_SCRATCH_SIZE(KEYCARD_MAX_TOKEN_LENGTH)];

static ke_verdict reject(ke_verdict verdict, const char *word, uint32_t status, const char *error, const char *why)
{
    verdict.status = status;
    verdict.word = word;
    verdict.error = error;
    verdict.why = why;
    return verdict;
}

/* Sets the response to a rejection by the library, with the words of the nginx module and of the Go
 * package bearer. */
static ke_verdict reject_by(ke_verdict verdict, keycard_status status, uint32_t stage, keycard_bytes member)
{
    verdict.reason = status;
    if (status == KEYCARD_TIME_UNAVAILABLE || status == KEYCARD_REPLAY_FULL || status == KEYCARD_REPLAY_TIME_BEHIND)
        return reject(verdict, NULL, 503, NULL, NULL);
    if (status == KEYCARD_REPLAY_KEY_FULL)
        return reject(verdict, NULL, 429, NULL, NULL);
    /* The origin was checked with the configuration, so the error is in the path of the request. */
    if (stage == KEYCARD_STAGE_USAGE && (status == KEYCARD_URI_MALFORMED || status == KEYCARD_NOT_TEXT))
        return reject(verdict, NULL, 400, "invalid_request", "a DPoP proof cannot name the target of the request");
    if (stage == KEYCARD_STAGE_USAGE || status == KEYCARD_REPLAY_LIMITS || status == KEYCARD_NOT_A_REPLAY_CACHE)
        return reject(verdict, NULL, 500, NULL, NULL);
    if (stage == KEYCARD_STAGE_PROOF && ke_same(member, KEYCARD_BYTES("nonce")))
        return reject(verdict, NULL, 401, "use_dpop_nonce", "the DPoP proof needs another nonce");
    if (stage == KEYCARD_STAGE_PROOF || stage == KEYCARD_STAGE_REPLAY)
        return reject(verdict, NULL, 401, "invalid_dpop_proof", "the DPoP proof is not accepted");
    if (status == KEYCARD_EXPIRED)
        return reject(verdict, NULL, 401, "invalid_token", "the token has expired");
    if (status == KEYCARD_SCOPE_MISSING)
        return reject(verdict, NULL, 403, "insufficient_scope", "the token lacks a scope");
    return reject(verdict, NULL, 401, "invalid_token", "the token is not accepted");
}

/* Returns what the route of a request requires: the requirements of the route, or those of the
 * filter. The scopes of the filter apply unless the route has scopes. */
static ke_demands demands_of(const ke_config *config, envoy_stream stream)
{
    const ke_route *route = envoy_dynamic_module_callback_get_most_specific_route_config(stream);
    ke_demands demands = route == NULL ? config->demands : route->demands;

    if (demands.scopes.count == 0) {
        demands.scopes = config->demands.scopes;
        demands.scope_list = config->demands.scope_list;
    }
    return demands;
}

/* True for a CORS preflight request, which browsers send without a token. */
static bool is_preflight(envoy_stream stream)
{
    keycard_bytes value;

    return ke_header_of(stream, ":method", &value) == 1 && ke_same(value, KEYCARD_BYTES("OPTIONS")) &&
           ke_header_of(stream, "origin", &value) == 1 &&
           ke_header_of(stream, "access-control-request-method", &value) == 1;
}

static int digit(char letter)
{
    return letter >= '0' && letter <= '9' ? letter - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Reads the SHA-256 of the client certificate. False without one. */
static bool certificate_of(envoy_stream stream, uint8_t digest[32])
{
    envoy_bytes text = {NULL, 0};
    size_t i;

    if (!envoy_dynamic_module_callback_http_filter_get_attribute_string(stream, ENVOY_PEER_CERTIFICATE_DIGEST, &text) ||
        text.length != 64)
        return false;
    for (i = 0; i < 32; i++) {
        const int high = digit(text.data[2 * i]), low = digit(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        digest[i] = (uint8_t)(16 * high + low);
    }
    return true;
}

/* Validates the proof that came with a token. */
static ke_verdict validate_proof(const ke_config *config, envoy_stream stream, ke_verdict verdict, keycard_bytes jwt,
                                 keycard_proof *proof)
{
    keycard_detail detail = {0};
    keycard_bytes method, path, text;
    keycard_status status;
    const size_t proofs = ke_header_of(stream, "dpop", &text);

    if (proofs == 0)
        return reject(verdict, "no_proof", 401, "invalid_dpop_proof", "there is no DPoP proof");
    if (proofs > 1)
        return reject(verdict, "two_proofs", 401, "invalid_dpop_proof", "more than one DPoP proof");
    /* RFC 9449 section 4.3: htu is a URI, which neither an asterisk nor an authority is. */
    if (ke_header_of(stream, ":method", &method) != 1 || ke_header_of(stream, ":path", &path) != 1 ||
        path.length == 0 || ke_characters(path)[0] != '/')
        return reject(verdict, "no_uri", 400, "invalid_request", "a DPoP proof cannot name the target of the request");
    status = ke_dpop_check(config, method, path, jwt, text, KEYCARD_BUFFER(scratch), proof, &detail);
    return status == KEYCARD_OK ? verdict : reject_by(verdict, status, detail.stage, detail.member);
}

/* Validates a token with the keys and the policy of one issuer, and with the keys that the client
 * has proved to have. */
static keycard_status validate(const ke_config *config, const ke_issuer *issuer, const ke_keys *keys, keycard_bytes jwt,
                               const uint8_t *proof_key, const uint8_t *certificate, keycard_token *token,
                               keycard_detail *detail)
{
    const keycard_time now = keycard_time_at((int64_t)time(NULL));
    keycard_policy policy = issuer->policy;
    keycard_status status;

    policy.dpop_key32 = proof_key;
    policy.client_certificate32 = certificate;
    status = keycard_validate(keys->table, &policy, now, jwt, KEYCARD_BUFFER(scratch), token, detail);
    if (status != KEYCARD_TOKEN_NOT_BOUND || certificate == NULL || config->certificate != KE_CERTIFICATE_ACCEPTED)
        return status;
    /* The token is not bound to the certificate. Without a certificate, only such a token is
     * accepted. */
    policy.client_certificate32 = NULL;
    return keycard_validate(keys->table, &policy, now, jwt, KEYCARD_BUFFER(scratch), token, detail);
}

/* Checks the scopes of an accepted token (RFC 6750 section 3.1: the token is valid otherwise). */
static keycard_status check_scopes(const ke_demands *demands, const keycard_token *token)
{
    keycard_iterator scopes;
    keycard_status status;
    size_t i;

    if (demands->scopes.count == 0)
        return KEYCARD_OK;
    status = keycard_token_scopes(token, &scopes);
    if (status != KEYCARD_OK)
        return status;
    for (i = 0; i < demands->scopes.count; i++)
        if (!keycard_token_has_scope(token, demands->scopes.texts[i]))
            return KEYCARD_SCOPE_MISSING;
    return KEYCARD_OK;
}

static bool names_issuer(const ke_demands *demands, keycard_bytes issuer)
{
    size_t i;

    for (i = 0; i < demands->issuers.count; i++)
        if (ke_same(demands->issuers.texts[i], issuer))
            return true;
    return demands->issuers.count == 0;
}

/* Checks a token with its keys, then its scopes, and its proof last. Passes the claims on. */
static ke_verdict validate_token(const ke_config *config, const ke_issuer *issuer, const ke_keys *keys,
                              envoy_stream stream, const ke_found *found, ke_verdict verdict)
{
    const keycard_bytes no_member = KEYCARD_ABSENT;
    uint8_t certificate[32];
    const bool has_certificate =
        config->certificate != KE_CERTIFICATE_IGNORED && certificate_of(stream, certificate);
    keycard_detail detail = {0};
    keycard_status status;
    keycard_proof proof;
    keycard_token token;

    if (config->certificate == KE_CERTIFICATE_REQUIRED && !has_certificate)
        return reject(verdict, "no_certificate", 401, "invalid_token", "the token needs a client certificate");
    if (found->scheme == KE_DPOP) {
        verdict = validate_proof(config, stream, verdict, found->jwt, &proof);
        if (verdict.status != 0)
            return verdict;
    }
    status = validate(config, issuer, keys, found->jwt, found->scheme == KE_DPOP ? proof.key32 : NULL,
                      has_certificate ? certificate : NULL, &token, &detail);
    if (status == KEYCARD_KEY_NOT_FOUND || status == KEYCARD_KEY_EXPIRED)
        ke_source_miss(issuer->source);
    if (status != KEYCARD_OK)
        return reject_by(verdict, status, detail.stage, detail.member);
    status = check_scopes(&verdict.demands, &token);
    if (status != KEYCARD_OK)
        return reject_by(verdict, status, KEYCARD_STAGE_CLAIMS, no_member);
    if (found->scheme == KE_DPOP) {
        status = ke_dpop_note(&proof);
        if (status != KEYCARD_OK)
            return reject_by(verdict, status, KEYCARD_STAGE_REPLAY, no_member);
        /* Only clients with a token can have their keys prepared. */
        ke_prepared_admit(&proof);
    }
    verdict.is_accepted = true;
    ke_claims_pass(config, stream, &token, found->jwt);
    if (!config->forwards_token)
        ke_places_remove(stream, found);
    return verdict;
}

/* Chooses the issuer that the token names. The token is not verified yet: afterwards only the keys
 * and the policy of that issuer decide. */
static keycard_status choose(const ke_config *config, keycard_bytes jwt, const ke_issuer **issuer,
                             keycard_detail *detail)
{
    keycard_unverified unverified = {0};
    const keycard_status status = keycard_unverified_read(jwt, KEYCARD_BUFFER(scratch), &unverified, detail);
    size_t i;

    if (status != KEYCARD_OK)
        return status;
    detail->stage = KEYCARD_STAGE_CLAIMS;
    if (unverified.issuer.data == NULL)
        return KEYCARD_CLAIM_MISSING;
    for (i = 0; i < config->issuer_count; i++)
        if (ke_same(config->issuers[i].policy.issuer, unverified.issuer)) {
            *issuer = &config->issuers[i];
            return KEYCARD_OK;
        }
    return KEYCARD_WRONG_ISSUER;
}

static ke_verdict validate_found(const ke_config *config, envoy_stream stream, const ke_found *found, ke_verdict verdict)
{
    keycard_detail detail = {0};
    const ke_issuer *issuer = config->issuers;
    ke_keys *keys;

    if (config->issuer_count > 1) {
        const keycard_status status = choose(config, found->jwt, &issuer, &detail);

        if (status != KEYCARD_OK)
            return reject_by(verdict, status, detail.stage, detail.member);
    }
    if (!names_issuer(&verdict.demands, issuer->policy.issuer))
        return reject(verdict, "other_issuer", 401, "invalid_token", "the token is not accepted");
    keys = ke_source_take(issuer->source);
    if (keys == NULL)
        return reject(verdict, "no_keys", 503, NULL, NULL);
    verdict = validate_token(config, issuer, keys, stream, found, verdict);
    ke_keys_drop(keys);
    return verdict;
}

ke_verdict ke_validate(const ke_config *config, envoy_stream stream)
{
    ke_verdict verdict = {0};
    ke_found found;

    verdict.demands = demands_of(config, stream);
    if (verdict.demands.off || (config->allows_preflight && is_preflight(stream)))
        return verdict;
    switch (ke_places_find(config, stream, &found)) {
    case KE_NONE:
        return verdict.demands.optional ? verdict : reject(verdict, "no_token", 401, NULL, NULL);
    case KE_ONE:
        verdict.scheme = found.scheme;
        return validate_found(config, stream, &found, verdict);
    case KE_SEVERAL:
        verdict.scheme = found.scheme;
        return reject(verdict, "two_tokens", 400, "invalid_request", "more than one token");
    default:
        verdict.scheme = found.scheme;
        return reject(verdict, "malformed", 400, "invalid_request", "the Authorization header is malformed");
    }
}
