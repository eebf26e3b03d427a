//! Numbers as decimal digits, for people.

/// Writes the decimal digits of a number.
pub(super) fn write_number(number: u64, write: &mut dyn FnMut(&str)) {
    let mut digits = [0; 20];
    let mut rest = number;
    let mut length = 0usize;
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        length = length.wrapping_add(1);
        if rest == 0 {
            break;
        }
    }
    let begin = digits.len().wrapping_sub(length);
    write(core::str::from_utf8(digits.get(begin..).unwrap_or_default()).unwrap_or_default());
}
