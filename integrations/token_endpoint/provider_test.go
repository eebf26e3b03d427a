package main

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const (
	idJAG    = "oauth-id-jag+jwt"
	provider = "https://idp.example"
)

// exchangeGrant sends a token request with the grant of a provider, and a new client assertion.
func (c *signingClient) exchangeGrant(grant string, more ...string) tokenResponse {
	c.Helper()
	form := url.Values{
		"grant_type": {jwtGrant}, "assertion": {grant},
		"client_assertion_type": {jwtBearer}, "client_assertion": {c.assertion(assertionType, nil)},
	}
	for n := 0; n+1 < len(more); n += 2 {
		form.Add(more[n], more[n+1])
	}
	return c.post("/token", "application/x-www-form-urlencoded", form.Encode())
}

// newGranted makes a client and a provider that signs grants with the same key.
func newGranted(t *testing.T) *signingClient {
	t.Helper()
	c := newSigningClient(t)
	keys, err := keycard.ParseJWKS(c.jwks)
	if err != nil {
		t.Fatal(err)
	}
	c.server.SetProvider(provider, Provider{Keys: keys, Scopes: []string{"read", "write"}})
	return c
}

// grant makes an ID-JAG, with some claims replaced; nil removes one.
func (c *signingClient) grant(tokenType string, changes map[string]any) string {
	c.Helper()
	all := map[string]any{
		"iss": provider, "sub": "user-7", "client_id": "signing", "scope": "read write", "resource": resource,
	}
	for name, value := range changes {
		all[name] = value
	}
	return c.assertion(tokenType, all)
}

