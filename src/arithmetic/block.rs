//! Runs of a few limbs, and a long number times one of them, added to a sum in one pass.
//!
//! Each limb of the block that is multiplied by has a carry of its own, which wanders along the number, a column behind
//! that of the limb below it. For a block b of four:
//!
//! ```text
//! column j:  (t[j], carry 0) = a[j]·b[0] + t[j] + carry 0      one after the other on the same t[j]; none can
//!            (t[j], carry 1) = a[j-1]·b[1] + t[j] + carry 1    overflow: with B = 2^bits of a limb,
//!            (t[j], carry 2) = a[j-2]·b[2] + t[j] + carry 2    (B-1)² + 2(B-1) = B² - 1
//!            (t[j], carry 3) = a[j-3]·b[3] + t[j] + carry 3
//! ```
//!
//! So a column of the sum is loaded and stored once for all limbs of the block, no carry is ever compared for, and
//! the chains of carries do not wait for each other. Each line is one instruction of a Cortex-M4, UMAAL, and four
//! additions with carry around a multiplication elsewhere. How many limbs pay depends on how many registers there are:
//! four where there are sixteen, two where there are thirteen.

use super::limb::Limb;

/// Some limbs of a long number, the least significant first.
pub(crate) trait Block<L>: Copy {
    const ZERO: Self;

    /// For a sum that begins with `self`, and a number that begins with `lowest`: the block q for which sum + q·number
    /// begins with zeros, and the carries behind those. `negative_inverse` is that of the number modulo B.
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self);

    /// Adds number·`block` to a sum that begins with `self`, for a number that begins with `lowest`, as far as `self`
    /// goes, and returns the carries behind it.
    fn add_product(&mut self, lowest: &Self, block: &Self) -> Self;

    /// Adds to a sum that begins with `self` and `next` the product of each limb of `block` with each limb that stands
    /// behind it, of `block` itself or of a number that begins with `higher`, as far as `self` and `next` go. Returns
    /// the carries behind those.
    fn add_products_behind(&mut self, next: &mut Self, block: &Self, higher: &Self) -> Self;

    /// Goes on with adding number·`self` to a sum, for the number `lowest` + `higher`: `sum` begins behind the columns
    /// of `lowest`, and `carries` are those behind them. Returns what is carried out of the block of `sum` behind
    /// `higher`, to which `carry` is added, each 0 or 1. `None` if there is no such block.
    fn add_columns(
        &self,
        sum: &mut [Self],
        lowest: &Self,
        higher: &[Self],
        carries: Self,
        carry: L,
    ) -> Option<L>;
}

impl<L: Limb> Block<L> for [L; 2] {
    const ZERO: Self = [L::ZERO; 2];

