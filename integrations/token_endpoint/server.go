package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const (
	// The lifetime of a code. RFC 6749 section 4.1.2 recommends at most 10 minutes.
	codeLifetime = time.Minute
	tokenSeconds = 300
	user         = "user-1"
	resource     = "api://default"
)

// An authorization is stored with a code until the code is exchanged.
type authorization struct {
	clientID, redirectURI, scope string
	// The parameters as the client sent them; nil if the client did not send one.
	challenge, method *string
	until             time.Time
}

// Server is an authorization server with the endpoints /authorize, /token and /jwks.
type Server struct {
	http.ServeMux
	signer *signer
	issuer string
	now    func() time.Time
	// The client assertions and the grants that were used.
	used *keycard.ReplayCache

	mutex     sync.Mutex
	clients   map[string]Client
	providers map[string]Provider
	// The key is the hash of the code: an attacker who reads this memory cannot exchange a code.
	codes map[[sha256.Size]byte]authorization
}

// NewServer makes a server with a new key.
func NewServer(issuer string) (*Server, error) { return newServer(issuer, time.Now) }

func newServer(issuer string, now func() time.Time) (*Server, error) {
	signer, err := newSigner()
	if err != nil {
		return nil, err
	}
	s := &Server{
		signer: signer, issuer: issuer, now: now,
		clients: make(map[string]Client), providers: make(map[string]Provider),
		codes: make(map[[sha256.Size]byte]authorization),
	}
	limits := keycard.ReplayLimits{Uses: rememberedAssertions, Share: 16}
	s.used, err = keycard.NewReplayCache(limits, func() keycard.Time { return keycard.At(s.now()) })
	if err != nil {
		return nil, err
	}
	s.HandleFunc("/authorize", s.authorize)
	s.HandleFunc("/token", s.token)
	s.HandleFunc("/jwks", s.jwks)
	return s, nil
}

// SetClient registers or changes a client.
func (s *Server) SetClient(id string, client Client) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.clients[id] = client
}

func (s *Server) client(id string) (Client, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	client, known := s.clients[id]
	return client, known
}

// SetProvider registers or changes an issuer whose grants the server trusts.
func (s *Server) SetProvider(issuer string, provider Provider) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.providers[issuer] = provider
}

func (s *Server) provider(issuer string) (Provider, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	provider, known := s.providers[issuer]
	return provider, known
}

// keep stores an authorization and makes a code for it.
func (s *Server) keep(stored authorization) (string, error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	code := base64.RawURLEncoding.EncodeToString(random[:])
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for hash, old := range s.codes {
		if !s.now().Before(old.until) {
			delete(s.codes, hash)
		}
	}
	stored.until = s.now().Add(codeLifetime)
	s.codes[sha256.Sum256([]byte(code))] = stored
	return code, nil
}

// take returns and removes the authorization of a code. The code is spent even if the request fails
// (RFC 6749 section 4.1.2), so an attacker cannot try several verifiers.
func (s *Server) take(code string) (authorization, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	hash := sha256.Sum256([]byte(code))
	stored, known := s.codes[hash]
	delete(s.codes, hash)
	return stored, known && s.now().Before(stored.until)
}

// once reads parameters. A repeated parameter is an error (RFC 6749 sections 3.1 and 3.2). An
// absent parameter is nil.
func once(form url.Values, names ...string) ([]*string, bool) {
	found := make([]*string, len(names))
	for i, name := range names {
		switch values := form[name]; len(values) {
		case 0:
		case 1:
			found[i] = &values[0]
		default:
			return nil, false
		}
	}
	return found, true
}

// text returns a parameter, or an empty string if it is absent.
func text(parameter *string) string {
	if parameter == nil {
		return ""
	}
	return *parameter
}
