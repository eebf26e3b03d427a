// Package bearer guards HTTP handlers with access tokens. A request with an accepted token reaches
// the handler, with the token in the context of the request. All other requests get a challenge.
// Tokens are bearer tokens (RFC 6750) or, with [DPoP], tokens bound to a key of the client (RFC
// 9449).
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

// Guard holds the settings of a guard. Only the validator is required: without one, every request
// is rejected.
type Guard struct {
	// The validator of the tokens; for several issuers see [keycard.NewValidatorOfIssuers]. The
	// challenge names the scopes of its policy.
	Validator *keycard.Validator
	// The name of a cookie that may contain a bearer token in place of the header Authorization;
	// empty to ignore cookies. A browser sends cookies with requests from other sites too: set
	// SameSite, and check the origin of requests that change data.
	Cookie string
	// Called if the validator of the issuer of a token does not have the key of the token, or if
	// that key has expired. Returns true if that validator has new keys; the guard then validates the
	// token again. Package jwks has such a function. May be nil.
	FetchKeys func(context.Context, *keycard.Validator) bool
	// The realm of the challenge, or empty. Quotes, backslashes and characters other than printable
	// ASCII are removed.
	Realm string
	// The clock; nil for the system clock.
	Clock func() keycard.Time
	// Called with each rejected request and the error; may be nil. The response to the client has
	// less detail.
	OnRejection func(*http.Request, error)
	// The rules for tokens that are bound to a key by DPoP; nil to reject them.
	DPoP *DPoP
}

var (
	// ErrNoToken says that a request has no token.
	ErrNoToken = errors.New("bearer: the request has no token")
	// ErrTwoTokens says that a request has more than one token: several headers, or a header and a
	// token in the URL or a cookie.
	ErrTwoTokens = errors.New("bearer: the request has more than one token")
	// ErrMalformed says that a header Authorization does not consist of a scheme, a space and a token.
	ErrMalformed = errors.New("bearer: the Authorization header is malformed")
)

// The schemes of the header Authorization.
const (
	schemeBearer = "Bearer"
	schemeDPoP   = "DPoP"
)

// Handler passes requests with an accepted token to next, which gets the token with [Token].
//
// The token is read from the header Authorization, or from the cookie if the guard names one. A
// token in the URL or the body is not read. A request with a token in the URL and another one in
// the header or cookie gets invalid_request (RFC 6750 sections 2 and 3.1).
func (g Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, rejection := g.decide(r)
		g.DPoP.offerNonce(w)
		if rejection != nil {
			if g.OnRejection != nil {
				g.OnRejection(r, rejection.err)
			}
			g.reject(w, rejection)
			return
		}
		next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), token)))
	})
}

// A rejection holds the error, the scheme of the token, and the validator whose scopes the
// challenge names.
type rejection struct {
	err       error
	scheme    string
	validator *keycard.Validator
}

// decide accepts or rejects a request. Only this function can accept one.
func (g Guard) decide(r *http.Request) (*keycard.Token, *rejection) {
	rejected := &rejection{validator: g.Validator}
	var jwt string
	if rejected.scheme, jwt, rejected.err = g.tokenOf(r); rejected.err != nil {
		return nil, rejected
	}
	now := g.now()
	var proof *presented
	if rejected.scheme == schemeDPoP {
		if proof, rejected.err = g.DPoP.read(r); rejected.err != nil {
			return nil, rejected
		}
	}
	token, err := g.validate(jwt, proof, now)
	isOutdated := errors.Is(err, keycard.ErrKeyNotFound) || errors.Is(err, keycard.ErrKeyExpired)
	if isOutdated && g.fetchKeys(r, jwt) {
		token, err = g.validate(jwt, proof, now)
	}
	if errors.Is(err, keycard.ErrScopeMissing) {
		// If the token has also expired, report that: a new token may have the scope (RFC 6750
		// section 3.1).
		if other := g.otherFault(jwt, proof, now); other != nil {
			err = other
		}
		if of, unknown := g.Validator.Of(jwt); unknown == nil {
			rejected.validator = of
		}
	}
	if err != nil {
		rejected.err = err
		return nil, rejected
	}
	return token, nil
}

// validate validates a token, together with the proof of its key if there is one. It records the
// use of the proof as the last step, so a rejected request uses no proof up.
func (g Guard) validate(jwt string, proof *presented, now keycard.Time) (*keycard.Token, error) {
	if proof == nil {
		return g.Validator.ValidateAt(jwt, now)
	}
	bound, err := g.Validator.ValidateBoundOnce(jwt, proof.proof, proof.rules, now, g.DPoP.Replay, g.DPoP.keys())
	return bound.Token(), err
}

// otherFault returns the error of a token that lacks a scope, as if it had the scope.
func (g Guard) otherFault(jwt string, proof *presented, now keycard.Time) error {
	var binding keycard.Binding
	if proof != nil {
		var err error
		if binding, err = g.DPoP.binding(proof, jwt, now); err != nil {
			return err
		}
	}
	_, err := g.Validator.WithoutScopes().ValidateBound(jwt, now, binding)
	return err
}

// fetchKeys fetches the keys for a token again. The token is not verified yet.
func (g Guard) fetchKeys(r *http.Request, jwt string) bool {
	if g.FetchKeys == nil {
		return false
	}
	of, err := g.Validator.Of(jwt)
	return err == nil && g.FetchKeys(r.Context(), of)
}

func (g Guard) now() keycard.Time {
	if g.Clock != nil {
		return g.Clock()
	}
	return keycard.At(time.Now())
}

// schemes lists the accepted schemes.
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

// tokenOf returns the token of the header Authorization or the cookie, and its scheme.
func (g Guard) tokenOf(r *http.Request) (scheme, token string, err error) {
	headers, cookies := r.Header.Values("Authorization"), g.cookiesOf(r)
	if len(headers)+len(cookies) > 1 {
		return "", "", ErrTwoTokens
	}
	switch {
	case len(headers) == 1:
		scheme, token, err = g.tokenIn(headers[0])
	case len(cookies) == 1 && cookies[0] != "":
		scheme, token = schemeBearer, cookies[0]
	default:
		err = ErrNoToken
	}
	if err != nil {
		return scheme, "", err
	}
	// A malformed query may hide a token.
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || query.Has("access_token") {
		return scheme, "", ErrTwoTokens
	}
	return scheme, token, nil
}

// tokenIn parses a header Authorization.
func (g Guard) tokenIn(header string) (scheme, token string, err error) {
	named, token, _ := strings.Cut(header, " ")
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
	return scheme, token, nil
}

// cookiesOf returns the values of all cookies with the name that the guard has.
func (g Guard) cookiesOf(r *http.Request) []string {
	var values []string
	if g.Cookie == "" || g.DPoP != nil && g.DPoP.Required {
		return nil
	}
	for _, cookie := range r.Cookies() {
		if cookie.Name == g.Cookie {
			values = append(values, cookie.Value)
		}
	}
	return values
}

type contextKey struct{}

// NewContext returns a context with a token, like the context of handlers behind a guard.
func NewContext(ctx context.Context, token *keycard.Token) context.Context {
	return context.WithValue(ctx, contextKey{}, token)
}

// Token returns the accepted token of a request from its context, or nil and false if no guard
// handled the request.
func Token(ctx context.Context) (*keycard.Token, bool) {
	token, ok := ctx.Value(contextKey{}).(*keycard.Token)
	return token, ok && token != nil
}
