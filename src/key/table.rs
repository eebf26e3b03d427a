//! The key table: keys in memory that the caller owns.
//!
//! One run of 64-bit words: a header, then one record a key, each as long as it needs to be. Nothing in it
//! is an address, so it may be copied, stored and mapped elsewhere.
//!
//! Keys are changed by building another table in other memory and swapping what readers look at: `Keys` is two
//! words and `Copy`, and whoever still reads the old table is not disturbed.

use super::Key;
use super::draft::{Description, Draft, malformed};
use super::jwk;
use super::raw::RawKey;
use super::report::KeyReport;
use super::rules::KeyRules;
use super::thumbprint::Thumbprint;
use super::verifier;
use crate::algorithm::Algorithm;
use crate::error::{Claim, Error, Reason, Stage};
use crate::json::scan::{self, Records};
use crate::json::{Value, outer};
use crate::limits::{MAX_KEY_SET_BYTES, MAX_KEYS_TRIED};
use crate::step_counter::StepCounter;
use zeroize::Zeroize;
#[cfg(feature = "pem")]
use {super::octets::Octets, crate::json::JsonStr};

/// "keycard" and the version of the layout, as the bytes of a little-endian word: a table of the other
/// byte order, or of another version, is not mistaken for one.
const MAGIC: u64 = u64::from_le_bytes(*b"keycard\x01");

/// Words of the header.
pub(crate) const HEADER_WORDS: usize = 6;

/// The header of a table.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    magic: u64,
    /// Words of the whole table.
    pub(crate) capacity: usize,
    /// Words in use, header included.
    pub(super) used: usize,
    /// Keys.
    pub(super) count: usize,
    /// What the table was sealed as; 0 before.
    pub(super) version: u64,
    /// Over the words of a sealed table; 0 before.
    pub(super) check_sum: u64,
}

impl Header {
    /// The place of the check sum.
    pub(super) const CHECK_SUM: usize = 5;

    fn empty(capacity: usize) -> Self {
        Self { magic: MAGIC, capacity, used: HEADER_WORDS, count: 0, version: 0, check_sum: 0 }
    }

    /// Reads what stands at the beginning of `memory`, be it a header or not.
    pub(crate) fn read(memory: &[u64]) -> Self {
        let word = |at: usize| memory.get(at).copied().unwrap_or(0);
        // A number that is no size here is none.
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

    /// Whether it is the header of a table of this version and byte order.
    pub(crate) fn is_known(&self) -> bool {
        self.magic == MAGIC
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.check_sum != 0
    }
}

/// Builds a key table in memory of the caller's. In words of 64 bits, the table takes 6, and each key 2, those of its
/// `kid`, and: 8 for P-256 and secp256k1, 12 for P-384, 18 for P-521, 33 for RSA of 2048 bits, 4 for Ed25519, those of a
/// secret or of a key of ML-DSA; and of what is prepared [`Prepare::bytes`](crate::Prepare::bytes) at the most. A key that
/// its JWK restricts by `exp`, `nbf` or `issuer` takes 3 more, and those of the issuer. While a JWK is read, a word for each
/// name of its members must fit in its place, which is seldom more. [`size_for_jwks`](Self::size_for_jwks) computes the size,
/// and a table without room for all keys says by [`Error::needed`] how many bytes would do.
///
/// Adding is all or nothing: a key, or a key set, that does not fit leaves what was loaded as it was. Adding a set
/// twice adds its keys twice; to replace keys, build another table.
///
/// There is no `Drop`, so that a table may outlive this handle; [`clear`](Self::clear) wipes it, and
/// [`wipe_on_drop`](Self::wipe_on_drop) sees to that.
pub struct KeyTable<'m> {
    memory: &'m mut [u64],
}

impl<'m> KeyTable<'m> {
    /// An empty table over `memory`, whatever that holds.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryTooSmall`] with the bytes that an empty table needs.
    pub fn new(memory: &'m mut [u64]) -> Result<Self, Error> {
        if memory.len() < HEADER_WORDS {
            return Err(Error::new(Reason::MemoryTooSmall).needing(8 * HEADER_WORDS));
        }
        Header::empty(memory.len()).write(memory);
        Ok(Self { memory })
    }

