//! The inverse modulo an odd number, by halving and subtracting. This is the binary algorithm of
//! Euclid. It reads only a few bits at a time (T. Pornin, "Optimized Binary GCD for Modular
//! Inversion", 2020), and runs in variable time.
//!
//! It starts from f = modulus, which is odd, and g = value. If g is odd, the smaller of the two
//! becomes f and their difference becomes g. Then g is halved. At the end g = 0, and f is the
//! greatest common divisor. Each halving removes one bit from the two numbers together.
//!
//! A run of halvings depends on the lowest bits, one for each halving, and on which number is
//! smaller. The highest bits show which one is smaller. The effect of a run is a matrix t of small
//! numbers. The matrix is computed with two machine words for f and two for g, and then applied to
//! the long numbers: (f, g) = t·(f, g)/2^halvings. The numbers (d, e) are updated in step, with
//! d·value = f and e·value = g modulo the modulus. For these, adding a multiple of the modulus
//! makes the division by 2^halvings exact.
//!
//! Each halving drops one of the highest bits that the run knows, so the run can take the wrong
//! number for the smaller one. Then the difference of the two numbers is shorter than both by about
//! 50 bits. The result is negative, but no larger than this difference, so the run still removes
//! more bits than it adds. A negative number changes its sign after the run.
//!
//! Long numbers consist of digits of 62 bits; the highest digit is signed.
//!
//! Targets with narrow limbs also have little flash. For them the same algorithm runs one bit at a
//! time (D. E. Knuth, "The Art of Computer Programming", volume 2, section 4.5.2, algorithm B,
//! extended), in a third of the code.

use super::limb::Limb;
use core::cell::Cell;

/// A limb with the algorithm that suits it.
pub(crate) trait Invert<W>: Limb {
    /// The inverse of `value` modulo `modulus`, from 1 to the modulus; `None` if there is no
    /// inverse. Both are least significant word first. The modulus is odd.
    fn invert(value: &W, modulus: &W) -> Option<W>;
}

/// `bits` bits of a number from bit `at` on; at most 62.
pub(crate) fn bits_at(number: &[u64], at: usize, bits: u32) -> u64 {
    let word = |index: usize| number.get(index).copied().unwrap_or(0);
    let (index, shift) = (at / 64, u32::try_from(at & 63).unwrap_or(0));
    let low = word(index).unbounded_shr(shift);
    let high = word(index.saturating_add(1)).unbounded_shl(64u32.wrapping_sub(shift));
    (low | high) & 1u64.unbounded_shl(bits).wrapping_sub(1)
}

/// Bits of a digit.
const BITS: u32 = 62;
/// The same, as a `usize`.
const DIGIT_BITS: usize = 62;
const MASK: i128 = (1 << BITS) - 1;

impl Invert<[u64; 4]> for u64 {
    #[inline(never)]
    fn invert(value: &[u64; 4], modulus: &[u64; 4]) -> Option<[u64; 4]> {
        by_runs::<4, 5>(value, modulus)
    }
}

impl Invert<[u64; 6]> for u64 {
    #[inline(never)]
    fn invert(value: &[u64; 6], modulus: &[u64; 6]) -> Option<[u64; 6]> {
        by_runs::<6, 7>(value, modulus)
    }
}

