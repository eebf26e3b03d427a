//! Long numbers in limbs of 52 bits, eight to a register. Converts between words and limbs, and
//! from columns back to limbs.

use super::lanes::{LANES, LIMB, LIMB_BITS, Lanes};
use crate::limits::MAX_RSA_BITS_IN_LANES;

/// Eight limbs, or columns of a sum, aligned so that loading or storing all of them touches one
/// cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block(pub(super) [u64; LANES]);

impl Block {
    pub(super) const ZERO: Self = Self([0; LANES]);

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn load(&self) -> Lanes {
        Lanes::load(&self.0)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn store(&mut self, lanes: Lanes) {
        lanes.store(&mut self.0);
    }
}

/// Bits of a block.
pub(super) const BLOCK_BITS: usize = 416;

/// The length of a number in limbs.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub(super) blocks: usize,
    /// The upper four limbs of the highest block are zeros.
    pub(super) is_half: bool,
}

impl Length {
    /// The length for moduli of `words` words, four or more. It is the least multiple of four limbs
    /// with four bits more than the words.
    pub(super) const fn of(words: usize) -> Self {
        let bits = words.saturating_mul(64).saturating_add(4);
        let halves = bits.saturating_add(BLOCK_BITS / 2 - 1) / (BLOCK_BITS / 2);
        Self { blocks: halves.saturating_add(1) / 2, is_half: !halves.is_multiple_of(2) }
    }

    pub(super) const fn bits(self) -> usize {
        let half = if self.is_half { BLOCK_BITS / 2 } else { 0 };
        self.blocks.saturating_mul(BLOCK_BITS).saturating_sub(half)
    }

    /// Whole blocks; a half block does not count.
    pub(super) const fn whole_blocks(self) -> usize {
        if self.is_half { self.blocks.saturating_sub(1) } else { self.blocks }
    }
}

/// Blocks of the longest number.
pub(super) const MOST: usize = Length::of(MAX_RSA_BITS_IN_LANES / 64).blocks;

/// A number, least significant limb first, with a block of zeros below and one above. Any eight
/// consecutive limbs are one load.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct SpreadNumber([u64; LANES * (MOST + 2)]);

impl SpreadNumber {
    pub(super) const ZERO: Self = Self([0; LANES * (MOST + 2)]);

    pub(super) const ONE: Self = {
        let mut one = Self::ZERO;
        one.0[LANES] = 1;
        one
    };

    /// Two adjacent blocks, the upper one at `at`. `None` above the block of zeros after the
    /// longest number.
    #[inline]
    pub(super) fn pair(&self, at: usize) -> Option<&[u64; 2 * LANES]> {
        self.0.get(at.checked_mul(LANES)?..)?.first_chunk()
    }

    #[inline]
    pub(super) fn block(&self, at: usize) -> Option<&[u64; LANES]> {
        self.0.get(at.checked_add(1)?.checked_mul(LANES)?..)?.first_chunk()
    }

    /// Its blocks, without the zeros below and above.
    #[inline]
    fn blocks(&self) -> impl Iterator<Item = &[u64; LANES]> {
        self.0.as_chunks().0.iter().skip(1).take(MOST)
    }

    #[inline]
    fn blocks_mut(&mut self) -> impl Iterator<Item = &mut [u64; LANES]> {
        self.0.as_chunks_mut().0.iter_mut().skip(1).take(MOST)
    }

    /// `blocks` blocks of the number in `words`, least significant first, starting at bit
    /// `first_bit`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn of_words(words: &[u64], first_bit: usize, blocks: usize) -> Self {
        let lane_bits = Lanes::load(&[0, 52, 104, 156, 208, 260, 312, 364]);
        let mut number = Self::ZERO;
        let mut bit = first_bit;
        for block in number.blocks_mut().take(blocks) {
            let from = words.get(bit / 64..).unwrap_or(&[]);
            let from = match from.first_chunk() {
                Some(eight) => Lanes::load(eight),
                None => {
                    let mut eight = [0; LANES];
                    for (place, word) in eight.iter_mut().zip(from) {
                        *place = *word;
                    }
                    Lanes::load(&eight)
                }
            };
            // A block is six and a half words: with the bits below the first one, less than eight.
            let below = u64::try_from(bit % 64).unwrap_or(0);
            let bits = lane_bits.add(Lanes::splat(below));
            let word = bits.right::<6>();
            let shift = bits.and(Lanes::splat(63));
            let low = from.choose(word).right_by(shift);
            let high = from.choose(word.add(Lanes::splat(1)));
            let high = high.left_by(Lanes::splat(64).subtract(shift));
            low.or(high).limb().store(block);
            bit = bit.wrapping_add(BLOCK_BITS);
        }
        number
    }

    /// Writes its lowest words, the least significant first.
    pub(super) fn write_words(&self, words: &mut [u64]) {
        let mut limbs = self.blocks().flatten();
        let (mut held, mut bits) = (0u128, 0u32);
        for word in words {
            // One limb, or two.
            while bits < u64::BITS {
                let limb = limbs.next().copied().unwrap_or(0);
                held |= u128::from(limb).unbounded_shl(bits);
                bits = bits.wrapping_add(LIMB_BITS);
            }
            *word = u64::try_from(held & u128::from(u64::MAX)).unwrap_or(0);
            held >>= u64::BITS;
            bits = bits.wrapping_sub(u64::BITS);
        }
    }

    /// Sets the number to the sum with the columns in `sum`. Columns are below 2^61, and nothing is
    /// carried out.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn set_to_sum(&mut self, sum: &[Block]) {
        let mut before = Lanes::zero();
        let mut over = 0;
        for (block, place) in sum.iter().zip(self.blocks_mut()) {
            let block = block.load();
            let carry = block.right::<LIMB_BITS>();
            let limbs = block.limb().add(before.window::<7>(carry));
            before = carry;
            over |= limbs.exceeds(Lanes::splat(LIMB));
            limbs.store(place);
        }
        if over != 0 {
            carry_on(self.blocks_mut().take(sum.len()).flatten());
        }
    }
}

