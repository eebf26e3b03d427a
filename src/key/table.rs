//! The key table: keys in memory that the caller owns.
//!
//! A table is a sequence of 64-bit words: a header, then one record of variable length for each
//! key, then free words, and in a large table an index at the end. It contains no addresses, so it
//! may be copied, stored and mapped elsewhere.
//!
//! To change keys, build another table in other memory and swap the `Keys` that readers use. `Keys`
//! is two words and `Copy`. Readers that still use the old table can continue.

use super::index::{self, KeyIdHash, Path};
use super::jwk::{self, Members};
use super::raw::RawKey;
use super::record::{ParsedKey, RecordWriter};
use super::report::KeyReport;
use super::rules::KeyRules;
use super::thumbprint::Thumbprint;
use super::verifier;
use super::{Key, KeyId};
use crate::algorithm::Algorithm;
use crate::error::{Error, Member, Reason, Stage};
use crate::json::Value;
use crate::json::scan::{self, Records};
use crate::limits::{MAX_KEY_SET_BYTES, MAX_KEYS_TRIED};
use crate::step_counter::StepCounter;
use crate::switches::SMALL;
use zeroize::Zeroize;
use {super::octets::Octets, crate::json::JsonStr};

/// "keycard" and the version of the layout, as the bytes of a little-endian word. So a table of
/// another byte order or version is rejected.
const MAGIC: u64 = u64::from_le_bytes(*b"keycard\x01");

/// The same for a table with an index.
const MAGIC_WITH_INDEX: u64 = u64::from_le_bytes(*b"keykids\x01");

/// The length of the header, in words.
pub(crate) const HEADER_WORDS: usize = 6;

/// The header of a table.
#[derive(Clone, Copy)]
pub(crate) struct TableHeader {
    magic: u64,
    /// The length of the whole table, in words.
    pub(crate) capacity: usize,
    /// The number of words in use, header included.
    pub(super) used: usize,
    /// The number of keys.
    pub(super) count: usize,
    /// The version with which the table was sealed; 0 before sealing.
    pub(super) version: u64,
    /// The check sum over the words of a sealed table; 0 before sealing.
    pub(super) check_sum: u64,
}

impl TableHeader {
    /// The index of the word that holds the check sum.
    pub(super) const CHECK_SUM: usize = 5;

    fn empty(capacity: usize) -> Self {
        Self { magic: MAGIC, capacity, used: HEADER_WORDS, count: 0, version: 0, check_sum: 0 }
    }

    /// Reads the first words of `memory` as a header, without checking that they are a header.
    pub(crate) fn read(memory: &[u64]) -> Self {
        let word = |at: usize| memory.get(at).copied().unwrap_or(0);
        // A number that does not fit into a `usize` is read as 0.
        let size = |at: usize| usize::try_from(word(at)).unwrap_or(0);
        Self {
            magic: word(0),
            capacity: size(1),
            used: size(2),
            count: size(3),
            version: word(4),
            check_sum: word(Self::CHECK_SUM),
        }
    }

    pub(super) fn write(&self, memory: &mut [u64]) {
        let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        if let Some(header) = memory.first_chunk_mut::<HEADER_WORDS>() {
            *header = [
                self.magic,
                size(self.capacity),
                size(self.used),
                size(self.count),
                self.version,
                self.check_sum,
            ];
        }
    }

    /// True if the header belongs to a table of this version and byte order.
    pub(crate) fn is_known(&self) -> bool {
        self.magic == MAGIC || self.has_index()
    }

    /// True if the table ends with an index.
    pub(super) fn has_index(&self) -> bool {
        !SMALL && self.magic == MAGIC_WITH_INDEX
    }

    pub(super) fn set_index(&mut self, has_index: bool) {
        self.magic = if has_index { MAGIC_WITH_INDEX } else { MAGIC };
    }

    /// The words of the index.
    fn index_words(&self) -> usize {
        if self.has_index() { index::words_for(self.count) } else { 0 }
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.check_sum != 0
    }
}

