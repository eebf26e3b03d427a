// Validates tokens with golang-jwt and go-jose: each input line is a JSON list of questions, each
// output line a JSON list of answers.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	golang "github.com/golang-jwt/jwt"
	"gopkg.in/square/go-jose.v2"
	"gopkg.in/square/go-jose.v2/jwt"
)

type question struct {
	Token            []byte            `json:"token"`
	Keys             []json.RawMessage `json:"keys"`
	Allowed          []string          `json:"allowed"`
	Issuer, Audience string
}

type answer struct {
	Claims  string   `json:"claims,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
}

// candidates returns the keys with this kid and the keys without a kid. If the token has no kid, it
// returns all keys.
func candidates(keys []json.RawMessage, kid any) []json.RawMessage {
	_, isNamed := kid.(string)
	var found []json.RawMessage
	for _, key := range keys {
		var members map[string]any
		json.Unmarshal(key, &members)
		if ofKey, has := members["kid"]; !isNamed || !has || ofKey == kid {
			found = append(found, key)
		}
	}
	return found
}

// firstOf returns the claims after the first key that verifies the token, or the error for each
// key.
func firstOf(keys []json.RawMessage, kid any, verify func(jose.JSONWebKey) (any, error)) answer {
	var rejected answer
	for _, text := range candidates(keys, kid) {
		var key jose.JSONWebKey
		err := key.UnmarshalJSON(text)
		if err == nil {
			var claims any
			if claims, err = verify(key); err == nil {
				written, _ := json.Marshal(claims)
				return answer{Claims: string(written)}
			}
		}
		rejected.Reasons = append(rejected.Reasons, words(err))
	}
	return rejected
}

// golang-jwt cannot parse JWKs: it uses the keys that go-jose parsed.
func byGolangJwt(asked *question) answer {
	token := string(asked.Token)
	parser := golang.NewParser(golang.WithValidMethods(asked.Allowed), golang.WithJSONNumber())
	unverified, _, err := parser.ParseUnverified(token, golang.MapClaims{})
	if err != nil {
		return answer{Reasons: []string{"header " + words(err)}}
	}
	return firstOf(asked.Keys, unverified.Header["kid"], func(key jose.JSONWebKey) (any, error) {
		claims := golang.MapClaims{}
		_, err := parser.ParseWithClaims(token, claims, func(*golang.Token) (any, error) { return key.Key, nil })
		now := time.Now().Unix()
		switch {
		case err != nil:
			return nil, err
		case !claims.VerifyExpiresAt(now, true):
			return nil, errors.New("exp")
		case !claims.VerifyNotBefore(now, false):
			return nil, errors.New("nbf")
		case !claims.VerifyIssuer(asked.Issuer, true):
			return nil, errors.New("iss")
		case !claims.VerifyAudience(asked.Audience, true):
			return nil, errors.New("aud")
		}
		return claims, nil
	})
}

func byGoJose(asked *question) answer {
	token, err := jwt.ParseSigned(string(asked.Token))
	if err != nil {
		return answer{Reasons: []string{"header " + words(err)}}
	}
	header := token.Headers[0]
	allowed := false
	for _, name := range asked.Allowed {
		allowed = allowed || name == header.Algorithm
	}
	if !allowed || len(token.Headers) != 1 {
		return answer{Reasons: []string{"algorithm"}}
	}
	var kid any
	if header.KeyID != "" {
		kid = header.KeyID
	}
	return firstOf(asked.Keys, kid, func(key jose.JSONWebKey) (any, error) {
		var claims jwt.Claims
		var all map[string]any
		if err := token.Claims(key, &claims, &all); err != nil {
			return nil, err
		}
		if claims.Expiry == nil {
			return nil, errors.New("exp")
		}
		expected := jwt.Expected{Issuer: asked.Issuer, Audience: jwt.Audience{asked.Audience}, Time: time.Now()}
		return all, claims.ValidateWithLeeway(expected, 0)
	})
}

// words returns an error message, cut before the first value from the token.
func words(err error) string {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "square/go-jose: "), "square/go-jose/jwt: ")
	for _, value := range []string{"'", "\"", "`", "(", " number ", "byte "} {
		text, _, _ = strings.Cut(text, value)
	}
	if strings.HasPrefix(text, "failed to") {
		text, _, _ = strings.Cut(text, ":")
	}
	return strings.TrimSpace(text)
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var questions []question
		if err := json.Unmarshal(line, &questions); err != nil {
			panic(err)
		}
		answers := make([][]answer, len(questions))
		for at := range questions {
			answers[at] = []answer{byGolangJwt(&questions[at]), byGoJose(&questions[at])}
		}
		out.Encode(answers)
	}
}
