//! The extension module `keycard._native`. Each file is one part of the package; the package itself
//! is in `keycard/`.

mod arguments;
mod claims;
mod dpop;
mod issuers;
mod keys;
mod options;
mod pkce;
mod policy;
mod rejection;
mod replay;
mod token;
mod unverified;
mod validator;

/// All state is immutable or behind a lock, so the module needs no global interpreter lock.
#[pyo3::pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::dpop::Proof;
    #[pymodule_export]
    use crate::dpop::{ProofKeyCache, validate_proof};
    #[pymodule_export]
    use crate::issuers::Issuers;
    #[pymodule_export]
    use crate::keys::{KeyFinding, KeyReport, Keys};
    #[pymodule_export]
    use crate::pkce::{challenge, verifier_of, verify};
    #[pymodule_export]
    use crate::policy::{ClaimRule, OriginalIdToken, Policy};
    #[pymodule_export]
    use crate::replay::ReplayCache;
    #[pymodule_export]
    use crate::token::Token;
    #[pymodule_export]
    use crate::unverified::{Unverified, peek};
    #[pymodule_export]
    use crate::validator::Validator;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
