package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"time"

	"github.com/golang-jwt/jwt"
)

func main() {
	var asked struct {
		Claims jwt.MapClaims `json:"claims"`
		JSON   string        `json:"json"`
	}
	json.NewDecoder(os.Stdin).Decode(&asked)
	var outputs []map[string]any
	sign := func(name string, method jwt.SigningMethod, claims jwt.Claims, key, public any) {
		token, err := jwt.NewWithClaims(method, claims).SignedString(key)
		if err != nil {
			panic(err)
		}
		der, _ := x509.MarshalPKIXPublicKey(public)
		keys := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		outputs = append(outputs, map[string]any{"kind": "token", "name": name, "token": token, "keys": string(keys)})
	}
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wide, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	pair, _ := rsa.GenerateKey(rand.Reader, 2048)
	sign("ES256", jwt.SigningMethodES256, asked.Claims, ec, ec.Public())
	sign("ES512", jwt.SigningMethodES512, asked.Claims, wide, wide.Public())
	sign("PS256", jwt.SigningMethodPS256, asked.Claims, pair, pair.Public())
	standard := jwt.StandardClaims{Issuer: "https://issuer.example", Subject: "<Zoë>", Audience: "api://device", ExpiresAt: 4102444800}
	sign("StandardClaims", jwt.SigningMethodES256, standard, ec, ec.Public())
	asked.Claims["exp"] = time.Unix(4102444800, 0).UTC()
	sign("exp as a time.Time", jwt.SigningMethodES256, asked.Claims, ec, ec.Public())
	written := jwt.EncodeSegment([]byte(`{"alg":"ES256"}`)) + "." + jwt.EncodeSegment([]byte(asked.JSON))
	signature, _ := jwt.SigningMethodES256.Sign(written, ec)
	parsed, err := jwt.Parse(written+"."+signature, func(*jwt.Token) (any, error) { return ec.Public(), nil })
	if err != nil {
		panic(err)
	}
	outputs = append(outputs, map[string]any{"kind": "reverse", "name": "claims in canonical JSON", "of": "canonical JSON", "value": parsed.Claims})
	json.NewEncoder(os.Stdout).Encode(outputs)
}
