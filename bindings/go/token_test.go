package keycard_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func claimsToken(t *testing.T, payload string) *keycard.Token {
	t.Helper()
	i := es256Issuer("first")
	return accepted(t, newValidator(t, i.keys(t), anyPolicy()), i.token(payload))
}

func TestClaimsAreReadByPathAndType(t *testing.T) {
	token := claimsToken(t, `{"text": "a\u0000\"é\/", "empty": "", "number": -7, "fraction": 1700000000.9, "yes": true,
		"list": ["a", "", "b"], "none": [], "mixed": ["a", 1], "nothing": null,
		"realm_access": {"roles": ["x"], "kubernetes.io": {"": "deep"}}}`)
	if got, err := token.String("text"); err != nil || got != "a\x00\"é/" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := token.String("empty"); err != nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := token.String("realm_access", "kubernetes.io", ""); err != nil || got != "deep" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := token.Integer("number"); err != nil || got != -7 {
		t.Errorf("%d, %v", got, err)
	}
	if got, err := token.Boolean("yes"); err != nil || !got {
		t.Errorf("%t, %v", got, err)
	}
	if got, err := token.Time("fraction"); err != nil || !got.Equal(time.Unix(1700000000, 0)) {
		t.Errorf("%v, %v", got, err)
	}
	for _, c := range []struct {
		path []string
		want []string
	}{
		{[]string{"list"}, []string{"a", "", "b"}}, {[]string{"none"}, []string{}}, {[]string{"empty"}, []string{""}},
		{[]string{"realm_access", "roles"}, []string{"x"}},
	} {
		if got, err := token.Strings(c.path...); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, %v", c.path, got, err)
		}
	}
	readers := map[string]func(...string) error{
		"String":  func(path ...string) error { _, err := token.String(path...); return err },
		"Strings": func(path ...string) error { _, err := token.Strings(path...); return err },
		"Integer": func(path ...string) error { _, err := token.Integer(path...); return err },
		"Boolean": func(path ...string) error { _, err := token.Boolean(path...); return err },
		"Time":    func(path ...string) error { _, err := token.Time(path...); return err },
	}
	for name, read := range readers {
		for _, path := range [][]string{{"absent"}, {"Text"}, {"realm_access.roles"}, {"text", "deeper"}, make([]string, 17), make([]string, 16)} {
			if err := read(path...); !errors.Is(err, keycard.ErrClaimMissing) {
				t.Errorf("%s of %q: %v", name, path, err)
			}
		}
		for _, path := range [][]string{{"mixed"}, {"nothing"}, {"realm_access"}, {}} {
			if err := read(path...); !errors.Is(err, keycard.ErrClaimType) {
				t.Errorf("%s of %q: %v", name, path, err)
			}
		}
	}
	if err := readers["Integer"]("fraction"); !errors.Is(err, keycard.ErrClaimType) {
		t.Errorf("a fraction as an integer: %v", err)
	}
}

func TestClaimsAreUnmarshalled(t *testing.T) {
	token := claimsToken(t, `{"sub": "a\u0022,\u0022admin\u0022:true", "aud": ["x"], "big": 9007199254740993, "deep": {"role": "r"}, "other": 1}`)
	var claims struct {
		Subject string   `json:"sub"`
		Admin   bool     `json:"admin"`
		Aud     []string `json:"aud"`
		Deep    *struct {
			Role string `json:"role"`
		} `json:"deep"`
		Big any `json:"big"`
	}
	if err := token.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if claims.Subject != `a","admin":true` || claims.Admin || claims.Deep.Role != "r" || len(claims.Aud) != 1 {
		t.Errorf("%+v", claims)
	}
	if claims.Big != json.Number("9007199254740993") {
		t.Errorf("%v", claims.Big)
	}
	var all map[string]any
	if err := token.Claims(&all); err != nil || len(all) != 5 {
		t.Errorf("%v, %v", all, err)
	}
	for _, wrong := range []any{nil, claims, new(int), (*int)(nil)} {
		if err := token.Claims(wrong); err == nil {
			t.Errorf("into a %T", wrong)
		}
	}
}

