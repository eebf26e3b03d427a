package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

const callback = "http://client.example/callback"

// A flow is a client that uses the server over HTTP.
type flow struct {
	*testing.T
	server *Server
	http   *httptest.Server
	client *http.Client
}

func newFlow(t *testing.T) *flow {
	t.Helper()
	return newFlowAt(t, "https://id.example", time.Now)
}

// newFlowAt uses a server with this issuer and clock.
func newFlowAt(t *testing.T, issuer string, now func() time.Time) *flow {
	t.Helper()
	server, err := newServer(issuer, now)
	if err != nil {
		t.Fatal(err)
	}
	server.SetClient("app", Client{RedirectURI: callback})
	server.SetClient("old", Client{RedirectURI: callback, AllowPlain: true, PKCEOptional: true})
	service := httptest.NewServer(server)
	t.Cleanup(service.Close)
	client := service.Client()
	// Do not follow redirects: the test itself is the client.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &flow{t, server, service, client}
}

// authorize sends an authorization request and returns the parameters of the redirect to the
// client.
func (f *flow) authorize(id string, more ...string) url.Values {
	f.Helper()
	query := url.Values{"client_id": {id}, "redirect_uri": {callback}, "response_type": {"code"}, "state": {"s"}, "scope": {"read"}}
	for n := 0; n+1 < len(more); n += 2 {
		query.Add(more[n], more[n+1])
	}
	response, err := f.client.Get(f.http.URL + "/authorize?" + query.Encode())
	if err != nil {
		f.Fatal(err)
	}
	response.Body.Close()
	location, err := response.Location()
	if err != nil || !strings.HasPrefix(location.String(), callback+"?") {
		f.Fatalf("%d, to %v: %v", response.StatusCode, location, err)
	}
	answer := location.Query()
	if answer.Get("state") != "s" || answer.Get("iss") != "https://id.example" {
		f.Errorf("%v", answer)
	}
	return answer
}

// code returns the code of an authorization request, which must succeed.
func (f *flow) code(id string, more ...string) string {
	f.Helper()
	answer := f.authorize(id, more...)
	if answer.Get("code") == "" {
		f.Fatalf("%v", answer)
	}
	return answer.Get("code")
}

type tokenResponse struct {
	status      int
	header      http.Header
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Error       string `json:"error"`
}

// exchange sends a token request.
func (f *flow) exchange(id, code string, more ...string) tokenResponse {
	f.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "client_id": {id}, "redirect_uri": {callback}, "code": {code}}
	for n := 0; n+1 < len(more); n += 2 {
		form.Add(more[n], more[n+1])
	}
	return f.post("/token", "application/x-www-form-urlencoded", form.Encode())
}

func (f *flow) post(path, kind, body string) tokenResponse {
	f.Helper()
	response, err := f.client.Post(f.http.URL+path, kind, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	defer response.Body.Close()
	answer := tokenResponse{status: response.StatusCode, header: response.Header}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		f.Fatal(err)
	}
	if answer.header.Get("Cache-Control") != "no-store" || (answer.AccessToken != "") != (answer.status == 200) {
		f.Errorf("%+v", answer)
	}
	return answer
}

func pair(t *testing.T) (verifier, challenge string) {
	t.Helper()
	verifier, err := keycard.NewCodeVerifier()
	if err == nil {
		challenge, err = keycard.CodeChallenge(verifier)
	}
	if err != nil {
		t.Fatal(err)
	}
	return verifier, challenge
}

func TestAClientGetsATokenThatItsResourceTakes(t *testing.T) {
	f := newFlow(t)
	verifier, challenge := pair(t)
	code := f.code("app", "code_challenge", challenge, "code_challenge_method", "S256")
	answer := f.exchange("app", code, "code_verifier", verifier)
	if answer.status != 200 || answer.TokenType != "Bearer" {
		t.Fatalf("%+v", answer)
	}

	response, err := f.client.Get(f.http.URL + "/jwks")
	if err != nil {
		t.Fatal(err)
	}
	jwks, _ := io.ReadAll(response.Body)
	response.Body.Close()
	keys, err := keycard.ParseJWKS(jwks)
	if err != nil {
		t.Fatal(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile: keycard.ProfileAccessTokenRFC9068, Algorithms: keycard.ES256, Issuer: "https://id.example",
		Audiences: []string{resource}, Scopes: []string{"read"}, Subject: keycard.Text(user),
	})
	if err != nil {
		t.Fatal(err)
	}
	guarded := httptest.NewServer(bearer.Guard{Validator: validator}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := bearer.Token(r.Context())
		client, _ := token.String("client_id")
		_, _ = io.WriteString(w, client)
	})))
	defer guarded.Close()
	for token, status := range map[string]int{answer.AccessToken: 200, answer.AccessToken + "A": 401} {
		request, _ := http.NewRequest("GET", guarded.URL, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := guarded.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != status || (string(body) == "app") != (status == 200) {
			t.Errorf("%d, %q", response.StatusCode, body)
		}
	}
}

