//! Products modulo an odd number, without division (Montgomery, "Modular multiplication without trial
//! division", 1985), and powers made of them.
//!
//! With B = 2^bits of a limb, n the modulus of `l` limbs and R = B^l, the Montgomery product of x and y is
//! x·y·R⁻¹ mod n. It is computed a limb of y at a time, the multiplication and the reduction of a row
//! fused in one loop (FIOS of Koç, Acar and Kaliski, "Analyzing and comparing Montgomery multiplication
//! algorithms", 1996).

use super::limb::Limb;
use core::cell::Cell;
use core::cmp::Ordering;

/// An odd modulus. Its top limbs may be zero.
pub(crate) struct Modulus<'n, L> {
    limbs: &'n [L],
    /// -n⁻¹ mod B.
    negative_inverse: L,
}

impl<'n, L: Limb> Modulus<'n, L> {
    /// `None` unless the number is odd and greater than one.
    pub(crate) fn new(limbs: &'n [L]) -> Option<Self> {
        let lowest = *limbs.first()?;
        if !lowest.is_odd() || bit_length(limbs) < 2 {
            return None;
        }
        // Newton's iteration doubles the bits that are right; an odd number is its own inverse modulo 8.
        let mut inverse = lowest;
        for _ in 0..5 {
            inverse = inverse.multiply_low(lowest.multiply_low(inverse).two_minus());
        }
        Some(Self { limbs, negative_inverse: inverse.negate() })
    }

    /// Whether `value`, of as many limbs, is less than the modulus.
    pub(crate) fn exceeds(&self, value: &[L]) -> bool {
        compare(value, self.limbs) == Ordering::Less
    }

    /// Sets `result` to `left`·`right`·R⁻¹ mod n. All have as many limbs as the modulus, and `left` and
    /// `right` are less than it.
    pub(crate) fn product(&self, left: &[L], right: &[L], result: &mut [L]) {
        result.fill(L::ZERO);
        let mut top = L::ZERO;
        for factor in right {
            top = self.add_row(left, *factor, result, top).unwrap_or(L::ZERO);
        }
        self.reduce_once(result, top);
    }

    /// Sets `result` to (`result` + `left`·`factor` + q·n) / B, with the q that makes the division exact,
    /// where `top` is the limb of `result` above its last, and returns the new one.
    ///
    /// If `result` < 2n before and `left` < n, the sum is less than 2n + (B-1)n + (B-1)n = 2Bn, so
    /// `result` < 2n afterwards: `top` is never more than 1 and no carry is lost.
    #[inline(always)]
    fn add_row(&self, left: &[L], factor: L, result: &mut [L], top: L) -> Option<L> {
        let cells = Cell::from_mut(result).as_slice_of_cells();
        let (left_lowest, left) = left.split_first()?;
        let (modulus_lowest, modulus) = self.limbs.split_first()?;
        let (lowest, from) = cells.split_first()?;
        let (sum, mut carry) = left_lowest.multiply_add(factor, lowest.get(), L::ZERO);
        let quotient = sum.multiply_low(self.negative_inverse);
        let (_, mut fold) = quotient.multiply_add(*modulus_lowest, sum, L::ZERO);
        for (((left, modulus), from), to) in left.iter().zip(modulus).zip(from).zip(cells) {
            let (sum, high) = left.multiply_add(factor, from.get(), carry);
            carry = high;
            let (sum, high) = quotient.multiply_add(*modulus, sum, fold);
            fold = high;
            to.set(sum);
        }
        let (sum, top) = carry.add(fold, top);
        cells.last()?.set(sum);
        Some(top)
    }

    /// Brings a value below 2n, whose limb above the last is `top`, below n.
    fn reduce_once(&self, value: &mut [L], top: L) {
        if top == L::ZERO && self.exceeds(value) {
            return;
        }
        let mut borrow = L::ZERO;
        for (value, modulus) in value.iter_mut().zip(self.limbs) {
            (*value, borrow) = value.subtract(*modulus, borrow);
        }
    }

