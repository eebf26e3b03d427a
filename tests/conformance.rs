//! Runs every foreign test case in tests/vectors, with the code of the runner in conformance/.
//! tests/vectors/README.md names the sources and the part of each that is included.

#[path = "../conformance/src/suite.rs"]
mod suite;

use std::path::Path;
use suite::Tally;

fn run(folder: &str) -> Tally {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    let mut tally = Tally::default();
    suite::run(&path, false, &mut tally);
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    tally
}

#[test]
fn runs_every_json_test_here() {
    let tally = run("jsontestsuite");
    assert_eq!((tally.passed, tally.skipped, tally.unsupported), (318, 0, 0));
}

#[test]
fn runs_every_example_of_a_specification_here() {
    let tally = run("rfc");
    assert_eq!(tally.skipped, 0);
    assert!(tally.passed + tally.unsupported >= 100, "{} passed", tally.passed);
}

#[test]
fn runs_every_wycheproof_test_here() {
    let tally = run("wycheproof");
    assert!(tally.passed + tally.unsupported >= 2000, "{} passed", tally.passed);
}

#[test]
fn runs_every_token_of_other_libraries_here() {
    let tally = run("peers");
    assert_eq!(tally.skipped, 0);
    assert!(tally.passed + tally.unsupported >= 300, "{} passed", tally.passed);
}

#[cfg(feature = "pem")]
#[test]
fn accepts_tokens_that_foreign_programs_signed() {
    let tally = run("foreign");
    assert_eq!(tally.skipped, 0);
    assert!(tally.passed + tally.unsupported >= 800, "{} passed", tally.passed);
}

#[cfg(all(
    feature = "dpop",
    feature = "eddsa",
    feature = "es256",
    feature = "es384",
    feature = "es512",
    feature = "es256k",
    feature = "hmac",
    feature = "id-token",
    feature = "logout",
    feature = "ml-dsa",
    feature = "pem",
    feature = "rsa",
))]
#[test]
fn gives_the_recorded_verdict_of_foreign_outputs() {
    let tally = run("interop");
    assert_eq!((tally.skipped, tally.unsupported), (0, 0));
    assert!(tally.passed >= 400, "{} passed", tally.passed);
}

/// The schemas that the runners in Rust, C and Go all support.
const OF_EVERY_RUNNER: [&str; 5] =
    ["token-case/1", "key-case/1", "jwk-thumbprint/1", "proof-case/1", "pkce-case/1"];

#[test]
fn records_foreign_outputs_for_every_runner() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/interop");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let document = std::fs::read_to_string(&path).unwrap();
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["schema"], "documents/1", "{}", path.display());
        for document in document["documents"].as_array().unwrap() {
            let schema = document["schema"].as_str().unwrap();
            assert!(OF_EVERY_RUNNER.contains(&schema), "{}: {schema}", path.display());
            assert!(!document["cases"].as_array().unwrap().is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn rejects_a_policy_with_an_unknown_member() {
    let folder = std::env::temp_dir().join(format!("keycard-members-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let document = r#"{"schema": "token-case/1", "cases": [{"id": "a case", "expect": "reject", "now": 0,
        "token": "e30.e30.", "policy": {"profile": "jwt", "alg": ["ES256"], "scope": "read"}}]}"#;
    std::fs::write(folder.join("case.json"), document).unwrap();
    let mut tally = Tally::default();
    suite::run(&folder, false, &mut tally);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(tally.passed, 0);
    assert!(tally.failures.concat().contains("unknown member \"scope\""), "{:?}", tally.failures);
}

#[test]
fn a_case_that_says_another_verdict_fails() {
    let folder = std::env::temp_dir().join(format!("keycard-says-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let case = |id, says| {
        format!(
            r#"{{"id": "{id}", "expect": "reject", "says": "{says}", "form": "jwk", "keys": "{{}}"}}"#
        )
    };
    let wrong = case("wrong", "key set: the key is a private key");
    let right = case("right", "key set: the key is malformed (kty)");
    let document = format!(r#"{{"schema": "key-case/1", "cases": [{wrong}, {right}]}}"#);
    let documents = format!(r#"{{"schema": "documents/1", "documents": [{document}]}}"#);
    std::fs::write(folder.join("keys.json"), documents).unwrap();
    let mut tally = Tally::default();
    suite::run(&folder, false, &mut tally);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(tally.passed, 1, "{:?}", tally.failures);
    assert!(tally.failures.concat().starts_with("FAILED wrong: it says"), "{:?}", tally.failures);
}

#[test]
fn fails_on_a_case_with_a_wrong_verdict() {
    let folder = std::env::temp_dir().join(format!("keycard-conformance-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("wrong.json");
    let wrong = r#"{"schema": "json-parse/1", "cases": [
        {"name": "an accepted text", "expect": "reject", "b64": "e30="},
        {"name": "a rejected text", "expect": "accept", "b64": "ew=="},
        {"name": "a right verdict", "expect": "accept", "b64": "e30="}]}"#;
    std::fs::write(&file, wrong).unwrap();
    std::fs::write(folder.join("unknown.json"), r#"{"schema": "unheard-of/1"}"#).unwrap();
    std::fs::write(folder.join("left-debatable.json"), "not JSON").unwrap();
    let mut tally = Tally::default();
    suite::run(&folder, false, &mut tally);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(tally.passed, 1);
    let failures = tally.failures.join("\n");
    assert!(
        failures.contains("FAILED an accepted text: expected reject, got accept"),
        "{failures}"
    );
    assert!(
        failures.contains("FAILED a rejected text: expected accept, got reject ("),
        "{failures}"
    );
    assert!(failures.contains("unknown schema"), "{failures}");
    assert_eq!(tally.failures.len(), 3);
}
