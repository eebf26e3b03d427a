//! Checks the claims against the policy, in order: types, issuer, audience, the requirements of the
//! caller and of the profile, then time.

use super::{Parts, Policy};
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, audience, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::key::restrictions::Restrictions;
use crate::time::{NumericDate, Present, Time, Window};
use crate::token::{Content, Verified};

/// Checks a verified token against `policy` at `time`.
///
/// # Errors
///
/// A reason of the claims group, with the claim. A reason of the time group only if nothing else is
/// wrong, so a forged token or one for another recipient is never reported as expired.
#[inline(never)]
pub(crate) fn check_token(
    policy: &Policy<'_>,
    verified: &Verified<'_>,
    time: Time,
) -> Result<Evidence, Error> {
    // Check again that the signature step ran, before the claims are used: a fault may have skipped
    // it.
    verified.steps.check_signature()?;
    let mut evidence = Evidence::default();
    evidence.pass(Check::Signature);
    if let Some(part) = policy.parts.header {
        (part.check_token)(policy, &verified.header, &mut evidence)?;
    }
    let Content::Object { text, records, members } = verified.content else {
        // Only the policy decides whether a payload is opaque. The payload cannot.
        return match policy.profile.has_claims {
            true => Err(Error::new(Reason::JsonNotAnObject)),
            false => {
                verified.restrictions.check_issuer(None, None)?;
                check_key_time(policy, &verified.restrictions, time)?;
                Ok(evidence)
            }
        };
    };
    let claims = Claims::new(text, records, members);
    let registered = {
        let waives_audience = policy.waived.audience;
        RegisteredClaims::read(&verified.header, verified.algorithm, claims, waives_audience)?
    };
    check_issuer(policy, &registered, &mut evidence)?;
    let tenant = registered.claims.member("tid").and_then(|tenant| tenant.text()?.as_bytes());
    verified.restrictions.check_issuer(registered.issuer, tenant)?;
    check_audience(policy, &registered, &mut evidence)?;
    let Parts { rules, scopes, authentication, client, confirmation, .. } = policy.parts;
    for part in [rules, scopes].iter().flatten() {
        (part.check_token)(policy, &registered, &mut evidence)?;
    }
    match confirmation {
        Some(part) => (part.check_token)(policy, &registered, &mut evidence)?,
        None => reject_confirmation(&registered)?,
    }
    (policy.profile.check_token)(policy, &registered, &mut evidence)?;
    for part in [authentication, client].iter().flatten() {
        (part.check_token)(policy, &registered, &mut evidence)?;
    }
    check_time(policy, &registered, &verified.restrictions, time, &mut evidence)?;
    let dates = [registered.expires_at, registered.not_before, registered.issued_at];
    if dates.iter().flatten().any(NumericDate::is_beyond_years) {
        evidence.find_vacuous(Check::TimeUnit);
    }
    Ok(evidence)
}

fn check_issuer(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // The issuer check is skipped only if the caller waived it by name. A policy without an issuer
    // and without a waiver rejects every token.
    if policy.waived.issuer {
        evidence.waive(Check::Issuer);
        return Ok(());
    }
    let wanted = policy.issuer.ok_or(Error::new(Reason::PolicyIncomplete).about(Member::Issuer))?;
    wanted.check_token(registered)?;
    evidence.pass(Check::Issuer);
    Ok(())
}

fn check_audience(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if policy.waived.audience {
        evidence.waive(Check::Audience);
        return Ok(());
    }
    let found = match policy.audience_claim {
        Some(name) => audience(&registered.claims, name)?,
        None => registered.audience.clone(),
    };
    let mut found = found.ok_or(missing(Member::Audience))?;
    // RFC 7519 section 4.1.3: a recipient that does not find itself in the audience must reject the
    // token.
    let mut each = core::iter::from_fn(|| found.next_bytes());
    if !each.any(|found| policy.audiences.iter().any(|wanted| wanted.as_bytes() == found)) {
        return Err(Error::new(Reason::WrongAudience).about(Member::Audience));
    }
    evidence.pass(Check::Audience);
    Ok(())
}

/// RFC 7800 section 3.1: a token with `cnf` is valid only with the key that it names.
pub(crate) fn reject_confirmation(registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    if registered.has("cnf") {
        return Err(Error::new(Reason::TokenBound).about(Member::Confirmation));
    }
    Ok(())
}

/// A key whose JWK restricts it in time verifies only if the time is known.
fn check_key_time(
    policy: &Policy<'_>,
    restrictions: &Restrictions<'_>,
    time: Time,
) -> Result<(), Error> {
    if !restrictions.is_timed() {
        return Ok(());
    }
    match time.present()? {
        Present::At(now) => {
            let Window { earliest, latest, .. } = Window::around(now, policy.leeway());
            restrictions.check_time(earliest, latest)
        }
        Present::After(not_before) => restrictions.check_after(not_before),
    }
}

fn check_time(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    restrictions: &Restrictions<'_>,
    time: Time,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if registered.expires_at.is_none() && !policy.waived.expiry {
        return Err(missing(Member::ExpirationTime));
    }
    let ages = policy.parts.ages;
    if let Some(part) = ages {
        (part.check_claims)(policy, registered)?;
    }
    check_key_time(policy, restrictions, time)?;
    let present = match time.present()? {
        Present::At(now) => now,
        Present::After(not_before) => {
            return check_without_clock(policy, registered, not_before, evidence);
        }
    };
    let window = Window::around(present, policy.leeway());
    if let Some(part) = ages {
        (part.check_token)(policy, registered, Some(&window), evidence)?;
    }
    match registered.expires_at {
        // RFC 7519 section 4.1.4: on or after `exp` the token must not be accepted.
        Some(expires_at) if !expires_at.is_after(window.earliest) => {
            let error = Error::new(Reason::Expired).about(Member::ExpirationTime);
            return Err(error.apart(expires_at.seconds(), present));
        }
        Some(_) => evidence.pass(Check::Expiry),
        None => evidence.waive(Check::Expiry),
    }
    match registered.not_before {
        // RFC 7519 section 4.1.5: before `nbf` the token must not be accepted.
        Some(not_before) if not_before.is_after(window.latest) => {
            let error = Error::new(Reason::NotYetValid).about(Member::NotBefore);
            return Err(error.apart(not_before.seconds(), present));
        }
        Some(_) => evidence.pass(Check::NotBefore),
        None => evidence.find_vacuous(Check::NotBefore),
    }
    Ok(())
}

fn check_without_clock(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    not_before: i64,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    match registered.expires_at {
        // Now is not before `not_before`. The leeway allows for an inexact clock, so it is not
        // added here, where no clock was read.
        Some(expires_at) if !expires_at.is_after(not_before) => {
            let error = Error::new(Reason::Expired).about(Member::ExpirationTime);
            return Err(error.apart(expires_at.seconds(), not_before));
        }
        Some(_) => evidence.find_vacuous(Check::Expiry),
        None => evidence.waive(Check::Expiry),
    }
    if !policy.waived.clock {
        return Err(Error::new(Reason::TimeUnavailable));
    }
    evidence.find_vacuous(Check::NotBefore);
    match policy.parts.ages {
        Some(part) => (part.check_token)(policy, registered, None, evidence),
        None => Ok(()),
    }
}
