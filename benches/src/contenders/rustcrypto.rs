//! The crates of RustCrypto: p256, p384, p521, k256, rsa, hmac with sha2, and ed25519-dalek,
//! and ml-dsa.

use super::Verifier;
use crate::issuer::{Numbers, PublicKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use keycard::Algorithm;
use ml_dsa::{MlDsa44, MlDsa65, MlDsa87};
use p256::ecdsa::signature::Verifier as _;
use rsa::{BoxedUint, RsaPublicKey, pkcs1v15, pss};
use sha2::Sha256;

pub enum RustCrypto {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Secp256k1(k256::ecdsa::VerifyingKey),
    Rsa(pkcs1v15::VerifyingKey<Sha256>),
    Pss(pss::VerifyingKey<Sha256>),
    Ed25519(ed25519_dalek::VerifyingKey),
    MlDsa44(Box<ml_dsa::VerifyingKey<MlDsa44>>),
    MlDsa65(Box<ml_dsa::VerifyingKey<MlDsa65>>),
    MlDsa87(Box<ml_dsa::VerifyingKey<MlDsa87>>),
    /// The key is set once, and the state is cloned for each message.
    Secret(Hmac<Sha256>),
}

impl Verifier for RustCrypto {
    const NAME: &'static str = "RustCrypto";

    fn parse(key: &PublicKey) -> Option<Self> {
        Some(match (&key.numbers, key.algorithm) {
            (Numbers::Point { .. }, Algorithm::Es256) => {
                Self::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.sec1()).ok()?)
            }
            (Numbers::Point { .. }, Algorithm::Es512) => {
                Self::P521(p521::ecdsa::VerifyingKey::from_sec1_bytes(&key.sec1()).ok()?)
            }
            (Numbers::Point { .. }, Algorithm::Es256K) => {
                Self::Secp256k1(k256::ecdsa::VerifyingKey::from_sec1_bytes(&key.sec1()).ok()?)
            }
            (Numbers::Point { .. }, _) => {
                Self::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(&key.sec1()).ok()?)
            }
            (Numbers::Rsa { modulus, exponent }, algorithm) => {
                let n = BoxedUint::from_be_slice_vartime(modulus);
                let key = RsaPublicKey::new(n, BoxedUint::from_be_slice_vartime(exponent)).ok()?;
                match algorithm {
                    Algorithm::Ps256 => Self::Pss(pss::VerifyingKey::new(key)),
                    _ => Self::Rsa(pkcs1v15::VerifyingKey::new(key)),
                }
            }
            (Numbers::Ed25519(bytes), _) => {
                Self::Ed25519(ed25519_dalek::VerifyingKey::from_bytes(bytes.first_chunk()?).ok()?)
            }
            (Numbers::MlDsa(bytes), Algorithm::MlDsa44) => Self::MlDsa44(Box::new(
                ml_dsa::VerifyingKey::decode(&bytes.as_slice().try_into().ok()?),
            )),
            (Numbers::MlDsa(bytes), Algorithm::MlDsa65) => Self::MlDsa65(Box::new(
                ml_dsa::VerifyingKey::decode(&bytes.as_slice().try_into().ok()?),
            )),
            (Numbers::MlDsa(bytes), _) => Self::MlDsa87(Box::new(ml_dsa::VerifyingKey::decode(
                &bytes.as_slice().try_into().ok()?,
            ))),
            (Numbers::Secret(secret), _) => Self::Secret(Hmac::new_from_slice(secret).ok()?),
        })
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P521(key) => p521::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Secp256k1(key) => k256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Rsa(key) => pkcs1v15::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Pss(key) => pss::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::MlDsa44(key) => ml_dsa::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::MlDsa65(key) => ml_dsa::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::MlDsa87(key) => ml_dsa::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Secret(keyed) => {
                let mut mac = keyed.clone();
                mac.update(message);
                mac.verify_slice(signature).is_ok()
            }
        }
    }
}
