//! jwt-simple, in pure Rust. Its other back end is a second BoringSSL, which is left out because it
//! takes long to build.

use super::Validator;
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::{Numbers, PublicKey};
use jwt_simple::prelude::*;

pub struct JwtSimple {
    key: Key,
    options: VerificationOptions,
}

enum Key {
    Es256(ES256PublicKey),
    Rs256(RS256PublicKey),
    Hs256(HS256Key),
}

impl Validator for JwtSimple {
    const NAME: &'static str = "jwt-simple";
    const VARIANT: &'static str = "pure-rust";

    fn parse(key: &PublicKey) -> Option<Self> {
        let key = match &key.numbers {
            Numbers::Point { .. } => Key::Es256(ES256PublicKey::from_pem(&key.pem).ok()?),
            Numbers::Rsa { .. } => Key::Rs256(RS256PublicKey::from_pem(&key.pem).ok()?),
            Numbers::Secret(secret) => Key::Hs256(HS256Key::from_bytes(secret)),
            Numbers::Ed25519(_) | Numbers::MlDsa(_) => return None,
        };
        let options = VerificationOptions {
            allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
            allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
            ..Default::default()
        };
        Some(Self { key, options })
    }

    fn validate(&self, token: &str) -> bool {
        let options = Some(self.options.clone());
        match &self.key {
            Key::Es256(key) => key.verify_token::<NoCustomClaims>(token, options).is_ok(),
            Key::Rs256(key) => key.verify_token::<NoCustomClaims>(token, options).is_ok(),
            Key::Hs256(key) => key.verify_token::<NoCustomClaims>(token, options).is_ok(),
        }
    }
}
