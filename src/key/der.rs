//! Reads DER (X.690 section 10) from bytes that may still be encoded in base64, without a copy and
//! without recursion.

use super::octets::{OctetIterator, Octets};

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// The context-specific, constructed tag with this number.
pub(super) const fn context(number: u8) -> u8 {
    0xA0 | number
}

/// A sequence of elements, or the content of one element.
#[derive(Clone)]
pub(super) struct Der<'a> {
    /// All bytes. `at` is the index of the next one, and `left` is the number of bytes that remain
    /// in this sequence.
    all: Octets<'a>,
    rest: OctetIterator<'a>,
    at: usize,
    left: usize,
}

impl<'a> Der<'a> {
    pub(super) fn new(octets: Octets<'a>) -> Self {
        Self { all: octets, rest: octets.iter(), at: 0, left: octets.length() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The bytes that were not read yet.
    pub(super) fn octets(&self) -> Option<Octets<'a>> {
        self.all.part(self.at, self.left)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        self.at = self.at.checked_add(1)?;
        self.rest.next().flatten()
    }

    /// The tag of the next element.
    pub(super) fn tag(&self) -> Option<u8> {
        self.clone().byte()
    }

    /// The content of the next element, which must have this tag. `None` also for a length that is
    /// indefinite, not in its shortest form, longer than two bytes, or larger than the remaining
    /// bytes.
    pub(super) fn element(&mut self, tag: u8) -> Option<Self> {
        if self.byte()? != tag {
            return None;
        }
        let length = match self.byte()? {
            length @ 0..=0x7F => usize::from(length),
            0x81 => usize::from(self.byte().filter(|length| *length >= 0x80)?),
            0x82 => {
                let length = u16::from_be_bytes([self.byte()?, self.byte()?]);
                usize::from(Some(length).filter(|length| *length >= 0x100)?)
            }
            _ => return None,
        };
        let left = self.left.checked_sub(length)?;
        let content = Self { left: length, ..self.clone() };
        if let Some(skipped) = length.checked_sub(1) {
            self.rest.nth(skipped).flatten()?;
        }
        self.at = self.at.checked_add(length)?;
        self.left = left;
        Some(content)
    }

    /// Like [`element`](Self::element), for an optional element. `Some(None)` if the next element
    /// has another tag or nothing is left.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Option<Self>> {
        if self.tag() == Some(tag) { self.element(tag).map(Some) } else { Some(None) }
    }

    /// Like [`element`](Self::element), for an element after which nothing follows.
    pub(super) fn only(mut self, tag: u8) -> Option<Self> {
        let content = self.element(tag)?;
        self.is_empty().then_some(content)
    }

    /// True if the remaining bytes are these.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        let rest = self.rest.clone().take(self.left);
        self.left == bytes.len() && rest.eq(bytes.iter().map(|byte| Some(*byte)))
    }

    /// The bytes of a positive integer, without a leading zero byte (X.690 section 8.3).
    pub(super) fn positive(mut self) -> Option<Octets<'a>> {
        let whole = self.octets()?;
        match (self.byte()?, self.tag()) {
            (0, Some(0x80..)) => self.octets(),
            (1..0x80, _) => Some(whole),
            _ => None,
        }
    }

    /// The content of a bit string of whole bytes (X.690 section 8.6).
    pub(super) fn whole_bytes(mut self) -> Option<Self> {
        (self.byte()? == 0).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(bytes: &[u8]) -> Der<'_> {
        Der::new(Octets::Plain(bytes))
    }

    #[test]
    fn accepts_one_length_for_each_content_x690_10_1() {
        let long = |head: &[u8], length: usize| [head, &vec![7; length]].concat();
        assert!(der(&[0x30, 2, 5, 0]).only(SEQUENCE).unwrap().is(&[5, 0]));
        assert!(der(&[0x30, 0]).only(SEQUENCE).unwrap().is_empty());
        let middle = long(&[0x30, 0x81, 128], 128);
        assert!(der(&middle).only(SEQUENCE).unwrap().is(&[7; 128]));
        let large = long(&[0x30, 0x82, 1, 0], 256);
        assert!(der(&large).only(SEQUENCE).unwrap().is(&[7; 256]));
        for wrong in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 1, 0, 0],
            &[0x31, 0],
            &[0x30, 0x80],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x81, 1, 0],
            &[0x30, 0x81],
            &[0x30, 0x82, 0],
            &long(&[0x30, 0x82, 0, 255], 255),
            &long(&[0x30, 0x81, 127], 127),
            &long(&[0x30, 0x83, 0, 1, 0], 256),
            &large[..large.len() - 1],
        ] {
            assert!(der(wrong).only(SEQUENCE).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn rejects_integers_that_are_not_positive_or_padded_x690_8_3() {
        for (bytes, expected) in [
            (&[1][..], Some(&[1][..])),
            (&[0x7F, 0xFF], Some(&[0x7F, 0xFF])),
            (&[0, 0x80], Some(&[0x80])),
            (&[], None),
            (&[0], None),
            (&[0, 0x7F], None),
            (&[0, 0, 0x80], None),
            (&[0x80], None),
            (&[0xFF, 1], None),
        ] {
            let found = der(bytes).positive().map(|it| it.iter().flatten().collect::<Vec<_>>());
            assert_eq!(found.as_deref(), expected, "{bytes:?}");
        }
    }
}
