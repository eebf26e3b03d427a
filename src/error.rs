//! The error ledger: every reason for which anything is refused, with its number and its sentence.
//!
//! A refusal is one [`Error`]: the [`Stage`] on the way of a token that refused, the [`Reason`], and where
//! they help the [`Claim`] it is about and the byte offset. Numbers are fixed and append-only: they are
//! the status values of the C ABI.

use core::fmt;

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
        Self {
            reason,
            stage: reason.stage(),
            claim: None,
            detail: Detail::None,
        }
    }

    /// The same refusal, met at `stage`: JSON may be broken in a header, a payload or a key set.
    pub(crate) const fn at_stage(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    pub(crate) const fn about(self, claim: Claim) -> Self {
        Self {
            claim: Some(claim),
            ..self
        }
    }

    pub(crate) const fn at_offset(self, offset: usize) -> Self {
        Self {
            detail: Detail::Offset(offset),
            ..self
        }
    }

    /// An offset found in a part of a text, moved to where that part begins.
    pub(crate) const fn offset_by(self, start: usize) -> Self {
        match self.detail {
            Detail::Offset(offset) => self.at_offset(offset.saturating_add(start)),
            _ => self,
        }
    }

    pub(crate) const fn needing(self, bytes: usize) -> Self {
        Self {
            detail: Detail::Needed(bytes),
            ..self
        }
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
        }
    }
}

/// What a refusal is about: a claim (RFC 7519, OpenID Connect Core), a header parameter (RFC 7515) or a
/// JWK member (RFC 7517); the [`Stage`] says which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// `iss`
    Issuer,
    /// `sub`
    Subject,
    /// `aud`
    Audience,
    /// `exp`
    ExpirationTime,
    /// `nbf`
    NotBefore,
    /// `iat`
    IssuedAt,
    /// `jti`
    JwtId,
    /// `nonce`
    Nonce,
    /// `azp`
    AuthorizedParty,
    /// `auth_time`
    AuthenticationTime,
    /// `at_hash`
    AccessTokenHash,
    /// `c_hash`
    CodeHash,
    /// `scope` or `scp`
    Scope,
    /// `client_id`
    ClientId,
    /// `events`
    Events,
    /// `token_use`
    TokenUse,
    /// `cnf`
    Confirmation,
    /// `alg`
    Algorithm,
    /// `kid`
    KeyId,
    /// `typ`
    Type,
    /// `cty`
    ContentType,
    /// `crit`
    Critical,
    /// `b64`
    Base64Payload,
    /// `zip`
    Compression,
    /// `enc`
    Encryption,
    /// `keys`
    Keys,
    /// `kty`
    KeyType,
    /// `use`
    KeyUse,
    /// `key_ops`
    KeyOperations,
    /// `crv`
    Curve,
    /// `x`
    XCoordinate,
    /// `y`
    YCoordinate,
    /// `n`
    Modulus,
    /// `e`
    Exponent,
    /// `k`
    KeyValue,
    /// A private member of a JWK: `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth` or `priv`.
    PrivateKey,
    /// A claim of the caller's own list, by its position there.
    Rule(u8),
}

impl Claim {
    /// The name as it stands in JSON; `rule` for a claim of the caller's own list.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "iss",
            Self::Subject => "sub",
            Self::Audience => "aud",
            Self::ExpirationTime => "exp",
            Self::NotBefore => "nbf",
            Self::IssuedAt => "iat",
            Self::JwtId => "jti",
            Self::Nonce => "nonce",
            Self::AuthorizedParty => "azp",
            Self::AuthenticationTime => "auth_time",
            Self::AccessTokenHash => "at_hash",
            Self::CodeHash => "c_hash",
            Self::Scope => "scope",
            Self::ClientId => "client_id",
            Self::Events => "events",
            Self::TokenUse => "token_use",
            Self::Confirmation => "cnf",
            Self::Algorithm => "alg",
            Self::KeyId => "kid",
            Self::Type => "typ",
            Self::ContentType => "cty",
            Self::Critical => "crit",
            Self::Base64Payload => "b64",
            Self::Compression => "zip",
            Self::Encryption => "enc",
            Self::Keys => "keys",
            Self::KeyType => "kty",
            Self::KeyUse => "use",
            Self::KeyOperations => "key_ops",
            Self::Curve => "crv",
            Self::XCoordinate => "x",
            Self::YCoordinate => "y",
            Self::Modulus => "n",
            Self::Exponent => "e",
            Self::KeyValue => "k",
            Self::PrivateKey => "d",
            Self::Rule(_) => "rule",
        }
    }
}