/// Builds a key table in memory of the caller.
///
/// Sizes in words of 64 bits:
///
/// * the table: 6
/// * each key: 2, the words of its `kid`, and its material
/// * material of a key: 8 for P-256 and secp256k1, 12 for P-384, 18 for P-521, 33 for RSA of 2048
///   bits, 4 for Ed25519
/// * material of a secret or an ML-DSA key: its bytes, rounded up to whole words
/// * precomputed values of a key: at most [`Precompute::bytes`](crate::Precompute::bytes)
/// * a key that its JWK restricts by `exp`, `nbf` or `issuer`: 3, and the words of the issuer
/// * a table with 32 keys or more, except in a build for small targets: 2 for each key, for the
///   index that finds a `kid`
///
/// While a JWK is parsed, the free words also hold one word per member name. This rarely exceeds
/// the size of the key. [`size_for_jwks`](Self::size_for_jwks) computes the size. If a table is too
/// small for all keys, [`Error::needed`] is the required size in bytes.
///
/// If a key or a key set does not fit, nothing is added, and the table keeps its previous keys.
/// Adding a set twice adds its keys twice; to replace keys, build another table.
///
/// There is no `Drop`, so a table may outlive this handle. [`clear`](Self::clear) wipes it;
/// [`wipe_on_drop`](Self::wipe_on_drop) wipes it when it is dropped.
pub struct KeyTable<'m> {
    memory: &'m mut [u64],
}

impl<'m> KeyTable<'m> {
    /// Makes an empty table over `memory`. Its previous content does not matter.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryTooSmall`] with the bytes that an empty table needs.
    pub fn new(memory: &'m mut [u64]) -> Result<Self, Error> {
        if memory.len() < HEADER_WORDS {
            return Err(Error::new(Reason::MemoryTooSmall).needing(8 * HEADER_WORDS));
        }
        TableHeader::empty(memory.len()).write(memory);
        Ok(Self { memory })
    }

