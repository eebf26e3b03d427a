//! The Implicit flow with `id_token token` (OpenID Connect Core section 3.2): all tokens come
//! through the browser, so the nonce and `at_hash` are required. RFC 9700 section 2.1.2 advises
//! against this flow.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, CLIENT, ISSUER, NONCE};
use keycard::flow::AuthorizationResponse;
use keycard::{Algorithm, Error, Reason};

const ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_implicit_id_token.jwt");
const ID_TOKEN_WITHOUT_HASH: &str = include_str!("../tests/vectors/demo/flow_code_id_token.jwt");
const OTHER_ACCESS_TOKEN: &str = include_str!("../tests/vectors/demo/access_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    let policy_for = |access_token| {
        let response = AuthorizationResponse::IdTokenToken { access_token };
        response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE)
    };
    let policy = policy_for(ACCESS_TOKEN);
    demo::accept("the ID token with its access token", ID_TOKEN, &policy)?;

    // An attacker put the access token of another user into the URL of the browser.
    let swapped = policy_for(OTHER_ACCESS_TOKEN);
    demo::reject("it with another access token", ID_TOKEN, &swapped, Reason::WrongHash);
    // An ID token without at_hash proves nothing about this access token.
    demo::reject("one without at_hash", ID_TOKEN_WITHOUT_HASH, &policy, Reason::ClaimMissing);
    Ok(())
}
