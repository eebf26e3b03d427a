//! Back ends for processors that do more at once, beside [`arithmetic`](crate::arithmetic), which gives the same verdicts
//! and is their oracle. There is one: for x86-64 with AVX-512 IFMA, which multiplies eight pairs of 52 bits at a time.
//!
//! Whether the processor has it is found out at run time, once. Nothing here can be called without an [`Ifma`], and
//! only detection makes one: that is what the `unsafe` below rests on. All data is public, as in `arithmetic`.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

mod combs;
mod elements;
mod lanes;
mod modulus;
mod points;
mod power;

use crate::arithmetic::comb::Comb;
use core::sync::atomic::{AtomicBool, Ordering};

cpufeatures::new!(ifma, "avx512f", "avx512ifma");

static FORCED_OFF: AtomicBool = AtomicBool::new(false);

/// Proof that the processor has AVX-512 IFMA, and the system saves its registers.
#[derive(Clone, Copy)]
pub(crate) struct Ifma(());

impl Ifma {
    /// `None` if the processor has not what it takes.
    #[inline]
    pub(crate) fn get() -> Option<Self> {
        (!FORCED_OFF.load(Ordering::Relaxed) && ifma::get()).then_some(Self(()))
    }

    /// X and ZZ of the sum of two multiples, least significant word first, both times the same factor. `None` if that
    /// must be found by [`comb::sum`](crate::arithmetic::comb::sum): where shapes have not eight tables, where points
    /// meet on the way, and where the sum is infinity.
    pub(crate) fn sum(self, first: &Comb<'_>, second: &Comb<'_>) -> Option<([u64; 4], [u64; 4])> {
        // SAFETY: self says that the processor has what the function asks for.
        unsafe { combs::sum(first, second) }
    }

    /// Sets `result` as [`power::odd_power`] does.
    pub(crate) fn odd_power(
        self,
        modulus: &[u64],
        base: &[u64],
        exponent: u64,
        result: &mut [u64],
    ) -> Option<()> {
        // SAFETY: as above.
        unsafe { power::odd_power(modulus, base, exponent, result) }
    }
}
