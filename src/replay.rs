//! Single use: what may be used once, and was, is remembered until it expires (RFC 9449 section 11.1, RFC 7519 section
//! 4.1.7).
//!
//! A [`Replay`] cache takes what was accepted, a [`Token`] with a `jti` or a DPoP `Proof`, so that nothing is remembered
//! that was not signed. Its check is the last of all: it notes the use and says whether it is the first, in one step.
//!
//! ```
//! use keycard::{Error, Time, Token, replay::Replay};
//!
//! /// For 100 uses at a time.
//! static WORDS: usize = keycard::replay::words_for(100);
//!
//! fn logged_out(cache: &mut Replay<'_>, token: &Token<'_>, now: i64) -> Result<(), Error> {
//!     cache.check_token(token, Time::At(now))
//! }
//! ```
//!
//! **Its memory** is the caller's and of fixed size. When there is no room, what is new is refused; nothing is forgotten
//! early. An entry is 24 bytes: 128 bits of a SHA-256 over what was used, and until when. Two uses that share these bits
//! cost the second of them a refusal, never an acceptance.
//!
//! **Its work** is bounded: each use has its place in one of two sets of 16 entries that its hash picks, and no call looks
//! at more than these 32. Of a table that is filled by chance, four fifths and more are full when the first use finds no
//! place. Whoever may use much can also fill two sets on purpose; what then falls into both of them is refused.
//!
//! **Its clock** never goes back: a call with an earlier time than one before is refused. Read the clock when the cache
//! is locked.
//!
//! **Its users** ask with the same leeway, and of proofs with the same window: an entry goes when it is past for whoever
//! noted it, and who takes what is older would take that a second time.
//!
//! **Its threads** take turns: the cache is behind `&mut`, so several threads share it in a lock of the caller's. Check
//! and insertion are then one step for all of them. Several machines with a cache each do not know of each other:
//! they share a store by [`Proof::replay_key`](crate::dpop::Proof::replay_key).

use crate::claims::Claims;
use crate::digest::{Hash, Hasher};
#[cfg(feature = "dpop")]
use crate::dpop::Proof;
use crate::error::{Claim, Error, Reason, Stage};
use crate::time::{Present, Time};
use crate::validate::Token;

/// "replay" and the version of the layout, as the bytes of a little-endian word.
const MAGIC: u64 = u64::from_le_bytes(*b"replay\0\x01");

/// Words before the entries: the mark, their number, when the cache was started, and the latest time.
pub(crate) const HEADER_WORDS: usize = 4;

/// Words of an entry: half of the hash, and until when.
const ENTRY_WORDS: usize = 3;

/// Entries that are looked at together.
const SET: usize = 16;

/// The 64-bit words of a cache with this many entries, in whole sets: take a quarter more than there are uses at a time.
pub const fn words_for(entries: usize) -> usize {
    let sets = entries.saturating_add(SET - 1) / SET;
    let entries = if entries < SET { entries } else { sets.saturating_mul(SET) };
    entries.saturating_mul(ENTRY_WORDS).saturating_add(HEADER_WORDS)
}

/// Bytes of a cache with one entry.
const FEWEST_BYTES: usize = 8 * words_for(1);

/// Uses of what may be used once, in memory of the caller's. [The module](self) tells how it works.
pub struct Replay<'m> {
    memory: &'m mut [u64],
}

impl<'m> Replay<'m> {
    /// An empty cache over `memory`, whatever that holds, that is started at `time`. [`words_for`] says how many words.
    ///
    /// An empty cache knows nothing of what was used before. What was issued before it was started, or may have been as
    /// far as clocks agree, is therefore refused as [`Reason::IssuedBeforeStart`]: for the seconds of the leeway and one more,
    /// nothing is accepted. Who knows that nothing was accepted
    /// since an earlier time gives that.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryTooSmall`] with the bytes for one use; [`Reason::TimeUnavailable`].
    pub fn new(memory: &'m mut [u64], time: Time) -> Result<Self, Error> {
        if memory.len() < words_for(1) {
            return Err(Error::new(Reason::MemoryTooSmall).needing(FEWEST_BYTES));
        }
        let started = known(time)?;
        memory.fill(0);
        let mut cache = Self { memory };
        for entry in cache.entries() {
            Entry::FREE.write(entry);
        }
        let length = cache.memory.len();
        cache.write(&Header { length, started, latest: started });
        Ok(cache)
    }

