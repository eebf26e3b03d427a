//! A register of eight words, and the AVX-512 operations on all of them at once.
//!
//! A multiplication uses only the lowest 52 bits of each word, and adds the lower or the upper 52
//! bits of the product. So numbers have limbs of 52 bits, and the other bits of a word collect the
//! carries of sums.
#![allow(unsafe_code, reason = "loads and stores go through pointers")]

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_epi64, _mm512_cmpgt_epu64_mask,
    _mm512_loadu_epi64, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64,
    _mm512_mask_blend_epi64, _mm512_mask_madd52hi_epu64, _mm512_mask_madd52lo_epu64,
    _mm512_mask_permutex_epi64, _mm512_mask_sub_epi64, _mm512_mask_xor_epi64, _mm512_or_epi64,
    _mm512_permutex_epi64, _mm512_permutex2var_epi64, _mm512_permutexvar_epi64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_slli_epi64, _mm512_sllv_epi64,
    _mm512_srai_epi64, _mm512_srli_epi64, _mm512_srlv_epi64, _mm512_storeu_epi64, _mm512_sub_epi64,
    _mm512_test_epi64_mask, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

/// Bits of a limb.
pub(super) const LIMB_BITS: u32 = 52;

/// The bits of a limb.
pub(super) const LIMB: u64 = (1 << LIMB_BITS) - 1;

/// Lanes of a register.
pub(super) const LANES: usize = 8;

/// Eight words, the first in lane 0.
#[derive(Clone, Copy)]
pub(super) struct Lanes(__m512i);

impl Lanes {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn load(words: &[u64; LANES]) -> Self {
        // SAFETY: the reference covers 64 readable bytes, and the instruction requires no
        // alignment.
        Self(unsafe { _mm512_loadu_epi64(words.as_ptr().cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn store(self, words: &mut [u64; LANES]) {
        // SAFETY: the reference covers 64 writable bytes, and the instruction requires no
        // alignment.
        unsafe { _mm512_storeu_epi64(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn words(self) -> [u64; LANES] {
        let mut words = [0; LANES];
        self.store(&mut words);
        words
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn zero() -> Self {
        Self(_mm512_setzero_si512())
    }

    /// The word in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn splat(word: u64) -> Self {
        Self(_mm512_set1_epi64(word.cast_signed()))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add(self, other: Self) -> Self {
        Self(_mm512_add_epi64(self.0, other.0))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn subtract(self, other: Self) -> Self {
        Self(_mm512_sub_epi64(self.0, other.0))
    }

    /// The sum in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_where(self, mask: u8, other: Self) -> Self {
        Self(_mm512_mask_add_epi64(self.0, mask, self.0, other.0))
    }

    /// The difference in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn subtract_where(self, mask: u8, other: Self) -> Self {
        Self(_mm512_mask_sub_epi64(self.0, mask, self.0, other.0))
    }

    /// The negative in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negate_where(self, mask: u8) -> Self {
        Self(_mm512_mask_sub_epi64(self.0, mask, _mm512_setzero_si512(), self.0))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn and(self, other: Self) -> Self {
        Self(_mm512_and_epi64(self.0, other.0))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn or(self, other: Self) -> Self {
        Self(_mm512_or_epi64(self.0, other.0))
    }

    /// Flips the bits of `other` in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn xor_where(self, mask: u8, other: Self) -> Self {
        Self(_mm512_mask_xor_epi64(self.0, mask, self.0, other.0))
    }

    /// `self` · 2^BITS.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn left<const BITS: u32>(self) -> Self {
        Self(_mm512_slli_epi64::<BITS>(self.0))
    }

    /// `self` / 2^BITS, rounded down.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn right<const BITS: u32>(self) -> Self {
        Self(_mm512_srli_epi64::<BITS>(self.0))
    }

    /// Like [`right`](Self::right), for signed words.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn right_signed<const BITS: u32>(self) -> Self {
        Self(_mm512_srai_epi64::<BITS>(self.0))
    }

    /// Shifts each word left by the number in the same lane of `bits`; 0 from 64 on.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn left_by(self, bits: Self) -> Self {
        Self(_mm512_sllv_epi64(self.0, bits.0))
    }

    /// Shifts right, as [`left_by`](Self::left_by) shifts left.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn right_by(self, bits: Self) -> Self {
        Self(_mm512_srlv_epi64(self.0, bits.0))
    }

    /// The lower 52 bits of a word.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn limb(self) -> Self {
        self.and(Self::splat(LIMB))
    }

    /// Adds the lower 52 bits of the product of the lowest 52 bits of both.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_low(self, left: Self, right: Self) -> Self {
        Self(_mm512_madd52lo_epu64(self.0, left.0, right.0))
    }