    /// Opens the table that `memory` already holds.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`]; [`Reason::ReadOnly`] for a sealed image.
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        Keys::open(memory)?;
        if TableHeader::read(memory).is_sealed() {
            return Err(Error::new(Reason::ReadOnly));
        }
        Ok(Self { memory })
    }

    /// The keys, for reading and validating.
    pub fn view(&self) -> Keys<'_> {
        Keys { memory: self.memory }
    }

    /// Adds the keys of a JWK Set (RFC 7517 section 5), and reports the outcome for each. Keys that
    /// are not understood or not for verifying are skipped. Broken keys are rejected, also for a
    /// JSON error inside the key: a duplicate member, a lone surrogate, too many members or too
    /// deep nesting. The other keys are still added. A set without any usable key is not an error,
    /// so check the report.
    ///
    /// With the feature `pem`, the set may also be an object with a PEM key for each `kid`, as
    /// Google and Firebase publish theirs. Certificates in it need
    /// [`KeyRules::allow_certificates`].
    ///
    /// Fetch the key set when a service starts, and again when a token gets [`Reason::KeyNotFound`]
    /// or [`Reason::KeyExpired`], at most once a minute. Load it into another table. Keep the old
    /// table if [`KeyReport::added`] is 0.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]; nothing was added then:
    ///
    /// * a reason of the JSON group with the offset, for errors around the keys or in the syntax
    /// * [`Reason::JsonTooLong`]
    /// * [`Reason::KeySetMalformed`] if there is no `keys` array
    /// * [`Reason::KeyTableFull`] with the bytes that the whole table needs
    pub fn add_jwks(&mut self, jwks: impl AsRef<[u8]>) -> Result<KeyReport, Error> {
        self.add_jwks_by(&KeyRules::new(), jwks)
    }

    /// Like [`add_jwks`](Self::add_jwks), with the caller's rules.
    ///
    /// # Errors
    ///
    /// As for [`add_jwks`](Self::add_jwks).
    pub fn add_jwks_by(
        &mut self,
        rules: &KeyRules<'_>,
        jwks: impl AsRef<[u8]>,
    ) -> Result<KeyReport, Error> {
        rules.check()?;
        let added = self.add_set(rules, jwks.as_ref());
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// The size in bytes of a whole table, header included, that holds the keys of a JWK Set under
    /// these rules. It may be too large if the set has keys with duplicate members.
    ///
    /// # Errors
    ///
    /// As for [`add_jwks`](Self::add_jwks).
    pub fn size_for_jwks(rules: &KeyRules<'_>, jwks: impl AsRef<[u8]>) -> Result<usize, Error> {
        let mut memory = [0; HEADER_WORDS];
        match KeyTable::new(&mut memory)?.add_jwks_by(rules, jwks) {
            Ok(_) => Ok(8 * HEADER_WORDS),
            Err(error) => error.needed().ok_or(error),
        }
    }

    /// Adds one JWK (RFC 7517 section 4).
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]; nothing was added then:
    ///
    /// * a reason of the JSON group with the offset
    /// * any reason of the group on loading keys, with the member at fault
    /// * [`Reason::KeyTableFull`] with the bytes that the whole table needs
    pub fn add_jwk(&mut self, jwk: impl AsRef<[u8]>) -> Result<(), Error> {
        self.add_jwk_by(&KeyRules::new(), jwk)
    }

    /// Like [`add_jwk`](Self::add_jwk), with the caller's rules.
    ///
    /// # Errors
    ///
    /// As for [`add_jwk`](Self::add_jwk).
    pub fn add_jwk_by(&mut self, rules: &KeyRules<'_>, jwk: impl AsRef<[u8]>) -> Result<(), Error> {
        rules.check()?;
        let added = self.add_one(rules, jwk.as_ref());
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Adds a key from raw numbers or bytes. A secret needs no further permission here.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]; nothing was added then:
    ///
    /// * any reason of the group on loading keys, with the member at fault
    /// * [`Reason::KeyTableFull`] with the bytes that the whole table needs
    pub fn add_raw(&mut self, rules: &KeyRules<'_>, key: &RawKey<'_>) -> Result<(), Error> {
        rules.check()?;
        let described = key.describe();
        let added = described.and_then(|description| self.add_described(rules, &description));
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Empties the table and wipes its content. The borrow checker ensures that no view from this
    /// handle is still in use. A program that opens the same memory during the wipe finds no table.
    pub fn clear(&mut self) {
        // The wipe clears the header first. The memory becomes a table again only after all of it
        // is zero.
        self.memory.zeroize();
        TableHeader::empty(self.memory.len()).write(self.memory);
    }

    /// Returns the same table, which is then wiped when it is dropped.
    pub fn wipe_on_drop(self) -> WipingKeyTable<'m> {
        WipingKeyTable { table: self }
    }

    pub(super) fn into_memory(self) -> &'m mut [u64] {
        self.memory
    }

    /// Adds the keys that `describe` describes, and reports the outcome for each. An error in one
    /// key does not affect the others (RFC 7517 sections 4 and 5). `needed` is as for
    /// [`commit`](Self::commit). `describe` receives it, and the index of the word at which the key
    /// will begin.
    pub(super) fn add_all<'d, K>(
        &mut self,
        rules: &KeyRules<'_>,
        mut needed: usize,
        keys: impl Iterator<Item = K>,
        describe: impl Fn(&mut Self, K, usize, &mut usize) -> Result<ParsedKey<'d>, Error>,
    ) -> Result<KeyReport, Error> {
        let mut additions = Additions::new(self);
        for key in keys {
            let described = describe(self, key, additions.end, &mut needed);
            additions.add(self, rules, described);
        }
        self.commit(additions.end, additions.report.added(), needed)?;
        Ok(additions.report)
    }

    fn add_one(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<(), Error> {
        check_length(text)?;
        let used = TableHeader::read(self.memory).used;
        let needed = self.scan(used, |records| scan::scan(text, records).map(|_| ()))?;
        let value = Value::whole(text).and_then(|value| value.object());
        let object = value.ok_or(Error::new(Reason::JsonNotAnObject))?;
        let members = Members::of(object);
        let added = self.write(rules, &jwk::describe(&members, rules)?, used)?;
        self.commit(added.end, 1, needed)
    }

    pub(super) fn add_described(
        &mut self,
        rules: &KeyRules<'_>,
        description: &ParsedKey<'_>,
    ) -> Result<(), Error> {
        let used = TableHeader::read(self.memory).used;
        let added = self.write(rules, description, used)?;
        self.commit(added.end, 1, 0)
    }

    /// Runs a scan whose records use the free words from `start` on. Returns the index of the word
    /// after the last one that it used, or would have used.
    pub(super) fn scan(
        &mut self,
        start: usize,
        scan: impl Fn(&mut Records<'_>) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let mut records = Records::words(self.free_from(start));
        let most = match scan(&mut records) {
            Ok(()) => records.most(),
            Err(error) if error.is(Reason::BufferTooSmall) => {
                // Too few free words for the records: scan again and only count the words.
                let mut counted = Records::counted();
                scan(&mut counted)?;
                counted.most()
            }
            Err(error) => return Err(error),
        };
        Ok(start.saturating_add(most))
    }

    /// Writes the record of a key at the word `end`, as far as it fits.
    fn write(
        &mut self,
        rules: &KeyRules<'_>,
        key: &ParsedKey<'_>,
        end: usize,
    ) -> Result<Added, Error> {
        let mut writer = RecordWriter::new(self.free_from(end));
        writer.write(key, rules)?;
        let end = end.saturating_add(writer.length());
        Ok(Added { end, note: writer.note() })
    }

    /// The words from `start` to the index, or to the end of a table without one.
    pub(super) fn free_from(&mut self, start: usize) -> &mut [u64] {
        let end = self.end_of_free();
        self.memory.get_mut(start..end).unwrap_or_default()
    }

    /// The index of the word after the last free word.
    pub(super) fn end_of_free(&self) -> usize {
        let index = TableHeader::read(self.memory).index_words();
        self.memory.len().saturating_sub(index)
    }

    /// Adds the `added` records up to the word `end` to the table, and to its index. `needed` is
    /// the number of words that adding them took, without the index. If the table has fewer words,
    /// returns [`Reason::KeyTableFull`].
    pub(super) fn commit(&mut self, end: usize, added: usize, needed: usize) -> Result<(), Error> {
        let capacity = self.memory.len();
        let mut header = TableHeader::read(self.memory);
        let (used, old_count, old_index) = (header.used, header.count, header.index_words());
        header.count = old_count.saturating_add(added);
        // A large table without an index has lost it: see `index`.
        let has_index = header.has_index() || index::words_for(old_count) == 0;
        let index = if has_index { index::words_for(header.count) } else { 0 };
        let needed = needed.saturating_add(old_index).max(end.saturating_add(index));
        if needed > capacity {
            self.free_from(used).zeroize();
            let bytes = needed.saturating_mul(8);
            return Err(Error::new(Reason::KeyTableFull).needing(bytes));
        }
        // The new index covers all keys if there was none before.
        let (first, start) = if header.has_index() { (old_count, used) } else { (0, HEADER_WORDS) };
        header.used = end;
        header.set_index(index != 0);
        header.write(self.memory);
        if header.has_index() && self.extend_index(first, start).is_none() {
            header.set_index(false);
            header.write(self.memory);
        }
        Ok(())
    }

    /// Adds the keys from `first` on, whose record begins at the word `start`, to the index. `None`
    /// if the index has no place for a key.
    fn extend_index(&mut self, first: usize, mut start: usize) -> Option<()> {
        for key in first..self.view().len() {
            let (hash, next) = {
                let (key, next) = self.view().key_at(key, start)?;
                (key.id().map_or(KeyIdHash::NO_ID, KeyId::hash), next)
            };
            index::insert(self.memory, key, start, hash)?;
            start = next;
        }
        Some(())
    }
}

#[cfg(feature = "pem")]
impl KeyTable<'_> {
    /// Adds the key of each PEM block of a text (RFC 7468), and reports the outcome for each.
    /// Accepted blocks are `PUBLIC KEY` of any kind, `RSA PUBLIC KEY`, and `CERTIFICATE` if the
    /// rules [allow](KeyRules::allow_certificates) it. Lines may have any length, and other text
    /// may surround the blocks. Private keys are rejected; other blocks are skipped. PEM keys have
    /// no `kid` and no algorithm: see [`KeyRules::with_id`] and [`KeyRules::only_for`].
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]; nothing was added then:
    ///
    /// * [`Reason::KeyPemMissing`] if there is no block
    /// * if no block gave a key, the reason of the first rejected block, or else of the first
    ///   skipped one: [`Reason::KeyPemMalformed`], [`Reason::KeyEncoding`], [`Reason::KeyPrivate`],
    ///   [`Reason::KeyIsCertificate`], or any other reason of the group on loading keys
    /// * [`Reason::KeyTableFull`] with the bytes that the whole table needs
    pub fn add_pem(
        &mut self,
        rules: &KeyRules<'_>,
        pem: impl AsRef<[u8]>,
    ) -> Result<KeyReport, Error> {
        rules.check()?;
        let keys = super::encoded::describe_pem(JsonStr::new(pem.as_ref(), false), rules);
        let added = self.add_all(rules, 0, keys, |_, key, _, _| key);
        added.and_then(KeyReport::with_a_key).map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Adds a public key in DER: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) of any kind,
    /// RSAPublicKey (RFC 8017 section A.1.1), or the key of a certificate if the rules
    /// [allow](KeyRules::allow_certificates) it.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]; nothing was added then:
    ///
    /// * [`Reason::KeyEncoding`], [`Reason::KeyPrivate`], [`Reason::KeyIsCertificate`], or any
    ///   other reason of the group on loading keys
    /// * [`Reason::KeyTableFull`] with the bytes that the whole table needs
    pub fn add_der(&mut self, rules: &KeyRules<'_>, der: impl AsRef<[u8]>) -> Result<(), Error> {
        rules.check()?;
        let described = super::encoded::describe(Octets::Plain(der.as_ref()), rules);
        let added = described.and_then(|description| self.add_described(rules, &description));
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }
}

