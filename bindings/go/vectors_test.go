package keycard_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// Checks the foreign test vectors through Go, with the schemas and exceptions of the conformance
// runner. KEYCARD_VECTORS names another folder of such files.

type vectorFile struct {
	Schema    string
	Cases     []json.RawMessage
	Documents []vectorFile
}

type tally struct{ passed, unsupported int }

func vectorFiles(t *testing.T, schema string, run func(t *testing.T, name string, cases []json.RawMessage)) {
	root := os.Getenv("KEYCARD_VECTORS")
	if root == "" {
		root = "../../tests/vectors"
	}
	found := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".json" || strings.Contains(name, "debatable") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var file vectorFile
		if json.Unmarshal(text, &file) != nil {
			return nil
		}
		for _, document := range append(file.Documents, file) {
			if document.Schema == schema {
				found++
				run(t, name, document.Cases)
			}
		}
		return nil
	})
	if os.IsNotExist(err) {
		t.Skip("this is not the repository of the test data")
	}
	if err != nil || found == 0 && os.Getenv("KEYCARD_VECTORS") == "" {
		t.Errorf("%d files, %v", found, err)
	}
}

func exceptions(t *testing.T) map[string]any {
	var list struct{ Exceptions map[string]any }
	if err := json.Unmarshal(vector(t, "exceptions.json"), &list); err != nil {
		t.Fatal(err)
	}
	return list.Exceptions
}

// texts is a member that is one string or several; nil if it is absent.
type texts []string

func (t *texts) UnmarshalJSON(text []byte) error {
	if one := ""; json.Unmarshal(text, &one) == nil && string(text) != "null" {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(t))
}

// expectation is the expected verdict of a case, and its words if the case has them.
type expectation struct{ ID, Expect, Says string }

// check fails if the verdict or its words differ from those of the case.
func (e expectation) check(t *testing.T, err error, exceptional bool) bool {
	t.Helper()
	if (err == nil) != (e.Expect == "accept") != exceptional || e.Says != "" && e.Says != said(err) {
		t.Errorf("%s: %s expected, exceptional %t, %q: %v", e.ID, e.Expect, exceptional, e.Says, err)
		return false
	}
	return true
}

// said returns a verdict in the words of Rust and C: the stage, the sentence, and the claim.
func said(err error) string {
	var e *keycard.Error
	switch {
	case err == nil:
		return "accepted"
	case !errors.As(err, &e):
		return err.Error()
	case e.Member != "":
		return fmt.Sprintf("%v: %v (%s)", e.Stage, e.Status, e.Member)
	}
	return fmt.Sprintf("%v: %v", e.Stage, e.Status)
}

type tokenCase struct {
	expectation
	Now      int64
	Leeway   int64
	JWKS     json.RawMessage
	JWKSRaw  *string `json:"jwks_raw"`
	Key      *caseKey
	Token    *string
	TokenB64 string `json:"token_b64"`
	Policy   casePolicy
}

// caseKey is a key outside of a key set: a text, or bytes in one or more parts.
type caseKey struct {
	Form, Text string
	B64        [][]byte
}

func (k *caseKey) source(algorithm keycard.Algorithms) (keycard.KeySource, error) {
	switch {
	case k.Form == "jwk":
		return keycard.JWK([]byte(k.Text)), nil
	case k.Form == "spki_pem" || k.Form == "pkcs1_pem":
		return keycard.PEM([]byte(k.Text)), nil
	case (k.Form == "spki_der" || k.Form == "pkcs1_der") && len(k.B64) == 1:
		return keycard.DER(k.B64[0]), nil
	case k.Form != "raw":
	case len(k.B64) == 2 && strings.HasPrefix(algorithm.String(), "ES"):
		return keycard.Point(algorithm, k.B64[0], k.B64[1]), nil
	case len(k.B64) == 2:
		return keycard.RSA(k.B64[0], k.B64[1]), nil
	case len(k.B64) == 1 && strings.HasPrefix(algorithm.String(), "HS"):
		return keycard.Secret(k.B64[0]), nil
	case len(k.B64) == 1:
		return keycard.Encoded(algorithm, k.B64[0]), nil
	}
	return keycard.KeySource{}, fmt.Errorf("unknown form of key %q", k.Form)
}

type casePolicy struct {
	Profile       string
	Alg, Iss, Aud texts
	Typ, Nonce    *string
	Require       texts
	Claims        map[string]string
	Azp           *string
	MaxAge        *int64  `json:"max_age"`
	MaxTokenAge   *int64  `json:"max_token_age"`
	AccessToken   *string `json:"access_token"`
	Code          *string
	RequireAtHash bool `json:"require_at_hash"`
	RequireCHash  bool `json:"require_c_hash"`
	AllowWeakKeys bool `json:"allow_weak_keys"`
	Original      *caseOriginal
	DPoPKey       *string `json:"dpop_key"`
}

