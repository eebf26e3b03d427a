//! The requirements on the age of a token and of the login, on its lifetime, and on an `iat` in the
//! future.

use super::{Ages, Policy};
use crate::claims::registered::{RegisteredClaims, date, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::time::{NumericDate, Window};

pub(super) static AGES: Ages = Ages { check, check_claims, check_token };

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    let error = |reason| Error::new(reason).about(Member::ExpirationTime);
    match policy.max_lifetime {
        // No token would pass.
        Some(0) => Err(error(Reason::PolicyEmpty)),
        // A token without `exp` never expires, so it always exceeds a maximum lifetime.
        Some(_) if policy.waived.expiry => Err(error(Reason::PolicyContradiction)),
        _ => Ok(()),
    }
}

fn check_claims(policy: &Policy<'_>, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    authenticated_at(policy, registered)?;
    issued_at(policy, registered)?;
    Ok(())
}

/// `auth_time` and its maximum age, if the policy limits it.
fn authenticated_at(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
) -> Result<Option<(NumericDate, u32)>, Error> {
    let Some(seconds) = policy.authentication.max_age else { return Ok(None) };
    let claim = Member::AuthenticationTime;
    let date = date(registered.claims.member("auth_time"), claim)?;
    Ok(Some((date.ok_or(missing(claim))?, seconds)))
}

/// `iat` and its maximum age, if the policy limits it.
fn issued_at(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
) -> Result<Option<(NumericDate, u32)>, Error> {
    let Some(seconds) = policy.max_token_age else { return Ok(None) };
    Ok(Some((registered.issued_at.ok_or(missing(Member::IssuedAt))?, seconds)))
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    window: Option<&Window>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let authenticated_at = authenticated_at(policy, registered)?;
    let issued_at = issued_at(policy, registered)?;
    let Some(window) = window else {
        if authenticated_at.is_some() || issued_at.is_some() || policy.max_lifetime.is_some() {
            return Err(Error::new(Reason::TimeUnavailable));
        }
        evidence.find_vacuous(Check::IssuedAt);
        return Ok(());
    };
    if policy.rejects_issued_in_future {
        match registered.issued_at {
            Some(date) if date.is_after(window.latest) => {
                let error = Error::new(Reason::IssuedInFuture).about(Member::IssuedAt);
                return Err(error.apart(date.seconds(), window.present));
            }
            Some(_) => evidence.pass(Check::IssuedAt),
            None => evidence.find_vacuous(Check::IssuedAt),
        }
    }
    if let Some((date, seconds)) = issued_at {
        window.check_age(date, seconds, Reason::TokenTooOld, Member::IssuedAt)?;
        evidence.pass(Check::TokenAge);
    }
    if let Some((date, seconds)) = authenticated_at {
        // OpenID Connect Core section 3.1.3.7 step 13.
        let claim = Member::AuthenticationTime;
        window.check_age(date, seconds, Reason::AuthenticationTooOld, claim)?;
        evidence.pass(Check::AuthenticationAge);
    }
    let (Some(seconds), Some(expires_at)) = (policy.max_lifetime, registered.expires_at) else {
        return Ok(());
    };
    // So an `exp` in milliseconds is rejected, too.
    if expires_at.is_after(window.latest.saturating_add(seconds.into())) {
        let error = Error::new(Reason::LifetimeTooLong).about(Member::ExpirationTime);
        return Err(error.apart(expires_at.seconds(), window.present));
    }
    evidence.pass(Check::Lifetime);
    Ok(())
}
