//! The Wycheproof MACs that JWS allows: those of full length.

#![allow(dead_code, reason = "each test uses a part of it")]

use keycard::Algorithm;
use serde_json::Value;
use std::path::Path;

pub(crate) struct Case {
    pub(crate) number: u64,
    pub(crate) secret: Vec<u8>,
    pub(crate) message: Vec<u8>,
    pub(crate) tag: Vec<u8>,
    pub(crate) is_right: bool,
}

/// The cases for an algorithm, without truncated tags and without empty secrets.
pub(crate) fn of(algorithm: Algorithm) -> Vec<Case> {
    let bits = algorithm.name().strip_prefix("HS").expect("a MAC").to_owned();
    let file = format!("tests/vectors/wycheproof/hmac_sha{bits}_test.json");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut cases = Vec::new();
    for group in file["testGroups"].as_array().unwrap() {
        if group["tagSize"].as_u64().unwrap().to_string() != bits {
            continue;
        }
        for test in group["tests"].as_array().unwrap() {
            let hex = |name: &str| hex(test[name].as_str().unwrap());
            let case = Case {
                number: test["tcId"].as_u64().unwrap(),
                secret: hex("key"),
                message: hex("msg"),
                tag: hex("tag"),
                is_right: test["result"] == "valid",
            };
            if !case.secret.is_empty() {
                cases.push(case);
            }
        }
    }
    cases
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
