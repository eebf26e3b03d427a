package keycard

// #include "shim.h"
import "C"

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"math/big"
	"runtime"
	"unsafe"
)

// The maximum memory for a key set, in words of 8 bytes: 64 MiB.
const mostWords = 8 << 20

// KeySet holds the keys that verify tokens. A set never changes; to rotate keys, load another set
// and pass it to [Validator.SetKeys].
type KeySet struct {
	// The key table of the library. It contains no addresses.
	words  []uint64
	report KeyReport
}

// KeyRules are the rules for loading keys. The zero value has the default rules.
type KeyRules struct {
	// Also load oct keys, which are secrets, from a JWK or a JWK Set. Never use this for a set that
	// was fetched or that others can read.
	AllowSecrets bool
	// Also load the keys of certificates: in PEM, in DER, and in a JWK that has only x5c. The
	// caller trusts each certificate: chain, issuer, dates and signature are not checked. A
	// certificate whose KeyUsage lacks digitalSignature is always rejected.
	AllowCertificates bool
	// Also load points whose coordinates lack leading zeros, which RFC 7518 section 6.2.1.2
	// forbids.
	AllowShortCoordinates bool
	// Binds the keys to these algorithms, as far as their kind allows; 0 to use the algorithms that
	// the keys name.
	Algorithms Algorithms
	// A value of use to accept in addition to sig, or nil.
	Use *string
	// The kid for keys without a kid, or nil.
	ID *string
	// The minimum RSA modulus in bits, to allow less than 2048; at least 1024. 0 for 2048.
	InsecureMinRSABits uint32
	// The minimum secret in bytes, to allow less than the length of the hash. 0 for that length.
	InsecureMinSecretBytes uint32
	// The maximum RSA modulus in bits and the maximum secret in bytes, to lower the limits of the
	// library; 0 for these limits.
	MaxRSABits, MaxSecretBytes uint32
	// The tables to precompute for each key; the default is PrecomputeNone.
	Precompute Precomputation
}

// KeySource is a source of keys.
type KeySource struct {
	kind         C.keycard_go_source
	algorithm    Algorithms
	data, second []byte
	rules        KeyRules
	// An error that was found before the call to the library.
	err error
}

// JWKS is a JWK Set (RFC 7517 section 5). Keys of an unknown kind or for another use are skipped.
// Broken, weak, private, secret and revoked keys are rejected. [KeySet.Report] names both.
func JWKS(jwks []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_JWKS, data: jwks} }

// JWK is one key (RFC 7517 section 4).
func JWK(jwk []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_JWK, data: jwk} }

// PEM is a text in PEM. Each block holds a key: PUBLIC KEY of any kind, RSA PUBLIC KEY, or
// CERTIFICATE with KeyRules.AllowCertificates. Lines may have any length, and there may be text
// around the blocks. Other blocks are skipped, and private keys are rejected; see [KeySet.Report].
// If no key was loaded, the error is the one for the first block.
func PEM(pem []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_PEM, data: pem} }

// DER is one public key in DER: SubjectPublicKeyInfo of any kind, RSAPublicKey, or a certificate
// with KeyRules.AllowCertificates.
func DER(der []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_DER, data: der} }

// Secret is a secret for HMAC. Only the issuer and this program may know it. Bind it to its
// algorithm with KeyRules.Algorithms.
func Secret(secret []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_SECRET, data: secret} }

// Point is an ECDSA public key: the coordinates of a point on the curve of the algorithm,
// big-endian, each 32, 48 or 66 bytes, the width of the field.
func Point(algorithm Algorithms, x, y []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_POINT, algorithm: algorithm, data: x, second: y}
}

// RSA is an RSA public key: modulus and exponent, big-endian, without leading zeros.
func RSA(modulus, exponent []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_RSA, data: modulus, second: exponent}
}

// Encoded is the encoded public key of [Ed25519] or of an ML-DSA algorithm.
func Encoded(algorithm Algorithms, key []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_ENCODED, algorithm: algorithm, data: key}
}

