package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"strings"
)

// Application is a kind of application, such as [ApplicationNative]. It determines the flow.
type Application uint32

func (a Application) String() string { return nameOf(namesApplication, a) }

// Flow is a flow of OAuth 2.0, such as [FlowAuthorizationCodePKCE].
type Flow uint32

func (f Flow) String() string { return nameOf(namesFlow, f) }

// Fit is the rating of a flow for an application in the classic table.
type Fit uint32

func (f Fit) String() string { return nameOf(namesFit, f) }

// Practice is the advice of RFC 9700 on a flow.
type Practice uint32

func (p Practice) String() string { return nameOf(namesPractice, p) }

// Endpoint is the origin of a response: [EndpointAuthorization], through the browser, or
// [EndpointToken].
type Endpoint uint32

func (e Endpoint) String() string { return nameOf(namesEndpoint, e) }

// ResponseType is the response type of an authorization request, such as [ResponseTypeCode].
type ResponseType uint32

// String returns the response type as it is written in a request.
func (t ResponseType) String() string { return nameOf(namesResponseType, t) }

// Issued is a set of values that an endpoint issues, such as [IssuedCode], combined with |.
type Issued uint32

// Names lists the values in the set.
func (i Issued) Names() []string { return namesIn(namesIssued, i) }

func (i Issued) String() string { return strings.Join(i.Names(), ", ") }

// Recommended returns the flow that the classic table recommends for an application, and the one to
// use today (RFC 9700). The error is [ErrUnsupportedPolicy] for an unknown application.
func (a Application) Recommended() (classic, today Flow, err error) {
	var c C.keycard_recommendation
	status := C.keycard_flow_recommendation(C.int32_t(a), &c)
	return Flow(c.classic), Flow(c.today), rejection(status, StageUsage)
}

// Fit returns the rating of a flow for an application in the classic table. The error is
// [ErrUnsupportedPolicy] for an unknown flow or application.
func (a Application) Fit(flow Flow) (Fit, error) {
	var fit C.int32_t
	status := C.keycard_flow_fit(C.int32_t(a), C.int32_t(flow), &fit)
	return Fit(fit), rejection(status, StageUsage)
}

// Practice returns the advice of RFC 9700 on a flow, and a sentence with the section. The error is
// [ErrUnsupportedPolicy] for an unknown flow.
func (f Flow) Practice() (Practice, string, error) {
	var c C.keycard_practice
	status := C.keycard_flow_practice(C.int32_t(f), &c)
	return Practice(c.kind), staticText(c.text), rejection(status, StageUsage)
}

// Issued returns the values that a flow issues at an endpoint: always, and in some responses. If
// they depend on the response type, [ResponseType.Issued] is more precise. The error is
// [ErrUnsupportedPolicy] for an unknown flow or endpoint.
func (f Flow) Issued(from Endpoint) (always, possible Issued, err error) {
	var c C.keycard_issued
	status := C.keycard_flow_issued(C.int32_t(f), C.int32_t(from), &c)
	return Issued(c.always), Issued(c.possible), rejection(status, StageUsage)
}

// CheckReceived returns [ErrNotIssuedByFlow] for a response with a value that the flow never issues
// at the endpoint, for example an ID token for a service or a refresh token through the browser.
func (f Flow) CheckReceived(from Endpoint, received Issued) error {
	return rejection(C.keycard_flow_check_received(C.int32_t(f), C.int32_t(from), C.uint32_t(received)), StageClaims)
}

// ParseResponseType parses the parameter response_type of an authorization request, without
// percent-encoding: words separated by one space, in any order. The error is
// [ErrUnknownResponseType].
func ParseResponseType(text string) (ResponseType, error) {
	var found C.int32_t
	status := C.keycard_go_response_type(textOf(text), &found)
	return ResponseType(found), rejection(status, StageUsage)
}

// Issued is like [Flow.Issued], for a response type.
func (t ResponseType) Issued(from Endpoint) (always, possible Issued, err error) {
	var c C.keycard_issued
	status := C.keycard_response_type_issued(C.int32_t(t), C.int32_t(from), &c)
	return Issued(c.always), Issued(c.possible), rejection(status, StageUsage)
}

