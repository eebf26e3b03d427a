//! Reads the bytes of a key in the encoding in which they were given: base64url, base64 or raw.

use crate::base64url;
use crate::error::{Error, Member, Reason};
use crate::json::string::{self, JsonStr};
use crate::limits;
use crate::switches::{FAST, PEM};
use crate::words;
use core::slice;
use zeroize::Zeroize;

/// A value of a key that does not have its form.
pub(super) fn malformed(claim: Member) -> Error {
    Error::new(Reason::KeyMalformed).about(claim)
}

/// Bytes of a key, in the encoding in which they were given.
#[derive(Clone, Copy)]
pub(super) enum Octets<'a> {
    /// A public key in base64url.
    Encoded(JsonStr<'a>),
    /// A secret in base64url. The decoding time depends only on its length.
    EncodedSecret(JsonStr<'a>),
    Plain(&'a [u8]),
    /// A part of the bytes that are encoded in base64 (RFC 4648 section 4) at the beginning of
    /// `text`.
    Base64 {
        text: JsonStr<'a>,
        start: usize,
        length: usize,
    },
}

/// Characters that are decoded in one step: of a coordinate or a short secret, and of other values.
const SHORT: usize = 64;
const LONG: usize = 512;

impl<'a> Octets<'a> {
    /// The number of decoded bytes. Meaningful only if all of them can be decoded.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Encoded(text) | Self::EncodedSecret(text) => {
                limits::decoded_length(text.length())
            }
            Self::Plain(bytes) => bytes.len(),
            Self::Base64 { length, .. } => *length,
        }
    }

    /// The `length` bytes from `start` on, for raw bytes and for base64. `None` if there are not
    /// enough bytes.
    pub(super) fn part(&self, start: usize, length: usize) -> Option<Self> {
        match *self {
            Self::Plain(bytes) => Some(Self::Plain(bytes.get(start..)?.get(..length)?)),
            Self::Base64 { text, start: first, length: all } => {
                let start_of_part = first.checked_add(start)?;
                let is_whole = start.checked_add(length)? <= all;
                is_whole.then_some(Self::Base64 { text, start: start_of_part, length })
            }
            Self::Encoded(_) | Self::EncodedSecret(_) => None,
        }
    }

    pub(super) fn iter(&self) -> OctetIterator<'a> {
        match self {
            Self::Encoded(text) | Self::EncodedSecret(text) => {
                let characters = Characters { bytes: text.bytes(), is_base64: false };
                OctetIterator::Encoded(base64url::Bytes::new(characters), usize::MAX)
            }
            Self::Plain(bytes) => OctetIterator::Plain(bytes.iter()),
            Self::Base64 { text, start, length } => {
                let characters = Characters { bytes: text.bytes(), is_base64: true };
                let mut bytes = base64url::Bytes::new(characters);
                bytes.by_ref().take(*start).for_each(drop);
                OctetIterator::Encoded(bytes, *length)
            }
        }
    }

    /// Passes all bytes to `take`, in order, in pieces. The length of each piece but the last is a
    /// multiple of 8.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) if they cannot be decoded.
    pub(super) fn read(&self, claim: Member, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        if FAST && let Self::Plain(bytes) = self {
            take(bytes);
            return Ok(());
        }
        // Builds for speed decode text without escapes with the decoder for tokens, which is larger
        // and faster.
        if FAST
            && let Self::Encoded(text) | Self::EncodedSecret(text) = self
            && let Some(characters) = text.as_bytes()
        {
            let is_secret = matches!(self, Self::EncodedSecret(_));
            let read = match characters.len() <= SHORT {
                true => read_encoded::<SHORT, 48>(characters, is_secret, take),
                false => read_encoded::<LONG, 384>(characters, is_secret, take),
            };
            return read.map_err(|_: Error| malformed(claim));
        }
        let mut piece = [0; 8];
        let mut length = 0usize;
        let mut octets = self.iter();
        let read = octets.try_for_each(|octet| {
            if let Some(place) = piece.get_mut(length) {
                *place = octet?;
            }
            length = length.wrapping_add(1) & 7;
            if length == 0 {
                take(&piece);
            }
            Some(())
        });
        if read.is_some() {
            take(piece.get(..length).unwrap_or_default());
        }
        piece.zeroize();
        read.ok_or(malformed(claim))
    }

    /// The first two bytes. `None` for a byte that is missing or cannot be decoded.
    pub(super) fn first_two(&self) -> [Option<u8>; 2] {
        if FAST
            && let Self::Encoded(text) = self
            && let Some(characters) = text.as_bytes()
        {
            let mut bytes = [0; 3];
            let group = characters.get(..4).unwrap_or(characters);
            let length = base64url::decode_public(group, &mut bytes).unwrap_or(0);
            let bytes = bytes.get(..length).unwrap_or_default();
            return [bytes.first().copied(), bytes.get(1).copied()];
        }
        let mut bytes = self.iter();
        [bytes.next().flatten(), bytes.next().flatten()]
    }

    /// The last byte, if all bytes can be decoded.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) also if there are no bytes.
    pub(super) fn last(&self, claim: Member) -> Result<u8, Error> {
        let mut last = None;
        self.read(claim, |piece| last = piece.last().copied().or(last))?;
        last.ok_or(malformed(claim))
    }

    /// Reads the bytes as a number, most significant byte first, into `words`, which are zero.
    pub(super) fn number(&self, claim: Member, words: &mut [u64]) -> Result<(), Error> {
        let mut left = self.length();
        let whole_words = FAST && left.is_multiple_of(8);
        self.read(claim, |piece| {
            let (groups, bytes) = if whole_words { piece.as_chunks() } else { (&[][..], piece) };
            for group in groups {
                left = left.saturating_sub(8);
                if let Some(word) = words.get_mut(left / 8) {
                    *word = u64::from_be_bytes(*group);
                }
            }
            for byte in bytes {
                left = left.saturating_sub(1);
                if let Some(word) = words.get_mut(left / 8) {
                    *word |= u64::from(*byte) << ((left & 7) << 3);
                }
            }
        })
    }

    /// Packs the bytes into `words`, the first byte lowest.
    pub(super) fn pack(&self, claim: Member, words: &mut [u64]) -> Result<(), Error> {
        let mut places = words.iter_mut();
        self.read(claim, |piece| {
            for (word, place) in words::pack(piece).zip(&mut places) {
                *place = word;
            }
        })
    }
}

