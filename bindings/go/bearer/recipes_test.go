package bearer_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

type recipeRule struct {
	Kind  string
	Path  []string
	Value string
}

func (r *recipeRule) rule() *keycard.ClaimRule {
	if r == nil {
		return nil
	}
	var rule keycard.ClaimRule
	switch r.Kind {
	case "present":
		rule = keycard.Present(r.Path...)
	case "equals":
		rule = keycard.Equals(r.Value, r.Path...)
	case "contains":
		rule = keycard.Contains(r.Value, r.Path...)
	}
	return &rule
}

// recipe holds a recipe of docs/guide/recipes.md, with tokens that a foreign program signed.
type recipe struct {
	Name   string
	Jwks   json.RawMessage
	Policy struct {
		Profile, Issuer                        string
		KeyUse                                 *string `json:"key_use"`
		IssuerIsTemplate                       bool    `json:"issuer_is_template"`
		Audiences, Algorithms, Markers, Scopes []string
		AudienceClaim                          *string `json:"audience_claim"`
		ScopeClaim                             *string `json:"scope_claim"`
		ClientClaim                            *string `json:"client_claim"`
		Clients                                []string
		User                                   *recipeRule
		RejectUser                             *recipeRule `json:"reject_user"`
		Rules                                  []recipeRule
		NonceNotSent                           bool     `json:"nonce_not_sent"`
		AuthorizedParties                      []string `json:"authorized_parties"`
	}
	Cases []struct {
		Name, Token string
		Reason      *string
	}
}

func (r *recipe) policy(t *testing.T) keycard.Policy {
	t.Helper()
	asked := &r.Policy
	if len(asked.Algorithms) != 1 {
		t.Fatal(asked.Algorithms)
	}
	policy := keycard.Policy{
		Profile: map[string]keycard.Profile{
			"access token": keycard.ProfileAccessToken, "ID token": keycard.ProfileIDToken, "JWT": keycard.ProfileJWT,
			"JWT-SVID": keycard.ProfileJWTSVID, "transaction token": keycard.ProfileTransactionToken,
		}[asked.Profile],
		Algorithms: map[string]keycard.Algorithms{"ES256": keycard.ES256, "RS256": keycard.RS256}[asked.Algorithms[0]],
		Issuer:     asked.Issuer, Audiences: asked.Audiences, AudienceClaim: asked.AudienceClaim,
		Markers: asked.Markers, Scopes: asked.Scopes, ScopeClaim: asked.ScopeClaim, ClientClaim: asked.ClientClaim,
		Clients: asked.Clients, AuthorizedParties: asked.AuthorizedParties,
	}
	for i := range asked.Rules {
		policy.Rules = append(policy.Rules, *asked.Rules[i].rule())
	}
	if asked.IssuerIsTemplate {
		policy.Flags |= keycard.IssuerIsTemplate
	}
	if asked.NonceNotSent {
		policy.Flags |= keycard.NonceNotSent
	}
	if asked.User != nil {
		policy.Flags |= keycard.RequireUser
		policy.UserMark = asked.User.rule()
	}
	if asked.RejectUser != nil {
		policy.Flags |= keycard.RejectUser
		policy.UserMark = asked.RejectUser.rule()
	}
	return policy
}

// alone reports whether no guard of several issuers can use the recipe: the two recipes for Entra
// share an issuer, and JWT-SVIDs need none.
func (r *recipe) alone() bool {
	return r.Name == "Entra ID, app only" || r.Policy.Profile == "JWT-SVID"
}

// TestRecipesAcceptWhatProvidersDocument also uses one guard with all issuers.
func TestRecipesAcceptWhatProvidersDocument(t *testing.T) {
	text, err := os.ReadFile("../../../tests/vectors/recipes.json")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Now     int64
		Recipes []recipe
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Recipes) != 11 {
		t.Fatalf("%d recipes", len(document.Recipes))
	}
	validators := map[string]*keycard.Validator{}
	var several []*keycard.Validator
	for i := range document.Recipes {
		recipe := &document.Recipes[i]
		source := keycard.JWKS(recipe.Jwks).By(keycard.KeyRules{Use: recipe.Policy.KeyUse})
		keys, err := keycard.LoadKeys(source)
		if err != nil {
			t.Fatal(recipe.Name, err)
		}
		v, err := keycard.NewValidator(keys, recipe.policy(t))
		if err != nil {
			t.Fatal(recipe.Name, err)
		}
		validators[recipe.Name] = v
		if !recipe.alone() {
			several = append(several, v)
		}
	}
	joined, err := keycard.NewValidatorOfIssuers(several...)
	if err != nil {
		t.Fatal(err)
	}
	for _, recipe := range document.Recipes {
		for _, v := range []*keycard.Validator{validators[recipe.Name], joined} {
			if v == joined && recipe.alone() {
				continue
			}
			guard := bearer.Guard{Validator: v, Cookie: "token", Clock: func() keycard.Time {
				return keycard.At(time.Unix(document.Now, 0))
			}}.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			for _, c := range recipe.Cases {
				want := http.StatusUnauthorized
				if c.Reason == nil {
					want = http.StatusOK
				} else if c.Name == "without the scope" {
					// The case has no other fault.
					want = http.StatusForbidden
				}
				for _, header := range []string{"Authorization: Bearer ", "Cookie: token="} {
					request := httptest.NewRequest("GET", "/", nil)
					if header[0] == 'A' {
						request.Header.Set("Authorization", "Bearer "+c.Token)
					} else {
						request.Header.Set("Cookie", "token="+c.Token)
					}
					answer := httptest.NewRecorder()
					guard.ServeHTTP(answer, request)
					if answer.Code != want {
						t.Errorf("%s, %s, %s: %d", recipe.Name, c.Name, header, answer.Code)
					}
				}
			}
		}
	}
}
