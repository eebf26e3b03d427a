//! Signature algorithms: their registered names, and sets of them.

use crate::digest::Hash;
use crate::error::{Error, Reason};
use crate::numbered::numbered;

numbered! {
    /// A signature algorithm by its registered `alg` value (RFC 7518 section 3.1, RFC 8037, RFC
    /// 8812, RFC 9864, RFC 9964). All names exist in every build; [`Algorithm::is_built`] tells
    /// which ones the build can verify.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    #[repr(u32)]
    pub enum Algorithm;
    /// Every algorithm with a name.
    pub const ALL;
    /// The registered name, as in `alg`.
    pub fn name;
    /// The bit of the algorithm in a set, here and in the C ABI. It never changes.
    pub fn bit -> u32;

    /// HMAC with SHA-256.
    Hs256 = 1, "HS256";
    /// HMAC with SHA-384.
    Hs384 = 1 << 1, "HS384";
    /// HMAC with SHA-512.
    Hs512 = 1 << 2, "HS512";
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 = 1 << 3, "RS256";
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384 = 1 << 4, "RS384";
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512 = 1 << 5, "RS512";
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256 = 1 << 6, "PS256";
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
    Ps384 = 1 << 7, "PS384";
    /// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt of 64 bytes.
    Ps512 = 1 << 8, "PS512";
    /// ECDSA with P-256 and SHA-256.
    Es256 = 1 << 9, "ES256";
    /// ECDSA with P-384 and SHA-384.
    Es384 = 1 << 10, "ES384";
    /// ECDSA with P-521 and SHA-512.
    Es512 = 1 << 11, "ES512";
    /// ECDSA with secp256k1 and SHA-256.
    Es256K = 1 << 12, "ES256K";
    /// EdDSA with Ed25519, under its polymorphic name.
    EdDsa = 1 << 13, "EdDSA";
    /// EdDSA with Ed25519, under its fully specified name.
    Ed25519 = 1 << 14, "Ed25519";
    /// ML-DSA-44.
    MlDsa44 = 1 << 15, "ML-DSA-44";
    /// ML-DSA-65.
    MlDsa65 = 1 << 16, "ML-DSA-65";
    /// ML-DSA-87.
    MlDsa87 = 1 << 17, "ML-DSA-87";
}

/// A kind of key. It determines the parts of the key, and the algorithms for which the key can be
/// used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// A shared secret (RFC 7518 section 6.4).
    Secret,
    /// An RSA public key (RFC 7518 section 6.3).
    Rsa,
    /// A point of the curve P-256 (RFC 7518 section 6.2).
    P256,
    /// A point of the curve P-384 (RFC 7518 section 6.2).
    P384,
    /// A point of the curve P-521 (RFC 7518 section 6.2).
    P521,
    /// A point of the curve secp256k1 (RFC 8812 section 3).
    Secp256k1,
    /// An Ed25519 public key (RFC 8037 section 2).
    Ed25519,
    /// An ML-DSA-44 public key (RFC 9964 section 3).
    MlDsa44,
    /// An ML-DSA-65 public key (RFC 9964 section 3).
    MlDsa65,
    /// An ML-DSA-87 public key (RFC 9964 section 3).
    MlDsa87,
}

impl KeyKind {
    /// Every kind. A table stores a kind as its position in this list, counted from 1. So the order
    /// is fixed, and new kinds are added at the end.
    pub(crate) const ALL: [Self; 10] = [
        Self::P256,
        Self::Rsa,
        Self::Secret,
        Self::P384,
        Self::P521,
        Self::Secp256k1,
        Self::Ed25519,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// The number by which a table stores the kind.
    pub(crate) fn number(self) -> u8 {
        let place = (1..=u8::MAX).zip(Self::ALL).find(|(_, kind)| *kind == self);
        place.map_or(0, |(number, _)| number)
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        let place = usize::from(number).checked_sub(1)?;
        Self::ALL.get(place).copied()
    }

    /// Returns whether this build can verify with keys of this kind.
    pub(crate) const fn is_built(self) -> bool {
        match self {
            Self::Secret => Algorithm::Hs256.is_built(),
            Self::Rsa => Algorithm::Rs256.is_built(),
            Self::P256 => Algorithm::Es256.is_built(),
            Self::P384 => Algorithm::Es384.is_built(),
            Self::P521 => Algorithm::Es512.is_built(),
            Self::Secp256k1 => Algorithm::Es256K.is_built(),
            Self::Ed25519 => Algorithm::Ed25519.is_built(),
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => Algorithm::MlDsa44.is_built(),
        }
    }

    /// Bytes of a coordinate of a point, or of an encoded public key. `None` for kinds whose keys
    /// vary in size.
    pub(crate) const fn width(self) -> Option<usize> {
        match self {
            Self::P256 | Self::Secp256k1 | Self::Ed25519 => Some(32),
            Self::P384 => Some(48),
            Self::P521 => Some(66),
            Self::MlDsa44 => Some(1312),
            Self::MlDsa65 => Some(1952),
            Self::MlDsa87 => Some(2592),
            Self::Secret | Self::Rsa => None,
        }
    }
}

impl Algorithm {
    /// The algorithm with this registered name. Names are case-sensitive (RFC 7515 section 4.1.1).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }

    /// Returns whether this build can verify the algorithm.
    #[allow(clippy::match_like_matches_macro, reason = "a table, a feature a line")]
    pub const fn is_built(self) -> bool {
        match self {
            Self::Hs256 => cfg!(feature = "hs256"),
            Self::Hs384 | Self::Hs512 => cfg!(feature = "hmac"),
            Self::Rs256 => cfg!(feature = "rs256"),
            Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                cfg!(feature = "rsa")
            }
            Self::Es256 => cfg!(feature = "es256"),
            Self::Es384 => cfg!(feature = "es384"),
            Self::Es512 => cfg!(feature = "es512"),
            Self::Es256K => cfg!(feature = "es256k"),
            Self::EdDsa | Self::Ed25519 => cfg!(feature = "eddsa"),
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => cfg!(feature = "ml-dsa"),
        }
    }

