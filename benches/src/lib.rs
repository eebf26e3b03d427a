//! Measures keycard and other libraries in one process, on the same inputs.
//!
//! A [job](jobs) is a task of a validator. Its [contenders](contenders) each do it in their own
//! way, with [inputs] that an [issuer] signed with RustCrypto. They are [measured](measure) in turn
//! in many rounds, and [reported](report) by the median.

pub mod contender;
pub mod contenders;
pub mod inputs;
pub mod issuer;
pub mod jobs;
pub mod measure;
pub mod report;
pub mod setting;
