//! Hostile input, attacks, and inputs from foreign programs.

#[path = "../support/mod.rs"]
mod support;

mod attacks_on_signatures;
mod attacks_on_tokens;
mod confusion;
mod duplicates;
mod foreign;
mod fuzzed_kinds;
mod given_twice;
mod hostile;
mod oracles;
