package keycard

// #include "shim.h"
import "C"

import (
	"strings"
	"time"
	"unsafe"
)

// MaxTokenLength is the maximum length of a token in bytes: 64 KiB on 64-bit targets, otherwise 16
// KiB.
const MaxTokenLength = C.KEYCARD_MAX_TOKEN_LENGTH

// Token is an accepted token. Only a [Validator] makes one. It does not change: any number of
// goroutines may read it. All getters of the zero value return [ErrStale].
//
// A getter takes the names on the path to the claim, such as "realm_access", "roles". Names are
// compared whole, case-sensitive, after unescaping. The error is [ErrClaimMissing] if the claim is
// absent, and [ErrClaimType] if it has another type.
type Token struct {
	c C.keycard_token
	// The memory that c points into. C wrote that pointer, so the garbage collector does not see
	// it: this field keeps the memory alive.
	scratch []byte
}

// Algorithm returns the algorithm of the signature.
func (t *Token) Algorithm() Algorithms { return Algorithms(t.c.algorithm) }

// Profile returns the kind of token that it was accepted as, in words.
func (t *Token) Profile() string { return staticText(t.c.profile) }

// KeyIndex returns the position of the key that verified the signature, in the order of adding.
func (t *Token) KeyIndex() int { return int(t.c.key_index) }

// Issuer returns the position of the validator that accepted the token, in the order of
// [NewValidatorOfIssuers]; 0 for other validators.
func (t *Token) Issuer() int { return int(t.c.row) }

// Passed returns the checks that compared the token with a value of the policy.
func (t *Token) Passed() Checks { return Checks(t.c.checks_passed) }

// Waived returns the checks that the policy waived.
func (t *Token) Waived() Checks { return Checks(t.c.checks_waived) }

// Vacuous returns the checks that had no value to compare.
func (t *Token) Vacuous() Checks { return Checks(t.c.checks_vacuous) }

// String returns a claim that is a string.
func (t *Token) String(path ...string) (string, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_STRING)
	if err := claimError(claim.status, path); err != nil {
		return "", err
	}
	return strings.Clone(t.text(&claim)), nil
}

// Strings returns a claim that is an array of strings, or one string, as aud and scp may be. A
// claim scope with several words is one string: see [Token.Scopes].
func (t *Token) Strings(path ...string) ([]string, error) {
	names, ends := joined(path)
	return t.list(C.keycard_go_strings_of(t.c, names, ends, C.size_t(len(path))), path)
}

// Scopes returns the scopes that the token grants, from scope or scp. The claim is a string of
// words separated by spaces (RFC 6749 section 3.3), or an array with one scope in each element. A
// token with neither claim has no scopes. The error is [ErrClaimType] for another type and for an
// element that contains white space, and [ErrScopeAmbiguous] if both claims are present.
func (t *Token) Scopes() ([]string, error) {
	return t.list(C.keycard_go_scopes(t.c), []string{"scope"})
}

// HasScope returns true if [Token.Scopes] contains the scope and has no error. The comparison is
// whole and case-sensitive.
func (t *Token) HasScope(scope string) bool {
	return bool(C.keycard_go_has_scope(t.c, textOf(scope)))
}

// list returns all strings of a list. The first ones were already read.
func (t *Token) list(taken C.keycard_go_strings, path []string) ([]string, error) {
	found := []string{}
	for {
		for i := 0; i < int(taken.count); i++ {
			found = append(found, strings.Clone(t.at(taken.offsets[i], taken.lengths[i])))
		}
		if taken.status != C.KEYCARD_OK {
			break
		}
		taken = C.keycard_go_more(t.c, taken)
	}
	if taken.status != C.KEYCARD_GO_END {
		return nil, claimError(taken.status, path)
	}
	return found, nil
}

// Integer returns a claim that is a 64-bit integer.
func (t *Token) Integer(path ...string) (int64, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_INTEGER)
	return int64(claim.number), claimError(claim.status, path)
}

// Boolean returns a claim that is true or false.
func (t *Token) Boolean(path ...string) (bool, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_BOOLEAN)
	return bool(claim.boolean), claimError(claim.status, path)
}

// Time returns a claim that is a NumericDate (RFC 7519 section 2), rounded down to seconds. With an
// error, it is the zero time.
func (t *Token) Time(path ...string) (time.Time, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_TIME)
	if err := claimError(claim.status, path); err != nil {
		return time.Time{}, err
	}
	return time.Unix(int64(claim.number), 0), nil
}

// Payload returns the payload of a token of ProfileJWS, any bytes. The error is
// [ErrPayloadNotOpaque] for a payload of claims.
func (t *Token) Payload() ([]byte, error) {
	claim := C.keycard_go_payload(t.c)
	if err := claimError(claim.status, nil); err != nil {
		return nil, err
	}
	return []byte(t.text(&claim)), nil
}

// JSON returns all claims as JSON without white space and unnecessary escapes. [encoding/json]
// reads it like this package, except for names that differ only in case (see [Token.Claims]).
func (t *Token) JSON() ([]byte, error) {
	output := make([]byte, int(t.c.payload_length)+16)
	for {
		var length C.size_t
		status := C.keycard_go_json(t.c, bytesOf(output), C.size_t(len(output)), &length)
		if status == C.KEYCARD_BUFFER_TOO_SMALL && int(length) > len(output) {
			output = make([]byte, int(length))
			continue
		}
		if err := claimError(status, nil); err != nil {
			return nil, err
		}
		return output[:length], nil
	}
}

// text copies a string out of the scratch.
func (t *Token) text(claim *C.keycard_go_claim) string {
	return t.at(claim.offset, claim.length)
}

func (t *Token) at(offset, length C.size_t) string {
	if length == 0 {
		return ""
	}
	return unsafe.String((*byte)(unsafe.Add(t.c.scratch, int(offset))), int(length))
}

// joined concatenates the names of a path.
func joined(path []string) (*C.char, *C.size_t) {
	if len(path) == 0 {
		return nil, nil
	}
	ends := make([]C.size_t, len(path))
	length := 0
	for i, name := range path {
		length += len(name)
		ends[i] = C.size_t(length)
	}
	return textOf(strings.Join(path, "")).data, &ends[0]
}

// claimError returns the error of a status for a claim.
func claimError(status C.keycard_status, path []string) error {
	if status == C.KEYCARD_OK {
		return nil
	}
	return &Error{Status: Status(status), Stage: StageClaims, Member: strings.Join(path, "."), Rule: -1, Offset: -1}
}
