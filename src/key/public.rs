//! The public key as bytes, for hardware that verifies in place of this library.

use super::Key;
use crate::error::{Error, Reason};
use crate::signature::{EncodedKey, Material, PointKey};
use crate::words;

impl Key<'_> {
    /// Writes the public key to the beginning of `output`, in the form that PSA Crypto and secure
    /// elements import. Returns the number of bytes written.
    ///
    /// * Elliptic curves: 4, x, y (SEC 1 section 2.3.3): 65, 97 or 133 bytes, most significant
    ///   first. Hardware that takes the coordinates alone skips the first byte.
    /// * Ed25519: the 32 bytes of RFC 8032 section 5.1.5.
    /// * ML-DSA: the encoding of FIPS 204, 1,312 to 2,592 bytes.
    ///
    /// # Errors
    ///
    /// [`Reason::BufferTooSmall`] with the required size in bytes, before anything is written.
    /// [`Reason::KeyUnsupported`] for RSA keys and for secrets.
    pub fn write_public(&self, output: &mut [u8]) -> Result<usize, Error> {
        let unsupported = Error::new(Reason::KeyUnsupported);
        match *self.material() {
            Material::Point(PointKey { kind, x, y, .. }) => {
                let width = kind.width().ok_or(unsupported)?;
                let coordinates = words::big_endian(x, width).chain(words::big_endian(y, width));
                let length = width.saturating_mul(2).saturating_add(1);
                words::write(output, length, core::iter::once(4).chain(coordinates))
            }
            Material::Encoded(EncodedKey { kind, words, .. }) => {
                let width = kind.width().ok_or(unsupported)?;
                words::write(output, width, words::unpack(words, width))
            }
            Material::Rsa(_) | Material::Secret(_) => Err(unsupported),
        }
    }
}
