//! The ledger. Each difference belongs to a class, and each class has a reason.

use crate::validators::Answer;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Reasons by class.
pub struct Ledger(BTreeMap<String, String>);

impl Ledger {
    /// The rows of the tables in `ledger.md`: a difference, the validators that have it, and the
    /// reason. The heading of a table names the side that rejects.
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger.md");
        let text = std::fs::read_to_string(path).expect("the ledger is there");
        let mut reasons = BTreeMap::new();
        let mut verb = "";
        for line in text.lines() {
            verb = match line {
                "## Rejected by keycard" => "accepts",
                "## Accepted by keycard" => "rejects",
                "## Read differently" => "reads differently",
                _ => verb,
            };
            let row = line.strip_prefix("| `").and_then(|row| row.split_once("` | "));
            let Some((difference, (names, why))) =
                row.and_then(|(difference, row)| Some((difference, row.split_once(" | ")?)))
            else {
                continue;
            };
            for name in names.split(", ") {
                let class = format!("{name} {verb}: {difference}");
                let why = why.trim_matches([' ', '|']).to_owned();
                assert!(reasons.insert(class, why).is_none(), "{name}, {difference}: twice");
            }
        }
        Self(reasons)
    }

    /// The reason for a class, if it has one.
    pub fn reason(&self, class: &str) -> Option<&str> {
        self.0.get(class).map(String::as_str).filter(|why| !why.is_empty())
    }

    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// The class of a difference between keycard and another validator.
pub fn class(keycard: &Answer, name: &str, other: &Answer) -> Option<String> {
    match (keycard, other) {
        (Err(ours), Ok(_)) => Some(format!("{name} accepts: {ours}")),
        (Ok(_), Err(theirs)) => Some(format!("{name} rejects: {theirs}")),
        (Ok(Value::Null), Ok(_)) | (Ok(_), Ok(Value::Null)) | (Err(_), Err(_)) => None,
        (Ok(ours), Ok(theirs)) if is_same(ours, theirs, exactly) => None,
        (Ok(ours), Ok(theirs)) if is_same(ours, theirs, Value::as_f64) => {
            Some(format!("{name} reads differently: an integer"))
        }
        (Ok(_), Ok(_)) => Some(format!("{name} reads differently: claims")),
    }
}

/// The exact value of a number. Some programs write `1e3` as 1000.
fn exactly(number: &Value) -> (Option<u64>, Option<i64>, Option<f64>) {
    let is_exact_float = |float: &f64| float.abs() < 9_007_199_254_740_992.0;
    match number.as_f64().filter(is_exact_float) {
        Some(float) => (None, None, Some(float)),
        None => (number.as_u64(), number.as_i64(), number.as_f64().filter(|_| number.is_f64())),
    }
}

/// Compares claims. Two numbers are equal if `number` returns the same value for both.
fn is_same<N: PartialEq>(one: &Value, other: &Value, number: fn(&Value) -> N) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => number(one) == number(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other, number))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| {
                    other.get(name).is_some_and(|other| is_same(value, other, number))
                })
        }
        _ => one == other,
    }
}
