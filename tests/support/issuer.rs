//! An issuer for the tests, which signs any input.

#![allow(dead_code, reason = "each test uses a part of it")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use keycard::{Algorithm, KeyRules, KeyTable};
use ml_dsa::{Keypair as _, MlDsa44, MlDsa65, MlDsa87};
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
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
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Secp256k1(k256::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
    Ed25519(ed25519_dalek::SigningKey),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
    MlDsa65(Box<ml_dsa::SigningKey<MlDsa65>>),
    MlDsa87(Box<ml_dsa::SigningKey<MlDsa87>>),
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Issuer {
    /// An issuer with an algorithm that is built.
    pub(crate) fn new() -> Self {
        Self::with(Self::usual(), "first")
    }

    /// An issuer with another key than that of [`Issuer::new`], of the same kind.
    pub(crate) fn other() -> Self {
        Self::with(Self::usual(), "second")
    }

    /// The cheapest algorithm that is built.
    fn usual() -> Algorithm {
        let order = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Hs256];
        let all = order.into_iter().chain(Algorithm::ALL.iter().copied());
        all.into_iter().find(|it| it.is_built()).expect("no algorithm is built")
    }

    /// An issuer with this algorithm. Each name has its own key.
    pub(crate) fn with(algorithm: Algorithm, id: &'static str) -> Self {
        let seed = [id.as_bytes()[0]; 66];
        let scalar = |width: usize| &seed[..width];
        let ml_dsa_seed = ml_dsa::B32::try_from(scalar(32)).unwrap();
        let key = match algorithm {
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
                Key::Secret(scalar(64).to_vec())
            }
            Algorithm::Es256 => Key::P256(p256::ecdsa::SigningKey::from_slice(scalar(32)).unwrap()),
            Algorithm::Es384 => Key::P384(p384::ecdsa::SigningKey::from_slice(scalar(48)).unwrap()),
            Algorithm::Es512 => {
                let mut narrow = seed;
                narrow[0] = 0;
                Key::P521(p521::ecdsa::SigningKey::from_slice(&narrow).unwrap())
            }
            Algorithm::Es256K => {
                Key::Secp256k1(k256::ecdsa::SigningKey::from_slice(scalar(32)).unwrap())
            }
            Algorithm::EdDsa | Algorithm::Ed25519 => {
                let seed = scalar(32).try_into().unwrap();
                Key::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed))
            }
            Algorithm::MlDsa44 => {
                Key::MlDsa44(Box::new(ml_dsa::SigningKey::<MlDsa44>::from_seed(&ml_dsa_seed)))
            }
            Algorithm::MlDsa65 => {
                Key::MlDsa65(Box::new(ml_dsa::SigningKey::<MlDsa65>::from_seed(&ml_dsa_seed)))
            }
            Algorithm::MlDsa87 => {
                Key::MlDsa87(Box::new(ml_dsa::SigningKey::<MlDsa87>::from_seed(&ml_dsa_seed)))
            }
            _ => Key::Rsa(Box::new(rsa_key(if id == "second" { "3072" } else { "2048" }))),
        };
        Self { algorithm, key, id }
    }

    /// An issuer with the RSA key in this file.
    pub(crate) fn with_rsa(algorithm: Algorithm, file: &str) -> Self {
        Self { algorithm, key: Key::Rsa(Box::new(rsa_key(file))), id: "rsa" }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as a JWK, with `kid`, and with `alg` if the kind of key requires it.
    pub(crate) fn jwk(&self) -> Value {
        let id = self.id;
        let point = |curve: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            json!({"kty": "EC", "crv": curve, "kid": id, "x": encode(x), "y": encode(y)})
        };
        let ml_dsa = |name: &str, key: &[u8]| json!({"kty": "AKP", "alg": name, "kid": id, "pub": encode(key)});
        match &self.key {
            Key::Secret(secret) => json!({"kty": "oct", "kid": id, "k": encode(secret)}),
            Key::P256(key) => point("P-256", key.verifying_key().to_sec1_point(false).as_bytes()),
            Key::P384(key) => point("P-384", key.verifying_key().to_sec1_point(false).as_bytes()),
            Key::P521(key) => point("P-521", key.verifying_key().to_sec1_point(false).as_bytes()),
            Key::Secp256k1(key) => {
                point("secp256k1", key.verifying_key().to_sec1_point(false).as_bytes())
            }
            Key::Rsa(key) => json!({
                "kty": "RSA", "kid": id, "n": encode(key.n_bytes()), "e": encode(key.e_bytes()),
            }),
            Key::Ed25519(key) => json!({
                "kty": "OKP", "crv": "Ed25519", "kid": id, "x": encode(key.verifying_key()),
            }),
            Key::MlDsa44(key) => ml_dsa("ML-DSA-44", &key.verifying_key().encode()),
            Key::MlDsa65(key) => ml_dsa("ML-DSA-65", &key.verifying_key().encode()),
            Key::MlDsa87(key) => ml_dsa("ML-DSA-87", &key.verifying_key().encode()),
        }
    }

    /// The public key in PEM. A secret has no public key.
    pub(crate) fn pem(&self) -> String {
        let ending = LineEnding::LF;
        match &self.key {
            Key::Secret(_) => panic!("a secret has no PEM"),
            Key::P256(key) => key.verifying_key().to_public_key_pem(ending),
            Key::P384(key) => key.verifying_key().to_public_key_pem(ending),
            Key::P521(key) => key.verifying_key().to_public_key_pem(ending),
            Key::Secp256k1(key) => key.verifying_key().to_public_key_pem(ending),
            Key::Rsa(key) => key.to_public_key().to_public_key_pem(ending),
            Key::Ed25519(key) => key.verifying_key().to_public_key_pem(ending),
            Key::MlDsa44(key) => key.verifying_key().to_public_key_pem(ending),
            Key::MlDsa65(key) => key.verifying_key().to_public_key_pem(ending),
            Key::MlDsa87(key) => key.verifying_key().to_public_key_pem(ending),
        }
        .unwrap()
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

    /// A token with any header and payload.
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
            (Key::P256(key), _) => sign::<_, p256::ecdsa::Signature>(key, message),
            (Key::P384(key), _) => sign::<_, p384::ecdsa::Signature>(key, message),
            (Key::P521(key), _) => sign::<_, p521::ecdsa::Signature>(key, message),
            (Key::Secp256k1(key), _) => sign::<_, k256::ecdsa::Signature>(key, message),
            (Key::Ed25519(key), _) => sign::<_, ed25519_dalek::Signature>(key, message),
            (Key::MlDsa44(key), _) => key.sign(message).encode().to_vec(),
            (Key::MlDsa65(key), _) => key.sign(message).encode().to_vec(),
            (Key::MlDsa87(key), _) => key.sign(message).encode().to_vec(),
            (Key::Rsa(key), algorithm) => rsa_signature((**key).clone(), algorithm, message),
        }
    }
}

