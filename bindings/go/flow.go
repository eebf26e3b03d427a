package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// Application is a kind of application, by which a flow is chosen: [ApplicationNative] and its
// like.
type Application uint32

func (a Application) String() string { return nameOf(namesApplication, a) }

// Flow is a flow of OAuth 2.0: [FlowAuthorizationCodePKCE] and its like.
type Flow uint32

func (f Flow) String() string { return nameOf(namesFlow, f) }

// Fit is how a flow fits an application by the classic table.
type Fit uint32

func (f Fit) String() string { return nameOf(namesFit, f) }

// Practice is what RFC 9700 makes of a flow.
type Practice uint32

func (p Practice) String() string { return nameOf(namesPractice, p) }

// Endpoint is where a response comes from: [EndpointAuthorization], through the browser, or
// [EndpointToken].
type Endpoint uint32

func (e Endpoint) String() string { return nameOf(namesEndpoint, e) }

// ResponseType is what an authorization request asks for: [ResponseTypeCode] and its like.
type ResponseType uint32

// String is the response type as a request has it.
func (t ResponseType) String() string { return nameOf(namesResponseType, t) }

// Issued is a set of what an endpoint hands out: [IssuedCode] and its like, or-ed.
type Issued uint32

// Names lists what is in the set.
func (i Issued) Names() []string { return namesIn(namesIssued, i) }

func (i Issued) String() string { return strings.Join(i.Names(), ", ") }

// Recommended is the flow that the classic table recommends for an application, and the one to take
// today (RFC 9700). The error is [ErrUnsupportedPolicy] for an unknown application.
func (a Application) Recommended() (classic, today Flow, err error) {
	var c C.keycard_recommendation
	status := C.keycard_flow_recommendation(C.int32_t(a), &c)
	return Flow(c.classic), Flow(c.today), rejection(status, StageUsage)
}

// Fit is how a flow fits an application by the classic table. The error is [ErrUnsupportedPolicy]
// for an unknown one.
func (a Application) Fit(flow Flow) (Fit, error) {
	var fit C.int32_t
	status := C.keycard_flow_fit(C.int32_t(a), C.int32_t(flow), &fit)
	return Fit(fit), rejection(status, StageUsage)
}

// Practice is what RFC 9700 makes of a flow, and the same as a sentence with its section. The error
// is [ErrUnsupportedPolicy] for an unknown flow.
func (f Flow) Practice() (Practice, string, error) {
	var c C.keycard_practice
	status := C.keycard_flow_practice(C.int32_t(f), &c)
	return Practice(c.kind), staticText(c.text), rejection(status, StageUsage)
}

// Issued is what a flow brings from an endpoint: what every success has, and what it may have
// beside that. Where that depends on the response type, [ResponseType.Issued] tells more. The error
// is [ErrUnsupportedPolicy] for an unknown flow or endpoint.
func (f Flow) Issued(from Endpoint) (always, possible Issued, err error) {
	var c C.keycard_issued
	status := C.keycard_flow_issued(C.int32_t(f), C.int32_t(from), &c)
	return Issued(c.always), Issued(c.possible), rejection(status, StageUsage)
}

// CheckReceived rejects a response with something in it that the flow never hands out there, with
// [ErrNotIssuedByFlow]: an ID token for a service, a refresh token through the browser.
func (f Flow) CheckReceived(from Endpoint, received Issued) error {
	return rejection(C.keycard_flow_check_received(C.int32_t(f), C.int32_t(from), C.uint32_t(received)), StageClaims)
}

// ParseResponseType reads the parameter response_type of an authorization request, without
// percent-encoding: words with one space between them, in any order. The error is
// [ErrUnknownResponseType].
func ParseResponseType(text string) (ResponseType, error) {
	var found C.int32_t
	c := textOf(text)
	status := C.keycard_response_type_parse(unsafe.Pointer(c.data), c.length, &found)
	return ResponseType(found), rejection(status, StageUsage)
}

// Issued is as [Flow.Issued], for a response type.
func (t ResponseType) Issued(from Endpoint) (always, possible Issued, err error) {
	var c C.keycard_issued
	status := C.keycard_response_type_issued(C.int32_t(t), C.int32_t(from), &c)
	return Issued(c.always), Issued(c.possible), rejection(status, StageUsage)
}

