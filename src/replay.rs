//! Replay cache: remembers each single-use token or proof until it expires (RFC 9449 section 11.1,
//! RFC 7519 section 4.1.7).
//!
//! A [`ReplayCache`] takes an accepted [`Token`] with a `jti`, or an accepted DPoP `Proof`. It
//! remembers only content that was signed. Call its check after all others: in one step, it decides
//! whether the use is the first one, and remembers it.
//!
//! ```
//! use keycard::replay::{Limits, ReplayCache};
//! use keycard::{Error, Time, Token};
//!
//! /// For 100 uses at a time.
//! static WORDS: usize = keycard::replay::words_for(100);
//!
//! /// Policies have at most 5 seconds of leeway; one key may fill a quarter of the cache.
//! const LIMITS: Limits = Limits { window: 60, leeway: 5, share: 4 };
//!
//! fn start(memory: &mut [u64], now: i64) -> Result<ReplayCache<'_>, Error> {
//!     ReplayCache::new(memory, LIMITS, Time::At(now))
//! }
//!
//! fn logged_out(cache: &mut ReplayCache<'_>, token: &Token<'_>, now: i64) -> Result<(), Error> {
//!     cache.check_token(token, Time::At(now))
//! }
//! ```
//!
//! **Memory.** The caller gives the memory, and its size is fixed. If no entry is free, new uses
//! are rejected; entries are never dropped early. An entry has 24 bytes: 128 bits that identify the
//! use, and the time at which it expires. If two uses have the same bits, the second is rejected.
//!
//! **Limits.** A cache remembers each proof for the window and leeway of the cache, whatever the
//! window and leeway of the check. A check with a longer window or leeway is rejected, because it
//! could accept a proof that the cache has already dropped. [`restart`](ReplayCache::restart)
//! raises the limits.
//!
//! **Shares.** One client key may fill only its share of the cache, so the proofs of one client
//! cannot block all others. Tokens have no share, because only the issuer can make them.
//!
//! **Work.** The work per call is bounded. The hash of a use selects two sets of 16 entries, and a
//! call reads only these 32 entries. With random hashes, the cache is at least four fifths full
//! when the first use finds no free entry. A client can also choose proofs whose hashes select the
//! same two sets, but fills only its share of them.
//!
//! **Clock.** A call with an earlier time than a previous call is rejected. Read the clock while
//! you hold the lock of the cache.
//!
//! Start the cache when the clock is right. If the clock is behind at the start and is then set, a
//! proof from before the start could be used again. So a new cache takes the first gap between two
//! calls that is longer than window and leeway as a step of the clock. It then starts again at that
//! time, or at the next proof if a token came first. If you have a monotonic clock, compare both
//! and call [`restart`](ReplayCache::restart) after a step.
//!
//! **Threads.** The cache is behind `&mut`, so several threads need a lock of the caller. Check and
//! insertion are then one step for all of them. Caches on several machines do not share their
//! entries: use a common store with [`Proof::replay_key`](crate::dpop::Proof::replay_key).

mod layout;
mod single_use;

use crate::claims::Claims;
use crate::error::{Error, Member, Reason, Stage};
use crate::time::{Present, Time};
use crate::validate::Token;
pub(crate) use layout::HEADER_WORDS;
pub use layout::words_for;
use layout::{CacheEntry, CacheHeader, ENTRY_WORDS, SET};
pub(crate) use single_use::SingleUse;
pub(crate) use single_use::holder_of;
pub(crate) use single_use::{ReplayKey, finish, hash_text};

/// The size of a cache with a single entry, in bytes.
const FEWEST_BYTES: usize = 8 * words_for(1);

/// The limits of the checks that a cache must serve, and the share of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest window of the proof rules, in seconds. 0 if the cache is for tokens only.
    pub window: u32,
    /// The longest leeway of the rules and policies, in seconds.
    pub leeway: u32,
    /// The sixteenths of the cache that one key may fill with its proofs: 1 to 16. With 16, one
    /// client can fill the whole cache. With 4, at least five keys are needed to fill it.
    pub share: u8,
}

/// A replay cache in memory of the caller. [The module](self) describes how it works.
pub struct ReplayCache<'m> {
    memory: &'m mut [u64],
}