fn sign<K: p256::ecdsa::signature::Signer<S>, S: p256::ecdsa::signature::SignatureEncoding>(
    key: &K,
    message: &[u8],
) -> Vec<u8> {
    key.sign(message).to_vec()
}

fn rsa_signature(key: rsa::RsaPrivateKey, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    use rsa::{pkcs1v15, pss};
    let random = &mut rand::rng();
    match algorithm {
        Algorithm::Rs256 => pkcs1v15::SigningKey::<Sha256>::new(key).sign(message).to_vec(),
        Algorithm::Rs384 => pkcs1v15::SigningKey::<Sha384>::new(key).sign(message).to_vec(),
        Algorithm::Rs512 => pkcs1v15::SigningKey::<Sha512>::new(key).sign(message).to_vec(),
        Algorithm::Ps256 => {
            pss::SigningKey::<Sha256>::new(key).sign_with_rng(random, message).to_vec()
        }
        Algorithm::Ps384 => {
            pss::SigningKey::<Sha384>::new(key).sign_with_rng(random, message).to_vec()
        }
        _ => pss::SigningKey::<Sha512>::new(key).sign_with_rng(random, message).to_vec(),
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = M::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The RSA key in this file.
pub(crate) fn rsa_key(file: &str) -> rsa::RsaPrivateKey {
    // The package of the test is the repository itself or one of its folders.
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let file = format!("tests/vectors/keys/rsa_{file}.pem");
    let file = folders.find_map(|it| Some(it.join(&file)).filter(|it| it.exists())).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    rsa::RsaPrivateKey::from_pkcs8_pem(&text).unwrap()
}
