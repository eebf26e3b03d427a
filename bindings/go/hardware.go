package keycard

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// SignatureVerifier verifies signatures elsewhere than here, in hardware or by a service: the key
// by its position in the order of adding, a signature as JWS has it (RFC 7518 section 3), of any
// length. Only true is yes. The message and the signature are lent until it returns, and must not
// be changed.
type SignatureVerifier func(keyIndex int, algorithm Algorithms, message, signature []byte) bool

// WithVerifier makes a validator whose signatures are verified by the caller, with the same keys
// and policy. Parsing, the choice of keys and the policy stay with the library; the verifier is
// called with each key that fits the token, 8 at the most. It is called by as many goroutines at a
// time as validate. A panic in it ends the validation and goes on there.
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

// A verification is a verifier and whether it has panicked. C knows it by a handle.
type verification struct {
	verify   SignatureVerifier
	panicked any
}

// begin makes a verifier known to C; the second of what it returns ends that.
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
	// C has frames between here and whoever is to see it.
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
