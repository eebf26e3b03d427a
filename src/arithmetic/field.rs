//! The operations on coordinates that the formulas for points need.
//!
//! They work in place, because on small machines the temporaries of the formulas need most of the
//! stack.

use super::number::LongNumber;

/// An element of the field of a curve. A value may have several internal representations. It is
/// written and compared in one canonical form.
pub(crate) trait Field: Copy {
    /// The words to which a value is written.
    type Words: LongNumber<Limb = u64>;

    /// The bits of the prime.
    const BITS: usize;
    const ZERO: Self;
    const ONE: Self;
    /// True if the coefficient a of the curve is 0, false if it is -3.
    const A_IS_ZERO: bool;

    /// Reads an element from words that [`write`](Self::write) wrote.
    fn read(words: &Self::Words) -> Self;

    /// The words of the element, least significant first. Each value has one form, which is the
    /// same on every machine.
    fn write(&self) -> Self::Words;

    /// The element for a number less than the prime, least significant word first; `None` for a
    /// larger number.
    fn from_number(number: &Self::Words) -> Option<Self>;

    fn add(&mut self, other: &Self);

    fn subtract(&mut self, other: &Self);

    fn multiply(&mut self, other: &Self);

    fn square(&mut self);

    /// Negates the element if `negate`. Only for elements read from words of
    /// [`write`](Self::write), or made by [`from_number`](Self::from_number).
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
    fn plus(mut self, other: &Self) -> Self {
        self.add(other);
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
