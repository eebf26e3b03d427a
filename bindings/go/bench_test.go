package keycard_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func BenchmarkValidate(b *testing.B) {
	for _, i := range issuers() {
		jwt := i.token(accessClaims(nil))
		v := newValidator(b, i.keys(b), accessPolicy())
		b.Run(i.algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; n < b.N; n++ {
				accepted(b, v, jwt)
			}
		})
		b.Run(i.algorithm+"/precomputed", func(b *testing.B) {
			rules := keycard.KeyRules{AllowSecrets: true, Precompute: keycard.Precompute64KB}
			keys := must(keycard.LoadKeys(keycard.JWKS(i.jwks()).By(rules)))
			v := newValidator(b, keys, accessPolicy())
			b.ResetTimer()
			for n := 0; n < b.N; n++ {
				accepted(b, v, jwt)
			}
		})
		b.Run(i.algorithm+"/parallel", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					accepted(b, v, jwt)
				}
			})
		})
	}
}

// Measures the cost of a call from Go to C: by a call that only counts keys, and by a token that is
// rejected at its first byte, alone and in a batch.
func BenchmarkCrossing(b *testing.B) {
	keys := es256Issuer("first").keys(b)
	v := newValidator(b, keys, accessPolicy())
	b.Run("count", func(b *testing.B) {
		for n := 0; n < b.N; n++ {
			keys.Len()
		}
	})
	for _, size := range []int{1, 10, 100, 1000} {
		jwts := make([]string, size)
		for n := range jwts {
			jwts[n] = "a.b.c.d"
		}
		b.Run(fmt.Sprintf("together/%d", size), func(b *testing.B) {
			for n := 0; n < b.N; n++ {
				v.ValidateAll(jwts, now)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/token")
		})
	}
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n++ {
			_, _ = v.Validate("a.b.c.d", now)
		}
	})
}

func BenchmarkBatch(b *testing.B) {
	for _, i := range issuers() {
		jwt := i.token(accessClaims(nil))
		jwts := make([]string, 100)
		for n := range jwts {
			jwts[n] = jwt
		}
		for name, precompute := range map[string]keycard.Precomputation{"raw": 0, "precomputed": keycard.Precompute64KB} {
			rules := keycard.KeyRules{AllowSecrets: true, Precompute: precompute}
			v := newValidator(b, must(keycard.LoadKeys(keycard.JWKS(i.jwks()).By(rules))), accessPolicy())
			b.Run(i.algorithm+"/"+name, func(b *testing.B) {
				for n := 0; n < b.N; n++ {
					v.ValidateAll(jwts, now)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(jwts)), "ns/token")
			})
		}
	}
}

func BenchmarkClaims(b *testing.B) {
	i := es256Issuer("first")
	token := accepted(b, newValidator(b, i.keys(b), accessPolicy()), i.token(accessClaims(nil)))
	b.Run("string", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n++ {
			_ = must(token.String("cid"))
		}
	})
	b.Run("unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n++ {
			var claims struct {
				Client string `json:"cid"`
			}
			if err := token.Claims(&claims); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPolicy(b *testing.B) {
	v := newValidator(b, es256Issuer("first").keys(b), accessPolicy())
	for n := 0; n < b.N; n++ {
		_ = must(v.WithPolicy(accessPolicy()))
	}
}

// Validates the same token with the standard library only, and with the minimum of checks for such
// a token. This code accepts duplicate members, padding bits and names in any case. (golang-jwt is
// not part of the standard library and is not measured.)
func BenchmarkStandardLibrary(b *testing.B) {
	for _, i := range []*issuer{es256Issuer("first"), rs256Issuer("first")} {
		verify := standardVerifier(i)
		jwt := i.token(accessClaims(nil))
		validate := func() {
			if err := standardLibrary(jwt, i.algorithm, verify); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(i.algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; n < b.N; n++ {
				validate()
			}
		})
		b.Run(i.algorithm+"/parallel", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					validate()
				}
			})
		})
	}
}

// standardVerifier verifies with the public key of an issuer.
func standardVerifier(i *issuer) func(digest [32]byte, signature []byte) bool {
	number := func(name string) *big.Int {
		return new(big.Int).SetBytes(must(base64.RawURLEncoding.DecodeString(i.jwk[name].(string))))
	}
	if i.algorithm == "RS256" {
		key := &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
		return func(digest [32]byte, signature []byte) bool {
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
		}
	}
	key := &ecdsa.PublicKey{Curve: elliptic.P256(), X: number("x"), Y: number("y")}
	return func(digest [32]byte, signature []byte) bool {
		if len(signature) != 64 {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(key, digest[:], r, s)
	}
}

func standardLibrary(jwt, algorithm string, verify func(digest [32]byte, signature []byte) bool) error {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return errors.New("parts")
	}
	var header struct{ Alg, Kid string }
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(text, &header) != nil || header.Alg != algorithm || header.Kid != "first" {
		return errors.New("header")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !verify(sha256.Sum256([]byte(jwt[:len(parts[0])+1+len(parts[1])])), signature) {
		return errors.New("signature")
	}
	var claims struct {
		Iss, Aud, Sub, Cid string
		Exp                int64
		Scp                []string
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return errors.New("payload")
	}
	if claims.Iss != theIssuer || claims.Aud != theAudience || claims.Exp <= now.Unix() || claims.Scp == nil {
		return errors.New("claims")
	}
	return nil
}
