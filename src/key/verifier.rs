//! Whoever verifies signatures: the software here, or hardware of the caller's.

use super::Key;
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::signature;
use crate::step_counter::StepCounter;

/// Verifies signatures in place of this library, with the accelerator or the secure element of a device: for
/// [`validate_with`](crate::validate_with). Reading the token, choosing the key and judging the claims stay here.
///
/// It is asked with the keys that fit the token, one after the other, at most 8. Each was checked when it entered its
/// table, and is bound to the algorithm. Which key of the hardware it is says its [`index`](Key::index) in the table,
/// its [`id`](Key::id) or its [`thumbprint`](Key::thumbprint).
pub trait SignatureVerifier {
    /// Whether `signature`, in the form of JWS (RFC 7518 section 3), is right over `message` by `algorithm` with `key`.
    /// What cannot be decided, such as a fault of the hardware, is `false`. The signature may have any length.
    fn is_right(
        &self,
        key: &Key<'_>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool;
}

/// Verifies with the algorithms of this library.
pub(crate) fn in_software(
    key: &Key<'_>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    signature::verify(algorithm, key.material(), message, signature)
}

/// Verifies with what the caller brings.
pub(crate) fn by<V: SignatureVerifier + ?Sized>(
    verifier: &V,
) -> impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error> {
    |key, algorithm, message, signature| {
        StepCounter::of_verdict(verifier.is_right(key, algorithm, message, signature))
    }
}
