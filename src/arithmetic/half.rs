//! Two numbers of half the length whose quotient modulo an odd number is given.
//!
//! The algorithm of Euclid for the modulus n and a number u computes remainders r and factors t
//! with r = ±t·u modulo n. The remainders become smaller and the factors larger. In the middle both
//! have about half the bits of n (A. Antipa et al., "Accelerated verification of ECDSA signatures",
//! 2005). Several steps at a time are computed from the highest bits of both remainders (D. H.
//! Lehmer, "Euclid's algorithm for large numbers", 1938), under a condition that makes these steps
//! those for the whole remainders (T. Jebelean, "A double-digit Lehmer-Euclid algorithm for finding
//! the GCD of long integers", 1995).
//!
//! The last steps subtract without a quotient, and each makes one pair (r, t). The r and t of two
//! successive pairs have the determinant ±n, which is odd. So of three successive pairs at least
//! one has both numbers odd.

use super::inverse::bits_at;
use super::limb::Limb;
use super::montgomery::bit_length;
use super::number::LongNumber;

/// Two odd numbers r and t with r = t·u modulo n, or r = -t·u if `is_negative`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halves<W> {
    pub(crate) r: W,
    pub(crate) t: W,
    pub(crate) is_negative: bool,
}

impl<W: LongNumber<Limb = u64>> Halves<W> {
    /// The bits of the longer one.
    pub(crate) fn bits(&self) -> usize {
        length(&self.r).max(length(&self.t))
    }

    fn are_odd(&self) -> bool {
        let is_odd = |number: &W| number.limbs().first().is_some_and(|lowest| lowest & 1 == 1);
        is_odd(&self.r) && is_odd(&self.t)
    }
}

fn length<W: LongNumber<Limb = u64>>(number: &W) -> usize {
    usize::try_from(bit_length(number.limbs())).unwrap_or(0)
}

/// `left`·`number` + `right`·`other`, without the bits beyond the words.
fn combined<W: LongNumber<Limb = u64>>(left: u64, number: &W, right: u64, other: &W) -> W {
    let (mut carry, mut other_carry) = (0, 0);
    let step = |word: u64, other: u64, _| {
        let low;
        (low, carry) = word.multiply_add(left, carry, 0);
        let sum;
        (sum, other_carry) = other.multiply_add(right, other_carry, low);
        (sum, 0)
    };
    chained(number, other, step)
}

/// `left`·`number` - `right`·`other`, which is not negative.
fn less<W: LongNumber<Limb = u64>>(left: u64, number: &W, right: u64, other: &W) -> W {
    let (mut carry, mut other_carry, mut borrow) = (0, 0, 0);
    let step = |word: u64, other: u64, _| {
        let (more, less, difference);
        (more, carry) = word.multiply_add(left, carry, 0);
        (less, other_carry) = other.multiply_add(right, other_carry, 0);
        (difference, borrow) = more.subtract(less, borrow);
        (difference, 0)
    };
    chained(number, other, step)
}

/// Like [`LongNumber::chain`], for a step that keeps its carries.
fn chained<W: LongNumber<Limb = u64>>(
    number: &W,
    other: &W,
    mut step: impl FnMut(u64, u64, u64) -> (u64, u64),
) -> W {
    let mut result = *number;
    for (place, other) in result.limbs_mut().iter_mut().zip(other.limbs()) {
        (*place, _) = step(*place, *other, 0);
    }
    result
}

/// Bits of the remainders from which steps are computed.
const WINDOW: usize = 62;

/// Larger quotients and factors end a run of steps.
const MOST: u64 = 1 << 31;

/// Factors of a run: the remainders become ±(a·r - b·s) and ±(d·s - c·r), and the factors are
/// combined in the same way with sums.
struct Run {
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    /// The number of steps is odd.
    is_odd: bool,
}

/// The steps for the highest bits of two remainders, while the new remainder is at least `least`.
fn run(mut high: u64, mut low: u64, least: u64) -> Option<Run> {
    let mut run = Run { a: 1, b: 0, c: 0, d: 1, is_odd: false };
    let mut steps = 0u32;
    while let (Some(quotient), Some(rest)) = (high.checked_div(low), high.checked_rem(low)) {
        if quotient >= MOST || run.c.max(run.d) >= MOST {
            break;
        }
        let c = run.a.wrapping_add(quotient.wrapping_mul(run.c));
        let d = run.b.wrapping_add(quotient.wrapping_mul(run.d));
        let most = c.max(d);
        let is_exact = rest >= most.max(least)
            && low.wrapping_sub(rest) >= most.saturating_add(run.c.max(run.d));
        if !is_exact {
            break;
        }
        run = Run { a: run.c, b: run.d, c, d, is_odd: !run.is_odd };
        (high, low) = (low, rest);
        steps = steps.wrapping_add(1);
    }
    (steps > 0).then_some(run)
}

