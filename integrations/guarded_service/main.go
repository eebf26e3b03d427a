// Command guarded_service answers with a few bytes at /open/, and at /guarded/ only with a valid
// token. `make bench-services` uses it to compare the cost of the Go guard and the nginx module.
//
//	guarded_service ADDRESS KEYS ISSUER AUDIENCE
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: guarded_service ADDRESS KEYS ISSUER AUDIENCE")
	}
	jwks, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	keys, err := keycard.LoadKeys(keycard.JWKS(jwks).By(keycard.KeyRules{Precompute: keycard.Precompute64KB}))
	if err != nil {
		log.Fatal(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile:    keycard.ProfileAccessToken,
		Algorithms: keycard.ES256 | keycard.RS256,
		Issuer:     os.Args[3],
		Audiences:  []string{os.Args[4]},
	})
	if err != nil {
		log.Fatal(err)
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello\n") })
	http.Handle("/open/", hello)
	http.Handle("/guarded/", bearer.Guard{Validator: validator}.Handler(hello))
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
