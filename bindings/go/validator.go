package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Validator validates tokens with its current keys and a fixed policy. Any number of goroutines may
// use one.
type Validator struct {
	keys   *atomic.Pointer[KeySet]
	policy *policyMemory
	// Verifies signatures; nil for the library.
	verify SignatureVerifier
	// One validator for each issuer, in place of keys and policy; or nil.
	issuers *issuers
	// True if the scopes of the policy are not checked.
	withoutScopes bool
}

// NewValidator makes a validator. The policy is copied.
//
// The error is an [*Error] at [StageUsage] if the policy is incomplete, contradicts itself, or has
// an empty value. It is [ErrNullPointer] if keys is nil.
func NewValidator(keys *KeySet, policy Policy) (*Validator, error) {
	v := &Validator{keys: new(atomic.Pointer[KeySet])}
	if err := v.SetKeys(keys); err != nil {
		return nil, err
	}
	return v.WithPolicy(policy)
}

// WithPolicy makes a validator with another policy and the same keys: SetKeys of one changes both.
// The call is fast enough to be made for each login, with the nonce that was sent.
func (v *Validator) WithPolicy(policy Policy) (*Validator, error) {
	if v == nil || v.keys == nil {
		return nil, absent("validator", StageUsage)
	}
	if policy.Profile == 0 {
		// The library would return the same status, but not name the field.
		return nil, rejectionAbout(C.KEYCARD_POLICY_INCOMPLETE, StageUsage, "Profile")
	}
	memory, err := newPolicyMemory(&policy)
	if err != nil {
		return nil, err
	}
	with := &Validator{keys: v.keys, policy: memory, verify: v.verify}
	// An empty token is always rejected, but errors of the policy are found first.
	if _, err := with.Validate("", time.Unix(0, 0)); err != nil {
		if e, ok := err.(*Error); !ok || e.Stage == StageUsage || e.Status == ErrAlgorithmNotBuilt {
			return nil, err
		}
	}
	return with, nil
}

// WithoutScopes makes a validator with the same keys and policy, but without its scopes. A token
// that lacks a scope may also have expired, but expiry is reported only if nothing else is wrong.
// This validator reports the expiry of such a token.
func (v *Validator) WithoutScopes() *Validator {
	if v == nil {
		return nil
	}
	without := *v
	without.withoutScopes = true
	return &without
}

// SetKeys replaces the keys atomically, for all validators that share them. Running validations use
// the old keys until they end. The error is [ErrNullPointer] for nil, or [ErrNotAKeyTable] for a
// set that was not loaded; then nothing changes.
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

// Keys returns the current keys.
func (v *Validator) Keys() *KeySet {
	if v == nil || v.keys == nil {
		return nil
	}
	return v.keys.Load()
}

// Scopes returns the scopes that the policy requires, for a challenge.
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

// At returns the time of a reliable clock. The zero [time.Time] is rejected; a time before 1970 is
// [ErrTimeUnavailable]. If the clock may not be set yet, use [Clock]: in 1970, no token has
// expired.
func At(now time.Time) Time {
	if now.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_AT, seconds: now.Unix(), notBefore: -1 << 63}
}

// Clock returns the time of a clock that may not be set yet. A time before notBefore, which must be
// in the past, counts as unknown.
func Clock(now, notBefore time.Time) Time {
	if now.IsZero() || notBefore.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_AT, seconds: now.Unix(), notBefore: notBefore.Unix()}
}

// Unknown returns an unknown time later than notBefore. notBefore must never come from a token.
func Unknown(notBefore time.Time) Time {
	if notBefore.IsZero() {
		return Time{}
	}
	return Time{kind: C.KEYCARD_TIME_UNKNOWN, notBefore: notBefore.Unix()}
}

func (t Time) c() C.keycard_time {
	return C.keycard_time{kind: C.uint32_t(t.kind), seconds: C.int64_t(t.seconds), not_before: C.int64_t(t.notBefore)}
}

// Validate validates a token at a time. The token must not have a scheme or white space around it.
//
// A rejection is an [*Error]. [ErrExpired], [ErrNotYetValid] and [ErrTimeUnavailable] mean that
// nothing else is wrong.
func (v *Validator) Validate(token string, now time.Time) (*Token, error) {
	return v.ValidateAt(token, At(now))
}

// ValidateAt is like [Validator.Validate], for a time that may be unknown.
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

// Binding holds the keys that a request has proved to possess. A bound token is rejected without a
// proof of its key.
type Binding struct {
	// The key of the DPoP proof that came with the token: [Proof.Key]. It replaces Policy.DPoPKey
	// unless it is nil.
	DPoPKey *[32]byte
	// The SHA-256 of the DER encoding of the client certificate of the TLS connection. It replaces
	// Policy.ClientCertificate unless it is nil.
	ClientCertificate *[32]byte
}

// ValidateBound is like [Validator.ValidateAt], for a token that is bound to a key of this request.
func (v *Validator) ValidateBound(token string, at Time, binding Binding) (*Token, error) {
	return v.validateOne(token, at, binding)
}

// Verdict is the result for a token: one of the two fields is nil.
type Verdict struct {
	Token *Token
	Err   error
}

// ValidateAll is [Validator.Validate] for a batch of tokens, with one call into C and one key set.
// Each token gets the verdict that Validate gives. A batch is faster for ES256 and ES384, most of
// all for ES256 with precomputed keys. The accepted tokens share their memory, which is freed with
// the last of them.
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

// validate validates concatenated tokens, in a scratch that must live as long as one of them.
// Without an error, the result of each token is in its detail.
func (v *Validator) validate(
	texts string, ends *C.size_t, count int, at Time, binding Binding, tokens *C.keycard_token,
	details *C.keycard_detail,
) (scratch []byte, err error) {
	keys := v.Keys()
	if keys == nil || v.policy == nil {
		return nil, absent("validator", StageUsage)
	}
	// The tokens that C fills point into the scratch: it is pinned while C may write them.
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
