//! The error of a claim that cannot be read, with the whole path of the claim.

use super::short::Short;
use crate::error::line::Line;
use crate::error::{Error, Reason};
use crate::str_list::StrList;
use core::fmt;

/// The reason why a claim could not be read, with its path. It takes at most 128 bytes, is `Copy`,
/// and is the same with every feature.
///
/// `?` converts it into an [`Error`], which keeps the reason. The name of the claim is kept only if
/// [`Member`](crate::Member) lists it.
///
/// ```
/// fn tenant(claims: &keycard::Claims<'_>) -> Result<String, keycard::Error> {
///     let tenant = claims.string(&["tenant", "id"]);
///     if let Err(error) = tenant {
///         // claims: a claim has the wrong type (tenant.id): expected a string, found a number
///         eprintln!("{error}");
///     }
///     Ok(tenant?.to_owned())
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClaimError {
    reason: Reason,
    path: Short<56>,
    detail: Short<64>,
}

impl ClaimError {
    pub(crate) const fn new(reason: Reason) -> Self {
        Self { reason, path: Short::EMPTY, detail: Short::EMPTY }
    }

    /// The error for a claim whose value has the wrong type.
    // `core::fmt` is not used here, because a small image would link it only for this.
    pub(super) fn expected(expected: &str, found: &str) -> Self {
        let mut error = Self::new(Reason::ClaimType);
        for text in ["expected ", expected, ", found ", found] {
            error.detail.push_str(text);
        }
        error
    }

    /// The same error, with this detail.
    pub(super) fn with_detail(self, detail: impl fmt::Display) -> Self {
        Self { detail: Short::of(detail), ..self }
    }

    /// The same error, about the claim at this path.
    pub(super) fn at(mut self, path: &StrList<'_>) -> Self {
        self.path = Short::EMPTY;
        for (index, name) in path.iter().enumerate() {
            if index > 0 {
                self.path.push_str(".");
            }
            self.path.push_str(name);
        }
        self
    }

    /// The same error, with the name of the member or the element `[index]` put in front of its
    /// path.
    pub(super) fn inside(self, name: impl fmt::Display) -> Self {
        let path = self.path.as_str();
        let separator = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        Self { path: Short::of(format_args!("{name}{separator}{path}")), ..self }
    }

    /// The reason: [`Reason::ClaimMissing`], [`Reason::ClaimType`] or [`Reason::DateOutOfRange`].
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The names on the path to the claim, joined by dots: `tenant.id`, `groups[2]`. Empty if the
    /// error is about all claims. At most 56 bytes: a longer path is cut and ends in `…`. Control
    /// characters are replaced by `?`.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The expected and the found type in words, without the value itself: `expected a string,
    /// found a number`. Empty if there is no detail. In an error of
    /// [`Claims::deserialize`](crate::Claims), it may be a message of the caller's type. At most 64
    /// bytes; a longer detail is cut like the path.
    pub fn detail(&self) -> &str {
        self.detail.as_str()
    }
}

impl From<ClaimError> for Error {
    fn from(error: ClaimError) -> Self {
        // A path of two or more names contains a dot or a bracket. No name in `Member` contains
        // one.
        Self::new(error.reason).about_named(error.path())
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claim = Some(self.path()).filter(|path| !path.is_empty());
        Line { claim, ..Error::new(self.reason).line() }.fmt(f)?;
        if self.detail().is_empty() {
            return Ok(());
        }
        f.write_str(": ")?;
        f.write_str(self.detail())
    }
}

impl fmt::Debug for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ClaimError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Member;

    #[test]
    fn is_copied_cheaply_and_becomes_an_error() {
        assert!(size_of::<ClaimError>() <= 128);
        let error = ClaimError::new(Reason::ClaimMissing).at(&"iss".into());
        assert_eq!(Error::from(error).member(), Some(Member::Issuer));
        let nested = error.at(&(&["act", "iss"]).into());
        assert_eq!(nested.path(), "act.iss");
        assert_eq!(Error::from(nested), Error::new(Reason::ClaimMissing));
    }
}