    /// Sets `value` to 2·`value` mod n.
    fn double(&self, value: &mut [L]) {
        let mut carry = L::ZERO;
        for limb in value.iter_mut() {
            (*limb, carry) = limb.add(*limb, carry);
        }
        self.reduce_once(value, carry);
    }

    /// Sets `result` to R² mod n, which takes a number to its Montgomery form. `work` is as long.
    pub(crate) fn r_squared(&self, result: &mut [L], work: &mut [L]) {
        // The largest power of two below n, doubled until it is 2R: the Montgomery form of 2.
        let length = bit_length(self.limbs);
        set_power_of_two(result, length.saturating_sub(1));
        let bits_of_r = bits_of(self.limbs);
        for _ in length..bits_of_r.saturating_add(2) {
            self.double(result);
        }
        // The Montgomery form of 2^(bits of R) = R, bit by bit of the exponent, is R².
        for bit in (0..bits_of_r.checked_ilog2().unwrap_or(0)).rev() {
            self.product(result, result, work);
            copy(work, result);
            if bits_of_r >> bit & 1 == 1 {
                self.double(result);
            }
        }
    }

    /// Sets `result` to `base` to the power of `exponent` mod n, for an odd exponent of 3 or more and a base
    /// that is less than n. `work` is R² mod n before; it and `base` are used up.
    pub(crate) fn odd_power(
        &self,
        base: &mut [L],
        exponent: u64,
        result: &mut [L],
        work: &mut [L],
    ) {
        self.product(base, work, result);
        // For exponents like 65537, with no bit between the first and the last, the base is needed just
        // once more: as it is, so that the last product leaves Montgomery form, too.
        let sparse = exponent.count_ones() == 2;
        if !sparse {
            copy(result, base);
        }
        for bit in (0..exponent.checked_ilog2().unwrap_or(0)).rev() {
            self.product(result, result, work);
            if exponent >> bit & 1 == 1 {
                self.product(work, base, result);
            } else {
                copy(work, result);
            }
        }
        if !sparse {
            set_power_of_two(base, 0);
            self.product(result, base, work);
            copy(work, result);
        }
    }
}

fn compare<L: Limb>(left: &[L], right: &[L]) -> Ordering {
    left.iter().rev().cmp(right.iter().rev())
}

