//! Measures time: the contenders run in turn, a short batch each, until the time budget is used up.
//! Then come the medians.
//!
//! The speed of a machine changes over time, but it is nearly the same within a round. So the
//! contenders of a round can be compared, and the result is the median of many rounds.

use crate::contender::{Contender, Run, Work};
use std::time::{Duration, Instant};

/// The approximate time of a batch: long compared with the clock resolution, short compared with
/// changes of the machine.
const BATCH: Duration = Duration::from_micros(400);

/// The measurements of a contender.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Nanoseconds for one input.
    pub median: f64,
    /// The quartiles: half of all rounds lie between these values.
    pub quartiles: (f64, f64),
}

/// Measures all contenders for `budget`, but at least three rounds. `None` for a contender that
/// cannot run here.
pub fn measure(
    contenders: &mut [Contender],
    rotation: usize,
    budget: Duration,
) -> Vec<Option<Measured>> {
    let counts: Vec<usize> =
        contenders.iter_mut().map(|contender| batch_size(contender, rotation)).collect();
    let mut samples = vec![Vec::new(); contenders.len()];
    let begin = Instant::now();
    let mut round = 0;
    while round < 3 || begin.elapsed() < budget {
        // Alternate the order, so that no contender is always first or after the same other one.
        let forward = round % 2 == 0;
        for step in 0..contenders.len() {
            let turn = (round / 2 + step) % contenders.len();
            let index = if forward { turn } else { contenders.len() - 1 - turn };
            let count = counts[index];
            let first = round * count;
            let each = |run: &mut Box<dyn Run>| {
                run.time(first, count, rotation).as_secs_f64() * 1e9 / count as f64
            };
            match &mut contenders[index].work {
                Work::Whole(run) => samples[index].push(each(run)),
                Work::Without(whole, part) => samples[index].push(each(whole) - each(part)),
                Work::Missing(_) => {}
            }
        }
        round += 1;
    }
    samples.iter_mut().map(|samples| summary(samples)).collect()
}

/// The number of inputs in a batch. Finding it also warms up the caches.
fn batch_size(contender: &mut Contender, rotation: usize) -> usize {
    let (Work::Whole(run) | Work::Without(run, _)) = &mut contender.work else { return 0 };
    let mut count = 1;
    while run.time(0, count, rotation) < BATCH {
        count *= 2;
    }
    count
}

fn summary(samples: &mut [f64]) -> Option<Measured> {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples.get(samples.len() * part / 4).copied();
    Some(Measured { median: at(2)?, quartiles: (at(1)?, at(3)?) })
}
