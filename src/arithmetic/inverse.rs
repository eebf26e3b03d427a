//! The inverse modulo an odd number, by division steps: D. J. Bernstein and B.-Y. Yang, "Fast
//! constant-time gcd computation and modular inversion", 2019, run in variable time.
//!
//! A division step takes (delta, f, g), f odd, to (1 - delta, g, (g - f)/2) if delta > 0 and g is odd, and else to
//! (1 + delta, f, (g + (g mod 2)·f)/2). From delta = 1, f = modulus, g = value, no more than (49b + 57)/17 steps lead to
//! g = 0 for numbers of b bits, 46 or more (section 11 of the paper): 741 for 256, 1110 for 384. Then f is the greatest
//! common divisor or its negative.
//!
//! What a run of steps does depends on the lowest bits alone, as many as there are steps: it is a matrix t of small
//! numbers, found with one machine word for f and g, and applied to the long numbers afterwards:
//! (f, g) = t·(f, g)/2^steps. In step with them go (d, e), for which d·value = f and e·value = g modulo the
//! modulus; there a multiple of the modulus makes the division by 2^steps exact.
//!
//! Long numbers are digits of 62 bits, the highest of them signed.
//!
//! Where limbs are narrow flash is scarce, too, and there it is the binary algorithm of Euclid (D. E. Knuth, "The Art of
//! Computer Programming", volume 2, section 4.5.2, algorithm B, extended), in a third of the code.

use super::limb::Limb;
use core::cell::Cell;

/// A limb with digits for division steps.
pub(crate) trait Invert<W>: Limb {
    /// The inverse of `value` modulo `modulus`, both least significant word first, from 1 to the modulus; `None` if
    /// there is none. The modulus is odd.
    fn invert(value: &W, modulus: &W) -> Option<W>;
}

/// The `bits` of a number from bit `at` on, at most 62.
pub(crate) fn bits_at(number: &[u64], at: usize, bits: u32) -> u64 {
    let word = |index: usize| number.get(index).copied().unwrap_or(0);
    let (index, shift) = (at / 64, u32::try_from(at & 63).unwrap_or(0));
    let low = word(index).unbounded_shr(shift);
    let high = word(index.saturating_add(1)).unbounded_shl(64u32.wrapping_sub(shift));
    (low | high) & 1u64.unbounded_shl(bits).wrapping_sub(1)
}

/// Bits of a digit.
const BITS: u32 = 62;
/// The same, to count places with.
const DIGIT_BITS: usize = 62;
const MASK: i128 = (1 << BITS) - 1;

impl Invert<[u64; 4]> for u64 {
    #[inline(never)]
    fn invert(value: &[u64; 4], modulus: &[u64; 4]) -> Option<[u64; 4]> {
        by_division_steps::<4, 5>(value, modulus)
    }
}

impl Invert<[u64; 6]> for u64 {
    #[inline(never)]
    fn invert(value: &[u64; 6], modulus: &[u64; 6]) -> Option<[u64; 6]> {
        by_division_steps::<6, 7>(value, modulus)
    }
}

/// The digits of a number, without the bits beyond them.
#[inline(always)]
fn digits<const DIGITS: usize>(number: &[u64]) -> [i64; DIGITS] {
    core::array::from_fn(|index| {
        let bits = bits_at(number, index.wrapping_mul(DIGIT_BITS), BITS);
        i64::try_from(bits).unwrap_or(0)
    })
}

/// The lowest digit and the highest, which has the sign.
#[inline(always)]
fn ends(digits: &[i64]) -> (i64, i64) {
    (digits.first().copied().unwrap_or(0), digits.last().copied().unwrap_or(0))
}

/// Runs of steps after which nothing is left of numbers of so many words: a run has as many as a digit has bits.
const fn rounds(words: usize) -> usize {
    let steps = words.saturating_mul(64 * 49).saturating_add(57) / 17;
    (steps / DIGIT_BITS).saturating_add(1)
}

