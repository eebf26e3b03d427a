//! SHA-2 (FIPS 180-4). Blocks and padding are implemented here. The compression functions are those
//! of the `sha2` crate, which only this file uses, or our own on 32-bit targets.
//!
//! The hashers of that crate do not give access to the state between two blocks, which precomputed
//! HMAC keys store. They also make a short hash a tenth slower.

#[cfg(any(test, own_sha2))]
mod compression;
mod function;
pub(crate) mod shake;

use core::hint::black_box;
use core::slice;
use function::{Function, Sha256, Sha384, Sha512, Word};
use subtle::ConstantTimeEq;
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

/// Evaluates `$value`, in which `$F` is the [`Function`] of a hash.
macro_rules! by_hash {
    ($hash:expr, $F:ident => $value:expr) => {
        match $hash {
            Hash::Sha256 => {
                type $F = Sha256;
                $value
            }
            #[cfg(feature = "sha512")]
            Hash::Sha384 => {
                type $F = Sha384;
                $value
            }
            #[cfg(feature = "sha512")]
            Hash::Sha512 => {
                type $F = Sha512;
                $value
            }
        }
    };
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

    pub(crate) fn as_mut_bytes(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.length).unwrap_or_default()
    }
}

impl Hash {
    /// Bytes of a digest.
    pub(crate) const fn length(self) -> usize {
        by_hash!(self, F => F::LENGTH)
    }

    /// Bytes of a block.
    pub(crate) const fn block_length(self) -> usize {
        by_hash!(self, F => F::BLOCK)
    }

    pub(crate) fn hasher(self) -> Hasher {
        by_hash!(self, F => Blocks::new(F::INITIAL, F::LENGTH).into())
    }

    // Not inlined on targets with small stacks, so that the state of the hash is freed before the
    // arithmetic begins.
    #[cfg_attr(small, inline(never))]
    pub(crate) fn digest(self, message: &[u8]) -> Digest {
        by_hash!(self, F => digest_of(&mut { F::INITIAL }, 0, message, F::LENGTH))
    }

    /// The digest of a block and the message after it. `state` is the state after that block: see
    /// [`Hasher::state`].
    pub(crate) fn digest_behind(self, state: &[u64], message: &[u8]) -> Digest {
        by_hash!(self, F => {
            let mut words = F::INITIAL;
            Word::read(&mut words, state);
            let digest = digest_of(&mut words, F::BLOCK, message, F::LENGTH);
            words.zeroize();
            digest
        })
    }
}

/// A hash in progress.
pub(crate) enum Hasher {
    Narrow(Blocks<u32, 64>),
    /// SHA-384 or SHA-512. They differ only in the initial state and in the length of the digest.
    #[cfg(feature = "sha512")]
    Wide(Blocks<u64, 128>),
}

impl From<Blocks<u32, 64>> for Hasher {
    fn from(blocks: Blocks<u32, 64>) -> Self {
        Self::Narrow(blocks)
    }
}

#[cfg(feature = "sha512")]
impl From<Blocks<u64, 128>> for Hasher {
    fn from(blocks: Blocks<u64, 128>) -> Self {
        Self::Wide(blocks)
    }
}

/// Evaluates `$value` with the blocks of a [`Hasher`].
macro_rules! by_width {
    ($hasher:expr, $blocks:ident => $value:expr) => {
        match $hasher {
            Hasher::Narrow($blocks) => $value,
            #[cfg(feature = "sha512")]
            Hasher::Wide($blocks) => $value,
        }
    };
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        by_width!(self, blocks => blocks.update(bytes))
    }

    pub(crate) fn finish(self) -> Digest {
        by_width!(self, blocks => blocks.finish())
    }

    /// Writes the state after the whole blocks so far to the beginning of `words`: 4 words for
    /// SHA-256, else 8.
    pub(crate) fn state(&self, words: &mut [u64]) {
        by_width!(self, blocks => Word::write(&blocks.state, words))
    }
}

