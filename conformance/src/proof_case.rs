//! `proof-case/1`: a DPoP proof, and the request that it came with.

use super::{Tally, cases, said, text};
use keycard::dpop::{self, ProofKeyCache, ProofRules, words_for};
use keycard::{Algorithm, Precompute, Time, scratch_size};
use serde_json::Value;

/// The maximum number of seconds since `iat`.
const WINDOW: u32 = 60;

/// The size of the prepared keys.
const SIZE: Precompute = Precompute::Bytes1K;

/// Each case is validated with a cache, too: as its first proof, and with its key prepared.
pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    let mut memory = vec![0; words_for(64, SIZE)];
    let made = ProofKeyCache::new(&mut memory, SIZE, 1);
    let mut cache = made.map_err(|error| said(&error))?;
    for case in cases(document)? {
        let outcome = validate(case, None)?;
        for _ in 0..3 {
            if validate(case, Some(&mut cache))? != outcome {
                return Err(format!("{}: another verdict with the cache", text(case, "id")?));
            }
        }
        tally.record(case, &outcome)?;
    }
    Ok(())
}

/// Validates a proof. An absent access token or nonce is waived.
fn validate(
    case: &Value,
    cache: Option<&mut ProofKeyCache<'_>>,
) -> Result<Result<(), String>, String> {
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
    let time = Time::At(now);
    let verdict = match cache {
        None => dpop::validate(proof, &rules, time, &mut scratch),
        Some(cache) => {
            let verdict = cache.validate(proof, &rules, time, &mut scratch);
            verdict.inspect(|proof| cache.admit(proof))
        }
    };
    Ok(verdict.map(|_| ()).map_err(|error| said(&error)))
}