func TestANameThatDiffersInCaseIsNotTheClaim(t *testing.T) {
	type inner struct {
		Role string `json:"role"`
	}
	type linked struct {
		Next *linked `json:"next"`
		inner
		Plain string
		Map   map[string]inner `json:"map"`
	}
	for payload, right := range map[string]bool{
		`{"role": "a"}`:                         true,
		`{"role": "a", "Role": "b"}`:            false,
		`{"ROLE": "b"}`:                         false,
		`{"next": {"next": {"rolE": "b"}}}`:     false,
		`{"map": {"any": {"Role": "b"}}}`:       false,
		`{"list": [[{"x": "Role"}], "ROLE"]}`:   true,
		`{"\\\"": "\\\\", "Role": ":"}`:         false,
		`{"x": "\",\"Role\":1"}`:                true,
		`{"plain": "a"}`:                        false,
		`{"Plain": "a", "unknown": {"a": "b"}}`: true,
		`{"\u212Aey": 1, "key": 2}`:             true,
	} {
		var claims linked
		err := claimsToken(t, payload).Claims(&claims)
		if (err == nil) != right || (err != nil && !errors.Is(err, keycard.ErrClaimMismatch)) {
			t.Errorf("%s: %v", payload, err)
		}
	}
	var kelvin struct {
		Key int `json:"key"`
	}
	// encoding/json folds the sign of the kelvin to k.
	if err := claimsToken(t, `{"\u212Aey": 1}`).Claims(&kelvin); err == nil {
		t.Errorf("read as %d", kelvin.Key)
	}
}

