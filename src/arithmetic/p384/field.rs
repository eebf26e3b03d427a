//! The field of P-384: numbers modulo p = 2^384 - 2^128 - 2^96 + 2^32 - 1 (SP 800-186 section
//! 3.2.1.4), R = 2^384.

use super::P384;
use crate::arithmetic::element::Prime;
use crate::arithmetic::limb::halves;

/// p, least significant word first.
const PRIME: [u64; 6] = [
    0x0000_0000_FFFF_FFFF,
    0xFFFF_FFFF_0000_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
];

const PRIME_AND_ONE: [u64; 6] = [
    0x0000_0001_0000_0000,
    0xFFFF_FFFF_0000_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
];

const R: [u64; 6] = [0xFFFF_FFFF_0000_0001, 0x0000_0000_FFFF_FFFF, 1, 0, 0, 0];

const R_SQUARED: [u64; 6] = [
    0xFFFF_FFFE_0000_0001,
    0x0000_0002_0000_0000,
    0xFFFF_FFFE_0000_0000,
    0x0000_0002_0000_0000,
    1,
    0,
];

impl Prime for P384<u64> {
    type Limb = u64;
    type Limbs = [u64; 6];
    type Words = [u64; 6];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 384;
    const PRIME_WORDS: [u64; 6] = PRIME;
    const PRIME: [u64; 6] = PRIME;
    const PRIME_AND_ONE: [u64; 6] = PRIME_AND_ONE;
    const R: [u64; 6] = R;
    const ONE: [u64; 6] = R;
    const TO_FORM: [u64; 6] = R_SQUARED;
}

impl Prime for P384<u32> {
    type Limb = u32;
    type Limbs = [u32; 12];
    type Words = [u64; 6];
    type ScalarLimbs = Self::Limbs;

    const BITS: usize = 384;
    const PRIME_WORDS: [u64; 6] = PRIME;
    const PRIME: [u32; 12] = halves(&PRIME);
    const PRIME_AND_ONE: [u32; 12] = halves(&PRIME_AND_ONE);
    const R: [u32; 12] = halves(&R);
    const ONE: [u32; 12] = Self::R;
    const TO_FORM: [u32; 12] = halves(&R_SQUARED);
}
