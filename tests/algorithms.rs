//! Every algorithm verifies what another implementation signs, with a key in every form it comes in, and nothing
//! else.

#[path = "support/issuer.rs"]
mod issuer;
#[path = "support/verdict.rs"]
mod verdict;

use issuer::Issuer;
use keycard::{Algorithm, Algorithms, KeyTable, Policy, Reason, Stage, Time, scratch_size};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use verdict::{AUDIENCE, ISSUER, NOW, claims, look};

fn built() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_built())
}

fn policy(algorithm: Algorithm) -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, algorithm)
}

#[test]
fn every_algorithm_verifies_tokens_of_its_own() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let token = issuer.token(claims(json!({})));
        let seen =
            look(&issuer, &token, &policy(algorithm), Time::At(NOW), |token| token.algorithm());
        assert_eq!(seen, Ok(algorithm));
    }
}

#[test]
fn one_bit_changed_in_the_signature_or_in_what_is_signed_is_refused() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let signature = issuer.signature(b"message");
        assert!(keys.view().verify(algorithm, b"message", &signature).is_ok());
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut changed = signature.clone();
            changed[at] ^= 0x10;
            let judged = keys.view().verify(algorithm, b"message", &changed);
            assert_eq!(judged.unwrap_err().reason(), Reason::SignatureInvalid, "{algorithm} {at}");
        }
        let judged = keys.view().verify(algorithm, b"massage", &signature);
        assert_eq!(judged.unwrap_err().reason(), Reason::SignatureInvalid, "{algorithm}");
        let other = Issuer::with(algorithm, "second");
        let mut memory = [0; 384];
        let judged =
            other.keys(&mut memory).view().verify(algorithm, b"message", &signature).map(|_| ());
        assert!(judged.is_err(), "{algorithm}: the key of somebody else");
    }
}

#[test]
fn a_signature_of_another_length_is_refused_before_any_arithmetic() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let right = issuer.signature(b"message");
        for length in [0, 1, right.len() / 2, right.len() - 1, right.len() + 1, 2 * right.len()] {
            let mut other = right.clone();
            other.resize(length, 0);
            let judged = keys.view().verify(algorithm, b"message", &other);
            assert_eq!(
                judged.unwrap_err().reason(),
                Reason::SignatureLength,
                "{algorithm} {length}"
            );
        }
    }
}

#[test]
fn a_token_of_one_algorithm_is_refused_under_every_other() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        for other in built().filter(|other| *other != algorithm) {
            // What the issuer signs with its own algorithm, under the name of the other one.
            let header = json!({"alg": other.name(), "kid": "first"}).to_string();
            let token = issuer.sign(&header, claims(json!({})));
            let both = policy_for(&[algorithm, other]);
            let judged = look(&issuer, &token, &both, Time::At(NOW), |_| ());
            let same = matches!(
                (algorithm, other),
                (Algorithm::EdDsa, Algorithm::Ed25519) | (Algorithm::Ed25519, Algorithm::EdDsa)
            );
            assert_eq!(judged.is_ok(), same, "{algorithm} as {other}");
            let honest = issuer.token(claims(json!({})));
            let judged = look(&issuer, &honest, &policy(other), Time::At(NOW), |_| ());
            assert_eq!(judged.unwrap_err().stage(), Stage::Algorithm, "{algorithm} for {other}");
        }
    }
}

fn policy_for(algorithms: &[Algorithm]) -> Policy<'static> {
    Policy::jwt(ISSUER, AUDIENCE, algorithms)
}

#[test]
fn an_algorithm_that_is_not_built_says_so() {
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| !algorithm.is_built()) {
        let error = policy(*algorithm).check().unwrap_err();
        assert_eq!((error.stage(), error.reason()), (Stage::Usage, Reason::AlgorithmNotBuilt));
        let mut memory = [0; 8];
        let keys = KeyTable::new(&mut memory).unwrap();
        let error = keys.view().verify(*algorithm, b"", b"").unwrap_err();
        assert_eq!(error.reason(), Reason::AlgorithmNotBuilt);
    }
}

#[test]
#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
fn a_der_signature_is_refused_by_name() {
    for algorithm in built().filter(|algorithm| algorithm.name().starts_with("ES")) {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let raw = issuer.signature(b"message");
        let (r, s) = raw.split_at(raw.len() / 2);
        let integers = [integer(r), integer(s)].concat();
        let length = u8::try_from(integers.len()).unwrap();
        let der = match length {
            0..=0x7F => [&[0x30, length][..], &integers].concat(),
            _ => [&[0x30, 0x81, length][..], &integers].concat(),
        };
        let judged = keys.view().verify(algorithm, b"message", &der);
        assert_eq!(judged.unwrap_err().reason(), Reason::SignatureIsDer, "{algorithm}");
    }
}

#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
fn integer(bytes: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    if digits[0] & 0x80 != 0 {
        digits.insert(0, 0);
    }
    let length = u8::try_from(digits.len()).unwrap();
    [&[0x02, length][..], &digits].concat()
}

