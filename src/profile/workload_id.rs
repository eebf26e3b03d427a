//! The identifier of a workload in `sub`: a SPIFFE ID (SPIFFE-ID), or a WIMSE identifier
//! (draft-ietf-wimse-identifier section 4). The trust domain is its authority.

use crate::claims::registered::{RegisteredClaims, missing};
use crate::error::{Error, Member, Reason};
use crate::policy::issuer::Form;

/// A SPIFFE ID only.
pub(super) static SPIFFE: Form = Form {
    check: |domain| check_trust_domain(domain, &[SPIFFE_SCHEME]),
    may_be: |_, _| Ok(false),
    check_token: check_subject,
};

/// A SPIFFE ID or a WIMSE identifier, as the trust domain says.
pub(super) static EITHER: Form = Form {
    check: |domain| check_trust_domain(domain, &[SPIFFE_SCHEME, "wimse://"]),
    may_be: |_, _| Ok(false),
    check_token: check_subject,
};

const SPIFFE_SCHEME: &str = "spiffe://";
/// SPIFFE-ID section 2.3.
const LONGEST: usize = 2048;
/// SPIFFE-ID section 2.1.
const LONGEST_DOMAIN: usize = 255;

/// True for the algorithms of JWT-SVID section 2.1 and WIT-SVID section 2.3.
pub(super) fn is_svid_algorithm(name: &str) -> bool {
    let family = name.get(..2).unwrap_or_default();
    ["RS", "ES", "PS"].contains(&family) && name != "ES256K"
}

/// True if the trust domain is one of SPIFFE.
pub(super) fn is_spiffe(domain: &str) -> bool {
    domain.starts_with(SPIFFE_SCHEME)
}

/// SPIFFE-ID section 2.1: lower-case letters, digits, `.`, `-` and `_`, without a port or a path.
fn check_trust_domain(domain: &str, schemes: &[&str]) -> Result<(), Error> {
    let name = schemes.iter().find_map(|scheme| domain.strip_prefix(scheme)).unwrap_or_default();
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    match (1..=LONGEST_DOMAIN).contains(&name.len()) && name.bytes().all(is_allowed) {
        true => Ok(()),
        false => Err(Error::new(Reason::PolicyValue).about(Member::Issuer)),
    }
}

/// `sub` is an identifier of a workload in `domain`: the domain, and a path of one or more
/// segments. A path has no query and no fragment.
fn check_subject(domain: &str, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    let subject = registered.subject.ok_or(missing(Member::Subject))?;
    let path = subject.strip_prefix(domain.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    // SPIFFE-ID section 2.2. In other URIs, RFC 3986 section 3.3 allows more characters.
    let further: &[u8] = if is_spiffe(domain) { b".-_" } else { b".-_~!$&'()*+,;=:@" };
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || further.contains(byte);
    // No empty segment, no `.` and no `..`.
    let is_segment =
        |segment: &[u8]| !matches!(segment, b"" | b"." | b"..") && segment.iter().all(is_allowed);
    let is_path = |path: &[u8]| path.split(|byte| *byte == b'/').all(is_segment);
    match path.is_some_and(is_path) && subject.len() <= LONGEST {
        true => Ok(()),
        false => Err(Error::new(Reason::WrongSubject).about(Member::Subject)),
    }
}