/// The keys that are added to a table together, before [`KeyTable::commit`].
pub(super) struct Additions {
    /// The outcome for each key so far.
    pub(super) report: KeyReport,
    /// The index of the word after the last record.
    pub(super) end: usize,
    /// The number of keys so far.
    count: usize,
}

impl Additions {
    /// No additions to `table`.
    pub(super) fn new(table: &KeyTable<'_>) -> Self {
        let end = TableHeader::read(table.memory).used;
        Self { report: KeyReport::new(), end, count: 0 }
    }

    /// Writes the record of the next key, and counts the outcome.
    pub(super) fn add(
        &mut self,
        table: &mut KeyTable<'_>,
        rules: &KeyRules<'_>,
        described: Result<ParsedKey<'_>, Error>,
    ) {
        let outcome = described.and_then(|key| table.write(rules, &key, self.end));
        if let Ok(added) = &outcome {
            self.end = added.end;
        }
        self.report.count(self.count, outcome.map(|added| added.note));
        self.count = self.count.saturating_add(1);
    }
}

/// A record that was written, or counted if it did not fit.
struct Added {
    /// The index of the word after the record.
    end: usize,
    note: Option<Error>,
}

pub(super) fn check_length(text: &[u8]) -> Result<(), Error> {
    match text.len() > MAX_KEY_SET_BYTES {
        true => Err(Error::new(Reason::JsonTooLong)),
        false => Ok(()),
    }
}

