//! Elements for tests, and the results of `crypto-bigint` for them.

use super::elements::{LIMBS, PRIME};
use super::lanes::{LANES, LIMB};
use crate::arithmetic::oracle::Numbers;
use crypto_bigint::{NonZero, U1024};

pub(super) type Limbs = [u64; LIMBS];

pub(super) fn number(limbs: &[u64]) -> U1024 {
    limbs.iter().rev().fold(U1024::ZERO, |sum, limb| sum.shl(52).wrapping_add(&U1024::from(*limb)))
}

pub(super) fn prime() -> U1024 {
    number(&PRIME)
}

/// The remainder modulo p.
pub(super) fn rest(number: &U1024) -> U1024 {
    number.rem_vartime(&NonZero::new(prime()).unwrap())
}

fn limbs(number: &U1024) -> Limbs {
    core::array::from_fn(|at| number.shr(52 * u32::try_from(at).unwrap()).as_words()[0] & LIMB)
}

/// Returns whether a number is below its bound, in thousandths of p.
pub(super) fn is_below(limbs: &Limbs, thousandths: u64) -> bool {
    let most = prime().wrapping_mul(&U1024::from(thousandths));
    limbs.iter().all(|limb| *limb <= LIMB)
        && number(limbs).wrapping_mul(&U1024::from(1000u64)) < most
}

/// Numbers below 2^260: edges of limbs, powers of two, multiples of p, and the numbers next to
/// them.
pub(super) fn all_numbers() -> Vec<Limbs> {
    let edges = [0, 1, 1 << 51, LIMB - 1, LIMB];
    let mut all = Vec::new();
    for at in 0..5usize.pow(5) {
        all.push(core::array::from_fn(|limb| edges[at / 5usize.pow(limb as u32) % 5]));
    }
    let one = U1024::ONE;
    let mut beside = |number: U1024| {
        all.extend([number, number.wrapping_add(&one)].map(|number| limbs(&number)));
        if number != U1024::ZERO {
            all.push(limbs(&number.wrapping_sub(&one)));
        }
    };
    (0..260).for_each(|bit| beside(one.shl(bit)));
    (0..=16u64).for_each(|times| beside(prime().wrapping_mul(&U1024::from(times))));
    let mut numbers = Numbers::new(21);
    for _ in 0..1000 {
        all.push(core::array::from_fn(|_| numbers.word() & LIMB));
    }
    all
}

/// The numbers that are less than `thousandths` thousandths of p.
pub(super) fn numbers_below(thousandths: u64) -> Vec<Limbs> {
    let all = all_numbers().into_iter();
    let mut below: Vec<_> = all.filter(|limbs| is_below(limbs, thousandths)).collect();
    // The largest of all.
    let most = prime().wrapping_mul(&U1024::from(thousandths));
    let most = most
        .wrapping_sub(&U1024::ONE)
        .div_rem_vartime(&NonZero::new(U1024::from(1000u64)).unwrap());
    below.push(limbs(&most.0));
    below
}

/// Eight of the numbers, different for each seed.
pub(super) fn some(all: &[Limbs], numbers: &mut Numbers) -> [Limbs; LANES] {
    core::array::from_fn(|_| all[usize::try_from(numbers.word() >> 33).unwrap() % all.len()])
}
