//! Sums of multiples, computed with the tables of [`comb`](crate::arithmetic::comb), for shapes
//! with eight tables.
//!
//! - For one sum, each lane has one of the eight tables. A lane adds the entries that its comb
//!   selects for every point, with doublings in between. At the end the eight sums are added in
//!   three steps: four to four, two to two, one to one.
//! - For eight sums, each lane computes one of them and adds the entries of all its combs. This
//!   needs fewer doublings, and no additions at the end.

use super::elements::Elements;
use super::lanes::{LANES, Lanes, transposed};
use super::points::{Points, Sums};
use crate::arithmetic::comb::{Comb, Shape};
use crate::arithmetic::field::Field;
use crate::arithmetic::inverse::bits_at;
use crate::limits::BATCH;

/// A point of a table.
type Row = [u64; LANES];

/// A comb for each lane. All have the same number of teeth.
#[derive(Clone, Copy)]
struct Eight<'t> {
    /// The table of each lane.
    tables: [&'t [Row]; LANES],
    /// The digits for each lane, beginning with the first digit of its comb.
    digits: [u64; LANES],
    teeth: usize,
    spacing: usize,
}

impl<'t> Eight<'t> {
    const NONE: Self = Self { tables: [&[]; LANES], digits: [0; LANES], teeth: 0, spacing: 0 };

    /// Gives a lane one of eight tables, and the digits of its comb. `None` if the shape does not
    /// have eight.
    #[inline]
    fn set<F: Field<Words = [u64; 4]>>(
        &mut self,
        lane: usize,
        comb: &Comb<'t, F>,
        table: usize,
    ) -> Option<()> {
        let Shape { tables, teeth, spacing } = comb.shape;
        if tables != LANES {
            return None;
        }
        (self.teeth, self.spacing) = (teeth, spacing);
        let bits = teeth.wrapping_mul(spacing);
        let width = u32::try_from(bits).ok().filter(|width| *width <= 62)?;
        *self.digits.get_mut(lane)? = bits_at(&comb.digits, table.wrapping_mul(bits), width);
        let points = 1usize.unbounded_shl(u32::try_from(teeth).ok()?) >> 1;
        let (rows, _) = comb.points.as_flattened().as_flattened().as_chunks();
        let first = table.wrapping_mul(points);
        *self.tables.get_mut(lane)? = rows.get(first..first.wrapping_add(points))?;
        Some(())
    }

    /// The points that the lanes select at bit `at` of each tooth. `None` if a table is too short.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn look(&self, at: usize) -> Option<Points> {
        let (one, digits) = (Lanes::splat(1), Lanes::load(&self.digits));
        let step = Lanes::splat(u64::try_from(self.spacing).ok()?);
        let top = self.teeth.wrapping_sub(1);
        let place = top.wrapping_mul(self.spacing).wrapping_add(at);
        let mut place = Lanes::splat(u64::try_from(place).ok()?);
        let negative = digits.right_by(place).has_none_of(one);
        let mut index = Lanes::zero();
        for _ in 0..top {
            place = place.subtract(step);
            let digit = digits.right_by(place).and(one);
            index = index.left::<1>().or(digit);
        }
        // All signs are inverted.
        let weight = 1u64.unbounded_shl(u32::try_from(top).ok()?);
        let index = index.xor_where(negative, Lanes::splat(weight.wrapping_sub(1)));
        let mut rows = [Lanes::zero(); LANES];
        for (row, (index, table)) in rows.iter_mut().zip(index.words().iter().zip(&self.tables)) {
            *row = Lanes::load(table.get(usize::try_from(*index).ok()?)?);
        }
        let [x0, x1, x2, x3, y0, y1, y2, y3] = transposed(rows);
        let (x, y) = ([x0, x1, x2, x3], [y0, y1, y2, y3]);
        Some(Points { x: Elements::of_words(x), y: Elements::of_words(y), negative })
    }
}

/// The sum, in each lane, of the points that its combs select. `None` if there are no combs.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn sums(combs: &[Eight<'_>]) -> Option<Sums> {
    let most = combs.iter().map(|comb| comb.spacing).max()?;
    let mut sums: Option<Sums> = None;
    for at in (0..most).rev() {
        sums = sums.map(|sums| sums.doubled());
        for comb in combs {
            if at < comb.spacing {
                let points = comb.look(at)?;
                sums = Some(match sums {
                    Some(sums) => sums.plus(&points),
                    None => Sums::of(&points),
                });
            }
        }
    }
    sums
}

/// X and ZZ of the sum of the multiples, least significant word first, both times the same factor.
/// `None` if a shape does not have eight tables, or if the [formulas](super::points) do not hold.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn sum<F: Field<Words = [u64; 4]>>(
    first: &Comb<'_, F>,
    second: &Comb<'_, F>,
) -> Option<[[u64; 4]; 2]> {
    let sum = total([first, second])?;
    let (x, zz) = (sum.x.lane(0), sum.zz.lane(0));
    (zz != [0; 4]).then_some([x, zz])
}

