package bearer

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// An answer is the response to a rejected request (RFC 6750 section 3.1, RFC 9449 section 7.1).
type answer struct {
	status            int
	code, description string
	// True if the challenge names the scopes.
	scopes bool
}

// answerTo returns the answer for an error. An answer has no challenge if it has no error code and
// its status is not 401: then the token is not at fault.
func answerTo(err error) answer {
	var rejected *keycard.Error
	switch {
	case errors.Is(err, ErrNoToken):
		// A request without a token gets no error code (RFC 6750 section 3.1).
		return answer{status: http.StatusUnauthorized, scopes: true}
	case errors.Is(err, ErrTwoTokens):
		return answer{http.StatusBadRequest, "invalid_request", "more than one token", false}
	case errors.Is(err, ErrMalformed):
		return answer{http.StatusBadRequest, "invalid_request", "the Authorization header is malformed", false}
	case errors.Is(err, ErrNoURI):
		return answer{http.StatusBadRequest, "invalid_request", "a DPoP proof cannot name the target of the request", false}
	case errors.Is(err, ErrNoProof):
		return answer{http.StatusUnauthorized, "invalid_dpop_proof", "there is no DPoP proof", false}
	case errors.Is(err, ErrTwoProofs):
		return answer{http.StatusUnauthorized, "invalid_dpop_proof", "more than one DPoP proof", false}
	case errors.Is(err, keycard.ErrTimeUnavailable), errors.Is(err, keycard.ErrTimeKind),
		errors.Is(err, keycard.ErrReplayTimeBehind):
		return answer{http.StatusServiceUnavailable, "", "the time is not known", false}
	case errors.Is(err, keycard.ErrReplayKeyFull):
		return answer{http.StatusTooManyRequests, "", "too many requests at a time by this key", false}
	case errors.Is(err, keycard.ErrReplayFull):
		return answer{http.StatusServiceUnavailable, "", "too many requests at a time", false}
	case !errors.As(err, &rejected) || rejected.Stage == keycard.StageUsage || rejected.Status == keycard.ErrNullPointer:
		return answer{http.StatusInternalServerError, "", "tokens cannot be validated", false}
	case rejected.Stage == keycard.StageProof && rejected.Member == "nonce":
		return answer{http.StatusUnauthorized, "use_dpop_nonce", "the DPoP proof needs another nonce", false}
	case rejected.Stage == keycard.StageProof || rejected.Stage == keycard.StageReplay:
		return answer{http.StatusUnauthorized, "invalid_dpop_proof", "the DPoP proof is not accepted", false}
	case errors.Is(err, keycard.ErrExpired):
		return answer{http.StatusUnauthorized, "invalid_token", "the token has expired", false}
	case errors.Is(err, keycard.ErrScopeMissing):
		return answer{http.StatusForbidden, "insufficient_scope", "the token lacks a scope", true}
	default:
		return answer{http.StatusUnauthorized, "invalid_token", "the token is not accepted", false}
	}
}

// reject answers a request. The answer has a challenge for each accepted scheme. The challenge of
// the scheme that the request used names the error. It comes first, because some clients read only
// the first challenge.
func (g Guard) reject(w http.ResponseWriter, rejected *rejection) {
	told := answerTo(rejected.err)
	if told.code == "" && told.status != http.StatusUnauthorized {
		http.Error(w, told.description, told.status)
		return
	}
	schemes := g.schemes()
	if rejected.scheme == schemeDPoP {
		slices.Reverse(schemes)
	}
	for _, scheme := range schemes {
		var parameters []string
		add := func(name, value string) {
			if value = quotable(value); value != "" {
				parameters = append(parameters, fmt.Sprintf(`%s="%s"`, name, value))
			}
		}
		add("realm", g.Realm)
		if told.scopes {
			add("scope", strings.Join(rejected.validator.Scopes(), " "))
		}
		if scheme == rejected.scheme || rejected.scheme == "" {
			add("error", told.code)
			add("error_description", told.description)
		}
		if scheme == schemeDPoP {
			add("algs", strings.Join(g.DPoP.Algorithms.Names(), " "))
		}
		challenge := strings.TrimRight(scheme+" "+strings.Join(parameters, ", "), " ")
		w.Header().Add("WWW-Authenticate", challenge)
	}
	http.Error(w, strings.ToLower(http.StatusText(told.status)), told.status)
}

// quotable keeps the characters that are allowed in a quoted parameter of a challenge (RFC 6750
// section 3).
func quotable(value string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, value)
}
