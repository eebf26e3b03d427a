package keycard

import "time"

// Profile is a kind of token. There is no zero profile: a policy without one is rejected with
// [ErrPolicyIncomplete].
type Profile uint32

// Flags are waivers and requirements by name: [WithoutIssuer] and its like, or-ed.
type Flags uint32

// RuleKind is what is asked of a claim.
type RuleKind uint32

// Policy is what is asked of a token. The profile and the algorithms are always given; the issuer,
// the audience, and the nonce of an ID token are given, or waived by a flag. What is neither is
// rejected with [ErrPolicyIncomplete]. Otherwise nil means "not asked"; what is there and empty is
// rejected with [ErrPolicyEmpty] and never means "do not check": an empty list, the address of an
// empty text.
type Policy struct {
	// The kind of token.
	Profile Profile
	// The algorithms to take.
	Algorithms Algorithms
	// Waivers and requirements.
	Flags Flags
	// By how much clocks may differ: whole seconds, 10 minutes at the most unless InsecureLeeway is
	// among the flags.
	Leeway time.Duration
	// The most bytes of a token, if fewer than [MaxTokenLength]; 0 for that.
	MaxTokenLength uint32
	// The most bytes of a decoded header and the most members of an object, if fewer than the
	// library takes; 0 for that.
	MaxHeaderLength, MaxMembers uint32
	// The longest time since iat, in whole seconds, or nil. 0 is asked like any other.
	MaxTokenAge *time.Duration
	// The longest time since the user's authentication (auth_time), in whole seconds, or nil.
	MaxAge *time.Duration
	// The longest time from now to exp, in whole seconds, or nil. It finds tokens that are good for
	// too long, and an exp in milliseconds. 0 is rejected: no token would pass.
	MaxLifetime *time.Duration
	// The value of iss; with IssuerIsTemplate, a form such as https://login.example/{tid}/v2.0.
	// Empty is not given, which only WithoutIssuer and ProfileJWS allow.
	Issuer string
	// Audiences of which aud must have one; for an ID token, the client. Only nil is not given,
	// which only WithoutAudience and ProfileJWS allow.
	Audiences []string
	// The claim in which the audience is, if not aud.
	AudienceClaim *string
	// Audiences that an ID token may have beside the client.
	TrustedAudiences []string
	// The header parameter typ, compared as a media type.
	TokenType *string
	// The name of a header parameter that must be there, and its value.
	HeaderName, HeaderValue *string
	// Scopes, all of which must have been granted, or one with AnyScope.
	Scopes []string
	// The one claim that grants scopes, such as scp. Without it, a token that has both scope and
	// scp is rejected with [ErrScopeAmbiguous]. With it, the token's scopes are read from this claim
	// alone; Scopes may be empty.
	ScopeClaim *string
	// Claims of which one marks an access token of the older style, in place of those that
	// [ProfileAccessToken] names.
	Markers []string
	// Rules for claims, all of which must hold; 256 at the most.
	Rules []ClaimRule
	// The nonce that was sent. Required for an ID token unless NonceNotSent.
	Nonce *string
	// Values of azp that are taken, in place of the audience.
	AuthorizedParties []string
	// The access token that at_hash must fit.
	AccessToken *string
	// The code that c_hash must fit.
	Code *string
	// The state that s_hash must fit.
	State *string
	// The value of sub.
	Subject *string
	// Classes of which one must be in acr.
	AuthenticationContexts []string
	// Methods that must all be in amr.
	AuthenticationMethods []string
	// The claim that names the client, for Clients, RequireUser and RejectUser.
	ClientClaim *string
	// Clients of which the token must be issued to one.
	Clients []string
	// What marks a token with a user, or one without.
	UserMark *ClaimRule
	// What a refreshed ID token is compared with.
	Original *OriginalIDToken
	// The key of the DPoP proof that came with the token, and to which it must be bound: Proof.Key.
	// A token that is bound to a key is rejected without.
	DPoPKey *[32]byte
	// The SHA-256 of the DER encoding of the client certificate of the TLS connection, to which the
	// token must be bound. A token that is bound to a certificate is rejected without.
	ClientCertificate *[32]byte
}

// ClaimRule asks something of one claim.
type ClaimRule struct {
	// The names on the path to the claim; one for a claim at the top.
	Path []string
	// What is asked.
	Kind RuleKind
	// The value, nil for RulePresent.
	Value *string
}

// Present asks that a claim is there.
func Present(path ...string) ClaimRule { return ClaimRule{Path: path, Kind: RulePresent} }

// Equals asks that a claim is a string and equal to the value.
func Equals(value string, path ...string) ClaimRule {
	return ClaimRule{Path: path, Kind: RuleEquals, Value: &value}
}

// Contains asks that a claim is an array of strings with the value among them, or a string equal to
// it.
func Contains(value string, path ...string) ClaimRule {
	return ClaimRule{Path: path, Kind: RuleContains, Value: &value}
}

// OriginalIDToken is what a client keeps of the ID token of the original authentication, for
// ProfileRefreshedIDToken.
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

// Precomputation is how much memory a key may take for what is computed from it once, to make each
// validation faster.
type Precomputation uint32

// Time is what the caller knows of the present. The zero value is rejected.
type Time struct {
	kind               uint32
	seconds, notBefore int64
}
