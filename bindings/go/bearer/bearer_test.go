package bearer_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

const realm = "devices"

// A service with a guard, and the issuer of its tokens.
type service struct {
	key      *ecdsa.PrivateKey
	server   *httptest.Server
	rejected error
	now      time.Time

	own *keycard.Validator
}

func (s *service) keys(t *testing.T) *keycard.KeySet {
	t.Helper()
	return s.keysWith(t, "")
}

// keysUntil returns a set whose key expires at a time.
func (s *service) keysUntil(t *testing.T, expiry time.Time) *keycard.KeySet {
	t.Helper()
	return s.keysWith(t, fmt.Sprintf(`,"exp":%d`, expiry.Unix()))
}

// keysWith returns a set whose key has these members, too.
func (s *service) keysWith(t *testing.T, members string) *keycard.KeySet {
	t.Helper()
	point, err := s.key.PublicKey.ECDH()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	keys, err := keycard.ParseJWKS([]byte(fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","x":%q,"y":%q%s}]}`,
		encode(point.Bytes()[1:33]), encode(point.Bytes()[33:]), members)))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (s *service) token(t *testing.T, changes map[string]any) string {
	t.Helper()
	claims := map[string]any{"iss": "https://id.example", "aud": "api", "sub": "thermostat-7", "scp": []string{"read", "write"},
		"exp": s.now.Unix() + 60}
	for name, value := range changes {
		claims[name] = value
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	input := encode([]byte(`{"alg":"ES256"}`)) + "." + encode(payload)
	digest := sha256.Sum256([]byte(input))
	r, sig, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(append(r.FillBytes(make([]byte, 32)), sig.FillBytes(make([]byte, 32))...))
}

func newService(t *testing.T, change func(*bearer.Guard)) *service {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{key: key, now: time.Unix(1_700_000_000, 0)}
	validator, err := keycard.NewValidator(s.keys(t), keycard.Policy{
		Profile: keycard.ProfileAccessToken, Algorithms: keycard.ES256, Issuer: "https://id.example", Audiences: []string{"api"},
		Scopes: []string{"read", "write"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.own = validator
	guard := bearer.Guard{
		Validator: validator, Realm: realm,
		Clock:       func() keycard.Time { return keycard.At(s.now) },
		OnRejection: func(_ *http.Request, err error) { s.rejected = err },
	}
	if change != nil {
		change(&guard)
	}
	s.server = httptest.NewServer(guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer.Token(r.Context())
		if !ok {
			t.Error("a request came through without a token")
			return
		}
		subject, err := token.String("sub")
		if err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, subject)
	})))
	t.Cleanup(s.server.Close)
	return s
}

// ask sends a request with these headers Authorization, and returns the status, the challenge and
// the body.
func (s *service) ask(t *testing.T, path string, headers ...string) (status int, challenge, body string) {
	t.Helper()
	response := s.send(t, path, headers...)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(response.Header.Values("WWW-Authenticate")); n > 1 {
		t.Errorf("%d challenges", n)
	}
	return response.StatusCode, response.Header.Get("WWW-Authenticate"), string(text)
}

