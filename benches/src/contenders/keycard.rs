//! keycard.

use crate::contender::{Contender, Run};
use crate::inputs::{AUDIENCE, ISSUER, Pair};
use crate::issuer::{Issuer, Numbers, PublicKey};
use crate::setting::Clock;
use keycard::{
    Algorithm, BatchEntry, Claims, Error, Key, KeyKind, KeyRules, KeyTable, Keys, Policy,
    Precompute, RawKey, Time, pkce,
};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The precomputed shapes for a key of this kind: the name and the rules of each.
pub fn precomputations(key: &PublicKey) -> Vec<(String, KeyRules<'static>)> {
    let mut found = Vec::new();
    let mut last = 0;
    for precompute in Precompute::ALL {
        let rules = KeyRules::new().precompute(*precompute);
        let needed = bytes_of_table(&rules, key);
        // A size that needs no more memory than the previous one has the same shape.
        if needed > last {
            let name = match precompute.bytes() {
                0 => "none".to_owned(),
                bytes => format!("{}KB", bytes / 1024),
            };
            found.push((name, rules));
        }
        last = needed;
    }
    found
}

/// The contenders that measure the result of `run`: with portable code, and with the back end if
/// the processor has one for such precomputed keys.
pub fn contenders<R: Run + 'static>(
    algorithm: Algorithm,
    variant: &str,
    run: impl Fn() -> R,
) -> Vec<Contender> {
    // A key without tables uses lanes, and one with at least eight tables: 1 KB has fewer.
    match algorithm.key_kind() {
        KeyKind::Rsa => with_and_without(variant, run),
        KeyKind::P256 if variant != "1KB" => with_and_without(variant, run),
        _ => vec![Contender::own(variant, on_back_end(false, run()))],
    }
}

/// The contenders that measure the result of `run`: with portable code, and with the back end if
/// the processor has one.
pub fn with_and_without<R: Run + 'static>(variant: &str, run: impl Fn() -> R) -> Vec<Contender> {
    let mut contenders = vec![Contender::own(variant, on_back_end(false, run()))];
    if allow_back_end(true) {
        let name = format!("{variant} accelerated");
        contenders.push(Contender::own(name.trim_start(), on_back_end(true, run())));
    }
    contenders
}

/// The same run, with or without the back end.
fn on_back_end<R: Run>(allowed: bool, run: R) -> OnBackEnd<R> {
    OnBackEnd { allowed, run }
}

struct OnBackEnd<R> {
    allowed: bool,
    run: R,
}

impl<R: Run> Run for OnBackEnd<R> {
    fn accepts(&mut self, input: usize) -> bool {
        allow_back_end(self.allowed);
        self.run.accepts(input)
    }

    fn time(&mut self, first: usize, count: usize, rotation: usize) -> Duration {
        allow_back_end(self.allowed);
        self.run.time(first, count, rotation)
    }
}

#[cfg(feature = "accelerated")]
fn allow_back_end(allowed: bool) -> bool {
    keycard::cpu::allow(allowed)
}

#[cfg(not(feature = "accelerated"))]
fn allow_back_end(_: bool) -> bool {
    false
}

/// The size of a table with this key.
fn bytes_of_table(rules: &KeyRules<'_>, key: &PublicKey) -> usize {
    let mut memory = vec![0; HEADER_WORDS];
    let mut table = KeyTable::new(&mut memory).expect("an empty table");
    let rejection = add(&mut table, rules, key.algorithm, &key.numbers).unwrap_err();
    rejection.needed().expect("the table is too small")
}

/// The number of words of a table without keys.
const HEADER_WORDS: usize = 6;

/// The maximum number of words for a table with one key, with any precomputed shape.
const MOST_WORDS: usize = 9 * 1024;

/// The maximum number of words for a table with one key, without precomputation.
pub const FEW_WORDS: usize = 160;

/// The same for ML-DSA, whose keys have up to 2592 bytes.
pub const ML_DSA_WORDS: usize = 400;

/// Adds the key to a table.
fn add(
    table: &mut KeyTable<'_>,
    rules: &KeyRules<'_>,
    algorithm: Algorithm,
    numbers: &Numbers,
) -> Result<(), Error> {
    let raw = match numbers {
        Numbers::Point { x, y } => {
            let curve = match algorithm {
                Algorithm::Es384 => KeyKind::P384,
                Algorithm::Es512 => KeyKind::P521,
                Algorithm::Es256K => KeyKind::Secp256k1,
                _ => KeyKind::P256,
            };
            RawKey::Point { curve, x, y }
        }
        Numbers::Rsa { modulus, exponent } => RawKey::Rsa { modulus, exponent },
        Numbers::Secret(secret) => RawKey::Secret(secret),
        Numbers::Ed25519(bytes) => RawKey::Ed25519(bytes),
        Numbers::MlDsa(bytes) => RawKey::MlDsa(algorithm, bytes),
    };
    table.add_raw(&rules.only_for(algorithm), &raw)
}

/// A table with the key, for as long as the program runs.
fn keys(rules: &KeyRules<'_>, key: &PublicKey) -> Keys<'static> {
    let memory = vec![0; MOST_WORDS].leak();
    let mut table = KeyTable::new(memory).expect("there is space");
    add(&mut table, rules, key.algorithm, &key.numbers).expect("the key is taken");
    Keys::open(memory).expect("it is a table")
}

/// Verifies signatures with a key of a table.
pub struct Precomputed {
    key: Key<'static>,
    algorithm: Algorithm,
}

impl Precomputed {
    pub fn new(rules: &KeyRules<'_>, key: &PublicKey) -> Self {
        let only = keys(rules, key).iter().next().expect("one key");
        Self { key: only, algorithm: key.algorithm }
    }

    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify(self.algorithm, message, signature).is_ok()
    }
}

