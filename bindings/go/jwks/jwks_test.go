package jwks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/jwks"
)

func jwk(t *testing.T, id string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.ECDH()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf(`{"kty":"EC","crv":"P-256","kid":%q,"x":%q,"y":%q}`, id, encode(point.Bytes()[1:33]), encode(point.Bytes()[33:]))
}

// An issuer that publishes any text as its key set.
type issuer struct {
	mutex   sync.Mutex
	status  int
	text    string
	fetched int
}

func (i *issuer) publish(status int, text string) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	i.status, i.text = status, text
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	i.fetched++
	w.WriteHeader(i.status)
	fmt.Fprint(w, i.text)
}

func start(t *testing.T) (*issuer, *jwks.Fetcher, *keycard.Validator) {
	t.Helper()
	i := &issuer{}
	i.publish(200, `{"keys":[`+jwk(t, "1")+`]}`)
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	f := &jwks.Fetcher{URL: server.URL, AtLeast: time.Nanosecond}
	keys, err := f.Fetch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	v, err := keycard.NewValidator(keys, keycard.Policy{
		Profile: keycard.ProfileJWT, Algorithms: keycard.ES256, Issuer: "https://id.example", Audiences: []string{"api"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return i, f, v
}

func TestANewSetTakesThePlaceOfTheOld(t *testing.T) {
	i, f, v := start(t)
	i.publish(200, `{"keys":[`+jwk(t, "1")+`,`+jwk(t, "2")+`]}`)
	if !f.Refetch(context.Background(), v) || v.Keys().Len() != 2 {
		t.Errorf("%d keys", v.Keys().Len())
	}
}

func TestASetThatIsNoUseChangesNothing(t *testing.T) {
	i, f, v := start(t)
	before := v.Keys()
	var failure error
	f.OnFailure = func(err error) { failure = err }
	for name, c := range map[string]struct {
		status int
		text   string
		want   error
	}{
		"no keys":          {200, `{"keys":[]}`, jwks.ErrNoKeys},
		"no key of use":    {200, `{"keys":[{"kty":"oct","k":"AAAA"}]}`, jwks.ErrNoKeys},
		"a page":           {200, `<html>`, nil},
		"an error":         {500, `{"keys":[` + jwk(t, "3") + `]}`, nil},
		"too long a set":   {200, strings.Repeat(" ", 1<<20+1), jwks.ErrTooLong},
		"nothing":          {200, "", nil},
		"not found as set": {404, `{"keys":[]}`, nil},
	} {
		i.publish(c.status, c.text)
		failure = nil
		if f.Refetch(context.Background(), v) || v.Keys() != before || failure == nil {
			t.Errorf("%s: the keys changed, or nothing failed: %v", name, failure)
		}
		if c.want != nil && !errors.Is(failure, c.want) {
			t.Errorf("%s: %v", name, failure)
		}
	}
}

func TestUnknownKeysFetchAtMostOnceAMinute(t *testing.T) {
	i, f, v := start(t)
	f.AtLeast = 0
	var group sync.WaitGroup
	for n := 0; n < 50; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if f.Refetch(context.Background(), v) {
				t.Error("fetched again at once")
			}
		}()
	}
	group.Wait()
	if i.fetched != 1 {
		t.Errorf("%d fetches", i.fetched)
	}
}

func TestAnAddressIsHTTPSOrHere(t *testing.T) {
	for _, address := range []string{"http://id.example/jwks", "file:///etc/passwd", "", "id.example", "http://127.0.0.1.id.example/"} {
		if _, err := (&jwks.Fetcher{URL: address}).Fetch(context.Background()); !errors.Is(err, jwks.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

func TestRejectsARedirectToAnAddressThatIsNotHTTPS(t *testing.T) {
	set := `{"keys":[` + jwk(t, "k") + `]}`
	for address, want := range map[string]error{
		"https://other.example/keys":  nil,
		"http://issuer.example/keys":  jwks.ErrAddress,
		"http://127.0.0.1/keys":       jwks.ErrAddress,
		"file:///keys":                jwks.ErrAddress,
		"https://other.example/again": jwks.ErrAddress,
	} {
		follow := answers(func(r *http.Request) *http.Response {
			to := map[string]string{"/": address, "/again": "http://other.example/keys"}[r.URL.Path]
			status := http.StatusOK
			if to != "" {
				status = http.StatusFound
			}
			return &http.Response{
				StatusCode: status, Header: http.Header{"Location": {to}}, Request: r,
				Body: io.NopCloser(strings.NewReader(set)),
			}
		})
		f := &jwks.Fetcher{URL: "https://issuer.example/", Client: &http.Client{Transport: follow}}
		if _, err := f.Fetch(context.Background()); !errors.Is(err, want) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
