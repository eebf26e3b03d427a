//! Statuses: the reasons as numbers, and their texts.

#![expect(unsafe_code, reason = "symbols of the C ABI")]

use super::bytes::ABSENT;
use super::layout::{keycard_buffer, keycard_bytes, keycard_detail, keycard_status};
use super::raw::{self, Reader, Region};
use crate::error::line::{Line, Times};
use crate::error::{Error, Reason, Stage};
use crate::evidence::Check;
use crate::profile::kinds::HAS_MORE;
use crate::time::Time;
use core::ffi::{CStr, c_char};

/// The token is accepted, or the call succeeded.
pub const KEYCARD_OK: i32 = 0;
/// Neither side used PKCE, and it is optional: nothing was verified. This status has no reason.
pub const KEYCARD_PKCE_NOT_USED: i32 = 807;

/// Describes a status in one sentence. KEYCARD_OK is "accepted", also for calls that validate
/// nothing.
///
/// Returns: a static string that ends in a NUL; for an unknown number, one that says it is not a
///            status
/// In:      status, any number
#[unsafe(no_mangle)]
pub extern "C" fn keycard_status_text(status: keycard_status) -> *const c_char {
    let text = match status {
        KEYCARD_OK => c"accepted",
        KEYCARD_PKCE_NOT_USED => c"PKCE was not used, and is optional",
        _ => text_of(status).unwrap_or(c"not a status"),
    };
    text.as_ptr()
}

fn text_of(status: keycard_status) -> Option<&'static CStr> {
    let reason = Reason::ALL.iter().find(|reason| reason.code() == status)?;
    CStr::from_bytes_with_nul(reason.text_with_nul().as_bytes()).ok()
}

/// Writes an error as one line for logs, such as "time: the token has expired (exp
/// 2026-11-30T04:10:00Z, 42 s before now 2026-11-30T04:10:42Z)". The line contains no text from the
/// token.
///
/// Returns: the length of the whole line in bytes, without the NUL; the line was cut if it is not
///            less than text.size
///          0 if detail is NULL
/// In:      detail, filled by an earlier call
/// Out:     text, the line and a NUL, cut to text.size bytes; may have no bytes
#[unsafe(no_mangle)]
pub unsafe extern "C" fn keycard_detail_text(
    detail: *const keycard_detail,
    text: keycard_buffer,
) -> usize {
    let written = [text.region()];
    let read = Reader::new(&written, &[Region::one(detail)]).and_then(|reader| {
        // SAFETY: by the header, the detail may be read.
        let detail = unsafe { reader.structure(detail) }?;
        // SAFETY: by the header, the text may be written.
        let text = unsafe { text.initialised(text.size) }?;
        Ok((detail, text))
    });
    let Ok((detail, text)) = read else { return 0 };
    let room = text.len().saturating_sub(1);
    let mut length = 0usize;
    let mut rest = text.get_mut(..room).unwrap_or_default();
    detail.line().write(&mut |piece: &str| {
        length = length.saturating_add(piece.len());
        for byte in piece.bytes() {
            let Some((place, after)) = core::mem::take(&mut rest).split_first_mut() else { break };
            *place = byte;
            rest = after;
        }
    });
    length
}

/// Names a stage, for logs: "key set".
///
/// Returns: a static text without a NUL; absent for an unknown stage
/// In:      stage, one of KEYCARD_STAGE_…
#[unsafe(no_mangle)]
pub extern "C" fn keycard_stage_name(stage: u32) -> keycard_bytes {
    let found = Stage::ALL.iter().find(|known| known.code() == stage);
    found.map_or(ABSENT, |stage| keycard_bytes::of_static(stage.name()))
}

/// Names a check, for logs: "access token hash".
///
/// Returns: a static text without a NUL; absent for an unknown check or several checks
/// In:      check, one of KEYCARD_CHECK_…
#[unsafe(no_mangle)]
pub extern "C" fn keycard_check_name(check: u32) -> keycard_bytes {
    let found = Check::ALL.iter().find(|known| known.bit() == check);
    found.map_or(ABSENT, |check| keycard_bytes::of_static(check.name()))
}

