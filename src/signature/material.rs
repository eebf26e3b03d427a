//! The part of a key that verifies signatures. Numbers are words, least significant first. Bytes
//! are packed eight to a word, the first byte lowest.

use super::precompute::{KeySize, Precomputed};
use crate::algorithm::KeyKind;

/// A point on the curve of its kind.
#[derive(Clone, Copy)]
pub(crate) struct PointKey<'k> {
    pub(crate) kind: KeyKind,
    pub(crate) x: &'k [u64],
    pub(crate) y: &'k [u64],
    pub(crate) precomputed: Precomputed<'k>,
}

/// An RSA public key.
#[derive(Clone, Copy)]
pub(crate) struct RsaKey<'k> {
    pub(crate) modulus: &'k [u64],
    pub(crate) exponent: u64,
    pub(crate) precomputed: Precomputed<'k>,
}

/// A shared secret of `length` bytes. Its last word is filled up with zeros.
#[derive(Clone, Copy)]
pub(crate) struct SharedSecret<'k> {
    pub(crate) words: &'k [u64],
    pub(crate) length: usize,
    pub(crate) precomputed: Precomputed<'k>,
}

/// A public key that is one byte string. Its kind determines the width.
#[derive(Clone, Copy)]
pub(crate) struct EncodedKey<'k> {
    pub(crate) kind: KeyKind,
    pub(crate) words: &'k [u64],
    pub(crate) precomputed: Precomputed<'k>,
}

/// The numbers or bytes of a key with which signatures are verified.
#[derive(Clone, Copy)]
pub(crate) enum Material<'k> {
    Point(PointKey<'k>),
    Rsa(RsaKey<'k>),
    Secret(SharedSecret<'k>),
    Encoded(EncodedKey<'k>),
}

impl<'k> Material<'k> {
    /// The same key with these precomputed values.
    pub(crate) fn with_precomputed(mut self, values: Precomputed<'k>) -> Self {
        let (Self::Point(PointKey { precomputed, .. })
        | Self::Rsa(RsaKey { precomputed, .. })
        | Self::Secret(SharedSecret { precomputed, .. })
        | Self::Encoded(EncodedKey { precomputed, .. })) = &mut self;
        *precomputed = values;
        self
    }

    /// The size of a public key.
    pub(crate) fn size(&self) -> KeySize {
        let modulus_words = match self {
            Self::Rsa(key) => key.modulus.len(),
            _ => 0,
        };
        KeySize { modulus_words, ..KeySize::of(self.kind()) }
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::Point(PointKey { kind, .. }) | Self::Encoded(EncodedKey { kind, .. }) => *kind,
            Self::Rsa(_) => KeyKind::Rsa,
            Self::Secret(_) => KeyKind::Secret,
        }
    }
}
