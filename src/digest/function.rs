//! The hash functions of the SHA-2 family: their constants (FIPS 180-4 section 5.3), and their
//! operations on words of 32 and of 64 bits.

#[cfg(own_sha2)]
use super::compression::{compress as compress_narrow, compress as compress_wide};
#[cfg(not(own_sha2))]
use sha2::block_api::{compress256 as compress_narrow, compress512 as compress_wide};
use zeroize::Zeroize;

/// The numbers of a hash function.
pub(super) trait Function {
    type Word;

    /// The state before the first block.
    const INITIAL: [Self::Word; 8];

    /// Bytes of a digest.
    const LENGTH: usize;

    /// Bytes of a block.
    const BLOCK: usize = 16 * size_of::<Self::Word>();
}

pub(super) enum Sha256 {}

impl Function for Sha256 {
    type Word = u32;

    /// FIPS 180-4 section 5.3.3.
    const INITIAL: [u32; 8] = [
        0x6A09_E667,
        0xBB67_AE85,
        0x3C6E_F372,
        0xA54F_F53A,
        0x510E_527F,
        0x9B05_688C,
        0x1F83_D9AB,
        0x5BE0_CD19,
    ];

    const LENGTH: usize = 32;
}

pub(super) enum Sha384 {}

impl Function for Sha384 {
    type Word = u64;

    /// FIPS 180-4 section 5.3.4.
    const INITIAL: [u64; 8] = [
        0xCBBB_9D5D_C105_9ED8,
        0x629A_292A_367C_D507,
        0x9159_015A_3070_DD17,
        0x152F_ECD8_F70E_5939,
        0x6733_2667_FFC0_0B31,
        0x8EB4_4A87_6858_1511,
        0xDB0C_2E0D_64F9_8FA7,
        0x47B5_481D_BEFA_4FA4,
    ];

    const LENGTH: usize = 48;
}

pub(super) enum Sha512 {}

impl Function for Sha512 {
    type Word = u64;

    /// FIPS 180-4 section 5.3.5.
    const INITIAL: [u64; 8] = [
        0x6A09_E667_F3BC_C908,
        0xBB67_AE85_84CA_A73B,
        0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1,
        0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B,
        0x5BE0_CD19_137E_2179,
    ];

    const LENGTH: usize = 64;
}

/// A compression function: it absorbs blocks of `BLOCK` bytes into eight words.
pub(crate) trait Word<const BLOCK: usize>: Copy + Zeroize {
    fn compress(state: &mut [Self; 8], blocks: &[[u8; BLOCK]]);

    /// Writes the words as bytes, most significant first, until `places` is full.
    fn put(state: &[Self; 8], places: &mut [u8]);

    /// Writes the state to the beginning of `words`, which [`read`](Self::read) reads.
    fn write(state: &[Self; 8], words: &mut [u64]);

    fn read(state: &mut [Self; 8], words: &[u64]);
}

impl Word<64> for u32 {
    // Not inlined, so that the image holds it only once: its code is as long as that of the rest of
    // this file.
    #[inline(never)]
    fn compress(state: &mut [Self; 8], blocks: &[[u8; 64]]) {
        compress_narrow(state, blocks);
    }

    fn put(state: &[Self; 8], places: &mut [u8]) {
        for (place, word) in places.as_chunks_mut().0.iter_mut().zip(state) {
            *place = word.to_be_bytes();
        }
    }

    fn write(state: &[Self; 8], words: &mut [u64]) {
        for (place, [low, high]) in words.iter_mut().zip(state.as_chunks::<2>().0) {
            *place = u64::from(*high) << 32 | u64::from(*low);
        }
    }

    fn read(state: &mut [Self; 8], words: &[u64]) {
        for (place, word) in state.as_chunks_mut().0.iter_mut().zip(words) {
            let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
            *place = [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])];
        }
    }
}

impl Word<128> for u64 {
    // Not inlined, like the function of SHA-256.
    #[inline(never)]
    fn compress(state: &mut [Self; 8], blocks: &[[u8; 128]]) {
        compress_wide(state, blocks);
    }

    fn put(state: &[Self; 8], places: &mut [u8]) {
        for (place, word) in places.as_chunks_mut().0.iter_mut().zip(state) {
            *place = word.to_be_bytes();
        }
    }

    fn write(state: &[Self; 8], words: &mut [u64]) {
        for (place, word) in words.iter_mut().zip(state) {
            *place = *word;
        }
    }

    fn read(state: &mut [Self; 8], words: &[u64]) {
        for (place, word) in state.iter_mut().zip(words) {
            *place = *word;
        }
    }
}
