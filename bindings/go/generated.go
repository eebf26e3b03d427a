// Code generated from the headers of keycard by internal/generate. DO NOT EDIT.

package keycard

const (
	// A pointer that must not be NULL is NULL.
	ErrNullPointer Status = 1
	// A length is larger than any object can be, or a pointer is not aligned for its type.
	ErrBadMemory Status = 2
	// struct_size is smaller than in the first release.
	ErrStructSize Status = 3
	// Memory that is written overlaps memory that is read.
	ErrOverlap Status = 4
	// The memory is too small, even for an empty key table or replay cache.
	ErrMemoryTooSmall Status = 5
	// The scratch is too small for this token.
	ErrScratchTooSmall Status = 6
	// The output buffer is too small for the result; nothing was written.
	ErrBufferTooSmall Status = 7
	// The memory does not hold a key table.
	ErrNotAKeyTable Status = 8
	// The policy uses a flag, a profile or a member that this version does not know.
	ErrUnsupportedPolicy Status = 9
	// A required member of the policy was neither given nor waived by name. The error names the member. In C, an error without a member may mean that the profile is missing.
	ErrPolicyIncomplete Status = 10
	// A member of the policy is present and empty, which could be mistaken for "do not check".
	ErrPolicyEmpty Status = 11
	// Members of the policy contradict each other: a member is both given and waived, or this profile does not use it.
	ErrPolicyContradiction Status = 12
	// The leeway exceeds 600 seconds, and no insecure_ method allows it.
	ErrLeewayTooLong Status = 13
	// The kind of the time is not one of the known kinds.
	ErrTimeKind Status = 14
	// The scratch of this token was used for another token, or the token was never accepted.
	ErrStale Status = 15
	// A string argument is not UTF-8.
	ErrNotText Status = 16
	// The token was validated with claims. Parsing rewrote its payload, so the payload can be read only as claims.
	ErrPayloadNotOpaque Status = 17
	// The key table is a read-only image.
	ErrReadOnly Status = 18
	// Not a response type: it has an unknown word, a repeated word, or none beside others.
	ErrUnknownResponseType Status = 19
	// A member of the policy or of rules is given twice. The second value would silently replace the first.
	ErrPolicyTwice Status = 20
	// A member has an invalid value: an issuer template without exactly one {name}, or a duration that is not in whole seconds.
	ErrPolicyValue Status = 21
	// A scope of the policy contains white space (RFC 6749 section 3.3).
	ErrPolicyScope Status = 22
	// The memory does not hold a replay cache.
	ErrNotAReplayCache Status = 23
	// The window or the leeway of the check exceeds that of the replay cache.
	ErrReplayLimits Status = 24
	// The share of a key is not 1 to 16 sixteenths of the replay cache.
	ErrReplayShare Status = 25
	// The memory does not hold a cache of proof keys.
	ErrNotAProofKeyCache Status = 26
	// The token is longer than the limit.
	ErrTokenTooLong Status = 101
	// The token does not have three parts, or its header or signature is empty (RFC 7515 section 7.1).
	ErrTokenParts Status = 102
	// The token has five parts, so it is encrypted (JWE). This is not supported.
	ErrTokenEncrypted Status = 103
	// The header is longer than the limit.
	ErrHeaderTooLong Status = 104
	// A character that is not in the base64url alphabet.
	ErrBase64Character Status = 151
	// Padding, which JWS does not allow.
	ErrBase64Padding Status = 152
	// The number of characters is not possible for base64url.
	ErrBase64Length Status = 153
	// The unused bits of the last character are not zero, so the same bytes have another spelling.
	ErrBase64TrailingBits Status = 154
	// Not JSON.
	ErrJSONSyntax Status = 201
	// Not UTF-8.
	ErrJSONEncoding Status = 202
	// A string has an escape for half of a surrogate pair, which is not a character.
	ErrJSONSurrogate Status = 203
	// The JSON text is nested deeper than the limit.
	ErrJSONNesting Status = 204
	// An object with more members than the limit.
	ErrJSONMembers Status = 205
	// Two members of one object have the same name (RFC 7515 section 4, RFC 7519 section 4).
	ErrJSONDuplicate Status = 206
	// Not an object, although the specification requires one.
	ErrJSONNotAnObject Status = 207
	// Longer than the limit.
	ErrJSONTooLong Status = 208
	// There is no alg.
	ErrAlgorithmMissing Status = 301
	// A header parameter has the wrong type.
	ErrHeaderType Status = 302
	// The header has crit. No extension is supported (RFC 7515 section 4.1.11).
	ErrHeaderCritical Status = 303
	// A header parameter changes how the token is read, and is not supported.
	ErrHeaderUnsupported Status = 304
	// The payload is a JWT itself (RFC 7519 section 5.2). Nested tokens are not supported.
	ErrNestedToken Status = 305
	// A header parameter that the policy requires is missing or different.
	ErrHeaderMismatch Status = 306
	// none: the token is unsecured (RFC 7515 section 8).
	ErrAlgorithmNone Status = 351
	// Not a registered signature algorithm that this library knows.
	ErrAlgorithmUnknown Status = 352
	// Known, but not built into this library.
	ErrAlgorithmNotBuilt Status = 353
	// Not in the caller's allow-list.
	ErrAlgorithmNotAllowed Status = 354
	// A member of the key is missing, of the wrong type, or not base64url.
	ErrKeyMalformed Status = 401
	// The key's type, curve or algorithm is unknown, or not built into this library.
	ErrKeyUnsupported Status = 402
	// The use, key_ops or alg of the key says that the key is not for verifying signatures.
	ErrKeyNotForVerification Status = 403
	// Members of the key contradict each other.
	ErrKeyContradiction Status = 404
	// The key is weaker than RFC 7518 allows for its algorithm.
	ErrKeyWeak Status = 405
	// The key has private members, which a verifier must not hold.
	ErrKeyPrivate Status = 406
	// The point is not on the curve.
	ErrKeyNotOnCurve Status = 407
	// The value is not as wide as its field, or has leading zeros that are not allowed.
	ErrKeyWidth Status = 408
	// The modulus is even or larger than the limit. Or the exponent is even, too small or too large.
	ErrKeyOutOfRange Status = 409
	// The key set contains a secret, and the rules do not allow secrets.
	ErrKeySecret Status = 410
	// A kid longer than the limit.
	ErrKeyIDTooLong Status = 411
	// The memory of the table is full. The keys that were loaded before are unchanged.
	ErrKeyTableFull Status = 412
	// The key set has no keys array.
	ErrKeySetMalformed Status = 413
	// The secret is the text of a key in PEM, DER or JWK, so it may be public.
	ErrKeyNotSecret Status = 414
	// Not DER, or not a public key.
	ErrKeyEncoding Status = 415
	// Not an image of a key table of this version and byte order.
	ErrImageForeign Status = 416
	// The length of the image differs from the length in its header.
	ErrImageTruncated Status = 417
	// The image does not match its check sum, or its records are not valid.
	ErrImageCorrupt Status = 418
	// The image is not the one that was expected.
	ErrImageUnexpected Status = 419
	// The image has an older version than the rules accept.
	ErrImageOutdated Status = 420
	// The parameters of an RSASSA-PSS key (RFC 4055 section 3.1) allow none of PS256, PS384 and PS512.
	ErrKeyPSSParameters Status = 421
	// A certificate, and the rules do not allow certificates.
	ErrKeyIsCertificate Status = 422
	// A PEM block whose boundaries differ, or whose body is not base64 (RFC 7468 section 3).
	ErrKeyPEMMalformed Status = 423
	// A text without a PEM block.
	ErrKeyPEMMissing Status = 424
	// An EC key in PEM or DER that gives the equation of its curve, or no curve. A key must name its curve (RFC 5480 section 2.1.1).
	ErrKeyCurveUnnamed Status = 425
	// The JWK has the member revoked: its owner no longer signs with the key (OpenID Federation 1.0 section 8.7.2).
	ErrKeyRevoked Status = 430
	// A note, not an error: a number of an RSA key has a leading zero octet, against RFC 7518 section 2. The octet was dropped.
	ErrKeyLeadingZero Status = 431
	// A note, not an error: a coordinate has fewer octets than its field, which the caller allowed by name.
	ErrKeyShortCoordinate Status = 432
	// No key of the table has the token's kid. For a token without kid, no key has its algorithm. The issuer may have rotated its keys: fetch the key set again, at most once a minute.
	ErrKeyNotFound Status = 451
	// More keys fit the token than the limit allows to try.
	ErrKeyTooManyCandidates Status = 452
	// The table has the token's kid, but for other algorithms. Fetching the key set again does not help.
	ErrKeyUnfit Status = 453
	// The exp of the JWK has passed, so the key no longer verifies tokens. Fetch the key set again.
	ErrKeyExpired Status = 454
	// The nbf of the JWK is in the future, so the key does not verify tokens yet.
	ErrKeyNotYetValid Status = 455
	// The issuer of the JWK is not the issuer of the token.
	ErrKeyOfAnotherIssuer Status = 456
	// The signature does not have the length that its algorithm and key require.
	ErrSignatureLength Status = 501
	// The signature is wrong.
	ErrSignatureInvalid Status = 502
	// The signature is DER, but JWS requires R followed by S (RFC 7518 section 3.4).
	ErrSignatureIsDER Status = 503
	// The PSS signature is valid except for its salt, whose length is not that of the hash (RFC 7518 section 3.5).
	ErrSignatureSalt Status = 504
	// A required claim is missing.
	ErrClaimMissing Status = 601
	// A claim has the wrong type, or is outside of the range of its type.
	ErrClaimType Status = 602
	// A claim does not have the value that the policy requires.
	ErrClaimMismatch Status = 603
	// iss is not the expected issuer.
	ErrWrongIssuer Status = 604
	// aud does not contain an expected audience.
	ErrWrongAudience Status = 605
	// aud contains an audience that is not trusted.
	ErrUntrustedAudience Status = 606
	// The typ of the token does not match the profile.
	ErrWrongTokenType Status = 607
	// The claims belong to another kind of token.
	ErrWrongTokenKind Status = 608
	// azp is not one of the caller's authorized parties.
	ErrWrongAuthorizedParty Status = 609
	// nonce is not the one that was sent.
	ErrWrongNonce Status = 610
	// A hash claim does not match the access token or code.
	ErrWrongHash Status = 611
	// A required scope was not granted.
	ErrScopeMissing Status = 612
	// The token was issued too long ago.
	ErrTokenTooOld Status = 613
	// The user's authentication was too long ago.
	ErrAuthenticationTooOld Status = 614
	// A time that must be in the past is in the future.
	ErrIssuedInFuture Status = 615
	// The token is bound to a key, and the policy has no proof of a key (RFC 7800).
	ErrTokenBound Status = 616
	// Neither the typ nor a claim shows that the token is an access token: see Policy::marked_by.
	ErrTokenNotMarked Status = 617
	// cnf is empty, or binds the token by an unknown method (RFC 7800 section 3.1).
	ErrConfirmationUnknown Status = 618
	// The token is bound to another key or certificate than the one that the client proved (RFC 9449 section 7.1, RFC 8705 section 3).
	ErrWrongConfirmation Status = 619
	// The client proved a key or certificate, but the token is not bound to any.
	ErrTokenNotBound Status = 620
	// The subject (sub) is not the one that the caller requires, or not that of the other ID token (OpenID Connect Core section 3.3.3.6).
	ErrWrongSubject Status = 630
	// acr is not one of the classes that the caller requires (OpenID Connect Core section 3.1.3.7 step 12).
	ErrWrongAuthenticationContext Status = 631
	// A method that the caller requires is not in amr.
	ErrAuthenticationMethodMissing Status = 632
	// A claim of a refreshed ID token differs from the original (OpenID Connect Core section 12.2).
	ErrNotAsOriginal Status = 633
	// The client is not one of those that the caller requires.
	ErrWrongClient Status = 634
	// A user is required, but the token was issued to the client without a user.
	ErrUserMissing Status = 635
	// A user is not allowed, but the token was issued for a user.
	ErrUserPresent Status = 636
	// The token has scope and scp, and the policy does not say which of them grants scopes.
	ErrScopeAmbiguous Status = 637
	// The response contains a token or code that its flow never puts into this response.
	ErrNotIssuedByFlow Status = 640
	// The token is revoked: its status is 1, INVALID (draft-ietf-oauth-status-list section 7.1).
	ErrStatusInvalid Status = 641
	// The token is suspended: its status is 2, SUSPENDED (draft-ietf-oauth-status-list section 7.1).
	ErrStatusSuspended Status = 642
	// The token has a status that only its application knows (draft-ietf-oauth-status-list section 7.1).
	ErrStatusOther Status = 643
	// The token names another status list than the given one (draft-ietf-oauth-status-list section 8.3).
	ErrStatusListMismatch Status = 644
	// The index of the token is behind the end of the status list (draft-ietf-oauth-status-list section 8.3).
	ErrStatusOutOfRange Status = 645
	// A point in time does not fit into 64-bit seconds (RFC 7519 section 2, NumericDate).
	ErrDateOutOfRange Status = 650
	// The token has expired.
	ErrExpired Status = 701
	// The token is not valid yet.
	ErrNotYetValid Status = 702
	// The time is not known, and the token must not be accepted without a time.
	ErrTimeUnavailable Status = 703
	// exp is further in the future than the policy allows. It may be in milliseconds.
	ErrLifetimeTooLong Status = 704
	// The code verifier is not 43 to 128 unreserved characters.
	ErrCodeVerifierMalformed Status = 801
	// The stored code challenge is not valid for its method.
	ErrCodeChallengeMalformed Status = 802
	// The code challenge method is neither S256 nor plain.
	ErrCodeChallengeMethod Status = 803
	// The code verifier does not match the code challenge.
	ErrPKCEMismatch Status = 804
	// One side used PKCE and the other did not, or the method is plain where S256 is required.
	ErrPKCEDowngrade Status = 805
	// Neither side used PKCE, but it is required.
	ErrPKCEMissing Status = 806
	// Neither side used PKCE, and it is optional: nothing was verified. This status has no reason.
	ErrPKCENotUsed Status = 807
	// The header has no key (jwk).
	ErrProofKeyMissing Status = 851
	// htm is not the method of the request.
	ErrWrongHTTPMethod Status = 852
	// htu is not the URI of the request.
	ErrWrongHTTPURI Status = 853
	// Not an absolute http or https URI, or a URI with user information.
	ErrURIMalformed Status = 854
	// iat is older than the window.
	ErrProofTooOld Status = 855
	// The token or proof was used before.
	ErrReplayed Status = 860
	// The replay cache has no free entry. New uses are rejected until an entry expires.
	ErrReplayFull Status = 861
	// The time is earlier than that of a previous call.
	ErrReplayTimeBehind Status = 862
	// The token or proof was issued before the cache was started, so it may have been used before.
	ErrIssuedBeforeStart Status = 863
	// The key that signed the proof has filled its share of the replay cache.
	ErrReplayKeyFull Status = 864
	// Not a presentation: a tilde is missing, or a disclosure is not a JSON array of salt, name and value, or of salt and value, as its place requires (section 7.1 step 3).
	ErrDisclosureMalformed Status = 871
	// More disclosures than the limit.
	ErrDisclosureTooMany Status = 872
	// The name of a disclosed claim is _sd, _sd_alg or ....
	ErrDisclosureName Status = 873
	// The object has a claim with the name of a disclosed claim already.
	ErrDisclosureOverwrites Status = 874
	// No digest refers to the disclosure, directly or through other disclosures.
	ErrDisclosureUnreferenced Status = 875
	// A claim that decides the validity is in a disclosure, so a holder could leave it out (section 9.7): iss, aud, exp, nbf, cnf, status, vct.
	ErrDisclosureForbidden Status = 876
	// _sd is not an array of digests, ... is not alone in an element of an array, or a digest does not have the length of its hash.
	ErrDigestMalformed Status = 877
	// A digest or a disclosure occurs more than once.
	ErrDigestRepeated Status = 878
	// _sd_alg names a hash that is not known, or not built into this library.
	ErrDigestAlgorithmUnknown Status = 879
	// The policy requires a Key Binding JWT, and the presentation has none.
	ErrKeyBindingMissing Status = 880
	// The policy allows no Key Binding JWT, and the presentation has one.
	ErrKeyBindingUnexpected Status = 881
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
	ErrNotAReplayCache,
	ErrReplayLimits,
	ErrReplayShare,
	ErrNotAProofKeyCache,
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
	ErrKeyCurveUnnamed,
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
	ErrStatusInvalid,
	ErrStatusSuspended,
	ErrStatusOther,
	ErrStatusListMismatch,
	ErrStatusOutOfRange,
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
	ErrReplayKeyFull,
	ErrDisclosureMalformed,
	ErrDisclosureTooMany,
	ErrDisclosureName,
	ErrDisclosureOverwrites,
	ErrDisclosureUnreferenced,
	ErrDisclosureForbidden,
	ErrDigestMalformed,
	ErrDigestRepeated,
	ErrDigestAlgorithmUnknown,
	ErrKeyBindingMissing,
	ErrKeyBindingUnexpected,
}

