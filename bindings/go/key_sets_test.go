package keycard_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// The reasons in the file of cases.
var reasons = map[string]keycard.Status{
	"JsonDuplicate":         keycard.ErrJSONDuplicate,
	"JsonMembers":           keycard.ErrJSONMembers,
	"JsonNesting":           keycard.ErrJSONNesting,
	"JsonNotAnObject":       keycard.ErrJSONNotAnObject,
	"JsonSurrogate":         keycard.ErrJSONSurrogate,
	"JsonSyntax":            keycard.ErrJSONSyntax,
	"KeyExpired":            keycard.ErrKeyExpired,
	"KeyLeadingZero":        keycard.ErrKeyLeadingZero,
	"KeyMalformed":          keycard.ErrKeyMalformed,
	"KeyNotForVerification": keycard.ErrKeyNotForVerification,
	"KeyNotFound":           keycard.ErrKeyNotFound,
	"KeyNotYetValid":        keycard.ErrKeyNotYetValid,
	"KeyOfAnotherIssuer":    keycard.ErrKeyOfAnotherIssuer,
	"KeyRevoked":            keycard.ErrKeyRevoked,
	"KeySetMalformed":       keycard.ErrKeySetMalformed,
	"KeyShortCoordinate":    keycard.ErrKeyShortCoordinate,
	"KeyUnfit":              keycard.ErrKeyUnfit,
	"KeyUnsupported":        keycard.ErrKeyUnsupported,
	"KeyWeak":               keycard.ErrKeyWeak,
	"KeyWidth":              keycard.ErrKeyWidth,
}

type finding struct {
	Outcome, Reason, Member string
	Index                   int
}

// For key sets and tokens of other programs, Go gives the same reports and verdicts as Rust.
func TestKeySetsOfOtherPrograms(t *testing.T) {
	text := must(os.ReadFile("../../tests/vectors/key_sets/cases.json"))
	var cases []struct {
		Name, JWKS, Error string
		Rules             []string
		Added             int
		Found             []finding
		Now               int64
		Tokens            []struct{ Token, Verdict string }
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 80 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		keys, err := keycard.LoadKeys(keycard.JWKS([]byte(c.JWKS)).By(keycard.KeyRules{AllowShortCoordinates: len(c.Rules) == 1}))
		if c.Error != "" {
			if !errors.Is(err, reasons[c.Error]) {
				t.Errorf("%s: %v", c.Name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		report := keys.Report()
		found := map[string][]keycard.KeyFinding{"rejected": report.Rejections, "skipped": report.Skips, "noted": report.Notes}
		if report.Added != c.Added || len(report.Rejections)+len(report.Skips)+len(report.Notes) != len(c.Found) {
			t.Errorf("%s: %+v", c.Name, report)
		}
		for _, want := range c.Found {
			these := found[want.Outcome]
			if len(these) == 0 || these[0].Index != want.Index || these[0].Status != reasons[want.Reason] || these[0].Member != want.Member {
				t.Errorf("%s: %+v, not %+v", c.Name, these, want)
				break
			}
			found[want.Outcome] = these[1:]
		}
		for _, token := range c.Tokens {
			policy := keycard.Policy{
				Profile: keycard.ProfileJWT, Issuer: "https://issuer.example", Audiences: []string{"api"},
				Algorithms: keycard.ES256 | keycard.RS256 | keycard.PS256 | keycard.EdDSA | keycard.Ed25519,
			}
			if c.Name == "issuer with a tenant" || c.Name == "issuer with another tenant" {
				policy.Issuer, policy.Flags = "", keycard.WithoutIssuer
			}
			validator := must(keycard.NewValidator(keys, policy))
			_, err := validator.Validate(token.Token, time.Unix(c.Now, 0))
			if token.Verdict == "" && err != nil || token.Verdict != "" && !errors.Is(err, reasons[token.Verdict]) {
				t.Errorf("%s: %v, not %q", c.Name, err, token.Verdict)
			}
		}
	}
}
