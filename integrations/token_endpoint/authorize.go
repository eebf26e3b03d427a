package main

import (
	"errors"
	"net/http"
	"net/url"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// authorize answers an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3) with a
// code. A real server would first ask the user for consent.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || r.Method != http.MethodGet {
		http.Error(w, "not an authorization request", http.StatusBadRequest)
		return
	}
	found, ok := once(query, "client_id", "redirect_uri", "response_type", "state", "scope",
		"code_challenge", "code_challenge_method")
	if !ok {
		http.Error(w, "a parameter is repeated", http.StatusBadRequest)
		return
	}
	id, redirect, kind, state, scope, challenge, method :=
		text(found[0]), text(found[1]), text(found[2]), found[3], text(found[4]), found[5], found[6]
	client, known := s.client(id)
	if !known || redirect != client.RedirectURI {
		// Never redirect to an address that is not registered for the client: an attacker could choose
		// it.
		http.Error(w, "not a client, or not its address", http.StatusBadRequest)
		return
	}
	address, err := url.Parse(redirect)
	if err != nil {
		http.Error(w, "the client's address is none", http.StatusBadRequest)
		return
	}
	answer := address.Query()
	answer.Set("iss", s.issuer)
	if state != nil {
		answer.Set("state", *state)
	}
	if kind != "code" {
		answer.Set("error", "unsupported_response_type")
	} else if complaint := storable(client, challenge, method); complaint != "" {
		// RFC 7636 section 4.4.1.
		answer.Set("error", "invalid_request")
		answer.Set("error_description", complaint)
	} else if code, err := s.keep(authorization{
		clientID: id, redirectURI: redirect, scope: scope, challenge: challenge, method: method,
	}); err != nil {
		answer.Set("error", "server_error")
	} else {
		answer.Set("code", code)
	}
	address.RawQuery = answer.Encode()
	http.Redirect(w, r, address.String(), http.StatusFound)
}

// storable returns the error of a challenge and its method, or an empty string if a matching
// verifier can exist.
func storable(client Client, challenge, method *string) string {
	if challenge == nil && method == nil && client.PKCEOptional {
		return ""
	}
	if challenge == nil {
		return "code challenge required"
	}
	verifier, err := keycard.NewCodeVerifier()
	if err != nil {
		return "try again"
	}
	// This random verifier cannot match. Every error other than a mismatch is one of the challenge or
	// its method.
	exchange := keycard.CodeExchange{Challenge: challenge, Method: method, Verifier: &verifier, AllowPlain: client.AllowPlain}
	err = exchange.Verify()
	switch {
	case errors.Is(err, keycard.ErrPKCEMismatch):
		return ""
	case errors.Is(err, keycard.ErrPKCEDowngrade), errors.Is(err, keycard.ErrCodeChallengeMethod):
		return "transform algorithm not supported"
	}
	return "code challenge malformed"
}
