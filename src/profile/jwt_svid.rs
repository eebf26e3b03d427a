//! JWT-SVIDs: identities of workloads (SPIFFE JWT-SVID and SPIFFE-ID).

use super::{kinds, unused};
use crate::algorithm::Algorithms;
use crate::claims::registered::{RegisteredClaims, missing};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::issuer::{Form, Issuer};
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static JWT_SVID: Profile = Profile { name: "JWT-SVID", has_claims: true, check, check_token };

/// `sub` names the trust domain. `iss` has no meaning (JWT-SVID section 3).
static TRUST_DOMAIN: Form =
    Form { check: check_trust_domain, may_be: |_, _| Ok(false), check_token: check_subject };

const SCHEME: &str = "spiffe://";
/// SPIFFE-ID section 2.3.
const LONGEST: usize = 2048;
/// SPIFFE-ID section 2.1.
const LONGEST_DOMAIN: usize = 255;

impl<'a> Policy<'a> {
    /// A JWT-SVID of a workload in `trust_domain`, such as `spiffe://example.org`:
    ///
    /// * `sub` is the SPIFFE ID of a workload: the trust domain, and a path of one or more segments
    /// * `aud` and `exp` are there
    /// * `typ` is `JWT`, `JOSE` or absent
    ///
    /// Use the keys of this trust domain only. `iss` is not compared, so
    /// [`validate_any`](crate::validate_any) finds no row of this kind.
    ///
    /// The algorithms are among the nine of JWT-SVID section 2.1: RS, ES and PS with SHA-256, 384
    /// and 512. Others are [`PolicyContradiction`](Reason::PolicyContradiction). A trust domain of
    /// another form, or with a path, is [`PolicyValue`](Reason::PolicyValue).
    ///
    /// To accept only one workload, require its ID with
    /// [`ClaimRule::equals`](crate::ClaimRule::equals) for `sub`.
    pub fn jwt_svid(
        trust_domain: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        let mut policy = Self::new(&JWT_SVID, None, audiences.into(), algorithms);
        policy.issuer = trust_domain.into().map(|domain| Issuer::Like(domain, &TRUST_DOMAIN));
        policy
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::JWT_SVID.check_type(policy)?;
    unused::check_login(policy)?;
    let is_svid = |name: &str| {
        let family = name.get(..2).unwrap_or_default();
        ["RS", "ES", "PS"].contains(&family) && name != "ES256K"
    };
    given::check_meaningless(&[
        (policy.waived.issuer, Member::Issuer),
        (policy.waived.audience, Member::Audience),
        (policy.waived.expiry, Member::ExpirationTime),
        (!policy.algorithms.iter().all(|algorithm| is_svid(algorithm.name())), Member::Algorithm),
    ])
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    // JWT-SVID section 2.3.
    kinds::JWT_SVID.check_optional_type(policy, registered, evidence)?;
    kinds::JWT_SVID.reject_others(registered)?;
    // JWT-SVID section 3. The engine requires `exp`.
    evidence.pass(Check::Subject);
    evidence.pass(Check::Kind);
    Ok(())
}

/// SPIFFE-ID section 2.1: lower-case letters, digits, `.`, `-` and `_`, without a port or a path.
fn check_trust_domain(domain: &str) -> Result<(), Error> {
    let name = domain.strip_prefix(SCHEME).unwrap_or_default().as_bytes();
    let is_allowed =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(byte);
    match (1..=LONGEST_DOMAIN).contains(&name.len()) && name.iter().all(is_allowed) {
        true => Ok(()),
        false => Err(Error::new(Reason::PolicyValue).about(Member::Issuer)),
    }
}

/// JWT-SVID section 3.1: `sub` is a SPIFFE ID, here of a workload in `domain`.
fn check_subject(domain: &str, registered: &RegisteredClaims<'_>) -> Result<(), Error> {
    let subject = registered.subject.ok_or(missing(Member::Subject))?;
    let path = subject.strip_prefix(domain.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    // SPIFFE-ID section 2.2: no empty segment, no `.` and no `..`.
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let is_segment =
        |segment: &[u8]| !matches!(segment, b"" | b"." | b"..") && segment.iter().all(is_allowed);
    let is_path = |path: &[u8]| path.split(|byte| *byte == b'/').all(is_segment);
    match path.is_some_and(is_path) && subject.len() <= LONGEST {
        true => Ok(()),
        false => Err(Error::new(Reason::WrongSubject).about(Member::Subject)),
    }
}
