//! Arithmetic with numbers of many limbs, independent of tokens and their formats.
//!
//! All data here is public, because a verifier has no secret key. So nothing needs constant time. A
//! number is a slice of limbs, least significant first. All functions are generic over the trait
//! [`Limb`](limb::Limb), for limbs of 32 or 64 bits. The library uses the width of the machine; the
//! tests use both.

pub(crate) mod block;
#[cfg(lanes)]
mod bmi2;
pub(crate) mod comb;
pub(crate) mod curve;
pub(crate) mod division;
pub(crate) mod ecdsa;
pub(crate) mod ed25519;
pub(crate) mod element;
pub(crate) mod field;
mod half;
#[cfg(lanes)]
mod ifma;
pub(crate) mod inverse;
pub(crate) mod limb;
pub(crate) mod ml_dsa;
pub(crate) mod montgomery;
mod multiple;
pub(crate) mod number;
#[cfg(test)]
pub(crate) mod oracle;
pub(crate) mod p256;
pub(crate) mod p384;
pub(crate) mod p521;
pub(crate) mod point;
pub(crate) mod scalar;
pub(crate) mod secp256k1;
#[cfg(verified)]
mod verified;
