//! Tokens with proofs of their keys: a pair is returned only after its single use was recorded. The
//! pairs are from foreign programs.

#![cfg(all(feature = "dpop", feature = "es256", feature = "more-kinds", feature = "precompute"))]

use keycard::dpop::{self, BoundToken, ProofKeyCache, ProofRules};
use keycard::replay::{Limits, ReplayCache, words_for};
use keycard::{
    Algorithm, Check, Error, KeyTable, Policy, Precompute, Reason, Stage, Time, scratch_size,
};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/pairs.json");
const LIMITS: Limits = Limits { window: 60, leeway: 0, share: 16 };

struct Vectors {
    all: Value,
    now: i64,
    keys: Vec<u64>,
}

impl Vectors {
    fn read() -> Self {
        let all: Value = serde_json::from_str(VECTORS).unwrap();
        let mut keys = vec![0; 64];
        KeyTable::new(&mut keys).unwrap().add_jwks(all["jwks"].to_string()).unwrap();
        Self { now: all["now"].as_i64().unwrap(), all, keys }
    }

    /// The pairs of a kind: the token, and the proof.
    fn pairs(&self, kind: &str) -> Vec<[&str; 2]> {
        let pairs = self.all["pairs"].as_array().unwrap().iter();
        let pairs = pairs.filter(|pair| pair["kind"] == kind);
        pairs.map(|pair| ["token", "proof"].map(|name| pair[name].as_str().unwrap())).collect()
    }
}

fn policy() -> Policy<'static> {
    Policy::access_token("https://as.example", "https://api.example", Algorithm::Es256)
}

fn rules() -> ProofRules<'static> {
    let uri = "https://api.example/orders";
    ProofRules::new("POST", uri, Algorithm::Es256, 60).nonce_not_provided()
}

/// Validates a pair with prepared keys and without, each with a replay cache of its own. Expects
/// the same verdict.
fn validate<'s>(
    vectors: &Vectors,
    [token, proof]: [&str; 2],
    policy: &Policy<'_>,
    rules: &ProofRules<'_>,
    [first, second]: &mut [ReplayCache<'_>; 2],
    now: i64,
    scratch: &'s mut [u8],
) -> Result<BoundToken<'s>, Error> {
    let mut table = vectors.keys.clone();
    let keys = KeyTable::open(&mut table).unwrap();
    let (keys, time) = (keys.view(), Time::At(now));
    let mut memory = vec![0; dpop::words_for(4, Precompute::Bytes1K)];
    let mut prepared = ProofKeyCache::new(&mut memory, Precompute::Bytes1K, 7).unwrap();
    let expected = prepared
        .validate_bound_once(token, proof, keys, policy, rules, second, time, scratch)
        .map(|bound| *bound.proof().replay_key());
    let bound = dpop::validate_bound_once(token, proof, keys, policy, rules, first, time, scratch);
    assert_eq!(expected.as_ref().err(), bound.as_ref().err());
    bound
}

#[test]
fn accepts_pair_once_and_rejects_its_second_use() {
    let vectors = Vectors::read();
    let pairs = vectors.pairs("DPoP");
    assert_eq!(pairs.len(), 2);
    let mut memories = [[0; words_for(16)]; 2];
    let mut caches = memories
        .each_mut()
        .map(|memory| ReplayCache::new(memory, LIMITS, Time::At(vectors.now - 11)).unwrap());
    for pair in pairs {
        let [token, proof] = pair;
        let mut scratch = vec![0x55; scratch_size(token.len().max(proof.len()))];
        let now = vectors.now;
        let bound =
            validate(&vectors, pair, &policy(), &rules(), &mut caches, now, &mut scratch).unwrap();
        assert_eq!(bound.token().claims().string("sub"), Ok("user-1"));
        assert!(bound.token().evidence().passed().contains(Check::DpopKey));
        assert_eq!(bound.proof().issued_at(), now - 10);
        let again = validate(&vectors, pair, &policy(), &rules(), &mut caches, now, &mut scratch);
        let error = again.unwrap_err();
        assert_eq!((error.reason(), error.stage()), (Reason::Replayed, Stage::Replay));
        assert!(scratch.iter().all(|byte| *byte == 0), "a rejected token is left behind");
    }
}

