//! Signatures over bytes, with one adapter for each family of algorithms. Only these adapters use
//! the crates of signature algorithms and [`arithmetic`](crate::arithmetic).
//!
//! The input is a message, a signature and a key that was checked when it was loaded. The caller
//! chooses the algorithm, and each family accepts only keys of its own kind.

mod ecdsa;
#[cfg(feature = "eddsa")]
mod eddsa;
#[cfg(feature = "hs256")]
mod hmac;
mod job;
mod material;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
pub(crate) mod precompute;
#[cfg(feature = "rs256")]
mod rsa;

use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::digest::Digest;
use crate::error::{Error, Reason};
use crate::limits::BATCH;
use crate::step_counter::StepCounter;
pub(crate) use job::SignatureJob;
pub(crate) use material::Material;
use precompute::{Precompute, Precomputed, TableSpec};

/// The left half of the hash that belongs to an algorithm: the value of `at_hash`, `c_hash` and
/// `s_hash` (OpenID Connect Core section 3.1.3.6). `None` if the algorithm was not built.
///
/// RFC 9964 defines no hash for ML-DSA. Issuers and clients take 64 bytes of SHAKE256, which FIPS
/// 204 uses internally: oidc-provider 9.13.3, oidc-token-hash 5.2.0 and oauth4webapi 3.8.8 agree.
pub(crate) fn half_hash(algorithm: Algorithm, value: &[u8]) -> Option<Digest> {
    #[cfg(feature = "ml-dsa")]
    if let KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 = algorithm.key_kind() {
        return Some(Digest::of(ml_dsa::shake256(value)).left_half());
    }
    Some(algorithm.hash()?.digest(value).left_half())
}

/// Verifies `signature` over `message`.
///
/// # Errors
///
/// - [`Reason::SignatureLength`], or [`Reason::SignatureIsDer`], before any arithmetic, if the
///   signature does not have exactly the length that algorithm and key require.
/// - [`Reason::SignatureSalt`].
/// - [`Reason::SignatureInvalid`].
/// - [`Reason::AlgorithmNotBuilt`].
pub(crate) fn verify(
    algorithm: Algorithm,
    material: &Material<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    let not_built = Error::new(Reason::AlgorithmNotBuilt);
    if material.kind() != algorithm.key_kind() {
        // RFC 8725 section 3.1: the kind of key does not fit the algorithm. The table never selects
        // such a key.
        return Err(Error::new(Reason::KeyNotFound));
    }
    match *material {
        Material::Point { kind, x, y, precomputed } => {
            let digest = algorithm.hash().ok_or(not_built)?.digest(message);
            verify_point(kind, &ecdsa::Key { x, y, precomputed }, digest.as_bytes(), signature)
        }
        #[cfg(feature = "rs256")]
        Material::Rsa { modulus, exponent, precomputed } => {
            let hash = algorithm.hash().ok_or(not_built)?;
            let padding = match algorithm {
                #[cfg(feature = "rsa")]
                Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => rsa::Padding::Pss,
                _ => rsa::Padding::Pkcs1,
            };
            let key = rsa::Key { modulus, exponent, precomputed };
            rsa::verify(padding, hash, &key, message, signature)
        }
        #[cfg(feature = "hs256")]
        Material::Secret { words, length, precomputed } => {
            let hash = algorithm.hash().ok_or(not_built)?;
            hmac::verify(hash, &hmac::Key { words, length, precomputed }, message, signature)
        }
        Material::Encoded { kind, words, precomputed } => {
            verify_encoded(kind, words, precomputed, message, signature)
        }
        #[cfg(not(all(feature = "rs256", feature = "hs256")))]
        _ => Err(not_built),
    }
}