const (
	// The call itself: an error in an argument, its memory or its policy. Nothing was read.
	StageUsage Stage = 0
	// The token's length and its division into parts (RFC 7515 section 7.1).
	StageToken Stage = 1
	// The JOSE header (RFC 7515 section 4).
	StageHeader Stage = 2
	// The alg header parameter against the allow-list (RFC 8725 section 3.1).
	StageAlgorithm Stage = 3
	// The choice of keys from the table (RFC 7515 section 6).
	StageKey Stage = 4
	// The signature itself (RFC 7515 section 5.2).
	StageSignature Stage = 5
	// Decoding of the signed payload (RFC 7519 section 7.2).
	StagePayload Stage = 6
	// The claims against the policy.
	StageClaims Stage = 7
	// exp and nbf, checked last (RFC 7519 sections 4.1.4 and 4.1.5).
	StageTime Stage = 8
	// Loading keys into a table (RFC 7517).
	StageKeySet Stage = 9
	// Proof Key for Code Exchange (RFC 7636).
	StagePKCE Stage = 10
	// Parsing of a JSON or base64url text that is not part of a token.
	StageText Stage = 11
	// A DPoP proof, for every error of a proof (RFC 9449 section 4.3). The server answers with invalid_dpop_proof, or with use_dpop_nonce if the nonce of the proof is wrong. Also the Key Binding JWT of an SD-JWT (RFC 9901 section 4.3).
	StageProof Stage = 12
	// The replay cache, checked after everything else (RFC 9449 section 11.1).
	StageReplay Stage = 13
	// The disclosures of an SD-JWT (RFC 9901 section 7.1). They are read after the signature was verified. Offsets count from the first character of the presentation.
	StageDisclosure Stage = 14
)

