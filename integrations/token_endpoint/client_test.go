package main

import (
	"fmt"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const assertionType = "client-authentication+jwt"

// A signingClient authenticates by private_key_jwt.
type signingClient struct {
	*flow
	*signer
	now                       time.Time
	verifier, challenge, code string
	assertionsMade            int
}

func newSigningClient(t *testing.T) *signingClient {
	t.Helper()
	f := newFlow(t)
	signer, err := newSigner()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keycard.ParseJWKS(signer.jwks)
	if err != nil {
		t.Fatal(err)
	}
	f.server.SetClient("signing", Client{RedirectURI: callback, Keys: keys})
	c := &signingClient{flow: f, signer: signer, now: time.Now().Add(time.Minute)}
	// Later than the start of the server, which rejects older assertions because they may have been
	// used.
	f.server.now = func() time.Time { return c.now }
	c.verifier, c.challenge = pair(t)
	c.code = f.code("signing", "code_challenge", c.challenge, "code_challenge_method", "S256")
	return c
}

// assertion makes an assertion, with some claims replaced; nil removes one.
func (c *signingClient) assertion(tokenType string, changes map[string]any) string {
	c.Helper()
	c.assertionsMade++
	claims := map[string]any{
		"iss": "signing", "sub": "signing", "aud": "https://id.example",
		"jti": fmt.Sprint(c.assertionsMade), "iat": c.now.Unix(), "exp": c.now.Unix() + 60,
	}
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	token, err := c.sign(tokenType, claims)
	if err != nil {
		c.Fatal(err)
	}
	return token
}

func (c *signingClient) exchangeBy(id, assertion string) tokenResponse {
	c.Helper()
	return c.exchange(id, c.code, "code_verifier", c.verifier,
		"client_assertion_type", jwtBearer, "client_assertion", assertion)
}

func TestAClientAuthenticatesByAnAssertionOnce(t *testing.T) {
	c := newSigningClient(t)
	assertion := c.assertion(assertionType, nil)
	if answer := c.exchangeBy("signing", assertion); answer.status != 200 {
		t.Fatalf("%+v", answer)
	}
	c.code = c.flow.code("signing", "code_challenge", c.challenge, "code_challenge_method", "S256")
	if answer := c.exchangeBy("signing", assertion); answer.Error != "invalid_client" {
		t.Errorf("the second use: %+v", answer)
	}
	// Without iat, an array of one audience, and an older type.
	older := c.assertion("JWT", map[string]any{"iat": nil, "aud": []string{"https://id.example"}, "exp": c.now.Unix() + 300})
	if answer := c.exchangeBy("signing", older); answer.status != 200 {
		t.Errorf("%+v", answer)
	}
}

func TestRejectsAClientThatDoesNotProveItself(t *testing.T) {
	c := newSigningClient(t)
	other, err := newSigner()
	if err != nil {
		t.Fatal(err)
	}
	forged, err := other.sign(assertionType, map[string]any{
		"iss": "signing", "sub": "signing", "aud": "https://id.example", "jti": "f", "exp": c.now.Unix() + 60,
	})
	if err != nil {
		t.Fatal(err)
	}
	right := c.assertion(assertionType, nil)
	changed := func(name string, value any) string { return c.assertion(assertionType, map[string]any{name: value}) }
	for name, answer := range map[string]tokenResponse{
		"no assertion":                c.exchange("signing", c.code, "code_verifier", c.verifier),
		"an assertion without a type": c.exchange("signing", c.code, "code_verifier", c.verifier, "client_assertion", right),
		"a type without an assertion": c.exchange("signing", c.code, "code_verifier", c.verifier, "client_assertion_type", jwtBearer),
		"the id of another client":    c.exchangeBy("app", right),
		"a public client":             c.exchangeBy("app", c.assertion(assertionType, map[string]any{"iss": "app", "sub": "app"})),
		"the keys of another client":  c.exchangeBy("signing", forged),
		"an access token":             c.exchangeBy("signing", c.assertion("at+jwt", nil)),
		"another subject":             c.exchangeBy("signing", changed("sub", "app")),
		"the token endpoint":          c.exchangeBy("signing", changed("aud", "https://id.example/token")),
		"two audiences":               c.exchangeBy("signing", changed("aud", []string{"https://id.example", "https://b.example"})),
		"no jti":                      c.exchangeBy("signing", changed("jti", nil)),
		"no exp":                      c.exchangeBy("signing", changed("exp", nil)),
		"a long life":                 c.exchangeBy("signing", changed("exp", c.now.Unix()+301)),
		"expired":                     c.exchangeBy("signing", changed("exp", c.now.Unix())),
		"from before the start":       c.exchangeBy("signing", changed("iat", c.now.Unix()-120)),
	} {
		if answer.status != 401 || answer.Error != "invalid_client" {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	// None of them has spent the code or the assertion.
	if answer := c.exchangeBy("signing", right); answer.status != 200 {
		t.Errorf("%+v", answer)
	}
}