    /// The cache that `memory` already holds, to go on with it: as it was left, by this version.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAReplayCache`].
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        let length = memory.len();
        let is_whole = Header::read(memory).is_some_and(|header| header.length == length);
        if !is_whole {
            return Err(Error::new(Reason::NotAReplayCache));
        }
        Ok(Self { memory })
    }

    /// Words of the cache that begins with these.
    #[cfg(feature = "ffi")]
    pub(crate) fn length_of(header: &[u64]) -> Option<usize> {
        Header::read(header).map(|header| header.length)
    }

    /// Notes the use of a token by its issuer, kind and `jti`, if it is the first one. The last check of all.
    ///
    /// # Errors
    ///
    /// At [`Stage::Replay`]: [`Reason::Replayed`]; [`Reason::ReplayFull`]; [`Reason::ReplayTimeBehind`];
    /// [`Reason::IssuedBeforeStart`]; [`Reason::TimeUnavailable`]; [`Reason::Expired`] for a token that has expired
    /// since it was accepted; [`Reason::ClaimMissing`] for one without `jti`, `iat` or `exp`. Nothing was noted
    /// then.
    pub fn check_token(&mut self, token: &Token<'_>, time: Time) -> Result<(), Error> {
        self.check_claims(&token.claims(), token.profile(), token.leeway(), time)
    }

    /// Notes the use of an accepted token with these claims.
    pub(crate) fn check_claims(
        &mut self,
        claims: &Claims<'_>,
        profile: &str,
        leeway: u32,
        time: Time,
    ) -> Result<(), Error> {
        let single_use = SingleUse::of_claims(claims, profile, leeway)
            .map_err(|error| error.at_stage(Stage::Replay))?;
        self.check_use(&single_use, time)
    }

    /// Notes the use of a DPoP proof by its key, method, URI and `jti`, if it is the first one. The last check of all:
    /// after that of the access token.
    ///
    /// # Errors
    ///
    /// As for [`check_token`](Self::check_token); a proof has all that it takes.
    #[cfg(feature = "dpop")]
    pub fn check_proof(&mut self, proof: &Proof, time: Time) -> Result<(), Error> {
        self.check_use(proof.single_use(), time)
    }

    pub(crate) fn check_use(&mut self, single_use: &SingleUse, time: Time) -> Result<(), Error> {
        let used = self.note(single_use, time);
        used.map_err(|error| error.at_stage(Stage::Replay))
    }

    /// Check and insertion in one step.
    fn note(&mut self, single_use: &SingleUse, time: Time) -> Result<(), Error> {
        let now = known(time)?;
        let not_a_cache = Error::new(Reason::NotAReplayCache);
        let header = Header::read(self.memory).ok_or(not_a_cache)?;
        if now < header.latest {
            // What expired at the later time may have been forgotten since.
            return Err(Error::new(Reason::ReplayTimeBehind));
        }
        let SingleUse { key, issued_at, until, leeway } = *single_use;
        if until < now {
            return Err(Error::new(Reason::Expired).about(Claim::ExpirationTime));
        }
        // Whoever accepted it before the start took it with this leeway.
        if issued_at <= header.started.saturating_add(leeway.into()) {
            return Err(Error::new(Reason::IssuedBeforeStart).about(Claim::IssuedAt));
        }
        let new = Entry::of(&key, until);
        let first = self.look(&new, Half::First, &key, now)?;
        let second = self.look(&new, Half::Second, &key, now)?;
        let half = if second > first { Half::Second } else { Half::First };
        let place = self.set(half, &key).find(|entry| Entry::read(entry).is_free(now));
        new.write(place.ok_or(Error::new(Reason::ReplayFull))?);
        self.write(&Header { latest: now, ..header });
        Ok(())
    }

    /// Looks for an entry in a set, and returns how many are free there.
    ///
    /// # Errors
    ///
    /// [`Reason::Replayed`] if it is there.
    fn look(
        &mut self,
        wanted: &Entry,
        half: Half,
        key: &ReplayKey,
        now: i64,
    ) -> Result<usize, Error> {
        let mut free = 0usize;
        for entry in self.set(half, key) {
            let entry = Entry::read(entry);
            if entry.is_free(now) {
                free = free.saturating_add(1);
            } else if entry.hash == wanted.hash {
                return Err(Error::new(Reason::Replayed).about(Claim::JwtId));
            }
        }
        Ok(free)
    }

    /// The set of entries that a half of the hash picks. All of them if they make no set.
    fn set(
        &mut self,
        half: Half,
        key: &ReplayKey,
    ) -> impl Iterator<Item = &mut [u64; ENTRY_WORDS]> {
        let sets = self.entries().len() / SET;
        let [.., a, b, c, d, e, f, g, h] = *key;
        let number = match half {
            Half::First => u32::from_le_bytes([a, b, c, d]),
            Half::Second => u32::from_le_bytes([e, f, g, h]),
        };
        // The number as a fraction of the sets: no division, and no set is picked more often than another.
        let sets = u64::from(u32::try_from(sets).unwrap_or(u32::MAX));
        let set = usize::try_from(sets.wrapping_mul(number.into()) >> 32).unwrap_or(0);
        self.entries().iter_mut().skip(set.saturating_mul(SET)).take(SET)
    }

    fn entries(&mut self) -> &mut [[u64; ENTRY_WORDS]] {
        let (entries, _) = self.memory.get_mut(HEADER_WORDS..).unwrap_or_default().as_chunks_mut();
        entries
    }

    fn write(&mut self, header: &Header) {
        if let Some(place) = self.memory.first_chunk_mut::<HEADER_WORDS>() {
            *place = header.encode();
        }
    }
}

