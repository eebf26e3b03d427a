//! The key table: what enters it, what does not and why, and which key is tried for a token.

#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/verdict.rs"]
mod verdict;

use issuer::{Issuer, encode};
use keycard::{
    Algorithm, Algorithms, Claim, KeyReport, KeyRules, KeyTable, Keys, Policy, Reason, Stage, Time,
    scratch_size,
};
use serde_json::{Value, json};
use verdict::{AUDIENCE, ISSUER, NOW, claims};

/// The reason and the member for which a key is refused.
fn refusal(jwk: &Value) -> (Reason, Option<Claim>) {
    refusal_by(&KeyRules::new(), jwk)
}

fn refusal_by(rules: &KeyRules<'_>, jwk: &Value) -> (Reason, Option<Claim>) {
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let error = table.add_jwk_by(rules, jwk.to_string()).unwrap_err();
    assert_eq!(error.stage(), Stage::KeySet);
    assert!(table.view().is_empty());
    (error.reason(), error.claim())
}

fn report(keys: &Value) -> KeyReport {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks(json!({ "keys": keys }).to_string()).unwrap()
}

fn with(jwk: &Value, changes: Value) -> Value {
    let mut changed = jwk.clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            changed.as_object_mut().unwrap().remove(name);
        } else {
            changed[name] = value.clone();
        }
    }
    changed
}

#[cfg(feature = "es256")]
fn p256() -> Value {
    Issuer::with(Algorithm::Es256, "first").jwk()
}

#[cfg(feature = "rsa")]
fn rsa() -> Value {
    Issuer::with(Algorithm::Rs256, "first").jwk()
}

fn accepted_for(jwk: &Value) -> Algorithms {
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwk(jwk.to_string()).unwrap();
    let key = table.view().iter().next().unwrap();
    key.algorithms()
}

#[test]
#[cfg(feature = "rsa")]
fn a_key_is_bound_to_the_algorithm_that_it_names_or_to_those_of_its_kind() {
    let of_rsa = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
    ];
    assert_eq!(accepted_for(&rsa()), Algorithms::of(&of_rsa));
    let ps384 = with(&rsa(), json!({"alg": "PS384"}));
    assert_eq!(accepted_for(&ps384), Algorithms::of(&[Algorithm::Ps384]));
    let crossed = with(&rsa(), json!({"alg": "ES256"}));
    assert_eq!(refusal(&crossed), (Reason::KeyContradiction, Some(Claim::Algorithm)));
    let confused = with(&rsa(), json!({"alg": "HS256"}));
    assert_eq!(refusal(&confused), (Reason::KeyContradiction, Some(Claim::Algorithm)));
    let encryption = with(&rsa(), json!({"alg": "RSA-OAEP"}));
    assert_eq!(refusal(&encryption), (Reason::KeyUnsupported, Some(Claim::Algorithm)));
}

#[test]
#[cfg(feature = "es256")]
fn use_and_key_ops_are_honoured_and_must_agree() {
    let refuse = |changes| refusal(&with(&p256(), changes)).0;
    for accepted in [
        json!({"use": "sig"}),
        json!({"key_ops": ["verify"]}),
        json!({"key_ops": ["sign", "verify"]}),
        json!({"use": "sig", "key_ops": ["verify"]}),
    ] {
        assert!(!accepted_for(&with(&p256(), accepted)).is_empty());
    }
    for other_use in [json!({"use": "enc"}), json!({"use": "jwt-svid"}), json!({"use": ""})] {
        assert_eq!(refuse(other_use), Reason::KeyNotForVerification);
    }
    for other_operation in [json!({"key_ops": []}), json!({"key_ops": ["sign"]})] {
        assert_eq!(refuse(other_operation), Reason::KeyNotForVerification);
    }
    for contradiction in [
        json!({"use": "sig", "key_ops": ["encrypt"]}),
        json!({"use": "sig", "key_ops": ["verify", "wrapKey"]}),
        json!({"use": "enc", "key_ops": ["verify"]}),
    ] {
        assert_eq!(refuse(contradiction), Reason::KeyContradiction);
    }
    for malformed in [
        json!({"use": 1}),
        json!({"key_ops": "verify"}),
        json!({"key_ops": ["verify", 1]}),
        json!({"key_ops": ["verify", "verify"]}),
    ] {
        assert_eq!(refuse(malformed), Reason::KeyMalformed);
    }
}

