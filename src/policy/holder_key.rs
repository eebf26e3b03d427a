//! Tokens whose own key signs the proof that came with them (RFC 7800 section 3.2).

use super::{Part, Policy};
use crate::claims::registered::{RegisteredClaims, missing, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::json::Value;
use core::ptr;

/// `cnf` must be there, and have `jwk` only. The caller that sets this part checks the proof.
pub(crate) static HOLDER_KEY: Part =
    Part { check: |_| Ok(()), check_token: |_, registered, _| holder_key(registered).map(|_| ()) };

/// The key in `cnf`.`jwk`. A member beside `jwk` would be another method, which the proof does not
/// satisfy.
pub(crate) fn holder_key<'s>(registered: &RegisteredClaims<'s>) -> Result<Value<'s>, Error> {
    let claim = Member::Confirmation;
    let value = registered.claims.member("cnf").ok_or(missing(claim))?;
    let mut methods = value.object().ok_or(wrong_type(claim))?.members();
    match (methods.next(), methods.next()) {
        (Some((name, key)), None) if name == *"jwk" => Ok(key),
        _ => Err(Error::new(Reason::ConfirmationUnknown).about(claim)),
    }
}

impl Policy<'_> {
    /// The policy for a token whose own key signs the proof that came with it.
    pub(crate) fn with_holder_key(mut self) -> Self {
        self.parts.confirmation = Some(&HOLDER_KEY);
        self
    }

    /// True if the caller checks the proof of the key in the token.
    pub(crate) fn has_holder_key(&self) -> bool {
        self.parts.confirmation.is_some_and(|part| ptr::eq(part, &raw const HOLDER_KEY))
    }
}
