use biscuit::jwa::SignatureAlgorithm;
use biscuit::jwk::JWK;
use biscuit::jws::{Compact, RegisteredHeader, Secret};
use biscuit::{digest, ClaimsSet, Empty, RegisteredClaims, SingleOrMultiple};
use driver::{p256, public_pem, rsa, text, Driver};
use ring::rand::SystemRandom;
use ring::signature::{EcdsaKeyPair, RsaKeyPair, ECDSA_P256_SHA256_FIXED_SIGNING};
use std::sync::Arc;

type Claims = ClaimsSet<Empty>;

fn sign(alg: SignatureAlgorithm, claims: Claims, secret: &Secret) -> String {
    let header = RegisteredHeader { algorithm: alg, ..Default::default() };
    let compact =
        Compact::<Claims, Empty>::new_decoded(header.into(), claims).into_encoded(secret).unwrap();
    compact.unwrap_encoded().to_string()
}

fn main() {
    let mut driver = Driver::new();
    let asked = driver.claims();
    let part = |name: &str| asked[name].as_str().unwrap().to_string();
    let claims = || Claims {
        registered: RegisteredClaims {
            issuer: Some(part("iss")),
            subject: Some(part("sub")),
            audience: Some(SingleOrMultiple::Single(part("aud"))),
            expiry: Some(asked["exp"].as_i64().unwrap().into()),
            issued_at: Some(asked["iat"].as_i64().unwrap().into()),
            ..Default::default()
        },
        private: Empty {},
    };

    let pair = p256();
    let der = pair.private_key_to_pkcs8().unwrap();
    let key =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new())
            .unwrap();
    let secret = Secret::EcdsaKeyPair(Arc::new(key));
    driver.token("ES256", sign(SignatureAlgorithm::ES256, claims(), &secret), public_pem(&pair));

    let pair = rsa();
    let key = RsaKeyPair::from_pkcs8(&pair.private_key_to_pkcs8().unwrap()).unwrap();
    let secret = Secret::RsaKeyPair(Arc::new(key));
    driver.token("RS256", sign(SignatureAlgorithm::RS256, claims(), &secret), public_pem(&pair));
    driver.token("PS256", sign(SignatureAlgorithm::PS256, claims(), &secret), public_pem(&pair));

    let jwk = JWK::<Empty>::new_octet_key(&[7; 32], Empty {});
    let secret = Secret::Bytes(vec![7; 32]);
    let token = sign(SignatureAlgorithm::HS256, claims(), &secret);
    driver.token_with("HS256", token, text(&jwk), serde_json::json!({ "alg": ["HS256"] }));

    let jwk: JWK<Empty> = serde_json::from_str(&driver.jwk()).unwrap();
    driver.keys("key that it read", text(&jwk));
    let thumbprint = jwk.algorithm.thumbprint(&digest::SHA256).unwrap();
    driver.reverse("thumbprint of a key", "thumbprint", thumbprint);
    driver.done();
}
