//! Sets of keys, and the report on loading them.

use crate::arguments::{bytes, wrong_type};
use crate::options::{Given, Texts, options};
use crate::rejection::{about, misused, rejected};
use keycard::{
    Algorithms, Error, KeyTable, OwnedKeys, Precompute, RawKey, Reason, Stage, Thumbprint,
};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::sync::Arc;

options! {
    /// The rules for loading keys.
    RuleOptions {
        algorithms: Algorithms,
        allow_certificates: bool,
        allow_secrets: bool,
        allow_short_coordinates: bool,
        insecure_min_rsa_bits: u32,
        insecure_min_secret_bytes: u32,
        key_id: String,
        max_rsa_bits: u32,
        max_secret_bytes: u32,
        precompute: Precompute,
        use_: String,
    }
}

impl RuleOptions {
    fn rules(&self) -> keycard::KeyRules<'_> {
        let size = |given: u32| usize::try_from(given).unwrap_or(usize::MAX);
        // Servers have the memory for the fastest verification.
        let precompute = self.precompute.unwrap_or(Precompute::FASTEST);
        let mut rules = keycard::KeyRules::new().precompute(precompute);
        if let Some(algorithms) = self.algorithms {
            rules = rules.only_for(algorithms);
        }
        if self.allow_certificates == Some(true) {
            rules = rules.allow_certificates();
        }
        if self.allow_secrets == Some(true) {
            rules = rules.allow_secrets();
        }
        if self.allow_short_coordinates == Some(true) {
            rules = rules.allow_short_coordinates();
        }
        if let Some(bits) = self.insecure_min_rsa_bits {
            rules = rules.insecure_allow_weak_rsa(size(bits));
        }
        if let Some(bytes) = self.insecure_min_secret_bytes {
            rules = rules.insecure_allow_short_secrets(size(bytes));
        }
        if let Some(id) = &self.key_id {
            rules = rules.with_id(id);
        }
        if let Some(bits) = self.max_rsa_bits {
            rules = rules.with_max_rsa_bits(size(bits));
        }
        if let Some(bytes) = self.max_secret_bytes {
            rules = rules.with_max_secret_bytes(size(bytes));
        }
        if let Some(key_use) = &self.use_ {
            rules = rules.allow_use(key_use);
        }
        rules
    }

    /// Reads rules, and rejects empty ones, which could be mistaken for "do not check".
    fn of(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let rules = Self::default().read(options)?;
        let empty = [
            (rules.key_id.as_deref() == Some(""), "key_id"),
            (rules.use_.as_deref() == Some(""), "use_"),
        ];
        match empty.into_iter().find(|(is_empty, _)| *is_empty) {
            Some((_, name)) => Err(misused(py, Reason::PolicyEmpty, name)),
            None => Ok(rules),
        }
    }
}

/// A set of keys. It never changes.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Keys {
    pub(crate) owned: Arc<OwnedKeys>,
    report: Py<KeyReport>,
}

/// The results of loading keys.
#[pyclass(frozen, get_all, module = "keycard")]
pub(crate) struct KeyReport {
    added: usize,
    skipped: usize,
    rejected: usize,
    noted: usize,
    rejections: Vec<Py<KeyFinding>>,
    skips: Vec<Py<KeyFinding>>,
    notes: Vec<Py<KeyFinding>>,
}

/// A key that was rejected, skipped, or added with a note.
#[pyclass(frozen, get_all, module = "keycard")]
pub(crate) struct KeyFinding {
    index: usize,
    error: Py<PyAny>,
}

#[pymethods]
impl KeyFinding {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<keycard.KeyFinding {}: {}>", self.index, self.error.bind(py).str()?))
    }
}

#[pymethods]
impl KeyReport {
    fn __repr__(&self) -> String {
        let Self { added, skipped, rejected, noted, .. } = self;
        format!(
            "<keycard.KeyReport added={added} skipped={skipped} rejected={rejected} noted={noted}>"
        )
    }
}

impl KeyReport {
    fn of(py: Python<'_>, report: &keycard::KeyReport) -> PyResult<Self> {
        let findings = |findings: &[keycard::Finding]| {
            let all = findings.iter().map(|finding| {
                let error = rejected(py, finding.error, None).into_value(py).into_any();
                Py::new(py, KeyFinding { index: finding.index, error })
            });
            all.collect::<PyResult<Vec<_>>>()
        };
        Ok(Self {
            added: report.added(),
            skipped: report.skipped(),
            rejected: report.rejected(),
            noted: report.noted(),
            rejections: findings(report.rejections())?,
            skips: findings(report.skips())?,
            notes: findings(report.notes())?,
        })
    }

