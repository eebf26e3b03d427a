//! JWK thumbprints (RFC 7638, RFC 8037 section 2, RFC 9964 section 5): the SHA-256 of the key
//! material.

use super::Key;
use crate::algorithm::{Algorithms, KeyKind};
use crate::base64url;
use crate::digest::{Hash, Hasher};
use crate::error::{Error, Reason};
use crate::signature::{EncodedKey, Material, PointKey, RsaKey, SharedSecret};
use crate::words;
use subtle::ConstantTimeEq;

/// The SHA-256 thumbprint of a key. Compared in constant time, because the thumbprint of a secret
/// gives information about the secret.
#[derive(Clone, Copy)]
pub struct Thumbprint {
    bytes: [u8; 32],
}

impl Thumbprint {
    /// Makes the thumbprint from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes }
    }

    /// Parses a thumbprint from 43 characters of base64url, as in `jkt` (RFC 9449 section 6.1).
    /// The text is not secret: the time of decoding may depend on it.
    ///
    /// # Errors
    ///
    /// [`Reason::Base64Length`] for another length; the other reasons of base64url with the offset.
    pub fn from_text(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = text.as_ref();
        if text.len() != 43 {
            return Err(Error::new(Reason::Base64Length).at_offset(text.len()));
        }
        let mut bytes = [0; 32];
        base64url::decode_public(text, &mut bytes)?;
        Ok(Self { bytes })
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The thumbprint as 43 characters of base64url.
    pub fn to_text(&self) -> ThumbprintText {
        ThumbprintText { text: base64url::encode(&self.bytes) }
    }
}

impl PartialEq for Thumbprint {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Eq for Thumbprint {}

impl core::fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.to_text().as_str())
    }
}

/// A thumbprint as a string: see [`Thumbprint::to_text`].
#[derive(Clone, Copy)]
pub struct ThumbprintText {
    text: [u8; 43],
}

impl ThumbprintText {
    pub(crate) const fn as_characters(&self) -> &[u8; 43] {
        &self.text
    }

    /// The 43 characters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl core::fmt::Debug for ThumbprintText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Key<'_> {
    /// The SHA-256 thumbprint of the key (RFC 7638 section 3): over its required members only,
    /// sorted by name, without white space. Computes one hash over the key.
    pub fn thumbprint(&self) -> Thumbprint {
        let mut hasher = Hash::Sha256.hasher();
        let put = &mut hasher;
        match *self.material() {
            Material::Point(PointKey { kind, x, y, .. }) => {
                let width = kind.width().unwrap_or(0);
                text(put, "{\"crv\":\"");
                text(put, curve(kind));
                text(put, "\",\"kty\":\"EC\",\"x\":\"");
                encode(put, words::big_endian(x, width));
                text(put, "\",\"y\":\"");
                encode(put, words::big_endian(y, width));
            }
            Material::Rsa(RsaKey { modulus, exponent, .. }) => {
                text(put, "{\"e\":\"");
                encode(put, significant(&[exponent]));
                text(put, "\",\"kty\":\"RSA\",\"n\":\"");
                encode(put, significant(modulus));
            }
            Material::Secret(SharedSecret { words, length, .. }) => {
                text(put, "{\"k\":\"");
                encode(put, words::unpack(words, length));
                text(put, "\",\"kty\":\"oct");
            }
            Material::Encoded(EncodedKey { kind, words, .. }) => {
                let bytes = words::unpack(words, kind.width().unwrap_or(0));
                if kind == KeyKind::Ed25519 {
                    text(put, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
                } else {
                    text(put, "{\"alg\":\"");
                    text(put, only(self.algorithms()));
                    text(put, "\",\"kty\":\"AKP\",\"pub\":\"");
                }
                encode(put, bytes);
            }
        }
        text(put, "\"}");
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().zip(hasher.finish().as_bytes()) {
            *place = *byte;
        }
        Thumbprint { bytes }
    }
}

const fn curve(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::P384 => "P-384",
        KeyKind::P521 => "P-521",
        KeyKind::Secp256k1 => "secp256k1",
        _ => "P-256",
    }
}

/// The name of the only algorithm of an ML-DSA key.
fn only(algorithms: Algorithms) -> &'static str {
    algorithms.iter().next().map_or("", |algorithm| algorithm.name())
}

/// The bytes of a number without leading zeros, most significant first.
fn significant(words: &[u64]) -> impl Iterator<Item = u8> {
    let all = words.len().saturating_mul(8);
    words::big_endian(words, all).skip_while(|byte| *byte == 0)
}

fn text(hasher: &mut Hasher, text: &str) {
    hasher.update(text.as_bytes());
}

/// Hashes the base64url of `bytes`.
fn encode(hasher: &mut Hasher, mut bytes: impl Iterator<Item = u8>) {
    loop {
        let mut group = [0; 3];
        let mut count = 0usize;
        for (place, byte) in group.iter_mut().zip(&mut bytes) {
            *place = byte;
            count = count.saturating_add(1);
        }
        let characters = base64url::encode_group(group);
        let used = match count {
            0 => return,
            1 => 2,
            2 => 3,
            _ => 4,
        };
        hasher.update(characters.get(..used).unwrap_or_default());
    }
}
