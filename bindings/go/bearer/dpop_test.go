package bearer_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

const origin = "https://api.example"

// A client that sends DPoP proofs with its key.
type client struct {
	key *ecdsa.PrivateKey
	jwk map[string]string
}

func newClient(t *testing.T) *client {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.ECDH()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return &client{key, map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point.Bytes()[1:33]), "y": encode(point.Bytes()[33:])}}
}

// confirmation is the claim that binds a token to the key.
func (c *client) confirmation(t *testing.T) map[string]any {
	t.Helper()
	text, err := json.Marshal(c.jwk)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keycard.LoadKeys(keycard.JWK(text))
	if err != nil {
		t.Fatal(err)
	}
	thumbprint, err := keys.Thumbprint(0)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"cnf": map[string]any{"jkt": thumbprint}}
}

// proof makes a proof for a GET of a path with a token. The map changes replaces claims; a nil
// value removes one.
func (c *client) proof(t *testing.T, now time.Time, path, token string, changes map[string]any) string {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	hash := sha256.Sum256([]byte(token))
	identifier := make([]byte, 12)
	if _, err := rand.Read(identifier); err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{"jti": encode(identifier), "htm": "GET", "htu": origin + path, "iat": now.Unix(), "ath": encode(hash[:])}
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	header, err := json.Marshal(map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": c.jwk})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	input := encode(header) + "." + encode(payload)
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, c.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// replayLimits has the limits of a cache that one key may fill.
func replayLimits(uses int) keycard.ReplayLimits {
	return keycard.ReplayLimits{Uses: uses, Window: time.Minute, Share: 16}
}

// clockAfterStart returns the time of the tests. Its first call returns a minute earlier.
func clockAfterStart() func() keycard.Time {
	next := time.Unix(1_700_000_000, 0).Add(-time.Minute)
	return func() keycard.Time {
		now := next
		next = time.Unix(1_700_000_000, 0)
		return keycard.At(now)
	}
}

// newBoundService makes a service that accepts bound and unbound tokens.
func newBoundService(t *testing.T, change func(*bearer.DPoP)) *service {
	t.Helper()
	return newService(t, func(g *bearer.Guard) {
		cache, err := keycard.NewReplayCache(replayLimits(100), clockAfterStart())
		if err != nil {
			t.Fatal(err)
		}
		g.DPoP = &bearer.DPoP{Algorithms: keycard.ES256 | keycard.EdDSA, Origin: origin, Window: time.Minute, Replay: cache}
		if change != nil {
			change(g.DPoP)
		}
	})
}

// prove sends a request with a token by the scheme DPoP and these proofs.
func (s *service) prove(t *testing.T, path, token string, proofs ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequest("GET", s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "DPoP "+token)
	request.Header["Dpop"] = proofs
	s.rejected = nil
	response, err := s.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response
}

const (
	challenged = `DPoP realm="devices", error="%s", error_description="%s", algs="ES256 EdDSA" + Bearer realm="devices"`
	badProof   = "the DPoP proof is not accepted"
)

func challenges(response *http.Response) string {
	return strings.Join(response.Header.Values("WWW-Authenticate"), " + ")
}

func TestABoundTokenComesThroughWithEachNewProof(t *testing.T) {
	s, c := newBoundService(t, nil), newClient(t)
	token := s.token(t, c.confirmation(t))
	proof := c.proof(t, s.now, "/a%2Fb/%7Ec", token, nil)
	if response := s.prove(t, "/a%2Fb/~c?x=y", token, proof); response.StatusCode != 200 || challenges(response) != "" {
		t.Fatalf("%d, %s, %v", response.StatusCode, challenges(response), s.rejected)
	}
	response := s.prove(t, "/a%2Fb/~c", token, proof)
	if want := fmt.Sprintf(challenged, "invalid_dpop_proof", badProof); response.StatusCode != 401 || challenges(response) != want || !errors.Is(s.rejected, keycard.ErrReplayed) {
		t.Errorf("again: %d, %s, %v", response.StatusCode, challenges(response), s.rejected)
	}
	if response := s.prove(t, "/", token, c.proof(t, s.now, "/", token, nil)); response.StatusCode != 200 {
		t.Errorf("the next one: %d, %v", response.StatusCode, s.rejected)
	}
}

func TestARequestWithoutAGoodProofIsChallenged(t *testing.T) {
	s, c := newBoundService(t, nil), newClient(t)
	bound, free := s.token(t, c.confirmation(t)), s.token(t, nil)
	good := func() string { return c.proof(t, s.now, "/", bound, nil) }
	with := func(name string, value any) string {
		return c.proof(t, s.now, "/", bound, map[string]any{name: value})
	}
	const rejected = "invalid_dpop_proof"
	for _, k := range []struct {
		name   string
		token  string
		proofs []string
		code   string
		told   string
		why    error
	}{
		{"no proof", bound, nil, rejected, "there is no DPoP proof", bearer.ErrNoProof},
		{"two proofs", bound, []string{good(), good()}, rejected, "more than one DPoP proof", bearer.ErrTwoProofs},
		{"no proof at all", bound, []string{"x"}, rejected, badProof, keycard.ErrTokenParts},
		{"another method", bound, []string{with("htm", "POST")}, rejected, badProof, keycard.ErrWrongHTTPMethod},
		{"another path", bound, []string{with("htu", origin+"/other")}, rejected, badProof, keycard.ErrWrongHTTPURI},
		{"the host of the request", bound, []string{with("htu", s.server.URL+"/")}, rejected, badProof, keycard.ErrWrongHTTPURI},
		{"an old proof", bound, []string{with("iat", s.now.Unix()-61)}, rejected, badProof, keycard.ErrProofTooOld},
		{"another token", bound, []string{c.proof(t, s.now, "/", free, nil)}, rejected, badProof, keycard.ErrWrongHash},
		{"no identifier", bound, []string{with("jti", nil)}, rejected, badProof, keycard.ErrClaimMissing},
		{"issued before the start", bound, []string{with("iat", s.now.Unix()-3601)}, rejected, badProof, keycard.ErrProofTooOld},
		{"another key", bound, []string{newClient(t).proof(t, s.now, "/", bound, nil)}, "invalid_token", "the token is not accepted", keycard.ErrWrongConfirmation},
		{"a token that is not bound", free, []string{c.proof(t, s.now, "/", free, nil)}, "invalid_token", "the token is not accepted", nil},
		{"an expired token", s.token(t, map[string]any{"exp": 1, "cnf": c.confirmation(t)["cnf"]}), nil, rejected, "there is no DPoP proof", bearer.ErrNoProof},
	} {
		response := s.prove(t, "/", k.token, k.proofs...)
		want := fmt.Sprintf(challenged, k.code, k.told)
		if response.StatusCode != 401 || challenges(response) != want || s.rejected == nil || (k.why != nil && !errors.Is(s.rejected, k.why)) {
			t.Errorf("%s: %d, %s, %v", k.name, response.StatusCode, challenges(response), s.rejected)
		}
	}
	if response := s.prove(t, "/?access_token=x", bound, good()); response.StatusCode != 400 {
		t.Errorf("a token in the address: %d", response.StatusCode)
	}
}

func TestABoundTokenIsNoBearerToken(t *testing.T) {
	for name, s := range map[string]*service{"with DPoP": newBoundService(t, nil), "without": newService(t, nil)} {
		response := s.send(t, "/", "Bearer "+s.token(t, newClient(t).confirmation(t)))
		want := `Bearer realm="devices", error="invalid_token", error_description="the token is not accepted"`
		if name == "with DPoP" {
			want += ` + DPoP realm="devices", algs="ES256 EdDSA"`
		}
		if response.StatusCode != 401 || challenges(response) != want || !errors.Is(s.rejected, keycard.ErrTokenBound) {
			t.Errorf("%s: %d, %s, %v", name, response.StatusCode, challenges(response), s.rejected)
		}
	}
}

func TestWhoSendsNothingIsToldOfEachScheme(t *testing.T) {
	s := newBoundService(t, nil)
	if response := s.send(t, "/"); challenges(response) != `Bearer realm="devices", scope="read write" + DPoP realm="devices", scope="read write", algs="ES256 EdDSA"` {
		t.Errorf("%s", challenges(response))
	}
	if response := s.send(t, "/", "Bearer "+s.token(t, nil)); response.StatusCode != 200 {
		t.Errorf("a bearer token: %d", response.StatusCode)
	}
	s = newBoundService(t, func(d *bearer.DPoP) { d.Required = true })
	response := s.send(t, "/", "Bearer "+s.token(t, nil))
	if response.StatusCode != 401 || challenges(response) != `DPoP realm="devices", scope="read write", algs="ES256 EdDSA"` {
		t.Errorf("DPoP alone: %d, %s", response.StatusCode, challenges(response))
	}
	s = newService(t, nil)
	if response := s.prove(t, "/", s.token(t, nil)); response.StatusCode != 401 || challenges(response) != `Bearer realm="devices", scope="read write"` {
		t.Errorf("no DPoP: %d, %s", response.StatusCode, challenges(response))
	}
}

func TestAClientIsToldOfTheNonce(t *testing.T) {
	nonces := []string{"newest", "older"}
	s, c := newBoundService(t, func(d *bearer.DPoP) { d.Nonces = func() []string { return nonces } }), newClient(t)
	token := s.token(t, c.confirmation(t))
	for nonce, status := range map[string]int{"newest": 200, "older": 200, "oldest": 401, "": 401} {
		claims := map[string]any{"nonce": nonce}
		if nonce == "" {
			claims = nil
		}
		response := s.prove(t, "/", token, c.proof(t, s.now, "/", token, claims))
		want := ""
		if status == 401 {
			want = fmt.Sprintf(challenged, "use_dpop_nonce", "the DPoP proof needs another nonce")
		}
		if response.StatusCode != status || response.Header.Get("DPoP-Nonce") != "newest" || challenges(response) != want ||
			response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %d, %v, %v", nonce, response.StatusCode, response.Header, s.rejected)
		}
	}
}

func TestARuleForProofsThatIsNotGivenRejectsAll(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bearer.DPoP)
		status int
	}{
		"no algorithms": {func(d *bearer.DPoP) { d.Algorithms = 0 }, 500},
		"no origin":     {func(d *bearer.DPoP) { d.Origin = "" }, 500},
		"no URI":        {func(d *bearer.DPoP) { d.Origin = "api.example" }, 500},
		"no cache":      {func(d *bearer.DPoP) { d.Replay = nil }, 500},
		"a zero cache":  {func(d *bearer.DPoP) { d.Replay = new(keycard.ReplayCache) }, 500},
		"nonces of none": {func(d *bearer.DPoP) {
			d.Nonces = func() []string { return nil }
		}, 500},
		"a full cache": {func(d *bearer.DPoP) {
			d.Replay, _ = keycard.NewReplayCache(replayLimits(1), clockAfterStart())
		}, 503},
		"a cache for a shorter window": {func(d *bearer.DPoP) { d.Window += time.Second }, 500},
		"a key that used its share": {func(d *bearer.DPoP) {
			limits := replayLimits(12)
			limits.Share = 1
			d.Replay, _ = keycard.NewReplayCache(limits, clockAfterStart())
		}, 429},
		"a path of its own": {func(d *bearer.DPoP) { d.Path = func(*http.Request) string { return "/outside" } }, 200},
	} {
		s, client := newBoundService(t, c.change), newClient(t)
		token := s.token(t, client.confirmation(t))
		last := 0
		for n := 0; n < 40 && last != c.status; n++ {
			path := "/"
			if name == "a path of its own" {
				path = "/outside"
			}
			last = s.prove(t, "/", token, client.proof(t, s.now, path, token, nil)).StatusCode
		}
		if last != c.status || (last == 503) != errors.Is(s.rejected, keycard.ErrReplayFull) {
			t.Errorf("%s: %d, %v", name, last, s.rejected)
		}
	}
}

