//! Credentials with selective disclosure: SD-JWT (RFC 9901).

use super::{kinds, unused};
use crate::algorithm::{Algorithms, KeyKind};
use crate::claims::registered::RegisteredClaims;
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::policy::check::reject_confirmation;
use crate::policy::{Part, Policy, Profile, given};
use crate::str_list::StrList;

pub(crate) static SD_JWT: Profile =
    Profile { name: "SD-JWT", has_claims: true, check, check_token };

/// For a presentation without one, if the verifier leaves it to the holder: `cnf` is not read.
pub(crate) static LEFT_TO_HOLDER: Part = Part { check: |_| Ok(()), check_token: |_, _, _| Ok(()) };

/// For a presentation without one, if the verifier takes no Key Binding JWT: without a proof, a
/// credential that is bound to a key is rejected, as in every other kind of token.
pub(crate) static UNBOUND: Part =
    Part { check: |_| Ok(()), check_token: |_, registered, _| reject_confirmation(registered) };

impl<'a> Policy<'a> {
    /// A credential in the form SD-JWT (RFC 9901), only for
    /// [`sd_jwt::validate`](crate::sd_jwt::validate):
    ///
    /// * `typ` is `dc+sd-jwt`. Another one, such as the older `vc+sd-jwt`, must be named with
    ///   [`require_token_type`](Self::require_token_type) (section 9.11).
    /// * `iss` is the issuer; `aud` is one of `audiences`; `exp` is there. Most credentials have no
    ///   `aud`: give `None`, and call [`without_audience`](Self::without_audience).
    /// * All rules apply to the processed payload, which has the disclosures in their places.
    ///
    /// The algorithms are asymmetric (section 9.1).
    pub fn sd_jwt(
        issuer: impl Into<Option<&'a str>>,
        audiences: impl Into<StrList<'a>>,
        algorithms: impl Into<Algorithms>,
    ) -> Self {
        Self::new(&SD_JWT, issuer.into(), audiences.into(), algorithms)
    }
}

fn check(policy: &Policy<'_>) -> Result<(), Error> {
    kinds::SD_JWT.check_type(policy)?;
    unused::check_login(policy)?;
    let is_secret = policy.algorithms.iter().any(|it| it.key_kind() == KeyKind::Secret);
    // The Key Binding JWT proves the key. The proof of another protocol cannot replace it.
    let is_proven = policy.confirmation.is_given();
    given::check_meaningless(&[
        (is_secret, Member::Algorithm),
        (is_proven, Member::Confirmation),
        (policy.padded, Member::HeaderParameter),
    ])
}

fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    if policy.parts.confirmation.is_none() {
        // `validate` reads no disclosures. Only `sd_jwt::validate` sets this part.
        return Err(Error::new(Reason::PolicyContradiction).about(Member::Profile));
    }
    // Section 9.11. If the policy names a `typ`, an earlier check has compared it.
    if policy.token_type.is_none() {
        kinds::SD_JWT.require_type(registered, evidence)?;
    }
    kinds::SD_JWT.reject_others(registered)?;
    evidence.pass(Check::Kind);
    Ok(())
}
