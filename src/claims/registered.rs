//! The registered claims of a token (RFC 7519 section 4.1), each with its type.

use super::{Claims, Strings};
use crate::algorithm::Algorithm;
use crate::error::{Error, Member, Reason};
use crate::json::{Kind, Value};
use crate::time::NumericDate;
use crate::token::header::Header;

/// The claims to check. The registered claims were read and have the right types.
pub(crate) struct RegisteredClaims<'s> {
    pub(crate) header: &'s Header<'s>,
    pub(crate) algorithm: Algorithm,
    pub(crate) claims: Claims<'s>,
    // Kept as bytes, because they are only compared. They are valid UTF-8, because the text is.
    pub(crate) issuer: Option<&'s [u8]>,
    pub(crate) subject: Option<&'s [u8]>,
    pub(crate) audience: Option<Strings<'s>>,
    pub(crate) token_id: Option<&'s [u8]>,
    pub(crate) expires_at: Option<NumericDate>,
    pub(crate) not_before: Option<NumericDate>,
    pub(crate) issued_at: Option<NumericDate>,
}

pub(crate) fn missing(claim: Member) -> Error {
    Error::new(Reason::ClaimMissing).about(claim)
}

/// Requires a claim that is not empty: an empty name identifies no user or client.
pub(crate) fn required<T: AsRef<[u8]>>(text: Option<T>, claim: Member) -> Result<T, Error> {
    text.filter(|text| !text.as_ref().is_empty()).ok_or(missing(claim))
}

pub(crate) fn wrong_type(claim: Member) -> Error {
    Error::new(Reason::ClaimType).about(claim)
}

impl<'s> RegisteredClaims<'s> {
    /// RFC 7519 section 4.1: a registered claim must have the right type, even if it is not
    /// required. A malformed claim is never treated as absent.
    pub(crate) fn read(
        header: &'s Header<'s>,
        algorithm: Algorithm,
        claims: Claims<'s>,
        waives_audience: bool,
    ) -> Result<Self, Error> {
        let bytes = |value, claim| typed(value, claim, |value: Value<'s>| value.text()?.as_bytes());
        Ok(Self {
            header,
            algorithm,
            claims,
            issuer: bytes(claims.member("iss"), Member::Issuer)?,
            subject: bytes(claims.member("sub"), Member::Subject)?,
            audience: match claims.member("aud") {
                // Some issuers write `null` for an audience that they do not have. It is treated as
                // absent only if the caller waives the audience.
                Some(value) if waives_audience && value.kind() == Kind::Null => None,
                _ => audience(&claims, "aud")?,
            },
            token_id: bytes(claims.member("jti"), Member::JwtId)?,
            expires_at: date(claims.member("exp"), Member::ExpirationTime)?,
            not_before: date(claims.member("nbf"), Member::NotBefore)?,
            issued_at: date(claims.member("iat"), Member::IssuedAt)?,
        })
    }

    /// Reads a claim that must be a string if the token has it.
    pub(crate) fn string(&self, name: &str, claim: Member) -> Result<Option<&'s str>, Error> {
        typed(self.claims.member(name), claim, |value| value.string())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.claims.member(name).is_some()
    }
}

pub(crate) fn typed<'s, T>(
    value: Option<Value<'s>>,
    claim: Member,
    read: impl Fn(Value<'s>) -> Option<T>,
) -> Result<Option<T>, Error> {
    match value {
        None => Ok(None),
        Some(value) => read(value).map(Some).ok_or(wrong_type(claim)),
    }
}

/// The strings of a claim that names the audience. Not inlined, because it has two callers.
#[inline(never)]
pub(crate) fn audience<'s>(claims: &Claims<'s>, name: &str) -> Result<Option<Strings<'s>>, Error> {
    typed(claims.member(name), Member::Audience, Strings::of)
}

/// Reads a claim that must be a point in time if the token has it (RFC 7519 section 2,
/// NumericDate).
pub(crate) fn date(value: Option<Value<'_>>, claim: Member) -> Result<Option<NumericDate>, Error> {
    let Some(value) = value else { return Ok(None) };
    let number = value.number().ok_or(wrong_type(claim))?;
    // The number is too large for a time, for example 1e21, as JavaScript writes large numbers.
    let out_of_range = Error::new(Reason::DateOutOfRange).about(claim);
    NumericDate::from_number(number).map(Some).ok_or(out_of_range)
}
