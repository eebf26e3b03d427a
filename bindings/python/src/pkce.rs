//! PKCE (RFC 7636), both sides.

use crate::arguments::bytes;
use crate::rejection::rejected;
use keycard::pkce::{self, CodeVerifier, Outcome, Rules, Stored};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The code verifier of 32 random bytes.
#[pyfunction]
pub(crate) fn verifier_of(random: [u8; 32]) -> String {
    CodeVerifier::from_random(random).as_str().to_owned()
}

/// The `S256` code challenge of a code verifier.
#[pyfunction]
pub(crate) fn challenge(verifier: &Bound<'_, PyAny>) -> PyResult<String> {
    let challenge = pkce::challenge_s256(bytes(verifier, "verifier")?.as_bytes());
    let challenge = challenge.map_err(|error| rejected(verifier.py(), error, None))?;
    Ok(challenge.as_str().to_owned())
}

/// Checks a token request. True if PKCE was used, false if the rules allow that it was not.
#[pyfunction]
#[pyo3(signature = (*, challenge, method, verifier, allow_plain = false, optional = false))]
pub(crate) fn verify(
    py: Python<'_>,
    challenge: Option<&Bound<'_, PyAny>>,
    method: Option<&Bound<'_, PyString>>,
    verifier: Option<&Bound<'_, PyAny>>,
    allow_plain: bool,
    optional: bool,
) -> PyResult<bool> {
    let challenge = challenge.map(|it| bytes(it, "challenge")).transpose()?;
    let verifier = verifier.map(|it| bytes(it, "verifier")).transpose()?;
    let method = method.map(|it| bytes(it.as_any(), "method")).transpose()?;
    // A method that is not UTF-8 is not a method.
    let method = method.as_ref().map(|it| std::str::from_utf8(it.as_bytes()).unwrap_or("?"));
    let stored = challenge.as_ref().map(|challenge| Stored::new(challenge.as_bytes(), method));
    let mut rules = Rules::new();
    if allow_plain {
        rules = rules.allow_plain();
    }
    if optional {
        rules = rules.optional();
    }
    match pkce::verify(stored, verifier.as_ref().map(|it| it.as_bytes()), rules) {
        Ok(Outcome::Verified) => Ok(true),
        Ok(Outcome::NotUsed) => Ok(false),
        Err(error) => Err(rejected(py, error, None)),
    }
}
