package keycard

// #include "shim.h"
import "C"

import "runtime"

// BoundToken is an accepted token with the accepted proof of its key. The first use of the proof is
// recorded. Only [Validator.ValidateBoundOnce] makes one.
type BoundToken struct {
	token *Token
	proof *Proof
}

// Token returns the token; nil for a zero value.
func (b *BoundToken) Token() *Token {
	if b == nil {
		return nil
	}
	return b.token
}

// Proof returns the proof; nil for a zero value. It is used up: it must not go to a replay cache
// again.
func (b *BoundToken) Proof() *Proof {
	if b == nil {
		return nil
	}
	return b.proof
}

// ValidateBoundOnce validates a token together with the proof that came with it, and records the
// use of the proof, which is a DPoP proof unless the rules have another Kind. It returns the pair
// only if the use is the first one. A rejected pair uses nothing up. Prefer it to [ValidateProof],
// [Validator.ValidateBound] and [ReplayCache.CheckProof] one after the other, unless several
// machines share one store of uses.
//
// For DPoP, the rules must not have an access token. keys has the prepared keys of clients; it may
// be nil, and is used for DPoP only.
//
// The error is an [*Error]: at [StageProof] the proof is at fault, at [StageReplay] it was used
// before or cannot be recorded; otherwise see [Validator.Validate].
func (v *Validator) ValidateBoundOnce(
	token, proof string, rules ProofRules, at Time, replay *ReplayCache, keys *ProofKeyCache,
) (*BoundToken, error) {
	if replay == nil {
		return nil, absent("cache", StageUsage)
	}
	if rules.Kind != ProofKindDPoP {
		return v.validateByItsKey(token, proof, &rules, replay)
	}
	if rules.AccessToken != nil {
		return nil, rejectionAbout(C.KEYCARD_POLICY_TWICE, StageUsage, "AccessToken")
	}
	rules.AccessToken = &token
	proven, err := keys.ValidateProof(proof, rules, at)
	if err != nil {
		return nil, err
	}
	accepted, err := v.ValidateBound(token, at, Binding{DPoPKey: proven.Key()})
	if err != nil {
		return nil, err
	}
	// This is the last check, because a proof can be used only once.
	if err := replay.CheckProof(proven); err != nil {
		return nil, err
	}
	keys.Admit(proven)
	return &BoundToken{token: accepted, proof: proven}, nil
}

// validateByItsKey validates a token with a proof that the key in the token signed.
func (v *Validator) validateByItsKey(token, proof string, rules *ProofRules, replay *ReplayCache) (*BoundToken, error) {
	keys := v.Keys()
	if keys == nil || v.policy == nil {
		return nil, absent("validator", StageUsage)
	}
	var m cMemory
	defer m.free()
	c := rules.c(&m)
	if m.err != nil {
		return nil, m.err
	}
	accepted, proven := new(Token), new(Proof)
	sizes := [2]C.size_t{C.keycard_scratch_size(C.size_t(len(token))), C.keycard_scratch_size(C.size_t(len(proof)))}
	accepted.scratch = make([]byte, sizes[0]+sizes[1])
	var detail C.keycard_detail
	// The token that C fills points into the scratch.
	var pinner runtime.Pinner
	pinner.Pin(&accepted.scratch[0])
	defer pinner.Unpin()
	err := replay.check(func(now C.keycard_time) C.keycard_status {
		return C.keycard_go_validate_bound_once(keys.memory(), v.policy.policy, c, replay.memory(), now, textOf(token),
			textOf(proof), (*C.uint8_t)(&accepted.scratch[0]), C.size_t(len(accepted.scratch)), &accepted.c, &proven.c, &detail)
	})
	runtime.KeepAlive(v.policy)
	if err != nil {
		// The detail says more, but a rejection must not depend on it.
		if detailed := rejectionBy(&detail); detailed != nil {
			return nil, detailed
		}
		return nil, err
	}
	return &BoundToken{token: accepted, proof: proven}, nil
}