    fn of_added(added: usize) -> Self {
        Self {
            added,
            skipped: 0,
            rejected: 0,
            noted: 0,
            rejections: Vec::new(),
            skips: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl Keys {
    fn new(py: Python<'_>, owned: OwnedKeys, report: KeyReport) -> PyResult<Self> {
        Ok(Self { owned: Arc::new(owned), report: Py::new(py, report)? })
    }

    /// Loads keys that have no report. Precomputing may take milliseconds, without the GIL.
    fn added(
        py: Python<'_>,
        add: impl FnMut(&mut KeyTable<'_>) -> Result<(), Error> + Send,
    ) -> PyResult<Self> {
        let loaded = py.detach(|| OwnedKeys::load(add));
        let (owned, ()) = loaded.map_err(|error| rejected(py, error, None))?;
        let count = owned.keys().len();
        Self::new(py, owned, KeyReport::of_added(count))
    }

    fn reported(
        py: Python<'_>,
        load: impl FnOnce() -> Result<(OwnedKeys, keycard::KeyReport), Error> + Send,
    ) -> PyResult<Self> {
        let (owned, report) = py.detach(load).map_err(|error| rejected(py, error, None))?;
        Self::new(py, owned, KeyReport::of(py, &report)?)
    }
}

/// The text of a JWK or a JWK Set. A `dict` is written as JSON.
fn json<'py>(value: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
    if value.is_instance_of::<PyDict>() {
        let written = value.py().import("json")?.call_method1("dumps", (value,))?;
        return bytes(&written, name);
    }
    bytes(value, name).map_err(|_| wrong_type(value, name, "str, bytes or dict"))
}

#[pymethods]
impl Keys {
    #[staticmethod]
    #[pyo3(signature = (jwks, **rules))]
    fn from_jwks(jwks: &Bound<'_, PyAny>, rules: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let py = jwks.py();
        let (text, rules) = (json(jwks, "jwks")?, RuleOptions::of(py, rules)?);
        let text = text.as_bytes();
        Self::reported(py, || OwnedKeys::from_jwks(&rules.rules(), text))
    }

    #[staticmethod]
    #[pyo3(signature = (jwk, **rules))]
    fn from_jwk(jwk: &Bound<'_, PyAny>, rules: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let py = jwk.py();
        let (text, rules) = (json(jwk, "jwk")?, RuleOptions::of(py, rules)?);
        let text = text.as_bytes();
        Self::added(py, |table| table.add_jwk_by(&rules.rules(), text).map(drop))
    }

    #[staticmethod]
    #[pyo3(signature = (pem, **rules))]
    fn from_pem(pem: &Bound<'_, PyAny>, rules: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let py = pem.py();
        let (text, rules) = (bytes(pem, "pem")?, RuleOptions::of(py, rules)?);
        let text = text.as_bytes();
        Self::reported(py, || OwnedKeys::from_pem(&rules.rules(), text))
    }

    #[staticmethod]
    #[pyo3(signature = (*der, **rules))]
    fn from_der(
        py: Python<'_>,
        der: &Bound<'_, PyTuple>,
        rules: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let rules = RuleOptions::of(py, rules)?;
        let der: Vec<_> = der.iter().map(|der| bytes(&der, "der")).collect::<PyResult<_>>()?;
        let der: Vec<&[u8]> = der.iter().map(|der| der.as_bytes()).collect();
        Self::added(py, |table| der.iter().try_for_each(|der| table.add_der(&rules.rules(), der)))
    }

    /// Public keys of the package `cryptography`.
    #[staticmethod]
    #[pyo3(signature = (*keys, **rules))]
    fn from_cryptography(
        py: Python<'_>,
        keys: &Bound<'_, PyTuple>,
        rules: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let forms = py.import("cryptography.hazmat.primitives.serialization")?;
        let encoding = forms.getattr("Encoding")?.getattr("DER")?;
        let format = forms.getattr("PublicFormat")?.getattr("SubjectPublicKeyInfo")?;
        let encoded = keys.iter().map(|key| {
            if key.hasattr("private_bytes")? {
                return Err(about(py, Reason::KeyPrivate, Stage::KeySet, ""));
            }
            key.call_method1("public_bytes", (&encoding, &format))
        });
        let encoded: Vec<_> = encoded.collect::<PyResult<_>>()?;
        Self::from_der(py, &PyTuple::new(py, encoded)?, rules)
    }

    /// A secret for HMAC, bound to one algorithm.
    #[staticmethod]
    #[pyo3(signature = (secret, *, algorithm, **rules))]
    fn from_secret(
        secret: &Bound<'_, PyAny>,
        algorithm: &Bound<'_, PyAny>,
        rules: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = secret.py();
        let mut rules = RuleOptions::of(py, rules)?;
        if rules.algorithms.is_some() {
            return Err(misused(py, Reason::PolicyTwice, "algorithms"));
        }
        let Texts(names) = Texts::read(algorithm, "algorithm")?;
        if names.len() != 1 {
            return Err(misused(py, Reason::PolicyValue, "algorithm"));
        }
        rules.algorithms = Some(Algorithms::read(algorithm, "algorithm")?);
        let secret = bytes(secret, "secret")?;
        let secret = RawKey::Secret(secret.as_bytes());
        Self::added(py, |table| table.add_raw(&rules.rules(), &secret))
    }

    #[getter]
    fn report(&self, py: Python<'_>) -> Py<KeyReport> {
        self.report.clone_ref(py)
    }

    fn __len__(&self) -> usize {
        self.owned.keys().len()
    }

    /// The SHA-256 thumbprint of the key at a position (RFC 7638), in base64url.
    fn thumbprint(&self, index: usize) -> PyResult<String> {
        let key = self.owned.keys().iter().nth(index);
        let key = key.ok_or_else(|| PyIndexError::new_err("there is no such key"))?;
        Ok(key.thumbprint().to_text().as_str().to_owned())
    }

    /// The position of the key with a thumbprint, or `None`.
    fn find(&self, thumbprint: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        let thumbprint = Thumbprint::read(thumbprint, "thumbprint")?;
        Ok(self.owned.keys().find(&thumbprint).map(|key| key.index()))
    }

    fn __repr__(&self) -> String {
        format!("<keycard.Keys: {}>", self.owned.keys().len())
    }
}
