//! Every algorithm verifies signatures of another implementation, with a key in each of its forms,
//! and rejects all others.

use crate::support::issuer::Issuer;
use crate::support::verdict::{AUDIENCE, ISSUER, NOW, claims, look};
use keycard::{Algorithm, Algorithms, KeyTable, Policy, Reason, Stage, Time, scratch_size};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

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
fn rejects_changed_bit_in_signature_and_changed_message() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        let mut memory = [0; 384];
        let keys = issuer.keys(&mut memory);
        let signature = issuer.signature(b"message");
        assert!(keys.view().verify(algorithm, b"message", &signature).is_ok());
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut changed = signature.clone();
            changed[at] ^= 0x10;
            let outcome = keys.view().verify(algorithm, b"message", &changed);
            assert_eq!(outcome.unwrap_err().reason(), Reason::SignatureInvalid, "{algorithm} {at}");
        }
        let outcome = keys.view().verify(algorithm, b"massage", &signature);
        assert_eq!(outcome.unwrap_err().reason(), Reason::SignatureInvalid, "{algorithm}");
        let other = Issuer::with(algorithm, "second");
        let mut memory = [0; 384];
        let outcome =
            other.keys(&mut memory).view().verify(algorithm, b"message", &signature).map(|_| ());
        assert!(outcome.is_err(), "{algorithm}: the key of somebody else");
    }
}

#[test]
fn a_token_of_one_algorithm_is_rejected_under_every_other() {
    for algorithm in built() {
        let issuer = Issuer::with(algorithm, "first");
        for other in built().filter(|other| *other != algorithm) {
            // A token that is signed with one algorithm, but names the other in its header.
            let header = json!({"alg": other.name(), "kid": "first"}).to_string();
            let token = issuer.sign(&header, claims(json!({})));
            let both = policy_for(&[algorithm, other]);
            let outcome = look(&issuer, &token, &both, Time::At(NOW), |_| ());
            let same = matches!(
                (algorithm, other),
                (Algorithm::EdDsa, Algorithm::Ed25519) | (Algorithm::Ed25519, Algorithm::EdDsa)
            );
            assert_eq!(outcome.is_ok(), same, "{algorithm} as {other}");
            let honest = issuer.token(claims(json!({})));
            let outcome = look(&issuer, &honest, &policy(other), Time::At(NOW), |_| ());
            assert_eq!(outcome.unwrap_err().stage(), Stage::Algorithm, "{algorithm} for {other}");
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

/// The rows of a table of docs/guide/keys.md, by their first cell.
fn rows_of(header: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/keys.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once(header).unwrap_or_else(|| panic!("no table {header}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// A name of a kind of key, in normalised spelling.
fn plain(name: &str) -> String {
    name.replace('-', "").to_lowercase()
}

#[test]
fn the_table_of_algorithms_in_the_readme_is_what_the_code_says() {
    let cargo =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut named = BTreeSet::new();
    for row in rows_of("| algorithm | feature | key |") {
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
        // The algorithm of the row is built exactly if its feature is on.
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
fn readme_table_of_key_formats_matches_the_code() {
    let rows = rows_of("| key | in a JWK | in PEM and DER (feature `pem`) | raw |");
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
        let outcome =
            keycard::validate(&token, keys.view(), &policy(algorithm), Time::At(NOW), &mut scratch);
        assert!(outcome.is_ok(), "{algorithm}, {} characters", token.len());
    }
}

#[test]
fn a_set_of_algorithms_is_made_of_whatever_holds_them() {
    let one = Algorithms::from(Algorithm::Es256);
    assert_eq!(one, Algorithms::from([Algorithm::Es256]));
    assert_eq!(one, Algorithms::from(&vec![Algorithm::Es256]));
    assert_eq!(one, Algorithms::from(&[Algorithm::Es256][..]));
    assert_eq!(one, Algorithms::from([Algorithm::Es256, Algorithm::Es256]), "named twice");
    assert_eq!("ES256".parse(), Ok(Algorithm::Es256));
    assert!("es256".parse::<Algorithm>().is_err());
}
