//! Values that are computed once from a key, when it is added to a table, so that no verification
//! computes them again.
//!
//! The precomputed words have a *shape*, which is their layout. A record of the table has the
//! number of the shape. Each kind of key has its own shapes, which are the same on every machine. A
//! build that does not know a shape verifies with the raw key.

use crate::algorithm::{Algorithms, KeyKind};

/// The memory that a key may use for precomputed values, in addition to the key itself. A key uses
/// the largest shape of its kind that fits, and nothing if its kind has no such shape.
///
/// - ECDSA on P-256 and secp256k1: tables of multiples of the key, of exactly this size.
///   For P-256, a build with the feature `accelerated` makes eight tables from 2 KB on, on
///   any machine. Every build can use both kinds.
/// - ECDSA on P-384: tables that are a quarter smaller, except for [`Bytes16K`](Self::Bytes16K),
///   where they take 15 KB.
/// - ECDSA on P-521: tables that are smaller by a sixth to almost a half.
/// - Ed25519: tables that are smaller by at most a quarter.
/// - ML-DSA: the public matrix, t1 and the hash of the key. ML-DSA-44 takes 15 KB,
///   ML-DSA-65 27 KB and ML-DSA-87 48 KB.
/// - RSA: from 1 KB on, one number as long as the modulus.
/// - A secret: the state of each hash after its first block, 64 bytes for HS256 and 128 each for
///   HS384 and HS512. These states must be kept as secret as the secret.
///
/// A build without the feature `precompute` precomputes nothing and ignores precomputed words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precompute {
    /// Nothing is precomputed: the smallest table, the slowest verification.
    #[default]
    None,
    /// 1024 bytes.
    Bytes1K,
    /// 2048 bytes.
    Bytes2K,
    /// 4096 bytes.
    Bytes4K,
    /// 8192 bytes.
    Bytes8K,
    /// 16384 bytes.
    Bytes16K,
    /// 65536 bytes.
    Bytes64K,
}

impl Precompute {
    /// The size that makes verification fastest, whatever the memory.
    pub const FASTEST: Self = Self::Bytes64K;

    /// Every size, smallest first.
    pub const ALL: &'static [Self] = &[
        Self::None,
        Self::Bytes1K,
        Self::Bytes2K,
        Self::Bytes4K,
        Self::Bytes8K,
        Self::Bytes16K,
        Self::Bytes64K,
    ];

    /// The bytes allowed for each key.
    pub const fn bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::Bytes1K => 1 << 10,
            Self::Bytes2K => 2 << 10,
            Self::Bytes4K => 4 << 10,
            Self::Bytes8K => 8 << 10,
            Self::Bytes16K => 16 << 10,
            Self::Bytes64K => 64 << 10,
        }
    }

    /// The size with exactly this number of bytes. `None` if there is no such size.
    pub fn from_bytes(bytes: usize) -> Option<Self> {
        Self::ALL.iter().copied().find(|precompute| precompute.bytes() == bytes)
    }
}

/// The properties of a key on which the size of its precomputed values depends.
pub(crate) struct KeySize {
    pub(crate) kind: KeyKind,
    /// The number of words of the modulus, for RSA.
    pub(crate) modulus_words: usize,
    /// The algorithms that the key may verify.
    pub(crate) algorithms: Algorithms,
}

impl KeySize {
    pub(crate) fn of(kind: KeyKind) -> Self {
        Self { kind, modulus_words: 0, algorithms: Algorithms::NONE }
    }
}

/// Precomputed words of a key.
#[derive(Clone, Copy)]
pub(crate) struct Precomputed<'k> {
    /// The shape of the words, a number specific to the kind of key; 0 if there are no words.
    pub(crate) shape: u8,
    pub(crate) words: &'k [u64],
}

impl Precomputed<'_> {
    pub(crate) const NOTHING: Self = Self { shape: 0, words: &[] };

    pub(crate) fn is_nothing(&self) -> bool {
        self.shape == 0
    }
}

/// A planned precomputation.
#[derive(Clone, Copy)]
pub(crate) struct TableSpec {
    /// As in [`Precomputed`].
    pub(crate) shape: u8,
    /// The number of words that it takes.
    pub(crate) words: usize,
}

impl TableSpec {
    pub(crate) const NOTHING: Self = Self { shape: 0, words: 0 };
}