impl<'m> ReplayCache<'m> {
    /// Makes an empty cache over `memory` that starts at `time`. The previous content of the memory
    /// does not matter. [`words_for`] computes the size in words.
    ///
    /// An empty cache does not know earlier uses. So it rejects everything that may have been
    /// issued before its start with [`Reason::IssuedBeforeStart`], and allows for the leeway. In
    /// the first seconds, for the leeway plus one second, it accepts nothing. If nothing was
    /// accepted since an earlier time, pass that time.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryTooSmall`] with the required size in bytes for one use;
    /// [`Reason::ReplayShare`]; [`Reason::TimeUnavailable`].
    pub fn new(memory: &'m mut [u64], limits: Limits, time: Time) -> Result<Self, Error> {
        if memory.len() < words_for(1) {
            return Err(Error::new(Reason::MemoryTooSmall).needing(FEWEST_BYTES));
        }
        let Limits { window, leeway, share } = limits;
        if !(1..=16).contains(&share) {
            return Err(Error::new(Reason::ReplayShare));
        }
        let started = known(time)?;
        memory.fill(0);
        let mut cache = Self { memory };
        for entry in cache.entries() {
            CacheEntry::FREE.write(entry);
        }
        let length = cache.memory.len();
        let (is_settled, has_stepped) = (false, false);
        let latest = started;
        cache.write(&CacheHeader {
            length,
            window,
            leeway,
            share,
            is_settled,
            has_stepped,
            started,
            latest,
        });
        Ok(cache)
    }

