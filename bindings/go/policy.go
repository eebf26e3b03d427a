package keycard

import "time"

// Profile is a kind of token. There is no zero profile: a policy without one is rejected with
// [ErrPolicyIncomplete].
type Profile uint32

// Flags are waivers and requirements, such as [WithoutIssuer], combined with |.
type Flags uint32

// RuleKind is a kind of requirement for a claim.
type RuleKind uint32

// Policy holds the requirements for a token. The profile and the algorithms are required. The
// issuer, the audience, and the nonce of an ID token are required unless a flag waives them;
// otherwise the error is [ErrPolicyIncomplete]. In other fields, nil means "not required". An empty
// list or the address of an empty string is rejected with [ErrPolicyEmpty]; it never means "do not
// check".
type Policy struct {
	// The kind of token.
	Profile Profile
	// The accepted algorithms.
	Algorithms Algorithms
	// Waivers and requirements.
	Flags Flags
	// The maximum clock difference: whole seconds, at most 10 minutes without the flag
	// InsecureLeeway.
	Leeway time.Duration
	// The maximum length of a token in bytes, less than [MaxTokenLength]; 0 for [MaxTokenLength].
	MaxTokenLength uint32
	// The maximum length of a decoded header in bytes, and the maximum number of members of an object;
	// 0 for the limits of the library. These values can only lower those limits.
	MaxHeaderLength, MaxMembers uint32
	// The maximum time since iat, in whole seconds, or nil. 0 is a valid limit.
	MaxTokenAge *time.Duration
	// The maximum time since the authentication of the user (auth_time), in whole seconds, or nil.
	MaxAge *time.Duration
	// The maximum time from now to exp, in whole seconds, or nil. This rejects tokens with a long
	// lifetime, and an exp in milliseconds. 0 is an error: no token would pass.
	MaxLifetime *time.Duration
	// The value of iss; with IssuerIsTemplate, a template such as https://login.example/{tid}/v2.0.
	// It may be empty only with WithoutIssuer or ProfileJWS.
	Issuer string
	// The aud of the token must contain one of these audiences; for an ID token, the client. It may
	// be nil only with WithoutAudience or ProfileJWS.
	Audiences []string
	// The claim that contains the audience, if not aud.
	AudienceClaim *string
	// Audiences that an ID token may have in addition to the client.
	TrustedAudiences []string
	// The required header parameter typ, compared as a media type.
	TokenType *string
	// The name and value of a required header parameter.
	HeaderName, HeaderValue *string
	// The required scopes: all of them, or one with AnyScope.
	Scopes []string
	// The only claim that grants scopes, such as scp. The scopes of the token are then read from this
	// claim, even if Scopes is empty. Without this field, a token that has both scope and scp is
	// rejected with [ErrScopeAmbiguous].
	ScopeClaim *string
	// An access token of the older style must have one of these claims. They replace the claims that
	// [ProfileAccessToken] names.
	Markers []string
	// Rules for claims, all of which must hold; at most 256.
	Rules []ClaimRule
	// The nonce that was sent. Required for an ID token unless NonceNotSent.
	Nonce *string
	// The accepted values of azp, in place of the audience.
	AuthorizedParties []string
	// The access token that at_hash must match.
	AccessToken *string
	// The code that c_hash must match.
	Code *string
	// The state that s_hash must match.
	State *string
	// The required value of sub.
	Subject *string
	// The accepted values of acr.
	AuthenticationContexts []string
	// Methods that must all be in amr.
	AuthenticationMethods []string
	// The claim that names the client, for Clients, RequireUser and RejectUser.
	ClientClaim *string
	// The token must be issued to one of these clients.
	Clients []string
	// The rule that only tokens with a user fulfil, or only tokens without one.
	UserMark *ClaimRule
	// The original ID token, with which a refreshed one is compared.
	Original *OriginalIDToken
	// The key of the DPoP proof that came with the token: Proof.Key. The token must be bound to it.
	// Without this field, a token that is bound to a key is rejected.
	DPoPKey *[32]byte
	// The SHA-256 of the DER encoding of the client certificate of the TLS connection, to which the
	// token must be bound. Without this field, a token that is bound to a certificate is rejected.
	ClientCertificate *[32]byte
}

// ClaimRule is a requirement for one claim.
type ClaimRule struct {
	// The names on the path to the claim; one name for a top-level claim.
	Path []string
	// The kind of the requirement.
	Kind RuleKind
	// The value, nil for RulePresent.
	Value *string
}

// Present requires that a claim is present.
func Present(path ...string) ClaimRule { return ClaimRule{Path: path, Kind: RulePresent} }

// Equals requires that a claim is a string and equal to the value.
func Equals(value string, path ...string) ClaimRule {
	return ClaimRule{Path: path, Kind: RuleEquals, Value: &value}
}

// Contains requires that a claim is an array of strings that contains the value, or a string equal
// to it.
func Contains(value string, path ...string) ClaimRule {
	return ClaimRule{Path: path, Kind: RuleContains, Value: &value}
}

// OriginalIDToken holds the values that a client keeps of the ID token of the original
// authentication, for ProfileRefreshedIDToken.
type OriginalIDToken struct {
	// The values of iss and sub.
	Issuer, Subject string
	// All values of aud.
	Audiences []string
	// The value of azp, or nil if the original had none.
	AuthorizedParty *string
	// The value of nonce, or nil.
	Nonce *string
	// The value of iat.
	IssuedAt time.Time
	// The value of auth_time, or nil if the original had none.
	AuthTime *time.Time
}

// Precomputation is the maximum memory for the precomputed tables of a key, which make each
// validation faster.
type Precomputation uint32

// Time is the time of a validation, as far as the caller knows it. The zero value is rejected.
type Time struct {
	kind               uint32
	seconds, notBefore int64
}
