package keycard

// #include "shim.h"
import "C"

import (
	"time"
	"unsafe"
)

// ProofFlags are waivers for a DPoP proof, such as [ProofWithoutAccessToken], combined with |.
type ProofFlags uint32

// ProofKind is a kind of proof.
type ProofKind uint32

// ProofRules holds the requirements for a proof, which is a DPoP proof (RFC 9449 section 4.3)
// unless Kind says otherwise. The access token and the nonces are required unless a flag waives
// them. As in a [Policy], nil means absent, and an empty value is rejected.
type ProofRules struct {
	// The kind of proof; [ProofKindDPoP] by default. Only [Validator.ValidateBoundOnce] takes
	// another one.
	Kind ProofKind
	// The accepted algorithms, all asymmetric.
	Algorithms Algorithms
	// The waivers.
	Flags ProofFlags
	// The maximum time since iat, or until exp of the proof of a workload, in whole seconds.
	Window time.Duration
	// The maximum clock difference: whole seconds, at most 10 minutes.
	Leeway time.Duration
	// The method of the request, case-sensitive, and its absolute URI, as the client sent it.
	Method, URI string
	// The access token of the request, which ath must match.
	AccessToken *string
	// The transaction token of the request, which tth in the proof of a workload must match.
	TransactionToken *string
	// The nonces that the client may use; one of them is required.
	Nonces []string
}

// Proof is a valid DPoP proof. Only [ValidateProof] and [ProofKeyCache.ValidateProof] make one.
type Proof struct {
	c C.keycard_proof
	// The part of a cache in which its key may be prepared; nil without a cache.
	keys *proofKeys
}

// Key returns the SHA-256 thumbprint of the key that signed the proof. Set it as Policy.DPoPKey to
// validate the access token (see [Validator.WithPolicy]).
func (p *Proof) Key() *[32]byte {
	key := *(*[32]byte)(unsafe.Pointer(&p.c.key32))
	return &key
}

// Algorithm returns the algorithm of the signature.
func (p *Proof) Algorithm() Algorithms { return Algorithms(p.c.algorithm) }

// IssuedAt returns the time at which the client made the proof.
func (p *Proof) IssuedAt() time.Time { return time.Unix(int64(p.c.issued_at), 0) }

// ValidateProof validates a DPoP proof: the value of the only DPoP header of a request. Then use
// its key in the policy for the access token. Last, pass the proof to [ReplayCache.CheckProof].
// [Validator.ValidateBoundOnce] does all three.
//
// The error is an [*Error]. At [StageUsage] the rules are at fault, otherwise the proof.
func ValidateProof(proof string, rules ProofRules, at Time) (*Proof, error) {
	return validateProof(proof, rules, at, nil)
}

// c copies the rules to C.
func (r *ProofRules) c(m *cMemory) *C.keycard_proof_rules {
	c := (*C.keycard_proof_rules)(m.allocate(1, unsafe.Sizeof(C.keycard_proof_rules{})))
	c.struct_size = C.size_t(unsafe.Sizeof(*c))
	c.kind = C.uint32_t(r.Kind)
	c.algorithms = C.uint32_t(r.Algorithms)
	c.flags = C.uint32_t(r.Flags)
	c.window = m.seconds(r.Window, "Window")
	c.leeway = m.seconds(r.Leeway, "Leeway")
	c.method = m.text(&r.Method)
	c.uri = m.text(&r.URI)
	c.access_token = m.text(r.AccessToken)
	c.transaction_token = m.text(r.TransactionToken)
	c.nonces, c.nonce_count = m.texts(r.Nonces)
	return c
}

func validateProof(proof string, rules ProofRules, at Time, keys *proofKeys) (*Proof, error) {
	var m cMemory
	defer m.free()
	c := rules.c(&m)
	if m.err != nil {
		return nil, m.err
	}
	scratch := make([]byte, C.keycard_scratch_size(C.size_t(len(proof))))
	made := &Proof{keys: keys}
	var detail C.keycard_detail
	if keys != nil {
		keys.mutex.Lock()
		defer keys.mutex.Unlock()
	}
	// The returned status decides, because the detail may be unwritten.
	detail.status = C.keycard_go_dpop_validate(keys.memory(), c, at.c(), textOf(proof), (*C.uint8_t)(&scratch[0]),
		C.size_t(len(scratch)), &made.c, &detail)
	if err := rejectionBy(&detail); err != nil {
		return nil, err
	}
	return made, nil
}
