//! A register of 32 bytes, and the AVX2 operations on all of them at once.
#![allow(unsafe_code, reason = "loads and stores go through pointers")]

use core::arch::x86_64::{
    __m256i, _mm_storel_epi64, _mm_storeu_si128, _mm256_add_epi8, _mm256_and_si256,
    _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_or_si256, _mm256_permutevar8x32_epi32,
    _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setr_epi32, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi32, _mm256_testz_si256,
};

/// Bytes of a register.
pub(crate) const BYTES: usize = 32;

/// Bytes that 32 values of six bits make.
pub(crate) const JOINED: usize = 24;

/// Bytes, the first in lane 0. An entry of a table is found by four bits, so a table has 16 entries
/// and is there twice.
#[derive(Clone, Copy)]
pub(crate) struct HalfBytes(__m256i);

impl HalfBytes {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn load(bytes: &[u8; BYTES]) -> Self {
        // SAFETY: the reference covers 32 readable bytes, and the instruction requires no
        // alignment.
        Self(unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) })
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn zero() -> Self {
        Self(_mm256_setzero_si256())
    }

    /// The byte in every lane.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn splat(byte: u8) -> Self {
        Self(_mm256_set1_epi8(byte.cast_signed()))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(_mm256_or_si256(self.0, other.0))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(_mm256_and_si256(self.0, other.0))
    }

    /// The sum of the bytes in each lane, modulo 256.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(_mm256_add_epi8(self.0, other.0))
    }

    /// All bits set in each lane with equal bytes, none in the others.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn equal(self, other: Self) -> Self {
        Self(_mm256_cmpeq_epi8(self.0, other.0))
    }

    /// The lower four bits of each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn lower_halves(self) -> Self {
        self.and(Self::splat(0x0F))
    }

    /// The upper four bits of each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn upper_halves(self) -> Self {
        Self(_mm256_srli_epi32::<4>(self.0)).lower_halves()
    }

    /// For each lane, the entry of the table `self` at the index in `places`, which is below 16.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn take(self, places: Self) -> Self {
        Self(_mm256_shuffle_epi8(self.0, places.0))
    }

    /// Joins four values of six bits into the lower 24 bits of each 32-bit word, the first one
    /// highest.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn join_sixes(self) -> Self {
        // The first of a pair times 2^6 plus the second; then the first pair times 2^12 plus the
        // second.
        let pairs = _mm256_maddubs_epi16(self.0, _mm256_set1_epi32(0x0140_0140));
        Self(_mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001_1000)))
    }

    /// Takes the bytes at `places` within each half of the register, of which the first 12 count.
    /// Writes those of both halves.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn store_joined(self, places: Self, output: &mut [u8; JOINED]) {
        let words = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
        let bytes = _mm256_permutevar8x32_epi32(self.take(places).0, words);
        let first = output.as_mut_ptr();
        let (low, high) = (_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes));
        // SAFETY: the reference covers 24 writable bytes: the first 16 and the 8 after them.
        unsafe { _mm_storeu_si128(first.cast(), low) };
        // SAFETY: as above.
        unsafe { _mm_storel_epi64(first.wrapping_add(16).cast(), high) };
    }

    /// True if a bit of any byte is set.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn is_not_zero(self) -> bool {
        _mm256_testz_si256(self.0, self.0) == 0
    }
}
