//! Checks tokens that are bound to a key (RFC 7800): to the key of a DPoP proof by `jkt` (RFC 9449
//! section 6.1), or to a client certificate by `x5t#S256` (RFC 8705 section 3.1). In every profile,
//! a bound token without the proof is rejected.

use crate::claims::registered::{RegisteredClaims, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::json::Value;
use crate::key::thumbprint::Thumbprint;

/// The keys that the sender of the token has proven to hold.
#[derive(Clone, Copy)]
pub(crate) struct Confirmation<'a> {
    pub(super) dpop_key: Option<&'a Thumbprint>,
    pub(super) client_certificate: Option<&'a Thumbprint>,
}

impl Confirmation<'_> {
    pub(crate) const NOTHING: Self = Self { dpop_key: None, client_certificate: None };

    /// True if the policy names a proven key.
    pub(crate) fn is_given(&self) -> bool {
        self.dpop_key.is_some() || self.client_certificate.is_some()
    }

    /// RFC 7800 section 3.1: every method in `cnf` must be known and satisfied, and every proven
    /// key must be in `cnf`.
    pub(super) fn check_token(
        &self,
        registered: &RegisteredClaims<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Error> {
        let claim = Member::Confirmation;
        let mut methods = 0usize;
        if let Some(value) = registered.claims.member("cnf") {
            for (method, value) in value.object().ok_or(wrong_type(claim))?.members() {
                methods = methods.saturating_add(1);
                match () {
                    () if method == *"jkt" => {
                        compare(value, self.dpop_key)?;
                        evidence.pass(Check::DpopKey);
                    }
                    () if method == *"x5t#S256" => {
                        compare(value, self.client_certificate)?;
                        evidence.pass(Check::ClientCertificate);
                    }
                    // RFC 7800 section 3.1 lets a verifier ignore unknown methods. But then anyone
                    // could use the token without its key, so reject.
                    () => return Err(Error::new(Reason::ConfirmationUnknown).about(claim)),
                }
            }
            if methods == 0 {
                return Err(Error::new(Reason::ConfirmationUnknown).about(claim));
            }
        }
        // A proof together with an unbound token does not show that the sender may use the token.
        let passed = evidence.passed();
        if self.dpop_key.is_some() && !passed.contains(Check::DpopKey)
            || self.client_certificate.is_some() && !passed.contains(Check::ClientCertificate)
        {
            return Err(Error::new(Reason::TokenNotBound).about(claim));
        }
        Ok(())
    }
}

/// Compares in constant time.
fn compare(value: Value<'_>, proven: Option<&Thumbprint>) -> Result<(), Error> {
    let claim = Member::Confirmation;
    let bound_to = value.string().ok_or(wrong_type(claim))?;
    // RFC 9449 section 7.1, RFC 8705 section 3: a bound token without its proof is rejected.
    let proven = proven.ok_or(Error::new(Reason::TokenBound).about(claim))?;
    match Thumbprint::from_text(bound_to) {
        Ok(bound_to) if bound_to == *proven => Ok(()),
        _ => Err(Error::new(Reason::WrongConfirmation).about(claim)),
    }
}
