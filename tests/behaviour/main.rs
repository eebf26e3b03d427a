//! The behaviour of the library by topic: keys, claims, policies, flows, time.

#![allow(
    clippy::duplicate_mod,
    reason = "the runner of the suites in conformance/ has the issuer of the tests, too"
)]

#[path = "../support/mod.rs"]
mod support;

mod accelerated;
mod accelerated_image;
mod algorithms;
mod batch;
mod bound;
mod claims;
mod client;
mod flow;
mod flow_choice;
mod hardware;
mod hmac;
mod image;
mod key_formats;
mod key_forms;
mod key_sets;
mod keys;
mod owned_token;
mod policy;
mod precompute;
mod proof_key_cache;
mod recipes;
mod replay;
mod rsa;
mod scratch;
mod sentences;
mod time;
mod trust;
