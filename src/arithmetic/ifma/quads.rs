//! Elements in two quads: the lower four lanes belong to one computation, the upper four to
//! another. Both do the same at the same time.
//!
//! Each factor of a product is [settled](LaneSum::settled), so it is below 2.001p. A product is
//! left in limbs with carries, each below 2^56: it adds at most nine numbers below 2^52, and the
//! reduction at most six. A sum of products has at most five of them, which leaves three bits below
//! the bound of [`LaneSum`].

use super::elements::{Elements, LIMBS, LaneSum};
use super::lanes::{LIMB_BITS, Lanes};

/// The order of lanes in a quad, for [`Lanes::arranged`].
pub(super) const fn order(of_0: i32, of_1: i32, of_2: i32, of_3: i32) -> i32 {
    of_0 | of_1 << 2 | of_2 << 4 | of_3 << 6
}

/// Lane 0 of both quads.
pub(super) const LANE_0: u8 = 0x11;
/// Lane 1 of both quads.
pub(super) const LANE_1: u8 = 0x22;
/// Lane 2 of both quads.
pub(super) const LANE_2: u8 = 0x44;
/// Lane 3 of both quads.
pub(super) const LANE_3: u8 = 0x88;
/// Lanes 0 and 1 of both quads.
pub(super) const LANES_0_1: u8 = LANE_0 | LANE_1;

impl Elements {
    /// The product, reduced modulo p but not carried: less than 1.26p for settled factors.
    ///
    /// Each column has two sums, so that additions to one do not wait for those to the other. The
    /// limb q that is added times p is the column so far: see
    /// [`elements`](super::elements).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn product(self, other: Self) -> LaneSum {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let zero = Lanes::zero();
        // The limbs 1, 3 and 4 of p + 1; the others are zero.
        let (p1, p3) = (Lanes::splat(1 << 44), Lanes::splat(1 << 36));
        let p4 = Lanes::splat((1 << 48) - (1 << 16));
        let t0 = zero.add_low(a0, b0);
        let more = zero.add_high(a0, b0).add_low(a1, b0);
        let t1 = zero.add_low(a0, b1).add_low(t0, p1).add(more);
        let less = zero.add_low(a0, b2).add_low(a1, b1).add_low(a2, b0);
        let more = zero.add_high(a0, b1).add_high(a1, b0).add_high(t0, p1);
        let t2 = less.add(more).add_low(t1, p1).add(t1.right::<LIMB_BITS>());
        let less = zero.add_low(a0, b3).add_low(a1, b2).add_low(a2, b1).add_low(a3, b0);
        let more = zero.add_high(a0, b2).add_high(a1, b1).add_high(a2, b0);
        let more = more.add_low(t0, p3).add_high(t1, p1);
        let t3 = less.add(more).add_low(t2, p1).add(t2.right::<LIMB_BITS>());
        let less = zero.add_low(a0, b4).add_low(a1, b3).add_low(a2, b2).add_low(a3, b1);
        let less = less.add_low(a4, b0).add_low(t1, p3);
        let more = zero.add_high(a0, b3).add_high(a1, b2).add_high(a2, b1).add_high(a3, b0);
        let more = more.add_high(t0, p3).add_low(t0, p4).add_high(t2, p1);
        let t4 = less.add(more).add_low(t3, p1).add(t3.right::<LIMB_BITS>());
        let less = zero.add_low(a1, b4).add_low(a2, b3).add_low(a3, b2).add_low(a4, b1);
        let less = less.add_high(t1, p3).add_low(t1, p4).add_low(t2, p3);
        let more = zero.add_high(a0, b4).add_high(a1, b3).add_high(a2, b2).add_high(a3, b1);
        let more = more.add_high(a4, b0).add_high(t0, p4).add_high(t3, p1);
        let t5 = less.add(more).add_low(t4, p1).add(t4.right::<LIMB_BITS>());
        let less = zero.add_low(a2, b4).add_low(a3, b3).add_low(a4, b2);
        let less = less.add_high(t2, p3).add_low(t2, p4).add_low(t3, p3);
        let more = zero.add_high(a1, b4).add_high(a2, b3).add_high(a3, b2).add_high(a4, b1);
        let t6 = less.add(more.add_high(t1, p4).add_high(t4, p1));
        let less = zero.add_low(a3, b4).add_low(a4, b3).add_high(t3, p3).add_low(t3, p4);
        let more = zero.add_high(a2, b4).add_high(a3, b3).add_high(a4, b2);
        let t7 = less.add(more.add_high(t2, p4).add_low(t4, p3));
        let less = zero.add_low(a4, b4).add_high(t4, p3);
        let more = zero.add_high(a3, b4).add_high(a4, b3).add_high(t3, p4).add_low(t4, p4);
        let t8 = less.add(more);
        let t9 = zero.add_high(a4, b4).add_high(t4, p4);
        LaneSum([t5, t6, t7, t8, t9])
    }

    /// The numbers in the order `FROM` of each quad.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn arranged<const FROM: i32>(self) -> Self {
        Self(self.sum().arranged::<FROM>().0)
    }

    /// The numbers of `other` in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn with(mut self, mask: u8, other: Self) -> Self {
        for (place, other) in self.0.iter_mut().zip(other.0) {
            *place = place.replaced(mask, other);
        }
        self
    }

    /// The numbers of `other`, in the order `FROM`, in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn with_arranged<const FROM: i32>(self, mask: u8, other: Self) -> Self {
        Self(self.sum().with_arranged::<FROM>(mask, other.sum()).0)
    }
}

