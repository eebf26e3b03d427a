//! Back ends for processors that do more at once, beside [`arithmetic`](crate::arithmetic), which gives the same verdicts
//! and is their oracle. There is one, for AVX-512 IFMA; and `arithmetic` itself, compiled once more for BMI2.
//!
//! Whether the processor has it is found out at run time, once, and no environment has a say in it. What is kept in key
//! tables is the same with and without: a table that was made on one machine is good on another. All data is public,
//! as in `arithmetic`.

// The registers are those of a 64-bit target whose programs may use vectors: not of kernels.
#[cfg(all(
    feature = "rs256",
    target_arch = "x86_64",
    target_pointer_width = "64",
    target_feature = "sse2"
))]
mod bmi2;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_feature = "sse2"))]
mod ifma;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", target_feature = "sse2")))]
#[path = "accelerated/nothing.rs"]
mod ifma;
#[cfg(all(
    feature = "rs256",
    not(all(target_arch = "x86_64", target_pointer_width = "64", target_feature = "sse2"))
))]
use ifma as bmi2;

#[cfg(feature = "rs256")]
pub(crate) use bmi2::Bmi2;
use core::sync::atomic::{AtomicBool, Ordering};
pub(crate) use ifma::Ifma;

static FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// The back end, if the processor has it.
#[inline]
pub(crate) fn ifma() -> Option<Ifma> {
    if FORBIDDEN.load(Ordering::Relaxed) { None } else { Ifma::detect() }
}

/// The portable arithmetic as it is compiled for BMI2, if the processor has that. It is no back end of its own: nothing
/// forbids it.
#[cfg(feature = "rs256")]
#[inline]
pub(crate) fn bmi2() -> Option<Bmi2> {
    Bmi2::detect()
}

/// The back end, for its tests. Those of a processor without one say so, and test what is used instead.
#[cfg(test)]
pub(crate) fn ifma_to_test() -> Option<Ifma> {
    use std::io::Write as _;
    let ifma = Ifma::detect();
    if ifma.is_none() {
        // Past the test harness, which would keep it to itself.
        let _ = writeln!(
            std::io::stderr(),
            "no AVX-512 IFMA here: the portable arithmetic is tested alone"
        );
    }
    ifma
}

/// Allows the back ends of this module to the whole process, as they are from the beginning, or forbids them, and says
/// whether there is one to be used from now on. For tests and measurements, which want the one and the other: verdicts
/// do not depend on it.
pub fn allow(allowed: bool) -> bool {
    FORBIDDEN.store(!allowed, Ordering::Relaxed);
    ifma().is_some()
}
