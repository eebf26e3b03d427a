//! Numbers, read exactly: integers and points in time, without floating point.

use crate::switches::FAST;

/// A number as written in an accepted text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    text: &'a [u8],
}

/// A number rounded down, and whether it had a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Floor {
    pub(crate) integer: i64,
    pub(crate) fraction: bool,
}

/// A number with a larger decimal exponent does not fit in an `i64`: no text is long enough for the
/// zeros that would cancel the exponent.
const LARGEST_EXPONENT: i32 = 1 << 24;

impl<'a> Number<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text }
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &'a str {
        core::str::from_utf8(self.text).unwrap_or_default()
    }

    /// The number if it is an integer that fits in an `i64`. `1.0` and `1e3` are integers; `1.5` is
    /// not.
    pub fn integer(&self) -> Option<i64> {
        let floor = self.floor()?;
        (!floor.fraction).then_some(floor.integer)
    }

    /// The number rounded down, exact for every fraction and exponent. `None` if it does not fit in
    /// an `i64`.
    pub(crate) fn floor(&self) -> Option<Floor> {
        // Fast path for 64-bit targets: most points in time are plain digits, without sign,
        // fraction or exponent.
        if FAST && let Some(integer) = digits(self.text) {
            return Some(Floor { integer, fraction: false });
        }
        let (negative, digits) = match self.text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, self.text),
        };
        let exponent_at = digits.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (significand, exponent) = match exponent_at {
            Some(at) => (digits.get(..at)?, exponent(digits.get(at..)?)),
            None => (digits, 0),
        };
        let point = significand.iter().position(|byte| *byte == b'.');
        let written = i32::try_from(point.unwrap_or(significand.len())).ok()?;
        // The number of digits before the decimal point, after the exponent has moved the point.
        // May be negative.
        let whole = written.saturating_add(exponent);
        magnitude(significand, whole)?.signed(negative)
    }
}

impl core::fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The integer, if the text is digits only and short enough for an `i64`.
// Only builds for speed call it. Inlined, it made the images of the others larger all the same.
#[inline(never)]
fn digits(text: &[u8]) -> Option<i64> {
    if text.len() > 18 {
        return None;
    }
    let (groups, rest) = text.as_chunks();
    let groups = groups.iter().try_fold(0i64, |value, group| {
        Some(value.wrapping_mul(100_000_000).wrapping_add_unsigned(eight_digits(*group)?))
    })?;
    rest.iter().try_fold(groups, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value.wrapping_mul(10).wrapping_add(digit.into()))
    })
}

/// The number that eight digits write. `None` if a byte is not a digit.
///
/// Each step joins neighbours: digits to pairs, pairs to fours, and fours to the number.
fn eight_digits(text: [u8; 8]) -> Option<u64> {
    const ONES: u64 = u64::MAX / 0xFF;
    let digits = u64::from_le_bytes(text) ^ ONES.wrapping_mul(0x30);
    let others = digits | digits.wrapping_add(ONES.wrapping_mul(6));
    if others & ONES.wrapping_mul(0xF0) != 0 {
        return None;
    }
    let join =
        |parts: u64, weight: u64, width: u32| parts.wrapping_mul(weight << width | 1) >> width;
    let pairs = join(digits, 10, 8) & 0x00FF_00FF_00FF_00FF;
    let fours = join(pairs, 100, 16) & 0x0000_FFFF_0000_FFFF;
    Some(join(fours, 10_000, 32))
}

/// Reads `e`, an optional sign and digits. Saturates at [`LARGEST_EXPONENT`].
fn exponent(text: &[u8]) -> i32 {
    let mut value = 0i32;
    for byte in text {
        if byte.is_ascii_digit() {
            // At most ten times `LARGEST_EXPONENT` plus nine, so the sum cannot wrap.
            value = value.wrapping_mul(10).wrapping_add(i32::from(byte & 0x0F));
            value = value.min(LARGEST_EXPONENT);
        }
    }
    if text.get(1) == Some(&b'-') { value.wrapping_neg() } else { value }
}

struct Magnitude {
    integer: u64,
    fraction: bool,
}

impl Magnitude {
    fn signed(self, negative: bool) -> Option<Floor> {
        let fraction = self.fraction;
        let integer = if negative {
            // Rounding down moves a negative number with a fraction away from zero.
            let distance = self.integer.checked_add(u64::from(fraction))?;
            0i64.checked_sub_unsigned(distance)?
        } else {
            i64::try_from(self.integer).ok()?
        };
        Some(Floor { integer, fraction })
    }
}

