//! The status of a token in a list of statuses (draft-ietf-oauth-status-list-21 sections 4.1, 7 and
//! 8.3).

pub use crate::claims::status::StatusReference;

use crate::claims::Claims;
use crate::error::{Error, Reason};
use crate::profile::status_list::NAME;
use crate::validate::Token;

/// The statuses of many tokens, from one status list token. Borrows the token and the inflated
/// list.
///
/// The order is that of section 8.3:
///
/// 1. Validate the token whose status is asked for. An expired token stays expired, whatever its
///    status.
/// 2. Read [`Claims::status_reference`], and fetch the status list token from its `uri`.
/// 3. Validate it by [`Policy::status_list`](crate::Policy::status_list) with that `uri`.
/// 4. Decode `status_list.lst` from base64url and inflate it (zlib, RFC 1950). Set a limit: a short
///    text can inflate to gigabytes.
/// 5. [`check`](Self::check).
///
/// A cached list is valid until its `exp`, and for `ttl` seconds after it was fetched. The caller
/// keeps both limits.
#[derive(Clone, Copy)]
pub struct StatusList<'a> {
    uri: &'a str,
    bits: u32,
    bytes: &'a [u8],
}

impl<'a> StatusList<'a> {
    /// The list of an accepted status list token. `inflated` is the inflated `lst` of this token:
    /// 1 to 8 statuses a byte, the first in the least significant bits.
    ///
    /// # Errors
    ///
    /// [`Reason::WrongTokenKind`] if the token was not accepted by
    /// [`Policy::status_list`](crate::Policy::status_list).
    pub fn new(list: &Token<'a>, inflated: &'a [u8]) -> Result<Self, Error> {
        Self::of(&list.claims(), list.profile(), inflated)
    }

    /// Like [`new`](Self::new), for the claims of a token that was accepted as `profile`.
    pub(crate) fn of(list: &Claims<'a>, profile: &str, inflated: &'a [u8]) -> Result<Self, Error> {
        let wrong_kind = Error::new(Reason::WrongTokenKind);
        if profile != NAME {
            return Err(wrong_kind);
        }
        let uri = list.string("sub")?;
        let bits = list.integer(&["status_list", "bits"])?;
        let bits = u32::try_from(bits).ok().filter(|bits| matches!(bits, 1 | 2 | 4 | 8));
        Ok(Self { uri, bits: bits.ok_or(wrong_kind)?, bytes: inflated })
    }

    /// Rejects the token with these claims unless its status is 0, VALID.
    ///
    /// # Errors
    ///
    /// [`Reason::StatusInvalid`] for status 1, [`Reason::StatusSuspended`] for status 2,
    /// [`Reason::StatusOther`] for others. The errors of [`value`](Self::value).
    pub fn check(&self, claims: &Claims<'_>) -> Result<(), Error> {
        accept(self.value(claims)?)
    }

    /// The status of the token with these claims, for an application with statuses of its own: 0 is
    /// VALID, 1 is INVALID (revoked), 2 is SUSPENDED. The application must reject every status that
    /// it does not know.
    ///
    /// # Errors
    ///
    /// Those of [`Claims::status_reference`]: a token without a reference has no status here.
    /// [`Reason::StatusListMismatch`] if the reference names another list.
    /// [`Reason::StatusOutOfRange`] if the index is behind the end of the list.
    pub fn value(&self, claims: &Claims<'_>) -> Result<u8, Error> {
        let reference = claims.status_reference()?;
        // Section 8.3 step 4 a. URIs are compared as texts.
        if reference.uri() != self.uri {
            return Err(Error::new(Reason::StatusListMismatch));
        }
        // Section 4.1: a byte has 8, 4, 2 or 1 statuses, the first in the least significant bits.
        let index = reference.index();
        let (byte, before, mask) = match self.bits {
            1 => (index / 8, index % 8, 0x01),
            2 => (index / 4, index % 4, 0x03),
            4 => (index / 2, index % 2, 0x0F),
            _ => (index, 0, 0xFF),
        };
        let byte = usize::try_from(byte).ok();
        let byte = byte.and_then(|byte| self.bytes.get(byte));
        // Section 8.3 step 6.
        let byte = byte.ok_or(Error::new(Reason::StatusOutOfRange))?;
        // Moves the status down to the least significant bits.
        Ok((0..before).fold(*byte, |rest, _| rest.checked_shr(self.bits).unwrap_or(0)) & mask)
    }
}

/// Accepts the status VALID only (section 7.1).
pub(crate) fn accept(value: u8) -> Result<(), Error> {
    match value {
        0 => Ok(()),
        1 => Err(Error::new(Reason::StatusInvalid)),
        2 => Err(Error::new(Reason::StatusSuspended)),
        _ => Err(Error::new(Reason::StatusOther)),
    }
}
