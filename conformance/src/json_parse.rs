//! `json-parse/1`: JSON texts, and whether a parser accepts them.

use super::{Tally, Verdict, bytes, cases, text};
use serde_json::Value;

/// The decisions of this library on the texts for which the standard leaves the choice to the
/// implementation.
const DECISIONS: &str = include_str!("../../tests/vectors/decisions.json");

pub(crate) fn run(document: &Value, tally: &mut Tally) -> Result<(), String> {
    let decisions: Value = serde_json::from_str(DECISIONS).expect("the decisions are JSON");
    for case in cases(document)? {
        let name = text(case, "name")?;
        let verdict = match text(case, "expect")? {
            "implementation_defined" => decisions["json"][name].as_str().unwrap_or("undecided"),
            verdict => verdict,
        };
        let verdict = match verdict {
            "accept" => Verdict::Accept,
            "reject" => Verdict::Reject,
            other => return Err(format!("{name}: {other}")),
        };
        tally.count(name, verdict, &check(case)?);
    }
    Ok(())
}

/// These strings have no expected verdict. They are read to check that they cause no panic.
pub(crate) fn run_without_verdict(document: &Value, _: &mut Tally) -> Result<(), String> {
    for case in cases(document)? {
        let _ = check(case)?;
    }
    Ok(())
}

fn check(case: &Value) -> Result<Result<(), keycard::Error>, String> {
    // The member is named only `b64`, as if the name of the text were empty.
    let text = bytes(&serde_json::json!({ "text_b64": case["b64"] }), "text")?;
    Ok(keycard::json::check(&text.unwrap_or_default(), &mut [0; 4096]))
}
