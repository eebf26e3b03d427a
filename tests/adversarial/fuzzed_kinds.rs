//! The fuzz target `kinds` has a row for each kind of token, and seeds that its policy accepts.

#![cfg(all(feature = "es256", feature = "id-token", feature = "logout", feature = "more-kinds"))]

#[allow(unreachable_pub, reason = "the crate of the fuzz targets exports it")]
#[path = "../../fuzz/src/kinds.rs"]
mod kinds;

use crate::support::tables::{constructors, root};
use std::collections::BTreeSet;

/// The constructors that other targets have.
const ELSEWHERE: [&str; 2] = ["jws", "sd_jwt"];

#[test]
fn has_a_row_for_each_constructor() {
    let fuzzed: BTreeSet<_> = kinds::names().chain(ELSEWHERE).map(str::to_owned).collect();
    assert_eq!(fuzzed, constructors());
}

#[test]
fn accepts_a_seed_by_each_policy() {
    let folder = root().join("fuzz/seeds/kinds");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let accepted: BTreeSet<_> =
        files.flat_map(|file| kinds::check(&std::fs::read(file).unwrap())).collect();
    assert_eq!(accepted, kinds::names_of_accepting().collect());
}
