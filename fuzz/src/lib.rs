//! What must hold for any input whatever. Each function is the body of a fuzz target: it panics if
//! a promise is broken.

mod digest;
pub mod ffi;
pub mod keys;
pub mod pkce;
pub mod proofs;
pub mod signatures;
pub mod text;
pub mod tokens;
pub mod uris;
