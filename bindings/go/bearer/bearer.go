// Package bearer guards HTTP handlers with bearer tokens (RFC 6750): those that a validator accepts come through, with
// the token in the context of their request; all others are answered with a challenge.
package bearer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// Guard says how requests are guarded. Only the validator must be given: without one, every request is refused.
type Guard struct {
	// What decides. The scopes of its policy are those of the challenge.
	Validator *keycard.Validator
	// The realm of the challenge, or empty for none. A quote, a backslash and what is not printable ASCII are left out.
	Realm string
	// The present; nil for the clock of the system.
	Clock func() keycard.Time
	// Told of each request that is refused, and why; nil for nobody. The client is told less.
	OnRefusal func(*http.Request, error)
}

var (
	// ErrNoToken says that a request has no bearer token.
	ErrNoToken = errors.New("bearer: the request has no bearer token")
	// ErrTwoTokens says that a request has more than one token, or one in its address beside the header.
	ErrTwoTokens = errors.New("bearer: the request has more than one token")
	// ErrMalformed says that a header Authorization is not a scheme, a space and a token.
	ErrMalformed = errors.New("bearer: the Authorization header is malformed")
)

// Handler lets requests with an accepted token through to next, which finds it by [Token].
//
// The token is that of the header Authorization alone. A token in the address or the body is not taken; one in the
// address beside that of the header is answered with invalid_request (RFC 6750 sections 2 and 3.1).
func (g Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		jwt, err := tokenOf(r)
		var token *keycard.Token
		if err == nil {
			token, err = g.Validator.ValidateAt(jwt, g.now())
		}
		if err != nil {
			if g.OnRefusal != nil {
				g.OnRefusal(r, err)
			}
			g.refuse(w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), token)))
	})
}

func (g Guard) now() keycard.Time {
	if g.Clock != nil {
		return g.Clock()
	}
	return keycard.At(time.Now())
}

// tokenOf takes the token out of the header Authorization.
func tokenOf(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) > 1 {
		return "", ErrTwoTokens
	}
	if len(headers) == 0 {
		return "", ErrNoToken
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", ErrNoToken
	}
	token = strings.Trim(token, " ")
	if token == "" || strings.ContainsAny(token, " \t,") {
		return "", ErrMalformed
	}
	// What cannot be read may hide a token.
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || query.Has("access_token") {
		return "", ErrTwoTokens
	}
	return token, nil
}

// refuse answers by RFC 6750 section 3.1.
func (g Guard) refuse(w http.ResponseWriter, err error) {
	status, code, description := http.StatusUnauthorized, "invalid_token", "the token is not accepted"
	var scopes []string
	var refused *keycard.Error
	switch {
	case errors.Is(err, ErrNoToken):
		// Who sends nothing is told nothing.
		code, description = "", ""
		scopes = g.Validator.Scopes()
	case errors.Is(err, ErrTwoTokens):
		status, code, description = http.StatusBadRequest, "invalid_request", "more than one token"
	case errors.Is(err, ErrMalformed):
		status, code, description = http.StatusBadRequest, "invalid_request", "the Authorization header is malformed"
	case errors.Is(err, keycard.ErrExpired):
		description = "the token has expired"
	case errors.Is(err, keycard.ErrScopeMissing):
		status, code, description = http.StatusForbidden, "insufficient_scope", "the token lacks a scope"
		scopes = g.Validator.Scopes()
	case errors.Is(err, keycard.ErrTimeUnavailable), errors.Is(err, keycard.ErrTimeKind):
		http.Error(w, "the time is not known", http.StatusServiceUnavailable)
		return
	case !errors.As(err, &refused) || refused.Stage == keycard.StageUsage:
		http.Error(w, "tokens cannot be validated", http.StatusInternalServerError)
		return
	}
	var parameters []string
	add := func(name, value string) {
		if value = quotable(value); value != "" {
			parameters = append(parameters, fmt.Sprintf(`%s="%s"`, name, value))
		}
	}
	add("realm", g.Realm)
	add("scope", strings.Join(scopes, " "))
	add("error", code)
	add("error_description", description)
	w.Header().Set("WWW-Authenticate", strings.TrimRight("Bearer "+strings.Join(parameters, ", "), " "))
	http.Error(w, strings.ToLower(http.StatusText(status)), status)
}

// quotable keeps what may stand between quotes in each parameter of a challenge (RFC 6750 section 3).
func quotable(value string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, value)
}

type contextKey struct{}

// NewContext is a context with a token, as handlers behind a guard have it.
func NewContext(ctx context.Context, token *keycard.Token) context.Context {
	return context.WithValue(ctx, contextKey{}, token)
}

// Token is the accepted token of a request, by its context; nil, false if the request came through no guard.
func Token(ctx context.Context) (*keycard.Token, bool) {
	token, ok := ctx.Value(contextKey{}).(*keycard.Token)
	return token, ok && token != nil
}
