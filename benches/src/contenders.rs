//! The contenders, one file for each.
//!
//! A [`Verifier`] verifies signatures; a [`Validator`] validates whole tokens. Both are made from a
//! [`PublicKey`], in the form that the library reads fastest.

use crate::issuer::PublicKey;

#[cfg(feature = "peers")]
pub mod aws_lc;
pub mod by_hand;
#[cfg(feature = "peers")]
pub mod graviola;
#[cfg(feature = "peers")]
pub mod josekit;
#[cfg(feature = "peers")]
pub mod jsonwebtoken;
#[cfg(feature = "peers")]
pub mod jwt_compact;
#[cfg(feature = "peers")]
pub mod jwt_simple;
pub mod keycard;
#[cfg(feature = "peers")]
pub mod openssl;
pub mod pyjwt;
#[cfg(feature = "peers")]
pub mod ring;
pub mod rustcrypto;

/// Verifies signatures with a key that was read once.
pub trait Verifier: Sized + 'static {
    const NAME: &'static str;

    /// Reads the key. `None` if it is malformed, or if its algorithm is not available here.
    fn parse(key: &PublicKey) -> Option<Self>;

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// Validates whole tokens with a key that was read once: signature, `iss`, `aud`, `exp`, and `nbf`
/// if present.
pub trait Validator: Sized + 'static {
    const NAME: &'static str;
    /// The back end, if there is a choice.
    const VARIANT: &'static str = "";

    fn parse(key: &PublicKey) -> Option<Self>;

    fn validate(&self, token: &str) -> bool;
}
