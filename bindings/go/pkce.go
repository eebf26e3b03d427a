package keycard

// #include "shim.h"
import "C"

import (
	"crypto/rand"
	"unsafe"
)

// S256 is the code challenge method to use (RFC 7636 section 4.2).
const S256 = "S256"

// NewCodeVerifier makes a code verifier of 32 random bytes (RFC 7636 section 4.1), to be kept until
// the code is exchanged and sent with it.
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

// CodeChallenge is the S256 code challenge of a code verifier (RFC 7636 section 4.2), to be sent
// with the authorization request beside the method [S256]. The error is [ErrCodeVerifierMalformed].
func CodeChallenge(verifier string) (string, error) {
	var challenge [C.KEYCARD_PKCE_LENGTH]byte
	text := textOf(verifier)
	status := C.keycard_pkce_challenge(unsafe.Pointer(text.data), text.length, bytesOf(challenge[:]))
	if err := rejection(status, StagePKCE); err != nil {
		return "", err
	}
	return string(challenge[:]), nil
}

// CodeExchange is what an authorization server knows of PKCE when a code is exchanged for tokens.
// What a client did not send is nil; what it sent empty is the address of an empty text.
type CodeExchange struct {
	// code_challenge and code_challenge_method of the authorization request, as stored with the code.
	Challenge, Method *string
	// code_verifier of the token request.
	Verifier *string
	// Also take the method plain, which protects nobody who can read the authorization request.
	AllowPlain bool
	// Let this client do without PKCE.
	Optional bool
}

// Verify checks the exchange (RFC 7636 section 4.6, RFC 9700 sections 2.1.1 and 4.8.2). It is nil
// if the verifier fits, and for nothing else: [ErrPKCENotUsed] if neither side used PKCE and it is
// Optional, which the caller may then take. Otherwise it is [ErrPKCEMismatch] if the verifier does
// not fit, [ErrPKCEDowngrade] if one side used PKCE and the other did not or the method is plain,
// [ErrPKCEMissing] if neither did, or one of [ErrCodeVerifierMalformed],
// [ErrCodeChallengeMalformed], [ErrCodeChallengeMethod].
func (e CodeExchange) Verify() error {
	var flags C.uint32_t
	if e.AllowPlain {
		flags |= C.KEYCARD_PKCE_ALLOW_PLAIN
	}
	if e.Optional {
		flags |= C.KEYCARD_PKCE_OPTIONAL
	}
	status := C.keycard_pkce_verify(optionalText(e.Challenge), optionalText(e.Method), optionalText(e.Verifier), flags)
	return rejection(status, StagePKCE)
}
