//! Signatures over bytes: one adapter for each family of algorithms, the only users of cryptographic
//! crates and of [`arithmetic`](crate::arithmetic).
//!
//! What is verified here is a message, a signature and a key that was already checked when it was loaded.
//! The algorithm is the caller's to choose; a family can only be reached with a key of its own kind.

#[cfg(feature = "es256")]
mod ecdsa;
#[cfg(feature = "hs256")]
mod hmac;
#[cfg(feature = "rs256")]
mod rsa;

use crate::algorithm::Algorithm;
use crate::error::{Error, Reason};

/// The part of a key that arithmetic is done with. Numbers are words, least significant first.
#[derive(Clone, Copy)]
pub(crate) enum Material<'k> {
    /// A point of P-256, four words a coordinate.
    P256 { x: &'k [u64], y: &'k [u64] },
    /// An RSA public key.
    Rsa { modulus: &'k [u64], exponent: u64 },
    /// A shared secret: its bytes in order, eight a word, the first byte lowest.
    Secret { words: &'k [u64], length: usize },
}

/// Verifies `signature` over `message`.
///
/// # Errors
///
/// [`Reason::SignatureLength`] if the signature is not exactly as long as algorithm and key demand, before
/// any arithmetic; [`Reason::SignatureInvalid`]; [`Reason::AlgorithmNotBuilt`].
pub(crate) fn verify(
    algorithm: Algorithm,
    material: &Material<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let Some(hash) = algorithm.hash() else {
        return Err(Error::new(Reason::AlgorithmNotBuilt));
    };
    match (algorithm, material) {
        #[cfg(feature = "es256")]
        (Algorithm::Es256, Material::P256 { x, y }) => {
            ecdsa::verify_p256(x, y, hash.digest(message).as_bytes(), signature)
        }
        #[cfg(feature = "rs256")]
        (
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512,
            Material::Rsa { modulus, exponent },
        ) => rsa::verify(
            rsa::Padding::Pkcs1,
            hash,
            modulus,
            *exponent,
            message,
            signature,
        ),
        #[cfg(feature = "rsa")]
        (
            Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512,
            Material::Rsa { modulus, exponent },
        ) => rsa::verify(
            rsa::Padding::Pss,
            hash,
            modulus,
            *exponent,
            message,
            signature,
        ),
        #[cfg(feature = "hs256")]
        (
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512,
            Material::Secret { words, length },
        ) => hmac::verify(hash, words, *length, message, signature),
        _ => {
            let _ = (message, signature, hash);
            Err(Error::new(Reason::AlgorithmNotBuilt))
        }
    }
}

/// Whether a key is what its kind demands: a point on its curve.
///
/// # Errors
///
/// [`Reason::KeyNotOnCurve`]; [`Reason::KeyUnsupported`] if nothing was built for the kind.
pub(crate) fn check_key(material: &Material<'_>) -> Result<(), Error> {
    match material {
        #[cfg(feature = "es256")]
        Material::P256 { x, y } => ecdsa::check_p256(x, y),
        #[cfg(feature = "rs256")]
        Material::Rsa { modulus, exponent } => rsa::check_key(modulus, *exponent),
        #[cfg(feature = "hs256")]
        Material::Secret { .. } => Ok(()),
        #[cfg(not(all(feature = "es256", feature = "rs256", feature = "hs256")))]
        _ => Err(Error::new(Reason::KeyUnsupported)),
    }
}
