//! A back end for some processors changes no verdict: foreign test cases have the same result with
//! and without it, for all precomputed tables.

#![cfg(feature = "accelerated")]

#[path = "../../conformance/src/suite.rs"]
mod suite;

use crate::support::back_end::both;
use keycard::cpu::allow;
use std::path::Path;
use suite::Tally;

/// Runs the cases of a folder, at least `cases` of them, with and without the back ends.
fn both_end_the_same(folder: &str, cases: usize) {
    let (_guard, choices) = both();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    for allowed in choices {
        assert_eq!(allow(allowed), allowed);
        let mut tally = Tally::default();
        suite::run(&path, false, &mut tally);
        assert!(tally.failures.is_empty(), "{allowed}: {}", tally.failures.join("\n"));
        assert_eq!(tally.skipped, 0);
        assert!(tally.passed + tally.unsupported >= cases, "{} passed", tally.passed);
    }
}

#[test]
fn wycheproof_ends_the_same_with_and_without_it() {
    both_end_the_same("wycheproof", 2000);
}

#[test]
fn json_test_suite_ends_the_same_with_and_without_it() {
    both_end_the_same("jsontestsuite", 318);
}

#[test]
fn spec_examples_have_same_verdict_with_and_without_back_end() {
    both_end_the_same("rfc", 100);
}

#[test]
fn foreign_tokens_have_same_verdict_with_and_without_back_end() {
    both_end_the_same("peers", 300);
}