// CheckReceived is as [Flow.CheckReceived], for a response type.
func (t ResponseType) CheckReceived(from Endpoint, received Issued) error {
	status := C.keycard_response_type_check_received(C.int32_t(t), C.int32_t(from), C.uint32_t(received))
	return rejection(status, StageClaims)
}

// Checks are those that OpenID Connect demands of an ID token from an endpoint beyond those of
// every ID token. The error is [ErrUnsupportedPolicy] for an unknown response type or endpoint.
func (t ResponseType) Checks(from Endpoint) (Checks, error) {
	var checks C.uint32_t
	status := C.keycard_response_type_checks(C.int32_t(t), C.int32_t(from), &checks)
	return Checks(checks), rejection(status, StageUsage)
}

// IDTokenResponse is what came with an ID token, and what it belongs to.
type IDTokenResponse struct {
	// The response type that was asked for, and where the ID token is from.
	ResponseType ResponseType
	Endpoint     Endpoint
	// The nonce that was sent. Nil only from the token endpoint for the types code and code token,
	// and then with NonceNotSent among the flags of the policy.
	Nonce *string
	// The access token and the code that came with it, each nil if it did not. From the token
	// endpoint there is always an access token.
	AccessToken, Code *string
	// The sub of the ID token that came with the code, nil if there was none.
	Subject *string
}

// ForIDToken is a policy with what must be asked of the ID token of a response: the profile, what
// came with the token, and the flags of the checks that are mandatory for its response type.
// Issuer, audience (the client) and algorithms are the caller's to set.
//
// The error is [ErrPolicyIncomplete] if something is absent that a mandatory check needs,
// [ErrPolicyContradiction] if no ID token comes from there for this type, something is given that
// does not, or the policy has one of these fields already, [ErrUnsupportedPolicy] for an unknown
// response type or endpoint.
func (p Policy) ForIDToken(response IDTokenResponse) (Policy, error) {
	if p.Nonce != nil || p.AccessToken != nil || p.Code != nil || p.Subject != nil {
		return Policy{}, rejection(C.KEYCARD_POLICY_CONTRADICTION, StageUsage)
	}
	p.Nonce, p.AccessToken, p.Code, p.Subject = response.Nonce, response.AccessToken, response.Code, response.Subject
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_go_policy_for_id_token(c, C.int32_t(response.ResponseType), C.int32_t(response.Endpoint))
	})
}

// ForRefreshedIDToken is a policy with what must be asked of the ID token that came with a refresh:
// the profile, the original that it is compared with, and the access token beside it.
//
// The error is [ErrPolicyContradiction] if the policy is for another profile or has one of these
// fields already.
func (p Policy) ForRefreshedIDToken(original OriginalIDToken, accessToken string) (Policy, error) {
	if p.Original != nil || p.AccessToken != nil {
		return Policy{}, rejection(C.KEYCARD_POLICY_CONTRADICTION, StageUsage)
	}
	p.Original, p.AccessToken = &original, &accessToken
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_go_policy_for_refreshed_id_token(c)
	})
}

// ForAccessToken is a policy with what must be asked of an access token of a flow: the profile,
// unless that is [ProfileAccessTokenRFC9068] already, and whether a user stands behind the token.
// ClientClaim, and for a flow with a user UserMark, are the caller's to set: without them there is
// no validator for it.
//
// The error is [ErrPolicyContradiction] if the policy is for another profile, or says the opposite
// of the user already, [ErrUnsupportedPolicy] for an unknown flow.
func (p Policy) ForAccessToken(flow Flow) (Policy, error) {
	return p.asked(func(c *C.keycard_policy) C.keycard_status {
		return C.keycard_policy_for_access_token(c, C.int32_t(flow))
	})
}

// asked is the policy after the library has set its profile and flags.
func (p Policy) asked(set func(*C.keycard_policy) C.keycard_status) (Policy, error) {
	memory, err := newPolicyMemory(&p)
	if err != nil {
		return Policy{}, err
	}
	if err := rejection(set(memory.policy), StageUsage); err != nil {
		return Policy{}, err
	}
	p.Profile = Profile(memory.policy.profile)
	// The last two are fields here.
	p.Flags = Flags(memory.policy.flags &^ (C.KEYCARD_HAS_MAX_TOKEN_AGE | C.KEYCARD_HAS_MAX_AGE))
	runtime.KeepAlive(memory)
	return p, nil
}