fn copy<L: Limb>(from: &[L], to: &mut [L]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

fn bits_of<L: Limb>(limbs: &[L]) -> u32 {
    u32::try_from(limbs.len()).unwrap_or(u32::MAX).saturating_mul(L::BITS)
}

/// The number of bits up to the highest that is set.
pub(crate) fn bit_length<L: Limb>(limbs: &[L]) -> u32 {
    let mut bits = bits_of(limbs);
    for limb in limbs.iter().rev() {
        bits = bits.saturating_sub(limb.leading_zeros());
        if *limb != L::ZERO {
            break;
        }
    }
    bits
}

fn set_power_of_two<L: Limb>(limbs: &mut [L], exponent: u32) {
    let mut left = Some(exponent);
    for limb in limbs {
        *limb = match left {
            Some(bit) if bit < L::BITS => L::power_of_two(bit),
            _ => L::ZERO,
        };
        left = left.and_then(|bits| bits.checked_sub(L::BITS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_bigint::{BoxedUint, Resize as _};

    /// Moduli with carries in every place, of lengths that do and do not fill their limbs.
    fn moduli() -> Vec<Vec<u64>> {
        let mut moduli = vec![
            vec![3],
            vec![u64::MAX],
            vec![1, 1],
            vec![u64::MAX; 4],
            vec![1, 0, 0, 1 << 63],
            vec![u64::MAX, 0, u64::MAX, 1],
            vec![u64::MAX, u64::MAX, u64::MAX, 0],
            vec![0xFFFF_FFFF_0000_0001, 0, 0xFFFF_FFFF, u64::MAX >> 1],
        ];
        let mut state = 1u64;
        for length in [2usize, 3, 32, 33] {
            for _ in 0..3 {
                let mut words: Vec<u64> = (0..length).map(|_| random(&mut state)).collect();
                words[0] |= 1;
                moduli.push(words);
            }
        }
        moduli
    }

    /// SplitMix64.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn values_below(modulus: &[u64]) -> Vec<Vec<u64>> {
        let number = BoxedUint::from_words(modulus.iter().copied());
        let one = BoxedUint::one_with_precision(number.bits_precision());
        let mut values = vec![
            BoxedUint::zero_with_precision(number.bits_precision()),
            one.clone(),
            number.wrapping_sub(&one),
            number.wrapping_sub(&one).shr(1),
        ];
        let mut state = 2u64;
        for _ in 0..4 {
            let words: Vec<u64> = modulus.iter().map(|_| random(&mut state)).collect();
            let value = BoxedUint::from_words(words);
            values.push(value.rem(&number.to_nz().unwrap()));
        }
        values.iter().map(|value| value.as_words().to_vec()).collect()
    }

    fn limbs<L: Limb>(words: &[u64]) -> Vec<L> {
        let mut limbs = vec![L::ZERO; words.len() * 64 / usize::try_from(L::BITS).unwrap()];
        L::from_words(words, &mut limbs);
        limbs
    }

    fn oracle(words: &[u64]) -> BoxedUint {
        BoxedUint::from_words(words.iter().copied())
    }

    fn products_agree_with_the_oracle<L: Limb>() {
        for words in moduli() {
            let modulus_limbs = limbs::<L>(&words);
            let modulus = Modulus::new(&modulus_limbs).unwrap();
            let number = oracle(&words).to_nz().unwrap();
            let length = modulus_limbs.len();
            let (mut r_squared, mut work) = (vec![L::ONE; length], vec![L::ONE; length]);
            modulus.r_squared(&mut r_squared, &mut work);
            for left in values_below(&words) {
                for right in values_below(&words) {
                    let expected = oracle(&left).mul_mod(&oracle(&right), &number);
                    let (mut form, mut result) = (vec![L::ONE; length], vec![L::ONE; length]);
                    modulus.product(&limbs(&left), &r_squared, &mut form);
                    modulus.product(&form, &limbs(&right), &mut result);
                    assert_eq!(result, limbs::<L>(expected.as_words()), "mod {words:x?}");
                }
            }
        }
    }

    fn powers_agree_with_the_oracle<L: Limb>() {
        for words in moduli() {
            let modulus_limbs = limbs::<L>(&words);
            let modulus = Modulus::new(&modulus_limbs).unwrap();
            let number = oracle(&words).to_nz().unwrap();
            for base in values_below(&words) {
                for exponent in [3u32, 5, 7, 17, 35, 0x10001, 0x10003, u32::MAX] {
                    let mut expected = oracle(&[1]).resize(oracle(&words).bits_precision());
                    expected = expected.rem(&number);
                    for bit in (0..32).rev() {
                        expected = expected.mul_mod(&expected, &number);
                        if exponent >> bit & 1 == 1 {
                            expected = expected.mul_mod(&oracle(&base), &number);
                        }
                    }
                    let mut base = limbs::<L>(&base);
                    let (mut result, mut work) = (base.clone(), base.clone());
                    modulus.r_squared(&mut work, &mut result);
                    modulus.odd_power(&mut base, exponent.into(), &mut result, &mut work);
                    assert_eq!(result, limbs::<L>(expected.as_words()), "mod {words:x?}");
                }
            }
        }
    }

    #[test]
    fn products_agree_with_the_oracle_on_both_limb_widths() {
        products_agree_with_the_oracle::<u32>();
        products_agree_with_the_oracle::<u64>();
    }

    #[test]
    fn powers_agree_with_the_oracle_on_both_limb_widths() {
        powers_agree_with_the_oracle::<u32>();
        powers_agree_with_the_oracle::<u64>();
    }

    #[test]
    fn even_moduli_and_one_are_none() {
        assert!(Modulus::new(&[2u64]).is_none());
        assert!(Modulus::new(&[1u32, 0]).is_none());
        assert!(Modulus::<u64>::new(&[]).is_none());
        assert!(Modulus::new(&[1u32, 1]).is_some());
    }
}
