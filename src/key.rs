//! Keys: their layout in memory, loading from a JWK, PEM, DER or raw numbers, and the table that
//! holds many keys.
//!
//! A key is checked when it is added to the table. It is then bound to the algorithms that it may
//! verify (RFC 8725 section 3.1). Code that reads the table later does not check the key again.

mod certificate;
mod der;
mod encoded;
pub(crate) mod image;
mod index;
pub(crate) mod jwk;
mod lookalike;
mod octets;
#[cfg(feature = "alloc")]
pub(crate) mod owned;
mod pem;
pub(crate) mod proof_key;
mod pss;
mod public;
pub(crate) mod raw;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod restrictions;
pub(crate) mod rules;
mod set;
pub(crate) mod table;
pub(crate) mod thumbprint;
pub(crate) mod verifier;

use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::error::{Error, Reason};
use crate::limits;
use crate::signature::precompute::Precomputed;
use crate::signature::{self, EncodedKey, Material, PointKey, RsaKey, SharedSecret};
use crate::switches::{FAST, PRECOMPUTE};
use crate::words;
use restrictions::Restrictions;

/// A key in a table, borrowed from the memory of the table.
#[derive(Clone, Copy)]
pub struct Key<'k> {
    index: usize,
    algorithms: Algorithms,
    id: Option<KeyId<'k>>,
    kind: KeyKind,
    restrictions: Restrictions<'k>,
    material: Material<'k>,
}

impl<'k> Key<'k> {
    /// Its position in the table, from 0 in the order of adding.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The kind of the key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The algorithms that the key may verify.
    pub fn algorithms(&self) -> Algorithms {
        self.algorithms
    }

