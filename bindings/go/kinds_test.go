package keycard_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// TestTakesEachFurtherKindByItsProfileOnly validates the tokens of tests/vectors/kinds.json by the
// profile of each kind.
func TestTakesEachFurtherKindByItsProfileOnly(t *testing.T) {
	text := must(os.ReadFile("../../tests/vectors/kinds.json"))
	var vectors struct {
		Now    int64
		JWKS   json.RawMessage
		Tokens []struct{ Kind, Program, Token string }
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	const server, client, api = "https://as.example", "s6BhdRkqt3", "https://api.example"
	const provider = "https://idp.example"
	keys := must(keycard.LoadKeys(keycard.JWKS(vectors.JWKS).By(keycard.KeyRules{AllowSecrets: true})))
	minute := time.Minute
	policies := map[string]keycard.Policy{
		"client assertion":       {Profile: keycard.ProfileClientAssertion, Issuer: client, Audiences: []string{server}, MaxLifetime: &minute},
		"request object":         {Profile: keycard.ProfileRequestObject, Issuer: client, Audiences: []string{server}},
		"authorization response": {Profile: keycard.ProfileAuthorizationResponse, Issuer: server, Audiences: []string{client}},
		"userinfo":               {Profile: keycard.ProfileUserinfo, Issuer: server, Audiences: []string{client}, Subject: keycard.Text("user-1")},
		"introspection response": {Profile: keycard.ProfileIntrospectionResponse, Issuer: server, Audiences: []string{api}, MaxTokenAge: &minute},
		"security event":         {Profile: keycard.ProfileSecurityEvent, Issuer: server, Audiences: []string{api}},
		"JWT-SVID":               {Profile: keycard.ProfileJWTSVID, Issuer: "spiffe://example.org", Audiences: []string{api}},
		"transaction token":      {Profile: keycard.ProfileTransactionToken, Flags: keycard.WithoutIssuer, Audiences: []string{"https://trust.example"}},
		"status list":            {Profile: keycard.ProfileStatusList, Issuer: server, Flags: keycard.WithoutAudience, Subject: keycard.Text("https://as.example/statuslists/1")},
		"authorization grant":    {Profile: keycard.ProfileAuthorizationGrant, Issuer: provider, Audiences: []string{server}, MaxLifetime: &minute},
		"ID-JAG":                 {Profile: keycard.ProfileIDJAG, Issuer: provider, Audiences: []string{server}, Clients: []string{client}, MaxLifetime: &minute},
	}
	for wanted, policy := range policies {
		policy.Algorithms = keycard.ES256
		if wanted == "client assertion" {
			policy.Algorithms |= keycard.HS256
		}
		validator := must(keycard.NewValidator(keys, policy))
		for _, row := range vectors.Tokens {
			_, err := validator.Validate(row.Token, time.Unix(vectors.Now, 0))
			kind, _, _ := strings.Cut(row.Kind, ",")
			if (err == nil) != (kind == wanted) {
				t.Errorf("%s of %s as %s: %v", row.Kind, row.Program, wanted, err)
			}
		}
	}
}
