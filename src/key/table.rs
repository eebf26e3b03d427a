//! The key table: keys in memory that the caller owns.
//!
//! One run of 64-bit words: a header, then one record a key, each as long as it needs to be. Nothing in it
//! is an address, so it may be copied, stored and mapped elsewhere.

use super::Key;
use super::jwk::{self, Draft};
use super::report::KeyReport;
use super::rules::KeyRules;
use crate::algorithm::Algorithm;
use crate::error::{Claim, Error, Reason, Stage};
use crate::json::scan::{self, Records};
use crate::json::{Object, Value};
use crate::limits::{self, MAX_KEY_SET_BYTES, MAX_KEYS_TRIED};
use crate::signature;

/// "keycard" and the version of the layout, as the bytes of a little-endian word: a table of the other
/// byte order, or of another version, is not mistaken for one.
const MAGIC: u64 = u64::from_le_bytes(*b"keycard\x01");

/// Words of the header: the magic, the capacity and the words in use (both header included), the number
/// of keys.
const HEADER_WORDS: usize = 4;
const CAPACITY: usize = 1;
const USED: usize = 2;
const COUNT: usize = 3;

/// Builds a key table in memory of the caller's (64-bit words; a P-256 key takes 10 of them and its `kid`,
/// an RSA key of 2048 bits 35 and its `kid`, the header 4).
///
/// Adding is all or nothing: a key, or a key set, that does not fit leaves what was loaded as it was.
/// There is no `Drop`, so that a table may outlive this handle; [`KeyTable::clear`] wipes it.
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
        let capacity = word(memory.len());
        let Some(header) = memory.first_chunk_mut::<HEADER_WORDS>() else {
            return Err(Error::new(Reason::MemoryTooSmall).needing(8 * HEADER_WORDS));
        };
        *header = [MAGIC, capacity, word(HEADER_WORDS), 0];
        Ok(Self { memory })
    }

    /// The table that `memory` already holds.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`].
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        Keys::open(memory)?;
        Ok(Self { memory })
    }

    /// The keys, for reading and validating.
    pub fn view(&self) -> Keys<'_> {
        Keys {
            memory: self.memory,
        }
    }

    /// Adds the keys of a JWK Set (RFC 7517 section 5), and reports what became of each. Keys that are
    /// not understood or not for verifying are skipped, broken ones are refused; neither stops the rest.
    ///
    /// # Errors
    ///
    /// At [`Stage::KeySet`]: a reason of the JSON group with the offset; [`Reason::JsonTooLong`];
    /// [`Reason::KeySetMalformed`] if there is no `keys` array; [`Reason::KeyTableFull`] with
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
        self.add_set(rules, jwks.as_ref())
            .map_err(|error| error.at_stage(Stage::KeySet))
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
        self.add_one(rules, jwk.as_ref())
            .map_err(|error| error.at_stage(Stage::KeySet))
    }

    /// Empties the table and wipes what it held. No copy of the view survives this, the borrow sees to
    /// that; a view made over the same memory elsewhere finds no table.
    pub fn clear(&mut self) {
        use zeroize::Zeroize;
        // The magic goes first, and the memory is a table again only when nothing of the old is left.
        self.memory.zeroize();
        let capacity = word(self.memory.len());
        if let Some(header) = self.memory.first_chunk_mut::<HEADER_WORDS>() {
            *header = [MAGIC, capacity, word(HEADER_WORDS), 0];
        }
    }

    fn add_set(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<KeyReport, Error> {
        let set = self.accept(text)?;
        let keys = set.member("keys").and_then(|keys| keys.array());
        let Some(keys) = keys else {
            return Err(Error::new(Reason::KeySetMalformed).about(Claim::Keys));
        };
        let mut report = KeyReport::new();
        let mut end = self.view().used();
        for (index, key) in keys.elements().enumerate() {
            let outcome = match key.object() {
                Some(object) => self.write(rules, object, end),
                None => Err(Error::new(Reason::KeyMalformed)),
            };
            if let Ok(words) = outcome {
                end = end.saturating_add(words);
            }
            report.count(index, outcome.map(|_| ()));
        }
        self.commit(end, report.added())?;
        Ok(report)
    }

    fn add_one(&mut self, rules: &KeyRules<'_>, text: &[u8]) -> Result<(), Error> {
        let object = self.accept(text)?;
        let used = self.view().used();
        let words = self.write(rules, object, used)?;
        self.commit(used.saturating_add(words), 1)
    }

    /// Accepts a text that must be an object, with the free words of the table for records.
    fn accept<'t>(&mut self, text: &'t [u8]) -> Result<Object<'t>, Error> {
        if text.len() > MAX_KEY_SET_BYTES {
            return Err(Error::new(Reason::JsonTooLong));
        }
        let used = self.view().used();
        let full = |records: usize| {
            let words = used.saturating_add(records);
            Error::new(Reason::KeyTableFull).needing(words.saturating_mul(8))
        };
        let free = self.memory.get_mut(used..).unwrap_or_default();
        let mut records = Records::words(free);
        match scan::scan(text, &mut records) {
            Ok(_) => {}
            Err(error) if error.reason() == Reason::BufferTooSmall => {
                return Err(full(limits::records_for(text.len())));
            }
            Err(error) => return Err(error),
        }
        let value = Value::whole(text).and_then(|value| value.object());
        value.ok_or(Error::new(Reason::JsonNotAnObject))
    }

    /// Writes the record of a key at `end`, as far as it fits, and returns its words. What was written
    /// of a key that was refused is wiped.
    fn write(
        &mut self,
        rules: &KeyRules<'_>,
        object: Object<'_>,
        end: usize,
    ) -> Result<usize, Error> {
        let free = self.memory.get_mut(end..).unwrap_or_default();
        let mut draft = Draft::new(free);
        let outcome = jwk::load(object, rules, &mut draft);
        let words = draft.length();
        match outcome {
            Ok(()) => Ok(words),
            Err(error) => {
                self.wipe(end, end.saturating_add(words));
                Err(error)
            }
        }
    }

    /// Makes the `added` records up to `end` part of the table, or says how large it had to be.
    fn commit(&mut self, end: usize, added: usize) -> Result<(), Error> {
        let capacity = self.memory.len();
        if end > capacity {
            let used = self.view().used();
            self.wipe(used, capacity);
            return Err(Error::new(Reason::KeyTableFull).needing(end.saturating_mul(8)));
        }
        let count = self.view().len().saturating_add(added);
        if let Some(header) = self.memory.first_chunk_mut::<HEADER_WORDS>() {
            *header = [MAGIC, word(capacity), word(end), word(count)];
        }
        Ok(())
    }

    fn wipe(&mut self, start: usize, end: usize) {
        use zeroize::Zeroize;
        let end = end.min(self.memory.len());
        if let Some(words) = self.memory.get_mut(start..end) {
            words.zeroize();
        }
    }
}

