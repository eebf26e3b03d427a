//! Every reason for a rejection, with its number and its sentence. The numbers are the status
//! values of the C ABI, so they never change, and new ones are only added.

use super::stage::Stage;

/// Generates the enum, its numbers and its sentences from one list.
macro_rules! ledger {
    ($($(#[$doc:meta])* $reason:ident = $code:literal, $text:literal;)*) => {
        /// Every reason for a rejection. The number of a reason never changes and is never used
        /// again. New reasons are added at the end of their group. The hundreds are the group,
        /// which usually belongs to one stage.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Reason {
            $($(#[$doc])* $reason = $code,)*
        }

        impl Reason {
            /// Every reason, by number.
            pub const ALL: &'static [Self] = &[$(Self::$reason,)*];

            /// The sentence, ending in a NUL for C.
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
    /// A length is larger than any object can be, or a pointer is not aligned for its type.
    BadMemory = 2, "a length is impossible or a pointer is not aligned";
    /// `struct_size` is smaller than in the first release.
    StructSize = 3, "struct_size is too small";
    /// Memory that is written overlaps memory that is read.
    Overlap = 4, "memory that is written overlaps memory that is read";
    /// The memory is too small, even for an empty key table or replay cache.
    MemoryTooSmall = 5, "the memory is too small for an empty key table or replay cache";
    /// The scratch is too small for this token.
    ScratchTooSmall = 6, "the scratch is too small for this token";
    /// The output buffer is too small for the result; nothing was written.
    BufferTooSmall = 7, "the output buffer is too small";
    /// The memory does not hold a key table.
    NotAKeyTable = 8, "the memory does not hold a key table";
    /// The policy uses a flag, a profile or a member that this version does not know.
    UnsupportedPolicy = 9, "the policy uses a member, flag or profile that this library does not know";
    /// A required member of the policy was neither given nor waived by name. The error names the
    /// member. In C, an error without a member may mean that the profile is missing.
    PolicyIncomplete = 10, "a required member of the policy is missing, such as its profile or issuer";
    /// A member of the policy is present and empty, which could be mistaken for "do not check".
    PolicyEmpty = 11, "a member of the policy is present and empty";
    /// Members of the policy contradict each other: a member is both given and waived, or this
    /// profile does not use it.
    PolicyContradiction = 12, "members of the policy contradict each other";
    /// The leeway exceeds 600 seconds, and no `insecure_` method allows it.
    LeewayTooLong = 13, "a leeway of more than 600 seconds must be allowed explicitly";
    /// The kind of the time is not one of the known kinds.
    TimeKind = 14, "no time is given, or its kind is unknown";
    /// The scratch of this token was used for another token, or the token was never accepted.
    Stale = 15, "the scratch of this token was used again, or the token was never accepted";
    /// A string argument is not UTF-8.
    NotText = 16, "a text is not UTF-8";
    /// The token was validated with claims. Parsing rewrote its payload, so the payload can be read
    /// only as claims.
    PayloadNotOpaque = 17, "the payload bytes are not available: read the claims";
    /// The key table is a read-only image.
    ReadOnly = 18, "the key table is a read-only image";
    /// Not a response type: it has an unknown word, a repeated word, or `none` beside others.
    UnknownResponseType = 19, "the response type is not known";
    /// A member of the policy or of rules is given twice. The second value would silently replace
    /// the first.
    PolicyTwice = 20, "a member of the policy or of rules is given twice";
    /// A member has an invalid value: an issuer template without exactly one `{name}`, or a
    /// duration that is not in whole seconds.
    PolicyValue = 21, "a member has an invalid value";
    /// A scope of the policy contains white space (RFC 6749 section 3.3).
    PolicyScope = 22, "a scope contains white space: pass each scope separately";
    /// The memory does not hold a replay cache.
    NotAReplayCache = 23, "the memory does not hold a replay cache";
    /// The window or the leeway of the check exceeds that of the replay cache.
    ReplayLimits = 24, "the window or leeway of the check is longer than that of the replay cache";
    /// The share of a key is not 1 to 16 sixteenths of the replay cache.
    ReplayShare = 25, "the share of one key must be 1 to 16 sixteenths of the replay cache";
    /// The memory does not hold a cache of proof keys.
    NotAProofKeyCache = 26, "the memory does not hold a cache of proof keys";

    // 100 to 149: the form of a token.
    /// The token is longer than the limit.
    TokenTooLong = 101, "the token is longer than the limit";
    /// The token does not have three parts, or its header or signature is empty (RFC 7515 section
    /// 7.1).
    TokenParts = 102, "the token does not have three parts, or its header or signature is empty";
    /// The token has five parts, so it is encrypted (JWE). This is not supported.
    TokenEncrypted = 103, "the token is encrypted, which is not supported";
    /// The header is longer than the limit.
    HeaderTooLong = 104, "the header is longer than the limit";

    // 150 to 199: base64url (RFC 7515 section 2).
    /// A character that is not in the base64url alphabet.
    Base64Character = 151, "a character is not in the base64url alphabet";
    /// Padding, which JWS does not allow.
    Base64Padding = 152, "base64url has padding";
    /// The number of characters is not possible for base64url.
    Base64Length = 153, "base64url has an impossible length";
    /// The unused bits of the last character are not zero, so the same bytes have another spelling.
    Base64TrailingBits = 154, "unused bits at the end of base64url are not zero";

    // 200 to 299: JSON (RFC 8259, RFC 7493).
    /// Not JSON.
    JsonSyntax = 201, "not JSON";
    /// Not UTF-8.
    JsonEncoding = 202, "JSON is not UTF-8";
    /// A string has an escape for half of a surrogate pair, which is not a character.
    JsonSurrogate = 203, "a JSON string has a lone surrogate";
    /// The JSON text is nested deeper than the limit.
    JsonNesting = 204, "JSON is nested too deeply";
    /// An object with more members than the limit.
    JsonMembers = 205, "a JSON object has too many members";
    /// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
    JsonDuplicate = 206, "a JSON object has two members with the same name";
    /// Not an object, although the specification requires one.
    JsonNotAnObject = 207, "not a JSON object";
    /// Longer than the limit.
    JsonTooLong = 208, "the JSON text is longer than the limit";

    // 300 to 349: the header (RFC 7515 section 4).
    /// There is no `alg`.
    AlgorithmMissing = 301, "the header has no algorithm";
    /// A header parameter has the wrong type.
    HeaderType = 302, "a header parameter has the wrong type";
    /// The header has `crit`. No extension is supported (RFC 7515 section 4.1.11).
    HeaderCritical = 303, "the header has a critical extension";
    /// A header parameter changes how the token is read, and is not supported.
    HeaderUnsupported = 304, "a header parameter is not supported";
    /// The payload is a JWT itself (RFC 7519 section 5.2). Nested tokens are not supported.
    NestedToken = 305, "nested tokens are not supported";
    /// A header parameter that the policy requires is missing or different.
    HeaderMismatch = 306, "a header parameter does not have the value that the policy requires";

    // 350 to 399: the algorithm (RFC 8725 section 3.1).
    /// `none`: the token is unsecured (RFC 7515 section 8).
    AlgorithmNone = 351, "the token is not signed: it has the algorithm none";
    /// Not a registered signature algorithm that this library knows.
    AlgorithmUnknown = 352, "the algorithm is not known";
    /// Known, but not built into this library.
    AlgorithmNotBuilt = 353, "the algorithm is not built into this library";
    /// Not in the caller's allow-list.
    AlgorithmNotAllowed = 354, "the algorithm is not allowed";

    // 400 to 449: loading keys (RFC 7517, RFC 7518 section 6).
    /// A member of the key is missing, of the wrong type, or not base64url.
    KeyMalformed = 401, "the key is malformed";
    /// The key's type, curve or algorithm is unknown, or not built into this library.
    KeyUnsupported = 402, "the kind of the key is not supported";
    /// The `use`, `key_ops` or `alg` of the key says that the key is not for verifying signatures.
    KeyNotForVerification = 403, "the key is not for verifying signatures";
    /// Members of the key contradict each other.
    KeyContradiction = 404, "members of the key contradict each other";
    /// The key is weaker than RFC 7518 allows for its algorithm.
    KeyWeak = 405, "the key is too weak";
    /// The key has private members, which a verifier must not hold.
    KeyPrivate = 406, "the key is private";
    /// The point is not on the curve.
    KeyNotOnCurve = 407, "the key is not on its curve";
    /// The value is not as wide as its field, or has leading zeros that are not allowed.
    KeyWidth = 408, "a value of the key has the wrong width";
    /// The modulus is even or larger than the limit. Or the exponent is even, too small or too
    /// large.
    KeyOutOfRange = 409, "a value of the key is out of range";
    /// The key set contains a secret, and the rules do not allow secrets.
    KeySecret = 410, "secrets are not allowed in this key set";
    /// A `kid` longer than the limit.
    KeyIdTooLong = 411, "the key identifier is too long";
    /// The memory of the table is full. The keys that were loaded before are unchanged.
    KeyTableFull = 412, "the key table is full";
    /// The key set has no `keys` array.
    KeySetMalformed = 413, "not a key set";
    /// The secret is the text of a key in PEM, DER or JWK, so it may be public.
    KeyNotSecret = 414, "the secret is the text of a key, which may be public";
    /// Not DER, or not a public key.
    KeyEncoding = 415, "the key is not a public key in DER";
    /// Not an image of a key table of this version and byte order.
    ImageForeign = 416, "not a key table image, or one for another version or byte order";
    /// The length of the image differs from the length in its header.
    ImageTruncated = 417, "the length of the image is not the one in its header";
    /// The image does not match its check sum, or its records are not valid.
    ImageCorrupt = 418, "the image is corrupt";
    /// The image is not the one that was expected.
    ImageUnexpected = 419, "the image is not the one that was expected";
    /// The image has an older version than the rules accept.
    ImageOutdated = 420, "the image has an older version than the rules accept";
    /// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) allow none of PS256, PS384 and
    /// PS512.
    KeyPssParameters = 421, "the PSS parameters of the key allow none of PS256, PS384 and PS512";
    /// A certificate, and the rules do not allow certificates.
    KeyIsCertificate = 422, "the key is in a certificate, which the rules do not allow (openssl x509 -pubkey -noout extracts the key)";
    /// A PEM block whose boundaries differ, or whose body is not base64 (RFC 7468 section 3).
    KeyPemMalformed = 423, "the PEM block is malformed: its last line differs from its first, or it is not base64";
    /// A text without a PEM block.
    KeyPemMissing = 424, "the text has no PEM block";
    /// An EC key in PEM or DER that gives the equation of its curve, or no curve. A key must name
    /// its curve (RFC 5480 section 2.1.1).
    KeyCurveUnnamed = 425, "the key must name its curve: it has the equation of the curve, or no curve";

    /// The JWK has the member `revoked`: its owner no longer signs with the key (OpenID Federation
    /// 1.0 section 8.7.2).
    KeyRevoked = 430, "the key was revoked";
    /// A note, not an error: a number of an RSA key has a leading zero octet, against RFC 7518
    /// section 2. The octet was dropped.
    KeyLeadingZero = 431, "a number of the key has a leading zero octet, which was dropped";
    /// A note, not an error: a coordinate has fewer octets than its field, which the caller allowed
    /// by name.
    KeyShortCoordinate = 432, "a coordinate of the key is shorter than its field";

    // 450 to 499: the choice of keys.
    /// No key of the table has the token's `kid`. For a token without `kid`, no key has its
    /// algorithm. The issuer may have rotated its keys: fetch the key set again, at most once a
    /// minute.
    KeyNotFound = 451, "the key set has no key for this token: the set may be out of date";
    /// More keys fit the token than the limit allows to try.
    KeyTooManyCandidates = 452, "too many keys fit the token";
    /// The table has the token's `kid`, but for other algorithms. Fetching the key set again does
    /// not help.
    KeyUnfit = 453, "the key with this kid is for another algorithm";
    /// The `exp` of the JWK has passed, so the key no longer verifies tokens. Fetch the key set
    /// again.
    KeyExpired = 454, "the key that signed the token has expired";
    /// The `nbf` of the JWK is in the future, so the key does not verify tokens yet.
    KeyNotYetValid = 455, "the key that signed the token is not yet valid";
    /// The `issuer` of the JWK is not the issuer of the token.
    KeyOfAnotherIssuer = 456, "the key that signed the token belongs to another issuer";

    // 500 to 549: the signature.
    /// The signature does not have the length that its algorithm and key require.
    SignatureLength = 501, "the signature has the wrong length";
    /// The signature is wrong.
    SignatureInvalid = 502, "the signature is invalid";
    /// The signature is DER, but JWS requires R followed by S (RFC 7518 section 3.4).
    SignatureIsDer = 503, "the signature is encoded in DER, but JWS requires R followed by S";
    /// The PSS signature is valid except for its salt, whose length is not that of the hash (RFC
    /// 7518 section 3.5).
    SignatureSalt = 504, "the salt of the PSS signature is not as long as the hash";

    // 600 to 699: claims.
    /// A required claim is missing.
    ClaimMissing = 601, "a required claim is missing";
    /// A claim has the wrong type, or is outside of the range of its type.
    ClaimType = 602, "a claim has the wrong type";
    /// A claim does not have the value that the policy requires.
    ClaimMismatch = 603, "a claim does not have the required value";
    /// `iss` is not the expected issuer.
    WrongIssuer = 604, "the token is from another issuer";
    /// `aud` does not contain an expected audience.
    WrongAudience = 605, "the token is for another audience";
    /// `aud` contains an audience that is not trusted.
    UntrustedAudience = 606, "the token is also for an audience that is not trusted";
    /// The `typ` of the token does not match the profile.
    WrongTokenType = 607, "the type (typ) of the token is not the required one";
    /// The claims belong to another kind of token.
    WrongTokenKind = 608, "the token is of another kind than the profile requires";
    /// `azp` is not one of the caller's authorized parties.
    WrongAuthorizedParty = 609, "the token is for another authorized party";
    /// `nonce` is not the one that was sent.
    WrongNonce = 610, "the nonce is not the one that was sent";
    /// A hash claim does not match the access token or code.
    WrongHash = 611, "a hash claim does not match its value";
    /// A required scope was not granted.
    ScopeMissing = 612, "a required scope was not granted";
    /// The token was issued too long ago.
    TokenTooOld = 613, "the token was issued too long ago";
    /// The user's authentication was too long ago.
    AuthenticationTooOld = 614, "the authentication was too long ago";
    /// A time that must be in the past is in the future.
    IssuedInFuture = 615, "a time that must be in the past is in the future";
    /// The token is bound to a key, and the policy has no proof of a key (RFC 7800).
    TokenBound = 616, "the token is bound to a key, and no proof of that key was given";
    /// Neither the `typ` nor a claim shows that the token is an access token: see
    /// `Policy::marked_by`.
    TokenNotMarked = 617, "the token does not show that it is an access token: it has neither typ at+jwt nor a claim such as scope";
    /// `cnf` is empty, or binds the token by an unknown method (RFC 7800 section 3.1).
    ConfirmationUnknown = 618, "the token is bound by an unknown method";
    /// The token is bound to another key or certificate than the one that the client proved (RFC
    /// 9449 section 7.1, RFC 8705 section 3).
    WrongConfirmation = 619, "the token is bound to another key than the one that was proven";
    /// The client proved a key or certificate, but the token is not bound to any.
    TokenNotBound = 620, "the token is not bound to the key that was proven";
    /// The subject (`sub`) is not the one that the caller requires, or not that of the other ID
    /// token (OpenID Connect Core section 3.3.3.6).
    WrongSubject = 630, "the token is about another subject";
    /// `acr` is not one of the classes that the caller requires (OpenID Connect Core section
    /// 3.1.3.7 step 12).
    WrongAuthenticationContext = 631, "the authentication was of another class";
    /// A method that the caller requires is not in `amr`.
    AuthenticationMethodMissing = 632, "a required authentication method was not used";
    /// A claim of a refreshed ID token differs from the original (OpenID Connect Core section
    /// 12.2).
    NotAsOriginal = 633, "a claim differs from the original ID token";
    /// The client is not one of those that the caller requires.
    WrongClient = 634, "the token was issued to another client";
    /// A user is required, but the token was issued to the client without a user.
    UserMissing = 635, "the policy requires a user, but the token was issued without one";
    /// A user is not allowed, but the token was issued for a user.
    UserPresent = 636, "the policy allows no user, but the token was issued for one";
    /// The token has `scope` and `scp`, and the policy does not say which of them grants scopes.
    ScopeAmbiguous = 637, "the token has both scope and scp, and the policy does not say which one to use";
    /// The response contains a token or code that its flow never puts into this response.
    NotIssuedByFlow = 640, "the response contains a token or code that its flow never issues";

    /// The token is revoked: its status is 1, INVALID (draft-ietf-oauth-status-list section 7.1).
    StatusInvalid = 641, "the status list says that the token is invalid: it was revoked";
    /// The token is suspended: its status is 2, SUSPENDED (draft-ietf-oauth-status-list section
    /// 7.1).
    StatusSuspended = 642, "the status list says that the token is suspended";
    /// The token has a status that only its application knows (draft-ietf-oauth-status-list section
    /// 7.1).
    StatusOther = 643, "the status list gives the token a status other than valid, invalid and suspended";
    /// The token names another status list than the given one (draft-ietf-oauth-status-list section
    /// 8.3).
    StatusListMismatch = 644, "the token names another status list";
    /// The index of the token is behind the end of the status list (draft-ietf-oauth-status-list
    /// section 8.3).
    StatusOutOfRange = 645, "the index of the token is behind the end of the status list";

    /// A point in time does not fit into 64-bit seconds (RFC 7519 section 2, NumericDate).
    DateOutOfRange = 650, "a point in time is out of range";

    // 700 to 749: time, checked last.
    /// The token has expired.
    Expired = 701, "the token has expired";
    /// The token is not valid yet.
    NotYetValid = 702, "the token is not valid yet";
    /// The time is not known, and the token must not be accepted without a time.
    TimeUnavailable = 703, "the time is not known: the clock is not set";
    /// `exp` is further in the future than the policy allows. It may be in milliseconds.
    LifetimeTooLong = 704, "the token expires later than the policy allows";

    // 800 to 849: PKCE (RFC 7636, RFC 9700).
    /// The code verifier is not 43 to 128 unreserved characters.
    CodeVerifierMalformed = 801, "the code verifier is malformed";
    /// The stored code challenge is not valid for its method.
    CodeChallengeMalformed = 802, "the code challenge is malformed";
    /// The code challenge method is neither `S256` nor `plain`.
    CodeChallengeMethod = 803, "the code challenge method is not supported";
    /// The code verifier does not match the code challenge.
    PkceMismatch = 804, "the code verifier does not match the code challenge";
    /// One side used PKCE and the other did not, or the method is `plain` where `S256` is required.
    PkceDowngrade = 805, "only one side used PKCE, or plain replaced S256";
    /// Neither side used PKCE, but it is required.
    PkceMissing = 806, "PKCE is required and was not used";
    // Only the C ABI uses the number 807, for KEYCARD_PKCE_NOT_USED.

    // 850 to 859: DPoP proofs (RFC 9449 section 4.3).
    /// The header has no key (`jwk`).
    ProofKeyMissing = 851, "the proof has no key";
    /// `htm` is not the method of the request.
    WrongHttpMethod = 852, "the proof is for another HTTP method";
    /// `htu` is not the URI of the request.
    WrongHttpUri = 853, "the proof is for another URI";
    /// Not an absolute `http` or `https` URI, or a URI with user information.
    UriMalformed = 854, "not an absolute HTTP or HTTPS URI";
    /// `iat` is older than the window.
    ProofTooOld = 855, "the proof was issued too long ago";

    // 860 to 869: single use (RFC 9449 section 11.1, RFC 7519 section 4.1.7).
    /// The token or proof was used before.
    Replayed = 860, "the token or proof was used before";
    /// The replay cache has no free entry. New uses are rejected until an entry expires.
    ReplayFull = 861, "the replay cache is full";
    /// The time is earlier than that of a previous call.
    ReplayTimeBehind = 862, "the time is earlier than in a previous call";
    /// The token or proof was issued before the cache was started, so it may have been used before.
    IssuedBeforeStart = 863, "the token or proof was issued before the replay cache was started";
    /// The key that signed the proof has filled its share of the replay cache.
    ReplayKeyFull = 864, "the key of the proof has used its share of the replay cache";

    // 870 to 889: selective disclosure (RFC 9901).
    /// Not a presentation: a tilde is missing, or a disclosure is not a JSON array of salt, name
    /// and value, or of salt and value, as its place requires (section 7.1 step 3).
    DisclosureMalformed = 871, "a disclosure is malformed, or a tilde is missing";
    /// More disclosures than the limit.
    DisclosureTooMany = 872, "the presentation has too many disclosures";
    /// The name of a disclosed claim is `_sd`, `_sd_alg` or `...`.
    DisclosureName = 873, "a disclosure has a reserved name";
    /// The object has a claim with the name of a disclosed claim already.
    DisclosureOverwrites = 874, "two claims of one object have the same name after disclosure";
    /// No digest refers to the disclosure, directly or through other disclosures.
    DisclosureUnreferenced = 875, "no digest refers to a disclosure";
    /// A claim that decides the validity is in a disclosure, so a holder could leave it out
    /// (section 9.7): `iss`, `aud`, `exp`, `nbf`, `cnf`, `status`, `vct`.
    DisclosureForbidden = 876, "a claim that decides the validity must not be in a disclosure";
    /// `_sd` is not an array of digests, `...` is not alone in an element of an array, or a digest
    /// does not have the length of its hash.
    DigestMalformed = 877, "a digest of a disclosure is malformed, or is in the wrong place";
    /// A digest or a disclosure occurs more than once.
    DigestRepeated = 878, "a digest of a disclosure occurs more than once";
    /// `_sd_alg` names a hash that is not known, or not built into this library.
    DigestAlgorithmUnknown = 879, "the hash algorithm of the digests is not known";
    /// The policy requires a Key Binding JWT, and the presentation has none.
    KeyBindingMissing = 880, "the presentation has no Key Binding JWT, which the policy requires";
    /// The policy allows no Key Binding JWT, and the presentation has one.
    KeyBindingUnexpected = 881, "the presentation has a Key Binding JWT, which the policy does not allow";
}

/// The meaning of the number in an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberIs {
    /// The position of the error, in bytes.
    Offset,
    /// The required size, in bytes.
    Size,
    /// The seconds between the time of a claim and now.
    Seconds,
    /// The octets that a value of a key has, times 2^16, plus the octets that it must have.
    Width,
    /// No meaning for the caller.
    Nothing,
}

impl Reason {
    /// The number of the reason, which is the status of the C ABI.
    #[expect(clippy::as_conversions, reason = "From is not const, and this loses nothing")]
    pub const fn code(self) -> i32 {
        self.number() as i32
    }

    /// The number of the reason, as an error stores it. Never 0.
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of a field-less repr(u16) enum has no other spelling"
    )]
    pub(super) const fn number(self) -> u16 {
        self as u16
    }

    /// The reason with this number, if there is one.
    pub(super) fn from_number(number: u16) -> Option<Self> {
        let found = Self::ALL.binary_search_by_key(&number, |reason| reason.number());
        found.ok().and_then(|place| Self::ALL.get(place)).copied()
    }

    /// A sentence for messages, static and without a full stop.
    pub fn text(self) -> &'static str {
        self.text_with_nul().strip_suffix('\0').unwrap_or_default()
    }

    /// The stage to which a number belongs. A table has the same size for any number of reasons.
    pub(super) fn home(number: u16) -> Stage {
        let place = match number.checked_sub(800) {
            None => number / 50,
            Some(beyond) => (beyond / 10).saturating_add(16),
        };
        HOMES.get(usize::from(place)).copied().unwrap_or(Stage::Usage)
    }
}

/// The stages of the numbers below 800 by fifties, then of the numbers from 800 on by tens.
static HOMES: [Stage; 26] = [
    Stage::Usage,
    Stage::Usage,
    Stage::Token,
    Stage::Text,
    Stage::Text,
    Stage::Text,
    Stage::Header,
    Stage::Algorithm,
    Stage::KeySet,
    Stage::Key,
    Stage::Signature,
    Stage::Signature,
    Stage::Claims,
    Stage::Claims,
    Stage::Time,
    Stage::Time,
    // 800
    Stage::Pkce,
    Stage::Pkce,
    Stage::Pkce,
    Stage::Pkce,
    Stage::Pkce,
    Stage::Proof,
    Stage::Replay,
    Stage::Disclosure,
    Stage::Proof,
    Stage::Disclosure,
];

impl NumberIs {
    /// The meaning of the number in an error whose reason has this number. A search by number links
    /// no list of all reasons.
    pub(super) fn of(reason: u16) -> Self {
        let is_one_of = |those: &[Reason]| those.iter().any(|those| those.number() == reason);
        if is_one_of(&[
            Reason::ScratchTooSmall,
            Reason::BufferTooSmall,
            Reason::MemoryTooSmall,
            Reason::KeyTableFull,
        ]) {
            return Self::Size;
        }
        if is_one_of(&[
            Reason::Expired,
            Reason::NotYetValid,
            Reason::LifetimeTooLong,
            Reason::TokenTooOld,
            Reason::AuthenticationTooOld,
            Reason::IssuedInFuture,
            Reason::ProofTooOld,
        ]) {
            return Self::Seconds;
        }
        if is_one_of(&[Reason::KeyWidth, Reason::KeyShortCoordinate]) {
            return Self::Width;
        }
        if is_one_of(&[Reason::Overlap]) { Self::Nothing } else { Self::Offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_at_home_where_its_hundred_is() {
        for (first, last, home) in [
            (Reason::NullPointer, Reason::ReplayShare, Stage::Usage),
            (Reason::TokenTooLong, Reason::HeaderTooLong, Stage::Token),
            (Reason::Base64Character, Reason::JsonTooLong, Stage::Text),
            (Reason::AlgorithmMissing, Reason::HeaderMismatch, Stage::Header),
            (Reason::AlgorithmNone, Reason::AlgorithmNotAllowed, Stage::Algorithm),
            (Reason::KeyMalformed, Reason::KeyShortCoordinate, Stage::KeySet),
            (Reason::KeyNotFound, Reason::KeyOfAnotherIssuer, Stage::Key),
            (Reason::SignatureLength, Reason::SignatureSalt, Stage::Signature),
            (Reason::ClaimMissing, Reason::DateOutOfRange, Stage::Claims),
            (Reason::Expired, Reason::LifetimeTooLong, Stage::Time),
            (Reason::CodeVerifierMalformed, Reason::PkceMissing, Stage::Pkce),
            (Reason::ProofKeyMissing, Reason::ProofTooOld, Stage::Proof),
            (Reason::Replayed, Reason::ReplayKeyFull, Stage::Replay),
            (Reason::DisclosureMalformed, Reason::DigestAlgorithmUnknown, Stage::Disclosure),
            (Reason::KeyBindingMissing, Reason::KeyBindingUnexpected, Stage::Proof),
        ] {
            let those = Reason::ALL
                .iter()
                .filter(|reason| (first.code()..=last.code()).contains(&reason.code()));
            for reason in those {
                assert_eq!(Reason::home(reason.number()), home, "{reason:?}");
            }
        }
    }

    #[test]
    fn numbers_rise_and_texts_are_sentences_without_a_full_stop() {
        for pair in Reason::ALL.windows(2) {
            assert!(pair[0].code() < pair[1].code(), "{:?}", pair[1]);
        }
        for reason in Reason::ALL {
            assert!(!reason.text().is_empty() && !reason.text().ends_with(['.', '\0']));
        }
    }
}
