//! Every input gets a verdict: no input panics, hangs or is accepted without a signature.

use crate::support::issuer::{Issuer, encode};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims};
use keycard::{KeyRules, KeyTable, Member, Policy, Time, json, limits, scratch_size};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

/// A copy with a few bytes changed, removed, repeated or inserted.
fn mutated(random: &mut StdRng, bytes: &[u8], alphabet: &[u8]) -> Vec<u8> {
    let mut mutated = bytes.to_vec();
    for _ in 0..random.random_range(1..4) {
        let at = random.random_range(0..=mutated.len());
        let byte = alphabet[random.random_range(0..alphabet.len())];
        match random.random_range(0..4) {
            0 if at < mutated.len() => mutated[at] = byte,
            1 if at < mutated.len() => drop(mutated.remove(at)),
            2 => mutated.truncate(at),
            _ => mutated.insert(at, byte),
        }
    }
    mutated
}

#[test]
fn a_mutated_token_is_rejected_and_nothing_else_happens() {
    let mut random = StdRng::seed_from_u64(1);
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"scp": ["a", "b"], "text": "\u{e9}\"\\"})));
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let alphabet = b"ABCabc012-_.=\0\xFF ";
    for _ in 0..3000 {
        let other = mutated(&mut random, token.as_bytes(), alphabet);
        let mut scratch = vec![0; scratch_size(other.len())];
        let outcome =
            keycard::validate(&other, keys.view(), &policy(), Time::At(NOW), &mut scratch);
        assert!(outcome.is_err() || other == token.as_bytes());
    }
}

#[test]
fn mutated_signed_tokens_never_panic_and_read_like_serde_json() {
    let mut random = StdRng::seed_from_u64(2);
    let issuer = Issuer::new();
    let header =
        json!({"alg": issuer.algorithm().name(), "kid": "first", "typ": "JWT"}).to_string();
    let payload = claims(json!({
        "scp": ["a"], "n": [1.5e3, -0, true, null], "deep": {"a": {"b": [{"c": "\u{1f600}\n"}]}},
    }));
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let alphabet = b"\"\\{}[],:0123456789eE+-.tfnu \x01\xF0\x9F\x80\xFE\xFF";
    let mut accepted = 0;
    for round in 0..2000 {
        let (header, payload) = match round % 3 {
            0 => (mutated(&mut random, header.as_bytes(), alphabet), payload.clone().into_bytes()),
            _ => (header.clone().into_bytes(), mutated(&mut random, payload.as_bytes(), alphabet)),
        };
        let signed = format!("{}.{}", encode(&header), encode(&payload));
        let token = format!("{signed}.{}", encode(issuer.signature(signed.as_bytes())));
        let mut scratch = vec![0; scratch_size(token.len())];
        let outcome =
            keycard::validate(&token, keys.view(), &policy(), Time::At(NOW), &mut scratch);
        // An accepted text is also JSON for another parser, with the same value.
        if let Ok(token) = outcome {
            accepted += 1;
            let theirs: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            let mut output = vec![0; 2 * payload.len()];
            let length = token.claims().write_json(&mut output).unwrap();
            let ours: serde_json::Value = serde_json::from_slice(&output[..length]).unwrap();
            assert_eq!(ours, theirs);
            for (name, value) in theirs.as_object().unwrap() {
                let found = token.claims().get(name.as_str()).unwrap();
                assert_eq!(found.string(), value.as_str());
                assert_eq!(found.boolean(), value.as_bool());
                if let Some(integer) = value.as_i64() {
                    assert_eq!(found.number().unwrap().integer(), Some(integer));
                }
            }
        }
    }
    assert!(accepted > 50, "{accepted} of the mutated claims were still right");
}

