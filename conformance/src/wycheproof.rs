//! Raw Wycheproof files. The `manifest.json` beside a file describes its use by a JOSE verifier.

use super::{Tally, Verdict, text};
use base64::Engine as _;
use keycard::{Algorithm, Error, KeyKind, KeyRules, KeyTable, Precompute, RawKey};
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
    // A MAC has its full length.
    let must_reject =
        must_reject || group["tagSize"].as_u64().is_some_and(|bits| bits < mac_bits(algorithm));
    for test in tests {
        let id = format!("{name}#{}", test["tcId"]);
        // ML-DSA in JOSE has the empty context.
        let other_context = test["ctx"].as_str().is_some_and(|context| !context.is_empty());
        let expected = match text(test, "result")? {
            "valid" if !must_reject && !other_context => Verdict::Accept,
            // In the signatures with the result "acceptable", DigestInfo has no NULL parameters.
            // This library rejects them.
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

fn mac_bits(algorithm: Algorithm) -> u64 {
    match algorithm {
        Algorithm::Hs256 => 256,
        Algorithm::Hs384 => 384,
        _ => 512,
    }
}

/// PSS parameters of a file. JOSE uses three combinations of them.
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

/// Returns the verdict, after checking that it is the same for all precomputed tables of the key.
fn verify(algorithm: Algorithm, group: &Value, test: &Value) -> Result<Result<(), Error>, String> {
    let precomputations: &[Precompute] = match algorithm.key_kind() {
        KeyKind::P256 => Precompute::ALL,
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            &[Precompute::None, Precompute::FASTEST]
        }
        // Other keys have at most one precomputed value.
        _ => &[Precompute::None, Precompute::Bytes1K],
    };
    let mut verdict = None;
    for precompute in precomputations {
        let precomputed = verify_precomputed(*precompute, algorithm, group, test)?;
        if verdict.replace(precomputed).is_some_and(|other| other.is_ok() != precomputed.is_ok()) {
            return Err(format!("another verdict with {precompute:?}"));
        }
    }
    verdict.ok_or("no verdict".to_owned())
}

fn verify_precomputed(
    precompute: Precompute,
    algorithm: Algorithm,
    group: &Value,
    test: &Value,
) -> Result<Result<(), Error>, String> {
    let mut memory = vec![0; 512 + precompute.bytes() / 8];
    let mut keys = KeyTable::new(&mut memory).map_err(|error| error.to_string())?;
    if let Err(error) = add_key(&mut keys, precompute, algorithm, group, test)? {
        return Ok(Err(error));
    }
    let message = hex(text(test, "msg")?)?;
    let signature = test["tag"].as_str().map_or_else(|| text(test, "sig"), Ok)?;
    let verified = keys.view().verify(algorithm, &message, &hex(signature)?);
    Ok(verified.map(|_| ()))
}

/// Adds the key of a test group, or of a MAC test, as it is written in the file.
fn add_key(
    keys: &mut KeyTable<'_>,
    precompute: Precompute,
    algorithm: Algorithm,
    group: &Value,
    test: &Value,
) -> Result<Result<(), Error>, String> {
    let rules = KeyRules::new().only_for(algorithm).precompute(precompute);
    if let Some(secret) = test["key"].as_str() {
        // Wycheproof tests HMAC with keys of any length.
        let rules = rules.insecure_allow_short_secrets(1);
        return Ok(keys.add_raw(&rules, &RawKey::Secret(&hex(secret)?)));
    }
    let key = &group["publicKey"];
    if let Some(encoded) = key.as_str() {
        return Ok(keys.add_raw(&rules, &RawKey::MlDsa(algorithm, &hex(encoded)?)));
    }
    if let Some(encoded) = key["pk"].as_str() {
        return Ok(keys.add_raw(&rules, &RawKey::Ed25519(&hex(encoded)?)));
    }
    let jwk = match key["curve"].as_str() {
        Some(curve) => {
            let (name, width) = match curve {
                "secp256r1" => ("P-256", 32),
                "secp384r1" => ("P-384", 48),
                "secp521r1" => ("P-521", 66),
                "secp256k1" => ("secp256k1", 32),
                other => return Err(format!("unknown curve {other}")),
            };
            let x = number(text(key, "wx")?, Some(width))?;
            let y = number(text(key, "wy")?, Some(width))?;
            json!({ "kty": "EC", "crv": name, "x": x, "y": y })
        }
        None => {
            let n = number(text(key, "modulus")?, None)?;
            let e = number(text(key, "publicExponent")?, None)?;
            json!({ "kty": "RSA", "n": n, "e": e })
        }
    };
    Ok(keys.add_jwk_by(&rules, jwk.to_string()))
}

/// A number in hexadecimal as base64url: as wide as `width`, or without leading zeros.
fn number(digits: &str, width: Option<usize>) -> Result<String, String> {
    let even = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
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
