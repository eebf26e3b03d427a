//! Hashes the text with SHA-256, as every verification does first.

use crate::Input;
// It brings the panic handler.
use keycard as _;
use sha2::{Digest as _, Sha256};

pub fn load(_: &Input) -> Option<()> {
    Some(())
}

pub fn job(input: &Input) -> Option<()> {
    // The digest stands where a signature stands otherwise.
    let digest = Sha256::digest(input.text());
    digest.iter().eq(input.signature()).then_some(())
}
