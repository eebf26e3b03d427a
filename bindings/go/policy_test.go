package keycard_test

import (
	"errors"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func TestWhatIsNotDecidedIsRejectedBeforeAnyToken(t *testing.T) {
	keys := es256Issuer("first").keys(t)
	_, err := keycard.NewValidator(keys, keycard.Policy{})
	var rejected *keycard.Error
	if !errors.As(err, &rejected) || rejected.Status != keycard.ErrPolicyIncomplete || rejected.Member != "Profile" {
		t.Errorf("the zero policy: %v", err)
	}
	second := time.Second
	tooOften := 1500 * time.Millisecond
	negative := -time.Second
	for _, c := range []struct {
		name   string
		change func(*keycard.Policy)
		want   error
	}{
		{"as it is", func(*keycard.Policy) {}, nil},
		{"no profile", func(p *keycard.Policy) { p.Profile = 0 }, keycard.ErrPolicyIncomplete},
		{"an unknown profile", func(p *keycard.Policy) { p.Profile = 1 << 30 }, keycard.ErrUnsupportedPolicy},
		{"no algorithms", func(p *keycard.Policy) { p.Algorithms = 0 }, keycard.ErrPolicyIncomplete},
		{"an unknown algorithm", func(p *keycard.Policy) { p.Algorithms |= 1 << 31 }, keycard.ErrUnsupportedPolicy},
		{"no issuer", func(p *keycard.Policy) { p.Issuer = "" }, keycard.ErrPolicyIncomplete},
		{"the issuer waived", func(p *keycard.Policy) { p.Issuer, p.Flags = "", keycard.WithoutIssuer }, nil},
		{"the issuer given and waived", func(p *keycard.Policy) { p.Flags = keycard.WithoutIssuer }, keycard.ErrPolicyContradiction},
		{"no audiences", func(p *keycard.Policy) { p.Audiences = nil }, keycard.ErrPolicyIncomplete},
		{"audiences of none", func(p *keycard.Policy) { p.Audiences = []string{} }, keycard.ErrPolicyEmpty},
		{"an empty audience", func(p *keycard.Policy) { p.Audiences = []string{""} }, keycard.ErrPolicyEmpty},
		{"two audiences", func(p *keycard.Policy) { p.Audiences = []string{"a", "b"} }, nil},
		{"scopes of none", func(p *keycard.Policy) { p.Scopes = []string{} }, keycard.ErrPolicyEmpty},
		{"an empty subject", func(p *keycard.Policy) { p.Subject = keycard.Text("") }, keycard.ErrPolicyEmpty},
		{"an empty token type", func(p *keycard.Policy) { p.TokenType = keycard.Text("") }, keycard.ErrPolicyEmpty},
		{"an empty nonce", func(p *keycard.Policy) { p.Profile, p.Nonce = keycard.ProfileIDToken, keycard.Text("") }, keycard.ErrPolicyEmpty},
		{"an ID token without a nonce", func(p *keycard.Policy) { p.Profile = keycard.ProfileIDToken }, keycard.ErrPolicyIncomplete},
		{"an ID token for which none was sent", func(p *keycard.Policy) { p.Profile, p.Flags = keycard.ProfileIDToken, keycard.NonceNotSent }, nil},
		{"rules of none", func(p *keycard.Policy) { p.Rules = []keycard.ClaimRule{} }, keycard.ErrPolicyEmpty},
		{"a rule without a path", func(p *keycard.Policy) { p.Rules = []keycard.ClaimRule{keycard.Present()} }, keycard.ErrPolicyEmpty},
		{"a rule of no kind", func(p *keycard.Policy) { p.Rules = []keycard.ClaimRule{{Path: []string{"a"}}} }, keycard.ErrUnsupportedPolicy},
		{"text that is none", func(p *keycard.Policy) { p.Issuer = "\xff" }, keycard.ErrNotText},
		{"an unknown flag", func(p *keycard.Policy) { p.Flags = 1 << 31 }, keycard.ErrUnsupportedPolicy},
		{"a leeway that is too long", func(p *keycard.Policy) { p.Leeway = 11 * time.Minute }, keycard.ErrLeewayTooLong},
		{"that one by name", func(p *keycard.Policy) { p.Leeway, p.Flags = 11*time.Minute, keycard.InsecureLeeway }, nil},
		{"a negative leeway", func(p *keycard.Policy) { p.Leeway = negative }, keycard.ErrPolicyValue},
		{"a leeway of parts of a second", func(p *keycard.Policy) { p.Leeway = tooOften }, keycard.ErrPolicyValue},
		{"a leeway of centuries", func(p *keycard.Policy) { p.Leeway = 200 * 365 * 24 * time.Hour }, keycard.ErrPolicyValue},
		{"an age of parts of a second", func(p *keycard.Policy) { p.MaxTokenAge = &tooOften }, keycard.ErrPolicyValue},
		{"a negative age", func(p *keycard.Policy) { p.MaxAge = &negative }, keycard.ErrPolicyValue},
		{"the bits that go with an age", func(p *keycard.Policy) { p.MaxTokenAge, p.Flags = nil, 1<<6 }, keycard.ErrPolicyContradiction},
		{"an age", func(p *keycard.Policy) { p.MaxTokenAge = &second }, nil},
	} {
		policy := accessPolicy()
		c.change(&policy)
		v, err := keycard.NewValidator(keys, policy)
		if !errors.Is(err, c.want) || (v == nil) != (c.want != nil) {
			t.Errorf("%s: %v, %v", c.name, v, err)
		}
	}
}

func TestEachMemberOfThePolicyIsAsked(t *testing.T) {
	i := es256Issuer("first")
	jwt := i.token(accessClaims(map[string]any{
		"auth_time": now.Unix() - 100, "acr": "silver", "amr": []string{"pwd"}, "client": "client-1",
		"realm": map[string]any{"roles": []string{"reader"}, "name": "north"},
	}))
	age := func(seconds int) *time.Duration { d := time.Duration(seconds) * time.Second; return &d }
	for _, c := range []struct {
		name         string
		right, not   func(*keycard.Policy)
		rejectedWith error
	}{
		{"scopes",
			func(p *keycard.Policy) { p.Scopes = []string{"telemetry:read", "telemetry:write"} },
			func(p *keycard.Policy) { p.Scopes = []string{"telemetry:read", "admin"} }, keycard.ErrScopeMissing},
		{"any scope",
			func(p *keycard.Policy) {
				p.Scopes, p.Flags = []string{"admin", "telemetry:read"}, keycard.AnyScope
			},
			func(p *keycard.Policy) { p.Scopes, p.Flags = []string{"admin"}, keycard.AnyScope }, keycard.ErrScopeMissing},
		{"subject",
			func(p *keycard.Policy) { p.Subject = keycard.Text("thermostat-7") },
			func(p *keycard.Policy) { p.Subject = keycard.Text("thermostat-8") }, keycard.ErrWrongSubject},
		{"age",
			func(p *keycard.Policy) { p.MaxTokenAge = age(60) },
			func(p *keycard.Policy) { p.MaxTokenAge = age(0) }, keycard.ErrTokenTooOld},
		{"rules",
			func(p *keycard.Policy) {
				p.Rules = []keycard.ClaimRule{
					keycard.Present("realm"), keycard.Equals("north", "realm", "name"), keycard.Contains("reader", "realm", "roles"),
				}
			},
			func(p *keycard.Policy) {
				p.Rules = []keycard.ClaimRule{keycard.Present("realm"), keycard.Contains("writer", "realm", "roles")}
			}, keycard.ErrClaimMismatch},
		{"audiences",
			func(p *keycard.Policy) { p.Audiences = []string{"api://other", theAudience} },
			func(p *keycard.Policy) { p.Audiences = []string{"api://other"} }, keycard.ErrWrongAudience},
		{"audience claim",
			func(p *keycard.Policy) { p.AudienceClaim, p.Audiences = keycard.Text("client"), []string{"client-1"} },
			func(p *keycard.Policy) { p.AudienceClaim = keycard.Text("client") }, keycard.ErrWrongAudience},
		{"clients",
			func(p *keycard.Policy) {
				p.ClientClaim, p.Clients = keycard.Text("cid"), []string{"0oa2mv8c5m9Hd6q2t5d7"}
			},
			func(p *keycard.Policy) { p.ClientClaim, p.Clients = keycard.Text("cid"), []string{"another"} }, keycard.ErrWrongClient},
		{"markers",
			func(p *keycard.Policy) { p.Markers = []string{"scp"} },
			func(p *keycard.Policy) { p.Markers = []string{"appid"} }, keycard.ErrTokenNotMarked},
		{"token type",
			func(p *keycard.Policy) {},
			func(p *keycard.Policy) { p.TokenType = keycard.Text("JWT") }, keycard.ErrWrongTokenType},
		{"header",
			func(p *keycard.Policy) { p.HeaderName, p.HeaderValue = keycard.Text("alg"), keycard.Text("ES256") },
			func(p *keycard.Policy) { p.HeaderName, p.HeaderValue = keycard.Text("signer"), keycard.Text("me") }, keycard.ErrHeaderMismatch},
	} {
		right, not := accessPolicy(), accessPolicy()
		c.right(&right)
		c.not(&not)
		if _, err := newValidator(t, i.keys(t), right).Validate(jwt, now); err != nil {
			t.Errorf("%s: rejected with %v", c.name, err)
		}
		if _, err := newValidator(t, i.keys(t), not).Validate(jwt, now); !errors.Is(err, c.rejectedWith) {
			t.Errorf("%s: %v in place of %v", c.name, err, c.rejectedWith)
		}
	}
	rules := accessPolicy()
	rules.Rules = []keycard.ClaimRule{keycard.Present("realm"), keycard.Equals("south", "realm", "name")}
	_, err := newValidator(t, i.keys(t), rules).Validate(jwt, now)
	var rejected *keycard.Error
	if !errors.As(err, &rejected) || rejected.Rule != 1 {
		t.Errorf("which rule: %v", err)
	}
}

func TestAnIDTokenIsAskedForAllThatBelongsToIt(t *testing.T) {
	i := es256Issuer("first")
	claims := map[string]any{
		"iss": theIssuer, "aud": []string{"client-1", "other"}, "sub": "user-1", "iat": now.Unix() - 10, "exp": now.Unix() + 60,
		"nonce": "n-0S6", "azp": "client-1", "auth_time": now.Unix() - 100, "acr": "gold", "amr": []string{"pwd", "otp"},
	}
	minute, hour := time.Minute, time.Hour
	policy := keycard.Policy{
		Profile: keycard.ProfileIDToken, Algorithms: keycard.ES256, Issuer: theIssuer, Audiences: []string{"client-1"},
		TrustedAudiences: []string{"other"}, Nonce: keycard.Text("n-0S6"), MaxAge: &hour,
		AuthorizedParties: []string{"client-1"}, AuthenticationContexts: []string{"gold", "platinum"},
		AuthenticationMethods: []string{"otp"}, AccessToken: keycard.Text("access"), Code: keycard.Text("code"),
		State: keycard.Text("state"),
	}
	jwt := i.token(claims)
	accepted(t, newValidator(t, i.keys(t), policy), jwt)
	for _, c := range []struct {
		name   string
		change func(*keycard.Policy)
		want   error
	}{
		{"nonce", func(p *keycard.Policy) { p.Nonce = keycard.Text("another") }, keycard.ErrWrongNonce},
		{"trusted audiences", func(p *keycard.Policy) { p.TrustedAudiences = nil }, keycard.ErrUntrustedAudience},
		{"max age", func(p *keycard.Policy) { p.MaxAge = &minute }, keycard.ErrAuthenticationTooOld},
		{"azp", func(p *keycard.Policy) { p.AuthorizedParties = []string{"client-2"} }, keycard.ErrWrongAuthorizedParty},
		{"acr", func(p *keycard.Policy) { p.AuthenticationContexts = []string{"platinum"} }, keycard.ErrWrongAuthenticationContext},
		{"amr", func(p *keycard.Policy) { p.AuthenticationMethods = []string{"hwk"} }, keycard.ErrAuthenticationMethodMissing},
		{"at_hash", func(p *keycard.Policy) { p.Flags = keycard.RequireAccessTokenHash }, keycard.ErrClaimMissing},
		{"c_hash", func(p *keycard.Policy) { p.Flags = keycard.RequireCodeHash }, keycard.ErrClaimMissing},
		{"s_hash", func(p *keycard.Policy) { p.Flags = keycard.RequireStateHash }, keycard.ErrClaimMissing},
	} {
		changed := policy
		c.change(&changed)
		if _, err := newValidator(t, i.keys(t), changed).Validate(jwt, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v in place of %v", c.name, err, c.want)
		}
	}

	authenticated := time.Unix(now.Unix()-100, 0)
	original := keycard.OriginalIDToken{
		Issuer: theIssuer, Subject: "user-1", Audiences: []string{"client-1", "other"}, AuthorizedParty: keycard.Text("client-1"),
		Nonce: keycard.Text("n-0S6"), IssuedAt: now.Add(-time.Minute), AuthTime: &authenticated,
	}
	refreshed := keycard.Policy{
		Profile: keycard.ProfileRefreshedIDToken, Algorithms: keycard.ES256, Issuer: theIssuer, Audiences: []string{"client-1"},
		TrustedAudiences: []string{"other"}, Original: &original,
	}
	if _, err := newValidator(t, i.keys(t), refreshed).Validate(jwt, now); err != nil {
		t.Errorf("refreshed: %v", err)
	}
	original.Subject = "user-2"
	if _, err := newValidator(t, i.keys(t), refreshed).Validate(jwt, now); !errors.Is(err, keycard.ErrNotAsOriginal) {
		t.Errorf("another user's: %v", err)
	}
	original.IssuedAt = time.Time{}
	if _, err := keycard.NewValidator(i.keys(t), refreshed); !errors.Is(err, keycard.ErrPolicyIncomplete) {
		t.Errorf("issued at no time: %v", err)
	}
}

func TestABoundTokenNeedsWhatItIsBoundTo(t *testing.T) {
	i := es256Issuer("first")
	mine, other := [32]byte{1}, [32]byte{2}
	for name, set := range map[string]func(*keycard.Policy, *[32]byte){
		"jkt":      func(p *keycard.Policy, hash *[32]byte) { p.DPoPKey = hash },
		"x5t#S256": func(p *keycard.Policy, hash *[32]byte) { p.ClientCertificate = hash },
	} {
		bound := i.token(accessClaims(map[string]any{"cnf": map[string]any{name: encode(mine[:])}}))
		for _, c := range []struct {
			hash *[32]byte
			jwt  string
			want error
		}{
			{&mine, bound, nil}, {&other, bound, keycard.ErrWrongConfirmation}, {nil, bound, keycard.ErrTokenBound},
			{&mine, i.token(accessClaims(nil)), keycard.ErrTokenNotBound},
		} {
			policy := accessPolicy()
			set(&policy, c.hash)
			if _, err := newValidator(t, i.keys(t), policy).Validate(c.jwt, now); !errors.Is(err, c.want) {
				t.Errorf("%s: %v in place of %v", name, err, c.want)
			}
		}
	}
}

func TestThePolicyIsCopied(t *testing.T) {
	i := es256Issuer("first")
	audiences := []string{theAudience}
	policy := accessPolicy()
	policy.Audiences = audiences
	v := newValidator(t, i.keys(t), policy)
	audiences[0] = "api://other"
	accepted(t, v, i.token(accessClaims(nil)))
}

func TestEachMemberOfThePolicyOfCIsSet(t *testing.T) {
	var headers string
	for _, name := range []string{"keycard_policy.h", "keycard_claims.h", "keycard_oidc.h"} {
		header, err := os.ReadFile("../../include/" + name)
		if err != nil {
			t.Skip("this is not the repository of the header")
		}
		headers += string(header)
	}
	source, err := os.ReadFile("policy_memory.go")
	if err != nil {
		t.Fatal(err)
	}
	// One audience is a list with one element. The sizes and reserved words exist only in C.
	const ours = " struct_size audience reserved "
	member := regexp.MustCompile(`(?m)^    [a-z].*[ *]([a-z_]+);$`)
	for _, structure := range []string{"keycard_policy", "keycard_original_id_token", "keycard_rule"} {
		_, body, _ := strings.Cut(headers, "typedef struct "+structure+" {")
		body, _, _ = strings.Cut(body, "}")
		found := member.FindAllStringSubmatch(body, -1)
		if len(found) < 4 {
			t.Errorf("%s has %d members", structure, len(found))
		}
		for _, m := range found {
			if !strings.Contains(ours, " "+m[1]+" ") && !regexp.MustCompile(`\.`+m[1]+`\b`).Match(source) {
				t.Errorf("%s.%s cannot be asked for from Go", structure, m[1])
			}
		}
	}
}

func TestTheMemoryOfAPolicyGoesWithItsValidator(t *testing.T) {
	keys := es256Issuer("first").keys(t)
	policy := accessPolicy()
	policy.Scopes = []string{"a", "b"}
	// First free the garbage of earlier tests.
	before := int64(-1)
	for still := 0; still < 3; still++ {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
		if blocks := keycard.PolicyBlocks(); blocks != before {
			before, still = blocks, 0
		}
	}
	var kept []*keycard.Validator
	for n := 0; n < 100; n++ {
		kept = append(kept, newValidator(t, keys, policy))
	}
	if keycard.PolicyBlocks() < before+500 {
		t.Errorf("%d blocks after %d: the count counts nothing", keycard.PolicyBlocks(), before)
	}
	runtime.KeepAlive(kept)
	kept = nil
	for n := 0; n < 100 && keycard.PolicyBlocks() > before; n++ {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	if keycard.PolicyBlocks() > before {
		t.Errorf("%d blocks of C's memory are left of %d", keycard.PolicyBlocks(), before)
	}
}
