//! Sums of multiples made with the tables of [`comb`](crate::arithmetic::comb): of shapes with eight tables, one a lane.
//!
//! Each lane looks through the teeth of its own comb, of every point, and doubles in between; at the end the eight sums
//! are added: the four upper to the four lower, two to two, one to one.

use super::elements::Elements;
use super::lanes::{LANES, Lanes, transposed};
use super::points::{Points, Sums};
use crate::arithmetic::comb::{Comb, POINT_WORDS};
use crate::arithmetic::inverse::bits_at;

/// A comb as the lanes see it.
struct Eight<'t> {
    points: &'t [[u64; POINT_WORDS]],
    /// The digits of each lane's comb.
    digits: Lanes,
    teeth: usize,
    spacing: usize,
}

impl<'t> Eight<'t> {
    /// `None` if the shape has not eight tables.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(comb: &Comb<'t>) -> Option<Self> {
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
        Some(Self { points: comb.points, digits: Lanes::load(&digits), teeth, spacing })
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
pub(super) fn sum(first: &Comb<'_>, second: &Comb<'_>) -> Option<([u64; 4], [u64; 4])> {
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
    (zz != [0; 4]).then(|| (sums.x.first(), zz))
}
