//! Checks pointers and turns them into slices and references.

#![expect(unsafe_code, reason = "the one place where the caller's pointers are trusted")]

use crate::error::{Error, Reason};

/// Memory that a call reads or writes. An output must not overlap an input.
#[derive(Clone, Copy)]
pub(super) struct Region {
    start: usize,
    length: usize,
    possible: bool,
    /// The region is the detail or report of the call.
    is_detail: bool,
}

impl Region {
    /// No memory.
    pub(super) const NONE: Self = Self { start: 0, length: 0, possible: true, is_detail: false };

    /// The region of `bytes` bytes at `pointer`; empty for NULL.
    pub(super) fn of<T>(pointer: *const T, bytes: usize) -> Self {
        Self::at(pointer.addr(), bytes, align_of::<T>())
    }

    /// The region at an address, for any type, so that small archives have this code once.
    #[cfg_attr(small, inline(never))]
    fn at(start: usize, bytes: usize, alignment: usize) -> Self {
        if start == 0 {
            return Self::NONE;
        }
        let fits = isize::try_from(bytes).is_ok() && start.checked_add(bytes).is_some();
        // Memory of an impossible length counts as one byte, so that an overlap is still found.
        let length = if fits { bytes } else { 1 };
        let possible = fits && start & alignment.wrapping_sub(1) == 0;
        Self { start, length, possible, is_detail: false }
    }

    /// The structure at `pointer`.
    pub(super) fn one<T>(pointer: *const T) -> Self {
        Self::of(pointer, size_of::<T>())
    }

    /// The detail or report at `pointer`. It is written even if other regions overlap.
    pub(super) fn detail<T>(pointer: *const T) -> Self {
        Self { is_detail: true, ..Self::one(pointer) }
    }

    /// The `count` elements at `pointer`.
    pub(super) fn list<T>(pointer: *const T, count: usize) -> Self {
        Self::of(pointer, size_of::<T>().saturating_mul(count))
    }

    /// The structure at `pointer`, which begins with its size. A structure of an older header may
    /// be shorter.
    ///
    /// # Safety
    ///
    /// `T` begins with its size. If `pointer` is not NULL and aligned, that size may be read.
    pub(super) unsafe fn versioned<T>(pointer: *const T) -> Self {
        // SAFETY: the caller's promise; a pointer that is NULL or not aligned is not read.
        let size = unsafe { Reader::ANYWHERE.structure(pointer.cast::<usize>()) };
        Self::of(pointer, size.copied().unwrap_or(size_of::<usize>()))
    }

    /// Checks that the memory can be used.
    #[cfg_attr(small, inline(never))]
    fn check(self) -> Result<(), Error> {
        if self.start == 0 {
            return Err(Error::new(Reason::NullPointer));
        }
        if self.possible { Ok(()) } else { Err(Error::new(Reason::BadMemory)) }
    }

    #[cfg_attr(small, inline(never))]
    fn overlaps(self, other: Self) -> bool {
        let within = |at: usize, region: Self| at.wrapping_sub(region.start) < region.length;
        within(self.start, other) && self.length > 0
            || within(other.start, self) && other.length > 0
    }
}

/// Turns the inputs of a call into slices, and rejects inputs that overlap its outputs.
#[derive(Clone, Copy)]
pub(super) struct Reader<'w> {
    written: &'w [Region],
}

impl<'w> Reader<'w> {
    /// For calls that write nothing, or that check overlaps later.
    pub(super) const ANYWHERE: Self = Self { written: &[] };

    /// Checks the direct arguments of a call before anything else can fail, so that no output
    /// overwrites an unread input. Memory that an input points to is checked when it is read.
    ///
    /// # Errors
    ///
    /// [`Reason::Overlap`] if a written region overlaps another region; otherwise
    /// [`Reason::BadMemory`] if a region is not aligned for its type or impossibly long.
    pub(super) fn new(written: &'w [Region], read: &[Region]) -> Result<Self, Error> {
        let (mut overlaps, mut spares_detail) = (false, true);
        let mut rest = written;
        while let Some((region, others)) = rest.split_first() {
            for other in others.iter().chain(read).filter(|other| region.overlaps(**other)) {
                overlaps = true;
                spares_detail &= !region.is_detail && !other.is_detail;
            }
            rest = others;
        }
        if overlaps {
            return Err(Error::overlap(spares_detail));
        }
        if written.iter().chain(read).any(|region| !region.possible) {
            return Err(Error::new(Reason::BadMemory));
        }
        Ok(Self { written })
    }

