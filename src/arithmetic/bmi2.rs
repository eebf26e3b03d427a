//! x86-64 with BMI2, which multiplies without changing the flags: Intel processors since Haswell,
//! AMD processors since Excavator.
//!
//! There is no arithmetic here. [`montgomery`](crate::arithmetic::montgomery) is compiled a second
//! time for these processors, so that chains of carries are not interrupted by multiplications.
#![allow(
    unsafe_code,
    reason = "a function for some processors only is called after asking for them"
)]

use crate::arithmetic::block::{BLOCK, NativeBlock};
use crate::arithmetic::limb::NativeLimb;
use crate::arithmetic::montgomery::Modulus;
use crate::cpu::Bmi2;

impl Bmi2 {
    /// Like [`Modulus::odd_power`].
    pub(crate) fn odd_power(
        self,
        modulus: &Modulus<'_, NativeLimb, BLOCK>,
        base: &mut [NativeBlock],
        exponent: u64,
        has_r_squared: bool,
        result: &mut [NativeBlock],
        work: &mut [NativeBlock],
    ) -> Option<()> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { odd_power(modulus, base, exponent, has_r_squared, result, work) }
    }
}

#[target_feature(enable = "bmi2")]
fn odd_power(
    modulus: &Modulus<'_, NativeLimb, BLOCK>,
    base: &mut [NativeBlock],
    exponent: u64,
    has_r_squared: bool,
    result: &mut [NativeBlock],
    work: &mut [NativeBlock],
) -> Option<()> {
    modulus.odd_power(base, exponent, has_r_squared, result, work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Numbers;

    /// The portable build must give the same results for the same numbers. Oracles check the
    /// portable build.
    #[test]
    fn powers_are_those_of_the_portable_build() {
        let Some(bmi2) = crate::cpu::bmi2() else { return };
        let mut numbers = Numbers::new(81);
        for length in 1..=16 {
            for kind in 0..12 {
                let mut number = || -> Vec<NativeBlock> {
                    let word = |numbers: &mut Numbers| match kind % 4 {
                        0 => numbers.word(),
                        1 => u64::MAX,
                        2 => u64::from(numbers.word() & 1 == 0).wrapping_neg(),
                        _ => numbers.word() & 1 << 63,
                    };
                    (0..length).map(|_| core::array::from_fn(|_| word(&mut numbers))).collect()
                };
                let (mut modulus, mut base) = (number(), number());
                modulus[0][0] |= 3;
                modulus[length - 1][3] |= 1 << 63;
                base[length - 1][3] &= u64::MAX >> 1;
                let modulus = Modulus::new(&modulus).unwrap();
                let mut r_squared = base.clone();
                modulus.r_squared(&mut r_squared).unwrap();
                let mut work = vec![[0; BLOCK]; 2 * length];
                for exponent in [3, 5, 65537, 0x1_FFFF_FFFF] {
                    for has_r_squared in [false, true] {
                        let [mut once, mut again] = [r_squared.clone(), r_squared.clone()];
                        let (first, second) = (&mut base.clone(), &mut base.clone());
                        modulus
                            .odd_power(first, exponent, has_r_squared, &mut once, &mut work)
                            .unwrap();
                        bmi2.odd_power(
                            &modulus,
                            second,
                            exponent,
                            has_r_squared,
                            &mut again,
                            &mut work,
                        )
                        .unwrap();
                        assert_eq!(once, again, "{length} blocks, kind {kind}, {exponent}");
                    }
                }
            }
        }
    }
}