    /// Adds the upper 52 bits of the product of the lowest 52 bits of both.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_high(self, left: Self, right: Self) -> Self {
        Self(_mm512_madd52hi_epu64(self.0, left.0, right.0))
    }

    /// Like [`add_low`](Self::add_low) in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_low_where(self, mask: u8, left: Self, right: Self) -> Self {
        Self(_mm512_mask_madd52lo_epu64(self.0, mask, left.0, right.0))
    }

    /// Like [`add_high`](Self::add_high) in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn add_high_where(self, mask: u8, left: Self, right: Self) -> Self {
        Self(_mm512_mask_madd52hi_epu64(self.0, mask, left.0, right.0))
    }

    /// The lanes whose word has no bit in common with `other`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn has_none_of(self, other: Self) -> u8 {
        !_mm512_test_epi64_mask(self.0, other.0)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn exceeds(self, other: Self) -> u8 {
        _mm512_cmpgt_epu64_mask(self.0, other.0)
    }

    /// Lanes `FIRST` to 7, followed by the first lanes of `next`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn window<const FIRST: i32>(self, next: Self) -> Self {
        Self(_mm512_alignr_epi64::<FIRST>(next.0, self.0))
    }

    /// Interleaves the lanes of both: first the lower four of each, then the upper four.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn interleaved(self, other: Self) -> [Self; 2] {
        let (low, high) =
            (Self::load(&[0, 8, 1, 9, 2, 10, 3, 11]), Self::load(&[4, 12, 5, 13, 6, 14, 7, 15]));
        [low, high].map(|from| Self(_mm512_permutex2var_epi64(self.0, from.0, other.0)))
    }

    /// For each lane, a register with its word in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn each(self) -> [Self; LANES] {
        let every = |lane| self.choose(Self::splat(lane));
        [every(0), every(1), every(2), every(3), every(4), every(5), every(6), every(7)]
    }

    /// The sum of all lanes, in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn total(self) -> Self {
        let halves = self.add(self.window::<4>(self));
        let quarters = halves.add(halves.window::<2>(halves));
        quarters.add(quarters.window::<1>(quarters))
    }

    /// The words of `other` in the lanes of the mask; other lanes do not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn replaced(self, mask: u8, other: Self) -> Self {
        Self(_mm512_mask_blend_epi64(mask, self.0, other.0))
    }

    /// Moves words within the lower four lanes, and in the same way within the upper four: each
    /// lane gets the word of the lane that `FROM` names with two bits, lane 0 with the lowest.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn arranged<const FROM: i32>(self) -> Self {
        Self(_mm512_permutex_epi64::<FROM>(self.0))
    }

    /// The words of `other`, [arranged](Self::arranged), in the lanes of the mask; other lanes do
    /// not change.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn replaced_arranged<const FROM: i32>(self, mask: u8, other: Self) -> Self {
        Self(_mm512_mask_permutex_epi64::<FROM>(self.0, mask, other.0))
    }

    /// For each lane, the word of the lane whose number is in `from`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn choose(self, from: Self) -> Self {
        Self(_mm512_permutexvar_epi64(from.0, self.0))
    }
}

/// Swaps rows and columns: lane i of row j is lane j of row i of the result.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn transposed(rows: [Lanes; LANES]) -> [Lanes; LANES] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows.map(|row| row.0);
    let low = |first, second| _mm512_unpacklo_epi64(first, second);
    let high = |first, second| _mm512_unpackhi_epi64(first, second);
    // Quarters 0 and 2 of both, and quarters 1 and 3.
    let even = |first, second| _mm512_shuffle_i64x2::<0x88>(first, second);
    let odd = |first, second| _mm512_shuffle_i64x2::<0xDD>(first, second);
    let (a0, a1, b0, b1) = (low(r0, r1), high(r0, r1), low(r2, r3), high(r2, r3));
    let (c0, c1, d0, d1) = (low(r4, r5), high(r4, r5), low(r6, r7), high(r6, r7));
    let (e0, f0) = (even(a0, b0), even(c0, d0));
    let (e1, f1) = (even(a1, b1), even(c1, d1));
    let (e2, f2) = (odd(a0, b0), odd(c0, d0));
    let (e3, f3) = (odd(a1, b1), odd(c1, d1));
    [
        Lanes(even(e0, f0)),
        Lanes(even(e1, f1)),
        Lanes(even(e2, f2)),
        Lanes(even(e3, f3)),
        Lanes(odd(e0, f0)),
        Lanes(odd(e1, f1)),
        Lanes(odd(e2, f2)),
        Lanes(odd(e3, f3)),
    ]
}