// UnmarshalJSON fails for an unknown member, so that no requirement is ignored.
func (p *casePolicy) UnmarshalJSON(text []byte) error {
	type plain casePolicy
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(p))
}

// caseOriginal is the original ID token, with which a refreshed one is compared.
type caseOriginal struct {
	Iss, Sub   string
	Aud        texts
	Azp, Nonce *string
	Iat        int64
	AuthTime   *int64 `json:"auth_time"`
}

// UnmarshalJSON reads a signed payload, which may have claims that a client does not keep.
func (o *caseOriginal) UnmarshalJSON(text []byte) error {
	type plain caseOriginal
	return json.Unmarshal(text, (*plain)(o))
}

func (o *caseOriginal) token() *keycard.OriginalIDToken {
	original := keycard.OriginalIDToken{Issuer: o.Iss, Subject: o.Sub, Audiences: o.Aud}
	original.AuthorizedParty, original.Nonce, original.IssuedAt = o.Azp, o.Nonce, time.Unix(o.Iat, 0)
	if o.AuthTime != nil {
		authenticated := time.Unix(*o.AuthTime, 0)
		original.AuthTime = &authenticated
	}
	return &original
}

func (c *tokenCase) token() string {
	if c.Token != nil {
		return *c.Token
	}
	return string(must(base64.StdEncoding.DecodeString(c.TokenB64)))
}

// algorithm returns the algorithm with a JOSE name, or 0 if it is unknown.
func algorithm(name string) keycard.Algorithms {
	for bit := keycard.Algorithms(1); bit != 0; bit <<= 1 {
		if bit.String() == name {
			return bit
		}
	}
	return 0
}

// algorithms returns the set of algorithms with these names, without the unknown ones.
func algorithms(names []string) (set keycard.Algorithms) {
	for _, name := range names {
		set |= algorithm(name)
	}
	return set
}

// isBuilt returns false only if the token has a known algorithm that the library does not include.
func isBuilt(t *testing.T, token string) bool {
	header, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	var parsed struct{ Alg string }
	if err != nil || json.Unmarshal(text, &parsed) != nil || algorithm(parsed.Alg) == 0 {
		return true
	}
	policy := keycard.Policy{Profile: keycard.ProfileJWS, Algorithms: algorithm(parsed.Alg)}
	_, err = keycard.NewValidator(must(keycard.LoadKeys()), policy)
	return err == nil
}

func (c *tokenCase) keys() (*keycard.KeySet, error) {
	// The cases expect that their secrets are in the set.
	rules := keycard.KeyRules{AllowSecrets: true}
	if c.Policy.AllowWeakKeys {
		rules.InsecureMinRSABits, rules.InsecureMinSecretBytes = 1024, 1
	}
	if c.Key != nil {
		rules.Algorithms = algorithms(c.Policy.Alg)
		source, err := c.Key.source(algorithm(c.Policy.Alg[0]))
		if err != nil {
			return nil, err
		}
		return keycard.LoadKeys(source.By(rules))
	}
	text := []byte(c.JWKS)
	if c.JWKSRaw != nil {
		text = []byte(*c.JWKSRaw)
	}
	return keycard.LoadKeys(keycard.JWKS(text).By(rules))
}

