//! Validates tokens with the current keys and a fixed policy.

use crate::arguments::{bytes, time};
use crate::dpop::{Proof, WorkloadOptions};
use crate::keys::Keys;
use crate::options::Given;
use crate::policy::{Policy, PolicyContent, Request};
use crate::rejection::rejected;
use crate::token::Token;
use keycard::{OwnedKeys, OwnedToken, Thumbprint, Time};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::sync::{Arc, PoisonError, RwLock};

/// A validator.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Validator {
    /// The validators that `with_policy` made share them.
    keys: Arc<RwLock<Py<Keys>>>,
    pub(crate) policy: Arc<PolicyContent>,
    pub(crate) without_scopes: bool,
}

impl Validator {
    fn current_keys(&self, py: Python<'_>) -> Py<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone_ref(py)
    }

    pub(crate) fn owned_keys(&self, py: Python<'_>) -> Arc<OwnedKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner).bind(py).get().owned)
    }

    pub(crate) fn validate_bytes(
        &self,
        py: Python<'_>,
        token: &[u8],
        time: Time,
        request: Request<'_>,
    ) -> PyResult<OwnedToken> {
        let keys = self.owned_keys(py);
        let verdict = self
            .policy
            .lend(request, |policy| OwnedToken::validate(token, keys.keys(), policy, time));
        verdict.map_err(|error| rejected(py, error, Some(time)))
    }
}

/// The keys that a request has proved to possess.
pub(crate) struct Binding {
    dpop_key: Option<Thumbprint>,
    client_certificate: Option<Thumbprint>,
}

impl Binding {
    pub(crate) fn read(
        dpop_key: Option<&Bound<'_, PyAny>>,
        client_certificate: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let dpop_key = dpop_key.map(|key| Given::read(key, "dpop_key")).transpose()?;
        let client_certificate =
            client_certificate.map(|it| Given::read(it, "client_certificate")).transpose()?;
        Ok(Self { dpop_key, client_certificate })
    }

    pub(crate) fn request(&self, without_scopes: bool) -> Request<'_> {
        let dpop_key = self.dpop_key.as_ref();
        let client_certificate = self.client_certificate.as_ref();
        Request { dpop_key, client_certificate, without_scopes }
    }
}

#[pymethods]
impl Validator {
    #[new]
    fn new(keys: Py<Keys>, policy: &Policy) -> Self {
        let policy = Arc::clone(&policy.content);
        Self { keys: Arc::new(RwLock::new(keys)), policy, without_scopes: false }
    }

    /// Validates a token.
    #[pyo3(signature = (token, now = None, *, dpop_key = None, client_certificate = None))]
    fn validate(
        &self,
        token: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        dpop_key: Option<&Bound<'_, PyAny>>,
        client_certificate: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Token> {
        let (text, time) = (bytes(token, "token")?, time(now)?);
        let binding = Binding::read(dpop_key, client_certificate)?;
        let request = binding.request(self.without_scopes);
        let owned = self.validate_bytes(token.py(), text.as_bytes(), time, request)?;
        Ok(Token::new(owned, 0))
    }

    /// Validates a workload identity token with its proof. The use of the proof is not recorded.
    #[pyo3(signature = (token, proof, now = None, **rules))]
    fn _validate_workload(
        &self,
        token: &Bound<'_, PyAny>,
        proof: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        rules: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<(Token, Proof)> {
        let py = token.py();
        let given = WorkloadOptions::of(py, rules)?;
        let (text, time) = (bytes(token, "token")?, time(now)?);
        let proof = bytes(proof, "proof")?;
        let keys = self.owned_keys(py);
        let request = Request { without_scopes: self.without_scopes, ..Request::default() };
        let judged = self.policy.lend(request, |policy| {
            let (text, proof, keys) = (text.as_bytes(), proof.as_bytes(), keys.keys());
            OwnedToken::validate_bound(text, proof, keys, policy, &given.rules(), time)
        });
        let (owned, proof) = judged.map_err(|error| rejected(py, error, Some(time)))?;
        Ok((Token::new(owned, 0), Proof::new(proof)))
    }

    /// Validates many tokens without the GIL.
    #[pyo3(signature = (tokens, now = None))]
    fn validate_all<'py>(
        &self,
        py: Python<'py>,
        tokens: &Bound<'py, PyAny>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let time = time(now)?;
        let texts = tokens.try_iter()?.map(|token| bytes(&token?, "token"));
        let texts: Vec<_> = texts.collect::<PyResult<_>>()?;
        let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
        let keys = self.owned_keys(py);
        let request = Request { without_scopes: self.without_scopes, ..Request::default() };
        let verdicts = py.detach(|| {
            self.policy
                .lend(request, |policy| OwnedToken::validate_all(&texts, keys.keys(), policy, time))
        });
        let list = PyList::empty(py);
        for verdict in verdicts {
            match verdict {
                Ok(owned) => list.append(Token::new(owned, 0))?,
                Err(error) => list.append(rejected(py, error, Some(time)).into_value(py))?,
            }
        }
        Ok(list)
    }

    /// The current keys. Assigning replaces them at once, for all validators that share them.
    #[getter]
    fn keys(&self, py: Python<'_>) -> Py<Keys> {
        self.current_keys(py)
    }

    #[setter]
    fn set_keys(&self, keys: Py<Keys>) {
        let old = {
            let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, keys)
        };
        drop(old);
    }

    /// A validator with another policy and the same keys.
    fn with_policy(&self, policy: &Policy) -> Self {
        let (keys, policy) = (Arc::clone(&self.keys), Arc::clone(&policy.content));
        Self { keys, policy, without_scopes: false }
    }

    /// A validator with the same keys and policy, but without its scopes.
    fn without_scopes(&self) -> Self {
        let (keys, policy) = (Arc::clone(&self.keys), Arc::clone(&self.policy));
        Self { keys, policy, without_scopes: true }
    }

    /// The scopes that the policy requires, for a challenge.
    #[getter]
    fn scopes(&self) -> Vec<String> {
        if self.without_scopes { Vec::new() } else { self.policy.scopes() }
    }

    /// The validator for a token: this one. See `Issuers.of`.
    fn of<'py>(this: PyRef<'py, Self>, token: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
        let _ = token;
        this
    }
}