/// Adds the key to an empty table of `WORDS` words, and verifies one signature with it.
pub fn parse_and_verify<const WORDS: usize>(
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let mut memory = [0; WORDS];
    let Ok(mut table) = KeyTable::new(&mut memory) else { return false };
    add(&mut table, &KeyRules::new(), key.algorithm, &key.numbers).is_ok()
        && table.view().verify(key.algorithm, message, signature).is_ok()
}

/// Adds points of P-256 to an empty table, with the precomputation of the rules.
pub struct Precomputation {
    rules: KeyRules<'static>,
    memory: Vec<u64>,
}

impl Precomputation {
    pub fn new(rules: KeyRules<'static>) -> Self {
        Self { rules, memory: vec![0; MOST_WORDS] }
    }

    pub fn precompute(&mut self, numbers: &Numbers) -> bool {
        let Ok(mut table) = KeyTable::new(&mut self.memory) else { return false };
        add(&mut table, &self.rules, Algorithm::Es256, numbers).is_ok()
    }
}

/// Validates tokens with a key of a table and a reused scratch, like a server.
pub struct Tokens {
    keys: Keys<'static>,
    policy: Policy<'static>,
    clock: Clock,
    scratch: Vec<u8>,
}

impl Tokens {
    pub fn new(rules: &KeyRules<'_>, key: &PublicKey, clock: Clock) -> Self {
        Self {
            keys: keys(rules, key),
            policy: Policy::jwt(ISSUER, AUDIENCE, key.algorithm),
            clock,
            scratch: vec![0; keycard::scratch_size(1024)],
        }
    }

    pub fn validate(&mut self, token: &str) -> bool {
        let time = Time::At(self.clock.now());
        keycard::validate(token, self.keys, &self.policy, time, &mut self.scratch).is_ok()
    }
}

/// The claims of accepted tokens with these payloads, for as long as the program runs.
pub fn accepted(clock: Clock, payloads: &[String]) -> Vec<Claims<'static>> {
    let issuer = Issuer::new(Algorithm::Hs256, 0);
    let Tokens { keys, policy, .. } = Tokens::new(&KeyRules::new(), &issuer.public_key(), clock);
    let claims = |payload: &String| {
        let token = issuer.token(r#"{"alg":"HS256"}"#, payload).leak();
        let scratch = vec![0; keycard::scratch_size(token.len())].leak();
        let token = keycard::validate(token, keys, &policy, Time::At(clock.now()), scratch);
        token.expect("the token is accepted").claims()
    };
    payloads.iter().map(claims).collect()
}

/// Tokens of a batch.
pub const BATCH: usize = 64;

/// Validates the same tokens in batches, each token in its own scratch.
pub struct Batches {
    alone: Tokens,
    tokens: Rc<Vec<String>>,
}

impl Batches {
    pub fn new(
        rules: &KeyRules<'_>,
        key: &PublicKey,
        tokens: Rc<Vec<String>>,
        clock: Clock,
    ) -> Self {
        let mut alone = Tokens::new(rules, key, clock);
        alone.scratch = vec![0; BATCH * keycard::scratch_size(1024)];
        Self { alone, tokens }
    }

    /// Validates the tokens at these positions together, and returns which of them are accepted.
    fn validate(&mut self, mut places: impl Iterator<Item = usize>) -> [bool; BATCH] {
        let Tokens { keys, policy, clock, scratch } = &mut self.alone;
        let time = Time::At(clock.now());
        let mut scratches = scratch.chunks_mut(keycard::scratch_size(1024));
        let mut entries = [(); BATCH].map(|()| {
            let token = &self.tokens[places.next().expect("as many as a batch has")];
            BatchEntry::new(token, scratches.next().expect("space for a batch"))
        });
        keycard::validate_all(&mut entries, *keys, policy, time);
        entries.each_mut().map(|entry| entry.verdict().is_ok())
    }
}

impl Run for Batches {
    /// Puts the input into a batch of valid inputs, at each position in turn.
    fn accepts(&mut self, input: usize) -> bool {
        let rotation = self.tokens.len() / 2;
        let at = input % BATCH;
        let place = |index: usize| if index == at { input } else { index % rotation };
        let accepted = self.validate((0..BATCH).map(place));
        let others = accepted.iter().enumerate().filter(|(index, _)| *index != at);
        assert!(
            others.into_iter().all(|(_, accepted)| *accepted),
            "a neighbour of {input} is rejected"
        );
        accepted[at]
    }

    fn time(&mut self, first: usize, count: usize, rotation: usize) -> Duration {
        let batches = count.div_ceil(BATCH);
        let mut places = (first % rotation..rotation).chain((0..rotation).cycle());
        let begin = Instant::now();
        for _ in 0..batches {
            std::hint::black_box(self.validate(places.by_ref().take(BATCH)));
        }
        begin.elapsed().mul_f64(count as f64 / (batches * BATCH) as f64)
    }
}

/// Loads a key set into an empty table, and checks that it has `count` keys.
pub fn load(memory: &mut [u64], jwks: &str, count: usize) -> bool {
    let Ok(mut table) = KeyTable::new(memory) else { return false };
    table.add_jwks(jwks).is_ok() && table.view().len() == count
}

pub fn verify_pkce(pair: &Pair) -> bool {
    let stored = pkce::Stored::new(&pair.challenge, Some("S256"));
    let verifier = Some(pair.verifier.as_bytes());
    pkce::verify(Some(stored), verifier, pkce::Rules::new()) == Ok(pkce::Outcome::Verified)
}
