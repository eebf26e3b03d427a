// Code generated from keycard.h by internal/generate. DO NOT EDIT.

package keycard

const (
	// A pointer that must not be NULL is NULL.
	ErrNullPointer Status = 1
	// A length is more than an object can have, or a pointer is not aligned for its type.
	ErrBadMemory Status = 2
	// struct_size is smaller than that of the first release.
	ErrStructSize Status = 3
	// Memory that is written overlaps memory that is read.
	ErrOverlap Status = 4
	// The memory for a key table or a replay cache is too small for an empty one.
	ErrMemoryTooSmall Status = 5
	// The scratch is too small for this token.
	ErrScratchTooSmall Status = 6
	// The output buffer is too small for the result; nothing was written.
	ErrBufferTooSmall Status = 7
	// The memory does not hold a key table.
	ErrNotAKeyTable Status = 8
	// The policy asks for something that this version does not know: a flag, a profile, a newer member.
	ErrUnsupportedPolicy Status = 9
	// A required member of the policy was neither given nor waived by name. The claim that comes with it says which; without one, look at the profile first.
	ErrPolicyIncomplete Status = 10
	// A member of the policy is present and empty, which could be mistaken for "don't check".
	ErrPolicyEmpty Status = 11
	// Members of the policy contradict each other: given and waived, or of no meaning in this profile.
	ErrPolicyContradiction Status = 12
	// More leeway than 600 seconds, not asked for by name.
	ErrLeewayTooLong Status = 13
	// The kind of the time is neither "at" nor "unknown".
	ErrTimeKind Status = 14
	// The scratch behind this token was used again, or the token was never accepted.
	ErrStale Status = 15
	// A text argument is not UTF-8.
	ErrNotText Status = 16
	// The token was validated with claims: its payload was rewritten and is read through them only.
	ErrPayloadNotOpaque Status = 17
	// The key table is an image, which is only read.
	ErrReadOnly Status = 18
	// Not a response type: an unknown word, one that comes twice, or none beside others.
	ErrUnknownResponseType Status = 19
	// A member of the policy or of rules is given twice, and the second would silently replace the first.
	ErrPolicyTwice Status = 20
	// A member has a value that it cannot have: an issuer template without one {name}, a duration that is not in whole seconds.
	ErrPolicyValue Status = 21
	// A scope of the policy contains white space (RFC 6749 section 3.3).
	ErrPolicyScope Status = 22
	// The token is longer than the limit.
	ErrTokenTooLong Status = 101
	// The token does not have three parts, each but the payload non-empty (RFC 7515 section 7.1).
	ErrTokenParts Status = 102
	// The token has five parts: it is encrypted (JWE), which is not supported.
	ErrTokenEncrypted Status = 103
	// The header is longer than the limit.
	ErrHeaderTooLong Status = 104
	// A character that is not in the base64url alphabet.
	ErrBase64Character Status = 151
	// Padding, which JWS forbids.
	ErrBase64Padding Status = 152
	// A length that no bytes encode to.
	ErrBase64Length Status = 153
	// The last character carries bits that belong to no byte: the same bytes have another spelling.
	ErrBase64TrailingBits Status = 154
	// Not JSON.
	ErrJSONSyntax Status = 201
	// Not UTF-8.
	ErrJSONEncoding Status = 202
	// An escape in a string that stands for no character: a lone surrogate.
	ErrJSONSurrogate Status = 203
	// Nested deeper than the limit.
	ErrJSONNesting Status = 204
	// An object with more members than the limit.
	ErrJSONMembers Status = 205
	// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
	ErrJSONDuplicate Status = 206
	// Not an object, where the specification asks for one.
	ErrJSONNotAnObject Status = 207
	// Longer than the limit.
	ErrJSONTooLong Status = 208
	// There is no alg.
	ErrAlgorithmMissing Status = 301
	// A header parameter has the wrong type.
	ErrHeaderType Status = 302
	// crit names an extension; none is understood (RFC 7515 section 4.1.11).
	ErrHeaderCritical Status = 303
	// A header parameter that changes how the token is read, and is not supported.
	ErrHeaderUnsupported Status = 304
	// The content is a JWT again (RFC 7519 section 5.2): nested tokens are not supported.
	ErrNestedToken Status = 305
	// A header parameter that the policy asks for is missing or differs.
	ErrHeaderMismatch Status = 306
	// none: the token is unsecured (RFC 7515 section 8).
	ErrAlgorithmNone Status = 351
	// Not an algorithm for signatures that is registered and known.
	ErrAlgorithmUnknown Status = 352
	// Known, but not built into this library.
	ErrAlgorithmNotBuilt Status = 353
	// Not in the caller's allow-list.
	ErrAlgorithmNotAllowed Status = 354
	// A member of the key is missing, of the wrong type, or not base64url.
	ErrKeyMalformed Status = 401
	// The key's type, curve or algorithm is not understood, or not built into this library.
	ErrKeyUnsupported Status = 402
	// The key's use, key_ops or alg says that it is not for verifying signatures.
	ErrKeyNotForVerification Status = 403
	// Members of the key contradict each other.
	ErrKeyContradiction Status = 404
	// The key is weaker than RFC 7518 allows for its algorithm.
	ErrKeyWeak Status = 405
	// The key has private members: whoever verifies must not hold them.
	ErrKeyPrivate Status = 406
	// The point is not on the curve.
	ErrKeyNotOnCurve Status = 407
	// The value is not as wide as its field, or has leading zeros where none may be.
	ErrKeyWidth Status = 408
	// The modulus is even or larger than the limit, or the exponent is even, too small or too large.
	ErrKeyOutOfRange Status = 409
	// A secret in a key set whose caller did not allow secrets by name.
	ErrKeySecret Status = 410
	// A kid longer than the limit.
	ErrKeyIDTooLong Status = 411
	// The memory of the table is full; what was loaded before is still there.
	ErrKeyTableFull Status = 412
	// The key set has no keys array.
	ErrKeySetMalformed Status = 413
	// The secret is a key in PEM, DER or JWK: everybody may know it.
	ErrKeyNotSecret Status = 414
	// Not DER, or not a public key.
	ErrKeyEncoding Status = 415
	// Not an image of a key table of this version and byte order.
	ErrImageForeign Status = 416
	// The image is longer or shorter than it says.
	ErrImageTruncated Status = 417
	// The image does not fit its check sum, or is not a row of keys.
	ErrImageCorrupt Status = 418
	// The image is not the one that was expected.
	ErrImageUnexpected Status = 419
	// The image is of an older version than is taken.
	ErrImageOutdated Status = 420
	// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) fit none of PS256, PS384 and PS512.
	ErrKeyPSSParameters Status = 421
	// A certificate, and the rules do not allow certificates.
	ErrKeyIsCertificate Status = 422
	// A block of PEM whose boundaries differ or whose body is not base64 (RFC 7468 section 3).
	ErrKeyPEMMalformed Status = 423
	// A text without a block of PEM.
	ErrKeyPEMMissing Status = 424
	// The JWK has the member revoked: its owner no longer signs with it.
	ErrKeyRevoked Status = 430
	// A note and no refusal: a number of an RSA key has a leading zero octet, which was left out.
	ErrKeyLeadingZero Status = 431
	// A note and no refusal: a coordinate has fewer octets than its field, which the caller allowed by name.
	ErrKeyShortCoordinate Status = 432
	// No key of the table has the token's kid; or, for a token without a kid, its algorithm. The issuer may have rotated its keys: fetch the key set again, at most once a minute.
	ErrKeyNotFound Status = 451
	// More keys fit than may be tried.
	ErrKeyTooManyCandidates Status = 452
	// The table has the token's kid, for other algorithms. Fetching the key set again does not help.
	ErrKeyUnfit Status = 453
	// The JWK said by exp until when its key signs, and that has passed. Fetch the key set again.
	ErrKeyExpired Status = 454
	// The JWK said by nbf from when on its key signs, and that has not come.
	ErrKeyNotYetValid Status = 455
	// The JWK said by issuer whose key it is, and the token is from another issuer.
	ErrKeyOfAnotherIssuer Status = 456
	// The signature does not have the length that its algorithm and key demand.
	ErrSignatureLength Status = 501
	// The signature is wrong.
	ErrSignatureInvalid Status = 502
	// The signature is DER, and JWS wants R and S side by side (RFC 7518 section 3.4).
	ErrSignatureIsDER Status = 503
	// The PSS signature is valid but for its salt, which has another length than the hash (RFC 7518 section 3.5).
	ErrSignatureSalt Status = 504
	// A required claim is missing.
	ErrClaimMissing Status = 601
	// A claim has the wrong type or does not fit its type's range.
	ErrClaimType Status = 602
	// A claim does not have the value that the policy asks for.
	ErrClaimMismatch Status = 603
	// iss is not the expected issuer.
	ErrWrongIssuer Status = 604
	// aud does not contain an expected audience.
	ErrWrongAudience Status = 605
	// aud contains an audience that is not trusted.
	ErrUntrustedAudience Status = 606
	// typ does not fit the profile.
	ErrWrongTokenType Status = 607
	// The claims are those of another kind of token.
	ErrWrongTokenKind Status = 608
	// azp is not an authorized party of the caller's.
	ErrWrongAuthorizedParty Status = 609
	// nonce is not the one that was sent.
	ErrWrongNonce Status = 610
	// A hash claim does not fit the access token or code.
	ErrWrongHash Status = 611
	// A required scope was not granted.
	ErrScopeMissing Status = 612
	// The token was issued too long ago.
	ErrTokenTooOld Status = 613
	// The user's authentication was too long ago.
	ErrAuthenticationTooOld Status = 614
	// A point in time that must lie in the past lies in the future.
	ErrIssuedInFuture Status = 615
	// The token is bound to a key whose proof was not asked for (RFC 7800).
	ErrTokenBound Status = 616
	// Nothing marks the token as an access token, neither its typ nor a claim: see the profile.
	ErrTokenNotMarked Status = 617
	// cnf is empty, or binds the token by a method that is not known (RFC 7800 section 3.1).
	ErrConfirmationUnknown Status = 618
	// The token is bound to another key or certificate than the one that was proven (RFC 9449 section 7.1, RFC 8705 section 3).
	ErrWrongConfirmation Status = 619
	// A key or certificate was proven, and the token is not bound to it.
	ErrTokenNotBound Status = 620
	// The subject (sub) is another than the caller asks for, or than that of the other ID token (OpenID Connect Core section 3.3.3.6).
	ErrWrongSubject Status = 630
	// acr is none of those that were asked for (OpenID Connect Core section 3.1.3.7 step 12).
	ErrWrongAuthenticationContext Status = 631
	// A method that the caller requires is not in amr.
	ErrAuthenticationMethodMissing Status = 632
	// A claim of a refreshed ID token is not that of the original (OpenID Connect Core section 12.2).
	ErrNotAsOriginal Status = 633
	// The client is none of those that the caller asks for.
	ErrWrongClient Status = 634
	// A user is required, and the token stands for the client alone.
	ErrUserMissing Status = 635
	// No user may be, and the token stands for one.
	ErrUserPresent Status = 636
	// The token has scope and scp, and the policy does not say which of them grants.
	ErrScopeAmbiguous Status = 637
	// A response with a token or code in it that its flow never hands out there.
	ErrNotIssuedByFlow Status = 640
	// A point in time is a number outside of 64-bit seconds (RFC 7519 section 2, NumericDate).
	ErrDateOutOfRange Status = 650
	// The token has expired.
	ErrExpired Status = 701
	// The token is not valid yet.
	ErrNotYetValid Status = 702
	// The time is not known, and the token must not be accepted without it.
	ErrTimeUnavailable Status = 703
	// exp lies further in the future than the policy allows. It may be in milliseconds.
	ErrLifetimeTooLong Status = 704
	// The code verifier is not 43 to 128 unreserved characters.
	ErrCodeVerifierMalformed Status = 801
	// The stored code challenge is not what its method makes.
	ErrCodeChallengeMalformed Status = 802
	// The code challenge method is neither S256 nor plain.
	ErrCodeChallengeMethod Status = 803
	// The code verifier does not fit the code challenge.
	ErrPKCEMismatch Status = 804
	// One side used PKCE and the other did not, or plain where S256 is required.
	ErrPKCEDowngrade Status = 805
	// Neither side used PKCE, and it is required.
	ErrPKCEMissing Status = 806
	// Neither side used PKCE, and it is optional: nothing was verified.
	ErrPKCENotUsed Status = 850
	// The header has no key (jwk).
	ErrProofKeyMissing Status = 851
	// htm is not the method of the request.
	ErrWrongHTTPMethod Status = 852
	// htu is not the URI of the request.
	ErrWrongHTTPURI Status = 853
	// Not an absolute http or https URI, or one with user information.
	ErrURIMalformed Status = 854
	// iat is longer ago than the window.
	ErrProofTooOld Status = 855
	// What may be used once was used before.
	ErrReplayed Status = 860
	// There is no room to note another use: nothing new is taken until an entry expires.
	ErrReplayFull Status = 861
	// The time is behind that of an earlier call.
	ErrReplayTimeBehind Status = 862
	// Issued before the cache was started: whether it was used since then cannot be known.
	ErrIssuedBeforeStart Status = 863
	// The memory does not hold a replay cache.
	ErrNotAReplayCache Status = 864
	// The window or the leeway of the check is longer than the replay cache was made for.
	ErrReplayLimits Status = 865
	// The key that signed the proof has used its share of the replay cache.
	ErrReplayKeyFull Status = 866
	// The share of a key is not 1 to 16 sixteenths of the replay cache.
	ErrReplayShare Status = 867
)

