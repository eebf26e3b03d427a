//! The Resource Owner Password flow (RFC 6749 section 4.3), at the API: it takes access tokens that stand for a user. RFC
//! 9700 section 2.4 forbids the flow; an API sees no difference to tokens that a user got by a code.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, API, ISSUER};
use keycard::flow::{Application, Flow, Practice};
use keycard::{Algorithm, Error, Reason};

const ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_implicit_id_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    let flow = Application::Trusted.flow();
    assert_eq!(flow, Flow::ResourceOwnerPassword);
    assert_eq!(flow.practice(), Practice::MustNot);
    println!("{flow}: {}", flow.practice_text());

    let policy = flow.access_token_policy(ISSUER, API, Algorithm::Rs256);
    let reading = policy.require_scope("notes:read");
    demo::accept("the user's access token", ACCESS_TOKEN, &reading)?;
    let writing = policy.require_scope("notes:write");
    demo::refuse("it for more than was granted", ACCESS_TOKEN, &writing, Reason::ScopeMissing);

    // What says who logged in opens no door: it is for the client, and is not an access token.
    let policy = flow.access_token_policy(ISSUER, demo::CLIENT, Algorithm::Rs256);
    demo::refuse("an ID token in its place", ID_TOKEN, &policy, Reason::WrongTokenKind);
    Ok(())
}
