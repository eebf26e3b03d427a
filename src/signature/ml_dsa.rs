//! ML-DSA (FIPS 204, RFC 9964) with the `ml-dsa` crate: the pure version, with an empty context.
//!
//! The public matrix is expanded on the stack. The README says how much stack this needs.

use crate::error::{Error, Reason};
use crate::step_counter::StepCounter;
use crate::words;
use ml_dsa::{EncodedSignature, EncodedVerifyingKey, MlDsaParams, Signature, VerifyingKey};

pub(super) use ml_dsa::{MlDsa44, MlDsa65, MlDsa87};

/// The first 64 bytes of SHAKE256.
pub(super) fn shake256(message: &[u8]) -> [u8; 64] {
    use shake::{ExtendableOutput as _, Shake256, Update as _, XofReader as _};
    let mut hasher = Shake256::default();
    hasher.update(message);
    let mut output = [0; 64];
    hasher.finalize_xof().read(&mut output);
    output
}

/// # Errors
///
/// As for [`super::verify`].
#[inline(never)]
pub(super) fn verify<P: MlDsaParams>(
    key: &[u64],
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    if signature.len() != size_of::<EncodedSignature<P>>() {
        return Err(Error::new(Reason::SignatureLength));
    }
    let invalid = Error::new(Reason::SignatureInvalid);
    let signature = Signature::<P>::try_from(signature).map_err(|_| invalid)?;
    let mut encoded = EncodedVerifyingKey::<P>::default();
    let length = encoded.len();
    for (place, byte) in encoded.iter_mut().zip(words::unpack(key, length)) {
        *place = byte;
    }
    let key = VerifyingKey::<P>::decode(&encoded);
    StepCounter::of_verdict(key.verify_with_context(message, &[], &signature))
}