impl core::fmt::Debug for KeyTable<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.view(), f)
    }
}

/// A key table that is wiped when it is dropped: see [`KeyTable::wipe_on_drop`].
#[derive(Debug)]
pub struct WipingKeyTable<'m> {
    table: KeyTable<'m>,
}

impl<'m> core::ops::Deref for WipingKeyTable<'m> {
    type Target = KeyTable<'m>;

    fn deref(&self) -> &Self::Target {
        &self.table
    }
}

impl core::ops::DerefMut for WipingKeyTable<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.table
    }
}

impl Drop for WipingKeyTable<'_> {
    fn drop(&mut self) {
        self.table.memory.zeroize();
    }
}

/// Ranks the errors of several keys. The caller gets the one with the largest rank, which says the
/// most.
fn telling(error: Error) -> u8 {
    match error {
        _ if error.is(Reason::SignatureSalt) => 2,
        _ if error.is(Reason::SignatureInvalid) => 1,
        _ => 0,
    }
}

/// The reason for which a key is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyFit {
    /// The key has the `kid` of the token.
    Named,
    /// The key has no `kid`, or the token has none.
    Unnamed,
}

/// Without a `kid` in the token, all keys of the algorithm are tried. With one, keys with this
/// `kid` are tried first, then keys without a `kid`. A key with another `kid` is never tried.
#[inline(never)]
fn fit(key: &Key<'_>, key_id: Option<&[u8]>, algorithm: Algorithm) -> Option<KeyFit> {
    if !key.algorithms().contains(algorithm) {
        return None;
    }
    match (key_id, key.id()) {
        (Some(wanted), Some(id)) => id.is(wanted).then_some(KeyFit::Named),
        _ => Some(KeyFit::Unnamed),
    }
}

