package keycard_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

type presentations struct {
	Now      int64
	Audience string
	Nonce    string
	Issuer   string
	JWKS     json.RawMessage
	Cases    []struct {
		Presentation string
		Bound        bool
		Claims       []map[string]any
	}
}

func (p *presentations) validator(t *testing.T) *keycard.Validator {
	t.Helper()
	keys, err := keycard.ParseJWKS(p.JWKS)
	if err != nil {
		t.Fatal(err)
	}
	return newValidator(t, keys, keycard.Policy{
		Profile: keycard.ProfileSDJWT, Algorithms: keycard.ES256, Issuer: p.Issuer, Flags: keycard.WithoutAudience,
	})
}

func (p *presentations) required() keycard.KeyBinding {
	return keycard.KeyBinding{
		Mode: keycard.KeyBindingRequired, Algorithms: keycard.ES256, Window: time.Minute, Audience: &p.Audience,
		Nonces: []string{p.Nonce},
	}
}

func TestPresentationsOfTwoForeignProgramsHaveTheirClaims(t *testing.T) {
	var all presentations
	if err := json.Unmarshal(must(os.ReadFile("../../tests/vectors/sd_jwt.json")), &all); err != nil {
		t.Fatal(err)
	}
	validator := all.validator(t)
	now := keycard.At(time.Unix(all.Now, 0))
	for _, c := range all.Cases {
		binding := keycard.KeyBinding{Mode: keycard.KeyBindingForbidden}
		if c.Bound {
			binding = all.required()
		}
		token, err := validator.ValidateSDJWT(c.Presentation, binding, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, claims := range c.Claims {
			var found map[string]any
			if err := json.Unmarshal(must(token.JSON()), &found); err != nil || !reflect.DeepEqual(found, claims) {
				t.Errorf("%v, %v, not %v", err, found, claims)
			}
		}
		if c.Bound != (token.Passed()&keycard.CheckKeyBinding != 0) {
			t.Error(token.Passed())
		}
		// Without its Key Binding JWT, no presentation fulfils the rule.
		stripped := c.Presentation[:strings.LastIndex(c.Presentation, "~")+1]
		if _, err := validator.ValidateSDJWT(stripped, all.required(), now); !errors.Is(err, keycard.ErrKeyBindingMissing) {
			t.Error(err)
		}
	}
}

func TestRulesForKeyBindingAreComplete(t *testing.T) {
	var all presentations
	if err := json.Unmarshal(must(os.ReadFile("../../tests/vectors/sd_jwt.json")), &all); err != nil {
		t.Fatal(err)
	}
	validator := all.validator(t)
	now := keycard.At(time.Unix(all.Now, 0))
	empty := ""
	for _, c := range []struct {
		change func(*keycard.KeyBinding)
		want   keycard.Status
	}{
		{func(b *keycard.KeyBinding) { b.Mode = 0 }, keycard.ErrPolicyIncomplete},
		{func(b *keycard.KeyBinding) { b.Mode = 9 }, keycard.ErrUnsupportedPolicy},
		{func(b *keycard.KeyBinding) { b.Mode = keycard.KeyBindingForbidden }, keycard.ErrPolicyContradiction},
		{func(b *keycard.KeyBinding) { b.Nonces = nil }, keycard.ErrPolicyIncomplete},
		{func(b *keycard.KeyBinding) { b.Nonces = []string{"other"} }, keycard.ErrWrongNonce},
		{func(b *keycard.KeyBinding) { b.Audience = &empty }, keycard.ErrPolicyEmpty},
		{func(b *keycard.KeyBinding) { b.Algorithms = keycard.HS256 }, keycard.ErrPolicyContradiction},
		{func(b *keycard.KeyBinding) { b.Window = time.Second }, keycard.ErrProofTooOld},
	} {
		binding := all.required()
		c.change(&binding)
		if _, err := validator.ValidateSDJWT(all.Cases[0].Presentation, binding, now); !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
	if _, err := validator.WithoutScopes().ValidateSDJWT("~", all.required(), now); !errors.Is(err, keycard.ErrUnsupportedPolicy) {
		t.Error(err)
	}
	if _, err := (*keycard.Validator)(nil).ValidateSDJWT("~", all.required(), now); !errors.Is(err, keycard.ErrNullPointer) {
		t.Error(err)
	}
}
