package bearer_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

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

// A token that is bound to a key of the client needs a proof for each request.
func ExampleDPoP() {
	limits := keycard.ReplayLimits{Uses: 10_000, Window: time.Minute, Leeway: 5 * time.Second, Share: 4}
	replay, err := keycard.NewReplayCache(limits, nil)
	if err != nil {
		log.Fatal(err)
	}
	guard := bearer.Guard{
		Validator: telemetryValidator(),
		DPoP: &bearer.DPoP{
			Algorithms: keycard.ES256 | keycard.Ed25519,
			Origin:     "https://api.example",
			Window:     limits.Window,
			Leeway:     limits.Leeway,
			Replay:     replay,
			Required:   true,
		},
	}
	answer := httptest.NewRecorder()
	guard.Handler(http.NotFoundHandler()).ServeHTTP(answer, httptest.NewRequest("GET", "/telemetry", nil))
	fmt.Println(answer.Code, answer.Header().Get("WWW-Authenticate"))
	// Output: 401 DPoP scope="telemetry:write", algs="ES256 Ed25519"
}

func telemetryValidator() *keycard.Validator {
	keys, err := keycard.ParseJWKS([]byte(`{"keys":[]}`))
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
	return validator
}