var statuses = [...]Status{
	ErrNullPointer,
	ErrBadMemory,
	ErrStructSize,
	ErrOverlap,
	ErrMemoryTooSmall,
	ErrScratchTooSmall,
	ErrBufferTooSmall,
	ErrNotAKeyTable,
	ErrUnsupportedPolicy,
	ErrPolicyIncomplete,
	ErrPolicyEmpty,
	ErrPolicyContradiction,
	ErrLeewayTooLong,
	ErrTimeKind,
	ErrStale,
	ErrNotText,
	ErrPayloadNotOpaque,
	ErrReadOnly,
	ErrUnknownResponseType,
	ErrPolicyTwice,
	ErrPolicyValue,
	ErrPolicyScope,
	ErrTokenTooLong,
	ErrTokenParts,
	ErrTokenEncrypted,
	ErrHeaderTooLong,
	ErrBase64Character,
	ErrBase64Padding,
	ErrBase64Length,
	ErrBase64TrailingBits,
	ErrJSONSyntax,
	ErrJSONEncoding,
	ErrJSONSurrogate,
	ErrJSONNesting,
	ErrJSONMembers,
	ErrJSONDuplicate,
	ErrJSONNotAnObject,
	ErrJSONTooLong,
	ErrAlgorithmMissing,
	ErrHeaderType,
	ErrHeaderCritical,
	ErrHeaderUnsupported,
	ErrNestedToken,
	ErrHeaderMismatch,
	ErrAlgorithmNone,
	ErrAlgorithmUnknown,
	ErrAlgorithmNotBuilt,
	ErrAlgorithmNotAllowed,
	ErrKeyMalformed,
	ErrKeyUnsupported,
	ErrKeyNotForVerification,
	ErrKeyContradiction,
	ErrKeyWeak,
	ErrKeyPrivate,
	ErrKeyNotOnCurve,
	ErrKeyWidth,
	ErrKeyOutOfRange,
	ErrKeySecret,
	ErrKeyIDTooLong,
	ErrKeyTableFull,
	ErrKeySetMalformed,
	ErrKeyNotSecret,
	ErrKeyEncoding,
	ErrImageForeign,
	ErrImageTruncated,
	ErrImageCorrupt,
	ErrImageUnexpected,
	ErrImageOutdated,
	ErrKeyPSSParameters,
	ErrKeyIsCertificate,
	ErrKeyPEMMalformed,
	ErrKeyPEMMissing,
	ErrKeyRevoked,
	ErrKeyLeadingZero,
	ErrKeyShortCoordinate,
	ErrKeyNotFound,
	ErrKeyTooManyCandidates,
	ErrKeyUnfit,
	ErrKeyExpired,
	ErrKeyNotYetValid,
	ErrKeyOfAnotherIssuer,
	ErrSignatureLength,
	ErrSignatureInvalid,
	ErrSignatureIsDER,
	ErrSignatureSalt,
	ErrClaimMissing,
	ErrClaimType,
	ErrClaimMismatch,
	ErrWrongIssuer,
	ErrWrongAudience,
	ErrUntrustedAudience,
	ErrWrongTokenType,
	ErrWrongTokenKind,
	ErrWrongAuthorizedParty,
	ErrWrongNonce,
	ErrWrongHash,
	ErrScopeMissing,
	ErrTokenTooOld,
	ErrAuthenticationTooOld,
	ErrIssuedInFuture,
	ErrTokenBound,
	ErrTokenNotMarked,
	ErrConfirmationUnknown,
	ErrWrongConfirmation,
	ErrTokenNotBound,
	ErrWrongSubject,
	ErrWrongAuthenticationContext,
	ErrAuthenticationMethodMissing,
	ErrNotAsOriginal,
	ErrWrongClient,
	ErrUserMissing,
	ErrUserPresent,
	ErrScopeAmbiguous,
	ErrNotIssuedByFlow,
	ErrDateOutOfRange,
	ErrExpired,
	ErrNotYetValid,
	ErrTimeUnavailable,
	ErrLifetimeTooLong,
	ErrCodeVerifierMalformed,
	ErrCodeChallengeMalformed,
	ErrCodeChallengeMethod,
	ErrPKCEMismatch,
	ErrPKCEDowngrade,
	ErrPKCEMissing,
	ErrPKCENotUsed,
	ErrProofKeyMissing,
	ErrWrongHTTPMethod,
	ErrWrongHTTPURI,
	ErrURIMalformed,
	ErrProofTooOld,
	ErrReplayed,
	ErrReplayFull,
	ErrReplayTimeBehind,
	ErrIssuedBeforeStart,
	ErrNotAReplayCache,
	ErrReplayLimits,
	ErrReplayKeyFull,
	ErrReplayShare,
}