    #[inline(always)]
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self) {
        let [n0, n1] = *lowest;
        let [t0, t1] = *self;
        let q0 = t0.multiply_low(negative_inverse);
        let (_, c0) = n0.multiply_add(q0, t0, L::ZERO);
        let (t1, c0) = n1.multiply_add(q0, t1, c0);
        let q1 = t1.multiply_low(negative_inverse);
        let (_, c1) = n0.multiply_add(q1, t1, L::ZERO);
        ([q0, q1], [c0, c1])
    }

    #[inline(always)]
    fn add_product(&mut self, lowest: &Self, block: &Self) -> Self {
        let [a0, a1] = *lowest;
        let [b0, b1] = *block;
        let [t0, t1] = self;
        let (mut c0, c1);
        (*t0, c0) = a0.multiply_add(b0, *t0, L::ZERO);
        (*t1, c0) = a1.multiply_add(b0, *t1, c0);
        (*t1, c1) = a0.multiply_add(b1, *t1, L::ZERO);
        [c0, c1]
    }

    #[inline(always)]
    fn add_products_behind(&mut self, next: &mut Self, block: &Self, higher: &Self) -> Self {
        let [a0, a1] = *block;
        let [a2, a3] = *higher;
        let [_, t1] = self;
        let [t2, t3] = next;
        let (mut c0, c1);
        (*t1, c0) = a1.multiply_add(a0, *t1, L::ZERO);
        (*t2, c0) = a2.multiply_add(a0, *t2, c0);
        (*t3, c0) = a3.multiply_add(a0, *t3, c0);
        (*t3, c1) = a2.multiply_add(a1, *t3, L::ZERO);
        [c0, c1]
    }

    #[inline(never)]
    fn add_columns(
        &self,
        sum: &mut [Self],
        lowest: &Self,
        higher: &[Self],
        carries: Self,
        mut carry: L,
    ) -> Option<L> {
        let [b0, b1] = *self;
        let [mut c0, mut c1] = carries;
        let [_, mut p1] = *lowest;
        let mut places = sum.iter_mut();
        for ([a0, a1], [t0, t1]) in higher.iter().zip(&mut places) {
            (*t0, c0) = a0.multiply_add(b0, *t0, c0);
            (*t0, c1) = p1.multiply_add(b1, *t0, c1);
            (*t1, c0) = a1.multiply_add(b0, *t1, c0);
            (*t1, c1) = a0.multiply_add(b1, *t1, c1);
            p1 = *a1;
        }
        let [t0, t1] = places.next()?;
        (*t0, c1) = p1.multiply_add(b1, *t0, c1);
        (*t0, carry) = t0.add(c0, carry);
        (*t1, carry) = t1.add(c1, carry);
        Some(carry)
    }
}

impl<L: Limb> Block<L> for [L; 4] {
    const ZERO: Self = [L::ZERO; 4];

