//! A digit of a long number, in a width that the machine multiplies fast.

/// The limb of the target.
#[cfg(wide_limbs)]
pub(crate) type NativeLimb = u64;
/// The limb of the target.
#[cfg(not(wide_limbs))]
pub(crate) type NativeLimb = u32;

/// Splits words into halves, the lower half first.
pub(crate) const fn halves<const HALVES: usize>(words: &[u64]) -> [u32; HALVES] {
    let mut halves = [0; HALVES];
    let (mut words, (mut places, _)) = (words, halves.as_chunks_mut::<2>());
    while let ([word, higher @ ..], [[low, high], behind @ ..]) = (words, places) {
        let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
        *low = u32::from_le_bytes([a, b, c, d]);
        *high = u32::from_le_bytes([e, f, g, h]);
        (words, places) = (higher, behind);
    }
    halves
}

/// An unsigned integer whose products fit in a type twice as wide.
pub(crate) trait Limb: Copy + Eq + Ord + core::fmt::Debug {
    const ZERO: Self;
    const ONE: Self;
    const MAX: Self;
    const BITS: u32;

    /// `self + other + carry`, low half and carry. If `carry` is 0 or 1, so is the new carry.
    fn add(self, other: Self, carry: Self) -> (Self, Self);

    /// `self - other - borrow` modulo 2^BITS, and the borrow, 0 or 1.
    fn subtract(self, other: Self, borrow: Self) -> (Self, Self);

    /// `self * factor + first + second`, low and high half. It cannot overflow: with B = 2^BITS,
    /// (B-1)² + 2(B-1) = B² - 1.
    fn multiply_add(self, factor: Self, first: Self, second: Self) -> (Self, Self);

    /// `self * factor`, low and high half.
    fn multiply(self, factor: Self) -> (Self, Self);

    /// `self * factor` modulo 2^BITS.
    fn multiply_low(self, factor: Self) -> Self;

    /// `2 - self` modulo 2^BITS, the step of Newton's iteration for an inverse.
    fn two_minus(self) -> Self;

    fn negate(self) -> Self;

    fn is_odd(self) -> bool;

    fn leading_zeros(self) -> u32;

    /// The bits of `self` followed by those of `lower`, without the first `shift` bits: the highest
    /// BITS of them. `shift` is at most BITS.
    fn join(self, lower: Self, shift: u32) -> Self;

    /// Spreads 64-bit words, least significant first, over limbs, and fills the other limbs with
    /// zeros.
    fn from_words(words: &[u64], limbs: &mut [Self]);

    /// The reverse of [`from_words`](Self::from_words).
    fn to_words(limbs: &[Self], words: &mut [u64]);

    /// Spreads bytes, most significant first, over limbs, and fills the other limbs with zeros.
    fn from_bytes(bytes: &[u8], limbs: &mut [Self]);
}

macro_rules! implement_limb {
    ($limb:ty, $wide:ty) => {
        impl Limb for $limb {
            const ZERO: Self = 0;
            const ONE: Self = 1;
            const MAX: Self = Self::MAX;
            const BITS: u32 = <$limb>::BITS;

            #[inline(always)]
            fn add(self, other: Self, carry: Self) -> (Self, Self) {
                let (sum, first) = self.overflowing_add(other);
                let (sum, second) = sum.overflowing_add(carry);
                (sum, Self::from(first | second))
            }

            #[inline(always)]
            fn subtract(self, other: Self, borrow: Self) -> (Self, Self) {
                let (difference, first) = self.overflowing_sub(other);
                let (difference, second) = difference.overflowing_sub(borrow);
                (difference, Self::from(first | second))
            }

            #[inline(always)]
            fn multiply_add(self, factor: Self, first: Self, second: Self) -> (Self, Self) {
                let product = <$wide>::from(self)
                    .wrapping_mul(<$wide>::from(factor))
                    .wrapping_add(<$wide>::from(first))
                    .wrapping_add(<$wide>::from(second));
                let low = product & <$wide>::from(Self::MAX);
                let high = product >> <$limb>::BITS;
                // Both values fit. The compiler proves this and removes the fallback.
                (Self::try_from(low).unwrap_or(0), Self::try_from(high).unwrap_or(0))
            }

            #[inline(always)]
            fn multiply(self, factor: Self) -> (Self, Self) {
                self.multiply_add(factor, 0, 0)
            }

            #[inline(always)]
            fn multiply_low(self, factor: Self) -> Self {
                self.wrapping_mul(factor)
            }

            fn two_minus(self) -> Self {
                Self::wrapping_sub(2, self)
            }

            fn negate(self) -> Self {
                self.wrapping_neg()
            }

            fn is_odd(self) -> bool {
                self & 1 == 1
            }

            fn leading_zeros(self) -> u32 {
                <$limb>::leading_zeros(self)
            }

            #[inline(always)]
            fn join(self, lower: Self, shift: u32) -> Self {
                let right = Self::BITS.wrapping_sub(shift);
                self.unbounded_shl(shift) | lower.unbounded_shr(right)
            }

            fn from_words(words: &[u64], limbs: &mut [Self]) {
                let mut places = limbs.iter_mut();
                for word in words {
                    let bytes = word.to_le_bytes();
                    let (chunks, _) = bytes.as_chunks::<{ size_of::<$limb>() }>();
                    for (chunk, place) in chunks.iter().zip(&mut places) {
                        *place = Self::from_le_bytes(*chunk);
                    }
                }
                for place in places {
                    *place = 0;
                }
            }

            #[inline]
            fn to_words(limbs: &[Self], words: &mut [u64]) {
                const LIMBS: usize = 8 / size_of::<$limb>();
                let (chunks, rest) = limbs.as_chunks::<LIMBS>();
                let chunks = chunks.iter().map(|chunk| chunk.as_slice());
                let chunks = chunks.chain(core::iter::once(rest));
                for (word, chunk) in words.iter_mut().zip(chunks) {
                    let limbs = chunk.iter().rev().map(|limb| u64::from(*limb));
                    *word = limbs.fold(0, |word, limb| word.unbounded_shl(Self::BITS) | limb);
                }
            }

            fn from_bytes(bytes: &[u8], limbs: &mut [Self]) {
                let (highest, chunks) = bytes.as_rchunks::<{ size_of::<$limb>() }>();
                let highest = highest.iter().fold(0, |limb, byte| limb << 8 | Self::from(*byte));
                let values = chunks.iter().rev().map(|chunk| Self::from_be_bytes(*chunk));
                let values = values.chain(core::iter::once(highest));
                for (place, value) in limbs.iter_mut().zip(values.chain(core::iter::repeat(0))) {
                    *place = value;
                }
            }
        }
    };
}

implement_limb!(u32, u64);
implement_limb!(u64, u128);