/// Applies an operation of [`Lanes`] to each limb, with the limb of the other number.
macro_rules! by_limb {
    ($(#[$doc:meta])* $name:ident, $operation:ident) => {
        $(#[$doc])*
        #[inline]
        #[target_feature(enable = "avx512f,avx512ifma")]
        pub(super) fn $name(mut self, mask: u8, other: Self) -> Self {
            for (place, other) in self.0.iter_mut().zip(other.0) {
                *place = place.$operation(mask, other);
            }
            self
        }
    };
}

impl LaneSum {
    by_limb! {
        /// The sum in the lanes of the mask.
        add_where, add_where
    }

    by_limb! {
        /// The difference in the lanes of the mask.
        subtract_where, subtract_where
    }

    /// The numbers in the order `FROM` of each quad.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn arranged<const FROM: i32>(mut self) -> Self {
        for place in &mut self.0 {
            *place = place.arranged::<FROM>();
        }
        self
    }

    /// The numbers of `other`, in the order `FROM`, in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn with_arranged<const FROM: i32>(mut self, mask: u8, other: Self) -> Self {
        for (place, other) in self.0.iter_mut().zip(other.0) {
            *place = place.replaced_arranged::<FROM>(mask, other);
        }
        self
    }

    /// Twice the number in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn doubled_where(self, mask: u8) -> Self {
        self.add_where(mask, self)
    }
}

/// 2^256 mod p. The product with it is the Montgomery form for 2^256.
const WORDS_FORM: [u64; LIMBS] =
    [1, 0xF_F000_0000_0000, 0xF_FFFF_FFFF_FFFF, 0xF_FFEF_FFFF_FFFF, 0xFFFF];

impl Elements {
    /// The factor that turns an element into the form that the words of a field have.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn words_form() -> Self {
        let [l0, l1, l2, l3, l4] = WORDS_FORM;
        Self([
            Lanes::splat(l0),
            Lanes::splat(l1),
            Lanes::splat(l2),
            Lanes::splat(l3),
            Lanes::splat(l4),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::LANES;
    use super::super::samples::{is_below, number, numbers_below, rest, some};
    use super::*;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn products_agree() {
        let settled = numbers_below(2_001);
        let mut numbers = Numbers::new(25);
        for _ in 0..6000 {
            let [a, b] = [(); 2].map(|()| some(&settled, &mut numbers));
            let product = Elements::of_limbs(&a).product(Elements::of_limbs(&b));
            let limbs = Elements(product.0).limbs();
            let carried = product.carried().limbs();
            for lane in 0..LANES {
                let exact = number(&a[lane]).wrapping_mul(&number(&b[lane]));
                assert!(limbs[lane].iter().all(|limb| *limb < 1 << 56));
                assert!(is_below(&carried[lane], 1_260));
                assert_eq!(rest(&number(&carried[lane]).shl(260)), rest(&exact));
            }
        }
    }

    #[test]
    fn products_match_crypto_bigint_within_bounds() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { products_agree() };
        }
    }
}