#[test]
#[cfg(feature = "es256")]
fn another_use_is_taken_where_the_caller_names_it() {
    let spiffe = with(&p256(), json!({"use": "jwt-svid"}));
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().accept_use("jwt-svid");
    table.add_jwk_by(&rules, spiffe.to_string()).unwrap();
    assert_eq!(table.view().len(), 1);
    let x509 = with(&p256(), json!({"use": "x509-svid"}));
    assert_eq!(refusal_by(&rules, &x509).0, Reason::KeyNotForVerification);
}

#[test]
#[cfg(feature = "es256")]
fn a_broken_p256_key_is_refused_with_the_member_at_fault() {
    let refuse = |changes| refusal(&with(&p256(), changes));
    let x = Some(Claim::XCoordinate);
    assert_eq!(refuse(json!({"x": null})), (Reason::KeyMalformed, x));
    assert_eq!(refuse(json!({"x": 1})), (Reason::KeyMalformed, x));
    assert_eq!(refuse(json!({"x": encode([1; 31])})), (Reason::KeyWidth, x));
    assert_eq!(refuse(json!({"x": encode([1; 33])})), (Reason::KeyWidth, x));
    assert_eq!(
        refuse(json!({"x": format!("{}!", &encode([1; 32])[1..])})),
        (Reason::KeyMalformed, x)
    );
    let y = Some(Claim::YCoordinate);
    assert_eq!(refuse(json!({"y": ""})), (Reason::KeyWidth, y));
    assert_eq!(refuse(json!({"y": encode([1; 32])})).0, Reason::KeyNotOnCurve);
    assert_eq!(
        refuse(json!({"x": encode([0; 32]), "y": encode([0; 32])})).0,
        Reason::KeyNotOnCurve
    );
    let above = encode([0xFF; 32]);
    assert_eq!(refuse(json!({ "x": above })).0, Reason::KeyNotOnCurve);
    assert_eq!(refuse(json!({"crv": "P-192"})), (Reason::KeyUnsupported, Some(Claim::Curve)));
    assert_eq!(refuse(json!({"crv": null})), (Reason::KeyMalformed, Some(Claim::Curve)));
    assert_eq!(refuse(json!({"kid": 7})), (Reason::KeyMalformed, Some(Claim::KeyId)));
    assert_eq!(refuse(json!({"kid": "k".repeat(256)})).0, Reason::KeyIdTooLong);
    assert_eq!(refuse(json!({"kty": "XYZ"})), (Reason::KeyUnsupported, Some(Claim::KeyType)));
    assert_eq!(refuse(json!({"kty": null})), (Reason::KeyMalformed, Some(Claim::KeyType)));
}

