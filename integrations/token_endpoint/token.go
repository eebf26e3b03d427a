package main

import (
	"encoding/json"
	"mime"
	"net/http"
)

// The maximum length of a token request, in bytes.
const longestRequest = 16 << 10

// The grants, by their grant_type.
const (
	// RFC 6749 section 4.1.3.
	codeGrant = "authorization_code"
	// RFC 7523 section 2.1.
	jwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
)

// A grant is what an access token is issued for.
type grant struct{ subject, scope string }

// A rejection is an error response (RFC 6749 section 5.2).
type rejection struct {
	status            int
	code, description string
}

func invalidRequest(description string) *rejection {
	return &rejection{http.StatusBadRequest, "invalid_request", description}
}

func invalidGrant(description string) *rejection {
	return &rejection{http.StatusBadRequest, "invalid_grant", description}
}

// token answers a token request (RFC 6749 section 3.2).
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
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, invalidRequest("not a form")
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestRequest)
	if err := r.ParseForm(); err != nil {
		return nil, invalidRequest("not a form")
	}
	// Read parameters only from the body, because URLs end up in logs.
	found, ok := once(r.PostForm, "grant_type", "client_id", "client_assertion_type", "client_assertion",
		"code", "redirect_uri", "code_verifier", "assertion", "scope")
	if !ok {
		return nil, invalidRequest("a parameter is repeated")
	}
	grantType := text(found[0])
	if grantType != codeGrant && grantType != jwtGrant {
		return nil, &rejection{http.StatusBadRequest, "unsupported_grant_type", "neither a code nor a JWT"}
	}
	id, client, rejected := s.authenticate(found[1], found[2], found[3])
	if rejected != nil {
		return nil, rejected
	}
	var granted grant
	if grantType == codeGrant {
		granted, rejected = s.byCode(id, client, found[4], found[5], found[6])
	} else {
		granted, rejected = s.byJWT(id, client, found[7], found[8])
	}
	if rejected != nil {
		return nil, rejected
	}
	accessToken, err := s.accessToken(granted.subject, id, granted.scope)
	if err != nil {
		return nil, &rejection{http.StatusInternalServerError, "server_error", "no token"}
	}
	return map[string]any{
		"access_token": accessToken, "token_type": "Bearer", "expires_in": tokenSeconds, "scope": granted.scope,
	}, nil
}
