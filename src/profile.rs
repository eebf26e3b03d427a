//! The kinds of tokens. Each kind has a constructor for its policy, and fixed requirements.

mod access_token;
mod client_assertion;
mod id_token;
pub(crate) mod kinds;
#[cfg(feature = "logout")]
mod logout_token;
mod plain;
mod refreshed_id_token;
