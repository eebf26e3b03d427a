//! Checks tokens that are bound to a key (RFC 7800): to the key of a DPoP proof by `jkt` (RFC 9449
//! section 6.1), or to a client certificate by `x5t#S256` (RFC 8705 section 3.1). In every profile,
//! a bound token without the proof is rejected.

use crate::claims::registered::{RegisteredClaims, wrong_type};
use crate::error::{Error, Member, Reason};
use crate::evidence::{Check, Evidence};
use crate::json::Value;
use crate::key::thumbprint::Thumbprint;
use crate::policy::{Part, Policy};

/// The keys that the sender of the token has proven to hold.
#[derive(Clone, Copy)]
pub(crate) struct Confirmation<'a> {
    dpop_key: Option<&'a Thumbprint>,
    client_certificate: Option<&'a Thumbprint>,
}

static PART: Part = Part { check: |_| Ok(()), check_token };

impl Confirmation<'_> {
    pub(crate) const NOTHING: Self = Self { dpop_key: None, client_certificate: None };
}

impl<'a> Policy<'a> {
    /// Requires a token that is bound by `jkt` to this key, whose DPoP proof came with it (RFC 9449
    /// section 7.1). A token that is not bound by `jkt` is rejected with [`Reason::TokenNotBound`].
    ///
    /// `dpop::validate_bound_token` calls this with the key of a proof that it has validated.
    pub fn require_dpop_key(mut self, key: &'a Thumbprint) -> Self {
        self.note_twice(self.confirmation.dpop_key.is_some(), Member::Confirmation);
        self.confirmation.dpop_key = Some(key);
        self.parts.confirmation = Some(&PART);
        self
    }

    /// Requires a token that is bound by `x5t#S256` to the client certificate of the mutual TLS
    /// connection. The argument is the SHA-256 of its DER encoding (RFC 8705 section 3). A token
    /// that is not bound by `x5t#S256` is rejected with [`Reason::TokenNotBound`].
    ///
    /// The TLS stack must have verified the handshake with that certificate; this library cannot.
    pub fn require_client_certificate(mut self, sha256_of_der: &'a Thumbprint) -> Self {
        let given = self.confirmation.client_certificate.is_some();
        self.note_twice(given, Member::Confirmation);
        self.confirmation.client_certificate = Some(sha256_of_der);
        self.parts.confirmation = Some(&PART);
        self
    }
}

/// RFC 7800 section 3.1: every method in `cnf` must be known and satisfied, and every proven key
/// must be in `cnf`.
fn check_token(
    policy: &Policy<'_>,
    registered: &RegisteredClaims<'_>,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let claim = Member::Confirmation;
    let proven = &policy.confirmation;
    let mut methods = 0usize;
    if let Some(value) = registered.claims.member("cnf") {
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
    if proven.dpop_key.is_some() && !passed.contains(Check::DpopKey)
        || proven.client_certificate.is_some() && !passed.contains(Check::ClientCertificate)
    {
        return Err(Error::new(Reason::TokenNotBound).about(claim));
    }
    Ok(())
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
