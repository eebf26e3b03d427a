//! `docs/evidence/conformance.md` maps the requirements of the specifications to tests. Every test
//! that it names exists, and it names every test in the files of the specifications.

use crate::support::tables::{
    Tests, all_tests, cells, exists, name_of, root, split_at_backquotes, tests_of,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "docs/evidence/conformance.md";

/// The words with which the reason begins in a row without a test.
const REASONS: [&str; 2] = ["the caller's: ", "not supported: "];

/// Returns the errors of the document for the existing tests.
fn faults(document: &str, tests: &Tests) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    let mut files = BTreeSet::new();
    let mut rows = BTreeSet::new();
    for line in document.lines() {
        if let Some(list) = line.strip_prefix("Tests: ") {
            let paths = split_at_backquotes(list).0.into_iter();
            files.extend(paths.map(|path| name_of(Path::new(path))));
        }
        let Some(cells) = cells(line) else {
            continue;
        };
        let [section, asked, held] = cells[..] else {
            faults.push(format!("not three cells: {line}"));
            continue;
        };
        if held == "held by" || held == "---" {
            continue;
        }
        if section.is_empty() || asked.is_empty() {
            faults.push(format!("an empty cell: {line}"));
        }
        if !rows.insert((section, asked)) {
            faults.push(format!("twice: {line}"));
        }
        let (names, reason) = split_at_backquotes(held);
        let names: Vec<_> = names.into_iter().filter(|name| name.contains("::")).collect();
        let reasoned = REASONS.iter().any(|start| {
            reason.strip_prefix(start).is_some_and(|because| because.len() > "it is".len())
        });
        if !reasoned && (names.is_empty() || !reason.is_empty()) {
            faults.push(format!("neither a test nor a reason: {line}"));
        }
        for name in names {
            if !exists(tests, name) {
                faults.push(format!("no such test: {name}"));
            }
            named.insert(name.to_owned());
        }
    }
    // A file that is named after a specification must be in a section.
    let by_name = tests.keys().filter(|file| file.starts_with("rfc") || file.starts_with("openid"));
    files.extend(by_name.cloned());
    for file in files {
        let Some(tests) = tests.get(&file) else {
            faults.push(format!("no such file: {file}"));
            continue;
        };
        for test in tests.iter().map(|test| format!("{file}::{test}")) {
            if !named.contains(&test) {
                faults.push(format!("in no line: {test}"));
            }
        }
    }
    faults
}

#[test]
fn every_row_has_a_test_or_a_reason_and_every_test_a_row() {
    let document = fs::read_to_string(root().join(DOCUMENT)).unwrap();
    let faults = faults(&document, &all_tests());
    assert!(faults.is_empty(), "{DOCUMENT}:\n{}", faults.join("\n"));
    for list in document.lines().filter_map(|line| line.strip_prefix("Tests: ")) {
        for path in split_at_backquotes(list).0 {
            assert!(root().join(path).is_file(), "{DOCUMENT}: no such file: {path}");
        }
    }
    let rows = document.lines().filter(|line| line.starts_with("| ")).count();
    assert!(rows > 100, "{rows} rows were found");
}

#[test]
fn a_table_that_has_drifted_is_found_out() {
    let source =
        "#[test]\n#[cfg(all())]\nfn one() {}\n\n    #[test]\n    fn two() {}\nfn none() {}\n";
    let tests = Tests::from([("rfc1".to_owned(), tests_of(source))]);
    let row =
        |held: &str| format!("| section | what it asks | held by |\n| --- | --- | --- |\n{held}\n");
    let fault = |rows: &str| faults(&row(rows), &tests).join("; ");
    let both = "| 1 | a | `rfc1::one` |\n| 2 | b | `rfc1::two` not supported: by anybody |";
    assert_eq!(fault(both), "");
    assert_eq!(fault("| 1 | a | `rfc1::one` |"), "in no line: rfc1::two");
    for (more, wrong) in [
        ("| 3 | c | `rfc1::none` |", "no such test: rfc1::none"),
        ("| 3 | c | `rfc2::one` |", "no such test: rfc2::one"),
        ("| 3 | c | |", "neither a test nor a reason: | 3 | c | |"),
        ("| 3 | c | later |", "neither a test nor a reason: | 3 | c | later |"),
        ("| 3 | c | the caller's: |", "neither a test nor a reason: | 3 | c | the caller's: |"),
        ("| 3 | c | `one` |", "neither a test nor a reason: | 3 | c | `one` |"),
        ("| 3 | | `rfc1::one` |", "an empty cell: | 3 | | `rfc1::one` |"),
        ("| 2 | b | `rfc1::one` |", "twice: | 2 | b | `rfc1::one` |"),
        ("| 3 | `rfc1::one` |", "not three cells: | 3 | `rfc1::one` |"),
        ("Tests: `tests/rfc2.rs`.", "no such file: rfc2"),
    ] {
        assert_eq!(fault(&format!("{both}\n{more}")), wrong);
    }
}