    /// The `kid` of the key (RFC 7517 section 4.5), if it has one.
    pub fn id(&self) -> Option<KeyId<'k>> {
        self.id
    }

    /// The first second at which the key verifies tokens: `nbf` of its JWK.
    /// [`validate`](crate::validate()) enforces it.
    pub fn not_before(&self) -> Option<i64> {
        self.restrictions.not_before()
    }

    /// The first second at which the key no longer verifies tokens: `exp` of its JWK.
    /// [`validate`](crate::validate()) enforces it.
    pub fn expires_at(&self) -> Option<i64> {
        self.restrictions.expires_at()
    }

    /// True if the key is weaker than RFC 7518 sections 3.2, 3.3 and 3.5 allow for an algorithm
    /// that it may verify. The caller allowed such keys when it added them.
    pub fn is_weak(&self) -> bool {
        match self.material {
            Material::Rsa(RsaKey { modulus, .. }) => {
                words::bit_length(modulus) < limits::MIN_RSA_BITS
            }
            Material::Secret(SharedSecret { length, .. }) => self
                .algorithms
                .iter()
                .any(|algorithm| algorithm.hash().is_none_or(|hash| hash.length() > length)),
            _ => false,
        }
    }

    /// Verifies a detached signature over `message` with exactly this key. For signed data that is
    /// not a token. [`Keys::verify`](crate::Keys::verify) chooses among the keys of a table;
    /// [`validate`](crate::validate()) is for tokens.
    ///
    /// The signature is in the form of JWS (RFC 7518 section 3). For ECDSA this is `r` followed by
    /// `s`, each as wide as the field.
    ///
    /// # Errors
    ///
    /// * [`Reason::AlgorithmNotBuilt`]
    /// * [`Reason::AlgorithmNotAllowed`] for an algorithm to which the key is not bound (RFC 8725
    ///   section 3.1)
    /// * [`Reason::SignatureLength`], [`Reason::SignatureIsDer`], [`Reason::SignatureSalt`] or
    ///   [`Reason::SignatureInvalid`]
    /// * [`Reason::KeyOfAnotherIssuer`] or [`Reason::TimeUnavailable`] if the JWK restricts the key
    ///   to an issuer or a time: neither is known here
    pub fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        if !algorithm.is_built() {
            return Err(Error::new(Reason::AlgorithmNotBuilt));
        }
        if !self.algorithms.contains(algorithm) {
            // RFC 8725 section 3.1: a key is used only with the algorithms that it was loaded for.
            return Err(Error::new(Reason::AlgorithmNotAllowed));
        }
        self.restrictions.check_nothing_known()?;
        signature::verify(algorithm, &self.material, message, signature)?.check_signature()
    }

    pub(crate) fn restrictions(&self) -> Restrictions<'k> {
        self.restrictions
    }

    pub(crate) fn material(&self) -> &Material<'k> {
        &self.material
    }

    /// Reads the key whose record is at the beginning of `record`. Returns it with the number of
    /// words of the record. `None` if the words are not the record of a key.
    pub(super) fn read(record: &'k [u64], index: usize) -> Option<(Self, usize)> {
        let head = Head::read(record)?;
        let rest = record.get(HEAD_WORDS..head.words)?;
        let (id_words, material) = rest.split_at_checked(words::count_for(head.id_length))?;
        let id = head.has_id.then_some(KeyId { words: id_words, length: head.id_length });
        let (restrictions, material) = material.split_at_checked(head.restrictions)?;
        let restrictions = Restrictions::read(restrictions)?;
        let kind = head.kind;
        let width = words::count_for(kind.width().unwrap_or(0));
        let material = match kind {
            // An image of another build may have such a key. It is rejected, so only its kind
            // matters.
            _ if !kind.is_built() => Material::Encoded(EncodedKey {
                kind,
                words: &[],
                precomputed: Precomputed::NOTHING,
            }),
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 | KeyKind::Secp256k1 => {
                let (x, rest) = material.split_at_checked(width)?;
                let (y, precomputed) = rest.split_at_checked(width)?;
                let precomputed = head.precomputed(precomputed)?;
                Material::Point(PointKey { kind, x, y, precomputed })
            }
            KeyKind::Rsa => {
                let (exponent, rest) = material.split_first()?;
                let (exponent, length) = (*exponent, words::count_for(head.length));
                let (modulus, precomputed) = rest.split_at_checked(length)?;
                let precomputed = head.precomputed(precomputed)?;
                Material::Rsa(RsaKey { modulus, exponent, precomputed })
            }
            KeyKind::Secret => {
                let length = head.length;
                let (words, precomputed) = material.split_at_checked(words::count_for(length))?;
                let precomputed = head.precomputed(precomputed)?;
                Material::Secret(SharedSecret { words, length, precomputed })
            }
            KeyKind::Ed25519 | KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
                let (words, precomputed) = material.split_at_checked(width)?;
                let precomputed = head.precomputed(precomputed)?;
                Material::Encoded(EncodedKey { kind, words, precomputed })
            }
        };
        let key = Self { index, algorithms: head.algorithms, id, kind, restrictions, material };
        Some((key, head.words))
    }
}

impl core::fmt::Debug for Key<'_> {
    /// Never shows the key material.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Key")
            .field("index", &self.index)
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

/// The `kid` of a key, packed into words.
#[derive(Clone, Copy)]
pub struct KeyId<'k> {
    words: &'k [u64],
    length: usize,
}

impl<'k> KeyId<'k> {
    /// Its UTF-8 bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + use<'k> {
        words::unpack(self.words, self.length)
    }

    fn hash(self) -> index::KeyIdHash {
        index::KeyIdHash::of(self.length, self.words.iter().copied())
    }

    /// Compares whole and byte for byte (RFC 7515 section 4.1.4: case-sensitive).
    pub(crate) fn is(&self, other: &[u8]) -> bool {
        let words = self.words.iter().copied();
        self.length == other.len()
            && match FAST {
                true => words.eq(words::pack(other)),
                false => words.eq(words::pack_each(other.iter().copied())),
            }
    }
}

impl PartialEq<str> for KeyId<'_> {
    fn eq(&self, other: &str) -> bool {
        self.is(other.as_bytes())
    }
}

