package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Validator decides whether tokens are accepted, by the keys that it has at the time and a policy
// that it has for good. Any number of goroutines may use one.
type Validator struct {
	keys   *atomic.Pointer[KeySet]
	policy *policyMemory
	// Who verifies signatures, nil for the library.
	verify SignatureVerifier
	// Validators of one issuer each, in place of keys and policy; or nil.
	issuers *issuers
	// Whether the scopes of the policy are not asked for.
	withoutScopes bool
}

// NewValidator makes a validator. The policy is copied.
//
// The error is an [*Error] at [StageUsage] if the policy is incomplete, contradicts itself, or asks
// for something that is present and empty; [ErrNullPointer] for no key set at all.
func NewValidator(keys *KeySet, policy Policy) (*Validator, error) {
	v := &Validator{keys: new(atomic.Pointer[KeySet])}
	if err := v.SetKeys(keys); err != nil {
		return nil, err
	}
	return v.WithPolicy(policy)
}

// WithPolicy makes a validator with another policy and the same keys: SetKeys of either is seen by
// both. It is cheap enough for a policy of its own for each login, with the nonce that was sent.
func (v *Validator) WithPolicy(policy Policy) (*Validator, error) {
	if v == nil || v.keys == nil {
		return nil, absent("validator", StageUsage)
	}
	if policy.Profile == 0 {
		// The library says the same, and has no claim for it.
		return nil, rejectionAbout(C.KEYCARD_POLICY_INCOMPLETE, StageUsage, "Profile")
	}
	memory, err := newPolicyMemory(&policy)
	if err != nil {
		return nil, err
	}
	with := &Validator{keys: v.keys, policy: memory, verify: v.verify}
	// No token is empty; what is wrong with the policy is found before that.
	if _, err := with.Validate("", time.Unix(0, 0)); err != nil {
		if e, ok := err.(*Error); !ok || e.Stage == StageUsage || e.Status == ErrAlgorithmNotBuilt {
			return nil, err
		}
	}
	return with, nil
}

// WithoutScopes makes a validator with the same keys and the same policy, but for its scopes. A
// token that lacks a scope may also have expired, which is said only if nothing else is wrong: this
// one tells.
func (v *Validator) WithoutScopes() *Validator {
	if v == nil {
		return nil
	}
	without := *v
	without.withoutScopes = true
	return &without
}

// SetKeys exchanges the keys, in one step, for all validators that share them. Validations that
// have begun end with the keys that they began with. The error is [ErrNullPointer] or
// [ErrNotAKeyTable] if there are none; then nothing changes.
func (v *Validator) SetKeys(keys *KeySet) error {
	if v == nil || v.keys == nil {
		return absent("validator", StageUsage)
	}
	if keys.memory() == nil {
		return absent("keys", StageUsage)
	}
	var count C.size_t
	if err := rejection(C.keycard_go_keys_count(keys.memory(), &count), StageUsage); err != nil {
		return err
	}
	v.keys.Store(keys)
	return nil
}

// Keys are the present keys.
func (v *Validator) Keys() *KeySet {
	if v == nil || v.keys == nil {
		return nil
	}
	return v.keys.Load()
}

// Scopes are those that the policy asks for, for a challenge.
func (v *Validator) Scopes() []string {
	if v == nil || v.withoutScopes {
		return nil
	}
	if v.issuers != nil {
		return v.issuers.scopes()
	}
	if v.policy == nil {
		return nil
	}
	return append([]string(nil), v.policy.scopes...)
}

// At is the present, by a clock that is right. The zero [time.Time] is no time, and is rejected; one
// before 1970 is [ErrTimeUnavailable]. Where the clock may not be set yet, use [Clock]: in 1970 no
// token has expired.
func At(now time.Time) Time {
	if now.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_AT, seconds: now.Unix(), notBefore: -1 << 63}
}

// Clock is the present by a clock that may not be set yet: before notBefore, a time that is surely
// past, it counts as none.
func Clock(now, notBefore time.Time) Time {
	if now.IsZero() || notBefore.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_AT, seconds: now.Unix(), notBefore: notBefore.Unix()}
}

// Unknown says that the present is not known, but later than notBefore, which must never come from
// a token.
func Unknown(notBefore time.Time) Time {
	if notBefore.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_UNKNOWN, notBefore: notBefore.Unix()}
}

func (t Time) c() C.keycard_time {
	return C.keycard_time{kind: C.uint32_t(t.kind), seconds: C.int64_t(t.seconds), not_before: C.int64_t(t.notBefore)}
}

// Validate decides whether a token, without a scheme and space around it, is accepted at a time.
//
// A rejection is an [*Error]. [ErrExpired], [ErrNotYetValid] and [ErrTimeUnavailable] mean that
// nothing else is wrong.
func (v *Validator) Validate(token string, now time.Time) (*Token, error) {
	return v.ValidateAt(token, At(now))
}

