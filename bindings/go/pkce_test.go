package keycard_test

import (
	"errors"
	"strings"
	"testing"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func TestACodeVerifierFitsItsChallengeOnly(t *testing.T) {
	verifier, other := must(keycard.NewCodeVerifier()), must(keycard.NewCodeVerifier())
	if verifier == other || len(verifier) != 43 {
		t.Fatalf("%q and %q", verifier, other)
	}
	challenge := must(keycard.CodeChallenge(verifier))
	text, s256, plain, nothing := keycard.Text, keycard.Text(keycard.S256), keycard.Text("plain"), (*string)(nil)
	for _, c := range []struct {
		name     string
		exchange keycard.CodeExchange
		want     error
	}{
		{"right", keycard.CodeExchange{Challenge: &challenge, Method: s256, Verifier: &verifier}, nil},
		{"another verifier", keycard.CodeExchange{Challenge: &challenge, Method: s256, Verifier: &other}, keycard.ErrPKCEMismatch},
		{"no verifier", keycard.CodeExchange{Challenge: &challenge, Method: s256}, keycard.ErrPKCEDowngrade},
		{"no verifier, PKCE optional", keycard.CodeExchange{Challenge: &challenge, Method: s256, Optional: true}, keycard.ErrPKCEDowngrade},
		{"no challenge", keycard.CodeExchange{Verifier: &verifier}, keycard.ErrPKCEDowngrade},
		{"no challenge, PKCE optional", keycard.CodeExchange{Verifier: &verifier, Optional: true}, keycard.ErrPKCEDowngrade},
		{"plain", keycard.CodeExchange{Challenge: &verifier, Method: plain, Verifier: &verifier}, keycard.ErrPKCEDowngrade},
		{"plain, by name", keycard.CodeExchange{Challenge: &verifier, Method: plain, Verifier: &verifier, AllowPlain: true}, nil},
		{"plain for want of a method", keycard.CodeExchange{Challenge: &verifier, Verifier: &verifier}, keycard.ErrPKCEDowngrade},
		{"neither", keycard.CodeExchange{}, keycard.ErrPKCEMissing},
		{"neither, optional", keycard.CodeExchange{Optional: true}, keycard.ErrPKCENotUsed},
		{"an empty verifier", keycard.CodeExchange{Challenge: &challenge, Method: s256, Verifier: text("")}, keycard.ErrCodeVerifierMalformed},
		{"a short verifier", keycard.CodeExchange{Challenge: &challenge, Method: s256, Verifier: text(verifier[1:])}, keycard.ErrCodeVerifierMalformed},
		{"an empty challenge", keycard.CodeExchange{Challenge: text(""), Method: s256, Verifier: &verifier}, keycard.ErrCodeChallengeMalformed},
		{"an unknown method", keycard.CodeExchange{Challenge: &challenge, Method: text("S512"), Verifier: &verifier}, keycard.ErrCodeChallengeMethod},
		{"an empty verifier and no challenge, optional", keycard.CodeExchange{Challenge: nothing, Verifier: text(""), Optional: true}, keycard.ErrPKCEDowngrade},
	} {
		if err := c.exchange.Verify(); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v in place of %v", c.name, err, c.want)
		}
	}
	for _, verifier := range []string{"", strings.Repeat("a", 42), strings.Repeat("a", 129), strings.Repeat("ä", 30)} {
		if challenge, err := keycard.CodeChallenge(verifier); challenge != "" || !errors.Is(err, keycard.ErrCodeVerifierMalformed) {
			t.Errorf("%q: %q, %v", verifier, challenge, err)
		}
	}
	// RFC 7636 appendix B.
	if got := must(keycard.CodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")); got != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Error(got)
	}
}
