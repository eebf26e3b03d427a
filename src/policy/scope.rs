//! The scopes that were granted to a client.

use super::{Part, Policy, check_given, check_text, check_texts};
use crate::claims::registered::RegisteredClaims;
use crate::claims::scopes::has_blank;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};

/// The checks of a policy that requires scopes.
pub(super) static PART: Part = Part { check, check_token };

/// The checks of a policy that names the claim that grants scopes but requires no scope.
pub(super) static CLAIM: Part = Part { check: check_claim, check_token: check_token_claim };

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    check_given(policy.scopes.is_given(), false, Member::Scope)?;
    check_claim(policy)?;
    check_texts(&policy.scopes, Member::Scope)?;
    if policy.scopes.iter().any(has_blank) {
        // RFC 6749 section 3.3: a scope contains no white space, so no token can grant this one.
        return Err(Error::new(Reason::PolicyScope).about(Member::Scope));
    }
    Ok(())
}

fn check_claim(policy: &Policy<'_>) -> Result<(), Error> {
    check_text(policy.scope_claim, Member::Scope)
}

/// The named claim is malformed if it has another type. It is then not treated as absent.
fn check_token_claim(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    _: &mut Evidence,
) -> Result<(), Error> {
    let name = policy.scope_claim.unwrap_or_default();
    registered.claims.scopes_from(name).map(drop)
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claims = &registered.claims;
    let granted = match policy.scope_claim {
        Some(name) => claims.scopes_from(name)?,
        None => Some(claims.scopes()?),
    };
    let is_granted = |wanted: &str| granted.as_ref().is_some_and(|it| it.grant(wanted));
    let enough = match policy.any_scope {
        true => policy.scopes.iter().any(is_granted),
        false => policy.scopes.iter().all(is_granted),
    };
    if !enough {
        return Err(Error::new(Reason::ScopeMissing).about(Member::Scope));
    }
    evidence.pass(Check::Scopes);
    Ok(())
}
