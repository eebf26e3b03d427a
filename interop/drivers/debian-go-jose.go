package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"os"

	"gopkg.in/square/go-jose.v2"
	"gopkg.in/square/go-jose.v2/jwt"
)

func main() {
	var asked struct {
		Claims map[string]any  `json:"claims"`
		Key    jose.JSONWebKey `json:"jwk"`
	}
	json.NewDecoder(os.Stdin).Decode(&asked)
	var outputs []map[string]string
	put := func(kind, name string, members ...string) {
		output := map[string]string{"kind": kind, "name": name}
		for at := 0; at < len(members); at += 2 {
			output[members[at]] = members[at+1]
		}
		outputs = append(outputs, output)
	}
	sign := func(name string, alg jose.SignatureAlgorithm, claims any, private crypto.Signer) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: private}, nil)
		if err != nil {
			panic(err)
		}
		token, err := jwt.Signed(signer).Claims(claims).CompactSerialize()
		if err != nil {
			panic(err)
		}
		key, _ := jose.JSONWebKey{Key: private.Public(), Algorithm: string(alg), Use: "sig"}.MarshalJSON()
		put("token", name, "token", token, "keys", string(key))
		return string(key)
	}
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wide, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	pair, _ := rsa.GenerateKey(rand.Reader, 2048)
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	put("keys", "ES256 key", "keys", sign("ES256, exp is a float64", jose.ES256, asked.Claims, ec))
	put("keys", "ES512 key", "keys", sign("ES512", jose.ES512, asked.Claims, wide))
	put("keys", "PS256 key", "keys", sign("PS256", jose.PS256, asked.Claims, pair))
	put("keys", "EdDSA key", "keys", sign("EdDSA", jose.EdDSA, asked.Claims, edwards))
	expiry := jwt.NumericDate(4102444800)
	claims := jwt.Claims{Issuer: "https://issuer.example", Subject: "<Zoë>", Audience: jwt.Audience{"api://device"}, Expiry: &expiry}
	sign("jwt.Claims", jose.ES256, claims, ec)
	print, _ := asked.Key.Thumbprint(crypto.SHA256)
	put("reverse", "thumbprint of a key", "of", "thumbprint", "value", base64.RawURLEncoding.EncodeToString(print))
	json.NewEncoder(os.Stdout).Encode(outputs)
}
