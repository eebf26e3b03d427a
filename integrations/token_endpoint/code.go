package main

import (
	"errors"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// byCode exchanges a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
func (s *Server) byCode(id string, client Client, code, redirectURI, verifier *string) (grant, *rejection) {
	if code == nil {
		return grant{}, invalidRequest("code is missing")
	}
	stored, known := s.take(*code)
	if !known || stored.clientID != id || stored.redirectURI != text(redirectURI) {
		return grant{}, invalidGrant("the code was used before, has expired or belongs to another client")
	}
	err := keycard.CodeExchange{
		Challenge:  stored.challenge,
		Method:     stored.method,
		Verifier:   verifier,
		AllowPlain: client.AllowPlain,
		Optional:   client.PKCEOptional,
	}.Verify()
	switch {
	case err == nil, errors.Is(err, keycard.ErrPKCENotUsed):
		return grant{user, stored.scope}, nil
	case errors.Is(err, keycard.ErrPKCEMismatch):
		// RFC 7636 section 4.6.
		return grant{}, invalidGrant("the code verifier does not fit")
	case errors.Is(err, keycard.ErrCodeVerifierMalformed):
		// RFC 6749 section 5.2: the request is malformed, whatever challenge is stored.
		return grant{}, invalidRequest("the code verifier is malformed")
	case verifier == nil && stored.challenge != nil:
		// RFC 6749 section 5.2: the request lacks a parameter.
		return grant{}, invalidRequest("code_verifier is missing")
	default:
		// The stored authorization cannot be verified: a verifier without a challenge (RFC 9700
		// section 4.8.2), plain if S256 is required, or no PKCE if PKCE is required.
		return grant{}, invalidGrant("the code was not asked for with the PKCE that is required")
	}
}
