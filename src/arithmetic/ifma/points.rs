//! Eight sums of points of P-256, one for each lane, in the coordinates and with the formulas of
//! [`point`](crate::arithmetic::point).
//!
//! These formulas are wrong if the two points to be added have the same x. The lanes do not check
//! this. Then P = X2·ZZ1 - X1·ZZ2 is zero, and so is the new ZZ, which has P² as a factor. Every
//! later ZZ has the earlier one as a factor, both after a doubling and after an addition. So ZZ is
//! zero at the end if and only if the formulas were wrong somewhere or the sum is infinity; the
//! caller then computes the sum in another way. (Doubling is right for every point, because no
//! point on a curve of odd order has y = 0.)
//!
//! Bounds, in multiples of p: X < 2.001, Y < 2.3, ZZ and ZZZ < 1.3, and a point of a table < 16.001
//! in each coordinate. [`Elements`] states the bounds of products and sums; the comments beside the
//! lines give the resulting values.

use super::elements::Elements;
use super::lanes::Lanes;

/// Eight points of tables, none at infinity.
#[derive(Clone, Copy)]
pub(super) struct Points {
    pub(super) x: Elements,
    pub(super) y: Elements,
    /// The lanes whose y is negated.
    pub(super) negative: u8,
}

/// Eight sums.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub(super) x: Elements,
    y: Elements,
    pub(super) zz: Elements,
    zzz: Elements,
}

impl Sums {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn of(points: &Points) -> Self {
        Self {
            x: points.x.sum().settled(),                                // 2.001
            y: points.y.sum().negated_where(points.negative).settled(), // 2.001
            zz: Elements::one(),
            zzz: Elements::one(),
        }
    }

    /// X, Y, ZZ and ZZZ.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn coordinates(self) -> [Elements; 4] {
        [self.x, self.y, self.zz, self.zzz]
    }

    /// "dbl-2008-s-1", with 3x² - 3ZZ² = 3(X - ZZ)(X + ZZ).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn doubled(self) -> Self {
        let u = self.y.plus(self.y).carried(); // 4.6
        let v = u.squared(); // 21.2/16 + 1 < 2.33
        let less = self.x.minus(self.zz).settled(); // 2.001
        let more = self.x.plus(self.zz).carried(); // 3.31
        let slope = less.times(more); // 6.7/16 + 1 < 1.42
        let slope = slope.plus(slope).plus(slope).settled(); // 2.001
        let w = u.times(v); // 10.8/16 + 1 < 1.68
        let s = self.x.times(v); // 4.7/16 + 1 < 1.3
        let square = slope.squared(); // 4.1/16 + 1 < 1.26
        let x = square.minus(s).minus(s).settled(); // 2.001
        let ahead = s.minus(x).settled(); // 2.001
        Self {
            x,
            // 4.1/16 + 2 < 2.3, and 1 minus 3.9/16 is more than 0.
            y: slope.times_less(ahead, w, self.y),
            zz: self.zz.times(v),   // 3.1/16 + 1 < 1.2
            zzz: self.zzz.times(w), // 2.2/16 + 1 < 1.2
        }
    }

    /// "madd-2008-s".
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn plus(self, points: &Points) -> Self {
        let u = points.x.times(self.zz); // 20.9/16 + 1 < 2.31
        let s = points.y.times(self.zzz); // the same
        let p = u.minus(self.x).settled();
        let r = s.sum().negated_where(points.negative).minus(self.y).settled();
        self.with(p, r, self.x, self.y)
    }

    /// Adds to each lane the lane that `from` names. If two lanes name each other, both get the
    /// same sum. "add-2008-s".
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn plus_lanes(self, from: Lanes) -> Self {
        let (other_zz, other_zzz) = (self.zz.chosen(from), self.zzz.chosen(from));
        let u = self.x.times(other_zz); // 2.7/16 + 1 < 1.2
        let s = self.y.times(other_zzz); // 3/16 + 1 < 1.2
        let p = u.chosen(from).minus(u).settled();
        let r = s.chosen(from).minus(s).settled();
        let zz = self.zz.times(other_zz); // 1.7/16 + 1 < 1.2
        let zzz = self.zzz.times(other_zzz);
        Self { zz, zzz, ..self }.with(p, r, u, s)
    }

    /// The sum for the differences `p` of x and `r` of y, both settled. The points have the common
    /// `zz` and `zzz` of self; the first of them has `x` < 2.001 and `y` < 2.3.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn with(self, p: Elements, r: Elements, x: Elements, y: Elements) -> Self {
        let square = p.squared(); // 4.1/16 + 1 < 1.26
        let cube = square.times(p); // 2.6/16 + 1 < 1.17
        let q = x.times(square); // 2.6/16 + 1 < 1.17
        let x = r.squared().minus(cube).minus(q).minus(q).settled(); // 2.001
        let ahead = q.minus(x).settled(); // 2.001
        Self {
            x,
            // 4.1/16 + 2 < 2.3, and 1 minus 2.7/16 is more than 0.
            y: r.times_less(ahead, y, cube),
            zz: self.zz.times(square), // 1.7/16 + 1 < 1.2
            zzz: self.zzz.times(cube), // 1.6/16 + 1 < 1.2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{is_below, numbers_below, some};
    use super::*;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn assert_bounds(sums: &Sums) {
        assert!(sums.x.limbs().iter().all(|limbs| is_below(limbs, 2_001)));
        assert!(sums.y.limbs().iter().all(|limbs| is_below(limbs, 2_300)));
        assert!(sums.zz.limbs().iter().all(|limbs| is_below(limbs, 1_300)));
        assert!(sums.zzz.limbs().iter().all(|limbs| is_below(limbs, 1_300)));
    }

    /// For any numbers within the bounds, whether they are coordinates of points or not.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn bounds_hold() {
        let [entry, x, y, z] = [16_001, 2_001, 2_300, 1_300].map(numbers_below);
        let mut numbers = Numbers::new(31);
        for _ in 0..5_000 {
            let sums = Sums {
                x: Elements::of_limbs(&some(&x, &mut numbers)),
                y: Elements::of_limbs(&some(&y, &mut numbers)),
                zz: Elements::of_limbs(&some(&z, &mut numbers)),
                zzz: Elements::of_limbs(&some(&z, &mut numbers)),
            };
            let points = Points {
                x: Elements::of_limbs(&some(&entry, &mut numbers)),
                y: Elements::of_limbs(&some(&entry, &mut numbers)),
                negative: numbers.word().to_le_bytes()[0],
            };
            assert_bounds(&Sums::of(&points));
            assert_bounds(&sums.doubled());
            assert_bounds(&sums.plus(&points));
            assert_bounds(&sums.plus_lanes(Lanes::load(&[4, 5, 6, 7, 0, 1, 2, 3])));
        }
    }

    #[test]
    fn coordinates_stay_within_their_bounds() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { bounds_hold() };
        }
    }
}
