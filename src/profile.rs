//! The kinds of tokens: for each, how its policy is made and what is always asked of it.

mod access_token;
pub(crate) mod authentication;
pub(crate) mod client;
pub(crate) mod confirmation;
mod id_token;
#[cfg(feature = "logout")]
mod logout_token;
mod plain;
pub(crate) mod refreshed_id_token;
