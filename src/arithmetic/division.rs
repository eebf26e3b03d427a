//! Computes a long number times a power of two, modulo another number. This is a long division,
//! which computes one limb of the quotient at a time (D. E. Knuth, "The Art of Computer
//! Programming", volume 2, section 4.3.1, algorithm D).
//!
//! Each limb of the quotient is computed from the highest three limbs of the dividend and the
//! highest two of the divisor. A multiplication by a precomputed reciprocal replaces the division
//! by these two (N. Möller and T. Granlund, "Improved division by invariant integers", IEEE
//! Transactions on Computers 60, 2011, algorithm 5). The result is exact or one too large.

use super::limb::Limb;

/// A divisor greater than zero.
pub(crate) struct Divisor<'n, L> {
    /// The limbs up to the highest non-zero one.
    limbs: &'n [L],
    /// The left shift that sets the highest bit.
    shift: u32,
    /// Its highest two limbs after the shift, the higher first.
    top: [L; 2],
    /// (B³ - 1) / top - B.
    reciprocal: L,
}

impl<'n, L: Limb> Divisor<'n, L> {
    /// `None` for zero.
    pub(crate) fn new(limbs: &'n [L]) -> Option<Self> {
        Self::with(limbs, reciprocal)
    }

    /// Like [`new`](Self::new), with a function for the reciprocal of the highest two limbs after
    /// the shift. The higher limb is its first argument.
    pub(crate) fn with(limbs: &'n [L], reciprocal: impl Fn(L, L) -> L) -> Option<Self> {
        let used = limbs.iter().rposition(|limb| *limb != L::ZERO)?.checked_add(1)?;
        let limbs = limbs.get(..used)?;
        let shift = limbs.last()?.leading_zeros();
        let [high, low, _] = moved_up(highest(limbs), shift);
        Some(Self { limbs, shift, top: [high, low], reciprocal: reciprocal(high, low) })
    }

    /// Sets `value`, which is less than the divisor, to `value`·B^`limbs`·2^`bits` modulo the
    /// divisor. `bits` is less than the bits of a limb. `None` if `value` has fewer limbs than the
    /// divisor.
    pub(crate) fn multiply_by_power_of_two(
        &self,
        value: &mut [L],
        limbs: usize,
        bits: u32,
    ) -> Option<()> {
        let value = value.get_mut(..self.limbs.len())?;
        for _ in 0..limbs {
            self.move_up(value, L::BITS);
        }
        if bits > 0 {
            self.move_up(value, bits);
        }
        Some(())
    }

    /// The same for one step of at most the bits of a limb.
    // Inlined, so that each caller gets its own code: one shifts by a whole limb, the other by a
    // few bits.
    #[inline(always)]
    fn move_up(&self, value: &mut [L], bits: u32) {
        let [l0, l1, l2, l3] = highest(value);
        let above = L::ZERO.join(l0, bits);
        let top = [above, l0.join(l1, bits), l1.join(l2, bits), l2.join(l3, bits)];
        let quotient = self.quotient(moved_up(top, self.shift));
        // Adds q times B - 1 - limb for each limb of n. Together with q added at the lowest limb,
        // this subtracts q·n. Only the q above the highest limb is still missing.
        let (mut below, mut carry) = (L::ZERO, quotient);
        for (place, limb) in value.iter_mut().zip(self.limbs) {
            let moved = place.join(below, bits);
            let (missing, _) = L::MAX.subtract(*limb, L::ZERO);
            below = *place;
            (*place, carry) = missing.multiply_add(quotient, moved, carry);
        }
        if above.add(carry, L::ZERO).0 != quotient {
            // The quotient was one too large.
            let mut carry = L::ZERO;
            for (place, limb) in value.iter_mut().zip(self.limbs) {
                (*place, carry) = place.add(*limb, carry);
            }
        }
    }

