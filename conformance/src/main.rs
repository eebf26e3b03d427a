//! Runs files of test cases, and reports the cases for which this library gives another verdict.
//!
//! ```text
//! conformance [--debatable] [--verdicts] PATH…
//! ```
//!
//! A path is a JSON file or a folder of JSON files. The `schema` of a file determines its type; for
//! a raw Wycheproof file, its `schema` and the `manifest.json` beside it. Files with `debatable` in
//! their name are skipped by default. `--verdicts` prints the name and the verdict of each token,
//! key, proof and code verifier, separated by a tab, for comparison with another program. Exits
//! with 1 if a case fails or a file has an unknown type.

#[path = "suite.rs"]
mod suite;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut debatable = false;
    let mut verdicts = false;
    let mut paths = Vec::new();
    for argument in std::env::args_os().skip(1) {
        if argument == "--debatable" {
            debatable = true;
        } else if argument == "--verdicts" {
            verdicts = true;
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    if paths.is_empty() {
        eprintln!("usage: conformance [--debatable] [--verdicts] PATH…");
        return ExitCode::from(2);
    }
    let mut tally = suite::Tally::default();
    for path in paths {
        suite::run(&path, debatable, &mut tally);
    }
    if verdicts {
        for (id, verdict) in &tally.verdicts {
            println!("{id}\t{verdict}");
        }
    }
    for line in &tally.failures {
        println!("{line}");
    }
    if tally.unsupported > 0 {
        println!("{} unsupported: their algorithm is not built", tally.unsupported);
    }
    println!("{} passed, {} failed, {} skipped", tally.passed, tally.failures.len(), tally.skipped);
    if tally.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
