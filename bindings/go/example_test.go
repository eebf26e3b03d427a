package keycard_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// What an Okta authorization server issued on 14 November 2023, and when it is looked at.
var (
	demoKeys  = demo("es256_keys.json")
	demoToken = strings.TrimSpace(string(demo("es256_access_token.jwt")))
	demoTime  = time.Unix(1_700_000_060, 0)
)

func demo(file string) []byte {
	text, _ := os.ReadFile("../../tests/vectors/demo/" + file)
	return text
}

func demoValidator() *keycard.Validator {
	keys, err := keycard.ParseJWKS(demoKeys)
	if err != nil {
		panic(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile:    keycard.ProfileAccessToken,
		Algorithms: keycard.ES256,
		Issuer:     "https://dev-1234567.okta.example/oauth2/default",
		Audiences:  []string{"api://default"},
		Scopes:     []string{"telemetry:write"},
	})
	if err != nil {
		panic(err)
	}
	return validator
}

func Example() {
	keys, err := keycard.ParseJWKS(demoKeys)
	if err != nil {
		panic(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile:    keycard.ProfileAccessToken,
		Algorithms: keycard.ES256,
		Issuer:     "https://dev-1234567.okta.example/oauth2/default",
		Audiences:  []string{"api://default"},
	})
	if err != nil {
		panic(err)
	}
	token, err := validator.Validate(demoToken, demoTime)
	if err != nil {
		panic(err)
	}
	fmt.Println(token.String("cid"))
	fmt.Println("checked:", token.Passed())
	// Output:
	// 0oa2mv8c5m9Hd6q2t5d7 <nil>
	// checked: signature, issuer, audience, expiry, kind
}

func ExampleError() {
	_, err := demoValidator().Validate(demoToken, demoTime.Add(time.Hour))
	fmt.Println(errors.Is(err, keycard.ErrExpired))
	var refused *keycard.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Stage, refused.Claim)
	}
	fmt.Println(err)
	// Output:
	// true
	// time exp
	// keycard: the token has expired (exp)
}

func ExampleToken_Claims() {
	token, err := demoValidator().Validate(demoToken, demoTime)
	if err != nil {
		panic(err)
	}
	var claims struct {
		Client string   `json:"cid"`
		Scopes []string `json:"scp"`
	}
	if err := token.Claims(&claims); err != nil {
		panic(err)
	}
	fmt.Println(claims.Client, claims.Scopes)
	// Output: 0oa2mv8c5m9Hd6q2t5d7 [telemetry:write telemetry:read]
}

// Rotation: the next keys are loaded beside those in use, then exchanged.
func ExampleValidator_SetKeys() {
	validator := demoValidator()
	next, err := keycard.ParseJWKS([]byte(`{"keys":[]}`))
	if err != nil {
		panic(err)
	}
	if err := validator.SetKeys(next); err != nil {
		panic(err)
	}
	_, err = validator.Validate(demoToken, demoTime)
	fmt.Println(errors.Is(err, keycard.ErrKeyNotFound))
	// Output: true
}

func ExampleValidator_ValidateAll() {
	for _, verdict := range demoValidator().ValidateAll([]string{demoToken, "a.b.c"}, demoTime) {
		fmt.Println(verdict.Token != nil, verdict.Err)
	}
	// Output:
	// true <nil>
	// false keycard: base64url has an impossible length, at byte 1
}

// A client keeps the verifier and sends the challenge; the authorization server stores the challenge with the code
// and gets the verifier when the code is exchanged.
func ExampleCodeExchange() {
	verifier, err := keycard.NewCodeVerifier()
	if err != nil {
		panic(err)
	}
	challenge, err := keycard.CodeChallenge(verifier)
	if err != nil {
		panic(err)
	}
	exchange := keycard.CodeExchange{
		Challenge: &challenge,
		Method:    keycard.Text(keycard.S256),
		Verifier:  &verifier,
	}
	fmt.Println(exchange.Verify())
	exchange.Verifier = nil
	fmt.Println(errors.Is(exchange.Verify(), keycard.ErrPKCEDowngrade))
	// Output:
	// <nil>
	// true
}
