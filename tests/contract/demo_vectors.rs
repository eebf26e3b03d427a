//! The tokens of `make demo` and of the C tests come from the issuer of the tests: `make vectors`
//! writes them again.

#![cfg(all(feature = "rs256", feature = "es256"))]

use crate::support::issuer::{self, Issuer};
use keycard::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// An access token as an Okta authorization server issues them for a service app.
fn okta_style() -> Value {
    json!({
        "ver": 1,
        "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "iss": "https://dev-1234567.okta.example/oauth2/default",
        "aud": "api://default",
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
        "cid": "0oa2mv8c5m9Hd6q2t5d7",
        "uid": "00u2mv8c4Tq3b7r1k5d7",
        "scp": ["telemetry:write", "telemetry:read"],
        "sub": "thermostat-7\u{b0}C",
    })
}

/// The examples of the flows have one client, and a user of it.
const CLIENT: &str = "0oa2mv8c5m9Hd6q2t5d7";
const USER: &str = "00u2mv8c4Tq3b7r1k5d7";
const NONCE: &str = "n-0S6_WzA2Mj";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";

/// The left half of the SHA-256 of a value that comes with an ID token (OpenID Connect Core section
/// 3.1.3.6).
fn half_hash(value: &str) -> String {
    issuer::encode(&Sha256::digest(value)[..16])
}

/// The tokens of the flows in the examples.
fn flows(okta: &Issuer) -> Vec<(String, String)> {
    let with = |common: &Value, more: Value| {
        let mut claims = common.clone();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        okta.token(claims.to_string())
    };
    let common = json!({
        "iss": okta_style()["iss"], "iat": 1_700_000_000, "exp": 1_700_003_600,
    });
    let access = |more| {
        let mut claims = common.clone();
        claims["aud"] = json!("api://default");
        claims["cid"] = json!(CLIENT);
        with(&claims, more)
    };
    let id = |more| {
        let mut claims = common.clone();
        claims["aud"] = json!(CLIENT);
        claims["auth_time"] = json!(1_699_999_990);
        with(&claims, more)
    };
    let user =
        access(json!({"sub": "ada@example.com", "uid": USER, "scp": ["openid", "notes:read"]}));
    let at_hash = half_hash(&user);
    let c_hash = half_hash(CODE);
    let files = [
        ("service_access_token", access(json!({"sub": CLIENT, "scp": ["telemetry:write"]}))),
        ("code_id_token", id(json!({"sub": USER, "nonce": NONCE}))),
        ("implicit_id_token", id(json!({"sub": USER, "nonce": NONCE, "at_hash": at_hash}))),
        ("hybrid_id_token", id(json!({"sub": USER, "nonce": NONCE, "c_hash": c_hash}))),
        ("refreshed_id_token", id(json!({"sub": USER, "iat": 1_700_000_050}))),
        ("refreshed_for_another", id(json!({"sub": "00u9", "iat": 1_700_000_050}))),
        ("user_access_token", user),
    ];
    files.map(|(name, token)| (format!("flow_{name}.jwt"), token)).to_vec()
}

/// An access token that is bound to the key of a client, and its proof for a request.
fn bound_token_and_proof(issuer: &Issuer) -> (String, String) {
    let client = Issuer::with(issuer.algorithm(), "second");
    let mut memory = [0; 128];
    let keys = client.keys(&mut memory);
    let thumbprint = keys.view().iter().next().unwrap().thumbprint();
    let mut claims = okta_style();
    claims["cnf"] = json!({"jkt": thumbprint.to_text().as_str()});
    let token = issuer.token(claims.to_string());
    let header = json!({"typ": "dpop+jwt", "alg": issuer.algorithm().name(), "jwk": client.jwk()});
    let claims = json!({
        "jti": "-BwC3ESc6acc2lTc",
        "htm": "POST",
        "htu": "https://api.example/telemetry",
        "iat": 1_700_000_060,
        "ath": issuer::encode(Sha256::digest(&token)),
    });
    let proof = client.sign(&header.to_string(), claims.to_string());
    (token, proof)
}

/// The identity token of a workload, and its proof for a request.
fn workload(issuer: &Issuer) -> (String, String) {
    let holder = Issuer::with(issuer.algorithm(), "second");
    let mut jwk = holder.jwk();
    jwk["alg"] = json!(issuer.algorithm().name());
    let claims = json!({
        "sub": "spiffe://example.org/ns/prod/sa/meter",
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
        "cnf": {"jwk": jwk},
    });
    let header = json!({"typ": "wit+jwt", "alg": issuer.algorithm().name(), "kid": "first"});
    let token = issuer.sign(&header.to_string(), claims.to_string());
    let header = json!({"typ": "wpt+jwt", "alg": issuer.algorithm().name()});
    let claims = json!({
        "aud": "https://api.example/telemetry",
        "exp": 1_700_000_090,
        "jti": "kRm8xWfTq2",
        "wth": issuer::encode(Sha256::digest(&token)),
    });
    (token, holder.sign(&header.to_string(), claims.to_string()))
}

