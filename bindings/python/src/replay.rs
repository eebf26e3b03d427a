//! The replay cache: accepts each token or proof once.

use crate::arguments::{RELEASED, system_time, time};
use crate::dpop::{MAX_ENTRIES, Proof};
use crate::rejection::{misused, rejected};
use crate::token::Token;
use keycard::replay::{self, Limits};
use keycard::{Error, Reason, Time};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A replay cache.
#[pyclass(frozen, module = "keycard")]
pub(crate) struct ReplayCache {
    content: Mutex<Content>,
}

struct Content {
    words: Box<[u64]>,
    clock: Clock,
}

/// Reads the system clock, and the monotonic clock, by which it notices steps of the system clock.
struct Clock {
    wall: i64,
    passed: Instant,
    most: i64,
    has_stepped: bool,
}

impl Clock {
    fn new(leeway: u32) -> Self {
        let (wall, passed) = (system_time(), Instant::now());
        Self { wall, passed, most: i64::from(leeway).max(1), has_stepped: false }
    }

    fn now(&mut self) -> Time {
        let (wall, passed) = (system_time(), Instant::now());
        let since = passed.duration_since(self.passed).as_secs();
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        // Both times are whole seconds, and a clock that is slewed gains at most 0.05 %.
        let most = since.saturating_add(since / 1000).saturating_add(self.most).saturating_add(1);
        self.has_stepped |= wall.saturating_sub(self.wall) > most;
        (self.wall, self.passed) = (wall, passed);
        Time::Clock { now: wall, not_before: RELEASED }
    }
}

impl ReplayCache {
    /// Calls `note` with the cache and the time. The system clock is read under the lock, so that
    /// the times of the calls are in order.
    fn check(
        &self,
        py: Python<'_>,
        now: Option<&Bound<'_, PyAny>>,
        note: impl FnOnce(&mut replay::ReplayCache<'_>, Time) -> Result<(), Error>,
    ) -> PyResult<()> {
        let given = now.map(|now| time(Some(now))).transpose()?;
        let checked = {
            let content = self.content.lock_py_attached(py);
            let mut content = content.unwrap_or_else(PoisonError::into_inner);
            let Content { words, clock } = &mut *content;
            let now = given.unwrap_or_else(|| clock.now());
            replay::ReplayCache::open(words).and_then(|mut cache| {
                if clock.has_stepped {
                    cache.restart(0, 0, now)?;
                    clock.has_stepped = false;
                }
                note(&mut cache, now)
            })
        };
        checked.map_err(|error| rejected(py, error, None))
    }
}

#[pymethods]
impl ReplayCache {
    #[new]
    #[pyo3(signature = (*, uses, window, leeway, share = 4, now = None))]
    fn new(
        py: Python<'_>,
        uses: usize,
        window: u32,
        leeway: u32,
        share: u8,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        if !(1..=MAX_ENTRIES).contains(&uses) {
            return Err(misused(py, Reason::MemoryTooSmall, "uses"));
        }
        let mut clock = Clock::new(leeway);
        let is_system = now.is_none();
        let now = match now {
            Some(now) => time(Some(now))?,
            None => clock.now(),
        };
        // With a quarter more, the cache is full only after this number of uses.
        let mut words = vec![0; replay::words_for(uses + uses / 4 + 1)].into_boxed_slice();
        let limits = Limits { window, leeway, share };
        let made = replay::ReplayCache::new(&mut words, limits, now).and_then(|mut cache| {
            // Steps of the system clock are noticed here, so a long gap between two calls must not
            // count as one.
            if is_system { cache.restart(0, 0, now) } else { Ok(()) }
        });
        made.map_err(|error| rejected(py, error, None))?;
        Ok(Self { content: Mutex::new(Content { words, clock }) })
    }

    #[pyo3(signature = (token, now = None))]
    fn check_token(
        &self,
        py: Python<'_>,
        token: &Token,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.check(py, now, |cache, time| cache.check_token(&token.owned.token(), time))
    }

    #[pyo3(signature = (proof, now = None))]
    fn check_proof(
        &self,
        py: Python<'_>,
        proof: &Proof,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.check(py, now, |cache, time| cache.check_proof(&proof.proof, time))
    }

    /// Restarts the cache, and raises its maximum window and leeway to at least these.
    #[pyo3(signature = (*, window, leeway, now = None))]
    fn restart(
        &self,
        py: Python<'_>,
        window: u32,
        leeway: u32,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.check(py, now, |cache, time| cache.restart(window, leeway, time))
    }
}
