//! Dates of the Gregorian calendar, for messages.

use super::decimal::write_number;

/// A second in the Gregorian calendar, in the years 0 to 9999.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    year: u64,
    month: u64,
    day: u64,
    second: u64,
}

/// 0000-03-01 and 10000-01-01, in seconds since 1970.
const FIRST: i64 = -62_162_035_200;
const BEYOND: i64 = 253_402_300_800;

impl Calendar {
    /// The date of these seconds since 1970-01-01T00:00:00Z. `None` outside of the years 0 to 9999.
    pub(crate) fn of(seconds: i64) -> Option<Self> {
        if !(FIRST..BEYOND).contains(&seconds) {
            return None;
        }
        let since = u64::try_from(seconds.checked_sub(FIRST)?).ok()?;
        let (days, second) = (since / 86_400, since % 86_400);
        // Years begin in March, so that the leap day is the last day of a year (Hinnant,
        // "chrono-compatible low-level date algorithms", civil_from_days).
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let leaps = (day_of_era / 1_460).checked_add(day_of_era / 146_096)?;
        let leaps = leaps.checked_sub(day_of_era / 36_524)?;
        let year_of_era = day_of_era.checked_sub(leaps)? / 365;
        let before = year_of_era.checked_mul(365)?.checked_add(year_of_era / 4)?;
        let before = before.checked_sub(year_of_era / 100)?;
        let day_of_year = day_of_era.checked_sub(before)?;
        let shifted = day_of_year.checked_mul(5)?.checked_add(2)? / 153;
        let before = shifted.checked_mul(153)?.checked_add(2)? / 5;
        let day = day_of_year.checked_sub(before)?.checked_add(1)?;
        let (month, later) = match shifted {
            ..10 => (shifted.checked_add(3)?, 0),
            _ => (shifted.checked_sub(9)?, 1),
        };
        let year = era.checked_mul(400)?.checked_add(year_of_era)?.checked_add(later)?;
        Some(Self { year, month, day, second })
    }

    /// Passes the date to `write` in the form "2026-11-30T04:10:00Z" (RFC 3339).
    pub(crate) fn write(&self, write: &mut dyn FnMut(&str)) {
        for (number, width, end) in [
            (self.year, 1000, "-"),
            (self.month, 10, "-"),
            (self.day, 10, "T"),
            (self.second / 3_600, 10, ":"),
            (self.second / 60 % 60, 10, ":"),
            (self.second % 60, 10, "Z"),
        ] {
            let mut smallest = width;
            while smallest > 1 && number < smallest {
                write("0");
                smallest /= 10;
            }
            write_number(number, write);
            write(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64) -> Option<String> {
        let mut text = String::new();
        Calendar::of(seconds)?.write(&mut |piece| text.push_str(piece));
        Some(text)
    }

    #[test]
    fn writes_dates_as_gnu_date_does() {
        // Expected values from `date -u -d @SECONDS +%FT%TZ` of coreutils 9.1.
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_796_011_800, "2026-11-30T04:10:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(text(seconds).as_deref(), Some(expected));
        }
        assert_eq!(text(FIRST).as_deref(), Some("0000-03-01T00:00:00Z"));
        for beyond in [FIRST - 1, BEYOND, i64::MIN, i64::MAX] {
            assert_eq!(text(beyond), None);
        }
    }
}
