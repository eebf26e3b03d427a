package keycard_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

// hardware is an issuer whose signatures a function of the caller verifies.
func hardware(t *testing.T, verify keycard.SignatureVerifier) (*issuer, *keycard.Validator) {
	t.Helper()
	i := ed25519Issuer("first")
	v, err := newValidator(t, i.keys(t), accessPolicy()).WithVerifier(verify)
	if err != nil {
		t.Fatal(err)
	}
	return i, v
}

func TestSignaturesAreVerifiedByTheCaller(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	i := ed25519Issuer("first")
	i.sign = func(input []byte) []byte { return ed25519.Sign(private, input) }
	i.jwk["x"] = encode(public)
	var calls atomic.Int64
	v, err := newValidator(t, i.keys(t), accessPolicy()).WithVerifier(
		func(keyIndex int, algorithm keycard.Algorithms, message, signature []byte) bool {
			calls.Add(1)
			return keyIndex == 0 && algorithm == keycard.EdDSA && ed25519.Verify(public, message, signature)
		})
	if err != nil {
		t.Fatal(err)
	}
	jwt := i.token(accessClaims(nil))
	var group sync.WaitGroup
	for n := 0; n < 8; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := v.Validate(jwt, now); err != nil {
				t.Error(err)
			}
			if _, err := v.Validate(jwt[:len(jwt)-4]+"AAAA", now); !errors.Is(err, keycard.ErrSignatureInvalid) {
				t.Errorf("a wrong signature: %v", err)
			}
		}()
	}
	group.Wait()
	if calls.Load() != 16 {
		t.Errorf("%d calls", calls.Load())
	}
	// The policy decides everything else. A validator with another policy keeps the verifier.
	if _, err := v.Validate(jwt, now.Add(2*time.Hour)); !errors.Is(err, keycard.ErrExpired) {
		t.Errorf("expired: %v", err)
	}
	other, err := v.WithPolicy(anyPolicy())
	if err != nil {
		t.Fatal(err)
	}
	before := calls.Load()
	accepted(t, other, jwt)
	if calls.Load() != before+1 {
		t.Error("the validator for another policy has another verifier")
	}
}

func TestWhatTheCallerDoesNotFindRightIsRejected(t *testing.T) {
	i, v := hardware(t, func(int, keycard.Algorithms, []byte, []byte) bool { return false })
	if _, err := v.Validate(i.token(accessClaims(nil)), now); !errors.Is(err, keycard.ErrSignatureInvalid) {
		t.Error(err)
	}
	if _, err := v.WithVerifier(nil); !errors.Is(err, keycard.ErrNullPointer) {
		t.Errorf("no verifier: %v", err)
	}
	if _, err := new(keycard.Validator).WithVerifier(func(int, keycard.Algorithms, []byte, []byte) bool { return true }); !errors.Is(err, keycard.ErrNullPointer) {
		t.Errorf("no validator: %v", err)
	}
}

func TestTheCallerSeesWhatWasSigned(t *testing.T) {
	var seen, signature []byte
	i, v := hardware(t, func(_ int, _ keycard.Algorithms, message, given []byte) bool {
		seen, signature = bytes.Clone(message), bytes.Clone(given)
		return true
	})
	jwt := i.token(accessClaims(nil))
	accepted(t, v, jwt)
	if at := bytes.LastIndexByte([]byte(jwt), '.'); string(seen) != jwt[:at] || encode(signature) != jwt[at+1:] {
		t.Errorf("%s and %s", seen, encode(signature))
	}
}

func TestAPanicOfTheCallerGoesOn(t *testing.T) {
	i, v := hardware(t, func(int, keycard.Algorithms, []byte, []byte) bool { panic("no hardware") })
	jwt := i.token(accessClaims(nil))
	defer func() {
		if recover() != "no hardware" {
			t.Error("the panic was lost")
		}
	}()
	v.ValidateAll([]string{jwt, jwt}, now)
}
