//! Errors of the library as exceptions of the package.

use keycard::{Error, Member, Reason, Stage, Time};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// The function of the package that makes an exception: see `keycard/_errors.py`.
static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The values of an exception.
struct Values<'a> {
    status: i32,
    stage: Stage,
    text: String,
    claim: Option<&'a str>,
    rule: Option<u8>,
    offset: Option<usize>,
    needed: Option<usize>,
    found: Option<usize>,
    seconds: Option<u32>,
}

impl Values<'_> {
    fn exception(self, py: Python<'_>) -> PyErr {
        let made = MAKE.import(py, "keycard._errors", "make").and_then(|make| {
            let (status, stage) = (self.status, self.stage.name());
            make.call1((
                (status, stage, self.text),
                (self.claim, self.rule, self.offset),
                (self.needed, self.found, self.seconds),
            ))
        });
        match made {
            Ok(exception) => PyErr::from_value(exception),
            Err(failed) => failed,
        }
    }
}

/// The exception for an error. With the time of the validation, its message has the dates.
pub(crate) fn rejected(py: Python<'_>, error: Error, time: Option<Time>) -> PyErr {
    let text = match time {
        Some(time) => error.explain(time).to_string(),
        None => error.to_string(),
    };
    let (claim, rule) = match error.member() {
        Some(Member::Rule(index)) => (None, Some(index)),
        member => (member.map(Member::name), None),
    };
    let values = Values {
        status: error.reason().code(),
        stage: error.stage(),
        text,
        claim,
        rule,
        offset: error.offset(),
        needed: error.needed(),
        found: error.found(),
        seconds: error.seconds(),
    };
    values.exception(py)
}

/// The exception for an error at a stage, about a claim, a member or an argument.
pub(crate) fn about(py: Python<'_>, reason: Reason, stage: Stage, name: &str) -> PyErr {
    let mut text = format!("{}: {}", stage.name(), reason.text());
    if !name.is_empty() {
        text.push_str(&format!(" ({name})"));
    }
    explained(py, reason, stage, name, text)
}

/// Like [`about`], with a message.
pub(crate) fn explained(
    py: Python<'_>,
    reason: Reason,
    stage: Stage,
    name: &str,
    text: String,
) -> PyErr {
    let values = Values {
        status: reason.code(),
        stage,
        text,
        claim: Some(name).filter(|name| !name.is_empty()),
        rule: None,
        offset: None,
        needed: None,
        found: None,
        seconds: None,
    };
    values.exception(py)
}

/// The exception for an argument that the library would not accept.
pub(crate) fn misused(py: Python<'_>, reason: Reason, name: &str) -> PyErr {
    about(py, reason, Stage::Usage, name)
}
