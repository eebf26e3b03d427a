// The test of keycard.hpp: every class and function, accepted and rejected.
//
// usage FOLDER, where FOLDER is tests/vectors/demo.

#include "keycard.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::int64_t NOW = 1'700'000'060;
constexpr std::string_view ISSUER = "https://dev-1234567.okta.example/oauth2/default", AUDIENCE = "api://default";

// A policy is a constant.
constexpr std::array<keycard_bytes, 1> SCOPES = {keycard::bytes("telemetry:write")};
constexpr keycard::Policy POLICY = keycard::Policy::access_token(ISSUER, AUDIENCE, KEYCARD_RS256).scopes(SCOPES);
static_assert(POLICY.raw().scope_count == 1 && POLICY.raw().struct_size == sizeof(keycard_policy));

int failures = 0;

#define CHECK(condition) check((condition), #condition, __LINE__)

void check(bool holds, const char *condition, int line) {
    if (holds) return;
    std::printf("line %d: %s\n", line, condition);
    ++failures;
}

const char *folder = nullptr;

std::string contents(const char *name) {
    std::string text;
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen((std::string(folder) + '/' + name).c_str(), "rb"), &std::fclose);
    CHECK(file != nullptr);
    std::array<char, 4096> block;
    while (file != nullptr) {
        const std::size_t read = std::fread(block.data(), 1, block.size(), file.get());
        if (read == 0) break;
        text.append(block.data(), read);
    }
    return text;
}

template <class T> keycard_status status(const keycard::Result<T> &result) {
    return result.has_value() ? KEYCARD_OK : result.error().status();
}

keycard::Time now() { return keycard::Time::at(NOW); }

void test_keys() {
    const std::string jwks = contents("keys.json");
    keycard::Result<keycard::Keys> keys = keycard::Keys::from_jwks(jwks);
    CHECK(keys.has_value() && keys->size() == keys->report().added && keys->size() > 0);
    CHECK(status(keycard::Keys::from_jwks("{}")) == KEYCARD_KEY_SET_MALFORMED);
    CHECK(status(keycard::Keys::from_jwks({})) != KEYCARD_OK);
    CHECK(status(keycard::Keys::from_jwks(jwks, keycard::KeyRules().precompute(3000))) == KEYCARD_POLICY_VALUE);
    CHECK(keys->thumbprint(0).value().size() == 43);
    CHECK(status(keys->thumbprint(100)) == KEYCARD_KEY_NOT_FOUND);

    // Needs 64 KB for each key, which is more than the memory of the first attempt.
    const auto rules = keycard::KeyRules().precompute(KEYCARD_PRECOMPUTE_64KB).algorithms(KEYCARD_ES256);
    CHECK(keycard::Keys::from_jwks(contents("es256_keys.json"), rules).value().size() == 1);

    const auto secret = keycard::Keys::from_secret(std::string(32, 's'), keycard::KeyRules().id("s").algorithms(KEYCARD_HS256));
    CHECK(secret.has_value() && secret->size() == 1 && secret->report().added == 1);
    CHECK(status(keycard::Keys::from_secret("short", keycard::KeyRules().algorithms(KEYCARD_HS256))) == KEYCARD_KEY_WEAK);
    CHECK(status(keycard::Keys::from_pem("")) == KEYCARD_KEY_PEM_MISSING);
    CHECK(status(keycard::Keys::from_der("0")) == KEYCARD_KEY_ENCODING);
    CHECK(status(keycard::Keys::from_jwk("{}")) == KEYCARD_KEY_MALFORMED);

    // A table moves with its memory. The table that it was moved from has no keys.
    keycard::Keys moved = std::move(*keys);
    CHECK(moved.size() > 0);
    moved = keycard::Keys::from_jwks(contents("other_keys.json")).value();
    CHECK(moved.size() > 0);
}

