//! The kinds of tokens. Each kind has a constructor for its policy, and fixed requirements.

mod access_token;
mod assertion;
mod authorization_grant;
mod authorization_response;
mod client_assertion;
mod id_jag;
mod id_token;
mod introspection_response;
mod jwt_svid;
pub(crate) mod kinds;
#[cfg(feature = "logout")]
mod logout_token;
mod plain;
mod refreshed_id_token;
mod request_object;
pub(crate) mod sd_jwt;
mod security_event;
pub(crate) mod status_list;
mod transaction_token;
mod unused;
mod userinfo;
mod workload_id;
pub(crate) mod workload_identity;
