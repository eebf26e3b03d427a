package bearer

import (
	"errors"
	"net/http"
	"strings"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// DPoP says how tokens are taken that are bound to a key of the client's, which proves with each
// request that it has that key (RFC 9449). Algorithms, origin, window and replay cache must be
// given: without one of them, every such request is answered with 500.
//
// A token that is bound is rejected as a bearer token, with or without this; one that is not is
// rejected by the scheme DPoP.
type DPoP struct {
	// The algorithms of proofs, which are asymmetric.
	Algorithms keycard.Algorithms
	// Scheme, host and port as clients know this server, such as https://api.example. What a
	// request says of its host is not believed: another server could pass on what was meant for it.
	Origin string
	// The path of a request as its client knows it, with its escapes; nil for that of the request.
	// For a service behind a proxy that changes paths.
	Path func(*http.Request) string
	// The longest time since a proof was made, and by how much clocks may differ: whole seconds, at
	// most those that Replay was made for.
	Window, Leeway time.Duration
	// Lets each proof through once. Guards of one service share one.
	Replay *keycard.ReplayCache
	// The nonces of which a proof must have one, the newest first, which clients are told of (RFC
	// 9449 section 9); nil if none are asked for.
	Nonces func() []string
	// Take no bearer tokens.
	Required bool
}

var (
	// ErrNoProof says that a request by the scheme DPoP has no DPoP proof.
	ErrNoProof = errors.New("bearer: the request has no DPoP proof")
	// ErrTwoProofs says that a request has more than one DPoP proof.
	ErrTwoProofs = errors.New("bearer: the request has more than one DPoP proof")
	// ErrNoURI says that the htu of a proof cannot name the target of a request (RFC 9449 section
	// 4.3): it is an asterisk or an authority (RFC 9110 section 7.1).
	ErrNoURI = errors.New("bearer: the target of the request is no URI that a DPoP proof can name")
)

// prove validates the proof of a request, whose use is not noted yet.
func (d *DPoP) prove(r *http.Request, jwt string, now keycard.Time) (*keycard.Proof, error) {
	proofs := r.Header.Values("DPoP")
	switch {
	case len(proofs) == 0:
		return nil, ErrNoProof
	case len(proofs) > 1:
		return nil, ErrTwoProofs
	}
	path, err := d.pathOf(r)
	if err != nil {
		return nil, err
	}
	rules := keycard.ProofRules{
		Algorithms: d.Algorithms, Window: d.Window, Leeway: d.Leeway,
		Method: r.Method, URI: d.Origin + path, AccessToken: &jwt,
	}
	if d.Nonces == nil {
		rules.Flags = keycard.ProofNonceNotProvided
	} else {
		rules.Nonces = append([]string{}, d.Nonces()...)
	}
	return keycard.ValidateProof(proofs[0], rules, now)
}

// pathOf is the path that a proof for the request names: of none but the asterisk-form and the
// authority-form (RFC 9110 section 7.1), which behind an origin would name another host or all of
// this one.
func (d *DPoP) pathOf(r *http.Request) (string, error) {
	if d.Path != nil {
		return d.Path(r), nil
	}
	path := r.URL.EscapedPath()
	if path == "" && r.Method != http.MethodConnect || strings.HasPrefix(path, "/") {
		return path, nil
	}
	return "", ErrNoURI
}

// offerNonce tells the client of the nonce for its next proof. The response must not be stored, or
// the nonce would come again with it (RFC 9449 section 8.2).
func (d *DPoP) offerNonce(w http.ResponseWriter) {
	if d == nil || d.Nonces == nil {
		return
	}
	if nonces := d.Nonces(); len(nonces) > 0 {
		w.Header().Set("DPoP-Nonce", nonces[0])
		w.Header().Set("Cache-Control", "no-store")
	}
}