    /// The highest three limbs of a dividend, shifted like the divisor, divided by the highest two
    /// of the divisor. B - 1 if the quotient is larger.
    fn quotient(&self, [u2, u1, u0]: [L; 3]) -> L {
        let [d1, d0] = self.top;
        if (u2, u1) >= (d1, d0) {
            return L::MAX;
        }
        let (q0, q1) = u2.multiply_add(self.reciprocal, u1, L::ZERO);
        let (q1, _) = q1.add(u2, L::ZERO);
        // The remainder for q1 + 1, modulo B².
        let (r1, _) = u1.subtract(q1.multiply_low(d1), L::ZERO);
        let (p0, p1) = d0.multiply(q1);
        let (r0, borrow) = u0.subtract(p0, L::ZERO);
        let (r1, _) = r1.subtract(p1, borrow);
        let (r0, borrow) = r0.subtract(d0, L::ZERO);
        let (r1, _) = r1.subtract(d1, borrow);
        // If the remainder was negative, q1 is right. This happens about half of the time, so a
        // branch would often be mispredicted.
        let back = |limb: L| if r1 >= q0 { limb } else { L::ZERO };
        let (more, _) = L::ONE.subtract(back(L::ONE), L::ZERO);
        let (r0, carry) = r0.add(back(d0), L::ZERO);
        let (r1, _) = r1.add(back(d1), carry);
        // This condition is true only in very rare cases.
        let (more, _) =
            if (r1, r0) >= (d1, d0) { more.add(L::ONE, L::ZERO) } else { (more, L::ZERO) };
        q1.add(more, L::ZERO).0
    }
}

/// The highest four limbs of a number, the highest first, followed by zeros if there are fewer.
fn highest<L: Limb>(number: &[L]) -> [L; 4] {
    let mut limbs = number.iter().rev();
    [(); 4].map(|()| limbs.next().copied().unwrap_or(L::ZERO))
}

/// Limbs, the highest first, shifted left by less than a limb.
fn moved_up<L: Limb>([l0, l1, l2, l3]: [L; 4], bits: u32) -> [L; 3] {
    [l0.join(l1, bits), l1.join(l2, bits), l2.join(l3, bits)]
}

