package keycard_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

const otherIssuer = "https://other.example"

// policyOf returns the usual policy, but for another issuer.
func policyOf(issuer string) keycard.Policy {
	policy := accessPolicy()
	policy.Issuer = issuer
	return policy
}

func TestEachIssuerHasItsOwnKeys(t *testing.T) {
	first, second := es256Issuer("first"), es256Issuer("first")
	v := must(keycard.NewValidatorOfIssuers(
		newValidator(t, first.keys(t), accessPolicy()),
		newValidator(t, second.keys(t), policyOf(otherIssuer)),
	))
	others := map[string]any{"iss": otherIssuer}
	if token := accepted(t, v, first.token(accessClaims(nil))); token.Issuer() != 0 {
		t.Errorf("accepted by %d", token.Issuer())
	}
	jwt := second.token(accessClaims(others))
	token := accepted(t, v, jwt)
	if token.Issuer() != 1 {
		t.Errorf("accepted by %d", token.Issuer())
	}
	if issuer, err := token.String("iss"); err != nil || issuer != otherIssuer {
		t.Errorf("%q, %v", issuer, err)
	}
	for name, jwt := range map[string]string{
		"the other by ours": first.token(accessClaims(others)),
		"ours by the other": second.token(accessClaims(nil)),
	} {
		if _, err := v.Validate(jwt, now); !errors.Is(err, keycard.ErrSignatureInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	nobody := first.token(accessClaims(map[string]any{"iss": "https://nobody.example"}))
	_, err := v.Validate(nobody, now)
	var rejected *keycard.Error
	if !errors.As(err, &rejected) || rejected.Status != keycard.ErrWrongIssuer || rejected.Stage != keycard.StageKey {
		t.Errorf("nobody's: %v", err)
	}
	verdicts := v.ValidateAll([]string{jwt, nobody}, now)
	if verdicts[0].Err != nil || verdicts[0].Token.Issuer() != 1 || verdicts[1].Err == nil {
		t.Errorf("%v", verdicts)
	}
	if got, want := v.Scopes(), newValidator(t, first.keys(t), accessPolicy()).Scopes(); len(got) != len(want) {
		t.Errorf("scopes %q", got)
	}
}

func TestIssuersThatCannotBeToldApartAreRejected(t *testing.T) {
	i := es256Issuer("first")
	nameless := accessPolicy()
	nameless.Issuer, nameless.Flags = "", keycard.WithoutIssuer
	one := newValidator(t, i.keys(t), accessPolicy())
	for name, c := range map[string]struct {
		validators []*keycard.Validator
		want       error
	}{
		"none":     {nil, keycard.ErrPolicyEmpty},
		"nil":      {[]*keycard.Validator{nil}, keycard.ErrNullPointer},
		"nameless": {[]*keycard.Validator{one, newValidator(t, i.keys(t), nameless)}, keycard.ErrPolicyIncomplete},
		"twice":    {[]*keycard.Validator{one, one}, keycard.ErrPolicyContradiction},
	} {
		if v, err := keycard.NewValidatorOfIssuers(c.validators...); v != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATemplateTakesTheTenantsOfOneProvider(t *testing.T) {
	i := es256Issuer("first")
	policy := policyOf("https://login.example/{tid}/v2.0")
	policy.Flags |= keycard.IssuerIsTemplate
	v := newValidator(t, i.keys(t), policy)
	claims := map[string]any{"iss": "https://login.example/9188-04d/v2.0", "tid": "9188-04d"}
	accepted(t, v, i.token(accessClaims(claims)))
	accepted(t, must(keycard.NewValidatorOfIssuers(v)), i.token(accessClaims(claims)))
	claims["tid"] = "other"
	if _, err := v.Validate(i.token(accessClaims(claims)), now); !errors.Is(err, keycard.ErrWrongIssuer) {
		t.Errorf("another tenant: %v", err)
	}
}

func TestAPeekIsStrictAndTellsWhatATokenSays(t *testing.T) {
	i := es256Issuer("first")
	found, err := keycard.Peek(i.token(accessClaims(map[string]any{"iss": otherIssuer})))
	if err != nil || found.Issuer != otherIssuer || found.KeyID != "first" || found.Algorithm != "ES256" {
		t.Errorf("%+v, %v", found, err)
	}
	for jwt, want := range map[string]error{
		"":                               keycard.ErrTokenParts,
		i.token(`{"iss":"a","iss":"b"}`): keycard.ErrJSONDuplicate,
		i.token(`{"iss":1}`):             keycard.ErrClaimType,
		i.token(`[]`):                    keycard.ErrJSONNotAnObject,
	} {
		if found, err := keycard.Peek(jwt); !errors.Is(err, want) || found != (keycard.Unverified{}) {
			t.Errorf("%q: %+v, %v", jwt, found, err)
		}
	}
}

func TestAClockBefore1970AndALifetimeAreRejected(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	jwt := i.token(accessClaims(nil))
	if _, err := v.Validate(jwt, time.Unix(-1, 0)); !errors.Is(err, keycard.ErrTimeUnavailable) {
		t.Errorf("before 1970: %v", err)
	}
	policy, day := accessPolicy(), 24*time.Hour
	policy.MaxLifetime = &day
	policy.Flags |= keycard.RejectIssuedInFuture
	v = newValidator(t, i.keys(t), policy)
	accepted(t, v, jwt)
	milliseconds := i.token(accessClaims(map[string]any{"exp": now.UnixMilli()}))
	if _, err := v.Validate(milliseconds, now); !errors.Is(err, keycard.ErrLifetimeTooLong) {
		t.Errorf("milliseconds: %v", err)
	}
	future := i.token(accessClaims(map[string]any{"iat": now.Unix() + 1}))
	if _, err := v.Validate(future, now); !errors.Is(err, keycard.ErrIssuedInFuture) {
		t.Errorf("issued in the future: %v", err)
	}
	policy.MaxLifetime = new(time.Duration)
	if _, err := keycard.NewValidator(i.keys(t), policy); !errors.Is(err, keycard.ErrPolicyEmpty) {
		t.Errorf("no lifetime: %v", err)
	}
}

func TestARejectionForATimeSaysWhen(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	_, err := v.Validate(i.token(accessClaims(map[string]any{"exp": now.Unix() - 42})), now)
	var rejected *keycard.Error
	if !errors.As(err, &rejected) || !rejected.Now.Equal(now) || rejected.ClaimTime.Unix() != now.Unix()-42 {
		t.Errorf("%+v", err)
	}
	if !strings.Contains(err.Error(), ", 42 s before now "+now.UTC().Format(time.RFC3339)) {
		t.Errorf("says %q", err)
	}
	_, err = v.Validate(i.token(accessClaims(map[string]any{"aud": "other"})), now)
	if !errors.As(err, &rejected) || !rejected.Now.IsZero() || !rejected.ClaimTime.IsZero() {
		t.Errorf("%+v", err)
	}
}
