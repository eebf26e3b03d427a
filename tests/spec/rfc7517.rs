//! JSON Web Keys (RFC 7517): the members of a key are enforced, and all usable keys of a set are
//! loaded.

#![cfg(feature = "es256")]

use crate::support::issuer::{self, Issuer};
use crate::support::jwk::{accepted_for, rejection, rejection_by, with};
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims};
use keycard::{Algorithm, KeyRules, KeyTable, Member, Policy, Reason, Stage, Time, scratch_size};
use serde_json::{Value, json};

fn p256() -> Value {
    Issuer::with(Algorithm::Es256, "first").jwk()
}

#[cfg(feature = "rsa")]
fn rsa() -> Value {
    Issuer::with(Algorithm::Rs256, "first").jwk()
}

#[test]
fn section_4_ignores_members_that_are_not_understood() {
    let more = json!({
        "x5c": ["MIIB"], "x5t": "AA", "x5u": "https://evil.example", "ext": true, "": [{"a": null}],
    });
    assert_eq!(accepted_for(&with(&p256(), more)), Algorithm::Es256.into());
}

#[test]
fn section_4_1_requires_kty_and_compares_it_with_its_case() {
    let key_type = Some(Member::KeyType);
    let reject = |value| rejection(&with(&p256(), json!({ "kty": value })));
    assert_eq!(reject(json!(null)), (Reason::KeyMalformed, key_type));
    assert_eq!(reject(json!(1)), (Reason::KeyMalformed, key_type));
    for unknown in ["ec", "EC ", "XYZ", ""] {
        assert_eq!(reject(json!(unknown)), (Reason::KeyUnsupported, key_type));
    }
}

#[test]
fn section_4_accepts_escaped_names_and_values() {
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
fn sections_4_2_and_4_3_honour_use_and_key_ops_which_must_agree() {
    let reject = |changes| rejection(&with(&p256(), changes)).0;
    for accepted in [
        json!({"use": "sig"}),
        json!({"key_ops": ["verify"]}),
        json!({"key_ops": ["sign", "verify"]}),
        json!({"use": "sig", "key_ops": ["verify"]}),
    ] {
        assert!(!accepted_for(&with(&p256(), accepted)).is_empty());
    }
    for other_use in [json!({"use": "enc"}), json!({"use": "jwt-svid"}), json!({"use": ""})] {
        assert_eq!(reject(other_use), Reason::KeyNotForVerification);
    }
    for other_operation in [json!({"key_ops": []}), json!({"key_ops": ["sign"]})] {
        assert_eq!(reject(other_operation), Reason::KeyNotForVerification);
    }
    for contradiction in [
        json!({"use": "sig", "key_ops": ["encrypt"]}),
        json!({"use": "sig", "key_ops": ["verify", "wrapKey"]}),
        json!({"use": "enc", "key_ops": ["verify"]}),
    ] {
        assert_eq!(reject(contradiction), Reason::KeyContradiction);
    }
    for malformed in [
        json!({"use": 1}),
        json!({"key_ops": "verify"}),
        json!({"key_ops": ["verify", 1]}),
        json!({"key_ops": ["verify", "verify"]}),
    ] {
        assert_eq!(reject(malformed), Reason::KeyMalformed);
    }
}

#[test]
fn section_4_2_takes_another_use_where_the_caller_names_it() {
    let spiffe = with(&p256(), json!({"use": "jwt-svid"}));
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let rules = KeyRules::new().allow_use("jwt-svid");
    table.add_jwk_by(&rules, spiffe.to_string()).unwrap();
    assert_eq!(table.view().len(), 1);
    let x509 = with(&p256(), json!({"use": "x509-svid"}));
    assert_eq!(rejection_by(&rules, &x509).0, Reason::KeyNotForVerification);
}

#[test]
#[cfg(feature = "rsa")]
fn section_4_4_binds_key_to_its_alg_or_else_to_its_kind() {
    let of_rsa = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
    ];
    assert_eq!(accepted_for(&rsa()), keycard::Algorithms::of(&of_rsa));
    let ps384 = with(&rsa(), json!({"alg": "PS384"}));
    assert_eq!(accepted_for(&ps384), Algorithm::Ps384.into());
    let crossed = with(&rsa(), json!({"alg": "ES256"}));
    assert_eq!(rejection(&crossed), (Reason::KeyContradiction, Some(Member::Algorithm)));
    let confused = with(&rsa(), json!({"alg": "HS256"}));
    assert_eq!(rejection(&confused), (Reason::KeyContradiction, Some(Member::Algorithm)));
    let encryption = with(&rsa(), json!({"alg": "RSA-OAEP"}));
    assert_eq!(rejection(&encryption), (Reason::KeyUnsupported, Some(Member::Algorithm)));
}

