//! Blocks: a few limbs that are used as one digit of a long number.
//!
//! With D = B^limbs of a block, (D-1)² + 2(D-1) = D² - 1: the product of two blocks leaves space
//! for two more blocks. The schoolbook loop (number times block plus sum) therefore works on blocks
//! as it does on limbs. Each digit of the sum is loaded and stored once for all limbs of the block.
//! The carry to the next digit is a block that stays in registers.
//!
//! There are two shapes, for two kinds of machine:
//!
//! - Two limbs, for machines with thirteen registers: each product of limbs absorbs two more limbs,
//!   one of the sum and one carry. A Cortex-M4 does this with one instruction, UMAAL.
//! - Four limbs, for machines with sixteen registers: a block times a limb is computed first and
//!   then added to the sum. The carries of a step stay in the flags of the processor. This takes
//!   two additions for each product of limbs, where the other shape would take four.

use super::limb::Limb;
use super::limb::NativeLimb;

/// The number of limbs of a block, chosen by the number of registers of the target.
pub(crate) const BLOCK: usize = if size_of::<NativeLimb>() == 8 { 4 } else { 2 };

pub(crate) type NativeBlock = [NativeLimb; BLOCK];

/// Some limbs of a long number, the least significant first.
pub(crate) trait Block<L>: Copy {
    const ZERO: Self;

    /// `self`·`factor` + `first` + `second`, lower and upper half.
    fn multiply_add(&self, factor: &Self, first: &Self, second: &Self) -> (Self, Self);

    /// The sum of `first` and the products of any two different limbs of `self`, each product once.
    /// Lower and upper half.
    fn multiply_different_add(&self, first: &Self) -> (Self, Self);

    /// The block q that makes the lower half of `self` + q·`lowest` zero, and the upper half of
    /// that sum. `negative_inverse` is -1/`lowest` modulo B.
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self);

    /// `self` + `other` + `carry`, and the new carry. Both carries are 0 or 1.
    fn add(&self, other: &Self, carry: L) -> (Self, L);
}

impl<L: Limb> Block<L> for [L; 2] {
    const ZERO: Self = [L::ZERO; 2];

    #[inline(always)]
    fn multiply_add(&self, factor: &Self, first: &Self, second: &Self) -> (Self, Self) {
        let [a0, a1] = *self;
        let [b0, b1] = *factor;
        let [t0, t1] = *first;
        let [s0, s1] = *second;
        let (t0, carry) = a0.multiply_add(b0, t0, s0);
        let (t1, upper) = a1.multiply_add(b0, t1, carry);
        let (t1, carry) = a0.multiply_add(b1, t1, s1);
        let (t2, t3) = a1.multiply_add(b1, upper, carry);
        ([t0, t1], [t2, t3])
    }

    #[inline(always)]
    fn multiply_different_add(&self, first: &Self) -> (Self, Self) {
        let [a0, a1] = *self;
        let [t0, t1] = *first;
        let (t1, t2) = a0.multiply_add(a1, t1, L::ZERO);
        ([t0, t1], [t2, L::ZERO])
    }

    #[inline(always)]
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self) {
        let [n0, n1] = *lowest;
        let [t0, t1] = *self;
        let q0 = t0.multiply_low(negative_inverse);
        let (_, carry) = n0.multiply_add(q0, t0, L::ZERO);
        let (t1, upper) = n1.multiply_add(q0, t1, carry);
        let q1 = t1.multiply_low(negative_inverse);
        let (_, carry) = n0.multiply_add(q1, t1, L::ZERO);
        let (t2, t3) = n1.multiply_add(q1, upper, carry);
        ([q0, q1], [t2, t3])
    }

    #[inline(always)]
    fn add(&self, other: &Self, carry: L) -> (Self, L) {
        let [a0, a1] = *self;
        let [b0, b1] = *other;
        let (a0, carry) = a0.add(b0, carry);
        let (a1, carry) = a1.add(b1, carry);
        ([a0, a1], carry)
    }
}

