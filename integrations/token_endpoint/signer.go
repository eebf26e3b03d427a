package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// A signer signs tokens with ES256.
type signer struct {
	key  *ecdsa.PrivateKey
	jwks []byte
}

func newSigner() (*signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := key.PublicKey.ECDH()
	if err != nil {
		return nil, err
	}
	point := public.Bytes()
	jwks, err := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "1",
		"x": encode(point[1:33]), "y": encode(point[33:]),
	}}})
	return &signer{key, jwks}, err
}

// sign makes a JWS of the claims in compact form, with this type in its header.
func (s *signer) sign(tokenType string, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	input := encode([]byte(`{"alg":"ES256","kid":"1","typ":"`+tokenType+`"}`)) + "." + encode(payload)
	digest := sha256.Sum256([]byte(input))
	r, sigma, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte
	r.FillBytes(signature[:32])
	sigma.FillBytes(signature[32:])
	return input + "." + encode(signature[:]), nil
}

// accessToken makes an access token that follows RFC 9068.
func (s *Server) accessToken(subject, client, scope string) (string, error) {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", err
	}
	now := s.now().Unix()
	return s.signer.sign("at+jwt", map[string]any{
		"iss": s.issuer, "aud": resource, "sub": subject, "client_id": client, "scope": scope,
		"iat": now, "exp": now + tokenSeconds, "jti": encode(id[:]),
	})
}

func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	_, _ = w.Write(s.signer.jwks)
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