/// The key among `keys` that verified a token of the issuer with this `kid`.
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
fn section_4_5_chooses_by_kid_and_excludes_keys_with_another() {
    let right = p256();
    let wrong = Issuer::with(Algorithm::Es256, "second").jwk();
    let renamed = |key: &Value, kid: Option<&str>| {
        with(key, kid.map_or(json!({"kid": null}), |kid| json!({ "kid": kid })))
    };
    let keys = [wrong.clone(), right.clone()];
    assert_eq!(chosen(&keys, Some("first")), Ok(1));
    assert_eq!(chosen(&keys, Some("second")), Err(Reason::SignatureInvalid));
    for other in ["third", "First", "first ", "firs", ""] {
        assert_eq!(chosen(&keys, Some(other)), Err(Reason::KeyNotFound), "{other}");
    }
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
fn rejects_more_candidate_keys_than_the_limit() {
    let keys = |count: usize| {
        let mut keys = vec![Issuer::with(Algorithm::Es256, "second").jwk(); count - 1];
        keys.push(p256());
        keys
    };
    assert_eq!(chosen(&keys(8), None), Ok(7));
    assert_eq!(chosen(&keys(9), None), Err(Reason::KeyTooManyCandidates));
    assert_eq!(chosen(&keys(9), Some("first")), Ok(8), "a kid narrows them");
    let of_one_name = |count: usize| {
        let named = |key: &Value| with(key, json!({"kid": "first"}));
        let mut keys: Vec<_> = keys(count).iter().map(named).collect();
        keys.push(Issuer::with(Algorithm::Es256, "second").jwk());
        keys
    };
    assert_eq!(chosen(&of_one_name(8), Some("first")), Ok(7), "as many as may be, among more");
    assert_eq!(chosen(&of_one_name(9), Some("first")), Err(Reason::KeyTooManyCandidates));
}

#[test]
#[cfg(feature = "rsa")]
fn section_5_adds_usable_keys_skips_unknown_and_reports_broken() {
    let keys = json!([
        {"kty": "unheard of"},
        p256(),
        with(&p256(), json!({"use": "enc"})),
        with(&p256(), json!({"y": issuer::encode([1; 32])})),
        rsa(),
        "not an object",
        with(&rsa(), json!({"d": "AQAB"})),
    ]);
    let mut memory = [0; 512];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let report = table.add_jwks(json!({ "keys": keys }).to_string()).unwrap();
    assert_eq!((report.added(), report.skipped(), report.rejected()), (2, 2, 3));
    let rejections: Vec<_> =
        report.rejections().iter().map(|it| (it.index, it.error.reason())).collect();
    assert_eq!(
        rejections,
        [(3, Reason::KeyNotOnCurve), (5, Reason::KeyMalformed), (6, Reason::KeyPrivate)]
    );
}

#[test]
fn section_5_rejects_whole_what_is_no_key_set() {
    let mut memory = [0; 64];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let mut reject = |text: &str| {
        let error = table.add_jwks(text).unwrap_err();
        assert_eq!(error.stage(), Stage::KeySet);
        error.reason()
    };
    assert_eq!(reject("{}"), Reason::KeySetMalformed);
    assert_eq!(reject(r#"{"keys":{}}"#), Reason::KeySetMalformed);
    assert_eq!(reject("[]"), Reason::JsonNotAnObject);
    assert_eq!(reject(""), Reason::JsonSyntax);
    assert_eq!(reject(r#"{"keys":[],"keys":[]}"#), Reason::JsonDuplicate);
    assert_eq!(table.add_jwks(r#"{"keys":[]}"#).unwrap().added(), 0);
    // Section 4 requires unique member names in a JWK: this key is rejected, but not its set.
    let twice = table.add_jwks(r#"{"keys":[{"kty":"EC","\u006bty":"RSA"}]}"#).unwrap();
    assert_eq!(twice.rejections()[0].error.reason(), Reason::JsonDuplicate);
}

#[test]
#[cfg(feature = "rsa")]
fn section_9_2_rejects_private_keys() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"] {
        for key in [p256(), rsa()] {
            let private = with(&key, json!({ member: "AQAB" }));
            assert_eq!(
                rejection(&private),
                (Reason::KeyPrivate, Some(Member::PrivateKey)),
                "{member}"
            );
        }
    }
}
