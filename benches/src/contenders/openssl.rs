//! OpenSSL: the system's library, through the `openssl` crate.

use super::Verifier;
use crate::issuer::{Numbers, PublicKey};
use keycard::Algorithm;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::memcmp;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{self, RsaPssSaltlen, Signer};

pub enum OpenSsl {
    Point(EcKey<Public>, MessageDigest),
    Rsa(PKey<Public>, Padding),
    Ed25519(PKey<Public>),
    Secret(PKey<Private>),
}

impl Verifier for OpenSsl {
    const NAME: &'static str = "OpenSSL";

    fn parse(key: &PublicKey) -> Option<Self> {
        parse(key).ok().flatten()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.try_verify(message, signature).unwrap_or(false)
    }
}

fn parse(key: &PublicKey) -> Result<Option<OpenSsl>, ErrorStack> {
    Ok(Some(match &key.numbers {
        Numbers::Point { x, y } => {
            let (curve, digest) = match key.algorithm {
                Algorithm::Es256 => (Nid::X9_62_PRIME256V1, MessageDigest::sha256()),
                Algorithm::Es512 => (Nid::SECP521R1, MessageDigest::sha512()),
                Algorithm::Es256K => (Nid::SECP256K1, MessageDigest::sha256()),
                _ => (Nid::SECP384R1, MessageDigest::sha384()),
            };
            let group = EcGroup::from_curve_name(curve)?;
            let (x, y) = (BigNum::from_slice(x)?, BigNum::from_slice(y)?);
            OpenSsl::Point(EcKey::from_public_key_affine_coordinates(&group, &x, &y)?, digest)
        }
        Numbers::Rsa { modulus, exponent } => {
            let (n, e) = (BigNum::from_slice(modulus)?, BigNum::from_slice(exponent)?);
            let padding = match key.algorithm {
                Algorithm::Ps256 => Padding::PKCS1_PSS,
                _ => Padding::PKCS1,
            };
            OpenSsl::Rsa(PKey::from_rsa(Rsa::from_public_components(n, e)?)?, padding)
        }
        Numbers::Ed25519(bytes) => {
            OpenSsl::Ed25519(PKey::public_key_from_raw_bytes(bytes, Id::ED25519)?)
        }
        Numbers::Secret(secret) => OpenSsl::Secret(PKey::hmac(secret)?),
        // OpenSSL has it from 3.5 on, and many systems have an older one.
        Numbers::MlDsa(_) => return Ok(None),
    }))
}

impl OpenSsl {
    fn try_verify(&self, message: &[u8], signature: &[u8]) -> Result<bool, ErrorStack> {
        match self {
            Self::Point(key, digest) => {
                let (r, s) = signature.split_at(signature.len() / 2);
                let (r, s) = (BigNum::from_slice(r)?, BigNum::from_slice(s)?);
                let signature = EcdsaSig::from_private_components(r, s)?;
                signature.verify(&hash(*digest, message)?, key)
            }
            Self::Rsa(key, padding) => {
                let mut verifier = sign::Verifier::new(MessageDigest::sha256(), key)?;
                verifier.set_rsa_padding(*padding)?;
                if *padding == Padding::PKCS1_PSS {
                    verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
                }
                verifier.verify_oneshot(signature, message)
            }
            Self::Ed25519(key) => {
                sign::Verifier::new_without_digest(key)?.verify_oneshot(signature, message)
            }
            Self::Secret(key) => {
                let mut mac = [0; 32];
                let length =
                    Signer::new(MessageDigest::sha256(), key)?.sign_oneshot(&mut mac, message)?;
                Ok(length == signature.len() && memcmp::eq(&mac, signature))
            }
        }
    }
}