// PublicKey is a public key of the standard library: an [*ecdsa.PublicKey], [*rsa.PublicKey] or
// [ed25519.PublicKey]. Other types are [ErrKeyUnsupported].
func PublicKey(key crypto.PublicKey) KeySource {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		if key == nil || key.Curve == nil {
			break
		}
		algorithm, ok := map[string]Algorithms{"P-256": ES256, "P-384": ES384, "P-521": ES512}[key.Curve.Params().Name]
		point, err := key.ECDH()
		if !ok || err != nil {
			break
		}
		// The first byte is 4, which means that both coordinates follow (SEC 1 section 2.3.3).
		coordinates := point.Bytes()[1:]
		return Point(algorithm, coordinates[:len(coordinates)/2], coordinates[len(coordinates)/2:])
	case *rsa.PublicKey:
		if key == nil || key.N == nil {
			break
		}
		return RSA(key.N.Bytes(), big.NewInt(int64(key.E)).Bytes())
	case ed25519.PublicKey:
		return Encoded(Ed25519, key)
	}
	return KeySource{err: rejection(C.KEYCARD_KEY_UNSUPPORTED, StageKeySet)}
}

// By returns the source with these rules.
func (s KeySource) By(rules KeyRules) KeySource {
	s.rules = rules
	return s
}

// KeyReport lists the results of loading keys.
type KeyReport struct {
	// Keys that were added.
	Added int
	// Keys of an unknown kind or for another use.
	Skipped int
	// Keys that are broken, weak, private, secret or revoked.
	Rejected int
	// Keys that were added despite a defect.
	Noted int
	// The first rejected, skipped and noted keys of each source.
	Rejections, Skips, Notes []KeyFinding
}

// KeyFinding is a key of a JWK Set, or a block of PEM, that was rejected, skipped, or added despite
// a defect.
type KeyFinding struct {
	// The position of the source among the arguments, from 0.
	Source int
	// The position of the key in its set, or of the block, from 0.
	Index int
	// The reason.
	Status Status
	// The member at fault, or empty.
	Member string
	// The number of octets of the member, and the required number, for [ErrKeyWidth] and
	// [ErrKeyShortCoordinate]; otherwise both 0.
	Found, Needed int
}

// ParseJWKS loads the keys of a JWK Set with the default rules. [KeySet.Report] lists the keys that
// were not loaded.
//
// The error is an [*Error] if the text is not a key set. A set without a usable key is not an
// error: [KeySet.Len] is 0, and no token is accepted.
//
// Fetch a key set again when a service starts and when a token gets [ErrKeyNotFound] or
// [ErrKeyExpired], at most once a minute. Keep the old set if KeyReport.Added is 0.
func ParseJWKS(jwks []byte) (*KeySet, error) { return LoadKeys(JWKS(jwks)) }

// LoadKeys loads keys from one or more sources. If one source fails, it returns no set. It does not
// keep the sources. A set has at most 64 MiB: about 100 bytes for each P-256 key and 300 bytes for
// each 2048-bit RSA key, plus the tables of KeyRules.Precompute.
func LoadKeys(sources ...KeySource) (*KeySet, error) {
	words := 64
	for {
		set, needed, err := load(words, sources)
		if needed == 0 || words >= mostWords {
			return set, err
		}
		words = min(max(needed, 2*words), mostWords)
	}
}

// load loads the sources into a table of the given number of words. If the table is too small, the
// result needed is the required number.
func load(words int, sources []KeySource) (set *KeySet, needed int, err error) {
	set = &KeySet{words: make([]uint64, words)}
	if err := rejection(C.keycard_go_keys_init(set.memory(), set.size()), StageUsage); err != nil {
		return nil, 0, err
	}
	for i, source := range sources {
		var report C.keycard_key_report
		err := source.err
		if err == nil {
			from := C.keycard_go_keys_from{
				kind: source.kind, algorithm: C.uint32_t(source.algorithm), rules: source.rules.c(),
				key_use: optionalText(source.rules.Use), id: optionalText(source.rules.ID),
			}
			C.keycard_go_keys_add(set.memory(), from, textOfBytes(source.data), textOfBytes(source.second), &report)
			runtime.KeepAlive(source)
			err = rejectionBy(&report.detail)
		}
		if err != nil {
			if len(sources) > 1 {
				err = fmt.Errorf("key source %d: %w", i, err)
			}
			// The memory may contain a secret.
			clear(set.words)
			if report.detail.status == C.KEYCARD_KEY_TABLE_FULL {
				needed = max(int(report.detail.needed/8), words+1)
			}
			return nil, needed, err
		}
		set.report.add(i, &report)
	}
	return set, 0, nil
}

func (r *KeyReport) add(source int, report *C.keycard_key_report) {
	r.Added += int(report.added)
	r.Skipped += int(report.skipped)
	r.Rejected += int(report.rejected)
	r.Noted += int(report.noted)
	r.Rejections = appendFindings(r.Rejections, source, report.rejections[:])
	r.Skips = appendFindings(r.Skips, source, report.skips[:])
	r.Notes = appendFindings(r.Notes, source, report.notes[:])
}

