//! Canonical JSON: writes an accepted text without space and without needless escapes.

use super::string::JsonStr;
use crate::error::{Error, Reason};

/// Writes a value of an accepted text, finished or not, and returns the length.
///
/// # Errors
///
/// [`Reason::BufferTooSmall`] with the bytes needed; nothing was written.
pub(crate) fn write(text: &[u8], output: &mut [u8]) -> Result<usize, Error> {
    let mut length = 0usize;
    emit(text, &mut |_| length = length.saturating_add(1));
    let Some(output) = output.get_mut(..length) else {
        return Err(Error::new(Reason::BufferTooSmall).needing(length));
    };
    let mut places = output.iter_mut();
    emit(text, &mut |byte| {
        if let Some(place) = places.next() {
            *place = byte;
        }
    });
    Ok(length)
}

fn emit(text: &[u8], sink: &mut dyn FnMut(u8)) {
    let mut at = 0usize;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' | 0xFE => {
                let Some((string, next)) = JsonStr::at(text, at) else {
                    return;
                };
                emit_string(string, sink);
                at = next;
                continue;
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => sink(*byte),
        }
        at = at.saturating_add(1);
    }
}

/// Escapes only the characters that RFC 8259 section 7 requires, in the short form if the character
/// has one.
fn emit_string(string: JsonStr<'_>, sink: &mut dyn FnMut(u8)) {
    sink(b'"');
    for byte in string.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0A => b'n',
            0x0C => b'f',
            0x0D => b'r',
            0..0x20 => {
                for byte in *b"\\u00" {
                    sink(byte);
                }
                sink(b'0' | byte >> 4);
                sink(hexadecimal(byte & 0x0F));
                continue;
            }
            _ => {
                sink(byte);
                continue;
            }
        };
        sink(b'\\');
        sink(short);
    }
    sink(b'"');
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
    fn a_buffer_that_is_too_small_is_left_alone() {
        let mut output = [7u8; 4];
        let error = write(b"[1, 2]", &mut output).unwrap_err();
        assert_eq!((error.reason(), error.needed()), (Reason::BufferTooSmall, Some(5)));
        assert_eq!(output, [7; 4]);
    }
}