func TestClaimsAreJSONAgain(t *testing.T) {
	text := "{ \"a\\/b\" : [ 1.50 , \"\\u0001\\b\\u007f\\u20ac\" , { } ] ,\n \"c\" : null }"
	got, err := claimsToken(t, text).JSON()
	if err != nil || !json.Valid(got) || strings.ContainsAny(string(got), " \n") {
		t.Fatalf("%s, %v", got, err)
	}
	var before, after any
	if json.Unmarshal([]byte(text), &before) != nil || json.Unmarshal(got, &after) != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("%s became %s", text, got)
	}
	controls := `{"a":"` + strings.Repeat(`\b\f\u0000`, 500) + `"}`
	if got, err := claimsToken(t, controls).JSON(); err != nil || !json.Valid(got) {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAPayloadOfAnyBytesIsRead(t *testing.T) {
	keys, jws := vector(t, "demo/keys.json"), string(vector(t, "demo/payload.jws"))
	v := newValidator(t, must(keycard.ParseJWKS(keys)), keycard.Policy{Profile: keycard.ProfileJWS, Algorithms: keycard.RS256})
	token := accepted(t, v, strings.TrimSpace(jws))
	if payload, err := token.Payload(); err != nil || string(payload) != "\x00\x01 any bytes \xff" {
		t.Errorf("%q, %v", payload, err)
	}
	if _, err := token.String("sub"); err == nil {
		t.Error("a payload of any bytes has claims")
	}
	if _, err := claimsToken(t, `{}`).Payload(); !errors.Is(err, keycard.ErrPayloadNotOpaque) {
		t.Errorf("%v", err)
	}
	i := es256Issuer("first")
	policy := keycard.Policy{Profile: keycard.ProfileJWS, Algorithms: keycard.ES256}
	if payload, err := accepted(t, newValidator(t, i.keys(t), policy), i.token("")).Payload(); err != nil || len(payload) != 0 {
		t.Errorf("an empty payload: %q, %v", payload, err)
	}
}

func TestATokenThatWasNotMadeIsStale(t *testing.T) {
	var token keycard.Token
	if _, err := token.String("sub"); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
	if _, err := token.Strings("sub"); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
	if _, err := token.JSON(); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
	if err := token.Claims(new(any)); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
	if _, err := token.Payload(); !errors.Is(err, keycard.ErrStale) {
		t.Errorf("%v", err)
	}
}

func TestNumbersHaveNames(t *testing.T) {
	if got := (keycard.ES256 | keycard.ML_DSA_44 | 1<<31).String(); got != "ES256, ML-DSA-44, 0x80000000" {
		t.Error(got)
	}
	if got := (keycard.CheckSignature | keycard.CheckNotBefore).String(); got != "signature, not before" {
		t.Error(got)
	}
	if got := keycard.StageClaims.String(); got != "claims" {
		t.Error(got)
	}
	if got := keycard.Stage(99).String(); got != "99" {
		t.Error(got)
	}
	if got := keycard.Status(-5).Error(); got == "" || got == keycard.ErrExpired.Error() {
		t.Error(got)
	}
	if keycard.Version() == "" {
		t.Error("no version")
	}
}

func TestScopesStayThoseOfTheNamedClaim(t *testing.T) {
	is := es256Issuer("k1")
	claim := "permissions"
	policy := anyPolicy()
	policy.ScopeClaim = &claim
	unasked := newValidator(t, is.keys(t), policy)
	policy.Scopes = []string{"read"}
	asked := newValidator(t, is.keys(t), policy)
	for name, v := range map[string]*keycard.Validator{"unasked": unasked, "without": asked.WithoutScopes()} {
		token := accepted(t, v, is.token(map[string]any{"permissions": []string{"write"}, "scope": "admin"}))
		if !token.HasScope("write") || token.HasScope("admin") {
			t.Errorf("%s: another claim", name)
		}
		token = accepted(t, v, is.token(map[string]any{"scope": "admin"}))
		if scopes, err := token.Scopes(); err != nil || len(scopes) != 0 {
			t.Errorf("%s: %q, %v", name, scopes, err)
		}
	}
}

func TestScopesAreReadFromEitherClaim(t *testing.T) {
	for _, c := range []struct {
		claims string
		want   []string
		err    error
	}{
		{`{"scope": " read  write "}`, []string{"read", "write"}, nil},
		{`{"scp": "read write"}`, []string{"read", "write"}, nil},
		{`{"scp": ["read", "", "write:a/#"]}`, []string{"read", "write:a/#"}, nil},
		{`{"scope": "r\u0065ad \"q\""}`, []string{"read", `"q"`}, nil},
		{`{"scope": ""}`, []string{}, nil},
		{`{}`, []string{}, nil},
		{`{"scp": ["read admin"]}`, nil, keycard.ErrClaimType},
		{`{"scp": ["read", 1]}`, nil, keycard.ErrClaimType},
		{`{"scope": 1}`, nil, keycard.ErrClaimType},
		{`{"scp": ["read"], "scope": "admin"}`, nil, keycard.ErrScopeAmbiguous},
	} {
		token := claimsToken(t, c.claims)
		got, err := token.Scopes()
		if !reflect.DeepEqual(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", c.claims, got, err)
		}
		for _, scope := range c.want {
			if !token.HasScope(scope) {
				t.Errorf("%s: not %q", c.claims, scope)
			}
		}
		for _, scope := range []string{"", " ", "admin", "rea", "read write", "READ"} {
			if token.HasScope(scope) {
				t.Errorf("%s: has %q", c.claims, scope)
			}
		}
	}
	var none keycard.Token
	if _, err := none.Scopes(); !errors.Is(err, keycard.ErrStale) || none.HasScope("read") {
		t.Errorf("a token that was never accepted: %v", err)
	}
}

func TestListsOfEveryLengthAreReadWhole(t *testing.T) {
	for _, length := range []int{0, 1, 63, 64, 65, 128, 1000} {
		list := make([]string, length)
		for i := range list {
			list[i] = strings.Repeat("x", i%7)
		}
		text, _ := json.Marshal(map[string]any{"list": list, "scope": strings.Repeat("a ", length)})
		token := claimsToken(t, string(text))
		if got, err := token.Strings("list"); err != nil || !reflect.DeepEqual(got, list) {
			t.Errorf("%d: %d strings, %v", length, len(got), err)
		}
		if got, err := token.Scopes(); err != nil || len(got) != length {
			t.Errorf("%d: %d scopes, %v", length, len(got), err)
		}
	}
}

func TestBoundsAreLoweredByThePolicy(t *testing.T) {
	i := es256Issuer("first")
	text := i.token(`{"x": {"a": 0, "b": 0, "c": 0, "d": 0, "e": 0, "f": 0, "g": 0, "h": 0, "i": 0}}`)
	for _, c := range []struct {
		change func(*keycard.Policy)
		want   error
	}{
		{func(p *keycard.Policy) { p.MaxTokenLength, p.MaxMembers, p.MaxHeaderLength = uint32(len(text)), 9, 200 }, nil},
		{func(p *keycard.Policy) { p.MaxTokenLength = uint32(len(text) - 1) }, keycard.ErrTokenTooLong},
		{func(p *keycard.Policy) { p.MaxHeaderLength = 5 }, keycard.ErrHeaderTooLong},
		{func(p *keycard.Policy) { p.MaxMembers = 8 }, keycard.ErrJSONMembers},
	} {
		policy := anyPolicy()
		c.change(&policy)
		_, err := newValidator(t, i.keys(t), policy).Validate(text, now)
		if !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
}
