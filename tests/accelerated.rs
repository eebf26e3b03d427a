//! A back end for some processors changes no verdict: the test cases of others end the same with it and without it,
//! whatever is prepared for the key.

#![cfg(feature = "accelerated")]

#[path = "support/back_end.rs"]
mod back_end;
#[path = "../examples/conformance/suite.rs"]
mod suite;

use back_end::both;
use keycard::accelerated::allow;
use std::path::Path;
use suite::Tally;

#[test]
fn wycheproof_ends_the_same_with_and_without_it() {
    let (_guard, choices) = both();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/wycheproof");
    for allowed in choices {
        assert_eq!(allow(allowed), allowed);
        let mut tally = Tally::default();
        suite::run(&path, false, &mut tally);
        assert!(tally.failures.is_empty(), "{allowed}: {}", tally.failures.join("\n"));
        assert_eq!(tally.skipped, 0);
        assert!(tally.passed + tally.unsupported >= 2000, "{} passed", tally.passed);
    }
}
