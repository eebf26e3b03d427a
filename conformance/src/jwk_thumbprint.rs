//! `jwk-thumbprint/1`: a JWK and its SHA-256 thumbprint.

use super::{Tally, cases, said, text};
use keycard::{Error, KeyRules, KeyTable, Reason, Thumbprint};
use serde_json::{Value, json};

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let outcome = compare(case).map_err(|error| said(&error));
        let case = json!({ "id": text(case, "id")?, "expect": "accept" });
        tally.record_keys(&case, &outcome)?;
    }
    Ok(())
}

/// Finds the key by the thumbprint of the case.
fn compare(case: &Value) -> Result<(), Error> {
    let mut memory = vec![0; 1024];
    let mut table = KeyTable::new(&mut memory)?;
    table.add_jwk_by(&KeyRules::new().allow_secrets(), case["jwk"].to_string())?;
    let expected = Thumbprint::from_text(case["thumbprint"].as_str().unwrap_or_default())?;
    let key = table.view().find(&expected).ok_or(Reason::KeyNotFound)?;
    assert_eq!(key.thumbprint().to_text().as_str(), case["thumbprint"]);
    Ok(())
}
