//! The disclosures of a presentation: reads them, and finds the one to which a digest refers.

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::claims::Claims;
use crate::digest::{Digest, Hash};
use crate::error::{Error, Member, Reason, Stage};
use crate::heap;
use crate::json::{JsonStr, Value};
use crate::limits::decoded_length;
use crate::token;

/// Bytes of an entry in the table: the first bytes of the digest, the offset of the disclosure, and
/// the offset of its text.
pub(super) const ENTRY: usize = PREFIX + 8;
/// The whole digest is compared when an entry with this prefix was found.
const PREFIX: usize = 16;
/// Marks the disclosures to which a digest referred, in the offset of the text.
const USED: u32 = 1 << 31;

/// The hash that `_sd_alg` names (section 4.1.1). SHA-256 if it is absent.
///
/// # Errors
///
/// [`Reason::DigestAlgorithmUnknown`], also for a hash that this library knows but did not build.
pub(super) fn hash_of(claims: &Claims<'_>) -> Result<Hash, Error> {
    let Some(value) = claims.member("_sd_alg") else {
        return Ok(Hash::Sha256);
    };
    let hash = match value.string() {
        Some("sha-256") => Some(Hash::Sha256),
        Some("sha-384") => Algorithm::Es384.hash(),
        Some("sha-512") => Algorithm::Es512.hash(),
        _ => None,
    };
    hash.ok_or(Error::new(Reason::DigestAlgorithmUnknown).about(Member::DigestAlgorithm))
}

/// Decodes a digest, which is as long as its hash.
pub(super) fn digest_of(text: &[u8], hash: Hash, place: &mut [u8; 64]) -> Option<usize> {
    let length = hash.length();
    let is_whole = decoded_length(text.len()) == length;
    let decoded = if is_whole { base64url::decode_public(text, place).ok() } else { None };
    decoded.filter(|decoded| *decoded == length)
}

/// The content of a disclosure: a claim with a name, or an element of an array.
#[derive(Clone, Copy)]
pub(super) struct Disclosed<'t> {
    pub(super) name: Option<JsonStr<'t>>,
    pub(super) value: Value<'t>,
    /// The offset of the disclosure in the presentation.
    offset: usize,
}

impl Disclosed<'_> {
    /// A rejection of this disclosure.
    pub(super) fn rejected(&self, reason: Reason) -> Error {
        Error::new(reason).at_offset(self.offset)
    }
}

/// The disclosures of a presentation, sorted by their digests.
pub(super) struct Disclosures<'a> {
    entries: &'a mut [[u8; ENTRY]],
    /// The disclosures, each with the tilde after it.
    encoded: &'a [u8],
    /// The offset of the disclosures in the presentation.
    start: usize,
    /// The texts of the disclosures, accepted and finished.
    texts: &'a [u8],
    hash: Hash,
}

impl<'a> Disclosures<'a> {
    /// Decodes the disclosures to `texts`, with an entry in `table` for each. `records` is working
    /// memory for objects of at most `members` members. `encoded` begins at the offset `start` of
    /// the presentation.
    ///
    /// # Errors
    ///
    /// At [`Stage::Disclosure`], with the offset of the disclosure: reasons of base64url and JSON,
    /// [`Reason::DisclosureMalformed`] (section 4.2). [`Reason::DigestRepeated`] if a disclosure
    /// occurs twice.
    pub(super) fn read(
        encoded: &'a [u8],
        start: usize,
        hash: Hash,
        table: &'a mut [u8],
        texts: &'a mut [u8],
        records: &mut [u8],
        members: usize,
    ) -> Result<Self, Error> {
        let (entries, _) = table.as_chunks_mut();
        let mut places = entries.iter_mut();
        let mut offset = 0usize;
        let mut at = 0usize;
        while let Some(one) = at_tilde(encoded, offset) {
            let here = start.saturating_add(offset);
            let rejected = |error: Error| error.at_stage(Stage::Disclosure).at_offset(here);
            let rest = texts.get_mut(at..).unwrap_or_default();
            let length = base64url::decode_public(one, rest).map_err(rejected)?;
            let text = rest.get_mut(..length).unwrap_or_default();
            token::accept(text, records, members).map_err(rejected)?;
            let malformed = rejected(Error::new(Reason::DisclosureMalformed));
            read_one(text).ok_or(malformed)?;
            let place = places.next().ok_or(malformed)?;
            *place = entry(&hash.digest(one), offset, at);
            at = at.saturating_add(length);
            offset = offset.saturating_add(one.len()).saturating_add(1);
        }
        let (mut entries, _) = table.as_chunks_mut();
        let count = entries.len();
        heap::sort(&mut entries, count);
        let disclosures = Self { entries, encoded, start, texts, hash };
        let entries = disclosures.entries.iter();
        for (one, other) in entries.clone().zip(entries.skip(1)) {
            if prefix(one) == prefix(other) {
                let repeated = offsets(one).0.max(offsets(other).0);
                return Err(
                    Error::new(Reason::DigestRepeated).at_offset(start.saturating_add(repeated))
                );
            }
        }
        Ok(disclosures)
    }

