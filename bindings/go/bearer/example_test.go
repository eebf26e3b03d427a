package bearer_test

import (
	"fmt"
	"log"
	"net/http"
	"os"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

func Example() {
	jwks, err := os.ReadFile("keys.json")
	if err != nil {
		log.Fatal(err)
	}
	keys, err := keycard.ParseJWKS(jwks)
	if err != nil {
		log.Fatal(err)
	}
	validator, err := keycard.NewValidator(keys, keycard.Policy{
		Profile:    keycard.ProfileAccessToken,
		Algorithms: keycard.ES256,
		Issuer:     "https://id.example",
		Audiences:  []string{"api://default"},
		Scopes:     []string{"telemetry:write"},
	})
	if err != nil {
		log.Fatal(err)
	}
	telemetry := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := bearer.Token(r.Context())
		client, err := token.String("cid")
		if err != nil {
			http.Error(w, "no client", http.StatusForbidden)
			return
		}
		fmt.Fprintln(w, "thank you,", client)
	})
	http.Handle("/telemetry", bearer.Guard{Validator: validator, Realm: "telemetry"}.Handler(telemetry))
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
