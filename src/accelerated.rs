//! Back ends for processors with vector instructions. One uses the multiplications of AVX-512 IFMA
//! in place of [`arithmetic`](crate::arithmetic). One uses the byte look-ups of AVX-512 VBMI in
//! place of [`base64url`](crate::base64url). `arithmetic` itself is also compiled a second time,
//! for BMI2. The portable code gives the same results and is the oracle of the back ends.
//!
//! The processor is detected once, at run time. No environment variable influences the choice. The
//! content of key tables does not depend on the back end, so a table made on one machine works on
//! another. All data is public, as in `arithmetic`.

// Only 64-bit targets whose programs may use vector registers have back ends. A kernel may not use
// these registers.
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

/// The AVX-512 IFMA back end (multiplication), if the processor supports it.
#[inline]
pub(crate) fn ifma() -> Option<Ifma> {
    if FORBIDDEN.load(Ordering::Relaxed) { None } else { Ifma::detect() }
}

/// The AVX-512 VBMI back end (base64url and JSON), if the processor supports it.
#[inline]
pub(crate) fn vbmi() -> Option<Vbmi> {
    if FORBIDDEN.load(Ordering::Relaxed) { None } else { Vbmi::detect() }
}

/// The portable arithmetic compiled for BMI2, if the processor supports that. It is not a back end,
/// so [`allow`] does not disable it.
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

/// The back end that looks up bytes, for its tests.
#[cfg(test)]
pub(crate) fn vbmi_to_test() -> Option<Vbmi> {
    to_test(Vbmi::detect(), "VBMI")
}

/// On a processor without a back end, tests print a message and test the portable code instead.
#[cfg(test)]
fn to_test<B>(back_end: Option<B>, name: &str) -> Option<B> {
    use std::io::Write as _;
    if back_end.is_none() {
        // Writes to standard error directly, because the test harness captures the output of
        // macros.
        let _ = writeln!(
            std::io::stderr(),
            "no AVX-512 {name} here: the portable code is tested alone"
        );
    }
    back_end
}

/// Enables (the default) or disables the accelerated back ends for the whole process, and returns
/// whether any will be used. For tests and benchmarks that compare both: the results of validations
/// do not depend on it.
pub fn allow(allowed: bool) -> bool {
    FORBIDDEN.store(!allowed, Ordering::Relaxed);
    ifma().is_some() || vbmi().is_some()
}
