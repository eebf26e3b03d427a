//! Batches: each token gets the same verdict as by itself, and the same scratch to the last byte,
//! whatever the other tokens are.

#![cfg(feature = "es256")]

use crate::support::back_end::with_every_back_end;
use crate::support::issuer::{Issuer, encode};
use keycard::{
    Algorithm, BatchEntry, Error, KeyRules, KeyTable, Keys, Policy, Precompute, Reason, Time,
    scratch_size, validate, validate_all,
};
use serde_json::json;

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Rs256,
    Algorithm::Hs256,
    Algorithm::Ed25519,
];

fn built() -> impl Iterator<Item = Algorithm> {
    ALGORITHMS.into_iter().filter(|algorithm| algorithm.is_built())
}

const IDS: [&str; 6] = ["first", "second", "third", "other", "precomputed", "raw"];

/// Issuers with several keys for ES256, and one for each other algorithm.
fn issuers() -> Vec<Issuer> {
    let es256 = IDS.into_iter().map(|id| Issuer::with(Algorithm::Es256, id));
    let others = built().skip(1).map(|algorithm| Issuer::with(algorithm, "first"));
    es256.chain(others).collect()
}

/// A table with the keys of all issuers. The position of a key determines its precomputed tables.
fn table(issuers: &[Issuer], precompute: &[Precompute]) -> Vec<u64> {
    let mut memory = vec![0; 9000 * issuers.len()];
    let mut table = KeyTable::new(&mut memory).unwrap();
    for (issuer, precompute) in issuers.iter().zip(precompute.iter().cycle()) {
        let rules =
            KeyRules::new().only_for(issuer.algorithm()).allow_secrets().precompute(*precompute);
        table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
    }
    memory
}

fn policy(algorithms: &[Algorithm]) -> Policy<'static> {
    Policy::jwt("https://id.example", "api", algorithms)
}

const NOW: Time = Time::At(1000);

fn claims(number: u64, expiry: i64) -> String {
    json!({"iss": "https://id.example", "aud": "api", "exp": expiry, "jti": format!("n{number}"), "a\n": "\u{e9}\t"}).to_string()
}

/// Pseudorandom numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

/// The order of the base point of P-256.
const ORDER: &str = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

