//! Values of a token that is not verified.

use crate::arguments::bytes;
use crate::rejection::rejected;
use keycard::scratch_size;
use pyo3::prelude::*;

/// Values that the sender of a token may have written: only for choosing keys and a policy.
#[pyclass(frozen, get_all, module = "keycard")]
pub(crate) struct Unverified {
    algorithm: String,
    key_id: Option<String>,
    token_type: Option<String>,
    issuer: Option<String>,
}

/// Reads them as strictly as a validation.
#[pyfunction]
pub(crate) fn peek(token: &Bound<'_, PyAny>) -> PyResult<Unverified> {
    let text = bytes(token, "token")?;
    let mut scratch = vec![0; scratch_size(text.as_bytes().len())];
    let mut read = || {
        let mut unverified = keycard::Unverified::read(text.as_bytes(), &mut scratch)?;
        Ok(Unverified {
            algorithm: unverified.algorithm_name().to_owned(),
            key_id: unverified.key_id().map(str::to_owned),
            token_type: unverified.token_type().map(str::to_owned),
            issuer: unverified.issuer()?.map(str::to_owned),
        })
    };
    let unverified: Result<Unverified, keycard::Error> = read();
    unverified.map_err(|error| rejected(token.py(), error, None))
}
