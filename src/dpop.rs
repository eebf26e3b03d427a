//! DPoP proofs (RFC 9449): the sender of a request proves that it holds the key to which its access
//! token is bound.
//!
//! At a resource server, one call checks the proof, the access token that came with it, and that
//! the proof was not used before:
//!
//! ```
//! use keycard::dpop::{self, ProofRules};
//! use keycard::replay::ReplayCache;
//! use keycard::{Algorithm, Error, Keys, Policy, Time};
//!
//! fn serve(
//!     token: &str,
//!     proof: &str,
//!     keys: Keys<'_>,
//!     cache: &mut ReplayCache<'_>,
//!     now: i64,
//! ) -> Result<(), Error> {
//!     let time = Time::At(now);
//!     let policy =
//!         Policy::access_token("https://id.example", "https://api.example", Algorithm::Es256);
//!     let rules = ProofRules::new("POST", "https://api.example/orders", Algorithm::Es256, 60)
//!         .allow_leeway(5)
//!         .nonce_not_provided();
//!     let mut scratch = [0; keycard::scratch_size(2048)];
//!     // A proof is good once: the call records its use in the cache.
//!     let bound = dpop::validate_bound_once(
//!         token, proof, keys, &policy, &rules, cache, time, &mut scratch,
//!     )?;
//!     let _ = bound.token().claims().string("sub");
//!     Ok(())
//! }
//! ```
//!
//! At a token endpoint there is no access token yet. [`validate`] checks only the proof, and the
//! thumbprint of [`Proof::key`] goes into the `cnf` of the issued token.
//!
//! [`validate`] does not make two of the twelve checks of section 4.3:
//!
//! * The request has exactly one `DPoP` header (check 1): the caller, who reads the request, must
//!   check it.
//! * The key of the proof is the key to which the access token is bound (second half of check 12).
//!   The validation of the token checks this, see
//!   [`Policy::require_dpop_key`](crate::Policy::require_dpop_key).
//!
//! # Other kinds of proofs
//!
//! A workload identity token of WIMSE, or a WIT-SVID of SPIFFE, has the key of the workload in
//! `cnf`.`jwk`, and the workload proof token beside it is signed by this key. The same calls take
//! such a pair: with [`Policy::workload_identity`](crate::Policy::workload_identity) and the rules
//! `ProofRules::workload`. The scratch then holds both, so it takes the sum of their
//! [`scratch_size`](crate::scratch_size)s.
//!
//! Only this module reads a key from a token (`jwk` in the header). It returns a [`Proof`], never a
//! [`Token`](crate::Token): a proof shows that the sender holds a key, not who the sender is.

mod bound;
mod check;
mod description;
pub(crate) mod key_cache;
#[cfg(feature = "alloc")]
mod owned;
mod proof;
mod rules;
mod uri;

pub use bound::{BoundToken, validate_bound_once, validate_bound_token};
pub(crate) use bound::{Pair, decide_bound};
pub(crate) use check::decide;
pub use check::validate;
pub use key_cache::{ProofKeyCache, words_for};
pub use proof::Proof;
pub use rules::ProofRules;