    pub(super) fn hash(&self) -> Hash {
        self.hash
    }

    /// Finds the disclosure with this digest, and marks it as used. `None` if no disclosure has it.
    ///
    /// # Errors
    ///
    /// [`Reason::DigestRepeated`] if it was used before.
    pub(super) fn take(&mut self, digest: &[u8]) -> Result<Option<Disclosed<'a>>, Error> {
        let wanted = digest.get(..PREFIX).unwrap_or_default();
        let index = self.entries.partition_point(|entry| prefix(entry) < wanted);
        let Some(entry) = self.entries.get_mut(index) else { return Ok(None) };
        // A decoy costs only the search. The work would grow with the product of decoys and
        // disclosures if each digest read a disclosure.
        if prefix(entry) != wanted {
            return Ok(None);
        }
        let (offset, at) = offsets(entry);
        let used = is_used(entry);
        let encoded = at_tilde(self.encoded, offset).unwrap_or_default();
        if !self.hash.digest(encoded).is_same_as(digest) {
            return Ok(None);
        }
        let offset = self.start.saturating_add(offset);
        if used {
            // Section 7.1 step 4. Two disclosures that refer to each other end here, too.
            return Err(Error::new(Reason::DigestRepeated).at_offset(offset));
        }
        mark(entry);
        let disclosed = self.texts.get(at..).and_then(read_one);
        let (name, value) = disclosed.ok_or(Error::new(Reason::DisclosureMalformed))?;
        Ok(Some(Disclosed { name, value, offset }))
    }

    /// Section 7.1 step 5: every disclosure was used.
    ///
    /// # Errors
    ///
    /// [`Reason::DisclosureUnreferenced`] with the offset of the first one that was not.
    pub(super) fn check_all_used(&self) -> Result<(), Error> {
        let unused = self.entries.iter().filter(|entry| !is_used(entry));
        match unused.map(|entry| offsets(entry).0).min() {
            None => Ok(()),
            Some(offset) => Err(Error::new(Reason::DisclosureUnreferenced)
                .at_offset(self.start.saturating_add(offset))),
        }
    }
}

/// The disclosure at `offset`, up to the tilde after it.
fn at_tilde(encoded: &[u8], offset: usize) -> Option<&[u8]> {
    let rest = encoded.get(offset..)?;
    rest.get(..rest.iter().position(|byte| *byte == b'~')?)
}

/// Reads an array of a salt, a name if there are three elements, and a value (section 4.2).
fn read_one(text: &[u8]) -> Option<(Option<JsonStr<'_>>, Value<'_>)> {
    let mut elements = Value::whole(text)?.array()?.elements();
    elements.next()?.text()?;
    let (second, third) = (elements.next()?, elements.next());
    if elements.next().is_some() {
        return None;
    }
    match third {
        Some(value) => Some((Some(second.text()?), value)),
        None => Some((None, second)),
    }
}

fn entry(digest: &Digest, offset: usize, at: usize) -> [u8; ENTRY] {
    let mut entry = [0; ENTRY];
    let offsets = [offset, at].map(|it| u32::try_from(it).unwrap_or(0).to_le_bytes());
    let bytes = digest.as_bytes().iter().take(PREFIX).chain(offsets.as_flattened());
    for (place, byte) in entry.iter_mut().zip(bytes) {
        *place = *byte;
    }
    entry
}

fn prefix(entry: &[u8; ENTRY]) -> &[u8] {
    entry.get(..PREFIX).unwrap_or_default()
}

/// The offset of the disclosure, and that of its text with the mark.
fn words(entry: &[u8; ENTRY]) -> [u32; 2] {
    let [.., o0, o1, o2, o3, a0, a1, a2, a3] = *entry;
    [[o0, o1, o2, o3], [a0, a1, a2, a3]].map(u32::from_le_bytes)
}

/// The offset of the disclosure, and that of its text.
fn offsets(entry: &[u8; ENTRY]) -> (usize, usize) {
    let [offset, at] = words(entry).map(|it| usize::try_from(it & !USED).unwrap_or(usize::MAX));
    (offset, at)
}

fn is_used(entry: &[u8; ENTRY]) -> bool {
    let [_, text] = words(entry);
    text & USED != 0
}

fn mark(entry: &mut [u8; ENTRY]) {
    let [.., last] = entry;
    *last |= 0x80;
}
