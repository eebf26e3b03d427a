package main

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// Provider is an identity provider that may let clients act for its users, by an ID-JAG
// (draft-ietf-oauth-identity-assertion-authz-grant).
type Provider struct {
	Keys *keycard.KeySet
	// The scopes that the provider may grant. The server cannot check the consent of its users.
	Scopes []string
}

// grants validates the grants of one provider for one client.
func (s *Server) grants(issuer string, provider Provider, client string) (*keycard.Validator, error) {
	lifetime := assertionLifetime
	return keycard.NewValidator(provider.Keys, keycard.Policy{
		Profile:     keycard.ProfileIDJAG,
		Algorithms:  keycard.ES256 | keycard.PS256 | keycard.Ed25519,
		Issuer:      issuer,
		Audiences:   []string{s.issuer},
		Clients:     []string{client},
		MaxLifetime: &lifetime,
	})
}

// byJWT exchanges the grant of a provider (RFC 7523 section 2.1). The caller has authenticated the
// client.
func (s *Server) byJWT(id string, client Client, assertion, scope *string) (grant, *rejection) {
	if client.Keys == nil {
		// Section 8.1 of the draft: a client that cannot authenticate asks the user instead.
		return grant{}, &rejection{http.StatusBadRequest, "unauthorized_client", "a client without keys"}
	}
	if assertion == nil {
		return grant{}, invalidRequest("assertion is missing")
	}
	// The issuer only selects the keys to try. No claim is trusted before the signature is verified.
	unverified, err := keycard.Peek(*assertion)
	if err != nil {
		return grant{}, invalidGrant("not a JWT")
	}
	issuer := unverified.Issuer
	provider, known := s.provider(issuer)
	if !known {
		return grant{}, invalidGrant("not the grant of a provider that is trusted")
	}
	validator, err := s.grants(issuer, provider, id)
	if err != nil {
		return grant{}, invalidGrant("the keys of the provider are of no use")
	}
	token, err := validator.Validate(*assertion, s.now())
	if errors.Is(err, keycard.ErrTokenBound) {
		// Section 8.6.1.2.2 of the draft. This server takes no DPoP proofs.
		return grant{}, invalidGrant("the grant is bound to a key, which the request does not prove")
	}
	if err != nil {
		return grant{}, invalidGrant("the grant is rejected")
	}
	scopes, rejected := narrowed(token, provider, scope)
	if rejected != nil {
		return grant{}, rejected
	}
	subject, err := token.String("sub")
	if err != nil {
		return grant{}, invalidGrant("the grant is rejected")
	}
	// This check is the last one: a grant that was rejected must not count as used.
	if err := s.used.CheckToken(token); err != nil {
		return grant{}, invalidGrant("the grant was used before")
	}
	// A subject is unique for its issuer only. No issuer has a space.
	return grant{issuer + " " + subject, scopes}, nil
}

// narrowed returns the scopes that the request asks for, or those of the grant. Each of them must
// be in the grant, and the provider must be allowed to grant it.
func narrowed(token *keycard.Token, provider Provider, scope *string) (string, *rejection) {
	asked, err := token.Scopes()
	if err != nil {
		return "", invalidGrant("the scopes of the grant cannot be read")
	}
	if scope != nil {
		asked = strings.Fields(*scope)
	}
	for _, one := range asked {
		if !token.HasScope(one) || !slices.Contains(provider.Scopes, one) {
			return "", &rejection{http.StatusBadRequest, "invalid_scope", "more than was granted"}
		}
	}
	return strings.Join(asked, " "), nil
}
