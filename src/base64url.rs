//! Strict base64url (RFC 4648 section 5, RFC 7515 section 2): no padding, no other characters, no
//! line breaks, and exactly one encoding of any bytes.
//!
//! Two decoders accept the same texts. They differ in what their timing may reveal.
//!
//! - [`decode`] is for input that may be secret. It computes each value by arithmetic on the
//!   character, without a table or a branch. (The `base64ct` crate works the same way and is the
//!   oracle of the tests, but it leaves a panic in images built for size.)
//! - [`decode_public`] is for tokens, which are not secret for the client that sent them. It looks
//!   up each character in a table. 32-bit targets use a table of 256 bytes. Other targets use four
//!   tables of 1 KB, one for each position in a group, which is 1.6 times as fast.

mod alphabet;
#[cfg(lanes)]
mod back_end;

use crate::error::{Error, Reason};
use crate::limits;
use crate::switches::SMALL;

/// Decodes the whole of `input` into the beginning of `output` and returns the number of bytes
/// written. The time depends only on the length. For tests, fuzzers and tools;
/// [`validate`](crate::validate()) decodes the parts of a token.
///
/// # Errors
///
/// The content of `output` is unspecified after an error.
///
/// - [`Reason::BufferTooSmall`] with the bytes needed.
/// - [`Reason::Base64Padding`], [`Reason::Base64Character`] and [`Reason::Base64TrailingBits`] with
///   the offset of the character.
/// - [`Reason::Base64Length`].
pub fn decode(input: &[u8], output: &mut [u8]) -> Result<usize, Error> {
    decode_by(|input, output| decode_groups(decode_group, input, output), input, output)
}

/// Like [`decode`], for input that is not secret. The time may depend on the input.
///
/// # Errors
///
/// As for [`decode`].
pub fn decode_public(input: &[u8], output: &mut [u8]) -> Result<usize, Error> {
    #[cfg(lanes)]
    if let Some(back_end) = back_end::BackEnd::fastest() {
        return decode_by(|input, output| back_end.decode_groups(input, output), input, output);
    }
    match SMALL {
        true => decode_by(narrow::decode_groups, input, output),
        false => decode_by(wide::decode_groups, input, output),
    }
}

/// Decodes with `decode_groups`, which fills its output and returns non-zero if the input is
/// invalid.
fn decode_by(
    decode_groups: impl Fn(&[u8], &mut [u8]) -> u8,
    input: &[u8],
    output: &mut [u8],
) -> Result<usize, Error> {
    let length = limits::decoded_length(input.len());
    let Some(output) = output.get_mut(..length) else {
        return Err(Error::new(Reason::BufferTooSmall).needing(length));
    };
    if decode_groups(input, output) == 0 { Ok(length) } else { Err(what_is_wrong(input)) }
}

/// Decodes groups of four characters, and the incomplete group at the end. `decode_group` returns
/// non-zero if a character is invalid. This function returns non-zero if `decode_group` does, if a
/// single character is left at the end, or if bits after the last byte are not zero.
fn decode_groups(
    decode_group: impl Fn(&[u8; 4]) -> ([u8; 3], u8),
    input: &[u8],
    output: &mut [u8],
) -> u8 {
    let (groups, last) = input.as_chunks();
    let (places, rest) = output.as_chunks_mut();
    let mut faults = u8::from(input.len() % 4 == 1);
    for (group, place) in groups.iter().zip(places) {
        let (bytes, fault) = decode_group(group);
        faults |= fault;
        *place = bytes;
    }
    if last.is_empty() {
        return faults;
    }
    // The incomplete group, filled up with zeros.
    let mut group = [b'A'; 4];
    for (place, character) in group.iter_mut().zip(last) {
        *place = *character;
    }
    let (bytes, fault) = decode_group(&group);
    faults |= fault;
    let mut bytes = bytes.iter();
    for (place, byte) in rest.iter_mut().zip(&mut bytes) {
        *place = *byte;
    }
    // Bits after the last whole byte must be zero.
    bytes.fold(faults, |bits, byte| bits | byte)
}

/// The three bytes that four characters encode, and non-zero if a character is invalid.
fn decode_group(group: &[u8; 4]) -> ([u8; 3], u8) {
    let mut bits = 0;
    let mut faults = 0;
    for character in group {
        let (value, fault) = value_of(*character);
        bits = bits << 6 | value;
        faults |= fault;
    }
    let [fault, bytes @ ..] = (faults << 24 | bits).to_be_bytes();
    (bytes, fault)
}

/// Decodes public input with the constant-time code, which is smaller and slower than the tables.
mod narrow {
    use super::value_of;