const (
	// The call itself, its memory or its policy.
	StageUsage Stage = 0
	// The token's length and its parts.
	StageToken Stage = 1
	// The header.
	StageHeader Stage = 2
	// The algorithm.
	StageAlgorithm Stage = 3
	// The choice of keys.
	StageKey Stage = 4
	// The signature.
	StageSignature Stage = 5
	// The decoding of the payload.
	StagePayload Stage = 6
	// The claims.
	StageClaims Stage = 7
	// The time.
	StageTime Stage = 8
	// The loading of keys.
	StageKeySet Stage = 9
	// PKCE.
	StagePKCE Stage = 10
	// The reading of a text by itself.
	StageText Stage = 11
	// A DPoP proof: the answer to the client is invalid_dpop_proof, and for its nonce use_dpop_nonce.
	StageProof Stage = 12
	// Single use.
	StageReplay Stage = 13
)

const (
	// A signature over a payload of any bytes.
	ProfileJWS Profile = 1
	// A JWT of no particular kind.
	ProfileJWT Profile = 2
	// An access token, by RFC 9068 or of the older style. Its typ is at+jwt, or it has one of the claims that mark an access token: scope, scp, cid, appid, or token_use with the value access. The markers of the policy name others. A JWT with none of them is refused.
	ProfileAccessToken Profile = 3
	// An access token by RFC 9068 and no other.
	ProfileAccessTokenRFC9068 Profile = 4
	// An ID token of OpenID Connect.
	ProfileIDToken Profile = 5
	// An ID token that came with a refresh, beside the original.
	ProfileRefreshedIDToken Profile = 6
	// A back-channel logout token with the type logout+jwt.
	ProfileLogoutToken Profile = 7
	// A back-channel logout token, also one without a type or with the type JWT.
	ProfileLogoutTokenUntyped Profile = 8
)

