//! Both ways to verify, for tests of the one beside the other.

use keycard::accelerated::allow;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard};

/// The choice is the whole process's: one test at a time.
static CHOICE: Mutex<()> = Mutex::new(());

/// Both choices, one after the other, or the one that there is.
pub(crate) fn both() -> (MutexGuard<'static, ()>, Vec<bool>) {
    let guard = CHOICE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if allow(true) {
        return (guard, vec![true, false]);
    }
    // Past the test harness, which would keep it to itself.
    let _ = writeln!(std::io::stderr(), "no AVX-512 here: the portable code is tested alone");
    (guard, vec![false])
}
