//! Reads arguments: tokens, texts and times.

use crate::rejection::misused;
use keycard::{Reason, Time};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString};
use std::time::{SystemTime, UNIX_EPOCH};

/// A time that is certainly past: 2026-01-01. A system clock with an earlier time is not set.
pub(crate) const RELEASED: i64 = 1_767_225_600;

/// The bytes of a token or of a text in a file. A `str` is encoded; a lone surrogate becomes bytes
/// that are not UTF-8, which every parser rejects.
pub(crate) fn bytes<'py>(value: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(text) = value.cast::<PyString>() {
        return match text.encode_utf8() {
            Ok(bytes) => Ok(bytes),
            Err(_) => Ok(text.call_method1("encode", ("utf-8", "surrogatepass"))?.cast_into()?),
        };
    }
    match value.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.clone()),
        Err(_) => Err(wrong_type(value, name, "str or bytes")),
    }
}

/// A text of a policy or of rules.
pub(crate) fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type(value, name, "str"))?;
    match text.to_cow() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(misused(value.py(), Reason::NotText, name)),
    }
}

/// A number of seconds, bytes or entries.
pub(crate) fn count(value: &Bound<'_, PyAny>, name: &str) -> PyResult<u32> {
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(wrong_type(value, name, "int"));
    }
    value.extract().map_err(|_| misused(value.py(), Reason::PolicyValue, name))
}

pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyErr {
    let found = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    PyTypeError::new_err(format!("{name} must be {wanted}, not {found}"))
}

/// The system time in seconds since 1970; -1 before 1970.
pub(crate) fn system_time() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(_) => -1,
    }
}

/// The time of a validation: seconds since 1970, an aware `datetime`, or the system clock.
pub(crate) fn time(now: Option<&Bound<'_, PyAny>>) -> PyResult<Time> {
    let Some(now) = now else {
        return Ok(Time::Clock { now: system_time(), not_before: RELEASED });
    };
    let seconds = if now.is_instance_of::<PyBool>() {
        None
    } else if now.is_instance_of::<PyInt>() {
        Some(now.extract()?)
    } else if now.is_instance_of::<PyFloat>() {
        floor(now.extract()?)
    } else if now.hasattr("timestamp")? && !now.getattr("tzinfo")?.is_none() {
        floor(now.call_method0("timestamp")?.extract()?)
    } else {
        None
    };
    match seconds {
        Some(seconds) => Ok(Time::At(seconds)),
        None => Err(wrong_type(now, "now", "int, finite float, aware datetime or None")),
    }
}

/// The seconds of a point in time, rounded down.
fn floor(seconds: f64) -> Option<i64> {
    let floor = seconds.floor();
    // 2^53: every integer up to here is exact.
    (floor.abs() < 9_007_199_254_740_992.0).then_some(floor as i64)
}
