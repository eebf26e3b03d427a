package keycard

// #include "shim.h"
import "C"

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

// ValidateBoundOnce validates a token together with the DPoP proof that came with it, and records
// the use of the proof. It returns the pair only if the use is the first one. A rejected pair uses
// nothing up. Prefer it to [ValidateProof], [Validator.ValidateBound] and [ReplayCache.CheckProof]
// one after the other, unless several machines share one store of uses.
//
// The rules must not have an access token. keys has the prepared keys of clients; it may be nil.
//
// The error is an [*Error]: at [StageProof] the proof is at fault, at [StageReplay] it was used
// before or cannot be recorded; otherwise see [Validator.Validate].
func (v *Validator) ValidateBoundOnce(
	token, proof string, rules ProofRules, at Time, replay *ReplayCache, keys *ProofKeyCache,
) (*BoundToken, error) {
	if replay == nil {
		return nil, absent("cache", StageUsage)
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
