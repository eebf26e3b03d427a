//! Points in time in words.

/// The date and time in UTC, in the format of RFC 3339. Years beyond 9999 keep all their digits.
pub(crate) fn stamp(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The difference of `seconds` and `now` in its largest unit: "in 59 min", "3 h ago".
pub(crate) fn distance(seconds: i64, now: i64) -> String {
    let apart = seconds.abs_diff(now);
    let length = match apart {
        0 => return "now".to_owned(),
        1..120 => format!("{apart} s"),
        120..7200 => format!("{} min", apart / 60),
        7200..172_800 => format!("{} h", apart / 3600),
        _ => format!("{} days", apart / 86_400),
    };
    if seconds > now { format!("in {length}") } else { format!("{length} ago") }
}

/// The remaining time of a token, in the largest unit and the next: "expires in 59 min 12 s
/// (2026-…)". A token that is accepted only by the leeway has already expired.
pub(crate) fn lifetime(expiry: i64, now: i64) -> String {
    let mut apart = expiry.abs_diff(now);
    // From two days on, the largest unit is the day.
    let units = [(2, 86_400, "days"), (1, 3600, "h"), (1, 60, "min"), (0, 1, "s")];
    let first = units.iter().position(|(least, length, _)| apart / length >= *least);
    let mut words = Vec::new();
    for (_, length, name) in units.iter().skip(first.unwrap_or(0)).take(2) {
        words.push(format!("{} {name}", apart / length));
        apart %= length;
    }
    let (words, stamp) = (words.join(" "), stamp(expiry));
    match expiry > now {
        true => format!("expires in {words} ({stamp})"),
        false => format!("expired {words} ago ({stamp}), within the leeway"),
    }
}

/// The seconds of a NumericDate claim, or `None` if the value is not a number.
pub(crate) fn seconds(value: &serde_json::Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|date| date.floor() as i64))
}

/// A NumericDate claim in words, or `None` if the value is not a number of seconds.
pub(crate) fn of_claim(value: &serde_json::Value, now: i64) -> Option<String> {
    let seconds = seconds(value)?;
    let note = match seconds {
        // The first second of the year 10000. A larger number is in milliseconds.
        253_402_300_800.. => "; this can only be milliseconds",
        _ => "",
    };
    Some(format!("{}, {}{note}", stamp(seconds), distance(seconds, now)))
}

/// Year, month and day of a day since 1970-01-01 in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, so that a leap day is the last day of its year.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
