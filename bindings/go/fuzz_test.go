package keycard_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// The fuzzer does not have the private key, so only the issued tokens are accepted.
func FuzzValidate(f *testing.F) {
	issuers := issuers()
	issued := make(map[string]bool)
	var jwks []map[string]any
	for n, i := range issuers {
		i.id = i.algorithm
		i.jwk["kid"] = i.id
		jwks = append(jwks, i.jwk)
		jwt := i.token(accessClaims(map[string]any{"n": n, "sub": strings.Repeat("é\"", n)}))
		issued[jwt] = true
		f.Add(jwt)
		f.Add(strings.Replace(jwt, ".", "..", 1))
		f.Add(jwt[:strings.LastIndexByte(jwt, '.')+1])
	}
	f.Add("")
	f.Add(encode([]byte(`{"alg":"none"}`)) + ".e30.")
	f.Add(strings.Repeat(".", 17000))
	keys := must(keycard.LoadKeys(keycard.JWKS(jwksOf(jwks...)).By(keycard.KeyRules{AllowSecrets: true})))
	v := newValidator(f, keys, accessPolicy())
	other := newValidator(f, keys, anyPolicy())
	f.Fuzz(func(t *testing.T, jwt string) {
		for _, v := range []*keycard.Validator{v, other} {
			token, err := v.Validate(jwt, now)
			if (err == nil) != (token != nil) || (err == nil) != issued[jwt] {
				t.Errorf("%q: %v", jwt, err)
			}
			batch := v.ValidateAll([]string{"", jwt, jwt}, now)
			if (batch[1].Err == nil) != (err == nil) || (batch[2].Err == nil) != (err == nil) {
				t.Errorf("%q: %v and alone %v", jwt, batch[1].Err, err)
			}
		}
	})
}

// For encoding/json, accepted claims equal the signed payload.
func FuzzClaims(f *testing.F) {
	i := hs256Issuer("first")
	v := newValidator(f, i.keys(f), anyPolicy())
	for _, payload := range []string{
		`{}`, `{"a":"\u0022,\u0022b\u0022:1"}`, `{"a":[1,2.50,-0,1e5,{"b":[]}],"c":null,"d":true}`, `{"é":"\ud83d\ude00\/"}`,
		`{"exp":1e400}`, `{"a":1,"\u0061":2}`, "{\"a\":\"\x7f\u2028\"}", `{"iss":1}`, `[]`, `{"a":1}x`, `{"":{"":{"":""}}}`,
	} {
		f.Add(payload, "a")
	}
	f.Fuzz(func(t *testing.T, payload, name string) {
		token, err := v.Validate(i.token(payload), now)
		if err != nil {
			return
		}
		signed, read := generic(t, []byte(payload)), map[string]any{}
		if err := token.Claims(&read); err != nil || !reflect.DeepEqual(signed, read) {
			t.Fatalf("%q was read as %v: %v", payload, read, err)
		}
		value, there := signed[name]
		text, isText := value.(string)
		got, err := token.String(name)
		if (err == nil) != isText || got != text {
			t.Errorf("%q of %q: %q, %v", name, payload, got, err)
		}
		all, err := token.Strings(name)
		if err == nil && !there || err == nil && isText && (len(all) != 1 || all[0] != text) {
			t.Errorf("%q of %q: %q, %v", name, payload, all, err)
		}
		_, isNumber := value.(json.Number)
		if got, err := token.Integer(name); err == nil && !isNumber {
			t.Errorf("%q of %q: %d", name, payload, got)
		}
		_, _ = token.Boolean(name)
		_, _ = token.Time(name, name)
		var typed struct {
			Subject string `json:"sub"`
			A       any    `json:"a"`
		}
		_ = token.Claims(&typed)
	})
}

func generic(t *testing.T, text []byte) map[string]any {
	var value map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%q was accepted, and is not JSON: %v", text, err)
	}
	return value
}

// A key set of any bytes is loaded or rejected; loaded keys are found again.
func FuzzKeys(f *testing.F) {
	f.Add(jwksOf(es256Issuer("a").jwk, rs256Issuer("b").jwk, ed25519Issuer("c").jwk, hs256Issuer("d").jwk))
	f.Add([]byte(`{"keys":[{"kty":"EC"},{},[],1]}`))
	f.Add([]byte(`-----BEGIN PUBLIC KEY-----`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := keycard.LoadKeys(keycard.JWKS(text).By(keycard.KeyRules{AllowSecrets: true}))
		if err == nil {
			report := keys.Report()
			if report.Added != keys.Len() || len(report.Rejections) > report.Rejected {
				t.Errorf("%d keys: %+v", keys.Len(), report)
			}
			for n := 0; n < keys.Len(); n++ {
				print, err := keys.Thumbprint(n)
				if err != nil {
					t.Fatal(err)
				}
				// The set may contain the same key twice.
				if at, err := keys.Find(print); err != nil || at > n {
					t.Errorf("key %d was found at %d: %v", n, at, err)
				}
			}
		}
		for _, source := range []keycard.KeySource{keycard.JWK(text), keycard.PEM(text), keycard.DER(text), keycard.Secret(text)} {
			if keys, err := keycard.LoadKeys(source); (err == nil) != (keys.Len() == 1) {
				t.Errorf("%d keys, %v", keys.Len(), err)
			}
		}
	})
}

// An exchange succeeds only if the verifier matches the challenge.
func FuzzCodeExchange(f *testing.F) {
	verifier := must(keycard.NewCodeVerifier())
	f.Add(must(keycard.CodeChallenge(verifier)), "S256", verifier, uint8(0))
	f.Add(verifier, "plain", verifier, uint8(1))
	f.Add("", "", "", uint8(0xff))
	f.Fuzz(func(t *testing.T, challenge, method, verifier string, given uint8) {
		optional := func(text string, bit uint8) *string {
			if given&bit != 0 {
				return nil
			}
			return &text
		}
		exchange := keycard.CodeExchange{
			Challenge: optional(challenge, 16), Method: optional(method, 32), Verifier: optional(verifier, 64),
			AllowPlain: given&1 != 0, Optional: given&2 != 0,
		}
		made, malformed := keycard.CodeChallenge(verifier)
		plain := exchange.Method == nil || method == "plain"
		fits := malformed == nil && exchange.Challenge != nil && exchange.Verifier != nil &&
			(!plain && method == keycard.S256 && challenge == made || plain && exchange.AllowPlain && challenge == verifier)
		if err := exchange.Verify(); (err == nil) != fits {
			t.Errorf("%q %q %q %d: %v", challenge, method, verifier, given, err)
		}
	})
}

// Any bytes are rejected as an image, or are a usable set that can be sealed again.
func FuzzOpenImage(f *testing.F) {
	i := es256Issuer("first")
	jwt := i.token(accessClaims(nil))
	image := must(i.keys(f).Image(1))
	f.Add(image)
	f.Add(image[:48])
	f.Fuzz(func(t *testing.T, given []byte) {
		keys, err := keycard.OpenImage(given, keycard.ImageRules{StorageIsAuthenticated: true})
		if (err == nil) != (keys != nil) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if _, err := keys.Image(2); !errors.Is(err, keycard.ErrReadOnly) {
			t.Errorf("an image of it: %v", err)
		}
		if _, err := newValidator(t, keys, accessPolicy()).Validate(jwt, now); err == nil && keys.Len() == 0 {
			t.Error("no key has verified a signature")
		}
	})
}
