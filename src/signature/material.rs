//! The part of a key that verifies signatures.

use super::precompute::Precomputed;
use crate::algorithm::KeyKind;

/// The numbers or bytes of a key with which signatures are verified. Numbers are words, least
/// significant first. Bytes are packed eight to a word, the first byte lowest.
#[derive(Clone, Copy)]
pub(crate) enum Material<'k> {
    /// A point on the curve of its kind.
    Point { kind: KeyKind, x: &'k [u64], y: &'k [u64], precomputed: Precomputed<'k> },
    /// An RSA public key.
    Rsa { modulus: &'k [u64], exponent: u64, precomputed: Precomputed<'k> },
    /// A shared secret of `length` bytes.
    Secret { words: &'k [u64], length: usize, precomputed: Precomputed<'k> },
    /// A public key that is one byte string. Its kind determines the width.
    Encoded { kind: KeyKind, words: &'k [u64], precomputed: Precomputed<'k> },
}

impl<'k> Material<'k> {
    /// The same key with these precomputed values.
    #[cfg(feature = "dpop")]
    pub(crate) fn with_precomputed(mut self, values: Precomputed<'k>) -> Self {
        let (Self::Point { precomputed, .. }
        | Self::Rsa { precomputed, .. }
        | Self::Secret { precomputed, .. }
        | Self::Encoded { precomputed, .. }) = &mut self;
        *precomputed = values;
        self
    }

    pub(super) fn kind(&self) -> KeyKind {
        match self {
            Self::Point { kind, .. } | Self::Encoded { kind, .. } => *kind,
            Self::Rsa { .. } => KeyKind::Rsa,
            Self::Secret { .. } => KeyKind::Secret,
        }
    }
}
