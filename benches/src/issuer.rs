//! The issuer: keys and signatures, made with the RustCrypto crates. Everything is derived from
//! names and numbers, so the inputs are the same in each run and on each machine (including PSS
//! salts).

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keycard::Algorithm;
use ml_dsa::{Keypair as _, MlDsa44, MlDsa65, MlDsa87};
use p256::ecdsa::signature::{SignatureEncoding as _, Signer as _};
use p256::pkcs8::EncodePublicKey as _;
use rand::SeedableRng as _;
use rsa::pkcs1::EncodeRsaPublicKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, LineEnding};
use rsa::signature::RandomizedSigner as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// A private key, and the algorithm that it signs with.
pub struct Issuer {
    algorithm: Algorithm,
    key: Key,
}

enum Key {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Secp256k1(k256::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
    Secret(Vec<u8>),
    Ed25519(ed25519_dalek::SigningKey),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
    MlDsa65(Box<ml_dsa::SigningKey<MlDsa65>>),
    MlDsa87(Box<ml_dsa::SigningKey<MlDsa87>>),
}

/// The input of a verifier, in all forms. Each verifier uses one of them.
pub struct PublicKey {
    pub algorithm: Algorithm,
    pub numbers: Numbers,
    /// SubjectPublicKeyInfo; empty for a secret and for ML-DSA.
    pub spki: Vec<u8>,
    /// The same in PEM.
    pub pem: String,
    /// RSAPublicKey of PKCS#1; empty for other kinds.
    pub pkcs1: Vec<u8>,
    pub jwk: String,
}

/// A public key as big-endian numbers.
#[derive(Clone)]
pub enum Numbers {
    Point {
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Secret(Vec<u8>),
    Ed25519(Vec<u8>),
    /// The encoded public key of FIPS 204.
    MlDsa(Vec<u8>),
}

/// Returns `length` pseudorandom bytes that depend only on `label` and `number`.
pub fn bytes(label: &str, number: usize, length: usize) -> Vec<u8> {
    let block = |counter: usize| Sha256::digest(format!("{label} {number} {counter}"));
    (0..).flat_map(block).take(length).collect()
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

impl Issuer {
    /// An issuer for an algorithm. An RSA key has `bits` bits.
    pub fn new(algorithm: Algorithm, bits: usize) -> Self {
        Self::numbered(algorithm, bits, 0)
    }

    /// Like [`new`](Self::new), for several issuers of an algorithm. RSA has only one key of each
    /// size.
    pub fn numbered(algorithm: Algorithm, bits: usize, number: usize) -> Self {
        let seed = |length| bytes(algorithm.name(), number, length);
        let ml_dsa_seed = || ml_dsa::Seed::try_from(seed(32).as_slice()).expect("32 bytes");
        let key = match algorithm {
            Algorithm::Es256 => {
                Key::P256(p256::ecdsa::SigningKey::from_slice(&seed(32)).expect("a scalar"))
            }
            Algorithm::Es384 => {
                Key::P384(p384::ecdsa::SigningKey::from_slice(&seed(48)).expect("a scalar"))
            }
            Algorithm::Es512 => {
                // A scalar has 521 bits.
                let scalar = [vec![0; 2], seed(64)].concat();
                Key::P521(p521::ecdsa::SigningKey::from_slice(&scalar).expect("a scalar"))
            }
            Algorithm::Es256K => {
                Key::Secp256k1(k256::ecdsa::SigningKey::from_slice(&seed(32)).expect("a scalar"))
            }
            Algorithm::Hs256 => Key::Secret(seed(32)),
            Algorithm::Ed25519 => Key::Ed25519(ed25519_dalek::SigningKey::from_bytes(
                seed(32).first_chunk().expect("32 bytes"),
            )),
            Algorithm::MlDsa44 => {
                Key::MlDsa44(Box::new(ml_dsa::SigningKey::from_seed(&ml_dsa_seed())))
            }
            Algorithm::MlDsa65 => {
                Key::MlDsa65(Box::new(ml_dsa::SigningKey::from_seed(&ml_dsa_seed())))
            }
            Algorithm::MlDsa87 => {
                Key::MlDsa87(Box::new(ml_dsa::SigningKey::from_seed(&ml_dsa_seed())))
            }
            _ => Key::Rsa(Box::new(rsa_key(bits))),
        };
        Self { algorithm, key }
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_vec()
            }
            Key::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_vec()
            }
            Key::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_vec()
            }
            Key::Secp256k1(key) => {
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.to_vec()
            }
            Key::Rsa(key) if self.algorithm == Algorithm::Ps256 => {
                let mut salt = rand::rngs::StdRng::seed_from_u64(0);
                let key = rsa::pss::SigningKey::<Sha256>::new((**key).clone());
                key.sign_with_rng(&mut salt, message).to_vec()
            }
            Key::Rsa(key) => {
                rsa::pkcs1v15::SigningKey::<Sha256>::new((**key).clone()).sign(message).to_vec()
            }
            Key::Secret(secret) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            Key::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Key::MlDsa44(key) => key.sign(message).to_vec(),
            Key::MlDsa65(key) => key.sign(message).to_vec(),
            Key::MlDsa87(key) => key.sign(message).to_vec(),
        }
    }

    /// A token in compact form.
    pub fn token(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        format!("{signed}.{}", encode(self.sign(signed.as_bytes())))
    }

    pub fn public_key(&self) -> PublicKey {
        let algorithm = self.algorithm;
        let (numbers, document) = match &self.key {
            Key::P256(key) => {
                let key = key.verifying_key();
                (point(key.to_sec1_point(false).as_bytes()), key.to_public_key_der().ok())
            }
            Key::P384(key) => {
                let key = key.verifying_key();
                (point(key.to_sec1_point(false).as_bytes()), key.to_public_key_der().ok())
            }
            Key::P521(key) => {
                let key = key.verifying_key();
                (point(key.to_sec1_point(false).as_bytes()), key.to_public_key_der().ok())
            }
            Key::Secp256k1(key) => {
                let key = key.verifying_key();
                (point(key.to_sec1_point(false).as_bytes()), key.to_public_key_der().ok())
            }
            Key::Rsa(key) => {
                let (modulus, exponent) = (key.n_bytes().to_vec(), key.e_bytes().to_vec());
                (Numbers::Rsa { modulus, exponent }, key.to_public_key().to_public_key_der().ok())
            }
            Key::Secret(secret) => (Numbers::Secret(secret.clone()), None),
            Key::Ed25519(key) => {
                let key = key.verifying_key();
                (Numbers::Ed25519(key.to_bytes().to_vec()), key.to_public_key_der().ok())
            }
            Key::MlDsa44(key) => (Numbers::MlDsa(key.verifying_key().encode().to_vec()), None),
            Key::MlDsa65(key) => (Numbers::MlDsa(key.verifying_key().encode().to_vec()), None),
            Key::MlDsa87(key) => (Numbers::MlDsa(key.verifying_key().encode().to_vec()), None),
        };
        let pem = document.as_ref().and_then(|it| it.to_pem("PUBLIC KEY", LineEnding::LF).ok());
        let pkcs1 = match &self.key {
            Key::Rsa(key) => key.to_public_key().to_pkcs1_der().expect("it is a key").into_vec(),
            _ => Vec::new(),
        };
        PublicKey {
            jwk: jwk(algorithm, &numbers, algorithm.name()),
            algorithm,
            numbers,
            spki: document.map(|it| it.into_vec()).unwrap_or_default(),
            pem: pem.unwrap_or_default(),
            pkcs1,
        }
    }
}