#[test]
#[cfg(feature = "eddsa")]
fn ed25519_refuses_small_orders_and_second_spellings() {
    let issuer = Issuer::with(Algorithm::EdDsa, "first");
    let right = issuer.signature(b"message");
    let mut memory = [0; 64];
    let keys = issuer.keys(&mut memory);
    let refuse = |signature: &[u8]| {
        let judged = keys.view().verify(Algorithm::EdDsa, b"message", signature);
        assert_eq!(judged.unwrap_err().reason(), Reason::SignatureInvalid);
    };
    // S + L is the same scalar to whoever reduces it.
    const ORDER: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut sum = right.clone();
    let mut carry = 0u16;
    for (place, byte) in sum[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*place) + u16::from(byte);
        *place = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    refuse(&sum);
    // R of order one, and the identity written as y = p + 1.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut other_identity = [0xFF; 32];
    (other_identity[0], other_identity[31]) = (0xEE, 0x7F);
    for r in [identity, other_identity] {
        refuse(&[&r[..], &right[32..]].concat());
    }
    // Keys of small order, and keys that are written with a coordinate not less than p.
    let mut minus_one = [0xFF; 32];
    (minus_one[0], minus_one[31]) = (0xEC, 0x7F);
    let mut beyond = [0xFF; 32];
    (beyond[0], beyond[31]) = (0xF0, 0x7F);
    for key in [identity, [0; 32], minus_one, other_identity, beyond] {
        let mut memory = [0; 64];
        let mut table = KeyTable::new(&mut memory).unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": issuer::encode(key)});
        let error = table.add_jwk(jwk.to_string()).unwrap_err();
        assert_eq!(error.reason(), Reason::KeyNotOnCurve, "{key:x?}");
    }
}

/// The rows of a table of the README, by the cell that they begin with.
fn readme_rows(header: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once(header).unwrap_or_else(|| panic!("no table {header}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// A name of a kind of key, however it is spelled.
fn plain(name: &str) -> String {
    name.replace('-', "").to_lowercase()
}

#[test]
fn the_table_of_algorithms_in_the_readme_is_what_the_code_says() {
    let cargo =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut named = BTreeSet::new();
    for row in readme_rows("| algorithm | feature | key |") {
        let algorithms: Vec<Algorithm> = row[0]
            .split(", ")
            .map(|name| name.parse().unwrap_or_else(|_| panic!("{name}")))
            .collect();
        named.extend(algorithms.iter().map(|algorithm| algorithm.name()));
        let kinds: BTreeSet<_> = algorithms
            .iter()
            .map(|algorithm| plain(&format!("{:?}", algorithm.key_kind())))
            .collect();
        assert_eq!(kinds, row[2].split(", ").map(plain).collect(), "{}", row[0]);
        let features: Vec<_> = row[1].split('`').skip(1).step_by(2).collect();
        for feature in &features {
            assert!(cargo.contains(&format!("\n{feature} = [")), "no feature {feature}");
        }
        // What the row says is built is built exactly if its feature is on.
        let on = match features[0] {
            "es256" => cfg!(feature = "es256"),
            "es384" => cfg!(feature = "es384"),
            "es512" => cfg!(feature = "es512"),
            "es256k" => cfg!(feature = "es256k"),
            "rsa" => cfg!(feature = "rsa"),
            "hmac" => cfg!(feature = "hmac"),
            "eddsa" => cfg!(feature = "eddsa"),
            "ml-dsa" => cfg!(feature = "ml-dsa"),
            other => panic!("unknown feature {other}"),
        };
        let all_built = algorithms.iter().all(|algorithm| algorithm.is_built());
        assert_eq!(all_built, on, "{}", row[0]);
    }
    let all: BTreeSet<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    assert_eq!(named, all);
}

#[test]
fn the_table_of_key_formats_in_the_readme_is_what_the_code_reads() {
    let rows = readme_rows("| key | in a JWK | in PEM and DER (feature `pem`) | raw |");
    assert_eq!(rows.len(), 10, "a row for each kind of key");
    for algorithm in built() {
        let kind = plain(&format!("{:?}", algorithm.key_kind()));
        let row = rows
            .iter()
            .find(|row| row[0].split(',').next().is_some_and(|name| plain(name) == kind));
        let row = row.unwrap_or_else(|| panic!("no row for {kind}"));
        let issuer = Issuer::with(algorithm, "first");
        let jwk = issuer.jwk();
        let named = if jwk["kty"] == "AKP" { &jwk["alg"] } else { &jwk["crv"] };
        let expected: Vec<_> =
            [&jwk["kty"], named].into_iter().filter_map(|name| name.as_str()).collect();
        let cell: Vec<_> = row[1].split('`').skip(1).step_by(2).collect();
        assert_eq!(cell, expected, "{kind}");
        let has_pem = row[2].starts_with("SubjectPublicKeyInfo");
        assert_eq!(has_pem, jwk["kty"] != "oct", "{kind}");
        #[cfg(feature = "pem")]
        if has_pem {
            let mut memory = [0; 384];
            let mut table = KeyTable::new(&mut memory).unwrap();
            assert!(table.add_pem(&keycard::KeyRules::new(), issuer.pem()).is_ok(), "{kind}");
        }
        let raw = match jwk["kty"].as_str().unwrap() {
            "RSA" => "modulus and exponent",
            "EC" => "x and y",
            "oct" => "secret",
            _ => "public key",
        };
        assert_eq!(row[3], raw, "{kind}");
    }
}

#[test]
fn a_token_may_be_as_long_as_the_longest_signature_makes_it() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let token = issuer.token(claims(json!({})));
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let mut scratch = vec![0; scratch_size(token.len())];
        let judged =
            keycard::validate(&token, keys.view(), &policy(algorithm), Time::At(NOW), &mut scratch);
        assert!(judged.is_ok(), "{algorithm}, {} characters", token.len());
    }
}

#[test]
fn a_set_of_algorithms_is_made_of_whatever_holds_them() {
    let one = Algorithms::from(Algorithm::Es256);
    assert_eq!(one, Algorithms::from([Algorithm::Es256]));
    assert_eq!(one, Algorithms::from(&vec![Algorithm::Es256]));
    assert_eq!(one, Algorithms::from(&[Algorithm::Es256][..]));
    assert_eq!("ES256".parse(), Ok(Algorithm::Es256));
    assert!("es256".parse::<Algorithm>().is_err());
}
