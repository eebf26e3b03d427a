//! The Resource Owner Password flow (RFC 6749 section 4.3), at the API: it accepts access tokens
//! that were issued for a user. RFC 9700 section 2.4 forbids the flow. For an API, these tokens
//! look like those of the Authorization Code flow.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, API, CLIENT, ISSUER};
use keycard::flow::{AccessTokenOf, Application, Flow, Practice};
use keycard::{Algorithm, ClaimRule, Error, Reason};

const ID_TOKEN: &str = include_str!("../tests/vectors/demo/flow_implicit_id_token.jwt");
const SERVICE_TOKEN: &str = include_str!("../tests/vectors/demo/flow_service_access_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    let flow = Application::Trusted.flow();
    assert_eq!(flow, Flow::ResourceOwnerPassword);
    assert_eq!(flow.practice(), Practice::MustNot);
    println!("{flow}: {}", flow.practice_text());

    // Okta puts the user into `uid` and the client into `cid`: only tokens with a user have both.
    let mark = Some(ClaimRule::present("uid"));
    let of_user = AccessTokenOf::flow(flow, "cid", mark)?;
    let policy = of_user.policy(ISSUER, API, Algorithm::Rs256).require_scope("notes:read");
    demo::accept("the user's access token", ACCESS_TOKEN, &policy)?;
    demo::reject("one of a service", SERVICE_TOKEN, &policy, Reason::ScopeMissing);
    let policy = of_user.policy(ISSUER, API, Algorithm::Rs256);
    demo::reject("it for any scope", SERVICE_TOKEN, &policy, Reason::UserMissing);

    // An ID token is for the client, and is not an access token.
    let policy = of_user.policy(ISSUER, CLIENT, Algorithm::Rs256);
    demo::reject("an ID token in its place", ID_TOKEN, &policy, Reason::WrongTokenKind);
    Ok(())
}