const (
	// A signature over a payload of any bytes.
	ProfileJWS Profile = 1
	// A JWT of no particular kind: typ is JWT, JOSE, absent, or the token_type of the policy.
	ProfileJWT Profile = 2
	// An access token, by RFC 9068 or of the older style. It must have the typ at+jwt or a claim that marks an access token: scope, scp, cid, appid, or token_use with the value access. The markers of the policy replace these claims.
	ProfileAccessToken Profile = 3
	// An access token by RFC 9068 only.
	ProfileAccessTokenRFC9068 Profile = 4
	// An ID token of OpenID Connect.
	ProfileIDToken Profile = 5
	// An ID token from a refresh, compared with the original.
	ProfileRefreshedIDToken Profile = 6
	// A back-channel logout token with the type logout+jwt.
	ProfileLogoutToken Profile = 7
	// A back-channel logout token that may also have no type, or the type JWT.
	ProfileLogoutTokenUntyped Profile = 8
	// A client assertion: a JWT by which a client authenticates at the token endpoint. issuer is the client, audience the issuer of the authorization server; max_lifetime is required.
	ProfileClientAssertion Profile = 9
	// A signed authorization request (RFC 9101). issuer is the client, audience the issuer of the authorization server.
	ProfileRequestObject Profile = 10
	// A signed authorization response (JARM). audience is the client.
	ProfileAuthorizationResponse Profile = 11
	// A signed response of the userinfo endpoint. audience is the client, subject the sub of the ID token, which is required.
	ProfileUserinfo Profile = 12
	// A signed answer that a token is active (RFC 9701). audience is the resource server; max_token_age is required.
	ProfileIntrospectionResponse Profile = 13
	// A security event token (RFC 8417) with the type secevent+jwt.
	ProfileSecurityEvent Profile = 14
	// A JWT-SVID of a workload (SPIFFE). issuer is the trust domain, such as spiffe://example.org.
	ProfileJWTSVID Profile = 15
	// A transaction token with the type txntoken+jwt. audience is the trust domain.
	ProfileTransactionToken Profile = 16
	// A status list token with the type statuslist+jwt. subject is the uri in the token whose status is asked for, which is required.
	ProfileStatusList Profile = 17
	// A JWT that a client exchanges for an access token (RFC 7523 section 2.1). audience is the issuer of the authorization server; max_lifetime is required.
	ProfileAuthorizationGrant Profile = 18
	// An authorization grant of an identity provider, with the type oauth-id-jag+jwt. clients is the client, which is required, and client_claim is absent; max_lifetime is required.
	ProfileIDJAG Profile = 19
	// A workload identity token with the type wit+jwt, only together with a workload proof token: see keycard_validate_bound_once. issuer is the trust domain, such as wimse://example.com; for one of SPIFFE, such as spiffe://example.org, the token is a WIT-SVID.
	ProfileWorkloadIdentity Profile = 20
	// An SD-JWT (RFC 9901) with the type dc+sd-jwt, only for keycard_sd_jwt_validate.
	ProfileSDJWT Profile = 21
)

