package keycard_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"os"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const (
	theIssuer   = "https://id.example"
	theAudience = "api://default"
)

var now = time.Unix(1_700_000_060, 0)

// An issuer signs any header and payload, for the tests.
type issuer struct {
	algorithm string
	id        string
	sign      func(input []byte) []byte
	jwk       map[string]any
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func es256Issuer(id string) *issuer {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	point := must(key.PublicKey.ECDH()).Bytes()
	return &issuer{
		algorithm: "ES256", id: id,
		sign: func(input []byte) []byte {
			digest := sha256.Sum256(input)
			r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
			if err != nil {
				panic(err)
			}
			return append(fixed(r, 32), fixed(s, 32)...)
		},
		jwk: map[string]any{"kty": "EC", "crv": "P-256", "kid": id,
			"x": encode(point[1:33]), "y": encode(point[33:])},
	}
}

func rs256Issuer(id string) *issuer {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	return &issuer{
		algorithm: "RS256", id: id,
		sign: func(input []byte) []byte {
			digest := sha256.Sum256(input)
			return must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:]))
		},
		jwk: map[string]any{"kty": "RSA", "kid": id,
			"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes())},
	}
}

func ed25519Issuer(id string) *issuer {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return &issuer{
		algorithm: "EdDSA", id: id,
		sign: func(input []byte) []byte { return ed25519.Sign(private, input) },
		jwk:  map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": encode(public)},
	}
}

func hs256Issuer(id string) *issuer {
	secret := make([]byte, 32)
	must(rand.Read(secret))
	return &issuer{
		algorithm: "HS256", id: id,
		sign: func(input []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(input)
			return mac.Sum(nil)
		},
		jwk: map[string]any{"kty": "oct", "kid": id, "alg": "HS256", "k": encode(secret)},
	}
}

func fixed(n *big.Int, width int) []byte { return n.FillBytes(make([]byte, width)) }

// token signs claims. A string is signed unchanged, any other value as JSON.
func (i *issuer) token(claims any) string {
	payload, ok := claims.(string)
	if !ok {
		payload = string(must(json.Marshal(claims)))
	}
	header := must(json.Marshal(map[string]string{"alg": i.algorithm, "kid": i.id}))
	input := encode(header) + "." + encode([]byte(payload))
	return input + "." + encode(i.sign([]byte(input)))
}

func (i *issuer) jwks() []byte { return jwksOf(i.jwk) }

func jwksOf(keys ...map[string]any) []byte {
	return must(json.Marshal(map[string]any{"keys": keys}))
}

func (i *issuer) keys(t testing.TB) *keycard.KeySet {
	t.Helper()
	set, err := keycard.LoadKeys(keycard.JWKS(i.jwks()).By(keycard.KeyRules{AllowSecrets: true}))
	if err != nil || set.Len() != 1 {
		t.Fatalf("%d keys, %v", set.Len(), err)
	}
	return set
}

// accessClaims returns the claims of an access token of the older style. The map changes replaces
// claims; a nil value removes one.
func accessClaims(changes map[string]any) map[string]any {
	claims := map[string]any{
		"iss": theIssuer, "aud": theAudience, "sub": "thermostat-7", "cid": "0oa2mv8c5m9Hd6q2t5d7",
		"iat": now.Unix() - 60, "exp": now.Unix() + 3600, "scp": []string{"telemetry:write", "telemetry:read"},
	}
	for name, value := range changes {
		if value == nil {
			delete(claims, name)
		} else {
			claims[name] = value
		}
	}
	return claims
}

func accessPolicy() keycard.Policy {
	return keycard.Policy{
		Profile:    keycard.ProfileAccessToken,
		Algorithms: keycard.ES256 | keycard.RS256 | keycard.EdDSA | keycard.HS256,
		Issuer:     theIssuer,
		Audiences:  []string{theAudience},
	}
}

// anyPolicy requires a signature and waives everything else.
func anyPolicy() keycard.Policy {
	return keycard.Policy{
		Profile:    keycard.ProfileJWT,
		Algorithms: keycard.ES256 | keycard.RS256 | keycard.EdDSA | keycard.HS256,
		Flags:      keycard.WithoutIssuer | keycard.WithoutAudience | keycard.WithoutExpiry,
	}
}

func newValidator(t testing.TB, keys *keycard.KeySet, policy keycard.Policy) *keycard.Validator {
	t.Helper()
	v, err := keycard.NewValidator(keys, policy)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func accepted(t testing.TB, v *keycard.Validator, jwt string) *keycard.Token {
	t.Helper()
	token, err := v.Validate(jwt, now)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// vector reads a file of tests/vectors.
func vector(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../tests/vectors/" + path)
	if os.IsNotExist(err) {
		t.Skip("this is not the repository of the test data")
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}
