//! keycard beside its peers, in one process and on the same inputs.
//!
//! A [job](jobs) is something that a validator does; its [contenders](contenders) do it each in
//! their own way, on [inputs] that an [issuer] of RustCrypto signed. They are [measured](measure)
//! in turn, many times around, and [reported](report) by the median.

pub mod contender;
pub mod contenders;
pub mod inputs;
pub mod issuer;
pub mod jobs;
pub mod measure;
pub mod report;
pub mod setting;
