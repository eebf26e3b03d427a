//! Multiples of points without tables.

use super::field::Field;
use super::limb::Limb;
use super::number::LongNumber;
use super::point::{Affine, Sum};

/// A scalar in non-adjacent form, in which two of three digits are zero on average. With t = 3k,
/// digit i is bit i + 1 of t minus bit i + 1 of k (H. Prodinger, "On binary representations of
/// integers with digits -1, 0, 1", 2000).
pub(super) struct NonAdjacent<'m, W> {
    scalar: &'m W,
    triple: W,
    /// The bits of 3k above its words.
    top: u64,
}

impl<'m, W: LongNumber<Limb = u64>> NonAdjacent<'m, W> {
    // Not inlined on small targets, so that the image holds it only once.
    #[inline(never)]
    pub(super) fn of(scalar: &'m W) -> Self {
        let (mut triple, mut top) = (*scalar, 0);
        for word in triple.limbs_mut() {
            (*word, top) = word.multiply_add(3, top, 0);
        }
        Self { scalar, triple, top }
    }

    /// Returns whether digit `at` is -1; `None` if it is 0.
    #[inline(always)]
    pub(super) fn is_negative(&self, at: usize) -> Option<bool> {
        let next = at.wrapping_add(1);
        let bit = |number: &W, top| {
            let word = number.limbs().get(next / 64).copied().unwrap_or(top);
            word >> (next & 63) & 1 == 1
        };
        let (plus, minus) = (bit(&self.triple, self.top), bit(self.scalar, 0));
        (plus != minus).then_some(minus)
    }
}

/// A scalar and a point without tables.
pub(crate) struct Multiple<'m, F: Field> {
    point: &'m Affine<F>,
    digits: NonAdjacent<'m, F::Words>,
}

impl<'m, F: Field> Multiple<'m, F> {
    /// One more than the bits of a scalar, which has those of the prime.
    pub(super) const DIGITS: usize = F::BITS.wrapping_add(1);

    pub(crate) fn new(point: &'m Affine<F>, scalar: &'m F::Words) -> Self {
        Self { point, digits: NonAdjacent::of(scalar) }
    }

    /// Adds the point, its negative or nothing, for digit `at`.
    pub(super) fn add_to(&self, sum: &mut Sum<F>, at: usize) {
        if let Some(negative) = self.digits.is_negative(at) {
            let mut point = *self.point;
            point.y.negate_if(negative);
            sum.add(&point);
        }
    }
}

/// The sum of the multiples.
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
