//! Points in time: given by the caller, never read, and compared exactly.

use crate::error::line::{Line, Times};
use crate::error::{Error, Reason};
use crate::json::Number;
use core::fmt;

/// What the caller knows of the present, in seconds since 1970-01-01T00:00:00Z without leap seconds
/// (RFC 7519 section 2, NumericDate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Time {
    /// The present, by a clock that is right. A negative time is rejected as
    /// [`Reason::TimeUnavailable`]: the clock failed.
    ///
    /// Do not use this on a device whose clock may not be set yet, but [`Clock`](Self::Clock):
    /// an unset clock reads 0, and at 0 no token has expired.
    At(i64),
    /// The present by a clock that may not be set yet and then reads 0, or fails and reads -1. A time
    /// before `not_before` is rejected as [`Reason::TimeUnavailable`]. `not_before` is surely past:
    /// the time of the build, or the last time that was stored.
    Clock {
        /// What the clock reads.
        now: i64,
        /// A time that is surely past.
        not_before: i64,
    },
    /// The present is not known, only a time that is surely past. A token that expired before that is
    /// refused as expired; any other is refused as [`Reason::TimeUnavailable`] unless the policy says
    /// that it accepts tokens without a clock.
    Unknown {
        /// A time that is surely past. Never taken from a token.
        not_before: i64,
    },
}

/// The present as the checks see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Present {
    At(i64),
    After(i64),
}

impl Time {
    /// # Errors
    ///
    /// [`Reason::TimeUnavailable`] if the clock reads a time before 1970 or before `not_before`.
    pub(crate) fn present(self) -> Result<Present, Error> {
        match self {
            // `time` of C returns -1 without a clock, and at -1 no token has expired.
            Self::At(now) if now >= 0 => Ok(Present::At(now)),
            Self::Clock { now, not_before } if now >= not_before && now >= 0 => {
                Ok(Present::At(now))
            }
            Self::At(_) | Self::Clock { .. } => Err(Error::new(Reason::TimeUnavailable)),
            Self::Unknown { not_before } => Ok(Present::After(not_before)),
        }
    }
}

impl Error {
    /// The rejection as a line that says when: "time: the token has expired (exp 2026-11-30T04:10:00Z, 42 s
    /// before now 2026-11-30T04:10:42Z)". `time` is the one that the token was rejected at. A rejection
    /// that is not for a time is as without it.
    pub fn explain(&self, time: Time) -> impl fmt::Display + use<> {
        Line { times: self.times(time), ..self.line() }
    }

    /// The claim that was rejected for its time, and the present. The claim follows from how far they lie
    /// apart.
    pub(crate) fn times(&self, time: Time) -> Option<Times> {
        let (Ok(Present::At(now)) | Ok(Present::After(now))) = time.present() else { return None };
        let seconds = i64::from(self.seconds()?);
        let claim = match self.reason().is_after_now() {
            true => now.checked_add(seconds)?,
            false => now.checked_sub(seconds)?,
        };
        Some(Times { claim, now })
    }
}

#[cfg(feature = "std")]
impl From<std::time::SystemTime> for Time {
    /// The present by the clock of the system, which is taken to be right. A time before 1970 is
    /// rejected as [`Reason::TimeUnavailable`].
    fn from(time: std::time::SystemTime) -> Self {
        let seconds = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(_) => -1,
        };
        Self::At(seconds)
    }
}

/// 10000-01-01T00:00:00Z, the first second that RFC 3339 cannot write.
const BEYOND_YEARS: i64 = 253_402_300_800;

/// A point in time as a token states it (RFC 7519 section 2), exact: fractions of a second count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericDate {
    seconds: i64,
    fraction: bool,
}

impl NumericDate {
    /// `None` if the number is outside of 64-bit seconds.
    pub(crate) fn from_number(number: Number<'_>) -> Option<Self> {
        let floor = number.floor()?;
        Some(Self { seconds: floor.integer, fraction: floor.fraction })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Whether this lies beyond the year 9999. The issuer wrote milliseconds, or means "never".
    pub(crate) fn is_beyond_years(&self) -> bool {
        self.seconds >= BEYOND_YEARS
    }

    /// Whether a fraction of a second was left out by rounding down.
    pub fn has_fraction(&self) -> bool {
        self.fraction
    }

    /// Whether this lies after the whole second `other`.
    // Once in an image: every check of a time asks it.
    #[inline(never)]
    pub(crate) fn is_after(&self, other: i64) -> bool {
        self.seconds > other || (self.seconds == other && self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Value;

    fn date(text: &str) -> Option<NumericDate> {
        NumericDate::from_number(Value::whole(text.as_bytes())?.number()?)
    }

    #[test]
    fn fractions_of_a_second_count() {
        let half = date("100.5").unwrap();
        assert!(half.is_after(100) && !half.is_after(101));
        let whole = date("1e2").unwrap();
        assert!(whole.is_after(99) && !whole.is_after(100));
        let negative = date("-0.5").unwrap();
        assert!(negative.is_after(-1) && !negative.is_after(0));
        assert_eq!(date("1e30"), None);
    }

    #[test]
    fn a_clock_below_what_is_surely_past_is_no_clock() {
        let clock = |now| Time::Clock { now, not_before: 1_700_000_000 }.present();
        assert_eq!(clock(1_700_000_000), Ok(Present::At(1_700_000_000)));
        assert_eq!(clock(0).unwrap_err().reason(), Reason::TimeUnavailable);
    }

    #[test]
    fn rejects_a_clock_that_reads_a_negative_time() {
        for now in [-1, i64::MIN] {
            for time in [Time::At(now), Time::Clock { now, not_before: i64::MIN }] {
                assert_eq!(time.present().unwrap_err().reason(), Reason::TimeUnavailable);
            }
        }
        assert_eq!(Time::At(0).present(), Ok(Present::At(0)));
    }

    #[cfg(feature = "std")]
    #[test]
    fn rejects_a_system_clock_before_1970() {
        use std::time::{Duration, SystemTime};
        let second = Duration::from_secs(1);
        let time = Time::from(SystemTime::UNIX_EPOCH.checked_sub(second).unwrap());
        assert_eq!(time.present().unwrap_err().reason(), Reason::TimeUnavailable);
        let time = Time::from(SystemTime::UNIX_EPOCH.checked_add(second).unwrap());
        assert_eq!(time.present(), Ok(Present::At(1)));
    }

    #[test]
    fn a_date_of_milliseconds_lies_beyond_the_years() {
        assert!(!date("253402300799.9").unwrap().is_beyond_years());
        assert!(date("253402300800").unwrap().is_beyond_years());
        assert!(date("1764475200000").unwrap().is_beyond_years());
    }
}