/// Steps without a quotient. More are rare: they follow a large quotient.
const MOST_SUBTRACTIONS: usize = 256;

/// The [`Halves`] for u less than `modulus`, which has `bits` bits. `None` if they were not found
/// soon; they may also be longer than half.
pub(crate) fn halves<W: LongNumber<Limb = u64>>(
    modulus: &W,
    u: &W,
    bits: usize,
) -> Option<Halves<W>> {
    let half = bits / 2;
    let mut one = W::ZERO;
    *one.limbs_mut().first_mut()? = 1;
    let mut larger = Halves { r: *modulus, t: W::ZERO, is_negative: true };
    let mut smaller = Halves { r: *u, t: one, is_negative: false };
    loop {
        let from = length(&larger.r).saturating_sub(WINDOW);
        let top = |number: &W| bits_at(number.limbs(), from, 62);
        let least = half.checked_sub(from).and_then(|bits| u32::try_from(bits).ok());
        let least = least.map_or(0, |bits| 1u64.unbounded_shl(bits));
        let Some(Run { a, b, c, d, is_odd }) = run(top(&larger.r), top(&smaller.r), least) else {
            break;
        };
        let (r, s) = (&larger.r, &smaller.r);
        let [first, second] = match is_odd {
            false => [less(a, r, b, s), less(d, s, c, r)],
            true => [less(b, s, a, r), less(c, r, d, s)],
        };
        let sums = [(a, b), (c, d)].map(|(a, b)| combined(a, &larger.t, b, &smaller.t));
        let [first_sum, second_sum] = sums;
        let is_negative = larger.is_negative != is_odd;
        larger = Halves { r: first, t: first_sum, is_negative };
        smaller = Halves { r: second, t: second_sum, is_negative: !is_negative };
    }
    let mut best: Option<Halves<W>> = smaller.are_odd().then_some(smaller);
    for _ in 0..MOST_SUBTRACTIONS {
        let is_less = larger.r.limbs().iter().rev().lt(smaller.r.limbs().iter().rev());
        if is_less {
            core::mem::swap(&mut larger, &mut smaller);
        }
        larger.r = less(1, &larger.r, 1, &smaller.r);
        larger.t = combined(1, &larger.t, 1, &smaller.t);
        if larger.are_odd() && best.is_none_or(|best| larger.bits() < best.bits()) {
            best = Some(larger);
        }
        let is_past = larger.r.limbs().iter().rev().lt(larger.t.limbs().iter().rev());
        if is_past && best.is_some() {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::curve::Curve as _;
    use crate::arithmetic::oracle::{Integer, Numbers, edges, integer, modulus, rest};
    use crate::arithmetic::p256::P256;

    const ORDER: [u64; 4] = P256::<u64>::ORDER;

    /// r = ±t·u, both odd, and t is not zero modulo n.
    fn assert_quotient(halves: &Halves<[u64; 4]>, u: &[u64; 4]) {
        let n = modulus(&ORDER);
        let product = integer(&halves.t).mul_mod(&integer(u), &n);
        let r = rest(&halves.r, &ORDER);
        let r = if halves.is_negative { Integer::ZERO.sub_mod(&r, &n) } else { r };
        assert_eq!(product, r, "{u:x?}");
        assert!(halves.r[0] & halves.t[0] & 1 == 1 && rest(&halves.t, &ORDER) != Integer::ZERO);
    }

    #[test]
    fn halves_have_the_quotient_and_half_the_bits() {
        let mut numbers = Numbers::new(61);
        let (mut longest, mut sum, mut missing) = (0, 0, 0);
        for _ in 0..20_000 {
            let mut u: [u64; 4] = numbers.next();
            u[3] >>= 1;
            match halves(&ORDER, &u, 256) {
                Some(halves) => {
                    assert_quotient(&halves, &u);
                    longest = longest.max(halves.bits());
                    sum += halves.bits();
                }
                None => missing += 1,
            }
        }
        assert!(missing < 20, "{missing} of 20000 are missing");
        assert!(sum < 20_000 * 130 && longest < 150, "{sum} {longest}");
    }

    #[test]
    fn edges_have_right_halves_or_none() {
        for edge in edges::<[u64; 4]>() {
            if edge.iter().rev().lt(ORDER.iter().rev()) {
                for u in [edge, crate::arithmetic::oracle::words(&rest(&edge, &ORDER))] {
                    if let Some(halves) = halves(&ORDER, &u, 256) {
                        assert_quotient(&halves, &u);
                    }
                }
            }
        }
    }
}