const (
	// Accept tokens of any issuer.
	WithoutIssuer Flags = 1
	// Accept tokens for any audience.
	WithoutAudience Flags = 2
	// Accept tokens without exp.
	WithoutExpiry Flags = 4
	// Accept tokens while the time is not known.
	WithoutClock Flags = 8
	// No nonce was sent.
	NonceNotSent Flags = 16
	// Allow a leeway of more than 600 seconds.
	InsecureLeeway Flags = 32
	// Require azp if there are several audiences.
	RequireAuthorizedParty Flags = 256
	// Require at_hash.
	RequireAccessTokenHash Flags = 512
	// Require c_hash.
	RequireCodeHash Flags = 1024
	// Require s_hash.
	RequireStateHash Flags = 2048
	// True if one of the scopes is enough.
	AnyScope Flags = 4096
	// Require a user behind the token: sub is not the client, and user_mark holds.
	RequireUser Flags = 8192
	// Reject tokens with a user. A token without one has no sub, the client as sub, or matches user_mark.
	RejectUser Flags = 16384
	// Accept padded base64url, from the signer that header_name and header_value identify.
	AllowPadding Flags = 32768
	// Reject tokens whose iat lies in the future. Recommended where the clock may be behind.
	RejectIssuedInFuture Flags = 65536
	// issuer is a template that matches all issuers of its form. The claim that the braces name must be in the token and equal that part of iss: one or more letters, digits, "-", ".", "_" and "~".
	IssuerIsTemplate Flags = 131072
)

