package keycard

// #include "shim.h"
import "C"

import (
	"runtime"
	"slices"
	"strings"
	"unsafe"
)

// Unverified holds values of a token that are not verified: the sender of the token may have
// written all of them. Use them only to choose keys and a policy.
type Unverified struct {
	// The claim iss, or empty.
	Issuer string
	// The header parameter kid, or empty.
	KeyID string
	// The header parameter alg, which may be unknown.
	Algorithm string
	// The header parameter typ, or empty.
	TokenType string
}

// Peek reads the unverified values of a token, as strictly as [Validator.Validate] and within the
// same limits. The payload must be claims.
func Peek(token string) (Unverified, error) {
	scratch := make([]byte, C.keycard_scratch_size(C.size_t(len(token))))
	var pinner runtime.Pinner
	pinner.Pin(&scratch[0])
	defer pinner.Unpin()
	var detail C.keycard_detail
	found := C.keycard_go_peek(textOf(token), (*C.uint8_t)(&scratch[0]), C.size_t(len(scratch)), &detail)
	if err := rejectionBy(&detail); err != nil {
		return Unverified{}, err
	}
	text := func(i int) string {
		from, length := int(found.offsets[i]), int(found.lengths[i])
		return strings.Clone(unsafe.String(unsafe.SliceData(scratch[from:]), length))
	}
	return Unverified{Issuer: text(0), KeyID: text(1), Algorithm: text(2), TokenType: text(3)}, nil
}

// issuers holds one validator for each issuer, with their rows in C memory.
type issuers struct {
	cMemory
	rows       *C.keycard_trust_row
	validators []*Validator
}

// NewValidatorOfIssuers combines validators of different issuers. The unverified iss of a token
// selects one of them, and only that one validates the token with its keys and its policy: keys of
// two issuers are never tried for one token. [Token.Issuer] returns its position. Call SetKeys and
// WithPolicy on the individual validators.
//
// The error is an [*Error] at [StageUsage]: [ErrPolicyIncomplete] if a policy names no issuer,
// [ErrPolicyContradiction] if two name the same, [ErrPolicyEmpty] without validators.
func NewValidatorOfIssuers(validators ...*Validator) (*Validator, error) {
	if len(validators) == 0 {
		return nil, rejectionAbout(C.KEYCARD_POLICY_EMPTY, StageUsage, "validators")
	}
	several := &issuers{validators: slices.Clone(validators)}
	runtime.SetFinalizer(several, func(several *issuers) { several.free() })
	size := unsafe.Sizeof(C.keycard_trust_row{})
	several.rows = (*C.keycard_trust_row)(several.allocate(len(validators), size))
	rows := unsafe.Slice(several.rows, len(validators))
	named := map[string]bool{}
	for i, v := range validators {
		if v == nil || v.policy == nil {
			return nil, absent("validator", StageUsage)
		}
		if v.policy.issuer == "" {
			return nil, rejectionAbout(C.KEYCARD_POLICY_INCOMPLETE, StageUsage, "Issuer")
		}
		if named[v.policy.issuer] {
			return nil, rejectionAbout(C.KEYCARD_POLICY_CONTRADICTION, StageUsage, "Issuer")
		}
		named[v.policy.issuer] = true
		rows[i].policy = v.policy.policy
	}
	return &Validator{issuers: several}, nil
}

// choose finds the validator for the issuer that a token names. The issuer is not verified yet.
func (s *issuers) choose(token string) (int, error) {
	scratch := make([]byte, C.keycard_scratch_size(C.size_t(len(token))))
	var detail C.keycard_detail
	var row C.size_t
	C.keycard_go_choose(s.rows, C.size_t(len(s.validators)), textOf(token), (*C.uint8_t)(&scratch[0]),
		C.size_t(len(scratch)), &row, &detail)
	runtime.KeepAlive(s)
	return int(row), rejectionBy(&detail)
}

// Of returns the validator for a token: v itself, or for several issuers the validator of the
// issuer that the token names. The token is not verified. Use this method to find the validator
// that needs new keys, after [ErrKeyNotFound] or [ErrKeyExpired].
func (v *Validator) Of(token string) (*Validator, error) {
	if v == nil || v.issuers == nil {
		return v, nil
	}
	row, err := v.issuers.choose(token)
	if err != nil {
		return nil, err
	}
	return v.issuers.validators[row], nil
}

// validateOne validates with the validator of the token's issuer.
func (s *issuers) validateOne(token string, at Time, binding Binding, withoutScopes bool) (*Token, error) {
	row, err := s.choose(token)
	if err != nil {
		return nil, err
	}
	chosen := s.validators[row]
	if withoutScopes {
		chosen = chosen.WithoutScopes()
	}
	accepted, err := chosen.validateOne(token, at, binding)
	if err != nil {
		return nil, err
	}
	accepted.c.row = C.uint32_t(row)
	return accepted, nil
}

// scopes returns the scopes if all validators require the same ones, and otherwise nil.
func (s *issuers) scopes() []string {
	first := s.validators[0].Scopes()
	for _, v := range s.validators {
		if !slices.Equal(v.Scopes(), first) {
			return nil
		}
	}
	return first
}
