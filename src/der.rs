//! Recognises DER (X.690) where another encoding is required, so that the error can say so.

/// The content of the sequence, if `bytes` are exactly one sequence.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    let (length, content) = match bytes {
        [0x30, length @ 0..=0x7F, content @ ..] => (usize::from(*length), content),
        [0x30, 0x81, length, content @ ..] => (usize::from(*length), content),
        [0x30, 0x82, high, low, content @ ..] => {
            let length = u16::from_be_bytes([*high, *low]);
            (usize::from(length), content)
        }
        _ => return None,
    };
    (content.len() == length).then_some(content)
}

/// Returns whether the bytes are a sequence of two integers. Most libraries outside JOSE write an
/// ECDSA signature that way (RFC 3279 section 2.2.3).
pub(crate) fn is_signature(bytes: &[u8]) -> bool {
    let rest = sequence(bytes).and_then(after_integer).and_then(after_integer);
    rest.is_some_and(<[u8]>::is_empty)
}

/// The bytes after an integer of less than 128 bytes.
fn after_integer(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0x02, length @ 1..=0x7F, rest @ ..] => rest.get(usize::from(*length)..),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_whole_or_none() {
        assert_eq!(sequence(&[0x30, 2, 5, 0]), Some(&[5, 0][..]));
        assert_eq!(sequence(&[0x30, 0]), Some(&[][..]));
        assert_eq!(sequence(&[&[0x30, 0x81, 128][..], &[7; 128]].concat()), Some(&[7; 128][..]));
        assert_eq!(sequence(&[&[0x30, 0x82, 1, 0][..], &[7; 256]].concat()), Some(&[7; 256][..]));
        for none in [&[][..], &[0x30], &[0x30, 1], &[0x30, 1, 0, 0], &[0x31, 0], &[0x30, 0x80]] {
            assert_eq!(sequence(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_signature_is_two_integers_and_nothing_behind() {
        assert!(is_signature(&[0x30, 6, 2, 1, 1, 2, 1, 1]));
        for none in [
            &[0x30, 3, 2, 1, 1][..],
            &[0x30, 7, 2, 1, 1, 2, 1, 1, 0],
            &[0x30, 6, 2, 1, 1, 2, 2, 1],
            &[0x30, 4, 2, 0, 2, 0],
            &[2, 1, 1],
        ] {
            assert!(!is_signature(none), "{none:?}");
        }
    }
}
