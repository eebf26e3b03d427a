// Makes keys and tokens with Go's standard library. See __init__.py for the request and the answer.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/mldsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"runtime"
	"strings"
)

type request struct {
	Texts  map[string]string         `json:"texts"`
	Claims map[string]map[string]any `json:"claims"`
	Count  int                       `json:"count"`
}

type made struct {
	Keys   map[string]string   `json:"keys"`
	Tokens map[string][]string `json:"tokens"`
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func digest(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// forms returns the forms of a public key that crypto/x509 writes.
func forms(public any) map[string]string {
	spki := must(x509.MarshalPKIXPublicKey(public))
	found := map[string]string{
		"spki_pem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})),
		"spki_der": base64.StdEncoding.EncodeToString(spki),
	}
	if key, ok := public.(*rsa.PublicKey); ok {
		pkcs1 := x509.MarshalPKCS1PublicKey(key)
		found["pkcs1_pem"] = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}))
		found["pkcs1_der"] = base64.StdEncoding.EncodeToString(pkcs1)
	}
	return found
}

func tokens(asked request, algorithm string, sign func([]byte) []byte) map[string][]string {
	encode := base64.RawURLEncoding.EncodeToString
	header := encode(must(json.Marshal(map[string]string{"alg": algorithm, "typ": "JWT"})))
	payloads := map[string][]byte{}
	for name, text := range asked.Texts {
		payloads[name] = []byte(text)
	}
	for name, claims := range asked.Claims {
		payloads[name] = must(json.Marshal(claims))
	}
	count := 1
	if strings.HasPrefix(algorithm, "ES") {
		count = asked.Count
	}
	found := map[string][]string{}
	for name, payload := range payloads {
		for range count {
			input := header + "." + encode(payload)
			found[name] = append(found[name], input+"."+encode(sign([]byte(input))))
		}
	}
	return found
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	algorithms := map[string]made{}
	hashes := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

	curves := map[string]elliptic.Curve{"256": elliptic.P256(), "384": elliptic.P384(), "512": elliptic.P521()}
	for bits, curve := range curves {
		key := must(ecdsa.GenerateKey(curve, rand.Reader))
		width := (curve.Params().BitSize + 7) / 8
		sign := func(input []byte) []byte {
			r, s, err := ecdsa.Sign(rand.Reader, key, digest(hashes[bits], input))
			must(0, err)
			return append(r.FillBytes(make([]byte, width)), s.FillBytes(make([]byte, width))...)
		}
		algorithms["ES"+bits] = made{forms(&key.PublicKey), tokens(asked, "ES"+bits, sign)}
	}
	for bits, hash := range hashes {
		for _, kind := range []string{"RS", "PS"} {
			key := must(rsa.GenerateKey(rand.Reader, 2048))
			sign := func(input []byte) []byte {
				if kind == "RS" {
					return must(rsa.SignPKCS1v15(rand.Reader, key, hash, digest(hash, input)))
				}
				options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
				return must(rsa.SignPSS(rand.Reader, key, hash, digest(hash, input), options))
			}
			algorithms[kind+bits] = made{forms(&key.PublicKey), tokens(asked, kind+bits, sign)}
		}
		secret := make([]byte, hash.Size())
		must(rand.Read(secret))
		sign := func(input []byte) []byte {
			mac := hmac.New(hash.New, secret)
			mac.Write(input)
			return mac.Sum(nil)
		}
		keys := map[string]string{"secret": base64.StdEncoding.EncodeToString(secret)}
		algorithms["HS"+bits] = made{keys, tokens(asked, "HS"+bits, sign)}
	}
	for _, algorithm := range []string{"EdDSA", "Ed25519"} {
		public, key, err := ed25519.GenerateKey(rand.Reader)
		must(0, err)
		sign := func(input []byte) []byte { return ed25519.Sign(key, input) }
		algorithms[algorithm] = made{forms(public), tokens(asked, algorithm, sign)}
	}
	lattices := map[string]mldsa.Parameters{
		"ML-DSA-44": mldsa.MLDSA44(), "ML-DSA-65": mldsa.MLDSA65(), "ML-DSA-87": mldsa.MLDSA87(),
	}
	for algorithm, parameters := range lattices {
		key := must(mldsa.GenerateKey(parameters))
		sign := func(input []byte) []byte { return must(key.Sign(rand.Reader, input, crypto.Hash(0))) }
		algorithms[algorithm] = made{forms(key.PublicKey()), tokens(asked, algorithm, sign)}
	}
	program := "Go " + strings.TrimPrefix(runtime.Version(), "go")
	must(0, json.NewEncoder(os.Stdout).Encode(map[string]any{"program": program, "algorithms": algorithms}))
}
