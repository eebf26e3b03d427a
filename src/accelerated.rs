//! Back ends for processors that do more at once, beside [`arithmetic`](crate::arithmetic), which gives the same verdicts
//! and is their oracle: one for AVX-512 IFMA, which multiplies, and beside [`base64url`](crate::base64url) one for AVX-512
//! VBMI, which looks up; and `arithmetic` itself, compiled once more for BMI2.
//!
//! What the processor has is found out at run time, once, and no environment has a say in it. What is kept in key
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
mod nothing;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_feature = "sse2"))]
mod vbmi;

#[cfg(all(
    feature = "rs256",
    target_arch = "x86_64",
    target_pointer_width = "64",
    target_feature = "sse2"
))]
pub(crate) use bmi2::Bmi2;
use core::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    target_feature = "sse2"
)))]
pub(crate) use nothing::*;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_feature = "sse2"))]
pub(crate) use {ifma::Ifma, vbmi::Vbmi};

static FORBIDDEN: AtomicBool = AtomicBool::new(false);

/// The back end that multiplies, if the processor has it.
#[inline]
pub(crate) fn ifma() -> Option<Ifma> {
    if FORBIDDEN.load(Ordering::Relaxed) { None } else { Ifma::detect() }
}

/// The back end that looks up, if the processor has it.
#[inline]
pub(crate) fn vbmi() -> Option<Vbmi> {
    if FORBIDDEN.load(Ordering::Relaxed) { None } else { Vbmi::detect() }
}

/// The portable arithmetic as it is compiled for BMI2, if the processor has that. It is no back end of its own: nothing
/// forbids it.
#[cfg(feature = "rs256")]
#[inline]
pub(crate) fn bmi2() -> Option<Bmi2> {
    Bmi2::detect()
}

/// The back end that multiplies, for its tests.
#[cfg(test)]
pub(crate) fn ifma_to_test() -> Option<Ifma> {
    to_test(Ifma::detect(), "IFMA")
}

/// The back end that looks up, for its tests.
#[cfg(test)]
pub(crate) fn vbmi_to_test() -> Option<Vbmi> {
    to_test(Vbmi::detect(), "VBMI")
}

/// Tests of a processor without a back end say so, and test what is used instead.
#[cfg(test)]
fn to_test<B>(back_end: Option<B>, name: &str) -> Option<B> {
    use std::io::Write as _;
    if back_end.is_none() {
        // Past the test harness, which would keep it to itself.
        let _ = writeln!(
            std::io::stderr(),
            "no AVX-512 {name} here: the portable code is tested alone"
        );
    }
    back_end
}

/// Allows the back ends of this module to the whole process, as they are from the beginning, or forbids them, and says
/// whether there is one to be used from now on. For tests and measurements, which want the one and the other: verdicts
/// do not depend on it.
pub fn allow(allowed: bool) -> bool {
    FORBIDDEN.store(!allowed, Ordering::Relaxed);
    ifma().is_some() || vbmi().is_some()
}
