//! Prepared proof keys: precomputed values of the keys of clients, kept from one proof to the next.

mod layout;
mod name;
mod set;

use super::proof::Proof;
use crate::error::{Error, Member, Reason};
use crate::key::Key;
use crate::key::thumbprint::Thumbprint;
use crate::signature;
use crate::signature::precompute::{Precompute, TableSpec};
pub(crate) use layout::HEADER_WORDS;
use layout::Header;
pub use layout::words_for;
use name::Name;
use set::{Prepared, Set};

/// A cache of prepared proof keys, in memory that the caller gives. Proofs of a client that comes
/// again are verified with values that were precomputed for its key.
///
/// ```
/// use keycard::dpop::{ProofKeyCache, ProofRules, words_for};
/// use keycard::{Error, Keys, Policy, Precompute, Time};
///
/// /// For 64 clients, 2 KiB each.
/// const WORDS: usize = words_for(64, Precompute::Bytes2K);
///
/// /// `seed` is random, and made once.
/// fn start(memory: &mut [u64], seed: u64) -> Result<ProofKeyCache<'_>, Error> {
///     ProofKeyCache::new(memory, Precompute::Bytes2K, seed)
/// }
///
/// fn serve(
///     cache: &mut ProofKeyCache<'_>,
///     (token, proof): (&str, &str),
///     keys: Keys<'_>,
///     (policy, rules): (&Policy<'_>, &ProofRules<'_>),
///     now: i64,
/// ) -> Result<(), Error> {
///     let mut scratch = [0; keycard::scratch_size(2048)];
///     let time = Time::At(now);
///     let (_token, _proof) =
///         cache.validate_bound_token(token, proof, keys, policy, rules, time, &mut scratch)?;
///     Ok(())
/// }
/// ```
///
/// **Verdict.** The cache changes the cost of a verdict, never the verdict. Each proof brings its
/// own key. The key passes every check, and its thumbprint is computed, for each proof. Precomputed
/// values are used only if the whole thumbprints are equal. They hold no algorithm and no other
/// property of the key.
///
/// **Memory.** The memory is fixed. An entry takes [`Precompute::bytes`] and 40 bytes. All public
/// keys have precomputed values. Keys whose values are larger than an entry are never kept. A build
/// without the feature `precompute` keeps no key.
///
/// **Admission.** A key is prepared at the second proof of its client, if the access token of the
/// first one was accepted. A stream of new keys therefore costs nothing, and drops no prepared key.
///
/// **Fairness.** The thumbprint and the seed select a set of 16 entries. In a full set, candidates
/// test the entries in turn. An entry with a credit loses it, and the candidate waits; one without
/// is dropped. Each accepted request of a client gives its entry a credit, up to 3. A client loses
/// its entry only if its set sees more than 16 other candidates between two of its requests. Choose
/// the seed at random, so that an attacker cannot search for keys of one set.
///
/// **Work.** A call reads the names of one set. It precomputes at most one key, after a valid
/// proof.
///
/// **Threads.** The cache is behind `&mut`, also during the verification. Give each thread its own
/// cache, or choose one of several caches, each with its own lock. Choose by the header of a proof,
/// which is its part before the first dot: most clients always send the same header. The memory
/// holds no addresses, so processes may share it.
///
/// **Privacy.** The time of a verdict shows whether a key was used here recently.
pub struct ProofKeyCache<'m> {
    memory: &'m mut [u64],
}

impl<'m> ProofKeyCache<'m> {
    /// Makes an empty cache over `memory`. The previous content of the memory does not matter.
    /// [`words_for`] computes the size in words. `precompute` is the size of the precomputed values
    /// of each key. `seed` is a random number that clients do not know.
    ///
    /// # Errors
    ///
    /// [`Reason::PolicyEmpty`] about [`Member::Precompute`] for [`Precompute::None`];
    /// [`Reason::MemoryTooSmall`] with the required size in bytes for one key.
    pub fn new(memory: &'m mut [u64], precompute: Precompute, seed: u64) -> Result<Self, Error> {
        if precompute == Precompute::None {
            return Err(Error::new(Reason::PolicyEmpty).about(Member::Precompute));
        }
        let fewest = words_for(1, precompute);
        if memory.len() < fewest {
            return Err(Error::new(Reason::MemoryTooSmall).needing(fewest.saturating_mul(8)));
        }
        memory.fill(0);
        let header = Header { length: memory.len(), precompute, seed };
        if let Some(place) = memory.first_chunk_mut::<HEADER_WORDS>() {
            *place = header.encode();
        }
        Ok(Self { memory })
    }

