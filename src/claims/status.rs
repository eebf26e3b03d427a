//! The reference of a token to its status (draft-ietf-oauth-status-list-21 section 6.2).

use super::Claims;
use crate::error::{Error, Reason};

/// Where the status of a token stands: the URI of a status list token, and an index in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusReference<'s> {
    uri: &'s str,
    index: u64,
}

impl<'s> StatusReference<'s> {
    /// The URI of the status list token, which is the `sub` of that token. Not empty. It is not
    /// parsed here.
    pub fn uri(&self) -> &'s str {
        self.uri
    }

    /// The index in the list, counted in statuses from 0.
    pub fn index(&self) -> u64 {
        self.index
    }
}

impl<'s> Claims<'s> {
    /// Where the status of the token stands: the claim `status.status_list` with its members `uri`
    /// and `idx` (draft-ietf-oauth-status-list-21 section 6.2).
    ///
    /// # Errors
    ///
    /// [`Reason::ClaimMissing`] if the token has no `status`, or a `status` by other mechanisms
    /// only. [`Reason::ClaimType`] if the claim is malformed: a wrong type, a missing or empty
    /// `uri`, a missing or negative `idx`, or an `idx` outside of 64 bits with sign.
    pub fn status_reference(&self) -> Result<StatusReference<'s>, Error> {
        let missing = Error::new(Reason::ClaimMissing);
        let malformed = Error::new(Reason::ClaimType);
        let status = self.member("status").ok_or(missing)?.object().ok_or(malformed)?;
        let list = status.member("status_list").ok_or(missing)?.object().ok_or(malformed)?;
        let uri = list.member("uri").and_then(|uri| uri.string()).ok_or(malformed)?;
        let index = list.member("idx").and_then(|index| index.integer());
        let index = index.and_then(|index| u64::try_from(index).ok()).ok_or(malformed)?;
        if uri.is_empty() {
            return Err(malformed);
        }
        Ok(StatusReference { uri, index })
    }
}
