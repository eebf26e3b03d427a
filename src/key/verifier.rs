//! The interface for verifying signatures, in software or in the caller's hardware.

use super::Key;
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::signature;
use crate::step_counter::StepCounter;

/// Verifies signatures in place of this library, with the accelerator or secure element of a
/// device: for [`validate_with`](crate::validate_with). This library still reads the token, chooses
/// the key and checks the claims.
///
/// It is called for the keys that fit the token, one after the other, and for at most 8 keys. Each
/// key was checked when it entered its table, and may verify the algorithm. Use its
/// [`index`](Key::index), [`id`](Key::id) or [`thumbprint`](Key::thumbprint) to select the hardware
/// key.
pub trait SignatureVerifier {
    /// Returns true if `signature` over `message` is valid by `algorithm` with `key`. The signature
    /// is in the form of JWS (RFC 7518 section 3) and may have any length. Return false if it
    /// cannot be verified, for example after a hardware fault.
    fn is_right(
        &self,
        key: &Key<'_>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool;
}

/// Verifies in software, with the algorithms of this library.
pub(crate) fn in_software(
    key: &Key<'_>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    signature::verify(algorithm, key.material(), message, signature)
}

/// Verifies with the caller's `verifier`.
pub(crate) fn by<V: SignatureVerifier + ?Sized>(
    verifier: &V,
) -> impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error> {
    |key, algorithm, message, signature| {
        StepCounter::of_verdict(verifier.is_right(key, algorithm, message, signature))
    }
}