    /// Opens the cache that `memory` already holds. This version must have written it, and it must
    /// be unchanged.
    ///
    /// # Errors
    ///
    /// [`Reason::NotAProofKeyCache`].
    pub fn open(memory: &'m mut [u64]) -> Result<Self, Error> {
        let length = memory.len();
        let is_whole = Header::read(memory).is_some_and(|header| header.length == length);
        if !is_whole {
            return Err(Error::new(Reason::NotAProofKeyCache));
        }
        Ok(Self { memory })
    }

    /// Notes that the request with this proof was accepted: the next valid proof of its key
    /// prepares the key.
    pub fn admit(&mut self, proof: &Proof) {
        self.admit_key(proof.key());
    }

    pub(crate) fn admit_key(&mut self, key: &Thumbprint) {
        let name = Name::of(key);
        if let Some((_, mut set)) = self.set(name) {
            set.admit(name);
        }
    }

    /// The size in words of the cache that begins with this header.
    pub(crate) fn length_of(header: &[u64]) -> Option<usize> {
        Header::read(header).map(|header| header.length)
    }

    /// The precomputed values of a key, if the cache has them.
    pub(super) fn find(&mut self, thumbprint: &Thumbprint) -> Option<Prepared<'_>> {
        let name = Name::of(thumbprint);
        let (_, set) = self.set(name)?;
        set.find(name)
    }

    /// Prepares a key after a valid proof, if the cache admitted it and has room for it.
    pub(super) fn prepare(&mut self, key: &Key<'_>, thumbprint: &Thumbprint) {
        let name = Name::of(thumbprint);
        let Some((header, mut set)) = self.set(name) else {
            return;
        };
        let spec = signature::table_spec(&key.material().size(), header.precompute);
        if spec.shape == TableSpec::NOTHING.shape {
            return;
        }
        let Some(way) = set.claim(name) else {
            return;
        };
        let Some(place) = set.place(way, spec) else {
            return;
        };
        if signature::precompute(key.material(), spec.shape, place).is_ok() {
            set.fill(way, name, spec);
        }
    }

    /// The header, and the set for a key.
    fn set(&mut self, name: Name) -> Option<(Header, Set<'_>)> {
        let header = Header::read(self.memory)?;
        let (start, shape) = header.set_of(name);
        let set = self.memory.get_mut(start..)?.get_mut(..shape.set_words())?;
        Some((header, Set::split(set, shape)?))
    }
}

