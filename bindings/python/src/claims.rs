//! Claims as Python values.

use crate::rejection::{about, explained};
use keycard::json::{JsonStr, Kind, Value};
use keycard::{ClaimError, Reason, Stage};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

/// All members of an object. The library has rejected names that occur twice.
pub(crate) fn object<'py, 'a>(
    py: Python<'py>,
    members: impl Iterator<Item = (JsonStr<'a>, Value<'a>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let object = PyDict::new(py);
    for (name, value) in members {
        let value = python(py, value)?;
        match name.as_str().and_then(|name| usual_name(py, name)) {
            Some(name) => object.set_item(name, value)?,
            None => object.set_item(string(py, name)?, value)?,
        }
    }
    Ok(object)
}

/// The name of a claim that most tokens have, as a string that exists already.
fn usual_name<'py>(py: Python<'py>, name: &str) -> Option<&'py Bound<'py, PyString>> {
    macro_rules! usual {
        ($($usual:literal)*) => {
            match name {
                $($usual => Some(intern!(py, $usual)),)*
                _ => None,
            }
        };
    }
    usual!("iss" "sub" "aud" "exp" "iat" "nbf" "jti" "azp" "scope" "scp" "cid" "client_id" "cnf")
}

/// A value of an accepted token. The library bounds the depth of nesting.
fn python<'py>(py: Python<'py>, value: Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(text) = value.text() {
        return Ok(string(py, text)?.into_any());
    }
    if let Some(written) = value.number() {
        return number(py, written.as_str());
    }
    if let Some(flag) = value.boolean() {
        return Ok(PyBool::new(py, flag).to_owned().into_any());
    }
    if let Some(inner) = value.object() {
        return Ok(object(py, inner.members())?.into_any());
    }
    if let Some(array) = value.array() {
        let list = PyList::empty(py);
        for element in array.elements() {
            list.append(python(py, element)?)?;
        }
        return Ok(list.into_any());
    }
    debug_assert!(matches!(value.kind(), Kind::Null));
    Ok(py.None().into_bound(py))
}

fn string<'py>(py: Python<'py>, text: JsonStr<'_>) -> PyResult<Bound<'py, PyString>> {
    match text.as_str() {
        Some(text) => Ok(PyString::new(py, text)),
        None => {
            let bytes: Vec<u8> = text.bytes().collect();
            PyString::from_bytes(py, &bytes)
        }
    }
}

/// An `int` for a number without fraction and exponent, as `json` of the standard library does, and
/// otherwise a `float`.
fn number<'py>(py: Python<'py>, written: &str) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(integer) = written.parse::<i64>() {
        return Ok(PyInt::new(py, integer).into_any());
    }
    if written.contains(['.', 'e', 'E']) {
        let float: f64 = written.parse().map_err(|_| out_of_range(py))?;
        return Ok(PyFloat::new(py, float).into_any());
    }
    // Python limits the digits of an int.
    py.get_type::<PyInt>().call1((written,)).map_err(|_| out_of_range(py))
}

fn out_of_range(py: Python<'_>) -> PyErr {
    about(py, Reason::ClaimType, Stage::Claims, "number")
}

/// The exception for a claim that a getter cannot return.
pub(crate) fn unreadable(py: Python<'_>, error: &ClaimError) -> PyErr {
    let text = format!("{}: {error}", Stage::Claims.name());
    explained(py, error.reason(), Stage::Claims, error.path(), text)
}
