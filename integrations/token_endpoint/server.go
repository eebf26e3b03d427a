package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// How long a code may wait to be exchanged. RFC 6749 section 4.1.2 recommends 10 minutes at the
	// most.
	codeLifetime = time.Minute
	tokenSeconds = 300
	user         = "user-1"
	resource     = "api://default"
)

// Client is what the server knows of a client. All clients are public: they have no secret.
type Client struct {
	// Where codes are sent, compared as a whole.
	RedirectURI string
	// What is taken of a client that cannot do better; see keycard.CodeExchange.
	AllowPlain, PKCEOptional bool
}

// An authorization is what is stored with a code until it is exchanged.
type authorization struct {
	clientID, redirectURI, scope string
	// As the client sent them; nil if it did not.
	challenge, method *string
	until             time.Time
}

// Server is an authorization server with the endpoints /authorize, /token and /jwks.
type Server struct {
	http.ServeMux
	signer *signer
	issuer string
	now    func() time.Time

	mutex   sync.Mutex
	clients map[string]Client
	// By the hash of the code: whoever reads this memory can exchange nothing.
	codes map[[sha256.Size]byte]authorization
}

// NewServer makes a server with a new key.
func NewServer(issuer string) (*Server, error) {
	signer, err := newSigner()
	if err != nil {
		return nil, err
	}
	s := &Server{
		signer: signer, issuer: issuer, now: time.Now,
		clients: make(map[string]Client), codes: make(map[[sha256.Size]byte]authorization),
	}
	s.HandleFunc("/authorize", s.authorize)
	s.HandleFunc("/token", s.token)
	s.HandleFunc("/jwks", s.jwks)
	return s, nil
}

// SetClient registers a client, or changes what is known of it.
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

// take gives out what was stored with a code, once: whatever the request turns out to be, the code
// is spent (RFC 6749 section 4.1.2), and nobody can try verifiers.
func (s *Server) take(code string) (authorization, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	hash := sha256.Sum256([]byte(code))
	stored, known := s.codes[hash]
	delete(s.codes, hash)
	return stored, known && s.now().Before(stored.until)
}

// once reads parameters, each of which may be there once (RFC 6749 section 3.1 and 3.2). What is
// not there is nil.
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

// text is a parameter that need not be told from an empty one.
func text(parameter *string) string {
	if parameter == nil {
		return ""
	}
	return *parameter
}
