package main

import (
	"net/http"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const (
	// RFC 7523 section 2.2.
	jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// The longest lifetime of an assertion or a grant. The server remembers each until it expires.
	assertionLifetime = 5 * time.Minute
	// The assertions and grants that the server remembers.
	rememberedAssertions = 10_000
)

// Client is a registered client. A client without keys is public: it has no way to authenticate.
type Client struct {
	// The address that codes are sent to, compared as a whole.
	RedirectURI string
	// Exceptions for clients that use plain or no PKCE; see keycard.CodeExchange.
	AllowPlain, PKCEOptional bool
	// The keys of private_key_jwt (RFC 7523 section 2.2); nil for a public client.
	Keys *keycard.KeySet
}

// assertions validates the assertions of one client.
func (s *Server) assertions(id string, keys *keycard.KeySet) (*keycard.Validator, error) {
	lifetime := assertionLifetime
	return keycard.NewValidator(keys, keycard.Policy{
		Profile:    keycard.ProfileClientAssertion,
		Algorithms: keycard.ES256 | keycard.PS256 | keycard.Ed25519,
		Issuer:     id,
		// Only the issuer: an assertion for the URL of the token endpoint could be from another server.
		Audiences:   []string{s.issuer},
		MaxLifetime: &lifetime,
	})
}

// authenticate returns the client of a token request (RFC 6749 section 3.2.1). It comes before
// the checks of the code, so that only the client can spend its code.
func (s *Server) authenticate(id, kind, assertion *string) (string, Client, *rejection) {
	invalid := func(description string) (string, Client, *rejection) {
		return "", Client{}, &rejection{http.StatusUnauthorized, "invalid_client", description}
	}
	if kind == nil && assertion == nil {
		client, known := s.client(text(id))
		if !known || client.Keys != nil {
			return invalid("not a client, or one that has to authenticate")
		}
		return *id, client, nil
	}
	if text(kind) != jwtBearer || assertion == nil {
		return invalid("not a JWT of the client")
	}
	// The issuer only selects the keys to try. No claim is trusted before the signature is verified.
	unverified, err := keycard.Peek(*assertion)
	if err != nil || id != nil && *id != unverified.Issuer {
		// RFC 7521 section 4.2: client_id is optional. If present, it must be the client of the
		// assertion.
		return invalid("not an assertion of this client")
	}
	client, known := s.client(unverified.Issuer)
	if !known || client.Keys == nil {
		return invalid("not a client that signs assertions")
	}
	validator, err := s.assertions(unverified.Issuer, client.Keys)
	if err != nil {
		return invalid("the keys of the client are of no use")
	}
	token, err := validator.Validate(*assertion, s.now())
	if err != nil {
		return invalid("the assertion is rejected")
	}
	// This check is the last one: an assertion that was rejected must not count as used.
	if err := s.used.CheckToken(token); err != nil {
		return invalid("the assertion was used before")
	}
	return unverified.Issuer, client, nil
}
