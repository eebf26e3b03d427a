//! The Authorization Code flow: a client validates the ID token that it got for a code (OpenID
//! Connect Core section 3.1). Today, use this flow only with PKCE: see
//! `authorization_code_pkce.rs`.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, ALL_TOKENS, CLIENT, ISSUER, NONCE};
use keycard::flow::{Endpoint, Issued, ResponseType, TokenResponse};
use keycard::{Algorithm, Error, Reason};

const ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_code_id_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    let asked: ResponseType = "code".parse()?;
    asked.check_received(Endpoint::Authorization, &[Issued::Code])?;
    // The client did not request an access token in the browser, so an attacker put it there.
    let slipped_in = asked.check_received(Endpoint::Authorization, &[Issued::AccessToken]);
    demo::rejected("an access token beside the code", slipped_in, Reason::NotIssuedByFlow);

    // The client sent the code to the token endpoint.
    asked.check_received(Endpoint::Token, ALL_TOKENS)?;
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy = response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE);
    demo::accept("the ID token", ID_TOKEN, &policy)?;

    // An attacker injects the code of another session: its token has another nonce.
    let policy = response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, "af0ifjsldkj");
    demo::reject("it in another session", ID_TOKEN, &policy, Reason::WrongNonce);
    Ok(())
}
