//! The key table as an image: built once, stored, and mapped for reading.
//!
//! A table contains no addresses, so the words of a sealed table may be mapped anywhere. A check
//! sum detects damage. The sum does not authenticate the image, so the caller must say how the
//! image is authenticated.

use super::record;
use super::table::{HEADER_WORDS, KeyTable, Keys, TableHeader};
use crate::digest::Hash;
use crate::error::twice::Twice;
use crate::error::{Error, Member, Reason, Stage};
use crate::limits::MIN_RSA_BITS;
use crate::signature::{self, Material, RsaKey, SharedSecret};
use crate::words;
use subtle::ConstantTimeEq;

/// The rules by which an image is authenticated and accepted.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ImageRules {
    digest: Option<[u8; 32]>,
    min_version: Option<u64>,
    weak_keys: bool,
    given_twice: Twice,
}

impl ImageRules {
    /// Accepts only the image with this SHA-256. The hash is computed over the words as bytes,
    /// least significant byte first.
    pub const fn with_digest(digest: [u8; 32]) -> Self {
        Self::known_by(Some(digest))
    }

    /// Accepts an image from authenticated storage, to which only the maker of the image can write:
    /// for example locked flash, or a part of a signed firmware. An attacker who can write to it
    /// can make this library accept forged tokens.
    pub const fn storage_is_authenticated() -> Self {
        Self::known_by(None)
    }

    const fn known_by(digest: Option<[u8; 32]>) -> Self {
        Self { digest, min_version: None, weak_keys: false, given_twice: Twice::NEVER }
    }

    /// Rejects images that were sealed with a smaller version, so that an attacker cannot restore
    /// an old image. If this rule is given twice, the error is [`Reason::PolicyTwice`] at
    /// [`Stage::Usage`].
    pub const fn require_min_version(mut self, version: u64) -> Self {
        self.given_twice.note(self.min_version.is_some(), Member::MinVersion);
        self.min_version = Some(version);
        self
    }

    /// Also accepts keys that are weaker than RFC 7518 allows. The caller allowed them when it
    /// added them, and must allow them again here.
    pub const fn insecure_allow_weak_keys(mut self) -> Self {
        self.weak_keys = true;
        self
    }
}

impl<'m> KeyTable<'m> {
    /// Seals the table as an image of this version, and returns the words of the image. Store them
    /// as bytes, least significant byte first: see [`u64::to_le_bytes`].
    ///
    /// The caller chooses the version: a later image needs a larger one.
    pub fn seal(self, version: u64) -> &'m [u64] {
        let memory = self.into_memory();
        let mut header = TableHeader::read(memory);
        header.capacity = header.used;
        // An image has no index, so that builds for small targets read it too.
        header.set_index(false);
        header.version = version;
        header.check_sum = 0;
        header.write(memory);
        let image: &'m mut [u64] = memory.get_mut(..header.used).unwrap_or_default();
        header.check_sum = check_sum(image);
        header.write(image);
        image
    }
}

impl<'k> Keys<'k> {
    /// Reads the keys of an image in place. Checks the bounds and the check sum of the image, and
    /// that `rules` accept it. Each key is checked as when it was added. Precomputed values are
    /// computed again and compared; this needs no extra memory.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]:
    ///
    /// * [`Reason::ImageForeign`], [`Reason::ImageTruncated`], [`Reason::ImageCorrupt`],
    ///   [`Reason::ImageUnexpected`], [`Reason::ImageOutdated`]
    /// * for a key of the image: [`Reason::KeyWeak`], [`Reason::KeyNotOnCurve`],
    ///   [`Reason::KeyOutOfRange`] or [`Reason::KeyUnsupported`]
    pub fn from_image(image: &'k [u64], rules: &ImageRules) -> Result<Self, Error> {
        rules.given_twice.check()?;
        open(image, rules).map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// The version with which the image was sealed; 0 for a table that was never sealed.
    pub fn version(&self) -> u64 {
        self.header().version
    }
}

fn open<'k>(image: &'k [u64], rules: &ImageRules) -> Result<Keys<'k>, Error> {
    let header = TableHeader::read(image);
    if !header.is_known() || header.has_index() {
        return Err(Error::new(Reason::ImageForeign));
    }
    if header.capacity != image.len() || header.used != image.len() || image.len() < HEADER_WORDS {
        return Err(Error::new(Reason::ImageTruncated));
    }
    // A table that was never sealed has the check sum 0.
    if header.check_sum == 0 || header.check_sum != check_sum(image) {
        return Err(Error::new(Reason::ImageCorrupt));
    }
    if let Some(expected) = rules.digest
        && !bool::from(digest(image).as_bytes().ct_eq(&expected))
    {
        return Err(Error::new(Reason::ImageUnexpected));
    }
    if header.version < rules.min_version.unwrap_or(0) {
        return Err(Error::new(Reason::ImageOutdated));
    }
    let keys = Keys::over(image);
    // The records must be contiguous and end where the image ends. Their number must be that in the
    // header.
    if keys.iter().count() != header.count || keys.end_of_keys() != image.len() {
        return Err(Error::new(Reason::ImageCorrupt));
    }
    for key in keys.iter() {
        if key.algorithms().is_empty() {
            return Err(Error::new(Reason::ImageCorrupt));
        }
        if key.is_weak() && !rules.weak_keys {
            return Err(Error::new(Reason::KeyWeak));
        }
        check(key.material())?;
    }
    Ok(keys)
}

/// Repeats the checks that were made when the key was added.
fn check(material: &Material<'_>) -> Result<(), Error> {
    if !material.kind().is_built() {
        return Err(Error::new(Reason::KeyUnsupported));
    }
    if let Material::Secret(SharedSecret { length: 0, .. }) = *material {
        // No rule can allow such a key.
        return Err(Error::new(Reason::KeyWeak).about(Member::KeyValue));
    }
    if let Material::Rsa(RsaKey { modulus, exponent, .. }) = *material {
        let odd = modulus.first().is_some_and(|word| word & 1 == 1);
        record::check_rsa(words::bit_length(modulus), odd, exponent)?;
        if words::bit_length(modulus) < MIN_RSA_BITS / 2 {
            return Err(Error::new(Reason::KeyWeak).about(Member::Modulus));
        }
    }
    signature::check_key(material)?;
    signature::check_precomputed(material)
}

/// FNV-1a over all words except the check sum itself; never 0.
fn check_sum(image: &[u64]) -> u64 {
    let sum = (0usize..).zip(image).fold(0xCBF2_9CE4_8422_2325, |sum: u64, (at, word)| {
        let word = if at == TableHeader::CHECK_SUM { 0 } else { *word };
        (sum ^ word).wrapping_mul(0x0100_0000_01B3).rotate_left(23)
    });
    sum | 1
}

/// The SHA-256 of an image. It is computed over the stored bytes: each word with the least
/// significant byte first.
pub(crate) fn digest(image: &[u64]) -> crate::digest::Digest {
    let mut hasher = Hash::Sha256.hasher();
    for word in image {
        hasher.update(&word.to_le_bytes());
    }
    hasher.finish()
}
