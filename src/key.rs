//! Keys: what one looks like in memory, how it gets there from a JWK, and the table that holds many.
//!
//! A key is bound to the algorithms that it may verify when it enters the table (RFC 8725 section 3.1),
//! and was checked then; nobody who reads it later checks it again.

pub(crate) mod jwk;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod table;

use crate::algorithm::Algorithms;
use crate::limits;
use crate::signature::Material;
use crate::words;

/// A key of a table, borrowed from its memory.
#[derive(Clone, Copy)]
pub struct Key<'k> {
    index: usize,
    algorithms: Algorithms,
    id: Option<KeyId<'k>>,
    material: Material<'k>,
}

impl<'k> Key<'k> {
    /// Its position in the table, from 0 in the order of adding.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The algorithms that it may verify.
    pub fn algorithms(&self) -> Algorithms {
        self.algorithms
    }

    /// Its `kid` (RFC 7517 section 4.5), if it has one.
    pub fn id(&self) -> Option<KeyId<'k>> {
        self.id
    }

    pub(crate) fn material(&self) -> &Material<'k> {
        &self.material
    }

    /// The key whose record is at the beginning of `record`, and how many words that has.
    pub(super) fn read(record: &'k [u64], index: usize) -> Option<(Self, usize)> {
        let head = Head::read(record)?;
        let rest = record.get(HEAD_WORDS..head.words)?;
        let (id_words, material) = rest.split_at_checked(words::count_for(head.id_length))?;
        let id = head.has_id.then_some(KeyId {
            words: id_words,
            length: head.id_length,
        });
        let material = match head.kind {
            Kind::P256 => {
                let (x, y) = material.split_at_checked(P256_WORDS)?;
                Material::P256 { x, y }
            }
            Kind::Rsa => {
                let (exponent, modulus) = material.split_first()?;
                let exponent = *exponent;
                Material::Rsa { modulus, exponent }
            }
            Kind::Secret => Material::Secret {
                words: material,
                length: head.secret_length,
            },
        };
        let key = Self {
            index,
            algorithms: head.algorithms,
            id,
            material,
        };
        Some((key, head.words))
    }
}

impl core::fmt::Debug for Key<'_> {
    /// Never shows what the key consists of.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Key")
            .field("index", &self.index)
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
}

impl PartialEq<str> for KeyId<'_> {
    /// Compares whole and byte for byte (RFC 7515 section 4.1.4: case-sensitive).
    fn eq(&self, other: &str) -> bool {
        self.length == other.len() && self.words.iter().copied().eq(words::pack(other.bytes()))
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

/// The kinds of material; their numbers stand in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    P256,
    Rsa,
    Secret,
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::P256 => 1,
            Self::Rsa => 2,
            Self::Secret => 3,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        [Self::P256, Self::Rsa, Self::Secret]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

/// Words of a P-256 coordinate.
pub(super) const P256_WORDS: usize = 4;

/// Words before the `kid`.
pub(super) const HEAD_WORDS: usize = 2;

/// The first two words of a record. The record goes on with the words of the `kid` and those of the
/// material: both coordinates; or exponent and modulus; or the secret. Numbers are least significant word
/// first, as 32- and 64-bit limbs both read them.
pub(super) struct Head {
    /// Words of the whole record.
    pub(super) words: usize,
    pub(super) kind: Kind,
    pub(super) has_id: bool,
    /// Bytes of the `kid`.
    pub(super) id_length: usize,
    /// Bytes of the secret, 0 for other kinds.
    pub(super) secret_length: usize,
    pub(super) algorithms: Algorithms,
}

impl Head {
    fn read(words: &[u64]) -> Option<Self> {
        let [first, second, ..] = words else {
            return None;
        };
        let [w0, w1, kind, has_id, i0, i1, s0, s1] = first.to_le_bytes();
        let [a0, a1, a2, a3, ..] = second.to_le_bytes();
        Some(Self {
            words: u16::from_le_bytes([w0, w1]).into(),
            kind: Kind::from_number(kind)?,
            has_id: has_id == 1,
            id_length: u16::from_le_bytes([i0, i1]).into(),
            secret_length: u16::from_le_bytes([s0, s1]).into(),
            algorithms: Algorithms::from_bits(u32::from_le_bytes([a0, a1, a2, a3]))?,
        })
    }

    /// `None` if something is too long for its place, which the limits exclude.
    pub(super) fn encode(&self) -> Option<[u64; HEAD_WORDS]> {
        let [w0, w1] = u16::try_from(self.words).ok()?.to_le_bytes();
        let [i0, i1] = u16::try_from(self.id_length).ok()?.to_le_bytes();
        let [s0, s1] = u16::try_from(self.secret_length).ok()?.to_le_bytes();
        let kind = self.kind.number();
        let has_id = u8::from(self.has_id);
        Some([
            u64::from_le_bytes([w0, w1, kind, has_id, i0, i1, s0, s1]),
            u64::from(self.algorithms.bits()),
        ])
    }
}