const (
	// Take tokens of any issuer.
	WithoutIssuer Flags = 1
	// Take tokens for any audience.
	WithoutAudience Flags = 2
	// Take tokens without exp.
	WithoutExpiry Flags = 4
	// Take tokens while the time is not known.
	WithoutClock Flags = 8
	// No nonce was sent.
	NonceNotSent Flags = 16
	// Take a leeway of more than 600 seconds.
	InsecureLeeway Flags = 32
	// azp must be there if there are several audiences.
	RequireAuthorizedParty Flags = 256
	// at_hash must be there.
	RequireAccessTokenHash Flags = 512
	// c_hash must be there.
	RequireCodeHash Flags = 1024
	// s_hash must be there.
	RequireStateHash Flags = 2048
	// One of the scopes is enough.
	AnyScope Flags = 4096
	// A user stands behind the token: sub is not the client, and user_mark holds.
	WithUser Flags = 8192
	// No user stands behind the token: sub is absent or the client, or user_mark holds.
	WithoutUser Flags = 16384
	// Take base64url that is padded, from a signer that header_name and header_value name.
	AllowPadding Flags = 32768
	// Refuse tokens whose iat lies in the future; recommended where the clock may be behind.
	RejectIssuedInFuture Flags = 65536
	// issuer is a template: take each issuer of that form. The claim that its braces name must be in the token, and be what stands in iss in their place: one or more letters, digits, "-", ".", "_" and "~".
	IssuerIsTemplate Flags = 131072
)

