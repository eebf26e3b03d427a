//! Products modulo an odd number, without division (Montgomery, "Modular multiplication without
//! trial division", 1985), and powers computed with them.
//!
//! Let B = 2^bits of a limb, n the modulus of `l` limbs, and R = B^l. The Montgomery product of x
//! and y is x·y·R⁻¹ mod n. The product is computed first, then the reduction (SOS of Koç, Acar and
//! Kaliski, "Analyzing and comparing Montgomery multiplication algorithms", 1996). So a square
//! needs only half the multiplications of a product. R is a power of 2^256, so that it is the same
//! for limbs of both widths.
//!
//! Product and reduction process a [`Block`] of limbs at a time.

use super::block::Block;
use super::division::Divisor;
use super::limb::Limb;
use core::cmp::Ordering;

/// An odd modulus. Its top limbs may be zero.
pub(crate) struct Modulus<'n, L, const WIDTH: usize> {
    blocks: &'n [[L; WIDTH]],
    /// -n⁻¹ mod B.
    negative_inverse: L,
}

impl<'n, L: Limb, const WIDTH: usize> Modulus<'n, L, WIDTH>
where
    [L; WIDTH]: Block<L>,
{
    /// `None` unless the number is odd and greater than one.
    pub(crate) fn new(blocks: &'n [[L; WIDTH]]) -> Option<Self> {
        let lowest = *blocks.as_flattened().first()?;
        if !lowest.is_odd() || bit_length(blocks.as_flattened()) < 2 {
            return None;
        }
        Some(Self { blocks, negative_inverse: negative_inverse(lowest) })
    }

    /// Its limbs, least significant first.
    pub(crate) fn limbs(&self) -> &'n [L] {
        self.blocks.as_flattened()
    }

    /// Returns whether `value`, which has the blocks of the modulus, is less than the modulus.
    pub(crate) fn exceeds(&self, value: &[[L; WIDTH]]) -> bool {
        let (value, modulus) = (value.as_flattened(), self.blocks.as_flattened());
        value.iter().rev().cmp(modulus.iter().rev()) == Ordering::Less
    }

    /// Sets `value` to `value`·`factor`·R⁻¹ mod n. Both have the number of blocks of the modulus,
    /// and their product is less than n·R; `work` has twice that number of blocks. `None` if a
    /// number of blocks is wrong.
    #[cfg_attr(not(small), inline(always))]
    pub(crate) fn multiply(
        &self,
        value: &mut [[L; WIDTH]],
        factor: &[[L; WIDTH]],
        work: &mut [[L; WIDTH]],
    ) -> Option<()> {
        work.as_flattened_mut().fill(L::ZERO);
        let mut rest = &mut *work;
        for block in factor {
            let (carried, place) = add_multiple(rest, value, block, &Block::ZERO)?;
            // The sum so far has no limb at this position yet.
            *place = carried;
            rest = rest.get_mut(1..)?;
        }
        self.reduce(work, value)
    }

    /// Sets `value` to `value`²·R⁻¹ mod n, as [`multiply`](Self::multiply) does.
    #[cfg_attr(not(small), inline(always))]
    pub(crate) fn square(&self, value: &mut [[L; WIDTH]], work: &mut [[L; WIDTH]]) -> Option<()> {
        work.as_flattened_mut().fill(L::ZERO);
        let mut rest = &mut *work;
        let mut blocks = &*value;
        while let Some((block, higher)) = blocks.split_first() {
            // The products of each limb of the block with each limb after it.
            let (first, others) = rest.split_first_mut()?;
            let (sum, carried) = block.multiply_different_add(first);
            *first = sum;
            let (carried, place) = add_multiple(others, higher, block, &carried)?;
            // As in `multiply`.
            *place = carried;
            rest = others.get_mut(1..)?;
            blocks = higher;
        }
        double_and_add_squares(value.as_flattened(), work.as_flattened_mut());
        self.reduce(work, value)
    }

    /// Sets `value` to `work`·R⁻¹ mod n, for `work` less than n·R.
    ///
    /// Adds q·n, where q is the number below R that makes the lower half zero. Each step adds one
    /// block of q. The upper half is then less than (n·R + R·n) / R = 2n, so n is subtracted at
    /// most once.
    #[cfg_attr(not(small), inline(always))]
    fn reduce(&self, work: &mut [[L; WIDTH]], value: &mut [[L; WIDTH]]) -> Option<()> {
        let (lowest, higher) = self.blocks.split_first()?;
        let mut carry = L::ZERO;
        let mut rest = work;
        for _ in self.blocks {
            let (low, high) = rest.split_first_mut()?;
            let (quotient, carried) = low.quotient(lowest, self.negative_inverse);
            let (carried, place) = add_multiple(high, higher, &quotient, &carried)?;
            (*place, carry) = place.add(&carried, carry);
            rest = high;
        }
        if rest.len() != value.len() {
            return None;
        }
        for (value, block) in value.iter_mut().zip(rest) {
            *value = *block;
        }
        self.reduce_once(value, carry);
        Some(())
    }

    /// Reduces a value below 2n to one below n. `top` is the limb above its last.
    fn reduce_once(&self, value: &mut [[L; WIDTH]], top: L) {
        if top == L::ZERO && self.exceeds(value) {
            return;
        }
        let mut borrow = L::ZERO;
        let limbs = value.as_flattened_mut().iter_mut().zip(self.blocks.as_flattened());
        for (value, modulus) in limbs {
            (*value, borrow) = value.subtract(*modulus, borrow);
        }
    }

    /// Sets `result` to R² mod n. Multiplying a number by it gives the Montgomery form of the
    /// number.
    pub(crate) fn r_squared(&self, result: &mut [[L; WIDTH]]) -> Option<()> {
        // Starts from the largest power of B below n.
        let limbs = self.blocks.as_flattened();
        let place = limbs.iter().rposition(|limb| *limb != L::ZERO)?;
        result.as_flattened_mut().fill(L::ZERO);
        *result.as_flattened_mut().get_mut(place)? = L::ONE;
        self.move_up(result, limbs.len().checked_mul(2)?.checked_sub(place)?)
    }

    /// Sets `value`, which is less than n, to `value`·B^`limbs` mod n.
    fn move_up(&self, value: &mut [[L; WIDTH]], limbs: usize) -> Option<()> {
        let divisor = Divisor::new(self.blocks.as_flattened())?;
        divisor.multiply_by_power_of_two(value.as_flattened_mut(), limbs, 0)
    }

    /// Sets `result` to `base` to the power of `exponent` mod n. The exponent is odd and at least
    /// 3; the base is less than n. If `has_r_squared`, `result` must hold R² mod n. `base` is
    /// overwritten; `work` is as in [`multiply`](Self::multiply).
    #[inline(always)]
    pub(crate) fn odd_power(
        &self,
        base: &mut [[L; WIDTH]],
        exponent: u64,
        has_r_squared: bool,
        result: &mut [[L; WIDTH]],
        work: &mut [[L; WIDTH]],
    ) -> Option<()> {
        if has_r_squared {
            self.multiply(result, base, work)?;
        } else {
            copy(base, result);
            self.move_up(result, self.blocks.as_flattened().len())?;
        }
        // For an exponent with only two bits set, such as 65537, the base is needed only once more.
        // For this last product the base is not in Montgomery form, so the result is not in
        // Montgomery form either.
        let sparse = exponent.count_ones() == 2;
        if !sparse {
            copy(result, base);
        }
        for bit in (0..exponent.checked_ilog2().unwrap_or(0)).rev() {
            self.square(result, work)?;
            if exponent >> bit & 1 == 1 {
                self.multiply(result, base, work)?;
            }
        }
        if !sparse {
            base.as_flattened_mut().fill(L::ZERO);
            *base.as_flattened_mut().first_mut()? = L::ONE;
            self.multiply(result, base, work)?;
        }
        Some(())
    }
}

