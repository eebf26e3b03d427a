//! Sums of multiples made with the tables of [`comb`](crate::arithmetic::comb): of shapes with eight tables, one a lane.
//!
//! Each lane looks through the teeth of its own comb, of every point, and doubles in between; at the end the eight sums
//! are added: the four upper to the four lower, two to two, one to one.

use super::elements::Elements;
use super::lanes::{LANES, Lanes, transposed};
use super::points::{Points, Sums};
use crate::arithmetic::comb::Comb;
use crate::arithmetic::field::Field;
use crate::arithmetic::inverse::bits_at;

/// A comb as the lanes see it.
struct Eight<'t> {
    points: &'t [[u64; LANES]],
    /// The digits of each lane's comb.
    digits: Lanes,
    teeth: usize,
    spacing: usize,
}

impl<'t> Eight<'t> {
    /// `None` if the shape has not eight tables.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new<F: Field<Words = [u64; 4]>>(comb: &Comb<'t, F>) -> Option<Self> {
        let (teeth, spacing) = (comb.shape.teeth, comb.shape.spacing);
        let bits = teeth.wrapping_mul(spacing);
        if comb.shape.tables != LANES || bits > 62 {
            return None;
        }
        let width = u32::try_from(bits).ok()?;
        let mut first = 0;
        let digits = [(); LANES].map(|()| {
            let digits = bits_at(&comb.digits, first, width);
            first = first.wrapping_add(bits);
            digits
        });
        let (points, _) = comb.points.as_flattened().as_flattened().as_chunks();
        Some(Self { points, digits: Lanes::load(&digits), teeth, spacing })
    }

    /// What the lanes see at bit `at` of each tooth. `None` if the table ends before it.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn look(&self, at: usize) -> Option<Points> {
        let one = Lanes::splat(1);
        let step = Lanes::splat(u64::try_from(self.spacing).ok()?);
        let top = self.teeth.wrapping_sub(1);
        let place = top.wrapping_mul(self.spacing).wrapping_add(at);
        let mut place = Lanes::splat(u64::try_from(place).ok()?);
        let negative = self.digits.right_by(place).has_none_of(one);
        let mut index = Lanes::zero();
        for _ in 0..top {
            place = place.subtract(step);
            let digit = self.digits.right_by(place).and(one);
            index = index.left::<1>().or(digit);
        }
        // With every sign turned round.
        let weight = 1u64.unbounded_shl(u32::try_from(top).ok()?);
        let index = index.xor_where(negative, Lanes::splat(weight.wrapping_sub(1)));
        let mut first = 0;
        let mut rows = [Lanes::zero(); LANES];
        for (row, index) in rows.iter_mut().zip(index.words()) {
            let index = usize::try_from(index.wrapping_add(first)).ok()?;
            *row = Lanes::load(self.points.get(index)?);
            first = first.wrapping_add(weight);
        }
        let [x0, x1, x2, x3, y0, y1, y2, y3] = transposed(rows);
        let (x, y) = ([x0, x1, x2, x3], [y0, y1, y2, y3]);
        Some(Points { x: Elements::of_words(x), y: Elements::of_words(y), negative })
    }
}

/// X and ZZ of the sum of the multiples, least significant word first, both times the same factor. `None` if a shape is
/// not one of eight tables, and where the [formulas](super::points) do not hold.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn sum<F: Field<Words = [u64; 4]>>(
    first: &Comb<'_, F>,
    second: &Comb<'_, F>,
) -> Option<[[u64; 4]; 2]> {
    let combs = [Eight::new(first)?, Eight::new(second)?];
    let most = first.shape.spacing.max(second.shape.spacing);
    let mut sums: Option<Sums> = None;
    for at in (0..most).rev() {
        sums = sums.map(|sums| sums.doubled());
        for comb in &combs {
            if at < comb.spacing {
                let points = comb.look(at)?;
                sums = Some(match sums {
                    Some(sums) => sums.plus(&points),
                    None => Sums::of(&points),
                });
            }
        }
    }
    let sums = sums?.plus_lanes(Lanes::load(&[4, 5, 6, 7, 0, 1, 2, 3]));
    let sums = sums.plus_lanes(Lanes::load(&[2, 3, 0, 1, 6, 7, 4, 5]));
    let sums = sums.plus_lanes(Lanes::load(&[1, 0, 3, 2, 5, 4, 7, 6]));
    let zz = sums.zz.first();
    (zz != [0; 4]).then(|| [sums.x.first(), zz])
}

#[cfg(test)]
mod tests {
    use crate::accelerated::ifma_to_test;
    use crate::arithmetic::comb::{self, Comb, Shape};
    use crate::arithmetic::curve::{Curve as _, words};
    use crate::arithmetic::element::Element;
    use crate::arithmetic::field::Field as _;
    use crate::arithmetic::limb::Limb as _;
    use crate::arithmetic::oracle::{Numbers, edges};
    use crate::arithmetic::p256::{P256, generator};
    use crate::arithmetic::point::{Affine, Sum};
    use crate::arithmetic::scalar;

