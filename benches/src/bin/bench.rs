//! `make bench`: measures the jobs whose names contain the argument, prints a table for each, and
//! writes them all to a JSON file.
//!
//!     bench [--smoke] --out FILE [JOB]
//!
//! `BENCH_SECONDS` is the time for all jobs together, 180 by default. `--smoke` measures almost
//! nothing: it checks that every contender accepts valid inputs and rejects invalid ones.

use keycard_benches::jobs::{self, Job};
use keycard_benches::measure::measure;
use keycard_benches::report;
use keycard_benches::setting::{Clock, Setting};
use std::time::{Duration, Instant};

/// The number of different inputs, which are used in turn.
const ROTATION: usize = 64;

fn main() {
    let mut smoke = false;
    let mut out = None;
    let mut filter = String::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--smoke" => smoke = true,
            "--out" => out = arguments.next(),
            _ => filter = argument,
        }
    }
    let Some(out) = out else {
        eprintln!("bench [--smoke] --out FILE [JOB]");
        std::process::exit(2);
    };
    let seconds = std::env::var("BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let setting = Setting { rotation: if smoke { 4 } else { ROTATION }, clock: Clock::System };
    let all = jobs::all();
    let each = match smoke {
        true => Duration::ZERO,
        false => Duration::from_secs_f64(seconds.unwrap_or(180.0) / all.len() as f64),
    };
    let chosen = choose(&all, &filter);
    if chosen.is_empty() {
        eprintln!("no job is named {filter}; there are:");
        all.iter().for_each(|job| eprintln!("    {}", job.name));
        std::process::exit(2);
    }
    let mut rows = Vec::new();
    let (count, began) = (chosen.len(), Instant::now());
    for (done, job) in chosen.into_iter().enumerate() {
        progress(job.name, done, count, began.elapsed());
        let mut contenders = (job.contenders)(&setting);
        for contender in &mut contenders {
            contender.check(job.name, setting.rotation);
        }
        let measured = measure(&mut contenders, setting.rotation, each);
        let of_job = report::rows(job.name, &contenders, &measured);
        match smoke {
            true => println!("{}: {} contenders agree", job.name, contenders.len()),
            false => println!("{}", report::table(job.name, job.about, &of_job)),
        }
        rows.extend(of_job);
    }
    std::fs::write(&out, report::json(&rows)).expect("the report cannot be written");
    println!("{} rows in {out}", rows.len());
}

/// Prints to standard error which job runs, and how long all remaining jobs will take.
fn progress(name: &str, done: usize, count: usize, elapsed: Duration) {
    let left = elapsed.as_secs_f64() / done.max(1) as f64 * (count - done) as f64;
    match done {
        0 => eprintln!("bench: {name}: 1 of {count}"),
        _ => eprintln!("bench: {name}: {} of {count}, about {left:.0} s left", done + 1),
    }
}

/// The job with that name, or all jobs whose names contain it.
fn choose<'j>(all: &'j [Job], filter: &str) -> Vec<&'j Job> {
    let exact = all.iter().find(|job| job.name == filter);
    match exact {
        Some(job) => vec![job],
        None => all.iter().filter(|job| job.name.contains(filter)).collect(),
    }
}
