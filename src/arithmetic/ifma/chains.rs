//! Multiples of two points at the same time, each on a curve y² = x³ + a·x + b of its own: one
//! point in the lower [quad](super::quads) of lanes, one in the upper. A product of elements takes
//! about 80 cycles, however many lanes it uses; so a formula with three rounds of up to four
//! products takes as long for two points as one product after another takes for three.
//!
//! A point has the coordinates (X, U, Z) with x = X/Z² and 2y = U/Z³. `W` is Z⁴ or a·Z⁴. The b of
//! the curve is in no formula.
//!
//! An addition is wrong if both points have the same x, or if one of them is infinity. Then the new
//! Z is zero, and every later Z has it as a factor, also the one that all entries of the table
//! share. So the Z of the result is zero if a formula was wrong somewhere, or if the result is
//! infinity; the caller then computes it in another way.

use super::elements::{Elements, LaneSum};
use super::lanes::{LANES, Lanes};
use super::quads::{LANE_0, LANE_1, LANE_2, LANE_3, LANES_0_1, order};
use crate::arithmetic::inverse::bits_at;

/// A point with the a of its curve: x, 2y, and a, as words of a field.
pub(crate) type Start = [[u64; 4]; 3];

/// The bits of a digit. All digits are odd: from -15 to 15.
const DIGIT: usize = 4;

/// Odd multiples of a point, by 1, 3, ..., 15.
const MULTIPLES: usize = 8;

/// The digits of a factor.
const MOST_DIGITS: usize = 36;

/// Two doubled points. `x` and `square` are the x and 2y of the points before, if their Z was 1, in
/// the coordinates that give the doubled points the Z of 1: not carried.
struct Doubled {
    /// X, U, Z, a·Z⁴.
    point: Elements,
    x: LaneSum,
    square: LaneSum,
}

/// The first two of three rounds of a doubling, from (X, U, Z, W). With V = U², S = X·V and
/// M = 3X² + c·W, the new X is M² - 2S. In the second round, lane 3 multiplies the number that
/// `LANE` chooses from the first round by c·W, or by the 2y of `entry`.
struct Begun {
    /// V, M, the new Z, c·W.
    first: Elements,
    /// S, M², Z², and the product of lane 3.
    products: LaneSum,
    /// The new X, new X - S, Z², and the product of lane 3.
    second: Elements,
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn begin_doubling<const LANE: i32>(point: Elements, c: Elements, entry: Option<Elements>) -> Begun {
    // X², V, U·Z, c·W.
    let products = point.arranged::<{ order(0, 1, 1, 3) }>().product(point.with(LANE_3, c));
    let squares = products.arranged::<{ order(0, 0, 0, 0) }>();
    let first = products.with_arranged::<{ order(1, 3, 2, 3) }>(LANES_0_1, products);
    let first = first.add_where(LANE_1, squares).add_where(LANE_1, squares);
    let first = first.add_where(LANE_1, squares).settled();
    let factor = first.with(LANE_0, point);
    let factor = match entry {
        Some(entry) => factor.with(LANE_3, entry),
        None => factor,
    };
    let products = first.with_arranged::<LANE>(LANE_3, first).product(factor);
    let s = products.arranged::<{ order(0, 0, 0, 0) }>();
    let x = products.with_arranged::<{ order(1, 1, 1, 1) }>(LANE_0, products);
    let x = x.subtract_where(LANES_0_1, s.doubled_where(LANES_0_1));
    let second = x.subtract_where(LANE_1, s).settled();
    Begun { first, products, second }
}

/// Twice the points (X, U, Z, W), for c·W = a·Z⁴. The new U is 2M·(S - new X) - V², and the new
/// a·Z⁴ is V² times the old one ("dbl-2007-bl", with 2Y in place of Y).
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn doubled(point: Elements, c: Elements) -> Doubled {
    const V: i32 = order(0, 0, 0, 0);
    // The product of lane 3 is c·W·V.
    let Begun { first, products, second } = begin_doubling::<V>(point, c, None);
    // V², M·(X - S), none, c·W·V².
    let left = first.with_arranged::<V>(LANE_3, first);
    let square = left.product(second.with(LANE_0, first));
    let u = square.doubled_where(LANE_1);
    let u = u.add_where(LANE_1, square.arranged::<V>()).negated_where(LANE_1).settled();
    Doubled { point: u.with(LANE_0, second).with(LANE_2, first), x: products, square }
}

/// Twice the points plus the affine points x and 2y in lanes 2 and 3 of `entry`, with the 2y
/// negated in lanes 1 of the mask. The last coordinate is Z⁴.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn doubled_plus(point: Elements, c: Elements, entry: Elements, negative: u8) -> Elements {
    const FIRST: i32 = order(0, 0, 0, 0);
    const SECOND: i32 = order(1, 1, 1, 1);
    const Z: i32 = order(2, 2, 2, 2);
    const LAST: i32 = order(3, 3, 3, 3);
    // The product of lane 3 is 2y·Z.
    let Begun { first, second, .. } = begin_doubling::<Z>(point, c, Some(entry));
    // V², M·(X - S), x·Z², 2y·Z³.
    let left = first.with_arranged::<Z>(LANE_2 | LANE_3, second);
    let products = left.product(second.with(LANE_0, first).with(LANE_2, entry));
    // H = x·Z² - X, R = 2y·Z³ - U, and U, which is -(2·M·(X - S) + V²).
    let sum = products.arranged::<{ order(2, 3, 2, 1) }>().negated_where(negative & LANE_1);
    let sum = sum.subtract_where(LANE_0, second.sum()).doubled_where(LANE_3);
    let sum = sum.add_where(LANE_1, products).add_where(LANE_1, products);
    let sum = sum.add_where(LANE_1 | LANE_3, products.arranged::<FIRST>());
    let sum = sum.negated_where(LANE_3).settled().with(LANE_2, first);
    // H², R², Z·H, U·H.
    let squares = sum.product(sum.with_arranged::<FIRST>(LANE_2 | LANE_3, sum));
    // I = (2H)², none, the new Z = 2Z·H, U·H.
    let factor = squares.doubled_where(LANE_0 | LANE_2).doubled_where(LANE_0).settled();
    // H·I, X·I, Z², U·H·I.
    let right = factor.with(LANE_0, sum).with_arranged::<FIRST>(LANE_1, second);
    let products = factor.with_arranged::<FIRST>(LANE_1 | LANE_3, factor).product(right);
    // The new X = R² - H·I - 2·X·I, X·I - new X, Z².
    let q = products.arranged::<SECOND>();
    let x = products.with_arranged::<FIRST>(LANE_1, products);
    let x = x.add_where(LANES_0_1, q).add_where(LANES_0_1, q);
    let x = x.subtract_where(LANES_0_1, squares.arranged::<SECOND>());
    let x = x.negated_where(LANE_0).add_where(LANE_1, q).settled();
    // The new U is twice R·(X·I - new X) minus U·H·I.
    let right = x.with_arranged::<Z>(LANE_3, x);
    let last = right.with(LANE_1, sum).product(right);
    let u = last.subtract_where(LANE_1, products.arranged::<LAST>()).doubled_where(LANE_1);
    u.settled().with(LANE_0, x).with(LANE_2, factor)
}