fn logout_token(issuer: &Issuer) -> String {
    let claims = json!({
        "iss": "https://dev-1234567.okta.example/oauth2/default",
        "aud": "0oa2mv8c5m9Hd6q2t5d7",
        "iat": 1_700_000_000,
        "exp": 1_700_000_120,
        "jti": "bWJq",
        "sid": "08a5019c-17e1-4977-8f42-65a12843ea02",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let header = json!({"alg": "RS256", "kid": "first", "typ": "logout+jwt"});
    issuer.sign(&header.to_string(), claims.to_string())
}

fn client_assertion(issuer: &Issuer) -> String {
    let claims = json!({
        "iss": "0oa2mv8c5m9Hd6q2t5d7",
        "sub": "0oa2mv8c5m9Hd6q2t5d7",
        "aud": "https://dev-1234567.okta.example/oauth2/default",
        "exp": 1_700_000_120,
        "jti": "bWJr",
    });
    let header = json!({"alg": "RS256", "kid": "first", "typ": "client-authentication+jwt"});
    issuer.sign(&header.to_string(), claims.to_string())
}

fn id_jag(issuer: &Issuer) -> String {
    let claims = json!({
        "iss": "https://idp.example",
        "sub": "U019488227",
        "aud": "https://dev-1234567.okta.example/oauth2/default",
        "client_id": "0oa2mv8c5m9Hd6q2t5d7",
        "iat": 1_700_000_000,
        "exp": 1_700_000_120,
        "jti": "bWJs",
        "scope": "orders:read",
    });
    let header = json!({"alg": "RS256", "kid": "first", "typ": "oauth-id-jag+jwt"});
    issuer.sign(&header.to_string(), claims.to_string())
}

#[test]
fn the_demo_tokens_are_what_the_issuer_signs() {
    let okta = Issuer::with(Algorithm::Rs256, "first");
    let small = Issuer::with(Algorithm::Es256, "first");
    let stranger = Issuer::with_rsa(Algorithm::Rs256, "2048_e3");
    // JSON as some programs write it, with spaces and unnecessary escapes.
    let claims = serde_json::to_string_pretty(&okta_style()).unwrap().replace('/', r"\/");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/demo");
    use Algorithm::{Ed25519, Es384, MlDsa44, MlDsa65, MlDsa87};
    let of_firmware = [Ed25519, Es384, MlDsa44, MlDsa65, MlDsa87].map(|algorithm| {
        let name = algorithm.name().to_lowercase().replace('-', "_");
        let issuer = Issuer::with(algorithm, "first");
        let keys = json!({"keys": [issuer.jwk()]}).to_string();
        [
            (format!("{name}_keys.json"), keys),
            (format!("{name}_access_token.jwt"), issuer.token(&claims)),
        ]
    });
    let (bound_token, proof) = bound_token_and_proof(&small);
    let (rsa_bound_token, rsa_proof) = bound_token_and_proof(&okta);
    let (identity, workload_proof) = workload(&small);
    let classical = [
        ("keys.json", json!({"keys": [okta.jwk()]}).to_string()),
        ("other_keys.json", json!({"keys": [stranger.jwk()]}).to_string()),
        ("access_token.jwt", okta.token(&claims)),
        ("es256_keys.json", json!({"keys": [small.jwk()]}).to_string()),
        ("es256_access_token.jwt", small.token(&claims)),
        ("dpop_access_token.jwt", bound_token),
        ("dpop_proof.jwt", proof),
        ("rs256_dpop_access_token.jwt", rsa_bound_token),
        ("rs256_dpop_proof.jwt", rsa_proof),
        ("workload_identity.jwt", identity),
        ("workload_proof.jwt", workload_proof),
        ("logout_token.jwt", logout_token(&okta)),
        ("client_assertion.jwt", client_assertion(&okta)),
        ("id_jag.jwt", id_jag(&okta)),
        ("payload.jws", okta.sign(r#"{"alg":"RS256"}"#, b"\x00\x01 any bytes \xff")),
    ]
    .map(|(file, content)| (file.to_owned(), content));
    let of_firmware = of_firmware.into_iter().flatten();
    for (file, content) in classical.into_iter().chain(of_firmware).chain(flows(&okta)) {
        let path = folder.join(&file);
        if std::env::var_os("KEYCARD_WRITE_VECTORS").is_some() {
            std::fs::write(&path, &content).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == content, "{file} is not what the issuer signs: run `make vectors`");
    }
}
