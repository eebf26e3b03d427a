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

// The largest memory for a key set, in words of 8 bytes: 64 MiB.
const mostWords = 8 << 20

// KeySet holds the keys that tokens are verified with. It never changes; to rotate keys, load
// another and give it to [Validator.SetKeys].
type KeySet struct {
	// The key table of the library. There are no addresses in it.
	words  []uint64
	report KeyReport
}

// KeyRules is how keys enter a set. The zero value has the usual rules.
type KeyRules struct {
	// Also take oct keys, which are secrets, from a JWK or a JWK Set. Never for a set that was
	// fetched or can be read by others.
	AllowSecrets bool
	// Also take the keys of certificates: in PEM, in DER, and in a JWK that has x5c alone. The
	// caller trusts each certificate itself: chain, issuer, dates and signature are not checked. A
	// certificate whose KeyUsage does not have digitalSignature is never taken.
	AllowCertificates bool
	// Also take points whose coordinates were written without their leading zeros, against RFC 7518
	// section 6.2.1.2.
	AcceptShortCoordinates bool
	// The algorithms that the keys are bound to, as far as they may verify them at all; 0 for what
	// they say.
	Algorithms Algorithms
	// A value of use to take beside sig, or nil.
	Use *string
	// The kid of keys that have none of their own, or nil.
	ID *string
	// Bits of the smallest RSA modulus to take, if less than 2048 is to be taken; 1024 at least. 0
	// otherwise.
	InsecureMinRSABits uint32
	// Bytes of the shortest secret to take, if less than the hash has is to be taken. 0 otherwise.
	InsecureMinSecretBytes uint32
	// Bits of the largest RSA modulus and bytes of the longest secret to take, if fewer than the
	// library takes; 0 for that.
	MaxRSABits, MaxSecretBytes uint32
	// What may be computed from each key beforehand; PrecomputeNone, nothing, if not given.
	Precompute Precomputation
}

// KeySource is something that keys are loaded from.
type KeySource struct {
	kind         C.keycard_go_source
	algorithm    Algorithms
	data, second []byte
	rules        KeyRules
	// What was wrong before there was anything to load.
	err error
}

// JWKS is a JWK Set (RFC 7517 section 5). Keys in it that are of an unknown kind or for another use
// are skipped; broken, weak, private, secret and revoked ones are rejected. [KeySet.Report] names
// them.
func JWKS(jwks []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_JWKS, data: jwks} }

// JWK is one key (RFC 7517 section 4).
func JWK(jwk []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_JWK, data: jwk} }

// PEM is a text in PEM: each block of it is a key, PUBLIC KEY of any kind, RSA PUBLIC KEY, or
// CERTIFICATE with KeyRules.AllowCertificates. Lines may have any length, and text may stand around
// the blocks. Blocks of another kind are skipped, private keys are rejected; [KeySet.Report] tells.
// Without a single key the error says why the first block was rejected.
func PEM(pem []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_PEM, data: pem} }

// DER is one public key in DER: SubjectPublicKeyInfo of any kind, RSAPublicKey, or a certificate
// with KeyRules.AllowCertificates.
func DER(der []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_DER, data: der} }

// Secret is a secret for HMAC, which only the issuer and this set may hold. Bind it to its
// algorithm by KeyRules.Algorithms.
func Secret(secret []byte) KeySource { return KeySource{kind: C.KEYCARD_GO_SECRET, data: secret} }

// Point is a point of the curve of an ECDSA algorithm by its coordinates, most significant byte
// first, each as wide as the field: 32, 48 or 66 bytes.
func Point(algorithm Algorithms, x, y []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_POINT, algorithm: algorithm, data: x, second: y}
}

// RSA is an RSA public key by its numbers, most significant byte first, without leading zeros.
func RSA(modulus, exponent []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_RSA, data: modulus, second: exponent}
}

// Encoded is a public key that is one string of bytes: that of [Ed25519] or of an ML-DSA algorithm.
func Encoded(algorithm Algorithms, key []byte) KeySource {
	return KeySource{kind: C.KEYCARD_GO_ENCODED, algorithm: algorithm, data: key}
}

// PublicKey is a public key of the standard library: an [*ecdsa.PublicKey], [*rsa.PublicKey] or
// [ed25519.PublicKey]. Another is [ErrKeyUnsupported].
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
		// A byte that says that both coordinates follow.
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

// By is the source with rules of the caller's.
func (s KeySource) By(rules KeyRules) KeySource {
	s.rules = rules
	return s
}

// KeyReport is what became of the keys that were to be loaded.
type KeyReport struct {
	// Keys that were added.
	Added int
	// Keys of an unknown kind or for another use.
	Skipped int
	// Keys that are broken, weak, private, secret or revoked.
	Rejected int
	// Keys that were added although something about them is wrong.
	Noted int
	// The first rejected, skipped and noted keys of each source.
	Rejections, Skips, Notes []KeyFinding
}

