//! graviola.

use super::Verifier;
use crate::issuer::{Numbers, PublicKey};
use graviola::hashing::hmac::Hmac;
use graviola::hashing::{Sha256, Sha384};
use graviola::signing::ecdsa::{self, P256, P384};
use graviola::signing::{eddsa, rsa};
use keycard::Algorithm;

pub enum Graviola {
    P256(ecdsa::VerifyingKey<P256>),
    P384(ecdsa::VerifyingKey<P384>),
    Rsa(rsa::VerifyingKey),
    Pss(rsa::VerifyingKey),
    Ed25519(eddsa::Ed25519VerifyingKey),
    /// graviola cannot save the state of a MAC after it has absorbed the key.
    Secret(Vec<u8>),
}

impl Verifier for Graviola {
    const NAME: &'static str = "graviola";

    fn parse(key: &PublicKey) -> Option<Self> {
        Some(match (&key.numbers, key.algorithm) {
            (Numbers::Point { .. }, Algorithm::Es256) => {
                Self::P256(ecdsa::VerifyingKey::from_x962_uncompressed(&key.sec1()).ok()?)
            }
            (Numbers::Point { .. }, Algorithm::Es384) => {
                Self::P384(ecdsa::VerifyingKey::from_x962_uncompressed(&key.sec1()).ok()?)
            }
            (Numbers::Point { .. }, _) => return None,
            (Numbers::Rsa { .. }, algorithm) => {
                let key = rsa::VerifyingKey::from_pkcs1_der(&key.pkcs1).ok()?;
                if algorithm == Algorithm::Ps256 { Self::Pss(key) } else { Self::Rsa(key) }
            }
            (Numbers::Ed25519(bytes), _) => {
                Self::Ed25519(eddsa::Ed25519VerifyingKey::from_bytes(bytes).ok()?)
            }
            (Numbers::Secret(secret), _) => Self::Secret(secret.clone()),
            (Numbers::MlDsa(_), _) => return None,
        })
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => key.verify::<Sha256>(&[message], signature).is_ok(),
            Self::P384(key) => key.verify::<Sha384>(&[message], signature).is_ok(),
            Self::Rsa(key) => key.verify_pkcs1_sha256(signature, message).is_ok(),
            Self::Pss(key) => key.verify_pss_sha256(signature, message).is_ok(),
            Self::Ed25519(key) => key.verify(signature, message).is_ok(),
            Self::Secret(secret) => {
                let mut mac = Hmac::<Sha256>::new(secret);
                mac.update(message);
                mac.verify(signature).is_ok()
            }
        }
    }
}
