package keycard_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func TestAReportSaysWhatBecameOfEachKey(t *testing.T) {
	good := es256Issuer("good")
	secret := hs256Issuer("secret")
	private := es256Issuer("private")
	private.jwk["d"] = encode(make([]byte, 32))
	jwks := jwksOf(good.jwk, secret.jwk, private.jwk, map[string]any{"kty": "unheard-of"})
	keys, err := keycard.ParseJWKS(jwks)
	if err != nil {
		t.Fatal(err)
	}
	report := keys.Report()
	if keys.Len() != 1 || report.Added != 1 || report.Skipped != 1 || report.Rejected != 2 || len(report.Rejections) != 2 {
		t.Fatalf("%+v", report)
	}
	if got := report.Rejections[0]; got.Index != 1 || got.Status != keycard.ErrKeySecret {
		t.Errorf("%+v", got)
	}
	if got := report.Rejections[1]; got.Index != 2 || got.Status != keycard.ErrKeyPrivate || got.Member != "d" {
		t.Errorf("%+v", got)
	}
	report.Rejections[0].Status = 0
	if keys.Report().Rejections[0].Status == 0 {
		t.Error("the report of a set can be changed")
	}
}

func TestSecretsEnterByName(t *testing.T) {
	i := hs256Issuer("first")
	keys, err := keycard.ParseJWKS(i.jwks())
	if err != nil || keys.Len() != 0 {
		t.Errorf("%d keys, %v", keys.Len(), err)
	}
	keys, err = keycard.LoadKeys(keycard.JWKS(i.jwks()).By(keycard.KeyRules{AllowSecrets: true}))
	if err != nil || keys.Len() != 1 {
		t.Errorf("by name: %d keys, %v", keys.Len(), err)
	}
	if _, err := keycard.LoadKeys(keycard.Secret([]byte("short"))); !errors.Is(err, keycard.ErrKeyWeak) {
		t.Errorf("a short secret: %v", err)
	}
	rules := keycard.KeyRules{InsecureMinSecretBytes: 5, Algorithms: keycard.HS256}
	if _, err := keycard.LoadKeys(keycard.Secret([]byte("short")).By(rules)); err != nil {
		t.Errorf("a short secret, by name: %v", err)
	}
}

func TestKeysOfSeveralSourcesAreOneSet(t *testing.T) {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	der := must(x509.MarshalPKIXPublicKey(&private.PublicKey))
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	jwk := must(json.Marshal(es256Issuer("first").jwk))
	keys, err := keycard.LoadKeys(
		keycard.JWKS(es256Issuer("zeroth").jwks()),
		keycard.JWK(jwk),
		keycard.PEM(text).By(keycard.KeyRules{ID: keycard.Text("second"), Algorithms: keycard.ES256}),
		keycard.DER(der),
		keycard.Secret(make([]byte, 64)),
	)
	if err != nil || keys.Len() != 5 || keys.Report().Added != 5 {
		t.Fatalf("%d keys, %v", keys.Len(), err)
	}
	second, third := must(keys.Thumbprint(2)), must(keys.Thumbprint(3))
	if second != third || len(second) != 43 {
		t.Errorf("one key in PEM and DER: %q and %q", second, third)
	}
	if at, err := keys.Find(second); err != nil || at != 2 {
		t.Errorf("%d, %v", at, err)
	}
	for _, index := range []int{-1, 5, 1 << 40} {
		if _, err := keys.Thumbprint(index); !errors.Is(err, keycard.ErrKeyNotFound) {
			t.Errorf("%d: %v", index, err)
		}
	}
	if at, err := keys.Find(must(keycard.CodeChallenge(must(keycard.NewCodeVerifier())))); at != -1 || !errors.Is(err, keycard.ErrKeyNotFound) {
		t.Errorf("%d, %v", at, err)
	}
	if _, err := keys.Find("short"); err == nil {
		t.Error("a thumbprint of five characters is one")
	}
}

