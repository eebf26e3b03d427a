//! Checks the claims against the policy, in order: types, issuer, audience, the requirements of the
//! caller and of the profile, then time.

use super::{Parts, Policy};
use crate::claims::Claims;
use crate::claims::registered::{RegisteredClaims, audience, date, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::key::restrictions::Restrictions;
use crate::time::{NumericDate, Present, Time, Window};
use crate::token::header::{Header, is_media_type};
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
    check_header(policy, &verified.header, &mut evidence)?;
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
    let Parts { rules, scopes, authentication, client, confirmation } = policy.parts;
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

fn check_header(
    policy: &Policy<'_>,
    header: &Header<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if let Some(wanted) = policy.token_type {
        let found = header.token_type();
        // RFC 8725 section 3.11.
        if !found.is_some_and(|found| is_media_type(found, wanted)) {
            return Err(Error::new(Reason::WrongTokenType).about(Member::Type));
        }
        evidence.pass(Check::TokenType);
    }
    if let Some((name, wanted)) = policy.header_parameter {
        let found = header.parameter(name).and_then(|value| value.string());
        if found != Some(wanted) {
            return Err(Error::new(Reason::HeaderMismatch));
        }
        evidence.pass(Check::HeaderParameter);
    }
    Ok(())
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
fn reject_confirmation(registered: &RegisteredClaims<'_>) -> Result<(), Error> {
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
    let authenticated_at = match policy.authentication.max_age {
        Some(seconds) => {
            let claim = Member::AuthenticationTime;
            let date = date(registered.claims.member("auth_time"), claim)?;
            Some((date.ok_or(missing(claim))?, seconds))
        }
        None => None,
    };
    let rejects_future = policy.rejects_issued_in_future;
    let issued_at = match policy.max_token_age {
        Some(seconds) => Some((registered.issued_at.ok_or(missing(Member::IssuedAt))?, seconds)),
        None => None,
    };
    check_key_time(policy, restrictions, time)?;
    let present = match time.present()? {
        Present::At(now) => now,
        Present::After(not_before) => {
            let ages = authenticated_at.is_some() || issued_at.is_some();
            let ages = ages || policy.max_lifetime.is_some();
            return check_without_clock(policy, registered, not_before, ages, evidence);
        }
    };
    let window = Window::around(present, policy.leeway());
    match registered.issued_at {
        Some(date) if rejects_future && date.is_after(window.latest) => {
            let error = Error::new(Reason::IssuedInFuture).about(Member::IssuedAt);
            return Err(error.apart(date.seconds(), present));
        }
        Some(_) if rejects_future => evidence.pass(Check::IssuedAt),
        None if rejects_future => evidence.find_vacuous(Check::IssuedAt),
        _ => {}
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
    match registered.expires_at {
        // RFC 7519 section 4.1.4: on or after `exp` the token must not be accepted.
        Some(expires_at) if !expires_at.is_after(window.earliest) => {
            let error = Error::new(Reason::Expired).about(Member::ExpirationTime);
            return Err(error.apart(expires_at.seconds(), present));
        }
        Some(expires_at) => {
            evidence.pass(Check::Expiry);
            check_lifetime(policy, &window, expires_at, evidence)?;
        }
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

/// Limits how far `exp` lies in the future. So an `exp` in milliseconds is rejected, too.
fn check_lifetime(
    policy: &Policy<'_>,
    window: &Window,
    expires_at: NumericDate,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let Some(seconds) = policy.max_lifetime else { return Ok(()) };
    if expires_at.is_after(window.latest.saturating_add(seconds.into())) {
        let error = Error::new(Reason::LifetimeTooLong).about(Member::ExpirationTime);
        return Err(error.apart(expires_at.seconds(), window.present));
    }
    evidence.pass(Check::Lifetime);
    Ok(())
}

fn check_without_clock(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    not_before: i64,
    ages: bool,
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
    if ages || !policy.waived.clock {
        return Err(Error::new(Reason::TimeUnavailable));
    }
    evidence.find_vacuous(Check::NotBefore);
    if policy.rejects_issued_in_future {
        evidence.find_vacuous(Check::IssuedAt);
    }
    Ok(())
}
