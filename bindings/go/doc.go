// Package keycard validates OAuth 2.0 and OpenID Connect tokens (JWT) and verifies PKCE, over the C
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
// A rejection is an [*Error] that says where and why, and [errors.Is] compares it with ErrExpired and
// its like, one for each status of the library.
//
// # Building
//
// The library is found by pkg-config under the name keycard; cgo and a C compiler are needed. With
// the build tag keycard_repository it is taken from the repository that this package lies in, after
// `make lib` there.
//
// # Concurrency and memory
//
// A [KeySet], a [Validator], a [Token] and a [ReplayCache] may be used by any number of goroutines
// at a time. There is nothing to close: keys and tokens lie in memory of Go's, policies in memory
// of C's that is freed with their validator.
package keycard

//go:generate go run ./internal/generate ../../include/keycard.h generated.go
