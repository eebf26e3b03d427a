use driver::{text, Driver};
use jwt_simple::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Custom {
    scope: String,
}

fn main() {
    let mut driver = Driver::new();
    let asked = driver.claims();
    let part = |name: &str| asked[name].as_str().unwrap().to_string();
    let claims = || {
        let custom = Custom { scope: "read".into() };
        let claims = Claims::with_custom_claims(custom, Duration::from_hours(1));
        claims.with_issuer(part("iss")).with_subject(part("sub")).with_audience(part("aud"))
    };
    macro_rules! key {
        ($name:literal, $key:expr) => {{
            let key = $key;
            driver.token($name, key.sign(claims()).unwrap(), key.public_key().to_jwk());
            driver.keys(concat!($name, " key"), key.public_key().to_jwk());
            driver.thumbprint(
                concat!($name, " thumbprint"),
                key.public_key().jwk_thumbprint(),
                key.public_key().to_jwk(),
            );
        }};
    }
    key!("ES256", ES256KeyPair::generate());
    key!("ES384", ES384KeyPair::generate());
    key!("ES256K", ES256kKeyPair::generate());
    key!("PS256", PS256KeyPair::generate(2048).unwrap());
    key!("RS256", RS256KeyPair::generate(2048).unwrap());
    key!("EdDSA", Ed25519KeyPair::generate());
    key!("ML-DSA-44", MLDSA44KeyPair::generate());
    key!("ML-DSA-65", MLDSA65KeyPair::generate());
    key!("ML-DSA-87", MLDSA87KeyPair::generate());

    let mut key = ES256KeyPair::generate();
    let mut public = key.public_key();
    public.create_key_id();
    key = key.with_key_id(&text(&public.key_id()).replace('"', ""));
    driver.token("ES256 with create_key_id", key.sign(claims()).unwrap(), public.to_jwk());
    driver.keys("ES256 key with create_key_id", public.to_jwk());
    driver.token(
        "several audiences",
        key.sign(
            claims().with_audiences(HashSet::from_strings(&[part("aud"), "api://other".into()])),
        )
        .unwrap(),
        public.to_jwk(),
    );
    let asked = ES256PublicKey::from_jwk(&driver.jwk()).unwrap();
    driver.reverse("thumbprint of a key", "thumbprint", asked.jwk_thumbprint());
    driver.done();
}