impl PublicKey {
    /// The point of SEC1, uncompressed. Empty for other keys.
    pub fn sec1(&self) -> Vec<u8> {
        match &self.numbers {
            Numbers::Point { x, y } => [&[4], x.as_slice(), y].concat(),
            _ => Vec::new(),
        }
    }
}

/// A key as a JWK with that `kid`.
pub fn jwk(algorithm: Algorithm, numbers: &Numbers, id: &str) -> String {
    let name = algorithm.name();
    let jwk = match numbers {
        Numbers::Point { x, y } => {
            let curve = if x.len() == 32 { "P-256" } else { "P-384" };
            json!({"kty": "EC", "use": "sig", "alg": name, "kid": id, "crv": curve, "x": encode(x), "y": encode(y)})
        }
        Numbers::Rsa { modulus, exponent } => {
            json!({"kty": "RSA", "use": "sig", "alg": name, "kid": id, "n": encode(modulus), "e": encode(exponent)})
        }
        Numbers::Secret(secret) => {
            json!({"kty": "oct", "alg": name, "kid": id, "k": encode(secret)})
        }
        Numbers::Ed25519(key) => {
            json!({"kty": "OKP", "kid": id, "crv": "Ed25519", "x": encode(key)})
        }
        Numbers::MlDsa(key) => json!({"kty": "AKP", "alg": name, "kid": id, "pub": encode(key)}),
    };
    jwk.to_string()
}

fn point(sec1: &[u8]) -> Numbers {
    let (x, y) = sec1[1..].split_at(sec1.len() / 2);
    Numbers::Point { x: x.to_vec(), y: y.to_vec() }
}

/// The key of the library's tests.
fn rsa_key(bits: usize) -> rsa::RsaPrivateKey {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/keys");
    let text = std::fs::read_to_string(folder.join(format!("rsa_{bits}.pem"))).expect("the key");
    rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("a key")
}