// ValidateAt is as [Validator.Validate], for a time that may not be known.
func (v *Validator) ValidateAt(token string, at Time) (*Token, error) {
	return v.validateOne(token, at, Binding{})
}

func (v *Validator) validateOne(token string, at Time, binding Binding) (*Token, error) {
	if v != nil && v.issuers != nil {
		return v.issuers.validateOne(token, at, binding, v.withoutScopes)
	}
	attempt := new(struct {
		token  Token
		detail C.keycard_detail
		end    C.size_t
	})
	attempt.end = C.size_t(len(token))
	scratch, err := v.validate(token, &attempt.end, 1, at, binding, &attempt.token.c, &attempt.detail)
	if err == nil {
		err = rejectionBy(&attempt.detail)
	}
	if err != nil {
		return nil, err
	}
	attempt.token.scratch = scratch
	return &attempt.token, nil
}

// Binding is what a request has proved to hold. A token that is bound is rejected without the proof,
// and with a proof to which it is not bound.
type Binding struct {
	// The key of the DPoP proof that came with the token: [Proof.Key]. In place of Policy.DPoPKey,
	// unless it is nil.
	DPoPKey *[32]byte
	// The SHA-256 of the DER encoding of the client certificate of the TLS connection. In place of
	// Policy.ClientCertificate, unless it is nil.
	ClientCertificate *[32]byte
}

// ValidateBound is as [Validator.ValidateAt], for a token that is bound to what this request has
// proved to hold.
func (v *Validator) ValidateBound(token string, at Time, binding Binding) (*Token, error) {
	return v.validateOne(token, at, binding)
}

// Verdict is what became of a token: one of the two is nil.
type Verdict struct {
	Token *Token
	Err   error
}

// ValidateAll is [Validator.Validate] for many tokens with one crossing into C, all by the same
// keys: each gets the verdict that it gets alone. Signatures by ES256 and ES384 take less time
// together, by ES256 with precomputed keys least. The tokens that are accepted share their memory,
// which goes when the last of them goes.
func (v *Validator) ValidateAll(tokens []string, now time.Time) []Verdict {
	verdicts := make([]Verdict, len(tokens))
	if len(tokens) == 0 {
		return verdicts
	}
	if v != nil && v.issuers != nil {
		for i, token := range tokens {
			verdicts[i].Token, verdicts[i].Err = v.Validate(token, now)
		}
		return verdicts
	}
	length := 0
	for _, token := range tokens {
		length += len(token)
	}
	texts := make([]byte, 0, length)
	ends := make([]C.size_t, len(tokens))
	for i, token := range tokens {
		texts = append(texts, token...)
		ends[i] = C.size_t(len(texts))
	}
	accepted := make([]C.keycard_token, len(tokens))
	details := make([]C.keycard_detail, len(tokens))
	text := unsafe.String(unsafe.SliceData(texts), len(texts))
	scratch, err := v.validate(text, &ends[0], len(ends), At(now), Binding{}, &accepted[0], &details[0])
	for i := range verdicts {
		rejected := err
		if rejected == nil {
			rejected = rejectionBy(&details[i])
		}
		if rejected != nil {
			verdicts[i].Err = rejected
		} else {
			verdicts[i].Token = &Token{c: accepted[i], scratch: scratch}
		}
	}
	return verdicts
}

// validate validates tokens that lie end to end, in a scratch that must live as long as one of
// them. What became of each is in its detail, unless there is an error.
func (v *Validator) validate(
	texts string, ends *C.size_t, count int, at Time, binding Binding, tokens *C.keycard_token,
	details *C.keycard_detail,
) (scratch []byte, err error) {
	keys := v.Keys()
	if keys == nil || v.policy == nil {
		return nil, absent("validator", StageUsage)
	}
	// The tokens that C fills point into the scratch: it is pinned for as long as C may write them.
	scratch = make([]byte, C.keycard_go_scratch_size(ends, C.size_t(count)))
	var pinner runtime.Pinner
	pinner.Pin(&scratch[0])
	defer pinner.Unpin()
	with := C.keycard_go_with{without_scopes: C.bool(v.withoutScopes)}
	if binding.DPoPKey != nil {
		pinner.Pin(binding.DPoPKey)
		with.dpop_key32 = hashOf(binding.DPoPKey)
	}
	if binding.ClientCertificate != nil {
		pinner.Pin(binding.ClientCertificate)
		with.client_certificate32 = hashOf(binding.ClientCertificate)
	}
	verifier, end := v.begin()
	defer end()
	with.verifier = verifier
	C.keycard_go_validate(keys.memory(), v.policy.policy, at.c(), textOf(texts).data, ends, C.size_t(count),
		(*C.uint8_t)(&scratch[0]), with, tokens, details)
	runtime.KeepAlive(v.policy)
	return scratch, nil
}