    /// The bytes at `pointer`. NULL is allowed for a length of 0.
    ///
    /// # Safety
    ///
    /// If `pointer` is not NULL, `length` bytes there may be read as long as the slice lives.
    pub(super) unsafe fn bytes<'a>(
        self,
        pointer: *const u8,
        length: usize,
    ) -> Result<&'a [u8], Error> {
        // SAFETY: bytes need no alignment; the rest is the caller's promise.
        unsafe { self.elements(pointer, length) }
    }

    /// The `count` elements at `pointer`, as for [`bytes`](Self::bytes).
    ///
    /// # Safety
    ///
    /// If `pointer` is not NULL and aligned, it has `count` initialised elements, which may be read
    /// as long as the slice lives.
    pub(super) unsafe fn elements<'a, T>(
        self,
        pointer: *const T,
        count: usize,
    ) -> Result<&'a [T], Error> {
        if count == 0 {
            return Ok(&[]);
        }
        self.check(Region::list(pointer, count))?;
        // SAFETY: not NULL, aligned, of a possible length; the rest is the caller's promise.
        Ok(unsafe { core::slice::from_raw_parts(pointer, count) })
    }

    /// Checks an input that is about to be read.
    #[cfg_attr(small, inline(never))]
    fn check(self, region: Region) -> Result<(), Error> {
        region.check()?;
        let mut shared = self.written.iter().filter(|written| written.overlaps(region));
        let Some(first) = shared.next() else { return Ok(()) };
        let spares_detail = !first.is_detail && shared.all(|written| !written.is_detail);
        Err(Error::overlap(spares_detail))
    }

    /// The structure at `pointer`.
    ///
    /// # Safety
    ///
    /// If `pointer` is not NULL and aligned, it has an initialised structure as long as the
    /// reference lives.
    pub(super) unsafe fn structure<'a, T>(self, pointer: *const T) -> Result<&'a T, Error> {
        // SAFETY: one element, by the same promise.
        let elements = unsafe { self.elements(pointer, 1) };
        elements?.first().ok_or(Error::new(Reason::NullPointer))
    }

    /// The 32 bytes at `pointer`, or `None` for NULL.
    ///
    /// # Safety
    ///
    /// If `pointer` is not NULL, 32 bytes may be read there.
    pub(super) unsafe fn digest(self, pointer: *const u8) -> Result<Option<[u8; 32]>, Error> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise; bytes have no alignment.
        unsafe { self.structure(pointer.cast()) }.copied().map(Some)
    }
}

impl Reader<'_> {
    /// The structure at `pointer`, which begins with its size, if this version knows all members
    /// that it sets.
    ///
    /// # Errors
    ///
    /// [`Reason::StructSize`]; [`Reason::UnsupportedPolicy`] if an unknown member is set: an older
    /// library never ignores a newer check.
    ///
    /// # Safety
    ///
    /// `T` begins with its size. If `pointer` is not NULL and aligned, that number of bytes may be
    /// read.
    pub(super) unsafe fn versioned<'a, T>(self, pointer: *const T) -> Result<&'a T, Error> {
        let start: *const usize = pointer.cast();
        // SAFETY: the caller's promise.
        let size = *unsafe { self.structure(start) }?;
        let beyond = size.checked_sub(size_of::<T>());
        let beyond = beyond.ok_or(Error::new(Reason::StructSize))?;
        // SAFETY: the caller's promise; the size is enough.
        let structure = unsafe { self.structure(pointer) }?;
        let end: *const u8 = pointer.wrapping_add(1).cast();
        // SAFETY: the caller's promise.
        let beyond = unsafe { self.bytes(end, beyond) }?;
        if beyond.iter().any(|byte| *byte != 0) {
            return Err(Error::new(Reason::UnsupportedPolicy));
        }
        Ok(structure)
    }
}

