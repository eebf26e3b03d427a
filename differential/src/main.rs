//! differential CASES [SEED] [--programs FOLDER]: validates tokens with keycard and other
//! validators. A difference without a class in `ledger.md` fails, and shows the token. `--case
//! NUMBER [SEED]` shows one case. The programs of the folder, which
//! `tools/vectors/differential-oracles` makes, are validators in other languages.

mod cases;
mod foreign;
mod issuer;
mod ledger;
mod validators;

use cases::Case;
use ledger::Ledger;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use validators::{Answer, Others};

const SEED: u64 = 1;
/// The number of cases in each line that is sent to a program.
const BATCH: u64 = 500;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let programs = arguments.iter().position(|argument| argument == "--programs").map(|at| {
        let folder = arguments.drain(at..=at + 1).next_back();
        PathBuf::from(folder.expect("--programs FOLDER"))
    });
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let is_one = arguments.first().is_some_and(|argument| argument == "--case");
    let seed = number(if is_one { 2 } else { 1 }).unwrap_or(SEED);
    let mut comparison =
        Comparison { seed, keys: issuer::Keys::new(), others: Others::new(programs.as_deref()) };
    if is_one {
        comparison.show(number(1).expect("--case NUMBER"));
        return ExitCode::SUCCESS;
    }
    comparison.campaign(number(0).expect("CASES"))
}

struct Comparison {
    seed: u64,
    keys: issuer::Keys,
    others: Others,
}

/// A case, and the verdicts of keycard and each other validator.
struct Compared {
    case: Case,
    keycard: Answer,
    others: Vec<(&'static str, Answer)>,
}

impl Compared {
    fn classes(&self) -> impl Iterator<Item = String> {
        self.others.iter().filter_map(|(name, answer)| ledger::class(&self.keycard, name, answer))
    }
}

impl Comparison {
    fn batch(&mut self, numbers: std::ops::Range<u64>) -> Vec<Compared> {
        // Other validators read a clock, so times are around now, at least an hour away.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let now = i64::try_from(now).expect("before the end of time");
        let cases: Vec<_> =
            numbers.map(|number| Case::new(self.seed, number, &self.keys, now)).collect();
        let questions: Vec<_> = cases.iter().map(|case| case.question(now)).collect();
        let others = self.others.answers(&questions);
        let keycard: Vec<_> = questions.iter().map(validators::keycard).collect();
        let answers = keycard.into_iter().zip(others);
        let outcome = |(case, (keycard, others))| Compared { case, keycard, others };
        cases.into_iter().zip(answers).map(outcome).collect()
    }

    fn show(&mut self, number: u64) {
        for Compared { case, keycard, others } in self.batch(number..number + 1) {
            println!("case {number} of seed {}: {:?}", self.seed, case.done);
            println!("token {}", String::from_utf8_lossy(&case.token));
            println!("keys {}", serde_json::Value::from(case.keys));
            println!("allowed {:?}\nkeycard {keycard:?}", case.allowed);
            for (name, answer) in others {
                println!("{name} {answer:?}");
            }
        }
    }

    fn campaign(&mut self, cases: u64) -> ExitCode {
        let ledger = Ledger::read();
        let mut counts = BTreeMap::<String, (u64, u64)>::new();
        let (mut accepted, mut different) = (0, 0);
        for first in (0..cases).step_by(BATCH as usize) {
            let numbers = first..cases.min(first + BATCH);
            for (number, outcome) in numbers.clone().zip(self.batch(numbers)) {
                accepted += u64::from(outcome.keycard.is_ok());
                let mut is_different = false;
                for class in outcome.classes() {
                    is_different = true;
                    counts.entry(class).or_insert((0, number)).0 += 1;
                }
                different += u64::from(is_different);
            }
        }
        let mut unexplained = 0;
        for (class, (count, first)) in &counts {
            println!("{count:9} {class}");
            if ledger.reason(class).is_none() {
                unexplained += 1;
                println!("          has no reason in ledger.md; the first:");
                self.show(*first);
            }
        }
        println!(
            "differential: {cases} cases of seed {}, {accepted} accepted by keycard, {different} with different verdicts, in \
             {} classes, {unexplained} of them without a reason",
            self.seed,
            counts.len()
        );
        if cases >= 1_000_000 {
            for class in ledger.classes().filter(|class| !counts.contains_key(*class)) {
                println!("not seen: {class}");
            }
        }
        if unexplained == 0 && accepted > cases / 10 && different > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
