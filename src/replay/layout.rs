//! The memory of a replay cache: a header of 6 words, then entries of 3 words.

use super::single_use::SingleUse;

/// "replay" and the version of the layout, as the bytes of a little-endian word.
const MAGIC: u64 = u64::from_le_bytes(*b"replay\0\x02");

/// The number of words before the entries. They hold the magic number, the length of the cache, the
/// longest window and leeway, the share of a key with the state of the clock, the start, and the
/// latest time.
pub(crate) const HEADER_WORDS: usize = 6;

/// The number of words of an entry: two identify the use, one holds the time at which it expires.
pub(super) const ENTRY_WORDS: usize = 3;

/// The number of entries in one set.
pub(super) const SET: usize = 16;

/// The number of 64-bit words of a cache with this many entries. 16 or more entries are rounded up
/// to whole sets of 16.
///
/// Allow for a quarter more entries than there are uses at any time.
pub const fn words_for(entries: usize) -> usize {
    let sets = entries.saturating_add(SET - 1) / SET;
    let entries = if entries < SET { entries } else { sets.saturating_mul(SET) };
    entries.saturating_mul(ENTRY_WORDS).saturating_add(HEADER_WORDS)
}

#[derive(Clone, Copy)]
pub(super) struct CacheHeader {
    /// The length of the whole cache, in words.
    pub(super) length: usize,
    /// The longest window of a proof, in seconds.
    pub(super) window: u32,
    /// The longest leeway, in seconds.
    pub(super) leeway: u32,
    /// The sixteenths of the cache that one key may fill.
    pub(super) share: u8,
    /// True after a step of the clock, or once the cache has run longer than it remembers a proof.
    /// Later gaps are then not taken as steps.
    pub(super) is_settled: bool,
    /// True if a token came after a step of the clock, and no proof has come since.
    pub(super) has_stepped: bool,
    pub(super) started: i64,
    pub(super) latest: i64,
}

impl CacheHeader {
    pub(super) fn read(memory: &[u64]) -> Option<Self> {
        let [magic, length, longest, state, started, latest] =
            *memory.first_chunk::<HEADER_WORDS>()?;
        let [w0, w1, w2, w3, l0, l1, l2, l3] = longest.to_le_bytes();
        let [share, is_settled, has_stepped, ..] = state.to_le_bytes();
        (magic == MAGIC).then_some(Self {
            length: usize::try_from(length).ok()?,
            window: u32::from_le_bytes([w0, w1, w2, w3]),
            leeway: u32::from_le_bytes([l0, l1, l2, l3]),
            share,
            is_settled: is_settled != 0,
            has_stepped: has_stepped != 0,
            started: started.cast_signed(),
            latest: latest.cast_signed(),
        })
    }

    pub(super) fn encode(&self) -> [u64; HEADER_WORDS] {
        let length = u64::try_from(self.length).unwrap_or(0);
        let longest = u64::from(self.leeway) << 32 | u64::from(self.window);
        let (is_settled, has_stepped) = (self.is_settled.into(), self.has_stepped.into());
        let state = u64::from_le_bytes([self.share, is_settled, has_stepped, 0, 0, 0, 0, 0]);
        let (started, latest) = (self.started.cast_unsigned(), self.latest.cast_unsigned());
        [MAGIC, length, longest, state, started, latest]
    }

    /// The seconds from the `iat` of a proof until its entry expires.
    pub(super) fn memory(&self) -> i64 {
        i64::from(self.window).saturating_add(self.leeway.into())
    }

    /// The check of a proof calls this function. It starts the cache again and returns true if the
    /// clock was stepped since the latest call, or if a token recorded a step since the latest
    /// proof.
    ///
    /// If a clock is behind at the start and is then set, a proof from before the start could be
    /// used again. So the first gap that is longer than an entry lives counts as a step.
    pub(super) fn settle(&mut self, now: i64) -> bool {
        self.note_step(now);
        let is_step = core::mem::take(&mut self.has_stepped);
        if is_step {
            (self.started, self.latest) = (now, now);
        }
        self.is_settled |= is_step || now.saturating_sub(self.started) > self.memory();
        is_step
    }

    /// Records a step of the clock since the latest call. Tokens are accepted despite the step, but
    /// the next proof must be rejected.
    pub(super) fn note_step(&mut self, now: i64) {
        self.has_stepped |= !self.is_settled && now.saturating_sub(self.latest) > self.memory();
    }

    /// The last second at which the entry of a use is needed: until then, a caller within the
    /// limits of the cache could accept the use again. `None` if the check of this use could accept
    /// it even later.
    pub(super) fn end_of(&self, single_use: &SingleUse) -> Option<i64> {
        let more_leeway = self.leeway.checked_sub(single_use.leeway)?;
        let end = match single_use.holder {
            Some(_) => single_use.issued_at.saturating_add(self.memory()),
            None => single_use.until.saturating_add(more_leeway.into()),
        };
        (single_use.until <= end).then_some(end)
    }
}

pub(super) struct CacheEntry {
    /// Identifies the use. For a proof: the holder and one word of the hash. For a token: two words
    /// of the hash.
    name: [u64; 2],
    /// The last second at which the entry is in use.
    until: i64,
}

impl CacheEntry {
    pub(super) const FREE: Self = Self { name: [0; 2], until: i64::MIN };

    pub(super) fn of(single_use: &SingleUse, until: i64) -> Self {
        let [first, second, ..] = single_use.words();
        let name = match single_use.holder {
            Some(holder) => [holder, first],
            None => [first, second],
        };
        Self { name, until }
    }

    pub(super) fn read(words: &[u64; ENTRY_WORDS]) -> Self {
        let [first, second, until] = *words;
        Self { name: [first, second], until: until.cast_signed() }
    }

    pub(super) fn write(&self, words: &mut [u64; ENTRY_WORDS]) {
        let [first, second] = self.name;
        *words = [first, second, self.until.cast_unsigned()];
    }

    pub(super) fn is_free(&self, now: i64) -> bool {
        self.until < now
    }

    pub(super) fn is_same_use(&self, other: &Self) -> bool {
        self.name == other.name
    }

    pub(super) fn is_by(&self, holder: u64) -> bool {
        let [by, _] = self.name;
        by == holder
    }
}