#[test]
fn a_text_that_is_accepted_is_json_to_another_reader_too() {
    let mut random = StdRng::seed_from_u64(3);
    let seed =
        br#"{"a":[1,-2.5e-3,true,false,null,"x\u00e9\ud83d\ude00\"\\\/"],"b":{"c":{},"d":[]}}"#;
    let alphabet = b"\"\\{}[],:0123456789eE+-.tfnu \x01\xC3\xA9\xFF";
    let mut records = [0; 4096];
    let mut accepted = 0;
    for _ in 0..20_000 {
        let text = mutated(&mut random, seed, alphabet);
        if json::check(&text, &mut records).is_ok() {
            accepted += 1;
            let read = serde_json::from_slice::<serde_json::Value>(&text);
            assert!(read.is_ok(), "{}", String::from_utf8_lossy(&text));
        }
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn a_mutated_key_set_loads_what_is_right_or_nothing() {
    let mut random = StdRng::seed_from_u64(4);
    let issuer = Issuer::new();
    let set =
        json!({"keys": [issuer.jwk(), {"kty": "RSA", "n": encode([0xFF; 256]), "e": "AQAB"}]});
    let set = set.to_string();
    let alphabet = b"\"\\{}[],:ABCabc019-_=kty \xFF";
    for round in 0..3000 {
        let text = mutated(&mut random, set.as_bytes(), alphabet);
        let mut memory = vec![0; round % 100 + 6];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let rules = KeyRules::new().allow_secrets();
        match table.add_jwks_by(&rules, &text) {
            Ok(report) => assert_eq!(table.view().iter().count(), report.added()),
            Err(_) => assert!(table.view().is_empty()),
        }
    }
}

#[test]
fn limits_hold_at_their_edges() {
    let issuer = Issuer::new();
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let policy = Policy::jwt(None, None, [issuer.algorithm()]);
    let policy = policy.without_issuer().without_audience().without_expiry();
    let verdict_of = |token: &str| {
        let mut scratch = vec![0; scratch_size(token.len())];
        let outcome = keycard::validate(token, keys.view(), &policy, Time::At(0), &mut scratch);
        outcome.map(|_| ()).map_err(|error| error.reason())
    };
    use keycard::Reason;
    let header = |padding: usize| {
        let start = format!("{{\"alg\":\"{}\",\"x\":\"", issuer.algorithm().name());
        let length = padding - start.len() - 2;
        format!("{start}{}\"}}", "x".repeat(length))
    };
    assert_eq!(verdict_of(&issuer.sign(&header(limits::MAX_HEADER_BYTES), "{}")), Ok(()));
    let long = issuer.sign(&header(limits::MAX_HEADER_BYTES + 1), "{}");
    assert_eq!(verdict_of(&long), Err(Reason::HeaderTooLong));
    let nested = |depth: usize| {
        let inner = depth - 1;
        issuer.token(format!("{{\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner)))
    };
    assert_eq!(verdict_of(&nested(limits::MAX_NESTING)), Ok(()));
    assert_eq!(verdict_of(&nested(limits::MAX_NESTING + 1)), Err(Reason::JsonNesting));
    assert_eq!(verdict_of(&issuer.token("[".repeat(9_000))), Err(Reason::JsonNesting));
    let largest = "a".repeat(limits::MAX_TOKEN_BYTES + 1);
    assert_eq!(verdict_of(&largest), Err(Reason::TokenTooLong));
    let members = |count: usize| {
        let members: Vec<String> = (0..count).map(|index| format!("\"{index}\":0")).collect();
        issuer.token(format!("{{\"resource_access\":{{{}}}}}", members.join(",")))
    };
    assert_eq!(verdict_of(&members(limits::MAX_MEMBERS)), Ok(()));
    let token = members(limits::MAX_MEMBERS + 1);
    let mut scratch = vec![0; scratch_size(token.len())];
    let outcome = keycard::validate(&token, keys.view(), &policy, Time::At(0), &mut scratch);
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.reason(), error.member()),
        (Reason::JsonMembers, Some(Member::ResourceAccess))
    );
    // The policy sets lower limits.
    let token = members(9);
    let mut reason = |policy: &Policy<'_>| {
        let outcome = keycard::validate(&token, keys.view(), policy, Time::At(0), &mut scratch);
        outcome.err().map(|error| error.reason())
    };
    let length = token.len();
    assert_eq!(reason(&policy.with_max_token_length(length)), None);
    assert_eq!(reason(&policy.with_max_token_length(length - 1)), Some(Reason::TokenTooLong));
    assert_eq!(reason(&policy.with_max_members(9)), None);
    assert_eq!(reason(&policy.with_max_members(8)), Some(Reason::JsonMembers));
    assert_eq!(reason(&policy.with_max_header_length(8)), Some(Reason::HeaderTooLong));
    assert_eq!(reason(&policy.with_max_members(usize::MAX)), None);
}

#[test]
fn a_key_set_has_one_byte_less_than_a_mebibyte_at_the_most() {
    let mut text = b"{\"keys\":[]}".to_vec();
    text.resize(1024 * 1024 - 1, b' ');
    let verdict_of = |text: &[u8]| {
        let mut memory = [0; 8];
        let added = KeyTable::new(&mut memory).unwrap().add_jwks(text).map(|_| ());
        assert_eq!(json::check(text, &mut [0; 64]).is_ok(), added.is_ok());
        added.map_err(|error| error.reason())
    };
    assert_eq!(verdict_of(&text), Ok(()));
    text.push(b' ');
    assert_eq!(verdict_of(&text), Err(keycard::Reason::JsonTooLong));
    text.push(b' ');
    assert_eq!(verdict_of(&text), Err(keycard::Reason::JsonTooLong));
}

#[test]
fn names_that_collide_cost_a_bounded_time() {
    // Objects of 64 members fill the payload. Their names are all compared with each other, but the
    // work is linear in the length of the token.
    let members: Vec<_> = (0..63).map(|index| format!("\"{index}\":0")).collect();
    let object = format!("{{{}}}", members.join(","));
    let objects = vec![object; 20].join(",");
    let text = format!("[{objects}]");
    assert!(json::check(text.as_bytes(), &mut [0; 4096]).is_ok());
}
