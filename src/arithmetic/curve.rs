//! Curves y² = x³ + a·x + b of prime order, with a = -3 or a = 0.

use super::comb::{Comb, Shape};
use super::element::{Element, Prime};
use super::field::Field;
use super::limb::Limb;
use super::number::LongNumber;
use super::point::Affine;
use crate::limits;

/// A curve over the field of a prime. Its order has the bits of the prime and is more than R/2.
pub(crate) trait Curve: Prime {
    /// The coefficient b of the equation, as an element.
    const B: Self::Words;

    /// The order of the base point, n.
    const ORDER: Self::Words;
    /// R mod n, which is R - n.
    const ORDER_R: Self::Words;
    /// S² mod n, where S is 2 to the power of the bits of [`Prime::ScalarLimbs`].
    const ORDER_S_SQUARED: Self::Words;

    /// The shapes of tables for a key. Key tables store the position of a shape in this list. So a
    /// shape never changes, and new shapes are added at the end.
    const SHAPES: &[Shape];

    /// The base point, both coordinates as elements.
    const GENERATOR: [Self::Words; 2];
    /// The shape of the tables of the base point.
    const GENERATOR_SHAPE: Shape;

    /// The tables of the base point.
    fn generator_tables() -> &'static [u64];

    /// X and ZZ of the sum of a multiple of the base point and one of a key, both times the same
    /// factor. `None` if no back end can compute this sum; then [`comb::sum`] must compute it.
    fn sum_in_lanes(
        _generator: &Comb<'_, Element<Self>>,
        _own: &Comb<'_, Element<Self>>,
    ) -> Option<[Self::Words; 2]> {
        None
    }

    /// A multiple of the base point, and the multiples of two points by odd factors, of which the
    /// longer has `bits` bits. Each point is x, 2y and the a of its curve. `None` if no back end
    /// can compute all of them.
    fn halves_in_lanes(
        _generator: &Comb<'_, Element<Self>>,
        _starts: &[[Self::Words; 3]; 2],
        _factors: [&[u64]; 2],
        _bits: usize,
    ) -> Option<Multiples<Self::Words>> {
        None
    }

    /// Like [`sum_in_lanes`](Self::sum_in_lanes), for several signatures. `None` for each signature
    /// that a back end does not compute together with others.
    fn sums_in_lanes(
        _combs: &[Option<[Comb<'_, Element<Self>>; 2]>; limits::BATCH],
    ) -> [Option<[Self::Words; 2]>; limits::BATCH] {
        [None; limits::BATCH]
    }
}

/// A multiple of the base point as X, Y, ZZ and ZZZ, and multiples of two other points as X, 2Y and
/// Z, with x = X/Z² and y = Y/Z³.
pub(crate) type Multiples<W> = ([W; 4], [[W; 3]; 2]);

/// The point with these coordinates, which are numbers in words, if it is on the curve.
pub(crate) fn point<C: Curve>(x: &[u64], y: &[u64]) -> Option<Affine<Element<C>>> {
    let coordinate = |words: &[u64]| Element::from_number(C::Words::from_limbs(words)?);
    let point = Affine { x: coordinate(x)?, y: coordinate(y)? };
    point.is_on_curve(&Element::read(&C::B)).then_some(point)
}

/// The number of words of the tables of a shape.
pub(crate) const fn words<C: Curve>(shape: &Shape) -> usize {
    shape.words(C::Words::COUNT)
}

/// Reads a number from bytes, most significant first. `None` if it has more bytes than the order.
pub(crate) fn read<C: Curve>(bytes: &[u8], number: &mut C::Words) -> Option<()> {
    if bytes.len().saturating_mul(8) > C::BITS.saturating_add(7) {
        return None;
    }
    u64::from_bytes(bytes, number.limbs_mut());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Integer;
    use crate::arithmetic::oracle::{Known, Order, multiple, ours};
    use crate::arithmetic::p256::P256;
    use crate::arithmetic::p384::P384;
    use crate::arithmetic::p521::P521;
    use crate::arithmetic::point::Sum;
    use crate::arithmetic::secp256k1::Secp256k1;

    fn is_multiple<C: Known>(sum: &Sum<Element<C>>, scalar: &Integer) -> bool {
        match (sum.affine(), multiple::<C>(scalar)) {
            (Some(affine), Some(theirs)) => affine.write() == ours::<C>(&theirs).write(),
            (None, None) => sum.is_infinity(),
            _ => false,
        }
    }

    fn sums_agree<C: Known>() {
        let small = |value: i64| match Integer::from_u64(value.unsigned_abs()) {
            number if value < 0 => Order::<C>::negative(&number),
            number => number,
        };
        let point_of = |scalar| ours::<C>(&multiple::<C>(&scalar).unwrap());
        for left in [0, 1, -1, 5, -5, 7, 9].map(small) {
            // The same point with ZZ = 1 and with another ZZ.
            let plain = match multiple::<C>(&left) {
                Some(point) => Sum::of(&ours::<C>(&point)),
                None => Sum::empty(),
            };
            let mut other = plain;
            other.add(&point_of(small(1001)));
            other.add(&point_of(small(-1001)));
            for mut sum in [plain, other] {
                for right in [1, -1, 5, -5, 7, -7].map(small) {
                    let expected = Order::<C>::sum(&left, &right);
                    let mut total = sum;
                    total.add(&point_of(right));
                    assert!(is_multiple(&total, &expected), "{left:?} + {right:?}");
                    total.double();
                    assert!(is_multiple(&total, &Order::<C>::sum(&expected, &expected)));
                }
                sum.double();
                assert!(is_multiple(&sum, &Order::<C>::sum(&left, &left)));
            }
        }
    }

    fn points_are_checked<C: Known>() {
        let [x, y] = C::base_point();
        let is_point = |x: &C::Words, y: &C::Words| point::<C>(x.limbs(), y.limbs()).is_some();
        assert!(is_point(&x, &y));
        let mut wrong = y;
        wrong.limbs_mut()[0] ^= 1;
        assert!(!is_point(&x, &wrong));
        assert!(!is_point(&C::Words::ZERO, &C::Words::ZERO));
        // Numbers that are not reduced. They are congruent to smaller numbers.
        assert!(!is_point(&C::PRIME_WORDS, &y));
        wrong.limbs_mut().fill(u64::MAX);
        assert!(!is_point(&x, &wrong));
        assert!(point::<C>(&x.limbs()[1..], y.limbs()).is_none());
        assert!(point::<C>(x.limbs(), &y.limbs()[1..]).is_none());
    }

    macro_rules! hold {
        ($module:ident, $curve:ident) => {
            mod $module {
                use super::$curve;

                #[test]
                fn sums_agree_also_where_points_meet_or_vanish() {
                    super::sums_agree::<$curve<u32>>();
                    super::sums_agree::<$curve<u64>>();
                }

                #[test]
                fn what_is_not_on_the_curve_or_not_reduced_is_no_point() {
                    super::points_are_checked::<$curve<u32>>();
                    super::points_are_checked::<$curve<u64>>();
                }
            }
        };
    }

    hold!(on_p256, P256);
    hold!(on_p384, P384);
    hold!(on_p521, P521);
    hold!(on_secp256k1, Secp256k1);
}
