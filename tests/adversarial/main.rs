//! Hostile input and attacks, and inputs that other programs made.

#[path = "../support/mod.rs"]
mod support;

mod attacks_on_signatures;
mod attacks_on_tokens;
mod duplicates;
mod foreign;
mod given_twice;
mod hostile;
mod oracles;
