//! DPoP proofs (RFC 9449), and prepared keys of clients.

use crate::arguments::{bytes, time};
use crate::options::{Given, Texts, options};
use crate::rejection::{misused, rejected};
use keycard::dpop::{self, ProofRules};
use keycard::{Algorithms, Error, Precompute, Reason, Time, scratch_size};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyDict};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

options! {
    /// The requirements for a proof.
    ProofOptions {
        method: String,
        uri: String,
        algorithms: Algorithms,
        window: u32,
        leeway: u32,
        access_token: String,
        without_access_token: bool,
        nonces: Texts,
        nonce_not_provided: bool,
    }
}

impl ProofOptions {
    fn rules(&self) -> ProofRules<'_> {
        let mut rules = ProofRules::new(
            self.method.as_deref().unwrap_or_default(),
            self.uri.as_deref().unwrap_or_default(),
            self.algorithms.unwrap_or(Algorithms::NONE),
            self.window.unwrap_or_default(),
        );
        if let Some(leeway) = self.leeway {
            rules = rules.allow_leeway(leeway);
        }
        if let Some(token) = &self.access_token {
            rules = rules.for_access_token(token);
        }
        if self.without_access_token == Some(true) {
            rules = rules.without_access_token();
        }
        if self.nonces.is_some() {
            rules = rules.require_nonce(Texts::list(&self.nonces));
        }
        if self.nonce_not_provided == Some(true) {
            rules = rules.nonce_not_provided();
        }
        rules
    }

    fn of(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let given = Self::default().read(options)?;
        let missing = [
            (given.method.is_none(), "method"),
            (given.uri.is_none(), "uri"),
            (given.algorithms.is_none(), "algorithms"),
            (given.window.is_none(), "window"),
        ];
        match missing.into_iter().find(|(is_missing, _)| *is_missing) {
            Some((_, name)) => Err(misused(py, Reason::PolicyIncomplete, name)),
            None => Ok(given),
        }
    }
}

options! {
    /// The requirements for the proof of a workload.
    WorkloadOptions {
        target: String,
        algorithms: Algorithms,
        window: u32,
        leeway: u32,
        access_token: String,
        without_access_token: bool,
        transaction_token: String,
        without_transaction_token: bool,
    }
}

impl WorkloadOptions {
    pub(crate) fn of(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let given = Self::default().read(options)?;
        let missing = [
            (given.target.is_none(), "target"),
            (given.algorithms.is_none(), "algorithms"),
            (given.window.is_none(), "window"),
        ];
        match missing.into_iter().find(|(is_missing, _)| *is_missing) {
            Some((_, name)) => Err(misused(py, Reason::PolicyIncomplete, name)),
            None => Ok(given),
        }
    }

    pub(crate) fn rules(&self) -> ProofRules<'_> {
        let mut rules = ProofRules::workload(
            self.target.as_deref().unwrap_or_default(),
            self.algorithms.unwrap_or(Algorithms::NONE),
            self.window.unwrap_or_default(),
        );
        if let Some(leeway) = self.leeway {
            rules = rules.allow_leeway(leeway);
        }
        if let Some(token) = &self.access_token {
            rules = rules.for_access_token(token);
        }
        if self.without_access_token == Some(true) {
            rules = rules.without_access_token();
        }
        if let Some(token) = &self.transaction_token {
            rules = rules.for_transaction_token(token);
        }
        if self.without_transaction_token == Some(true) {
            rules = rules.without_transaction_token();
        }
        rules
    }
}

/// A valid proof.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct Proof {
    pub(crate) proof: dpop::Proof,
    /// The part of a cache in which its key may be prepared.
    part: Option<Arc<Part>>,
}

impl Proof {
    pub(crate) fn new(proof: dpop::Proof) -> Self {
        Self { proof, part: None }
    }
}

#[pymethods]
impl Proof {
    /// The SHA-256 thumbprint of the key that signed the proof, as 32 bytes.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.proof.key().as_bytes())
    }

    /// The thumbprint in base64url, as in `cnf`.`jkt`.
    #[getter]
    fn thumbprint(&self) -> String {
        self.proof.key().to_text().as_str().to_owned()
    }

    #[getter]
    fn algorithm(&self) -> &'static str {
        self.proof.algorithm().name()
    }

    #[getter]
    fn issued_at(&self) -> i64 {
        self.proof.issued_at()
    }

    /// 32 bytes that identify the use, for a store that several machines share.
    #[getter]
    fn replay_key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.proof.replay_key())
    }

    /// The time until which the use must be remembered.
    #[getter]
    fn replayable_until(&self) -> i64 {
        self.proof.replayable_until()
    }
}