const (
	// The claim is there.
	RulePresent RuleKind = 1
	// The claim is a string equal to the value.
	RuleEquals RuleKind = 2
	// The claim is an array of strings with the value among them, or a string equal to it.
	RuleContains RuleKind = 3
)

const (
	// HMAC with SHA-256.
	HS256 Algorithms = 1
	// HMAC with SHA-384.
	HS384 Algorithms = 2
	// HMAC with SHA-512.
	HS512 Algorithms = 4
	// RSASSA-PKCS1-v1_5 with SHA-256.
	RS256 Algorithms = 8
	// RSASSA-PKCS1-v1_5 with SHA-384.
	RS384 Algorithms = 16
	// RSASSA-PKCS1-v1_5 with SHA-512.
	RS512 Algorithms = 32
	// RSASSA-PSS with SHA-256.
	PS256 Algorithms = 64
	// RSASSA-PSS with SHA-384.
	PS384 Algorithms = 128
	// RSASSA-PSS with SHA-512.
	PS512 Algorithms = 256
	// ECDSA with P-256 and SHA-256.
	ES256 Algorithms = 512
	// ECDSA with P-384 and SHA-384.
	ES384 Algorithms = 1024
	// ECDSA with P-521 and SHA-512.
	ES512 Algorithms = 2048
	// ECDSA with secp256k1 and SHA-256.
	ES256K Algorithms = 4096
	// EdDSA with Ed25519.
	EdDSA Algorithms = 8192
	// EdDSA with Ed25519, by its fully specified name.
	Ed25519 Algorithms = 16384
	// ML-DSA-44.
	ML_DSA_44 Algorithms = 32768
	// ML-DSA-65.
	ML_DSA_65 Algorithms = 65536
	// ML-DSA-87.
	ML_DSA_87 Algorithms = 131072
)

