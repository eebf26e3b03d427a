//! The current time of a call, as a C structure.

#![expect(unsafe_code, reason = "symbols of the C ABI")]

use super::layout::keycard_time;
use crate::error::{Error, Reason};
use crate::time::Time;

/// The current time is known.
pub const KEYCARD_TIME_AT: u32 = 1;
/// The current time is not known.
pub const KEYCARD_TIME_UNKNOWN: u32 = 2;

/// States the current time by a clock that is known to be right. A negative time is
/// KEYCARD_TIME_UNAVAILABLE, because time() returns -1 without a clock.
///
/// Warning: an unset clock reads 0, and at 0 no token has expired. Use keycard_time_clock if the
/// clock may be unset.
///
/// Returns: the time
/// In:      seconds, since 1970-01-01T00:00:00Z
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_at(seconds: i64) -> keycard_time {
    keycard_time_clock(seconds, i64::MIN)
}

/// States the current time by a clock that may be unset or may fail. A time that is negative or
/// before not_before is KEYCARD_TIME_UNAVAILABLE.
///
/// Returns: the time
/// In:      seconds, since 1970-01-01T00:00:00Z
///          not_before, a time that has certainly passed, such as the build time, in seconds since
///            1970-01-01T00:00:00Z
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_clock(seconds: i64, not_before: i64) -> keycard_time {
    keycard_time { kind: KEYCARD_TIME_AT, reserved: 0, seconds, not_before }
}

/// States that the current time is not known.
///
/// Returns: the time
/// In:      not_before, a time that has certainly passed, in seconds since 1970-01-01T00:00:00Z:
///            that of the build, or the iat of an accepted token, if you trust its issuer's clock;
///            never take it from another token
#[unsafe(no_mangle)]
pub extern "C" fn keycard_time_unknown(not_before: i64) -> keycard_time {
    keycard_time { kind: KEYCARD_TIME_UNKNOWN, reserved: 0, seconds: 0, not_before }
}

impl keycard_time {
    /// # Errors
    ///
    /// [`Reason::TimeKind`].
    pub(super) fn read(self) -> Result<Time, Error> {
        let Self { kind, reserved, seconds, not_before } = self;
        match (kind, reserved, seconds) {
            (KEYCARD_TIME_AT, 0, now) => Ok(Time::Clock { now, not_before }),
            (KEYCARD_TIME_UNKNOWN, 0, 0) => Ok(Time::Unknown { not_before }),
            _ => Err(Error::new(Reason::TimeKind)),
        }
    }
}
