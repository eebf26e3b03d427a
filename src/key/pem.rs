//! PEM with the lax grammar of RFC 7468 section 3: lines of any length, white space anywhere in the
//! base64, and other text around the blocks.

use super::octets::Octets;
use crate::json::string::{self, JsonStr};
use crate::limits;

/// The text before the label of a block.
const BEGIN: &[u8; 11] = b"-----BEGIN ";
/// The length of the longest known label, in bytes.
const MAX_LABEL_BYTES: usize = 32;

/// The blocks of a text, in order.
pub(super) struct Blocks<'a> {
    rest: string::Bytes<'a>,
}

/// One block.
pub(super) struct Block<'a> {
    pub(super) label: Label,
    /// The bytes between the boundaries. `None` if the body is not base64, or if the labels of the
    /// two boundaries differ.
    pub(super) body: Option<Octets<'a>>,
}

/// The content of a block according to its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// A private key, encrypted or not: RFC 7468 sections 10 and 11, and the formats of OpenSSL and
    /// OpenSSH.
    PrivateKey,
    /// Something else, such as parameters.
    Other,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(text: JsonStr<'a>) -> Self {
        Self { rest: text.bytes() }
    }

    /// Advances to the position after the next `-----BEGIN `.
    fn find_begin(&mut self) -> Option<()> {
        // Each byte is read only once, because a number holds the last 11 bytes.
        let wanted = BEGIN.iter().fold(0, |all, byte| all << 8 | u128::from(*byte));
        let mut last = 0u128;
        while last != wanted {
            last = (last << 8 | u128::from(self.rest.next()?)) & (u128::MAX >> 40);
        }
        Some(())
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        loop {
            self.find_begin()?;
            let mut rest = self.rest.clone();
            let mut label = [0; MAX_LABEL_BYTES];
            // A boundary without a label is ordinary text.
            let Some(label) = read_label(&mut rest, &mut label) else { continue };
            self.rest = rest.clone();
            let body = read_body(&mut rest).filter(|_| ends_with(&mut rest, label));
            if body.is_some() {
                self.rest = rest;
            }
            return Some(Block { label: Label::of(label), body });
        }
    }
}

impl Label {
    fn of(label: &[u8]) -> Self {
        match label {
            b"PUBLIC KEY" | b"RSA PUBLIC KEY" => Self::PublicKey,
            b"CERTIFICATE" | b"X509 CERTIFICATE" => Self::Certificate,
            _ if label.ends_with(b"PRIVATE KEY") => Self::PrivateKey,
            _ => Self::Other,
        }
    }
}

/// Reads a label and the five hyphens after it. `None` if the text is not a label.
fn read_label<'l>(
    rest: &mut string::Bytes<'_>,
    label: &'l mut [u8; MAX_LABEL_BYTES],
) -> Option<&'l [u8]> {
    let mut length = 0usize;
    loop {
        match rest.next()? {
            b'-' => break,
            byte @ b' '..=b'~' => *label.get_mut(length)? = byte,
            _ => return None,
        }
        length = length.saturating_add(1);
    }
    let is_closed = rest.take(4).eq(*b"----");
    label.get(..length).filter(|label| is_closed && !label.is_empty())
}

/// Reads base64 (RFC 4648 section 4) with white space in it, up to the first hyphen or the end.
pub(super) fn read_body<'a>(rest: &mut string::Bytes<'a>) -> Option<Octets<'a>> {
    let text = rest.rest();
    let (mut characters, mut padding) = (0usize, 0usize);
    loop {
        let here = rest.clone();
        match rest.next() {
            Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0C) => {}
            Some(b'=') => padding = padding.saturating_add(1),
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/') if padding == 0 => {
                characters = characters.saturating_add(1);
            }
            Some(b'-') => {
                *rest = here;
                break;
            }
            Some(_) => return None,
            None => break,
        }
    }
    let is_whole = padding <= 2 && characters.saturating_add(padding).is_multiple_of(4);
    let length = limits::decoded_length(characters);
    let octets = Octets::Base64 { text, start: 0, length };
    // Also rejects a last character with non-zero unused bits.
    (is_whole && octets.iter().all(|byte| byte.is_some())).then_some(octets)
}

/// True if the last boundary is next, with the same label (RFC 7468 section 2).
fn ends_with(rest: &mut string::Bytes<'_>, label: &[u8]) -> bool {
    let mut boundary = b"-----END ".iter().chain(label).chain(b"-----");
    boundary.all(|byte| rest.next() == Some(*byte))
}

// Only builds with `pem` decode its base64.
#[cfg(all(test, feature = "pem"))]
mod tests {
    use super::*;

    /// For a text, the labels of its blocks and the bytes of their bodies.
    fn blocks(text: &str) -> Vec<(Label, Option<Vec<u8>>)> {
        let blocks = Blocks::new(JsonStr::plain(text));
        let bytes = |octets: Octets<'_>| octets.iter().collect::<Option<Vec<_>>>().unwrap();
        blocks.map(|block| (block.label, block.body.map(bytes))).collect()
    }

    #[test]
    fn reads_blocks_however_their_lines_are_broken() {
        let whole = vec![(Label::PublicKey, Some(b"foobar!".to_vec()))];
        for body in ["\nZm9vYmFyIQ==\n", "\r\n\r\nZm9v \t\r\n YmFyIQ\r\n==\r\n", "Zm9vYmFyIQ=="] {
            for (before, behind) in [("", ""), ("\u{FEFF}text\n------", "\n\n"), ("\t", "-\ntext")]
            {
                let text = format!(
                    "{before}-----BEGIN PUBLIC KEY-----{body}-----END PUBLIC KEY-----{behind}"
                );
                assert_eq!(blocks(&text), whole, "{text}");
            }
        }
    }

    #[test]
    fn finds_each_block_also_behind_a_broken_one() {
        let broken = "-----BEGIN PUBLIC KEY-----\nZm9v\n-----END CERTIFICATE-----\n";
        let right = "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n";
        let expected = [(Label::PublicKey, None), (Label::Certificate, Some(b"foo".to_vec()))];
        assert_eq!(blocks(&[broken, right].concat()), expected);
        let unclosed = "-----BEGIN EC PRIVATE KEY-----\nZm9v\n";
        assert_eq!(blocks(&[unclosed, right].concat())[0], (Label::PrivateKey, None));
        assert_eq!(blocks(&[unclosed, right].concat()).len(), 2);
        let text = "-----BEGIN no label\n-----BEGIN PUBLIC KEY----\n-----BEGIN ";
        assert_eq!(blocks(&[text, right].concat()), expected[1..]);
    }

    #[test]
    fn rejects_bodies_that_are_not_base64_rfc4648_4() {
        for body in [
            "Zm9vYmFyIQ",
            "Zm9vYmFyIQ=",
            "Zm9vYmFyIQ===",
            "Zm9vYmFyIR==",
            "Zm9=vYmF",
            "Zm9vY",
            "Zm9_",
            "Zm9v\\n",
            "Zm9v\0",
            "Zm9v: x",
            "====",
        ] {
            let text = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
            assert_eq!(blocks(&text), [(Label::PublicKey, None)], "{body}");
        }
    }
}