    pub(super) fn decode_groups(input: &[u8], output: &mut [u8]) -> u8 {
        super::decode_groups(decode_group, input, output)
    }

    // Not inlined, so that the image holds it only once.
    #[inline(never)]
    fn decode_group(group: &[u8; 4]) -> ([u8; 3], u8) {
        let (mut bits, mut faults) = (0, 0);
        for character in group {
            let (value, fault) = value_of(*character);
            faults |= fault;
            bits = bits << 6 | value;
        }
        let [_, bytes @ ..] = bits.to_be_bytes();
        let [fault, ..] = faults.to_le_bytes();
        (bytes, fault)
    }
}

/// Decodes public input with a table for each position in a group, which is larger and faster.
mod wide {
    use super::alphabet::VALUES;

    /// The bits of each character at their position in a group of four, the first byte lowest. The
    /// highest byte is non-zero for an invalid character.
    static TABLES: [[u32; 256]; 4] = [table(18), table(12), table(6), table(0)];

    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::arithmetic_side_effects,
        reason = "computed by the compiler, which rejects what would panic"
    )]
    const fn table(shift: u32) -> [u32; 256] {
        let mut table = [0xFF00_0000; 256];
        let mut character = 0;
        while character < table.len() {
            if VALUES[character] != 0xFF {
                table[character] = ((VALUES[character] as u32) << shift).swap_bytes() >> 8;
            }
            character += 1;
        }
        table
    }

    /// Decodes sixteen characters at a time, then four.
    pub(super) fn decode_groups(input: &[u8], output: &mut [u8]) -> u8 {
        let (groups, last) = input.as_chunks();
        let (places, rest) = output.as_chunks_mut();
        let mut faults = super::decode_groups(decode_group, last, rest);
        for (group, place) in groups.iter().zip(places) {
            let (bytes, fault) = decode_four_groups(group);
            faults |= fault;
            *place = bytes;
        }
        faults
    }

    fn decode_group(group: &[u8; 4]) -> ([u8; 3], u8) {
        let [c0, c1, c2, c3] = *group;
        let [bytes @ .., fault] = bits(c0, c1, c2, c3).to_le_bytes();
        (bytes, fault)
    }

    fn decode_four_groups(group: &[u8; 16]) -> ([u8; 12], u8) {
        let [c0, c1, c2, c3, c4, c5, c6, c7, rest @ ..] = *group;
        let [c8, c9, c10, c11, c12, c13, c14, c15] = rest;
        let (first, second) = (bits(c0, c1, c2, c3), bits(c4, c5, c6, c7));
        let (third, fourth) = (bits(c8, c9, c10, c11), bits(c12, c13, c14, c15));
        let [.., fault] = (first | second | third | fourth).to_le_bytes();
        let whole = u128::from(first)
            | u128::from(second) << 24
            | u128::from(third) << 48
            | u128::from(fourth) << 72;
        let [bytes @ .., _, _, _, _] = whole.to_le_bytes();
        (bytes, fault)
    }

    fn bits(c0: u8, c1: u8, c2: u8, c3: u8) -> u32 {
        let [t0, t1, t2, t3] = &TABLES;
        let at = |table: &[u32; 256], character: u8| {
            table.get(usize::from(character)).copied().unwrap_or(u32::MAX)
        };
        at(t0, c0) | at(t1, c1) | at(t2, c2) | at(t3, c3)
    }
}

/// The six bits that a character encodes, and whether it is invalid (1) or valid (0).
fn value_of(character: u8) -> (u32, u32) {
    let character = u32::from(character);
    let upper = within(character, b'A', b'Z');
    let lower = within(character, b'a', b'z');
    let digit = within(character, b'0', b'9');
    let minus = within(character, b'-', b'-');
    let low_line = within(character, b'_', b'_');
    let value = all_ones(upper) & character.wrapping_sub(65)
        | all_ones(lower) & character.wrapping_sub(71)
        | all_ones(digit) & character.wrapping_add(4)
        | all_ones(minus) & 62
        | all_ones(low_line) & 63;
    (value, 1 ^ (upper | lower | digit | minus | low_line))
}

/// 0 if the character is in the alphabet, else 1.
pub(crate) fn is_foreign(character: u8) -> u32 {
    value_of(character).1
}

/// The character that encodes six bits.
fn character_of(value: u32) -> u8 {
    let step = |from: u32, by: u32| all_ones(is_less(from.wrapping_sub(1), value)) & by;
    // The distance from `A`, corrected at each gap of the alphabet: before `a`, `0`, `-` and `_`.
    let character = value
        .wrapping_add(65)
        .wrapping_add(step(26, 6))
        .wrapping_sub(step(52, 75))
        .wrapping_sub(step(62, 13))
        .wrapping_add(step(63, 49));
    let [character, ..] = character.to_le_bytes();
    character
}

