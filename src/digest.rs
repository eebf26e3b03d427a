//! SHA-2 (FIPS 180-4). Blocks and padding are implemented here. The compression functions are those
//! of the `sha2` crate, which only this file uses, or our own on 32-bit targets.
//!
//! The hashers of that crate do not give access to the state between two blocks, which precomputed
//! HMAC keys store. They also make a short hash a tenth slower.

#[cfg(any(test, own_sha2))]
mod compression;
#[cfg(feature = "ml-dsa")]
pub(crate) mod shake;

use core::hint::black_box;
use core::slice;
use subtle::ConstantTimeEq;
#[cfg(feature = "hs256")]
use zeroize::Zeroize;

/// A hash function of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    #[cfg(feature = "sha512")]
    Sha384,
    #[cfg(feature = "sha512")]
    Sha512,
}

/// The length of the longest digest in this build, in bytes.
pub(crate) const MAX_DIGEST_BYTES: usize = if cfg!(feature = "sha512") { 64 } else { 32 };

/// A digest of any length.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    bytes: [u8; MAX_DIGEST_BYTES],
    length: usize,
}

impl Digest {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// A digest that another function made.
    #[cfg(feature = "ml-dsa")]
    pub(crate) const fn of(bytes: [u8; MAX_DIGEST_BYTES]) -> Self {
        Self { bytes, length: MAX_DIGEST_BYTES }
    }

    /// The first half of the digest.
    pub(crate) const fn left_half(self) -> Self {
        Self { length: self.length / 2, ..self }
    }

    /// Compares in constant time.
    pub(crate) fn is_same_as(&self, bytes: &[u8]) -> bool {
        self.length == bytes.len() && bool::from(self.difference(bytes).ct_eq(&0))
    }

    /// Compares `bytes`, which are as long as the digest, with it word by word. Returns the
    /// differing bits of all words, combined by OR: zero if they are equal. A digest is a whole
    /// number of words. The number of compared words is part of the result, so a skipped comparison
    /// gives a non-zero result.
    pub(crate) fn difference(&self, bytes: &[u8]) -> u64 {
        let words = self.as_bytes().as_chunks::<8>().0.iter().zip(bytes.as_chunks::<8>().0);
        let (bits, compared) = words.fold((0, 0u64), |(bits, compared), (left, right)| {
            let different = u64::from_le_bytes(*left) ^ u64::from_le_bytes(*right);
            (bits | different, compared.wrapping_add(8))
        });
        let length = u64::try_from(self.length).unwrap_or(u64::MAX);
        bits | compared ^ black_box(length)
    }

    #[cfg(any(feature = "rsa", feature = "hs256"))]
    pub(crate) fn as_mut_bytes(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.length).unwrap_or_default()
    }
}

impl Hash {
    /// The hashes in this build.
    #[cfg(feature = "hs256")]
    pub(crate) const ALL: &[Self] = &[
        Self::Sha256,
        #[cfg(feature = "sha512")]
        Self::Sha384,
        #[cfg(feature = "sha512")]
        Self::Sha512,
    ];

    /// Bytes of a digest.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            #[cfg(feature = "sha512")]
            Self::Sha384 => 48,
            #[cfg(feature = "sha512")]
            Self::Sha512 => 64,
        }
    }

    /// Bytes of a block.
    #[cfg(feature = "hs256")]
    pub(crate) const fn block_length(self) -> usize {
        match self {
            Self::Sha256 => 64,
            #[cfg(feature = "sha512")]
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    pub(crate) fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Narrow(Blocks::new(SHA256)),
            #[cfg(feature = "sha512")]
            Self::Sha384 => Hasher::Wide(Blocks::new(SHA384), self.length()),
            #[cfg(feature = "sha512")]
            Self::Sha512 => Hasher::Wide(Blocks::new(SHA512), self.length()),
        }
    }

    // Not inlined on targets with small stacks, so that the state of the hash is freed before the
    // arithmetic begins.
    #[cfg_attr(small, inline(never))]
    pub(crate) fn digest(self, message: &[u8]) -> Digest {
        let length = self.length();
        match self {
            Self::Sha256 => digest_of(&mut { SHA256 }, 0, message, length),
            #[cfg(feature = "sha512")]
            Self::Sha384 => digest_of(&mut { SHA384 }, 0, message, length),
            #[cfg(feature = "sha512")]
            Self::Sha512 => digest_of(&mut { SHA512 }, 0, message, length),
        }
    }

    /// The digest of a block and the message after it. `state` is the state after that block: see
    /// [`Hasher::state`].
    #[cfg(feature = "hs256")]
    pub(crate) fn digest_behind(self, state: &[u64], message: &[u8]) -> Digest {
        let length = self.length();
        match self {
            Self::Sha256 => {
                let mut words = [0; 8];
                for (place, word) in words.as_chunks_mut().0.iter_mut().zip(state) {
                    *place = halves(*word);
                }
                let digest = digest_of(&mut words, self.block_length(), message, length);
                words.zeroize();
                digest
            }
            #[cfg(feature = "sha512")]
            Self::Sha384 | Self::Sha512 => {
                let mut words = [0; 8];
                for (place, word) in words.iter_mut().zip(state) {
                    *place = *word;
                }
                let digest = digest_of(&mut words, self.block_length(), message, length);
                words.zeroize();
                digest
            }
        }
    }
}