/// -1/`odd` mod B.
#[inline]
pub(crate) fn negative_inverse<L: Limb>(odd: L) -> L {
    // Newton's iteration doubles the number of correct bits. An odd number is its own inverse
    // modulo 8.
    let mut inverse = odd;
    for _ in 0..5 {
        inverse = inverse.multiply_low(odd.multiply_low(inverse).two_minus());
    }
    inverse.negate()
}

/// Adds `number`·`block` + `carried` to `sum`. Returns the carry, and the position in `sum` to
/// which it must be added. `None` if there is no such position.
#[cfg_attr(not(small), inline(always))]
#[cfg_attr(small, inline(never))]
fn add_multiple<'s, L: Limb, const WIDTH: usize>(
    sum: &'s mut [[L; WIDTH]],
    number: &[[L; WIDTH]],
    block: &[L; WIDTH],
    carried: &[L; WIDTH],
) -> Option<([L; WIDTH], &'s mut [L; WIDTH])>
where
    [L; WIDTH]: Block<L>,
{
    let (block, mut carried) = (*block, *carried);
    let mut places = sum.iter_mut();
    for (digit, place) in number.iter().zip(&mut places) {
        (*place, carried) = digit.multiply_add(&block, place, &carried);
    }
    Some((carried, places.next()?))
}

/// Sets `sum` to the square of `value`. `sum` must hold the products of different limbs of `value`,
/// each once.
#[inline(always)]
fn double_and_add_squares<L: Limb>(value: &[L], sum: &mut [L]) {
    let (pairs, _) = sum.as_chunks_mut::<2>();
    let (mut bit, mut carry) = (L::ZERO, L::ZERO);
    for (limb, [low, high]) in value.iter().zip(pairs) {
        let (twice_low, middle) = low.add(*low, bit);
        let (twice_high, top) = high.add(*high, middle);
        let (sum, upper) = limb.multiply_add(*limb, twice_low, carry);
        *low = sum;
        (*high, carry) = twice_high.add(upper, L::ZERO);
        bit = top;
    }
}

fn copy<L: Limb, const WIDTH: usize>(from: &[[L; WIDTH]], to: &mut [[L; WIDTH]]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

fn bits_of<L: Limb>(limbs: &[L]) -> u32 {
    u32::try_from(limbs.len()).unwrap_or(u32::MAX).saturating_mul(L::BITS)
}

/// The number of bits up to the highest set bit.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::{native, thinned, wide};
    use crate::switches::MIRI;
    use crypto_bigint::{BoxedUint, Resize as _};

    /// Moduli with carries at every position, of lengths that do and do not fill their limbs.
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
        // Moduli of 2048 bits are left out under Miri.
        moduli.retain(|words| !MIRI || words.len() < 32);
        thinned(moduli, 6)
    }

    /// SplitMix64.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn values_below(modulus: &[u64]) -> Vec<Vec<u64>> {
        let number = oracle(modulus);
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
            let value = oracle(&words);
            values.push(value.rem(&number.to_nz().unwrap()));
        }
        thinned(values.iter().map(|value| wide(value.as_words())).collect(), 3)
    }

    /// A number in blocks whose total width is a multiple of 2^256.
    fn blocks<L: Limb, const WIDTH: usize>(words: &[u64]) -> Vec<[L; WIDTH]> {
        let limbs = words.len().div_ceil(4) * 4 * 64 / usize::try_from(L::BITS).unwrap();
        let mut blocks = vec![[L::ONE; WIDTH]; limbs / WIDTH];
        L::from_words(words, blocks.as_flattened_mut());
        blocks
    }

    fn oracle(words: &[u64]) -> BoxedUint {
        BoxedUint::from_words(native(words))
    }

    fn products_agree_with_the_oracle<L: Limb, const WIDTH: usize>()
    where
        [L; WIDTH]: Block<L>,
    {
        for words in moduli() {
            let modulus_blocks = blocks::<L, WIDTH>(&words);
            let modulus = Modulus::new(&modulus_blocks).unwrap();
            let number = oracle(&words).to_nz().unwrap();
            let mut work = [modulus_blocks.clone(), modulus_blocks.clone()].concat();
            let mut r_squared = modulus_blocks.clone();
            modulus.r_squared(&mut r_squared).unwrap();
            for left in values_below(&words) {
                let mut form = blocks(&left);
                modulus.multiply(&mut form, &r_squared, &mut work).unwrap();
                for right in values_below(&words) {
                    let expected = oracle(&left).mul_mod(&oracle(&right), &number);
                    let mut result = form.clone();
                    modulus.multiply(&mut result, &blocks(&right), &mut work).unwrap();
                    assert_eq!(
                        result,
                        blocks::<L, WIDTH>(&wide(expected.as_words())),
                        "mod {words:x?}"
                    );
                }
                let mut squared = form.clone();
                modulus.square(&mut squared, &mut work).unwrap();
                let mut expected = form.clone();
                modulus.multiply(&mut expected, &form, &mut work).unwrap();
                assert_eq!(squared, expected, "{left:x?} squared mod {words:x?}");
            }
        }
    }

    fn powers_agree_with_the_oracle<L: Limb, const WIDTH: usize>()
    where
        [L; WIDTH]: Block<L>,
    {
        for words in moduli() {
            let modulus_blocks = blocks::<L, WIDTH>(&words);
            let modulus = Modulus::new(&modulus_blocks).unwrap();
            let number = oracle(&words).to_nz().unwrap();
            let mut work = [modulus_blocks.clone(), modulus_blocks.clone()].concat();
            let mut r_squared = modulus_blocks.clone();
            modulus.r_squared(&mut r_squared).unwrap();
            for base in values_below(&words) {
                let exponents =
                    vec![3u64, 5, 7, 17, 35, 0x10001, 0x10003, 0xFFFF_FFFF, 0x1_FFFF_FFFF];
                for exponent in thinned(exponents, 5) {
                    let mut expected = oracle(&[1]).resize(oracle(&words).bits_precision());
                    expected = expected.rem(&number);
                    for bit in (0..33).rev() {
                        expected = expected.mul_mod(&expected, &number);
                        if exponent >> bit & 1 == 1 {
                            expected = expected.mul_mod(&oracle(&base), &number);
                        }
                    }
                    for has_r_squared in [false, true] {
                        let mut base = blocks::<L, WIDTH>(&base);
                        let mut result = match has_r_squared {
                            true => r_squared.clone(),
                            false => vec![[L::ONE; WIDTH]; base.len()],
                        };
                        modulus
                            .odd_power(&mut base, exponent, has_r_squared, &mut result, &mut work)
                            .unwrap();
                        assert_eq!(
                            result,
                            blocks::<L, WIDTH>(&wide(expected.as_words())),
                            "mod {words:x?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn products_match_oracle_on_both_limb_widths_and_block_sizes() {
        products_agree_with_the_oracle::<u32, 2>();
        products_agree_with_the_oracle::<u32, 4>();
        products_agree_with_the_oracle::<u64, 2>();
        products_agree_with_the_oracle::<u64, 4>();
    }

    #[test]
    fn powers_agree_with_the_oracle_on_both_limb_widths_and_blocks() {
        powers_agree_with_the_oracle::<u32, 2>();
        powers_agree_with_the_oracle::<u32, 4>();
        powers_agree_with_the_oracle::<u64, 2>();
        powers_agree_with_the_oracle::<u64, 4>();
    }

    #[test]
    fn even_moduli_and_one_are_none() {
        assert!(Modulus::new(&[[2u64, 1, 1, 1]]).is_none());
        assert!(Modulus::new(&[[1u32, 0], [0; 2]]).is_none());
        assert!(Modulus::<u64, 4>::new(&[]).is_none());
        assert!(Modulus::new(&[[1u32, 1]]).is_some());
    }

    #[test]
    fn operands_of_another_length_are_rejected() {
        let blocks = [[u64::MAX; 4]; 3];
        let modulus = Modulus::new(&blocks).unwrap();
        let mut long_work = [[0; 4]; 7];
        for length in [0, 5, 7] {
            let work = &mut long_work[..length];
            assert!(modulus.multiply(&mut [[1; 4]; 3], &[[1; 4]; 3], work).is_none());
            assert!(modulus.square(&mut [[1; 4]; 3], work).is_none());
        }
        for length in [0, 1, 2, 4] {
            let (mut value, mut work) = (vec![[1; 4]; length], [[0; 4]; 6]);
            assert!(modulus.square(&mut value, &mut work).is_none(), "{length}");
            assert_eq!(modulus.r_squared(&mut value).is_none(), length < 3, "{length}");
        }
    }
}