func TestEachAttemptAtADowngradeIsRejected(t *testing.T) {
	f := newFlow(t)
	verifier, challenge := pair(t)
	other, _ := pair(t)
	s256 := []string{"code_challenge", challenge, "code_challenge_method", "S256"}
	plain := []string{"code_challenge", verifier, "code_challenge_method", "plain"}
	for _, c := range []struct {
		name      string
		client    string
		authorize []string
		// The registration of the client at the time of the exchange, if it differs.
		then     *Client
		exchange []string
		status   int
		err      string
	}{
		{"right", "app", s256, nil, []string{"code_verifier", verifier}, 200, ""},
		{"a wrong verifier", "app", s256, nil, []string{"code_verifier", other}, 400, "invalid_grant"},
		{"the challenge as the verifier", "app", s256, nil, []string{"code_verifier", challenge}, 400, "invalid_grant"},
		{"a challenge without a verifier", "app", s256, nil, nil, 400, "invalid_request"},
		{"that, where PKCE is optional", "old", s256, nil, nil, 400, "invalid_request"},
		{"an empty verifier", "app", s256, nil, []string{"code_verifier", ""}, 400, "invalid_request"},
		{"a verifier that is too short", "app", s256, nil, []string{"code_verifier", verifier[1:]}, 400, "invalid_request"},
		{"a verifier that is too long", "app", s256, nil, []string{"code_verifier", strings.Repeat("a", 129)}, 400, "invalid_request"},
		{"a verifier of other characters", "app", s256, nil, []string{"code_verifier", verifier[1:] + "+"}, 400, "invalid_request"},
		{"two verifiers", "app", s256, nil, []string{"code_verifier", verifier, "code_verifier", verifier}, 400, "invalid_request"},
		{"a verifier without a challenge", "old", nil, nil, []string{"code_verifier", verifier}, 400, "invalid_grant"},
		{"an empty one without a challenge", "old", nil, nil, []string{"code_verifier", ""}, 400, "invalid_grant"},
		{"neither, where PKCE is optional", "old", nil, nil, nil, 200, ""},
		{"neither, where it has become required", "old", nil, &Client{RedirectURI: callback}, nil, 400, "invalid_grant"},
		{"plain, where it is taken", "old", plain, nil, []string{"code_verifier", verifier}, 200, ""},
		{"plain, where S256 has become required", "old", plain, &Client{RedirectURI: callback}, []string{"code_verifier", verifier}, 400, "invalid_grant"},
		{"plain by want of a method, likewise", "old", plain[:2], &Client{RedirectURI: callback}, []string{"code_verifier", verifier}, 400, "invalid_grant"},
		{"an S256 challenge sent back as plain", "old", []string{"code_challenge", challenge}, nil, []string{"code_verifier", verifier}, 400, "invalid_grant"},
	} {
		f.server.SetClient("old", Client{RedirectURI: callback, AllowPlain: true, PKCEOptional: true})
		code := f.code(c.client, c.authorize...)
		if c.then != nil {
			f.server.SetClient(c.client, *c.then)
		}
		answer := f.exchange(c.client, code, c.exchange...)
		if answer.status != c.status || answer.Error != c.err {
			t.Errorf("%s: %d %q", c.name, answer.status, answer.Error)
		}
		// A request with two verifiers is rejected at once, and the code is still valid.
		again := f.exchange(c.client, code, "code_verifier", verifier)
		if again.Error != "invalid_grant" && c.name != "two verifiers" {
			t.Errorf("%s, and again: %d %q", c.name, again.status, again.Error)
		}
	}
}

