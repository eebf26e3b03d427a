package main

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// The maximum length of a token request, in bytes.
const longestRequest = 16 << 10

// A rejection is an error response (RFC 6749 section 5.2).
type rejection struct {
	status            int
	code, description string
}

// token answers a token request (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	answer, rejected := s.exchange(w, r)
	status := http.StatusOK
	if rejected != nil {
		status = rejected.status
		answer = map[string]any{"error": rejected.code, "error_description": rejected.description}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) exchange(w http.ResponseWriter, r *http.Request) (map[string]any, *rejection) {
	request := func(description string) *rejection {
		return &rejection{http.StatusBadRequest, "invalid_request", description}
	}
	grant := func(description string) *rejection {
		return &rejection{http.StatusBadRequest, "invalid_grant", description}
	}

	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, request("not a form")
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestRequest)
	if err := r.ParseForm(); err != nil {
		return nil, request("not a form")
	}
	// Read parameters only from the body, because URLs end up in logs.
	found, ok := once(r.PostForm, "grant_type", "code", "redirect_uri", "client_id", "code_verifier",
		"client_assertion_type", "client_assertion")
	if !ok {
		return nil, request("a parameter is repeated")
	}
	verifier := found[4]
	if text(found[0]) != "authorization_code" {
		return nil, &rejection{http.StatusBadRequest, "unsupported_grant_type", "not authorization_code"}
	}
	id, client, rejected := s.authenticate(found[3], found[5], found[6])
	if rejected != nil {
		return nil, rejected
	}
	if found[1] == nil {
		return nil, request("code is missing")
	}
	stored, known := s.take(*found[1])
	if !known || stored.clientID != id || stored.redirectURI != text(found[2]) {
		return nil, grant("the code was used before, has expired or belongs to another client")
	}

	err = keycard.CodeExchange{
		Challenge:  stored.challenge,
		Method:     stored.method,
		Verifier:   verifier,
		AllowPlain: client.AllowPlain,
		Optional:   client.PKCEOptional,
	}.Verify()
	switch {
	case err == nil, errors.Is(err, keycard.ErrPKCENotUsed):
	case errors.Is(err, keycard.ErrPKCEMismatch):
		// RFC 7636 section 4.6.
		return nil, grant("the code verifier does not fit")
	case errors.Is(err, keycard.ErrCodeVerifierMalformed):
		// RFC 6749 section 5.2: the request is malformed, whatever challenge is stored.
		return nil, request("the code verifier is malformed")
	case verifier == nil && stored.challenge != nil:
		// RFC 6749 section 5.2: the request lacks a parameter.
		return nil, request("code_verifier is missing")
	default:
		// The stored authorization cannot be verified: a verifier without a challenge (RFC 9700
		// section 4.8.2), plain if S256 is required, or no PKCE if PKCE is required.
		return nil, grant("the code was not asked for with the PKCE that is required")
	}

	accessToken, err := s.accessToken(id, stored.scope)
	if err != nil {
		return nil, &rejection{http.StatusInternalServerError, "server_error", "no token"}
	}
	return map[string]any{
		"access_token": accessToken, "token_type": "Bearer", "expires_in": tokenSeconds, "scope": stored.scope,
	}, nil
}