// send sends a request with these headers Authorization.
func (s *service) send(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequest("GET", s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header["Authorization"] = headers
	s.rejected = nil
	response, err := s.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestAnAcceptedTokenComesThroughWithItsRequest(t *testing.T) {
	s := newService(t, nil)
	token := s.token(t, nil)
	for _, header := range []string{"Bearer " + token, "bearer " + token, "BEARER   " + token} {
		if status, challenge, body := s.ask(t, "/?a=b", header); status != 200 || challenge != "" || body != "thermostat-7" || s.rejected != nil {
			t.Errorf("%d, %q, %q", status, challenge, body)
		}
	}
	if _, ok := bearer.Token(httptest.NewRequest("GET", "/", nil).Context()); ok {
		t.Error("a request through no guard has a token")
	}
}

func TestARejectedRequestIsChallenged(t *testing.T) {
	s := newService(t, nil)
	good := s.token(t, nil)
	const without = `Bearer realm="devices", scope="read write"`
	const invalid = `Bearer realm="devices", error="invalid_token", error_description=`
	const request = `Bearer realm="devices", error="invalid_request", error_description=`
	for _, c := range []struct {
		name      string
		path      string
		headers   []string
		status    int
		challenge string
		why       error
	}{
		{"no token", "/", nil, 401, without, bearer.ErrNoToken},
		{"an empty header", "/", []string{""}, 401, without, bearer.ErrNoToken},
		{"another scheme", "/", []string{"Basic dXNlcjpwYXNz"}, 401, without, bearer.ErrNoToken},
		{"a scheme that begins so", "/", []string{"Bearers " + good}, 401, without, bearer.ErrNoToken},
		{"a token in the address", "/?access_token=" + good, nil, 401, without, bearer.ErrNoToken},
		{"a token there and in the header", "/?access_token=" + good, []string{"Bearer " + good}, 400, request + `"more than one token"`, bearer.ErrTwoTokens},
		{"an empty one there", "/?access_token", []string{"Bearer " + good}, 400, request + `"more than one token"`, bearer.ErrTwoTokens},
		{"an address that cannot be read", "/?a=1;access_token=x", []string{"Bearer " + good}, 400, request + `"more than one token"`, bearer.ErrTwoTokens},
		{"two headers", "/", []string{"Bearer " + good, "Bearer " + good}, 400, request + `"more than one token"`, bearer.ErrTwoTokens},
		{"two schemes", "/", []string{"Basic dXNlcjpwYXNz", "Bearer " + good}, 400, request + `"more than one token"`, bearer.ErrTwoTokens},
		{"a scheme alone", "/", []string{"Bearer"}, 400, request + `"the Authorization header is malformed"`, bearer.ErrMalformed},
		{"two tokens in one", "/", []string{"Bearer " + good + " " + good}, 400, request + `"the Authorization header is malformed"`, bearer.ErrMalformed},
		{"a list of two", "/", []string{"Bearer " + good + ",Bearer"}, 400, request + `"the Authorization header is malformed"`, bearer.ErrMalformed},
		{"no token at all", "/", []string{"Bearer x"}, 401, invalid + `"the token is not accepted"`, keycard.ErrTokenParts},
		{"expired", "/", []string{"Bearer " + s.token(t, map[string]any{"exp": 1})}, 401, invalid + `"the token has expired"`, keycard.ErrExpired},
		{"for others", "/", []string{"Bearer " + s.token(t, map[string]any{"aud": "b"})}, 401, invalid + `"the token is not accepted"`, keycard.ErrWrongAudience},
		{"a stranger's", "/", []string{"Bearer " + newService(t, nil).token(t, nil)}, 401, invalid + `"the token is not accepted"`, keycard.ErrSignatureInvalid},
		{"too little scope", "/", []string{"Bearer " + s.token(t, map[string]any{"scp": []string{"read"}})}, 403,
			`Bearer realm="devices", scope="read write", error="insufficient_scope", error_description="the token lacks a scope"`, keycard.ErrScopeMissing},
		{"expired, with too little scope", "/", []string{"Bearer " + s.token(t, map[string]any{"scp": []string{"read"}, "exp": 1})}, 401,
			invalid + `"the token has expired"`, keycard.ErrExpired},
		{"not valid yet, with too little scope", "/", []string{"Bearer " + s.token(t, map[string]any{"scp": []string{"read"}, "nbf": 4102444800})}, 401,
			invalid + `"the token is not accepted"`, keycard.ErrNotYetValid},
	} {
		status, challenge, body := s.ask(t, c.path, c.headers...)
		if status != c.status || challenge != c.challenge || !errors.Is(s.rejected, c.why) || strings.Contains(body, "thermostat") {
			t.Errorf("%s: %d, %q, %q, %v", c.name, status, challenge, body, s.rejected)
		}
	}
}

func TestAGuardThatCannotDecideRejects(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*bearer.Guard)
		status int
	}{
		{"no validator", func(g *bearer.Guard) { g.Validator = nil }, 500},
		{"the zero validator", func(g *bearer.Guard) { g.Validator = new(keycard.Validator) }, 500},
		{"no time", func(g *bearer.Guard) { g.Clock = func() keycard.Time { return keycard.Time{} } }, 503},
		{"a clock that is not set", func(g *bearer.Guard) {
			g.Clock = func() keycard.Time { return keycard.Clock(time.Unix(0, 0), time.Unix(1_600_000_000, 0)) }
		}, 503},
		{"nobody to tell", func(g *bearer.Guard) { g.OnRejection, g.Clock = nil, nil }, 401},
	} {
		s := newService(t, c.change)
		if status, challenge, _ := s.ask(t, "/", "Bearer "+s.token(t, nil)); status != c.status || (challenge != "") != (status == 401) {
			t.Errorf("%s: %d, %q", c.name, status, challenge)
		}
	}
}

func TestAChallengeHasNoOtherHeaderInIt(t *testing.T) {
	s := newService(t, func(g *bearer.Guard) { g.Realm = "a\"b\\c\r\nSet-Cookie: dé" })
	if _, challenge, _ := s.ask(t, "/"); challenge != `Bearer realm="abcSet-Cookie: d", scope="read write"` {
		t.Errorf("%q", challenge)
	}
	s = newService(t, func(g *bearer.Guard) { g.Realm, g.Validator = "", nil })
	if _, challenge, _ := s.ask(t, "/"); challenge != "Bearer" {
		t.Errorf("%q", challenge)
	}
}
