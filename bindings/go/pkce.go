package keycard

// #include "shim.h"
import "C"

import (
	"crypto/rand"
)

// S256 is the code challenge method to use (RFC 7636 section 4.2).
const S256 = "S256"

// NewCodeVerifier makes a code verifier of 32 random bytes (RFC 7636 section 4.1). Keep it until
// the code is exchanged, and send it with the code.
func NewCodeVerifier() (string, error) {
	var random [32]byte
	defer clear(random[:])
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	var verifier [C.KEYCARD_PKCE_LENGTH]byte
	status := C.keycard_pkce_verifier((*C.uint8_t)(&random[0]), bytesOf(verifier[:]))
	if err := rejection(status, StagePKCE); err != nil {
		return "", err
	}
	return string(verifier[:]), nil
}

// CodeChallenge returns the S256 code challenge of a code verifier (RFC 7636 section 4.2). Send it
// with the authorization request, with the method [S256]. The error is [ErrCodeVerifierMalformed].
func CodeChallenge(verifier string) (string, error) {
	var challenge [C.KEYCARD_PKCE_LENGTH]byte
	status := C.keycard_go_pkce_challenge(textOf(verifier), bytesOf(challenge[:]))
	if err := rejection(status, StagePKCE); err != nil {
		return "", err
	}
	return string(challenge[:]), nil
}

// CodeExchange holds the PKCE parameters of a code exchange at an authorization server. A parameter
// that the client did not send is nil. An empty parameter is the address of an empty string.
type CodeExchange struct {
	// code_challenge and code_challenge_method of the authorization request, as stored with the code.
	Challenge, Method *string
	// code_verifier of the token request.
	Verifier *string
	// Also accept the method plain. It does not protect against attackers who can read the
	// authorization request.
	AllowPlain bool
	// Allow this client not to use PKCE.
	Optional bool
}

// Verify checks the exchange (RFC 7636 section 4.6, RFC 9700 sections 2.1.1 and 4.8.2). It returns
// nil only if the verifier matches. It returns [ErrPKCENotUsed] if neither side used PKCE, and
// Optional is true; the caller may then accept the code. Other errors are [ErrPKCEMismatch] if the
// verifier does not match, [ErrPKCEDowngrade] if only one side used PKCE or the method is plain,
// [ErrPKCEMissing] if neither side used PKCE, or one of [ErrCodeVerifierMalformed],
// [ErrCodeChallengeMalformed], [ErrCodeChallengeMethod].
func (e CodeExchange) Verify() error {
	var flags C.uint32_t
	if e.AllowPlain {
		flags |= C.KEYCARD_PKCE_ALLOW_PLAIN
	}
	if e.Optional {
		flags |= C.KEYCARD_PKCE_OPTIONAL
	}
	status := C.keycard_go_pkce_verify(optionalText(e.Challenge), optionalText(e.Method), optionalText(e.Verifier),
		flags)
	return rejection(status, StagePKCE)
}
