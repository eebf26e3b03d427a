//! The claims of a token in memory of the caller: by `heapless` from the token itself, and by
//! `serde-json-core` from its canonical JSON.

use heapless::{String, Vec};
use keycard::Claims;
use serde::Deserialize;

/// The claims that this device keeps. They do not borrow from the token.
#[derive(Deserialize, PartialEq)]
struct Grant {
    iss: String<64>,
    #[serde(rename = "cid")]
    client: String<32>,
    #[serde(rename = "scp")]
    scopes: Vec<String<24>, 4>,
    exp: i64,
}

/// The same with too little memory for the scopes.
#[derive(Deserialize)]
struct Narrow {
    #[serde(rename = "scp")]
    _scopes: Vec<String<24>, 1>,
}

/// Returns whether both ways give the same grant, and a string that does not fit is an error.
pub fn are_kept(claims: &Claims<'_>) -> bool {
    let Ok(grant) = claims.deserialize::<Grant>() else { return false };
    let mut json = [0; 1024];
    let Ok(length) = claims.write_json(&mut json) else { return false };
    let written = json.get(..length).unwrap_or_default();
    let Ok((read, used)) = serde_json_core::from_slice::<Grant>(written) else { return false };
    let scopes = grant.scopes.iter().map(String::as_str);
    read == grant
        && used == length
        && grant.iss == crate::ISSUER
        && scopes.eq(["telemetry:write", "telemetry:read"])
        && claims.deserialize::<Narrow>().is_err()
}
