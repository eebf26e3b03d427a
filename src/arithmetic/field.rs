//! What the formulas for points ask of the numbers that coordinates are.
//!
//! The operations work in place: on small machines most of the stack is temporaries of formulas.

use super::number::Number;

/// An element of the field of a curve. A value may have more than one representation inside; what is written or
/// compared has one.
pub(crate) trait Field: Copy {
    /// What a value is written as.
    type Words: Number<Limb = u64>;

    const ZERO: Self;
    const ONE: Self;

    /// The element that these words hold, as [`write`](Self::write) wrote them.
    fn read(words: &Self::Words) -> Self;

    /// Its words, least significant first: the same on every machine, and one form for each value.
    fn write(&self) -> Self::Words;

    /// The element that is a number less than the prime, least significant word first; `None` for another number.
    fn from_number(number: &Self::Words) -> Option<Self>;

    fn add(&mut self, other: &Self);

    fn subtract(&mut self, other: &Self);

    fn multiply(&mut self, other: &Self);

    fn square(&mut self);

    /// Becomes its negative if `negate`. Only for what [`write`](Self::write) wrote, or [`from_number`](Self::from_number)
    /// made.
    fn negate_if(&mut self, negate: bool);

    fn is_zero(&self) -> bool;

    /// `None` for zero.
    fn inverse(&self) -> Option<Self>;

    #[inline]
    fn difference(mut self, other: &Self) -> Self {
        self.subtract(other);
        self
    }

    #[inline]
    fn product(mut self, other: &Self) -> Self {
        self.multiply(other);
        self
    }

    #[inline]
    fn squared(mut self) -> Self {
        self.square();
        self
    }

    #[inline]
    fn doubled(mut self) -> Self {
        self.add(&{ self });
        self
    }

    fn equals(&self, other: &Self) -> bool {
        self.difference(other).is_zero()
    }
}