#[test]
fn a_rejected_pair_uses_nothing_up() {
    let vectors = Vectors::read();
    let pairs = vectors.pairs("DPoP");
    let ([token, proof], [_, other]) = (pairs[0], pairs[1]);
    let mut memories = [[0; words_for(16)]; 2];
    let mut caches = memories
        .each_mut()
        .map(|memory| ReplayCache::new(memory, LIMITS, Time::At(vectors.now - 11)).unwrap());
    let mut scratch = vec![0; scratch_size(token.len().max(proof.len()))];
    let now = vectors.now;
    let thumbprint = keycard::Thumbprint::from_bytes([7; 32]);
    let unscoped = policy().require_scope("write");
    let other_key = policy().require_dpop_key(&thumbprint);
    let longer = ProofRules::new("POST", "https://api.example/orders", Algorithm::Es256, 61);
    let longer = longer.nonce_not_provided();
    let with_token = rules().for_access_token(token);
    for (pair, policy, rules, now, reason, stage) in [
        ([token, other], policy(), rules(), now, Reason::WrongHash, Stage::Proof),
        ([token, proof], policy(), rules(), now + 51, Reason::ProofTooOld, Stage::Proof),
        ([token, proof], unscoped, rules(), now, Reason::ScopeMissing, Stage::Claims),
        ([token, proof], policy(), longer, now + 50, Reason::Expired, Stage::Time),
        ([token, proof], policy(), longer, now, Reason::ReplayLimits, Stage::Usage),
        ([token, proof], policy(), with_token, now, Reason::PolicyTwice, Stage::Usage),
        ([token, proof], other_key, rules(), now, Reason::PolicyTwice, Stage::Usage),
    ] {
        let judged = validate(&vectors, pair, &policy, &rules, &mut caches, now, &mut scratch);
        let error = judged.unwrap_err();
        assert_eq!((error.reason(), error.stage()), (reason, stage));
    }
    // `ReplayLimits` above was found after the clock of the cache was read, at the same second.
    let pair = [token, proof];
    let judged = validate(&vectors, pair, &policy(), &rules(), &mut caches, now, &mut scratch);
    assert_eq!(judged.map(|_| ()), Ok(()));
}

fn workload(domain: &str) -> Policy<'_> {
    Policy::workload_identity(domain, None, Algorithm::Es256).without_audience()
}

fn call() -> ProofRules<'static> {
    ProofRules::workload("https://api.example/orders", Algorithm::Es256, 60)
        .for_access_token("access-token")
        .for_transaction_token("transaction-token")
}

#[test]
fn accepts_workload_once_with_proof_of_its_key() {
    let vectors = Vectors::read();
    let now = vectors.now;
    let mut memories = [[0; words_for(16)]; 2];
    let mut caches = memories
        .each_mut()
        .map(|memory| ReplayCache::new(memory, LIMITS, Time::At(now - 60)).unwrap());
    let mut scratch = vec![0; 2 * scratch_size(1000)];
    let (wimse, spiffe) = ("wimse://example.com", "spiffe://example.org");
    let pairs = vectors.pairs("workload");
    let ([token, proof], [_, other]) = (pairs[0], pairs[1]);
    let dpop = vectors.pairs("DPoP")[0];
    let long = ProofRules::workload("https://api.example/orders", Algorithm::Es256, 29)
        .for_access_token("access-token")
        .for_transaction_token("transaction-token");
    for (pair, policy, rules, now, reason, stage) in [
        ([token, other], workload(wimse), call(), now, Reason::SignatureInvalid, Stage::Proof),
        (pairs[0], workload(spiffe), call(), now, Reason::WrongSubject, Stage::Claims),
        (pairs[0], workload(wimse), long, now, Reason::LifetimeTooLong, Stage::Proof),
        (pairs[0], workload(wimse), call(), now + 30, Reason::Expired, Stage::Proof),
        (pairs[0], policy(), rules(), now, Reason::WrongTokenType, Stage::Proof),
        (dpop, workload(wimse), call(), now, Reason::WrongSubject, Stage::Claims),
        ([dpop[0], proof], policy(), call(), now, Reason::PolicyContradiction, Stage::Usage),
    ] {
        let judged = validate(&vectors, pair, &policy, &rules, &mut caches, now, &mut scratch);
        let error = judged.unwrap_err();
        assert_eq!((error.reason(), error.stage()), (reason, stage));
    }
    for (kind, domain) in [("workload", wimse), ("WIT-SVID", spiffe)] {
        let pairs = vectors.pairs(kind);
        assert_eq!(pairs.len(), 2);
        for pair in pairs {
            let policy = workload(domain);
            let mut judge = || {
                validate(&vectors, pair, &policy, &call(), &mut caches, now, &mut scratch)
                    .map(|bound| bound.token().evidence().passed().contains(Check::KeyBinding))
            };
            assert_eq!(judge(), Ok(true));
            let error = judge().unwrap_err();
            assert_eq!((error.reason(), error.stage()), (Reason::Replayed, Stage::Replay));
            assert!(scratch.iter().all(|byte| *byte == 0), "a rejected token is left behind");
        }
    }
}