/// The lowest digit of a sum; it fits.
#[inline(always)]
fn low(sum: i128) -> i64 {
    i64::try_from(sum & MASK).unwrap_or(0)
}

/// The matrix (u, v; q, r) of so many steps, and delta after them, both as eta = -delta.
#[inline(always)]
fn matrix(mut eta: i32, mut f: u64, mut g: u64) -> (i32, [u64; 4]) {
    let [mut u, mut v, mut q, mut r]: [u64; 4] = [1, 0, 0, 1];
    let mut left: u32 = BITS;
    loop {
        // As many steps as g has zeros at its end halve it.
        let zeros = (g | u64::MAX.wrapping_shl(left)).trailing_zeros();
        g = g.wrapping_shr(zeros);
        u = u.wrapping_shl(zeros);
        v = v.wrapping_shl(zeros);
        eta = eta.wrapping_sub_unsigned(zeros);
        left = left.wrapping_sub(zeros);
        if left == 0 {
            return (eta, [u, v, q, r]);
        }
        if eta < 0 {
            eta = eta.wrapping_neg();
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
        }
        // Until eta is negative again, steps only add multiples of f to g: those that clear
        // as many bits, all at once. f(2 - f²) is the inverse of f modulo 64.
        let steps = eta.unsigned_abs().wrapping_add(1).min(left).min(6);
        let mask = u64::wrapping_sub(1u8.wrapping_shl(steps).into(), 1);
        let square = f.wrapping_mul(f).wrapping_sub(2);
        let multiple = f.wrapping_mul(g).wrapping_mul(square) & mask;
        g = g.wrapping_add(f.wrapping_mul(multiple));
        q = q.wrapping_add(u.wrapping_mul(multiple));
        r = r.wrapping_add(v.wrapping_mul(multiple));
    }
}

/// Sets (x, y) to ((u, v; q, r)·(x, y) + (a, b)·m) / 2^bits, which is exact. |u| + |v| <= 2^bits and
/// |a| < 2^(bits + 1), and likewise below; digits are less than 2^bits, so each sum is less than
/// 2^(2·bits + 2): no carry is lost.
fn apply<const DIGITS: usize>(
    matrix: [i64; 4],
    x: &mut [i64; DIGITS],
    y: &mut [i64; DIGITS],
    multiples: [i64; 2],
    m: &[i64; DIGITS],
) {
    let ([u, v, q, r], [a, b]) = (matrix.map(i128::from), multiples.map(i128::from));
    let (x, y) = (Cell::from_mut(x.as_mut_slice()), Cell::from_mut(y.as_mut_slice()));
    let (x, y) = (x.as_slice_of_cells(), y.as_slice_of_cells());
    let (mut x_sum, mut y_sum): (i128, i128) = (0, 0);
    let mut places = x.iter().zip(y);
    for (index, ((x, y), m)) in x.iter().zip(y).zip(m).enumerate() {
        let (x, y, m) = (i128::from(x.get()), i128::from(y.get()), i128::from(*m));
        let x_term =
            u.wrapping_mul(x).wrapping_add(v.wrapping_mul(y)).wrapping_add(a.wrapping_mul(m));
        let y_term =
            q.wrapping_mul(x).wrapping_add(r.wrapping_mul(y)).wrapping_add(b.wrapping_mul(m));
        x_sum = x_sum.wrapping_add(x_term);
        y_sum = y_sum.wrapping_add(y_term);
        // What is shifted out below the lowest digit is zero.
        if index > 0
            && let Some((x, y)) = places.next()
        {
            x.set(low(x_sum));
            y.set(low(y_sum));
        }
        x_sum >>= BITS;
        y_sum >>= BITS;
    }
    if let Some((x, y)) = places.next() {
        x.set(i64::try_from(x_sum).unwrap_or(0));
        y.set(i64::try_from(y_sum).unwrap_or(0));
    }
}

