//! `make bench-counts`: runs one job of keycard, so that callgrind can count its instructions.
//!
//!     counts list                    prints the jobs, a line each: whole or part JOB VARIANT
//!     counts whole JOB [VARIANT]     runs the job on each input
//!     counts part JOB [VARIANT]      runs the part of the job whose count is subtracted
//!
//! The inputs are the same in each run, and the verdicts are checked.

use keycard_benches::contender::{Contender, Run, Standing, Work};
use keycard_benches::jobs::{self, Job};
use keycard_benches::setting::{Clock, Setting};

/// `tools/bench/counts` divides by it.
const INPUTS: usize = 4;

const SETTING: Setting = Setting { rotation: INPUTS, clock: Clock::Fixed(1_800_000_000) };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list"] => {
            for job in jobs::all() {
                for Contender { variant, work, .. } in own(&job) {
                    println!("whole {} {variant}", job.name);
                    if let Work::Without(..) = work {
                        println!("part {} {variant}", job.name);
                    }
                }
            }
        }
        [what @ ("whole" | "part"), name, variant @ ..] => {
            let variant = variant.join(" ");
            let job = jobs::all().into_iter().find(|job| job.name == *name).expect("such a job");
            let mut own = own(&job).find(|own| own.variant == variant).expect("such a variant");
            own.check(job.name, INPUTS);
            match (&mut own.work, *what) {
                (Work::Whole(run) | Work::Without(run, _), "whole") => all_inputs(run),
                (Work::Without(_, part), _) => all_inputs(part),
                _ => panic!("there is no part of {name}"),
            }
        }
        _ => {
            eprintln!("counts list | counts whole JOB [VARIANT] | counts part JOB [VARIANT]");
            std::process::exit(2);
        }
    }
}

fn own(job: &Job) -> impl Iterator<Item = Contender> {
    let all = (job.contenders)(&SETTING).into_iter();
    all.filter(|contender| contender.standing == Standing::Own)
}

fn all_inputs(run: &mut Box<dyn Run>) {
    for input in 0..INPUTS {
        assert!(counted(run, input));
    }
}

/// The function whose instructions are counted, with the functions that it calls.
#[inline(never)]
fn counted(run: &mut Box<dyn Run>, input: usize) -> bool {
    std::hint::black_box(run.accepts(input))
}
