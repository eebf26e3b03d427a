package keycard

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// SignatureVerifier verifies signatures in hardware or in another service. keyIndex is the position
// of the key in the order of adding. The signature has the form of JWS (RFC 7518 section 3), but
// may have any length. Return true only if it is valid. Message and signature are borrowed until
// the function returns, and must not be changed.
type SignatureVerifier func(keyIndex int, algorithm Algorithms, message, signature []byte) bool

// WithVerifier makes a validator with the same keys and policy, for which the caller verifies the
// signatures. The library still parses the token, selects keys and checks the policy. It calls the
// verifier with each key that fits the token, at most 8. Several goroutines may call the verifier
// at the same time. A panic in the verifier continues in the caller of the validation.
//
// The error is [ErrNullPointer] without a verifier.
func (v *Validator) WithVerifier(verify SignatureVerifier) (*Validator, error) {
	if v == nil || v.keys == nil || v.policy == nil {
		return nil, absent("validator", StageUsage)
	}
	if verify == nil {
		return nil, absent("verifier", StageUsage)
	}
	return &Validator{keys: v.keys, policy: v.policy, verify: verify}, nil
}

// A verification holds a verifier, and the value if it panicked. C refers to it by a handle.
type verification struct {
	verify   SignatureVerifier
	panicked any
}

// begin registers a verifier and returns its handle, and a function that removes it.
func (v *Validator) begin() (C.uintptr_t, func()) {
	if v.verify == nil {
		return 0, func() {}
	}
	running := &verification{verify: v.verify}
	handle := cgo.NewHandle(running)
	return C.uintptr_t(handle), func() {
		handle.Delete()
		if running.panicked != nil {
			panic(running.panicked)
		}
	}
}

//export keycardGoVerify
func keycardGoVerify(
	handle C.uintptr_t, keyIndex C.size_t, algorithm C.uint32_t, message unsafe.Pointer, messageLength C.size_t,
	signature unsafe.Pointer, signatureLength C.size_t,
) (answer C.uint32_t) {
	running := cgo.Handle(handle).Value().(*verification)
	if running.panicked != nil {
		return 0
	}
	// C frames lie between this function and the caller, so the panic must not pass through them.
	defer func() {
		if panicked := recover(); panicked != nil {
			running.panicked = panicked
			answer = 0
		}
	}()
	if running.verify(int(keyIndex), Algorithms(algorithm), unsafe.Slice((*byte)(message), messageLength),
		unsafe.Slice((*byte)(signature), signatureLength)) {
		return C.KEYCARD_SIGNATURE_IS_RIGHT
	}
	return 0
}
