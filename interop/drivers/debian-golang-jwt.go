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
	}
	json.NewDecoder(os.Stdin).Decode(&asked)
	var outputs []map[string]string
	sign := func(name string, method jwt.SigningMethod, claims jwt.Claims, key, public any) {
		token, err := jwt.NewWithClaims(method, claims).SignedString(key)
		if err != nil {
			panic(err)
		}
		der, _ := x509.MarshalPKIXPublicKey(public)
		keys := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		outputs = append(outputs, map[string]string{"kind": "token", "name": name, "token": token, "keys": string(keys)})
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
	json.NewEncoder(os.Stdout).Encode(outputs)
}
