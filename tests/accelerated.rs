//! A back end for some processors changes no verdict: the test cases of others end the same with it and without it,
//! whatever is prepared for the key, and a table that was made with it is good without it.

#![cfg(feature = "accelerated")]
#![expect(clippy::duplicate_mod, reason = "the runner of the suites has an issuer of its own")]

#[path = "support/issuer.rs"]
mod issuer;
#[path = "../examples/conformance/suite.rs"]
mod suite;

use issuer::Issuer;
use keycard::accelerated::allow;
use keycard::{Algorithm, ImageRules, KeyRules, KeyTable, Keys, Prepare};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use suite::Tally;

/// The choice is the whole process's: one test at a time.
static CHOICE: Mutex<()> = Mutex::new(());

/// Both choices, one after the other, or the one that there is.
fn both() -> (MutexGuard<'static, ()>, Vec<bool>) {
    let guard = CHOICE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if allow(true) {
        return (guard, vec![true, false]);
    }
    // Past the test harness, which would keep it to itself.
    let _ = writeln!(
        std::io::stderr(),
        "no AVX-512 IFMA here: the portable arithmetic is tested alone"
    );
    (guard, vec![false])
}

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

#[test]
fn an_image_is_the_same_word_for_word_whichever_made_it_and_verifies_with_the_other() {
    let (_guard, choices) = both();
    let prepared = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps384];
    for algorithm in prepared.into_iter().filter(|algorithm| algorithm.is_built()) {
        let issuer = Issuer::with(algorithm, "first");
        let token = issuer.token(r#"{"sub":"somebody"}"#);
        let (input, signature) = token.rsplit_once('.').unwrap();
        let decoder = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let signature = base64::Engine::decode(&decoder, signature).unwrap();
        for prepare in Prepare::ALL {
            let images: Vec<Vec<u64>> = choices
                .iter()
                .map(|allowed| {
                    allow(*allowed);
                    let mut memory = vec![0; 9000];
                    let mut table = KeyTable::new(&mut memory).unwrap();
                    let rules = KeyRules::new().prepare(*prepare);
                    table.add_jwk_by(&rules, issuer.jwk().to_string()).unwrap();
                    table.seal(1).to_vec()
                })
                .collect();
            assert!(images.iter().all(|image| *image == images[0]), "{algorithm} {prepare:?}");
            for allowed in &choices {
                allow(*allowed);
                let rules = ImageRules::storage_is_authenticated();
                let keys = Keys::from_image(&images[0], &rules).unwrap();
                assert!(keys.verify(algorithm, input.as_bytes(), &signature).is_ok());
                for at in (0..signature.len()).step_by(7) {
                    let mut other = signature.clone();
                    other[at] ^= 1 << (at % 8);
                    assert!(keys.verify(algorithm, input.as_bytes(), &other).is_err());
                }
            }
        }
    }
}
