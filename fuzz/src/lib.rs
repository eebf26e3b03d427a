//! Properties that must hold for any input. Each function is the body of a fuzz target: it panics
//! if a property does not hold.

mod digest;
pub mod ffi;
pub mod keys;
pub mod kinds;
pub mod pkce;
pub mod proofs;
pub mod signatures;
pub mod text;
pub mod tokens;
pub mod uris;
