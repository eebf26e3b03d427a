//! The Client Credentials flow (RFC 6749 section 4.4): a service without a user gets only an access
//! token, and the API validates it.

#[path = "flow/demo.rs"]
mod demo;

use demo::{ACCESS_TOKEN, API, ISSUER};
use keycard::flow::{AccessTokenOf, Endpoint, Flow, Issued};
use keycard::{Algorithm, Error, Reason};

const SERVICE_TOKEN: &str = include_str!("../tests/vectors/demo/flow_service_access_token.jwt");

pub(crate) fn main() -> Result<(), Error> {
    // At the service: there was no login, so an ID token with the access token is an error.
    let flow = Flow::ClientCredentials;
    flow.check_received(Endpoint::Token, &[Issued::AccessToken])?;
    let both = flow.check_received(Endpoint::Token, &[Issued::AccessToken, Issued::IdToken]);
    demo::rejected("an ID token for a service", both, Reason::NotIssuedByFlow);

    // At the API. Okta puts the client into `cid`, and into `sub` if there is no user.
    let of_service = AccessTokenOf::Service { client_claim: "cid", mark: None };
    let policy = of_service.policy(ISSUER, API, Algorithm::Rs256);
    demo::reject("the access token of a user", ACCESS_TOKEN, &policy, Reason::UserPresent);
    let policy = policy.require_scope("telemetry:write");
    demo::accept("the service's access token", SERVICE_TOKEN, &policy)?;
    Ok(())
}
