//! The keys of a token case: a JWK Set, or one key in another form.

use base64::Engine as _;
use keycard::{Algorithm, Error, KeyKind, KeyReport, KeyRules, KeyTable, RawKey};
use serde_json::Value;

/// Adds the keys of a case. A key outside of a set is bound to the algorithms of the policy.
pub(crate) fn add(
    keys: &mut KeyTable<'_>,
    rules: KeyRules<'_>,
    case: &Value,
) -> Result<Result<(), Error>, String> {
    if let Some(raw) = case["jwks_raw"].as_str() {
        return Ok(keys.add_jwks_by(&rules, raw).map(|_: KeyReport| ()));
    }
    let key = &case["key"];
    if key.is_null() {
        return Ok(keys.add_jwks_by(&rules, case["jwks"].to_string()).map(|_: KeyReport| ()));
    }
    let names = case["policy"]["alg"].as_array().into_iter().flatten();
    let algorithms: Vec<_> = names.filter_map(|it| Algorithm::from_name(it.as_str()?)).collect();
    let algorithm = *algorithms.first().ok_or("no algorithm")?;
    let rules = rules.only_for(&algorithms);
    match text(key, "form")? {
        "jwk" => Ok(keys.add_jwk_by(&rules, text(key, "text")?)),
        "spki_pem" | "pkcs1_pem" => {
            Ok(keys.add_pem(&rules, text(key, "text")?).map(|_: KeyReport| ()))
        }
        "spki_der" | "pkcs1_der" => Ok(keys.add_der(&rules, &parts(key)?[0])),
        "raw" => Ok(keys.add_raw(&rules, &raw(algorithm, &parts(key)?)?)),
        other => Err(format!("unknown form of key {other:?}")),
    }
}

fn text<'v>(key: &'v Value, name: &str) -> Result<&'v str, String> {
    key[name].as_str().ok_or(format!("{name} of a key is not text"))
}

fn parts(key: &Value) -> Result<Vec<Vec<u8>>, String> {
    let encoded = key["b64"].as_array().ok_or("no bytes of a key")?;
    let decoded = encoded.iter().map(|part| {
        let part = part.as_str().ok_or("a part of a key is not text")?;
        base64::engine::general_purpose::STANDARD.decode(part).map_err(|error| error.to_string())
    });
    decoded.collect()
}

fn raw(algorithm: Algorithm, parts: &[Vec<u8>]) -> Result<RawKey<'_>, String> {
    let curve = algorithm.key_kind();
    match (curve, parts) {
        (KeyKind::Rsa, [modulus, exponent]) => Ok(RawKey::Rsa { modulus, exponent }),
        (_, [x, y]) => Ok(RawKey::Point { curve, x, y }),
        (KeyKind::Secret, [secret]) => Ok(RawKey::Secret(secret)),
        (KeyKind::Ed25519, [key]) => Ok(RawKey::Ed25519(key)),
        (_, [key]) => Ok(RawKey::MlDsa(algorithm, key)),
        _ => Err("a key of more than two parts".to_owned()),
    }
}