/// `number` + `factor`·`modulus`, digits carried.
fn add_multiple<const DIGITS: usize>(
    number: &mut [i64; DIGITS],
    factor: i64,
    modulus: &[i64; DIGITS],
) {
    let ([places @ .., top], [modulus @ .., modulus_top]) =
        (number.as_mut_slice(), modulus.as_slice())
    else {
        return;
    };
    let term = |x: i64, m: i64| x.wrapping_add(m.wrapping_mul(factor));
    let mut carry: i64 = 0;
    for (place, m) in places.iter_mut().zip(modulus) {
        let sum = term(*place, *m).wrapping_add(carry);
        *place = low(sum.into());
        carry = sum >> BITS;
    }
    *top = term(*top, *modulus_top).wrapping_add(carry);
}

fn negate<const DIGITS: usize>(number: &mut [i64; DIGITS]) {
    let [places @ .., top] = number.as_mut_slice() else { return };
    let mut carry: i64 = 0;
    for place in places {
        let difference = carry.wrapping_sub(*place);
        *place = low(difference.into());
        carry = difference >> BITS;
    }
    *top = carry.wrapping_sub(*top);
}

/// With as many digits as the words take, and two bits more.
#[inline(always)]
fn by_division_steps<const WORDS: usize, const DIGITS: usize>(
    value: &[u64; WORDS],
    modulus: &[u64; WORDS],
) -> Option<[u64; WORDS]> {
    let modulus: [i64; DIGITS] = digits(modulus);
    let (lowest, _) = ends(&modulus);
    // Newton's iteration doubles the bits that are right, of which there are three at first.
    let lowest = lowest.cast_unsigned();
    let inverse = (0..5).fold(lowest, |inverse, _| {
        inverse.wrapping_mul(u64::wrapping_sub(2, lowest.wrapping_mul(inverse)))
    });
    let (mut f, mut g) = (modulus, digits(value));
    let one = core::array::from_fn(|index| i64::from(index == 0));
    let (mut d, mut e) = ([0; DIGITS], one);
    let mut eta = -1;
    for _ in 0..rounds(WORDS) {
        let ((f0, _), (g0, _)) = (ends(&f), ends(&g));
        // The digits have bits enough for all steps, and the sign of f and g is of no account.
        let (next, steps) = matrix(eta, f0.cast_unsigned(), g0.cast_unsigned());
        eta = next;
        let steps = steps.map(|entry| entry.cast_signed());
        let [u, v, q, r] = steps;
        // With -2m < d, e < m for the modulus m: where one is negative, m is added before the
        // product; then as many m as clear the lowest digit, subtracted, lead back into that range.
        let fold = |a: i64, b: i64| {
            let ((d0, d_top), (e0, e_top)) = (ends(&d), ends(&e));
            let sign = i64::BITS.wrapping_sub(1);
            let start = (a & d_top >> sign).wrapping_add(b & e_top >> sign);
            let lowest = a.wrapping_mul(d0).wrapping_add(b.wrapping_mul(e0));
            let excess = inverse.wrapping_mul(lowest.cast_unsigned());
            let excess = excess.wrapping_add(start.cast_unsigned()).cast_signed();
            start.wrapping_sub(low(excess.into()))
        };
        let folds = [fold(u, v), fold(q, r)];
        apply(steps, &mut d, &mut e, folds, &modulus);
        apply(steps, &mut f, &mut g, [0, 0], &modulus);
        if g == [0; DIGITS] {
            break;
        }
    }
    if ends(&f).1 < 0 {
        negate(&mut f);
        negate(&mut d);
    }
    // Digits carried, 1 has one form.
    if f != one || g != [0; DIGITS] {
        return None;
    }
    // From between -2m and 2m to between -m and m, and to between 0 and m.
    let sign = if ends(&d).1 < 0 { 1 } else { -1 };
    add_multiple(&mut d, sign, &modulus);
    if ends(&d).1 < 0 {
        add_multiple(&mut d, 1, &modulus);
    }
    let mut words = [0; WORDS];
    for (index, digit) in (0usize..).zip(d) {
        let (at, digit) = (index.wrapping_mul(DIGIT_BITS), u64::try_from(digit).ok()?);
        let shift = u32::try_from(at & 63).unwrap_or(0);
        let mut places = words.iter_mut().skip(at / 64);
        if let Some(place) = places.next() {
            *place |= digit.unbounded_shl(shift);
        }
        if let Some(place) = places.next() {
            *place |= digit.unbounded_shr(64u32.wrapping_sub(shift));
        }
    }
    Some(words)
}