    #[inline(always)]
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self) {
        let [n0, n1, n2, n3] = *lowest;
        let [t0, t1, t2, t3] = *self;
        let q0 = t0.multiply_low(negative_inverse);
        let (_, c0) = n0.multiply_add(q0, t0, L::ZERO);
        let (t1, c0) = n1.multiply_add(q0, t1, c0);
        let q1 = t1.multiply_low(negative_inverse);
        let (_, c1) = n0.multiply_add(q1, t1, L::ZERO);
        let (t2, c0) = n2.multiply_add(q0, t2, c0);
        let (t2, c1) = n1.multiply_add(q1, t2, c1);
        let q2 = t2.multiply_low(negative_inverse);
        let (_, c2) = n0.multiply_add(q2, t2, L::ZERO);
        let (t3, c0) = n3.multiply_add(q0, t3, c0);
        let (t3, c1) = n2.multiply_add(q1, t3, c1);
        let (t3, c2) = n1.multiply_add(q2, t3, c2);
        let q3 = t3.multiply_low(negative_inverse);
        let (_, c3) = n0.multiply_add(q3, t3, L::ZERO);
        ([q0, q1, q2, q3], [c0, c1, c2, c3])
    }

    #[inline(always)]
    fn add_product(&mut self, lowest: &Self, block: &Self) -> Self {
        let [a0, a1, a2, a3] = *lowest;
        let [b0, b1, b2, b3] = *block;
        let [t0, t1, t2, t3] = self;
        let (c0, c1, c2, c3);
        (*t0, c0) = a0.multiply_add(b0, *t0, L::ZERO);
        let (t, c0) = a1.multiply_add(b0, *t1, c0);
        (*t1, c1) = a0.multiply_add(b1, t, L::ZERO);
        let (t, c0) = a2.multiply_add(b0, *t2, c0);
        let (t, c1) = a1.multiply_add(b1, t, c1);
        (*t2, c2) = a0.multiply_add(b2, t, L::ZERO);
        let (t, c0) = a3.multiply_add(b0, *t3, c0);
        let (t, c1) = a2.multiply_add(b1, t, c1);
        let (t, c2) = a1.multiply_add(b2, t, c2);
        (*t3, c3) = a0.multiply_add(b3, t, L::ZERO);
        [c0, c1, c2, c3]
    }

    #[inline(always)]
    fn add_products_behind(&mut self, next: &mut Self, block: &Self, higher: &Self) -> Self {
        let [a0, a1, a2, a3] = *block;
        let [a4, a5, a6, a7] = *higher;
        let [_, t1, t2, t3] = self;
        let (mut c0, mut c1, mut c2, c3);
        (*t1, c0) = a1.multiply_add(a0, *t1, L::ZERO);
        (*t2, c0) = a2.multiply_add(a0, *t2, c0);
        (*t3, c0) = a3.multiply_add(a0, *t3, c0);
        (*t3, c1) = a2.multiply_add(a1, *t3, L::ZERO);
        let [t4, t5, t6, t7] = next;
        (*t4, c0) = a4.multiply_add(a0, *t4, c0);
        (*t4, c1) = a3.multiply_add(a1, *t4, c1);
        (*t5, c0) = a5.multiply_add(a0, *t5, c0);
        (*t5, c1) = a4.multiply_add(a1, *t5, c1);
        (*t5, c2) = a3.multiply_add(a2, *t5, L::ZERO);
        (*t6, c0) = a6.multiply_add(a0, *t6, c0);
        (*t6, c1) = a5.multiply_add(a1, *t6, c1);
        (*t6, c2) = a4.multiply_add(a2, *t6, c2);
        (*t7, c0) = a7.multiply_add(a0, *t7, c0);
        (*t7, c1) = a6.multiply_add(a1, *t7, c1);
        (*t7, c2) = a5.multiply_add(a2, *t7, c2);
        (*t7, c3) = a4.multiply_add(a3, *t7, L::ZERO);
        [c0, c1, c2, c3]
    }

    #[inline(never)]
    fn add_columns(
        &self,
        sum: &mut [Self],
        lowest: &Self,
        higher: &[Self],
        carries: Self,
        mut carry: L,
    ) -> Option<L> {
        let [b0, b1, b2, b3] = *self;
        let [mut c0, mut c1, mut c2, mut c3] = carries;
        let [_, mut p1, mut p2, mut p3] = *lowest;
        let mut places = sum.iter_mut();
        for ([a0, a1, a2, a3], [t0, t1, t2, t3]) in higher.iter().zip(&mut places) {
            (*t0, c0) = a0.multiply_add(b0, *t0, c0);
            (*t0, c1) = p3.multiply_add(b1, *t0, c1);
            (*t0, c2) = p2.multiply_add(b2, *t0, c2);
            (*t0, c3) = p1.multiply_add(b3, *t0, c3);
            (*t1, c0) = a1.multiply_add(b0, *t1, c0);
            (*t1, c1) = a0.multiply_add(b1, *t1, c1);
            (*t1, c2) = p3.multiply_add(b2, *t1, c2);
            (*t1, c3) = p2.multiply_add(b3, *t1, c3);
            (*t2, c0) = a2.multiply_add(b0, *t2, c0);
            (*t2, c1) = a1.multiply_add(b1, *t2, c1);
            (*t2, c2) = a0.multiply_add(b2, *t2, c2);
            (*t2, c3) = p3.multiply_add(b3, *t2, c3);
            (*t3, c0) = a3.multiply_add(b0, *t3, c0);
            (*t3, c1) = a2.multiply_add(b1, *t3, c1);
            (*t3, c2) = a1.multiply_add(b2, *t3, c2);
            (*t3, c3) = a0.multiply_add(b3, *t3, c3);
            (p1, p2, p3) = (*a1, *a2, *a3);
        }
        let [t0, t1, t2, t3] = places.next()?;
        (*t0, c1) = p3.multiply_add(b1, *t0, c1);
        (*t0, c2) = p2.multiply_add(b2, *t0, c2);
        (*t0, c3) = p1.multiply_add(b3, *t0, c3);
        (*t1, c2) = p3.multiply_add(b2, *t1, c2);
        (*t1, c3) = p2.multiply_add(b3, *t1, c3);
        (*t2, c3) = p3.multiply_add(b3, *t2, c3);
        (*t0, carry) = t0.add(c0, carry);
        (*t1, carry) = t1.add(c1, carry);
        (*t2, carry) = t2.add(c2, carry);
        (*t3, carry) = t3.add(c3, carry);
        Some(carry)
    }
}
