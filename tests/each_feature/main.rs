//! The tests that depend on features, in a program of their own, which `tools/checks/each-feature`
//! builds for each set of features. The full build has them in `spec` and `behaviour`.

#![cfg(not(all(feature = "ml-dsa", feature = "accelerated", feature = "ffi")))]

#[path = "../support/mod.rs"]
mod support;

#[path = "../behaviour/algorithms.rs"]
mod algorithms;
#[path = "../behaviour/image.rs"]
mod image;
#[path = "../spec/openid_core.rs"]
mod openid_core;
#[path = "../spec/rfc7518.rs"]
mod rfc7518;
#[path = "../spec/rfc7636.rs"]
mod rfc7636;