#[test]
#[cfg(feature = "rsa")]
fn a_broken_or_weak_rsa_key_is_refused_with_the_member_at_fault() {
    let refuse = |changes| refusal(&with(&rsa(), changes));
    let odd = |length: usize| {
        let mut bytes = vec![0xFF; length];
        bytes[length - 1] = 0x01;
        bytes
    };
    let n = |bytes: Vec<u8>| refuse(json!({ "n": encode(bytes) })).0;
    let mut bits_2047 = odd(256);
    bits_2047[0] = 0x7F;
    assert_eq!(n(bits_2047), Reason::KeyWeak);
    assert_eq!(n(odd(128)), Reason::KeyWeak);
    assert_eq!(n(odd(513)), Reason::KeyOutOfRange);
    assert_eq!(n(vec![0xFE; 256]), Reason::KeyOutOfRange);
    let mut padded = odd(257);
    padded[0] = 0;
    assert_eq!(n(padded), Reason::KeyWidth);
    assert_eq!(n(vec![]), Reason::KeyMalformed);
    assert_eq!(refuse(json!({"n": null})), (Reason::KeyMalformed, Some(Claim::Modulus)));
    let e = |bytes: &[u8]| refuse(json!({ "e": encode(bytes) })).0;
    assert_eq!(e(&[1]), Reason::KeyOutOfRange);
    assert_eq!(e(&[2]), Reason::KeyOutOfRange);
    assert_eq!(e(&[1, 0, 0]), Reason::KeyOutOfRange);
    assert_eq!(e(&[2, 0, 0, 0, 1]), Reason::KeyOutOfRange);
    assert_eq!(e(&[1; 9]), Reason::KeyOutOfRange);
    assert_eq!(e(&[0, 1, 0, 1]), Reason::KeyWidth);
    assert_eq!(e(&[]), Reason::KeyMalformed);
    assert!(
        !accepted_for(&with(&rsa(), json!({"e": encode([1, 0xFF, 0xFF, 0xFF, 0xFF])}))).is_empty()
    );
}

#[test]
#[cfg(all(feature = "es256", feature = "rsa"))]
fn a_private_key_is_refused() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"] {
        for key in [p256(), rsa()] {
            let private = with(&key, json!({ member: "AQAB" }));
            assert_eq!(
                refusal(&private),
                (Reason::KeyPrivate, Some(Claim::PrivateKey)),
                "{member}"
            );
        }
    }
}

#[test]
#[cfg(feature = "hs256")]
fn a_secret_enters_only_by_name_and_only_if_it_is_long_enough() {
    let secret = |length: usize| json!({"kty": "oct", "k": encode(vec![7; length])});
    assert_eq!(refusal(&secret(32)), (Reason::KeySecret, Some(Claim::KeyValue)));
    let rules = KeyRules::new().allow_secrets();
    assert_eq!(refusal_by(&rules, &secret(31)), (Reason::KeyWeak, Some(Claim::KeyValue)));
    assert_eq!(refusal_by(&rules, &secret(513)), (Reason::KeyOutOfRange, Some(Claim::KeyValue)));
    assert_eq!(refusal_by(&rules, &json!({"kty": "oct"})).0, Reason::KeyMalformed);
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    for length in [32, 48, 64, 512] {
        table.add_jwk_by(&rules, secret(length).to_string()).unwrap();
    }
    let built = |list: &[Algorithm]| {
        let built: Vec<_> = list.iter().copied().filter(|it| it.is_built()).collect();
        Algorithms::of(&built)
    };
    let all = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
    let bound: Vec<_> = table.view().iter().map(|key| key.algorithms()).collect();
    assert_eq!(bound, [built(&all[..1]), built(&all[..2]), built(&all), built(&all)]);
    assert!(!format!("{table:?}").contains("7, 7"), "a secret is never shown");
}

#[test]
#[cfg(all(feature = "es256", feature = "rsa"))]
fn a_set_takes_what_it_can_skips_the_unknown_and_names_the_broken() {
    let report = report(&json!([
        {"kty": "unheard of"},
        p256(),
        with(&p256(), json!({"use": "enc"})),
        with(&p256(), json!({"y": encode([1; 32])})),
        rsa(),
        "not an object",
        with(&rsa(), json!({"d": "AQAB"})),
    ]));
    assert_eq!((report.added(), report.skipped(), report.refused()), (2, 2, 3));
    let refusals: Vec<_> = report.refusals().iter().map(|it| (it.index, it.reason)).collect();
    assert_eq!(
        refusals,
        [(3, Reason::KeyNotOnCurve), (5, Reason::KeyMalformed), (6, Reason::KeyPrivate)]
    );
}

#[test]
fn refusals_beyond_those_that_are_named_are_counted() {
    let report = report(&Value::Array(vec![json!({"kty": 1}); 20]));
    assert_eq!((report.refused(), report.refusals().len()), (20, 8));
}

