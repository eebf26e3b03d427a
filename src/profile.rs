//! The kinds of tokens: for each, how its policy is made and what is always asked of it.

mod access_token;
mod authentication;
pub(crate) mod confirmation;
mod id_token;
#[cfg(feature = "logout")]
mod logout_token;
mod plain;
