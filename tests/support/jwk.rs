//! Helpers for JWKs: they change a key, add it to a table, and compute its thumbprint by another
//! implementation.

#![allow(dead_code, reason = "each test uses a part of it")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keycard::{Algorithms, KeyRules, KeyTable, Member, Reason, Stage};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The key with some members replaced; `null` removes one.
pub(crate) fn with(jwk: &Value, changes: Value) -> Value {
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

/// The reason for which a key is rejected, and the member at fault.
#[track_caller]
pub(crate) fn rejection(jwk: &Value) -> (Reason, Option<Member>) {
    rejection_by(&KeyRules::new(), jwk)
}

#[track_caller]
pub(crate) fn rejection_by(rules: &KeyRules<'_>, jwk: &Value) -> (Reason, Option<Member>) {
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    let error = table.add_jwk_by(rules, jwk.to_string()).unwrap_err();
    assert_eq!(error.stage(), Stage::KeySet);
    assert!(table.view().is_empty());
    (error.reason(), error.member())
}

/// The algorithms that an accepted key may verify.
#[track_caller]
pub(crate) fn accepted_for(jwk: &Value) -> Algorithms {
    let mut memory = [0; 256];
    let mut table = KeyTable::new(&mut memory).unwrap();
    table.add_jwk(jwk.to_string()).unwrap();
    let key = table.view().iter().next().unwrap();
    key.algorithms()
}

/// The bytes of a member.
pub(crate) fn decode(jwk: &Value, name: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap()
}

/// The thumbprint by another implementation of RFC 7638, with serde_json and sha2.
pub(crate) fn expected_thumbprint(jwk: &Value) -> String {
    let names: &[&str] = match jwk["kty"].as_str().unwrap() {
        "EC" => &["crv", "kty", "x", "y"],
        "RSA" => &["e", "kty", "n"],
        "oct" => &["k", "kty"],
        "OKP" => &["crv", "kty", "x"],
        _ => &["alg", "kty", "pub"],
    };
    let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":{}", jwk[*name])).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}