    const ORDER: [u64; 4] = P256::<u64>::ORDER;

    type Wide = Element<P256<u64>>;

    /// With eight tables, and others.
    fn shapes() -> (Vec<Shape>, Vec<Shape>) {
        let shapes = P256::<u64>::SHAPES.iter().chain([&generator::SMALL, &generator::MEDIUM]);
        shapes.partition(|shape| shape.tables == 8)
    }

    fn generator_point() -> Affine<Wide> {
        Affine::read(&generator::POINT)
    }

    /// The tables of so many times the base point.
    fn tables(shape: &Shape, times: usize) -> Vec<u64> {
        let mut sum = Sum::of(&generator_point());
        (1..times).for_each(|_| sum.add(&generator_point()));
        let mut words = vec![0; words::<P256<u64>>(shape)];
        comb::build(shape, &sum.affine().unwrap(), &mut words).unwrap();
        words
    }

    fn combs<'t>(
        shape: &Shape,
        words: &'t [u64],
        u1: [u64; 4],
        u2: [u64; 4],
    ) -> [Comb<'t, Wide>; 2] {
        let digits = |scalar, shape: &Shape| scalar::digits::<P256<u64>>(&scalar, shape.bits());
        let base = &generator::SHAPE;
        [
            Comb::new(base, generator::TABLES, digits(u1, base)).unwrap(),
            Comb::new(shape, words, digits(u2, shape)).unwrap(),
        ]
    }

    #[test]
    fn sums_are_those_of_the_portable_combs() {
        let Some(ifma) = ifma_to_test() else { return };
        let mut numbers = Numbers::new(41);
        for shape in &shapes().0 {
            let words = tables(shape, 1001);
            let edges: Vec<[u64; 4]> = edges();
            let mut scalars: Vec<_> = edges.iter().step_by(5).copied().collect();
            scalars.extend((0..500).map(|_| numbers.next::<[u64; 4]>()));
            scalars.retain(|number| number.iter().rev().lt(ORDER.iter().rev()));
            let mut fallen_back = 0;
            for (at, u1) in scalars.iter().enumerate() {
                let u2 = scalars[(at * 7 + 3) % scalars.len()];
                let [base, own] = combs(shape, &words, *u1, u2);
                let found = ifma.sum(&base, &own);
                let portable: Sum<Wide> = comb::sum(&[base, own], None);
                let Some([x, zz]) = found else {
                    fallen_back += 1;
                    continue;
                };
                assert!(!portable.is_infinity());
                let (x, zz) = (Wide::read(&x), Wide::read(&zz));
                assert!(
                    x.product(&portable.zz).equals(&portable.x.product(&zz)),
                    "{u1:x?} {u2:x?}"
                );
            }
            assert!(fallen_back * 50 < scalars.len(), "{fallen_back} of {}", scalars.len());
        }
    }

    /// The order less a number, which is less than it and not zero.
    fn minus(number: &[u64; 4]) -> [u64; 4] {
        let mut borrow = 0;
        core::array::from_fn(|at| {
            let word;
            (word, borrow) = ORDER[at].subtract(number[at], borrow);
            word
        })
    }

    #[test]
    fn where_points_meet_and_where_the_sum_is_infinity_there_is_none() {
        let Some(ifma) = ifma_to_test() else { return };
        let mut numbers = Numbers::new(42);
        for shape in &shapes().0 {
            let words = tables(shape, 1);
            for small in 0..100 {
                let number = match numbers.next::<[u64; 4]>() {
                    [low, ..] if small < 10 => [low, 0, 0, 0],
                    [w0, w1, w2, _] => [w0, w1, w2, 0],
                };
                // u·G - u·G, which is infinity.
                let [base, own] = combs(shape, &words, number, minus(&number));
                assert!(ifma.sum(&base, &own).is_none(), "{number:x?}");
            }
        }
        // The same digits for the same tables: in every lane a point is added to itself.
        let large = &generator::LARGE;
        let words = tables(large, 1);
        for _ in 0..100 {
            let [w0, w1, w2, _] = numbers.next();
            let number = [w0, w1, w2, 0];
            let [base, own] = combs(large, &words, number, number);
            assert!(ifma.sum(&base, &own).is_none());
        }
    }

    #[test]
    fn shapes_without_eight_tables_are_left_to_the_portable_combs() {
        let Some(ifma) = ifma_to_test() else { return };
        for shape in &shapes().1 {
            let words = tables(shape, 5);
            let [base, own] = combs(shape, &words, [3, 0, 0, 0], [7, 0, 0, 0]);
            assert!(ifma.sum(&base, &own).is_none());
            assert!(ifma.sum(&own, &base).is_none());
        }
    }
}
