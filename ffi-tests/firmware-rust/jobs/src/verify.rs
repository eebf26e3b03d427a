//! Verifies a signature over bytes that are not a token, with a key from a trusted table.

use crate::Input;
use keycard::{Algorithm, Keys};

#[cfg(feature = "verify-es256")]
const ALGORITHM: Algorithm = Algorithm::Es256;
#[cfg(feature = "verify-es384")]
const ALGORITHM: Algorithm = Algorithm::Es384;
#[cfg(feature = "verify-es512")]
const ALGORITHM: Algorithm = Algorithm::Es512;
#[cfg(feature = "verify-es256k")]
const ALGORITHM: Algorithm = Algorithm::Es256K;
#[cfg(feature = "verify-rs256")]
const ALGORITHM: Algorithm = Algorithm::Rs256;
#[cfg(feature = "verify-hs256")]
const ALGORITHM: Algorithm = Algorithm::Hs256;
#[cfg(feature = "verify-ed25519")]
const ALGORITHM: Algorithm = Algorithm::Ed25519;
#[cfg(feature = "verify-ml-dsa-44")]
const ALGORITHM: Algorithm = Algorithm::MlDsa44;
#[cfg(feature = "verify-ml-dsa-65")]
const ALGORITHM: Algorithm = Algorithm::MlDsa65;
#[cfg(feature = "verify-ml-dsa-87")]
const ALGORITHM: Algorithm = Algorithm::MlDsa87;

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let keys = Keys::open(input.keys()).ok()?;
    keys.verify(ALGORITHM, input.text(), input.signature()).ok()?;
    Some(())
}