// CheckReceived is like [Flow.CheckReceived], for a response type.
func (t ResponseType) CheckReceived(from Endpoint, received Issued) error {
	status := C.keycard_response_type_check_received(C.int32_t(t), C.int32_t(from), C.uint32_t(received))
	return rejection(status, StageClaims)
}

// Checks returns the checks that OpenID Connect requires for an ID token from an endpoint, in
// addition to those of every ID token. The error is [ErrUnsupportedPolicy] for an unknown response
// type or endpoint.
func (t ResponseType) Checks(from Endpoint) (Checks, error) {
	var checks C.uint32_t
	status := C.keycard_response_type_checks(C.int32_t(t), C.int32_t(from), &checks)
	return Checks(checks), rejection(status, StageUsage)
}

// IDTokenResponse holds the values that came with an ID token, and the request that it answers.
type IDTokenResponse struct {
	// The requested response type, and the endpoint that issued the ID token.
	ResponseType ResponseType
	Endpoint     Endpoint
	// The nonce that was sent. It may be nil only at the token endpoint for the types code and code
	// token. The policy then needs the flag NonceNotSent.
	Nonce *string
	// The access token and the code that came with it, or nil. The token endpoint always returns an
	// access token.
	AccessToken, Code *string
	// The sub of the ID token that came with the code, or nil without such a token.
	Subject *string
}

// ForIDToken returns a policy for the ID token of a response. It sets the profile, the values that
// came with the token, and the flags of the checks that are mandatory for the response type. The
// caller sets issuer, audience (the client) and algorithms.
//
// The error is [ErrPolicyIncomplete] if a mandatory check lacks its value. It is
// [ErrPolicyContradiction] if the endpoint issues no ID token for this type, if it does not issue a
// given value, or if the policy already has one of these fields. It is [ErrUnsupportedPolicy] for
// an unknown response type or endpoint.
func (p Policy) ForIDToken(response IDTokenResponse) (Policy, error) {
	if p.Nonce != nil || p.AccessToken != nil || p.Code != nil || p.Subject != nil {
		return Policy{}, rejection(C.KEYCARD_POLICY_CONTRADICTION, StageUsage)
	}
	p.Nonce, p.AccessToken, p.Code, p.Subject = response.Nonce, response.AccessToken, response.Code, response.Subject
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_go_policy_for_id_token(c, C.int32_t(response.ResponseType), C.int32_t(response.Endpoint))
	})
}

// ForRefreshedIDToken returns a policy for the ID token of a refresh. It sets the profile, the
// original ID token to compare with, and the access token that came with it.
//
// The error is [ErrPolicyContradiction] if the policy is for another profile or already has one of
// these fields.
func (p Policy) ForRefreshedIDToken(original OriginalIDToken, accessToken string) (Policy, error) {
	if p.Original != nil || p.AccessToken != nil {
		return Policy{}, rejection(C.KEYCARD_POLICY_CONTRADICTION, StageUsage)
	}
	p.Original, p.AccessToken = &original, &accessToken
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_go_policy_for_refreshed_id_token(c)
	})
}

// ForAccessToken returns a policy for an access token of a flow. It sets the profile, unless it is
// already [ProfileAccessTokenRFC9068], and whether the token must stand for a user. The caller sets
// ClientClaim, and UserMark for a flow with a user; both are required.
//
// The error is [ErrPolicyContradiction] if the policy is for another profile, or already has the
// opposite rule for the user. It is [ErrUnsupportedPolicy] for an unknown flow.
func (p Policy) ForAccessToken(flow Flow) (Policy, error) {
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_policy_for_access_token(c, C.int32_t(flow))
	})
}

// asked returns the policy after the library has set its profile and flags.
func (p Policy) asked(set func(*C.keycard_policy) C.keycard_status) (Policy, error) {
	memory, err := newPolicyMemory(&p)
	if err != nil {
		return Policy{}, err
	}
	if err := rejection(set(memory.policy), StageUsage); err != nil {
		return Policy{}, err
	}
	p.Profile = Profile(memory.policy.profile)
	// These two flags are fields in Go.
	p.Flags = Flags(memory.policy.flags &^ (C.KEYCARD_HAS_MAX_TOKEN_AGE | C.KEYCARD_HAS_MAX_AGE))
	runtime.KeepAlive(memory)
	return p, nil
}
