//! A signature to be verified as part of a batch.

use super::material::Material;
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::step_counter::StepCounter;

/// A signature to be verified as part of a batch.
pub(crate) struct SignatureJob<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) material: Material<'a>,
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a [u8],
    /// The result of [`verify`](super::verify); `None` until it is computed.
    pub(crate) result: Option<Result<StepCounter, Error>>,
}
