//! How much there is to do, and what time it is meanwhile.

use std::time::{SystemTime, UNIX_EPOCH};

/// The settings of all jobs.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many different inputs are taken in turn. Repeating one flatters caches and branch
    /// predictors: 64 or more where time is measured.
    pub rotation: usize,
    pub clock: Clock,
}

/// The clock of the inputs and of keycard. Peers read the system's by themselves.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System,
    /// The same on every day, so that the same inputs are made.
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
