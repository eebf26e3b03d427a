//! josekit, which uses OpenSSL.

use super::Validator;
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::{Numbers, PublicKey};
use josekit::jwk::JwkSet;
use josekit::jws::{ES256, HS256, JwsVerifier, RS256};
use josekit::jwt::{self, JwtPayloadValidator};

pub struct Josekit {
    verifier: Box<dyn JwsVerifier>,
    validator: JwtPayloadValidator,
}

impl Validator for Josekit {
    const NAME: &'static str = "josekit";

    fn parse(key: &PublicKey) -> Option<Self> {
        let verifier: Box<dyn JwsVerifier> = match &key.numbers {
            Numbers::Point { .. } => Box::new(ES256.verifier_from_pem(&key.pem).ok()?),
            Numbers::Rsa { .. } => Box::new(RS256.verifier_from_pem(&key.pem).ok()?),
            Numbers::Secret(secret) => Box::new(HS256.verifier_from_bytes(secret).ok()?),
            Numbers::Ed25519(_) | Numbers::MlDsa(_) => return None,
        };
        let mut validator = JwtPayloadValidator::new();
        validator.set_issuer(ISSUER);
        validator.set_audience(AUDIENCE);
        Some(Self { verifier, validator })
    }

    fn validate(&self, token: &str) -> bool {
        let Ok((payload, _)) = jwt::decode_with_verifier(token, &*self.verifier) else {
            return false;
        };
        // Without a base time, josekit reads the system clock.
        self.validator.validate(&payload).is_ok()
    }
}

/// Reads a key set and all of its keys.
pub fn load(jwks: &str, count: usize) -> bool {
    let Ok(set) = JwkSet::from_bytes(jwks) else { return false };
    let keys = set.keys();
    let read = keys.iter().filter(|key| match key.algorithm() {
        Some("ES256") => std::hint::black_box(ES256.verifier_from_jwk(key)).is_ok(),
        _ => std::hint::black_box(RS256.verifier_from_jwk(key)).is_ok(),
    });
    read.count() == count
}