/// Writes the ledger: each reason once, with the condition, the number and the sentence.
macro_rules! ledger {
    ($($(#[$doc:meta])* $reason:ident = $code:literal, $text:literal;)*) => {
        /// Every reason for a refusal. The number of a reason never changes and is never used again; new
        /// ones are added at the end of their group. The hundreds say where a reason is at home.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum Reason {
            $($(#[$doc])* $reason = $code,)*
        }

        impl Reason {
            /// Every reason, by number.
            pub const ALL: &'static [Self] = &[$(Self::$reason,)*];

            /// The sentence, ending in a NUL as C wants it.
            pub(crate) const fn text_with_nul(self) -> &'static str {
                match self {
                    $(Self::$reason => concat!($text, "\0"),)*
                }
            }
        }
    };
}

ledger! {

    // 1 to 99: the call.
    /// A pointer that must not be NULL is NULL.
    NullPointer = 1, "a pointer that must not be NULL is NULL";
    /// A length is more than an object can have, or a pointer is not aligned for its type.
    BadMemory = 2, "a length is impossible or a pointer is not aligned";
    /// `struct_size` is smaller than that of the first release.
    StructSize = 3, "struct_size is too small";
    /// Memory that is written overlaps memory that is read.
    Overlap = 4, "memory that is written overlaps memory that is read";
    /// The memory for a key table is too small for an empty one.
    MemoryTooSmall = 5, "the memory is too small for a key table";
    /// The scratch is too small for this token.
    ScratchTooSmall = 6, "the scratch is too small for this token";
    /// The output buffer is too small for the result; nothing was written.
    BufferTooSmall = 7, "the output buffer is too small";
    /// The memory does not hold a key table.
    NotAKeyTable = 8, "the memory does not hold a key table";
    /// The policy asks for something that this version does not know: a flag, a profile, a newer member.
    UnsupportedPolicy = 9, "the policy asks for something this library does not know";
    /// A required member of the policy was neither given nor waived by name.
    PolicyIncomplete = 10, "the policy neither gives nor waives a required member";
    /// A member of the policy is present and empty, which could be mistaken for "don't check".
    PolicyEmpty = 11, "a member of the policy is present and empty";
    /// Members of the policy contradict each other: given and waived, or of no meaning in this profile.
    PolicyContradiction = 12, "members of the policy contradict each other";
    /// More leeway than 600 seconds, not asked for by name.
    LeewayTooLong = 13, "more than 600 seconds of leeway were not asked for by name";
    /// The kind of the time is neither "at" nor "unknown".
    TimeKind = 14, "the kind of the time is not known";
    /// The scratch behind this token was used again, or the token was never filled.
    Stale = 15, "the scratch behind this token was used again";
    /// A text argument is not UTF-8.
    NotText = 16, "a text is not UTF-8";
    /// The token was validated with claims: its payload was rewritten and is read through them only.
    PayloadNotOpaque = 17, "the payload is read through its claims";

    // 100 to 149: the shape of a token.
    /// The token is longer than the limit.
    TokenTooLong = 101, "the token is longer than the limit";
    /// The token does not have three parts, each but the payload non-empty (RFC 7515 section 7.1).
    TokenParts = 102, "the token does not have three parts";
    /// The token has five parts: it is encrypted (JWE), which is not supported.
    TokenEncrypted = 103, "the token is encrypted, which is not supported";
    /// The header is longer than the limit.
    HeaderTooLong = 104, "the header is longer than the limit";

    // 150 to 199: base64url (RFC 7515 section 2).
    /// A character that is not in the base64url alphabet.
    Base64Character = 151, "a character is not base64url";
    /// Padding, which JWS forbids.
    Base64Padding = 152, "base64url is padded";
    /// A length that no bytes encode to.
    Base64Length = 153, "base64url has an impossible length";
    /// The last character carries bits that belong to no byte: the same bytes have another spelling.
    Base64TrailingBits = 154, "base64url ends in stray bits";

    // 200 to 299: JSON (RFC 8259, RFC 7493).
    /// Not JSON.
    JsonSyntax = 201, "not JSON";
    /// Not UTF-8.
    JsonEncoding = 202, "JSON is not UTF-8";
    /// An escape in a string that stands for no character: a lone surrogate.
    JsonSurrogate = 203, "a JSON string has a lone surrogate";
    /// Nested deeper than the limit.
    JsonNesting = 204, "JSON is nested too deep";
    /// An object with more members than the limit.
    JsonMembers = 205, "a JSON object has too many members";
    /// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
    JsonDuplicate = 206, "a JSON object has two members of one name";
    /// Not an object, where the specification asks for one.
    JsonNotAnObject = 207, "not a JSON object";
    /// Longer than the limit.
    JsonTooLong = 208, "the JSON text is longer than the limit";

    // 300 to 349: the header (RFC 7515 section 4).
    /// There is no `alg`.
    AlgorithmMissing = 301, "the header has no algorithm";
    /// A header parameter has the wrong type.
    HeaderType = 302, "a header parameter has the wrong type";
    /// `crit` names an extension; none is understood (RFC 7515 section 4.1.11).
    HeaderCritical = 303, "the header has a critical extension";
    /// A header parameter that changes how the token is read, and is not supported.
    HeaderUnsupported = 304, "a header parameter is not supported";
    /// The content is a JWT again (RFC 7519 section 5.2): nested tokens are not supported.
    NestedToken = 305, "nested tokens are not supported";
    /// A header parameter that the policy asks for is missing or differs.
    HeaderMismatch = 306, "a header parameter is not as the policy asks";

    // 350 to 399: the algorithm (RFC 8725 section 3.1).
    /// `none`: the token is unsecured (RFC 7515 section 8).
    AlgorithmNone = 351, "the token is not secured";
    /// Not an algorithm for signatures that is registered and known.
    AlgorithmUnknown = 352, "the algorithm is not known";
    /// Known, but not built into this library.
    AlgorithmNotBuilt = 353, "the algorithm is not built into this library";
    /// Not in the caller's allow-list.
    AlgorithmNotAllowed = 354, "the algorithm is not allowed";

    // 400 to 449: loading keys (RFC 7517, RFC 7518 section 6).
    /// A member of the key is missing, of the wrong type, or not base64url.
    KeyMalformed = 401, "the key is malformed";
    /// The key's type, curve or algorithm is not understood, or not built into this library.
    KeyUnsupported = 402, "the key is of an unsupported kind";
    /// The key's `use`, `key_ops` or `alg` says that it is not for verifying signatures.
    KeyNotForVerification = 403, "the key is not for verifying signatures";
    /// Members of the key contradict each other.
    KeyContradiction = 404, "members of the key contradict each other";
    /// The key is weaker than RFC 7518 allows for its algorithm.
    KeyWeak = 405, "the key is too weak";
    /// The key has private members: whoever verifies must not hold them.
    KeyPrivate = 406, "the key is private";
    /// The point is not on the curve.
    KeyNotOnCurve = 407, "the key is not on its curve";
    /// The value is not as wide as its field, or has leading zeros where none may be.
    KeyWidth = 408, "a value of the key has the wrong width";
    /// The modulus is even or larger than the limit, or the exponent is even, too small or too large.
    KeyOutOfRange = 409, "a value of the key is out of range";
    /// A secret in a key set whose caller did not allow secrets by name.
    KeySecret = 410, "secrets are not allowed in this key set";
    /// A `kid` longer than the limit.
    KeyIdTooLong = 411, "the key identifier is too long";
    /// The memory of the table is full; what was loaded before is still there.
    KeyTableFull = 412, "the key table is full";
    /// The key set has no `keys` array.
    KeySetMalformed = 413, "not a key set";

    // 450 to 499: the choice of keys.
    /// No key of the table fits the token's `kid` and algorithm.
    KeyNotFound = 451, "no key fits the token";
    /// More keys fit than may be tried.
    KeyTooManyCandidates = 452, "more keys fit than may be tried";

    // 500 to 549: the signature.
    /// The signature does not have the length that its algorithm and key demand.
    SignatureLength = 501, "the signature has the wrong length";
    /// The signature is wrong.
    SignatureInvalid = 502, "the signature is wrong";

    // 600 to 699: claims.
    /// A required claim is missing.
    ClaimMissing = 601, "a required claim is missing";
    /// A claim has the wrong type or does not fit its type's range.
    ClaimType = 602, "a claim has the wrong type";
    /// A claim does not have the value that the policy asks for.
    ClaimMismatch = 603, "a claim does not have the required value";
    /// `iss` is not the expected issuer.
    WrongIssuer = 604, "the token is from another issuer";
    /// `aud` does not contain an expected audience.
    WrongAudience = 605, "the token is for another audience";
    /// `aud` contains an audience that is not trusted.
    UntrustedAudience = 606, "the token is also for an audience that is not trusted";
    /// `typ` does not fit the profile.
    WrongTokenType = 607, "the type of the token does not fit";
    /// The claims are those of another kind of token.
    WrongTokenKind = 608, "the token is of another kind";
    /// `azp` is not an authorized party of the caller's.
    WrongAuthorizedParty = 609, "the token is for another authorized party";
    /// `nonce` is not the one that was sent.
    WrongNonce = 610, "the nonce is not the one that was sent";
    /// A hash claim does not fit the access token or code.
    WrongHash = 611, "a hash does not fit the value it stands for";
    /// A required scope was not granted.
    ScopeMissing = 612, "a required scope was not granted";
    /// The token was issued too long ago.
    TokenTooOld = 613, "the token was issued too long ago";
    /// The user's authentication was too long ago.
    AuthenticationTooOld = 614, "the authentication was too long ago";
    /// A point in time that must lie in the past lies in the future.
    IssuedInFuture = 615, "a time that must be past lies in the future";
    /// The token is bound to a key whose proof was not asked for (RFC 7800).
    TokenBound = 616, "the token is bound to a key that was not proven";

    // 700 to 749: time, asked last.
    /// The token has expired.
    Expired = 701, "the token has expired";
    /// The token is not valid yet.
    NotYetValid = 702, "the token is not valid yet";
    /// The time is not known, and the token must not be accepted without it.
    TimeUnavailable = 703, "the time is not known";

    // 800 to 849: PKCE (RFC 7636, RFC 9700).
    /// The code verifier is not 43 to 128 unreserved characters.
    CodeVerifierMalformed = 801, "the code verifier is malformed";
    /// The stored code challenge is not what its method makes.
    CodeChallengeMalformed = 802, "the code challenge is malformed";
    /// The code challenge method is neither `S256` nor `plain`.
    CodeChallengeMethod = 803, "the code challenge method is not supported";
    /// The code verifier does not fit the code challenge.
    PkceMismatch = 804, "the code verifier does not fit the code challenge";
    /// One side used PKCE and the other did not, or `plain` where `S256` is required.
    PkceDowngrade = 805, "PKCE was downgraded";
    /// Neither side used PKCE, and it is required.
    PkceMissing = 806, "PKCE is required and was not used";
}

impl Reason {
    /// The number of the reason: the status of the C ABI.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(i32) enum has no other spelling"
    )]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// A sentence for people, static and without a full stop.
    pub fn text(self) -> &'static str {
        self.text_with_nul().strip_suffix('\0').unwrap_or_default()
    }

    /// The stage at which the reason is at home; an [`Error`] may have met it elsewhere.
    const fn stage(self) -> Stage {
        match self.code() {
            ..100 => Stage::Usage,
            100..150 => Stage::Token,
            150..300 => Stage::Text,
            300..350 => Stage::Header,
            350..400 => Stage::Algorithm,
            400..450 => Stage::KeySet,
            450..500 => Stage::Key,
            500..600 => Stage::Signature,
            600..700 => Stage::Claims,
            700..800 => Stage::Time,
            _ => Stage::Pkce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_texts_are_sentences_without_a_full_stop() {
        for pair in Reason::ALL.windows(2) {
            assert!(pair[0].code() < pair[1].code(), "{:?}", pair[1]);
        }
        for reason in Reason::ALL {
            assert!(!reason.text().is_empty() && !reason.text().ends_with(['.', '\0']));
        }
    }

    #[test]
    fn an_error_says_stage_reason_claim_and_place() {
        let error = Error::new(Reason::ClaimType).about(Claim::Rule(3));
        assert_eq!(
            error.to_string(),
            "claims: a claim has the wrong type (claim rule 3)"
        );
        let error = Error::new(Reason::JsonSyntax)
            .at_stage(Stage::Payload)
            .at_offset(7);
        assert_eq!(error.to_string(), "payload: not JSON at byte 7");
        let error = Error::new(Reason::ScratchTooSmall).needing(900);
        assert_eq!(error.needed(), Some(900));
        assert_eq!(
            error.to_string(),
            "usage: the scratch is too small for this token; 900 bytes would do"
        );
    }
}