impl core::fmt::Debug for ProofKeyCache<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ProofKeyCache").field("words", &self.memory.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Hash;
    use crate::switches::under_miri;

    /// The smallest entries, because their content does not matter here.
    const SIZE: Precompute = Precompute::Bytes1K;
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    const SPEC: TableSpec = TableSpec { shape: 1, words: 1 };

    /// The thumbprint of some key.
    fn key(number: usize) -> Thumbprint {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(Hash::Sha256.digest(&number.to_le_bytes()).as_bytes());
        Thumbprint::from_bytes(bytes)
    }

    fn memory(entries: usize) -> Vec<u64> {
        vec![0x55; words_for(entries, SIZE)]
    }

    fn cache(memory: &mut [u64]) -> ProofKeyCache<'_> {
        ProofKeyCache::new(memory, SIZE, SEED).unwrap()
    }

    /// An accepted request of the holder of a key, as `validate_bound_token` handles it. Returns
    /// whether the key was prepared.
    fn request(cache: &mut ProofKeyCache<'_>, key: &Thumbprint) -> bool {
        let was_prepared = cache.find(key).is_some();
        let name = Name::of(key);
        if !was_prepared {
            let (_, mut set) = cache.set(name).unwrap();
            if let Some(way) = set.claim(name) {
                set.fill(way, name, SPEC);
            }
        }
        cache.admit_key(key);
        was_prepared
    }

    fn count(of: impl IntoIterator<Item = bool>) -> usize {
        of.into_iter().filter(|it| *it).count()
    }

    #[test]
    fn a_key_is_prepared_at_its_second_accepted_proof() {
        let mut memory = memory(64);
        let mut cache = cache(&mut memory);
        assert!(!request(&mut cache, &key(1)));
        assert!(!request(&mut cache, &key(1)));
        assert!(request(&mut cache, &key(1)) && !request(&mut cache, &key(2)));
    }

    #[test]
    fn keys_that_come_once_leave_the_others_in_place() {
        let mut memory = memory(64);
        let mut cache = cache(&mut memory);
        let clients: Vec<_> = (0..40).map(key).collect();
        for client in clients.iter().chain(&clients) {
            request(&mut cache, client);
        }
        let there = |cache: &mut ProofKeyCache<'_>| {
            count(clients.iter().map(|client| cache.find(client).is_some()))
        };
        assert_eq!(there(&mut cache), clients.len());
        let once = under_miri(300, 100_000);
        for number in 0..once {
            assert!(!request(&mut cache, &key(1000 + number)));
            assert!(
                cache.find(&key(1000 + number)).is_none(),
                "a key that came once costs nothing"
            );
        }
        assert_eq!(there(&mut cache), clients.len());
    }

    #[test]
    fn a_client_that_comes_again_keeps_its_entry_among_others() {
        let mut memory = memory(64);
        let mut cache = cache(&mut memory);
        let client = key(0);
        for _ in 0..4 {
            request(&mut cache, &client);
        }
        // A request of the client, then many of an attacker, whose keys all come twice.
        let rounds = under_miri(2, 2000);
        for round in 0..rounds {
            for number in 0..32 {
                let number = 1 + 32 * round + number;
                request(&mut cache, &key(number));
                request(&mut cache, &key(number));
            }
            assert!(request(&mut cache, &client), "round {round}");
        }
    }

    #[test]
    fn clients_that_are_gone_make_room_for_new_ones() {
        let mut memory = memory(16);
        let mut cache = cache(&mut memory);
        for client in (0..16).map(key) {
            assert!((0..10).fold(false, |_, _| request(&mut cache, &client)));
        }
        let new = key(100);
        let waited = (0..200).take_while(|_| !request(&mut cache, &new)).count();
        // 16 entries with 3 credits each.
        assert!((48..52).contains(&waited), "{waited}");
        assert_eq!(count((0..16).map(|client| cache.find(&key(client)).is_some())), 15);
    }

    #[test]
    fn many_more_clients_than_entries_leave_no_entry_free() {
        let mut memory = memory(16);
        let mut cache = cache(&mut memory);
        let clients: Vec<_> = (0..200).map(key).collect();
        for _ in 0..20 {
            for client in &clients {
                request(&mut cache, client);
            }
        }
        assert_eq!(count(clients.iter().map(|client| cache.find(client).is_some())), 16);
    }

    #[test]
    fn more_clients_than_entries_share_them_without_thrashing() {
        let mut memory = memory(16);
        let mut cache = cache(&mut memory);
        let mut prepared = 0;
        for _ in 0..100 {
            prepared += count((0..20).map(|client| request(&mut cache, &key(client))));
        }
        assert!(prepared >= 98 * 16, "{prepared}");
    }

    #[test]
    fn a_cache_with_one_entry_serves_one_client_at_a_time() {
        let mut memory = memory(1);
        let mut cache = cache(&mut memory);
        let (first, second) = (key(1), key(2));
        assert_eq!(count((0..5).map(|_| request(&mut cache, &first))), 3);
        assert_eq!(count((0..4).map(|_| request(&mut cache, &second))), 0);
        assert_eq!(count((0..5).map(|_| request(&mut cache, &second))), 4);
        assert!(!request(&mut cache, &first) && cache.find(&second).is_some());
    }

    #[test]
    fn an_attempt_needs_an_accepted_request_of_its_own() {
        let mut memory = memory(1);
        let mut cache = cache(&mut memory);
        request(&mut cache, &key(1));
        request(&mut cache, &key(1));
        // One accepted request, then valid proofs with no accepted token.
        let intruder = Name::of(&key(2));
        cache.admit_key(&key(2));
        for _ in 0..100 {
            let (_, mut set) = cache.set(intruder).unwrap();
            assert_eq!(set.claim(intruder), None);
        }
        assert!(cache.find(&key(1)).is_some());
    }

    #[test]
    fn precomputed_values_stay_in_their_entry() {
        let mut memory = memory(2);
        let mut cache = cache(&mut memory);
        let (_, mut set) = cache.set(Name::of(&key(1))).unwrap();
        let all = TableSpec { shape: 1, words: SIZE.bytes() / 8 };
        let more = TableSpec { shape: 1, words: all.words + 1 };
        assert_eq!(set.place(0, all).map(|words| words.len()), Some(all.words));
        assert!(set.place(0, more).is_none());
        // An entry that states more words than it has.
        set.fill(0, Name::of(&key(1)), more);
        assert!(set.find(Name::of(&key(1))).is_none());
    }

    #[test]
    fn any_bit_of_a_thumbprint_tells_keys_apart() {
        let mut memory = memory(1);
        let mut cache = cache(&mut memory);
        let first = key(1);
        request(&mut cache, &first);
        request(&mut cache, &first);
        assert_eq!(cache.find(&first).unwrap().difference, 0);
        for bit in 0..256 {
            let mut bytes = *first.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(cache.find(&Thumbprint::from_bytes(bytes)).is_none(), "bit {bit}");
        }
    }

    #[test]
    fn the_seed_decides_which_keys_share_a_set() {
        let header = |seed| Header { length: words_for(1024, SIZE), precompute: SIZE, seed };
        let set = |header: &Header, key: &Thumbprint| header.set_of(Name::of(key)).0;
        let (first, second) = (header(SEED), header(SEED.rotate_left(17)));
        let chosen = set(&first, &key(0));
        let together: Vec<_> =
            (0..20_000).map(key).filter(|key| set(&first, key) == chosen).collect();
        // 64 sets.
        assert!((200..430).contains(&together.len()), "{}", together.len());
        let mut sets: Vec<_> = together.iter().map(|key| set(&second, key)).collect();
        sets.sort_unstable();
        sets.dedup();
        assert!(sets.len() > 40, "{}", sets.len());
    }

    #[test]
    fn a_cache_holds_as_many_keys_as_its_size_says() {
        for size in [Precompute::Bytes1K, Precompute::Bytes64K] {
            for entries in (1..50).step_by(under_miri(16, 1)) {
                let mut memory = vec![0; words_for(entries, size)];
                let mut cache = ProofKeyCache::new(&mut memory, size, 0).unwrap();
                let whole = if entries < 16 { entries } else { entries.next_multiple_of(16) };
                let keys: Vec<_> = (0..20 * whole).map(key).collect();
                for key in &keys {
                    request(&mut cache, key);
                    request(&mut cache, key);
                }
                assert_eq!(count(keys.iter().map(|key| cache.find(key).is_some())), whole);
            }
        }
        let mut short = vec![0; words_for(1, SIZE) - 1];
        let error = ProofKeyCache::new(&mut short, SIZE, 0).unwrap_err();
        assert_eq!(error.reason(), Reason::MemoryTooSmall);
        assert_eq!(error.needed(), Some(8 * words_for(1, SIZE)));
    }

    #[test]
    fn a_cache_says_how_long_it_is() {
        let mut memory = memory(16);
        assert_eq!(ProofKeyCache::length_of(&memory), None);
        cache(&mut memory);
        assert_eq!(ProofKeyCache::length_of(&memory), Some(memory.len()));
        assert_eq!(ProofKeyCache::length_of(&memory[..3]), None);
    }

    #[test]
    fn damaged_memory_ends_no_call() {
        let mut random = SEED;
        for round in 0..under_miri(4, 2000) {
            let mut memory = memory(1 + round % 20);
            cache(&mut memory);
            for word in &mut memory[HEADER_WORDS..] {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *word = random ^ random >> 32;
            }
            let mut cache = ProofKeyCache::open(&mut memory).unwrap();
            for number in 0..10 {
                let key = key(number);
                request(&mut cache, &key);
                request(&mut cache, &key);
            }
        }
    }
}