var namesAlgorithms = []numberName[Algorithms]{
	{HS256, "HS256"},
	{HS384, "HS384"},
	{HS512, "HS512"},
	{RS256, "RS256"},
	{RS384, "RS384"},
	{RS512, "RS512"},
	{PS256, "PS256"},
	{PS384, "PS384"},
	{PS512, "PS512"},
	{ES256, "ES256"},
	{ES384, "ES384"},
	{ES512, "ES512"},
	{ES256K, "ES256K"},
	{EdDSA, "EdDSA"},
	{Ed25519, "Ed25519"},
	{ML_DSA_44, "ML-DSA-44"},
	{ML_DSA_65, "ML-DSA-65"},
	{ML_DSA_87, "ML-DSA-87"},
}

const (
	// Compute nothing from a key beforehand.
	PrepareSmallest Preparation = 0
	// Up to 1 KB for each key.
	Prepare1KB Preparation = 1024
	// Up to 2 KB for each key.
	Prepare2KB Preparation = 2048
	// Up to 4 KB for each key.
	Prepare4KB Preparation = 4096
	// Up to 8 KB for each key.
	Prepare8KB Preparation = 8192
	// Up to 16 KB for each key.
	Prepare16KB Preparation = 16384
	// Up to 64 KB for each key.
	Prepare64KB Preparation = 65536
)

