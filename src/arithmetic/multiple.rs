//! Multiples of points of which no tables were made.

use super::field::Field;
use super::limb::Limb;
use super::number::Number;
use super::point::{Affine, Sum};

/// A scalar and a point of which no tables were made. The scalar is in non-adjacent form, of which two digits in three
/// are zero: with t = 3k, digit i is bit i + 1 of t less bit i + 1 of k (H. Prodinger, "On binary representations of
/// integers with digits -1, 0, 1", 2000).
pub(crate) struct Multiple<'m, F: Field> {
    point: &'m Affine<F>,
    scalar: &'m F::Words,
    triple: F::Words,
    /// The bits of the triple above its words.
    top: u64,
}

impl<'m, F: Field> Multiple<'m, F> {
    /// One more than a scalar has bits.
    pub(super) const DIGITS: usize = F::Words::COUNT.wrapping_mul(64).wrapping_add(1);

    // Where the stack is scarce, once in an image.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn new(point: &'m Affine<F>, scalar: &'m F::Words) -> Self {
        let (mut triple, mut top) = (*scalar, 0);
        for word in triple.limbs_mut() {
            (*word, top) = word.multiply_add(3, top, 0);
        }
        Self { point, scalar, triple, top }
    }

    /// Adds the point as digit `at` says.
    pub(super) fn add_to(&self, sum: &mut Sum<F>, at: usize) {
        let next = at.wrapping_add(1);
        let bit = |number: &F::Words, top| {
            let word = number.limbs().get(next / 64).copied().unwrap_or(top);
            word >> (next & 63) & 1 == 1
        };
        let (plus, minus) = (bit(&self.triple, self.top), bit(self.scalar, 0));
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
    for at in (0..Multiple::<F>::DIGITS).rev() {
        sum.double();
        for multiple in multiples {
            multiple.add_to(&mut sum, at);
        }
    }
    sum
}