impl core::fmt::Debug for KeyId<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut bytes = [0u8; limits::MAX_KEY_ID_BYTES];
        for (place, byte) in bytes.iter_mut().zip(self.bytes()) {
            *place = byte;
        }
        let text = bytes.get(..self.length).unwrap_or_default();
        core::fmt::Debug::fmt(core::str::from_utf8(text).unwrap_or_default(), f)
    }
}

/// The number of words before the `kid`.
pub(super) const HEAD_WORDS: usize = 2;

/// The first two words of a record. The words of the `kid`, of the [`Restrictions`] and of the key
/// material follow, then the precomputed words. The material is both coordinates, or exponent and
/// modulus, or the secret, or the encoded key. Numbers start with the least significant word, so
/// that 32-bit and 64-bit limbs can read them.
pub(super) struct Head {
    /// The length of the whole record, in words.
    pub(super) words: usize,
    pub(super) kind: KeyKind,
    pub(super) has_id: bool,
    /// The length of the `kid`, in bytes.
    pub(super) id_length: usize,
    /// The length of the secret or the modulus, in bytes. 0 for a kind whose keys all have the same
    /// length.
    pub(super) length: usize,
    pub(super) algorithms: Algorithms,
    /// The form of the precomputed words after the material: see [`Precomputed`].
    pub(super) shape: u8,
    /// The length of the [`Restrictions`], in words.
    pub(super) restrictions: usize,
}

impl Head {
    fn read(words: &[u64]) -> Option<Self> {
        let [first, second, ..] = words else {
            return None;
        };
        let [w0, w1, kind, has_id, i0, i1, l0, l1] = first.to_le_bytes();
        let [a0, a1, a2, a3, shape, restrictions, ..] = second.to_le_bytes();
        let algorithms = Algorithms::from_bits(u32::from_le_bytes([a0, a1, a2, a3]))?;
        let kind = KeyKind::from_number(kind)?;
        // A key never serves both RSA and HMAC, even if its record says so.
        let of_kind = algorithms.iter().all(|algorithm| algorithm.key_kind() == kind);
        of_kind.then_some(Self {
            words: u16::from_le_bytes([w0, w1]).into(),
            kind,
            has_id: has_id == 1,
            id_length: u16::from_le_bytes([i0, i1]).into(),
            length: u16::from_le_bytes([l0, l1]).into(),
            algorithms,
            shape,
            restrictions: restrictions.into(),
        })
    }

    /// Reads the words after the material as precomputed values. `None` if there are such words but
    /// the record says that nothing is precomputed. A build that cannot check precomputed values
    /// never uses them.
    fn precomputed<'k>(&self, words: &'k [u64]) -> Option<Precomputed<'k>> {
        let precomputed = Precomputed { shape: self.shape, words };
        let is_known = words.is_empty() || !precomputed.is_nothing();
        is_known.then_some(if PRECOMPUTE { precomputed } else { Precomputed::NOTHING })
    }

    /// `None` if a length does not fit into its bits. The limits on keys exclude this.
    pub(super) fn encode(&self) -> Option<[u64; HEAD_WORDS]> {
        let [w0, w1] = u16::try_from(self.words).ok()?.to_le_bytes();
        let [i0, i1] = u16::try_from(self.id_length).ok()?.to_le_bytes();
        let [l0, l1] = u16::try_from(self.length).ok()?.to_le_bytes();
        let restrictions = u8::try_from(self.restrictions).ok()?;
        let kind = self.kind.number();
        let has_id = u8::from(self.has_id);
        let [a0, a1, a2, a3] = self.algorithms.bits().to_le_bytes();
        Some([
            u64::from_le_bytes([w0, w1, kind, has_id, i0, i1, l0, l1]),
            u64::from_le_bytes([a0, a1, a2, a3, self.shape, restrictions, 0, 0]),
        ])
    }
}
