//! differential CASES [SEED]: as many tokens through keycard, jsonwebtoken and jwt-simple. A difference without a class in
//! `ledger.md` fails, and shows the token. `differential --case NUMBER [SEED]` shows one.

mod cases;
mod issuer;
mod ledger;
mod validators;

use cases::Case;
use ledger::Ledger;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use validators::Question;

const SEED: u64 = 1;

fn main() -> ExitCode {
    validators::silence_the_others();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    match arguments.first().map(String::as_str) {
        Some("--case") => {
            let case = number(1).expect("--case NUMBER");
            judge(case, number(2).unwrap_or(SEED), true);
            ExitCode::SUCCESS
        }
        _ => campaign(number(0).expect("CASES"), number(1).unwrap_or(SEED)),
    }
}

/// What the three say of one case.
fn judge(number: u64, seed: u64, is_shown: bool) -> (bool, Vec<String>) {
    // Others read a clock, so times are around the present, an hour from it at least.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let now = i64::try_from(now).expect("before the end of time");
    thread_local! { static KEYS: issuer::Keys = issuer::Keys::new(); }
    let case = KEYS.with(|keys| Case::new(seed, number, keys, now));
    let question = Question { token: &case.token, keys: &case.keys, allowed: &case.allowed, now };
    let answers = [
        validators::keycard(&question),
        validators::jsonwebtoken(&question),
        validators::jwt_simple(&question),
    ];
    let [ours, one, other] = &answers;
    if is_shown {
        println!("case {number} of seed {seed}: {:?}", case.done);
        println!("token {}", String::from_utf8_lossy(&case.token));
        println!("keys {}", serde_json::Value::from(case.keys.clone()));
        println!(
            "allowed {:?}\nkeycard {ours:?}\njsonwebtoken {one:?}\njwt-simple {other:?}",
            case.allowed
        );
    }
    (ours.is_ok(), ledger::classes(ours, one, other))
}

fn campaign(cases: u64, seed: u64) -> ExitCode {
    let ledger = Ledger::read();
    let mut counts = BTreeMap::<String, (u64, u64)>::new();
    let (mut accepted, mut different) = (0, 0);
    for number in 0..cases {
        let (is_accepted, classes) = judge(number, seed, false);
        accepted += u64::from(is_accepted);
        different += u64::from(!classes.is_empty());
        for class in classes {
            counts.entry(class).or_insert((0, number)).0 += 1;
        }
    }
    let mut unexplained = 0;
    for (class, (count, first)) in &counts {
        println!("{count:9} {class}");
        if ledger.reason(class).is_none() {
            unexplained += 1;
            println!("          has no reason in ledger.md; the first:");
            judge(*first, seed, true);
        }
    }
    println!(
        "differential: {cases} cases of seed {seed}, {accepted} accepted by keycard, {different} judged differently, in \
         {} classes, {unexplained} of them without a reason",
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