/// 1 if `character` lies from `first` to `last`, else 0.
pub(crate) fn within(character: u32, first: u8, last: u8) -> u32 {
    let first = u32::from(first);
    let last = u32::from(last);
    is_less(first.wrapping_sub(1), character) & is_less(character, last.wrapping_add(1))
}

/// 1 if `left` is less than `right`, else 0, for numbers that differ by less than 2^31.
fn is_less(left: u32, right: u32) -> u32 {
    left.wrapping_sub(right) >> 31
}

/// All bits set for 1, no bit set for 0.
fn all_ones(bit: u32) -> u32 {
    bit.wrapping_neg()
}

/// Encodes 32 bytes.
pub(crate) fn encode(bytes: &[u8; 32]) -> [u8; 43] {
    let mut text = [0; 43];
    let (places, last_place) = text.as_chunks_mut::<4>();
    let (groups, last_group) = bytes.as_chunks::<3>();
    for (group, place) in groups.iter().zip(places) {
        *place = encode_group(*group);
    }
    if let ([first, second], [p0, p1, p2]) = (last_group, last_place) {
        [*p0, *p1, *p2, _] = encode_group([*first, *second, 0]);
    }
    text
}

/// Encodes three bytes.
pub(crate) fn encode_group([first, second, third]: [u8; 3]) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, first, second, third]);
    [bits >> 18, bits >> 12, bits >> 6, bits].map(|bits| character_of(bits & 0x3F))
}

/// Finds the error after the decoder rejected the input. This second pass is not constant time. It
/// reads only rejected input, so a valid secret is never read in this way.
fn what_is_wrong(input: &[u8]) -> Error {
    for (offset, character) in input.iter().enumerate() {
        match character {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'=' => return Error::new(Reason::Base64Padding).at_offset(offset),
            _ => return Error::new(Reason::Base64Character).at_offset(offset),
        }
    }
    if input.len() % 4 == 1 {
        return Error::new(Reason::Base64Length).at_offset(input.len());
    }
    Error::new(Reason::Base64TrailingBits).at_offset(input.len().saturating_sub(1))
}

/// Decodes characters that come one by one, such as those of a JSON string, in groups of four.
/// Yields the bytes. After an error it yields nothing more.
#[derive(Clone)]
pub(crate) struct Bytes<I> {
    characters: I,
    group: [u8; 3],
    ready: usize,
    taken: usize,
    last: bool,
}

impl<I: Iterator<Item = u8>> Bytes<I> {
    pub(crate) fn new(characters: I) -> Self {
        Self { characters, group: [0; 3], ready: 0, taken: 0, last: false }
    }

    fn next_group(&mut self) -> Result<(), Error> {
        let mut characters = [0u8; 4];
        let mut count = 0usize;
        for (place, character) in characters.iter_mut().zip(self.characters.by_ref()) {
            *place = character;
            count = count.saturating_add(1);
        }
        self.last = count < 4;
        self.taken = 0;
        self.ready = match characters.get(..count) {
            Some(characters) => decode(characters, &mut self.group)?,
            None => 0,
        };
        Ok(())
    }
}

