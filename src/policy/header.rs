//! The requirements on the header: its `typ`, and a parameter that names the signer.

use super::given::check_text;
use super::{HeaderRules, Policy};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::token::header::{Header, is_media_type};

pub(super) static HEADER: HeaderRules = HeaderRules { check, check_token };

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    check_text(policy.token_type, Member::Type)?;
    if let Some(("", _) | (_, "")) = policy.header_parameter {
        return Err(Error::new(Reason::PolicyEmpty).about(Member::HeaderParameter));
    }
    if policy.padded && policy.header_parameter.is_none() {
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::HeaderParameter));
    }
    Ok(())
}

fn check_token(
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
