//! Bytes in 64-bit words, the first byte lowest. A key table stores strings and secrets in this
//! form.

use crate::error::{Error, Reason};

/// The number of words that hold `bytes` bytes.
pub(crate) const fn count_for(bytes: usize) -> usize {
    bytes.saturating_add(7) / 8
}

/// Packs bytes into words, with zeros after the last byte.
pub(crate) fn pack(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (whole, last) = bytes.as_chunks();
    let last = pack_each(last.iter().copied());
    whole.iter().map(|word| u64::from_le_bytes(*word)).chain(last)
}

/// Like [`pack`], for bytes that come one by one.
pub(crate) fn pack_each(mut bytes: impl Iterator<Item = u8>) -> impl Iterator<Item = u64> {
    core::iter::from_fn(move || {
        let mut word = [0u8; 8];
        let mut filled = false;
        for (place, byte) in word.iter_mut().zip(&mut bytes) {
            *place = byte;
            filled = true;
        }
        filled.then(|| u64::from_le_bytes(word))
    })
}

/// The first `length` bytes in these words. (Flattening arrays of bytes would add an unreachable
/// panic to the image.)
pub(crate) fn unpack(words: &[u64], length: usize) -> impl Iterator<Item = u8> + Clone {
    (0..length).map_while(|at| {
        let word = words.get(at / 8)?;
        let [byte, ..] = (word >> ((at & 7) << 3)).to_le_bytes();
        Some(byte)
    })
}

/// The number of bits up to the highest set bit of a number in words, least significant word first.
pub(crate) fn bit_length(words: &[u64]) -> usize {
    let highest = (1usize..).zip(words).filter(|(_, word)| **word != 0).last();
    highest.map_or(0, |(count, word)| {
        let zeros = usize::try_from(word.leading_zeros()).unwrap_or(0);
        count.saturating_mul(64).saturating_sub(zeros)
    })
}

/// The last `length` bytes of a number, most significant byte first. Its words are least
/// significant first.
pub(crate) fn big_endian(words: &[u64], length: usize) -> impl Iterator<Item = u8> {
    (0..length).rev().map(|at| {
        let word = words.get(at / 8).copied().unwrap_or(0);
        let [byte, ..] = (word >> ((at & 7) << 3)).to_le_bytes();
        byte
    })
}

/// Writes `length` bytes to the beginning of `output`, and returns `length`.
///
/// # Errors
///
/// [`Reason::BufferTooSmall`] with the required size in bytes; nothing was written.
pub(crate) fn write(
    output: &mut [u8],
    length: usize,
    bytes: impl Iterator<Item = u8>,
) -> Result<usize, Error> {
    let too_small = Error::new(Reason::BufferTooSmall).needing(length);
    let places = output.get_mut(..length).ok_or(too_small)?;
    places.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_every_length_come_back() {
        let bytes: Vec<u8> = (1..=40).collect();
        for length in 0..=bytes.len() {
            let words: Vec<u64> = pack(&bytes[..length]).collect();
            assert!(pack_each(bytes[..length].iter().copied()).eq(words.iter().copied()));
            assert_eq!(words.len(), count_for(length));
            let unpacked: Vec<u8> = unpack(&words, length).collect();
            assert_eq!(unpacked, bytes[..length]);
        }
        assert_eq!(unpack(&[0], 9).count(), 8, "there are no bytes beyond the words");
    }
}
