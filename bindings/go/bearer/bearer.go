// Package bearer guards HTTP handlers with access tokens: those that a validator accepts come
// through, with the token in the context of their request; all others are answered with a
// challenge. Tokens come as bearer tokens (RFC 6750) or, for a guard that says so, bound to a key
// of the client's by a DPoP proof (RFC 9449).
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

// Guard says how requests are guarded. Only the validator must be given: without one, every request
// is rejected.
type Guard struct {
	// What decides, also about tokens of several issuers ([keycard.NewValidatorOfIssuers]). The
	// scopes of its policy are those of the challenge.
	Validator *keycard.Validator
	// The name of a cookie in which a bearer token may come in place of the header Authorization;
	// empty for none. A browser sends cookies with the requests of other sites too: set SameSite,
	// and check the origin of what changes something.
	Cookie string
	// Asked if a token names a key that the validator of its issuer does not have: whether the keys
	// of that validator were fetched anew, so that the token is to be validated again. Package jwks
	// has one; nil for none.
	FetchKeys func(context.Context, *keycard.Validator) bool
	// The realm of the challenge, or empty for none. A quote, a backslash and what is not printable
	// ASCII are left out.
	Realm string
	// The present; nil for the clock of the system.
	Clock func() keycard.Time
	// Told of each request that is rejected, and why; nil for nobody. The client is told less.
	OnRejection func(*http.Request, error)
	// How tokens are taken that are bound to a key by DPoP; nil if they are not.
	DPoP *DPoP
}

var (
	// ErrNoToken says that a request has no token.
	ErrNoToken = errors.New("bearer: the request has no token")
	// ErrTwoTokens says that a request has more than one token, or one in its address or cookie
	// beside the header.
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
// The token is that of the header Authorization, or of the cookie if the guard names one. A token
// in the address or the body is not taken; one in the address beside another is answered with
// invalid_request (RFC 6750 sections 2 and 3.1).
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

// A rejection is why a request is rejected, the scheme that its token came by, and the validator whose
// scopes are named.
type rejection struct {
	err       error
	scheme    string
	validator *keycard.Validator
}

// decide is the one place where a request is accepted or rejected.
func (g Guard) decide(r *http.Request) (*keycard.Token, *rejection) {
	rejected := &rejection{validator: g.Validator}
	var jwt string
	if rejected.scheme, jwt, rejected.err = g.tokenOf(r); rejected.err != nil {
		return nil, rejected
	}
	now := g.now()
	var binding keycard.Binding
	var proof *keycard.Proof
	if rejected.scheme == schemeDPoP {
		if proof, rejected.err = g.DPoP.prove(r, jwt, now); rejected.err != nil {
			return nil, rejected
		}
		binding.DPoPKey = proof.Key()
	}
	token, err := g.Validator.ValidateBound(jwt, now, binding)
	if errors.Is(err, keycard.ErrKeyNotFound) && g.fetchKeys(r, jwt) {
		token, err = g.Validator.ValidateBound(jwt, now, binding)
	}
	if errors.Is(err, keycard.ErrScopeMissing) {
		// A token that has also expired is invalid, and another would not lack the scope (RFC 6750
		// section 3.1).
		if _, other := g.Validator.WithoutScopes().ValidateBound(jwt, now, binding); other != nil {
			err = other
		}
		if of, unknown := g.Validator.Of(jwt); unknown == nil {
			rejected.validator = of
		}
	}
	if err == nil && proof != nil {
		// Last of all: a proof is good once.
		err = g.DPoP.Replay.CheckProof(proof)
	}
	if err != nil {
		rejected.err = err
		return nil, rejected
	}
	return token, nil
}

// fetchKeys fetches the keys of the validator for a token, of which nothing is verified.
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

// tokenOf takes the token out of the header Authorization or the cookie, and the scheme that it
// came by.
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
	// A query that cannot be read may hide a token.
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || query.Has("access_token") {
		return scheme, "", ErrTwoTokens
	}
	return scheme, token, nil
}

// tokenIn takes apart a header Authorization.
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

// cookiesOf are the values of all cookies of the guard's name.
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

// NewContext is a context with a token, as handlers behind a guard have it.
func NewContext(ctx context.Context, token *keycard.Token) context.Context {
	return context.WithValue(ctx, contextKey{}, token)
}

// Token is the accepted token of a request, by its context; nil, false if the request came through
// no guard.
func Token(ctx context.Context) (*keycard.Token, bool) {
	token, ok := ctx.Value(contextKey{}).(*keycard.Token)
	return token, ok && token != nil
}