impl Invert<[u64; 9]> for u64 {
    #[inline(never)]
    fn invert(value: &[u64; 9], modulus: &[u64; 9]) -> Option<[u64; 9]> {
        by_runs::<9, 10>(value, modulus)
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

/// The lowest digit, and the highest, which has the sign.
#[inline(always)]
fn ends(digits: &[i64]) -> (i64, i64) {
    (digits.first().copied().unwrap_or(0), digits.last().copied().unwrap_or(0))
}

/// The number of runs that reduce two numbers of `words` words to zero, plus a third. A run has as
/// many halvings as a digit has bits.
const fn runs(words: usize) -> usize {
    let halvings = words.saturating_mul(2 * 64 * 4) / 3;
    (halvings / DIGIT_BITS).saturating_add(1)
}

/// The lowest digit of a sum; it fits in an `i64`.
#[inline(always)]
fn low(sum: i128) -> i64 {
    i64::try_from(sum & MASK).unwrap_or(0)
}

/// The highest 63 bits of two non-negative numbers, both from the same bit position.
#[inline(always)]
fn highest<const DIGITS: usize>(f: &[i64; DIGITS], g: &[i64; DIGITS]) -> [u64; 2] {
    let digits = f.iter().zip(g).rev().map(|(f, g)| [f.cast_unsigned(), g.cast_unsigned()]);
    let mut digits = digits.skip_while(|[f, g]| f | g == 0);
    let [f, g] = digits.next().unwrap_or_default();
    let [f_below, g_below] = digits.next().unwrap_or_default();
    let room = (f | g).leading_zeros().saturating_sub(1);
    let beside = |high: u64, low: u64| {
        high.unbounded_shl(room) | low.unbounded_shr(BITS.saturating_sub(room))
    };
    [beside(f, f_below), beside(g, g_below)]
}

/// The matrix (u, v; q, r) of a run, for the lowest and the highest bits of f and g.
#[inline(always)]
fn matrix([mut f, mut g]: [u64; 2], [mut f_high, mut g_high]: [u64; 2]) -> [u64; 4] {
    let [mut u, mut v, mut q, mut r]: [u64; 4] = [1, 0, 0, 1];
    let mut left: u32 = BITS;
    // The number of trailing zeros of g, but at most the halvings that are left.
    let zeros_of = |g: u64, left| (g | u64::MAX.wrapping_shl(left)).trailing_zeros();
    let mut zeros = zeros_of(g, left);
    loop {
        g = g.wrapping_shr(zeros);
        g_high = g_high.wrapping_shr(zeros);
        u = u.wrapping_shl(zeros);
        v = v.wrapping_shl(zeros);
        left = left.wrapping_sub(zeros);
        if left == 0 {
            return [u, v, q, r];
        }
        // All ones if g is smaller. There is no branch, because it could not be predicted.
        let difference = g_high.wrapping_sub(f_high);
        let mask = (difference.cast_signed() >> 63).cast_unsigned();
        let to_smaller = |f: u64, difference: u64| f.wrapping_add(difference & mask);
        let without_sign = |difference: u64| (difference ^ mask).wrapping_sub(mask);
        (f_high, g_high) = (to_smaller(f_high, difference), without_sign(difference));
        let difference = g.wrapping_sub(f);
        zeros = zeros_of(difference, left);
        (f, g) = (to_smaller(f, difference), without_sign(difference));
        let difference = q.wrapping_sub(u);
        (u, q) = (to_smaller(u, difference), without_sign(difference));
        let difference = r.wrapping_sub(v);
        (v, r) = (to_smaller(v, difference), without_sign(difference));
    }
}

/// Sets (x, y) to ((u, v; q, r)·(x, y) + (a, b)·m) / 2^bits, which is exact. |u| + |v| <= 2^bits
/// and
/// |a| < 2^(bits + 1), and the same holds for q, r and b. Digits are less than 2^bits, so each sum
/// is less than 2^(2·bits + 2), and no carry is lost.
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
        // Zeros are shifted out below the lowest digit.
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

/// `number` + `factor`·`modulus`, with carries between the digits.
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

/// `DIGITS` digits hold the words and at least two bits more.
#[inline(always)]
fn by_runs<const WORDS: usize, const DIGITS: usize>(
    value: &[u64; WORDS],
    modulus: &[u64; WORDS],
) -> Option<[u64; WORDS]> {
    let modulus: [i64; DIGITS] = digits(modulus);
    let (lowest, _) = ends(&modulus);
    // Each step of Newton's iteration doubles the number of correct bits. At first three bits are
    // correct.
    let lowest = lowest.cast_unsigned();
    let inverse = (0..5).fold(lowest, |inverse, _| {
        inverse.wrapping_mul(u64::wrapping_sub(2, lowest.wrapping_mul(inverse)))
    });
    let (mut f, mut g) = (modulus, digits(value));
    let one = core::array::from_fn(|index| i64::from(index == 0));
    let (mut d, mut e) = ([0; DIGITS], one);
    for _ in 0..runs(WORDS) {
        let ((f0, _), (g0, _)) = (ends(&f), ends(&g));
        let lowest = [f0.cast_unsigned(), g0.cast_unsigned()];
        let [mut u, mut v, mut q, mut r] =
            matrix(lowest, highest(&f, &g)).map(|entry| entry.cast_signed());
        apply([u, v, q, r], &mut f, &mut g, [0, 0], &modulus);
        if ends(&f).1 < 0 {
            negate(&mut f);
            (u, v) = (u.wrapping_neg(), v.wrapping_neg());
        }
        if ends(&g).1 < 0 {
            negate(&mut g);
            (q, r) = (q.wrapping_neg(), r.wrapping_neg());
        }
        // With the modulus m, d and e are always between -2m and m. If one is negative, m is added
        // before the product. Then a multiple of m that clears the lowest digit is subtracted,
        // after which both are in that range again.
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
        apply([u, v, q, r], &mut d, &mut e, folds, &modulus);
        if g == [0; DIGITS] {
            break;
        }
    }
    // All carries were added, so 1 has only one form.
    if f != one || g != [0; DIGITS] {
        return None;
    }
    // From (-2m, 2m) to (-m, m), and then to (0, m).
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

impl Invert<[u64; 9]> for u32 {
    #[inline(never)]
    fn invert(value: &[u64; 9], modulus: &[u64; 9]) -> Option<[u64; 9]> {
        by_halving::<9, 18>(value, modulus)
    }
}

/// A number a, and x with x·value = a modulo the modulus.
struct Pair<const LIMBS: usize> {
    number: [u32; LIMBS],
    factor: [u32; LIMBS],
}

/// With two limbs for each word.
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
    // Each iteration removes at least one bit from the two numbers together.
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
    // Now `odd.number` is the greatest common divisor.
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

/// Halves a number. `top` is the bit above its limbs, 0 or 1.
#[inline(never)]
fn halve<const LIMBS: usize>(number: &mut [u32; LIMBS], top: u32) {
    number.iter_mut().rev().fold(top, |above, place| {
        let below = *place & 1;
        *place = *place >> 1 | above << 31;
        below
    });
}
