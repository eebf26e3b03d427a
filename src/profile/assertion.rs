//! The rules that all assertions at the token endpoint share: those by which a client
//! authenticates, and those that are authorization grants (RFC 7521 section 5, RFC 7523 section 3).

use crate::claims::registered::{RegisteredClaims, missing, required};
use crate::error::{Error, Member, Reason};
use crate::policy::{Policy, given};

/// Rejects a policy that accepts assertions without an end.
pub(super) fn check(policy: &Policy<'_>) -> Result<(), Error> {
    given::check_meaningless(&[(policy.waived.expiry, Member::ExpirationTime)])?;
    if policy.max_lifetime.is_none() {
        // RFC 7523 section 3 item 4 lets a server reject an `exp` that is far in the future. Each
        // `jti` is remembered until then.
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::ExpirationTime));
    }
    Ok(())
}

pub(super) fn check_claims(registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    // RFC 10070 section 4: a second audience could forward the assertion to the first.
    let audience = registered.audience.clone().ok_or(missing(Member::Audience))?;
    if audience.count() != 1 {
        return Err(Error::new(Reason::UntrustedAudience).about(Member::Audience));
    }
    // RFC 7523 section 3 item 4.
    registered.expires_at.ok_or(missing(Member::ExpirationTime))?;
    // RFC 7523 section 3 item 7.
    required(registered.token_id, Member::JwtId)?;
    Ok(())
}