const (
	// The claim is present.
	RulePresent RuleKind = 1
	// The claim is a string equal to the value.
	RuleEquals RuleKind = 2
	// The claim is an array of strings that contains the value, or a string equal to it.
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
	// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
	PS256 Algorithms = 64
	// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
	PS384 Algorithms = 128
	// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt of 64 bytes.
	PS512 Algorithms = 256
	// ECDSA with P-256 and SHA-256.
	ES256 Algorithms = 512
	// ECDSA with P-384 and SHA-384.
	ES384 Algorithms = 1024
	// ECDSA with P-521 and SHA-512.
	ES512 Algorithms = 2048
	// ECDSA with secp256k1 and SHA-256.
	ES256K Algorithms = 4096
	// EdDSA with Ed25519, under its polymorphic name.
	EdDSA Algorithms = 8192
	// EdDSA with Ed25519, under its fully specified name.
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
	// Precompute nothing.
	PrecomputeNone Precomputation = 0
	// Precompute up to 1 KiB for each key.
	Precompute1KB Precomputation = 1024
	// Precompute up to 2 KiB for each key.
	Precompute2KB Precomputation = 2048
	// Precompute up to 4 KiB for each key.
	Precompute4KB Precomputation = 4096
	// Precompute up to 8 KiB for each key.
	Precompute8KB Precomputation = 8192
	// Precompute up to 16 KiB for each key.
	Precompute16KB Precomputation = 16384
	// Precompute up to 64 KiB for each key.
	Precompute64KB Precomputation = 65536
)

