//! The specifications, one module for each: RFCs by number, OpenID Connect, and the kinds of token.

#[path = "../support/mod.rs"]
mod support;

mod access_token;
mod client_assertion;
mod confirmation;
mod detached;
mod dpop;
mod logout_token;
mod openid_core;
mod openid_relying_party;
mod refreshed_id_token;
mod response_type;
mod rfc7515;
mod rfc7517;
mod rfc7518;
mod rfc7519;
mod rfc7636;
mod rfc7638;
mod rfc8037;
mod rfc8725;
mod rfc9068;