func (c *tokenCase) policy(issuer string) (keycard.Policy, error) {
	asked := &c.Policy
	policy := keycard.Policy{Flags: keycard.InsecureLeeway, Leeway: time.Duration(c.Leeway) * time.Second, TokenType: asked.Typ}
	policy.Algorithms = algorithms(asked.Alg)
	if asked.Profile == "jws" {
		policy.Profile = keycard.ProfileJWS
		return policy, nil
	}
	policy.Issuer, policy.Audiences, policy.Nonce = issuer, asked.Aud, asked.Nonce
	required := asked.Require
	if asked.RequireAtHash && asked.AccessToken == nil {
		// Without the value itself, the policy can only require that the hash is present.
		required = append(required, "at_hash")
	}
	if asked.RequireCHash && asked.Code == nil {
		required = append(required, "c_hash")
	}
	switch {
	case asked.Profile == "id_token":
		policy.Profile = keycard.ProfileIDToken
		if asked.Nonce == nil {
			policy.Flags |= keycard.NonceNotSent
		}
	case asked.Profile == "access_token" && issuer != "" && asked.isRFC9068():
		policy.Profile = keycard.ProfileAccessTokenRFC9068
	case asked.Profile == "refreshed_id_token" && asked.Original != nil:
		policy.Profile, policy.Original = keycard.ProfileRefreshedIDToken, asked.Original.token()
	case asked.Profile == "logout_token":
		policy.Profile = keycard.ProfileLogoutToken
	case asked.Profile == "access_token" || asked.Profile == "jwt":
		policy.Profile = keycard.ProfileJWT
		if !slices.Contains(required, "exp") {
			policy.Flags |= keycard.WithoutExpiry
		}
	default:
		return policy, fmt.Errorf("unknown profile %q", asked.Profile)
	}
	if issuer == "" {
		policy.Flags |= keycard.WithoutIssuer
	}
	if asked.Aud == nil {
		policy.Flags |= keycard.WithoutAudience
	}
	for _, name := range required {
		// Each profile with claims already requires exp, and its error names the claim.
		if name != "exp" {
			policy.Rules = append(policy.Rules, keycard.Present(name))
		}
	}
	for name, value := range asked.Claims {
		policy.Rules = append(policy.Rules, keycard.Equals(value, name))
	}
	if asked.Azp != nil {
		policy.AuthorizedParties = []string{*asked.Azp}
		policy.Flags |= keycard.RequireAuthorizedParty
	}
	policy.MaxAge, policy.MaxTokenAge = seconds(asked.MaxAge), seconds(asked.MaxTokenAge)
	policy.AccessToken, policy.Code = asked.AccessToken, asked.Code
	if asked.DPoPKey != nil {
		key, err := base64.RawURLEncoding.DecodeString(*asked.DPoPKey)
		if err != nil || len(key) != 32 {
			return policy, fmt.Errorf("dpop_key: %q", *asked.DPoPKey)
		}
		policy.DPoPKey = (*[32]byte)(key)
	}
	if asked.AccessToken != nil && asked.RequireAtHash {
		policy.Flags |= keycard.RequireAccessTokenHash
	}
	if asked.Code != nil && asked.RequireCHash {
		policy.Flags |= keycard.RequireCodeHash
	}
	return policy, nil
}

// isRFC9068 returns true if the policy requires everything that RFC 9068 section 2 requires.
func (p *casePolicy) isRFC9068() bool {
	if p.Typ == nil || *p.Typ != "at+jwt" {
		return false
	}
	required := " " + strings.Join(p.Require, " ") + " "
	for _, claim := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
		if !strings.Contains(required, " "+claim+" ") {
			return false
		}
	}
	return true
}

func seconds(count *int64) *time.Duration {
	if count == nil {
		return nil
	}
	d := time.Duration(*count) * time.Second
	return &d
}

// verdictOf accepts a token if the policy of one of the issuers accepts it.
func (c *tokenCase) verdictOf() error {
	keys, err := c.keys()
	if err != nil {
		return err
	}
	issuers := c.Policy.Iss
	if issuers == nil {
		issuers = texts{""}
	}
	err = fmt.Errorf("no issuer to ask for")
	for _, issuer := range issuers {
		var policy keycard.Policy
		if policy, err = c.policy(issuer); err != nil {
			return err
		}
		var v *keycard.Validator
		if v, err = keycard.NewValidator(keys, policy); err != nil {
			continue
		}
		if _, err = v.Validate(c.token(), time.Unix(c.Now, 0)); err == nil {
			return nil
		}
	}
	return err
}

