//! `proof-case/1`: a DPoP proof, and the request that it came with.

use super::{Tally, cases, said, text};
use keycard::dpop::{self, ProofRules};
use keycard::{Algorithm, Time, scratch_size};
use serde_json::Value;

/// The maximum number of seconds since `iat`.
const WINDOW: u32 = 60;

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let outcome = validate(case)?;
        tally.record(case, &outcome)?;
    }
    Ok(())
}

/// Validates a proof. An absent access token or nonce is waived.
fn validate(case: &Value) -> Result<Result<(), String>, String> {
    let proof = text(case, "proof")?;
    let now = case["now"].as_i64().ok_or("no time")?;
    let names = case["alg"].as_array().into_iter().flatten();
    let algorithms: Vec<_> = names.filter_map(|it| Algorithm::from_name(it.as_str()?)).collect();
    let mut rules = ProofRules::new(text(case, "method")?, text(case, "uri")?, &algorithms, WINDOW);
    rules = match case["access_token"].as_str() {
        Some(access_token) => rules.for_access_token(access_token),
        None => rules.without_access_token(),
    };
    rules = match case["nonce"].as_str() {
        Some(nonce) => rules.require_nonce(nonce),
        None => rules.nonce_not_provided(),
    };
    let mut scratch = vec![0; scratch_size(proof.len())];
    let verdict = dpop::validate(proof, &rules, Time::At(now), &mut scratch);
    Ok(verdict.map(|_| ()).map_err(|error| said(&error)))
}