    /// The table that `memory` already holds.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`]; [`Reason::ReadOnly`] for an image.
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        Keys::open(memory)?;
        if Header::read(memory).is_sealed() {
            return Err(Error::new(Reason::ReadOnly));
        }
        Ok(Self { memory })
    }

    /// The keys, for reading and validating.
    pub fn view(&self) -> Keys<'_> {
        Keys { memory: self.memory }
    }

    /// Adds the keys of a JWK Set (RFC 7517 section 5), and reports what became of each. Keys that are
    /// not understood or not for verifying are skipped, broken ones are refused; neither stops the rest. That holds for
    /// errors of JSON inside a key, too: a duplicate member, a lone surrogate, too many members, too deep nesting. A set in
    /// which no key is of use is no error: look at the report. With the feature `pem` it may also be an object that has a
    /// key in PEM for each `kid`, as Google and Firebase publish theirs; certificates in it need
    /// [`KeyRules::allow_certificates`].
    ///
    /// Fetch a key set again, into another table, when a service starts and when a token gets [`Reason::KeyNotFound`] or
    /// [`Reason::KeyExpired`], at most once a minute. Keep the old table if [`KeyReport::added`] is 0.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]: a reason of the JSON group with the offset, for faults around the keys or in the syntax;
    /// [`Reason::JsonTooLong`]; [`Reason::KeySetMalformed`] if there is no `keys` array; [`Reason::KeyTableFull`] with
    /// the bytes that the whole table needs. Nothing was added then.
    pub fn add_jwks(&mut self, jwks: impl AsRef<[u8]>) -> Result<KeyReport, Error> {
        self.add_jwks_by(&KeyRules::new(), jwks)
    }

    /// As [`add_jwks`](Self::add_jwks), by the caller's rules.
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

    /// The bytes of a table that holds the keys of a JWK Set by these rules: of a whole one, with the header. It may be too
    /// large if the set has keys with duplicate members.
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
    /// At [`Stage::KeySet`]: a reason of the JSON group with the offset; any reason of the group on
    /// loading keys with the member at fault; [`Reason::KeyTableFull`] with the bytes that the whole
    /// table needs. Nothing was added then.
    pub fn add_jwk(&mut self, jwk: impl AsRef<[u8]>) -> Result<(), Error> {
        self.add_jwk_by(&KeyRules::new(), jwk)
    }

    /// As [`add_jwk`](Self::add_jwk), by the caller's rules.
    ///
    /// # Errors
    ///
    /// As for [`add_jwk`](Self::add_jwk).
    pub fn add_jwk_by(&mut self, rules: &KeyRules<'_>, jwk: impl AsRef<[u8]>) -> Result<(), Error> {
        rules.check()?;
        let added = self.add_one(rules, jwk.as_ref());
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Adds the key of each block of a text in PEM (RFC 7468), and reports what became of each: `PUBLIC KEY` of any kind,
    /// `RSA PUBLIC KEY`, and `CERTIFICATE` if the rules [allow](KeyRules::allow_certificates) it. Lines may have any
    /// length, and text may stand around the blocks. Blocks of another kind are skipped, private keys are refused. Keys
    /// in PEM have no `kid` and no algorithm of their own: see [`KeyRules::with_id`] and [`KeyRules::only_for`].
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]: [`Reason::KeyPemMissing`] if there is no block. If no block gave a key, the reason of the
    /// first that was refused, or else skipped: [`Reason::KeyPemMalformed`], [`Reason::KeyEncoding`],
    /// [`Reason::KeyPrivate`], [`Reason::KeyIsCertificate`], or any other reason of the group on loading keys.
    /// [`Reason::KeyTableFull`] with the bytes that the whole table needs. Nothing was added then.
    #[cfg(feature = "pem")]
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

    /// Adds a public key in DER: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) of any kind, RSAPublicKey (RFC 8017
    /// section A.1.1), or the key of a certificate if the rules [allow](KeyRules::allow_certificates) it.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]: [`Reason::KeyEncoding`], [`Reason::KeyPrivate`], [`Reason::KeyIsCertificate`]; any other
    /// reason of the group on loading keys; [`Reason::KeyTableFull`]. Nothing was added then.
    #[cfg(feature = "pem")]
    pub fn add_der(&mut self, rules: &KeyRules<'_>, der: impl AsRef<[u8]>) -> Result<(), Error> {
        rules.check()?;
        let described = super::encoded::describe(Octets::Plain(der.as_ref()), rules);
        let added = described.and_then(|description| self.add_described(rules, &description));
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Adds a key by its numbers or bytes. A secret needs no other permission here.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]: any reason of the group on loading keys with the member at fault;
    /// [`Reason::KeyTableFull`] with the bytes that the whole table needs. Nothing was added then.
    pub fn add_raw(&mut self, rules: &KeyRules<'_>, key: &RawKey<'_>) -> Result<(), Error> {
        rules.check()?;
        let described = key.describe();
        let added = described.and_then(|description| self.add_described(rules, &description));
        added.map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Empties the table and wipes what it held. No copy of the view survives this, the borrow sees to
    /// that; a view made over the same memory elsewhere finds no table meanwhile.
    pub fn clear(&mut self) {
        // The header goes first, and the memory is a table again only when nothing of the old is left.
        self.memory.zeroize();
        Header::empty(self.memory.len()).write(self.memory);
    }

    /// The same table, wiped when it is dropped.
    pub fn wipe_on_drop(self) -> WipingKeyTable<'m> {
        WipingKeyTable { table: self }
    }

    pub(super) fn into_memory(self) -> &'m mut [u64] {
        self.memory
    }

    fn add_set(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<KeyReport, Error> {
        check_length(text)?;
        scan::check_syntax(text)?;
        let used = Header::read(self.memory).used;
        let needed = self.scan(used, |records| outer::scan_around(text, "keys", records))?;
        let set = Value::whole(text).and_then(|set| set.object());
        let set = set.ok_or(Error::new(Reason::JsonNotAnObject))?;
        let Some(keys) = set.member("keys").and_then(|keys| keys.array()) else {
            #[cfg(feature = "pem")]
            if let Some(keys) = super::encoded::describe_by_id(set, rules) {
                return self.add_all(rules, needed, keys, |_, key, _, _| key);
            }
            return Err(Error::new(Reason::KeySetMalformed).about(Claim::Keys));
        };
        self.add_all(rules, needed, keys.elements(), |table, key, end, needed| {
            let scanned = table.scan(end, |records| scan::scan(key.source(), records).map(|_| ()));
            // Also for a key that is refused: for which reason must not depend on the room for its names.
            *needed = (*needed).max(*scanned.as_ref().unwrap_or(&0));
            scanned?;
            jwk::describe(key.object().ok_or(malformed(Claim::Keys))?, rules)
        })
    }

    /// Adds keys that `describe` describes, and reports on each: an error is about this key alone (RFC 7517 sections 4 and
    /// 5). `needed` is as for [`commit`](Self::commit); `describe` gets it and the word at which the key will stand.
    fn add_all<'d, K>(
        &mut self,
        rules: &KeyRules<'_>,
        mut needed: usize,
        keys: impl Iterator<Item = K>,
        describe: impl Fn(&mut Self, K, usize, &mut usize) -> Result<Description<'d>, Error>,
    ) -> Result<KeyReport, Error> {
        let mut report = KeyReport::new();
        let mut end = Header::read(self.memory).used;
        for (index, key) in keys.enumerate() {
            let described = describe(self, key, end, &mut needed);
            let outcome = described.and_then(|key| self.write(rules, &key, end));
            if let Ok(added) = &outcome {
                end = added.end;
            }
            report.count(index, outcome.map(|added| added.note));
        }
        self.commit(end, report.added(), needed)?;
        Ok(report)
    }

    fn add_one(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<(), Error> {
        check_length(text)?;
        let used = Header::read(self.memory).used;
        let needed = self.scan(used, |records| scan::scan(text, records).map(|_| ()))?;
        let value = Value::whole(text).and_then(|value| value.object());
        let object = value.ok_or(Error::new(Reason::JsonNotAnObject))?;
        let added = self.write(rules, &jwk::describe(object, rules)?, used)?;
        self.commit(added.end, 1, needed)
    }

    pub(super) fn add_described(
        &mut self,
        rules: &KeyRules<'_>,
        description: &Description<'_>,
    ) -> Result<(), Error> {
        let used = Header::read(self.memory).used;
        let added = self.write(rules, description, used)?;
        self.commit(added.end, 1, 0)
    }

    /// Runs a scan with the free words from `start` on for its records. Returns the word behind the last that it took, or
    /// would have taken.
    fn scan(
        &mut self,
        start: usize,
        scan: impl Fn(&mut Records<'_>) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let free = self.memory.get_mut(start..).unwrap_or_default();
        let mut records = Records::words(free);
        let most = match scan(&mut records) {
            Ok(()) => records.most(),
            Err(error) if error.reason() == Reason::BufferTooSmall => {
                // Too few words to find duplicates: this scan only finds out how many it takes.
                let mut counted = Records::counted();
                scan(&mut counted)?;
                counted.most()
            }
            Err(error) => return Err(error),
        };
        Ok(start.saturating_add(most))
    }

    /// Writes the record of a key at `end`, as far as it fits.
    fn write(
        &mut self,
        rules: &KeyRules<'_>,
        key: &Description<'_>,
        end: usize,
    ) -> Result<Added, Error> {
        let free = self.memory.get_mut(end..).unwrap_or_default();
        let mut draft = Draft::new(free);
        draft.write(key, rules)?;
        let end = end.saturating_add(draft.length());
        Ok(Added { end, note: draft.note() })
    }

    /// Makes the `added` records up to `end` part of the table. If that has fewer than `needed` words, it says so.
    fn commit(&mut self, end: usize, added: usize, needed: usize) -> Result<(), Error> {
        let capacity = self.memory.len();
        let mut header = Header::read(self.memory);
        let needed = needed.max(end);
        if needed > capacity {
            if let Some(free) = self.memory.get_mut(header.used..) {
                free.zeroize();
            }
            let bytes = needed.saturating_mul(8);
            return Err(Error::new(Reason::KeyTableFull).needing(bytes));
        }
        header.used = end;
        header.count = header.count.saturating_add(added);
        header.write(self.memory);
        Ok(())
    }
}

/// A record that was written, as far as it fitted.
struct Added {
    /// The word behind it.
    end: usize,
    note: Option<Error>,
}

fn check_length(text: &[u8]) -> Result<(), Error> {
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

/// How much the error of one key says: the largest of several keys is returned.
fn telling(error: Error) -> u8 {
    match error.reason() {
        Reason::SignatureSalt => 2,
        Reason::SignatureInvalid => 1,
        _ => 0,
    }
}

/// Why a key is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It has the `kid` that was asked for.
    Named,
    /// It has no `kid`, or none was asked for.
    Unnamed,
}

/// Without a `kid` all keys of the algorithm are tried; with one those that have it, then those that have none. A key
/// with another `kid` is never tried.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn fit(key: &Key<'_>, key_id: Option<&[u8]>, algorithm: Algorithm) -> Option<Fit> {
    if !key.algorithms().contains(algorithm) {
        return None;
    }
    match (key_id, key.id()) {
        (Some(wanted), Some(id)) => id.is(wanted).then_some(Fit::Named),
        _ => Some(Fit::Unnamed),
    }
}

