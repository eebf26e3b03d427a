//! The issuer of a policy: one string, or a template that a claim of the token completes.

use super::given::check_text;
use crate::claims::registered::{RegisteredClaims, missing, typed};
use crate::error::{Error, Member, Reason};

/// The issuer that a policy requires.
#[derive(Clone, Copy)]
pub(crate) enum Issuer<'a> {
    /// Exactly this issuer.
    Is(&'a str),
    /// Each issuer of this form, with a claim of the token in place of its `{name}`.
    Like(&'a str, &'static Form),
}

/// The functions that read a template. The policy holds a reference to them, so that a program
/// without templates does not link them.
pub(crate) struct Form {
    pub(crate) check: fn(&str) -> Result<(), Error>,
    /// Says whether a token with this `iss` may be of the form, before its signature is verified.
    pub(crate) may_be: fn(&str, &[u8]) -> Result<bool, Error>,
    pub(crate) check_token: fn(&str, &RegisteredClaims<'_>) -> Result<(), Error>,
}

static FORM: Form =
    Form { check: Template::check, may_be: Template::may_be, check_token: Template::check_token };

/// A template, split at its `{name}`.
struct Template<'a> {
    before: &'a str,
    claim: &'a str,
    after: &'a str,
}

impl<'a> Issuer<'a> {
    /// Makes the requirement for each issuer of the form of `template`.
    pub(crate) fn like(template: &'a str) -> Self {
        Self::Like(template, &FORM)
    }

    pub(super) fn check(self) -> Result<(), Error> {
        match self {
            Self::Is(issuer) => check_text(Some(issuer), Member::Issuer),
            Self::Like(template, form) => (form.check)(template),
        }
    }

    /// True if a token with this `iss` may be from this issuer. For a template, the claim is
    /// compared after the signature was verified.
    ///
    /// # Errors
    ///
    /// [`Reason::PolicyValue`] for a malformed template.
    pub(crate) fn may_be(self, found: &[u8]) -> Result<bool, Error> {
        match self {
            Self::Is(wanted) => Ok(wanted.as_bytes() == found),
            Self::Like(template, form) => (form.may_be)(template, found),
        }
    }

    pub(super) fn check_token(self, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
        match self {
            Self::Is(wanted) => {
                // RFC 8725 section 3.8: issuers are compared without normalisation.
                match registered.issuer.ok_or(missing(Member::Issuer))? == wanted.as_bytes() {
                    true => Ok(()),
                    false => Err(wrong()),
                }
            }
            Self::Like(template, form) => (form.check_token)(template, registered),
        }
    }
}

impl Template<'_> {
    fn check(template: &str) -> Result<(), Error> {
        Template::of(template).map(|_| ()).ok_or(malformed())
    }

    fn may_be(template: &str, found: &[u8]) -> Result<bool, Error> {
        let template = Template::of(template).ok_or(malformed())?;
        Ok(template.value_in(found).is_some())
    }

    fn check_token(template: &str, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
        let found = registered.issuer.ok_or(missing(Member::Issuer))?;
        let template = Template::of(template).ok_or(malformed())?;
        let value = template.value_in(found).ok_or(wrong())?;
        // The claim and the issuer must name the same tenant.
        let claim = registered.claims.member(template.claim);
        let claim = typed(claim, Member::Issuer, |claim| claim.text()?.as_bytes());
        let claim = claim.map_err(|error| error.about_named(template.claim))?;
        let absent = missing(Member::Issuer).about_named(template.claim);
        match claim.ok_or(absent)? == value {
            true => Ok(()),
            false => Err(wrong()),
        }
    }
}

impl<'a> Template<'a> {
    /// `None` unless the text has exactly one `{name}`, with something before it.
    fn of(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_once('{')?;
        let (claim, after) = rest.split_once('}')?;
        let braces = [claim, after].iter().any(|part| part.contains(['{', '}']));
        let whole = !before.is_empty() && !before.contains('}') && !claim.is_empty() && !braces;
        whole.then_some(Self { before, claim, after })
    }

    /// The part of `issuer` in place of the `{name}`, if the issuer has this form. It is one path
    /// segment of unreserved characters (RFC 3986 section 2.3), so it cannot change the parts
    /// around it.
    fn value_in<'t>(&self, issuer: &'t [u8]) -> Option<&'t [u8]> {
        let rest = issuer.strip_prefix(self.before.as_bytes())?;
        let value = rest.strip_suffix(self.after.as_bytes())?;
        let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        let whole = !value.is_empty() && value != b"." && value != b"..";
        (whole && value.iter().all(unreserved)).then_some(value)
    }
}

fn wrong() -> Error {
    Error::new(Reason::WrongIssuer).about(Member::Issuer)
}

fn malformed() -> Error {
    Error::new(Reason::PolicyValue).about(Member::Issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_template_without_one_name() {
        for text in ["", "https://a", "{tid}", "https://a/{}", "https://a/{b", "https://a/}{b}"] {
            assert!(Template::of(text).is_none(), "{text}");
        }
        for text in ["https://a/{b}/{c}", "https://a/{{b}}", "https://a/{b}}"] {
            assert!(Template::of(text).is_none(), "{text}");
        }
        assert!(Template::of("https://a/{b}").is_some());
    }

    #[test]
    fn accepts_one_segment_in_place_of_the_name() {
        let template = Template::of("https://a/{tid}/v2.0").unwrap();
        let value = |issuer: &'static str| template.value_in(issuer.as_bytes());
        assert_eq!(value("https://a/9188-04d/v2.0"), Some(&b"9188-04d"[..]));
        for issuer in [
            "https://a//v2.0",
            "https://a/../v2.0",
            "https://a/./v2.0",
            "https://a/b/c/v2.0",
            "https://a/b%2Fc/v2.0",
            "https://a/{tid}/v2.0",
            "https://a/b?/v2.0",
            "https://a/b/v2.0/",
            "https://a/v2.0",
            "http://a/b/v2.0",
        ] {
            assert_eq!(value(issuer), None, "{issuer}");
        }
    }
}
