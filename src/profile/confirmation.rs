//! Tokens that are bound to a key (RFC 7800): to that of a DPoP proof by `jkt` (RFC 9449 section 6.1), to a client
//! certificate by `x5t#S256` (RFC 8705 section 3.1). Of every kind of token: what is bound and comes without
//! the proof refuses, whatever its profile.

use crate::error::{Claim, Error, Reason};
use crate::evidence::{Check, Evidence};
use crate::json::Value;
use crate::key::thumbprint::Thumbprint;
use crate::policy::judge::{Judged, wrong_type};
use crate::policy::{Part, Policy};

/// The keys that whoever presents the token has proven to hold.
#[derive(Clone, Copy)]
pub(crate) struct Confirmation<'a> {
    dpop_key: Option<&'a Thumbprint>,
    client_certificate: Option<&'a Thumbprint>,
}

static PART: Part = Part { check: |_| Ok(()), judge };

impl Confirmation<'_> {
    pub(crate) const NOTHING: Self = Self { dpop_key: None, client_certificate: None };
}

impl<'a> Policy<'a> {
    /// The token came with a DPoP proof of this key (RFC 9449 section 7.1): it must be bound to it by `jkt`. A token
    /// that is not bound so is refused as [`Reason::TokenNotBound`]: it should have come without a proof.
    ///
    /// `dpop::validate_bound_token` calls this with the key of a proof that it has validated.
    pub fn with_dpop_key(mut self, key: &'a Thumbprint) -> Self {
        self.note_twice(self.confirmation.dpop_key.is_some(), Claim::Confirmation);
        self.confirmation.dpop_key = Some(key);
        self.parts.confirmation = Some(&PART);
        self
    }

    /// The token came over mutual TLS with the client certificate whose DER encoding has this SHA-256 (RFC 8705 section
    /// 3): it must be bound to it by `x5t#S256`. A token that is not bound so is refused as
    /// [`Reason::TokenNotBound`].
    ///
    /// The TLS stack has verified the handshake with that certificate; nothing here can.
    pub fn with_client_certificate(mut self, sha256_of_der: &'a Thumbprint) -> Self {
        let given = self.confirmation.client_certificate.is_some();
        self.note_twice(given, Claim::Confirmation);
        self.confirmation.client_certificate = Some(sha256_of_der);
        self.parts.confirmation = Some(&PART);
        self
    }
}

/// RFC 7800 section 3.1: every method of `cnf` is known and satisfied, and every key that was proven is one of them.
fn judge(policy: &Policy<'_>, judged: &Judged<'_>, evidence: &mut Evidence) -> Result<(), Error> {
    let claim = Claim::Confirmation;
    let proven = &policy.confirmation;
    let mut methods = 0usize;
    if let Some(value) = judged.claims.member("cnf") {
        for (method, value) in value.object().ok_or(wrong_type(claim))?.members() {
            methods = methods.saturating_add(1);
            match () {
                () if method == *"jkt" => {
                    compare(value, proven.dpop_key)?;
                    evidence.pass(Check::DpopKey);
                }
                () if method == *"x5t#S256" => {
                    compare(value, proven.client_certificate)?;
                    evidence.pass(Check::ClientCertificate);
                }
                // RFC 7800 section 3.1 lets a verifier ignore these; then it would be no binding.
                () => return Err(Error::new(Reason::ConfirmationUnknown).about(claim)),
            }
        }
        if methods == 0 {
            return Err(Error::new(Reason::ConfirmationUnknown).about(claim));
        }
    }
    // A proof beside a token that is bound to nothing proves nothing.
    let passed = evidence.passed();
    if proven.dpop_key.is_some() && !passed.contains(Check::DpopKey)
        || proven.client_certificate.is_some() && !passed.contains(Check::ClientCertificate)
    {
        return Err(Error::new(Reason::TokenNotBound).about(claim));
    }
    Ok(())
}

/// Compares in constant time.
fn compare(value: Value<'_>, proven: Option<&Thumbprint>) -> Result<(), Error> {
    let claim = Claim::Confirmation;
    let bound_to = value.string().ok_or(wrong_type(claim))?;
    // RFC 9449 section 7.1, RFC 8705 section 3: a bound token alone is worth nothing.
    let proven = proven.ok_or(Error::new(Reason::TokenBound).about(claim))?;
    match Thumbprint::from_text(bound_to) {
        Ok(bound_to) if bound_to == *proven => Ok(()),
        _ => Err(Error::new(Reason::WrongConfirmation).about(claim)),
    }
}
