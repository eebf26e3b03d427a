//! Prepared keys of DPoP proofs: the cache changes the cost of a verdict, and nothing else.

#![cfg(all(feature = "dpop", feature = "es256"))]

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{self, AUDIENCE, ISSUER, NOW};
use keycard::dpop::{self, Proof, ProofKeyCache, ProofRules, words_for};
use keycard::{
    Algorithm, Error, KeyKind, Member, Policy, Precompute, Reason, Stage, Thumbprint, Time,
    scratch_size,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const URI: &str = "https://api.example/orders";
const SEED: u64 = 0x2545_F491_4F6C_DD1D;
const SIZE: Precompute = Precompute::Bytes2K;

fn cache(memory: &mut [u64]) -> ProofKeyCache<'_> {
    ProofKeyCache::new(memory, SIZE, SEED).unwrap()
}

fn rules(algorithm: Algorithm) -> ProofRules<'static> {
    let rules = ProofRules::new("POST", URI, algorithm, 60);
    rules.without_access_token().nonce_not_provided()
}

fn header(signer: &Issuer, jwk: &Value) -> String {
    json!({"typ": "dpop+jwt", "alg": signer.algorithm().name(), "jwk": jwk}).to_string()
}

fn claims(token_id: &str) -> String {
    json!({"jti": token_id, "htm": "POST", "htu": URI, "iat": NOW}).to_string()
}

/// A proof of the client.
fn proof(client: &Issuer, token_id: &str) -> String {
    client.sign(&header(client, &client.jwk()), claims(token_id))
}

fn validate(
    cache: &mut ProofKeyCache<'_>,
    algorithm: Algorithm,
    proof: &str,
) -> Result<Proof, Error> {
    let mut scratch = vec![0x55; scratch_size(proof.len())];
    let judged = cache.validate(proof, &rules(algorithm), Time::At(NOW), &mut scratch);
    assert!(scratch.iter().all(|byte| *byte == 0), "the proof is left behind");
    judged
}

/// Has the key of the client prepared, by two accepted proofs.
fn prepare(cache: &mut ProofKeyCache<'_>, client: &Issuer) {
    for token_id in ["first", "second"] {
        let judged = validate(cache, client.algorithm(), &proof(client, token_id));
        cache.admit(&judged.unwrap());
    }
}

fn thumbprint(of: &Issuer) -> Thumbprint {
    let mut memory = [0; 384];
    of.keys(&mut memory).view().iter().next().unwrap().thumbprint()
}

/// Tells if an entry of the cache has the name of this key.
fn is_prepared(memory: &[u64], of: &Issuer) -> bool {
    let bytes: Vec<u8> = memory.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.windows(32).any(|window| window == thumbprint(of).as_bytes())
}

fn clients() -> impl Iterator<Item = Issuer> {
    let built = Algorithm::ALL.iter().copied().filter(|it| it.is_built());
    let asymmetric = built.filter(|it| it.key_kind() != KeyKind::Secret);
    asymmetric.map(|algorithm| Issuer::with(algorithm, "second"))
}

#[test]
fn keys_with_precomputed_values_are_prepared_at_their_second_proof() {
    for client in clients() {
        let mut memory = vec![0; words_for(4, SIZE)];
        let judged = validate(&mut cache(&mut memory), client.algorithm(), &proof(&client, "1"));
        let first = judged.unwrap();
        assert!(!is_prepared(&memory, &client));
        let mut cache = ProofKeyCache::open(&mut memory).unwrap();
        cache.admit(&first);
        assert!(validate(&mut cache, client.algorithm(), &proof(&client, "2")).is_ok());
        let kind = client.algorithm().key_kind();
        let ml_dsa = [KeyKind::MlDsa44, KeyKind::MlDsa65, KeyKind::MlDsa87];
        let expected = !ml_dsa.contains(&kind) && cfg!(feature = "precompute");
        assert_eq!(is_prepared(&memory, &client), expected, "{}", client.algorithm());
    }
}

