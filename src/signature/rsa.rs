//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017 sections 8.1 and 8.2, RFC 7518 sections 3.3 and 3.5)
//! with the project's own arithmetic. The same code over slices serves moduli of every length.

use super::material::{Material, RsaKey};
use super::precompute::{KeySize, Precompute, Precomputed, TableSpec};
use super::scheme::Scheme;
use crate::algorithm::Algorithm;
use crate::arithmetic::block::{BLOCK, NativeBlock};
use crate::arithmetic::limb::{Limb, NativeLimb};
use crate::arithmetic::montgomery::{self, Modulus};
use crate::digest::{Digest, Hash, MAX_DIGEST_BYTES};
use crate::error::{Error, Reason};
use crate::limits::MAX_RSA_BITS;
use crate::limits::MAX_RSA_BITS_IN_LANES;
use crate::step_counter::StepCounter;
use core::hint::black_box;

/// The padding of the message hash to the length of the modulus.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    Pkcs1,
    Pss,
}

const IS_PSS_BUILT: bool = Algorithm::Ps256.is_built();

/// RSASSA-PKCS1-v1_5 and RSASSA-PSS.
pub(super) enum Rsa {}

/// The only precomputed shape: R² mod n, with R as in [`montgomery`], the least power of 2^256 that
/// is not less than n. Limbs of both widths read the same number.
const R_SQUARED: u8 = 1;

impl Scheme for Rsa {
    type Key<'k> = RsaKey<'k>;

    fn key<'m, 'k>(material: &'m Material<'k>) -> Option<&'m RsaKey<'k>> {
        match material {
            Material::Rsa(key) => Some(key),
            _ => None,
        }
    }

    /// The table of keys checks modulus and exponent, also in builds without RSA.
    fn is_valid(_: &RsaKey<'_>) -> bool {
        true
    }

    fn verify(
        algorithm: Algorithm,
        key: &RsaKey<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<StepCounter, Error> {
        let not_built = Error::new(Reason::AlgorithmNotBuilt);
        let hash = algorithm.hash().ok_or(not_built)?;
        let padding = match algorithm {
            Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 if IS_PSS_BUILT => Padding::Pss,
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => Padding::Pkcs1,
            _ => return Err(not_built),
        };
        verify(padding, hash, key, message, signature)
    }

    fn table_spec(key: &KeySize, precompute: Precompute) -> TableSpec {
        match precompute {
            Precompute::None => TableSpec::NOTHING,
            _ => TableSpec { shape: R_SQUARED, words: key.modulus_words },
        }
    }

    fn precompute(key: &RsaKey<'_>, _shape: u8, precomputed: &mut [u64]) -> Option<()> {
        let mut frame = Frame::<{ blocks_for(MAX_RSA_BITS) }>::NEW;
        let FrameParts { modulus: blocks, result, .. } = frame.parts(key.modulus.len())?;
        NativeLimb::from_words(key.modulus, blocks.as_flattened_mut());
        Modulus::new(blocks)?.r_squared(result)?;
        NativeLimb::to_words(result.as_flattened(), precomputed);
        Some(())
    }

    fn is_precomputed_right(key: &RsaKey<'_>) -> bool {
        if key.precomputed.shape != R_SQUARED {
            return true;
        }
        let mut expected = [0; MAX_RSA_BITS / 64];
        let expected = expected.get_mut(..key.modulus.len());
        expected.is_some_and(|expected| {
            Self::precompute(key, R_SQUARED, expected).is_some()
                && key.precomputed.words == expected
        })
    }
}

fn verify(
    padding: Padding,
    hash: Hash,
    key: &RsaKey<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<StepCounter, Error> {
    let bits = bit_length(key.modulus);
    // RFC 8017 sections 8.1.2 and 8.2.2, step 1.
    if signature.len() != bytes_for(bits) {
        return Err(Error::new(Reason::SignatureLength));
    }
    // The hash is computed before the function with the large stack frame is called. So hash and
    // arithmetic do not need their stack at the same time.
    let digest = &hash.digest(message);
    let job = Job { padding, hash, key, bits, signature, digest };
    // The code is the same for every size, but has one of four stack frames.
    let difference = match key.modulus.len() {
        ..=32 => in_frame::<{ blocks_for(2048) }>(&job),
        33..=48 => in_frame::<{ blocks_for(3072) }>(&job),
        49..=64 => in_frame::<{ blocks_for(4096) }>(&job),
        _ => in_frame::<{ blocks_for(MAX_RSA_BITS) }>(&job),
    };
    if matches!(padding, Padding::Pss) && difference == Some(OTHER_SALT) {
        // RFC 7518 section 3.5. Some signers use the longest salt that fits unless configured
        // otherwise.
        return Err(Error::new(Reason::SignatureSalt));
    }
    StepCounter::of_signature(difference.unwrap_or(NativeLimb::MAX))
}

/// The result for a PSS signature that is valid except for the length of its salt.
const OTHER_SALT: NativeLimb = 1;

const LIMB_BYTES: usize = size_of::<NativeLimb>();

const fn blocks_for(bits: usize) -> usize {
    bits / 8 / LIMB_BYTES / BLOCK
}

const fn bytes_for(bits: usize) -> usize {
    bits.saturating_add(7) / 8
}

fn bit_length(modulus: &[u64]) -> usize {
    usize::try_from(montgomery::bit_length(modulus)).unwrap_or(usize::MAX)
}

struct Job<'a> {
    padding: Padding,
    hash: Hash,
    key: &'a RsaKey<'a>,
    bits: usize,
    signature: &'a [u8],
    digest: &'a Digest,
}

/// The numbers of a verification, of up to `BLOCKS` blocks each: five times the modulus.
struct Frame<const BLOCKS: usize> {
    modulus: [NativeBlock; BLOCKS],
    base: [NativeBlock; BLOCKS],
    result: [NativeBlock; BLOCKS],
    work: [[NativeBlock; BLOCKS]; 2],
}

/// The same numbers, cut to the length of the modulus in use.
struct FrameParts<'f> {
    modulus: &'f mut [NativeBlock],
    base: &'f mut [NativeBlock],
    result: &'f mut [NativeBlock],
    work: &'f mut [NativeBlock],
}

