use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use driver::{ed25519, p256, rsa, text, Driver, Pair};
use jwt_compact::alg::{Ed25519, Es256, Rsa, RsaPrivateKey, SigningKey};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::prelude::*;
use jwt_compact::Algorithm;
use serde_json::json;
use sha2::Sha256;

type Es256Key = <Es256 as Algorithm>::SigningKey;
type Ed25519Key = <Ed25519 as Algorithm>::SigningKey;

fn octets(number: &openssl::bn::BigNumRef, width: i32) -> String {
    URL_SAFE_NO_PAD.encode(number.to_vec_padded(width).unwrap())
}

/// The key in the form of jwt-compact, which does not read PEM.
fn rsa_key(pair: &Pair) -> RsaPrivateKey {
    let key = pair.rsa().unwrap();
    let part = |number: &openssl::bn::BigNumRef| octets(number, number.num_bytes());
    let jwk = json!({
        "kty": "RSA", "n": part(key.n()), "e": part(key.e()), "d": part(key.d()),
        "p": part(key.p().unwrap()), "q": part(key.q().unwrap()),
    });
    RsaPrivateKey::try_from(&serde_json::from_value::<JsonWebKey>(jwk).unwrap()).unwrap()
}

fn main() {
    let mut driver = Driver::new();
    let asked = driver.claims();
    let claims =
        Claims::new(json!({ "iss": asked["iss"], "sub": asked["sub"], "aud": asked["aud"] }))
            .set_duration_and_issuance(&TimeOptions::default(), chrono::Duration::hours(1));

    let secret = p256().ec_key().unwrap().private_key().to_vec_padded(32).unwrap();
    let key = Es256Key::from_slice(&secret).unwrap();
    let public = SigningKey::<Es256>::to_verifying_key(&key);
    let jwk = JsonWebKey::from(&public);
    driver.token("ES256", Es256.token(&Header::empty(), &claims, &key).unwrap(), text(&jwk));
    driver.keys("ES256 key", text(&jwk));
    driver.token(
        "claims in CBOR",
        Es256.compact_token(&Header::empty(), &claims, &key).unwrap(),
        text(&jwk),
    );
    let typed = Header::empty().with_token_type("JWT").with_key_id("one");
    driver.token("with typ and kid", Es256.token(&typed, &claims, &key).unwrap(), text(&jwk));
    driver.thumbprint("thumbprint", URL_SAFE_NO_PAD.encode(jwk.thumbprint::<Sha256>()), text(&jwk));

    let key = Ed25519Key::from_slice(&ed25519().raw_private_key().unwrap()).unwrap();
    let public = SigningKey::<Ed25519>::to_verifying_key(&key);
    let jwk = text(&JsonWebKey::from(&public));
    driver.token("EdDSA", Ed25519.token(&Header::empty(), &claims, &key).unwrap(), &jwk);
    driver.keys("EdDSA key", &jwk);

    let key = rsa_key(&rsa());
    let public = key.to_public_key();
    let jwk = text(&JsonWebKey::from(&public));
    for (name, alg) in [("PS256", Rsa::ps256()), ("RS256", Rsa::rs256())] {
        driver.token(name, alg.token(&Header::empty(), &claims, &key).unwrap(), &jwk);
    }
    driver.keys("RSA key", &jwk);

    let asked: JsonWebKey =
        serde_json::from_value::<JsonWebKey>(driver.asked["jwk"].clone()).unwrap();
    driver.reverse(
        "thumbprint of a key",
        "thumbprint",
        URL_SAFE_NO_PAD.encode(asked.thumbprint::<Sha256>()),
    );
    driver.done();
}
