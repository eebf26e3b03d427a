//! What the formulas for points ask of the numbers that coordinates are.

/// An element of the field of a curve. A value may have more than one representation inside; what is written or
/// compared has one.
pub(crate) trait Field: Copy {
    const ZERO: Self;
    const ONE: Self;

    /// The element that these words hold, as [`write`](Self::write) wrote them.
    fn read(words: &[u64; 4]) -> Self;

    /// Its words, least significant first: the same on every machine, and one form for each value.
    fn write(&self) -> [u64; 4];

    /// The element that is a number less than the prime, least significant word first; `None` for another number.
    fn from_number(number: &[u64; 4]) -> Option<Self>;

    fn add(&self, other: &Self) -> Self;

    fn subtract(&self, other: &Self) -> Self;

    fn product(&self, other: &Self) -> Self;

    fn square(&self) -> Self;

    /// Its negative if `negate`, itself otherwise. Only for what [`read`](Self::read) returned.
    fn negate_if(&self, negate: bool) -> Self;

    fn is_zero(&self) -> bool;

    /// `None` for zero.
    fn inverse(&self) -> Option<Self>;

    fn double(&self) -> Self {
        self.add(self)
    }

    fn equals(&self, other: &Self) -> bool {
        self.subtract(other).is_zero()
    }
}