const (
	// The signature, with a key of the caller's and an algorithm that the caller allows.
	CheckSignature Checks = 1
	// iss against the issuer.
	CheckIssuer Checks = 2
	// aud, or the claim named in its place, against the audiences.
	CheckAudience Checks = 4
	// exp against the time.
	CheckExpiry Checks = 8
	// nbf against the time.
	CheckNotBefore Checks = 16
	// typ against what the profile or the caller asks for.
	CheckTokenType Checks = 32
	// iat against the age that the caller allows.
	CheckTokenAge Checks = 64
	// nonce against the one that was sent.
	CheckNonce Checks = 128
	// azp against the authorized parties.
	CheckAuthorizedParty Checks = 256
	// auth_time against the age that the caller allows.
	CheckAuthenticationAge Checks = 512
	// at_hash against the access token.
	CheckAccessTokenHash Checks = 1024
	// c_hash against the code.
	CheckCodeHash Checks = 2048
	// scope or scp against the scopes that the caller asks for.
	CheckScopes Checks = 4096
	// The claims of the caller's own list.
	CheckRules Checks = 8192
	// The mark by which a token is of the kind that the profile asks for.
	CheckKind Checks = 16384
	// The header parameter that the caller asks for.
	CheckHeaderParameter Checks = 32768
	// s_hash against the state.
	CheckStateHash Checks = 65536
	// acr against the classes that were asked for.
	CheckAuthenticationContext Checks = 131072
	// amr against the methods that the caller requires.
	CheckAuthenticationMethods Checks = 262144
	// sub against the subject that the caller asks for.
	CheckSubject Checks = 524288
	// A refreshed ID token against the original.
	CheckOriginal Checks = 1048576
	// The client against those that the caller asks for.
	CheckClient Checks = 2097152
	// Whether the token stands for a user, as the caller asks.
	CheckUser Checks = 4194304
	// jkt in cnf against the key of the DPoP proof.
	CheckDPoPKey Checks = 8388608
	// x5t#S256 in cnf against the client certificate.
	CheckClientCertificate Checks = 16777216
	// exp against the lifetime that the caller allows.
	CheckLifetime Checks = 33554432
	// iat, which must not lie in the future.
	CheckIssuedAt Checks = 67108864
	// A note, never passed or waived: vacuous if exp, nbf or iat lies beyond the year 9999. The issuer wrote milliseconds, or means "never", and the comparison with the time says nothing.
	CheckTimeUnit Checks = 134217728
)

var namesChecks = []numberName[Checks]{
	{CheckSignature, "signature"},
	{CheckIssuer, "issuer"},
	{CheckAudience, "audience"},
	{CheckExpiry, "expiry"},
	{CheckNotBefore, "not before"},
	{CheckTokenType, "token type"},
	{CheckTokenAge, "token age"},
	{CheckNonce, "nonce"},
	{CheckAuthorizedParty, "authorized party"},
	{CheckAuthenticationAge, "authentication age"},
	{CheckAccessTokenHash, "access token hash"},
	{CheckCodeHash, "code hash"},
	{CheckScopes, "scopes"},
	{CheckRules, "rules"},
	{CheckKind, "kind"},
	{CheckHeaderParameter, "header parameter"},
	{CheckStateHash, "state hash"},
	{CheckAuthenticationContext, "authentication context"},
	{CheckAuthenticationMethods, "authentication methods"},
	{CheckSubject, "subject"},
	{CheckOriginal, "original"},
	{CheckClient, "client"},
	{CheckUser, "user"},
	{CheckDPoPKey, "dpop key"},
	{CheckClientCertificate, "client certificate"},
	{CheckLifetime, "lifetime"},
	{CheckIssuedAt, "issued at"},
	{CheckTimeUnit, "time unit"},
}

const (
	// There is no access token: the request is to the token endpoint, or to that of pushed authorization requests.
	ProofWithoutAccessToken ProofFlags = 1
	// No nonce was provided to the client.
	ProofNonceNotProvided ProofFlags = 2
)

const (
	// The user may give the password to the application: of the same maker as the server, on the user's own device.
	ApplicationTrusted Application = 1
	// A service account: no user, and a secret or key of its own.
	ApplicationService Application = 2
	// A page that runs in the browser alone and keeps no secret.
	ApplicationSinglePage Application = 3
	// An application on a server, which keeps a secret.
	ApplicationWeb Application = 4
	// An application on a device of the user's, which keeps no secret.
	ApplicationNative Application = 5
	// An application whose front end and back end shall have different tokens.
	ApplicationFrontAndBackEnd Application = 6
)

var namesApplication = []numberName[Application]{
	{ApplicationTrusted, "trusted"},
	{ApplicationService, "service"},
	{ApplicationSinglePage, "single page"},
	{ApplicationWeb, "web"},
	{ApplicationNative, "native"},
	{ApplicationFrontAndBackEnd, "front and back end"},
}

