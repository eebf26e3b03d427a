//! Bytes and buffers by address and length.

#![expect(unsafe_code, reason = "symbols of the C ABI, and the caller's pointers")]

use super::layout::{keycard_buffer, keycard_bytes};
use super::raw::{self, Reader, Region};
use crate::error::{Error, Reason};
use core::ffi::c_char;
use core::ptr;

/// Makes bytes of a string that ends in a NUL, without the NUL. For a literal use KEYCARD_BYTES.
///
/// Returns: the bytes; for NULL, bytes that each call rejects as KEYCARD_NULL_POINTER, so that a
///            setting that is missing never removes a check
/// In:      string, ends in a NUL; may be NULL
/// Lifetime: the bytes are valid as long as string
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_string(string: *const c_char) -> keycard_bytes {
    let mut length = usize::from(string.is_null());
    // A volatile read, because otherwise the compiler writes a call of strlen.
    // SAFETY: by the header, the string may be read up to its NUL.
    while !string.is_null() && unsafe { string.wrapping_add(length).read_volatile() } != 0 {
        length = length.wrapping_add(1);
    }
    keycard_bytes { data: string.cast(), length }
}

/// Absent bytes.
pub(super) const ABSENT: keycard_bytes = keycard_bytes { data: ptr::null(), length: 0 };

impl keycard_bytes {
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr().cast(), length: bytes.len() }
    }

    pub(super) const fn of_static(text: &'static str) -> Self {
        Self::of(text.as_bytes())
    }

    /// True if the bytes are absent. A NULL address with a length is not absent: that would skip a
    /// check.
    pub(super) fn is_absent(self) -> bool {
        self.data.is_null() && self.length == 0
    }

    /// The memory of the bytes.
    pub(super) fn region(self) -> Region {
        Region::of(self.data.cast::<u8>(), self.length)
    }

    /// The bytes. Absent bytes are empty.
    ///
    /// # Safety
    ///
    /// If `data` is not NULL, the bytes may be read there as long as the result lives.
    pub(super) unsafe fn read<'a>(self, reader: Reader<'_>) -> Result<&'a [u8], Error> {
        // SAFETY: the caller's promise; bytes need no alignment.
        unsafe { reader.elements(self.data.cast(), self.length) }
    }

    /// The bytes, or `None` if they are absent.
    ///
    /// # Safety
    ///
    /// As for [`read`](Self::read).
    pub(super) unsafe fn read_given<'a>(
        self,
        reader: Reader<'_>,
    ) -> Result<Option<&'a [u8]>, Error> {
        if self.is_absent() {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { self.read(reader) }.map(Some)
    }

    /// The bytes as a text, or `None` if they are absent.
    ///
    /// # Safety
    ///
    /// As for [`read`](Self::read).
    pub(super) unsafe fn read_text<'a>(self, reader: Reader<'_>) -> Result<Option<&'a str>, Error> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { self.read_given(reader) }?;
        let text = bytes.map(core::str::from_utf8).transpose();
        text.map_err(|_| Error::new(Reason::NotText))
    }
}

impl keycard_buffer {
    /// The memory of the buffer.
    pub(super) fn region(self) -> Region {
        Region::of(self.data.cast::<u8>(), self.size)
    }

    /// Zeroes the first bytes of the buffer, which may be uninitialised, and returns them for
    /// writing: `length` bytes, or all if there are fewer.
    ///
    /// # Safety
    ///
    /// The buffer may be written as long as the result lives, and nothing else uses it.
    pub(super) unsafe fn initialised<'a>(self, length: usize) -> Result<&'a mut [u8], Error> {
        // SAFETY: the caller's promise.
        unsafe { raw::initialised(self.data.cast(), length.min(self.size)) }
    }
}
