//! Code that the examples of the flows share: an authorization server, a client, and output of one
//! line for each verdict.

#![allow(dead_code, reason = "each example uses a part of it")]

use keycard::flow::Issued;
use keycard::{Error, KeyTable, Policy, Reason, Time, scratch_size};

/// The authorization server, its keys and the current time.
pub(crate) const ISSUER: &str = "https://dev-1234567.okta.example/oauth2/default";
const KEYS: &str = include_str!("../../tests/vectors/demo/keys.json");
const NOW: Time = Time::At(1_700_000_060);

/// The client, and the API that it uses.
pub(crate) const CLIENT: &str = "0oa2mv8c5m9Hd6q2t5d7";
pub(crate) const API: &str = "api://default";

/// The values that the client sent in the authorization request and stored in the session.
pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";

/// The values that the server returned.
pub(crate) const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
pub(crate) const ACCESS_TOKEN: &str =
    include_str!("../../tests/vectors/demo/flow_user_access_token.jwt");

/// Validates a token that must be accepted, prints what was checked, and returns its `sub`.
pub(crate) fn accept(what: &str, token: &str, policy: &Policy<'_>) -> Result<String, Error> {
    let mut memory = [0; 128];
    let mut keys = KeyTable::new(&mut memory)?;
    keys.add_jwks(KEYS)?;
    let mut scratch = [0; scratch_size(2048)];
    let token = keycard::validate(token, keys.view(), policy, NOW, &mut scratch)?;
    let checked: Vec<_> = token.evidence().passed().iter().map(|check| check.name()).collect();
    println!("ACCEPTED {what}: {}", checked.join(", "));
    Ok(token.claims().string("sub")?.to_owned())
}

/// Validates a token that must be rejected for this reason, and prints why it was.
pub(crate) fn reject(what: &str, token: &str, policy: &Policy<'_>, reason: Reason) {
    rejected(what, accept(what, token, policy), reason);
}

/// Prints the reason of a rejection, which must be this one.
pub(crate) fn rejected<T>(what: &str, outcome: Result<T, Error>, reason: Reason) {
    match outcome {
        Err(error) if error.reason() == reason => println!("REJECTED  {what}: {error}"),
        Err(error) => panic!("{what}: {error}"),
        Ok(_) => panic!("{what}: accepted"),
    }
}

/// The tokens that the token endpoint sends to a client after a login.
pub(crate) const ALL_TOKENS: &[Issued] =
    &[Issued::AccessToken, Issued::IdToken, Issued::RefreshToken];