/// The odd multiples of two points, all with the same Z, on curves where this Z is 1.
struct Table {
    /// x and 2y in lanes 2 and 3.
    entries: [Elements; MULTIPLES],
    /// The Z in lane 2.
    z: Elements,
    /// The a of the curves in lane 3.
    a: Elements,
}

/// Each odd multiple is the one before plus twice the point. Both summands have the same Z, and the
/// formula gives twice the point with the Z of the sum (N. Meloni, "New point addition formulae for
/// ECC applications", 2007). At the end all entries get the Z of the last one.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn table(start: Elements) -> Table {
    const FIRST: i32 = order(0, 0, 0, 0);
    const SECOND: i32 = order(1, 1, 1, 1);
    const THIRD: i32 = order(2, 2, 2, 2);
    const LAST: i32 = order(3, 3, 3, 3);
    let one = Elements::one();
    let double = doubled(start.with(LANE_2, one), one);
    let mut z = double.point;
    // X and U of the multiple, X and U of twice the point.
    let same = double.x.with_arranged::<FIRST>(LANE_1, double.square).settled();
    let mut points = same.with_arranged::<{ order(0, 1, 0, 1) }>(LANE_2 | LANE_3, double.point);
    let mut entries = [points; MULTIPLES];
    // The Z of each entry is that of the entry before times 2H.
    let mut ratios = [one; MULTIPLES];
    for (entry, ratio) in entries.iter_mut().zip(&mut ratios).skip(1) {
        // H and R, the differences of X and U.
        let swapped = points.arranged::<{ order(2, 3, 0, 1) }>();
        let differences = points.minus(swapped).settled();
        *ratio = differences.arranged::<FIRST>();
        // H², R², Z·H, U·H.
        let left = differences.with_arranged::<FIRST>(LANE_2 | LANE_3, differences);
        let squares = left.product(differences.with(LANE_2, z).with(LANE_3, points));
        // I = (2H)², none, 2Z·H, 2U·H.
        let factor = squares.doubled_where(LANE_0 | LANE_2 | LANE_3);
        z = factor.doubled_where(LANE_0).settled();
        // Both X times I, and 2U·H·I, which is the new U of twice the point.
        let products = z.arranged::<FIRST>().product(points.with(LANE_3, z));
        // The new X = R² - both, the X of twice the point minus new X.
        let q = products.arranged::<THIRD>();
        let x = products.with_arranged::<FIRST>(LANE_1, products).add_where(LANES_0_1, q);
        let x = x.subtract_where(LANES_0_1, squares.arranged::<SECOND>());
        let x = x.negated_where(LANE_0).add_where(LANE_1, q).settled();
        let u = differences.product(x).doubled_where(LANE_1);
        let u = u.subtract_where(LANE_1, products.arranged::<LAST>()).settled();
        points = x.with(LANE_1, u);
        *entry = points;
    }
    // The product of the ratios after the entry.
    let mut factor = one;
    let mut next = None;
    for (entry, ratio) in entries.iter_mut().zip(&ratios).rev() {
        if let Some(ratio) = next {
            factor = factor.product(ratio).doubled_where(u8::MAX).settled();
        }
        next = Some(*ratio);
        // U times the factor, the square of the factor.
        let products = factor.product(entry.with(LANE_2, factor)).settled();
        let right = entry.arranged::<{ order(0, 1, 0, 1) }>();
        let right = right.with_arranged::<SECOND>(LANE_3, products);
        *entry = products.arranged::<THIRD>().product(right).settled();
    }
    let square = z.product(z).settled();
    let fourth = square.product(square).settled().arranged::<THIRD>();
    Table { entries, z, a: fourth.product(start).settled() }
}

