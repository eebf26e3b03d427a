//! `docs/guide/errors.md` has a row for each reason, with its number and its sentence. These rows
//! become the exceptions of the Python package.

use keycard::{Algorithm, Check, Reason, Stage};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The page as it was before any test wrote it.
fn page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| fs::read_to_string(root().join("docs/guide/errors.md")).unwrap())
}

/// The number, name and sentence of a row, and its other cells.
fn cells(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    cells[0].parse::<i32>().is_ok().then_some(cells)
}

/// Compares a file with its expected content, or writes it.
fn hold(path: PathBuf, written: &str) {
    if std::env::var_os("KEYCARD_WRITE_PAGES").is_some() {
        fs::write(path, written).unwrap();
    } else {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, written, "{} differs from the ledger: make pages", path.display());
    }
}

#[test]
fn every_reason_has_a_row_with_cause_and_advice() {
    let mut rows = Vec::new();
    let mut written = String::new();
    for line in page().lines() {
        let Some(cells) = cells(line) else {
            written.push_str(line);
            written.push('\n');
            continue;
        };
        assert!(cells.len() == 5 && cells.iter().all(|cell| !cell.is_empty()), "{line}");
        let name = cells[1].trim_matches('`').to_owned();
        let reason = Reason::ALL.iter().find(|reason| format!("{reason:?}") == name);
        let reason = reason.unwrap_or_else(|| panic!("no reason is called {name}"));
        let (code, sentence) = (reason.code(), reason.text());
        let right = format!("| {code} | `{name}` | {sentence} | {} | {} |", cells[3], cells[4]);
        written.push_str(&right);
        written.push('\n');
        rows.push(name);
    }
    let all: Vec<_> = Reason::ALL.iter().map(|reason| format!("{reason:?}")).collect();
    rows.sort();
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(rows, sorted, "each reason has one row in docs/guide/errors.md");
    hold(root().join("docs/guide/errors.md"), &written);
}

/// The cause and the advice of a reason, from the page.
fn cause_and_advice(reason: Reason) -> (&'static str, String) {
    let name = format!("`{reason:?}`");
    let row = page().lines().filter_map(cells).find(|cells| cells[1] == name);
    let row = row.unwrap_or_else(|| panic!("docs/guide/errors.md has no row for {name}"));
    (row[3], row[4].replace('`', ""))
}

/// The name of the exception for a stage: `AtKeySet`.
fn class_of(stage: Stage) -> String {
    format!("At{stage:?}")
}

fn python_file() -> String {
    let mut out = String::from(
        "# Generated from src/error/reason.rs and docs/guide/errors.md by `make pages`. Do not edit.\n\
         \"\"\"The exceptions: one for each stage and one for each reason, and the names of values.\"\"\"\n\n\
         from typing import Dict, Literal, Type\n\n\
         from ._errors import Error\n\n",
    );
    let list = |names: Vec<&str>| {
        let quoted: Vec<_> = names.iter().map(|name| format!("    {name:?},\n")).collect();
        format!("Literal[\n{}]\n", quoted.concat())
    };
    let algorithms = Algorithm::ALL.iter().map(|it| it.name()).collect();
    let checks = Check::ALL.iter().map(|it| it.name()).collect();
    write!(out, "AlgorithmName = {}", list(algorithms)).unwrap();
    write!(out, "CheckName = {}\n\n", list(checks)).unwrap();
    for stage in Stage::ALL {
        let (class, name) = (class_of(*stage), stage.name());
        writeln!(out, "class {class}(Error):").unwrap();
        writeln!(out, "    \"\"\"Rejected at the stage {name:?}.\"\"\"\n").unwrap();
        writeln!(out, "    stage = {name:?}\n\n").unwrap();
    }
    for reason in Reason::ALL {
        let (cause, advice) = cause_and_advice(*reason);
        let (code, text) = (reason.code(), reason.text());
        writeln!(out, "class {reason:?}(Error):").unwrap();
        writeln!(out, "    \"\"\"{}{}.\"\"\"\n", text[..1].to_uppercase(), &text[1..]).unwrap();
        writeln!(out, "    reason = \"{reason:?}\"").unwrap();
        writeln!(out, "    status = {code}").unwrap();
        writeln!(out, "    cause = {cause:?}").unwrap();
        writeln!(out, "    advice = {advice:?}\n\n").unwrap();
    }
    let mut map = |name: &str, key: &str, entries: Vec<(String, String)>| {
        writeln!(out, "{name}: Dict[{key}, Type[Error]] = {{").unwrap();
        for (key, class) in entries {
            writeln!(out, "    {key}: {class},").unwrap();
        }
        writeln!(out, "}}").unwrap();
    };
    let stages = Stage::ALL.iter().map(|it| (format!("{:?}", it.name()), class_of(*it)));
    map("STAGES", "str", stages.collect());
    let reasons = Reason::ALL.iter().map(|it| (it.code().to_string(), format!("{it:?}")));
    map("REASONS", "int", reasons.collect());
    writeln!(out, "\n__all__ = [").unwrap();
    for name in ["AlgorithmName", "CheckName"] {
        writeln!(out, "    {name:?},").unwrap();
    }
    for stage in Stage::ALL {
        writeln!(out, "    {:?},", class_of(*stage)).unwrap();
    }
    for reason in Reason::ALL {
        writeln!(out, "    \"{reason:?}\",").unwrap();
    }
    writeln!(out, "]").unwrap();
    out
}

#[test]
fn the_exceptions_of_python_are_those_of_the_ledger() {
    hold(root().join("bindings/python/keycard/_generated.py"), &python_file());
}
