//! The kinds of tokens. Each kind has a constructor for its policy, and fixed requirements.

mod access_token;
mod id_token;
#[cfg(feature = "logout")]
mod logout_token;
mod plain;
pub(crate) mod refreshed_id_token;
