//! The requirements of the OpenID Foundation conformance suite for a relying party that concern
//! tokens. Each test has the name of its module in the suite.
//!
//! The provider is the issuer of the tests. The client is its JWK Set and a policy. Each rejection
//! changes one detail of an accepted login.

use crate::support::issuer::{Issuer, encode};
use crate::support::jwk::with;
use crate::support::verdict::{self, ISSUER, NOW, half_hash, has_hash};
use keycard::{Algorithm, ClaimRule, KeyRules, KeyTable, Policy, Reason, Time, scratch_size};
use serde_json::{Value, json};

const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/// The client with the response type `code`.
fn client(provider: &Issuer) -> Policy<'static> {
    Policy::id_token(ISSUER, CLIENT, provider.algorithm(), NONCE)
}

/// The claims of an ID token for the client, with some of them replaced.
fn claims(changes: Value) -> String {
    verdict::claims_of(json!({"aud": CLIENT, "nonce": NONCE}), changes)
}

/// The verdict on a token with the published keys of the provider.
fn verdict_of(published: &[Value], policy: &Policy<'_>, token: &str) -> Result<(), Reason> {
    let mut memory = [0; 1024];
    let mut table = KeyTable::new(&mut memory).unwrap();
    // For HMAC algorithms, the key is the client secret.
    let rules = KeyRules::new().allow_secrets();
    table.add_jwks_by(&rules, json!({ "keys": published }).to_string()).unwrap();
    let mut scratch = vec![0; scratch_size(token.len())];
    let outcome = keycard::validate(token, table.view(), policy, Time::At(NOW), &mut scratch);
    outcome.map(|_| ()).map_err(|error| error.reason())
}