const (
	// The signature, with a key of the caller and an algorithm that the caller allows.
	CheckSignature Checks = 1
	// iss against the issuer.
	CheckIssuer Checks = 2
	// aud, or the claim named in its place, against the audiences.
	CheckAudience Checks = 4
	// exp against the time.
	CheckExpiry Checks = 8
	// nbf against the time.
	CheckNotBefore Checks = 16
	// typ against the type that the profile or the caller requires.
	CheckTokenType Checks = 32
	// iat against the maximum age.
	CheckTokenAge Checks = 64
	// nonce against the one that was sent.
	CheckNonce Checks = 128
	// azp against the authorized parties.
	CheckAuthorizedParty Checks = 256
	// auth_time against the maximum age.
	CheckAuthenticationAge Checks = 512
	// at_hash against the access token.
	CheckAccessTokenHash Checks = 1024
	// c_hash against the code.
	CheckCodeHash Checks = 2048
	// scope or scp against the required scopes.
	CheckScopes Checks = 4096
	// The claims against the caller's rules.
	CheckRules Checks = 8192
	// The claim or typ that shows the kind of token, as the profile requires.
	CheckKind Checks = 16384
	// The header parameter that the caller requires.
	CheckHeaderParameter Checks = 32768
	// s_hash against the state.
	CheckStateHash Checks = 65536
	// acr against the required classes.
	CheckAuthenticationContext Checks = 131072
	// amr against the required methods.
	CheckAuthenticationMethods Checks = 262144
	// sub against the required subject.
	CheckSubject Checks = 524288
	// A refreshed ID token against the original.
	CheckOriginal Checks = 1048576
	// The client against the required clients.
	CheckClient Checks = 2097152
	// That the token was issued for a user, or without one, as the caller requires.
	CheckUser Checks = 4194304
	// cnf.jkt against the key of the DPoP proof.
	CheckDPoPKey Checks = 8388608
	// cnf.x5t#S256 against the client certificate.
	CheckClientCertificate Checks = 16777216
	// exp against the maximum lifetime.
	CheckLifetime Checks = 33554432
	// iat against now: it must not lie in the future.
	CheckIssuedAt Checks = 67108864
	// Only a note: this check is never passed or waived. It is vacuous if exp, nbf or iat is after the year 9999. The issuer then wrote milliseconds, or means "never", so the comparison with the time has no meaning.
	CheckTimeUnit Checks = 134217728
	// The Key Binding JWT of an SD-JWT against cnf.jwk, the audience, the nonce and sd_hash.
	CheckKeyBinding Checks = 268435456
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
	{CheckKeyBinding, "key binding"},
}