func TestAClientExchangesAGrantOnce(t *testing.T) {
	c := newGranted(t)
	grant := c.grant(idJAG, nil)
	answer := c.exchangeGrant(grant, "scope", "read")
	if answer.status != 200 {
		t.Fatalf("%+v", answer)
	}
	keys, err := keycard.ParseJWKS(c.server.signer.jwks)
	if err != nil {
		t.Fatal(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile: keycard.ProfileAccessTokenRFC9068, Algorithms: keycard.ES256, Issuer: "https://id.example",
		Audiences: []string{resource}, Scopes: []string{"read"}, Subject: keycard.Text(provider + " user-7"),
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := validator.Validate(answer.AccessToken, c.now)
	if err != nil || token.HasScope("write") {
		t.Errorf("%v, %v", token, err)
	}
	if answer := c.exchangeGrant(grant); answer.Error != "invalid_grant" {
		t.Errorf("the second use: %+v", answer)
	}
	if answer := c.exchangeGrant(c.grant(idJAG, nil)); answer.status != 200 {
		t.Errorf("another grant: %+v", answer)
	}
}

func TestRejectsAGrantForAnotherServerClientOrScope(t *testing.T) {
	c := newGranted(t)
	other, err := newSigner()
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.sign(idJAG, map[string]any{
		"iss": provider, "sub": "user-7", "aud": "https://id.example", "client_id": "signing", "jti": "f",
		"iat": c.now.Unix(), "exp": c.now.Unix() + 60,
	})
	if err != nil {
		t.Fatal(err)
	}
	right := c.grant(idJAG, map[string]any{"jti": "right"})
	changed := func(name string, value any) string { return c.grant(idJAG, map[string]any{name: value}) }
	for name, answer := range map[string]tokenResponse{
		"no JWT":                 c.exchangeGrant("x"),
		"another signer":         c.exchangeGrant(forged),
		"an unknown provider":    c.exchangeGrant(changed("iss", "https://other.example")),
		"the server as provider": c.exchangeGrant(changed("iss", "https://id.example")),
		"another client":         c.exchangeGrant(changed("client_id", "app")),
		"no client":              c.exchangeGrant(changed("client_id", nil)),
		"another server":         c.exchangeGrant(changed("aud", "https://b.example")),
		"two servers":            c.exchangeGrant(changed("aud", []string{"https://id.example", "https://b.example"})),
		"no user":                c.exchangeGrant(changed("sub", nil)),
		"no jti":                 c.exchangeGrant(changed("jti", nil)),
		"a long life":            c.exchangeGrant(changed("exp", c.now.Unix()+301)),
		"expired":                c.exchangeGrant(changed("exp", c.now.Unix())),
		"bound to a key":         c.exchangeGrant(changed("cnf", map[string]string{"jkt": strings.Repeat("A", 43)})),
		"a client assertion":     c.exchangeGrant(c.assertion(assertionType, nil)),
		"an ID token":            c.exchangeGrant(c.grant("JWT", nil)),
		"an access token":        c.exchangeGrant(c.grant("at+jwt", nil)),
		"scopes of another type": c.exchangeGrant(changed("scope", 1)),
	} {
		if answer.status != 400 || answer.Error != "invalid_grant" {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	for name, answer := range map[string]tokenResponse{
		"a scope that was not granted":           c.exchangeGrant(right, "scope", "read admin"),
		"a scope that the provider has no right": c.exchangeGrant(changed("scope", "read admin"), "scope", "admin"),
	} {
		if answer.status != 400 || answer.Error != "invalid_scope" {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	if answer := c.exchangeGrant(right, "assertion", right); answer.Error != "invalid_request" {
		t.Errorf("two grants: %+v", answer)
	}
	if answer := c.exchangeGrant(right, "client_assertion", "x"); answer.Error != "invalid_request" {
		t.Errorf("two authentications: %+v", answer)
	}
	form := url.Values{"grant_type": {jwtGrant}, "assertion": {right}, "client_id": {"app"}}
	if answer := c.post("/token", "application/x-www-form-urlencoded", form.Encode()); answer.Error != "unauthorized_client" {
		t.Errorf("a public client: %+v", answer)
	}
	// None of them has spent the grant.
	if answer := c.exchangeGrant(right); answer.status != 200 {
		t.Errorf("%+v", answer)
	}
}

// The grants of tests/vectors/kinds.json, which PyJWT and joserfc signed.
func TestTakesTheGrantsOfForeignPrograms(t *testing.T) {
	text, err := os.ReadFile("../../tests/vectors/kinds.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Now    int64
		JWKS   struct{ Keys []json.RawMessage }
		Tokens []struct{ Kind, Program, Token string }
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	keys, err := keycard.ParseJWKS([]byte(`{"keys":[` + string(vectors.JWKS.Keys[0]) + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	const client = "s6BhdRkqt3"
	now := time.Unix(vectors.Now-600, 0)
	f := newFlowAt(t, "https://as.example", func() time.Time { return now })
	now = time.Unix(vectors.Now, 0)
	f.server.SetProvider(provider, Provider{Keys: keys, Scopes: []string{"read"}})
	signer, err := newSigner()
	if err != nil {
		t.Fatal(err)
	}
	clientKeys, err := keycard.ParseJWKS(signer.jwks)
	if err != nil {
		t.Fatal(err)
	}
	f.server.SetClient(client, Client{Keys: clientKeys})
	taken := 0
	for n, row := range vectors.Tokens {
		assertion, err := signer.sign(assertionType, map[string]any{
			"iss": client, "sub": client, "aud": "https://as.example", "jti": string(rune('a' + n)), "exp": vectors.Now + 60,
		})
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{
			"grant_type": {jwtGrant}, "assertion": {row.Token},
			"client_assertion_type": {jwtBearer}, "client_assertion": {assertion},
		}
		answer := f.post("/token", "application/x-www-form-urlencoded", form.Encode())
		// The two programs signed the same jti, which counts once.
		isFirst := row.Kind == "ID-JAG" && taken == 0
		if (answer.status == 200) != isFirst || !isFirst && answer.Error != "invalid_grant" {
			t.Errorf("%s of %s: %+v", row.Kind, row.Program, answer)
		}
		if isFirst {
			taken++
		}
	}
	if taken != 1 {
		t.Error("no grant was taken")
	}
}
