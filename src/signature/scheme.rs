//! The duties of a signature scheme.

use super::job::SignatureJob;
use super::material::Material;
use super::precompute::{KeySize, Precompute, TableSpec};
use crate::algorithm::{Algorithm, KeyKind};
use crate::digest::Digest;
use crate::error::Error;
use crate::limits::BATCH;
use crate::step_counter::StepCounter;

/// A family of algorithms, or one of its curves. Its row is in the table of
/// [`signature`](super).
pub(super) trait Scheme {
    /// The material of its keys.
    type Key<'k>;

    /// The key; `None` if the material is that of another scheme.
    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m Self::Key<'k>>;

    /// Returns whether the key is a valid input for [`verify`](Self::verify): whether a point is on
    /// its curve.
    fn is_valid(key: &Self::Key<'_>) -> bool;

    /// # Errors
    ///
    /// As for [`verify`](super::verify).
    fn verify(
        algorithm: Algorithm,
        key: &Self::Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error>;

    /// Verifies the signatures by keys of the scheme, if this is faster than one call after
    /// another. The other signatures get no result.
    fn verify_batch(_kind: KeyKind, _jobs: &mut [Option<SignatureJob<'_>>; BATCH]) {}

    /// The hash of which one half is the value of `at_hash`; `None` if it was not built.
    fn hash_of_value(algorithm: Algorithm, value: &[u8]) -> Option<Digest> {
        Some(algorithm.hash()?.digest(value))
    }

    /// Plans the largest precomputation that `precompute` allows.
    fn table_spec(_key: &KeySize, _precompute: Precompute) -> TableSpec {
        TableSpec::NOTHING
    }

    /// Performs the precomputation of a shape; `None` if the key is invalid.
    fn precompute(_key: &Self::Key<'_>, _shape: u8, _precomputed: &mut [u64]) -> Option<()> {
        None
    }

    /// Returns whether the precomputed words equal those that [`precompute`](Self::precompute)
    /// computes. Also `true` if there are no words or their shape is unknown.
    fn is_precomputed_right(_key: &Self::Key<'_>) -> bool {
        true
    }
}
