//! Images of key tables that come over a network, with a signature by a root key.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::keys::{one_algorithm, region, view, words_of};
use super::layout::{keycard_bytes, keycard_detail, keycard_keys, keycard_status};
use super::raw::{self, Reader, Region};
use super::status::{conclude, status_of};
use crate::key::image::ImageRules;
use crate::key::table::Keys;
use core::ptr;

/// Reads a key table from an image that a root key signed, for example one that came over the air.
/// Neither digest nor authenticated storage is needed then. The image is used in place.
///
/// The signature covers the bytes of the image. keycard keys build --out keys.bin writes them: sign
/// that file, and convert the signature to the form of JWS. Use the root key for nothing else.
///
/// To reject old images, keep the version of the newest one where an attacker cannot lower it: see
/// keycard_keys_version. Pass it as min_version. Install an image only if its version is larger.
///
/// Returns: KEYCARD_OK
///          KEYCARD_SIGNATURE_INVALID, KEYCARD_SIGNATURE_LENGTH or KEYCARD_SIGNATURE_IS_DER
///          KEYCARD_KEY_NOT_FOUND if no root key may verify the algorithm
///          KEYCARD_UNSUPPORTED_POLICY if algorithm is not one algorithm
///          KEYCARD_IMAGE_OUTDATED if the image has a smaller version
///          another status of keycard_keys_from_image
/// In:      root, the keys that may sign images, for example from an image in the firmware itself
///          algorithm, of the signature, one bit: KEYCARD_ES256 or another
///          image, aligned to 8 bytes; its length is a multiple of 8
///          signature, in the form of JWS (RFC 7518 section 3)
///          min_version, the smallest version to accept
/// Out:     keys, the table, which is read-only; NULL on failure
///          detail, may be NULL
/// Lifetime: keys is valid as long as the image is there unchanged; nothing points into root or
///            signature after the call
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_from_signed_image(
    root: *const keycard_keys,
    algorithm: u32,
    image: keycard_bytes,
    signature: keycard_bytes,
    min_version: u64,
    keys: *mut *const keycard_keys,
    detail: *mut keycard_detail,
) -> keycard_status {
    let opened = (|| {
        let written = [Region::one(keys), Region::detail(detail)];
        let reader = Reader::new(&written, &[region(root), image.region(), signature.region()])?;
        // SAFETY: by the header, the root keys may be read.
        let root = unsafe { view(reader, root) }?;
        let algorithm = one_algorithm(algorithm)?;
        // SAFETY: by the header, the signature may be read.
        let signature = unsafe { signature.read(reader) }?;
        // SAFETY: by the header, the image may be read.
        let words = unsafe { words_of(reader, image) }?;
        // SAFETY: as above.
        let bytes = unsafe { image.read(reader) }?;
        root.verify(algorithm, bytes, signature)?;
        let rules = ImageRules::storage_is_authenticated().require_min_version(min_version);
        Keys::from_image(words, &rules)?;
        Ok(image.data.cast())
    })();
    // SAFETY: by the header, keys may be written.
    let delivered = unsafe { raw::deliver(opened, keys, ptr::null()) };
    // SAFETY: by the header, the detail may be written.
    unsafe { conclude(delivered, detail) }
}

/// Gives the version with which an image was sealed.
///
/// Returns: KEYCARD_OK
///          KEYCARD_NOT_A_KEY_TABLE
/// In:      keys, an image or a table
/// Out:     version, 0 for a table that was never sealed, and on failure
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn keycard_keys_version(
    keys: *const keycard_keys,
    version: *mut u64,
) -> keycard_status {
    let read = (|| {
        let written = [Region::one(version)];
        let reader = Reader::new(&written, &[region(keys)])?;
        // SAFETY: by the header, the table is one, or its first words reject it.
        Ok(unsafe { view(reader, keys) }?.version())
    })();
    // SAFETY: by the header, the version may be written.
    status_of(&unsafe { raw::deliver(read, version, 0) })
}
