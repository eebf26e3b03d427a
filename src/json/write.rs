//! Canonical JSON: writes an accepted text without space and without needless escapes.

use super::string::JsonStr;
use crate::error::{Error, Reason};

/// Writes a value of an accepted text, finished or not, and returns the length. It is at most that
/// of `text`.
///
/// # Errors
///
/// [`Reason::BufferTooSmall`] with the bytes needed; nothing was written.
pub(crate) fn write(text: &[u8], output: &mut [u8]) -> Result<usize, Error> {
    if output.len() < text.len() {
        let mut needed = 0usize;
        emit(text, &mut |piece| needed = needed.saturating_add(piece.len()));
        if output.len() < needed {
            return Err(Error::new(Reason::BufferTooSmall).needing(needed));
        }
    }
    let mut length = 0usize;
    emit(text, &mut |piece| {
        let places = output.get_mut(length..).unwrap_or_default();
        for (place, byte) in places.iter_mut().zip(piece) {
            *place = *byte;
        }
        length = length.saturating_add(piece.len());
    });
    Ok(length)
}

/// Passes the written text to `sink`, piece by piece. A piece is as long as it can be, because most
/// texts are canonical already.
pub(crate) fn emit(text: &[u8], sink: &mut dyn FnMut(&[u8])) {
    let mut start = 0usize;
    let mut at = 0usize;
    while let Some(byte) = text.get(at) {
        let next = match byte {
            b'"' | 0xFE => {
                let Some((string, next)) = JsonStr::at(text, at) else {
                    return;
                };
                if *byte == b'"' && string.as_bytes().is_some() {
                    // Without escapes, a string is already written as it will be.
                    at = next;
                    continue;
                }
                sink(text.get(start..at).unwrap_or_default());
                emit_string(string, sink);
                next
            }
            b' ' | b'\t' | b'\n' | b'\r' => {
                sink(text.get(start..at).unwrap_or_default());
                at.saturating_add(1)
            }
            _ => {
                at = at.saturating_add(1);
                continue;
            }
        };
        (start, at) = (next, next);
    }
    sink(text.get(start..).unwrap_or_default());
}

/// Escapes only the characters that RFC 8259 section 7 requires, in the short form if the character
/// has one.
pub(crate) fn emit_string(string: JsonStr<'_>, sink: &mut dyn FnMut(&[u8])) {
    sink(b"\"");
    for byte in string.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0A => b'n',
            0x0C => b'f',
            0x0D => b'r',
            0..0x20 => {
                sink(b"\\u00");
                sink(&[b'0' | byte >> 4, hexadecimal(byte & 0x0F)]);
                continue;
            }
            _ => {
                sink(&[byte]);
                continue;
            }
        };
        sink(&[b'\\', short]);
    }
    sink(b"\"");
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        0..10 => b'0' | digit,
        _ => b'a'.wrapping_add(digit.wrapping_sub(10)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::string;
    use super::*;

    #[test]
    fn raw_and_finished_texts_are_written_alike() {
        let raw = br#" { "a\/b" : [ 1.50 , true ] , "c" : "\u0000\u001F\b\t\n\f\r\"\\\u00e9\ud83d\ude00" , "d" : {} } "#;
        let expected = "{\"a/b\":[1.50,true],\"c\":\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\\u{e9}\u{1f600}\",\"d\":{}}";
        let mut finished = *raw;
        string::finish(&mut finished);
        for source in [&raw[..], &finished[..]] {
            let mut output = [0u8; 128];
            let length = write(source, &mut output).unwrap();
            assert_eq!(core::str::from_utf8(&output[..length]), Ok(expected));
        }
    }

    #[test]
    fn writes_into_every_buffer_that_is_long_enough() {
        for source in ["[1 , 2]", "{\"a\":\"b\"}", "\"\\u00e9\\u0001\\n\"", " \"a\" ", "-1.5e3"] {
            let mut finished = source.as_bytes().to_vec();
            string::finish(&mut finished);
            for source in [source.as_bytes(), &finished] {
                let mut output = [7u8; 32];
                let length = write(source, &mut output).unwrap();
                assert!(length <= source.len());
                assert!(output[length..].iter().all(|byte| *byte == 7));
                for size in 0..source.len() + 2 {
                    let mut other = vec![7; size];
                    let written = write(source, &mut other).map_err(|error| error.needed());
                    match size < length {
                        true => assert_eq!(written, Err(Some(length))),
                        false => assert_eq!(written, Ok(length)),
                    }
                    let expected = if size < length { &[7; 32][..size] } else { &output[..size] };
                    assert_eq!(other, expected);
                }
            }
        }
    }

    #[test]
    fn a_buffer_that_is_too_small_is_left_alone() {
        let mut output = [7u8; 4];
        let error = write(b"[1, 2]", &mut output).unwrap_err();
        assert_eq!((error.reason(), error.needed()), (Reason::BufferTooSmall, Some(5)));
        assert_eq!(output, [7; 4]);
    }
}