void test_token() {
    const std::string jwt = contents("access_token.jwt");
    const keycard::Keys keys = keycard::Keys::from_jwks(contents("keys.json")).value();
    keycard::Result<keycard::Token> accepted = keycard::validate(keys, POLICY, now(), jwt);
    CHECK(accepted.has_value());
    if (!accepted) return;
    const keycard::Value tenant = accepted->find("scp").value();
    const keycard::Token token = std::move(*accepted);
    CHECK(token.string("cid").value() == "0oa2mv8c5m9Hd6q2t5d7");
    CHECK(status(token.string("no")) == KEYCARD_CLAIM_MISSING && status(token.integer("cid")) == KEYCARD_CLAIM_TYPE);
    CHECK(status(token.boolean("cid")) == KEYCARD_CLAIM_TYPE && token.time("exp").value() > NOW);
    CHECK(token.integer("exp").value() == token.time("exp").value());
    CHECK(token.algorithm() == KEYCARD_RS256 && token.key_index() == 0 && token.row() == 0 && !token.profile().empty());
    CHECK(token.has_scope("telemetry:write") && !token.has_scope("telemetry"));

    std::vector<std::string_view> scopes, elements;
    for (const std::string_view scope : token.scopes().value()) scopes.push_back(scope);
    for (const auto [name, value] : tenant.members().value()) {
        CHECK(name.empty());
        elements.push_back(value.string().value());
    }
    CHECK(scopes == elements && std::find(scopes.begin(), scopes.end(), "telemetry:write") != scopes.end());
    std::size_t audiences = 0;
    for (const std::string_view audience : token.strings("aud").value()) audiences += audience == AUDIENCE;
    CHECK(audiences == 1);
    std::size_t members = 0;
    for (const auto [name, value] : token.find().value().members().value()) members += !name.empty() && value.kind() != 0;
    CHECK(members > 5);
    CHECK(status(token.find("cid", "no")) == KEYCARD_CLAIM_MISSING && status(token.payload()) == KEYCARD_PAYLOAD_NOT_OPAQUE);
    CHECK(token.json().value().find("\"cid\":\"0oa2mv8c5m9Hd6q2t5d7\"") != std::string::npos);
}