/// Validates a proof.
#[pyfunction]
#[pyo3(signature = (proof, now = None, **rules))]
pub(crate) fn validate_proof(
    proof: &Bound<'_, PyAny>,
    now: Option<&Bound<'_, PyAny>>,
    rules: Option<&Bound<'_, PyDict>>,
) -> PyResult<Proof> {
    let given = ProofOptions::of(proof.py(), rules)?;
    let (text, time) = (bytes(proof, "proof")?, time(now)?);
    let mut scratch = vec![0; scratch_size(text.as_bytes().len())];
    let verdict = dpop::validate(text.as_bytes(), &given.rules(), time, &mut scratch);
    made(proof.py(), verdict, time, None)
}

fn made(
    py: Python<'_>,
    verdict: Result<dpop::Proof, Error>,
    time: Time,
    part: Option<Arc<Part>>,
) -> PyResult<Proof> {
    match verdict {
        Ok(proof) => Ok(Proof { proof, part }),
        Err(error) => Err(rejected(py, error, Some(time))),
    }
}

/// A part of a cache, with its own lock.
struct Part {
    words: Mutex<Box<[u64]>>,
}

impl Part {
    /// Calls `with` with the cache of this part.
    fn lend<R>(
        &self,
        py: Python<'_>,
        with: impl FnOnce(&mut dpop::ProofKeyCache<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut words = self.words.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        with(&mut dpop::ProofKeyCache::open(&mut words)?)
    }
}

/// The maximum number of parts of a cache.
const MAX_PARTS: usize = 16;

/// The maximum number of keys and of uses of a cache.
pub(crate) const MAX_ENTRIES: usize = 8 << 20;

/// Prepared keys of DPoP clients.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct ProofKeyCache {
    parts: Vec<Arc<Part>>,
    random: RandomState,
}

#[pymethods]
impl ProofKeyCache {
    #[new]
    #[pyo3(signature = (keys = 256, precompute = None))]
    fn new(py: Python<'_>, keys: usize, precompute: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        if !(1..=MAX_ENTRIES).contains(&keys) {
            return Err(misused(py, Reason::MemoryTooSmall, "keys"));
        }
        let precompute = precompute.map(|it| Precompute::read(it, "precompute")).transpose()?;
        let precompute = precompute.unwrap_or(Precompute::Bytes2K);
        let count = (keys / 16).max(1).min(MAX_PARTS);
        let each = dpop::words_for(keys / count + 1, precompute);
        // The standard library seeds it with random bytes of the system.
        let random = RandomState::new();
        let parts = (0..count).map(|index| {
            let mut words = vec![0; each].into_boxed_slice();
            let seed = random.hash_one(("seed", index));
            dpop::ProofKeyCache::new(&mut words, precompute, seed)
                .map_err(|error| rejected(py, error, None))?;
            Ok(Arc::new(Part { words: Mutex::new(words) }))
        });
        Ok(Self { parts: parts.collect::<PyResult<_>>()?, random })
    }

    /// Like `validate_proof`, with the prepared keys.
    #[pyo3(signature = (proof, now = None, **rules))]
    fn validate_proof(
        &self,
        proof: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        rules: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Proof> {
        let py = proof.py();
        let given = ProofOptions::of(py, rules)?;
        let (text, time) = (bytes(proof, "proof")?, time(now)?);
        let text = text.as_bytes();
        let mut scratch = vec![0; scratch_size(text.len())];
        // Proofs with the same header, and thus the same key, use the same part.
        let header = text.split(|byte| *byte == b'.').next().unwrap_or_default();
        let parts = u64::try_from(self.parts.len()).unwrap_or(1);
        let index = usize::try_from(self.random.hash_one(header) % parts).unwrap_or_default();
        let Some(part) = self.parts.get(index) else {
            return Err(misused(py, Reason::NotAProofKeyCache, "keys"));
        };
        let rules = given.rules();
        let verdict = part.lend(py, |cache| cache.validate(text, &rules, time, &mut scratch));
        made(py, verdict, time, Some(Arc::clone(part)))
    }

    /// Notes that the request with this proof was accepted.
    fn admit(&self, py: Python<'_>, proof: &Proof) -> PyResult<()> {
        let Some(part) = &proof.part else { return Ok(()) };
        let admitted = part.lend(py, |cache| {
            cache.admit(&proof.proof);
            Ok(())
        });
        admitted.map_err(|error| rejected(py, error, None))
    }
}
