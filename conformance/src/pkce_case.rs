//! `pkce-case/1`: a code verifier, and the stored parameters of the authorization request.

use super::{Tally, bytes, cases, said};
use keycard::pkce::{self, Outcome, Rules, Stored};
use serde_json::Value;

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let verifier = bytes(case, "verifier")?;
        let challenge = bytes(case, "challenge")?;
        let method = case["method"].as_str();
        let stored = challenge.as_ref().map(|challenge| Stored::new(challenge, method));
        let rules = match case["allow_plain"].as_bool() {
            Some(true) => Rules::new().allow_plain(),
            _ => Rules::new(),
        };
        let outcome = match pkce::verify(stored, verifier.as_deref(), rules) {
            Ok(Outcome::Verified) => Ok(()),
            Ok(Outcome::NotUsed) => Err("not used".to_owned()),
            Err(error) => Err(said(&error)),
        };
        tally.record(case, &outcome)?;
    }
    Ok(())
}
