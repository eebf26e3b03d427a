//! An issuer that signs what it is told to: the other side of every test.

#![allow(dead_code, reason = "each test uses a part of it")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use keycard::{Algorithm, KeyRules, KeyTable};
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use std::path::Path;

/// Signs tokens with one key and one algorithm.
pub(crate) struct Issuer {
    algorithm: Algorithm,
    key: Key,
    id: &'static str,
}

enum Key {
    Secret(Vec<u8>),
    P256(Box<p256::ecdsa::SigningKey>),
    Rsa(Box<rsa::RsaPrivateKey>),
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Issuer {
    /// An issuer with an algorithm that is built.
    pub(crate) fn new() -> Self {
        let built = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Hs256];
        let algorithm = built.into_iter().find(|algorithm| algorithm.is_built());
        Self::with(algorithm.expect("no algorithm is built"), "first")
    }

    /// An issuer with another key than that of [`Issuer::new`], of the same kind.
    pub(crate) fn other() -> Self {
        Self::with(Self::new().algorithm, "second")
    }

    /// An issuer with this algorithm. Each name has a key of its own, but for RSA.
    pub(crate) fn with(algorithm: Algorithm, id: &'static str) -> Self {
        let seed = [id.as_bytes()[0]; 64];
        let key = match algorithm {
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => Key::Secret(seed.to_vec()),
            Algorithm::Es256 => Key::P256(Box::new(
                p256::ecdsa::SigningKey::from_slice(&seed[..32]).unwrap(),
            )),
            _ => Key::Rsa(Box::new(rsa_key(if id == "second" {
                "3072"
            } else {
                "2048"
            }))),
        };
        Self { algorithm, key, id }
    }

    /// An issuer with the RSA key of that file.
    pub(crate) fn with_rsa(algorithm: Algorithm, file: &str) -> Self {
        Self {
            algorithm,
            key: Key::Rsa(Box::new(rsa_key(file))),
            id: "rsa",
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as a JWK, with `kid`, without `alg`.
    pub(crate) fn jwk(&self) -> Value {
        match &self.key {
            Key::Secret(secret) => json!({"kty": "oct", "kid": self.id, "k": encode(secret)}),
            Key::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                json!({
                    "kty": "EC", "crv": "P-256", "kid": self.id,
                    "x": encode(point.x().unwrap()), "y": encode(point.y().unwrap()),
                })
            }
            Key::Rsa(key) => json!({
                "kty": "RSA", "kid": self.id,
                "n": encode(key.n_bytes()), "e": encode(key.e_bytes()),
            }),
        }
    }

    /// A table with the key.
    pub(crate) fn keys<'m>(&self, memory: &'m mut [u64]) -> KeyTable<'m> {
        let mut table = KeyTable::new(memory).unwrap();
        let rules = KeyRules::new().allow_secrets();
        table.add_jwk_by(&rules, self.jwk().to_string()).unwrap();
        table
    }

    /// A token with these claims and an ordinary header.
    pub(crate) fn token(&self, claims: impl AsRef<[u8]>) -> String {
        let header = json!({"alg": self.algorithm.name(), "kid": self.id});
        self.sign(&header.to_string(), claims)
    }

    /// A token with this header and this payload, whatever they are.
    pub(crate) fn sign(&self, header: &str, payload: impl AsRef<[u8]>) -> String {
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = self.signature(signed.as_bytes());
        format!("{signed}.{}", encode(signature))
    }

    /// The signature over any bytes.
    pub(crate) fn signature(&self, message: &[u8]) -> Vec<u8> {
        match (&self.key, self.algorithm) {
            (Key::Secret(secret), Algorithm::Hs256) => mac::<Hmac<Sha256>>(secret, message),
            (Key::Secret(secret), Algorithm::Hs384) => mac::<Hmac<Sha384>>(secret, message),
            (Key::Secret(secret), _) => mac::<Hmac<Sha512>>(secret, message),
            (Key::P256(key), _) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            (Key::Rsa(key), Algorithm::Rs256) => {
                rsa::pkcs1v15::SigningKey::<Sha256>::new(*key.clone())
                    .sign(message)
                    .to_vec()
            }
            (Key::Rsa(key), Algorithm::Rs384) => {
                rsa::pkcs1v15::SigningKey::<Sha384>::new(*key.clone())
                    .sign(message)
                    .to_vec()
            }
            (Key::Rsa(key), Algorithm::Rs512) => {
                rsa::pkcs1v15::SigningKey::<Sha512>::new(*key.clone())
                    .sign(message)
                    .to_vec()
            }
            (Key::Rsa(key), Algorithm::Ps256) => rsa::pss::SigningKey::<Sha256>::new(*key.clone())
                .sign_with_rng(&mut rand::rng(), message)
                .to_vec(),
            (Key::Rsa(key), Algorithm::Ps384) => rsa::pss::SigningKey::<Sha384>::new(*key.clone())
                .sign_with_rng(&mut rand::rng(), message)
                .to_vec(),
            (Key::Rsa(key), _) => rsa::pss::SigningKey::<Sha512>::new(*key.clone())
                .sign_with_rng(&mut rand::rng(), message)
                .to_vec(),
        }
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = M::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn rsa_key(file: &str) -> rsa::RsaPrivateKey {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/keys");
    let text = std::fs::read_to_string(folder.join(format!("rsa_{file}.pem"))).unwrap();
    rsa::RsaPrivateKey::from_pkcs8_pem(&text).unwrap()
}