// A header of a proxy may hold any text.
func TestAGuardWithoutACacheIsAtFaultForEachProof(t *testing.T) {
	s, c := newBoundService(t, func(d *bearer.DPoP) { d.Replay = nil }), newClient(t)
	token := s.token(t, c.confirmation(t))
	for _, proof := range []string{"a.b.c", c.proof(t, s.now, "/other", token, nil)} {
		if got := s.prove(t, "/x", token, proof).StatusCode; got != 500 {
			t.Errorf("%d, %v", got, s.rejected)
		}
	}
}

func TestAPathOfItsOwnCannotNameAnotherHost(t *testing.T) {
	for path, status := range map[string]int{".evil.example/x": 400, "@evil.example/x": 400, ":1/x": 400, "*": 400, "/x": 200} {
		s, c := newBoundService(t, func(d *bearer.DPoP) {
			d.Path = func(*http.Request) string { return path }
		}), newClient(t)
		token := s.token(t, c.confirmation(t))
		proof := c.proof(t, s.now, "", token, map[string]any{"htu": origin + path})
		got := s.prove(t, "/", token, proof).StatusCode
		if got != status || (status == 400) != errors.Is(s.rejected, bearer.ErrNoURI) {
			t.Errorf("%s: %d, %v", path, got, s.rejected)
		}
	}
}

