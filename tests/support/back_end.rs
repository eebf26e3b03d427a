//! Runs tests with each back end for verification, to compare them.

#![allow(dead_code, reason = "each test uses a part of it")]

#[cfg(feature = "accelerated")]
use keycard::cpu::allow;
#[cfg(feature = "accelerated")]
use std::io::Write as _;
#[cfg(feature = "accelerated")]
use std::sync::{Mutex, MutexGuard};

/// The choice of a back end applies to the whole process, so only one test runs at a time.
#[cfg(feature = "accelerated")]
static CHOICE: Mutex<()> = Mutex::new(());

/// Both choices, one after the other, or the only choice if the processor has no back end.
#[cfg(feature = "accelerated")]
pub(crate) fn both() -> (MutexGuard<'static, ()>, Vec<bool>) {
    let guard = CHOICE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if allow(true) {
        return (guard, vec![true, false]);
    }
    // Written to standard error directly, because the test harness would capture the output of a
    // macro.
    let _ = writeln!(std::io::stderr(), "no AVX-512 here: the portable code is tested alone");
    (guard, vec![false])
}

/// Runs a test with and without a back end.
pub(crate) fn with_every_back_end(test: impl Fn()) {
    #[cfg(feature = "accelerated")]
    {
        let (_guard, choices) = both();
        for allowed in choices {
            allow(allowed);
            test();
        }
        allow(true);
    }
    #[cfg(not(feature = "accelerated"))]
    test();
}