/// The `count` elements at `pointer`, for writing.
///
/// # Safety
///
/// If `pointer` is not NULL and aligned, it has `count` elements, which may be read and written as
/// long as the slice lives, and nothing else uses them.
pub(super) unsafe fn elements_mut<'a, T>(
    pointer: *mut T,
    count: usize,
) -> Result<&'a mut [T], Error> {
    if count == 0 {
        return Ok(&mut []);
    }
    checked(pointer, count)?;
    // SAFETY: not NULL, aligned, of a possible length; the rest is the caller's promise.
    Ok(unsafe { core::slice::from_raw_parts_mut(pointer, count) })
}

/// Checks an output before the call has effects, because a failed call must have none.
pub(super) fn check_output<T>(output: *const T) -> Result<(), Error> {
    checked(output, 1)
}

/// Writes the value of an outcome to an output, or `empty` for an error. After [`Reason::Overlap`]
/// nothing is written, so that no input is destroyed. Returns the outcome without its value, or an
/// error if the output is NULL or not aligned.
///
/// # Safety
///
/// If `output` is not NULL and aligned, it may be written.
pub(super) unsafe fn deliver<T>(
    outcome: Result<T, Error>,
    output: *mut T,
    empty: T,
) -> Result<(), Error> {
    let (value, outcome) = match outcome {
        Ok(value) => (value, Ok(())),
        Err(error) if error.is(Reason::Overlap) => return Err(error),
        Err(error) => (empty, Err(error)),
    };
    checked(output, 1)?;
    // SAFETY: not NULL and aligned; the rest is the caller's promise.
    unsafe { output.write(value) };
    outcome
}

/// Like [`deliver`], for an output to which the value of a success was written already.
///
/// # Safety
///
/// As for [`deliver`].
pub(super) unsafe fn empty_on_failure<T>(
    outcome: Result<(), Error>,
    output: *mut T,
    empty: impl FnOnce() -> T,
) -> Result<(), Error> {
    if outcome.is_err_and(|error| !error.is(Reason::Overlap)) {
        checked(output, 1)?;
        // SAFETY: not NULL and aligned; the rest is the caller's promise.
        unsafe { output.write(empty()) };
    }
    outcome
}

/// Writes a detail or report, unless it is NULL or overlaps an input.
///
/// # Safety
///
/// If `output` is not NULL and aligned, it may be written.
pub(super) unsafe fn deliver_if_wanted<T>(outcome: &Result<(), Error>, output: *mut T, value: T) {
    let overlaps = matches!(outcome, Err(error) if !error.spares_detail());
    if !overlaps && checked(output, 1).is_ok() {
        // SAFETY: not NULL and aligned; the rest is the caller's promise.
        unsafe { output.write(value) };
    }
}

/// Sets all elements of an output, unless it is NULL.
///
/// # Safety
///
/// If `pointer` is not NULL and aligned, it has `count` elements, which may be written.
pub(super) unsafe fn fill<T: Copy>(pointer: *mut T, count: usize, value: T) {
    if checked(pointer, count).is_ok() {
        for index in 0..count {
            // SAFETY: not NULL, aligned, of a possible length; the rest is the caller's promise.
            unsafe { pointer.wrapping_add(index).write(value) };
        }
    }
}

/// Zeroes the `length` bytes at `pointer`, which may be uninitialised, and returns them for
/// writing.
///
/// # Safety
///
/// As for [`elements_mut`].
pub(super) unsafe fn initialised<'a>(
    pointer: *mut u8,
    length: usize,
) -> Result<&'a mut [u8], Error> {
    if length > 0 {
        checked(pointer, length)?;
        // SAFETY: not NULL and of a possible length; the rest is the caller's promise.
        unsafe { pointer.write_bytes(0, length) };
    }
    // SAFETY: the caller's promise; the bytes were just initialised.
    unsafe { elements_mut(pointer, length) }
}

/// Checks that the memory of `count` elements is possible, and not NULL.
fn checked<T>(pointer: *const T, count: usize) -> Result<(), Error> {
    Region::list(pointer, count).check()
}