const (
	// A DPoP proof (RFC 9449).
	ProofKindDPoP ProofKind = 0
	// A workload proof token with the type wpt+jwt. Only keycard_validate_bound_once takes it, with a policy for KEYCARD_PROFILE_WORKLOAD_IDENTITY. window is the longest time until exp. method and nonces are absent; access_token and transaction_token are each given or waived by a flag.
	ProofKindWorkload ProofKind = 1
)

const (
	// There is no access token: the request goes to the token endpoint, or to the endpoint for pushed authorization requests.
	ProofWithoutAccessToken ProofFlags = 1
	// No nonce was provided to the client.
	ProofNonceNotProvided ProofFlags = 2
	// There is no transaction token in the request of a workload, or it is never read.
	ProofWithoutTransactionToken ProofFlags = 4
)

const (
	// A presentation without a Key Binding JWT is rejected.
	KeyBindingRequired KeyBindingMode = 1
	// The holder may leave the Key Binding JWT out. The presentation is then accepted from everyone who has it, even if the credential is bound to a key. If KEYCARD_CHECK_KEY_BINDING passed, the holder proved the key.
	KeyBindingAllowed KeyBindingMode = 2
	// A presentation with a Key Binding JWT is rejected, and so is a credential that is bound to a key.
	KeyBindingForbidden KeyBindingMode = 3
)

