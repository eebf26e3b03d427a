//! Raw Wycheproof files. The `manifest.json` beside a file says what a JOSE verifier does with it.

use super::{Tally, Verdict, text};
use base64::Engine as _;
use keycard::{Algorithm, Error, KeyTable};
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn run(path: &Path, document: &Value, tally: &mut Tally) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let manifest = std::fs::read_to_string(path.with_file_name("manifest.json"))
        .map_err(|error| format!("no manifest.json beside it: {error}"))?;
    let manifest: Value = serde_json::from_str(&manifest).map_err(|error| error.to_string())?;
    let entry = &manifest["files"][&*name];
    let role = entry["role"].as_str().ok_or("not in the manifest")?;
    if role == "jose" {
        // Whole tokens: `token_cases.json` has them with keys and policies.
        return Ok(());
    }
    let groups = document["testGroups"].as_array().ok_or("no groups")?;
    for group in groups {
        run_group(&name, role, entry, group, tally)?;
    }
    Ok(())
}

fn run_group(
    name: &str,
    role: &str,
    entry: &Value,
    group: &Value,
    tally: &mut Tally,
) -> Result<(), String> {
    let (algorithm, must_reject) = match role {
        "primitive" => (named(entry)?, false),
        "jose_must_reject_every_test" => (named(entry)?, true),
        "jose_parameters_decide" => by_parameters(group),
        other => return Err(format!("unknown role {other:?}")),
    };
    let tests = group["tests"].as_array().ok_or("no tests")?;
    if !algorithm.is_built() {
        tally.unsupported += tests.len();
        return Ok(());
    }
    for test in tests {
        let id = format!("{name}#{}", test["tcId"]);
        let expected = match text(test, "result")? {
            "valid" if !must_reject => Verdict::Accept,
            // What is called acceptable leaves the NULL parameters out of DigestInfo, which we refuse.
            "valid" | "invalid" | "acceptable" => Verdict::Reject,
            other => return Err(format!("{id}: unknown result {other:?}")),
        };
        let outcome = verify(algorithm, group, test).map_err(|error| format!("{id}: {error}"))?;
        tally.count(&id, expected, &outcome);
    }
    Ok(())
}

fn named(entry: &Value) -> Result<Algorithm, String> {
    let name = text(entry, "jose_alg")?;
    Algorithm::from_name(name).ok_or(format!("unknown algorithm {name}"))
}

/// PSS parameters of any kind: JOSE has three combinations of them.
fn by_parameters(group: &Value) -> (Algorithm, bool) {
    let jose = [
        ("SHA-256", 32, Algorithm::Ps256),
        ("SHA-384", 48, Algorithm::Ps384),
        ("SHA-512", 64, Algorithm::Ps512),
    ];
    let found = jose.into_iter().find(|(sha, salt, _)| {
        group["sha"] == *sha
            && group["mgfSha"] == *sha
            && group["sLen"] == *salt
            && group["keySize"].as_u64().is_some_and(|bits| bits >= 2048)
    });
    match found {
        Some((_, _, algorithm)) => (algorithm, false),
        None => (Algorithm::Ps256, true),
    }
}

fn verify(algorithm: Algorithm, group: &Value, test: &Value) -> Result<Result<(), Error>, String> {
    let mut memory = [0; 256];
    let mut keys = KeyTable::new(&mut memory).map_err(|error| error.to_string())?;
    if let Err(error) = keys.add_jwk(key(group)?.to_string()) {
        return Ok(Err(error));
    }
    let message = hex(text(test, "msg")?)?;
    let signature = hex(text(test, "sig")?)?;
    Ok(keys
        .view()
        .verify(algorithm, &message, &signature)
        .map(|_| ()))
}

/// The key of a group as a JWK, made from its numbers: the JWKs in the files are not in all groups.
fn key(group: &Value) -> Result<Value, String> {
    let key = &group["publicKey"];
    if let Some(curve) = key["curve"].as_str() {
        let (name, width) = match curve {
            "secp256r1" => ("P-256", 32),
            "secp384r1" => ("P-384", 48),
            "secp521r1" => ("P-521", 66),
            other => return Err(format!("unknown curve {other}")),
        };
        let x = number(text(key, "wx")?, Some(width))?;
        let y = number(text(key, "wy")?, Some(width))?;
        return Ok(json!({ "kty": "EC", "crv": name, "x": x, "y": y }));
    }
    let n = number(text(key, "modulus")?, None)?;
    let e = number(text(key, "publicExponent")?, None)?;
    Ok(json!({ "kty": "RSA", "n": n, "e": e }))
}

/// A number in hexadecimal as base64url: as wide as `width`, or without leading zeros.
fn number(digits: &str, width: Option<usize>) -> Result<String, String> {
    let even = if digits.len() % 2 == 1 {
        format!("0{digits}")
    } else {
        digits.to_owned()
    };
    let bytes = hex(&even)?;
    let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    let padding = width.unwrap_or(0).saturating_sub(significant.len());
    let whole: Vec<u8> = std::iter::repeat_n(0, padding).chain(significant).collect();
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(whole))
}

fn hex(digits: &str) -> Result<Vec<u8>, String> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()
        .ok_or("not hexadecimal".to_owned())
}