#[test]
fn accepts_and_rejects_the_same_with_prepared_key() {
    for client in clients() {
        let algorithm = client.algorithm();
        for size in [Precompute::Bytes1K, Precompute::Bytes2K, Precompute::Bytes64K] {
            let mut memory = vec![0; words_for(2, size)];
            let mut cache = ProofKeyCache::new(&mut memory, size, SEED).unwrap();
            prepare(&mut cache, &client);
            let whole = proof(&client, "third");
            let prepared = validate(&mut cache, algorithm, &whole).unwrap();
            let mut scratch = vec![0; scratch_size(whole.len())];
            let plain = dpop::validate(&whole, &rules(algorithm), Time::At(NOW), &mut scratch);
            let plain = plain.unwrap();
            assert_eq!(prepared.key(), plain.key());
            assert_eq!(prepared.algorithm(), plain.algorithm());
            assert_eq!(prepared.replay_key(), plain.replay_key());
            for at in (0..whole.len()).rev().step_by(97) {
                let mut broken = whole.clone().into_bytes();
                broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
                let broken = String::from_utf8(broken).unwrap();
                let plain = dpop::validate(&broken, &rules(algorithm), Time::At(NOW), &mut scratch);
                let prepared = validate(&mut cache, algorithm, &broken);
                let reason = |judged: Result<Proof, Error>| judged.err().map(|it| it.reason());
                assert_eq!(reason(prepared), reason(plain), "{algorithm} byte {at}");
            }
        }
    }
}

#[test]
fn rejects_signature_of_prepared_key_under_another_key() {
    for client in clients() {
        let algorithm = client.algorithm();
        let other = Issuer::with(algorithm, "first");
        let mut memory = vec![0; words_for(4, SIZE)];
        let mut cache = cache(&mut memory);
        prepare(&mut cache, &client);
        let mut rejected = |signer: &Issuer, jwk: &Issuer| {
            let forged = signer.sign(&header(signer, &jwk.jwk()), claims("forged"));
            validate(&mut cache, algorithm, &forged).unwrap_err().reason()
        };
        // Signed by the holder of the prepared key with the JWK of another, and the reverse. RSA
        // keys also differ in length.
        for (signer, jwk) in [(&client, &other), (&other, &client)] {
            let reason = rejected(signer, jwk);
            let is_expected = [Reason::SignatureInvalid, Reason::SignatureLength].contains(&reason);
            assert!(is_expected, "{algorithm} {reason:?}");
        }
        prepare(&mut cache, &other);
        assert!(validate(&mut cache, algorithm, &proof(&client, "a")).is_ok());
        assert!(validate(&mut cache, algorithm, &proof(&other, "b")).is_ok());
    }
}

#[test]
fn rejects_jwk_of_prepared_key_that_may_not_verify() {
    let client = Issuer::with(Algorithm::Es256, "second");
    let mut memory = vec![0; words_for(4, SIZE)];
    let mut cache = cache(&mut memory);
    prepare(&mut cache, &client);
    for (name, value, reason) in [
        ("use", json!("enc"), Reason::KeyNotForVerification),
        ("alg", json!("ES384"), Reason::KeyContradiction),
        ("key_ops", json!(["sign"]), Reason::KeyNotForVerification),
        ("d", json!("AA"), Reason::KeyPrivate),
        ("exp", json!(NOW + 10), Reason::KeyUnsupported),
    ] {
        let mut jwk = client.jwk();
        jwk[name] = value;
        let proof = client.sign(&header(&client, &jwk), claims("third"));
        let error = validate(&mut cache, Algorithm::Es256, &proof).unwrap_err();
        assert_eq!((error.reason(), error.stage()), (reason, Stage::Proof), "{name}");
    }
}

#[test]
#[cfg(feature = "precompute")]
fn keys_without_accepted_requests_stay_out() {
    let client = Issuer::with(Algorithm::Es256, "second");
    let mut memory = vec![0; words_for(4, SIZE)];
    let mut cache = cache(&mut memory);
    for number in 0..20 {
        assert!(
            validate(&mut cache, Algorithm::Es256, &proof(&client, &number.to_string())).is_ok()
        );
    }
    assert!(!is_prepared(&memory, &client));
    // A forged proof does not prepare the key of an admitted one.
    let mut cache = ProofKeyCache::open(&mut memory).unwrap();
    let admitted = validate(&mut cache, Algorithm::Es256, &proof(&client, "a"));
    cache.admit(&admitted.unwrap());
    let other = Issuer::with(Algorithm::Es256, "first");
    let forged = other.sign(&header(&other, &client.jwk()), claims("b"));
    assert!(validate(&mut cache, Algorithm::Es256, &forged).is_err());
    let late = client.sign(
        &header(&client, &client.jwk()),
        json!({"jti": "c", "htm": "POST", "htu": URI, "iat": NOW - 61}).to_string(),
    );
    assert!(validate(&mut cache, Algorithm::Es256, &late).is_err());
    assert!(!is_prepared(&memory, &client));
    let mut cache = ProofKeyCache::open(&mut memory).unwrap();
    assert!(validate(&mut cache, Algorithm::Es256, &proof(&client, "d")).is_ok());
    assert!(is_prepared(&memory, &client));
}