const (
	// A trusted application: the user may give it the password. The authorization server has the same maker, and the user owns the device.
	ApplicationTrusted Application = 1
	// A service account, which has its own secret or key and no user.
	ApplicationService Application = 2
	// A page that runs only in the browser and cannot keep a secret.
	ApplicationSinglePage Application = 3
	// An application on a server that can keep a secret, with pages in the browser.
	ApplicationWeb Application = 4
	// An application on the user's device, which cannot keep a secret.
	ApplicationNative Application = 5
	// An application whose front end and back end need different tokens.
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
	// Authorization Code (RFC 6749 section 4.1, OpenID Connect Core section 3.1), without PKCE.
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
	// Refreshing tokens that came from another flow (RFC 6749 section 6, OpenID Connect Core section 12).
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
	// The classic table still gives the right advice.
	PracticeUnchanged Practice = 1
	// Use the flow only with PKCE.
	PracticeWithPKCE Practice = 2
	// Use the flow with the restrictions that the sentence of the advice names.
	PracticeRestricted Practice = 3
	// The flow should not be used.
	PracticeShouldNot Practice = 4
	// The flow must not be used.
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
	// The table recommends the flow.
	FitRecommended Fit = 1
	// The flow can be used.
	FitPossible Fit = 2
	// The flow needs something that such an application does not have, or issues something that the application should not get.
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
	// The authorization endpoint. Its response goes through the browser.
	EndpointAuthorization Endpoint = 1
	// The token endpoint. It responds to the client directly.
	EndpointToken Endpoint = 2
)

var namesEndpoint = []numberName[Endpoint]{
	{EndpointAuthorization, "authorization"},
	{EndpointToken, "token"},
}

const (
	// An authorization code, which is opaque.
	IssuedCode Issued = 1
	// An ID token.
	IssuedIDToken Issued = 2
	// An access token.
	IssuedAccessToken Issued = 4
	// A refresh token, which is opaque.
	IssuedRefreshToken Issued = 8
)

var namesIssued = []numberName[Issued]{
	{IssuedCode, "code"},
	{IssuedIDToken, "id token"},
	{IssuedAccessToken, "access token"},
	{IssuedRefreshToken, "refresh token"},
}
