//! The amount of work, and the time of the validations.

use std::time::{SystemTime, UNIX_EPOCH};

/// The settings of all jobs.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The number of different inputs, which are used in turn. Repeating one input favours caches
    /// and branch predictors: use 64 or more to measure time.
    pub rotation: usize,
    pub clock: Clock,
}

/// The clock of the inputs and of keycard. Peers read the system clock.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System,
    /// The same in each run, so that the inputs are the same.
    Fixed(i64),
}

impl Clock {
    /// Seconds since 1970.
    pub fn now(self) -> i64 {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                since.map_or(0, |since| since.as_secs().cast_signed())
            }
            Self::Fixed(seconds) => seconds,
        }
    }
}
