//! Tokens that own their memory have the verdicts and claims of those that borrow it.

#![cfg(all(feature = "es256", feature = "alloc"))]

use crate::support::issuer::Issuer;
use keycard::{Algorithm, KeyRules, OwnedKeys, OwnedToken, Policy, Reason, Time, scratch_size};
use serde_json::json;

const NOW: Time = Time::At(1000);

fn policy() -> Policy<'static> {
    Policy::jwt("https://id.example", "api", Algorithm::Es256)
}

fn keys(issuer: &Issuer) -> OwnedKeys {
    let jwks = json!({"keys": [issuer.jwk()]}).to_string();
    OwnedKeys::from_jwks(&KeyRules::new(), jwks).unwrap().0
}

fn token(issuer: &Issuer, number: usize) -> String {
    // Every third token has expired.
    let expiry = if number.is_multiple_of(3) { 999 } else { 2000 };
    let claims = json!({"iss": "https://id.example", "aud": "api", "exp": expiry, "jti": number.to_string()});
    issuer.token(claims.to_string())
}

#[test]
fn keeps_an_owned_token_after_its_text_and_keys() {
    let accepted = {
        let issuer = Issuer::with(Algorithm::Es256, "first");
        let keys = keys(&issuer);
        OwnedToken::validate(token(&issuer, 1), keys.keys(), &policy(), NOW).unwrap()
    };
    assert_eq!(accepted.token().claims().string("jti").unwrap(), "1");
    assert_eq!(format!("{accepted:?}"), format!("{:?}", accepted.token()));
}

#[test]
fn owned_tokens_have_the_verdicts_of_borrowed_ones() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let keys = keys(&issuer);
    let mut tokens: Vec<_> = (0..19).map(|number| token(&issuer, number)).collect();
    tokens.extend([String::new(), "a.b.c".to_owned(), "x".repeat(70_000)]);
    for count in [0, 1, 7, 8, 9, 16, 19, tokens.len()] {
        let tokens = &tokens[..count];
        let verdicts = OwnedToken::validate_all(tokens, keys.keys(), &policy(), NOW);
        assert_eq!(verdicts.len(), count);
        for (token, verdict) in tokens.iter().zip(verdicts) {
            let mut scratch = vec![0; scratch_size(token.len())];
            let borrowed = keycard::validate(token, keys.keys(), &policy(), NOW, &mut scratch);
            let borrowed = borrowed.map(|token| format!("{token:?}"));
            let alone = OwnedToken::validate(token, keys.keys(), &policy(), NOW);
            assert_eq!(alone.map(|token| format!("{token:?}")), borrowed);
            assert_eq!(verdict.map(|token| format!("{token:?}")), borrowed);
        }
    }
}

#[test]
fn rejects_an_owned_token_the_second_time() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let keys = keys(&issuer);
    let claims =
        json!({"iss": "https://id.example", "aud": "api", "exp": 2000, "iat": 990, "jti": "1"});
    let text = issuer.token(claims.to_string());
    let accepted = OwnedToken::validate(text, keys.keys(), &policy(), NOW).unwrap();
    let mut memory = vec![0; keycard::replay::words_for(4)];
    let limits = keycard::replay::Limits { window: 0, leeway: 0, share: 16 };
    let mut cache = keycard::replay::ReplayCache::new(&mut memory, limits, Time::At(980)).unwrap();
    cache.check_token(&accepted.token(), NOW).unwrap();
    let again = cache.check_token(&accepted.token(), NOW).unwrap_err();
    assert_eq!(again.reason(), Reason::Replayed);
}
