//! Several issuers: the unverified `iss` of a token selects the validator, and only that one
//! validates.

use crate::arguments::{bytes, time};
use crate::policy::Request;
use crate::rejection::{misused, rejected};
use crate::token::Token;
use crate::validator::{Binding, Validator};
use keycard::{Reason, TrustRow, choose_row, scratch_size};
use pyo3::prelude::*;
use pyo3::types::PyList;

/// Validators of different issuers.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Issuers {
    validators: Vec<Py<Validator>>,
    without_scopes: bool,
}

impl Issuers {
    /// The position of the validator for the issuer that a token names. The token is not verified.
    fn choose(&self, py: Python<'_>, token: &[u8]) -> PyResult<usize> {
        let all: Vec<&Validator> = self.validators.iter().map(|it| it.bind(py).get()).collect();
        let keys: Vec<_> = all.iter().map(|validator| validator.owned_keys(py)).collect();
        let parts: Vec<_> = all.iter().map(|validator| validator.policy.parts()).collect();
        let policies = all.iter().zip(&parts);
        let policies: Vec<_> = policies
            .map(|(validator, parts)| validator.policy.policy(parts, Request::default()))
            .collect();
        let rows = keys.iter().zip(&policies);
        let rows: Vec<_> = rows.map(|(keys, policy)| TrustRow::new(keys.keys(), policy)).collect();
        let mut scratch = vec![0; scratch_size(token.len())];
        choose_row(token, &rows, &mut scratch).map_err(|error| rejected(py, error, None))
    }

    fn validator(&self, row: usize) -> Option<&Py<Validator>> {
        self.validators.get(row)
    }
}

#[pymethods]
impl Issuers {
    #[new]
    #[pyo3(signature = (*validators))]
    fn new(py: Python<'_>, validators: Vec<Py<Validator>>) -> PyResult<Self> {
        if validators.is_empty() {
            return Err(misused(py, Reason::PolicyEmpty, "validators"));
        }
        let mut named = Vec::new();
        for validator in &validators {
            let Some(issuer) = validator.bind(py).get().policy.issuer() else {
                return Err(misused(py, Reason::PolicyIncomplete, "iss"));
            };
            if named.contains(&issuer) {
                return Err(misused(py, Reason::PolicyContradiction, "iss"));
            }
            named.push(issuer);
        }
        Ok(Self { validators, without_scopes: false })
    }

    #[pyo3(signature = (token, now = None, *, dpop_key = None, client_certificate = None))]
    fn validate(
        &self,
        token: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        dpop_key: Option<&Bound<'_, PyAny>>,
        client_certificate: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Token> {
        let (py, text, time) = (token.py(), bytes(token, "token")?, time(now)?);
        let binding = Binding::read(dpop_key, client_certificate)?;
        let row = self.choose(py, text.as_bytes())?;
        let validator = self.validator(row).ok_or_else(|| misused(py, Reason::Stale, "iss"))?;
        let validator = validator.bind(py).get();
        let request = binding.request(self.without_scopes || validator.without_scopes);
        Ok(Token::new(validator.validate_bytes(py, text.as_bytes(), time, request)?, row))
    }

    /// Validates many tokens, one after the other.
    #[pyo3(signature = (tokens, now = None))]
    fn validate_all<'py>(
        &self,
        py: Python<'py>,
        tokens: &Bound<'py, PyAny>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for token in tokens.try_iter()? {
            let token = token?;
            bytes(&token, "token")?;
            match self.validate(&token, now, None, None) {
                Ok(token) => list.append(token)?,
                Err(error) => list.append(error.into_value(py))?,
            }
        }
        Ok(list)
    }

    /// The validator of the issuer that a token names. The token is not verified.
    fn of(&self, token: &Bound<'_, PyAny>) -> PyResult<Py<Validator>> {
        let py = token.py();
        let row = self.choose(py, bytes(token, "token")?.as_bytes())?;
        let validator = self.validator(row).ok_or_else(|| misused(py, Reason::Stale, "iss"))?;
        Ok(validator.clone_ref(py))
    }

    fn without_scopes(&self, py: Python<'_>) -> Self {
        let validators = self.validators.iter().map(|it| it.clone_ref(py)).collect();
        Self { validators, without_scopes: true }
    }

    /// The scopes, if all validators require the same ones.
    #[getter]
    fn scopes(&self, py: Python<'_>) -> Vec<String> {
        if self.without_scopes {
            return Vec::new();
        }
        let mut each = self.validators.iter().map(|validator| {
            let validator = validator.bind(py).get();
            if validator.without_scopes { Vec::new() } else { validator.policy.scopes() }
        });
        let first = each.next().unwrap_or_default();
        if each.all(|scopes| scopes == first) { first } else { Vec::new() }
    }
}
