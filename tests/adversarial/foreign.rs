//! Tokens that foreign programs signed: verified with a table and with an image, with each
//! signature changed, and their claims read.

#![cfg(feature = "pem")]

#[path = "../../conformance/src/key_of.rs"]
mod key_of;

use keycard::{
    Algorithm, ImageRules, KeyRules, KeyTable, Keys, Policy, Reason, Time, scratch_size,
};
use serde_json::Value;
use std::path::Path;

/// The cases of `tools/vectors/foreign-vectors` whose algorithm is built.
fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/foreign");
    let files = std::fs::read_dir(folder).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let documents = texts.map(|text| serde_json::from_str::<Value>(&text).unwrap());
    let documents =
        documents.filter(|document| document["source"] == "tools/vectors/foreign-vectors");
    let mut cases: Vec<_> =
        documents.flat_map(|document| document["cases"].as_array().unwrap().clone()).collect();
    cases.retain(|case| algorithm(case).is_built());
    cases
}

fn algorithm(case: &Value) -> Algorithm {
    Algorithm::from_name(case["policy"]["alg"][0].as_str().unwrap()).unwrap()
}

/// The sealed table of a case.
fn image(case: &Value) -> Vec<u64> {
    let mut memory = vec![0; 1 << 12];
    let mut table = KeyTable::new(&mut memory).unwrap();
    key_of::add(&mut table, KeyRules::new().allow_secrets(), case).unwrap().unwrap();
    table.seal(1).to_vec()
}

fn verdict(case: &Value, keys: Keys<'_>, token: &str, policy: &Policy<'_>) -> Option<Reason> {
    let mut scratch = vec![0; scratch_size(token.len())];
    let now = Time::At(case["now"].as_i64().unwrap());
    keycard::validate(token, keys, policy, now, &mut scratch).err().map(|error| error.reason())
}

fn policy(case: &Value) -> Policy<'_> {
    let member = |name: &str| case["policy"][name].as_str().unwrap();
    Policy::jwt(member("iss"), member("aud"), algorithm(case))
}

fn is_accepted(case: &Value) -> bool {
    case["expect"] == "accept"
}

#[test]
fn accepts_foreign_tokens_by_an_image() {
    for case in cases().iter().filter(|case| is_accepted(case)) {
        let image = image(case);
        let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
        let verdict = verdict(case, keys, case["token"].as_str().unwrap(), &policy(case));
        assert_eq!(verdict, None, "{}", case["id"]);
    }
}

#[test]
fn rejects_foreign_tokens_with_a_flipped_bit() {
    for case in cases().iter().filter(|case| is_accepted(case)) {
        let image = image(case);
        let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
        let (signed, signature) = case["token"].as_str().unwrap().rsplit_once('.').unwrap();
        let right = decode(signature);
        for byte in [0, right.len() / 3, right.len() / 2, right.len() - 1] {
            let mut wrong = right.clone();
            wrong[byte] ^= 0x08;
            let token = format!("{signed}.{}", encode(&wrong));
            let verdict = verdict(case, keys, &token, &policy(case));
            assert_eq!(verdict, Some(Reason::SignatureInvalid), "{}, byte {byte}", case["id"]);
        }
    }
}

/// The value with floats in place of its numbers.
#[cfg(feature = "serde")]
fn with_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(elements) => elements.iter().map(with_floats).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), with_floats(value))).collect()
        }
        other => other.clone(),
    }
}

#[test]
#[cfg(feature = "serde")]
fn deserializes_claims_of_foreign_tokens_as_serde_json_does() {
    type Members = serde_json::Map<String, Value>;
    let mut members = 0;
    for case in cases().iter().filter(|case| is_accepted(case)) {
        let image = image(case);
        let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
        let token = case["token"].as_str().unwrap();
        let mut scratch = vec![0; scratch_size(token.len())];
        let now = Time::At(case["now"].as_i64().unwrap());
        let accepted = keycard::validate(token, keys, &policy(case), now, &mut scratch).unwrap();
        let ours: Members = accepted.claims().deserialize().unwrap();
        let payload = decode(token.split('.').nth(1).unwrap());
        let theirs: Members = serde_json::from_slice(&payload).unwrap();
        // serde_json tells 1.0 from 1.
        let as_floats = |members: &Members| members.values().map(with_floats).collect::<Vec<_>>();
        assert_eq!(as_floats(&ours), as_floats(&theirs), "{}", case["id"]);
        assert!(ours.keys().eq(theirs.keys()), "the order of the token");
        members += ours.len();
    }
    assert!(members > 100, "{members}");
}