/// Digit `at` of an odd factor, as the index of the odd multiple and whether it is subtracted. With
/// b = bits 4·at + 1 to 4·at + 4, the digit is 2b - 15, and the top one is 2b + 1. The factor is 1
/// plus the sum of 2b·16^at. The numbers -15·16^at below the top add up to 1 - 16^top, and the top
/// digit adds 16^top. So the sum of digits times 16^at is the factor.
fn digit(factor: &[u64], at: usize, is_top: bool) -> (usize, bool) {
    let bits = bits_at(factor, at.wrapping_mul(DIGIT).wrapping_add(1), 4) ^ u64::from(is_top) << 3;
    let is_negative = bits & 8 == 0;
    let index = if is_negative { 7 ^ bits } else { bits & 7 };
    (usize::try_from(index).unwrap_or(0), is_negative)
}

/// X, 2Y and Z of the multiples of both points, as words of a field. The factors are odd, and
/// `bits` is the length of the longer one. `None` if it is too long, if a [formula](self) was wrong
/// or if a multiple is infinity.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiples(
    starts: &[Start; 2],
    factors: [&[u64]; 2],
    bits: usize,
) -> Option<[[[u64; 4]; 3]; 2]> {
    let [[x, u, a], [other_x, other_u, other_a]] = starts;
    let words = |at: usize| {
        let word = |number: &[u64; 4]| number.get(at).copied().unwrap_or(0);
        let [x, u, a] = [word(x), word(u), word(a)];
        let [other_x, other_u, other_a] = [word(other_x), word(other_u), word(other_a)];
        Lanes::load(&[x, u, 0, a, other_x, other_u, 0, other_a])
    };
    let start = Elements::of_words([words(0), words(1), words(2), words(3)]).sum().settled();
    let Table { entries, z, a } = table(start);
    let look = |at: usize, is_top: bool| {
        let [(low, low_negative), (high, high_negative)] =
            factors.map(|factor| digit(factor, at, is_top));
        let entry = entries.get(low)?.with(0xF0, *entries.get(high)?);
        let negative = |quad: u8, is_negative: bool| if is_negative { quad } else { 0 };
        Some((entry, negative(0x0F, low_negative) | negative(0xF0, high_negative)))
    };
    let one = Elements::one();
    let top = bits.checked_sub(1).map(|last| last / DIGIT).filter(|top| *top < MOST_DIGITS)?;
    let (entry, _) = look(top, true)?;
    let mut point = one.with_arranged::<{ order(2, 3, 2, 3) }>(LANES_0_1, entry);
    for at in (0..top).rev() {
        let (entry, negative) = look(at, false)?;
        point = doubled(point, a).point;
        for _ in 2..DIGIT {
            point = doubled(point, one).point;
        }
        point = doubled_plus(point, one, entry, negative);
    }
    let point = point.with(LANE_2, point.product(z).settled());
    let point = point.product(Elements::words_form()).settled();
    let result = |first: usize| {
        let [x, u, z] = [first, first.wrapping_add(1), first.wrapping_add(2)];
        [point.lane(x), point.lane(u), point.lane(z)]
    };
    let results @ [[_, _, z], [_, _, other_z]] = [result(0), result(LANES / 2)];
    (z != [0; 4] && other_z != [0; 4]).then_some(results)
}