impl<const BLOCKS: usize> Frame<BLOCKS> {
    const ZERO: [NativeBlock; BLOCKS] = [[0; BLOCK]; BLOCKS];
    const NEW: Self =
        Self { modulus: Self::ZERO, base: Self::ZERO, result: Self::ZERO, work: [Self::ZERO; 2] };

    /// `None` if the modulus is too long.
    fn parts(&mut self, modulus_words: usize) -> Option<FrameParts<'_>> {
        // R is a power of 2^256, so the length is a multiple of four words. It is a whole number of
        // native blocks.
        let used = (modulus_words.checked_add(3)? / 4).checked_mul(32 / LIMB_BYTES / BLOCK)?;
        Some(FrameParts {
            modulus: self.modulus.get_mut(..used)?,
            base: self.base.get_mut(..used)?,
            result: self.result.get_mut(..used)?,
            work: self.work.as_flattened_mut().get_mut(..used.checked_mul(2)?)?,
        })
    }
}

/// Returns zero if the signature is valid, else the bits in which it differs from a valid one.
#[inline(never)]
fn in_frame<const BLOCKS: usize>(job: &Job<'_>) -> Option<NativeLimb> {
    let mut frame = Frame::<BLOCKS>::NEW;
    run(job, frame.parts(job.key.modulus.len())?)
}

fn run(job: &Job<'_>, parts: FrameParts<'_>) -> Option<NativeLimb> {
    let FrameParts { modulus, base, result, work } = parts;
    NativeLimb::from_words(job.key.modulus, modulus.as_flattened_mut());
    NativeLimb::from_bytes(job.signature, base.as_flattened_mut());
    let modulus = Modulus::new(modulus)?;
    if !modulus.exceeds(base) {
        // RFC 8017 section 5.2.2 step 1: the signature representative is less than the modulus.
        return None;
    }
    let has_r_squared = match job.key.precomputed {
        Precomputed { shape: R_SQUARED, words } if words.len() == job.key.modulus.len() => {
            NativeLimb::from_words(words, result.as_flattened_mut());
            true
        }
        _ => false,
    };
    power(job.key.exponent, &modulus, base, has_r_squared, result, work)?;
    let result = result.as_flattened();
    Some(match job.padding {
        Padding::Pkcs1 => difference_from_pkcs1(result, job.bits, job.hash, job.digest),
        Padding::Pss if !IS_PSS_BUILT => return None,
        Padding::Pss => match pss(result, job, job.digest)? {
            Pss::Right => 0,
            Pss::OtherSalt => OTHER_SALT,
            Pss::Wrong => NativeLimb::MAX,
        },
    })
}

/// Like [`Modulus::odd_power`], with the fastest back end.
fn power(
    exponent: u64,
    modulus: &Modulus<'_, NativeLimb, BLOCK>,
    base: &mut [NativeBlock],
    has_r_squared: bool,
    result: &mut [NativeBlock],
    work: &mut [NativeBlock],
) -> Option<()> {
    #[cfg(lanes)]
    {
        if let Some(ifma) = crate::cpu::ifma()
            && modulus.limbs().len() <= MAX_RSA_BITS_IN_LANES / 64
        {
            let (base, result) = (base.as_flattened(), result.as_flattened_mut());
            return ifma.odd_power(modulus.limbs(), base, exponent, has_r_squared, result);
        }
        if let Some(bmi2) = crate::cpu::bmi2() {
            return bmi2.odd_power(modulus, base, exponent, has_r_squared, result, work);
        }
    }
    modulus.odd_power(base, exponent, has_r_squared, result, work)
}