/// Verifies the signatures for which a batch is faster than one call after another. The others get
/// no result.
pub(crate) fn verify_batch(jobs: &mut [Option<SignatureJob<'_>>; BATCH]) {
    #[cfg(feature = "es256")]
    ecdsa::verify_batch::<ecdsa::P256>(KeyKind::P256, jobs);
    #[cfg(feature = "es384")]
    ecdsa::verify_batch::<ecdsa::P384>(KeyKind::P384, jobs);
}

fn verify_point(
    kind: KeyKind,
    key: &ecdsa::Key<'_>,
    digest: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    match kind {
        #[cfg(feature = "es256")]
        KeyKind::P256 => ecdsa::verify::<ecdsa::P256>(key, digest, signature),
        #[cfg(feature = "es384")]
        KeyKind::P384 => ecdsa::verify::<ecdsa::P384>(key, digest, signature),
        #[cfg(feature = "es512")]
        KeyKind::P521 => ecdsa::verify::<ecdsa::P521>(key, digest, signature),
        #[cfg(feature = "es256k")]
        KeyKind::Secp256k1 => ecdsa::verify::<ecdsa::Secp256k1>(key, digest, signature),
        _ => Err(Error::new(Reason::AlgorithmNotBuilt)),
    }
}

fn verify_encoded(
    kind: KeyKind,
    words: &[u64],
    precomputed: Precomputed<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    match kind {
        #[cfg(feature = "eddsa")]
        KeyKind::Ed25519 => eddsa::verify(&eddsa::Key { words, precomputed }, message, signature),
        #[cfg(feature = "ml-dsa")]
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            ml_dsa::verify(&ml_dsa::Key { kind, words, precomputed }, message, signature)
        }
        _ => Err(Error::new(Reason::AlgorithmNotBuilt)),
    }
}

/// Checks that a point is on its curve, and that an Ed25519 key encodes a point.
///
/// # Errors
///
/// [`Reason::KeyNotOnCurve`]; [`Reason::KeyUnsupported`] if this build does not support the kind.
pub(crate) fn check_key(material: &Material<'_>) -> Result<(), Error> {
    let unsupported = Error::new(Reason::KeyUnsupported);
    match *material {
        Material::Point { kind, x, y, precomputed } => {
            let key = ecdsa::Key { x, y, precomputed };
            match kind {
                #[cfg(feature = "es256")]
                KeyKind::P256 => ecdsa::check_key::<ecdsa::P256>(&key),
                #[cfg(feature = "es384")]
                KeyKind::P384 => ecdsa::check_key::<ecdsa::P384>(&key),
                #[cfg(feature = "es512")]
                KeyKind::P521 => ecdsa::check_key::<ecdsa::P521>(&key),
                #[cfg(feature = "es256k")]
                KeyKind::Secp256k1 => ecdsa::check_key::<ecdsa::Secp256k1>(&key),
                _ => Err(unsupported),
            }
        }
        Material::Rsa { .. } | Material::Secret { .. } => Ok(()),
        Material::Encoded { kind, words, .. } => match kind {
            #[cfg(feature = "eddsa")]
            KeyKind::Ed25519 => eddsa::check_key(words),
            // Every byte string of the right width is a valid ML-DSA public key.
            #[cfg(feature = "ml-dsa")]
            KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => Ok(()),
            _ => Err(unsupported),
        },
    }
}

/// Plans the precomputation for a key of this kind. For RSA, the modulus has `modulus_words` words.
pub(crate) fn table_spec(kind: KeyKind, modulus_words: usize, precompute: Precompute) -> TableSpec {
    match kind {
        #[cfg(all(feature = "es256", feature = "precompute"))]
        KeyKind::P256 => ecdsa::table_spec::<ecdsa::P256>(precompute),
        #[cfg(all(feature = "es384", feature = "precompute"))]
        KeyKind::P384 => ecdsa::table_spec::<ecdsa::P384>(precompute),
        #[cfg(all(feature = "eddsa", feature = "precompute"))]
        KeyKind::Ed25519 => eddsa::table_spec(precompute),
        #[cfg(all(feature = "ml-dsa", feature = "precompute"))]
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            ml_dsa::table_spec(kind, precompute)
        }
        #[cfg(all(feature = "rs256", feature = "precompute"))]
        KeyKind::Rsa => rsa::table_spec(modulus_words, precompute),
        _ => TableSpec::NOTHING,
    }
}

/// Plans the precomputation for a public key.
#[cfg(feature = "dpop")]
pub(crate) fn spec_for(material: &Material<'_>, precompute: Precompute) -> TableSpec {
    let modulus = match material {
        Material::Rsa { modulus, .. } => modulus.len(),
        _ => 0,
    };
    table_spec(material.kind(), modulus, precompute)
}

