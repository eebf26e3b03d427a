//! The parts of a presentation, which tildes separate.

use crate::error::{Error, Reason};
use crate::limits::MAX_DISCLOSURES;

/// The parts of a presentation, still encoded.
pub(super) struct Parts<'p> {
    /// The characters that `sd_hash` covers (section 4.3.1): everything up to the last tilde.
    pub(super) presented: &'p [u8],
    /// The JWT of the issuer.
    pub(super) jwt: &'p [u8],
    /// The disclosures, each with the tilde after it.
    pub(super) disclosures: &'p [u8],
    /// The number of disclosures.
    pub(super) count: usize,
    /// The Key Binding JWT, or nothing.
    pub(super) binding: &'p [u8],
}

impl<'p> Parts<'p> {
    /// Section 4: `<JWT>~<disclosure>~...~<disclosure>~`, and perhaps a Key Binding JWT.
    pub(super) fn of(presentation: &'p [u8]) -> Result<Self, Error> {
        let is_tilde = |byte: &u8| *byte == b'~';
        let malformed = Error::new(Reason::DisclosureMalformed);
        let first = presentation.iter().position(is_tilde).ok_or(malformed)?;
        let last = presentation.iter().rposition(is_tilde).ok_or(malformed)?;
        let behind = last.saturating_add(1);
        let (presented, binding) = presentation.split_at_checked(behind).ok_or(malformed)?;
        let jwt = presented.get(..first).ok_or(malformed)?;
        let disclosures = presented.get(first.saturating_add(1)..).ok_or(malformed)?;
        let count = disclosures.iter().filter(|byte| is_tilde(byte)).count();
        if count > MAX_DISCLOSURES {
            return Err(Error::new(Reason::DisclosureTooMany));
        }
        Ok(Self { presented, jwt, disclosures, count, binding })
    }
}
