//! Searches bytes, 64 at a time.

use super::bytes::{BYTES, Bytes};

/// As [`Vbmi::position`](super::Vbmi::position).
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(super) fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
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

/// As [`Vbmi::mark_ends`](super::Vbmi::mark_ends).
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(super) fn mark_ends(text: &[u8], marks: &mut [u64]) -> bool {
    let (blocks, last) = text.as_chunks();
    let mut marks = marks.iter_mut();
    let mut all = Bytes::zero();
    for block in blocks {
        let block = Bytes::load(block);
        all = all.or(block);
        if let Some(mark) = marks.next() {
            *mark = ends(block);
        }
    }
    let last = Bytes::load_some(last, b'"');
    if let Some(mark) = marks.next() {
        *mark = ends(last);
    }
    all.or(last).highest_bits() == 0
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn ends(text: Bytes) -> u64 {
    text.equal(b'"') | text.equal(b'\\') | text.less(b' ')
}

/// The position of the lowest set bit.
fn lowest(mask: u64) -> Option<usize> {
    if mask == 0 { None } else { usize::try_from(mask.trailing_zeros()).ok() }
}