/// Gives the version of the library, which may differ from that of the header.
///
/// Returns: a static string that ends in a NUL, such as "0.1.0"
#[unsafe(no_mangle)]
pub extern "C" fn keycard_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The status of an outcome.
pub(super) fn status_of(outcome: &Result<(), Error>) -> keycard_status {
    match outcome {
        Ok(()) => KEYCARD_OK,
        Err(error) => error.code(),
    }
}

/// The status of an outcome. Fills the detail unless it is NULL.
///
/// # Safety
///
/// If `detail` is not NULL and aligned, it may be written.
pub(super) unsafe fn conclude(
    outcome: Result<(), Error>,
    detail: *mut keycard_detail,
) -> keycard_status {
    // SAFETY: the caller's promise.
    unsafe { conclude_at(outcome, None, detail) }
}

/// Like [`conclude`], for an outcome that depended on a time.
///
/// # Safety
///
/// As for [`conclude`].
pub(super) unsafe fn conclude_at(
    outcome: Result<(), Error>,
    time: Option<Time>,
    detail: *mut keycard_detail,
) -> keycard_status {
    let filled = match &outcome {
        Ok(()) => keycard_detail::EMPTY,
        Err(error) => keycard_detail::of_at(error, time),
    };
    // SAFETY: the caller's promise.
    unsafe { raw::deliver_if_wanted(&outcome, detail, filled) };
    status_of(&outcome)
}

impl keycard_detail {
    /// The detail as a line of text.
    fn line(&self) -> Line<'static> {
        let accepted = self.status == KEYCARD_OK;
        let stage = Stage::ALL.iter().find(|known| !accepted && known.code() == self.stage);
        let reason = Reason::ALL.iter().find(|reason| reason.code() == self.status);
        // SAFETY: by the header, an earlier call filled the detail, and its claim is static.
        let claim = unsafe { self.member.read_text(Reader::ANYWHERE) };
        let number = |number: usize| u64::try_from(number).ok();
        Line {
            stage: stage.map_or("", |stage| stage.name()),
            sentence: match (self.status, reason) {
                (KEYCARD_OK, _) => "accepted",
                (_, reason) => reason.map_or("not a status", |reason| reason.text()),
            },
            claim: claim.ok().flatten(),
            rule: u64::try_from(self.rule).ok(),
            offset: number(self.offset).filter(|_| self.has_offset),
            needed: number(self.needed).filter(|needed| *needed != 0),
            found: (self.status == Reason::KeyWidth.code()).then_some(self.found.into()),
            times: self.has_times.then_some(Times { claim: self.claim_time, now: self.now }),
        }
    }

    pub(super) const EMPTY: Self = Self {
        status: KEYCARD_OK,
        stage: Stage::Usage.code(),
        member: ABSENT,
        rule: -1,
        has_offset: false,
        has_times: false,
        found: 0,
        offset: 0,
        needed: 0,
        claim_time: 0,
        now: 0,
    };

    pub(super) fn of(error: &Error) -> Self {
        Self::of_at(error, None)
    }

    /// The detail of an error, with the time it depended on.
    fn of_at(error: &Error, time: Option<Time>) -> Self {
        let times = time.and_then(|time| error.times(time));
        Self {
            status: error.code(),
            stage: error.stage().code(),
            member: error.member_name(HAS_MORE).map_or(ABSENT, keycard_bytes::of_static),
            rule: error.rule().map_or(-1, i32::from),
            has_offset: error.offset().is_some(),
            has_times: times.is_some(),
            found: octets(error.found()),
            offset: error.offset().unwrap_or(0),
            needed: error.needed().unwrap_or(0),
            claim_time: times.map_or(0, |times| times.claim),
            now: times.map_or(0, |times| times.now),
        }
    }
}

/// A number of octets, or 0 if it does not fit into the C type.
pub(super) fn octets(count: Option<usize>) -> u16 {
    count.and_then(|count| u16::try_from(count).ok()).unwrap_or(0)
}
