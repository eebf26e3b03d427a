//! ring. It has no parsed form of a public key: it parses the key on each call.

use super::Verifier;
use crate::issuer::{Numbers, PublicKey};
use keycard::Algorithm;
use ring::hmac;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

pub enum Ring {
    Key(UnparsedPublicKey<Vec<u8>>),
    Secret(hmac::Key),
}

impl Verifier for Ring {
    const NAME: &'static str = "ring";

    fn parse(key: &PublicKey) -> Option<Self> {
        let algorithm: &'static dyn VerificationAlgorithm = match key.algorithm {
            Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
            Algorithm::Es512 | Algorithm::Es256K => return None,
            Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            _ => &signature::ED25519,
        };
        let bytes = match &key.numbers {
            Numbers::Secret(secret) => {
                return Some(Self::Secret(hmac::Key::new(hmac::HMAC_SHA256, secret)));
            }
            Numbers::Point { .. } => key.sec1(),
            Numbers::Rsa { .. } => key.pkcs1.clone(),
            Numbers::Ed25519(bytes) => bytes.clone(),
            Numbers::MlDsa(_) => return None,
        };
        Some(Self::Key(UnparsedPublicKey::new(algorithm, bytes)))
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Key(key) => key.verify(message, signature).is_ok(),
            Self::Secret(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}
