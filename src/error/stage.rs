//! The steps at which something can be rejected.

use crate::numbered::numbered;

numbered! {
    /// A step at which something can be rejected. The first nine are the steps of a token, in
    /// order.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    #[repr(u8)]
    pub enum Stage;
    /// Every stage, in order.
    pub const ALL;
    /// The name of the stage in one or two words, for messages.
    pub fn name;
    /// The number in the C ABI.
    pub(crate) fn code -> u32;

    /// The call itself: an error in an argument, its memory or its policy. Nothing was read.
    Usage = 0, "usage";
    /// The token's length and its division into parts (RFC 7515 section 7.1).
    Token = 1, "token";
    /// The JOSE header (RFC 7515 section 4).
    Header = 2, "header";
    /// The `alg` header parameter against the allow-list (RFC 8725 section 3.1).
    Algorithm = 3, "algorithm";
    /// The choice of keys from the table (RFC 7515 section 6).
    Key = 4, "key";
    /// The signature itself (RFC 7515 section 5.2).
    Signature = 5, "signature";
    /// Decoding of the signed payload (RFC 7519 section 7.2).
    Payload = 6, "payload";
    /// The claims against the policy.
    Claims = 7, "claims";
    /// `exp` and `nbf`, checked last (RFC 7519 sections 4.1.4 and 4.1.5).
    Time = 8, "time";
    /// Loading keys into a table (RFC 7517).
    KeySet = 9, "key set";
    /// Proof Key for Code Exchange (RFC 7636).
    Pkce = 10, "PKCE";
    /// Parsing of a JSON or base64url text that is not part of a token.
    Text = 11, "text";
    /// A DPoP proof, for every error of a proof (RFC 9449 section 4.3). The server answers with
    /// `invalid_dpop_proof`, or with `use_dpop_nonce` if the `nonce` of the proof is wrong. Also
    /// the Key Binding JWT of an SD-JWT (RFC 9901 section 4.3).
    Proof = 12, "proof";
    /// The replay cache, checked after everything else (RFC 9449 section 11.1).
    Replay = 13, "replay";
    /// The disclosures of an SD-JWT (RFC 9901 section 7.1). They are read after the signature was
    /// verified. Offsets count from the first character of the presentation.
    Disclosure = 14, "disclosure";
}

impl Stage {
    /// The stage as an error stores it; never 0.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(u8) enum has no other spelling"
    )]
    pub(super) const fn encode(self) -> u16 {
        (self as u16).wrapping_add(1)
    }

    /// `None` for 0.
    pub(super) fn decode(encoded: u16) -> Option<Self> {
        let place = usize::from(encoded).checked_sub(1)?;
        Self::ALL.get(place).copied()
    }
}
