package keycard_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func issuers() []*issuer {
	return []*issuer{es256Issuer("first"), rs256Issuer("first"), ed25519Issuer("first"), hs256Issuer("first")}
}

func TestATokenOfTheIssuersIsAccepted(t *testing.T) {
	for _, i := range issuers() {
		token := accepted(t, newValidator(t, i.keys(t), accessPolicy()), i.token(accessClaims(nil)))
		if got := token.Algorithm().String(); got != i.algorithm {
			t.Errorf("%s: verified by %s", i.algorithm, got)
		}
		if token.KeyIndex() != 0 {
			t.Errorf("%s: key %d", i.algorithm, token.KeyIndex())
		}
		if token.Profile() != "access token" {
			t.Errorf("accepted as %q", token.Profile())
		}
		passed := keycard.CheckSignature | keycard.CheckIssuer | keycard.CheckAudience | keycard.CheckExpiry
		if token.Passed()&passed != passed || token.Waived() != 0 {
			t.Errorf("%s: passed %v, waived %v", i.algorithm, token.Passed(), token.Waived())
		}
		if token.Vacuous() != keycard.CheckNotBefore {
			t.Errorf("%s: vacuous %v", i.algorithm, token.Vacuous())
		}
	}
}

func TestATokenWithAChangedCharacterIsRejected(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	jwt := i.token(accessClaims(nil))
	accepted(t, v, jwt)
	for at := range jwt {
		changed := []byte(jwt)
		changed[at] ^= 1
		if token, err := v.Validate(string(changed), now); err == nil || token != nil {
			t.Errorf("accepted with byte %d changed", at)
		}
	}
	for at := 0; at < len(jwt); at++ {
		if _, err := v.Validate(jwt[:at], now); err == nil {
			t.Errorf("accepted with %d bytes", at)
		}
	}
}

func TestARejectionSaysWhereAndWhy(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	for _, c := range []struct {
		name   string
		jwt    string
		status keycard.Status
		stage  keycard.Stage
		claim  string
	}{
		{"nothing", "", keycard.ErrTokenParts, keycard.StageToken, ""},
		{"five parts", "a.b.c.d.e", keycard.ErrTokenEncrypted, keycard.StageToken, ""},
		{"too long", strings.Repeat("a", 1<<20), keycard.ErrTokenTooLong, keycard.StageToken, ""},
		{"a stranger's", es256Issuer("first").token(accessClaims(nil)), keycard.ErrSignatureInvalid, keycard.StageSignature, ""},
		{"an unknown key's", es256Issuer("second").token(accessClaims(nil)), keycard.ErrKeyNotFound, keycard.StageKey, "kid"},
		{"another issuer's", i.token(accessClaims(map[string]any{"iss": "https://other.example"})), keycard.ErrWrongIssuer, keycard.StageClaims, "iss"},
		{"for others", i.token(accessClaims(map[string]any{"aud": "api://other"})), keycard.ErrWrongAudience, keycard.StageClaims, "aud"},
		{"expired", i.token(accessClaims(map[string]any{"exp": now.Unix()})), keycard.ErrExpired, keycard.StageTime, "exp"},
		{"early", i.token(accessClaims(map[string]any{"nbf": now.Unix() + 1})), keycard.ErrNotYetValid, keycard.StageTime, "nbf"},
		{"exp as text", i.token(accessClaims(map[string]any{"exp": "soon"})), keycard.ErrClaimType, keycard.StageClaims, "exp"},
	} {
		token, err := v.Validate(c.jwt, now)
		var rejected *keycard.Error
		if token != nil || !errors.As(err, &rejected) || !errors.Is(err, c.status) {
			t.Errorf("%s: %v, %v", c.name, token, err)
			continue
		}
		if rejected.Stage != c.stage || rejected.Member != c.claim || rejected.Rule != -1 {
			t.Errorf("%s: %+v", c.name, rejected)
		}
		if errors.Is(err, keycard.ErrWrongNonce) {
			t.Errorf("%s: is every error", c.name)
		}
		if want := "keycard: " + c.stage.String() + ": " + c.status.Error(); !strings.HasPrefix(err.Error(), want) ||
			!strings.Contains(err.Error(), c.claim) {
			t.Errorf("%s: says %q", c.name, err)
		}
	}
	payload := i.token(`{"iss": }`)
	_, err := v.Validate(payload, now)
	var rejected *keycard.Error
	if !errors.As(err, &rejected) || rejected.Status != keycard.ErrJSONSyntax || rejected.Offset != 8 {
		t.Errorf("broken JSON: %+v", err)
	}
}

