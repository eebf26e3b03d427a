//! JWT-SVIDs: identities of workloads (SPIFFE JWT-SVID and SPIFFE-ID).

use super::{kinds, unused, workload_id};
use crate::algorithm::{Algorithm, Algorithms};
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member};
use crate::evidence::{Check, Evidence};
use crate::policy::issuer::Issuer;
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

static JWT_SVID: Profile = Profile { name: "JWT-SVID", has_claims: true, check, check_token };

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
    /// and 512. Others are [`PolicyContradiction`](crate::Reason::PolicyContradiction). A trust
    /// domain of another form, or with a path, is [`PolicyValue`](crate::Reason::PolicyValue).
    ///
    /// To accept only one workload, require its ID with
    /// [`ClaimRule::equals`](crate::ClaimRule::equals) for `sub`.
    pub fn jwt_svid(
        trust_domain: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        let mut policy = Self::new(&JWT_SVID, None, audiences.into(), algorithms);
        policy.issuer =
            trust_domain.into().map(|domain| Issuer::Like(domain, &workload_id::SPIFFE));
        policy
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::JWT_SVID.check_type(policy)?;
    unused::check_login(policy)?;
    let is_svid = |algorithm: Algorithm| workload_id::is_svid_algorithm(algorithm.name());
    given::check_meaningless(&[
        (policy.waived.issuer, Member::Issuer),
        (policy.waived.audience, Member::Audience),
        (policy.waived.expiry, Member::ExpirationTime),
        (!policy.algorithms.iter().all(is_svid), Member::Algorithm),
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
    // JWT-SVID section 3. The form of the trust domain has checked `sub`.
    evidence.pass(Check::Subject);
    evidence.pass(Check::Kind);
    Ok(())
}