func TestAnAuthorizationRequestThatCannotBeVerifiedGetsNoCode(t *testing.T) {
	f := newFlow(t)
	verifier, challenge := pair(t)
	for name, more := range map[string][]string{
		"no challenge":                nil,
		"a method alone":              {"code_challenge_method", "S256"},
		"plain":                       {"code_challenge", verifier, "code_challenge_method", "plain"},
		"no method, which is plain":   {"code_challenge", challenge},
		"an unknown method":           {"code_challenge", challenge, "code_challenge_method", "S512"},
		"an empty method":             {"code_challenge", challenge, "code_challenge_method", ""},
		"a method in another case":    {"code_challenge", challenge, "code_challenge_method", "s256"},
		"an empty challenge":          {"code_challenge", "", "code_challenge_method", "S256"},
		"a challenge that is no hash": {"code_challenge", challenge + "A", "code_challenge_method", "S256"},
	} {
		answer := f.authorize("app", more...)
		if answer.Get("error") != "invalid_request" || answer.Has("code") || answer.Get("error_description") == "" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	answer := f.authorize("old", "code_challenge_method", "S256")
	if answer.Get("error") != "invalid_request" || answer.Has("code") {
		t.Errorf("a method alone, where PKCE is optional: %v", answer)
	}
	for name, query := range map[string]string{
		"an unknown client":     "client_id=other&redirect_uri=" + url.QueryEscape(callback) + "&response_type=code",
		"another's address":     "client_id=app&redirect_uri=" + url.QueryEscape("http://thief.example/") + "&response_type=code",
		"two challenges":        "client_id=app&redirect_uri=" + url.QueryEscape(callback) + "&response_type=code&code_challenge=a&code_challenge=b",
		"an address that grows": "client_id=app&redirect_uri=" + url.QueryEscape(callback+"/more") + "&response_type=code",
	} {
		response, err := f.client.Get(f.http.URL + "/authorize?" + query)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 400 || response.Header.Get("Location") != "" {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
}

func TestACodeIsGoodOnceForItsClientAndForAMinute(t *testing.T) {
	f := newFlow(t)
	verifier, challenge := pair(t)
	ask := func() string { return f.code("app", "code_challenge", challenge, "code_challenge_method", "S256") }
	code := ask()
	if answer := f.exchange("old", code, "code_verifier", verifier); answer.Error != "invalid_grant" {
		t.Errorf("by another client: %+v", answer)
	}
	if answer := f.exchange("app", ask(), "code_verifier", verifier, "redirect_uri", callback); answer.Error != "invalid_request" {
		t.Errorf("with an address twice: %+v", answer)
	}
	code = ask()
	now := time.Now()
	f.server.now = func() time.Time { return now.Add(codeLifetime) }
	if answer := f.exchange("app", code, "code_verifier", verifier); answer.Error != "invalid_grant" {
		t.Errorf("a minute later: %+v", answer)
	}

	code = ask()
	answers := make([]tokenResponse, 16)
	var group sync.WaitGroup
	for n := range answers {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			answers[n] = f.exchange("app", code, "code_verifier", verifier)
		}(n)
	}
	group.Wait()
	accepted := 0
	for _, answer := range answers {
		if answer.status == 200 {
			accepted++
		}
	}
	if accepted != 1 {
		t.Errorf("one code was exchanged %d times", accepted)
	}
}

func TestATokenRequestIsAFormWithEachParameterOnce(t *testing.T) {
	f := newFlow(t)
	const form = "application/x-www-form-urlencoded"
	verifier, challenge := pair(t)
	request := func() string {
		code := f.code("app", "code_challenge", challenge, "code_challenge_method", "S256")
		return url.Values{"grant_type": {"authorization_code"}, "client_id": {"app"}, "redirect_uri": {callback}, "code": {code},
			"code_verifier": {verifier}}.Encode()
	}
	whole := request()
	for _, c := range []struct{ name, path, kind, body, err string }{
		{"JSON", "/token", "application/json", "{}", "invalid_request"},
		{"nothing", "/token", "", "", "invalid_request"},
		{"in the address", "/token?" + whole, form, "", "unsupported_grant_type"},
		{"another grant", "/token", form, "grant_type=password&client_id=app", "unsupported_grant_type"},
		{"an unknown client", "/token", form, "grant_type=authorization_code&client_id=other", "invalid_client"},
		{"no code", "/token", form, "grant_type=authorization_code&client_id=app", "invalid_request"},
		{"for another address", "/token", form, strings.Replace(request(), "callback", "other", 1), "invalid_grant"},
		{"an unknown code", "/token", form, "grant_type=authorization_code&client_id=app&code=x", "invalid_grant"},
		{"too long", "/token", form, whole + "&x=" + strings.Repeat("x", longestRequest), "invalid_request"},
		{"a code twice", "/token", form, whole + "&code=x", "invalid_request"},
		{"right", "/token", form, whole, ""},
	} {
		if answer := f.post(c.path, c.kind, c.body); answer.Error != c.err {
			t.Errorf("%s: %d %q", c.name, answer.status, answer.Error)
		}
	}
}
