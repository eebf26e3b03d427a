//! What is computed from a key once, when it enters a table, so that no verification computes it again.
//!
//! A record of the table names the *shape* of what was prepared by a number that counts for its kind of key. The
//! number and the words mean the same on every machine. Whoever does not know a shape verifies with the raw key.

/// How much memory a key may take beside itself for what can be computed from it alone. A key takes the largest
/// shape that its kind has within that size, and nothing where its kind has none.
///
/// ECDSA on P-256 takes tables of multiples of the key, as large as said here: from 2 KB on eight, if the feature
/// `accelerated` is on, on any machine; every build uses either. On P-384 they are a quarter smaller, but for
/// [`Bytes16K`](Self::Bytes16K), of which they take 15 KB; for Ed25519 they are smaller by a quarter at most. RSA takes, from
/// 1 KB on, one number as long as the modulus; a secret, what its first block leaves of each hash: 64 bytes for HS256, 128
/// for HS384 and for HS512. That is as secret as the secret. A build without the feature `prepare` prepares nothing, and
/// looks at nothing that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prepare {
    /// Nothing: the smallest table, the slowest verification.
    #[default]
    Smallest,
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

impl Prepare {
    /// What verifies fastest, whatever it takes.
    pub const FASTEST: Self = Self::Bytes64K;

    /// Every size, the smallest first.
    pub const ALL: &'static [Self] = &[
        Self::Smallest,
        Self::Bytes1K,
        Self::Bytes2K,
        Self::Bytes4K,
        Self::Bytes8K,
        Self::Bytes16K,
        Self::Bytes64K,
    ];

    /// The bytes that it allows for each key.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Smallest => 0,
            Self::Bytes1K => 1 << 10,
            Self::Bytes2K => 2 << 10,
            Self::Bytes4K => 4 << 10,
            Self::Bytes8K => 8 << 10,
            Self::Bytes16K => 16 << 10,
            Self::Bytes64K => 64 << 10,
        }
    }

    /// The size of exactly these bytes.
    pub fn from_bytes(bytes: usize) -> Option<Self> {
        Self::ALL.iter().copied().find(|prepare| prepare.bytes() == bytes)
    }
}

/// What a record has beside its key.
#[derive(Clone, Copy)]
pub(crate) struct Prepared<'k> {
    /// What the words are, a number of the kind of key; 0 if there are none.
    pub(crate) shape: u8,
    pub(crate) words: &'k [u64],
}

impl Prepared<'_> {
    pub(crate) const NOTHING: Self = Self { shape: 0, words: &[] };

    pub(crate) fn is_nothing(&self) -> bool {
        self.shape == 0
    }
}

/// What is going to be prepared.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// As in [`Prepared`].
    pub(crate) shape: u8,
    /// How many words it takes.
    pub(crate) words: usize,
}

impl Plan {
    pub(crate) const NOTHING: Self = Self { shape: 0, words: 0 };
}