func TestAStageIsCalledAsTheLibraryCallsIt(t *testing.T) {
	for stage, want := range map[keycard.Stage]string{
		keycard.StageUsage: "usage", keycard.StageKeySet: "key set", keycard.StagePKCE: "PKCE", 99: "99",
	} {
		if got := stage.String(); got != want {
			t.Errorf("%d is called %q", uint32(stage), got)
		}
	}
}

func TestANotGivenTimeIsNoTime(t *testing.T) {
	i := es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	jwt := i.token(accessClaims(nil))
	past := now.Add(-time.Hour)
	for _, c := range []struct {
		name string
		at   keycard.Time
		want error
	}{
		{"at", keycard.At(now), nil},
		{"clock", keycard.Clock(now, past), nil},
		{"clock that is not set", keycard.Clock(time.Unix(0, 0), past), keycard.ErrTimeUnavailable},
		{"unknown", keycard.Unknown(past), keycard.ErrTimeUnavailable},
		{"unknown but too late", keycard.Unknown(now.Add(2 * time.Hour)), keycard.ErrExpired},
		{"zero", keycard.At(time.Time{}), keycard.ErrTimeKind},
		{"no structure", keycard.Time{}, keycard.ErrTimeKind},
		{"clock without a bound", keycard.Clock(now, time.Time{}), keycard.ErrTimeKind},
		{"unknown without a bound", keycard.Unknown(time.Time{}), keycard.ErrTimeKind},
	} {
		token, err := v.ValidateAt(jwt, c.at)
		if !errors.Is(err, c.want) || (err == nil) != (token != nil) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	policy := accessPolicy()
	policy.Flags = keycard.WithoutClock
	token, err := newValidator(t, i.keys(t), policy).ValidateAt(jwt, keycard.Unknown(past))
	if err != nil || token.Passed()&keycard.CheckExpiry != 0 {
		t.Errorf("without a clock, by name: %v, waived %v, vacuous %v", err, token.Waived(), token.Vacuous())
	}
}

func TestManyTokensGetTheVerdictsThatEachGetsAlone(t *testing.T) {
	i, stranger := es256Issuer("first"), es256Issuer("first")
	v := newValidator(t, i.keys(t), accessPolicy())
	jwts := []string{
		i.token(accessClaims(nil)), "", stranger.token(accessClaims(nil)),
		i.token(accessClaims(map[string]any{"sub": "another"})), strings.Repeat("x", 20000), "a.b.c",
		i.token(accessClaims(map[string]any{"exp": 1})),
	}
	verdicts := v.ValidateAll(jwts, now)
	if len(verdicts) != len(jwts) {
		t.Fatalf("%d verdicts", len(verdicts))
	}
	for n, jwt := range jwts {
		token, err := v.Validate(jwt, now)
		got := verdicts[n]
		if (got.Err == nil) != (err == nil) || (got.Token == nil) != (token == nil) {
			t.Errorf("%d: %v and alone %v", n, got.Err, err)
		} else if err != nil && got.Err.Error() != err.Error() {
			t.Errorf("%d: %v and alone %v", n, got.Err, err)
		} else if err == nil {
			alone, together := must(token.String("sub")), must(got.Token.String("sub"))
			if alone != together {
				t.Errorf("%d: %q and alone %q", n, together, alone)
			}
		}
	}
	if got := v.ValidateAll(nil, now); len(got) != 0 {
		t.Errorf("%v for no tokens", got)
	}
	for _, verdict := range v.ValidateAll(jwts, time.Time{}) {
		if !errors.Is(verdict.Err, keycard.ErrTimeKind) || verdict.Token != nil {
			t.Errorf("without a time: %v", verdict.Err)
		}
	}
}

func TestATokenThatIsRejectedAmongManyRejectsNoOther(t *testing.T) {
	i, stranger := es256Issuer("first"), es256Issuer("first")
	keys := must(keycard.LoadKeys(keycard.JWKS(i.jwks()).By(keycard.KeyRules{Precompute: keycard.Precompute8KB})))
	v := newValidator(t, keys, accessPolicy())
	for _, count := range []int{1, 2, 7, 8, 9, 63, 64, 65, 130} {
		jwts := make([]string, count)
		for n := range jwts {
			jwts[n] = i.token(accessClaims(nil))
		}
		wrong := count * 2 / 3
		jwts[wrong] = stranger.token(accessClaims(nil))
		for n, verdict := range v.ValidateAll(jwts, now) {
			if n == wrong && !errors.Is(verdict.Err, keycard.ErrSignatureInvalid) {
				t.Errorf("%d of %d is by a stranger: %v", n, count, verdict.Err)
			} else if n != wrong && (verdict.Err != nil || must(verdict.Token.String("sub")) != "thermostat-7") {
				t.Errorf("%d of %d: %v", n, count, verdict.Err)
			}
		}
	}
}

func TestKeysAreRotatedWhileTokensAreValidated(t *testing.T) {
	old, next := es256Issuer("old"), es256Issuer("next")
	sets := []*keycard.KeySet{old.keys(t), next.keys(t)}
	jwts := []string{old.token(accessClaims(nil)), next.token(accessClaims(nil))}
	v := newValidator(t, sets[0], accessPolicy())
	other, err := v.WithPolicy(anyPolicy())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for worker := 0; worker < 8; worker++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			for n := 0; n < 50; n++ {
				validator := []*keycard.Validator{v, other}[n%2]
				token, err := validator.Validate(jwts[worker%2], now)
				if err == nil {
					if sub, err := token.String("sub"); err != nil || sub != "thermostat-7" {
						t.Errorf("%q, %v", sub, err)
					}
				} else if !errors.Is(err, keycard.ErrKeyNotFound) {
					t.Error(err)
				}
			}
		}(worker)
	}
	for n := 0; n < 200; n++ {
		if err := v.SetKeys(sets[n%2]); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
	if v.Keys() != sets[1] || other.Keys() != sets[1] {
		t.Error("the keys are not the last ones")
	}
	if _, err := other.Validate(jwts[1], now); err != nil {
		t.Errorf("after rotation: %v", err)
	}
	if _, err := other.Validate(jwts[0], now); !errors.Is(err, keycard.ErrKeyNotFound) {
		t.Errorf("the old key: %v", err)
	}
}

