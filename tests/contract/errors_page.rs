//! `docs/guide/errors.md` has a row for each reason, with its number and its sentence.

use keycard::Reason;
use std::fs;
use std::path::Path;

/// The number, name and sentence of a row, and its other cells.
fn cells(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    cells[0].parse::<i32>().is_ok().then_some(cells)
}

#[test]
fn every_reason_has_a_row_with_cause_and_advice() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/errors.md");
    let text = fs::read_to_string(&page).unwrap();
    let mut rows = Vec::new();
    let mut written = String::new();
    for line in text.lines() {
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
    if std::env::var_os("KEYCARD_WRITE_PAGES").is_some() {
        fs::write(page, written).unwrap();
    } else {
        assert_eq!(text, written, "docs/guide/errors.md differs from the ledger: make pages");
    }
}
