//! jsonwebtoken, with both of its back ends. A process can install only one back end, so the back
//! end here selects one of the two. This costs only the load of a byte.

use super::Validator;
use crate::inputs::{AUDIENCE, ISSUER};
use crate::issuer::{Numbers, PublicKey};
use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static RUST_CRYPTO: AtomicBool = AtomicBool::new(false);

fn chosen() -> &'static CryptoProvider {
    match RUST_CRYPTO.load(Ordering::Relaxed) {
        true => &rust_crypto::DEFAULT_PROVIDER,
        false => &aws_lc::DEFAULT_PROVIDER,
    }
}

fn install() {
    static ONCE: Once = Once::new();
    static CHOOSING: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| (chosen().signer_factory)(algorithm, key),
        verifier_factory: |algorithm, key| (chosen().verifier_factory)(algorithm, key),
        key_utils: jsonwebtoken::crypto::KeyUtils::new_unimplemented(),
    };
    ONCE.call_once(|| CHOOSING.install_default().expect("nobody else installs one"));
}

/// A claims type of the caller, with the claims that an API needs.
#[derive(Deserialize)]
struct Claims {
    sub: String,
}

pub struct Jsonwebtoken<const PURE: bool> {
    key: DecodingKey,
    validation: Validation,
}

pub type OnAwsLc = Jsonwebtoken<false>;
pub type OnRustCrypto = Jsonwebtoken<true>;

impl<const PURE: bool> Validator for Jsonwebtoken<PURE> {
    const NAME: &'static str = "jsonwebtoken";
    const VARIANT: &'static str = if PURE { "rust_crypto" } else { "aws_lc_rs" };

    fn parse(key: &PublicKey) -> Option<Self> {
        install();
        let algorithm: Algorithm = key.algorithm.name().parse().ok()?;
        let pem = key.pem.as_bytes();
        let key = match &key.numbers {
            Numbers::Point { .. } => DecodingKey::from_ec_pem(pem).ok()?,
            Numbers::Rsa { .. } => DecodingKey::from_rsa_pem(pem).ok()?,
            Numbers::Secret(secret) => DecodingKey::from_secret(secret),
            Numbers::Ed25519(_) => DecodingKey::from_ed_pem(pem).ok()?,
            Numbers::MlDsa(_) => return None,
        };
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        validation.validate_nbf = true;
        Some(Self { key, validation })
    }

    fn validate(&self, token: &str) -> bool {
        RUST_CRYPTO.store(PURE, Ordering::Relaxed);
        jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .is_ok_and(|token| !token.claims.sub.is_empty())
    }
}

/// Reads a key set and all of its keys.
pub fn load(jwks: &str, count: usize) -> bool {
    install();
    let Ok(set) = serde_json::from_str::<JwkSet>(jwks) else { return false };
    let keys: Result<Vec<_>, _> = set.keys.iter().map(DecodingKey::from_jwk).collect();
    keys.is_ok_and(|keys| std::hint::black_box(keys).len() == count)
}
