// Package keycard validates OAuth 2.0 and OpenID Connect tokens (JWT) and verifies PKCE, with the C
// library of the same name.
//
//	keys, err := keycard.ParseJWKS(jwks)
//	validator, err := keycard.NewValidator(keys, keycard.Policy{
//		Profile:    keycard.ProfileAccessToken,
//		Algorithms: keycard.ES256,
//		Issuer:     "https://id.example",
//		Audiences:  []string{"api://default"},
//	})
//	token, err := validator.Validate(jwt, time.Now())
//
// A rejection is an [*Error] with the stage and the reason. [errors.Is] compares it with an error
// for each status of the library, such as ErrExpired.
//
// # Building
//
// pkg-config finds the library under the name keycard. You need cgo and a C compiler. With the
// build tag keycard_repository, the library comes from the repository of this package, after `make
// lib` there.
//
// # Concurrency and memory
//
// A [KeySet], a [Validator], a [Token] and a [ReplayCache] may be used by any number of goroutines
// at a time. There is nothing to close: keys and tokens are in Go memory, and policies in C memory
// that is freed with their validator.
package keycard

//go:generate go run ./internal/generate ../../include/keycard.h generated.go