/// Decodes `CHARACTERS` at a time into `BYTES` bytes, and passes these to `take`.
fn read_encoded<const CHARACTERS: usize, const BYTES: usize>(
    characters: &[u8],
    is_secret: bool,
    mut take: impl FnMut(&[u8]),
) -> Result<(), Error> {
    let mut bytes = [0; BYTES];
    let (chunks, last) = characters.as_chunks::<CHARACTERS>();
    let mut chunks = chunks.iter().map(|chunk| chunk.as_slice()).chain([last]);
    let read = chunks.try_for_each(|chunk| {
        let length = match is_secret {
            true => base64url::decode(chunk, &mut bytes)?,
            false => base64url::decode_public(chunk, &mut bytes)?,
        };
        take(bytes.get(..length).unwrap_or_default());
        Ok(())
    });
    if is_secret {
        // A slice is wiped in words, an array byte by byte.
        let used = limits::decoded_length(characters.len().min(CHARACTERS));
        bytes.get_mut(..used).unwrap_or_default().zeroize();
    }
    read
}

/// Yields `None` for a byte that cannot be decoded, and then ends.
#[derive(Clone)]
pub(super) enum OctetIterator<'a> {
    /// The decoder, and the maximum number of bytes left.
    Encoded(base64url::Bytes<Characters<'a>>, usize),
    Plain(slice::Iter<'a, u8>),
}

impl Iterator for OctetIterator<'_> {
    type Item = Option<u8>;

    fn next(&mut self) -> Option<Option<u8>> {
        match self {
            Self::Encoded(bytes, left) => {
                *left = left.checked_sub(1)?;
                bytes.next().map(Result::ok)
            }
            Self::Plain(bytes) => bytes.next().map(|byte| Some(*byte)),
        }
    }

    fn nth(&mut self, count: usize) -> Option<Option<u8>> {
        match self {
            Self::Encoded(..) => {
                for _ in 0..count {
                    self.next()?;
                }
                self.next()
            }
            Self::Plain(bytes) => bytes.nth(count).map(|byte| Some(*byte)),
        }
    }
}

/// The characters of base64url. Characters of base64 are translated to base64url.
#[derive(Clone)]
pub(super) struct Characters<'a> {
    bytes: string::Bytes<'a>,
    /// True for base64: white space is skipped, and the characters end at padding or at a PEM
    /// boundary.
    is_base64: bool,
}

impl Iterator for Characters<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.next()?;
        if !PEM || !self.is_base64 {
            return Some(byte);
        }
        let next = if byte.is_ascii_whitespace() {
            self.bytes.find(|byte| !byte.is_ascii_whitespace())?
        } else {
            byte
        };
        match next {
            b'=' | b'-' => None,
            b'+' => Some(b'-'),
            b'/' => Some(b'_'),
            // `_` is not in the alphabet of base64, so it becomes an invalid character.
            b'_' => Some(b'='),
            character => Some(character),
        }
    }
}