func TestEachBlockOfPEMIsAKeyOrReported(t *testing.T) {
	forms := "../../tests/vectors/key_forms/"
	var text []byte
	for _, name := range []string{"private_p256_pkcs8.pem", "rsa_public.pem", "certificate_p256_none.pem"} {
		text = append(text, must(os.ReadFile(forms+name))...)
	}
	keys, err := keycard.LoadKeys(keycard.PEM(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []keycard.KeyFinding{{Index: 0, Status: keycard.ErrKeyPrivate}, {Index: 2, Status: keycard.ErrKeyIsCertificate}}
	if report := keys.Report(); report.Added != 1 || !reflect.DeepEqual(report.Rejections, want) {
		t.Errorf("%+v", report)
	}
	keys, err = keycard.LoadKeys(keycard.PEM(text).By(keycard.KeyRules{AllowCertificates: true}))
	if err != nil || keys.Len() != 2 || keys.Report().Rejected != 1 {
		t.Errorf("%d keys, %v", keys.Len(), err)
	}
	private := must(os.ReadFile(forms + "private_rsa_pkcs8.pem"))
	if _, err := keycard.LoadKeys(keycard.PEM(private)); !errors.Is(err, keycard.ErrKeyPrivate) {
		t.Errorf("a private key: %v", err)
	}
}

func TestPrecomputedKeysGiveTheSameVerdicts(t *testing.T) {
	for _, i := range issuers() {
		for _, size := range []keycard.Precomputation{keycard.PrecomputeNone, keycard.Precompute1KB, keycard.Precompute64KB} {
			rules := keycard.KeyRules{AllowSecrets: true, Precompute: size}
			keys, err := keycard.LoadKeys(keycard.JWKS(i.jwks()).By(rules))
			if err != nil {
				t.Fatal(err)
			}
			v := newValidator(t, keys, accessPolicy())
			jwt := i.token(accessClaims(nil))
			accepted(t, v, jwt)
			if _, err := v.Validate(jwt[:len(jwt)-4]+"AAAA", now); err == nil {
				t.Errorf("%s precomputed with %d: a wrong signature is accepted", i.algorithm, size)
			}
		}
	}
	unknown := keycard.JWKS(es256Issuer("a").jwks()).By(keycard.KeyRules{Precompute: 7})
	if _, err := keycard.LoadKeys(unknown); !errors.Is(err, keycard.ErrPolicyValue) {
		t.Errorf("%v", err)
	}
}

func TestBrokenSourcesLoadNothing(t *testing.T) {
	good := keycard.JWKS(es256Issuer("first").jwks())
	for _, c := range []struct {
		name   string
		source keycard.KeySource
		want   error
	}{
		{"nothing", keycard.JWKS(nil), keycard.ErrJSONSyntax},
		{"an array", keycard.JWKS([]byte("[]")), keycard.ErrJSONNotAnObject},
		{"an object", keycard.JWKS([]byte("{}")), keycard.ErrKeySetMalformed},
		{"not PEM", keycard.PEM([]byte("PEM")), keycard.ErrKeyPEMMissing},
		{"not DER", keycard.DER([]byte{0x30}), keycard.ErrKeyEncoding},
		{"a key for a secret", keycard.Secret(must(json.Marshal(es256Issuer("a").jwk))), keycard.ErrKeyNotSecret},
		{"the zero source", keycard.KeySource{}, keycard.ErrJSONSyntax},
		{"an unknown algorithm", good.By(keycard.KeyRules{Algorithms: 1 << 31}), keycard.ErrUnsupportedPolicy},
	} {
		keys, err := keycard.LoadKeys(c.source)
		if keys != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if keys, err = keycard.LoadKeys(good, c.source); keys != nil || !errors.Is(err, c.want) {
			t.Errorf("%s behind a good one: %v", c.name, err)
		}
	}
}

func TestASetOfManyKeysFindsItsMemory(t *testing.T) {
	var jwks []map[string]any
	for n := 0; n < 400; n++ {
		jwks = append(jwks, es256Issuer(fmt.Sprintf("key-%d-with-a-rather-long-name", n)).jwk)
	}
	keys, err := keycard.ParseJWKS(jwksOf(jwks...))
	if err != nil || keys.Len() != len(jwks) {
		t.Errorf("%d keys, %v", keys.Len(), err)
	}
}

func TestNoKeysAnswerLikeNone(t *testing.T) {
	for _, keys := range []*keycard.KeySet{nil, {}} {
		if keys.Len() != 0 || keys.Report().Added != 0 {
			t.Error("there are keys in nothing")
		}
		if _, err := keys.Thumbprint(0); err == nil {
			t.Error("a thumbprint of nothing")
		}
		if _, err := keys.Find("x"); err == nil {
			t.Error("something is found in nothing")
		}
	}
}

func TestKeysOfTheStandardLibraryAreTaken(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		private := must(ecdsa.GenerateKey(curve, rand.Reader))
		der := must(x509.MarshalPKIXPublicKey(&private.PublicKey))
		sameKey(t, keycard.PublicKey(&private.PublicKey), keycard.DER(der))
	}
	private := must(rsa.GenerateKey(rand.Reader, 2048))
	sameKey(t, keycard.PublicKey(&private.PublicKey), keycard.DER(must(x509.MarshalPKIXPublicKey(&private.PublicKey))))
	sameKey(t, keycard.PublicKey(&private.PublicKey), keycard.RSA(private.N.Bytes(), []byte{1, 0, 1}))
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sameKey(t, keycard.PublicKey(public), keycard.DER(must(x509.MarshalPKIXPublicKey(public))))
	sameKey(t, keycard.PublicKey(public), keycard.Encoded(keycard.Ed25519, public))

	weak, _ := rsa.GenerateKey(rand.Reader, 1024)
	for name, c := range map[string]struct {
		source keycard.KeySource
		want   error
	}{
		"no key":               {keycard.PublicKey(nil), keycard.ErrKeyUnsupported},
		"no point":             {keycard.PublicKey((*ecdsa.PublicKey)(nil)), keycard.ErrKeyUnsupported},
		"an empty point":       {keycard.PublicKey(new(ecdsa.PublicKey)), keycard.ErrKeyUnsupported},
		"no modulus":           {keycard.PublicKey(new(rsa.PublicKey)), keycard.ErrKeyUnsupported},
		"another curve":        {keycard.PublicKey(&must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)).PublicKey), keycard.ErrKeyUnsupported},
		"a private key":        {keycard.PublicKey(private), keycard.ErrKeyUnsupported},
		"a short Ed25519 key":  {keycard.PublicKey(public[:31]), keycard.ErrKeyWidth},
		"unequal coordinates":  {keycard.Point(keycard.ES256, make([]byte, 32), make([]byte, 31)), keycard.ErrKeyWidth},
		"a point elsewhere":    {keycard.Point(keycard.ES256, make([]byte, 32), make([]byte, 32)), keycard.ErrKeyNotOnCurve},
		"two algorithms":       {keycard.Point(keycard.ES256|keycard.ES384, make([]byte, 32), make([]byte, 32)), keycard.ErrUnsupportedPolicy},
		"no numbers":           {keycard.RSA(nil, nil), keycard.ErrKeyMalformed},
		"a modulus of 1024":    {keycard.PublicKey(publicOf(weak)), keycard.ErrKeyWeak},
		"leading zeros in RSA": {keycard.RSA(append([]byte{0, 0}, private.N.Bytes()...), []byte{1, 0, 1}), keycard.ErrKeyWidth},
	} {
		var rejected *keycard.Error
		if set, err := keycard.LoadKeys(c.source); set != nil || !errors.Is(err, c.want) || !errors.As(err, &rejected) || rejected.Rule != -1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = keycard.LoadKeys(keycard.PublicKey(public[:31]))
	if rejected := new(keycard.Error); !errors.As(err, &rejected) || rejected.Found != 31 || rejected.Needed != 32 ||
		!strings.HasSuffix(err.Error(), "(x): 31 bytes instead of 32") {
		t.Errorf("a short key: %v", err)
	}
}

// publicOf returns the public key. If the Go version cannot make weak keys, the result is another
// key of the same size.
func publicOf(key *rsa.PrivateKey) *rsa.PublicKey {
	if key != nil {
		return &key.PublicKey
	}
	modulus := new(big.Int).Lsh(big.NewInt(1), 1023)
	return &rsa.PublicKey{N: modulus.Add(modulus, big.NewInt(1)), E: 65537}
}

func sameKey(t *testing.T, one, other keycard.KeySource) {
	t.Helper()
	keys, err := keycard.LoadKeys(one, other)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := must(keys.Thumbprint(0)), must(keys.Thumbprint(1)); a != b {
		t.Errorf("%s and %s", a, b)
	}
}