/// The keys of a table in the order of adding, or those on paths in its index. Each comes with the
/// index of the word after its record.
#[derive(Clone)]
struct Search<'k> {
    keys: Keys<'k>,
    /// `None` if all keys are read.
    paths: Option<[Option<Path>; 2]>,
    /// The number of keys.
    count: usize,
    /// The next key, if all keys are read, and the word at which its record begins.
    key: usize,
    start: usize,
}

impl<'k> Iterator for Search<'k> {
    type Item = (Key<'k>, usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let keys = self.keys;
        if let Some(paths) = &mut self.paths {
            let mut paths = paths.iter_mut().flatten();
            let (key, start) = paths.find_map(|path| path.next(keys.memory))?;
            return keys.key_at(key, start);
        }
        if self.key >= self.count {
            return None;
        }
        let found = keys.key_at(self.key, self.start);
        if let Some((_, next)) = &found {
            self.key = self.key.saturating_add(1);
            self.start = *next;
        }
        found
    }
}

/// A read-only view of the keys of a table, for validation. A copy is two words. Any number of
/// threads may share the view.
#[derive(Clone, Copy)]
pub struct Keys<'k> {
    memory: &'k [u64],
}

impl<'k> Keys<'k> {
    /// Opens the table in `memory`, sealed or not. The caller must have built it and left it
    /// unchanged. For an image from storage, use [`from_image`](Self::from_image).
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`] if the header does not belong to a table of this version, byte
    /// order and size.
    pub fn open(memory: &'k [u64]) -> Result<Self, Error> {
        let header = TableHeader::read(memory);
        let end = memory.len().saturating_sub(header.index_words());
        let whole = header.is_known()
            && header.capacity == memory.len()
            && (HEADER_WORDS..=end).contains(&header.used);
        if whole { Ok(Self { memory }) } else { Err(Error::new(Reason::NotAKeyTable)) }
    }

    /// A view of these words, without any check.
    pub(super) fn over(memory: &'k [u64]) -> Self {
        Self { memory }
    }

    pub(super) fn header(&self) -> TableHeader {
        TableHeader::read(self.memory)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.header().count
    }

    /// True if the table has no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys, in the order of adding.
    pub fn iter(&self) -> impl Iterator<Item = Key<'k>> + Clone + use<'k> {
        self.with_ends().map(|(key, _)| key)
    }

    /// The keys, each with the index of the word after its record.
    fn with_ends(&self) -> Search<'k> {
        let count = self.len();
        Search { keys: *self, paths: None, count, key: 0, start: HEADER_WORDS }
    }

    /// The key whose record begins at the word `start`, and the index of the word after it.
    // Not inlined: one copy in a small image, instead of one in every loop over the keys.
    #[inline(never)]
    fn key_at(&self, index: usize, start: usize) -> Option<(Key<'k>, usize)> {
        let records = self.memory.get(start..self.header().used)?;
        let (key, words) = Key::read(records, index)?;
        Some((key, start.checked_add(words)?))
    }

    /// The keys among which those are that fit for the reason `wanted`, or for any reason.
    fn search(&self, key_id: Option<&[u8]>, wanted: Option<KeyFit>) -> Search<'k> {
        let mut search = self.with_ends();
        if let (true, Some(id)) = (self.header().has_index(), key_id) {
            let [named, unnamed] = [KeyIdHash::of_bytes(id), KeyIdHash::NO_ID].map(Path::of);
            search.paths = Some(match wanted {
                None => [Some(named), Some(unnamed)],
                Some(KeyFit::Named) => [Some(named), None],
                Some(KeyFit::Unnamed) => [Some(unnamed), None],
            });
        }
        search
    }

    /// The index of the word after the last key.
    pub(super) fn end_of_keys(&self) -> usize {
        self.with_ends().last().map_or(HEADER_WORDS, |(_, end)| end)
    }

    /// The key with this thumbprint (RFC 7638). Computes one hash per key.
    pub fn find(&self, thumbprint: &Thumbprint) -> Option<Key<'k>> {
        self.iter().find(|key| key.thumbprint() == *thumbprint)
    }

    /// Verifies a signature over any bytes, not only over a token, with any key that may verify the
    /// algorithm. Returns the key that verified it.
    ///
    /// # Errors
    ///
    /// * [`Reason::KeyNotFound`] about [`Member::Algorithm`], [`Reason::KeyTooManyCandidates`]
    /// * [`Reason::SignatureLength`] or [`Reason::SignatureIsDer`] if the signature has the wrong
    ///   length for every key
    /// * [`Reason::SignatureSalt`], [`Reason::SignatureInvalid`]
    /// * [`Reason::AlgorithmNotBuilt`]
    /// * [`Reason::KeyOfAnotherIssuer`] or [`Reason::TimeUnavailable`] if the JWK restricts the key
    ///   to an issuer or a time: neither is known here
    pub fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Key<'k>, Error> {
        let verify = verifier::in_software;
        let (key, steps) = self.verify_signature(None, algorithm, message, signature, verify)?;
        steps.check_signature()?;
        key.restrictions().check_nothing_known()?;
        Ok(key)
    }

    /// The key that [`verify_signature`](Self::verify_signature) tries first, if it tries any.
    pub(crate) fn first_candidate(
        &self,
        key_id: Option<&[u8]>,
        algorithm: Algorithm,
    ) -> Option<Key<'k>> {
        let first = |wanted| {
            let mut keys = self.search(key_id, Some(wanted)).map(|(key, _)| key);
            keys.find(|key| fit(key, key_id, algorithm) == Some(wanted))
        };
        first(KeyFit::Named).or_else(|| first(KeyFit::Unnamed))
    }

    /// Tries the keys that fit `key_id` and `algorithm` in turn, with `verify`. Returns the key
    /// that verified the signature, and its step counter.
    pub(crate) fn verify_signature(
        &self,
        key_id: Option<&[u8]>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
        verify: impl Fn(&Key<'_>, Algorithm, &[u8], &[u8]) -> Result<StepCounter, Error>,
    ) -> Result<(Key<'k>, StepCounter), Error> {
        if !algorithm.is_built() {
            return Err(Error::new(Reason::AlgorithmNotBuilt));
        }
        let mut candidates: usize = 0;
        let mut rejection = Error::new(Reason::KeyNotFound);
        // The first pass counts the candidates; the others try them.
        for wanted in [None, Some(KeyFit::Named), Some(KeyFit::Unnamed)] {
            // A table with at most `MAX_KEYS_TRIED` keys needs no count. Without a `kid` in the
            // token, no key is `KeyFit::Named`.
            if wanted.is_none() && self.len() <= MAX_KEYS_TRIED
                || wanted == Some(KeyFit::Named) && key_id.is_none()
            {
                continue;
            }
            let mut search = self.search(key_id, wanted);
            loop {
                // The key is used in place, because copying it is expensive.
                let found = search.next();
                let Some((key, _)) = &found else {
                    break;
                };
                let fit = fit(key, key_id, algorithm);
                if wanted.is_none() && fit.is_some() {
                    candidates = candidates.saturating_add(1);
                }
                if wanted.is_none() || fit != wanted {
                    continue;
                }
                if candidates > MAX_KEYS_TRIED {
                    return Err(Error::new(Reason::KeyTooManyCandidates));
                }
                match verify(key, algorithm, message, signature) {
                    Ok(steps) => return Ok((*key, steps)),
                    // If several keys fail, report a wrong salt first, then a wrong signature, then
                    // a wrong length.
                    Err(error) if telling(error) < telling(rejection) => {}
                    Err(error) => rejection = error,
                }
            }
        }
        match rejection.is(Reason::KeyNotFound) {
            true => Err(self.nothing_fits(key_id)),
            false => Err(rejection),
        }
    }

    /// The error if no key fits. If no key has the `kid`, a newer key set may have one. If the
    /// `kid` belongs to a key for another algorithm, fetching the key set again does not help.
    #[cold]
    fn nothing_fits(&self, key_id: Option<&[u8]>) -> Error {
        let Some(wanted) = key_id else {
            return Error::new(Reason::KeyNotFound).about(Member::Algorithm);
        };
        let mut named = self.search(key_id, Some(KeyFit::Named));
        let is_there = named.any(|(key, _)| key.id().is_some_and(|id| id.is(wanted)));
        match is_there {
            true => Error::new(Reason::KeyUnfit).about(Member::Algorithm),
            false => Error::new(Reason::KeyNotFound).about(Member::KeyId),
        }
    }
}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
