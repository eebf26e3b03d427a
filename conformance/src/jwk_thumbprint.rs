//! `jwk-thumbprint/1`: a JWK and its SHA-256 thumbprint.

use super::{Tally, Verdict, cases, text};
use keycard::{Error, KeyRules, KeyTable, Reason, Thumbprint};
use serde_json::Value;

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let outcome = compare(case);
        let not_built = matches!(&outcome, Err(error) if error.reason() == Reason::KeyUnsupported);
        if not_built {
            tally.unsupported += 1;
        } else {
            let outcome = outcome.map(|same| same.then_some(()).ok_or("another thumbprint"));
            let outcome = match outcome {
                Ok(compared) => compared.map_err(str::to_owned),
                Err(error) => Err(error.to_string()),
            };
            tally.count(text(case, "id")?, Verdict::Accept, &outcome);
        }
    }
    Ok(())
}

/// Whether the thumbprint of the key is the one of the case, and finds the key.
fn compare(case: &Value) -> Result<bool, Error> {
    let mut memory = [0; 1024];
    let mut table = KeyTable::new(&mut memory)?;
    table.add_jwk_by(&KeyRules::new().allow_secrets(), case["jwk"].to_string())?;
    let expected = Thumbprint::from_text(case["thumbprint"].as_str().unwrap_or_default())?;
    let key = table.view().find(&expected);
    let text = key.map(|key| key.thumbprint().to_text());
    Ok(text.is_some_and(|text| text.as_str() == case["thumbprint"]))
}
