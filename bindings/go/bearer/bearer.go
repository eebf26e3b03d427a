// Package bearer guards HTTP handlers with access tokens: those that a validator accepts come through, with the token in the
// context of their request; all others are answered with a challenge. Tokens come as bearer tokens (RFC 6750) or, for a
// guard that says so, bound to a key of the client's by a DPoP proof (RFC 9449).
package bearer

import (
	"context"
	"errors"
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
	// How tokens are taken that are bound to a key by DPoP; nil if they are not.
	DPoP *DPoP
}

var (
	// ErrNoToken says that a request has no token.
	ErrNoToken = errors.New("bearer: the request has no token")
	// ErrTwoTokens says that a request has more than one token, or one in its address beside the header.
	ErrTwoTokens = errors.New("bearer: the request has more than one token")
	// ErrMalformed says that a header Authorization is not a scheme, a space and a token.
	ErrMalformed = errors.New("bearer: the Authorization header is malformed")
)

// The schemes of the header Authorization.
const (
	schemeBearer = "Bearer"
	schemeDPoP   = "DPoP"
)

// Handler lets requests with an accepted token through to next, which finds it by [Token].
//
// The token is that of the header Authorization alone. A token in the address or the body is not taken; one in the
// address beside that of the header is answered with invalid_request (RFC 6750 sections 2 and 3.1).
func (g Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, jwt, err := g.tokenOf(r)
		var token *keycard.Token
		if err == nil && scheme == schemeDPoP {
			token, err = g.DPoP.validate(g.Validator, r, jwt, g.now())
		} else if err == nil {
			token, err = g.Validator.ValidateAt(jwt, g.now())
		}
		g.DPoP.offerNonce(w)
		if err != nil {
			if g.OnRefusal != nil {
				g.OnRefusal(r, err)
			}
			g.refuse(w, scheme, err)
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

// schemes are those that are taken.
func (g Guard) schemes() []string {
	switch {
	case g.DPoP == nil:
		return []string{schemeBearer}
	case g.DPoP.Required:
		return []string{schemeDPoP}
	default:
		return []string{schemeBearer, schemeDPoP}
	}
}

// tokenOf takes the token out of the header Authorization, and the scheme that it came by.
func (g Guard) tokenOf(r *http.Request) (scheme, token string, err error) {
	headers := r.Header.Values("Authorization")
	if len(headers) > 1 {
		return "", "", ErrTwoTokens
	}
	if len(headers) == 0 {
		return "", "", ErrNoToken
	}
	named, token, _ := strings.Cut(headers[0], " ")
	for _, taken := range g.schemes() {
		if strings.EqualFold(named, taken) {
			scheme = taken
		}
	}
	if scheme == "" {
		return "", "", ErrNoToken
	}
	token = strings.Trim(token, " ")
	if token == "" || strings.ContainsAny(token, " \t,") {
		return scheme, "", ErrMalformed
	}
	// What cannot be read may hide a token.
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || query.Has("access_token") {
		return scheme, "", ErrTwoTokens
	}
	return scheme, token, nil
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