/// The number of bytes for the end of a padded message: a zero, the longest DigestInfo and the
/// longest digest, rounded up to whole limbs.
const TAIL: usize = 96;

/// Compares the whole padded message with the only valid one (RFC 8017 section 9.2). No part of the
/// padding is parsed, so an attacker can choose no part of it (Bleichenbacher's forgery of 2006).
// Not inlined, so that its stack is not needed at the same time as that of the arithmetic.
#[inline(never)]
fn difference_from_pkcs1(
    number: &[NativeLimb],
    bits: usize,
    hash: Hash,
    digest: &Digest,
) -> NativeLimb {
    let end = [0x00].into_iter().chain(digest_info(hash));
    let end = end.rev();
    let end = digest.as_bytes().iter().rev().copied().chain(end);
    let mut tail = [0xFF; TAIL];
    for (place, byte) in tail.iter_mut().rev().zip(end) {
        *place = byte;
    }
    let mut low = [0; TAIL / LIMB_BYTES];
    NativeLimb::from_bytes(&tail, &mut low);
    let Some((number_low, number_high)) = number.split_at_checked(low.len()) else {
        return NativeLimb::MAX;
    };
    // The other bytes are 0x00, 0x01 and then 0xFF: all bits are ones up to the lowest bit of that
    // 0x01.
    let ones = bytes_for(bits).saturating_sub(2).saturating_sub(TAIL);
    let mut ones = ones.saturating_mul(8).saturating_add(1);
    let high = number_high.iter().map(|limb| {
        let expected = ones_below(ones);
        ones = ones.saturating_sub(8 * LIMB_BYTES);
        limb ^ expected
    });
    let low = number_low.iter().zip(&low).map(|(limb, expected)| limb ^ expected);
    let (bits, limbs) = low
        .chain(high)
        .fold((0, 0usize), |(bits, limbs), different| (bits | different, limbs.wrapping_add(1)));
    // All limbs must have been compared.
    if limbs == black_box(number.len()) { bits } else { NativeLimb::MAX }
}

/// A limb with the lowest `bits` bits set, or all bits if the limb is not longer than that.
fn ones_below(bits: usize) -> NativeLimb {
    let shift = u32::try_from(bits).unwrap_or(u32::MAX);
    !NativeLimb::MAX.unbounded_shl(shift)
}

/// The DER of DigestInfo up to the digest, NULL parameters included (RFC 8017 section 9.2 note 1).
/// A digest of SHA-2 is shorter than 128 bytes, so each length takes one byte.
fn digest_info(hash: Hash) -> [u8; 19] {
    let [length, ..] = hash.length().to_le_bytes();
    // The last arc of the object identifier.
    let arc = match length {
        32 => 1,
        48 => 2,
        _ => 3,
    };
    let all = length.wrapping_add(17);
    [
        0x30, all, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc,
        0x05, 0x00, 0x04, length,
    ]
}

/// The result of comparing a decoded message with EMSA-PSS.
enum Pss {
    Right,
    /// The message is valid except for the length of the salt.
    OtherSalt,
    Wrong,
}