func TestTokensOfOthersGetTheVerdictOfTheCase(t *testing.T) {
	except := exceptions(t)
	var counted tally
	vectorFiles(t, "token-case/1", func(t *testing.T, name string, cases []json.RawMessage) {
		for _, text := range cases {
			var c tokenCase
			if err := json.Unmarshal(text, &c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if c.Expect == "accept" && !isBuilt(t, c.token()) {
				counted.unsupported++
				t.Logf("unsupported: %s", c.ID)
				continue
			}
			err := c.verdictOf()
			_, exceptional := except[c.ID]
			if c.check(t, err, exceptional) {
				counted.passed++
			}
		}
	})
	t.Logf("%d passed, %d unsupported: their algorithm is not built", counted.passed, counted.unsupported)
	if counted.passed < 800 && os.Getenv("KEYCARD_VECTORS") == "" {
		t.Errorf("only %d passed", counted.passed)
	}
}

func TestPKCEOfOthersGetsTheVerdictOfTheCase(t *testing.T) {
	vectorFiles(t, "pkce-case/1", func(t *testing.T, name string, cases []json.RawMessage) {
		for _, text := range cases {
			var c struct {
				expectation
				Verifier, Challenge, Method *string
				VerifierB64                 *string `json:"verifier_b64"`
				AllowPlain                  bool    `json:"allow_plain"`
			}
			if err := json.Unmarshal(text, &c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if c.VerifierB64 != nil {
				c.Verifier = keycard.Text(string(must(base64.StdEncoding.DecodeString(*c.VerifierB64))))
			}
			exchange := keycard.CodeExchange{Challenge: c.Challenge, Method: c.Method, Verifier: c.Verifier, AllowPlain: c.AllowPlain}
			c.check(t, exchange.Verify(), false)
		}
	})
}

func TestKeysOfOthersGetTheVerdictOfTheCase(t *testing.T) {
	vectorFiles(t, "key-case/1", func(t *testing.T, name string, cases []json.RawMessage) {
		for _, text := range cases {
			var c struct {
				expectation
				Form, Keys string
			}
			if err := json.Unmarshal(text, &c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			err := loadByTheUsualRules(c.Form, []byte(c.Keys))
			if c.Expect == "accept" && errors.Is(err, keycard.ErrKeyUnsupported) {
				t.Logf("unsupported: %s", c.ID)
				continue
			}
			c.check(t, err, false)
		}
	})
}

// loadByTheUsualRules returns the error of loading keys. If no key was loaded, this is the error of
// the first key.
func loadByTheUsualRules(form string, text []byte) error {
	source := map[string]func([]byte) keycard.KeySource{"jwk": keycard.JWK, "jwks": keycard.JWKS, "pem": keycard.PEM}[form]
	if source == nil {
		return fmt.Errorf("unknown form of keys %q", form)
	}
	keys, err := keycard.LoadKeys(source(text))
	if err != nil {
		return err
	}
	report := keys.Report()
	if findings := append(report.Rejections, report.Skips...); report.Added == 0 && len(findings) > 0 {
		return &keycard.Error{Status: findings[0].Status, Stage: keycard.StageKeySet, Member: findings[0].Member}
	}
	return nil
}

func TestProofsOfOthersGetTheVerdictOfTheCase(t *testing.T) {
	vectorFiles(t, "proof-case/1", func(t *testing.T, name string, cases []json.RawMessage) {
		for _, text := range cases {
			var c struct {
				expectation
				Now                int64
				Alg                []string
				Proof, Method, URI string
				AccessToken        *string `json:"access_token"`
				Nonce              *string
			}
			if err := json.Unmarshal(text, &c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			rules := keycard.ProofRules{Algorithms: algorithms(c.Alg), Window: time.Minute,
				Method: c.Method, URI: c.URI, AccessToken: c.AccessToken}
			if c.AccessToken == nil {
				rules.Flags |= keycard.ProofWithoutAccessToken
			}
			if c.Nonce == nil {
				rules.Flags |= keycard.ProofNonceNotProvided
			} else {
				rules.Nonces = []string{*c.Nonce}
			}
			_, err := keycard.ValidateProof(c.Proof, rules, keycard.At(time.Unix(c.Now, 0)))
			c.check(t, err, false)
		}
	})
}

func TestTheThumbprintsOfTheSpecificationsAreFound(t *testing.T) {
	vectorFiles(t, "jwk-thumbprint/1", func(t *testing.T, name string, cases []json.RawMessage) {
		for _, text := range cases {
			var c struct {
				JWK        json.RawMessage
				Thumbprint string
			}
			if err := json.Unmarshal(text, &c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			keys, err := keycard.LoadKeys(keycard.JWK(c.JWK))
			if errors.Is(err, keycard.ErrKeyUnsupported) {
				t.Logf("unsupported: %s", c.JWK)
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", c.JWK, err)
				continue
			}
			if got := must(keys.Thumbprint(0)); got != c.Thumbprint {
				t.Errorf("%s: %s", c.JWK, got)
			}
		}
	})
}

func TestACaseWithAWrongVerdictIsSeen(t *testing.T) {
	i := es256Issuer("first")
	c := tokenCase{Now: now.Unix(), JWKS: i.jwks(), Token: keycard.Text(i.token(accessClaims(nil))),
		Policy: casePolicy{Profile: "jwt", Alg: texts{"ES256"}, Iss: texts{"https://other.example", theIssuer}}}
	if err := c.verdictOf(); err != nil {
		t.Errorf("rejected: %v", err)
	}
	c.Policy.Iss = texts{"https://other.example"}
	if err := c.verdictOf(); err == nil {
		t.Error("accepted for another issuer")
	}
}
