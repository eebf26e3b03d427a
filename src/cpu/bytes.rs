//! A register of 64 bytes, and the AVX-512 operations on all of them at once.
#![allow(unsafe_code, reason = "loads and stores go through pointers")]

pub(crate) mod half;

use core::arch::x86_64::{
    __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_loadu_epi8, _mm512_madd_epi16,
    _mm512_maddubs_epi16, _mm512_mask_loadu_epi8, _mm512_mask_storeu_epi8,
    _mm512_maskz_permutexvar_epi8, _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8,
    _mm512_set1_epi8, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_test_epi8_mask,
};

/// Bytes of a register.
pub(crate) const BYTES: usize = 64;

/// Bytes, the first in lane 0.
#[derive(Clone, Copy)]
pub(crate) struct Bytes(__m512i);

/// A bit for each of the first `count` bytes.
pub(crate) fn first(count: usize) -> u64 {
    let shift = u32::try_from(count).unwrap_or(u32::MAX);
    1u64.checked_shl(shift).unwrap_or(0).wrapping_sub(1)
}

impl Bytes {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn load(bytes: &[u8; BYTES]) -> Self {
        // SAFETY: the reference covers 64 readable bytes, and the instruction requires no
        // alignment.
        Self(unsafe { _mm512_loadu_epi8(bytes.as_ptr().cast()) })
    }

    /// The first 64 of `bytes`; if there are fewer, `filler` follows the last.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn load_some(bytes: &[u8], filler: u8) -> Self {
        let filler = Self::splat(filler).0;
        let mask = first(bytes.len());
        // SAFETY: the mask has bits only for bytes of the slice, and only those are read.
        Self(unsafe { _mm512_mask_loadu_epi8(filler, mask, bytes.as_ptr().cast()) })
    }

    /// Writes the first 64 of `bytes`, or all of them if there are fewer.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn store_some(self, bytes: &mut [u8]) {
        let mask = first(bytes.len());
        // SAFETY: the mask has bits only for bytes of the slice, and only those are written.
        unsafe { _mm512_mask_storeu_epi8(bytes.as_mut_ptr().cast(), mask, self.0) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn zero() -> Self {
        Self(_mm512_setzero_si512())
    }

    /// The byte in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn splat(byte: u8) -> Self {
        Self(_mm512_set1_epi8(byte.cast_signed()))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(_mm512_or_si512(self.0, other.0))
    }

    /// For each byte, the table entry at its lower seven bits. `high` is the table for values from
    /// 64 on.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn look_up(self, low: Self, high: Self) -> Self {
        Self(_mm512_permutex2var_epi8(low.0, self.0, high.0))
    }

    /// For each lane of the mask, the byte of `self` at the index in the lower six bits of
    /// `places`. Other lanes are 0.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn take(self, mask: u64, places: Self) -> Self {
        Self(_mm512_maskz_permutexvar_epi8(mask, places.0, self.0))
    }

    /// Joins four values of six bits into the lower 24 bits of each 32-bit word, the first one
    /// highest.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn join_sixes(self) -> Self {
        // The first of a pair times 2^6 plus the second; then the first pair times 2^12 plus the
        // second.
        let pairs = _mm512_maddubs_epi16(self.0, _mm512_set1_epi32(0x0140_0140));
        Self(_mm512_madd_epi16(pairs, _mm512_set1_epi32(0x0001_1000)))
    }

    /// The bytes whose highest bit is set.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn highest_bits(self) -> u64 {
        _mm512_movepi8_mask(self.0)
    }

    /// The bytes that are not 0.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn not_zero(self) -> u64 {
        _mm512_test_epi8_mask(self.0, self.0)
    }

    /// The bytes that equal `byte`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn equal(self, byte: u8) -> u64 {
        _mm512_cmpeq_epi8_mask(self.0, Self::splat(byte).0)
    }

    /// The bytes that are less than `byte`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(crate) fn less(self, byte: u8) -> u64 {
        _mm512_cmplt_epu8_mask(self.0, Self::splat(byte).0)
    }
}
