//! The alphabet of base64url (RFC 4648 section 5).

/// For each byte: the six bits that it encodes as a character, or 0xFF.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "computed by the compiler, which rejects what would panic"
)]
pub(super) const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [0xFF; 256];
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
};
