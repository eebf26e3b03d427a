//! The key table in memory of the caller: full, wiped or invalid tables, and only reads during
//! validation.

use crate::support::issuer::{Issuer, encode};
use crate::support::jwk;
use crate::support::verdict;
use keycard::replay::{Limits, ReplayCache};
use keycard::{Algorithm, KeyKind, KeyReport, KeyRules, KeyTable, Keys, RawKey, Reason, Time};
use serde_json::{Value, json};
#[cfg(feature = "es256")]
use {
    jwk::with,
    keycard::{Policy, Stage},
    verdict::{AUDIENCE, ISSUER, NOW, claims},
};

fn report(keys: &Value) -> KeyReport {
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwks(json!({ "keys": keys }).to_string()).unwrap()
}

#[cfg(feature = "es256")]
fn p256() -> Value {
    Issuer::with(Algorithm::Es256, "first").jwk()
}

#[test]
fn rejections_beyond_those_that_are_named_are_counted() {
    let report = report(&Value::Array(vec![json!({"kty": 1}); 20]));
    assert_eq!((report.rejected(), report.rejections().len()), (20, 8));
}

#[test]
#[cfg(feature = "es256")]
fn full_table_keeps_its_keys_and_says_how_much_it_needed() {
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
fn sealed_key_takes_its_documented_size() {
    for (algorithm, own) in [
        (Algorithm::Es256, 64),
        (Algorithm::Es256K, 64),
        (Algorithm::Es384, 96),
        (Algorithm::Es512, 144),
        (Algorithm::Ed25519, 32),
        (Algorithm::Rs256, 264),
    ] {
        if algorithm.is_built() {
            let mut jwk = Issuer::with(algorithm, "first").jwk();
            jwk["kid"] = json!("k".repeat(32));
            let mut memory = [0; 256];
            let mut table = KeyTable::new(&mut memory).unwrap();
            table.add_jwk(jwk.to_string()).unwrap();
            assert_eq!(size_of_val(table.seal(1)), 48 + 16 + 32 + own, "{algorithm}");
        }
    }
}

#[test]
#[cfg(feature = "es256")]
fn rejects_key_without_room_to_find_duplicate_members() {
    let mut jwk = p256();
    for member in 0..40 {
        jwk[member.to_string()] = json!(0);
    }
    // The memory holds a record for each name, after the header.
    let words = 6 + jwk.as_object().unwrap().len();
    let doubled = jwk.to_string().replacen('{', "{\"39\":0,", 1);
    for capacity in 6..words {
        let mut memory = vec![0; capacity];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let error = table.add_jwk(jwk.to_string()).unwrap_err();
        let expected = (Reason::KeyTableFull, Some(8 * words));
        assert_eq!((error.reason(), error.needed()), expected, "{capacity}");
        assert!(table.add_jwk(&doubled).is_err(), "{capacity}");
        assert!(table.view().is_empty());
    }
    let mut memory = vec![0; words];
    let mut table = KeyTable::new(&mut memory).unwrap();
    assert_eq!(table.add_jwk(&doubled).unwrap_err().reason(), Reason::JsonDuplicate);
    table.add_jwk(jwk.to_string()).unwrap();
    assert!(!table.view().is_empty());
}

#[test]
#[cfg(feature = "rs256")]
fn invalid_signature_outranks_wrong_length_for_another_key() {
    let [small, large] = ["2048", "3072"].map(|file| Issuer::with_rsa(Algorithm::Rs256, file));
    let mut signature = small.signature(b"message");
    signature[100] ^= 1;
    for issuers in [[&small, &large], [&large, &small]] {
        let mut memory = [0; 128];
        let mut table = KeyTable::new(&mut memory).unwrap();
        for issuer in issuers {
            table.add_jwk(issuer.jwk().to_string()).unwrap();
        }
        let outcome = table.view().verify(Algorithm::Rs256, b"message", &signature);
        assert_eq!(outcome.unwrap_err().reason(), Reason::SignatureInvalid);
    }
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
fn default_rules_reject_secrets_and_keys_report_their_kind() {
    for (issuer, kind) in [(Algorithm::Rs256, KeyKind::Rsa), (Algorithm::Hs256, KeyKind::Secret)]
        .map(|(algorithm, kind)| (Issuer::with(algorithm, "first"), kind))
    {
        let mut memory = [0; 256];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let taken = table.add_jwk_by(&KeyRules::default(), issuer.jwk().to_string());
        assert_eq!(taken.is_ok(), kind != KeyKind::Secret);
        let rules = KeyRules::new().allow_secrets();
        table.clear();
        table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
        assert_eq!(table.view().iter().next().unwrap().kind(), kind);
    }
}

#[test]
fn clearing_wipes_the_memory() {
    let mut memory = [0; 256];
    let mut table = Issuer::new().keys(&mut memory).wipe_on_drop();
    assert!(!table.view().is_empty());
    table.clear();
    assert!(table.view().is_empty());
    drop(table);
    assert_eq!(memory[3..], [0; 253]);
}

#[test]
fn debug_output_shows_no_key_material() {
    let octets = [0xA5; 64];
    for (key, name) in [
        (RawKey::Point { curve: KeyKind::P256, x: &octets, y: &octets }, "Point"),
        (RawKey::Rsa { modulus: &octets, exponent: &octets }, "Rsa"),
        (RawKey::Ed25519(&octets), "Ed25519"),
        (RawKey::MlDsa(Algorithm::MlDsa44, &octets), "MlDsa"),
        (RawKey::Secret(&octets), "Secret"),
    ] {
        assert_eq!(format!("{key:?}"), format!("RawKey::{name}"));
    }
    let shown = format!("{:?}", report(&json!([{"kty": "?"}, {"kty": "RSA", "n": "__8B"}])));
    assert!(shown.contains("skipped: 1") && shown.contains("rejected: 1"), "{shown}");
    assert!(!shown.contains("__8B"), "{shown}");
    let mut memory = [0xA5A5_A5A5; 64];
    let limits = Limits { window: 60, leeway: 5, share: 4 };
    let replay = ReplayCache::new(&mut memory, limits, Time::At(0)).unwrap();
    assert_eq!(format!("{replay:?}"), "ReplayCache { words: 64, .. }");
}

#[test]
fn what_was_written_of_a_rejected_key_is_wiped() {
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