#[cfg(test)]
mod tests {
    use crate::arithmetic::curve::Curve as _;
    use crate::arithmetic::ecdsa::halves::equal_numbers;
    use crate::arithmetic::oracle::{Integer, Numbers, Order, multiple, rest, words};
    use crate::arithmetic::p256::P256;
    use crate::cpu::to_test;

    type Wide = P256<u64>;

    /// The verdict by halves, after it was compared with the point of `p256`. `None` if the halves
    /// leave the verdict to whole multiples.
    fn verdict(secret: &Integer, [digest, r, s]: [&Integer; 3]) -> Option<bool> {
        let product = Order::<Wide>::product;
        let inverse = Order::<Wide>::inverse(s);
        let quotients = (words(&product(digest, &inverse)), words(&product(r, &inverse)));
        let [x, y] = multiple::<Wide>(secret).unwrap();
        let [left, right] = equal_numbers::<Wide>([&x, &y], &quotients, &words(r))?;
        let sum = product(&Order::<Wide>::sum(digest, &product(r, secret)), &inverse);
        let point = multiple::<Wide>(&sum);
        let is_valid = point.is_some_and(|[x, _]| rest(&x, &Wide::ORDER) == *r);
        assert_eq!(left == right, is_valid, "{secret} {digest} {r} {s}");
        Some(is_valid)
    }

    /// r and s of a signature.
    fn signed(secret: &Integer, nonce: &Integer, digest: &Integer) -> [Integer; 2] {
        let (product, sum) = (Order::<Wide>::product, Order::<Wide>::sum);
        let [x, _] = multiple::<Wide>(nonce).unwrap();
        let r = rest(&x, &Wide::ORDER);
        let s = product(&sum(digest, &product(&r, secret)), &Order::<Wide>::inverse(nonce));
        [r, s]
    }

    /// Random signatures with the points of `p256`: valid, with another digest, with another r.
    #[test]
    fn halves_give_the_verdicts_of_p256() {
        if to_test::ifma().is_none() {
            return;
        }
        let mut numbers = Numbers::new(62);
        let mut fallen_back = 0;
        let one = Integer::ONE;
        for round in 0..500 {
            let [secret, nonce, digest] = [(); 3].map(|()| Order::<Wide>::random(&mut numbers));
            let [r, s] = signed(&secret, &nonce, &digest);
            let other_digest = Order::<Wide>::sum(&digest, &one);
            let other_r = Order::<Wide>::sum(&r, &one.shl_vartime(round % 256));
            for (signature, expected) in [
                ([&digest, &r, &s], true),
                ([&other_digest, &r, &s], false),
                ([&digest, &other_r, &s], false),
            ] {
                match verdict(&secret, signature) {
                    Some(is_valid) => assert_eq!(is_valid, expected, "{round}"),
                    None => fallen_back += 1,
                }
            }
        }
        assert!(fallen_back < 15, "{fallen_back} of 1500 fell back");
    }

    /// Keys and nonces that are small multiples of the base point or their negatives, with digests
    /// that are zero, small, or make the multiples of both points equal: equal points meet.
    #[test]
    fn related_points_have_the_right_verdict_or_none() {
        if to_test::ifma().is_none() {
            return;
        }
        let small = |value: u64| Integer::from_u64(value);
        let scalars: Vec<Integer> = (1..=9)
            .flat_map(|value| [small(value), Order::<Wide>::negative(&small(value))])
            .collect();
        let (mut valid, mut fallen_back) = (0, 0);
        for secret in &scalars {
            for nonce in &scalars {
                let [x, _] = multiple::<Wide>(nonce).unwrap();
                let equal = Order::<Wide>::product(&rest(&x, &Wide::ORDER), secret);
                let opposite = Order::<Wide>::negative(&equal);
                for digest in [small(0), small(1), small(3), equal, opposite] {
                    let [r, s] = signed(secret, nonce, &digest);
                    if s == small(0) {
                        continue;
                    }
                    for (digest, expected) in
                        [(digest, true), (Order::<Wide>::sum(&digest, &small(7)), false)]
                    {
                        match verdict(secret, [&digest, &r, &s]) {
                            Some(is_valid) => {
                                assert_eq!(is_valid, expected);
                                valid += usize::from(is_valid);
                            }
                            None => fallen_back += 1,
                        }
                    }
                }
            }
        }
        assert!(valid > 600 && fallen_back > 0, "{valid} {fallen_back}");
    }
}
