//! aws-lc-rs.

use super::Verifier;
use crate::issuer::{Numbers, PublicKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use keycard::Algorithm;

pub enum AwsLc {
    Key(ParsedPublicKey),
    Secret(Box<hmac::Key>),
}

impl Verifier for AwsLc {
    const NAME: &'static str = "aws-lc-rs";

    fn parse(key: &PublicKey) -> Option<Self> {
        let algorithm: &'static dyn VerificationAlgorithm = match key.algorithm {
            Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
            Algorithm::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
            Algorithm::Es256K => &signature::ECDSA_P256K1_SHA256_FIXED,
            Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            Algorithm::MlDsa44 => &signature::ML_DSA_44,
            Algorithm::MlDsa65 => &signature::ML_DSA_65,
            Algorithm::MlDsa87 => &signature::ML_DSA_87,
            _ => &signature::ED25519,
        };
        let parsed = match &key.numbers {
            Numbers::Secret(secret) => {
                return Some(Self::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret))));
            }
            Numbers::Point { .. } => ParsedPublicKey::new(algorithm, key.sec1()),
            Numbers::Rsa { .. } => ParsedPublicKey::new(algorithm, &key.pkcs1),
            Numbers::Ed25519(bytes) | Numbers::MlDsa(bytes) => {
                ParsedPublicKey::new(algorithm, bytes)
            }
        };
        Some(Self::Key(parsed.ok()?))
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Key(key) => key.verify_sig(message, signature).is_ok(),
            Self::Secret(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}
