//! x86-64 with AVX-512 IFMA, which multiplies eight pairs of 52 bits at a time: Intel's servers since Ice Lake, AMD's
//! since Zen 4.
//!
//! Nothing here can be called without an [`Ifma`], and only detection makes one: that is what the `unsafe` below rests
//! on.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

#[cfg(feature = "es256")]
mod combs;
#[cfg(feature = "es256")]
mod elements;
#[cfg(any(feature = "es256", feature = "rs256"))]
mod lanes;
#[cfg(all(test, feature = "rs256"))]
mod moduli;
#[cfg(feature = "rs256")]
mod modulus;
#[cfg(feature = "rs256")]
mod number;
#[cfg(feature = "es256")]
mod points;
#[cfg(feature = "rs256")]
mod power;
#[cfg(all(test, feature = "es256"))]
mod samples;

#[cfg(feature = "es256")]
use crate::arithmetic::comb::Comb;
#[cfg(feature = "es256")]
use crate::arithmetic::field::Field;
#[cfg(feature = "es256")]
use crate::limits::BATCH;

cpufeatures::new!(detected, "avx512f", "avx512ifma");

/// Proof that the processor has AVX-512 IFMA, and the system saves its registers.
#[derive(Clone, Copy)]
pub(crate) struct Ifma(());

impl Ifma {
    /// `None` if the processor has not what it takes.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        detected::get().then_some(Self(()))
    }

    /// X and ZZ of the sum of two multiples, least significant word first, both times the same factor. `None` if that
    /// must be found by [`comb::sum`](crate::arithmetic::comb::sum): where shapes have not eight tables, where points
    /// meet on the way, and where the sum is infinity.
    #[cfg(feature = "es256")]
    pub(crate) fn sum<F: Field<Words = [u64; 4]>>(
        self,
        first: &Comb<'_, F>,
        second: &Comb<'_, F>,
    ) -> Option<[[u64; 4]; 2]> {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { combs::sum(first, second) }
    }

    /// As [`sum`](Self::sum), of several pairs together. `None` also for those that are left to be
    /// found one by one, because too few have their shapes.
    #[cfg(feature = "es256")]
    pub(crate) fn sums<F: Field<Words = [u64; 4]>>(
        self,
        pairs: &[Option<[Comb<'_, F>; 2]>; BATCH],
    ) -> [Option<[[u64; 4]; 2]>; BATCH] {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { combs::all_sums(pairs) }
    }

    /// Sets `result` to `base` to the power of `exponent` modulo the modulus. If `has_r_squared`, `result` is R² modulo it
    /// before, with R = 2^64 to the power of its words. All three have as many words, at most those of
    /// [`MAX_RSA_BITS_IN_LANES`](crate::limits::MAX_RSA_BITS_IN_LANES), the least significant first; the modulus and the exponent are odd,
    /// the exponent is 3 or more, base and result are less than the modulus. `None`, with the result undefined, if it is
    /// too long or even.
    #[cfg(feature = "rs256")]
    pub(crate) fn odd_power(
        self,
        modulus: &[u64],
        base: &[u64],
        exponent: u64,
        has_r_squared: bool,
        result: &mut [u64],
    ) -> Option<()> {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { power::odd_power(modulus, base, exponent, has_r_squared, result) }
    }
}