    /// Opens the cache that `memory` already holds. This version must have written it, and it must
    /// be unchanged.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAReplayCache`].
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        let length = memory.len();
        let is_whole = CacheHeader::read(memory).is_some_and(|header| header.length == length);
        if !is_whole {
            return Err(Error::new(Reason::NotAReplayCache));
        }
        Ok(Self { memory })
    }

    /// Starts the cache again at `time`, and raises its longest window and leeway to at least these
    /// seconds. From then on, everything that was issued before is rejected, as after
    /// [`new`](Self::new). Remembered uses are kept.
    ///
    /// Call it before checks with a longer window or leeway, and after a step of the clock.
    ///
    /// # Errors
    ///
    /// [`Reason::ReplayTimeBehind`]; [`Reason::TimeUnavailable`]. The cache is unchanged then.
    pub fn restart(&mut self, window: u32, leeway: u32, time: Time) -> Result<(), Error> {
        let restarted = (|| {
            let (mut header, now) = self.present(time)?;
            header.window = header.window.max(window);
            header.leeway = header.leeway.max(leeway);
            (header.is_settled, header.has_stepped) = (true, false);
            (header.started, header.latest) = (now, now);
            self.write(&header);
            Ok(())
        })();
        restarted.map_err(of_replay)
    }

    /// Returns the size in words of the cache that begins with this header.
    pub(crate) fn length_of(header: &[u64]) -> Option<usize> {
        CacheHeader::read(header).map(|header| header.length)
    }

    /// Remembers the first use of a token, by its issuer, kind and `jti`. Call it after all other
    /// checks.
    ///
    /// # Errors
    ///
    /// After an error nothing was stored. At [`Stage::Replay`]:
    ///
    /// * [`Reason::Replayed`], [`Reason::ReplayFull`], [`Reason::ReplayTimeBehind`],
    ///   [`Reason::IssuedBeforeStart`], [`Reason::IssuedInFuture`], [`Reason::TimeUnavailable`]
    /// * [`Reason::Expired`] for a token that has expired since it was accepted
    /// * [`Reason::ClaimMissing`] for a token without `jti`; for one without `exp` if its policy
    ///   has no maximum age; for one without `iat` if its policy has no maximum lifetime
    ///
    /// At [`Stage::Usage`]: [`Reason::ReplayLimits`] for a policy with a longer leeway than the
    /// cache.
    pub fn check_token(&mut self, token: &Token<'_>, time: Time) -> Result<(), Error> {
        let (leeway, longest_life) = (token.leeway(), token.longest_life());
        self.check_claims(&token.claims(), token.profile(), leeway, longest_life, time)
    }

    /// Remembers the use of an accepted token with these claims.
    pub(crate) fn check_claims(
        &mut self,
        claims: &Claims<'_>,
        profile: &str,
        leeway: u32,
        longest_life: Option<u32>,
        time: Time,
    ) -> Result<(), Error> {
        let single_use = SingleUse::of_claims(claims, profile, leeway, longest_life);
        let single_use = single_use.map_err(of_replay)?;
        self.check_use(&single_use, time)
    }

    pub(crate) fn check_use(&mut self, single_use: &SingleUse, time: Time) -> Result<(), Error> {
        self.note(single_use, time).map_err(of_replay)
    }

    /// Checks and inserts a use in one step.
    fn note(&mut self, single_use: &SingleUse, time: Time) -> Result<(), Error> {
        let (mut header, now) = self.present(time)?;
        match single_use.holder {
            Some(_) if header.settle(now) => self.write(&header),
            Some(_) => {}
            None => header.note_step(now),
        }
        header.latest = now;
        // A check with a longer window or leeway could accept uses whose entries were dropped.
        let end = header.end_of(single_use).ok_or(Error::new(Reason::ReplayLimits))?;
        let SingleUse { issued_at, until, leeway, .. } = *single_use;
        if until < now {
            return Err(Error::new(Reason::Expired).about(Member::ExpirationTime));
        }
        // If a caller accepted the use before the start, it allowed at most this leeway.
        if issued_at <= header.started.saturating_add(header.leeway.into()) {
            return Err(Error::new(Reason::IssuedBeforeStart).about(Member::IssuedAt));
        }
        // After the next start, the cache could not know that the use is a second one.
        if issued_at > now.saturating_add(leeway.into()) {
            return Err(Error::new(Reason::IssuedInFuture).about(Member::IssuedAt));
        }
        let new = CacheEntry::of(single_use, end);
        let first = self.look(&new, Half::First, single_use, now)?;
        let second = self.look(&new, Half::Second, single_use, now)?;
        let most = self.most_by(single_use.holder, header.share);
        let (first_room, second_room) = (first.for_one_with(most), second.for_one_with(most));
        if first_room == 0 && second_room == 0 {
            let is_full = first.free == 0 && second.free == 0;
            let reason = if is_full { Reason::ReplayFull } else { Reason::ReplayKeyFull };
            return Err(Error::new(reason));
        }
        let half = if second_room > first_room { Half::Second } else { Half::First };
        let place = self.set(half, single_use).find(|entry| CacheEntry::read(entry).is_free(now));
        new.write(place.ok_or(Error::new(Reason::ReplayFull))?);
        self.write(&header);
        Ok(())
    }

    /// Returns the header and the current time, which must not be earlier than in a previous call.
    fn present(&self, time: Time) -> Result<(CacheHeader, i64), Error> {
        let now = known(time)?;
        let not_a_cache = Error::new(Reason::NotAReplayCache);
        let header = CacheHeader::read(self.memory).ok_or(not_a_cache)?;
        if now < header.latest {
            // Entries that had expired at the later time may have been overwritten.
            return Err(Error::new(Reason::ReplayTimeBehind));
        }
        Ok((header, now))
    }

    /// The maximum number of entries of one set for this holder.
    fn most_by(&mut self, holder: Option<u64>, share: u8) -> usize {
        let entries = self.entries().len().min(SET);
        match holder {
            Some(_) => entries.saturating_mul(share.into()).saturating_add(15) >> 4,
            None => usize::MAX,
        }
    }

    /// Looks for an entry in a set. Returns the number of free entries in the set, and the number
    /// of entries of the same holder.
    ///
    /// # Errors
    ///
    /// [`Reason::Replayed`] if the entry is there.
    fn look(
        &mut self,
        wanted: &CacheEntry,
        half: Half,
        single_use: &SingleUse,
        now: i64,
    ) -> Result<Room, Error> {
        let mut room = Room::default();
        for entry in self.set(half, single_use) {
            let entry = CacheEntry::read(entry);
            if entry.is_free(now) {
                room.free = room.free.saturating_add(1);
            } else if entry.is_same_use(wanted) {
                return Err(Error::new(Reason::Replayed).about(Member::JwtId));
            } else if single_use.holder.is_some_and(|holder| entry.is_by(holder)) {
                room.held = room.held.saturating_add(1);
            }
        }
        Ok(room)
    }

    /// The set of entries that one half of the hash selects. If the cache is smaller than one set,
    /// all its entries.
    fn set(
        &mut self,
        half: Half,
        single_use: &SingleUse,
    ) -> impl Iterator<Item = &mut [u64; ENTRY_WORDS]> {
        let sets = self.entries().len() / SET;
        let [.., a, b, c, d, e, f, g, h] = single_use.key;
        let number = match half {
            Half::First => u32::from_le_bytes([a, b, c, d]),
            Half::Second => u32::from_le_bytes([e, f, g, h]),
        };
        // Multiplies by the number of sets and takes the upper half. This needs no division, and
        // selects each set equally often.
        let sets = u64::from(u32::try_from(sets).unwrap_or(u32::MAX));
        let set = usize::try_from(sets.wrapping_mul(number.into()) >> 32).unwrap_or(0);
        self.entries().iter_mut().skip(set.saturating_mul(SET)).take(SET)
    }

    fn entries(&mut self) -> &mut [[u64; ENTRY_WORDS]] {
        let (entries, _) = self.memory.get_mut(HEADER_WORDS..).unwrap_or_default().as_chunks_mut();
        entries
    }

    fn write(&mut self, header: &CacheHeader) {
        if let Some(place) = self.memory.first_chunk_mut::<HEADER_WORDS>() {
            *place = header.encode();
        }
    }
}