/// The verdict on a login with these changes to the ID token.
fn login(
    policy: impl Fn(Policy<'static>) -> Policy<'static>,
    changes: Value,
) -> Result<(), Reason> {
    let provider = Issuer::new();
    let token = provider.token(claims(changes));
    verdict_of(&[provider.jwk()], &policy(client(&provider)), &token)
}

/// The three algorithms of the suite, as far as they are built.
fn signers() -> impl Iterator<Item = Issuer> {
    let algorithms = [Algorithm::Rs256, Algorithm::Es256, Algorithm::Hs256];
    let built = algorithms.into_iter().filter(|algorithm| algorithm.is_built());
    built.map(|algorithm| Issuer::with(algorithm, "first"))
}

fn without_kid(provider: &Issuer) -> Value {
    with(&provider.jwk(), json!({"kid": null}))
}

fn token_without_kid(provider: &Issuer) -> String {
    provider.sign(&json!({"alg": provider.algorithm().name()}).to_string(), claims(json!({})))
}

#[test]
fn an_ordinary_id_token_is_accepted() {
    assert_eq!(login(|client| client, json!({})), Ok(()));
}

#[test]
fn idtoken_sig_rs256_es256_and_hs256_are_accepted() {
    for provider in signers() {
        let token = provider.token(claims(json!({})));
        assert_eq!(verdict_of(&[provider.jwk()], &client(&provider), &token), Ok(()));
    }
}

#[test]
fn invalid_sig_rs256_es256_and_hs256_are_rejected() {
    for provider in signers() {
        let token = provider.token(claims(json!({})));
        let (signed, _) = token.rsplit_once('.').unwrap();
        let right = provider.signature(signed.as_bytes());
        for at in [0, right.len() / 2, right.len() - 1] {
            let mut wrong = right.clone();
            wrong[at] ^= 0x5A;
            let token = format!("{signed}.{}", encode(wrong));
            let outcome = verdict_of(&[provider.jwk()], &client(&provider), &token);
            assert_eq!(outcome, Err(Reason::SignatureInvalid), "{} {at}", provider.algorithm());
        }
    }
}

#[test]
fn idtoken_sig_none_is_rejected() {
    let provider = Issuer::new();
    let signed = format!("{}.{}", encode(r#"{"alg":"none"}"#), encode(claims(json!({}))));
    for (token, reason) in [
        (format!("{signed}."), Reason::TokenParts),
        (format!("{signed}.AA"), Reason::AlgorithmNone),
    ] {
        assert_eq!(verdict_of(&[provider.jwk()], &client(&provider), &token), Err(reason));
    }
}

#[test]
fn invalid_iss_is_rejected() {
    let changes = json!({"iss": format!("{ISSUER}invalid")});
    assert_eq!(login(|client| client, changes), Err(Reason::WrongIssuer));
}

#[test]
fn missing_sub_is_rejected() {
    assert_eq!(login(|client| client, json!({"sub": null})), Err(Reason::ClaimMissing));
}

#[test]
fn missing_iat_is_rejected() {
    assert_eq!(login(|client| client, json!({"iat": null})), Err(Reason::ClaimMissing));
}

#[test]
fn missing_aud_is_rejected() {
    assert_eq!(login(|client| client, json!({"aud": null})), Err(Reason::ClaimMissing));
}

#[test]
fn invalid_aud_is_rejected() {
    for audience in [json!("invalid"), json!([format!("{CLIENT}1")]), json!([])] {
        let changes = json!({ "aud": audience });
        assert_eq!(login(|client| client, changes), Err(Reason::WrongAudience));
    }
}

#[test]
fn nonce_invalid_is_rejected() {
    let changes = json!({"nonce": format!("{NONCE}1")});
    assert_eq!(login(|client| client, changes), Err(Reason::WrongNonce));
}

#[test]
fn nonce_unless_code_flow_is_required_unless_waived_by_name() {
    let provider = Issuer::new();
    let forgotten = Policy::id_token(ISSUER, CLIENT, provider.algorithm(), None);
    let token = provider.token(claims(json!({"nonce": null})));
    let verdict_of = |policy: &Policy<'_>| verdict_of(&[provider.jwk()], policy, &token);
    assert_eq!(verdict_of(&forgotten), Err(Reason::PolicyIncomplete));
    assert_eq!(verdict_of(&client(&provider)), Err(Reason::ClaimMissing));
    assert_eq!(verdict_of(&forgotten.nonce_not_sent()), Ok(()), "the code flow may do without");
}

#[test]
fn kid_absent_single_jwks_is_accepted() {
    let provider = Issuer::new();
    let token = token_without_kid(&provider);
    for published in [provider.jwk(), without_kid(&provider)] {
        assert_eq!(verdict_of(&[published], &client(&provider), &token), Ok(()));
    }
}

#[test]
fn kid_absent_multiple_jwks_is_accepted_if_one_of_the_keys_fits() {
    let (provider, other) = (Issuer::new(), Issuer::other());
    let token = token_without_kid(&provider);
    let published = [without_kid(&other), without_kid(&provider)];
    assert_eq!(verdict_of(&published, &client(&provider), &token), Ok(()));
    let neither = [without_kid(&other), without_kid(&other)];
    assert!(verdict_of(&neither, &client(&provider), &token).is_err());
}

#[test]
fn ignores_unparseable_key_in_jwks() {
    let provider = Issuer::new();
    let published = [
        json!({"kty": "AKP", "alg": "ML-DSA-999", "kid": "future", "pub": "AAAA"}),
        json!({"kty": "made up", "kid": "other", "x": {"y": [1]}}),
        json!({"kty": "EC", "crv": "P-256", "kid": "broken"}),
        json!({"kty": "RSA", "use": "enc", "kid": "encryption", "n": "AQAB", "e": "AQAB"}),
        json!(7),
        provider.jwk(),
    ];
    let token = provider.token(claims(json!({})));
    assert_eq!(verdict_of(&published, &client(&provider), &token), Ok(()));
}

#[test]
fn signing_key_rotation_is_a_new_table() {
    let (before, after) = (Issuer::new(), Issuer::other());
    let (old, new) = (before.token(claims(json!({}))), after.token(claims(json!({}))));
    let policy = client(&before);
    assert_eq!(verdict_of(&[before.jwk()], &policy, &old), Ok(()));
    // First the error after which the keys are fetched again, then the accepted token.
    assert_eq!(verdict_of(&[before.jwk()], &policy, &new), Err(Reason::KeyNotFound));
    assert_eq!(verdict_of(&[after.jwk()], &policy, &new), Ok(()));
    // While both keys are published, both are valid; a key that is no longer published is not.
    for token in [&old, &new] {
        assert_eq!(verdict_of(&[before.jwk(), after.jwk()], &policy, token), Ok(()));
    }
    assert_eq!(verdict_of(&[after.jwk()], &policy, &old), Err(Reason::KeyNotFound));
}

/// The client with the response type `id_token token`.
fn implicit(client: Policy<'static>) -> Policy<'static> {
    client.with_access_token(ACCESS_TOKEN).require_access_token_hash()
}

/// The client with the response type `code id_token`.
fn hybrid(client: Policy<'static>) -> Policy<'static> {
    client.with_code(CODE).require_code_hash()
}

#[test]
fn missing_athash_is_rejected_if_access_token_came_too() {
    assert_eq!(login(implicit, json!({})), Err(Reason::ClaimMissing));
}

#[test]
fn invalid_athash_is_rejected() {
    for wrong in [half_hash("another access token"), half_hash(CODE), half_hash("")] {
        assert_eq!(login(implicit, json!({ "at_hash": wrong })), Err(Reason::WrongHash));
    }
    let right = login(implicit, json!({"at_hash": half_hash(ACCESS_TOKEN)}));
    assert_eq!(right.is_ok(), has_hash());
}

#[test]
fn missing_chash_is_rejected_if_code_came_too() {
    assert_eq!(login(hybrid, json!({})), Err(Reason::ClaimMissing));
}

#[test]
fn invalid_chash_is_rejected() {
    for wrong in [half_hash("another code"), half_hash(ACCESS_TOKEN), half_hash("")] {
        assert_eq!(login(hybrid, json!({ "c_hash": wrong })), Err(Reason::WrongHash));
    }
    let right = login(hybrid, json!({"c_hash": half_hash(CODE)}));
    assert_eq!(right.is_ok(), has_hash());
}

#[test]
fn userinfo_signed_is_accepted_userinfo_invalid_sub_is_rejected() {
    // Core section 5.3.2: signed, with iss and aud; section 5.3.4: sub is that of the ID token.
    let provider = Issuer::new();
    let rules = [ClaimRule::equals("sub", "00u1")];
    let policy =
        Policy::jwt(ISSUER, CLIENT, provider.algorithm()).without_expiry().require_rules(&rules);
    let verdict_of = |changes| {
        let all = json!({"aud": CLIENT, "exp": null, "email": "ann@example.com"});
        verdict_of(&[provider.jwk()], &policy, &provider.token(verdict::claims_of(all, changes)))
    };
    assert_eq!(verdict_of(json!({})), Ok(()));
    assert_eq!(verdict_of(json!({"sub": "00u1 invalid"})), Err(Reason::ClaimMismatch));
    assert_eq!(verdict_of(json!({"sub": null})), Err(Reason::ClaimMissing));
    assert_eq!(verdict_of(json!({"iss": null})), Err(Reason::ClaimMissing));
    assert_eq!(verdict_of(json!({"aud": "other"})), Err(Reason::WrongAudience));
}

#[test]
fn aggregated_claims_verify_only_with_keys_of_their_issuer() {
    const BANK: &str = "https://bank.example";
    let (provider, bank) = (Issuer::new(), Issuer::other());
    let policy = Policy::jwt(BANK, None, bank.algorithm()).without_audience().without_expiry();
    let payload = json!({"iss": BANK, "credit_score": 650}).to_string();
    assert_eq!(verdict_of(&[bank.jwk()], &policy, &bank.token(&payload)), Ok(()));
    let forged = verdict_of(&[bank.jwk()], &policy, &provider.token(&payload));
    assert_eq!(forged, Err(Reason::KeyNotFound));
}

#[test]
#[cfg(feature = "logout")]
fn backchannel_rpinitlogout_alg_none_and_wrong_alg_are_rejected() {
    let provider = Issuer::new();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let payload =
        verdict::claims(json!({"aud": CLIENT, "jti": "1", "sid": "s", "events": {event: {}}}));
    let token = |algorithm: &str| {
        provider.sign(&json!({"alg": algorithm, "typ": "logout+jwt"}).to_string(), &payload)
    };
    let policy = Policy::logout_token(ISSUER, CLIENT, provider.algorithm());
    let verdict_of = |token: &str| verdict_of(&[provider.jwk()], &policy, token);
    assert_eq!(verdict_of(&token(provider.algorithm().name())), Ok(()));
    assert_eq!(verdict_of(&token("none")), Err(Reason::AlgorithmNone));
    for other in Algorithm::ALL.iter().filter(|other| **other != provider.algorithm()) {
        assert_eq!(verdict_of(&token(other.name())), Err(Reason::AlgorithmNotAllowed), "{other}");
    }
}
