//! Plain numbers of many limbs, which know nothing of tokens or keys.
//!
//! Everything here is public data: a verifier holds no secret key, so nothing needs constant time. A
//! number is a slice of limbs, least significant first. All of it is written over the trait
//! [`Limb`](limb::Limb) and runs with limbs of 32 or 64 bits: the library takes the width of the machine,
//! the tests take both.

pub(crate) mod block;
#[cfg(all(feature = "es256", any(test, feature = "prepare")))]
pub(crate) mod comb;
#[cfg(feature = "es256")]
pub(crate) mod field;
#[cfg(feature = "es256")]
pub(crate) mod inverse;
pub(crate) mod limb;
pub(crate) mod montgomery;
#[cfg(feature = "es256")]
pub(crate) mod multiple;
#[cfg(test)]
pub(crate) mod numbers;
#[cfg(feature = "es256")]
pub(crate) mod p256;
#[cfg(feature = "es256")]
pub(crate) mod point;