// KeyFinding is a key of a JWK Set, or a block of PEM, that was rejected or skipped, or that was
// added although something about it is wrong.
type KeyFinding struct {
	// The position of the source among those that were loaded, from 0.
	Source int
	// The position of the key in its set, or of the block, from 0.
	Index int
	// Why.
	Status Status
	// The member at fault, or empty.
	Member string
	// The octets that the member has and should have, for [ErrKeyWidth] and
	// [ErrKeyShortCoordinate]; both 0 otherwise.
	Found, Needed int
}

// ParseJWKS loads the keys of a JWK Set by the usual rules. Look at [KeySet.Report] for those that
// were not taken.
//
// The error is an [*Error] if the text is no key set. A set without a single usable key is no
// error: [KeySet.Len] is 0, and no token is accepted by it.
//
// Fetch a key set again when a service starts and when a token gets [ErrKeyNotFound] or
// [ErrKeyExpired], at most once a minute. Keep the old set if KeyReport.Added is 0.
func ParseJWKS(jwks []byte) (*KeySet, error) { return LoadKeys(JWKS(jwks)) }

// LoadKeys loads keys from one or more sources, all or nothing. The sources are read before it
// returns and not after. The set takes the memory that its keys need, 64 MiB at the most: about 100
// bytes for a key on P-256 and 300 for RSA of 2048 bits, and what KeyRules.Precompute says beside
// that.
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

// load loads the sources into so many words, and says how many would have been needed if it is
// more.
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
			}
			C.keycard_go_keys_add(set.memory(), from, bytesOf(source.data), C.size_t(len(source.data)),
				bytesOf(source.second), C.size_t(len(source.second)), &report)
			runtime.KeepAlive(source)
			err = rejectionBy(&report.detail)
		}
		if err != nil {
			if len(sources) > 1 {
				err = fmt.Errorf("key source %d: %w", i, err)
			}
			// There may be a secret in it.
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

func (r *KeyRules) c() C.keycard_key_rules {
	rules := C.keycard_key_rules{
		algorithms:                C.uint32_t(r.Algorithms),
		key_use:                   optionalText(r.Use),
		id:                        optionalText(r.ID),
		insecure_min_rsa_bits:     C.uint32_t(r.InsecureMinRSABits),
		insecure_min_secret_bytes: C.uint32_t(r.InsecureMinSecretBytes),
		max_rsa_bits:              C.uint32_t(r.MaxRSABits),
		max_secret_bytes:          C.uint32_t(r.MaxSecretBytes),
		precompute:                   C.uint32_t(r.Precompute),
	}
	if r.AllowSecrets {
		rules.flags |= C.KEYCARD_KEYS_ALLOW_SECRETS
	}
	if r.AllowCertificates {
		rules.flags |= C.KEYCARD_KEYS_ALLOW_CERTIFICATES
	}
	if r.AcceptShortCoordinates {
		rules.flags |= C.KEYCARD_KEYS_ACCEPT_SHORT_COORDINATES
	}
	return rules
}

// Report is what became of the keys that were to be loaded.
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

// Len is how many keys there are.
func (k *KeySet) Len() int {
	var count C.size_t
	if C.keycard_go_keys_count(k.memory(), &count) != C.KEYCARD_OK {
		return 0
	}
	return int(count)
}

// Thumbprint is that of a key by its position in the order of adding (RFC 7638, SHA-256), in
// base64url. The error is [ErrKeyNotFound] if there is no such key.
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

// Find is the position of the key with a thumbprint. The error is [ErrKeyNotFound] if there is
// none, or says why this is no thumbprint.
func (k *KeySet) Find(thumbprint string) (int, error) {
	var index C.size_t
	status := C.keycard_go_keys_find(k.memory(), textOf(thumbprint), &index)
	if err := rejection(status, StageKeySet); err != nil {
		return -1, err
	}
	return int(index), nil
}

// memory is where the table lies, or nil without one, which the library rejects.
func (k *KeySet) memory() *C.uint64_t {
	if k == nil || len(k.words) == 0 {
		return nil
	}
	return (*C.uint64_t)(unsafe.Pointer(&k.words[0]))
}

func (k *KeySet) size() C.size_t { return C.size_t(8 * len(k.words)) }

// bytesOf is the address of bytes, nil if there are none.
func bytesOf(bytes []byte) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(bytes)))
}

// The address of a text that is there and empty.
var empty [1]byte

// textOf is a text that is there, in memory of Go's: to be passed by value to C and not kept.
func textOf(text string) C.keycard_text {
	if text == "" {
		return C.keycard_text{data: bytesOf(empty[:0:1])}
	}
	return C.keycard_text{data: (*C.char)(unsafe.Pointer(unsafe.StringData(text))), length: C.size_t(len(text))}
}

// optionalText is a text as [textOf] makes it, or an absent one.
func optionalText(text *string) C.keycard_text {
	if text == nil {
		return C.keycard_text{}
	}
	return textOf(*text)
}

// Text is the address of a text, for fields where nil means "not asked".
func Text(text string) *string { return &text }
