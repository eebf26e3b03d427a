package keycard_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// A token that an Okta authorization server issued on 14 November 2023, and the time of its
// validation.
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
	var rejected *keycard.Error
	if errors.As(err, &rejected) {
		fmt.Println(rejected.Stage, rejected.Member)
	}
	fmt.Println(err)
	// Output:
	// true
	// time exp
	// keycard: time: the token has expired (exp 2023-11-14T23:13:20Z, 60 s before now 2023-11-14T23:14:20Z)
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

// To rotate keys, load the next ones while the old ones are in use, then replace the old ones.
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
	// false keycard: header: base64url has an impossible length, at byte 1
}

// A client keeps the verifier and sends the challenge. The authorization server stores the
// challenge with the code, and gets the verifier when the code is exchanged.
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

// An application that already has a key object passes the object. The rules add what the object
// does not contain, such as the kid.
func ExamplePublicKey() {
	var key *ecdsa.PublicKey = demoKey()
	keys, err := keycard.LoadKeys(keycard.PublicKey(key).By(keycard.KeyRules{ID: keycard.Text("2026-11")}))
	if err != nil {
		panic(err)
	}
	fmt.Println(keys.Len())
	// Output: 1
}

// The key management seals an image, and sends its digest through another channel.
func ExampleOpenImage() {
	keys, err := keycard.ParseJWKS(demoKeys)
	if err != nil {
		panic(err)
	}
	image, err := keys.Image(7)
	if err != nil {
		panic(err)
	}
	digest := sha256.Sum256(image)

	opened, err := keycard.OpenImage(image, keycard.ImageRules{Digest: &digest, MinVersion: 7})
	if err != nil {
		panic(err)
	}
	fmt.Println(opened.Len())
	// Output: 1
}

// The verifier here stands for an HSM, or a service that has the keys.
func ExampleValidator_WithVerifier() {
	key := demoKey()
	validator, err := demoValidator().WithVerifier(
		func(_ int, algorithm keycard.Algorithms, message, signature []byte) bool {
			if algorithm != keycard.ES256 || len(signature) != 64 {
				return false
			}
			digest := sha256.Sum256(message)
			r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
			return ecdsa.Verify(key, digest[:], r, s)
		})
	if err != nil {
		panic(err)
	}
	token, err := validator.Validate(demoToken, demoTime)
	if err != nil {
		panic(err)
	}
	fmt.Println(token.String("cid"))
	// Output: 0oa2mv8c5m9Hd6q2t5d7 <nil>
}

// A client that requested a code and an ID token sets the mandatory checks.
func ExamplePolicy_ForIDToken() {
	asked, err := keycard.ParseResponseType("code id_token")
	if err != nil {
		panic(err)
	}
	// The client did not request an access token in the browser.
	fmt.Println(asked.CheckReceived(keycard.EndpointAuthorization, keycard.IssuedAccessToken))

	policy, err := keycard.Policy{
		Algorithms: keycard.ES256,
		Issuer:     "https://id.example",
		Audiences:  []string{"client"},
	}.ForIDToken(keycard.IDTokenResponse{
		ResponseType: asked,
		Endpoint:     keycard.EndpointAuthorization,
		Nonce:        keycard.Text("n-0S6_WzA2Mj"),
		Code:         keycard.Text("SplxlOBeZQQYbYS6WxSbIA"),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(policy.Flags&keycard.RequireCodeHash != 0)
	// Output:
	// keycard: claims: the response contains a token or code that its flow never issues
	// true
}

func ExampleApplication_Recommended() {
	classic, today, err := keycard.ApplicationSinglePage.Recommended()
	if err != nil {
		panic(err)
	}
	fmt.Println("once:", classic)
	fmt.Println("today:", today)
	// Output:
	// once: implicit
	// today: authorization code pkce
}

func demoKey() *ecdsa.PublicKey {
	var set struct {
		Keys []struct{ X, Y string }
	}
	if err := json.Unmarshal(demoKeys, &set); err != nil || len(set.Keys) == 0 {
		panic("no keys")
	}
	number := func(text string) *big.Int {
		octets, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			panic(err)
		}
		return new(big.Int).SetBytes(octets)
	}
	return &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(set.Keys[0].X), Y: number(set.Keys[0].Y)}
}