/// X, Y, ZZ and ZZZ of one multiple. `None` as for [`sum`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiple<F: Field<Words = [u64; 4]>>(comb: &Comb<'_, F>) -> Option<[[u64; 4]; 4]> {
    let form = Elements::words_form();
    let coordinates = total([comb])?.coordinates();
    let multiple @ [_, _, zz, _] = coordinates.map(|it| it.times(form).lane(0));
    (zz != [0; 4]).then_some(multiple)
}

/// The sum of the multiples, in each lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn total<F: Field<Words = [u64; 4]>, const COUNT: usize>(
    multiples: [&Comb<'_, F>; COUNT],
) -> Option<Sums> {
    let mut combs = [Eight::NONE; COUNT];
    for (eight, comb) in combs.iter_mut().zip(multiples) {
        for lane in 0..LANES {
            eight.set(lane, comb, lane)?;
        }
    }
    let sums = sums(&combs)?.plus_lanes(Lanes::load(&[4, 5, 6, 7, 0, 1, 2, 3]));
    let sums = sums.plus_lanes(Lanes::load(&[2, 3, 0, 1, 6, 7, 4, 5]));
    Some(sums.plus_lanes(Lanes::load(&[1, 0, 3, 2, 5, 4, 7, 6])))
}

/// Like [`sum`], for several pairs. `None` also for pairs that do not have the shapes of the first
/// one, and for all pairs if too few have them.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn all_sums<F: Field<Words = [u64; 4]>>(
    pairs: &[Option<[Comb<'_, F>; 2]>; BATCH],
) -> [Option<[[u64; 4]; 2]>; BATCH] {
    by_lane(pairs).unwrap_or([None; BATCH])
}

/// From this number of sums on, computing them together is faster than one after the other, even
/// with unused lanes.
const ENOUGH: usize = 5;

#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn by_lane<F: Field<Words = [u64; 4]>>(
    pairs: &[Option<[Comb<'_, F>; 2]>; BATCH],
) -> Option<[Option<[[u64; 4]; 2]>; BATCH]> {
    let model = pairs.iter().flatten().next()?;
    let shapes = |[first, second]: &[Comb<'_, F>; 2]| (first.shape, second.shape);
    let fits = |pair: &&[Comb<'_, F>; 2]| shapes(pair) == shapes(model);
    if pairs.iter().flatten().filter(fits).count() < ENOUGH {
        return None;
    }
    let mut combs = [[Eight::NONE; LANES]; 2];
    for (point, eights) in combs.iter_mut().enumerate() {
        for (table, eight) in eights.iter_mut().enumerate() {
            for (lane, pair) in pairs.iter().enumerate() {
                // An unused lane repeats the pair `model`.
                let pair = pair.as_ref().filter(fits).unwrap_or(model);
                eight.set(lane, pair.get(point)?, table)?;
            }
        }
    }
    let found = sums(combs.as_flattened())?;
    let mut sums = [None; BATCH];
    for (lane, (place, pair)) in sums.iter_mut().zip(pairs).enumerate() {
        if pair.as_ref().filter(fits).is_some() {
            let (x, zz) = (found.x.lane(lane), found.zz.lane(lane));
            *place = (zz != [0; 4]).then_some([x, zz]);
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use crate::arithmetic::comb::{self, Comb, Shape};
    use crate::arithmetic::curve::{Curve as _, words};
    use crate::arithmetic::element::Element;
    use crate::arithmetic::field::Field as _;
    use crate::arithmetic::limb::Limb as _;
    use crate::arithmetic::oracle::{Numbers, edges};
    use crate::arithmetic::p256::{P256, generator};
    use crate::arithmetic::point::{Affine, Sum};
    use crate::arithmetic::scalar;
    use crate::cpu::to_test;

    const ORDER: [u64; 4] = P256::<u64>::ORDER;

    type Wide = Element<P256<u64>>;

    /// Shapes with eight tables, and other shapes.
    fn shapes() -> (Vec<Shape>, Vec<Shape>) {
        let shapes = P256::<u64>::SHAPES.iter().chain([&generator::SMALL, &generator::MEDIUM]);
        shapes.partition(|shape| shape.tables == 8)
    }

    fn generator_point() -> Affine<Wide> {
        Affine::read(&generator::POINT)
    }

    /// The tables of `times` times the base point.
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
        let Some(ifma) = to_test::ifma() else { return };
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

    /// The order minus a number, which is less than the order and not zero.
    fn minus(number: &[u64; 4]) -> [u64; 4] {
        let mut borrow = 0;
        core::array::from_fn(|at| {
            let word;
            (word, borrow) = ORDER[at].subtract(number[at], borrow);
            word
        })
    }

    #[test]
    fn gives_no_sum_if_points_are_equal_or_sum_is_infinity() {
        let Some(ifma) = to_test::ifma() else { return };
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

    /// Eight pairs, with scalars below the order, at the positions where `present` has a bit.
    fn pairs<'t>(
        shape: &Shape,
        words: &'t [Vec<u64>],
        present: u8,
        mut scalar: impl FnMut() -> [u64; 4],
    ) -> [Option<[Comb<'t, Wide>; 2]>; 8] {
        core::array::from_fn(|at| {
            let pair = combs(shape, &words[at], scalar(), scalar());
            (present >> at & 1 == 1).then_some(pair)
        })
    }

    fn is_portable_sum([x, zz]: &[[u64; 4]; 2], pair: Option<&[Comb<'_, Wide>; 2]>) -> bool {
        let portable: Sum<Wide> = comb::sum(pair.unwrap(), None);
        let (x, zz) = (Wide::read(x), Wide::read(zz));
        x.product(&portable.zz).equals(&portable.x.product(&zz))
    }

    #[test]
    fn several_sums_together_are_those_of_the_portable_combs() {
        let Some(ifma) = to_test::ifma() else { return };
        let mut numbers = Numbers::new(43);
        let is_scalar = |number: &[u64; 4]| number.iter().rev().lt(ORDER.iter().rev());
        let mut edges: Vec<[u64; 4]> = edges();
        edges.retain(is_scalar);
        for shape in &shapes().0 {
            let words: Vec<_> = (0..8).map(|at| tables(shape, 1001 + at)).collect();
            for round in 0..60 {
                let present = if round < 20 { u8::MAX } else { numbers.word().to_le_bytes()[0] };
                let of_edges = round % 3 == 0;
                let mut scalar = || match of_edges {
                    true => edges[numbers.word() as usize % edges.len()],
                    false => std::iter::repeat_with(|| numbers.next()).find(is_scalar).unwrap(),
                };
                let pairs = pairs(shape, &words, present, &mut scalar);
                for (found, pair) in ifma.sums(&pairs).iter().zip(&pairs) {
                    let wanted = pair.is_some() && present.count_ones() >= 5;
                    // Intermediate sums of multiples by edges may be equal.
                    assert!(found.is_some() == wanted || wanted && of_edges);
                    assert!(
                        found.is_none_or(|it| is_portable_sum(&it, pair.as_ref())),
                        "{shape:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn infinite_sum_in_one_lane_leaves_other_lanes_right() {
        let Some(ifma) = to_test::ifma() else { return };
        let mut numbers = Numbers::new(44);
        for shape in &shapes().0 {
            let words = vec![tables(shape, 1); 8];
            for lane in 0..8 {
                let mut scalar = || match numbers.next::<[u64; 4]>() {
                    [w0, w1, w2, _] => [w0, w1, w2, 0],
                };
                let mut pairs = pairs(shape, &words, u8::MAX, &mut scalar);
                // u·G - u·G, which is infinity.
                let number = scalar();
                pairs[lane] = Some(combs(shape, &words[lane], number, minus(&number)));
                for (at, (found, pair)) in ifma.sums(&pairs).iter().zip(&pairs).enumerate() {
                    assert_eq!(found.is_none(), at == lane);
                    assert!(found.is_none_or(|it| is_portable_sum(&it, pair.as_ref())));
                }
            }
        }
    }

    #[test]
    fn leaves_out_sums_of_another_table_shape_than_the_first() {
        let Some(ifma) = to_test::ifma() else { return };
        let (small, large) = (&shapes().0[1], &generator::LARGE);
        let of = |shape| vec![tables(shape, 1001); 8];
        let (small_words, large_words) = (of(small), of(large));
        let scalar = || [7, 6, 5, 4];
        for few in 0..=8 {
            let mut mixed = pairs(large, &large_words, u8::MAX, scalar);
            let others = pairs(small, &small_words, u8::MAX, scalar);
            for (place, other) in mixed.iter_mut().zip(others).skip(8 - few) {
                *place = other;
            }
            for (at, found) in ifma.sums(&mixed).iter().enumerate() {
                let computed = few == 8 || few <= 3 && at < 8 - few;
                assert_eq!(found.is_some(), computed, "{at} with {few} others");
            }
        }
        assert!(ifma.sums::<Wide>(&[const { None }; 8]).iter().all(Option::is_none));
    }

    #[test]
    fn shapes_without_eight_tables_are_left_to_the_portable_combs() {
        let Some(ifma) = to_test::ifma() else { return };
        for shape in &shapes().1 {
            let words = tables(shape, 5);
            let [base, own] = combs(shape, &words, [3, 0, 0, 0], [7, 0, 0, 0]);
            assert!(ifma.sum(&base, &own).is_none());
            assert!(ifma.sum(&own, &base).is_none());
            let words = vec![words; 8];
            let pairs = pairs(shape, &words, u8::MAX, || [3, 0, 0, 0]);
            assert!(ifma.sums(&pairs).iter().all(Option::is_none));
        }
    }
}