/// Plans the precomputation for a secret that may verify these algorithms.
pub(crate) fn secret_table_spec(algorithms: Algorithms, precompute: Precompute) -> TableSpec {
    #[cfg(all(feature = "hs256", feature = "precompute"))]
    let spec = hmac::table_spec(algorithms, precompute);
    #[cfg(not(all(feature = "hs256", feature = "precompute")))]
    let spec = TableSpec::NOTHING;
    spec
}

/// Performs a planned precomputation, into the words reserved for it.
///
/// # Errors
///
/// [`Reason::KeyOutOfRange`] for an invalid key. This does not happen for keys that were checked.
pub(crate) fn precompute(
    material: &Material<'_>,
    shape: u8,
    precomputed: &mut [u64],
) -> Result<(), Error> {
    if shape == TableSpec::NOTHING.shape {
        return Ok(());
    }
    let computed = match *material {
        #[cfg(all(feature = "es256", feature = "precompute"))]
        Material::Point { kind: KeyKind::P256, x, y, .. } => {
            ecdsa::precompute::<ecdsa::P256>(x, y, shape, precomputed)
        }
        #[cfg(all(feature = "es384", feature = "precompute"))]
        Material::Point { kind: KeyKind::P384, x, y, .. } => {
            ecdsa::precompute::<ecdsa::P384>(x, y, shape, precomputed)
        }
        #[cfg(all(feature = "eddsa", feature = "precompute"))]
        Material::Encoded { kind: KeyKind::Ed25519, words, .. } => {
            eddsa::precompute(words, shape, precomputed)
        }
        #[cfg(all(feature = "ml-dsa", feature = "precompute"))]
        Material::Encoded { kind, words, .. } => {
            ml_dsa::precompute(kind, words, shape, precomputed)
        }
        #[cfg(all(feature = "rs256", feature = "precompute"))]
        Material::Rsa { modulus, .. } => rsa::precompute(modulus, precomputed),
        #[cfg(all(feature = "hs256", feature = "precompute"))]
        Material::Secret { words, length, precomputed: nothing } => {
            let key = hmac::Key { words, length, precomputed: nothing };
            hmac::precompute(&key, shape, precomputed)
        }
        _ => None,
    };
    computed.ok_or(Error::new(Reason::KeyOutOfRange))
}

/// Checks that the precomputed words of a key are correct, by computing them again. Words of an
/// unknown shape pass, because no verification uses them.
///
/// # Errors
///
/// [`Reason::ImageCorrupt`].
pub(crate) fn check_precomputed(material: &Material<'_>) -> Result<(), Error> {
    let right = match *material {
        #[cfg(all(feature = "rs256", feature = "precompute"))]
        Material::Rsa { modulus, precomputed, .. } => rsa::check_precomputed(modulus, precomputed),
        #[cfg(all(feature = "es256", feature = "precompute"))]
        Material::Point { kind: KeyKind::P256, x, y, precomputed } => {
            ecdsa::check_precomputed::<ecdsa::P256>(&ecdsa::Key { x, y, precomputed })
        }
        #[cfg(all(feature = "es384", feature = "precompute"))]
        Material::Point { kind: KeyKind::P384, x, y, precomputed } => {
            ecdsa::check_precomputed::<ecdsa::P384>(&ecdsa::Key { x, y, precomputed })
        }
        #[cfg(all(feature = "eddsa", feature = "precompute"))]
        Material::Encoded { kind: KeyKind::Ed25519, words, precomputed } => {
            eddsa::check_precomputed(&eddsa::Key { words, precomputed })
        }
        #[cfg(all(feature = "ml-dsa", feature = "precompute"))]
        Material::Encoded { kind, words, precomputed } => {
            ml_dsa::check_precomputed(&ml_dsa::Key { kind, words, precomputed })
        }
        #[cfg(all(feature = "hs256", feature = "precompute"))]
        Material::Secret { words, length, precomputed } => {
            hmac::check_precomputed(&hmac::Key { words, length, precomputed })
        }
        _ => true,
    };
    if right { Ok(()) } else { Err(Error::new(Reason::ImageCorrupt)) }
}