/// Appends a digit to a number. `None` if the result does not fit in a `u64`. Not inlined, because
/// 64-bit arithmetic is long code on 32-bit targets.
#[cfg_attr(small, inline(never))]
fn appended(integer: u64, digit: u64) -> Option<u64> {
    integer.checked_mul(10)?.checked_add(digit)
}

/// Reads the first `whole` digits as an integer, padded with zeros if there are fewer, and notes
/// whether a later digit is not zero. `None` if the integer does not fit in a `u64`.
fn magnitude(significand: &[u8], whole: i32) -> Option<Magnitude> {
    let mut left = whole;
    let mut integer = 0u64;
    let mut fraction = false;
    for byte in significand.iter().filter(|byte| **byte != b'.') {
        let digit = u64::from(byte & 0x0F);
        if left > 0 {
            integer = appended(integer, digit)?;
        } else {
            fraction |= digit != 0;
        }
        left = left.saturating_sub(1);
    }
    while left > 0 && integer != 0 {
        integer = appended(integer, 0)?;
        left = left.saturating_sub(1);
    }
    Some(Magnitude { integer, fraction })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(text: &str) -> Option<(i64, bool)> {
        let floor = Number::new(text.as_bytes()).floor()?;
        Some((floor.integer, floor.fraction))
    }

    #[test]
    fn integers_are_exact_to_the_ends_of_their_range() {
        assert_eq!(floor("0"), Some((0, false)));
        assert_eq!(floor("-0"), Some((0, false)));
        assert_eq!(floor("9223372036854775807"), Some((i64::MAX, false)));
        assert_eq!(floor("-9223372036854775808"), Some((i64::MIN, false)));
        assert_eq!(floor("9223372036854775808"), None);
        assert_eq!(floor("-9223372036854775809"), None);
        assert_eq!(floor("100000000000000000000"), None);
    }

    #[test]
    fn reads_digits_of_every_length_as_the_standard_library_does() {
        for length in 1..=20usize {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text: Vec<u8> = (1..=length).map(|at| b"8097531264"[at % 10]).collect();
                    text[place] = byte;
                    let read = digits(&text);
                    let is_digits = length <= 18 && text.iter().all(u8::is_ascii_digit);
                    let text = String::from_utf8_lossy(&text);
                    assert_eq!(read, is_digits.then(|| text.parse().unwrap()), "{text}");
                }
            }
        }
    }

    #[test]
    fn fractions_and_exponents_are_exact_without_floating_point() {
        assert_eq!(floor("1.5"), Some((1, true)));
        assert_eq!(floor("-1.5"), Some((-2, true)));
        assert_eq!(floor("-1.0"), Some((-1, false)));
        assert_eq!(floor("1.5e1"), Some((15, false)));
        assert_eq!(floor("15e-1"), Some((1, true)));
        assert_eq!(floor("1500e-2"), Some((15, false)));
        assert_eq!(floor("1e18"), Some((1_000_000_000_000_000_000, false)));
        assert_eq!(floor("0.000001e9"), Some((1000, false)));
        assert_eq!(floor("9223372036854775807.999"), Some((i64::MAX, true)));
        assert_eq!(floor("-9223372036854775808.1"), None);
        assert_eq!(floor("9007199254740993"), Some((9_007_199_254_740_993, false)));
    }

    #[test]
    fn monstrous_exponents_neither_hang_nor_wrap() {
        assert_eq!(floor("1e19"), None);
        assert_eq!(floor("1e999999999999999999999999999999"), None);
        assert_eq!(floor("-1E+99999"), None);
        assert_eq!(floor("0e999999999999999999999999999999"), Some((0, false)));
        assert_eq!(floor("1e-999999999999999999999999999999"), Some((0, true)));
        assert_eq!(floor("-1e-99999"), Some((-1, true)));
        assert_eq!(floor("0.0e-5"), Some((0, false)));
    }

    #[test]
    fn only_what_has_no_fraction_is_an_integer() {
        assert_eq!(Number::new(b"1e3").integer(), Some(1000));
        assert_eq!(Number::new(b"10.0").integer(), Some(10));
        assert_eq!(Number::new(b"10.01").integer(), None);
    }
}
