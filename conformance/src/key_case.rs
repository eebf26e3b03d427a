//! `key-case/1`: keys in one of the forms that programs write, with the default rules.

use super::{Tally, cases, said, text};
use keycard::{KeyReport, KeyRules, KeyTable};
use serde_json::Value;

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let outcome = load(text(case, "form")?, text(case, "keys")?)?;
        tally.record_keys(case, &outcome)?;
    }
    Ok(())
}

/// Loads the keys. If no key was loaded, the error is that of the first rejected or skipped key.
fn load(form: &str, keys: &str) -> Result<Result<(), String>, String> {
    let mut memory = vec![0; 1 << 14];
    let mut table = KeyTable::new(&mut memory).map_err(|error| error.to_string())?;
    let rules = KeyRules::new();
    let report = match form {
        "jwk" => return Ok(table.add_jwk_by(&rules, keys).map_err(|error| said(&error))),
        "jwks" => table.add_jwks_by(&rules, keys),
        "pem" => table.add_pem(&rules, keys),
        other => return Err(format!("unknown form of keys {other:?}")),
    };
    Ok(report.map_err(|error| said(&error)).and_then(|report: KeyReport| {
        match report.rejections().iter().chain(report.skips()).next() {
            Some(finding) if report.added() == 0 => Err(said(&finding.error)),
            _ => Ok(()),
        }
    }))
}
