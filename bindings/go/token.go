package keycard

// #include "shim.h"
import "C"

import (
	"strings"
	"time"
	"unsafe"
)

// MaxTokenLength is the length in bytes of the longest token: 64 KiB where addresses have 64 bits,
// else 16 KiB.
const MaxTokenLength = C.KEYCARD_MAX_TOKEN_LENGTH

// Token is a token that was accepted. It is made by a [Validator] only, and does not change: any
// number of goroutines may read one. The zero value answers [ErrStale] to every question.
//
// A claim is asked for by the names on the path to it, such as "realm_access", "roles": whole,
// case-sensitive, after unescaping. What is not there is [ErrClaimMissing]; what is of another
// type, [ErrClaimType].
type Token struct {
	c C.keycard_token
	// What c points into. C has written that pointer, which Go need not have seen: this one keeps
	// the memory.
	scratch []byte
}

// Algorithm is that of the signature.
func (t *Token) Algorithm() Algorithms { return Algorithms(t.c.algorithm) }

// Profile is the kind of token that it was accepted as, in words.
func (t *Token) Profile() string { return staticText(t.c.profile) }

// KeyIndex is the position of the key that verified the signature, in the order of adding.
func (t *Token) KeyIndex() int { return int(t.c.key_index) }

// Issuer is the position of the validator that accepted the token, in the order of
// [NewValidatorOfIssuers]; otherwise 0.
func (t *Token) Issuer() int { return int(t.c.row) }

// Passed are the checks that compared the token with a value of the policy.
func (t *Token) Passed() Checks { return Checks(t.c.checks_passed) }

// Waived are the checks that the policy waived.
func (t *Token) Waived() Checks { return Checks(t.c.checks_waived) }

// Vacuous are the checks that found nothing to compare.
func (t *Token) Vacuous() Checks { return Checks(t.c.checks_vacuous) }

// String is a claim that is a string.
func (t *Token) String(path ...string) (string, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_STRING)
	if err := claimError(claim.status, path); err != nil {
		return "", err
	}
	return strings.Clone(t.text(&claim)), nil
}

// Strings is a claim that is an array of strings, or one string, as aud and scp may be. A scope of
// several words is one string: see [Token.Scopes].
func (t *Token) Strings(path ...string) ([]string, error) {
	names, ends := joined(path)
	return t.list(C.keycard_go_strings_of(t.c, names, ends, C.size_t(len(path))), path)
}

// Scopes are the scopes that the token grants: of scope or of scp, whether that is a string of
// words with spaces between them (RFC 6749 section 3.3) or an array with one scope in each element.
// A token with neither claim has no scopes. The error is [ErrClaimType] for another type and for an
// element with white space in it, and [ErrScopeAmbiguous] if both claims are there.
func (t *Token) Scopes() ([]string, error) {
	return t.list(C.keycard_go_scopes(t.c), []string{"scope"})
}

// HasScope is whether the token grants a scope, compared whole and case-sensitively: whether
// [Token.Scopes] has it, and no error.
func (t *Token) HasScope(scope string) bool {
	return bool(C.keycard_go_has_scope(t.c, textOf(scope)))
}

// list is all strings of a list of which the first were taken.
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

// Integer is a claim that is an integer of 64 bits.
func (t *Token) Integer(path ...string) (int64, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_INTEGER)
	return int64(claim.number), claimError(claim.status, path)
}

// Boolean is a claim that is true or false.
func (t *Token) Boolean(path ...string) (bool, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_BOOLEAN)
	return bool(claim.boolean), claimError(claim.status, path)
}

// Time is a claim that is a point in time (RFC 7519 section 2, NumericDate), rounded down to
// seconds. It is the zero time with an error.
func (t *Token) Time(path ...string) (time.Time, error) {
	names, ends := joined(path)
	claim := C.keycard_go_find(t.c, names, ends, C.size_t(len(path)), C.KEYCARD_GO_TIME)
	if err := claimError(claim.status, path); err != nil {
		return time.Time{}, err
	}
	return time.Unix(int64(claim.number), 0), nil
}

// Payload is that of a token of ProfileJWS, any bytes. With claims it is [ErrPayloadNotOpaque].
func (t *Token) Payload() ([]byte, error) {
	claim := C.keycard_go_payload(t.c)
	if err := claimError(claim.status, nil); err != nil {
		return nil, err
	}
	return []byte(t.text(&claim)), nil
}

// JSON is all claims as JSON without space and needless escapes, with names that are told apart as
// they were read: [encoding/json] reads it as this package does, but for names that differ in case
// (see [Token.Claims]).
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

// text is a text in the scratch, to be copied.
func (t *Token) text(claim *C.keycard_go_claim) string {
	return t.at(claim.offset, claim.length)
}

func (t *Token) at(offset, length C.size_t) string {
	if length == 0 {
		return ""
	}
	return unsafe.String((*byte)(unsafe.Add(t.c.scratch, int(offset))), int(length))
}

// joined lays the names of a path end to end.
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

// claimError is what a status means for a claim.
func claimError(status C.keycard_status, path []string) error {
	if status == C.KEYCARD_OK {
		return nil
	}
	return &Error{Status: Status(status), Stage: StageClaims, Member: strings.Join(path, "."), Rule: -1, Offset: -1}
}
