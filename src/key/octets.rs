//! Reads the bytes of a key in the encoding in which they were given: base64url, base64 or raw.

use crate::base64url;
use crate::error::{Error, Member, Reason};
use crate::json::string::{self, JsonStr};
use crate::limits;
use crate::switches::{FAST, PEM};
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

/// Characters that are decoded in one step.
const CHUNK: usize = 64;

impl<'a> Octets<'a> {
    /// The number of decoded bytes. Meaningful only if all of them can be decoded.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Encoded(text) | Self::EncodedSecret(text) => {
                let characters = match text.as_bytes() {
                    Some(bytes) => bytes.len(),
                    None => text.bytes().count(),
                };
                limits::decoded_length(characters)
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

    /// Passes all bytes to `take`, in order.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) if they cannot be decoded.
    pub(super) fn read(&self, claim: Member, mut take: impl FnMut(u8)) -> Result<(), Error> {
        // Builds for speed decode text without escapes with the decoder for tokens, which is larger
        // and faster.
        if FAST
            && let Self::Encoded(text) | Self::EncodedSecret(text) = self
            && let Some(characters) = text.as_bytes()
        {
            let is_secret = matches!(self, Self::EncodedSecret(_));
            let decode = match is_secret {
                true => base64url::decode,
                false => base64url::decode_public,
            };
            let mut bytes = [0; limits::decoded_length(CHUNK)];
            let (chunks, last) = characters.as_chunks::<CHUNK>();
            let mut chunks = chunks.iter().map(|chunk| chunk.as_slice()).chain([last]);
            let read = chunks.try_for_each(|chunk| {
                let length = decode(chunk, &mut bytes)?;
                bytes.iter().take(length).for_each(|byte| take(*byte));
                Ok(())
            });
            if is_secret {
                // A slice is wiped in words, an array byte by byte.
                bytes.as_mut_slice().zeroize();
            }
            return read.map_err(|_: Error| malformed(claim));
        }
        for octet in self.iter() {
            take(octet.ok_or(malformed(claim))?);
        }
        Ok(())
    }

    /// The last byte, if all bytes can be decoded.
    ///
    /// # Errors
    ///
    /// [`Reason::KeyMalformed`](crate::Reason::KeyMalformed) also if there are no bytes.
    pub(super) fn last(&self, claim: Member) -> Result<u8, Error> {
        let mut last = None;
        self.read(claim, |byte| last = Some(byte))?;
        last.ok_or(malformed(claim))
    }

    /// Reads the bytes as a number, most significant byte first, into `words`.
    pub(super) fn number(&self, claim: Member, words: &mut [u64]) -> Result<(), Error> {
        let mut left = self.length();
        self.read(claim, |byte| {
            left = left.saturating_sub(1);
            if let Some(word) = words.get_mut(left / 8) {
                *word |= u64::from(byte) << ((left & 7) << 3);
            }
        })
    }

    /// Packs the bytes into `words`, the first byte lowest.
    pub(super) fn pack(&self, claim: Member, words: &mut [u64]) -> Result<(), Error> {
        let mut at = 0usize;
        self.read(claim, |byte| {
            if let Some(word) = words.get_mut(at / 8) {
                *word |= u64::from(byte) << ((at & 7) << 3);
            }
            at = at.saturating_add(1);
        })
    }
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
