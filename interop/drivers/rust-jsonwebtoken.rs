use driver::{ec, ed25519, p256, private_pem, public_pem, rsa, text, Driver};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use openssl::nid::Nid;
use serde_json::json;

fn main() {
    let mut driver = Driver::new();
    let made = [
        (Algorithm::ES256, p256()),
        (Algorithm::ES384, ec(Nid::SECP384R1)),
        (Algorithm::PS256, rsa()),
        (Algorithm::RS256, rsa()),
        (Algorithm::EdDSA, ed25519()),
    ];
    let from_pem = |alg: &Algorithm, pem: &[u8]| match alg {
        Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem).unwrap(),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(pem).unwrap(),
        _ => EncodingKey::from_rsa_pem(pem).unwrap(),
    };
    for (alg, pair) in &made {
        let key = from_pem(alg, &private_pem(pair));
        let jwk = text(&Jwk::from_encoding_key(&key, *alg).unwrap());
        let token = encode(&Header::new(*alg), &driver.claims(), &key).unwrap();
        driver.token(&format!("{alg:?}"), token, public_pem(pair));
        driver.keys(&format!("{alg:?} key"), jwk);
    }

    let (alg, pair) = &made[0];
    let key = from_pem(alg, &private_pem(pair));
    let jwk = Jwk::from_encoding_key(&key, *alg).unwrap();
    for (name, exp) in [("exp as an f64", 4_102_444_800.0), ("exp of 1e16 as an f64", 1e16)] {
        let mut claims = driver.claims();
        claims["exp"] = json!(exp);
        driver.token(name, encode(&Header::new(*alg), &claims, &key).unwrap(), text(&jwk));
    }
    driver.thumbprint("thumbprint", jwk.thumbprint(ThumbprintHash::SHA256).unwrap(), text(&jwk));
    let asked: Jwk = serde_json::from_str(&driver.jwk()).unwrap();
    driver.reverse(
        "thumbprint of a key",
        "thumbprint",
        asked.thumbprint(ThumbprintHash::SHA256).unwrap(),
    );
    driver.done();
}
