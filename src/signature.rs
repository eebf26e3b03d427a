//! Signatures over bytes, with one adapter for each family of algorithms. Only these adapters use
//! the crates of signature algorithms and [`arithmetic`](crate::arithmetic).
//!
//! The input is a message, a signature and a key that was checked when it was loaded. The caller
//! chooses the algorithm, and each family accepts only keys of its own kind.

mod ecdsa;
#[cfg(feature = "eddsa")]
mod eddsa;
mod hmac;
mod job;
mod material;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
pub(crate) mod precompute;
mod rsa;
mod scheme;

use crate::algorithm::{Algorithm, KeyKind};
use crate::digest::Digest;
use crate::error::{Error, Reason};
use crate::limits::BATCH;
use crate::step_counter::StepCounter;
use crate::switches::PRECOMPUTE;
pub(crate) use job::SignatureJob;
pub(crate) use material::{EncodedKey, Material, PointKey, RsaKey, SharedSecret};
use precompute::{KeySize, Precompute, TableSpec};
use scheme::Scheme;

/// The table of the schemes: a feature, the kinds of keys that it builds, and their adapter. Each
/// function below looks here. The macro evaluates `$value`, in which `$S` is the adapter for the
/// kind, or `$not_built`.
macro_rules! by_scheme {
    ($kind:expr, $S:ident => $value:expr, _ => $not_built:expr) => {
        by_scheme! { $kind, $S => $value, _ => $not_built;
            "es256" P256 => ecdsa::P256,
            "es384" P384 => ecdsa::P384,
            "es512" P521 => ecdsa::P521,
            "es256k" Secp256k1 => ecdsa::Secp256k1,
            "rs256" Rsa => rsa::Rsa,
            "hs256" Secret => hmac::Hmac,
            "eddsa" Ed25519 => eddsa::Ed25519,
            "ml-dsa" MlDsa44 | MlDsa65 | MlDsa87 => ml_dsa::MlDsa,
        }
    };
    ($kind:expr, $S:ident => $value:expr, _ => $not_built:expr;
        $($feature:literal $($built:ident)|+ => $adapter:ty,)+
    ) => {
        match $kind {
            $(
                #[cfg(feature = $feature)]
                $(KeyKind::$built)|+ => {
                    type $S = $adapter;
                    $value
                }
            )+
            #[allow(unreachable_patterns, reason = "a build may have every scheme")]
            _ => $not_built,
        }
    };
}

/// The left half of the hash that belongs to an algorithm: the value of `at_hash`, `c_hash` and
/// `s_hash` (OpenID Connect Core section 3.1.3.6). `None` if the algorithm was not built.
pub(crate) fn half_hash(algorithm: Algorithm, value: &[u8]) -> Option<Digest> {
    let kind = algorithm.key_kind();
    by_scheme!(kind, S => S::hash_of_value(algorithm, value), _ => None).map(Digest::left_half)
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
    let kind = material.kind();
    if kind != algorithm.key_kind() {
        // RFC 8725 section 3.1: the kind of key does not fit the algorithm. The table never selects
        // such a key.
        return Err(Error::new(Reason::KeyNotFound));
    }
    let not_built = Error::new(Reason::AlgorithmNotBuilt);
    by_scheme!(kind, S => match S::key(material) {
        Some(key) => S::verify(algorithm, key, message, signature),
        None => Err(not_built),
    }, _ => Err(not_built))
}

/// Verifies the signatures for which a batch is faster than one call after another. The others get
/// no result.
pub(crate) fn verify_batch(jobs: &mut [Option<SignatureJob<'_>>; BATCH]) {
    for kind in KeyKind::ALL {
        by_scheme!(kind, S => S::verify_batch(kind, jobs), _ => ());
    }
}

/// Checks that a point is on its curve, and that an Ed25519 key encodes a point.
///
/// # Errors
///
/// [`Reason::KeyNotOnCurve`]; [`Reason::KeyUnsupported`] if this build does not support the kind.
pub(crate) fn check_key(material: &Material<'_>) -> Result<(), Error> {
    by_scheme!(material.kind(), S => match S::key(material) {
        Some(key) if S::is_valid(key) => Ok(()),
        _ => Err(Error::new(Reason::KeyNotOnCurve)),
    }, _ => Err(Error::new(Reason::KeyUnsupported)))
}

/// Plans the precomputation for a key of this size.
pub(crate) fn table_spec(key: &KeySize, precompute: Precompute) -> TableSpec {
    if !PRECOMPUTE {
        return TableSpec::NOTHING;
    }
    by_scheme!(key.kind, S => S::table_spec(key, precompute), _ => TableSpec::NOTHING)
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
    if !PRECOMPUTE || shape == TableSpec::NOTHING.shape {
        return Ok(());
    }
    let computed = by_scheme!(material.kind(),
        S => S::key(material).and_then(|key| S::precompute(key, shape, precomputed)),
        _ => None);
    computed.ok_or(Error::new(Reason::KeyOutOfRange))
}

/// Checks that the precomputed words of a key are correct, by computing them again. Words of an
/// unknown shape pass, because no verification uses them.
///
/// # Errors
///
/// [`Reason::ImageCorrupt`].
pub(crate) fn check_precomputed(material: &Material<'_>) -> Result<(), Error> {
    let is_right = !PRECOMPUTE
        || by_scheme!(material.kind(),
            S => S::key(material).is_some_and(S::is_precomputed_right),
            _ => true);
    if is_right { Ok(()) } else { Err(Error::new(Reason::ImageCorrupt)) }
}
