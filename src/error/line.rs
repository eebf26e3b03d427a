//! An error as one line of text, for people and logs. It is written piece by piece, without an
//! allocator. C programs get it without `core::fmt`.

use super::calendar::Calendar;
use super::decimal::write_number;
use core::fmt;

/// The parts of a line. All but the stage and the sentence are optional.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line<'a> {
    pub(crate) stage: &'a str,
    pub(crate) sentence: &'a str,
    pub(crate) claim: Option<&'a str>,
    pub(crate) rule: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) needed: Option<u64>,
    /// Present only if `needed` is.
    pub(crate) found: Option<u64>,
    pub(crate) times: Option<Times>,
}

/// The time of a rejected claim, and now. Both are in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) claim: i64,
    pub(crate) now: i64,
}

impl Line<'_> {
    /// Passes the pieces of the line to `write`, in order.
    pub(crate) fn write(&self, write: &mut dyn FnMut(&str)) {
        if !self.stage.is_empty() {
            write(self.stage);
            write(": ");
        }
        write(self.sentence);
        match (self.claim, self.rule) {
            (Some(claim), _) => {
                write(" (");
                write(claim);
                if let Some(times) = self.times {
                    times.write(write);
                }
                write(")");
            }
            (None, Some(rule)) => {
                write(" (claim rule ");
                write_number(rule, write);
                write(")");
            }
            (None, None) => {}
        }
        if let Some(offset) = self.offset {
            write(" at byte ");
            write_number(offset, write);
        }
        match (self.needed, self.found) {
            (Some(needed), Some(found)) => {
                write(": ");
                write_number(found, write);
                write(" bytes instead of ");
                write_number(needed, write);
            }
            (Some(needed), None) => {
                write("; ");
                write_number(needed, write);
                write(" bytes would do");
            }
            (None, _) => {}
        }
    }
}

impl Times {
    /// Writes the part " 2026-11-30T04:10:00Z, 42 s before now 2026-11-30T04:10:42Z".
    fn write(self, write: &mut dyn FnMut(&str)) {
        write(" ");
        write_date(self.claim, write);
        write(", ");
        write_number(self.claim.abs_diff(self.now), write);
        write(if self.claim > self.now { " s after now " } else { " s before now " });
        write_date(self.now, write);
    }
}

/// Writes a date (RFC 3339), or the seconds themselves if the year has more than four digits.
fn write_date(seconds: i64, write: &mut dyn FnMut(&str)) {
    match Calendar::of(seconds) {
        Some(date) => date.write(write),
        None => {
            if seconds < 0 {
                write("-");
            }
            write_number(seconds.unsigned_abs(), write);
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Ok(());
        self.write(&mut |piece| written = written.and_then(|()| f.write_str(piece)));
        written
    }
}