/// The lower and the upper half of a word.
#[cfg(feature = "hs256")]
fn halves(word: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
    [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
}

/// A hash in progress.
pub(crate) enum Hasher {
    Narrow(Blocks<u32, 64>),
    /// SHA-384 or SHA-512. They differ only in the initial state and in the digest length, which is
    /// the second field.
    #[cfg(feature = "sha512")]
    Wide(Blocks<u64, 128>, usize),
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Narrow(blocks) => blocks.update(bytes),
            #[cfg(feature = "sha512")]
            Self::Wide(blocks, _) => blocks.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Digest {
        match self {
            Self::Narrow(blocks) => blocks.finish(Hash::Sha256.length()),
            #[cfg(feature = "sha512")]
            Self::Wide(blocks, length) => blocks.finish(length),
        }
    }

    /// Writes the state after the whole blocks so far to the beginning of `words`: 4 words for
    /// SHA-256, else 8.
    #[cfg(feature = "hs256")]
    pub(crate) fn state(&self, words: &mut [u64]) {
        match self {
            Self::Narrow(blocks) => {
                let (pairs, _) = blocks.state.as_chunks::<2>();
                for (place, [low, high]) in words.iter_mut().zip(pairs) {
                    *place = u64::from(*high) << 32 | u64::from(*low);
                }
            }
            #[cfg(feature = "sha512")]
            Self::Wide(blocks, _) => {
                for (place, word) in words.iter_mut().zip(&blocks.state) {
                    *place = *word;
                }
            }
        }
    }
}

/// A compression function: it absorbs blocks of `BLOCK` bytes into eight words.
pub(crate) trait Word<const BLOCK: usize>: Copy {
    fn compress(state: &mut [Self; 8], blocks: &[[u8; BLOCK]]);

    /// Writes the words as bytes, most significant first, until `places` is full.
    fn put(state: &[Self; 8], places: &mut [u8]);

    #[cfg(feature = "hs256")]
    fn wipe(state: &mut [Self; 8]);
}

impl Word<64> for u32 {
    // Not inlined, so that the image holds it only once: its code is as long as that of the rest of
    // this file.
    #[inline(never)]
    fn compress(state: &mut [Self; 8], blocks: &[[u8; 64]]) {
        #[cfg(not(own_sha2))]
        sha2::block_api::compress256(state, blocks);
        #[cfg(own_sha2)]
        compression::compress(state, blocks);
    }

    fn put(state: &[Self; 8], places: &mut [u8]) {
        for (place, word) in places.as_chunks_mut().0.iter_mut().zip(state) {
            *place = word.to_be_bytes();
        }
    }

    #[cfg(feature = "hs256")]
    fn wipe(state: &mut [Self; 8]) {
        state.zeroize();
    }
}

#[cfg(feature = "sha512")]
impl Word<128> for u64 {
    // Not inlined, so that the image holds it only once: its code is as long as that of the rest of
    // this file.
    #[inline(never)]
    fn compress(state: &mut [Self; 8], blocks: &[[u8; 128]]) {
        #[cfg(not(own_sha2))]
        sha2::block_api::compress512(state, blocks);
        #[cfg(own_sha2)]
        compression::compress(state, blocks);
    }

    fn put(state: &[Self; 8], places: &mut [u8]) {
        for (place, word) in places.as_chunks_mut().0.iter_mut().zip(state) {
            *place = word.to_be_bytes();
        }
    }

    #[cfg(feature = "hs256")]
    fn wipe(state: &mut [Self; 8]) {
        state.zeroize();
    }
}

/// The state after the whole blocks so far, and the beginning of the next block.
pub(crate) struct Blocks<W: Word<BLOCK>, const BLOCK: usize> {
    state: [W; 8],
    block: [u8; BLOCK],
    /// Bytes absorbed so far.
    length: usize,
}

impl<W: Word<BLOCK>, const BLOCK: usize> Blocks<W, BLOCK> {
    fn new(state: [W; 8]) -> Self {
        Self { state, block: [0; BLOCK], length: 0 }
    }

    /// Bytes in the incomplete block. The length of a block is a power of two.
    fn filled(&self) -> usize {
        self.length & BLOCK.wrapping_sub(1)
    }

    fn update(&mut self, bytes: &[u8]) {
        let filled = self.filled();
        let free = self.block.get_mut(filled..).unwrap_or_default();
        self.length = self.length.wrapping_add(bytes.len());
        let mut rest = bytes;
        if free.len() < BLOCK {
            let (first, behind) = bytes.split_at_checked(free.len()).unwrap_or((bytes, &[]));
            fill(free, first);
            if first.len() < free.len() {
                return;
            }
            W::compress(&mut self.state, slice::from_ref(&self.block));
            rest = behind;
        }
        let (blocks, rest) = rest.as_chunks::<BLOCK>();
        if !blocks.is_empty() {
            W::compress(&mut self.state, blocks);
        }
        fill(&mut self.block, rest);
    }

    fn finish(mut self, length: usize) -> Digest {
        conclude(&mut self.state, &mut self.block, self.length, length)
    }
}

/// A `Hasher` may have read secret input, so it is wiped.
#[cfg(feature = "hs256")]
impl<W: Word<BLOCK>, const BLOCK: usize> Drop for Blocks<W, BLOCK> {
    fn drop(&mut self) {
        W::wipe(&mut self.state);
        self.block.zeroize();
    }
}

/// The digest of `length` bytes. The first `before` bytes of the message are whole blocks, after
/// which the state is `state`. `rest` is the remainder of the message.
fn digest_of<W: Word<BLOCK>, const BLOCK: usize>(
    state: &mut [W; 8],
    before: usize,
    rest: &[u8],
    length: usize,
) -> Digest {
    let fed = before.wrapping_add(rest.len());
    let (blocks, rest) = rest.as_chunks::<BLOCK>();
    if !blocks.is_empty() {
        W::compress(state, blocks);
    }
    let mut last = [0; BLOCK];
    fill(&mut last, rest);
    conclude(state, &mut last, fed, length)
}

/// The digest of `length` bytes, for a message of `fed` bytes. `last` begins with the bytes of the
/// incomplete block. FIPS 180-4 section 5.1: the padding after the message is a 1 bit, zeros, and
/// the length of the message in bits. The length takes an eighth of a block.
fn conclude<W: Word<BLOCK>, const BLOCK: usize>(
    state: &mut [W; 8],
    last: &mut [u8; BLOCK],
    fed: usize,
    length: usize,
) -> Digest {
    let filled = fed & BLOCK.wrapping_sub(1);
    if let Some([mark, free @ ..]) = last.get_mut(filled..) {
        *mark = 0x80;
        free.fill(0);
    }
    if filled >= BLOCK.wrapping_sub(BLOCK / 8) {
        W::compress(state, slice::from_ref(last));
        last.fill(0);
    }
    if let Some(place) = last.last_chunk_mut() {
        // The bit length of data in memory fits in 64 bits.
        *place = (u64::try_from(fed).unwrap_or(u64::MAX) << 3).to_be_bytes();
    }
    W::compress(state, slice::from_ref(last));
    let mut bytes = [0; MAX_DIGEST_BYTES];
    W::put(state, &mut bytes);
    Digest { bytes, length }
}

fn fill(places: &mut [u8], bytes: &[u8]) {
    for (place, byte) in places.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

/// FIPS 180-4 section 5.3.3.
const SHA256: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

/// FIPS 180-4 section 5.3.4.
#[cfg(feature = "sha512")]
const SHA384: [u64; 8] = [
    0xCBBB_9D5D_C105_9ED8,
    0x629A_292A_367C_D507,
    0x9159_015A_3070_DD17,
    0x152F_ECD8_F70E_5939,
    0x6733_2667_FFC0_0B31,
    0x8EB4_4A87_6858_1511,
    0xDB0C_2E0D_64F9_8FA7,
    0x47B5_481D_BEFA_4FA4,
];

/// FIPS 180-4 section 5.3.5.
#[cfg(feature = "sha512")]
const SHA512: [u64; 8] = [
    0x6A09_E667_F3BC_C908,
    0xBB67_AE85_84CA_A73B,
    0x3C6E_F372_FE94_F82B,
    0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1,
    0x9B05_688C_2B3E_6C1F,
    0x1F83_D9AB_FB41_BD6B,
    0x5BE0_CD19_137E_2179,
];

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    /// The digest computed with the hashers of the `sha2` crate.
    fn expected(hash: Hash, message: &[u8]) -> Vec<u8> {
        match hash {
            Hash::Sha256 => sha2::Sha256::digest(message).to_vec(),
            #[cfg(feature = "sha512")]
            Hash::Sha384 => sha2::Sha384::digest(message).to_vec(),
            #[cfg(feature = "sha512")]
            Hash::Sha512 => sha2::Sha512::digest(message).to_vec(),
        }
    }

    const ALL: &[Hash] = &[
        Hash::Sha256,
        #[cfg(feature = "sha512")]
        Hash::Sha384,
        #[cfg(feature = "sha512")]
        Hash::Sha512,
    ];

    #[test]
    fn digest_differs_from_one_with_any_two_bits_changed() {
        let digest = Hash::Sha256.digest(b"message");
        // Miri is slow, so it tries only some of the lengths.
        for first in (0..256).step_by(if cfg!(miri) { 32 } else { 1 }) {
            for second in 0..first {
                let mut other = digest.as_bytes().to_vec();
                other[first / 8] ^= 1 << (first % 8);
                other[second / 8] ^= 1 << (second % 8);
                assert!(digest.difference(&other) != 0 && !digest.is_same_as(&other));
            }
        }
        assert!(digest.is_same_as(digest.as_bytes()) && digest.difference(digest.as_bytes()) == 0);
        // A comparison of too few words never gives zero.
        for missing in 0..=u8::MAX {
            let mut other = digest.as_bytes()[..24].to_vec();
            other[0] ^= missing;
            assert!(digest.difference(&other) != 0, "{missing}");
        }
    }

    #[test]
    fn digests_of_every_length_match_another_implementation() {
        let message: Vec<u8> = (0..400u32).map(|at| (at * 7 % 251) as u8).collect();
        for hash in ALL {
            for length in 0..=message.len() {
                let message = &message[..length];
                assert_eq!(hash.digest(message).as_bytes(), expected(*hash, message), "{length}");
            }
        }
    }

    /// Blocks whose bytes all differ, and the state after each.
    fn blocks<const BLOCK: usize>() -> Vec<[u8; BLOCK]> {
        (0..50u8)
            .map(|block| {
                std::array::from_fn(|at| block.wrapping_mul(89) ^ (at as u8).wrapping_mul(151))
            })
            .collect()
    }

    #[test]
    fn own_block_compression_matches_another_implementation() {
        let (mut ours, mut theirs) = (SHA256, SHA256);
        for count in 0..50 {
            compression::compress(&mut ours, &blocks::<64>()[..count]);
            sha2::block_api::compress256(&mut theirs, &blocks()[..count]);
            assert_eq!(ours, theirs, "{count}");
        }
        #[cfg(feature = "sha512")]
        {
            let (mut ours, mut theirs) = (SHA512, SHA512);
            for count in 0..50 {
                compression::compress(&mut ours, &blocks::<128>()[..count]);
                sha2::block_api::compress512(&mut theirs, &blocks()[..count]);
                assert_eq!(ours, theirs, "{count}");
            }
        }
    }

    #[test]
    fn it_does_not_matter_in_which_parts_a_message_is_fed() {
        let message: Vec<u8> = (0..300u32).map(|at| (at * 11 % 253) as u8).collect();
        for hash in ALL {
            let expected = expected(*hash, &message);
            for first in 0..=message.len() {
                for step in [1, 63, 64, 65, 127, 128, 129, 200] {
                    let mut hasher = hash.hasher();
                    hasher.update(&message[..first]);
                    message[first..].chunks(step).for_each(|part| hasher.update(part));
                    assert_eq!(hasher.finish().as_bytes(), expected, "{first} {step}");
                }
            }
        }
    }
}