func appendFindings(all []KeyFinding, source int, findings []C.keycard_finding) []KeyFinding {
	for i := range findings {
		found := &findings[i]
		if found.status == C.KEYCARD_OK {
			break
		}
		all = append(all, KeyFinding{
			Source: source,
			Index:  int(found.index),
			Status: Status(found.status),
			Member: staticText(found.member),
			Found:  int(found.found),
			Needed: int(found.needed),
		})
	}
	return all
}

// c returns the rules without their texts.
func (r *KeyRules) c() C.keycard_key_rules {
	rules := C.keycard_key_rules{
		algorithms:                C.uint32_t(r.Algorithms),
		insecure_min_rsa_bits:     C.uint32_t(r.InsecureMinRSABits),
		insecure_min_secret_bytes: C.uint32_t(r.InsecureMinSecretBytes),
		max_rsa_bits:              C.uint32_t(r.MaxRSABits),
		max_secret_bytes:          C.uint32_t(r.MaxSecretBytes),
		precompute:                C.uint32_t(r.Precompute),
	}
	if r.AllowSecrets {
		rules.flags |= C.KEYCARD_KEYS_ALLOW_SECRETS
	}
	if r.AllowCertificates {
		rules.flags |= C.KEYCARD_KEYS_ALLOW_CERTIFICATES
	}
	if r.AllowShortCoordinates {
		rules.flags |= C.KEYCARD_KEYS_ALLOW_SHORT_COORDINATES
	}
	return rules
}

// Report returns the results of loading the keys.
func (k *KeySet) Report() KeyReport {
	if k == nil {
		return KeyReport{}
	}
	report := k.report
	for _, findings := range []*[]KeyFinding{&report.Rejections, &report.Skips, &report.Notes} {
		*findings = append([]KeyFinding(nil), *findings...)
	}
	return report
}

// Len returns the number of keys.
func (k *KeySet) Len() int {
	var count C.size_t
	if C.keycard_go_keys_count(k.memory(), &count) != C.KEYCARD_OK {
		return 0
	}
	return int(count)
}

// Thumbprint returns the SHA-256 thumbprint (RFC 7638) of the key at a position, in the order of
// adding, in base64url. The error is [ErrKeyNotFound] if there is no such key.
func (k *KeySet) Thumbprint(index int) (string, error) {
	if index < 0 {
		return "", rejection(C.KEYCARD_KEY_NOT_FOUND, StageKeySet)
	}
	var text [43]byte
	status := C.keycard_go_keys_thumbprint(k.memory(), C.size_t(index), bytesOf(text[:]))
	if err := rejection(status, StageKeySet); err != nil {
		return "", err
	}
	return string(text[:]), nil
}

// Find returns the position of the key with a thumbprint. The error is [ErrKeyNotFound] if there is
// no such key, or the reason why the thumbprint is malformed.
func (k *KeySet) Find(thumbprint string) (int, error) {
	var index C.size_t
	status := C.keycard_go_keys_find(k.memory(), textOf(thumbprint), &index)
	if err := rejection(status, StageKeySet); err != nil {
		return -1, err
	}
	return int(index), nil
}

// memory returns the address of the table, or nil without a table, which the library rejects.
func (k *KeySet) memory() *C.uint64_t {
	if k == nil || len(k.words) == 0 {
		return nil
	}
	return (*C.uint64_t)(unsafe.Pointer(&k.words[0]))
}

func (k *KeySet) size() C.size_t { return C.size_t(8 * len(k.words)) }

// bytesOf returns the address of bytes, or nil for an empty slice.
func bytesOf(bytes []byte) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(bytes)))
}

// The address of an empty string, which is present.
var empty [1]byte

// textOf returns a present string in Go memory. C gets it by value and must not keep it.
func textOf(text string) C.keycard_go_text {
	if text == "" {
		return C.keycard_go_text{data: bytesOf(empty[:0:1])}
	}
	return C.keycard_go_text{data: (*C.char)(unsafe.Pointer(unsafe.StringData(text))), length: C.size_t(len(text))}
}

// textOfBytes returns bytes like [textOf]; the bytes of an empty slice may be absent.
func textOfBytes(bytes []byte) C.keycard_go_text {
	return C.keycard_go_text{data: bytesOf(bytes), length: C.size_t(len(bytes))}
}

// optionalText returns a string like [textOf], or an absent one for nil.
func optionalText(text *string) C.keycard_go_text {
	if text == nil {
		return C.keycard_go_text{}
	}
	return textOf(*text)
}

// Text returns the address of a string, for fields in which nil means "not required".
func Text(text string) *string { return &text }
