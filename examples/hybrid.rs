//! The Hybrid flow with `code id_token` (OpenID Connect Core section 3.3): the front end gets an ID
//! token that is tied to the code, and the back end exchanges the code for its own tokens.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, CLIENT, CODE, ISSUER, NONCE};
use keycard::flow::{AuthorizationResponse, TokenResponse};
use keycard::{Algorithm, Error, Reason};

const FRONT_ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_hybrid_id_token.jwt");
const BACK_ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_code_id_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    // The browser brought a code and an ID token: c_hash is required.
    let policy_for = |code| {
        let response = AuthorizationResponse::CodeIdToken { code };
        response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE)
    };
    let front = demo::accept("the ID token with its code", FRONT_ID_TOKEN, &policy_for(CODE))?;
    let injected = policy_for("i1WsRn1uB1");
    demo::reject("it with an injected code", FRONT_ID_TOKEN, &injected, Reason::WrongHash);

    // The token endpoint sent an access token and a second ID token, which must name the same user
    // (section 3.3.3.6).
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy_for =
        |subject| response.second_id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE, subject);
    demo::accept("the second ID token", BACK_ID_TOKEN, &policy_for(&front))?;
    let other = policy_for("00u9");
    demo::reject("it after one of another user", BACK_ID_TOKEN, &other, Reason::WrongSubject);
    Ok(())
}
