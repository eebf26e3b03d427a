//! Proofs that the processor has some instructions, and that the operating system saves their
//! registers. Only detection makes one; unsafe code relies on that.

use super::permission;

cpufeatures::new!(detected_ifma, "avx512f", "avx512ifma");
cpufeatures::new!(detected_vbmi, "avx512f", "avx512bw", "avx512vbmi");
cpufeatures::new!(detected_avx2, "avx2");
cpufeatures::new!(detected_bmi2, "bmi2");

/// AVX-512 IFMA, which multiplies eight pairs of 52-bit numbers at a time: Intel servers since Ice
/// Lake, AMD processors since Zen 4.
#[derive(Clone, Copy)]
pub(crate) struct Ifma(());

/// AVX-512 VBMI, which looks up 64 bytes at a time in a table of 128: Intel servers since Ice Lake,
/// AMD processors since Zen 4.
#[derive(Clone, Copy)]
pub(crate) struct Vbmi(());

/// AVX2, which works on 32 bytes at a time: Intel processors since Haswell, AMD processors since
/// Excavator.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

/// BMI2, which multiplies without changing the flags: Intel processors since Haswell, AMD
/// processors since Excavator.
#[derive(Clone, Copy)]
pub(crate) struct Bmi2(());

/// `None` if the processor lacks the instructions.
#[inline]
pub(crate) fn ifma() -> Option<Ifma> {
    (permission::is_given() && detected_ifma::get()).then_some(Ifma(()))
}

/// `None` if the processor lacks the instructions.
#[inline]
pub(crate) fn vbmi() -> Option<Vbmi> {
    (permission::is_given() && detected_vbmi::get()).then_some(Vbmi(()))
}

/// `None` if the processor lacks the instructions.
#[inline]
pub(crate) fn avx2() -> Option<Avx2> {
    (permission::is_given() && detected_avx2::get()).then_some(Avx2(()))
}

/// `None` if the processor lacks the instructions. The arithmetic with them is the portable one, so
/// [`allow`](super::allow) does not disable it.
#[inline]
pub(crate) fn bmi2() -> Option<Bmi2> {
    detected_bmi2::get().then_some(Bmi2(()))
}

/// The back ends for tests, which do not depend on [`allow`](super::allow).
#[cfg(test)]
pub(crate) mod to_test {
    use super::{Avx2, Ifma, Vbmi, detected_avx2, detected_ifma, detected_vbmi};

    /// Like [`ifma`](super::ifma), for the tests of its back end.
    pub(crate) fn ifma() -> Option<Ifma> {
        noted(detected_ifma::get().then_some(Ifma(())), "AVX-512 IFMA")
    }

    /// Like [`vbmi`](super::vbmi), for the tests of its back ends.
    pub(crate) fn vbmi() -> Option<Vbmi> {
        noted(detected_vbmi::get().then_some(Vbmi(())), "AVX-512 VBMI")
    }

    /// Like [`avx2`](super::avx2), for the tests of its back end.
    pub(crate) fn avx2() -> Option<Avx2> {
        noted(detected_avx2::get().then_some(Avx2(())), "AVX2")
    }

    /// On a processor without a back end, tests print that and test its replacement.
    fn noted<B>(back_end: Option<B>, name: &str) -> Option<B> {
        use std::io::Write as _;
        if back_end.is_none() {
            // Written directly, because the test harness would capture the output.
            let _ =
                writeln!(std::io::stderr(), "no {name} here: the portable code is tested alone");
        }
        back_end
    }
}
