//! Points in time. The caller gives them; this library never reads a clock. Comparisons are exact,
//! without rounding.

use crate::error::line::{Line, Times};
use crate::error::{Error, Member, Reason};
use crate::json::Number;
use core::fmt;

/// The current time, as far as the caller knows it, in seconds since 1970-01-01T00:00:00Z without
/// leap seconds (RFC 7519 section 2, NumericDate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Time {
    /// Now, from a clock that is right. A negative time is rejected as [`Reason::TimeUnavailable`],
    /// because the clock failed.
    ///
    /// On a device whose clock may not be set yet, use [`Clock`](Self::Clock) instead: an unset
    /// clock reads 0, and at 0 no token has expired.
    At(i64),
    /// Now, from a clock that may not be set yet and then reads 0, or fails and reads -1. A time
    /// before `not_before` is rejected as [`Reason::TimeUnavailable`]. `not_before` is a time that
    /// is certainly past: that of the build, or the last one that was stored.
    Clock {
        /// The time that the clock reads.
        now: i64,
        /// A time that is certainly past.
        not_before: i64,
    },
    /// Now is not known, only a time that is certainly past. A token that expired before it is
    /// rejected as expired. Every other token is rejected as [`Reason::TimeUnavailable`], unless
    /// the policy accepts tokens without a clock.
    Unknown {
        /// The time that is certainly past: that of the build, or the `iat` of an accepted token,
        /// if its issuer's clock is trusted. Never take it from another token.
        not_before: i64,
    },
}

/// Now, in the form in which the checks use it.
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
            // The C function `time` returns -1 without a clock, and at -1 no token has expired.
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
    /// The error as a line with its dates: "time: the token has expired (exp 2026-11-30T04:10:00Z,
    /// 42 s before now 2026-11-30T04:10:42Z)". `time` is the time at which the token was rejected.
    /// For a rejection that is not about a time, the line has no dates.
    pub fn explain(&self, time: Time) -> impl fmt::Display + use<> {
        Line { times: self.times(time), ..self.line() }
    }

    /// The time of the rejected claim, and now. The error stores the seconds between them.
    pub(crate) fn times(&self, time: Time) -> Option<Times> {
        let (Ok(Present::At(now)) | Ok(Present::After(now))) = time.present() else { return None };
        let seconds = i64::from(self.seconds()?);
        let claim = match self.is_after_now() {
            true => now.checked_add(seconds)?,
            false => now.checked_sub(seconds)?,
        };
        Some(Times { claim, now })
    }
}

#[cfg(feature = "std")]
impl From<std::time::SystemTime> for Time {
    /// Now, from the system clock, which is assumed to be right. A time before 1970 is rejected as
    /// [`Reason::TimeUnavailable`].
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

/// A point in time in a token (RFC 7519 section 2), exact to fractions of a second.
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

    /// True if the date is after the year 9999. The issuer wrote milliseconds, or means "never".
    pub(crate) fn is_beyond_years(&self) -> bool {
        self.seconds >= BEYOND_YEARS
    }

    /// True if the number had a fraction of a second, which rounding down dropped.
    pub fn has_fraction(&self) -> bool {
        self.fraction
    }

    /// True if the date is after the whole second `other`.
    // Not inlined: one copy in a small image, because every check of a time calls it.
    #[inline(never)]
    pub(crate) fn is_after(&self, other: i64) -> bool {
        self.seconds > other || (self.seconds == other && self.fraction)
    }
}

/// The earliest and the latest time that may be now: now minus and plus the leeway.
pub(crate) struct Window {
    pub(crate) present: i64,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
}

impl Window {
    pub(crate) fn around(present: i64, leeway: u32) -> Self {
        Self {
            present,
            earliest: present.saturating_sub(leeway.into()),
            latest: present.saturating_add(leeway.into()),
        }
    }

    /// Requires that `date` is in the past, and at most `seconds` ago.
    #[inline(never)]
    pub(crate) fn check_age(
        &self,
        date: NumericDate,
        seconds: u32,
        too_old: Reason,
        claim: Member,
    ) -> Result<(), Error> {
        if date.is_after(self.latest) {
            let error = Error::new(Reason::IssuedInFuture).about(claim);
            return Err(error.apart(date.seconds(), self.present));
        }
        if date.seconds() < self.earliest.saturating_sub(seconds.into()) {
            return Err(Error::new(too_old).about(claim).apart(date.seconds(), self.present));
        }
        Ok(())
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
