//! Numbers with the fixed number of limbs of a field.

use super::limb::Limb;

/// A fixed number of limbs, the least significant first.
pub(crate) trait LongNumber: Copy + Eq + core::fmt::Debug {
    type Limb: Limb;

    /// The number of limbs.
    const COUNT: usize;
    const ZERO: Self;

    fn limbs(&self) -> &[Self::Limb];

    fn limbs_mut(&mut self) -> &mut [Self::Limb];

    /// The limbs of both numbers.
    fn flatten(numbers: &mut [Self; 2]) -> &mut [Self::Limb];

    /// These limbs as a number; `None` if their count differs.
    fn from_limbs(limbs: &[Self::Limb]) -> Option<&Self>;

    /// Limbs as pairs of numbers. Limbs at the end that do not fill a pair are left out.
    fn pairs(limbs: &[Self::Limb]) -> &[[Self; 2]];

    /// Like [`pairs`](Self::pairs).
    fn pairs_mut(limbs: &mut [Self::Limb]) -> &mut [[Self; 2]];

    /// Applies `step` to the limbs of both numbers, the lowest first, and passes its carry on. The
    /// function has no loop, so that the carry can stay in the flag of the processor.
    fn chain(
        &self,
        other: &Self,
        carry: Self::Limb,
        step: impl Fn(Self::Limb, Self::Limb, Self::Limb) -> (Self::Limb, Self::Limb),
    ) -> (Self, Self::Limb);
}

macro_rules! implement_number {
    ($count:literal: $($a:ident $b:ident $result:ident),*) => {
        impl<L: Limb> LongNumber for [L; $count] {
            type Limb = L;

            const COUNT: usize = $count;
            const ZERO: Self = [L::ZERO; $count];

            #[inline(always)]
            fn limbs(&self) -> &[L] {
                self
            }

            #[inline(always)]
            fn limbs_mut(&mut self) -> &mut [L] {
                self
            }

            #[inline(always)]
            fn flatten(numbers: &mut [Self; 2]) -> &mut [L] {
                numbers.as_flattened_mut()
            }

            #[inline(always)]
            fn from_limbs(limbs: &[L]) -> Option<&Self> {
                limbs.try_into().ok()
            }

            #[inline(always)]
            fn pairs(limbs: &[L]) -> &[[Self; 2]] {
                limbs.as_chunks().0.as_chunks().0
            }

            #[inline(always)]
            fn pairs_mut(limbs: &mut [L]) -> &mut [[Self; 2]] {
                limbs.as_chunks_mut().0.as_chunks_mut().0
            }

            #[inline(always)]
            fn chain(
                &self,
                other: &Self,
                carry: L,
                step: impl Fn(L, L, L) -> (L, L),
            ) -> (Self, L) {
                let ([$($a),*], [$($b),*]) = (*self, *other);
                $(let ($result, carry) = step($a, $b, carry);)*
                ([$($result),*], carry)
            }
        }
    };
}

implement_number!(4: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3);
implement_number!(8: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5, a6 b6 r6, a7 b7 r7);
implement_number!(6: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5);
implement_number!(12: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5,
    a6 b6 r6, a7 b7 r7, a8 b8 r8, a9 b9 r9, a10 b10 r10, a11 b11 r11);
implement_number!(9: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5, a6 b6 r6, a7 b7 r7, a8 b8 r8);
implement_number!(10: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5, a6 b6 r6, a7 b7 r7, a8 b8 r8, a9 b9 r9);
implement_number!(18: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5, a6 b6 r6, a7 b7 r7, a8 b8 r8, a9 b9 r9, a10 b10 r10, a11 b11 r11, a12 b12 r12, a13 b13 r13, a14 b14 r14, a15 b15 r15, a16 b16 r16, a17 b17 r17);
implement_number!(20: a0 b0 r0, a1 b1 r1, a2 b2 r2, a3 b3 r3, a4 b4 r4, a5 b5 r5, a6 b6 r6, a7 b7 r7, a8 b8 r8, a9 b9 r9, a10 b10 r10, a11 b11 r11, a12 b12 r12, a13 b13 r13, a14 b14 r14, a15 b15 r15, a16 b16 r16, a17 b17 r17, a18 b18 r18, a19 b19 r19);
