//! Foreign test cases, by their schemas. The runner and the tests run the same code.

mod json_parse;
mod jwk_thumbprint;
mod key_case;
mod key_of;
mod oidc_hash;
mod pkce_case;
mod proof_case;
mod token_case;
mod wycheproof;

use keycard::{Error, Member, Reason};
use serde_json::Value;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Intended deviations of this library, each with its reason.
const EXCEPTIONS: &str = include_str!("../../tests/vectors/exceptions.json");

/// The results of the cases.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) skipped: usize,
    /// Cases that should be accepted and whose algorithm is not built.
    pub(crate) unsupported: usize,
    /// A line for each case that failed, and for each file of an unknown type.
    pub(crate) failures: Vec<String>,
    /// The name of each case for a token, key, proof or code verifier, and its verdict in the form
    /// of the member `says`.
    pub(crate) verdicts: Vec<(String, String)>,
}

/// The expected or the actual result of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accept,
    Reject,
}

impl Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
        })
    }
}

impl Tally {
    fn fail(&mut self, line: String) {
        self.failures.push(line);
    }

    /// Counts a case by comparing the expected with the actual result. A case in the list of
    /// exceptions must have the opposite result. It fails if it has the expected one.
    fn count<T, E: Display>(&mut self, id: &str, expected: Verdict, outcome: &Result<T, E>) {
        let (got, error) = match outcome {
            Ok(_) => (Verdict::Accept, String::new()),
            Err(error) => (Verdict::Reject, format!(" ({error})")),
        };
        let exceptional = is_exception(id);
        match (got == expected, exceptional) {
            (true, false) | (false, true) => self.passed += 1,
            (false, false) => {
                self.fail(format!("FAILED {id}: expected {expected}, got {got}{error}"));
            }
            (true, true) => {
                self.fail(format!("FAILED {id}: listed as an exception, and is none"));
            }
        }
    }

    /// Stores the verdict of a case, and counts it. A case with the member `says` fails with any
    /// other verdict.
    fn record(&mut self, case: &Value, outcome: &Result<(), String>) -> Result<(), String> {
        let id = text(case, "id")?;
        let verdict = verdict(outcome);
        match case["says"].as_str() {
            Some(says) if says != verdict => {
                self.fail(format!("FAILED {id}: it says {says:?}, got {verdict:?}"));
            }
            _ => self.count(id, expected(case)?, outcome),
        }
        self.verdicts.push((id.to_owned(), verdict.to_owned()));
        Ok(())
    }

    /// Like [`record`](Self::record), for a case of keys. A key of a kind that is not built counts
    /// as unsupported.
    fn record_keys(&mut self, case: &Value, outcome: &Result<(), String>) -> Result<(), String> {
        let is_not_built = |said: &String| said.contains(Reason::KeyUnsupported.text());
        if expected(case)? == Verdict::Accept && outcome.as_ref().is_err_and(is_not_built) {
            return self.pass_over(case, outcome);
        }
        self.record(case, outcome)
    }

    /// Stores the verdict of a case whose algorithm is not built.
    fn pass_over(&mut self, case: &Value, outcome: &Result<(), String>) -> Result<(), String> {
        self.unsupported += 1;
        self.verdicts.push((text(case, "id")?.to_owned(), verdict(outcome).to_owned()));
        Ok(())
    }
}

/// The verdict in the form of the member `says`.
fn verdict(outcome: &Result<(), String>) -> &str {
    outcome.as_ref().err().map_or("accepted", String::as_str)
}

/// An error in the form of the member `says`. C and Go use the same form.
fn said(error: &Error) -> String {
    let claim = match error.member() {
        None | Some(Member::Rule(_)) => String::new(),
        Some(claim) => format!(" ({})", claim.name()),
    };
    format!("{}: {}{claim}", error.stage().name(), error.reason().text())
}

fn is_exception(id: &str) -> bool {
    let list: Value = serde_json::from_str(EXCEPTIONS).expect("the exceptions are JSON");
    list["exceptions"].get(id).is_some()
}

/// Runs a file, or all files in a folder and the folders in it.
pub(crate) fn run(path: &Path, debatable: bool, tally: &mut Tally) {
    let found = match files(path) {
        Ok(found) => found,
        Err(error) => return tally.fail(format!("FAILED {}: {error}", path.display())),
    };
    for file in found {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A manifest is read together with its files. A schema has no cases.
        let about_others = name == "manifest.json"
            || name.ends_with(".schema.json")
            || name == "verification.json"
            || name == "exceptions.json";
        if file != path && (about_others || (!debatable && name.contains("debatable"))) {
            continue;
        }
        if let Err(error) = run_file(&file, tally) {
            tally.fail(format!("FAILED {}: {error}", file.display()));
        }
    }
}

fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(found)
}

fn run_file(path: &Path, tally: &mut Tally) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if document["schema"] != "documents/1" {
        return run_document(path, &document, tally);
    }
    let documents = document["documents"].as_array().ok_or("there are no documents")?;
    documents.iter().try_for_each(|document| run_document(path, document, tally))
}

fn run_document(path: &Path, document: &Value, tally: &mut Tally) -> Result<(), String> {
    let schema = document["schema"].as_str().unwrap_or_default();
    match schema {
        // cli/tests/cases.rs runs these cases, because they need the tool.
        "cli-case/1" => Ok(()),
        "token-case/1" => token_case::run(document, tally),
        "key-case/1" => key_case::run(document, tally),
        "proof-case/1" => proof_case::run(document, tally),
        "pkce-case/1" => pkce_case::run(document, tally),
        "json-parse/1" => json_parse::run(document, tally),
        "json-transform/1" => json_parse::run_without_verdict(document, tally),
        "jwk-thumbprint/1" => jwk_thumbprint::run(document, tally),
        "oidc-hash/1" => oidc_hash::run(document, tally),
        _ if schema.contains("_schema") => wycheproof::run(path, document, tally),
        _ => Err(format!("unknown schema {schema:?}")),
    }
}

fn cases(document: &Value) -> Result<&Vec<Value>, String> {
    document["cases"].as_array().ok_or("there are no cases".to_owned())
}

fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str, String> {
    value[name].as_str().ok_or(format!("{name} is not text"))
}

/// The bytes of a member: text, base64 if its name ends in `_b64`, or absent.
fn bytes(value: &Value, name: &str) -> Result<Option<Vec<u8>>, String> {
    use base64::Engine as _;
    if let Some(text) = value[name].as_str() {
        return Ok(Some(text.as_bytes().to_vec()));
    }
    let encoded = format!("{name}_b64");
    let Some(encoded) = value[&encoded].as_str() else {
        return Ok(None);
    };
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded);
    decoded.map(Some).map_err(|error| error.to_string())
}

fn expected(case: &Value) -> Result<Verdict, String> {
    match text(case, "expect")? {
        "accept" => Ok(Verdict::Accept),
        "reject" => Ok(Verdict::Reject),
        other => Err(format!("unknown verdict {other:?}")),
    }
}