impl core::fmt::Debug for Replay<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Replay").field("words", &self.memory.len()).finish_non_exhaustive()
    }
}

/// The two sets that an entry can be in.
#[derive(Clone, Copy)]
enum Half {
    First,
    Second,
}

/// The present, which single use is never without.
fn known(time: Time) -> Result<i64, Error> {
    match time.present()? {
        Present::At(now) => Ok(now),
        Present::After(_) => Err(Error::new(Reason::TimeUnavailable)),
    }
}

#[derive(Clone, Copy)]
struct Header {
    /// Words of the whole cache.
    length: usize,
    started: i64,
    latest: i64,
}

impl Header {
    fn read(memory: &[u64]) -> Option<Self> {
        let [magic, length, started, latest] = *memory.first_chunk::<HEADER_WORDS>()?;
        (magic == MAGIC).then_some(Self {
            length: usize::try_from(length).ok()?,
            started: started.cast_signed(),
            latest: latest.cast_signed(),
        })
    }

    fn encode(&self) -> [u64; HEADER_WORDS] {
        let length = u64::try_from(self.length).unwrap_or(0);
        [MAGIC, length, self.started.cast_unsigned(), self.latest.cast_unsigned()]
    }
}

struct Entry {
    hash: [u64; 2],
    /// The last second at which it counts.
    until: i64,
}

impl Entry {
    const FREE: Self = Self { hash: [0; 2], until: i64::MIN };

    fn of(key: &ReplayKey, until: i64) -> Self {
        let mut hash = [0; 2];
        for (place, bytes) in hash.iter_mut().zip(key.as_chunks::<8>().0) {
            *place = u64::from_le_bytes(*bytes);
        }
        Self { hash, until }
    }

    fn read(words: &[u64; ENTRY_WORDS]) -> Self {
        let [low, high, until] = *words;
        Self { hash: [low, high], until: until.cast_signed() }
    }

    fn write(&self, words: &mut [u64; ENTRY_WORDS]) {
        let [low, high] = self.hash;
        *words = [low, high, self.until.cast_unsigned()];
    }

    fn is_free(&self, now: i64) -> bool {
        self.until < now
    }
}

/// A SHA-256 over all that makes a use the same one. Never over the signature: of one message there can be many.
pub(crate) type ReplayKey = [u8; 32];

/// One use of what may be used once.
#[derive(Clone, Copy)]
pub(crate) struct SingleUse {
    pub(crate) key: ReplayKey,
    /// Whole seconds, rounded down.
    pub(crate) issued_at: i64,
    /// The last second at which it could be accepted again.
    pub(crate) until: i64,
    /// Seconds by which clocks may differ.
    pub(crate) leeway: u32,
}

impl SingleUse {
    fn of_claims(claims: &Claims<'_>, profile: &str, leeway: u32) -> Result<Self, Error> {
        let token_id = claims.string("jti").ok().filter(|token_id| !token_id.is_empty());
        let token_id = token_id.ok_or(Error::new(Reason::ClaimMissing).about(Claim::JwtId))?;
        let mut hasher = Hash::Sha256.hasher();
        hash_text(&mut hasher, profile.as_bytes());
        hash_text(&mut hasher, claims.string("iss").unwrap_or_default().as_bytes());
        hash_text(&mut hasher, token_id.as_bytes());
        Ok(Self {
            key: finish(hasher),
            issued_at: claims.time("iat")?.seconds(),
            until: claims.time("exp")?.seconds().saturating_add(leeway.into()),
            leeway,
        })
    }
}

/// Feeds a text with its length before it, so that no two rows of texts are fed alike.
pub(crate) fn hash_text(hasher: &mut Hasher, text: &[u8]) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    hasher.update(&length.to_le_bytes());
    hasher.update(text);
}