void test_rejections() {
    const std::string jwt = contents("access_token.jwt");
    const keycard::Keys keys = keycard::Keys::from_jwks(contents("keys.json")).value();
    const auto verdict = [&](const keycard::Policy &policy) { return status(keycard::validate(keys, policy, now(), jwt)); };
    CHECK(verdict(POLICY.leeway(60)) == KEYCARD_OK);
    CHECK(verdict(POLICY.issuer("https://other.example")) == KEYCARD_WRONG_ISSUER);

    // A value that is given and empty is an error, even as a view or a list without an address.
    CHECK(verdict(POLICY.issuer({})) == KEYCARD_POLICY_EMPTY);
    CHECK(verdict(POLICY.audience({})) == KEYCARD_POLICY_EMPTY);
    CHECK(verdict(POLICY.subject({})) == KEYCARD_POLICY_EMPTY);
    CHECK(verdict(POLICY.scopes(std::vector<keycard_bytes>())) == KEYCARD_POLICY_EMPTY);
    CHECK(verdict(POLICY.audience("x").audiences(std::vector<keycard_bytes>())) != KEYCARD_OK);
    CHECK(verdict(POLICY.rules(std::vector<keycard_rule>())) == KEYCARD_POLICY_EMPTY);
    CHECK(verdict(POLICY.leeway(1000)) == KEYCARD_LEEWAY_TOO_LONG);
    CHECK(verdict(POLICY.leeway(1000).set(KEYCARD_INSECURE_LEEWAY)) == KEYCARD_OK);
    CHECK(verdict(POLICY.max_token_age(0)) != KEYCARD_OK);

    const std::array<keycard_bytes, 1> path = {keycard::bytes("cid")};
    const std::array<keycard_rule, 1> rules = {
        keycard_rule{path.data(), path.size(), KEYCARD_RULE_EQUALS, 0, keycard::bytes("another client")}};
    CHECK(verdict(POLICY.rules(rules)) == KEYCARD_CLAIM_MISMATCH);

    const keycard::Result<keycard::Token> expired = keycard::validate(keys, POLICY, keycard::Time::at(NOW + 100'000), jwt);
    CHECK(!expired.has_value() && expired.error().status() == KEYCARD_EXPIRED && expired.error().stage() == KEYCARD_STAGE_TIME);
    CHECK(expired.error().member() == "exp" && expired.error().sentence() == keycard_status_text(KEYCARD_EXPIRED));
    CHECK(expired.error().line().find("exp") != std::string::npos && expired.error().detail().has_times);
    CHECK(status(keycard::validate(keys, POLICY, keycard::Time::unknown(NOW), jwt)) == KEYCARD_TIME_UNAVAILABLE);
    CHECK(status(keycard::validate(keys, POLICY, keycard::Time::now(NOW), jwt)) == KEYCARD_EXPIRED);
    CHECK(status(keycard::validate(keys, POLICY, now(), {})) != KEYCARD_OK);
    const auto id_token = keycard::Policy::id_token(ISSUER, AUDIENCE, KEYCARD_RS256);
    CHECK(verdict(id_token) == KEYCARD_POLICY_INCOMPLETE);
    CHECK(verdict(id_token.nonce("n")) != KEYCARD_OK && verdict(id_token.nonce_not_sent()) != KEYCARD_OK);
}

void test_issuers_and_batches() {
    const std::string jwt = contents("access_token.jwt");
    const keycard::Keys keys = keycard::Keys::from_jwks(contents("keys.json")).value();
    const keycard::Policy other = POLICY.issuer("https://other.example");
    const std::array<keycard_trust_row, 2> rows = {
        keycard_trust_row{keys.raw(), &other.raw()}, keycard_trust_row{keys.raw(), &POLICY.raw()}};
    CHECK(keycard::validate_any(rows, now(), jwt).value().row() == 1);
    CHECK(status(keycard::validate_any(std::vector<keycard_trust_row>(), now(), jwt)) == KEYCARD_POLICY_EMPTY);

    const std::string cut = jwt.substr(1);
    const std::vector<keycard_bytes> jwts = {keycard::bytes(jwt), keycard::bytes(cut), keycard::bytes(jwt)};
    keycard::Result<keycard::Batch> batch = keycard::Batch::validate(keys, POLICY, now(), jwts);
    CHECK(batch.has_value() && batch->size() == 3);
    const keycard::Batch moved = std::move(*batch);
    CHECK(moved[0].value().string("cid").value() == moved[2].value().string("cid").value() && !moved[1].has_value());
    CHECK(keycard::Batch::validate(keys, POLICY, now(), std::vector<keycard_bytes>()).value().size() == 0);
}

void test_dpop() {
    const std::string jwt = contents("dpop_access_token.jwt"), proof_jwt = contents("dpop_proof.jwt");
    const keycard::Keys keys = keycard::Keys::from_jwks(contents("es256_keys.json")).value();
    const auto time = keycard::Time::at(NOW);
    const auto rules = keycard::ProofRules("POST", "https://api.example/telemetry", KEYCARD_ES256, 60)
                           .access_token(jwt).nonce_not_provided().leeway(5);
    keycard::ProofKeyCache proof_keys = keycard::ProofKeyCache::make(16, KEYCARD_PRECOMPUTE_2KB, 7).value();
    const keycard_proof proof = keycard::validate_proof(rules, time, proof_jwt, &proof_keys).value();
    const auto policy = keycard::Policy::access_token(ISSUER, AUDIENCE, KEYCARD_ES256);
    CHECK(keycard::validate(keys, policy.bound_to(proof), time, jwt).has_value());
    CHECK(!keycard::validate(keys, policy, time, jwt).has_value());
    CHECK(proof_keys.admit(proof).has_value());

    keycard::ReplayCache replay = keycard::ReplayCache::make(16, 300, 5, 16, keycard::Time::at(NOW - 300)).value();
    CHECK(replay.check(proof, time).has_value());
    CHECK(status(replay.check(proof, time)) == KEYCARD_REPLAYED);
    CHECK(replay.restart(120, 5, time).has_value());
    keycard::ReplayCache moved = std::move(replay);
    CHECK(status(moved.check(proof, time)) == KEYCARD_ISSUED_BEFORE_START);

    CHECK(status(keycard::validate_proof(rules.nonces(std::vector<keycard_bytes>()), time, proof_jwt)) != KEYCARD_OK);
    CHECK(status(keycard::validate_proof(rules.access_token({}), time, proof_jwt)) != KEYCARD_OK);
    CHECK(status(keycard::validate_proof(rules.without_access_token(), time, proof_jwt)) != KEYCARD_OK);
    CHECK(status(keycard::ProofKeyCache::make(16, 3000, 7)) != KEYCARD_OK);
    CHECK(status(keycard::ReplayCache::make(16, 60, 5, 17, time)) == KEYCARD_REPLAY_SHARE);
}

// RFC 7636 appendix B.
void test_pkce() {
    constexpr std::string_view VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const std::string challenge = keycard::pkce::challenge(VERIFIER).value();
    CHECK(challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CHECK(keycard::pkce::verify(challenge, "S256", VERIFIER).value());
    CHECK(status(keycard::pkce::verify(challenge, "S256", challenge)) == KEYCARD_PKCE_MISMATCH);
    CHECK(status(keycard::pkce::verify(challenge, "S256", std::nullopt)) == KEYCARD_PKCE_DOWNGRADE);
    CHECK(status(keycard::pkce::verify("", "", "")) != KEYCARD_OK);
    CHECK(status(keycard::pkce::verify(std::nullopt, std::nullopt, std::nullopt)) == KEYCARD_PKCE_MISSING);
    CHECK(!keycard::pkce::verify(std::nullopt, std::nullopt, std::nullopt, KEYCARD_PKCE_OPTIONAL).value());
    CHECK(keycard::pkce::verifier({}).value().size() == KEYCARD_PKCE_LENGTH && !keycard::pkce::challenge("short").has_value());
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 2) return 2;
    folder = arguments[1];
    test_keys();
    test_token();
    test_rejections();
    test_issuers_and_batches();
    test_dpop();
    test_pkce();
    std::printf(failures == 0 ? "keycard.hpp: every check holds\n" : "keycard.hpp: %d checks fail\n", failures);
    return failures == 0 ? 0 : 1;
}
