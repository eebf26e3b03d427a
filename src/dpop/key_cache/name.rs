//! The name of a key in a proof-key cache.

use crate::key::thumbprint::Thumbprint;

/// The thumbprint of a key, as words.
#[derive(Clone, Copy)]
pub(super) struct Name([u64; 4]);

impl Name {
    pub(super) fn of(thumbprint: &Thumbprint) -> Self {
        let mut words = [0; 4];
        for (place, bytes) in words.iter_mut().zip(thumbprint.as_bytes().as_chunks::<8>().0) {
            *place = u64::from_le_bytes(*bytes);
        }
        Self(words)
    }

    pub(super) fn words(self) -> [u64; 4] {
        self.0
    }

    /// The name as a candidate; 0 stands for a free place. 64 bits are enough: if two keys share
    /// them, the second is prepared one request too early.
    pub(super) fn as_candidate(self) -> u64 {
        let [_, _, third, _] = self.0;
        third | 1
    }

    /// The bits in which the name and that of an entry differ: 0 only for the same key.
    pub(super) fn difference(self, other: [u64; 4]) -> u64 {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other;
        (a ^ e) | (b ^ f) | (c ^ g) | (d ^ h)
    }
}
