package keycard

// #include "shim.h"
import "C"

import (
	"fmt"
	"strings"
	"time"
)

// Status is the reason for a rejection, such as ErrExpired. [errors.Is] finds it in an [*Error].
// Numbers never change. A newer library may return a number that has no name here; it is a
// rejection like the others.
type Status int32

// Error returns the library's sentence for the status, except for [ErrNullPointer], which has its
// own sentence in Go.
func (s Status) Error() string {
	if s == ErrNullPointer {
		return "a required argument is nil or was never initialised"
	}
	return C.GoString(C.keycard_status_text(C.keycard_status(s)))
}

// Stage is the step that rejected the input.
type Stage uint32

// String returns the library's name for the stage.
func (s Stage) String() string {
	if name := staticText(C.keycard_stage_name(C.uint32_t(s))); name != "" {
		return name
	}
	return fmt.Sprint(uint32(s))
}

// Error is the reason why a token, a key, a policy or a code was rejected.
type Error struct {
	// The reason.
	Status Status
	// The step that rejected the input.
	Stage Stage
	// The claim, header parameter or JWK member at fault. At StageUsage also the field of a
	// structure, or a missing argument. Otherwise empty.
	Member string
	// The position in Policy.Rules of the rule that failed, or -1.
	Rule int
	// The position of the error, in bytes of the token, the decoded JSON text or the key set, or
	// -1.
	Offset int
	// The number of octets of a key value, and the required number, for [ErrKeyWidth]; otherwise
	// both 0.
	Found, Needed int
	// The time in the claim, rounded down, and the time it was compared with. Both zero unless a
	// time check rejected the token.
	ClaimTime, Now time.Time
}

// Error returns the stage and a sentence, with the claim, rule and offset if they are known. It
// contains no text from the token.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "keycard: %v: %v", e.Stage, e.Status)
	switch {
	case e.Member != "" && !e.Now.IsZero():
		apart, side := e.Now.Unix()-e.ClaimTime.Unix(), "before"
		if apart < 0 {
			apart, side = -apart, "after"
		}
		at, now := e.ClaimTime.UTC().Format(time.RFC3339), e.Now.UTC().Format(time.RFC3339)
		fmt.Fprintf(&b, " (%s %s, %d s %s now %s)", e.Member, at, apart, side, now)
	case e.Member != "":
		fmt.Fprintf(&b, " (%s)", e.Member)
	}
	if e.Needed > 0 {
		fmt.Fprintf(&b, ": %d bytes instead of %d", e.Found, e.Needed)
	}
	if e.Rule >= 0 {
		fmt.Fprintf(&b, ", rule %d", e.Rule)
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, ", at byte %d", e.Offset)
	}
	return b.String()
}

// Unwrap returns the status, for [errors.Is].
func (e *Error) Unwrap() error { return e.Status }

// rejection returns the error for a C status without a detail. The error is nil only for
// KEYCARD_OK.
func rejection(status C.keycard_status, stage Stage) error {
	if status == C.KEYCARD_OK {
		return nil
	}
	return rejectionAbout(status, stage, "")
}

// rejectionAbout returns an error that was found before the call to C. The parameter what is the Go
// name of the argument or field.
func rejectionAbout(status C.keycard_status, stage Stage, what string) error {
	return &Error{Status: Status(status), Stage: stage, Member: what, Rule: -1, Offset: -1}
}

// absent returns the error for a missing argument.
func absent(what string, stage Stage) error {
	return rejectionAbout(C.KEYCARD_NULL_POINTER, stage, what)
}

// rejectionBy returns the error for a C detail. The error is nil only for KEYCARD_OK.
func rejectionBy(detail *C.keycard_detail) error {
	if detail.status == C.KEYCARD_OK {
		return nil
	}
	e := &Error{
		Status: Status(detail.status),
		Stage:  Stage(detail.stage),
		Member: staticText(detail.member),
		Rule:   int(detail.rule),
		Offset: -1,
	}
	if e.Status == ErrKeyWidth {
		e.Found, e.Needed = int(detail.found), int(detail.needed)
	}
	if detail.has_offset {
		e.Offset = int(detail.offset)
	}
	if detail.has_times {
		e.ClaimTime, e.Now = time.Unix(int64(detail.claim_time), 0), time.Unix(int64(detail.now), 0)
	}
	return e
}

// staticText copies a static string of the library, or returns the empty string if it is absent.
func staticText(text C.keycard_bytes) string {
	if text.data == nil {
		return ""
	}
	return C.GoStringN((*C.char)(text.data), C.int(text.length))
}

// Version returns the version of the library.
func Version() string { return C.GoString(C.keycard_version()) }

type numberName[N ~uint32] struct {
	number N
	name   string
}

func nameOf[N ~uint32](names []numberName[N], number N) string {
	for _, n := range names {
		if n.number == number {
			return n.name
		}
	}
	return fmt.Sprint(uint32(number))
}

// namesIn returns the names of the bits in a set.
func namesIn[N ~uint32](names []numberName[N], set N) []string {
	var found []string
	for _, n := range names {
		if set&n.number != 0 {
			found = append(found, n.name)
			set &^= n.number
		}
	}
	if set != 0 {
		found = append(found, fmt.Sprintf("%#x", uint32(set)))
	}
	return found
}

// Algorithms is a set of signature algorithms, such as [ES256], combined with |.
type Algorithms uint32

// Names lists the algorithms by their JOSE names.
func (a Algorithms) Names() []string { return namesIn(namesAlgorithms, a) }

func (a Algorithms) String() string { return strings.Join(a.Names(), ", ") }

// Checks is a set of checks of a token, such as [CheckIssuer], combined with |.
type Checks uint32

// Names lists the checks.
func (c Checks) Names() []string { return namesIn(namesChecks, c) }

func (c Checks) String() string { return strings.Join(c.Names(), ", ") }