pub(crate) fn finish(hasher: Hasher) -> ReplayKey {
    let mut key = [0; 32];
    for (place, byte) in key.iter_mut().zip(hasher.finish().as_bytes()) {
        *place = *byte;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Hash;

    const NOW: i64 = 1_700_000_000;

    fn single_use(key: ReplayKey, until: i64) -> SingleUse {
        SingleUse { key, issued_at: NOW, until, leeway: 0 }
    }

    fn hash(number: usize) -> ReplayKey {
        let mut hasher = Hash::Sha256.hasher();
        hasher.update(&number.to_le_bytes());
        finish(hasher)
    }

    fn cache(memory: &mut [u64]) -> Replay<'_> {
        Replay::new(memory, Time::At(NOW - 1)).unwrap()
    }

    fn note(cache: &mut Replay<'_>, single_use: &SingleUse, now: i64) -> Result<(), Reason> {
        cache.note(single_use, Time::At(now)).map_err(|error| error.reason())
    }

    #[test]
    fn a_table_is_four_fifths_full_before_the_first_use_finds_no_place() {
        let all = [16, 64, 256, 1024, 16 * 1024];
        for entries in all.into_iter().take(if cfg!(miri) { 2 } else { all.len() }) {
            let mut memory = vec![0; words_for(entries)];
            let mut cache = cache(&mut memory);
            let mut taken = 0;
            while note(&mut cache, &single_use(hash(taken), NOW + 60), NOW).is_ok() {
                taken += 1;
            }
            assert!(taken * 5 >= entries * 4, "{taken} of {entries}");
            for number in 0..taken {
                let again = note(&mut cache, &single_use(hash(number), NOW + 60), NOW);
                assert_eq!(again, Err(Reason::Replayed), "{number} of {entries}");
            }
        }
    }

    #[test]
    fn uses_that_fall_into_the_same_sets_fill_those_and_no_others() {
        let entries = 1024;
        let mut memory = vec![0; words_for(entries)];
        let mut cache = cache(&mut memory);
        // All hashes end alike: an attacker has looked for them.
        let chosen = |number: u8| {
            let mut key = [0x33; 32];
            key[0] = number;
            key
        };
        let taken = (0..=u8::MAX)
            .filter(|number| note(&mut cache, &single_use(chosen(*number), NOW + 60), NOW).is_ok())
            .count();
        assert_eq!(taken, SET, "both sets of these are the same one");
        let others = (0..500)
            .filter(|number| note(&mut cache, &single_use(hash(*number), NOW + 60), NOW).is_ok());
        assert_eq!(others.count(), 500);
        for number in 0..16 {
            let again = note(&mut cache, &single_use(chosen(number), NOW + 60), NOW);
            assert_eq!(again, Err(Reason::Replayed));
        }
    }

    #[test]
    #[cfg(feature = "ffi")]
    fn a_cache_says_how_long_it_is() {
        let mut memory = [0; words_for(16)];
        assert_eq!(Replay::length_of(&memory), None);
        cache(&mut memory);
        assert_eq!(Replay::length_of(&memory), Some(words_for(16)));
        assert_eq!(Replay::length_of(&memory[..3]), None);
    }

    #[test]
    fn any_bit_of_the_half_that_is_kept_tells_uses_apart() {
        let mut memory = vec![0; words_for(256)];
        let mut cache = cache(&mut memory);
        assert_eq!(note(&mut cache, &single_use([0; 32], NOW + 60), NOW), Ok(()));
        for bit in 0..128 {
            let mut key = [0; 32];
            key[bit / 8] = 1 << (bit % 8);
            // Spread over the sets, as hashes are.
            let [.., last] = &mut key;
            *last = u8::try_from(bit).unwrap() << 1;
            assert_eq!(note(&mut cache, &single_use(key, NOW + 60), NOW), Ok(()), "{bit}");
        }
    }

    #[test]
    fn a_model_without_bounds_agrees() {
        let mut memory = vec![0; words_for(64)];
        let mut cache = cache(&mut memory);
        let mut model = std::collections::HashMap::new();
        let mut random = 0x9E37_79B9_7F4A_7C15u64;
        let mut now = NOW;
        // Miri takes seconds for what takes microseconds: it sees every answer in fewer.
        for _ in 0..if cfg!(miri) { 150 } else { 20_000 } {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += i64::from(random >> 61 == 0);
            let name = usize::try_from(random >> 40 & 0xFF).unwrap();
            let until = now + i64::try_from(random >> 33 & 0x0F).unwrap();
            let known = model.get(&name).is_some_and(|until| *until >= now);
            match note(&mut cache, &single_use(hash(name), until), now) {
                Ok(()) => {
                    assert!(!known);
                    model.insert(name, until);
                }
                Err(Reason::Replayed) => assert!(known),
                Err(Reason::ReplayFull) => {
                    let live = model.values().filter(|until| **until >= now).count();
                    assert!(live >= 32, "full with {live}");
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}
