//! SHA-2 (FIPS 180-4), through the `sha2` crate, which nothing else names.

use sha2::Digest as _;

pub(crate) use sha2::Sha256;
#[cfg(feature = "sha512")]
pub(crate) use sha2::{Sha384, Sha512};

/// A hash function of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    #[cfg(feature = "sha512")]
    Sha384,
    #[cfg(feature = "sha512")]
    Sha512,
}

/// Bytes of the longest digest that was built.
pub(crate) const MAX_DIGEST_BYTES: usize = if cfg!(feature = "sha512") { 64 } else { 32 };

/// A digest of any length.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    bytes: [u8; MAX_DIGEST_BYTES],
    length: usize,
}

impl Digest {
    fn of(digest: &[u8]) -> Self {
        let mut bytes = [0; MAX_DIGEST_BYTES];
        for (place, byte) in bytes.iter_mut().zip(digest) {
            *place = *byte;
        }
        let length = digest.len();
        Self { bytes, length }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    #[cfg(feature = "rsa")]
    pub(crate) fn as_mut_bytes(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.length).unwrap_or_default()
    }
}

/// A hash that is still being fed.
pub(crate) enum Hasher {
    Sha256(Sha256),
    #[cfg(feature = "sha512")]
    Sha384(Sha384),
    #[cfg(feature = "sha512")]
    Sha512(Sha512),
}

impl Hash {
    /// Bytes of a digest.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            #[cfg(feature = "sha512")]
            Self::Sha384 => 48,
            #[cfg(feature = "sha512")]
            Self::Sha512 => 64,
        }
    }

    pub(crate) fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            #[cfg(feature = "sha512")]
            Self::Sha384 => Hasher::Sha384(Sha384::new()),
            #[cfg(feature = "sha512")]
            Self::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }

    // Out of line where stacks are short: the state of the hash is gone before the arithmetic begins.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn digest(self, message: &[u8]) -> Digest {
        let mut hasher = self.hasher();
        hasher.update(message);
        hasher.finish()
    }
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            #[cfg(feature = "sha512")]
            Self::Sha384(hasher) => hasher.update(bytes),
            #[cfg(feature = "sha512")]
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Digest {
        match self {
            Self::Sha256(hasher) => Digest::of(&hasher.finalize()),
            #[cfg(feature = "sha512")]
            Self::Sha384(hasher) => Digest::of(&hasher.finalize()),
            #[cfg(feature = "sha512")]
            Self::Sha512(hasher) => Digest::of(&hasher.finalize()),
        }
    }
}