    /// The kind of key that the algorithm uses.
    pub const fn key_kind(self) -> KeyKind {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => KeyKind::Secret,
            Self::Rs256 | Self::Rs384 | Self::Rs512 => KeyKind::Rsa,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => KeyKind::Rsa,
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Es512 => KeyKind::P521,
            Self::Es256K => KeyKind::Secp256k1,
            Self::EdDsa | Self::Ed25519 => KeyKind::Ed25519,
            Self::MlDsa44 => KeyKind::MlDsa44,
            Self::MlDsa65 => KeyKind::MlDsa65,
            Self::MlDsa87 => KeyKind::MlDsa87,
        }
    }

    /// The hash of the algorithm, which also makes `at_hash`, `c_hash` and `s_hash` (OpenID Connect
    /// Core section 3.1.3.6). `None` if the algorithm has no hash of its own, or the hash was not
    /// built.
    pub(crate) const fn hash(self) -> Option<Hash> {
        match self {
            Self::Hs256 | Self::Rs256 | Self::Ps256 | Self::Es256 | Self::Es256K => {
                Some(Hash::Sha256)
            }
            #[cfg(feature = "sha512")]
            Self::Hs384 | Self::Rs384 | Self::Ps384 | Self::Es384 => Some(Hash::Sha384),
            // Ed25519 signs the message itself, but uses SHA-512 internally.
            #[cfg(feature = "sha512")]
            Self::Hs512 | Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa | Self::Ed25519 => {
                Some(Hash::Sha512)
            }
            _ => None,
        }
    }
}

impl core::str::FromStr for Algorithm {
    type Err = Error;

    /// Like [`Algorithm::from_name`].
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::from_name(name).ok_or(Error::new(Reason::AlgorithmUnknown))
    }
}

impl core::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of algorithms: an allow-list, or the algorithms that a key may verify.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithms {
    bits: u32,
}

impl Algorithms {
    /// No algorithm.
    pub const NONE: Self = Self { bits: 0 };

    /// The algorithms of a list.
    pub fn of(list: &[Algorithm]) -> Self {
        let bits = list.iter().fold(0, |bits, algorithm| bits | algorithm.bit());
        Self { bits }
    }

    /// The set with these bits. `None` if a bit belongs to no known algorithm.
    pub fn from_bits(bits: u32) -> Option<Self> {
        let known = Self::of(Algorithm::ALL).bits;
        (bits & !known == 0).then_some(Self { bits })
    }

    /// The same set, but with both names of Ed25519 if it has one of them: `EdDSA` (RFC 8037) and
    /// `Ed25519` (RFC 9864) are the same algorithm for a key.
    pub(crate) fn with_both_names(self) -> Self {
        let names = Self::of(&[Algorithm::EdDsa, Algorithm::Ed25519]).bits;
        if self.bits & names == 0 { self } else { Self { bits: self.bits | names } }
    }

    /// The bits of the set; see [`Algorithm::bit`].
    pub const fn bits(self) -> u32 {
        self.bits
    }

    /// Returns whether the algorithm is in the set.
    pub const fn contains(self, algorithm: Algorithm) -> bool {
        self.bits & algorithm.bit() != 0
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The algorithms of the set.
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        let mut left = self.bits;
        core::iter::from_fn(move || {
            // The bit position is the index in the list.
            let place = usize::try_from(left.trailing_zeros()).ok()?;
            left &= left.wrapping_sub(1);
            Algorithm::ALL.get(place).copied()
        })
    }

    /// The algorithms of the set for which `keep` returns `true`.
    pub(crate) fn filter(self, keep: impl Fn(Algorithm) -> bool) -> Self {
        let bits = self
            .iter()
            .filter(|algorithm| keep(*algorithm))
            .fold(0, |bits, algorithm| bits | algorithm.bit());
        Self { bits }
    }
}

impl From<Algorithm> for Algorithms {
    fn from(algorithm: Algorithm) -> Self {
        Self::of(&[algorithm])
    }
}

impl<const N: usize> From<[Algorithm; N]> for Algorithms {
    fn from(list: [Algorithm; N]) -> Self {
        Self::of(&list)
    }
}

impl<L: AsRef<[Algorithm]> + ?Sized> From<&L> for Algorithms {
    fn from(list: &L) -> Self {
        Self::of(list.as_ref())
    }
}

impl core::fmt::Debug for Algorithms {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_whole_and_case_sensitively() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::from_name(algorithm.name()), Some(*algorithm));
            assert!(Algorithms::of(&[*algorithm]).iter().eq([*algorithm]));
        }
        for name in ["", "none", "es256", "ES2560", "ES25", "ED25519", "HS256 "] {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_set_knows_its_members_and_no_unknown_bit() {
        let set = Algorithms::of(&[Algorithm::Es256, Algorithm::Hs256]);
        assert!(set.contains(Algorithm::Es256) && !set.contains(Algorithm::Es384));
        assert_eq!(Algorithms::from_bits(set.bits()), Some(set));
        assert_eq!(Algorithms::from_bits(1 << 31), None);
        assert_eq!(
            set.filter(|algorithm| algorithm.key_kind() == KeyKind::Secret),
            Algorithms::of(&[Algorithm::Hs256])
        );
        assert!(Algorithms::NONE.is_empty());
    }
}
