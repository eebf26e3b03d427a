//! Keys that are given as raw numbers or bytes.

use super::octets::{Octets, malformed};
use super::record::{KeyContent, ParsedKey};
use crate::algorithm::{Algorithm, KeyKind};
use crate::error::{Error, Member};

/// A key as numbers or bytes. A number is a slice of bytes, most significant first.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum RawKey<'a> {
    /// A point of a curve: [`KeyKind::P256`], [`KeyKind::P384`], [`KeyKind::P521`] or
    /// [`KeyKind::Secp256k1`]. Both coordinates are as wide as the field: 32, 48, 66 or 32 bytes.
    Point {
        /// The curve.
        curve: KeyKind,
        /// The x coordinate.
        x: &'a [u8],
        /// The y coordinate.
        y: &'a [u8],
    },
    /// An RSA public key. One leading zero octet of a number is dropped.
    Rsa {
        /// The modulus, n.
        modulus: &'a [u8],
        /// The exponent, e.
        exponent: &'a [u8],
    },
    /// An Ed25519 public key of 32 bytes (RFC 8032 section 5.1.2).
    Ed25519(&'a [u8]),
    /// An ML-DSA public key (FIPS 204) of this algorithm: 1312, 1952 or 2592 bytes.
    MlDsa(Algorithm, &'a [u8]),
    /// A shared secret. Only the issuer and this verifier may know it. Bind it to a single
    /// algorithm with [`KeyRules::only_for`](super::rules::KeyRules::only_for).
    Secret(&'a [u8]),
}

impl<'a> RawKey<'a> {
    /// # Errors
    ///
    /// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) for a kind that is not a curve, or an
    /// algorithm that is not ML-DSA.
    pub(super) fn describe(&self) -> Result<ParsedKey<'a>, Error> {
        let (kind, content) = match *self {
            Self::Point { curve, x, y } => match curve {
                KeyKind::P256 | KeyKind::P384 | KeyKind::P521 | KeyKind::Secp256k1 => {
                    let (x, y) = (Octets::Plain(x), Octets::Plain(y));
                    (curve, KeyContent::Point { x, y })
                }
                _ => return Err(malformed(Member::Curve)),
            },
            Self::Rsa { modulus, exponent } => {
                let (modulus, exponent) = (Octets::Plain(modulus), Octets::Plain(exponent));
                (KeyKind::Rsa, KeyContent::Rsa { modulus, exponent })
            }
            Self::Ed25519(key) => (KeyKind::Ed25519, KeyContent::Encoded(Octets::Plain(key))),
            Self::MlDsa(algorithm, key) => match algorithm.key_kind() {
                kind @ (KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87) => {
                    (kind, KeyContent::Encoded(Octets::Plain(key)))
                }
                _ => return Err(malformed(Member::Algorithm)),
            },
            Self::Secret(secret) => (KeyKind::Secret, KeyContent::Secret(Octets::Plain(secret))),
        };
        Ok(ParsedKey::of(kind, content))
    }
}

impl core::fmt::Debug for RawKey<'_> {
    /// Never shows the key material.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Point { .. } => "RawKey::Point",
            Self::Rsa { .. } => "RawKey::Rsa",
            Self::Ed25519(_) => "RawKey::Ed25519",
            Self::MlDsa(..) => "RawKey::MlDsa",
            Self::Secret(_) => "RawKey::Secret",
        })
    }
}
