//! Outputs whose length is known only when they are made.

#![expect(unsafe_code, reason = "the caller's pointers")]

use super::layout::{keycard_buffer, keycard_status};
use super::raw::{self, Reader, Region};
use super::status::status_of;
use crate::error::{Error, Reason};

impl keycard_buffer {
    /// Writes by `write`, and delivers the number of bytes to `length`. `write` returns the number,
    /// or fails with the required size if its output is too small. In this case the buffer is not
    /// written, and `length` gets the required size. `read` has the direct arguments of the call,
    /// which must not overlap the outputs.
    ///
    /// # Safety
    ///
    /// The buffer and `length` may be written.
    pub(super) unsafe fn write(
        self,
        length: *mut usize,
        read: &[Region],
        write: impl Fn(Reader<'_>, &mut [u8]) -> Result<usize, Error>,
    ) -> keycard_status {
        let written = (|| {
            let regions = [self.region(), Region::one(length)];
            let reader = Reader::new(&regions, read)?;
            let needed = match write(reader, &mut []) {
                Err(error) => error.needed().ok_or(error)?,
                Ok(needed) => needed,
            };
            if needed <= self.size {
                // SAFETY: the caller's promise.
                let output = unsafe { self.initialised(needed) }?;
                write(reader, output)?;
            }
            Ok(needed)
        })();
        let fits = !matches!(written, Ok(needed) if needed > self.size);
        // SAFETY: the caller's promise.
        let delivered = unsafe { raw::deliver(written, length, 0) };
        if fits { status_of(&delivered) } else { Reason::BufferTooSmall.code() }
    }
}
