//! `docs/evidence/attacks.md` maps known attacks to tests. Every test that it names exists, and no
//! test of an attack is missing.

use crate::support::tables::{Tests, all_tests, cells, exists, root, split_at_backquotes};
use std::collections::BTreeSet;
use std::fs;

const DOCUMENT: &str = "docs/evidence/attacks.md";

/// The folder of the commands that test the classes for which Rust has no test.
const COMMANDS: &str = "tools/";

fn faults(document: &str, tests: &Tests) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    for line in document.lines() {
        let Some(cells) = cells(line) else {
            continue;
        };
        let [class, broken, held] = cells[..] else {
            faults.push(format!("not three cells: {line}"));
            continue;
        };
        if held == "held by" || held == "---" {
            continue;
        }
        let (names, rest) = split_at_backquotes(held);
        if class.is_empty() || broken.is_empty() || names.is_empty() || !rest.is_empty() {
            faults.push(format!("an empty cell, or more than tests: {line}"));
        }
        for name in names {
            let is_there = match name.starts_with(COMMANDS) {
                true => root().join(name).is_file(),
                false => exists(tests, name),
            };
            if !is_there {
                faults.push(format!("no such test: {name}"));
            }
            named.insert(name.to_owned());
        }
    }
    for (file, tests) in tests.iter().filter(|(file, _)| file.starts_with("attacks_")) {
        for test in tests.iter().map(|test| format!("{file}::{test}")) {
            if !named.contains(&test) {
                faults.push(format!("in no line: {test}"));
            }
        }
    }
    faults
}

#[test]
fn every_attack_has_a_test_and_every_attack_test_a_row() {
    let document = fs::read_to_string(root().join(DOCUMENT)).unwrap();
    let faults = faults(&document, &all_tests());
    assert!(faults.is_empty(), "{DOCUMENT}:\n{}", faults.join("\n"));
    assert!(document.lines().filter(|line| line.starts_with("| ")).count() > 40);
}

#[test]
fn a_page_that_has_drifted_is_found_out() {
    let tests = ["one", "two"].map(str::to_owned).into();
    let tests = Tests::from([("attacks_on_it".to_owned(), tests)]);
    let page = |row: &str| {
        format!(
            "| class | broken | held by |\n| --- | --- | --- |\n| a | b | `attacks_on_it::one` |\n{row}"
        )
    };
    let fault = |row: &str| faults(&page(row), &tests).join("; ");
    assert_eq!(fault("| c | d | `attacks_on_it::two` |"), "");
    assert_eq!(fault(""), "in no line: attacks_on_it::two");
    for row in
        ["| c | d | |", "| c | | `attacks_on_it::two` |", "| c | d | `attacks_on_it::two` later |"]
    {
        assert!(fault(row).contains("an empty cell"), "{row}");
    }
    assert!(
        fault("| c | d | `attacks_on_it::two` `attacks_on_it::none` |").contains("no such test")
    );
    assert!(fault("| c | d | `attacks_on_it::two` `tools/none` |").contains("no such test"));
}
