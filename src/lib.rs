//! Validates OAuth 2.0 / OpenID Connect tokens (JWT) and verifies PKCE, without an allocator.
//!
//! ```
//! use keycard::{Algorithm, Error, KeyTable, Policy, Time};
//!
//! fn who(jwt: &str, jwks: &str, now: i64) -> Result<String, Error> {
//!     let mut memory = [0; 256];
//!     let mut keys = KeyTable::new(&mut memory)?;
//!     keys.add_jwks(jwks)?;
//!
//!     let policy = Policy::access_token("https://id.example", "api://default", Algorithm::Es256);
//!     let mut scratch = [0; keycard::scratch_size(2048)];
//!     // A clock with a time before the build of the program is not set.
//!     let time = Time::Clock { now, not_before: 1_700_000_000 };
//!     let token = keycard::validate(jwt, keys.view(), &policy, time, &mut scratch)?;
//!     Ok(token.claims().string("sub")?.to_owned())
//! }
//! ```
//!
//! The caller gives the memory for keys and tokens: words for a [`KeyTable`], bytes for a scratch.
//! [`scratch_size`] computes a size that is always enough. Time is an argument. A [`Policy`] says
//! what a token must fulfil. The verdict is a [`Token`] or an [`Error`]. The token gives access to
//! its claims and to the list of checks that were made. The error gives the stage, the reason, the
//! claim and the byte offset. [`validate`] lists the steps. [`pkce`] works without keys and
//! policies.
//!
//! The layers, from the lowest to the highest:
//!
//! * [`Error`] and [`limits`]
//! * strict parsers of [`base64url`] and [`json`], points in [`Time`], [`Algorithm`]s
//! * signatures
//! * [`KeyTable`]
//! * tokens and [`Claims`]
//! * [`Policy`], the kinds of tokens, and the [`flow`]s that issue them
//! * [`validate`]
//! * the C ABI (feature `ffi`)

#![cfg_attr(not(test), no_std)]
#![cfg_attr(
    not(all(
        lanes,
        feature = "es256",
        feature = "es384",
        feature = "es512",
        feature = "es256k",
        feature = "rsa",
        feature = "hmac",
        feature = "eddsa",
        feature = "ml-dsa",
        feature = "pem",
        feature = "logout",
        feature = "more-kinds",
        feature = "dpop",
        feature = "ffi"
    )),
    allow(dead_code, unused_imports, unused_variables, reason = "used by other builds")
)]
#[cfg(feature = "std")]
extern crate std;

/// The examples of the README and of the guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/guide/rust.md")]
struct Pages;

mod algorithm;
mod arithmetic;
pub mod base64url;
mod batch;
mod claims;
#[cfg(feature = "accelerated")]
#[doc(hidden)]
pub mod cpu;
mod der;
mod digest;
#[cfg(feature = "dpop")]
pub mod dpop;
mod error;
mod evidence;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod flow;
mod heap;
pub mod json;
mod key;
pub mod limits;
mod numbered;
pub mod pkce;
mod policy;
mod profile;
pub mod replay;
pub mod sd_jwt;
mod signature;
pub mod status_list;
mod step_counter;
mod str_list;
mod switches;
mod time;
mod token;
mod trust;
mod validate;
mod words;

pub use algorithm::{Algorithm, Algorithms, KeyKind};
pub use batch::{BatchEntry, validate_all};
pub use claims::scopes::Scopes;
pub use claims::{ClaimError, Claims, Strings};
pub use error::{Error, Member, Reason, Stage};
pub use evidence::{Check, Checks, Evidence};
pub use key::image::ImageRules;
pub use key::raw::RawKey;
pub use key::report::{Finding, KeyReport};
pub use key::rules::KeyRules;
pub use key::table::{KeyTable, Keys, WipingKeyTable};
pub use key::thumbprint::{Thumbprint, ThumbprintText};
pub use key::verifier::SignatureVerifier;
pub use key::{Key, KeyId};
pub use limits::scratch_size;
pub use policy::Policy;
pub use policy::original::OriginalIdToken;
pub use policy::rule::ClaimRule;
pub use signature::precompute::Precompute;
pub use str_list::{StrList, StrSource};
pub use time::{NumericDate, Time};
pub use token::Unverified;
pub use trust::{TrustRow, choose_row, validate_any};
pub use validate::{Token, validate, validate_with};
#[cfg(feature = "alloc")]
pub use {key::owned::OwnedKeys, validate::owned::OwnedToken};

// An archive for C must bring a panic handler, because no Rust program around it does. Firmware
// enables it by a feature, the archive for hosts by a cfg. Tests with all features do not build it,
// because std already has a handler.
#[cfg(any(all(feature = "panic-handler", target_os = "none"), keycard_archive))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // No panic is reachable. If a hardware fault causes one, stop here, so that no verdict is
    // returned.
    loop {
        core::hint::spin_loop();
    }
}
