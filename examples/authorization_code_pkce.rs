//! The Authorization Code flow with PKCE (RFC 7636), on both sides: the client makes the pair, the
//! authorization server checks it, and the client validates the ID token. See RFC 9700 section
//! 2.1.1.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, CLIENT, ISSUER, NONCE};
use keycard::flow::TokenResponse;
use keycard::pkce::{self, CodeVerifier, Outcome, Rules, Stored};
use keycard::{Algorithm, Error, Reason};

const ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_code_id_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    // The client keeps the verifier and sends the challenge with the authorization request.
    let verifier = CodeVerifier::from_random(rand::random());
    let challenge = verifier.code_challenge();

    // The authorization server stored the challenge with the code. Now it gets the code and a
    // verifier.
    let stored = Some(Stored::new(challenge.as_str(), Some("S256")));
    let exchange = |verifier| pkce::verify(stored, verifier, Rules::new());
    assert_eq!(exchange(Some(verifier.as_str().as_bytes()))?, Outcome::Verified);
    println!("ACCEPTED the code from the client that asked for it");
    let thief = CodeVerifier::from_random(rand::random());
    let stolen = exchange(Some(thief.as_str().as_bytes()));
    demo::rejected("the code from a thief", stolen, Reason::PkceMismatch);
    demo::rejected("the code without a verifier", exchange(None), Reason::PkceDowngrade);

    // The client got tokens for the code.
    let response = TokenResponse::new(ACCESS_TOKEN);
    let policy = response.id_token_policy(ISSUER, CLIENT, Algorithm::Rs256, NONCE);
    demo::accept("the ID token", ID_TOKEN, &policy)?;
    let policy = response.id_token_policy(ISSUER, "another client", Algorithm::Rs256, NONCE);
    demo::reject("it at another client", ID_TOKEN, &policy, Reason::WrongAudience);
    Ok(())
}