func TestOneTokenIsReadByManyGoroutines(t *testing.T) {
	i := es256Issuer("first")
	token := accepted(t, newValidator(t, i.keys(t), accessPolicy()), i.token(accessClaims(nil)))
	var group sync.WaitGroup
	for worker := 0; worker < 8; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := 0; n < 100; n++ {
				var claims struct {
					Subject string `json:"sub"`
				}
				if err := token.Claims(&claims); err != nil || claims.Subject != "thermostat-7" {
					t.Errorf("%q, %v", claims.Subject, err)
				}
				if scopes, err := token.Strings("scp"); err != nil || len(scopes) != 2 {
					t.Errorf("%q, %v", scopes, err)
				}
			}
		}()
	}
	group.Wait()
}

func TestNothingPanicsThatWasNotMade(t *testing.T) {
	i := es256Issuer("first")
	jwt := i.token(accessClaims(nil))
	for _, v := range []*keycard.Validator{nil, {}} {
		if _, err := v.Validate(jwt, now); !errors.Is(err, keycard.ErrNullPointer) {
			t.Errorf("%v", err)
		}
		if got := v.ValidateAll([]string{jwt}, now); !errors.Is(got[0].Err, keycard.ErrNullPointer) {
			t.Errorf("%v", got[0].Err)
		}
		if err := v.SetKeys(i.keys(t)); !errors.Is(err, keycard.ErrNullPointer) {
			t.Errorf("%v", err)
		}
		if _, err := v.WithPolicy(accessPolicy()); !errors.Is(err, keycard.ErrNullPointer) {
			t.Errorf("%v", err)
		}
		if v.Keys() != nil || v.Scopes() != nil {
			t.Error("keys or scopes from nowhere")
		}
	}
	v := newValidator(t, i.keys(t), accessPolicy())
	for _, keys := range []*keycard.KeySet{nil, {}} {
		_, err := keycard.NewValidator(keys, accessPolicy())
		if !errors.Is(err, keycard.ErrNullPointer) || err.Error() != "keycard: usage: a required argument is nil or was never initialised (keys)" {
			t.Errorf("%v", err)
		}
		if err := v.SetKeys(keys); !errors.Is(err, keycard.ErrNullPointer) {
			t.Errorf("%v", err)
		}
	}
	if _, err := v.Validate(jwt, now); err != nil {
		t.Errorf("after keys that were rejected: %v", err)
	}
	if _, err := newValidator(t, must(keycard.LoadKeys()), accessPolicy()).Validate(jwt, now); !errors.Is(err, keycard.ErrKeyNotFound) {
		t.Errorf("without a key: %v", err)
	}
}