/// The number of bytes before the salt in the hashed message: eight zeros and the digest of the
/// token.
const BEFORE_SALT: usize = 8 + MAX_DIGEST_BYTES;

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2) with MGF1 over the same hash. The salt length is
/// recovered from the message.
// Not inlined, so that its stack is not needed at the same time as that of the arithmetic.
#[inline(never)]
fn pss(number: &[NativeLimb], job: &Job<'_>, digest: &Digest) -> Option<Pss> {
    let hash_length = job.hash.length();
    let message_bits = job.bits.checked_sub(1)?;
    let length = bytes_for(message_bits);
    let mask_length = length.checked_sub(hash_length)?.checked_sub(1)?;
    let unused_bits = length.checked_mul(8)?.checked_sub(message_bits)?;
    let unused = !0xFFu8.checked_shr(u32::try_from(unused_bits).ok()?)?;

    let mut bytes = [0; BEFORE_SALT + MAX_RSA_BITS / 8];
    let (_, places) = bytes.as_rchunks_mut::<LIMB_BYTES>();
    for (place, limb) in places.iter_mut().rev().zip(number) {
        *place = limb.to_be_bytes();
    }
    // A modulus of 8k+1 bits leaves a byte above the message, which must be zero.
    let more = bytes.len().checked_sub(length)?;
    let (above, message) = bytes.split_at_mut_checked(more)?;
    let mut right = is_zero(above);
    let (masked, behind) = message.split_at_mut_checked(mask_length)?;
    let (seed, trailer) = behind.split_at_checked(hash_length)?;
    right &= *trailer == [0xBC];
    right &= masked.first()? & unused == 0;

    // MGF1 (section B.2.1). The limit is the number of digests that the longest message needs.
    let mut unmasked = 0usize;
    for counter in 0..LONGEST_MASK {
        let end = unmasked.saturating_add(hash_length).min(mask_length);
        if unmasked == end {
            break;
        }
        let mask = mask_of(job.hash, seed, counter);
        for (byte, mask) in masked.get_mut(unmasked..end)?.iter_mut().zip(mask.as_bytes()) {
            *byte ^= mask;
        }
        unmasked = end;
    }
    right &= unmasked == mask_length;

    *masked.first_mut()? &= !unused;
    // Steps 10 and 11: zeros, a one, and the salt.
    let zeros = masked.iter().take_while(|byte| **byte == 0).count();
    right &= *masked.get(zeros)? == 1;
    let salt_length = mask_length.checked_sub(zeros)?.checked_sub(1)?;

    // Steps 12 and 13, computed in place: the hashed message is assembled around the salt.
    let end = more.checked_add(mask_length)?;
    let (salted, behind) = bytes.split_at_mut_checked(end)?;
    let seed = behind.get(..hash_length)?;
    let start = end.checked_sub(salt_length)?.checked_sub(hash_length)?.checked_sub(8)?;
    let salted = salted.get_mut(start..)?;
    for (place, byte) in salted.iter_mut().zip([0; 8].iter().chain(digest.as_bytes())) {
        *place = *byte;
    }
    right &= job.hash.digest(salted).as_bytes() == seed;
    Some(match right {
        false => Pss::Wrong,
        // RFC 7518 section 3.5: the salt is as long as the output of the hash.
        true if salt_length != hash_length => Pss::OtherSalt,
        true => Pss::Right,
    })
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |all, byte| all | byte) == 0
}

/// An upper bound for the number of digests in the mask of the longest message.
const LONGEST_MASK: u32 = 32;

/// One block of the mask: the digest of the seed and a counter.
fn mask_of(hash: Hash, seed: &[u8], counter: u32) -> Digest {
    let mut message = [0; MAX_DIGEST_BYTES + 4];
    let length = seed.len().saturating_add(4);
    for (place, byte) in message.iter_mut().zip(seed.iter().chain(&counter.to_be_bytes())) {
        *place = *byte;
    }
    hash.digest(message.get(..length).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The padded message as RFC 8017 section 9.2 builds it, byte by byte.
    fn padded(hash: Hash, length: usize, digest: &Digest) -> Vec<u8> {
        let end = [&[0], digest_info(hash).as_slice(), digest.as_bytes()].concat();
        let mut bytes = vec![0xFF; length - end.len()];
        bytes[..2].copy_from_slice(&[0, 1]);
        [bytes, end].concat()
    }

    #[test]
    fn every_bit_of_the_padded_message_counts() {
        let algorithms = [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512];
        for hash in algorithms.into_iter().filter_map(Algorithm::hash) {
            let digest = hash.digest(b"message");
            for bits in [1024, 1025, 2047, 2048, 2049, 2056, 2057, 3072, 4096] {
                let length = bytes_for(bits);
                let mut bytes = padded(hash, length, &digest);
                let check_token = |bytes: &[u8]| {
                    // The arithmetic may use more limbs than the message has.
                    let mut number = vec![0; length.div_ceil(32) * 32 / LIMB_BYTES];
                    NativeLimb::from_bytes(bytes, &mut number);
                    difference_from_pkcs1(&number, bits, hash, &digest)
                };
                assert!(check_token(&bytes) == 0, "{hash:?} {bits}");
                for at in 0..length {
                    for bit in 0..8 {
                        bytes[at] ^= 1 << bit;
                        assert!(
                            check_token(&bytes) != 0,
                            "{hash:?} {bits}, bit {bit} of byte {at}"
                        );
                        bytes[at] ^= 1 << bit;
                    }
                }
                // A differing bit must not cancel out a bit of another word.
                for at in LIMB_BYTES..length {
                    bytes[at] ^= 1;
                    bytes[at - LIMB_BYTES] ^= 1;
                    assert!(check_token(&bytes) != 0, "{hash:?} {bits}, byte {at}");
                    bytes[at] ^= 1;
                    bytes[at - LIMB_BYTES] ^= 1;
                }
            }
        }
    }
}
