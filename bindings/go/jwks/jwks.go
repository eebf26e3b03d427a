// Package jwks fetches the key set of an issuer by HTTPS: once at the start, and again if the key
// of a token is not in the set or has expired, at most once a minute. A set without a usable key
// never replaces a set with usable keys.
package jwks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// Fetcher fetches one key set. Any number of goroutines may use one; it must not be copied.
type Fetcher struct {
	// The address of the set: jwks_uri in the metadata of the issuer. It must be https, or http on
	// this machine. The same holds for each address to which it redirects.
	URL string
	// The HTTP client; nil for a client with a timeout of ten seconds.
	Client *http.Client
	// The rules for loading keys.
	Rules keycard.KeyRules
	// The minimum time between two fetches for missing or expired keys; 0 for a minute.
	AtLeast time.Duration
	// Called with the error of each failed fetch by Refetch; may be nil. The validator then
	// keeps its keys.
	OnFailure func(error)

	mutex sync.Mutex
	last  time.Time
}

var (
	// ErrAddress says that the address of a key set, or of a redirect, is neither https nor http on
	// this machine. A redirect must also keep the scheme.
	ErrAddress = errors.New("jwks: the address is not https, and not http on this machine")
	// ErrNoKeys says that a set has no key that may verify tokens here: see [keycard.KeySet.Report].
	ErrNoKeys = errors.New("jwks: the set has no usable key")
	// ErrTooLong says that a set is longer than a MiB.
	ErrTooLong = errors.New("jwks: the set is longer than 1 MiB")
)

const longest = 1 << 20

// Fetch fetches the set. A set without a usable key is [ErrNoKeys]; a response other than 200 is an
// error too.
func (f *Fetcher) Fetch(ctx context.Context) (*keycard.KeySet, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.fetch(ctx)
}

func (f *Fetcher) fetch(ctx context.Context) (*keycard.KeySet, error) {
	f.last = time.Now()
	address, err := url.Parse(f.URL)
	if err != nil {
		return nil, err
	}
	if !isSafe(address) {
		return nil, ErrAddress
	}
	client := http.Client{Timeout: 10 * time.Second}
	if f.Client != nil {
		client = *f.Client
	}
	client.CheckRedirect = safely(client.CheckRedirect)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, application/jwk-set+json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("jwks: the status of the response is %s", response.Status)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, longest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > longest {
		return nil, ErrTooLong
	}
	keys, err := keycard.LoadKeys(keycard.JWKS(text).By(f.Rules))
	if err != nil {
		return nil, err
	}
	if keys.Len() == 0 {
		return nil, ErrNoKeys
	}
	return keys, nil
}

// Refetch fetches the set for a validator that lacks a current key, unless the last fetch was less
// than AtLeast ago. The result is true if the validator now has another set. Use Refetch as
// FetchKeys of a guard in package bearer. Requests that arrive during a fetch wait for it.
func (f *Fetcher) Refetch(ctx context.Context, v *keycard.Validator) bool {
	before := v.Keys()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if v.Keys() != before {
		return true
	}
	least := f.AtLeast
	if least == 0 {
		least = time.Minute
	}
	if time.Since(f.last) < least {
		return false
	}
	// Continue even if the client that sent the token disconnects: other clients need the keys, too.
	keys, err := f.fetch(context.WithoutCancel(ctx))
	if err == nil {
		err = v.SetKeys(keys)
	}
	if err != nil && f.OnFailure != nil {
		f.OnFailure(err)
	}
	return err == nil
}

// safely follows redirects like follow, except to an address that is not allowed. Otherwise an
// attacker who can change an unprotected response could supply the keys.
func safely(follow func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if !isSafe(next.URL) || next.URL.Scheme != via[0].URL.Scheme {
			return ErrAddress
		}
		if follow != nil {
			return follow(next, via)
		}
		// [http.Client] has the same limit.
		if len(via) >= 10 {
			return errors.New("jwks: stopped after ten redirects")
		}
		return nil
	}
}

func isSafe(address *url.URL) bool {
	return address.Scheme == "https" || address.Scheme == "http" && isHere(address.Hostname())
}

func isHere(host string) bool {
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}