/// The same number in limbs below B, and the carry out of it in lane 0 of a register of zeros.
/// Columns are below 2^61.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn carried(block: Lanes) -> (Lanes, Lanes) {
    let zero = Lanes::zero();
    let carry = block.right::<LIMB_BITS>();
    let (limbs, out) = (block.limb().add(zero.window::<7>(carry)), carry.window::<7>(zero));
    // Limbs are less than B + 2^9 here, so there is hardly ever another carry.
    if limbs.exceeds(Lanes::splat(LIMB)) != 0 {
        let mut block = limbs.words();
        let more = carry_on(block.iter_mut());
        return (Lanes::load(&block), out.add_where(1, Lanes::splat(more)));
    }
    (limbs, out)
}

/// Carries from limb to limb, and out.
#[cold]
fn carry_on<'l>(limbs: impl Iterator<Item = &'l mut u64>) -> u64 {
    limbs.fold(0, |carry, limb| {
        let sum = limb.wrapping_add(carry);
        *limb = sum & LIMB;
        sum >> LIMB_BITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::oracle::Numbers;
    use crate::cpu::to_test;

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn carries_go_as_far_as_they_must() {
        let edges = [0, 1, LIMB - 1, LIMB, LIMB + 1, LIMB << 1, (1 << 61) - 1, 1 << 60, LIMB << 8];
        let mut numbers = Numbers::new(52);
        let mut gone_far = 0;
        for step in 0..20_000u64 {
            let mut words: [u64; LANES] = core::array::from_fn(|_| {
                edges[usize::try_from(numbers.word() >> 40).unwrap() % edges.len()]
            });
            if step % 4 == 0 {
                // A carry out of lane 0 that propagates through all lanes.
                words = [LIMB; LANES];
                words[0] = LIMB << 1;
                words[usize::try_from(step / 4 % 8).unwrap()] += 1;
            }
            let mut exact = words;
            let mut carry = 0;
            for word in &mut exact {
                let sum = *word + carry;
                (*word, carry) = (sum & LIMB, sum >> LIMB_BITS);
            }
            let (limbs, out) = carried(Lanes::load(&words));
            assert_eq!((limbs.words(), out.words()), (exact, [carry, 0, 0, 0, 0, 0, 0, 0]));
            let first_pass: Vec<u64> = (0..LANES)
                .map(|at| (words[at] & LIMB) + if at > 0 { words[at - 1] >> LIMB_BITS } else { 0 })
                .collect();
            gone_far += u32::from(first_pass.iter().any(|word| *word > LIMB));
            // Two blocks; the upper one stops the carry.
            let mut value = SpreadNumber::ZERO;
            value.set_to_sum(&[Block(words), Block::ZERO]);
            let expected = [exact, [carry, 0, 0, 0, 0, 0, 0, 0]];
            assert_eq!([*value.block(0).unwrap(), *value.block(1).unwrap()], expected);
            assert_eq!(value.0[..LANES], [0; LANES], "nothing is below");
            assert!(value.0[3 * LANES..].iter().all(|word| *word == 0), "nothing is above");
        }
        assert!(gone_far > 1000, "the rare case is tested: {gone_far}");
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn words_become_limbs_and_words_again() {
        let mut numbers = Numbers::new(53);
        for words in 1..=65usize {
            for kind in 0..4 {
                let number: Vec<u64> =
                    (0..words).map(|_| if kind == 0 { u64::MAX } else { numbers.word() }).collect();
                for first in [0, 1, 32, 48, 63, 64, 207, 240] {
                    let limbs = SpreadNumber::of_words(&number, first, MOST);
                    for (at, limb) in limbs.blocks().flatten().enumerate() {
                        let bit = |bit: usize| {
                            number.get(bit / 64).is_some_and(|w| w >> (bit % 64) & 1 == 1)
                        };
                        let from = first + 52 * at;
                        let expected =
                            (0..52).fold(0, |sum, low| sum | u64::from(bit(from + low)) << low);
                        assert_eq!(*limb, expected);
                    }
                }
                let mut again = vec![0; words];
                SpreadNumber::of_words(&number, 0, MOST).write_words(&mut again);
                assert_eq!(again, number);
                let one = SpreadNumber::of_words(&number, 0, 1);
                assert!(one.blocks().skip(1).flatten().all(|limb| *limb == 0));
            }
        }
    }

    #[test]
    fn carries_and_limbs_are_exact() {
        if to_test::ifma().is_some() {
            // SAFETY: the processor was detected.
            unsafe { carries_go_as_far_as_they_must() };
            // SAFETY: the same.
            unsafe { words_become_limbs_and_words_again() };
        }
    }

    #[test]
    fn length_is_fewest_limbs_in_fours_with_four_spare_bits() {
        for words in 4..=64 {
            let length = Length::of(words);
            let bits = words * 64 + 4;
            assert!((bits..bits + 4 * 52).contains(&length.bits()), "{words}");
            assert!(length.blocks <= MOST);
            assert_eq!(length.whole_blocks() + usize::from(length.is_half), length.blocks);
            assert_eq!(length.bits() % (4 * 52), 0);
            assert!(length.whole_blocks() > 0);
        }
        assert_eq!([32, 48, 64].map(|words| Length::of(words).bits()), [40 * 52, 60 * 52, 80 * 52]);
    }
}