impl Invert<[u64; 4]> for u32 {
    #[inline(never)]
    fn invert(value: &[u64; 4], modulus: &[u64; 4]) -> Option<[u64; 4]> {
        by_halving::<4, 8>(value, modulus)
    }
}

impl Invert<[u64; 6]> for u32 {
    #[inline(never)]
    fn invert(value: &[u64; 6], modulus: &[u64; 6]) -> Option<[u64; 6]> {
        by_halving::<6, 12>(value, modulus)
    }
}

/// A number a, and x with x·value = a modulo the modulus.
struct Pair<const LIMBS: usize> {
    number: [u32; LIMBS],
    factor: [u32; LIMBS],
}

/// With twice as many limbs as words.
#[inline(always)]
fn by_halving<const WORDS: usize, const LIMBS: usize>(
    value: &[u64; WORDS],
    modulus: &[u64; WORDS],
) -> Option<[u64; WORDS]> {
    let limbs = |words: &[u64]| {
        let mut limbs = [0; LIMBS];
        u32::from_words(words, &mut limbs);
        limbs
    };
    let modulus = limbs(modulus);
    let mut pairs = [
        Pair { number: limbs(value), factor: limbs(&[1]) },
        Pair { number: modulus, factor: [0; LIMBS] },
    ];
    let [first, second] = &mut pairs;
    let (mut reduced, mut odd) = (first, second);
    let is_odd = |number: &[u32; LIMBS]| number.first().is_some_and(|lowest| lowest & 1 == 1);
    // Each turn takes at least one bit from the two numbers together.
    for _ in 0..=LIMBS.saturating_mul(64) {
        if is_odd(&reduced.number) {
            if reduced.number.iter().rev().lt(odd.number.iter().rev()) {
                core::mem::swap(&mut reduced, &mut odd);
            }
            subtract(&mut reduced.number, &odd.number);
            if subtract(&mut reduced.factor, &odd.factor) {
                add(&mut reduced.factor, &modulus);
            }
        }
        if reduced.number == [0; LIMBS] {
            break;
        }
        halve(&mut reduced.number, 0);
        let carry = if is_odd(&reduced.factor) { add(&mut reduced.factor, &modulus) } else { 0 };
        halve(&mut reduced.factor, carry);
    }
    // The greatest common divisor is left.
    let mut words = [0; WORDS];
    u32::to_words(&odd.factor, &mut words);
    (odd.number == limbs(&[1])).then_some(words)
}

/// Adds to a number, and returns the carry.
#[inline(never)]
fn add<const LIMBS: usize>(number: &mut [u32; LIMBS], other: &[u32; LIMBS]) -> u32 {
    number.iter_mut().zip(other).fold(0, |carry, (place, other)| {
        let (sum, carry) = Limb::add(*place, *other, carry);
        *place = sum;
        carry
    })
}

/// Subtracts from a number, and returns whether it was less.
#[inline(never)]
fn subtract<const LIMBS: usize>(number: &mut [u32; LIMBS], other: &[u32; LIMBS]) -> bool {
    let borrow = number.iter_mut().zip(other).fold(0, |borrow, (place, other)| {
        let (difference, borrow) = place.subtract(*other, borrow);
        *place = difference;
        borrow
    });
    borrow == 1
}

/// Halves a number with a bit above the others, 0 or 1.
#[inline(never)]
fn halve<const LIMBS: usize>(number: &mut [u32; LIMBS], top: u32) {
    number.iter_mut().rev().fold(top, |above, place| {
        let below = *place & 1;
        *place = *place >> 1 | above << 31;
        below
    });
}
