//! Hashes the text with SHA-256, which is the first step of every verification.

use crate::Input;
// This crate contains the panic handler.
use keycard as _;

// The library uses `sha2` for hashing, but does not export it.
#[allow(unexpected_cfgs, reason = "SHA-512 is a feature of the library")]
#[path = "../../../../src/digest/compression.rs"]
mod compression;

/// FIPS 180-4 section 5.3.3.
const BEGINNING: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    let (blocks, rest) = input.text().as_chunks::<64>();
    let mut state = BEGINNING;
    compression::compress(&mut state, blocks);
    // Section 5.1.1. If the length does not fit in the last block, one more block follows.
    let mut last = [[0; 64]; 2];
    let bytes = last.as_flattened_mut();
    bytes.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    *bytes.get_mut(rest.len())? = 0x80;
    let end = if rest.len() < 56 { 64 } else { 128 };
    let bits = u64::try_from(input.text().len()).ok()? * 8;
    *bytes.get_mut(..end)?.last_chunk_mut()? = bits.to_be_bytes();
    compression::compress(&mut state, &last[..end / 64]);
    // The expected digest is passed in place of the signature.
    state
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .eq(input.signature().iter().copied())
        .then_some(())
}