const (
	// Authorization Code without PKCE (RFC 6749 section 4.1).
	FlowAuthorizationCode Flow = 1
	// Authorization Code with PKCE (RFC 7636).
	FlowAuthorizationCodePKCE Flow = 2
	// Implicit (RFC 6749 section 4.2, OpenID Connect Core section 3.2).
	FlowImplicit Flow = 3
	// Hybrid (OpenID Connect Core section 3.3).
	FlowHybrid Flow = 4
	// Resource Owner Password Credentials (RFC 6749 section 4.3).
	FlowResourceOwnerPassword Flow = 5
	// Client Credentials (RFC 6749 section 4.4).
	FlowClientCredentials Flow = 6
	// Refreshing (RFC 6749 section 6, OpenID Connect Core section 12).
	FlowRefreshToken Flow = 7
)

var namesFlow = []numberName[Flow]{
	{FlowAuthorizationCode, "authorization code"},
	{FlowAuthorizationCodePKCE, "authorization code pkce"},
	{FlowImplicit, "implicit"},
	{FlowHybrid, "hybrid"},
	{FlowResourceOwnerPassword, "resource owner password"},
	{FlowClientCredentials, "client credentials"},
	{FlowRefreshToken, "refresh token"},
}

const (
	// What the classic table says still holds.
	PracticeUnchanged Practice = 1
	// With PKCE.
	PracticeWithPKCE Practice = 2
	// With restrictions, which the text names.
	PracticeRestricted Practice = 3
	// It should not be used.
	PracticeShouldNot Practice = 4
	// It must not be used.
	PracticeMustNot Practice = 5
)

var namesPractice = []numberName[Practice]{
	{PracticeUnchanged, "unchanged"},
	{PracticeWithPKCE, "with pkce"},
	{PracticeRestricted, "restricted"},
	{PracticeShouldNot, "should not"},
	{PracticeMustNot, "must not"},
}

const (
	// The classic table recommends it.
	FitRecommended Fit = 1
	// It can be used.
	FitPossible Fit = 2
	// It needs what such an application has not, or gives what it should not have.
	FitUnsuitable Fit = 3
)

var namesFit = []numberName[Fit]{
	{FitRecommended, "recommended"},
	{FitPossible, "possible"},
	{FitUnsuitable, "unsuitable"},
}

const (
	// code
	ResponseTypeCode ResponseType = 1
	// id_token
	ResponseTypeIDToken ResponseType = 2
	// code id_token
	ResponseTypeCodeIDToken ResponseType = 3
	// token
	ResponseTypeToken ResponseType = 4
	// code token
	ResponseTypeCodeToken ResponseType = 5
	// id_token token
	ResponseTypeIDTokenToken ResponseType = 6
	// code id_token token
	ResponseTypeCodeIDTokenToken ResponseType = 7
	// none
	ResponseTypeNone ResponseType = 8
)

var namesResponseType = []numberName[ResponseType]{
	{ResponseTypeCode, "code"},
	{ResponseTypeIDToken, "id_token"},
	{ResponseTypeCodeIDToken, "code id_token"},
	{ResponseTypeToken, "token"},
	{ResponseTypeCodeToken, "code token"},
	{ResponseTypeIDTokenToken, "id_token token"},
	{ResponseTypeCodeIDTokenToken, "code id_token token"},
	{ResponseTypeNone, "none"},
}

const (
	// The authorization endpoint, whose answer comes through the browser.
	EndpointAuthorization Endpoint = 1
	// The token endpoint, which answers the client itself.
	EndpointToken Endpoint = 2
)

var namesEndpoint = []numberName[Endpoint]{
	{EndpointAuthorization, "authorization"},
	{EndpointToken, "token"},
}

const (
	// An authorization code.
	IssuedCode Issued = 1
	// An ID token.
	IssuedIDToken Issued = 2
	// An access token.
	IssuedAccessToken Issued = 4
	// A refresh token.
	IssuedRefreshToken Issued = 8
)

var namesIssued = []numberName[Issued]{
	{IssuedCode, "code"},
	{IssuedIDToken, "id token"},
	{IssuedAccessToken, "access token"},
	{IssuedRefreshToken, "refresh token"},
}
