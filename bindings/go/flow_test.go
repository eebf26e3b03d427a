package keycard_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func TestAFlowIsFoundForAnApplication(t *testing.T) {
	classic, today, err := keycard.ApplicationSinglePage.Recommended()
	if err != nil || classic != keycard.FlowImplicit || today != keycard.FlowAuthorizationCodePKCE {
		t.Errorf("%v, %v, %v", classic, today, err)
	}
	if fit, err := keycard.ApplicationService.Fit(keycard.FlowClientCredentials); err != nil || fit != keycard.FitRecommended {
		t.Errorf("%v, %v", fit, err)
	}
	if practice, text, err := keycard.FlowImplicit.Practice(); err != nil || practice != keycard.PracticeShouldNot || text == "" {
		t.Errorf("%v, %q, %v", practice, text, err)
	}
	for _, err := range []error{
		second(keycard.Application(0).Fit(keycard.FlowHybrid)), second(keycard.ApplicationWeb.Fit(99)),
		third(keycard.Application(99).Recommended()), third(keycard.Flow(0).Practice()), third(keycard.Flow(0).Issued(keycard.EndpointToken)),
		third(keycard.FlowHybrid.Issued(0)), keycard.Flow(0).CheckReceived(keycard.EndpointToken, 0),
		keycard.FlowHybrid.CheckReceived(keycard.EndpointToken, 1<<20), second(keycard.ResponseType(0).Checks(keycard.EndpointToken)),
		third(keycard.ResponseType(0).Issued(keycard.EndpointToken)), keycard.ResponseTypeCode.CheckReceived(0, 0),
	} {
		if !errors.Is(err, keycard.ErrUnsupportedPolicy) {
			t.Errorf("%v", err)
		}
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestWhatAFlowNeverHandsOutIsRejected(t *testing.T) {
	always, possible, err := keycard.FlowClientCredentials.Issued(keycard.EndpointToken)
	if err != nil || always != keycard.IssuedAccessToken || possible&keycard.IssuedIDToken != 0 {
		t.Errorf("%v, %v, %v", always, possible, err)
	}
	if err := keycard.FlowClientCredentials.CheckReceived(keycard.EndpointToken, keycard.IssuedAccessToken|keycard.IssuedIDToken); !errors.Is(err, keycard.ErrNotIssuedByFlow) {
		t.Errorf("an ID token for a service: %v", err)
	}
	if err := keycard.FlowClientCredentials.CheckReceived(keycard.EndpointToken, keycard.IssuedAccessToken); err != nil {
		t.Error(err)
	}
	hybrid, err := keycard.ParseResponseType("id_token code")
	if err != nil || hybrid != keycard.ResponseTypeCodeIDToken || hybrid.String() != "code id_token" {
		t.Fatalf("%v, %v", hybrid, err)
	}
	for _, text := range []string{"", "code code", "token none", "code  token", "Code"} {
		if _, err := keycard.ParseResponseType(text); !errors.Is(err, keycard.ErrUnknownResponseType) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := hybrid.CheckReceived(keycard.EndpointAuthorization, keycard.IssuedAccessToken); !errors.Is(err, keycard.ErrNotIssuedByFlow) {
		t.Errorf("an access token beside them: %v", err)
	}
	if always, _, err := hybrid.Issued(keycard.EndpointAuthorization); err != nil || always.String() != "code, id token" {
		t.Errorf("%v, %v", always, err)
	}
	if checks, err := hybrid.Checks(keycard.EndpointAuthorization); err != nil || checks != keycard.CheckNonce|keycard.CheckCodeHash {
		t.Errorf("%v, %v", checks, err)
	}
}

// idPolicy returns the requirements of a client for every ID token.
func idPolicy() keycard.Policy {
	return keycard.Policy{Algorithms: keycard.ES256, Issuer: theIssuer, Audiences: []string{"client"}}
}

func idClaims(changes map[string]any) map[string]any {
	changes["aud"] = "client"
	for _, name := range []string{"scp", "cid"} {
		changes[name] = nil
	}
	return accessClaims(changes)
}

func TestAPolicyForAResponseHasItsMandatoryChecks(t *testing.T) {
	i := es256Issuer("first")
	code := "SplxlOBeZQQYbYS6WxSbIA"
	hash := sha256.Sum256([]byte(code))
	response := keycard.IDTokenResponse{
		ResponseType: keycard.ResponseTypeCodeIDToken, Endpoint: keycard.EndpointAuthorization,
		Nonce: keycard.Text("n-0S6_WzA2Mj"), Code: &code,
	}
	maxAge := time.Hour
	asked := idPolicy()
	asked.MaxAge = &maxAge
	policy, err := asked.ForIDToken(response)
	if err != nil || policy.Profile != keycard.ProfileIDToken || policy.Flags&keycard.RequireCodeHash == 0 || policy.Nonce == nil {
		t.Fatalf("%+v, %v", policy, err)
	}
	v := newValidator(t, i.keys(t), policy)
	claims := idClaims(map[string]any{"nonce": "n-0S6_WzA2Mj", "c_hash": encode(hash[:16]), "auth_time": now.Unix()})
	token := accepted(t, v, i.token(claims))
	if want := keycard.CheckNonce | keycard.CheckCodeHash | keycard.CheckAuthenticationAge; token.Passed()&want != want {
		t.Errorf("%v", token.Passed())
	}
	delete(claims, "c_hash")
	if _, err := v.Validate(i.token(claims), now); !errors.Is(err, keycard.ErrClaimMissing) {
		t.Errorf("without c_hash: %v", err)
	}
	for name, change := range map[string]func(*keycard.IDTokenResponse, *keycard.Policy) error{
		"no nonce": func(r *keycard.IDTokenResponse, _ *keycard.Policy) error {
			r.Nonce = nil
			return keycard.ErrPolicyIncomplete
		},
		"no code": func(r *keycard.IDTokenResponse, _ *keycard.Policy) error {
			r.Code = nil
			return keycard.ErrPolicyIncomplete
		},
		"an access token": func(r *keycard.IDTokenResponse, _ *keycard.Policy) error {
			r.AccessToken = keycard.Text("x")
			return keycard.ErrPolicyContradiction
		},
		"a nonce already": func(_ *keycard.IDTokenResponse, p *keycard.Policy) error {
			p.Nonce = keycard.Text("x")
			return keycard.ErrPolicyContradiction
		},
		"another profile": func(_ *keycard.IDTokenResponse, p *keycard.Policy) error {
			p.Profile = keycard.ProfileAccessToken
			return keycard.ErrPolicyContradiction
		},
		"no response type": func(r *keycard.IDTokenResponse, _ *keycard.Policy) error {
			r.ResponseType = 0
			return keycard.ErrUnsupportedPolicy
		},
	} {
		given, asked := response, idPolicy()
		want := change(&given, &asked)
		if _, err := asked.ForIDToken(given); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARefreshedIDTokenIsComparedWithTheOriginal(t *testing.T) {
	i := es256Issuer("first")
	original := keycard.OriginalIDToken{Issuer: theIssuer, Subject: "thermostat-7", Audiences: []string{"client"}, IssuedAt: now.Add(-time.Hour)}
	policy, err := idPolicy().ForRefreshedIDToken(original, "the access token")
	if err != nil {
		t.Fatal(err)
	}
	v := newValidator(t, i.keys(t), policy)
	if token := accepted(t, v, i.token(idClaims(map[string]any{}))); token.Passed()&keycard.CheckOriginal == 0 {
		t.Errorf("%v", token.Passed())
	}
	if _, err := v.Validate(i.token(idClaims(map[string]any{"sub": "another"})), now); !errors.Is(err, keycard.ErrNotAsOriginal) {
		t.Errorf("another subject: %v", err)
	}
	if _, err := policy.ForRefreshedIDToken(original, "x"); !errors.Is(err, keycard.ErrPolicyContradiction) {
		t.Errorf("twice: %v", err)
	}
}

func TestAnAccessTokenOfAServiceHasNoUser(t *testing.T) {
	i := es256Issuer("first")
	asked := accessPolicy()
	asked.ClientClaim = keycard.Text("cid")
	policy, err := asked.ForAccessToken(keycard.FlowClientCredentials)
	if err != nil || policy.Flags&keycard.RejectUser == 0 {
		t.Fatalf("%+v, %v", policy, err)
	}
	v := newValidator(t, i.keys(t), policy)
	accepted(t, v, i.token(accessClaims(map[string]any{"sub": "0oa2mv8c5m9Hd6q2t5d7"})))
	if _, err := v.Validate(i.token(accessClaims(nil)), now); !errors.Is(err, keycard.ErrUserPresent) {
		t.Errorf("a user: %v", err)
	}
	if _, err := policy.ForAccessToken(keycard.FlowAuthorizationCode); !errors.Is(err, keycard.ErrPolicyContradiction) {
		t.Errorf("the opposite: %v", err)
	}
	if _, err := asked.ForAccessToken(0); !errors.Is(err, keycard.ErrUnsupportedPolicy) {
		t.Errorf("no flow: %v", err)
	}
}