fn order() -> Vec<u8> {
    (0..32).map(|at| u8::from_str_radix(&ORDER[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// The same token with another signature.
fn resigned(token: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let decoder = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut signature = base64::Engine::decode(&decoder, signature).unwrap();
    change(&mut signature);
    format!("{signed}.{}", encode(signature))
}

/// Valid tokens, and tokens with every fault before, in and after the signature.
fn tokens(issuers: &[Issuer]) -> Vec<String> {
    let mut tokens = Vec::new();
    for (number, issuer) in (0..).zip(issuers) {
        let right = issuer.token(claims(number, 2000));
        let name = issuer.algorithm().name();
        let header = format!(r#"{{"alg":"{name}"}}"#);
        let length = resigned(&right, |_| {}).len();
        assert_eq!(length, right.len());
        tokens.extend([
            resigned(&right, |signature| signature[0] ^= 1),
            resigned(&right, |signature| *signature.last_mut().unwrap() ^= 1),
            resigned(&right, |signature| signature.fill(0)),
            resigned(&right, |signature| signature.fill(0xFF)),
            resigned(&right, |signature| signature.truncate(31)),
            resigned(&right, |signature| signature.extend([0; 9])),
            issuer.token(claims(number, 999)),
            issuer.token("[]"),
            issuer.token(r#"{"aud":"api","aud":"api"}"#),
            issuer.token(r#"{"iss":"https://id.example","aud":"other","exp":2000}"#),
            // Tokens without a kid, for which all keys are tried.
            issuer.sign(&header, claims(number, 2000)),
            issuer.sign(&format!(r#"{{"alg":"{name}","kid":"nobody"}}"#), claims(number, 2000)),
            issuer.sign(&format!(r#"{{"alg":"{name}","kid":"second"}}"#), claims(number, 2000)),
            issuer.sign(r#"{"alg":"none"}"#, claims(number, 2000)),
            issuer.sign(r#"{"alg":"ES512","kid":"first"}"#, claims(number, 2000)),
            format!("{right}."),
            right[..right.len() - 5].to_owned(),
            format!("{}!", &right[..right.len() - 1]),
        ]);
        if issuer.algorithm() == Algorithm::Es256 {
            for half in [0, 32] {
                tokens.push(resigned(&right, |it| it[half..half + 32].fill(0)));
                tokens.push(resigned(&right, |it| it[half..half + 32].copy_from_slice(&order())));
                tokens.push(resigned(&right, |it| it[half..half + 32].fill(0xFF)));
            }
        }
        // Valid tokens are as frequent as all invalid ones together.
        tokens.extend((0..18).map(|times| issuer.token(claims(number * 100 + times, 2000))));
    }
    tokens.extend(["", ".", "a.b.c", "a.b.c.d.e"].map(str::to_owned));
    tokens.push("a".repeat(17_000));
    tokens
}

type Outcome = (Result<String, Error>, Vec<u8>);

/// The result for a token alone, with a scratch that held other data before.
fn alone(token: &str, length: usize, keys: Keys<'_>, policy: &Policy<'_>) -> Outcome {
    let mut scratch = vec![0xAA; length];
    let verdict = validate(token, keys, policy, NOW, &mut scratch);
    (verdict.map(|token| format!("{token:?}")), scratch)
}

fn together(tokens: &[(&str, usize)], keys: Keys<'_>, policy: &Policy<'_>) -> Vec<Outcome> {
    let mut scratches: Vec<_> = tokens.iter().map(|(_, length)| vec![0xAA; *length]).collect();
    let pairs = tokens.iter().zip(&mut scratches);
    let mut entries: Vec<_> =
        pairs.map(|((token, _), scratch)| BatchEntry::new(*token, scratch)).collect();
    validate_all(&mut entries, keys, policy, NOW);
    let verdict = |entry: &mut BatchEntry<'_>| entry.verdict().map(|token| format!("{token:?}"));
    let verdicts: Vec<_> = entries.iter_mut().map(verdict).collect();
    drop(entries);
    verdicts.into_iter().zip(scratches).collect()
}

fn assert_same(tokens: &[(&str, usize)], keys: Keys<'_>, policy: &Policy<'_>) -> usize {
    let outcomes = together(tokens, keys, policy);
    assert_eq!(outcomes.len(), tokens.len());
    for (place, ((token, length), outcome)) in tokens.iter().zip(&outcomes).enumerate() {
        let alone = alone(token, *length, keys, policy);
        assert!(
            alone == *outcome,
            "{place} of {}: {:?}, alone {:?}: {token}",
            tokens.len(),
            outcome.0,
            alone.0
        );
    }
    outcomes.iter().filter(|(verdict, _)| verdict.is_ok()).count()
}

#[test]
fn each_token_of_any_batch_has_the_verdict_that_it_has_alone() {
    let issuers = issuers();
    let all = tokens(&issuers);
    let algorithms: Vec<_> = built().filter(|algorithm| *algorithm != Algorithm::Es512).collect();
    let policy = policy(&algorithms);
    let precomputations: [&[Precompute]; 4] = [
        &[Precompute::Bytes64K],
        &[Precompute::Bytes8K],
        &[Precompute::None],
        &[Precompute::Bytes8K, Precompute::Bytes2K, Precompute::None, Precompute::Bytes64K],
    ];
    let memories = precomputations.map(|precompute| table(&issuers, precompute));
    with_every_back_end(|| {
        let mut numbers = Numbers(0x5EED);
        let mut accepted = 0;
        for memory in &memories {
            let keys = Keys::open(memory).unwrap();
            for size in [0, 1, 2, 5, 7, 8, 9, 15, 16, 17, 64] {
                let batch: Vec<(&str, usize)> = (0..size)
                    .map(|_| {
                        let token = &all[numbers.below(all.len())];
                        let enough = scratch_size(token.len());
                        // The scratch is sometimes too small and sometimes larger than necessary.
                        let length = match numbers.below(20) {
                            0 => numbers.below(enough + 1),
                            1 => enough + numbers.below(100),
                            _ => enough,
                        };
                        (token.as_str(), length)
                    })
                    .collect();
                accepted += assert_same(&batch, keys, &policy);
            }
        }
        assert!(accepted > 100, "{accepted}");
    });
}

/// A change of a signature.
type Fault = Box<dyn Fn(&mut Vec<u8>)>;

#[test]
fn rejects_only_the_token_with_the_wrong_signature() {
    let issuers = &issuers()[..3];
    let policy = policy(&[Algorithm::Es256]);
    let right: Vec<_> =
        (0..64).map(|at| issuers[at as usize % 3].token(claims(at, 2000))).collect();
    let half = |from: usize, bytes: Vec<u8>| {
        move |signature: &mut Vec<u8>| signature[from..from + 32].copy_from_slice(&bytes)
    };
    let flip = |at: usize| move |signature: &mut Vec<u8>| signature[at] ^= 1;
    let faults: [Fault; 6] = [
        Box::new(flip(31)),
        Box::new(flip(63)),
        Box::new(half(32, vec![0; 32])),
        Box::new(half(0, vec![0; 32])),
        Box::new(half(32, order())),
        Box::new(half(32, vec![0xFF; 32])),
    ];
    let memories =
        [Precompute::Bytes64K, Precompute::Bytes1K].map(|precompute| table(issuers, &[precompute]));
    with_every_back_end(|| {
        for memory in &memories {
            let keys = Keys::open(memory).unwrap();
            for size in [1, 7, 8, 9, 64] {
                for place in (0..size).filter(|place| size < 64 || place % 5 == 3) {
                    for fault in &faults[..if size < 9 { 6 } else { 2 }] {
                        let mut tokens = right[..size].to_vec();
                        tokens[place] = resigned(&tokens[place], fault);
                        let sized: Vec<_> = tokens
                            .iter()
                            .map(|token| (token.as_str(), scratch_size(token.len())))
                            .collect();
                        let outcomes = together(&sized, keys, &policy);
                        for (index, (verdict, _)) in outcomes.iter().enumerate() {
                            let rejection = verdict.as_ref().err().map(Error::reason);
                            let expected = (index == place).then_some(Reason::SignatureInvalid);
                            assert_eq!(rejection, expected, "{index} of {size}, wrong is {place}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn the_same_token_many_times_is_accepted_each_time() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let memory = table(std::slice::from_ref(&issuer), &[Precompute::Bytes16K]);
    let token = issuer.token(claims(0, 2000));
    let batch = [(token.as_str(), scratch_size(token.len())); 64];
    with_every_back_end(|| {
        let keys = Keys::open(&memory).unwrap();
        assert_eq!(assert_same(&batch, keys, &policy(&[Algorithm::Es256])), 64);
    });
}

#[test]
fn more_candidates_than_are_tried_reject_in_a_batch_too() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let issuers = names.map(|id| Issuer::with(Algorithm::Es256, id));
    let header = r#"{"alg":"ES256"}"#;
    for count in [8, 9] {
        let memory = table(&issuers[..count], &[Precompute::Bytes2K]);
        let tokens = issuers.each_ref().map(|issuer| issuer.sign(header, claims(1, 2000)));
        let sized = tokens.each_ref().map(|token| (token.as_str(), scratch_size(token.len())));
        with_every_back_end(|| {
            let keys = Keys::open(&memory).unwrap();
            let accepted = assert_same(&sized, keys, &policy(&[Algorithm::Es256]));
            assert_eq!(accepted, if count == 8 { 8 } else { 0 });
        });
    }
}

#[test]
fn rejects_all_by_empty_policy_or_table_without_keys() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let memory = table(std::slice::from_ref(&issuer), &[Precompute::Bytes8K]);
    let keys = Keys::open(&memory).unwrap();
    let token = issuer.token(claims(0, 2000));
    let batch = [(token.as_str(), scratch_size(token.len())); 9];
    assert_eq!(assert_same(&batch, keys, &Policy::jwt("", "api", Algorithm::Es256)), 0);
    assert_eq!(assert_same(&batch, keys, &policy(&[])), 0);
    let mut empty = [0; 6];
    let empty = KeyTable::new(&mut empty).unwrap();
    assert_eq!(assert_same(&batch, empty.view(), &policy(&[Algorithm::Es256])), 0);
}

#[test]
fn rejects_entry_that_was_not_validated_as_stale() {
    let mut scratch = [0; 10];
    let mut entry = BatchEntry::new("a.b.c", &mut scratch);
    assert_eq!(entry.verdict().map(|_| ()).unwrap_err().reason(), Reason::Stale);
    assert!(!format!("{entry:?}").contains("a.b.c"));
}