func TestAnOriginWithAQueryRejectsEachProof(t *testing.T) {
	for _, end := range []string{"?", "#", "/?a=b"} {
		s, c := newBoundService(t, func(d *bearer.DPoP) { d.Origin = origin + end }), newClient(t)
		token := s.token(t, c.confirmation(t))
		proof := c.proof(t, s.now, "", token, map[string]any{"htu": origin + "/"})
		if got := s.prove(t, "/x", token, proof).StatusCode; got != 500 {
			t.Errorf("%s: %d, %v", end, got, s.rejected)
		}
	}
}

func TestATargetThatNoProofCanNameIsRejected(t *testing.T) {
	s, c := newBoundService(t, nil), newClient(t)
	s.server.Config.DisableGeneralOptionsHandler = true
	token := s.token(t, c.confirmation(t))
	ask := func(method, target, htu string) (*http.Response, string) {
		proof := c.proof(t, s.now, "", token, map[string]any{"htm": method, "htu": htu})
		connection, err := net.Dial("tcp", s.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		s.rejected = nil
		fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nHost: api.example\r\nAuthorization: DPoP %s\r\nDPoP: %s\r\nConnection: close\r\n\r\n",
			method, target, token, proof)
		response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: "GET"})
		if err != nil {
			t.Fatalf("%s %s: %v", method, target, err)
		}
		response.Body.Close()
		return response, challenges(response)
	}
	want := fmt.Sprintf(challenged, "invalid_request", "a DPoP proof cannot name the target of the request")
	for _, k := range []struct{ method, target, htu string }{
		{"OPTIONS", "*", origin + "*"},
		{"OPTIONS", "*", origin + "/*"},
		{"CONNECT", "api.example:443", origin},
	} {
		response, told := ask(k.method, k.target, k.htu)
		if response.StatusCode != 400 || told != want || !errors.Is(s.rejected, bearer.ErrNoURI) {
			t.Errorf("%s %s: %d, %s, %v", k.method, k.target, response.StatusCode, told, s.rejected)
		}
	}
	// RFC 3986 section 3.3: the client chose the path, so the error is about the proof.
	want = fmt.Sprintf(challenged, "invalid_dpop_proof", "the DPoP proof is not accepted")
	response, told := ask("GET", "/a[b]", origin+"/a[b]")
	if response.StatusCode != 401 || told != want || !errors.Is(s.rejected, keycard.ErrURIMalformed) {
		t.Errorf("GET /a[b]: %d, %s, %v", response.StatusCode, told, s.rejected)
	}
	for target, htu := range map[string]string{
		"/": origin, "/b/../c": origin + "/c", "/c": origin + "/b/../c", "/%2b": origin + "/%2B", "/a|b": origin + "/a%7cb",
	} {
		if response, _ := ask("GET", target, htu); response.StatusCode != 200 {
			t.Errorf("GET %s: %d, %v", target, response.StatusCode, s.rejected)
		}
	}
	if response, _ := ask("OPTIONS", "/", origin+"/"); response.StatusCode != 200 {
		t.Errorf("OPTIONS /: %d, %v", response.StatusCode, s.rejected)
	}
}
