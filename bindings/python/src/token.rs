//! Accepted tokens.

use crate::claims::{object, unreadable};
use crate::options::Texts;
use crate::rejection::rejected;
use keycard::{Check, ClaimError, Claims, OwnedToken, StrList};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMappingProxy};

/// An accepted token.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Token {
    pub(crate) owned: OwnedToken,
    /// The position of the issuer among several.
    #[pyo3(get)]
    pub(crate) row: usize,
    claims: PyOnceLock<Py<PyMappingProxy>>,
}

impl Token {
    pub(crate) fn new(owned: OwnedToken, row: usize) -> Self {
        Self { owned, row, claims: PyOnceLock::new() }
    }

    /// Reads one claim by its path.
    fn read<T>(
        &self,
        py: Python<'_>,
        path: Vec<String>,
        read: impl FnOnce(Claims<'_>, StrList<'_>) -> Result<T, ClaimError>,
    ) -> PyResult<T> {
        let path = Texts(path);
        read(self.owned.token().claims(), StrList::source(&path))
            .map_err(|error| unreadable(py, &error))
    }
}

#[pymethods]
impl Token {
    /// All claims.
    #[getter]
    fn claims(&self, py: Python<'_>) -> PyResult<Py<PyMappingProxy>> {
        let claims = self.claims.get_or_try_init(py, || {
            let claims = object(py, self.owned.token().claims().iter())?;
            PyResult::Ok(PyMappingProxy::new(py, claims.as_mapping()).unbind())
        })?;
        Ok(claims.clone_ref(py))
    }

    #[pyo3(signature = (*path))]
    fn string(&self, py: Python<'_>, path: Vec<String>) -> PyResult<String> {
        self.read(py, path, |claims, path| claims.string(path).map(str::to_owned))
    }

    #[pyo3(signature = (*path))]
    fn integer(&self, py: Python<'_>, path: Vec<String>) -> PyResult<i64> {
        self.read(py, path, |claims, path| claims.integer(path))
    }

    #[pyo3(signature = (*path))]
    fn boolean(&self, py: Python<'_>, path: Vec<String>) -> PyResult<bool> {
        self.read(py, path, |claims, path| claims.boolean(path))
    }

    #[pyo3(signature = (*path))]
    fn time(&self, py: Python<'_>, path: Vec<String>) -> PyResult<i64> {
        self.read(py, path, |claims, path| claims.time(path).map(|time| time.seconds()))
    }

    #[pyo3(signature = (*path))]
    fn strings(&self, py: Python<'_>, path: Vec<String>) -> PyResult<Vec<String>> {
        self.read(py, path, |claims, path| {
            claims.strings(path).map(|strings| strings.map(str::to_owned).collect())
        })
    }

    /// The scopes that the token grants.
    #[getter]
    fn scopes(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let scopes = self.owned.token().claims().scopes();
        let scopes = scopes.map_err(|error| rejected(py, error, None))?;
        Ok(scopes.map(str::to_owned).collect())
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.owned.token().claims().has_scope(scope)
    }

    #[getter]
    fn payload(&self) -> Option<Vec<u8>> {
        self.owned.token().payload().map(<[u8]>::to_vec)
    }

    #[getter]
    fn algorithm(&self) -> &'static str {
        self.owned.token().algorithm().name()
    }

    #[getter]
    fn key_index(&self) -> usize {
        self.owned.token().key_index()
    }

    /// The checks that were made, waived, or had nothing to compare.
    #[getter]
    fn checks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let evidence = self.owned.token().evidence();
        let outcomes = [
            (evidence.passed(), "passed"),
            (evidence.waived(), "waived"),
            (evidence.vacuous(), "vacuous"),
        ];
        let checks = PyDict::new(py);
        for check in Check::ALL {
            for (set, outcome) in outcomes {
                if set.contains(*check) {
                    checks.set_item(check.name(), outcome)?;
                }
            }
        }
        Ok(checks)
    }

    /// Shows only the names of the claims, because it may end up in logs.
    fn __repr__(&self) -> String {
        format!("<keycard.{:?}>", self.owned)
    }
}
