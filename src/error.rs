//! Refusals. A refusal is one [`Error`]: the [`Stage`] on the way of a token that refused, the [`Reason`],
//! and where they help the [`Claim`] it is about and the byte offset.

mod claim;
mod reason;

pub use claim::Claim;
use core::fmt;
pub use reason::Reason;

/// Why something was refused. 16 bytes or less, `Copy`, and the same under every feature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error {
    reason: Reason,
    stage: Stage,
    claim: Option<Claim>,
    detail: Detail,
}

/// The one number that may travel with an error; which one it is follows from the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    None,
    Offset(usize),
    Needed(usize),
}

impl Error {
    /// A refusal for `reason` at the stage to which the reason belongs.
    pub(crate) const fn new(reason: Reason) -> Self {
        Self { reason, stage: reason.stage(), claim: None, detail: Detail::None }
    }

    /// The same refusal, met at `stage`: JSON may be broken in a header, a payload or a key set.
    pub(crate) const fn at_stage(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// The same refusal, about the claim with this name, if it has one of its own here.
    pub(crate) fn about_named(self, name: &str) -> Self {
        Claim::named(name).map_or(self, |claim| self.about(claim))
    }

    pub(crate) const fn about(self, claim: Claim) -> Self {
        Self { claim: Some(claim), ..self }
    }

    pub(crate) const fn at_offset(self, offset: usize) -> Self {
        Self { detail: Detail::Offset(offset), ..self }
    }

    /// An offset found in a part of a text, moved to where that part begins.
    pub(crate) const fn offset_by(self, start: usize) -> Self {
        match self.detail {
            Detail::Offset(offset) => self.at_offset(offset.saturating_add(start)),
            _ => self,
        }
    }

    pub(crate) const fn needing(self, bytes: usize) -> Self {
        Self { detail: Detail::Needed(bytes), ..self }
    }

    /// The reason, which also is the status of the C ABI.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The step on the way of a token that refused.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The claim, header parameter or JWK member that the refusal is about, where there is one.
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    /// Where it went wrong, in bytes, where that helps: for [`Stage::Token`] and for base64url from the
    /// first character of the token (or of the text given), for JSON from the first byte of the decoded
    /// header or payload, or of the key set.
    pub const fn offset(&self) -> Option<usize> {
        match self.detail {
            Detail::Offset(offset) => Some(offset),
            _ => None,
        }
    }

    /// How many bytes would have been enough, for [`Reason::ScratchTooSmall`], [`Reason::BufferTooSmall`],
    /// [`Reason::MemoryTooSmall`] and [`Reason::KeyTableFull`].
    pub const fn needed(&self) -> Option<usize> {
        match self.detail {
            Detail::Needed(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage.name())?;
        f.write_str(": ")?;
        f.write_str(self.reason.text())?;
        match self.claim {
            Some(Claim::Rule(index)) => write!(f, " (claim rule {index})")?,
            Some(claim) => write!(f, " ({})", claim.name())?,
            None => {}
        }
        match self.detail {
            Detail::None => Ok(()),
            Detail::Offset(offset) => write!(f, " at byte {offset}"),
            Detail::Needed(bytes) => write!(f, "; {bytes} bytes would do"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Error {}

/// A step at which something can be refused. The first eight are the way of a token, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Stage {
    /// Before anything was read: the call itself, its memory or its policy is wrong.
    Usage = 0,
    /// The token's length and its division into parts (RFC 7515 section 7.1).
    Token = 1,
    /// The JOSE header (RFC 7515 section 4).
    Header = 2,
    /// The `alg` header parameter against the allow-list (RFC 8725 section 3.1).
    Algorithm = 3,
    /// The choice of keys from the table (RFC 7515 section 6).
    Key = 4,
    /// The signature itself (RFC 7515 section 5.2).
    Signature = 5,
    /// Decoding of the signed payload (RFC 7519 section 7.2).
    Payload = 6,
    /// The claims against the policy.
    Claims = 7,
    /// `exp` and `nbf`, asked last (RFC 7519 sections 4.1.4 and 4.1.5).
    Time = 8,
    /// Loading keys into a table (RFC 7517).
    KeySet = 9,
    /// Proof Key for Code Exchange (RFC 7636).
    Pkce = 10,
    /// Strict reading of a JSON or base64url text by itself.
    Text = 11,
    /// A DPoP proof, whatever is wrong with it (RFC 9449 section 4.3): what follows is `invalid_dpop_proof`, and
    /// for its `nonce` `use_dpop_nonce`.
    Proof = 12,
    /// Single use, asked after all else (RFC 9449 section 11.1).
    Replay = 13,
}

impl Stage {
    /// One or two words for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Token => "token",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Payload => "payload",
            Self::Claims => "claims",
            Self::Time => "time",
            Self::KeySet => "key set",
            Self::Pkce => "PKCE",
            Self::Text => "text",
            Self::Proof => "proof",
            Self::Replay => "replay",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_stage_reason_claim_and_place() {
        let error = Error::new(Reason::ClaimType).about(Claim::Rule(3));
        assert_eq!(error.to_string(), "claims: a claim has the wrong type (claim rule 3)");
        let error = Error::new(Reason::JsonSyntax).at_stage(Stage::Payload).at_offset(7);
        assert_eq!(error.to_string(), "payload: not JSON at byte 7");
        let error = Error::new(Reason::ScratchTooSmall).needing(900);
        assert_eq!(error.needed(), Some(900));
        assert_eq!(
            error.to_string(),
            "usage: the scratch is too small for this token; 900 bytes would do"
        );
    }
}