#[test]
fn a_bound_token_admits_the_key_of_its_proof() {
    let (issuer, client) = (Issuer::new(), Issuer::with(Algorithm::Es256, "second"));
    let mut key_memory = [0; 384];
    let keys = issuer.keys(&mut key_memory);
    let policy = Policy::access_token(ISSUER, AUDIENCE, [issuer.algorithm()]);
    let rules = ProofRules::new("POST", URI, Algorithm::Es256, 60).nonce_not_provided();
    let mut memory = vec![0; words_for(4, SIZE)];
    let mut cache = cache(&mut memory);
    let mut judge = |of: &Issuer, token_id: &str| {
        let confirmation = json!({"jkt": thumbprint(of).to_text().as_str()});
        let token = verdict::claims(json!({"scope": "x", "cnf": confirmation}));
        let token = issuer.token(token);
        let ath = encode(Sha256::digest(&token));
        let claims =
            json!({"jti": token_id, "htm": "POST", "htu": URI, "iat": NOW, "ath": ath}).to_string();
        let proof = client.sign(&header(&client, &client.jwk()), claims);
        let mut scratch = vec![0; scratch_size(token.len().max(proof.len()))];
        let time = Time::At(NOW);
        let judged = cache.validate_bound_token(
            &token,
            &proof,
            keys.view(),
            &policy,
            &rules,
            time,
            &mut scratch,
        );
        judged.map(|(token, proof)| {
            assert_eq!(token.claims().string("sub"), Ok("00u1"));
            *proof.key()
        })
    };
    let other = Issuer::with(Algorithm::Es256, "first");
    for token_id in ["1", "2", "3"] {
        let error = judge(&other, token_id).unwrap_err();
        assert_eq!(error.reason(), Reason::WrongConfirmation);
    }
    assert_eq!(judge(&client, "4").unwrap(), thumbprint(&client));
    assert!(judge(&client, "5").is_ok() && judge(&client, "6").is_ok());
    assert_eq!(is_prepared(&memory, &client), cfg!(feature = "precompute"));
}

#[test]
fn a_cache_has_the_size_that_its_documentation_states() {
    let sizes = [1, 15, 16, 17].map(|entries| words_for(entries, Precompute::Bytes1K));
    assert_eq!(
        sizes,
        [4 + 66 + 133, 4 + 66 + 15 * 133, 4 + 66 + 16 * 133, 4 + 2 * (66 + 16 * 133)]
    );
    let mut memory = [0; 64];
    let made =
        |memory: &mut [u64], size| ProofKeyCache::new(memory, size, 0).map(|_| ()).unwrap_err();
    let small = made(&mut memory, Precompute::Bytes1K);
    assert_eq!((small.reason(), small.needed()), (Reason::MemoryTooSmall, Some(8 * 203)));
    let nothing = made(&mut memory, Precompute::None);
    assert_eq!(nothing.reason(), Reason::PolicyEmpty);
    assert_eq!((nothing.member(), nothing.stage()), (Some(Member::Precompute), Stage::Usage));
}

#[test]
fn memory_that_is_no_cache_is_refused() {
    let mut memory = vec![7; words_for(4, SIZE)];
    let open = |memory: &mut [u64]| ProofKeyCache::open(memory).map(|_| ());
    let refused = |memory: &mut [u64]| {
        let error = open(memory).unwrap_err();
        assert_eq!((error.reason(), error.stage()), (Reason::NotAProofKeyCache, Stage::Usage));
    };
    refused(&mut memory);
    refused(&mut []);
    cache(&mut memory);
    assert!(open(&mut memory).is_ok());
    refused(&mut memory[..words_for(3, SIZE)]);
    memory.push(0);
    refused(&mut memory);
    memory.pop();
    for word in 0..3 {
        for bit in 0..64 {
            memory[word] ^= 1 << bit;
            // Word 2 holds the size of the entries: a changed size that exists describes another
            // valid cache.
            if word < 2
                || !memory[word].is_power_of_two()
                || !(1 << 10..1 << 17).contains(&memory[word])
            {
                refused(&mut memory);
            }
            memory[word] ^= 1 << bit;
        }
    }
    let mut replay = vec![0; words_for(4, SIZE)];
    let limits = keycard::replay::Limits { window: 60, leeway: 0, share: 4 };
    keycard::replay::ReplayCache::new(&mut replay, limits, Time::At(NOW)).unwrap();
    refused(&mut replay);
}
