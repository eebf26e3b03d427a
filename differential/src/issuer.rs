//! The issuer, which signs the tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs1v15;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::signature::SignatureEncoding as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::Sha256;

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The kinds of keys, by the algorithm of each.
pub const ALGORITHMS: [&str; 4] = ["HS256", "ES256", "RS256", "EdDSA"];

/// A private key, and the public one as a JWK and in PEM.
pub struct Key {
    pub algorithm: &'static str,
    pub jwk: Value,
    pub pem: Option<String>,
    private: Private,
}

enum Private {
    Secret(Vec<u8>),
    P256(p256::ecdsa::SigningKey),
    Rsa(Box<pkcs1v15::SigningKey<Sha256>>),
    Ed25519(ed25519_dalek::SigningKey),
}

impl Key {
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.private {
            Private::Secret(secret) => hmac(secret, message),
            Private::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Private::Rsa(key) => key.sign(message).to_vec(),
            Private::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        }
    }
}

pub fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// Two keys of each kind: those of the issuer, and those of another issuer.
pub struct Keys([Vec<Key>; 2]);

impl Keys {
    pub fn new() -> Self {
        let keys = |seed: u8, rsa: &str| {
            let secret = vec![seed; 32];
            let p256 = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).expect("a scalar");
            let point = p256.verifying_key().to_sec1_point(false);
            let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
            let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/keys");
            let text = std::fs::read_to_string(format!("{folder}/rsa_{rsa}.pem")).expect("a file");
            let rsa = rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("a key");
            vec![
                Key {
                    algorithm: "HS256",
                    jwk: json!({"kty": "oct", "k": encode(&secret)}),
                    pem: None,
                    private: Private::Secret(secret),
                },
                Key {
                    algorithm: "ES256",
                    jwk: json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)}),
                    pem: p256.verifying_key().to_public_key_pem(LineEnding::LF).ok(),
                    private: Private::P256(p256),
                },
                Key {
                    algorithm: "RS256",
                    jwk: json!({"kty": "RSA", "n": encode(rsa.n_bytes()), "e": encode(rsa.e_bytes())}),
                    pem: rsa.to_public_key().to_public_key_pem(LineEnding::LF).ok(),
                    private: Private::Rsa(Box::new(pkcs1v15::SigningKey::new(rsa))),
                },
                Key {
                    algorithm: "EdDSA",
                    jwk: json!({"kty": "OKP", "crv": "Ed25519", "x": encode(ed25519.verifying_key())}),
                    pem: None,
                    private: Private::Ed25519(ed25519),
                },
            ]
        };
        Self([keys(7, "2048"), keys(9, "3072")])
    }

    pub fn ours(&self, algorithm: &str) -> &Key {
        self.of(0, algorithm)
    }

    pub fn theirs(&self, algorithm: &str) -> &Key {
        self.of(1, algorithm)
    }

    fn of(&self, whose: usize, algorithm: &str) -> &Key {
        let found = self.0[whose].iter().find(|key| key.algorithm == algorithm);
        found.expect("a key of each kind")
    }
}