/// (B³ - 1) / (`high`·B + `low`) - B, for a `high` whose highest bit is set.
fn reciprocal<L: Limb>(high: L, low: L) -> L {
    // With d for the divisor, this is (B³ - 1 - d·B) / d. The quotient is computed bit by bit: the
    // highest two limbs of the dividend are less than d, and its lowest limb has all bits set.
    let missing = |limb: L| L::MAX.subtract(limb, L::ZERO).0;
    let (mut r1, mut r0) = (missing(high), missing(low));
    let mut quotient = L::ZERO;
    for _ in 0..L::BITS {
        let (twice_0, carry) = r0.add(r0, L::ONE);
        let (twice_1, carry) = r1.add(r1, carry);
        let (less_0, borrow) = twice_0.subtract(low, L::ZERO);
        let (less_1, borrow) = twice_1.subtract(high, borrow);
        let bit = if carry >= borrow { L::ONE } else { L::ZERO };
        (quotient, _) = quotient.add(quotient, bit);
        (r0, r1) = if carry >= borrow { (less_0, less_1) } else { (twice_0, twice_1) };
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::{Numbers, native, thinned, wide};
    use crate::switches::MIRI;
    use crypto_bigint::{BoxedUint, Resize as _};

    fn oracle(words: &[u64]) -> BoxedUint {
        BoxedUint::from_words(native(words))
    }

    fn limbs<L: Limb>(words: &[u64]) -> Vec<L> {
        let mut limbs = vec![L::ZERO; words.len() * 64 / usize::try_from(L::BITS).unwrap()];
        L::from_words(words, &mut limbs);
        limbs
    }

    fn words<L: Limb>(limbs: &[L], count: usize) -> Vec<u64> {
        let mut words = vec![0; count];
        L::to_words(limbs, &mut words);
        words
    }

    /// Divisors with every kind of highest limbs, and values below each: edges, random ones, and
    /// values for which the highest limbs give a quotient that is one too large.
    fn cases() -> Vec<(Vec<u64>, Vec<Vec<u64>>)> {
        let mut numbers = Numbers::new(71);
        let edges = [0, 1, 2, 0xFFFF_FFFF, 1 << 32, 1 << 63, (1 << 63) - 1, u64::MAX - 1, u64::MAX];
        let mut divisors: Vec<Vec<u64>> = vec![vec![1], vec![3], vec![1 << 63], vec![u64::MAX]];
        for high in edges {
            for middle in edges {
                for low in [0, u64::MAX, numbers.word()] {
                    divisors.push(vec![low | 1, middle, high]);
                    divisors.push(vec![1, low, middle, high, 0]);
                }
            }
        }
        for length in [2, 3, 4, 9, 32] {
            for shift in [0, 1, 31, 32, 33, 63] {
                let mut divisor: Vec<u64> = (0..length).map(|_| numbers.word()).collect();
                divisor[length - 1] = (divisor[length - 1] | 1 << 63) >> shift;
                divisors.push(divisor);
            }
        }
        let divisors = thinned(divisors, 17);
        divisors.iter().map(|divisor| (divisor.clone(), values(divisor, &mut numbers))).collect()
    }

    fn values(divisor: &[u64], numbers: &mut Numbers) -> Vec<Vec<u64>> {
        let n = oracle(divisor);
        let bits = n.bits_precision();
        let one = BoxedUint::one_with_precision(bits);
        let zero = BoxedUint::zero_with_precision(bits);
        let mut values = vec![zero, one.clone(), n.wrapping_sub(&one), n.shr(1)];
        let random: Vec<u64> = divisor.iter().map(|_| numbers.word()).collect();
        values.push(oracle(&random));
        // q·n / B for limbs of both widths.
        for width in [32, 64] {
            for quotient in [1, 2, numbers.word() >> 32, u64::MAX >> (64 - width), numbers.word()] {
                let quotient = oracle(&[quotient >> (64 - width)]).resize(bits + 64);
                let product = n.clone().resize(bits + 64).wrapping_mul(&quotient).shr(width);
                values.push(product.resize(bits));
            }
        }
        let n = n.to_nz().unwrap();
        values.iter().map(|value| wide(value.rem(&n).as_words())).collect()
    }

    fn products_agree<L: Limb>() {
        let mut too_much = 0;
        for (divisor, values) in cases() {
            let divisor_limbs = limbs::<L>(&divisor);
            let by = Divisor::new(&divisor_limbs).unwrap();
            let precision = oracle(&divisor).bits_precision() + 512;
            let n = oracle(&divisor).resize(precision).to_nz().unwrap();
            for value in &values {
                for bits in [0, 1, 16, 31, 32, 33, 63, 64, 65, 96, 128, 200, 416u32] {
                    let mut found = limbs::<L>(value);
                    let limbs = usize::try_from(bits / L::BITS).unwrap();
                    by.multiply_by_power_of_two(&mut found, limbs, bits % L::BITS).unwrap();
                    let exact = oracle(value).resize(precision).shl(bits).rem(&n);
                    let exact = wide(exact.as_words())[..divisor.len()].to_vec();
                    assert_eq!(
                        words(&found, divisor.len()),
                        exact,
                        "{value:x?}·2^{bits} mod {divisor:x?}"
                    );
                }
                too_much += u32::from(one_too_much(&by, &limbs::<L>(value)));
            }
        }
        assert!(MIRI || too_much > 100, "the rare case is tested: {too_much}");
    }

    /// Returns whether the estimated quotient of `value`·B is one too large.
    fn one_too_much<L: Limb>(by: &Divisor<'_, L>, value: &[L]) -> bool {
        let value = &value[..by.limbs.len()];
        let quotient = by.quotient(moved_up(highest(value), by.shift));
        let quotient = words(&[quotient], 1);
        let precision = 64 * (u32::try_from(value.len()).unwrap() + 4);
        let wide_of = |limbs: &[L]| {
            let count = usize::try_from(precision / 64).unwrap();
            oracle(&words(limbs, count)).resize(precision)
        };
        let product = wide_of(by.limbs).wrapping_mul(oracle(&quotient).resize(precision));
        product > wide_of(value).shl(L::BITS)
    }

    #[test]
    fn products_by_powers_of_two_match_oracle_on_both_limb_widths() {
        products_agree::<u32>();
        products_agree::<u64>();
    }

    #[test]
    fn reciprocals_are_as_defined() {
        let edges = [0, 1, 2, 1 << 31, (1 << 31) + 1, u32::MAX - 1, u32::MAX, 0xA5A5_A5A5];
        for high in edges.into_iter().filter(|high| high >> 31 == 1) {
            for low in edges {
                let divisor = u128::from(high) << 32 | u128::from(low);
                let expected = ((1u128 << 96) - 1) / divisor - (1 << 32);
                assert_eq!(u128::from(reciprocal(high, low)), expected, "{high:x} {low:x}");
            }
        }
    }

    #[test]
    fn rejects_zero_divisor_and_value_shorter_than_divisor() {
        assert!(Divisor::<u64>::new(&[]).is_none());
        assert!(Divisor::new(&[0u32, 0]).is_none());
        let divisor = [1u64, 1];
        let divisor = Divisor::new(&divisor).unwrap();
        assert!(divisor.multiply_by_power_of_two(&mut [0], 0, 1).is_none());
        assert!(divisor.multiply_by_power_of_two(&mut [0, 0, 0], 0, 1).is_some());
    }
}
