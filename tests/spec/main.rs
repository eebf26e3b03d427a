//! The specifications, one module for each: RFCs by number, OpenID Connect, and the kinds of token.

#[path = "../support/mod.rs"]
mod support;

mod access_token;
mod authorization_grant;
mod authorization_response;
mod client_assertion;
mod confirmation;
mod detached;
mod dpop;
mod fapi_message_signing;
mod id_jag;
mod introspection_response;
mod jwt_svid;
mod logout_token;
mod openid_core;
mod openid_relying_party;
mod refreshed_id_token;
mod request_object;
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
mod sd_jwt;
mod security_event;
mod status_list;
mod transaction_token;
mod userinfo;
mod workload;
