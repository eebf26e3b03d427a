//! `keycard bench`.

use crate::answer::Answer;
use crate::key_file::KeyFile;
use crate::{read_argument, validate};
use clap::Args;
use keycard::{Precompute, Time, scratch_size};
use serde_json::json;
use std::hint::black_box;
use std::time::{Duration, Instant};

// Both types of arguments are called `Arguments`. Without another id, clap would take them for one
// group.
#[derive(Args)]
#[group(id = "bench")]
pub(crate) struct Arguments {
    #[command(flatten)]
    validation: validate::Arguments,
    /// The number of validations with each key table. Without this option, each table is measured
    /// for about a second
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Output")]
    runs: Option<u32>,
}

/// The measuring time for each key table, and the number of runs into which it is divided.
const TIME: Duration = Duration::from_secs(1);
const FEWEST: u32 = 11;
const MOST: u32 = 100_000;

/// The median time of a validation, and the conditions of the measurement.
struct Measured {
    precompute: Precompute,
    runs: u32,
    median: Duration,
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let token = read_argument(&arguments.validation.token)?;
    // For a rejected token, the answer is the rejection, because the time to reject it is not
    // useful.
    let file = KeyFile::read(&arguments.validation.jwks)?;
    let verdict = validate::answer_by(&arguments.validation, &file, &token, as_json)?;
    if !verdict.is_yes() {
        return Ok(verdict);
    }
    let mut measured = Vec::new();
    for precompute in [Precompute::None, Precompute::FASTEST] {
        measured.push(measure(arguments, &file, &token, precompute)?);
    }
    if as_json {
        let document = measured.iter().map(|it| {
            json!({
                "precompute": it.precompute.bytes(),
                "runs": it.runs,
                "median_ns": u64::try_from(it.median.as_nanos()).unwrap_or(u64::MAX),
            })
        });
        let measured = document.collect::<Vec<_>>();
        let document = json!({"accepted": true, "token_bytes": token.len(), "measured": measured });
        return Ok(Answer::yes().saying_json(&document));
    }
    let mut answer = Answer::accepted();
    for it in measured {
        let keys = match it.precompute {
            Precompute::None => "nothing precomputed",
            _ => "precomputed keys",
        };
        let micros = it.median.as_secs_f64() * 1e6;
        answer.say(format_args!("  {keys:<19} {micros:>9.1} µs, the median of {} runs", it.runs));
    }
    Ok(answer)
}

fn measure(
    arguments: &Arguments,
    file: &KeyFile<'_>,
    token: &str,
    precompute: Precompute,
) -> Result<Measured, String> {
    let validation = &arguments.validation;
    let (rules, mut memory) = (validation.key_rules().precompute(precompute), Vec::new());
    let keys = validation.permissions.load_again(file, &rules, &mut memory)?;
    let mut scratch = vec![0; scratch_size(token.len())];
    validate::under_policy(validation, &keys, |policy, now| {
        let mut once = || {
            let began = Instant::now();
            let verdict = keycard::validate(
                black_box(token),
                keys.view(),
                policy,
                Time::At(now),
                &mut scratch,
            );
            let took = began.elapsed();
            verdict.map(|token| black_box(token.key_index())).map_err(|error| error.to_string())?;
            Ok::<_, String>(took)
        };
        // The first run fills the caches of the processor.
        once()?;
        let fitting = TIME.as_nanos() / once()?.as_nanos().max(1);
        let fitting = u32::try_from(fitting).unwrap_or(MOST).clamp(FEWEST, MOST);
        let runs = arguments.runs.unwrap_or(fitting);
        let mut times = (0..runs).map(|_| once()).collect::<Result<Vec<_>, _>>()?;
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        Ok(Measured { precompute, runs, median })
    })
}