impl core::fmt::Debug for ReplayCache<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ReplayCache").field("words", &self.memory.len()).finish_non_exhaustive()
    }
}

/// The two sets that an entry can be in.
#[derive(Clone, Copy)]
enum Half {
    First,
    Second,
}

/// The number of free entries in a set, and the number of entries that the holder already uses.
#[derive(Clone, Copy, Default)]
struct Room {
    free: usize,
    /// The number of entries of the same holder.
    held: usize,
}

impl Room {
    /// The number of entries that the holder may still use, if it may have at most `most`.
    fn for_one_with(self, most: usize) -> usize {
        if self.held < most { self.free } else { 0 }
    }
}

/// Makes the error of a check. Its stage is Usage if the cache does not fit the check.
fn of_replay(error: Error) -> Error {
    match error.stage() {
        Stage::Usage => error,
        _ => error.at_stage(Stage::Replay),
    }
}

/// The current time, which the replay cache always needs.
fn known(time: Time) -> Result<i64, Error> {
    match time.present()? {
        Present::At(now) => Ok(now),
        Present::After(_) => Err(Error::new(Reason::TimeUnavailable)),
    }
}

#[cfg(test)]
mod tests {
    use super::single_use::{ReplayKey, finish};
    use super::*;
    use crate::digest::Hash;
    use crate::switches::under_miri;

    const NOW: i64 = 1_700_000_000;
    const LIMITS: Limits = Limits { window: 60, leeway: 0, share: 4 };

    fn single_use(key: ReplayKey, until: i64) -> SingleUse {
        SingleUse { key, holder: None, issued_at: NOW, until, leeway: 0 }
    }

    fn hash(number: usize) -> ReplayKey {
        let mut hasher = Hash::Sha256.hasher();
        hasher.update(&number.to_le_bytes());
        finish(hasher)
    }

    fn cache(memory: &mut [u64]) -> ReplayCache<'_> {
        ReplayCache::new(memory, LIMITS, Time::At(NOW - 1)).unwrap()
    }

    fn note(cache: &mut ReplayCache<'_>, single_use: &SingleUse, now: i64) -> Result<(), Reason> {
        cache.note(single_use, Time::At(now)).map_err(|error| error.reason())
    }

    #[test]
    fn table_is_four_fifths_full_before_it_rejects_a_first_use() {
        let all = [16, 64, 256, 1024, 16 * 1024];
        for entries in all.into_iter().take(under_miri(2, all.len())) {
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
        // All these hashes select the same sets. An attacker would search for such hashes.
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
    fn a_cache_says_how_long_it_is() {
        let mut memory = [0; words_for(16)];
        assert_eq!(ReplayCache::length_of(&memory), None);
        cache(&mut memory);
        assert_eq!(ReplayCache::length_of(&memory), Some(words_for(16)));
        assert_eq!(ReplayCache::length_of(&memory[..3]), None);
    }

    #[test]
    fn any_bit_of_the_half_that_is_kept_tells_uses_apart() {
        let mut memory = vec![0; words_for(256)];
        let mut cache = cache(&mut memory);
        assert_eq!(note(&mut cache, &single_use([0; 32], NOW + 60), NOW), Ok(()));
        for bit in 0..128 {
            let mut key = [0; 32];
            key[bit / 8] = 1 << (bit % 8);
            // The values are spread over the sets, as hashes are.
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
        // Miri is about a million times slower, so it runs fewer rounds. Every result still occurs
        // in them.
        for _ in 0..under_miri(150, 20_000) {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += i64::from(random >> 61 == 0);
            let name = usize::try_from(random >> 40 & 0xFF).unwrap();
            let until = now + i64::try_from(random >> 33 & 0x0F).unwrap();
            let known = model.get(&name).is_some_and(|until| *until >= now);
            // Half of them are proofs, by four keys.
            let holder = (name % 2 == 0).then_some(u64::try_from(name / 2 % 4).unwrap());
            let used = SingleUse { holder, issued_at: now, ..single_use(hash(name), until) };
            let end = if holder.is_some() { now + 60 } else { until };
            match note(&mut cache, &used, now) {
                Ok(()) => {
                    assert!(!known);
                    model.insert(name, end);
                }
                Err(Reason::ReplayKeyFull) => {
                    let live = model.iter().filter(|(other, until)| {
                        **until >= now && **other % 2 == 0 && **other / 2 % 4 == name / 2 % 4
                    });
                    assert!(live.count() >= 4);
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