#[test]
fn what_is_no_key_set_is_refused_whole() {
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let mut refuse = |text: &str| {
        let error = table.add_jwks(text).unwrap_err();
        assert_eq!(error.stage(), Stage::KeySet);
        error.reason()
    };
    assert_eq!(refuse("{}"), Reason::KeySetMalformed);
    assert_eq!(refuse(r#"{"keys":{}}"#), Reason::KeySetMalformed);
    assert_eq!(refuse("[]"), Reason::JsonNotAnObject);
    assert_eq!(refuse(""), Reason::JsonSyntax);
    assert_eq!(refuse(r#"{"keys":[],"keys":[]}"#), Reason::JsonDuplicate);
    assert_eq!(refuse(r#"{"keys":[{"kty":"EC","\u006bty":"RSA"}]}"#), Reason::JsonDuplicate);
    assert_eq!(table.add_jwks(r#"{"keys":[]}"#).unwrap().added(), 0);
}

#[test]
#[cfg(feature = "es256")]
fn names_and_values_of_a_key_may_be_written_with_escapes() {
    let escaped = p256()
        .to_string()
        .replace("\"crv\"", r#""\u0063rv""#)
        .replace("P-256", r"P\u002d256")
        .replace("first", r"f\u0069rst");
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwk(escaped).unwrap();
    let id = table.view().iter().next().unwrap().id().unwrap();
    assert!(id == *"first" && id != *"firs" && id != *"first\0");
    assert_eq!(id.bytes().collect::<Vec<_>>(), b"first");
}

#[test]
#[cfg(feature = "es256")]
fn a_table_that_is_full_keeps_what_it_has_and_says_how_much_it_needed() {
    let set = json!({"keys": [p256(), with(&p256(), json!({"kid": "x".repeat(40)}))]}).to_string();
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks(&set).unwrap();
    let words = (6..64)
        .find(|words| {
            let mut memory = vec![0; *words];
            KeyTable::new(&mut memory).unwrap().add_jwks(&set).is_ok()
        })
        .unwrap();
    for capacity in 6..words {
        let mut memory = vec![0; capacity];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let first = table.add_jwk(p256().to_string()).is_ok();
        let error = table.add_jwks(&set).unwrap_err();
        assert_eq!((error.reason(), error.stage()), (Reason::KeyTableFull, Stage::KeySet));
        assert!(error.needed().unwrap() > 8 * capacity, "{capacity}");
        assert_eq!(table.view().len(), usize::from(first), "what was loaded is still there");
    }
    let mut memory = vec![0; words - 1];
    let error = KeyTable::new(&mut memory).unwrap().add_jwks(&set).unwrap_err();
    assert_eq!(error.needed(), Some(8 * words), "exactly what it takes");
    let error = KeyTable::new(&mut [0; 3]).unwrap_err();
    assert_eq!((error.reason(), error.needed()), (Reason::MemoryTooSmall, Some(48)));
}

#[test]
fn memory_that_holds_no_table_is_not_taken_for_one() {
    let mut memory = [0u64; 64];
    assert_eq!(Keys::open(&memory).unwrap_err().reason(), Reason::NotAKeyTable);
    KeyTable::new(&mut memory).unwrap();
    assert!(Keys::open(&memory).is_ok());
    assert_eq!(Keys::open(&memory[..63]).unwrap_err().reason(), Reason::NotAKeyTable);
    let swapped: Vec<u64> = memory.iter().map(|word| word.swap_bytes()).collect();
    assert_eq!(Keys::open(&swapped).unwrap_err().reason(), Reason::NotAKeyTable);
    memory[2] = 65;
    assert_eq!(Keys::open(&memory).unwrap_err().reason(), Reason::NotAKeyTable);
}

#[test]
fn clearing_wipes_the_memory() {
    let mut memory = [0; 256];
    let mut table = Issuer::new().keys(&mut memory);
    table.clear();
    assert!(table.view().is_empty());
    assert_eq!(memory[3..], [0; 253]);
}

#[test]
fn what_was_written_of_a_refused_key_is_wiped() {
    let mut memory = [0; 128];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let weak = json!({"kty": "RSA", "n": encode([0xFF; 128]), "e": "AQAB"});
    let secret = json!({"kty": "oct", "k": format!("{}!", encode([0xAA; 300]))});
    let rules = KeyRules::new().allow_secrets();
    assert!(table.add_jwk_by(&rules, weak.to_string()).is_err());
    assert!(table.add_jwk_by(&rules, secret.to_string()).is_err());
    let zero_or_record = |word: &u64| *word == 0 || *word <= u64::from(u32::MAX);
    assert!(memory[4..].iter().all(zero_or_record), "nothing but name records is left");
}

/// Which key verified the issuer's token with this `kid`, among `keys`.
#[cfg(feature = "es256")]
fn chosen(keys: &[Value], kid: Option<&str>) -> Result<usize, Reason> {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let mut header = json!({"alg": "ES256"});
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    let token = issuer.sign(&header.to_string(), claims(json!({})));
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks(json!({ "keys": keys }).to_string()).unwrap();
    let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Es256]);
    let mut scratch = vec![0; scratch_size(token.len())];
    keycard::validate(&token, table.view(), &policy, Time::At(NOW), &mut scratch)
        .map(|token| token.key_index())
        .map_err(|error| error.reason())
}

#[test]
#[cfg(feature = "es256")]
fn a_kid_chooses_among_the_keys_and_excludes_those_with_another() {
    let right = p256();
    let wrong = Issuer::with(Algorithm::Es256, "second").jwk();
    let renamed = |key: &Value, kid: Option<&str>| {
        with(key, kid.map_or(json!({"kid": null}), |kid| json!({ "kid": kid })))
    };
    let keys = [wrong.clone(), right.clone()];
    assert_eq!(chosen(&keys, Some("first")), Ok(1));
    assert_eq!(chosen(&keys, Some("second")), Err(Reason::SignatureInvalid));
    assert_eq!(chosen(&keys, Some("third")), Err(Reason::KeyNotFound));
    assert_eq!(chosen(&keys, Some("")), Err(Reason::KeyNotFound));
    assert_eq!(chosen(&keys, None), Ok(1), "without a kid, all that fit are tried");
    let unnamed = [renamed(&right, None)];
    assert_eq!(chosen(&unnamed, Some("first")), Ok(0), "a key without a kid stays a candidate");
    let both = [renamed(&wrong, Some("first")), renamed(&right, None)];
    assert_eq!(chosen(&both, Some("first")), Ok(1), "after those that have it");
    let twice = [renamed(&wrong, Some("a")), renamed(&right, Some("a"))];
    assert_eq!(chosen(&twice, Some("a")), Ok(1), "a kid need not be unique");
    assert_eq!(chosen(&[right.clone(), right], None), Ok(0));
    assert_eq!(chosen(&[], None), Err(Reason::KeyNotFound));
}

#[test]
#[cfg(feature = "es256")]
fn more_candidates_than_may_be_tried_are_refused_before_the_first_trial() {
    let keys = |count: usize| {
        let mut keys = vec![Issuer::with(Algorithm::Es256, "second").jwk(); count - 1];
        keys.push(p256());
        keys
    };
    assert_eq!(chosen(&keys(8), None), Ok(7));
    assert_eq!(chosen(&keys(9), None), Err(Reason::KeyTooManyCandidates));
    assert_eq!(chosen(&keys(9), Some("first")), Ok(8), "a kid narrows them");
}

#[test]
#[cfg(feature = "es256")]
fn threads_share_one_table() {
    let issuer = Issuer::with(Algorithm::Es256, "first");
    let token = issuer.token(claims(json!({})));
    let mut memory = [0; 64];
    let table = issuer.keys(&mut memory);
    let keys = table.view();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let policy = Policy::jwt(ISSUER, AUDIENCE, [Algorithm::Es256]);
                let mut scratch = [0; 1024];
                for _ in 0..20 {
                    keycard::validate(&token, keys, &policy, Time::At(NOW), &mut scratch).unwrap();
                }
            });
        }
    });
}
