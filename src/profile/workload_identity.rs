//! Workload identity tokens (draft-ietf-wimse-workload-creds), and WIT-SVIDs of SPIFFE.

use super::{kinds, unused, workload_id};
use crate::algorithm::{Algorithm, Algorithms, KeyKind};
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::holder_key::holder_key;
use crate::policy::issuer::Issuer;
use crate::policy::{Policy, Profile, given};
use crate::str_list::StrList;

pub(crate) static WORKLOAD_IDENTITY: Profile =
    Profile { name: "workload identity token", has_claims: true, check, check_token };

impl<'a> Policy<'a> {
    /// A workload identity token of a workload in `trust_domain`, such as `wimse://example.com`,
    /// only together with a workload proof token: see `ProofRules::workload`.
    ///
    /// * `typ` is `wit+jwt`
    /// * `sub` is the trust domain, and a path of one or more segments
    /// * `exp` is there
    /// * `cnf` has `jwk` alone: a public key with `alg`, which is the key of the proof
    ///
    /// For a trust domain of SPIFFE, such as `spiffe://example.org`, the token is a WIT-SVID:
    ///
    /// * `sub` is a SPIFFE ID
    /// * `kid` is there
    /// * its algorithm and that of its key are among RS, ES and PS with SHA-256, 384 and 512
    ///
    /// Use the keys of this trust domain only. `iss` is not compared, so
    /// [`validate_any`](crate::validate_any) finds no row of this kind. Most tokens have no `aud`:
    /// give `None`, and call [`without_audience`](Self::without_audience).
    ///
    /// Without the proof, the token is rejected as [`TokenBound`](Reason::TokenBound). A trust
    /// domain of another form, or with a path, is [`PolicyValue`](Reason::PolicyValue).
    pub fn workload_identity(
        trust_domain: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        let mut policy = Self::new(&WORKLOAD_IDENTITY, None, audiences.into(), algorithms);
        let form = &workload_id::EITHER;
        policy.issuer = trust_domain.into().map(|domain| Issuer::Like(domain, form));
        policy
    }

    fn is_svid(&self) -> bool {
        matches!(self.issuer, Some(Issuer::Like(domain, _)) if workload_id::is_spiffe(domain))
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::WORKLOAD_IDENTITY.check_type(policy)?;
    unused::check_login(policy)?;
    // A secret cannot sign for several services.
    let is_allowed = |algorithm: Algorithm| match policy.is_svid() {
        true => workload_id::is_svid_algorithm(algorithm.name()),
        false => algorithm.key_kind() != KeyKind::Secret,
    };
    given::check_meaningless(&[
        (policy.waived.issuer, Member::Issuer),
        (policy.waived.expiry, Member::ExpirationTime),
        (!policy.algorithms.iter().all(is_allowed), Member::Algorithm),
        (policy.confirmation.is_given(), Member::Confirmation),
    ])
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let about_key = |reason| Error::new(reason).about(Member::Confirmation);
    if !policy.has_holder_key() {
        // draft-ietf-wimse-workload-creds section 3.1: never a bearer token.
        return Err(about_key(Reason::TokenBound));
    }
    kinds::WORKLOAD_IDENTITY.require_type(registered, evidence)?;
    // The proof is made with this algorithm.
    let key = holder_key(registered)?.object().ok_or(about_key(Reason::ClaimType))?;
    let algorithm = key.member("alg").ok_or(about_key(Reason::ClaimMissing))?;
    let algorithm = algorithm.string().ok_or(about_key(Reason::ClaimType))?;
    if policy.is_svid() {
        // WIT-SVID sections 2.1 and 3.2.
        if registered.header.key_id().is_none_or(<[u8]>::is_empty) {
            return Err(Error::new(Reason::HeaderMismatch).about(Member::KeyId));
        }
        if !workload_id::is_svid_algorithm(algorithm) {
            return Err(about_key(Reason::AlgorithmNotAllowed));
        }
    }
    kinds::WORKLOAD_IDENTITY.reject_others(registered)?;
    // The form of the trust domain has checked `sub`.
    evidence.pass(Check::Subject);
    evidence.pass(Check::Kind);
    Ok(())
}