/// The state after the whole blocks so far, and the beginning of the next block.
pub(crate) struct Blocks<W: Word<BLOCK>, const BLOCK: usize> {
    state: [W; 8],
    block: [u8; BLOCK],
    /// Bytes absorbed so far.
    length: usize,
    digest_length: usize,
}

impl<W: Word<BLOCK>, const BLOCK: usize> Blocks<W, BLOCK> {
    fn new(state: [W; 8], digest_length: usize) -> Self {
        Self { state, block: [0; BLOCK], length: 0, digest_length }
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

    fn finish(mut self) -> Digest {
        conclude(&mut self.state, &mut self.block, self.length, self.digest_length)
    }
}

/// A `Hasher` may have read a secret, so a build with secrets wipes it.
impl<W: Word<BLOCK>, const BLOCK: usize> Drop for Blocks<W, BLOCK> {
    fn drop(&mut self) {
        if cfg!(feature = "hs256") {
            self.state.zeroize();
            // A slice is wiped in words, an array byte by byte.
            self.block.as_mut_slice().zeroize();
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;
    use crate::switches::under_miri;
    use sha2::Digest as _;

    /// The digest computed with the hashers of the `sha2` crate.
    fn expected(hash: Hash, message: &[u8]) -> Vec<u8> {
        match hash.length() {
            32 => sha2::Sha256::digest(message).to_vec(),
            48 => sha2::Sha384::digest(message).to_vec(),
            _ => sha2::Sha512::digest(message).to_vec(),
        }
    }

    /// The hashes in this build.
    fn all() -> impl Iterator<Item = Hash> {
        let algorithms = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
        algorithms.into_iter().filter_map(Algorithm::hash)
    }

    #[test]
    fn digest_differs_from_one_with_any_two_bits_changed() {
        let digest = Hash::Sha256.digest(b"message");
        // Miri is slow, so it tries only some of the lengths.
        for first in (0..256).step_by(under_miri(32, 1)) {
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
        for hash in all() {
            for length in 0..=message.len() {
                let message = &message[..length];
                assert_eq!(hash.digest(message).as_bytes(), expected(hash, message), "{length}");
            }
        }
    }

    /// Checks our own compression function against that of the `sha2` crate.
    fn check_compression<W: Word<BLOCK> + PartialEq, const BLOCK: usize>(
        initial: [W; 8],
        ours: impl Fn(&mut [W; 8], &[[u8; BLOCK]]),
        theirs: impl Fn(&mut [W; 8], &[[u8; BLOCK]]),
    ) {
        // Blocks whose bytes all differ.
        let byte = |block: u8, at: usize| block.wrapping_mul(89) ^ (at as u8).wrapping_mul(151);
        let blocks: Vec<_> =
            (0..50).map(|block| std::array::from_fn(|at| byte(block, at))).collect();
        let (mut left, mut right) = (initial, initial);
        for count in 0..50 {
            ours(&mut left, &blocks[..count]);
            theirs(&mut right, &blocks[..count]);
            assert!(left == right, "{count}");
        }
    }

    #[test]
    fn own_compression_of_sha256_matches_another_implementation() {
        let (ours, theirs) = (compression::compress, sha2::block_api::compress256);
        check_compression::<u32, 64>(Sha256::INITIAL, ours, theirs);
    }

    #[test]
    fn own_compression_of_sha512_matches_another_implementation() {
        let (ours, theirs) = (compression::compress, sha2::block_api::compress512);
        check_compression::<u64, 128>(Sha512::INITIAL, ours, theirs);
    }

    #[test]
    fn it_does_not_matter_in_which_parts_a_message_is_fed() {
        let message: Vec<u8> = (0..300u32).map(|at| (at * 11 % 253) as u8).collect();
        for hash in all() {
            let expected = expected(hash, &message);
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
