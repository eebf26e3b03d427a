//! The jobs, in the order in which they are printed.

mod parts;
mod proofs;
mod signatures;
mod tokens;

use crate::contender::Contender;
use crate::setting::Setting;

/// A task of a validator.
pub struct Job {
    pub name: &'static str,
    /// The operation on one input.
    pub about: &'static str,
    pub contenders: fn(&Setting) -> Vec<Contender>,
}

/// All jobs.
pub fn all() -> Vec<Job> {
    [signatures::VERIFY, signatures::PARSE_AND_VERIFY, tokens::JOBS, proofs::JOBS, parts::JOBS]
        .into_iter()
        .flatten()
        .map(|(name, about, contenders)| Job { name, about, contenders: *contenders })
        .collect()
}

/// A name, a description, and the contenders.
type Entry = (&'static str, &'static str, fn(&Setting) -> Vec<Contender>);
