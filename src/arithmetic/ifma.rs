//! x86-64 with AVX-512 IFMA, which multiplies eight pairs of 52-bit numbers at a time: Intel
//! servers since Ice Lake, AMD processors since Zen 4.
//!
//! Every function here needs an [`Ifma`], and only detection makes one. The `unsafe` blocks below
//! rely on that.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

mod chains;
mod combs;
mod elements;
mod lanes;
#[cfg(test)]
mod moduli;
mod modulus;
mod number;
mod points;
mod power;
mod quads;
#[cfg(test)]
mod samples;

use crate::arithmetic::comb::Comb;
use crate::arithmetic::field::Field;
use crate::cpu::Ifma;
use crate::limits::BATCH;

impl Ifma {
    /// Computes X and ZZ of the sum of two multiples, least significant word first, both times the
    /// same factor. `None` if [`comb::sum`](crate::arithmetic::comb::sum) must compute it: a shape
    /// does not have eight tables, equal points meet in an intermediate sum, or the sum is
    /// infinity.
    pub(crate) fn sum<F: Field<Words = [u64; 4]>>(
        self,
        first: &Comb<'_, F>,
        second: &Comb<'_, F>,
    ) -> Option<[[u64; 4]; 2]> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { combs::sum(first, second) }
    }

    /// X, Y, ZZ and ZZZ of one multiple, least significant word first. `None` as for
    /// [`sum`](Self::sum).
    pub(crate) fn multiple<F: Field<Words = [u64; 4]>>(
        self,
        comb: &Comb<'_, F>,
    ) -> Option<[[u64; 4]; 4]> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { combs::multiple(comb) }
    }

    /// X, 2Y and Z, with x = X/Z² and y = Y/Z³, of multiples of two points. Each point is x, 2y and
    /// the a of its curve y² = x³ + a·x + b. The factors are odd, and `bits` is the length of the
    /// longer one. `None` if it is too long, if equal points meet in an intermediate sum, or if a
    /// multiple is infinity.
    pub(crate) fn multiples(
        self,
        starts: &[[[u64; 4]; 3]; 2],
        factors: [&[u64]; 2],
        bits: usize,
    ) -> Option<[[[u64; 4]; 3]; 2]> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { chains::multiples(starts, factors, bits) }
    }

    /// Like [`sum`](Self::sum), for several pairs. `None` also for pairs that must be computed one
    /// by one, because too few others have the same shapes.
    pub(crate) fn sums<F: Field<Words = [u64; 4]>>(
        self,
        pairs: &[Option<[Comb<'_, F>; 2]>; BATCH],
    ) -> [Option<[[u64; 4]; 2]>; BATCH] {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { combs::all_sums(pairs) }
    }

    /// Sets `result` to `base` to the power of `exponent` modulo the modulus. The three numbers
    /// have the same number of words, at most those of
    /// [`MAX_RSA_BITS_IN_LANES`](crate::limits::MAX_RSA_BITS_IN_LANES), least significant first.
    ///
    /// The modulus and the exponent are odd, the exponent is at least 3, and `base` and `result`
    /// are less than the modulus. If `has_r_squared`, `result` must hold R² modulo it, with R =
    /// 2^64 to the power of its words. `None`, with the content of `result` unspecified, if the
    /// modulus is too long or even.
    pub(crate) fn odd_power(
        self,
        modulus: &[u64],
        base: &[u64],
        exponent: u64,
        has_r_squared: bool,
        result: &mut [u64],
    ) -> Option<()> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { power::odd_power(modulus, base, exponent, has_r_squared, result) }
    }
}
