//! `oidc-hash/1`: the half hash of a value (OpenID Connect Core section 3.1.3.6), as in an ID
//! token. The runner signs a token with each hash. This token must be accepted together with the
//! value, and rejected together with another value.

#[path = "../../tests/support/issuer.rs"]
mod issuer;

use super::{Tally, Verdict, cases, text};
use issuer::Issuer;
use keycard::{Algorithm, Error, Policy, Time, scratch_size};
use serde_json::{Value, json};

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let algorithm: Algorithm = text(case, "alg")?.parse().map_err(|_| "unknown algorithm")?;
        if !algorithm.is_built() {
            tally.unsupported += 1;
            continue;
        }
        let (id, value, hash) = (text(case, "id")?, text(case, "value")?, text(case, "hash")?);
        let fits = verdict_of(algorithm, value, hash);
        tally.count(id, Verdict::Accept, &fits);
        let other = verdict_of(algorithm, &format!("{value}0"), hash);
        tally.count(id, Verdict::Reject, &other);
    }
    Ok(())
}

/// Checks that an ID token with the hash is accepted together with the value. The hash is tried as
/// each of the three claims.
fn verdict_of(algorithm: Algorithm, value: &str, hash: &str) -> Result<(), Error> {
    let issuer = Issuer::with(algorithm, "first");
    let claims = json!({
        "iss": "i", "sub": "s", "aud": "c", "iat": 0, "exp": 1,
        "at_hash": hash, "c_hash": hash, "s_hash": hash,
    });
    let token = issuer.token(claims.to_string());
    let asked = Policy::id_token("i", "c", [algorithm], None).nonce_not_sent();
    let mut memory = [0; 128];
    let keys = issuer.keys(&mut memory);
    let mut scratch = vec![0; scratch_size(token.len())];
    for policy in [asked.with_access_token(value), asked.with_code(value), asked.with_state(value)]
    {
        keycard::validate(&token, keys.view(), &policy, Time::At(0), &mut scratch)?;
    }
    Ok(())
}