impl<I: Iterator<Item = u8>> Iterator for Bytes<I> {
    type Item = Result<u8, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.taken >= self.ready {
            if self.last {
                return None;
            }
            if let Err(error) = self.next_group() {
                self.last = true;
                self.ready = 0;
                return Some(Err(error));
            }
            if self.ready == 0 {
                return None;
            }
        }
        let byte = self.group.get(self.taken).copied()?;
        self.taken = self.taken.saturating_add(1);
        Some(Ok(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};

    fn rejection(input: &str) -> (Reason, Option<usize>) {
        let error = decode(input.as_bytes(), &mut [0; 64]).unwrap_err();
        (error.reason(), error.offset())
    }

    #[test]
    fn bytes_of_every_remainder_come_back() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("AA", b"\0"),
            ("_-8", b"\xff\xef"),
            ("Zm9v", b"foo"),
            ("Zm9vYg", b"foob"),
        ] {
            let mut output = [0; 16];
            let length = decode(text.as_bytes(), &mut output).unwrap();
            assert_eq!(output.get(..length), Some(bytes), "{text}");
            let streamed: Result<Vec<u8>, Error> = Bytes::new(text.bytes()).collect();
            assert_eq!(streamed.unwrap(), bytes, "{text}");
        }
    }

    #[test]
    fn every_pair_of_characters_decodes_as_the_oracle_says() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                for text in [
                    &[first, second][..],
                    &[b'x', first, second],
                    &[first, b'-', b'_', second],
                    &[b'0', first, second, b'9'],
                ] {
                    let mut output = [0; 3];
                    let decoded = decode(text, &mut output).map(|length| &output[..length]);
                    let mut expected = [0; 3];
                    let expected = Base64UrlUnpadded::decode(text, &mut expected).ok();
                    assert_eq!(decoded.ok(), expected, "{text:?}");
                    assert_eq!(decoded_publicly(text).as_deref(), expected, "{text:?}");
                }
            }
        }
    }

    /// The result of the decoders of public input. Asserts that both agree.
    fn decoded_publicly(text: &[u8]) -> Option<Vec<u8>> {
        let mut outputs = [[0; 512]; 2];
        let [narrow, wide] = &mut outputs;
        let first = decode_by(narrow::decode_groups, text, narrow).map(|end| &narrow[..end]);
        let second = decode_by(wide::decode_groups, text, wide).map(|end| &wide[..end]);
        assert_eq!(first, second, "{text:?}");
        first.ok().map(<[u8]>::to_vec)
    }

    #[test]
    fn decodes_every_length_and_byte_as_the_oracle_does() {
        for length in 0..=44 {
            let mut text: Vec<u8> = (0..length).map(|at| character_of(at * 29 % 64)).collect();
            let places = text.len();
            for place in 0..places.max(1) {
                let before = text.get(place).copied();
                for byte in 0..=u8::MAX {
                    if let Some(character) = text.get_mut(place) {
                        *character = byte;
                    }
                    let mut expected = [0; 512];
                    let expected = Base64UrlUnpadded::decode(&text, &mut expected).ok();
                    assert_eq!(decoded_publicly(&text).as_deref(), expected, "{text:?}");
                }
                if let (Some(character), Some(before)) = (text.get_mut(place), before) {
                    *character = before;
                }
            }
        }
    }

    #[test]
    fn rejects_two_wrong_characters_in_any_two_places() {
        for first in 0..32 {
            for second in 0..first {
                let mut text = [b'A'; 32];
                (text[first], text[second]) = (b'!', b'!');
                assert_eq!(decoded_publicly(&text), None, "{first} {second}");
                assert!(decode_public(&text, &mut [0; 24]).is_err(), "{first} {second}");
                assert!(decode(&text, &mut [0; 24]).is_err(), "{first} {second}");
            }
        }
    }

    #[test]
    fn every_group_of_bytes_encodes_as_the_oracle_says() {
        for value in 0..64u32 {
            let character = character_of(value);
            assert_eq!(value_of(character), (value, 0));
        }
        for seed in 0..=u8::MAX {
            let bytes = core::array::from_fn(|at| {
                let at = u8::try_from(at).unwrap();
                seed.wrapping_mul(37).wrapping_add(at.wrapping_mul(91))
            });
            let expected = Base64UrlUnpadded::encode_string(&bytes);
            assert_eq!(encode(&bytes), expected.as_bytes());
        }
    }

    #[test]
    fn anything_but_the_one_spelling_is_rejected_by_name_and_place() {
        assert_eq!(rejection("Zg=="), (Reason::Base64Padding, Some(2)));
        assert_eq!(rejection("Zm9v="), (Reason::Base64Padding, Some(4)));
        assert_eq!(rejection("Zm+v"), (Reason::Base64Character, Some(2)));
        assert_eq!(rejection("Zm9v\n"), (Reason::Base64Character, Some(4)));
        assert_eq!(rejection(" Zm9v"), (Reason::Base64Character, Some(0)));
        assert_eq!(rejection("Zm9vY"), (Reason::Base64Length, Some(5)));
        assert_eq!(rejection("Zh"), (Reason::Base64TrailingBits, Some(1)));
        assert_eq!(rejection("Zm9vYmF"), (Reason::Base64TrailingBits, Some(6)));
        for text in ["Zh", "Zm9v=", "Zm9vY", "Zm9v\n", "Zm9vYmF"] {
            assert!(Bytes::new(text.bytes()).any(|byte| byte.is_err()), "{text}");
        }
    }

    #[test]
    fn an_output_that_is_too_small_says_how_much_is_needed() {
        let error = decode(b"Zm9vYg", &mut [0; 3]).unwrap_err();
        assert_eq!(error.reason(), Reason::BufferTooSmall);
        assert_eq!(error.needed(), Some(4));
    }
}
