package bearer_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
	"github.com/keycard-jwt/keycard/bindings/go/bearer"
)

// validator makes a validator for tokens of another issuer. The key of the service signs these
// tokens.
func (s *service) validator(t *testing.T, issuer string) *keycard.Validator {
	t.Helper()
	v, err := keycard.NewValidator(s.keys(t), keycard.Policy{
		Profile: keycard.ProfileAccessToken, Algorithms: keycard.ES256, Issuer: issuer, Audiences: []string{"api"},
		Scopes: []string{"at", issuer},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTokensOfSeveralIssuersNeedTheKeysOfTheirOwn(t *testing.T) {
	first, second := newService(t, nil), newService(t, nil)
	several, err := keycard.NewValidatorOfIssuers(first.validator(t, "https://a.example"), second.validator(t, "https://b.example"))
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, func(g *bearer.Guard) { g.Validator = several })
	for _, c := range []struct {
		name   string
		token  string
		status int
		why    error
	}{
		{"the first", first.token(t, map[string]any{"iss": "https://a.example", "scp": []string{"at", "https://a.example"}}), 200, nil},
		{"the second", second.token(t, map[string]any{"iss": "https://b.example", "scp": []string{"at", "https://b.example"}}), 200, nil},
		{"the first, by keys of the second", second.token(t, map[string]any{"iss": "https://a.example", "scp": []string{"at", "https://a.example"}}), 401, keycard.ErrSignatureInvalid},
		{"the second, by keys of the first", first.token(t, map[string]any{"iss": "https://b.example", "scp": []string{"at", "https://b.example"}}), 401, keycard.ErrSignatureInvalid},
		{"another", first.token(t, map[string]any{"iss": "https://c.example"}), 401, keycard.ErrWrongIssuer},
		{"none", first.token(t, map[string]any{"iss": nil}), 401, keycard.ErrClaimType},
		{"no token", "x", 401, keycard.ErrTokenParts},
	} {
		status, _, _ := s.ask(t, "/", "Bearer "+c.token)
		if status != c.status || !errors.Is(s.rejected, c.why) {
			t.Errorf("%s: %d, %v", c.name, status, s.rejected)
		}
	}
	scope := map[string]any{"iss": "https://a.example", "exp": 1, "scp": []string{}}
	if status, challenge, _ := s.ask(t, "/", "Bearer "+first.token(t, scope)); status != 401 || !errors.Is(s.rejected, keycard.ErrExpired) {
		t.Errorf("expired, without the scope: %d, %s, %v", status, challenge, s.rejected)
	}
	scope["exp"] = first.now.Unix() + 60
	want := `Bearer realm="devices", scope="at https://a.example", error="insufficient_scope", error_description="the token lacks a scope"`
	if status, challenge, _ := s.ask(t, "/", "Bearer "+first.token(t, scope)); status != 403 || challenge != want {
		t.Errorf("without the scope: %d, %s, %v", status, challenge, s.rejected)
	}
}

func TestATokenMayComeInTheCookieThatIsNamed(t *testing.T) {
	s := newService(t, func(g *bearer.Guard) { g.Cookie = "session" })
	good := s.token(t, nil)
	ask := func(path, authorization string, cookies ...string) int {
		request, err := http.NewRequest("GET", s.server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		for _, cookie := range cookies {
			request.Header.Add("Cookie", cookie)
		}
		s.rejected = nil
		response, err := s.server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	for _, c := range []struct {
		name, path, authorization string
		cookies                   []string
		status                    int
		why                       error
	}{
		{"the cookie", "/", "", []string{"session=" + good}, 200, nil},
		{"beside others", "/", "", []string{"a=b; session=" + good}, 200, nil},
		{"the header", "/", "Bearer " + good, []string{"a=b"}, 200, nil},
		{"another cookie", "/", "", []string{"Session=" + good}, 401, bearer.ErrNoToken},
		{"an empty one", "/", "", []string{"session="}, 401, bearer.ErrNoToken},
		{"one that is no token", "/", "", []string{"session=x"}, 401, keycard.ErrTokenParts},
		{"cookie and header", "/", "Bearer " + good, []string{"session=" + good}, 400, bearer.ErrTwoTokens},
		{"two cookies", "/", "", []string{"session=" + good, "session=" + good}, 400, bearer.ErrTwoTokens},
		{"cookie and address", "/?access_token=x", "", []string{"session=" + good}, 400, bearer.ErrTwoTokens},
	} {
		if status := ask(c.path, c.authorization, c.cookies...); status != c.status || !errors.Is(s.rejected, c.why) {
			t.Errorf("%s: %d, %v", c.name, status, s.rejected)
		}
	}
}

func TestKeysAreFetchedForAnUnknownKeyAndTheTokenIsValidatedAgain(t *testing.T) {
	rotated := newService(t, nil)
	asked := 0
	s := newService(t, func(g *bearer.Guard) {
		g.FetchKeys = func(_ context.Context, v *keycard.Validator) bool {
			asked++
			return v.SetKeys(rotated.keys(t)) == nil
		}
		keys, err := keycard.LoadKeys()
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Validator.SetKeys(keys); err != nil {
			t.Fatal(err)
		}
	})
	if status, _, _ := s.ask(t, "/", "Bearer "+rotated.token(t, nil)); status != 200 || asked != 1 {
		t.Errorf("%d, asked %d times, %v", status, asked, s.rejected)
	}
	if status, _, _ := s.ask(t, "/", "Bearer "+s.token(t, nil)); status != 401 || asked != 1 || !errors.Is(s.rejected, keycard.ErrSignatureInvalid) {
		t.Errorf("a wrong signature: %d, asked %d times, %v", status, asked, s.rejected)
	}
}

func TestKeysAreFetchedForAnExpiredKeyAndTheTokenIsValidatedAgain(t *testing.T) {
	asked := 0
	var s *service
	s = newService(t, func(g *bearer.Guard) {
		g.FetchKeys = func(_ context.Context, v *keycard.Validator) bool {
			asked++
			return v.SetKeys(s.keysUntil(t, s.now.Add(time.Minute))) == nil
		}
	})
	if err := s.own.SetKeys(s.keysUntil(t, s.now)); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := s.ask(t, "/", "Bearer "+s.token(t, nil)); status != 200 || asked != 1 {
		t.Errorf("%d, asked %d times, %v", status, asked, s.rejected)
	}
	s.now = s.now.Add(time.Minute)
	if status, _, _ := s.ask(t, "/", "Bearer "+s.token(t, nil)); status != 200 || asked != 2 {
		t.Errorf("%d, asked %d times, %v", status, asked, s.rejected)
	}
}
