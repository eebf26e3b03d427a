//! `keycard size`.

use crate::answer::Answer;
use crate::keys::{self, Source};
use crate::read_argument;
use clap::Args;
use keycard::{Precompute, scratch_size};
use serde_json::json;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The memory for values that are computed from each key once: 0, 1KB, 2KB, 4KB, 8KB, 16KB or
    /// 64KB. Without this option, the answer has all of them
    #[arg(long, value_name = "SIZE", value_parser = keys::size)]
    precompute: Option<Precompute>,
    /// Tokens for which the scratch must suffice, or `-` for standard input
    tokens: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, as_json: bool) -> Result<Answer, String> {
    let mut memory = Vec::new();
    let source = &arguments.source;
    let file = source.read()?;
    let keys = source.load(&file, Precompute::None, &mut memory)?.view().len();
    let chosen = arguments.precompute.as_ref().map(std::slice::from_ref);
    let mut tables = Vec::new();
    for precompute in chosen.unwrap_or(Precompute::ALL) {
        let table = source.load_again(&file, *precompute, &mut memory)?;
        tables.push((precompute.bytes(), 8 * table.seal(1).len()));
    }
    let mut scratches = Vec::new();
    for token in &arguments.tokens {
        let length = read_argument(token)?.len();
        scratches.push((length, scratch_size(length)));
    }
    let mut answer = Answer::yes();
    if as_json {
        let table = |&(precompute, bytes)| json!({ "precompute": precompute, "bytes": bytes });
        let scratch = |&(length, bytes)| json!({ "token_bytes": length, "bytes": bytes });
        answer.say_json(&json!({
            "keys": keys,
            "key_table": tables.iter().map(table).collect::<Vec<_>>(),
            "scratch": scratches.iter().map(scratch).collect::<Vec<_>>(),
        }));
        return Ok(answer);
    }
    let many = if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") };
    for (precompute, bytes) in tables {
        let precomputed = match precompute {
            0 => "nothing precomputed".to_owned(),
            _ => format!("up to {} KB precomputed for each", precompute / 1024),
        };
        answer.say(format_args!("key table: {bytes:>7} bytes for {many}, {precomputed}"));
    }
    for (length, bytes) in scratches {
        answer.say(format_args!("scratch:   {bytes:>7} bytes for a token of {length} bytes"));
    }
    Ok(answer)
}
