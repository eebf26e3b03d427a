package keycard_test

import (
	"crypto/sha256"
	"errors"
	"testing"

	keycard "github.com/keycard-jwt/keycard/bindings/go"
)

func TestAnImageIsTheKeySetThatItWasMadeOf(t *testing.T) {
	first, second := es256Issuer("first"), rs256Issuer("second")
	keys := must(keycard.ParseJWKS(jwksOf(first.jwk, second.jwk)))
	image, err := keys.Image(7)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(image)
	opened, err := keycard.OpenImage(image, keycard.ImageRules{Digest: &digest, MinVersion: 7})
	if err != nil || opened.Len() != 2 || opened.Report().Added != 2 {
		t.Fatalf("%d keys, %v", opened.Len(), err)
	}
	if must(opened.Thumbprint(1)) != must(keys.Thumbprint(1)) {
		t.Error("another key")
	}
	// The image is a copy, and the set from which it was made is unchanged.
	clear(image)
	for _, set := range []*keycard.KeySet{opened, keys} {
		v := newValidator(t, set, accessPolicy())
		accepted(t, v, first.token(accessClaims(nil)))
		accepted(t, v, second.token(accessClaims(nil)))
	}
	if _, err := opened.Image(8); !errors.Is(err, keycard.ErrReadOnly) {
		t.Errorf("an image of an image: %v", err)
	}
	if _, err := keys.Image(8); err != nil {
		t.Errorf("a second image: %v", err)
	}
}

func TestAnImageThatIsNotTheRightOneIsRejected(t *testing.T) {
	keys := es256Issuer("first").keys(t)
	image := must(keys.Image(7))
	trusted := keycard.ImageRules{StorageIsAuthenticated: true}
	for name, c := range map[string]struct {
		change func(image []byte) []byte
		rules  keycard.ImageRules
		want   error
	}{
		"rules that say nothing": {nil, keycard.ImageRules{}, keycard.ErrPolicyIncomplete},
		"another digest":         {nil, keycard.ImageRules{Digest: new([32]byte)}, keycard.ErrImageUnexpected},
		"an old one":             {nil, keycard.ImageRules{StorageIsAuthenticated: true, MinVersion: 8}, keycard.ErrImageOutdated},
		"no bytes":               {func([]byte) []byte { return nil }, trusted, keycard.ErrImageForeign},
		"one byte less":          {func(i []byte) []byte { return i[:len(i)-1] }, trusted, keycard.ErrImageTruncated},
		"one word less":          {func(i []byte) []byte { return i[:len(i)-8] }, trusted, keycard.ErrImageTruncated},
		"something else":         {func(i []byte) []byte { return make([]byte, len(i)) }, trusted, keycard.ErrImageForeign},
		"a changed byte": {func(i []byte) []byte {
			i[len(i)-1] ^= 1
			return i
		}, trusted, keycard.ErrImageCorrupt},
	} {
		given := append([]byte(nil), image...)
		if c.change != nil {
			given = c.change(given)
		}
		if set, err := keycard.OpenImage(given, c.rules); set != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (*keycard.KeySet)(nil).Image(1); !errors.Is(err, keycard.ErrNullPointer) {
		t.Errorf("no set: %v", err)
	}
}
