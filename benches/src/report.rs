//! The report: prints a table for each job, and writes all of them as JSON.

use crate::contender::{Contender, Standing, Work};
use crate::measure::Measured;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A line of a table, and an element of the JSON document.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    pub job: String,
    /// `keycard` for this library.
    pub contender: String,
    pub variant: String,
    /// Nanoseconds for one input; `None` if the contender was not measured.
    pub median_ns: Option<f64>,
    /// The median of the fastest other library divided by this median. A value above 1 means that
    /// this contender is faster. `None` if nothing was measured or there is no other library.
    pub ratio_to_best_peer: Option<f64>,
    /// The reason why nothing was measured, or another remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The rows of a job.
pub fn rows(job: &str, contenders: &[Contender], measured: &[Option<Measured>]) -> Vec<Row> {
    let both = || contenders.iter().zip(measured);
    let best = both()
        .filter(|(contender, _)| contender.standing == Standing::Peer)
        .filter_map(|(_, measured)| Some(measured.as_ref()?.median))
        .min_by(f64::total_cmp);
    both()
        .map(|(contender, measured)| {
            let median = measured.map(|measured| measured.median);
            Row {
                job: job.to_owned(),
                contender: contender.name.to_owned(),
                variant: contender.variant.clone(),
                median_ns: median.map(|median| rounded(median, 10.0)),
                ratio_to_best_peer: best.zip(median).map(|(best, own)| rounded(best / own, 1000.0)),
                note: note(contender, measured.as_ref()),
            }
        })
        .collect()
}

fn note(contender: &Contender, measured: Option<&Measured>) -> Option<String> {
    if let Work::Missing(why) = contender.work {
        return Some(why.to_owned());
    }
    let (low, high) = measured?.quartiles;
    let spread = (high - low) / measured?.median * 100.0;
    let mut notes = Vec::new();
    if contender.standing == Standing::Reference {
        notes.push("for comparison, no peer".to_owned());
    }
    // If half of the rounds differ by more than this, the machine was busy.
    if spread > 15.0 {
        notes.push(format!("spread {spread:.0} %"));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn rounded(number: f64, by: f64) -> f64 {
    (number * by).round() / by
}

/// The table of a job.
pub fn table(job: &str, about: &str, rows: &[Row]) -> String {
    let mut text = format!("{job}: {about}\n");
    let name = |row: &Row| match row.variant.as_str() {
        "" => row.contender.clone(),
        variant => format!("{}, {variant}", row.contender),
    };
    let width = rows.iter().map(|row| name(row).chars().count()).max().unwrap_or(0).max(20);
    let _ = writeln!(text, "    {:<width$} {:>12} {:>9}", "", "median ns", "ratio");
    for row in rows {
        let median = row.median_ns.map_or("-".to_owned(), |median| match median < 1000.0 {
            true => format!("{median:.1}"),
            false => format!("{median:.0}"),
        });
        let ratio = row.ratio_to_best_peer.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let note = row.note.as_ref().map_or(String::new(), |note| format!("  ({note})"));
        let _ = writeln!(text, "    {:<width$} {median:>12} {ratio:>9}{note}", name(row));
    }
    text
}

/// All rows as a JSON array, one element for each line.
///
/// # Panics
///
/// If the result does not parse to the same number of rows.
pub fn json(rows: &[Row]) -> String {
    let lines: Vec<_> = rows
        .iter()
        .map(|row| serde_json::to_string(row).expect("a row is text and finite numbers"))
        .collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let read: Vec<Row> = serde_json::from_str(&text).expect("the document reads back");
    assert_eq!(read.len(), rows.len());
    text
}
