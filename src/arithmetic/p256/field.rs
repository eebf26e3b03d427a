//! The field of P-256: numbers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SP 800-186 section
//! 3.2.1.3), R = 2^256.

use super::P256;
use crate::arithmetic::element::Prime;
use crate::arithmetic::limb::halves;

/// p, least significant word first.
const PRIME: [u64; 4] = [0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001];

const PRIME_AND_ONE: [u64; 4] = [0, 0x0000_0001_0000_0000, 0, 0xFFFF_FFFF_0000_0001];

const R: [u64; 4] =
    [0x0000_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFE];

const R_SQUARED: [u64; 4] =
    [0x0000_0000_0000_0003, 0xFFFF_FFFB_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0x0000_0004_FFFF_FFFD];

impl Prime for P256<u64> {
    type Limb = u64;
    type Limbs = [u64; 4];
    type Words = [u64; 4];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 256;
    const PRIME_WORDS: [u64; 4] = PRIME;
    const PRIME: [u64; 4] = PRIME;
    const PRIME_AND_ONE: [u64; 4] = PRIME_AND_ONE;
    const R: [u64; 4] = R;
    const ONE: [u64; 4] = R;
    const TO_FORM: [u64; 4] = R_SQUARED;
}

impl Prime for P256<u32> {
    type Limb = u32;
    type Limbs = [u32; 8];
    type Words = [u64; 4];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 256;
    const PRIME_WORDS: [u64; 4] = PRIME;
    const PRIME: [u32; 8] = halves(&PRIME);
    const PRIME_AND_ONE: [u32; 8] = halves(&PRIME_AND_ONE);
    const R: [u32; 8] = halves(&R);
    const ONE: [u32; 8] = Self::R;
    const TO_FORM: [u32; 8] = halves(&R_SQUARED);
}
