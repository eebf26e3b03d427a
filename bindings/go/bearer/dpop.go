package bearer

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// DPoP holds the rules for tokens that are bound to a key of the client, which proves possession of
// the key with each request (RFC 9449). Algorithms, origin, window and replay cache are required:
// without one of them, every such request is answered with 500.
//
// A bound token is always rejected as a bearer token. A token that is not bound is rejected with
// the scheme DPoP.
type DPoP struct {
	// The accepted algorithms of proofs, all asymmetric.
	Algorithms keycard.Algorithms
	// Scheme, host and port as clients know this server, such as https://api.example. The Host header
	// is not used: a malicious server could otherwise forward requests that clients sent to it.
	Origin string
	// Returns the path of a request as the client sent it, with its escapes. For a service behind a
	// proxy that changes paths. If nil, the path of the request is used. A path that does not begin
	// with a slash is rejected.
	Path func(*http.Request) string
	// The maximum age of a proof, and the maximum clock difference: whole seconds, at most the
	// limits of Replay.
	Window, Leeway time.Duration
	// Accepts each proof once. All guards of a service share one cache.
	Replay *keycard.ReplayCache
	// Keeps the keys of clients prepared, so that their next proofs cost less. If nil, the guards of
	// the process share a cache of 256 keys, about 600 KB; a zero cache prepares nothing.
	Keys *keycard.ProofKeyCache
	// Returns the accepted nonces, the newest first. A proof must have one of them, and clients get
	// the newest one (RFC 9449 section 9). Nil if no nonce is required.
	Nonces func() []string
	// Reject bearer tokens.
	Required bool
}

// sharedKeys returns the cache of the guards that have none of their own; nil if there is no
// randomness for one.
var sharedKeys = sync.OnceValue(func() *keycard.ProofKeyCache {
	keys, _ := keycard.NewProofKeyCache(256, keycard.Precompute2KB)
	return keys
})

var (
	// ErrNoProof says that a request by the scheme DPoP has no DPoP proof.
	ErrNoProof = errors.New("bearer: the request has no DPoP proof")
	// ErrTwoProofs says that a request has more than one DPoP proof.
	ErrTwoProofs = errors.New("bearer: the request has more than one DPoP proof")
	// ErrNoURI says that no htu can name the target of a request (RFC 9449 section 4.3), because the
	// target is an asterisk or an authority (RFC 9110 section 7.1).
	ErrNoURI = errors.New("bearer: a DPoP proof cannot name the target of the request")
)

// A presented proof came with a request.
type presented struct {
	proof string
	rules keycard.ProofRules
}

// read returns the proof of a request with the rules for it.
func (d *DPoP) read(r *http.Request) (*presented, error) {
	proofs := r.Header.Values("DPoP")
	switch {
	case len(proofs) == 0:
		return nil, ErrNoProof
	case len(proofs) > 1:
		return nil, ErrTwoProofs
	}
	// The path would be part of the query, which no proof needs to match.
	if strings.ContainsAny(d.Origin, "?#") {
		return nil, errors.New("bearer: the origin has a query or a fragment")
	}
	path, err := d.pathOf(r)
	if err != nil {
		return nil, err
	}
	rules := keycard.ProofRules{
		Algorithms: d.Algorithms, Window: d.Window, Leeway: d.Leeway,
		Method: r.Method, URI: d.Origin + path,
	}
	if d.Nonces == nil {
		rules.Flags = keycard.ProofNonceNotProvided
	} else {
		rules.Nonces = append([]string{}, d.Nonces()...)
	}
	return &presented{proof: proofs[0], rules: rules}, nil
}

// binding returns the key of a proof. It does not record the use of the proof.
func (d *DPoP) binding(p *presented, jwt string, now keycard.Time) (keycard.Binding, error) {
	rules := p.rules
	rules.AccessToken = &jwt
	proof, err := d.keys().ValidateProof(p.proof, rules, now)
	if err != nil {
		return keycard.Binding{}, err
	}
	return keycard.Binding{DPoPKey: proof.Key()}, nil
}

// keys returns the cache of prepared keys.
func (d *DPoP) keys() *keycard.ProofKeyCache {
	if d.Keys != nil {
		return d.Keys
	}
	return sharedKeys()
}

// pathOf returns the path that a proof for the request must name. The asterisk-form and the
// authority-form are errors (RFC 9110 section 7.1): appended to the origin, they would name another
// host, or every path of this host.
func (d *DPoP) pathOf(r *http.Request) (string, error) {
	path := r.URL.EscapedPath()
	if d.Path != nil {
		path = d.Path(r)
	}
	if path == "" && r.Method != http.MethodConnect || strings.HasPrefix(path, "/") {
		return path, nil
	}
	return "", ErrNoURI
}

// offerNonce sends the nonce for the next proof. The response must not be stored, because a stored
// response would repeat the nonce (RFC 9449 section 8.2).
func (d *DPoP) offerNonce(w http.ResponseWriter) {
	if d == nil || d.Nonces == nil {
		return
	}
	if nonces := d.Nonces(); len(nonces) > 0 {
		w.Header().Set("DPoP-Nonce", nonces[0])
		w.Header().Set("Cache-Control", "no-store")
	}
}