#[test]
fn names_der_and_salts_of_foreign_signatures() {
    let mut found = Vec::new();
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        let expected = match id.rsplit('/').next().unwrap() {
            "der" => Reason::SignatureIsDer,
            "salt-0" | "salt-20" | "salt-max" => Reason::SignatureSalt,
            "flipped" => Reason::SignatureInvalid,
            _ => continue,
        };
        let image = image(&case);
        let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
        let verdict = verdict(&case, keys, case["token"].as_str().unwrap(), &policy(&case));
        assert_eq!(verdict, Some(expected), "{id}");
        found.push((algorithm(&case), expected));
    }
    for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built()) {
        let expected = match algorithm.name().get(..2) {
            Some("ES") => Reason::SignatureIsDer,
            Some("PS") => Reason::SignatureSalt,
            _ => Reason::SignatureInvalid,
        };
        assert!(found.contains(&(algorithm, expected)), "{algorithm}: {expected:?}");
    }
}

/// The order of the base point of each curve, in hexadecimal (SEC 2 sections 2.4 and 2.5 and 2.6,
/// FIPS 186-5).
const ORDERS: [(Algorithm, &str); 4] = [
    (Algorithm::Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (Algorithm::Es256K, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    (
        Algorithm::Es384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
         581a0db248b0a77aecec196accc52973",
    ),
    (
        Algorithm::Es512,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa\
         51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
];

/// n - s, big-endian.
fn negated(order: &[u8], s: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut difference: Vec<u8> = order
        .iter()
        .zip(s)
        .rev()
        .map(|(minuend, subtrahend)| {
            let value = i16::from(*minuend) - i16::from(*subtrahend) - borrow;
            borrow = i16::from(value < 0);
            u8::try_from(value.rem_euclid(256)).unwrap()
        })
        .collect();
    difference.reverse();
    difference
}

#[test]
fn accepts_both_values_of_s_on_every_curve() {
    let cases = cases();
    for (algorithm, order) in ORDERS.into_iter().filter(|(algorithm, _)| algorithm.is_built()) {
        let order: Vec<u8> = (0..order.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&order[at..at + 2], 16).unwrap())
            .collect();
        let mut made = Vec::new();
        for case in cases.iter().filter(|case| is_accepted(case)) {
            if self::algorithm(case) != algorithm {
                continue;
            }
            let image = image(case);
            let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
            let (signed, signature) = case["token"].as_str().unwrap().rsplit_once('.').unwrap();
            let signature = decode(signature);
            let (r, s) = signature.split_at(signature.len() / 2);
            let other = negated(&order, s);
            made.push((s > &other[..], case["source"].as_str().unwrap()));
            let token = format!("{signed}.{}", encode(&[r, &other].concat()));
            assert_eq!(verdict(case, keys, &token, &policy(case)), None, "{}", case["id"]);
        }
        for is_high in [false, true] {
            let mut programs: Vec<_> =
                made.iter().filter(|(high, _)| *high == is_high).map(|(_, name)| name).collect();
            programs.sort();
            programs.dedup();
            assert!(programs.len() >= 2, "{algorithm}, high s: {is_high}: {programs:?}");
        }
    }
}

#[test]
fn reads_the_claims_of_foreign_tokens() {
    for case in cases().iter().filter(|case| is_accepted(case)) {
        let image = image(case);
        let keys = Keys::from_image(&image, &ImageRules::storage_is_authenticated()).unwrap();
        let token = case["token"].as_str().unwrap();
        let now = Time::At(case["now"].as_i64().unwrap());
        let mut scratch = vec![0; scratch_size(token.len())];
        let policy = policy(case).require_scope("write");
        let token = keycard::validate(token, keys, &policy, now, &mut scratch)
            .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
        let claims = token.claims();
        assert_eq!(claims.time("exp").unwrap().seconds(), 4_102_444_800, "{}", case["id"]);
        assert_eq!(claims.time("iat").unwrap().seconds(), 1_769_999_940, "{}", case["id"]);
        assert_eq!(claims.string("sub").unwrap(), "Zoë <ü> \"\\/ 😀", "{}", case["id"]);
        if let Ok(mut roles) = claims.strings(&["realm_access", "roles"]) {
            assert!(roles.any(|role| role == "writer"), "{}", case["id"]);
        } else {
            assert!(case["id"].as_str().unwrap().ends_with("/lists"), "{}", case["id"]);
        }
    }
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
