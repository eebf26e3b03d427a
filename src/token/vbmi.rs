//! Finds the dots of a token, 64 bytes at a time.
#![allow(
    unsafe_code,
    reason = "functions for some processors only are called after asking for them"
)]

use crate::cpu::Vbmi;
use crate::cpu::bytes::{BYTES, Bytes};

impl Vbmi {
    /// The position of the first byte in `bytes` that equals `wanted`.
    #[inline]
    pub(crate) fn position(self, bytes: &[u8], wanted: u8) -> Option<usize> {
        // SAFETY: `self` proves that the processor supports the features that the function
        // requires.
        unsafe { position(bytes, wanted) }
    }
}

/// Like [`Vbmi::position`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    let (blocks, last) = bytes.as_chunks();
    let mut before = 0usize;
    for block in blocks {
        if let Some(place) = lowest(Bytes::load(block).equal(wanted)) {
            return Some(before.wrapping_add(place));
        }
        before = before.wrapping_add(BYTES);
    }
    let place = lowest(Bytes::load_some(last, !wanted).equal(wanted))?;
    Some(before.wrapping_add(place))
}

/// The position of the lowest set bit.
fn lowest(mask: u64) -> Option<usize> {
    if mask == 0 { None } else { usize::try_from(mask.trailing_zeros()).ok() }
}
