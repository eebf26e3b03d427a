//! The scratch: the reported size is sufficient, a smaller one returns the required size, and it is
//! wiped after a rejection.

use crate::support::issuer::Issuer;
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims};
use keycard::{Policy, Reason, Stage, Time, Unverified, limits, scratch_size};
use serde_json::json;

fn policy() -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, [Issuer::new().algorithm()])
}

#[test]
fn the_size_is_a_constant_and_always_enough() {
    const SCRATCH: usize = scratch_size(800);
    let _ = [0u8; SCRATCH];
    assert!((900..=1200).contains(&SCRATCH), "{SCRATCH}");
    // 750 decoded bytes, and a name record of four bytes for every five of them, plus one more.
    assert_eq!(scratch_size(1000), 750 + 4 * 151);
    let longest = limits::MAX_TOKEN_BYTES / 4 * 3;
    let names = (longest / 5 + 1).min(limits::MAX_NESTING * limits::MAX_MEMBERS);
    assert_eq!(scratch_size(limits::MAX_TOKEN_BYTES), longest + 4 * names);
    assert_eq!(scratch_size(usize::MAX), scratch_size(limits::MAX_TOKEN_BYTES));
}

/// Payloads with the maximum number of records for their length.
fn worst_payloads() -> Vec<String> {
    let mut worst = Vec::new();
    for depth in 1..=limits::MAX_NESTING {
        let names = r#""":{"#.repeat(depth - 1);
        worst.push(format!("{{{names}{}", "}".repeat(depth)));
    }
    for count in [1, 8, 10, 36, 64] {
        let names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        let members: Vec<_> =
            names.chars().take(count).map(|name| format!("\"{name}\":0")).collect();
        worst.push(format!("{{{}}}", members.join(",")));
    }
    let mut full = String::from("0");
    for _ in 0..limits::MAX_NESTING {
        let members: Vec<_> = (0..63).map(|index| format!("\"{index}\":0")).collect();
        full = format!("{{{},\"\":{full}}}", members.join(","));
    }
    worst.push(full);
    worst
}

#[test]
fn the_size_is_enough_for_the_worst_payloads_there_are() {
    let issuer = Issuer::new();
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let policy = Policy::jwt(None, None, [issuer.algorithm()]);
    let policy = policy.without_issuer().without_audience().without_expiry();
    for payload in worst_payloads() {
        // The shortest possible header.
        let token = issuer.sign(&json!({"alg": issuer.algorithm().name()}).to_string(), &payload);
        let mut scratch = vec![0; scratch_size(token.len())];
        let outcome = keycard::validate(&token, keys.view(), &policy, Time::At(0), &mut scratch);
        assert!(outcome.is_ok(), "{payload}: {outcome:?}");
    }
}

#[test]
fn too_small_scratch_is_wiped_and_says_how_much_is_enough() {
    let issuer = Issuer::new();
    let token = issuer.token(claims(json!({"escaped": "\"\\\n"})));
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    let mut accepted = 0;
    for length in 0..scratch_size(token.len()) {
        let mut scratch = vec![0xAA; length];
        match keycard::validate(&token, keys.view(), &policy(), Time::At(NOW), &mut scratch) {
            Ok(_) => accepted += 1,
            Err(error) => {
                assert_eq!(accepted, 0, "what was enough stays enough: {length}");
                assert_eq!(
                    (error.stage(), error.reason()),
                    (Stage::Usage, Reason::ScratchTooSmall)
                );
                assert_eq!(error.needed(), Some(scratch_size(token.len())));
                assert!(scratch.iter().all(|byte| *byte == 0), "{length}");
            }
        }
    }
    assert!(accepted > 0, "most tokens get by with less");
}

#[test]
fn after_any_rejection_nothing_readable_is_left() {
    let issuer = Issuer::new();
    let right = issuer.token(claims(json!({})));
    let mut forged = right.clone();
    forged.replace_range(right.len() - 20..right.len() - 19, "_");
    let expired = issuer.token(claims(json!({ "exp": NOW })));
    let foreign = issuer.token(claims(json!({"iss": "other"})));
    let broken = issuer.token("{\"iss\":");
    let mut memory = [0; 256];
    let keys = issuer.keys(&mut memory);
    for token in [&forged, &expired, &foreign, &broken, &"a.b.c".to_owned(), &String::new()] {
        let mut scratch = vec![0; scratch_size(right.len())];
        keycard::validate(&right, keys.view(), &policy(), Time::At(NOW), &mut scratch).unwrap();
        let used = scratch_size(token.len());
        let outcome = keycard::validate(token, keys.view(), &policy(), Time::At(NOW), &mut scratch);
        assert!(outcome.is_err());
        assert!(scratch[..used].iter().all(|byte| *byte == 0), "{token}");
    }
}

#[test]
fn an_unverified_token_shows_its_header_and_nothing_else() {
    let issuer = Issuer::new();
    let header = json!({"alg": "XS999", "kid": "k\"1", "typ": "at+jwt"}).to_string();
    let token = issuer.sign(&header, "not even JSON");
    let mut scratch = vec![0; scratch_size(token.len())];
    let unverified = Unverified::read(token.as_bytes(), &mut scratch).unwrap();
    assert_eq!(unverified.algorithm_name(), "XS999");
    assert_eq!(unverified.key_id(), Some("k\"1"));
    assert_eq!(unverified.token_type(), Some("at+jwt"));
}
