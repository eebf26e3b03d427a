package keycard

// #include "shim.h"
import "C"

import (
	"time"
	"unsafe"
)

// ProofFlags are waivers for a DPoP proof: [ProofWithoutAccessToken] and its like, or-ed.
type ProofFlags uint32

// ProofRules is what is asked of a DPoP proof (RFC 9449 section 4.3). The access token and the
// nonces are given, or waived by a flag. As in a [Policy], nil is not given, and what is there and
// empty is rejected.
type ProofRules struct {
	// The algorithms to take, which are asymmetric.
	Algorithms Algorithms
	// Waivers.
	Flags ProofFlags
	// The longest time since iat, in whole seconds.
	Window time.Duration
	// By how much clocks may differ: whole seconds, 10 minutes at the most.
	Leeway time.Duration
	// The method of the request, with its case, and its URI, absolute, as the client saw it.
	Method, URI string
	// The access token of the request, which ath must fit.
	AccessToken *string
	// Nonces that were provided to the client, of which each will do.
	Nonces []string
}

// Proof is a DPoP proof that was valid. It is made by [ValidateProof] only.
type Proof struct {
	c C.keycard_proof
}

// Key is the SHA-256 thumbprint of the key that signed the proof, for Policy.DPoPKey: an access
// token with a proof is validated by a policy with it (see [Validator.WithPolicy]).
func (p *Proof) Key() *[32]byte {
	key := *(*[32]byte)(unsafe.Pointer(&p.c.key32))
	return &key
}

// Algorithm is that of the signature.
func (p *Proof) Algorithm() Algorithms { return Algorithms(p.c.algorithm) }

// IssuedAt is when the client made the proof.
func (p *Proof) IssuedAt() time.Time { return time.Unix(int64(p.c.issued_at), 0) }

// ValidateProof decides whether a DPoP proof is valid: the value of the one DPoP header of a
// request. Its key then goes into the policy for the access token, and the proof, last of all, to
// [ReplayCache.CheckProof].
//
// A rejection is an [*Error]: at [StageUsage] the rules are wrong, otherwise the proof.
func ValidateProof(proof string, rules ProofRules, at Time) (*Proof, error) {
	var m cMemory
	defer m.free()
	c := (*C.keycard_proof_rules)(m.allocate(1, unsafe.Sizeof(C.keycard_proof_rules{})))
	c.struct_size = C.size_t(unsafe.Sizeof(*c))
	c.algorithms = C.uint32_t(rules.Algorithms)
	c.flags = C.uint32_t(rules.Flags)
	c.window = m.seconds(rules.Window, "Window")
	c.leeway = m.seconds(rules.Leeway, "Leeway")
	c.method = m.text(&rules.Method)
	c.uri = m.text(&rules.URI)
	c.access_token = m.text(rules.AccessToken)
	c.nonces, c.nonce_count = m.texts(rules.Nonces)
	if m.err != nil {
		return nil, m.err
	}
	scratch := make([]byte, C.keycard_scratch_size(C.size_t(len(proof))))
	made := new(Proof)
	var detail C.keycard_detail
	text := textOf(proof)
	// The detail says what the status does; without one, no proof is made of it.
	status := C.keycard_dpop_validate(c, at.c(), unsafe.Pointer(text.data), text.length,
		unsafe.Pointer(&scratch[0]), C.size_t(len(scratch)), &made.c, &detail)
	detail.status = status
	if err := rejectionBy(&detail); err != nil {
		return nil, err
	}
	return made, nil
}