impl<L: Limb> Block<L> for [L; 4] {
    const ZERO: Self = [L::ZERO; 4];

    #[inline(always)]
    fn multiply_add(&self, factor: &Self, first: &Self, second: &Self) -> (Self, Self) {
        let [b0, b1, b2, b3] = *factor;
        let [t0, t1, t2, t3] = *first;
        let (t0, sum) = add_multiple(second, self, b0, t0);
        let (t1, sum) = add_multiple(&sum, self, b1, t1);
        let (t2, sum) = add_multiple(&sum, self, b2, t2);
        let (t3, sum) = add_multiple(&sum, self, b3, t3);
        ([t0, t1, t2, t3], sum)
    }

    #[inline(always)]
    fn multiply_different_add(&self, first: &Self) -> (Self, Self) {
        let [a0, a1, a2, a3] = *self;
        let [t0, t1, t2, t3] = *first;
        let (t1, carry) = a1.multiply_add(a0, t1, L::ZERO);
        let (t2, carry) = a2.multiply_add(a0, t2, carry);
        let (t3, upper) = a3.multiply_add(a0, t3, carry);
        let (t3, carry) = a2.multiply_add(a1, t3, L::ZERO);
        let (t4, carry) = a3.multiply_add(a1, upper, carry);
        let (t5, t6) = a3.multiply_add(a2, carry, L::ZERO);
        ([t0, t1, t2, t3], [t4, t5, t6, L::ZERO])
    }

    #[inline(always)]
    fn quotient(&self, lowest: &Self, negative_inverse: L) -> (Self, Self) {
        let next = |sum: &Self| {
            let [lowest_of_sum, ..] = *sum;
            let quotient = lowest_of_sum.multiply_low(negative_inverse);
            let (_, sum) = add_multiple(sum, lowest, quotient, L::ZERO);
            (quotient, sum)
        };
        let (q0, sum) = next(self);
        let (q1, sum) = next(&sum);
        let (q2, sum) = next(&sum);
        let (q3, sum) = next(&sum);
        ([q0, q1, q2, q3], sum)
    }

    #[inline(always)]
    fn add(&self, other: &Self, carry: L) -> (Self, L) {
        let [a0, a1, a2, a3] = *self;
        let [b0, b1, b2, b3] = *other;
        let (a0, carry) = a0.add(b0, carry);
        let (a1, carry) = a1.add(b1, carry);
        let (a2, carry) = a2.add(b2, carry);
        let (a3, carry) = a3.add(b3, carry);
        ([a0, a1, a2, a3], carry)
    }
}

/// `sum` + `number`·`limb` + `more`: its lowest limb, and the others. It fits: D-1 + (D-1)(B-1) +
/// B-1 = D·B - 1.
#[inline(always)]
fn add_multiple<L: Limb>(sum: &[L; 4], number: &[L; 4], limb: L, more: L) -> (L, [L; 4]) {
    let [a0, a1, a2, a3] = *number;
    let [t0, t1, t2, t3] = *sum;
    let (p0, h0) = a0.multiply(limb);
    let (p1, h1) = a1.multiply(limb);
    let (p2, h2) = a2.multiply(limb);
    let (p3, h3) = a3.multiply(limb);
    let (p0, carry) = p0.add(more, L::ZERO);
    let (p1, carry) = p1.add(h0, carry);
    let (p2, carry) = p2.add(h1, carry);
    let (p3, carry) = p3.add(h2, carry);
    let (p4, _) = h3.add(carry, L::ZERO);
    let (t0, carry) = t0.add(p0, L::ZERO);
    let (t1, carry) = t1.add(p1, carry);
    let (t2, carry) = t2.add(p2, carry);
    let (t3, carry) = t3.add(p3, carry);
    let (t4, _) = p4.add(carry, L::ZERO);
    (t0, [t1, t2, t3, t4])
}
