//! Multiples of points of which no tables were made.

use super::field::Field;
use super::limb::Limb;
use super::point::{Affine, Sum};

/// A scalar and a point of which no tables were made. The scalar is in non-adjacent form, of which two digits in three
/// are zero: with t = 3k, digit i is bit i + 1 of t less bit i + 1 of k (H. Prodinger, "On binary representations of
/// integers with digits -1, 0, 1", 2000).
pub(crate) struct Multiple<'m, F> {
    point: &'m Affine<F>,
    scalar: &'m [u64; 4],
    triple: [u64; 5],
}

impl<'m, F: Field> Multiple<'m, F> {
    /// Digits of a scalar of 256 bits.
    pub(super) const DIGITS: usize = 257;

    pub(crate) fn new(point: &'m Affine<F>, scalar: &'m [u64; 4]) -> Self {
        let [k0, k1, k2, k3] = *scalar;
        let (mut triple, mut carry) = ([k0, k1, k2, k3, 0], 0);
        for limb in &mut triple {
            (*limb, carry) = limb.multiply_add(3, carry, 0);
        }
        Self { point, scalar, triple }
    }

    /// Adds the point as digit `at` says.
    pub(super) fn add_to(&self, sum: &mut Sum<F>, at: usize) {
        let next = at.wrapping_add(1);
        let bit = |number: &[u64]| {
            let word = number.get(next / 64).copied().unwrap_or(0);
            word >> (next & 63) & 1 == 1
        };
        let (plus, minus) = (bit(&self.triple), bit(self.scalar));
        if plus != minus {
            let mut point = *self.point;
            point.y.negate_if(minus);
            sum.add(&point);
        }
    }
}

/// The sum of the multiples.
#[cfg(any(test, not(feature = "prepare")))]
#[inline(never)]
pub(crate) fn sum<F: Field>(multiples: &[Multiple<'_, F>]) -> Sum<F> {
    let mut sum = Sum::empty();
    for at in (0..Multiple::<'_, F>::DIGITS).rev() {
        sum.double();
        for multiple in multiples {
            multiple.add_to(&mut sum, at);
        }
    }
    sum
}
