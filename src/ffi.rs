//! The C ABI of the headers of `include/`, which are generated from this folder.
//!
//! Nearly all `unsafe` code of this folder is in [`raw`], which checks
//! pointers and turns them into slices. The functions translate: they take numbers where Rust takes
//! enumerations, check what C types cannot express, and call the Rust API.
//!
//! Doc comments of public items in this folder become the comments of the header.

#![expect(
    non_camel_case_types,
    missing_debug_implementations,
    reason = "types of the header carry the names that C gives them, and cross as they are"
)]
#![expect(
    clippy::missing_safety_doc,
    reason = "the grammar at the top of the header is the contract of all functions"
)]

pub mod access_token;
mod authentication;
pub mod bound;
pub mod bytes;
pub mod claims;
pub mod dpop;
pub mod flow;
mod further_kinds;
pub mod hardware;
pub mod init;
pub mod iterator;
pub mod key_rules;
pub mod keys;
pub mod layout;
mod lists;
mod output;
pub mod pkce;
pub mod policy;
pub mod policy_numbers;
pub mod proof_key_cache;
mod proof_key_words;
#[cfg(feature = "dpop")]
mod proof_rules;
mod raw;
pub mod replay;
pub mod sd_jwt;
pub mod signed_image;
pub mod status;
pub mod time;
pub mod token_status;
pub mod trust;
pub mod validate;