/// The keys of a table, for reading: what validation takes. A copy is two words; any number of threads
/// may share one.
#[derive(Clone, Copy)]
pub struct Keys<'k> {
    memory: &'k [u64],
}

impl<'k> Keys<'k> {
    /// The table that `memory` holds, be it sealed or not. It must be the caller's own, as it was left: for an
    /// image that comes from elsewhere there is [`from_image`](Self::from_image).
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`] if the header is not that of a table of this version, byte order and size.
    pub fn open(memory: &'k [u64]) -> Result<Self, Error> {
        let header = Header::read(memory);
        let whole = header.is_known()
            && header.capacity == memory.len()
            && (HEADER_WORDS..=memory.len()).contains(&header.used);
        if whole { Ok(Self { memory }) } else { Err(Error::new(Reason::NotAKeyTable)) }
    }

    /// The table over these words, whatever they are.
    pub(super) fn over(memory: &'k [u64]) -> Self {
        Self { memory }
    }

    pub(super) fn header(&self) -> Header {
        Header::read(self.memory)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.header().count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys, in the order of adding.
    pub fn iter(&self) -> impl Iterator<Item = Key<'k>> + Clone + use<'k> {
        self.with_ends().map(|(key, _)| key)
    }

    /// The keys, and for each the word behind it.
    fn with_ends(&self) -> impl Iterator<Item = (Key<'k>, usize)> + Clone + use<'k> {
        let keys = *self;
        let mut end = HEADER_WORDS;
        (0..self.len()).map_while(move |index| {
            let (key, next) = keys.key_at(index, end)?;
            end = next;
            Some((key, next))
        })
    }

    /// The key whose record begins at the word `start`, and the word behind it.
    // Once in an image, and not in every loop over the keys.
    #[inline(never)]
    fn key_at(&self, index: usize, start: usize) -> Option<(Key<'k>, usize)> {
        let records = self.memory.get(start..self.header().used)?;
        let (key, words) = Key::read(records, index)?;
        Some((key, start.checked_add(words)?))
    }

    /// The word behind the last key.
    pub(super) fn end_of_keys(&self) -> usize {
        self.with_ends().last().map_or(HEADER_WORDS, |(_, end)| end)
    }

    /// The key with this thumbprint (RFC 7638). Costs a hash for each key.
    pub fn find(&self, thumbprint: &Thumbprint) -> Option<Key<'k>> {
        self.iter().find(|key| key.thumbprint() == *thumbprint)
    }

    /// Verifies a signature over bytes that need not be a token, with any key that may verify the
    /// algorithm, and returns the key that did.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyNotFound`] about [`Claim::Algorithm`], [`Reason::KeyTooManyCandidates`]; [`Reason::SignatureLength`] or
    /// [`Reason::SignatureIsDer`] if no key tried demands that length; [`Reason::SignatureSalt`]; [`Reason::SignatureInvalid`];
    /// [`Reason::AlgorithmNotBuilt`]. [`Reason::KeyOfAnotherIssuer`] or [`Reason::TimeUnavailable`] for a key that its JWK
    /// restricted to an issuer or a time, of which nothing is known here.
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
        // Whatever it is asked, it goes no further.
        let stop = |_: &Key<'_>, _, _: &[u8], _: &[u8]| Ok(StepCounter::START);
        let (key, _) = self.verify_signature(key_id, algorithm, &[], &[], stop).ok()?;
        Some(key)
    }

    /// Tries the keys that fit `key_id` and `algorithm` in turn, by `verify`. Returns the one that did, and what it left.
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
        let mut refusal = Error::new(Reason::KeyNotFound);
        // Those that fit are counted, then tried.
        for wanted in [None, Some(Fit::Named), Some(Fit::Unnamed)] {
            // All may be tried; and nothing is named by nothing.
            if wanted.is_none() && self.len() <= MAX_KEYS_TRIED
                || wanted == Some(Fit::Named) && key_id.is_none()
            {
                continue;
            }
            let mut end = HEADER_WORDS;
            for index in 0..self.len() {
                // Looked at where it was put: a key is long to copy.
                let found = self.key_at(index, end);
                let Some((key, next)) = &found else {
                    break;
                };
                end = *next;
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
                    // A wrong length says less than a wrong signature, and that less than a wrong salt.
                    Err(error) if telling(error) < telling(refusal) => {}
                    Err(error) => refusal = error,
                }
            }
        }
        match refusal.reason() {
            Reason::KeyNotFound => Err(self.nothing_fits(key_id)),
            _ => Err(refusal),
        }
    }

    /// Why no key fits. A key set that was fetched again may have a key that this one has not; that does not help if the
    /// `kid` is there and belongs to another algorithm.
    #[cold]
    fn nothing_fits(&self, key_id: Option<&[u8]>) -> Error {
        let Some(wanted) = key_id else {
            return Error::new(Reason::KeyNotFound).about(Claim::Algorithm);
        };
        let is_there = self.iter().any(|key| key.id().is_some_and(|id| id.is(wanted)));
        match is_there {
            true => Error::new(Reason::KeyUnfit).about(Claim::Algorithm),
            false => Error::new(Reason::KeyNotFound).about(Claim::KeyId),
        }
    }
}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
