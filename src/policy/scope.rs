//! Scopes: what a client was granted.

use super::judge::{Judged, wrong_type};
use super::{Part, Policy, check_given, check_texts};
use crate::claims::{Claims, Strings};
use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};

pub(super) static PART: Part = Part { check, judge };

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    check_given(policy.scopes.is_given(), false, Claim::Scope)?;
    check_texts(&policy.scopes, Claim::Scope)?;
    if policy.scopes.iter().any(has_blank) {
        // RFC 6749 section 3.3: no scope has one, so that nobody can have been granted it.
        return Err(Error::new(Reason::PolicyContradiction).about(Claim::Scope));
    }
    Ok(())
}

fn judge(policy: &Policy<'_>, judged: &Judged<'_>, evidence: &mut Evidence) -> Result<(), Error> {
    let claims = &judged.claims;
    let granted = [scopes(claims, "scope")?, scopes(claims, "scp")?];
    let is_granted = |wanted: &str| granted.iter().flatten().any(|it| grants(it, wanted));
    let enough = match policy.any_scope {
        true => policy.scopes.iter().any(is_granted),
        false => policy.scopes.iter().all(is_granted),
    };
    if !enough {
        return Err(Error::new(Reason::ScopeMissing).about(Claim::Scope));
    }
    evidence.pass(Check::Scopes);
    Ok(())
}

/// A claim of scopes: a string of words with a space between them (RFC 6749 section 3.3), or an array of
/// words.
fn scopes<'s>(claims: &Claims<'s>, name: &str) -> Result<Option<Strings<'s>>, Error> {
    let Some(value) = claims.member(name) else {
        return Ok(None);
    };
    let strings = Strings::of(value).ok_or(wrong_type(Claim::Scope))?;
    if value.array().is_some() && strings.clone().any(has_blank) {
        // One scope with a blank in it, which none has, or several? Whoever guesses grants.
        return Err(wrong_type(Claim::Scope));
    }
    Ok(Some(strings))
}

fn has_blank(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_whitespace())
}

fn grants(strings: &Strings<'_>, wanted: &str) -> bool {
    let has_word = |text: &str| text.as_bytes().split(is_space).any(|it| it == wanted.as_bytes());
    strings.clone().any(has_word)
}

fn is_space(byte: &u8) -> bool {
    *byte == b' '
}