impl core::fmt::Debug for KeyTable<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.view(), f)
    }
}

/// The keys of a table, for reading: what validation takes. A copy is two words; any number of threads
/// may share one.
#[derive(Clone, Copy)]
pub struct Keys<'k> {
    memory: &'k [u64],
}

impl<'k> Keys<'k> {
    /// Words of the header, by which a table is known.
    #[cfg(feature = "ffi")]
    pub(crate) const HEADER_WORDS: usize = HEADER_WORDS;

    /// The words of the table that begins with `header`, if it is one.
    #[cfg(feature = "ffi")]
    pub(crate) fn capacity_of(header: &[u64]) -> Option<usize> {
        let capacity = usize::try_from(*header.get(CAPACITY)?).ok()?;
        (header.first() == Some(&MAGIC)).then_some(capacity)
    }

    /// The table that `memory` holds.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAKeyTable`] if the header is not that of a table of this version, byte order and size.
    pub fn open(memory: &'k [u64]) -> Result<Self, Error> {
        let keys = Self { memory };
        let used = keys.used();
        let whole = memory.first() == Some(&MAGIC)
            && memory.get(CAPACITY) == Some(&word(memory.len()))
            && (HEADER_WORDS..=memory.len()).contains(&used);
        if whole {
            Ok(keys)
        } else {
            Err(Error::new(Reason::NotAKeyTable))
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.header_word(COUNT)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys, in the order of adding.
    pub fn iter(&self) -> impl Iterator<Item = Key<'k>> + Clone + use<'k> {
        let records = self.memory.get(HEADER_WORDS..self.used());
        let mut rest = records.unwrap_or_default();
        (0..self.len()).map_while(move |index| {
            let (key, words) = Key::read(rest, index)?;
            rest = rest.get(words..)?;
            Some(key)
        })
    }

    /// Verifies a signature over bytes that need not be a token, with any key that may verify the
    /// algorithm, and returns the key that did.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyNotFound`], [`Reason::KeyTooManyCandidates`]; [`Reason::SignatureLength`] if no
    /// key tried demands that length, else [`Reason::SignatureInvalid`]; [`Reason::AlgorithmNotBuilt`].
    pub fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Key<'k>, Error> {
        self.verify_signature(None, algorithm, message, signature)
    }

    /// Tries the keys that fit `key_id` and `algorithm` in turn.
    pub(crate) fn verify_signature(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Key<'k>, Error> {
        if !algorithm.is_built() {
            return Err(Error::new(Reason::AlgorithmNotBuilt));
        }
        let candidates = self.candidates(key_id, algorithm);
        if candidates.clone().count() > MAX_KEYS_TRIED {
            return Err(Error::new(Reason::KeyTooManyCandidates));
        }
        let mut refusal = Error::new(Reason::KeyNotFound);
        for key in candidates {
            match signature::verify(algorithm, key.material(), message, signature) {
                Ok(()) => return Ok(key),
                // That one key has another length says less than that another did not verify.
                Err(_) if refusal.reason() == Reason::SignatureInvalid => {}
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// The keys that may be tried for a token: without a `kid`, all that fit its algorithm; with one, those
    /// that have it, then those that have none. A key with another `kid` is never tried.
    fn candidates(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = Key<'k>> + Clone {
        let fitting = self
            .iter()
            .filter(move |key| key.algorithms().contains(algorithm));
        let named = fitting.clone().filter(move |key| match (key_id, key.id()) {
            (Some(wanted), Some(id)) => id == *wanted,
            _ => false,
        });
        let others = fitting.filter(move |key| key_id.is_none() || key.id().is_none());
        named.chain(others)
    }

    /// Words in use.
    fn used(&self) -> usize {
        self.header_word(USED)
    }

    fn header_word(&self, at: usize) -> usize {
        let word = self.memory.get(at).copied().unwrap_or(0);
        usize::try_from(word).unwrap_or(0)
    }
}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

fn word(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
