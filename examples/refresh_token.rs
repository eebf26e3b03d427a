//! Refreshing (RFC 6749 section 6, OpenID Connect Core section 12.2): the refresh token is opaque
//! and is not parsed. The new ID token names the same user as the first one.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, ALL_TOKENS, CLIENT, ISSUER, NONCE};
use keycard::flow::{Endpoint, Flow, TokenResponse};
use keycard::{Algorithm, Error, OriginalIdToken, Reason};

const FIRST: &str = include_str!("../tests/vectors/demo/flow_code_id_token.jwt");
const REFRESHED: &str = include_str!("../tests/vectors/demo/flow_refreshed_id_token.jwt");
const OF_ANOTHER: &str = include_str!("../tests/vectors/demo/flow_refreshed_for_another.jwt");

pub(crate) fn main() -> Result<(), Error> {
    // The user logged in, and the client keeps the values to compare with.
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy = response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE);
    let user = demo::accept("the first ID token", FIRST, &policy)?;
    let original = OriginalIdToken::new(ISSUER, &user, CLIENT, 1_700_000_000)
        .with_authentication_time(1_699_999_990)
        .with_nonce(NONCE);

    // Later the client sent the refresh token. There is no login and no nonce now, but the user is
    // the same.
    Flow::RefreshToken.check_received(Endpoint::Token, ALL_TOKENS)?;
    let policy = response.refreshed_id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, &original);
    demo::accept("the refreshed ID token", REFRESHED, &policy)?;
    demo::reject("one of another user", OF_ANOTHER, &policy, Reason::NotAsOriginal);
    Ok(())
}
