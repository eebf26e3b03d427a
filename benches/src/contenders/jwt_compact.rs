//! jwt-compact. It leaves `iss` and `aud` to its caller.

use super::Validator;
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::{Numbers, PublicKey};
use jwt_compact::alg::{Es256, Hs256, Hs256Key, Rsa};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::prelude::*;
use jwt_compact::{Algorithm, TimeOptions};
use serde::Deserialize;

pub struct JwtCompact {
    key: Key,
    time: TimeOptions,
}

enum Key {
    Es256(<Es256 as Algorithm>::VerifyingKey),
    Rs256(<Rsa as Algorithm>::VerifyingKey),
    Hs256(Hs256Key),
}

#[derive(Clone, Deserialize)]
struct Checked {
    iss: String,
    aud: Audience,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Validator for JwtCompact {
    const NAME: &'static str = "jwt-compact";

    fn parse(key: &PublicKey) -> Option<Self> {
        let jwk: JsonWebKey<'_> = serde_json::from_str(&key.jwk).ok()?;
        let key = match &key.numbers {
            Numbers::Point { .. } => Key::Es256((&jwk).try_into().ok()?),
            Numbers::Rsa { .. } => Key::Rs256((&jwk).try_into().ok()?),
            Numbers::Secret(secret) => Key::Hs256(Hs256Key::new(secret)),
            Numbers::Ed25519(_) | Numbers::MlDsa(_) => return None,
        };
        Some(Self { key, time: TimeOptions::default() })
    }

    fn validate(&self, token: &str) -> bool {
        let Ok(token) = UntrustedToken::new(token) else { return false };
        match &self.key {
            Key::Es256(key) => self.check(Es256.validator(key).validate(&token)),
            Key::Rs256(key) => self.check(Rsa::rs256().validator(key).validate(&token)),
            Key::Hs256(key) => self.check(Hs256.validator(key).validate(&token)),
        }
    }
}

impl JwtCompact {
    fn check<E>(&self, token: Result<Token<Checked>, E>) -> bool {
        let Ok(token) = token else { return false };
        let claims = token.claims();
        let ours = match &claims.custom.aud {
            Audience::One(one) => one == AUDIENCE,
            Audience::Many(many) => many.iter().any(|one| one == AUDIENCE),
        };
        let in_time = claims.validate_expiration(&self.time).is_ok()
            && (claims.not_before.is_none() || claims.validate_maturity(&self.time).is_ok());
        ours && claims.custom.iss == ISSUER && in_time
    }
}
